"""Show a release, answering or the staff pages on this machine or behind a proxy."""

import socket
from collections.abc import Callable
from functools import partial
from multiprocessing import cpu_count
from pathlib import Path
from wsgiref.types import WSGIApplication

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from praksis.errors import PraksisError
from praksis.web.settings import Fieldwork, Office
from praksis.web.site.release import open_release
from praksis.web.wsgi import make_application, make_staff_application


def serve_site(
    release: Path | None,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    fieldwork: Fieldwork | None = None,
    workers: int = 1,
) -> None:
    """Serve the pages of a release, answering, or both, until Ctrl-C or SIGTERM.

    Prints nothing unless something goes wrong. Raises ReleaseUnfit or, where the address is taken, PraksisError, before
    anything is started. Who has used the database must have closed its connections: workers are forked.
    """
    if release:
        release = release.resolve()
        open_release(release)
    # The worker is another process: it is given what to open, not the opened thing.
    _serve(partial(make_application, release, fieldwork), host, port, workers, respawn=fieldwork is not None)


def serve_staff(fieldwork: Fieldwork, office: Office, host: str, port: int) -> None:
    """Serve the staff pages until Ctrl-C or SIGTERM; else as `serve_site`."""
    # One process, with threads: each holds the survey in its own memory, and a new frame that is loaded on a page of
    # one would not be seen by the others. Those who run a survey are few.
    _serve(partial(make_staff_application, fieldwork, office), host, port, 1, respawn=True)


def _serve(load: Callable[[], WSGIApplication], host: str, port: int, workers: int, *, respawn: bool) -> None:
    check_free(host, port)
    server = Granian(
        "praksis.web.wsgi",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=workers,
        # Pages are rendered once, then only handed out; more threads than this would wait for the interpreter.
        blocking_threads=2 * cpu_count() + 1,
        # Each thread keeps a connection to the database; a thread that ends takes it along.
        blocking_threads_idle_timeout=600,
        respawn_failed_workers=respawn,
        # An access log would hold personal links.
        log_access=False,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=load, wrap_loader=False)


def check_free(host: str, port: int) -> None:
    """Raises PraksisError where nothing can be served at an address."""
    # The server itself would say so with a stack of its own insides.
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise PraksisError(f"{host}:{port}: cannot listen here ({error.strerror}); give another port") from None
