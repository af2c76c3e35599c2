"""Answering and the public pages in one process: who gets which, what is kept apart, and what stands in the log."""

import datetime
import io
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode
from wsgiref.types import WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

import pytest

from praksis.define.survey import Survey
from praksis.web.logs import DiscreetFormatter, hide_personal
from praksis.web.settings import Fieldwork
from praksis.web.store.database import close_connections
from praksis.web.wsgi import make_application
from tests.databases import SECRET
from tests.web.store.conftest import EVERY_KIND, WAVE


class Browser:
    """Asks an application and keeps its cookies."""

    def __init__(self, application: WSGIApplication, **environ: str) -> None:
        self.application, self.environ = application, environ
        self.cookies: SimpleCookie = SimpleCookie()

    def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, dict[str, str], str]:
        body = urlencode(form).encode() if form is not None else b""
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": "GET" if form is None else "POST",
            "PATH_INFO": path,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "HTTP_COOKIE": "; ".join(f"{one.key}={one.value}" for one in self.cookies.values()),
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
            **self.environ,
        }
        setup_testing_defaults(environ)
        started: list[tuple[str, list[tuple[str, str]]]] = []
        parts = self.application(environ, lambda status, pairs, *rest: started.append((status, pairs)))  # type: ignore[arg-type]
        text = b"".join(parts).decode()
        getattr(parts, "close", lambda: None)()
        status, pairs = started[0]
        for name, value in pairs:
            if name.lower() == "set-cookie":
                self.cookies.load(value)
        return int(status[:3]), {name.lower(): value for name, value in pairs}, text

    def enter(self, token: str) -> tuple[int, dict[str, str], str]:
        _, _, text = self.ask(f"/answer/l/{token}")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        assert found, text
        return self.ask("/answer/enter", {"csrfmiddlewaretoken": found[1], "token": token})


@pytest.fixture
def token(survey: Survey, wave: str) -> str:
    from praksis.web.store.collection import list_responses
    from praksis.web.store.entrance import issue_link

    first = list_responses(survey.header.id, wave)[0]
    return issue_link(first.coordinator, SECRET, datetime.datetime.now(datetime.UTC))


@pytest.fixture
def fieldwork(database: str, survey: Survey) -> Fieldwork:
    return Fieldwork(database, SECRET, {survey.header.id: survey}, secure=False)


def test_both_in_one_process(release: Path, fieldwork: Fieldwork, token: str) -> None:
    browser = Browser(make_application(release, fieldwork))
    status, headers, text = browser.ask("/nb/services.html")
    assert (status, "Survey nb" in text) == (200, True)
    assert not browser.cookies
    assert headers["content-security-policy"].startswith("default-src 'self'; img-src 'self' data:; script-src 'none'")
    assert browser.ask("/nb/nothing.html")[0] == 404
    assert browser.ask("/answer/l/" + "a" * 26)[0] == 404
    assert browser.ask("/files/cube.json")[0] == 200
    assert browser.ask("/nb/services.html", {})[0] == 405
    status, headers, _ = browser.enter(token)
    assert (status, headers["location"]) == (303, "/answer/nb/")
    status, headers, text = browser.ask("/answer/nb/")
    assert status == 200
    assert headers["cache-control"] == "no-store"
    assert token not in text


def test_answering_alone(fieldwork: Fieldwork, token: str) -> None:
    browser = Browser(make_application(None, fieldwork))
    assert browser.enter(token)[0] == 303
    assert browser.ask("/answer/nb/")[0] == 200
    for path in ("/", "/nb/services.html", "/answer"):
        assert browser.ask(path)[0] == 404


def test_the_public_pages_alone_know_nothing_of_answering(release: Path, tmp_path: Path) -> None:
    """In a process of its own: settings are made once."""
    code = (
        "import sys; from pathlib import Path; from praksis.web.wsgi import make_application;"
        "from tests.web.store.test_serving import Browser;"
        f"browser = Browser(make_application(Path({str(release)!r})));"
        "print(*(browser.ask(path)[0] for path in ('/nb/services.html', '/answer/l/abc')));"
        "print('praksis.web.answering' in sys.modules)"
    )
    root = Path(__file__).parents[3]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert run.stdout.split() == ["200", "404", "False"], run.stderr


def test_the_cookies(fieldwork: Fieldwork, token: str) -> None:
    browser = Browser(make_application(None, fieldwork))
    browser.enter(token)
    assert set(browser.cookies) == {"praksis-session", "praksis-form"}
    for cookie in browser.cookies.values():
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/answer/")
        assert not cookie["secure"]
    assert browser.cookies["praksis-session"]["max-age"] == str(24 * 60 * 60)


def test_behind_a_proxy_with_https(fieldwork: Fieldwork, token: str) -> None:
    """Cookies are for https alone, and who asks is who the proxy says; another's word is not taken."""
    from praksis.web.store.entrance import WRONG_LINKS

    secure = Fieldwork(fieldwork.database, SECRET, fieldwork.surveys)
    application = make_application(None, secure)
    forwarded = {"x_forwarded_proto": "https", "origin": "https://survey.example", "host": "survey.example"}

    class Proxied(Browser):
        def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, dict[str, str], str]:
            return super().ask(path, form, **forwarded | headers)

    browser = Proxied(application, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.1")
    assert browser.enter(token)[0] == 303
    assert all(cookie["secure"] for cookie in browser.cookies.values())
    wrong = "/answer/l/" + "a" * 26
    liar = Browser(application, REMOTE_ADDR="192.0.2.66")
    asked = [liar.ask(wrong, x_forwarded_for=f"198.51.100.{n}")[0] for n in range(WRONG_LINKS + 1)]
    assert asked == [404] * WRONG_LINKS + [429]
    assert browser.ask(wrong)[0] == 404
    # Only the proxies that are named are believed.
    far = Fieldwork(fieldwork.database, SECRET, fieldwork.surveys, proxies=("10.0.0.1",))
    behind = Browser(make_application(None, far), REMOTE_ADDR="10.0.0.1")
    assert behind.ask(wrong, x_forwarded_for="192.0.2.66")[0] == 429
    assert behind.ask(wrong, x_forwarded_for="192.0.2.67")[0] == 404
    # A form from another site is refused.
    _, _, text = browser.ask(f"/answer/l/{token}")
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
    assert found
    form = {"csrfmiddlewaretoken": found[1], "token": token}
    assert browser.ask("/answer/enter", form, origin="https://elsewhere.example")[0] == 403
    assert browser.ask("/answer/enter", form)[0] == 303


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What Django would print."""
    handlers = [one for one in logging.getLogger("django").handlers if isinstance(one.formatter, DiscreetFormatter)]
    (handler,) = handlers
    assert isinstance(handler, logging.StreamHandler)
    text = io.StringIO()
    before = handler.setStream(text)
    yield text
    handler.setStream(before)


def test_no_link_no_email_and_no_answer_in_the_log(
    fieldwork: Fieldwork, token: str, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(make_application(None, fieldwork))
    written = "my answer, from kari@bakkebygd.example"
    from praksis.web.answering import doors

    for path in (f"/answer/l/{token}x", f"/answer/l/{token}/more", "/answer/enter"):
        browser.ask(path, {"token": token} if path.endswith("enter") else None)
    assert log.getvalue() == ""

    def fail(_token: str, _now: datetime.datetime) -> None:
        # As a database does: the error repeats what could not be written.
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO store_event (body) VALUES (%s)", [written])

    monkeypatch.setattr(doors, "find_assignment", fail)
    assert browser.ask(f"/answer/l/{token}")[0] == 500
    said = log.getvalue()
    assert "Internal Server Error: /answer/l/…" in said
    assert "IntegrityError" in said
    assert 'File "' in said
    for secret in (token, "my answer", "kari@", "bakkebygd"):
        assert secret not in said


def test_what_is_hidden() -> None:
    assert hide_personal("GET /answer/l/abcdef?x=1 by kari@b.example.") == "GET /answer/l/…?x=1 by …@…"
    assert hide_personal("POST /answer/out/1-2.abc failed") == "POST /answer/out/… failed"
    assert hide_personal("/nb/services.html not found") == "/nb/services.html not found"


def test_errors_of_the_system_say_what_they_are(tmp_path: Path) -> None:
    try:
        try:
            (tmp_path / "nothing").read_bytes()
        except OSError as error:
            raise ValueError("my answer") from error
    except ValueError:
        text = DiscreetFormatter().format(logging.LogRecord("x", logging.ERROR, "", 0, "It broke", (), sys.exc_info()))
    lines = text.splitlines()
    assert lines[0] == "It broke"
    assert f"builtins.FileNotFoundError: [Errno 2] No such file or directory: '{tmp_path}/nothing'" in lines
    assert lines[-1] == "builtins.ValueError"
    assert "my answer" not in text.replace('raise ValueError("my answer")', "")


_LINK = re.compile(r"http://127\.0\.0\.1:\d+/answer/l/[a-z2-7]{26}")


@pytest.mark.parametrize("workers", [1, 2])
def test_served_from_the_command_line(
    workers: int, release: Path, tmp_path: Path, make_database: Callable[[str], str], cluster: object
) -> None:
    """`praksis serve RELEASE --answers SURVEY` opens the wave and prints a link that works, and nothing else."""
    close_connections()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    database = make_database("postgresql" if workers > 1 else "sqlite")
    command = [sys.executable, "-m", "praksis.cli", "serve", str(release), "--answers", str(EVERY_KIND)]
    command += ["--database", database, "--port", str(port), "--workers", str(workers)]
    environ = os.environ | {"PRAKSIS_SECRET": SECRET.decode()}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            assert server.stdout
            lines = [server.stdout.readline() for _ in range(3)]
            assert lines[0] == f"every-kind {WAVE}: 12 responses, 12 of them new\n"
            found = _LINK.search(lines[1])
            assert found, lines
            assert lines[1].startswith("Try it as Bakkebygd kommune: ")
            for _ in range(10):
                assert "Bakkebygd kommune" in _read(found[0])
            with pytest.raises(urllib.error.HTTPError, match="404"):
                _read(found[0][:-1])
            assert "Survey nb" in _read(f"http://127.0.0.1:{port}/nb/services.html")
            server.send_signal(signal.SIGTERM)
            rest, _ = server.communicate(timeout=20)
        finally:
            server.kill()
    assert (server.returncode, rest) == (0, "")


def test_a_form_that_is_cut_off_on_the_way_empties_nothing(tmp_path: Path, fieldwork: Fieldwork) -> None:
    """The server hands on what came before the connection broke; fields that lack would count as emptied."""
    close_connections()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "praksis.cli", "collect", "serve", str(EVERY_KIND)]
    command += ["--database", fieldwork.database, "--port", str(port)]
    with subprocess.Popen(
        command, cwd=tmp_path, env=os.environ | {"PRAKSIS_SECRET": SECRET.decode()}, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout
            lines = [server.stdout.readline() for _ in range(2)]
            found = _LINK.search(lines[1])
            assert found, lines
            visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
            _read(found[0])
            signature = _find_value(visitor.open(found[0]).read().decode(), "csrfmiddlewaretoken")
            form = {"token": found[0].rpartition("/")[2], "csrfmiddlewaretoken": signature}
            visitor.open(f"http://127.0.0.1:{port}/answer/enter", urlencode(form).encode()).read()
            address = f"http://127.0.0.1:{port}/answer/nb/page/statements"
            page = visitor.open(address).read().decode()
            signed = {name: _find_value(page, name) for name in ("csrfmiddlewaretoken", "who", "base")}
            answers = {"users-first": "agree", "data-shared": "agree", "services-tested": "agree"}
            visitor.open(address, urlencode(signed | answers).encode()).read()
            signed["base"] = _find_value(visitor.open(address).read().decode(), "base")
            body = urlencode(signed | answers)
            cookies = next(one for one in visitor.handlers if isinstance(one, urllib.request.HTTPCookieProcessor))
            sent = "; ".join(f"{one.name}={one.value}" for one in cookies.cookiejar)
            head = (
                f"POST /answer/nb/page/statements HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {sent}\r\n"
                f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            with socket.create_connection(("127.0.0.1", port)) as line:
                line.sendall((head + body.partition("&data-shared")[0]).encode())
                line.shutdown(socket.SHUT_WR)
                line.recv(1000)
            after = visitor.open(address).read().decode()
        finally:
            # Asked to stop, it takes its workers along; killed, it would leave them.
            server.terminate()
    assert signed["base"] != "0"
    assert _find_value(after, "base") == signed["base"]
    assert after.count(" checked") == 3


def _find_value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, name
    return found[1]


def _read(address: str) -> str:
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError:
            raise
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@pytest.mark.parametrize("base", ["http://survey.example", "http://0.0.0.0:8000", "http://192.0.2.1"])
def test_answers_do_not_travel_in_the_clear(base: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from praksis.cli import main

    database = str(tmp_path / "answers.sqlite")
    assert main(["collect", "serve", str(EVERY_KIND), "--database", database, "--base", base]) == 1
    assert "in the clear" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
