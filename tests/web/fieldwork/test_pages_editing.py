"""Answers to check, by page: what stands on the list, what is done about it, and that it ends as by command."""

import csv
import html
import io
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from praksis.collect.answering import Fault
from praksis.collect.event import EventKind
from praksis.collect.routing import Cell
from praksis.define.survey import Survey
from praksis.edit.correction import _FAULTS, REMEDIES, say_fault
from praksis.edit.gather import gather_responses
from praksis.edit.microdata import write_microdata
from praksis.edit.worksheet import SHEET_REMEDIES
from praksis.errors import Place, Problem
from praksis.web.fieldwork.explain import explain_fault, explain_problem
from praksis.web.fieldwork.words import read_words
from tests.web.fieldwork.answering import act, submit
from tests.web.fieldwork.conftest import BAKKEBYGD, FIRST
from tests.web.fieldwork.pages import Run, folder, read, run
from tests.web.fieldwork.staff import open_office, sign_in
from tests.web.store.conftest import WAVE

__all__ = ["folder", "run"]

ROLE = "head-of-it"
SECOND, TOWN = "100000016", "100000059"
STAFF, DAY, BUDGET = "full-time-equivalents", "strategy-adopted", "budget-change"
HARD, SOFT = f"hit-budget-per-person-{BUDGET}", "hit-nobody-builds-services-are"
OPINIONS: dict[str, Cell] = {
    "users-first": 1, "data-shared": 3, "services-tested": 2, "by-phone": 1, "by-chat": 2, "in-person": 0,
}  # fmt: skip
TOO_MUCH: dict[str, Cell] = OPINIONS | {STAFF: "2", "services-are": 1, "lack-of-money": 1, BUDGET: "900.5"}
ONLY_RUNNING: dict[str, Cell] = OPINIONS | {
    STAFF: "12.5", "has-strategy": 1, DAY: "2019-01-31", "services-are": 3,
    "time-running": "100", "time-building": "0", "time-helping": "0", "comment": "En linje\nog en til",
}  # fmt: skip
FINE: dict[str, Cell] = OPINIONS | {
    STAFF: "30", "services-are": 3, "time-running": "50", "time-building": "50", "time-helping": "0",
}  # fmt: skip


@pytest.fixture
def office(database: str, wave: str, survey: Survey, folder: Path) -> Path:
    """The staff pages, when three have submitted; the folder of microdata."""
    submit(FIRST, TOO_MUCH)
    submit(BAKKEBYGD, ONLY_RUNNING)
    submit(SECOND, FINE)
    open_office(database, survey, folder)
    return folder


@pytest.fixture
def client(office: Path) -> Client:
    return sign_in("kari", "fieldworker")


def point(key: str = FIRST, language: str = "nb") -> str:
    return f"/{language}/{WAVE}/work/{key}/{ROLE}"


def find_shown(page: str, about: str) -> dict[str, str]:
    """What a form says was shown."""
    _, _, rest = page.partition(f'name="about" value="{about}"')
    found = re.search(r'name="shown" value="(\{.*?\})">', rest)
    assert found, f"no form {about}"
    return dict(json.loads(found[1]))


def send(
    client: Client, about: str, new: Mapping[str, str], reason: str = "Ringte", do: str = "correct", *,
    key: str = FIRST, way: Mapping[str, str] | None = None, page: str = "", language: str = "nb",
) -> tuple[int, str]:  # fmt: skip
    """Fill in a form of the page as it is, or was, and press a button; the status, and the page that comes."""
    shown = find_shown(page or read(client, point(key, language)), about)
    form = {"about": about, "shown": json.dumps(shown), "reason": reason, "do": do}
    form |= {f"new-{item}": text for item, text in new.items()}
    form |= {f"way-{item}": text for item, text in (way or {}).items()}
    answer = client.post(point(key, language), form)
    if answer.status_code == 303:
        assert answer["Location"] == point(key, language)
        return 303, read(client, answer["Location"])
    return answer.status_code, html.unescape(answer.content.decode())


def list_kept() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Corrections and decisions that are stored: what they say, without who and when."""
    from praksis.web.store.editing import list_corrections, list_decisions

    return (
        [(one.organisation, one.item, one.old, one.new, one.reason) for one in list_corrections("every-kind", WAVE)],
        [(one.organisation, one.check, one.verdict, one.reason) for one in list_decisions("every-kind", WAVE)],
    )


# -- the list ----------------------------------------------------------------------------------------------------------


def test_what_comes_first_stands_first_with_names_and_keys(client: Client) -> None:
    page = read(client, f"/nb/{WAVE}/work")
    assert "1 av dem må rettes før årgangen kan avsluttes." in page
    hard, soft = page.rindex("over 10 millioner kroner per årsverk"), page.rindex("men all tid går til drift")
    assert hard < soft
    row = page[hard : page.index("</tr>", hard)]
    assert f'href="/nb/{WAVE}/organisations/{FIRST}/{ROLE}">Tilsynet for fiktive saker</a>' in row
    assert f'<span class="code">{FIRST}</span>' in row
    assert "Må rettes" in row
    assert "Ikke sett på" in row
    assert f'href="{point()}#{HARD}"' in page
    assert re.search(r"[0-9]+,[0-9]\xa0%", row), "the effect, as a share"
    english = read(client, f"/en/{WAVE}/work")
    assert "more than 10 million NOK per full-time equivalent" in english
    assert "Must be corrected" in english


def test_looking_is_noted(client: Client, run: Run) -> None:
    read(client, f"/nb/{WAVE}/work")
    read(client, point())
    acts = [line.split("  ")[1:] for line in run("fieldwork", "audit")[1].splitlines() if "see-work" in line]
    assert [" ".join(one).split() for one in acts] == [
        ["kari", "see-work", f"every-kind/{WAVE}/{FIRST}/{ROLE}"],
        ["kari", "see-work", f"every-kind/{WAVE}"],
    ]


def test_the_list_can_be_narrowed(client: Client) -> None:
    def count(query: str) -> int:
        return read(client, f"/nb/{WAVE}/work?{query}").count(' role="rowheader"')

    everything = count("")
    assert everything == 2
    assert count("severity=hard") == count("check=nobody-builds") == count("stratum=state") == 1
    assert count("severity=hard&stratum=municipality") == 0
    assert count("state=accepted") == 0
    assert count("severity=nonsense&check=x&page=seven") == everything, "what there is not, narrows nothing"
    assert send(client, SOFT, {}, do="accept", key=BAKKEBYGD)[0] == 303
    assert (count(""), count("state=accepted"), count("state=")) == (1, 1, 2)
    assert "1 av 1" in read(client, f"/nb/{WAVE}/work")
    assert "0 av 1" in read(client, f"/nb/{WAVE}/work")


def test_long_lists_have_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from praksis.web.fieldwork.views import editing

    monkeypatch.setattr(editing, "_PAGE", 1)
    first, second = read(client, f"/nb/{WAVE}/work?state="), read(client, f"/nb/{WAVE}/work?state=&page=2")
    assert "Side 1 av 2" in first
    assert "Side 2 av 2" in second
    assert "Forrige side" not in first
    assert "Neste side" not in second
    found = re.search(r'href="\?([^"]*)" rel="next"', first)
    assert found
    assert read(client, f"/nb/{WAVE}/work?{found[1]}").partition("<main")[2] == second.partition("<main")[2]
    assert "Side 2 av 2" in read(client, f"/nb/{WAVE}/work?state=&page=99")


def test_what_is_not_looked_at_is_said(client: Client, survey: Survey, office: Path) -> None:
    from praksis.rehearse.random_answers import rehearse_random

    lacking = "Det er ingen filer med svar fra tidligere årganger."
    assert lacking in read(client, f"/nb/{WAVE}/work")
    assert lacking in read(client, point())
    write_microdata(rehearse_random(survey, "2025", 1, response_rate=1), survey, office)
    page = read(client, f"/nb/{WAVE}/work")
    assert lacking in page
    assert "Filen fra 2025 har oppdiktede svar" in page
    last: dict[str, Cell] = {STAFF: "60", "has-strategy": 1, DAY: "2020-02-29"}
    write_microdata(gather_responses(survey, "2025", {(BAKKEBYGD, ROLE): last}), survey, office)
    page = read(client, f"/nb/{WAVE}/work")
    assert lacking not in page
    assert "Svarene er sammenlignet med 2025." in page
    page = read(client, point(BAKKEBYGD))
    assert "Har virksomheten blitt delt, eller er tallet på årsverk et annet?" in page
    assert "29.\xa0februar 2020" in page


def test_a_file_of_an_earlier_wave_that_does_not_fit(client: Client, office: Path, survey: Survey) -> None:
    wrong: dict[str, Cell] = {"time-running": "80", "time-building": "80", "time-helping": "80"}
    write_microdata(gather_responses(survey, "2025", {(FIRST, ROLE): wrong}), survey, office)
    for address in (f"/nb/{WAVE}/work", point()):
        page = read(client, address, 409)
        assert "En fil fra en tidligere årgang passer ikke med undersøkelsen" in page
        assert "2025.parquet" in page


def test_nobody_has_submitted(database: str, wave: str, survey: Survey, tmp_path: Path) -> None:
    open_office(database, survey, tmp_path / "microdata")
    client = sign_in("kari", "fieldworker")
    assert "Ingen har levert ennå" in read(client, f"/nb/{WAVE}/work")
    assert "Virksomheten har ikke levert." in read(client, point())
    read(client, point("123456789"), 404)
    read(client, f"/nb/{WAVE}/work/{FIRST}/nobody", 404)


# -- one response ------------------------------------------------------------------------------------------------------


def test_the_page_of_a_response(client: Client) -> None:
    page = read(client, point())
    assert f'<span class="code">{FIRST}</span>' in page
    assert "Hvor mye måtte budsjettet for IT endres?" in page
    assert "900,5" in page
    assert "Hvor mange årsverk hadde Tilsynet for fiktive saker ved nyttår?" in page, "names stand in the texts"
    assert f"Bakkebygd kommune ({BAKKEBYGD})" in page, "the next on the list"
    town = read(client, point(BAKKEBYGD))
    for text in ("Tjenesten kjenner deg", "Drift", "Utvikling", "Brukerstøtte", '<option value="on-paper">På papir'):
        assert text in town, "scales by their labels, and all parts of the whole"


def test_a_correction_by_page_is_as_by_command(client: Client, run: Run, office: Path) -> None:
    status, page = send(client, HARD, {BUDGET: "0,9"}, "Skrevet i kroner")
    assert status == 303
    assert "Rettet: Endring i budsjettet." in page
    assert "Ingenting gjenstår i denne besvarelsen." in page
    assert "Virksomheten svarte:" in page
    assert "Skrevet i kroner" in page, "what was corrected stands on the page"
    by_page = list_kept()
    submit(TOWN, TOO_MUCH)
    arguments = ("fieldwork", "correct", TOWN, f"{BUDGET}=0,9", "--why", "Skrevet i kroner")
    code, _, complaint = run(*arguments)
    assert code == 0, complaint
    assert list_kept()[0] == [*by_page[0], (TOWN, *by_page[0][0][1:])]
    listed = run("fieldwork", "work", "--all", "--microdata", str(office))[1]
    assert f"hard  budget-per-person  {FIRST} {ROLE}  corrected" in listed
    acts = run("fieldwork", "audit")[1]
    assert f"kari  correct  every-kind/{WAVE}/{FIRST}/{ROLE}" in acts


def test_scales_options_and_what_is_taken_away(client: Client) -> None:
    assert send(client, "any", {"services-are": "digital-form"}, key=BAKKEBYGD)[0] == 303
    status, page = send(client, "any", {"lack-of-money": "chosen"}, key=BAKKEBYGD)
    assert status == 303
    assert "Spørsmål som nå er stilt og ikke besvart: Endring i budsjettet." in page
    status, page = send(client, "any", {}, key=BAKKEBYGD, way={STAFF: "-", DAY: "do-not-know"})
    assert status == 303
    assert find_shown(page, "any").get(STAFF) is None
    assert find_shown(page, "any")[DAY] == "do-not-know"
    status, page = send(client, "any", {"has-strategy": "no"}, key=BAKKEBYGD)
    assert "Spørsmål som ikke lenger er stilt: Dato for vedtaket." in page
    old = {one[1]: (one[2], one[3]) for one in list_kept()[0]}
    assert old == {
        "services-are": (3, 2), "lack-of-money": (None, 1), "lack-of-time": (None, 0), "lack-of-skills": (None, 0),
        "no-barrier": (None, 0), STAFF: ("12.5", None), DAY: ("2019-01-31", -3), "has-strategy": (1, 0),
    }  # fmt: skip


def test_parts_are_corrected_together(client: Client) -> None:
    status, page = send(client, SOFT, {"time-running": "80"}, key=BAKKEBYGD)
    assert (status, "Delene blir 80 til sammen. De skal bli 100." in page) == (422, True)
    assert list_kept() == ([], [])
    status, page = send(client, SOFT, {"time-running": "80", "time-building": "20"}, key=BAKKEBYGD)
    assert status == 303
    assert "Rettet: Drift; Utvikling." in page


WRONG: list[tuple[str, dict[str, str], dict[str, str], str, str]] = [
    (STAFF, {STAFF: "to"}, {}, "Skriv svaret med tall", "Write the answer in numbers"),
    (STAFF, {STAFF: "-3"}, {}, "Tallet kan ikke være mindre enn 0.", "The number cannot be smaller than 0."),
    (STAFF, {STAFF: "4"}, {STAFF: "-"}, "både skrevet et svar og valgt ett", "both written an answer and chosen one"),
    (STAFF, {STAFF: "2"}, {}, "Det nye svaret er det samme", "The new answer is the same"),
    (DAY, {DAY: "2009-01-01"}, {}, "før 1.\xa0januar 2010", "before 1\xa0January 2010"),
    (DAY, {DAY: "31.02.2020"}, {}, "Skriv datoen som 31.01.2024.", "Write the date as 2024-01-31."),
    (DAY, {DAY: "2020-01-31"}, {}, "Virksomheten får ikke dette spørsmålet", "does not get this question"),
    ("users-first", {"users-first": "maybe"}, {}, "ikke et av svarene", "none of the answers"),
    ("one-word", {"one-word": "x" * 41}, {}, "er på 41 tegn. Kort den ned til høyst 40.", "to at most 40."),
]


@pytest.mark.parametrize(("item", "new", "way", "said", "english"), WRONG)
def test_what_is_wrong_is_said_in_the_language_of_the_page(
    client: Client, item: str, new: dict[str, str], way: dict[str, str], said: str, english: str
) -> None:
    for language, words in (("nb", said), ("en", english)):
        status, page = send(client, "any", new, way=way, language=language)
        assert (status, words in page) == (422, True), words
        summary = page[page.index("ds-error-summary") : page.index("</ul>", page.index("ds-error-summary"))]
        assert f'href="#any-{item}"' in summary, "a link to the field"
        assert 'lang="en">' not in page.partition("<main")[2], "no English sentence among them"
        if item != "users-first":
            assert f'value="{new[item]}"' in page, "what was typed is there still"
        assert 'value="Ringte"' in page
        assert '<details class="fold" id="any" open>' in page
    assert list_kept() == ([], [])


def test_everything_wrong_is_said_at_once_and_nothing_is_stored(client: Client) -> None:
    status, page = send(client, "any", {STAFF: "to", "users-first": "agree"}, " ", way={DAY: "x"})
    assert status == 422
    summary = page[page.index("ds-error-summary") : page.index("</ul>", page.index("ds-error-summary"))]
    assert {f"#any-{STAFF}", f"#any-{DAY}", "#any-reason"} == set(re.findall(r'href="(#[^"]*)"', summary))
    assert '<option value="agree" selected>Enig</option>' in page
    assert "<title>Feil:" in page
    for do in ("correct", "accept", "ask"):
        assert send(client, HARD, {}, "", do)[0] == 422
        assert send(client, HARD, {}, "" if do == "correct" else "x", do)[0] == (303 if do == "ask" else 422)
    assert list_kept() == ([], [(FIRST, "budget-per-person", "asked", "x")])


def test_two_who_correct_the_same_answer(client: Client, run: Run) -> None:
    page = read(client, point())
    assert run("fieldwork", "correct", FIRST, f"{BUDGET}=1", "--why", "Mail")[0] == 0
    status, answer = send(client, "any", {BUDGET: "0,9"}, page=page)
    assert status == 422
    assert "sto det «900,5». Noen har endret det, og nå står det «1»." in answer
    assert [one[3] for one in list_kept()[0]] == ["1"]
    status, _ = send(client, "any", {BUDGET: "0,9"}, page=answer)
    assert status == 303, "who has seen the new one may correct it"
    assert [one[2:4] for one in list_kept()[0]] == [("900.5", "1"), ("1", "0.9")]


def test_a_button_pressed_twice_does_no_harm(client: Client) -> None:
    page = read(client, point())
    for _ in range(2):
        status, answer = send(client, HARD, {BUDGET: "0,9"}, page=page)
        assert status == 303
    assert "Det var gjort fra før." in answer
    assert len(list_kept()[0]) == 1
    page = read(client, point(BAKKEBYGD))
    for _ in range(2):
        status, answer = send(client, SOFT, {}, do="accept", key=BAKKEBYGD, page=page)
        assert status == 303
    assert "Det var gjort fra før." in answer
    assert len(list_kept()[1]) == 1


def test_an_answer_of_several_lines_is_still_the_one_that_was_shown(client: Client) -> None:
    status, page = send(client, "any", {"comment": "Ny\r\ntekst"}, key=BAKKEBYGD)
    assert status == 303, page
    assert list_kept()[0][0][2:4] == ("En linje\nog en til", "Ny\ntekst")


def test_accepted_and_asked_as_by_command(client: Client, run: Run, office: Path) -> None:
    status, page = send(client, SOFT, {}, "De har ikke utviklere", "ask", key=BAKKEBYGD)
    assert (status, "Notert at virksomheten er spurt." in page) == (303, True)
    assert "De har ikke utviklere" in page
    status, page = send(client, SOFT, {}, "Bekreftet", "accept", key=BAKKEBYGD)
    assert (status, "Ingenting gjenstår i denne besvarelsen." in page) == (303, True)
    by_page = list_kept()[1]
    submit(TOWN, ONLY_RUNNING)
    for command, why in (("ask", "De har ikke utviklere"), ("accept", "Bekreftet")):
        arguments = ("fieldwork", command, TOWN, "nobody-builds", "--why", why, "--microdata", str(office))
        assert run(*arguments)[0] == 0
    assert list_kept()[1] == [*by_page, *((TOWN, *one[1:]) for one in by_page)]


def test_what_cannot_be_decided(client: Client, run: Run) -> None:
    page = read(client, point())
    assert 'value="accept"' not in page, "what cannot be so is not accepted"
    status, answer = send(client, HARD, {}, do="accept", page=page)
    assert (status, "Det kan ikke være slik." in answer) == (422, True)
    status, answer = send(client, HARD, {BUDGET: "1"}, do="ask", page=page)
    assert (status, "Du har også skrevet et nytt svar." in answer) == (422, True)
    town = read(client, point(BAKKEBYGD))
    run("fieldwork", "correct", BAKKEBYGD, "services-are=-", "--why", "x")
    status, answer = send(client, SOFT, {}, do="accept", key=BAKKEBYGD, page=town)
    assert (status, "Kontrollen gir ikke utslag lenger." in answer) == (422, True)
    run("fieldwork", "correct", FIRST, f"{STAFF}=3", "--why", "x")
    status, answer = send(client, HARD, {}, do="ask", page=page)
    assert (status, "Svarene er endret siden siden ble vist." in answer) == (422, True)
    assert list_kept()[1] == []


def test_a_note_asks_for_nothing(office: Path, database: str, survey: Survey) -> None:
    automatic = survey.editing.automatic.model_copy(update={"alike": 3})
    stricter = survey.model_copy(update={"editing": survey.editing.model_copy(update={"automatic": automatic})})
    submit(TOWN, FINE | {STAFF: "31", "users-first": 1, "data-shared": 1, "services-tested": 1})
    open_office(database, stricter, office)
    client = sign_in("kari", "fieldworker")
    assert "Til orientering</span>" not in read(client, f"/nb/{WAVE}/work"), "there is nothing to do"
    assert "Til orientering</span>" in read(client, f"/nb/{WAVE}/work?severity=note&state=noted")
    page = read(client, point(TOWN))
    assert "Ingenting gjenstår i denne besvarelsen." in page
    assert "Alle radene har samme svar." in page
    assert 'value="ask"' not in page
    status, answer = send(client, "hit-alike-users-first", {}, do="ask", key=TOWN)
    assert (status, list_kept()[1]) == (422, [])
    assert "Ingenting å gjøre" in answer


def test_corrections_that_do_not_fit_any_more_are_said(client: Client, run: Run) -> None:
    assert send(client, HARD, {BUDGET: "0,9"})[0] == 303
    run("fieldwork", "reopen", FIRST, "--why", "x")
    act(FIRST, EventKind.SAVED, {BUDGET: "7"})
    act(FIRST, EventKind.SUBMITTED)
    for address in (f"/nb/{WAVE}/work", point()):
        page = read(client, address)
        assert "Rettelser som ikke passer lenger" in page
        assert "Det står et annet svar der enn det som skulle rettes." in page
        assert f"Tilsynet for fiktive saker ({FIRST})" in page
        assert "E001" in page
    assert send(client, "any", {BUDGET: "7"}, "De har rett")[0] == 303, "in place of itself: it is right"
    assert "Rettelser som ikke passer lenger" not in read(client, f"/nb/{WAVE}/work")


def test_files_that_are_behind_are_said(client: Client, run: Run, office: Path) -> None:
    assert send(client, HARD, {BUDGET: "0,9"})[0] == 303
    code, output, complaint = run("close", "--to", str(office))
    assert code == 0, output + complaint
    page = read(client, f"/nb/{WAVE}/work")
    assert "Årgangen ble avsluttet" in page
    assert "Filene har det ikke med" not in page
    assert send(client, "any", {BUDGET: "1"})[0] == 303
    for address in (f"/nb/{WAVE}/work", point()):
        page = read(client, address)
        assert "Filene har det ikke med før årgangen avsluttes på nytt." in page
        assert f'href="/nb/{WAVE}/close"' not in page, "who may not close it has no link to it"


# -- who may -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), [("lead", 200), ("analyst", 200), ("auditor", 403)])
def test_who_may(office: Path, role: str, status: int) -> None:
    client = sign_in("kari", role)
    addresses = (f"/nb/{WAVE}/work", f"/nb/{WAVE}/work/sheet", f"/nb/{WAVE}/work/sheet.csv", point())
    assert [client.get(one).status_code for one in addresses] == [status] * 4
    form = {
        "about": "any",
        "shown": '{"users-first": "disagree"}',
        "new-users-first": "agree",
        "reason": "x",
        "do": "correct",
    }
    assert client.post(point(), form).status_code == (403 if role == "auditor" else 303)
    assert len(list_kept()[0]) == (0 if role == "auditor" else 1)
    uploaded = {"file": SimpleUploadedFile("x.csv", b"check")}
    assert client.post(f"/nb/{WAVE}/work/sheet", uploaded).status_code == (403 if role == "auditor" else 422)
    board = client.get(f"/nb/{WAVE}/").content.decode()
    assert (f'href="/nb/{WAVE}/work"' in board) == (role != "auditor")


def test_nobody_sees_answers_without_signing_in(office: Path) -> None:
    for address in (f"/nb/{WAVE}/work", f"/nb/{WAVE}/work/sheet.csv", point()):
        answer = Client().get(address)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/nb/sign-in")


# -- as a file ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def fill(client: Client) -> Callable[[Mapping[tuple[str, str], Mapping[str, str]]], tuple[int, str]]:
    """Download the list, write in its rows (organisation and item), and send it."""

    def fill_in(rows: Mapping[tuple[str, str], Mapping[str, str]]) -> tuple[int, str]:
        answer = client.get(f"/nb/{WAVE}/work/sheet.csv")
        assert 'filename="every-kind-2026-arbeidsliste.csv"' in answer["Content-Disposition"]
        assert answer["Cache-Control"] == "no-store"
        table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        for row in table:
            row |= rows.get((row["organisation"], row["item"]), {})
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, list(table[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(table)
        return upload(client, out.getvalue().encode("utf-8-sig"))

    return fill_in


def upload(client: Client, data: bytes) -> tuple[int, str]:
    answer = client.post(f"/nb/{WAVE}/work/sheet", {"file": SimpleUploadedFile("liste.csv", data)})
    if answer.status_code == 303:
        return 303, read(client, answer["Location"])
    return answer.status_code, html.unescape(answer.content.decode())


Fill = Callable[[Mapping[tuple[str, str], Mapping[str, str]]], tuple[int, str]]


def test_the_list_there_and_back(fill: Fill) -> None:
    said = {
        (FIRST, BUDGET): {"new": "0,9", "reason": "I kroner"},
        (BAKKEBYGD, "services-are"): {"verdict": "accepted", "reason": "Ja"},
    }
    status, page = fill(said)
    assert (status, "Listen er lest inn. Rettelser: 1. Vurderinger: 1." in page) == (303, True)
    assert list_kept() == (
        [(FIRST, BUDGET, "900.5", "0.9", "I kroner")],
        [(BAKKEBYGD, "nobody-builds", "accepted", "Ja")],
    )


def test_a_list_with_nothing_filled_in(fill: Fill) -> None:
    status, page = fill({})
    assert (status, "Det var ikke fylt ut noe i filen" in page) == (303, True)


def test_every_problem_of_a_list_is_shown_and_nothing_is_taken(fill: Fill) -> None:
    status, page = fill(
        {
            (FIRST, BUDGET): {"new": "mye", "reason": "x"},
            (FIRST, STAFF): {"verdict": "accepted", "reason": "x"},
            (BAKKEBYGD, "services-are"): {"verdict": "accepted"},
            (BAKKEBYGD, "time-running"): {"answer": "7", "new": "80", "reason": "x"},
        }
    )
    assert status == 422
    assert "Filen har 4 feil." in page
    for code in ("E003", "E010", "E005", "E008"):
        assert f'<span class="code">{code}</span>' in page
    assert "Skriv svaret med tall, som 1\xa0234,5." in page
    assert f"Tilsynet for fiktive saker ({FIRST})" in page
    assert "<strong>Linje 2:</strong>" in page
    assert 'lang="en">' not in page.partition("<main")[2]
    assert list_kept() == ([], [])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Velg filen du har fylt ut."),
        (b"PK\x03\x04rest", "Filen er en arbeidsbok."),
        (b"x" * 2_000_001, "Filen er større enn 2,0\xa0MB."),
        (b"check;organisation\nx;y\n", "Filen mangler en kolonne."),
        (b'"a;b\n', "Filen kan ikke leses."),
    ],
)
def test_files_that_are_no_list(client: Client, data: bytes, said: str) -> None:
    status, page = upload(client, data)
    assert (status, said in page) == (422, True), page
    assert client.post(f"/nb/{WAVE}/work/sheet").status_code == 422


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nb", "en"])
def test_there_are_words_for_every_problem(language: str) -> None:
    words = read_words(language)
    params = {"minimum": "1", "maximum": "2", "decimals": "3", "sum": "4", "total": "5", "length": "8", "longest": "9"}
    params |= {"earliest": "2024-01-31", "latest": "2025-01-31"}
    for code in _FAULTS:
        said = explain_fault(say_fault(Fault(code, "", params=params)), words)
        assert said, code
        assert said == words.fill(
            f"work_fault_{code}", **{name: words.write_date(text) for name, text in params.items()}
        )
    for code in {**REMEDIES, **SHEET_REMEDIES}:
        assert explain_problem(Problem(Place("x"), code, "what", "remedy"), words).lang == ""
    unknown = explain_problem(Problem(Place("x"), "V999", "what", "remedy"), words)
    assert (unknown.what, unknown.remedy, unknown.lang) == ("what", "remedy", "en")
