"""Closing the wave, by page: what is said before, what is written, and that it ends as by command."""

import hashlib
import html
import re
import threading
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client

from praksis.collect.event import EventKind
from praksis.collect.routing import Cell
from praksis.define.survey import Survey
from praksis.web.store.database import close_connections
from tests.web.fieldwork.answering import act, submit
from tests.web.fieldwork.conftest import BAKKEBYGD, FIRST
from tests.web.fieldwork.pages import Run, folder, read, run
from tests.web.fieldwork.staff import open_office, sign_in
from tests.web.store.conftest import WAVE

__all__ = ["folder", "run"]

ROLE = "head-of-it"
CLOSE = f"/nb/{WAVE}/close"
FINE: dict[str, Cell] = {"full-time-equivalents": "30", "services-are": 3, "has-strategy": 0, "users-first": 1}
TOO_MUCH: dict[str, Cell] = {
    "full-time-equivalents": "2",
    "services-are": 1,
    "lack-of-money": 1,
    "budget-change": "900",
}


@pytest.fixture
def office(database: str, wave: str, survey: Survey, folder: Path) -> Path:
    """The staff pages, when one has submitted; the folder of microdata."""
    submit(FIRST, FINE)
    open_office(database, survey, folder)
    return folder


@pytest.fixture
def client(office: Path) -> Client:
    return sign_in("kari", "lead")


def send(client: Client, name: str = WAVE, reason: str = "", closings: str = "0") -> tuple[int, str]:
    """Press the button; the status, and the page that comes."""
    answer = client.post(CLOSE, {"name": name, "reason": reason, "closings": closings})
    if answer.status_code == 303:
        assert answer["Location"] == CLOSE
        return 303, read(client, CLOSE)
    return answer.status_code, html.unescape(answer.content.decode())


def count_closings() -> int:
    from praksis.web.store.closing import list_closings

    return len(list_closings("every-kind", WAVE))


def read_digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


def test_what_stands_in_the_way_is_said_with_whom(client: Client, run: Run) -> None:
    submit(BAKKEBYGD, TOO_MUCH)
    page = read(client, CLOSE)
    assert "Nei. Dette må ordnes først." in page
    assert "Utslag som må rettes: 1." in page
    assert f'href="/nb/{WAVE}/work/{BAKKEBYGD}/{ROLE}">Bakkebygd kommune ({BAKKEBYGD})</a>' in page
    assert "Ingen kan svare lenger" in page, "what closing does is said before it can be done too"
    assert 'name="closings"' not in page
    status, page = send(client)
    assert (status, "Noe står i veien." in page) == (422, True)
    assert count_closings() == 0
    assert run("fieldwork", "correct", BAKKEBYGD, "budget-change=9", "--why", "x")[0] == 0
    assert "Ingenting er i veien." in read(client, CLOSE)


def test_what_is_worth_knowing(client: Client, run: Run) -> None:
    act("100000016", EventKind.SAVED, FINE)
    assert run("fieldwork", "reopen", FIRST, "--why", "x")[0] == 0
    assert run("collect", "open", "--closes", "2040-12-01T16:00")[0] == 0
    page = read(client, CLOSE)
    assert "Virksomhetene kan fortsatt svare til 1.\xa0desember 2040 kl.\xa016.00." in page
    assert "Begynt og ikke levert: 1. De blir ikke med." in page
    assert f'href="/nb/{WAVE}/organisations/100000016/{ROLE}">Etaten for øvelser (100000016)</a>' in page
    assert "Åpnet igjen og ikke levert på nytt: 1." in page
    english = read(client, f"/en/{WAVE}/close")
    assert "The organisations can still answer until 1\xa0December 2040 at\xa016:00." in english
    assert "Begun and not submitted: 1. They are left out." in english


def test_every_remark_has_words() -> None:
    from praksis.web.fieldwork.closing import Kind
    from praksis.web.fieldwork.words import read_words

    for language in ("nb", "en"):
        words = read_words(language)
        for kind in Kind:
            assert words.fill(f"close_{kind}".replace("-", "_"), count="1", until=""), kind


def test_nothing_is_submitted_or_open(database: str, wave: str, survey: Survey, folder: Path) -> None:
    open_office(database, survey, folder)
    client = sign_in("kari", "lead")
    assert "Ingen har levert." in read(client, CLOSE)
    assert "Årgangen er ikke åpnet." in read(client, "/nb/2025/close")
    assert client.post("/nb/2025/close", {"name": "2025", "closings": "0"}).status_code == 422
    assert send(client)[0] == 422
    assert count_closings() == 0


def test_the_name_must_be_written(client: Client) -> None:
    for name in ("", "2025", "ja"):
        status, page = send(client, name)
        assert (status, 'href="#name">Skriv navnet på årgangen: 2026' in page) == (422, True)
        assert f'name="name" type="text" value="{name}"' in page
    assert count_closings() == 0


def test_closing_by_page_ends_as_by_command(client: Client, office: Path, run: Run, tmp_path: Path) -> None:
    submit("100000016", FINE | {"full-time-equivalents": "40", "comment": "æøå"})
    status, page = send(client)
    assert status == 303
    assert "Årgangen er avsluttet. Besvarelser: 2." in page
    assert "Besvarelser: 2. Rettelser: 0. Vurderinger: 0." in page
    written = read_digests(office)
    assert set(written) == {
        f"{WAVE}{end}" for end in (".parquet", "-codebook.json", "-corrections.csv", "-questionnaire.json")
    }
    for name, digest in written.items():
        row = page[page.index(name) :]
        assert digest in row[: row.index("</tr>")]
        assert "Uendret" in row[: row.index("</tr>")]
    elsewhere = tmp_path / "elsewhere"
    code, output, complaint = run("close", "--to", str(elsewhere), "--why", "again")
    assert code == 0, complaint
    assert read_digests(elsewhere) == written
    assert "Første gang" in read(client, CLOSE)
    acts = run("fieldwork", "audit")[1]
    assert f"kari  close  every-kind/{WAVE}" in acts


def test_pressed_twice_it_is_closed_once(client: Client) -> None:
    assert send(client)[0] == 303
    status, page = send(client)
    assert (status, count_closings()) == (303, 1)
    assert re.search(r'role="status">.*Årgangen ble avsluttet .* av kari\.', page)


def test_pressed_twice_at_the_same_moment_it_is_closed_once(office: Path, database: str) -> None:
    clients = [sign_in(name, "lead") for name in ("kari", "ola")]
    close_connections()
    start, statuses = threading.Barrier(2), Counter[int]()

    def press(client: Client) -> None:
        start.wait(timeout=30)
        try:
            statuses[client.post(CLOSE, {"name": WAVE, "closings": "0"}).status_code] += 1
        finally:
            close_connections()

    threads = [threading.Thread(target=press, args=(one,)) for one in clients]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    assert count_closings() == 1
    assert statuses.total() == 2
    assert statuses[500] == 0
    page = read(clients[0], CLOSE)
    assert "Endret eller borte" not in page


def test_closed_anew_takes_a_reason(client: Client, run: Run) -> None:
    assert send(client)[0] == 303
    assert run("fieldwork", "correct", FIRST, "full-time-equivalents=31", "--why", "x")[0] == 0
    assert "Filene har det ikke med" in read(client, CLOSE)
    status, page = send(client, closings="1")
    assert (status, 'href="#reason">Skriv hvorfor.' in page) == (422, True)
    assert count_closings() == 1
    status, page = send(client, reason="Feil tall på årsverk", closings="1")
    assert status == 303
    assert "Filene har det ikke med" not in page
    assert "Besvarelser: 1. Rettelser: 1. Vurderinger: 0." in page
    assert page.index("Feil tall på årsverk") < page.index("Første gang"), "the last stands first"
    assert count_closings() == 2


def test_files_that_are_not_what_was_written(client: Client, office: Path) -> None:
    assert send(client)[0] == 303
    (office / f"{WAVE}-codebook.json").write_text("{}")
    (office / f"{WAVE}.parquet").unlink()
    page = read(client, CLOSE)
    assert page.count("er endret eller borte siden årgangen ble avsluttet.") == 2
    assert page.count("Endret eller borte</span>") == 2
    assert page.count("<td>Uendret</td>") == 2


@pytest.mark.parametrize("role", ["fieldworker", "analyst", "auditor"])
def test_only_the_lead_closes(office: Path, role: str) -> None:
    client = sign_in("kari", role)
    assert client.get(CLOSE).status_code == 403
    assert client.post(CLOSE, {"name": WAVE, "closings": "0"}).status_code == 403
    assert f'href="{CLOSE}"' not in client.get(f"/nb/{WAVE}/").content.decode()
    assert count_closings() == 0
    assert Client().get(CLOSE).status_code == 302
