"""Every address of the staff pages: who may see it, and what goes with every answer."""

import io
from collections.abc import Iterator
from pathlib import Path
from wsgiref.util import setup_testing_defaults

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from praksis.define.survey import Survey
from praksis.web.settings import Fieldwork, Office
from praksis.web.wsgi import make_staff_application
from tests.databases import SECRET
from tests.web.fieldwork.conftest import FIRST
from tests.web.fieldwork.staff import open_office, sign_in
from tests.web.store.conftest import EVERY_KIND

OPEN = {"root", "home", "asset", "sign-in", "code", "welcome", "sign-out", "account", "account-back"}
"""For everybody: they show nothing of a wave."""
PAGES: dict[str, str] = {
    "board": "SEE",
    "stuck": "SEE",
    "frame": "LEAD",
    "organisations": "SEE",
    "case": "SEE",
    "contacts": "CONTACT",
    "letters": "SEND",
    "letters-send": "SEND",
    "letters-mails": "SEND",
    "letter": "SEND",
    "work": "EDIT",
    "sheet": "EDIT",
    "sheet-file": "EDIT",
    "answers": "EDIT",
    "close": "LEAD",
    "people": "LEAD",
    "audit": "AUDIT",
    "audit-file": "AUDIT",
}
"""What each page needs. A new page is added here by whoever has thought of who may see it."""
ROLES = ("lead", "fieldworker", "analyst", "auditor")
_GIVEN = {"language": "nb", "wave": "2026", "organisation": FIRST, "role": "head", "name": "x", "token": "x"}


@pytest.fixture
def office(database: str, wave: str, survey: Survey, tmp_path: Path) -> None:
    open_office(database, survey, tmp_path)


def _list_patterns() -> Iterator[URLPattern]:
    for one in get_resolver().url_patterns:
        assert isinstance(one, URLPattern), "an address within another: list it too"
        yield one


def _may(role: str, what: str) -> bool:
    from praksis.web.fieldwork.visit import RIGHTS, May
    from praksis.web.store.staff import Role

    return May[what] in RIGHTS[Role(role)]


def _find_path(name: str) -> str:
    (pattern,) = (one for one in _list_patterns() if one.name == name)
    given = {part: _GIVEN.get(part, "x") for part in pattern.pattern.regex.groupindex}
    return reverse(name, kwargs=given)


def test_every_address_is_known_here(office: None) -> None:
    for one in _list_patterns():
        needs = getattr(one.callback, "needs", None)
        assert one.name in OPEN or one.name in PAGES, f"{one.name} is new: say in PAGES what it needs"
        found = None if needs is None else " ".join(sorted(need.name for need in needs))
        assert found == PAGES.get(str(one.name)), one.name
    assert {one.name for one in _list_patterns()} == OPEN | set(PAGES)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_what_it_may(office: None, role: str) -> None:
    client = sign_in("kari", role)
    for name, needs in PAGES.items():
        path = _find_path(name)
        allowed = _may(role, needs)
        answer = client.get(path)
        if answer.status_code == 405:
            # It takes forms only: those who may not are refused before anything is read of it.
            answer = client.post(path) if not allowed else HttpResponse(status=405)
        assert (answer.status_code == 403) is not allowed, f"{role} {name}: {answer.status_code}"
        if not allowed:
            assert "Siden er for andre roller enn din" in answer.content.decode()
            assert client.post(path).status_code in (403, 405), name


@pytest.mark.parametrize("role", ROLES)
def test_the_menu_has_what_the_role_may(office: None, role: str) -> None:
    client = sign_in("kari", role)
    page = client.get(_find_path("board")).content.decode()
    for name, needs in PAGES.items():
        if f'href="{_find_path(name)}"' in page:
            assert _may(role, needs), name
    shown = {name for name in PAGES if f'href="{_find_path(name)}"' in page}
    assert shown >= {"board", "organisations", "stuck"}


def test_who_may_what() -> None:
    """As docs/fieldwork.md says; a change here is one of who sees persons."""

    rights = {what: {role for role in ROLES if _may(role, what)} for what in set(PAGES.values()) | {"WORK"}}
    assert rights == {
        "SEE": {*ROLES},
        "CONTACT": {"lead", "fieldworker"},
        "WORK": {"lead", "fieldworker"},
        "SEND": {"lead", "fieldworker"},
        "EDIT": {"lead", "fieldworker", "analyst"},
        "AUDIT": {"lead", "auditor"},
        "LEAD": {"lead"},
    }


def test_nobody_sees_anything_without_signing_in(office: None) -> None:
    client = Client()
    for name in PAGES:
        path = _find_path(name)
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code in (302, 405), f"{name}: {answer.status_code}"
            if answer.status_code == 302:
                assert answer["Location"].startswith("/nb/sign-in"), name
        assert 302 in (client.get(path).status_code, client.post(path).status_code), name
    assert client.get("/nb/2026/stuck?a=1")["Location"] == "/nb/sign-in?next=%2Fnb%2F2026%2Fstuck%3Fa%3D1"


def test_every_form_is_checked(office: None) -> None:
    client = sign_in("kari", "lead", checks=True)
    for name in PAGES:
        answer = client.post(_find_path(name))
        assert answer.status_code in (403, 405), f"{name}: {answer.status_code}"
        if answer.status_code == 403:
            assert "Skjemaet er for gammelt" in answer.content.decode(), name


@pytest.mark.parametrize(
    "path", ["/xx/2026/", "/nb/1999/", "/nb/2026/nothing", "/answer/", "/nb/2026", "/own/x.css", "/%00/"]
)
def test_what_is_not_there_is_not_there(office: None, path: str) -> None:
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("kind", ["sqlite"])
def test_security_headers_go_with_every_answer(
    kind: str, database: str, wave: str, survey: Survey, tmp_path: Path
) -> None:
    fieldwork = Fieldwork(database, SECRET, {survey.header.id: survey}, secure=False)
    application = make_staff_application(fieldwork, Office("http://survey.example", tmp_path, EVERY_KIND))

    def ask(path: str, method: str = "GET") -> tuple[str, dict[str, str]]:
        environ: dict[str, object] = {"PATH_INFO": path, "REQUEST_METHOD": method, "REMOTE_ADDR": "192.0.2.1"}
        environ |= {"CONTENT_LENGTH": "0", "wsgi.input": io.BytesIO()}
        setup_testing_defaults(environ)
        got: list[tuple[str, dict[str, str]]] = []
        answer = application(environ, lambda status, headers, *_: got.append((status, dict(headers))))  # type: ignore[arg-type,func-returns-value]
        list(answer)
        return got[0]

    from praksis.web.fieldwork.styles import find_asset

    statuses = set()
    paths = ("/", "/nb/sign-in", "/nb/2026/", "/nothing/at/all/x", f"/own/{find_asset('css')}", "/nb/welcome/x")
    for status, headers in [*map(ask, paths), ask("/nb/sign-in", "POST")]:
        statuses.add(int(status[:3]))
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "script-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Referrer-Policy" in headers
        assert "Permissions-Policy" in headers
    assert statuses == {200, 302, 403, 404, 410}
    for path in ("/nb/sign-in", "/nb/welcome/x", "/nothing/at/all/x"):
        assert "no-store" in ask(path)[1]["Cache-Control"], path
