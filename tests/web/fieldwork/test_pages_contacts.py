"""The page of contacts, in both databases: who lacks one, a list that is checked, loaded or refused."""

import datetime
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from openpyxl import Workbook

from praksis.define.survey import Survey
from tests.web.fieldwork.conftest import BAKKEBYGD, FIRST
from tests.web.fieldwork.staff import open_office, sign_in

PAGE = "/nb/2026/contacts"
LIST = (
    "organisation,name,email,phone,language\n"
    f"{FIRST},Kari Nordmann,Kari@first.example,99887766,\n"
    f"{BAKKEBYGD},Ola,post@felles.example,,nn\n"
    "100000059,,post@felles.example,,\n"
)


@pytest.fixture
def lead(database: str, wave: str, survey: Survey, tmp_path: Path) -> Client:
    """The survey lead, signed in; the wave has no contacts yet."""
    open_office(database, survey, tmp_path)
    return sign_in("kari", "lead")


def give(client: Client, do: str, content: str | bytes = LIST, name: str = "liste.csv", **more: str) -> HttpResponse:
    """Send the form."""
    data = content.encode() if isinstance(content, str) else content
    answer = client.post(PAGE, {"file": SimpleUploadedFile(name, data), "do": do, "sheet": "", **more})
    assert isinstance(answer, HttpResponse)
    return answer


def read_addresses() -> dict[str, str]:
    """Organisation -> the address it has."""
    from praksis.web.store.cases import list_facts

    found = {one.organisation: one.people[0].address.email for one in list_facts("every-kind", "2026")}
    return {key: email for key, email in found.items() if email}


def list_done() -> list[str]:
    from praksis.web.store.audit import list_acts

    return [one.act for one in list_acts("every-kind/2026")]


def test_a_list_is_checked_and_then_loaded(lead: Client) -> None:
    checked = give(lead, "check").content.decode()
    assert "Ingenting er endret ennå" in checked
    assert "<dt>Nye kontakter</dt><dd>3</dd>" in checked
    assert "<dt>Virksomheter som ikke står i listen</dt><dd>9</dd>" in checked
    assert "Bakkebygd kommune, Fjordheim kommune" in checked, "who shares an address"
    assert (read_addresses(), "load-contacts" in list_done()) == ({}, False)
    loaded = give(lead, "load")
    assert (loaded.status_code, loaded["Location"]) == (303, PAGE)
    page = lead.get(PAGE).content.decode()
    assert "Listen er lest inn: 3 nye kontakter, 0 endret, 0 som før." in page
    assert '<span class="tile-number">3</span> har en kontakt' in page
    assert '<span class="tile-number">9</span> mangler kontakt' in page
    assert '<a class="ds-link" href="/nb/2026/organisations/100000016/head-of-it">Etaten for øvelser</a>' in page
    assert "Bakkebygd kommune, Fjordheim kommune" in page
    assert "post@felles.example" not in page, "no person is shown here, so no look is noted"
    assert "Listen er lest inn" not in lead.get(PAGE).content.decode()
    assert read_addresses()[FIRST] == "kari@first.example"
    assert list_done() == ["load-contacts"]
    assert "<dt>Endres</dt><dd>1</dd>" in give(lead, "check", LIST.replace("Ola", "Ola Bakke")).content.decode()
    assert give(lead, "load").status_code == 303, "sent twice it does no harm"
    assert "0 nye kontakter, 0 endret, 3 som før" in lead.get(PAGE).content.decode()


@pytest.mark.parametrize("do", ["check", "load"])
def test_everything_that_is_wrong_is_shown_and_nothing_is_loaded(lead: Client, do: str) -> None:
    page = give(lead, do, LIST.replace(FIRST, "123456789").replace("99887766", "x").replace(",nn", ",se"))
    assert page.status_code == 422
    text = page.content.decode()
    assert '<ul class="problems" lang="en">' in text
    for place, code in ((2, "A001"), (2, "A006"), (3, "A005")):
        assert f"<strong>liste.csv:{place}</strong>" in text
        assert code in text
    assert "Kari@first.example" not in text
    assert read_addresses() == {}


def test_a_workbook_and_its_sheet(lead: Client) -> None:
    book, kept = Workbook(), io.BytesIO()
    book.create_sheet("kontakter").append(["organisasjonsnummer", "navn", "e-post"])
    book["kontakter"].append([int(FIRST), "Kari", "kari@first.example"])
    book.save(kept)
    assert give(lead, "load", kept.getvalue(), "liste.xlsx").status_code == 422
    assert give(lead, "load", kept.getvalue(), "liste.xlsx", sheet="kontakter").status_code == 303
    assert read_addresses() == {FIRST: "kari@first.example"}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("kontakter.pdf", b"%PDF-1.7", "må være CSV eller Excel"),
        ("kontakter.xlsx", b"%PDF-1.7", "cannot be read as a workbook"),
        ("kontakter.csv", b"\xff\xfeo\x00r\x00", "UTF-16"),
        ("kontakter.csv", b"a,b\n1,2\n", "has no column"),
        ("x" * 250 + ".csv", b"a,b\n1,2\n", "has no column"),
        ("kontakter.csv", b"x" * 10_000_001, "større enn 10\N{NO-BREAK SPACE}MB"),
    ],
)
def test_a_file_that_is_no_list(lead: Client, name: str, content: bytes, said: str) -> None:
    page = give(lead, "load", content, name)
    assert (page.status_code, said in page.content.decode()) == (422, True)
    assert read_addresses() == {}


def test_no_file_at_all(lead: Client) -> None:
    page = lead.post(PAGE, {"do": "load"})
    assert (page.status_code, "ikke valgt noen fil" in page.content.decode()) == (422, True)


def test_when_they_are_deleted(lead: Client, survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import timezone

    from praksis.web.store.collection import open_wave
    from tests.databases import SECRET

    assert "beholdes til årgangen har fått en frist" in lead.get(PAGE).content.decode()
    closes = datetime.datetime(2040, 12, 1, 16, tzinfo=datetime.UTC)
    open_wave(survey, "2026", SECRET, timezone.now(), closes)
    assert "slettes 1.\xa0mars 2041" in lead.get(PAGE).content.decode()
    # The last day of a session does not matter here: only the page's own clock is moved.
    after = datetime.datetime(2041, 3, 1, 12, tzinfo=datetime.UTC)
    monkeypatch.setattr("praksis.web.fieldwork.visit.read_clock", lambda: after)
    page = lead.get(PAGE).content.decode()
    assert ("ble slettet 1.\xa0mars 2041" in page, "Les inn en liste" in page) == (True, False)
    refused = give(lead, "load")
    assert (refused.status_code, "ville bli slettet med en gang" in refused.content.decode()) == (422, True)
    assert read_addresses() == {}


def test_who_has_joined_since_the_wave_was_opened(lead: Client) -> None:
    from praksis.web.store import models

    case = models.Response.objects.get(organisation=FIRST)
    models.Assignment.objects.filter(response=case).delete()
    case.delete()
    page = give(lead, "load")
    assert (page.status_code, "kommet til etter at årgangen ble åpnet" in page.content.decode()) == (422, True)
    assert read_addresses() == {}


def test_a_wave_that_is_not_open(database: str, survey: Survey, tmp_path: Path) -> None:
    open_office(database, survey, tmp_path)
    client = sign_in("kari", "fieldworker")
    page = client.get(PAGE).content.decode()
    assert ("ikke åpnet" in page, 'type="file"' in page) == (True, False)
    assert give(client, "load").status_code == 422


@pytest.mark.parametrize("role", ["analyst", "auditor"])
def test_not_for_roles_without_contacts(database: str, wave: str, survey: Survey, tmp_path: Path, role: str) -> None:
    open_office(database, survey, tmp_path)
    client = sign_in("ada", role)
    assert PAGE not in client.get("/nb/2026/").content.decode(), "not in the menu"
    assert client.get(PAGE).status_code == 403
    assert give(client, "load").status_code == 403
    assert read_addresses() == {}


def test_a_form_from_elsewhere_is_refused(database: str, wave: str, survey: Survey, tmp_path: Path) -> None:
    open_office(database, survey, tmp_path)
    client = sign_in("kari", "lead", checks=True)
    assert give(client, "load").status_code == 403
    assert read_addresses() == {}
