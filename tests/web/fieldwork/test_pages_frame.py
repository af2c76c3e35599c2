"""The page of the frame and the opening, in both databases, on a survey folder of the test's own."""

import datetime
import errno
import hashlib
import html
import io
import os
import re
import shutil
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from openpyxl import Workbook

from praksis.command.frame import describe_load
from praksis.define.read import load_survey
from praksis.edit.frame.load import NewFile, load_frame
from tests.web.fieldwork.conftest import FIRST, Praksis
from tests.web.fieldwork.staff import open_office, sign_in
from tests.web.store.conftest import EVERY_KIND

PAGE = "/nb/2026/frame"
OLD = (EVERY_KIND / "frame.csv").read_text(encoding="utf-8")
NEWCOMER = "100000229,Nybygg kommune,municipality,nb\n"
FIRST_LINE = next(line for line in OLD.splitlines(keepends=True) if line.startswith(FIRST))
OTHER_LINE = next(line for line in OLD.splitlines(keepends=True) if line.startswith("100000016"))
LIST = OLD.replace(FIRST_LINE, "").replace("Etaten for øvelser,state", "Etaten for øving,municipality") + NEWCOMER
LATER = "2030-12-01T16:00"
EXTRA = """  - file: more.csv
    waves: ["2026"]
    key: organisation_number
    reference: organisation_number
    name: name
    columns: {sector: sector, written-form: written_form}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The survey's folder. A file of the wave alone, so that those who are gone are gone."""
    folder = Path(shutil.copytree(EVERY_KIND, tmp_path / "survey"))
    frame = folder / "frame.yaml"
    text = frame.read_text(encoding="utf-8")
    old = re.search(r"  - file: frame\.csv\n(?:    .*\n)+", text)
    assert old
    of_wave = [
        old[0].replace("    key:", f'    waves: ["{wave}"]\n    key:').replace("frame.csv", name)
        for wave, name in (("2025", "frame-2025.csv"), ("2026", "frame.csv"))
    ]
    frame.write_text(text.replace(old[0], "".join(of_wave)), encoding="utf-8")
    shutil.copy(folder / "frame.csv", folder / "frame-2025.csv")
    return folder


@pytest.fixture
def lead(database: str, folder: Path, tmp_path: Path) -> Client:
    """The survey lead, signed in; the wave was never opened."""
    open_office(database, load_survey(folder), tmp_path, folder=folder)
    return sign_in("kari", "lead")


def give(client: Client, do: str, content: str | bytes = LIST, name: str = "liste.csv", **more: str) -> HttpResponse:
    data = content.encode() if isinstance(content, str) else content
    answer = client.post(PAGE, {"file": SimpleUploadedFile(name, data), "do": do, "sheet": "", **more})
    assert isinstance(answer, HttpResponse)
    return answer


def open_it(client: Client, closes: str = "") -> HttpResponse:
    answer = client.post(PAGE, {"do": "open", "closes": closes})
    assert isinstance(answer, HttpResponse)
    return answer


def read(answer: object) -> str:
    """The words of a page."""
    page = answer.content.decode().partition("<main")[2]  # type: ignore[attr-defined]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def list_done() -> list[tuple[str, dict[str, str]]]:
    from praksis.web.store.audit import list_acts

    return [(one.act, dict(one.details)) for one in list_acts("every-kind/2026")]


def count_responses() -> int:
    from praksis.web.store.collection import list_responses

    return len(list_responses("every-kind", "2026"))


def soon(days: int = 14) -> str:
    return f"{datetime.datetime.now() + datetime.timedelta(days=days):%Y-%m-%dT16:00}"


# -- the list ----------------------------------------------------------------------------------------------------------


def test_the_frame_as_it_is(lead: Client) -> None:
    page = read(lead.get(PAGE))
    assert "Utvalgsrammen i 2026 Stratum Virksomheter Kommuner 8 Statlige virksomheter 4 Alle 12" in page
    assert "Filene den kommer fra frame.csv" in page
    assert "frame-2025.csv" not in page
    assert "Årgangen er ikke åpnet. Når den åpnes, blir det én besvarelse for hver som skal spørres, i alt 12." in page


def test_a_list_is_checked_and_then_written(lead: Client, folder: Path, tmp_path: Path) -> None:
    checked = give(lead, "check")
    page = read(checked)
    assert (checked.status_code, "Ingenting er endret ennå" in page) == (200, True)
    assert "Nye 1 Borte 1 Med både før og nå 11 Endret 1 Byttet gruppe 1" in page
    assert "Nye Nybygg kommune (100000229)" in page
    assert f"Borte {FIRST_LINE.split(',')[1]} ({FIRST})" in page
    assert "name: Etaten for øvelser → Etaten for øving; Sektor: Statlige virksomheter → Kommuner" in page
    assert ((folder / "frame.csv").read_text("utf-8"), list_done()) == (OLD, [])
    # What the command says of the same list.
    path = tmp_path / "liste.csv"
    path.write_text(LIST, encoding="utf-8")
    load = load_frame(folder, NewFile(path), "2026", "frame.csv")
    assert describe_load(load)[0] == "1 new, 1 gone, 11 in both; 1 of them changed, 1 in another class"

    written = give(lead, "write")
    assert (written.status_code, written["Location"]) == (303, PAGE)
    assert (folder / "frame.csv").read_text("utf-8") == load.text
    page = read(lead.get(PAGE))
    assert "frame.csv er skrevet: 1 nye, 1 borte, 1 endret. Endringen hører hjemme i versjonskontrollen." in page
    assert "må startes på nytt" in page
    assert "Kommuner 10 Statlige virksomheter 2 Alle 12" in page, "this process sees it"
    digest = hashlib.sha256((folder / "frame.csv").read_bytes()).hexdigest()
    counts = {"new": "1", "gone": "1", "same": "11", "changed": "1", "moved": "1"}
    assert list_done() == [("load-frame", {"file": "frame.csv", **counts, "sha256": digest})]
    assert "Skrev ny utvalgsramme" in lead.get("/nb/2026/audit").content.decode()
    assert "Listen er lik rammen." in read(give(lead, "check"))
    assert give(lead, "write").status_code == 303, "sent twice it does no harm"
    assert "frame.csv er lik listen fra før. Ingenting er endret." in read(lead.get(PAGE))
    assert len(list_done()) == 1
    assert [one.name for one in folder.iterdir() if one.name.startswith(".")] == []


@pytest.mark.parametrize("do", ["check", "write"])
def test_everything_that_is_wrong_is_shown_and_nothing_is_written(lead: Client, folder: Path, do: str) -> None:
    wrong = LIST.replace("100000229", "100000228").replace("100000016", "10000001") + OTHER_LINE + OTHER_LINE
    answer = give(lead, do, wrong)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert '<ul class="problems" lang="en">' in text
    for place, code in ((2, "F002"), (13, "F002"), (15, "F003")):
        assert re.search(rf"<strong>liste\.csv:{place}</strong>: [^\n]*{code}", text), (place, code, read(answer))
    assert "Listen har feil" in text
    assert ((folder / "frame.csv").read_text("utf-8"), list_done()) == (OLD, [])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("liste.pdf", b"%PDF-1.7", "må være CSV eller Excel"),
        ("liste.xlsx", b"%PDF-1.7", "cannot be read as a workbook"),
        ("liste.csv", b"a,b\n1,2\n", "has no column"),
        ("x" * 250 + ".csv", b"a,b\n1,2\n", "has no column"),
        ("liste.csv", b"x" * 10_000_001, "større enn 10\N{NO-BREAK SPACE}MB"),
    ],
)
def test_a_file_that_is_no_list(lead: Client, folder: Path, name: str, content: bytes, said: str) -> None:
    answer = give(lead, "write", content, name)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert (folder / "frame.csv").read_text("utf-8") == OLD


def test_no_file_at_all(lead: Client) -> None:
    answer = lead.post(PAGE, {"do": "check", "sheet": "ark 2"})
    text = answer.content.decode()
    assert (answer.status_code, 'href="#file">Du har ikke valgt noen fil.' in text) == (422, True)
    assert 'value="ark 2"' in text, "what was typed is kept"


def test_a_workbook_and_its_sheet(lead: Client, folder: Path) -> None:
    book, kept = Workbook(), io.BytesIO()
    sheet = book.create_sheet("virksomheter")
    for line in LIST.splitlines():
        sheet.append(line.split(","))
    book.save(kept)
    assert give(lead, "write", kept.getvalue(), "liste.xlsx").status_code == 422
    assert give(lead, "write", kept.getvalue(), "liste.xlsx", sheet="virksomheter").status_code == 303
    assert "Nybygg kommune" in (folder / "frame.csv").read_text("utf-8")


def test_which_of_several_files(database: str, folder: Path, tmp_path: Path) -> None:
    path = folder / "frame.yaml"
    path.write_text(path.read_text("utf-8").replace("breakdowns:", EXTRA + "breakdowns:", 1), encoding="utf-8")
    heading = OLD.splitlines(keepends=True)[0]
    (folder / "more.csv").write_text(heading + NEWCOMER, encoding="utf-8")
    open_office(database, load_survey(folder), tmp_path, folder=folder)
    lead = sign_in("kari", "lead")
    for source in ("", "frame-2025.csv"):
        answer = give(lead, "write", heading, source=source)
        text = answer.content.decode()
        assert (answer.status_code, 'href="#source">Velg filen listen skal erstatte' in text) == (422, True)
    assert give(lead, "write", heading + NEWCOMER.replace("Nybygg", "Nesten"), source="more.csv").status_code == 303
    assert "Nesten kommune" in (folder / "more.csv").read_text("utf-8")
    assert (folder / "frame.csv").read_text("utf-8") == OLD


def test_a_survey_that_does_not_load_with_it_gets_its_frame_back(lead: Client, folder: Path) -> None:
    """The numbers that are stated are checked when the survey is loaded, not when the list is."""
    path = folder / "frame.yaml"
    stated = 'stated:\n  - {wave: "2026", group: all, organisations: 12, source: the plan}\n'
    path.write_text(path.read_text("utf-8") + stated, encoding="utf-8")
    before = (folder / "frame.csv").read_bytes()
    answer = give(lead, "write", OLD + NEWCOMER)
    assert (answer.status_code, "F006" in answer.content.decode()) == (422, True)
    assert (folder / "frame.csv").read_bytes() == before
    assert list_done() == []
    assert "Alle 12" in read(lead.get(PAGE)), "this process keeps what it had"


def test_a_list_that_cannot_be_noted_is_not_written(lead: Client, folder: Path) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE store_act RENAME TO store_act_away")
    lead.raise_request_exception = False
    answer = give(lead, "write")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE store_act_away RENAME TO store_act")
    assert answer.status_code == 500
    assert (folder / "frame.csv").read_text("utf-8") == OLD
    assert list_done() == []


def test_a_disk_that_is_full_is_told_and_loses_nothing(
    lead: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = sorted(folder.iterdir())
    monkeypatch.setattr(os, "fsync", refuse)
    answer = give(lead, "write")
    assert (answer.status_code, "No space left on device" in answer.content.decode()) == (409, True)
    assert ((folder / "frame.csv").read_text("utf-8"), sorted(folder.iterdir()), list_done()) == (OLD, before, [])


# -- opening -----------------------------------------------------------------------------------------------------------


def test_a_wave_is_opened_with_a_deadline_and_grows_with_the_frame(lead: Client) -> None:
    assert "required" in lead.get(PAGE).content.decode().partition('name="closes"')[2].partition(">")[0]
    closes = soon()
    opened = open_it(lead, closes)
    assert (opened.status_code, opened["Location"], count_responses()) == (303, PAGE, 12)
    page = read(lead.get(PAGE))
    assert "Årgangen er åpnet med 12 besvarelser. Fristen er" in page
    assert "kl. 16.00" in page
    assert "Besvarelser 12 I rammen, men ikke med ennå 0" in page
    assert open_it(lead, closes).status_code == 303, "sent twice it does no harm"
    assert count_responses() == 12

    assert give(lead, "write").status_code == 303
    page = read(lead.get(PAGE))
    assert "Besvarelser 12 I rammen, men ikke med ennå 1 Ikke med ennå Nybygg kommune (100000229)" in page
    assert f"Ikke lenger i rammen. De blir stående som de er {FIRST_LINE.split(',')[1]} ({FIRST})" in page
    assert "Legg til dem som er nye i rammen" in page
    assert open_it(lead).status_code == 303, "without a deadline it is kept"
    page = read(lead.get(PAGE))
    assert "Lagt til: 1. I alt er det 13 besvarelser. Fristen er" in page
    assert "må startes på nytt før nye slipper inn" in page
    assert count_responses() == 13
    acts = [(act, details) for act, details in list_done() if act == "open-wave"]
    assert [(details["responses"], details["new"]) for _, details in acts] == [("13", "1"), ("12", "0"), ("12", "12")]
    assert "until" not in acts[0][1]
    assert acts[2][1]["until"].startswith(closes)
    assert "Åpnet årgangen eller endret fristen" in lead.get("/nb/2026/audit").content.decode()


@pytest.mark.parametrize(
    ("closes", "said"),
    [
        ("", "Sett en frist."),
        ("2020-01-01T12:00", "Fristen er allerede ute"),
        ("snart", "Skriv dag og klokkeslett"),
        ("0001-01-01T00:00", "Fristen er allerede ute"),
        ("9999-12-31T23:59", "Det er mer enn et år til"),
        (soon(400), "Det er mer enn et år til"),
    ],
)
def test_a_deadline_that_cannot_be(lead: Client, closes: str, said: str) -> None:
    answer = open_it(lead, closes)
    text = answer.content.decode()
    assert (answer.status_code, f'href="#closes">{said}' in text) == (422, True)
    assert f'value="{closes}"' in text, "what was typed is kept"
    assert (count_responses(), list_done()) == (0, [])


def test_a_deadline_that_is_past_is_said_and_can_be_moved(lead: Client, folder: Path) -> None:
    from django.utils import timezone

    from praksis.web.store.collection import find_period, open_wave
    from tests.databases import SECRET

    now = timezone.now()
    open_wave(load_survey(folder), "2026", SECRET, now, now - datetime.timedelta(days=1))
    assert "Ute" in read(lead.get(PAGE))
    assert open_it(lead, soon()).status_code == 303
    period = find_period("every-kind", "2026")
    assert period
    assert period.closes_at
    assert period.closes_at > now
    assert "Ute" not in read(lead.get(PAGE))


def test_a_closed_wave_takes_nobody(lead: Client, folder: Path) -> None:
    from django.utils import timezone

    from praksis.web.store.closing import Frozen, add_closing, end_wave, measure_wave

    open_it(lead, soon())
    now = timezone.now()
    end_wave("every-kind", "2026", now)
    add_closing("every-kind", "2026", Frozen(now, "kari", "", {}, 0, measure_wave("every-kind", "2026")))
    assert give(lead, "write").status_code == 303
    page = lead.get(PAGE)
    assert "så ingen kan legges til" in read(page)
    assert 'name="closes"' not in page.content.decode()
    for closes in ("", soon()):
        answer = open_it(lead, closes)
        assert (answer.status_code, "Årgangen ble avsluttet" in read(answer)) == (422, True)
    assert count_responses() == 12


def test_a_questionnaire_that_means_something_else(lead: Client, folder: Path, database: str, tmp_path: Path) -> None:
    open_it(lead, soon())
    from praksis.collect.event import Event, EventKind
    from praksis.web.store.collection import list_responses
    from praksis.web.store.work import change_response

    first = list_responses("every-kind", "2026")[0]
    at = datetime.datetime.now(datetime.UTC)
    change_response(first.id, lambda response: Event(response.number + 1, at, first.coordinator, EventKind.SUBMITTED))
    path = folder / "questions.yaml"
    text = path.read_text("utf-8")
    gone = re.search(r"^    (?:    )?show_if: .*\n|^  show_if: .*\n|^    show_if: .*\n", text, re.M)
    assert gone
    path.write_text(text.replace(gone[0], "", 1), encoding="utf-8")
    open_office(database, load_survey(folder), tmp_path, folder=folder)
    answer = open_it(lead, soon(20))
    page = read(answer)
    assert answer.status_code == 422
    assert "svarene som er gitt, ville bety noe annet" in page
    assert "these have another meaning now: question" in page
    assert '<p class="ds-paragraph" lang="en">' in answer.content.decode()


def test_the_command_opens_and_notes_the_same(praksis: Praksis, folder: Path) -> None:
    assert praksis("collect", "open", "--closes", LATER, folder=folder)[0] == 0
    assert praksis("collect", "open", folder=folder)[0] == 0
    acts = list_done()
    assert [(act, details["new"]) for act, details in acts] == [("open-wave", "12")]
    assert acts[0][1]["until"].startswith(LATER)


# -- who, and the process ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["fieldworker", "analyst", "auditor"])
def test_only_a_lead(lead: Client, folder: Path, role: str) -> None:
    client = sign_in("ada", role)
    assert PAGE not in client.get("/nb/2026/").content.decode(), "not in the menu"
    assert client.get(PAGE).status_code == 403
    assert give(client, "write").status_code == 403
    assert open_it(client, soon()).status_code == 403
    assert ((folder / "frame.csv").read_text("utf-8"), count_responses()) == (OLD, 0)


def test_a_form_from_elsewhere_is_refused(lead: Client, folder: Path) -> None:
    client = sign_in("ada", "lead", checks=True)
    assert give(client, "write").status_code == 403
    assert ((folder / "frame.csv").read_text("utf-8"), list_done()) == (OLD, [])


def test_in_english_too(lead: Client) -> None:
    page = read(lead.get("/en/2026/frame"))
    assert "Frame and opening" in page
    assert "The wave is not open. Opening it makes one response for each that is to be asked, 12 in all." in page


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_worker_that_takes_anothers_place_sees_the_frame_of_now(
    kind: str, database: str, folder: Path, tmp_path: Path
) -> None:
    from django.conf import settings

    from praksis.web.settings import Fieldwork, Office
    from praksis.web.wsgi import make_staff_application
    from tests.databases import SECRET

    given = Fieldwork(database, SECRET, {"every-kind": load_survey(folder)}, secure=False)
    (folder / "frame.csv").write_text(OLD + NEWCOMER, encoding="utf-8")
    office = Office("http://survey.example", tmp_path, folder)
    make_staff_application(given, office)
    assert len(settings.FIELDWORK.surveys["every-kind"].frame.of_wave("2026")) == 13
    (folder / "frame.yaml").write_text("everyone: 1\n", encoding="utf-8")
    make_staff_application(given, office)
    assert len(settings.FIELDWORK.surveys["every-kind"].frame.of_wave("2026")) == 12, "what it was given will do"
