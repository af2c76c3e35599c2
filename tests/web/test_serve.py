"""The server itself: another process, quiet, stopped by a signal."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from praksis.errors import PraksisError
from praksis.web.serve import serve_site

_SERVE = """
import sys
from pathlib import Path
from praksis.web.serve import serve_site

if __name__ == "__main__":
    serve_site(Path(sys.argv[1]), "127.0.0.1", int(sys.argv[2]))
"""


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_serves_quietly_until_stopped(release: Path, tmp_path: Path, stop: signal.Signals) -> None:
    script = tmp_path / "serve.py"
    script.write_text(_SERVE, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = f"http://127.0.0.1:{port}"
    command = [sys.executable, str(script), str(release), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        try:
            assert b"Survey nb" in _wait_for(f"{site}/nb/services.html")
            with urllib.request.urlopen(urllib.request.Request(f"{site}/nb/services.html", method="HEAD")) as answer:
                assert answer.read() == b""
                assert int(answer.headers["Content-Length"]) > 1000
            server.send_signal(stop)
            output, _ = server.communicate(timeout=20)
        finally:
            server.kill()
    assert server.returncode == 0
    assert output == b""


def test_a_taken_address_is_said_plainly(release: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PraksisError, match="cannot listen here"):
            serve_site(release, "127.0.0.1", taken.getsockname()[1])


def _wait_for(address: str) -> bytes:
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bytes(answer.read())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
