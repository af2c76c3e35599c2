"""Django, set up once per process: for the public pages, for them and those who answer, or for staff."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import django
from django.conf import settings
from django.urls import clear_url_caches

from praksis.define.survey import Survey
from praksis.web.store.database import describe_database, use_database

ADDRESS = "answer/"
"""Where answering stands, from the root of the site."""

SHORTEST_PASSWORD = 12

STAFF_HOURS = 12
"""So long is a member of staff signed in."""

LARGEST_FORM = 2_500_000
"""Bytes of what somebody who answers sends at once."""
LARGEST_UPLOAD = 10_000_000
"""Bytes of what staff give at once: a list of contacts, or mails that came back."""
MOST_UPLOADS = 1000
"""Files at once."""

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


PASSWORDS, ACCOUNTS = "django.contrib.auth.backends.ModelBackend", "praksis.web.fieldwork.account.AccountBackend"
"""The two ways in for staff: what a session was opened by."""

# Pages that are not there are everyday; only what went wrong here is worth a line (Django would mail it, or lose it).
_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "praksis.web.logs.DiscreetFormatter"}},
    "handlers": {"errors": {"class": "logging.StreamHandler", "level": "ERROR", "formatter": "discreet"}},
    "loggers": {
        name: {"handlers": ["errors"], "level": "ERROR", "propagate": False}
        for name in ("django", "praksis", "mozilla_django_oidc")
    },
}

_DAY = 24 * 60 * 60
_MIDDLEWARE = (
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "praksis.web.whole.refuse_cut_requests",
    # These two do nothing until a view asks for a session or has a form, which the public pages never do.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
)
_STAFF_MIDDLEWARE = (
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
)


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


@dataclass(frozen=True)
class Provider:
    """Where staff have accounts already, by OpenID Connect (fieldwork.provider reads it)."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    claim: str
    """What of an account is somebody's name here."""
    callback: str
    """Our own address that it sends people back to."""
    authorization: str
    token: str
    keys: str
    userinfo: str = ""
    algorithms: tuple[str, ...] = ("RS256",)
    """How it may sign what it says."""
    basic: bool = False
    """Does the secret go in a header, and not in the form?"""


@dataclass(frozen=True)
class Office:
    """What staff pages know beside the survey and its answers."""

    base: str
    """Address of the site as respondents see it, for the links in letters."""
    microdata: Path
    """Folder of microdata: earlier waves are read from it, a closed wave is written to it."""
    survey: Path
    """The survey's folder: a new frame is written into it."""
    smtp: str = ""
    """Mail server; without one letters are sent by command alone."""
    sender: str = ""
    copy_to: str = ""
    provider: Provider | None = None
    """Of accounts that staff may sign in with, beside password and code."""


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
        INSTALLED_APPS=[
            "django.contrib.sessions",
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django_otp",
            "django_otp.plugins.otp_totp",
            "praksis.web.store",
        ],
        DATABASES={},
        TEMPLATES=[],
        MIDDLEWARE=list(_MIDDLEWARE),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"],
        AUTH_PASSWORD_VALIDATORS=[
            # Long, and none that everybody uses: NIST SP 800-63B, section 5.1.1.
            {
                "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
                "OPTIONS": {"min_length": SHORTEST_PASSWORD},
            },
            {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
            {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
        ],
        OTP_TOTP_ISSUER="Praksis",
        SESSION_COOKIE_HTTPONLY=True,
        CSRF_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        CSRF_COOKIE_SAMESITE="Lax",
        CSRF_COOKIE_AGE=None,
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
    _configure(Fieldwork(database, secret, surveys, secure), "praksis.web.urls", b"django", f"/{ADDRESS}")
    settings.MIDDLEWARE = list(_MIDDLEWARE)
    settings.CSRF_FAILURE_VIEW = "praksis.web.answering.doors.show_form_expired"
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = LARGEST_FORM
    # A session lasts a day (WCAG 2.2.1 excepts limits over 20 hours); the personal link opens a new one.
    settings.SESSION_COOKIE_AGE = _DAY


def configure_staff(fieldwork: Fieldwork, office: Office) -> None:
    """Set Django up for the staff pages, which stand alone: no other cookie, and none of the addresses of answering."""
    _configure(fieldwork, "praksis.web.fieldwork.urls", b"staff", "/")
    settings.OFFICE = office
    settings.MIDDLEWARE = [*_MIDDLEWARE, *_STAFF_MIDDLEWARE]
    settings.CSRF_FAILURE_VIEW = "praksis.web.fieldwork.doors.show_form_expired"
    # Staff sign in again each day: they see addresses of others.
    settings.SESSION_COOKIE_AGE = STAFF_HOURS * 60 * 60
    settings.AUTHENTICATION_BACKENDS = [PASSWORDS]
    if office.provider:
        settings.AUTHENTICATION_BACKENDS = [PASSWORDS, ACCOUNTS]
        _trust(office.provider)
    # As much again as they may give, so that whoever gives a little too much is told so by the page. It stays in
    # memory: contacts do not lie about in files that nobody deletes.
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * LARGEST_UPLOAD
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = MOST_UPLOADS


def renew_survey(survey: Survey) -> None:
    """Let this process see a survey as its folder is now; pages that are being made keep what they began with."""
    settings.FIELDWORK = replace(settings.FIELDWORK, surveys={survey.header.id: survey})


def _trust(provider: Provider) -> None:
    """What mozilla-django-oidc reads; the rest, fieldwork.account says to it."""
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT = provider.authorization
    settings.OIDC_OP_TOKEN_ENDPOINT = provider.token
    settings.OIDC_OP_JWKS_ENDPOINT = provider.keys
    settings.OIDC_OP_USER_ENDPOINT = provider.userinfo
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = provider.client, provider.secret
    settings.OIDC_RP_SIGN_ALGO = provider.algorithms[0]
    settings.OIDC_RP_SCOPES = "openid email profile"
    settings.OIDC_TOKEN_USE_BASIC_AUTH = provider.basic
    settings.OIDC_AUTHENTICATION_CALLBACK_URL = "account-back"
    settings.OIDC_USE_PKCE, settings.OIDC_CREATE_USER = True, False
    settings.OIDC_TIMEOUT = 10


def _configure(fieldwork: Fieldwork, urls: str, purpose: bytes, path: str) -> None:
    configure_site()
    use_database(describe_database(fieldwork.database))
    settings.FIELDWORK = fieldwork
    # Links and Django's own signatures are made from two secrets, so that one cannot stand in for the other; and a
    # session of one who answers is none of staff's.
    settings.SECRET_KEY = hmac.digest(fieldwork.secret, purpose, "sha256").hex()
    prefix = "praksis" if purpose == b"django" else "praksis-staff"
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = f"{prefix}-session", f"{prefix}-form"
    settings.SESSION_COOKIE_PATH = settings.CSRF_COOKIE_PATH = path
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = fieldwork.secure
    settings.ROOT_URLCONF = urls
    clear_url_caches()
