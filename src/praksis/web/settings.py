"""Django, set up once per process for pages without database, sessions, forms or signing."""

import secrets

import django
from django.conf import settings

SECURITY_HEADERS = {
    # img-src data: is for the icons of Designsystemet, which are masks in its style sheets.
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; script-src 'none'; object-src 'none'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Set on every answer, files and errors included (praksis.web.wsgi)."""


# Pages that are not there are everyday; only what went wrong here is worth a line (Django would mail it, or lose it).
_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"errors": {"class": "logging.StreamHandler", "level": "ERROR"}},
    "loggers": {"django.request": {"handlers": ["errors"], "level": "ERROR", "propagate": False}},
}


def configure_site() -> None:
    """Set Django up for the public pages; a second call does nothing.

    Which release is shown is not a setting: it travels with each request, so one process can show several.
    """
    if settings.configured:
        return
    settings.configure(
        DEBUG=False,
        SECRET_KEY=secrets.token_urlsafe(32),
        # Pages hold relative links only, so nothing is ever made from the Host header.
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="praksis.web.site.urls",
        INSTALLED_APPS=[],
        DATABASES={},
        TEMPLATES=[],
        MIDDLEWARE=[
            "django.middleware.gzip.GZipMiddleware",
            "django.middleware.http.ConditionalGetMiddleware",
        ],
        LOGGING=_LOGGING,
        APPEND_SLASH=False,
        USE_I18N=False,
        USE_TZ=True,
    )
    django.setup(set_prefix=False)
