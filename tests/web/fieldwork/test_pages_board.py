"""The board as a page: at any moment, and for one role of several."""

import datetime
import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from praksis.define.read import load_survey
from praksis.define.survey import Survey
from tests.databases import SECRET
from tests.web.fieldwork.answering import BEGUN, submit
from tests.web.fieldwork.conftest import FIRST
from tests.web.fieldwork.staff import open_office, sign_in
from tests.web.store.conftest import WAVE

ITP = Path(__file__).parents[3] / "surveys/it-i-praksis"
OPENED = datetime.datetime(2026, 11, 1, 8, tzinfo=datetime.UTC)
NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)


@pytest.fixture
def lead(database: str, survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """One has submitted three weeks ago, and it is 22 November."""
    open_office(database, survey, tmp_path)
    from praksis.web.fieldwork import visit
    from praksis.web.store.collection import open_wave

    open_wave(survey, WAVE, SECRET, OPENED)
    submit(FIRST, {"full-time-equivalents": "12.5"})
    monkeypatch.setattr(visit, "read_clock", lambda: NOW)
    return sign_in("anne", "lead")


def read_tiles(page: str) -> list[str]:
    return re.findall(r'tile-number">([^<]*)<', page)


@pytest.mark.parametrize("at", ["9999-12-31T23:59", "2099-01-01T00:00"])
def test_what_is_still_to_come_is_as_it_is_now(lead: Client, at: str) -> None:
    now = lead.get(f"/nb/{WAVE}/").content.decode()
    answer = lead.get(f"/nb/{WAVE}/", {"at": at})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "22. november 2026 kl. 13.00" in " ".join(page.split()), "it is not as it was then, since nobody knows"
    assert read_tiles(page) == read_tiles(now)
    assert read_tiles(page)[4] == "1"


@pytest.mark.parametrize("at", ["0001-01-01T00:00+10:00", "9999-12-31T23:59+00:00", "2026-13-01T00:00", "x"])
def test_a_moment_that_there_is_not(lead: Client, at: str) -> None:
    assert lead.get(f"/nb/{WAVE}/", {"at": at}).status_code == 422


def test_a_moment_is_one_of_the_country(lead: Client) -> None:
    """It was submitted at 13.01 in Oslo, which is 12.01 UTC."""
    assert BEGUN.hour == 12
    before = lead.get(f"/nb/{WAVE}/", {"at": "2026-11-02T12:55"}).content.decode()
    after = lead.get(f"/nb/{WAVE}/", {"at": "2026-11-02T13:05"}).content.decode()
    assert (read_tiles(before)[4], read_tiles(after)[4]) == ("0", "1")


def test_one_role_of_two(database: str, tmp_path: Path) -> None:
    """A margin is the leading role's; and a row leads to those whom it counts."""
    survey = load_survey(ITP)
    open_office(database, survey, tmp_path, folder=ITP)
    from praksis.web.store.collection import open_wave

    open_wave(survey, "2019", SECRET, OPENED)
    client = sign_in("anne", "lead")
    other = unescape(client.get("/nb/2019/", {"role": "director-of-education"}).content.decode())
    municipalities = {whom for whom, role in survey.find_asked("2019") if role == "director-of-education"}
    assert read_tiles(other)[0] == str(len(municipalities))
    _, _, table = other.partition('id="precision"')
    assert not re.search(r'<td class="number">[0-9]+</td>', table.partition("</table>")[0]), "who is needed of whom?"
    (href,) = re.findall(r'href="([^"]*stratum=municipality/small[^"]*)"', other)
    small = re.search(r'municipality/small[^>]*>[^<]*</a></th><td class="number">([0-9]+)<', other)
    listed = unescape(client.get(href).content.decode())
    assert small
    assert len(re.findall(r'role="rowheader"', listed)) == int(small[1])
    whole = unescape(client.get("/nb/2019/").content.decode())
    assert f"Feilmarginen er for rollen {survey.roles['head-of-it'].title['nb']}." in whole
    assert "Feilmarginen er for rollen" not in other
    assert "role=" not in "".join(re.findall(r'href="([^"]*organisations[^"]*)"', whole))


def test_whom_the_wave_is_not_opened_for_yet(lead: Client, survey: Survey) -> None:
    from praksis.web.store import models

    page = lead.get(f"/nb/{WAVE}/").content.decode()
    assert "ikke med i årgangen ennå" not in page
    last = models.Response.objects.order_by("pk").last()
    assert last
    models.Assignment.objects.filter(response=last).delete()
    last.delete()
    page = lead.get(f"/nb/{WAVE}/").content.decode()
    assert "ikke med i årgangen ennå: 1." in page
    assert read_tiles(page)[0] == str(len(survey.find_asked(WAVE)) - 1)
