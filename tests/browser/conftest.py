"""Chromium, and the reference release both served and exported. Needs `npm ci` in this folder for axe-core."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, Response, sync_playwright

from praksis.web.export import export_site

_AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
CHECK = """
async () => {
  const result = await axe.run(document, {rules: {'target-size': {enabled: true}}, resultTypes: ['violations']});
  return result.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`));
}
"""
TOO_WIDE = """
() => document.documentElement.scrollWidth > document.documentElement.clientWidth
  ? [...document.querySelectorAll('body *')]
      .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      .map(e => e.outerHTML.slice(0, 120))
  : []
"""


def list_losses(page: Page) -> list[str]:
    """Fills, as the page goes on, with what it asks for and does not get.

    What the browser itself breaks off is no loss: an icon on its way when a reader goes to the next page.
    """
    losses: list[str] = []

    def note_failure(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":
            losses.append(f"{request.url}: {request.failure}")

    def note_refusal(response: Response) -> None:
        if response.status >= 400:
            losses.append(f"{response.url}: {response.status}")

    page.on("requestfailed", note_failure)
    page.on("response", note_refusal)
    return losses


_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
_SERVE = "import sys; from pathlib import Path; from praksis.web.serve import serve_site; "
_SERVE += "serve_site(Path(sys.argv[1]), '127.0.0.1', int(sys.argv[2]))"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    executable = os.environ.get("PRAKSIS_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert executable, "no Chromium: install one, or name it in PRAKSIS_CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    assert _AXE.is_file(), f"no axe-core: run `npm ci` in {Path(__file__).parent}"
    return _AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def exported(reference_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference release as files."""
    target = tmp_path_factory.mktemp("exported") / "site"
    export_site(reference_release, target)
    return target


@pytest.fixture(scope="session")
def live(reference_release: Path) -> Iterator[str]:
    """The reference release on a server; the address without a slash at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen([sys.executable, "-c", _SERVE, str(reference_release), str(port)]) as server:
        try:
            wait_for(f"{address}/index.html")
            yield address
        finally:
            server.terminate()


def wait_for(address: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return  # a page that is not for everyone is an answer too
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
