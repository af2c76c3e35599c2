"""The WSGI application that shows a release, and answering beside it."""

from collections.abc import Iterable
from pathlib import Path
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.handlers.wsgi import WSGIHandler
from granian.utils.proxies import wrap_wsgi_with_proxy_headers
from whitenoise import WhiteNoise  # type: ignore[import-untyped]  # ships no types

from praksis.web.settings import ADDRESS, SECURITY_HEADERS, Fieldwork, configure_answering, configure_site
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

    files = WhiteNoise(
        show,
        # Versions stand in the names of the vendored folders, so what is in them never changes.
        immutable_file_test=r"^/assets/vendor/",
        max_age=0,
        mimetypes=_MEDIA_TYPES,
        allow_all_origins=False,
        add_headers_function=_mark_download,
    )
    files.add_files(str(STATIC), "assets/")
    if release and opened:
        # Looked up in this list and never on the disk: what the manifest does not name cannot be asked for.
        for path in opened.files:
            files.add_file_to_dictionary(_FILES + path, str((release / path).resolve()))
    guarded = _guard(files)
    return _believe(guarded, fieldwork.proxies) if fieldwork else guarded


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
