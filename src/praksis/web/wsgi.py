"""The WSGI applications: one that shows a release and answering beside it, and one for staff."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from granian.utils.proxies import wrap_wsgi_with_proxy_headers
from whitenoise import WhiteNoise  # type: ignore[import-untyped]  # ships no types

from praksis.define.read import load_survey
from praksis.errors import PraksisError
from praksis.web.settings import (
    ADDRESS,
    SECURITY_HEADERS,
    Fieldwork,
    Office,
    configure_answering,
    configure_site,
    configure_staff,
    renew_survey,
)
from praksis.web.site.release import open_release
from praksis.web.site.styles import STATIC
from praksis.web.site.views import SITE, LiveSite

_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".px": "text/x-pc-axis",
    ".ttl": "text/turtle",
    ".woff2": "font/woff2",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FILES = "/files/"


def make_application(release: Path | None, fieldwork: Fieldwork | None = None) -> WSGIApplication:
    """An application that shows the release in this folder, or lets respondents answer under `/answer/`, or both.

    Raises ReleaseUnfit if the release cannot be shown.
    """
    opened = open_release(release) if release else None
    if fieldwork:
        configure_answering(fieldwork.database, fieldwork.secret, fieldwork.surveys, secure=fieldwork.secure)
        _keep_forgetting()
    else:
        configure_site()
    site, pages = LiveSite(opened) if opened else None, WSGIHandler()

    def show(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if site:
            environ[SITE] = site
        elif not environ["PATH_INFO"].startswith(f"/{ADDRESS}"):
            start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"There is nothing here.\n"]
        return pages(environ, start_response)

    files = _hand_out(show)
    if release and opened:
        # Looked up in this list and never on the disk: what the manifest does not name cannot be asked for.
        for path in opened.files:
            files.add_file_to_dictionary(_FILES + path, str((release / path).resolve()))
    guarded = _guard(files)
    return _believe(guarded, fieldwork.proxies) if fieldwork else guarded


def make_staff_application(fieldwork: Fieldwork, office: Office) -> WSGIApplication:
    """An application for those who run a wave, at the root of an address of its own."""
    configure_staff(fieldwork, office)
    # A worker that takes the place of one that failed was given the survey as it was when the server was started. What
    # does not load now is nothing to stop for: that one will do.
    with suppress(PraksisError):
        renew_survey(load_survey(office.survey))
    _keep_forgetting()
    return _believe(_guard(_hand_out(WSGIHandler())), fieldwork.proxies)


def _keep_forgetting() -> None:
    # Tables can be imported only when Django is set up.
    from django.utils import timezone

    from praksis.web.forgetting import keep_forgetting

    # Read each time: staff may have loaded a new frame since.
    keep_forgetting(lambda: settings.FIELDWORK.surveys.values(), timezone.now)


def _hand_out(application: WSGIApplication) -> WhiteNoise:
    """The application, with what is vendored beside it."""
    files = WhiteNoise(
        application,
        # Versions stand in the names of the vendored folders, so what is in them never changes.
        immutable_file_test=r"^/assets/vendor/",
        max_age=0,
        mimetypes=_MEDIA_TYPES,
        allow_all_origins=False,
        add_headers_function=_mark_download,
    )
    files.add_files(str(STATIC), "assets/")
    return files


def _believe(application: WSGIApplication, proxies: tuple[str, ...]) -> WSGIApplication:
    """Take a proxy's word for who asks and whether it was by https; nobody else's."""
    wrapped: WSGIApplication = wrap_wsgi_with_proxy_headers(application, list(proxies))
    return wrapped


def _mark_download(headers: Headers, _path: str, url: str) -> None:
    if url.startswith(_FILES):
        headers["Content-Disposition"] = "attachment"


def _guard(application: WSGIApplication) -> WSGIApplication:
    """Set the security headers on whatever answers: pages, files and errors."""

    def guarded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: object) -> object:
            taken = {name.lower() for name, _ in headers}
            more = [pair for pair in SECURITY_HEADERS.items() if pair[0].lower() not in taken]
            return start_response(status, [*headers, *more], *rest)  # type: ignore[arg-type]  # exc_info, passed on

        return application(environ, start)  # type: ignore[arg-type]  # the protocol cannot be met by a closure

    return guarded
