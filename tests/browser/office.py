"""The staff pages on a server, and staff who sign in to them."""

import base64
import contextlib
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django_otp.oath import totp
from playwright.sync_api import Browser, Page

from tests.browser.conftest import wait_for

PRAKSIS = Path(sys.executable).with_name("praksis")
PASSWORD = "seks rare tegn er ikke nok"


@dataclass
class Office:
    """A server with the staff pages of a survey, and the commands beside it."""

    survey: Path
    database: Path
    address: str
    options: tuple[str, ...] = ()
    keys: dict[str, bytes] = field(default_factory=dict)
    """Name -> what the app of their phone has."""

    def run(self, group: str, command: str, *arguments: str) -> str:
        """A command on the survey and its database; what it printed."""
        call = [PRAKSIS, group, command, self.survey, *arguments, "--database", self.database]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def welcome(self, name: str, role: str) -> str:
        """The link of somebody new."""
        said = self.run("fieldwork", "staff", name, "--role", role, "--office", self.address)
        return next(line for line in said.splitlines() if "/welcome/" in line)

    def employ(self, browser: Browser, name: str, role: str, **options: object) -> Page:
        """Somebody new, signed in, at the board; a browser of their own."""
        page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
        page.goto(self.welcome(name, role))
        page.fill("#password", PASSWORD)
        page.fill("#again", PASSWORD)
        page.click("main button")
        key = page.inner_text(".key").replace(" ", "")
        self.keys[name] = base64.b32decode(key + "=" * (-len(key) % 8))
        self.give_code(page, name)
        assert re.search(r"/nb/[^/]+/$", page.url), page.url
        return page

    def sign_in(self, page: Page, name: str, language: str = "nb") -> None:
        """Somebody known, by password and the next code: each counts once."""
        page.goto(f"{self.address}/{language}/sign-in")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.click("main button")
        self.give_code(page, name, ahead=1)

    def give_code(self, page: Page, name: str, ahead: int = 0) -> None:
        """What the app shows, or will show in half a minute: clocks that go a little wrong are let in."""
        page.fill("#code", f"{totp(self.keys[name], t0=-30 * ahead):06}")
        page.click("main button")


@contextlib.contextmanager
def open_office(survey: Path, database: Path, *options: str) -> Iterator[Office]:
    """The staff pages of a survey, until the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [PRAKSIS, "fieldwork", "serve", survey, "--database", database, "--port", str(port), *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            wait_for(f"{address}/nb/sign-in")
            yield Office(survey, database, address, options)
        finally:
            server.terminate()
            deadline = time.monotonic() + 10
            while server.poll() is None and time.monotonic() < deadline:
                time.sleep(0.05)
