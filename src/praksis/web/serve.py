"""Show a release on this machine or behind a proxy."""

import socket
from functools import partial
from multiprocessing import cpu_count
from pathlib import Path

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from praksis.errors import PraksisError
from praksis.web.settings import Fieldwork
from praksis.web.site.release import open_release
from praksis.web.wsgi import make_application


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
    _check_address(host, port)
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
        respawn_failed_workers=fieldwork is not None,
        # An access log would hold personal links.
        log_access=False,
        log_level=LogLevels.warning,
    )
    # The worker is another process: it is given what to open, not the opened thing.
    server.serve(target_loader=partial(make_application, release, fieldwork), wrap_loader=False)


def _check_address(host: str, port: int) -> None:
    # The server itself would say so with a stack of its own insides.
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise PraksisError(f"{host}:{port}: cannot listen here ({error.strerror}); give another port") from None
