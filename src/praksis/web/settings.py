"""Django, set up once per process: for the public pages alone, or for them and for those who answer."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import django
from django.conf import settings
from django.urls import clear_url_caches

from praksis.define.survey import Survey
from praksis.web.store.database import describe_database, use_database

ADDRESS = "answer/"
"""Where answering stands, from the root of the site."""

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
    "formatters": {"discreet": {"()": "praksis.web.logs.DiscreetFormatter"}},
    "handlers": {"errors": {"class": "logging.StreamHandler", "level": "ERROR", "formatter": "discreet"}},
    "loggers": {"django": {"handlers": ["errors"], "level": "ERROR", "propagate": False}},
}

_COOKIES = {"PATH": f"/{ADDRESS}", "HTTPONLY": True, "SAMESITE": "Lax"}


@dataclass(frozen=True)
class Fieldwork:
    """What is answered here, and where the answers go."""

    database: str
    """A path to an SQLite file, or `postgresql://...`."""
    secret: bytes
    """What personal links are made from."""
    surveys: Mapping[str, Survey]
    """Survey id -> survey, of those that can be answered."""
    secure: bool = True
    """Are cookies kept to https? False only where there is no network in between."""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses whose word (`X-Forwarded-For`, `X-Forwarded-Proto`) is taken for who asks, and how."""


def configure_site() -> None:
    """Set Django up for the public pages, which need no database; a second call does nothing.

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
        INSTALLED_APPS=["django.contrib.sessions", "praksis.web.store"],
        DATABASES={},
        TEMPLATES=[],
        MIDDLEWARE=[
            "django.middleware.gzip.GZipMiddleware",
            "django.middleware.http.ConditionalGetMiddleware",
            "praksis.web.whole.refuse_cut_requests",
            # These two do nothing until a view asks for a session or has a form, which the public pages never do.
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
        ],
        CSRF_FAILURE_VIEW="praksis.web.answering.doors.show_form_expired",
        # A session lasts a day (WCAG 2.2.1 excepts limits over 20 hours); the personal link opens a new one.
        SESSION_COOKIE_AGE=24 * 60 * 60,
        **{f"SESSION_COOKIE_{name}": value for name, value in (_COOKIES | {"NAME": "praksis-session"}).items()},
        **{f"CSRF_COOKIE_{name}": value for name, value in (_COOKIES | {"NAME": "praksis-form", "AGE": None}).items()},
        LOGGING=_LOGGING,
        APPEND_SLASH=False,
        USE_I18N=False,
        USE_TZ=True,
        TIME_ZONE="Europe/Oslo",
    )
    django.setup(set_prefix=False)


def configure_answering(database: str, secret: bytes, surveys: Mapping[str, Survey], *, secure: bool = True) -> None:
    """Set Django up for answering too; the arguments are those of Fieldwork, which `settings.FIELDWORK` then is.

    A second call moves the process to another database, which is for tests.
    """
    configure_site()
    use_database(describe_database(database))
    settings.FIELDWORK = Fieldwork(database, secret, surveys, secure)
    # Links and Django's own signatures are made from two secrets, so that one cannot stand in for the other.
    settings.SECRET_KEY = hmac.digest(secret, b"django", "sha256").hex()
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = secure
    settings.ROOT_URLCONF = "praksis.web.urls"
    clear_url_caches()
