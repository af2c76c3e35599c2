"""What staff have done, and personal data."""

import ast
import csv
import datetime
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from praksis.collect.disposition import Found
from praksis.define.survey import Survey
from praksis.edit.correction import Verdict
from praksis.web.fieldwork.words import LANGUAGES, read_words
from tests.web.fieldwork.conftest import FIRST, Praksis
from tests.web.fieldwork.staff import open_office, sign_in

PAGE, FILE, PEOPLE = "/nb/2026/audit", "/nb/2026/audit.csv", "/nb/2026/people"
SOURCE = Path(__file__).parents[3] / "src" / "praksis" / "web"
_FAMILIES = {"note-": Found, "say-": Verdict}
_AT = datetime.datetime(2026, 11, 2, 13, 5, tzinfo=datetime.UTC)


@pytest.fixture
def lead(database: str, wave: str, survey: Survey, tmp_path: Path) -> Client:
    open_office(database, survey, tmp_path)
    return sign_in("kari", "lead")


def _note(who: str, act: str, about: str = "every-kind/2026", **details: str) -> None:
    from praksis.web.store.audit import Act, note_act

    note_act(Act(_AT, who, act, about, details))


def _read(answer: object) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())  # type: ignore[attr-defined]


def _read_rows(client: Client, query: str = "") -> list[list[str]]:
    page = client.get(PAGE + query).content.decode().partition("<tbody")[2]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in page.split("</tr>")]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in rows if row]


# -- the audit ---------------------------------------------------------------------------------------------------------


def test_an_act_is_told_in_words(lead: Client, survey: Survey) -> None:
    _note("command:ola", "extend", f"every-kind/2026/{FIRST}/head", until="2026-12-15T15:00:00+00:00")
    _note("praksis", "forget-contacts", people="3")
    _note("ola", "add-staff", staff="per", role="auditor")
    _note("ola", "try-letter", "every-kind/2026/invitation")
    _note("ola", "an-act-of-tomorrow", "every-kind/2026/gone/gone", how="so")
    name = next(one.name for one in survey.frame.organisations if one.key == FIRST)
    rows = _read_rows(lead)
    assert rows[:5] == [
        ["2. november 2026 kl. 14.05", "ola", "an-act-of-tomorrow", "gone/gone", "2026", "how: so"],
        ["2. november 2026 kl. 14.05", "ola", "Sendte et brev på prøve", "invitation", "2026", ""],
        ["2. november 2026 kl. 14.05", "ola", "Ga noen tilgang", "", "2026", "hvem: per, rolle: revisor"],
        ["2. november 2026 kl. 14.05", "Praksis selv", "Slettet kontaktene", "", "2026", "personer: 3"],
        [
            "2. november 2026 kl. 14.05",
            "ola (kommando)",
            "Ga lengre frist",
            f"{name} {FIRST} , head",
            "2026",
            "til: 15. desember 2026 kl. 16.00",
        ],
    ]
    assert [row[1:3] for row in rows[5:]] == [["kari", "Logget inn"], ["kari", "Valgte passord"]]


def test_one_hundred_a_page_and_every_act_on_one_of_them(lead: Client) -> None:
    for number in range(250):
        _note("ola", "see-case", f"every-kind/2026/{number}")
    seen = [row[3] for page in ("", "?page=2", "?page=3") for row in _read_rows(lead, page)]
    assert seen == [*(str(number) for number in reversed(range(250))), "", ""]
    page = lead.get(f"{PAGE}?page=2&who=ola").content.decode()
    assert "(side 2 av 3)" in page
    assert 'href="?who=ola&amp;page=1">Nyere' in page
    assert 'href="?who=ola&amp;page=3">Eldre' in page
    for odd in ("0", "-1", "99", "x", "9" * 30, "٣"):
        assert lead.get(f"{PAGE}?page={odd}").status_code == 200


def test_who_and_what_can_be_chosen(lead: Client) -> None:
    _note("ola", "see-case")
    _note("per", "see-case")
    _note("per", "extend")
    assert [row[1] for row in _read_rows(lead, "?act=see-case")] == ["per", "ola"]
    assert [row[2] for row in _read_rows(lead, "?who=per")] == ["Ga lengre frist", "Så på en virksomhet"]
    assert len(_read_rows(lead, "?who=per&act=extend")) == 1
    assert len(_read_rows(lead, "?who=nobody")) == 5
    page = lead.get(f"{PAGE}?who=per&act=extend").content.decode()
    assert '<option value="per" selected>' in page
    assert 'href="/nb/2026/audit.csv?who=per&amp;act=extend"' in page


def test_only_of_this_survey(lead: Client) -> None:
    _note("ola", "see-case", "every-kind-of-another/2026/x")
    assert "ola" not in _read(lead.get(PAGE))


def test_the_file_has_all_of_it_and_no_formula(lead: Client) -> None:
    for number in range(120):
        _note("ola", "see-case", f"every-kind/2026/{number}")
    _note("=cmd()", "note-declined", f"every-kind/2026/{FIRST}/head", reason="æ;ø")
    answer = lead.get(FILE)
    assert answer["Content-Disposition"] == 'attachment; filename="every-kind-logg.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 123
    assert rows[0]["at"] == "2026-11-02T14:05:00+01:00"
    assert rows[0]["who"] == "'=cmd()"
    assert (rows[0]["organisation"], rows[0]["role"], rows[0]["details"]) == (FIRST, "head", '{"reason": "æ;ø"}')
    assert rows[1]["about"] == "119"
    chosen = lead.get(f"{FILE}?act=note-declined").content.decode().splitlines()
    assert len(chosen) == 2
    assert [row[2] for row in _read_rows(lead)[:2]] == ["Lastet ned loggen", "Lastet ned loggen"]


def test_the_command_gives_the_same(praksis: Praksis, wave: str, tmp_path: Path) -> None:
    praksis("fieldwork", "staff", "kari", "--role", "lead")
    praksis("fieldwork", "person", "kari@example.no")
    assert praksis("fieldwork", "audit", "--act", "find-person")[1].count("\n") == 1
    assert praksis("fieldwork", "audit", "--who", "nobody")[1] == ""
    assert praksis("fieldwork", "audit", "--csv", str(tmp_path / "audit.csv"))[0] == 0
    rows = (tmp_path / "audit.csv").read_text("utf-8-sig").splitlines()
    assert [row.split(";")[2] for row in rows] == ["act", "find-person", "add-staff"]


def _list_noted() -> Iterator[tuple[str, str]]:
    """Every act that the code notes, and where: `note-*` stands for a family."""
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            name.id: value.value
            for one in tree.body
            if isinstance(one, ast.Assign)
            for name, value in _pair(one)
            if isinstance(name, ast.Name) and isinstance(value, ast.Constant)
        }
        for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
            name = ast.unparse(call.func).rpartition(".")[2]
            # Those that hand an act on are called with it by others.
            place = {"note": 0, "Act": 2, "_note": 1, "_note_once": 4}.get(name)
            if place is None or len(call.args) <= place:
                continue
            for text in _read_act(call.args[place], constants):
                yield text, path.name


def _pair(one: ast.Assign) -> list[tuple[ast.expr, ast.expr]]:
    target = one.targets[0]
    if isinstance(target, ast.Tuple) and isinstance(one.value, ast.Tuple):
        return list(zip(target.elts, one.value.elts, strict=False))
    return [(target, one.value)]


def _read_act(node: ast.expr, constants: dict[str, object]) -> list[str]:
    if isinstance(node, ast.IfExp):
        return _read_act(node.body, constants) + _read_act(node.orelse, constants)
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        family = str(node.values[0].value)
        return [f"{family}{one}" for one in _FAMILIES[family]]
    text = node.value if isinstance(node, ast.Constant) else constants.get(ast.unparse(node))
    return [text] if isinstance(text, str) else []


def test_every_act_has_words() -> None:
    noted = set(_list_noted())
    names = {name for name, _ in noted}
    assert names >= {
        "sign-in",
        "sign-in-account",
        "choose-password",
        "add-staff",
        "note-declined",
        "say-asked",
        "close",
    }
    assert names >= {"extend", "forget-contacts", "send-letters", "letters-sent", "see-case", "export-audit"}
    for language in LANGUAGES:
        lacking = {(name, where) for name, where in noted if f"act_{name}" not in read_words(language).keys()}  # noqa: SIM118
        assert not lacking, f"{language}: give act_... words for these"


def test_how_a_sending_went_has_words(lead: Client) -> None:
    from praksis.web.store.outbox import Sent

    kinds = list(vars(Sent()))
    _note("kari", "letters-sent", trouble="no-server", **dict.fromkeys(kinds, "7"))
    details = _read_rows(lead)[0][-1]
    assert details.startswith("det stoppet fordi: Posttjeneren svarte ikke")
    assert not [kind for kind in kinds if f"{kind}: 7" in details]
    assert details.count(": 7") == len(kinds)


# -- personal data -----------------------------------------------------------------------------------------------------


@pytest.fixture
def people(praksis: Praksis, contacts: Path, database: str, wave: str, survey: Survey, tmp_path: Path) -> Client:
    """A lead, in a wave that has contacts and closes in December."""
    assert praksis("collect", "open", "--closes", "2026-12-01T16:00")[0] == 0
    assert praksis("fieldwork", "contacts", str(contacts))[0] == 0
    open_office(database, survey, tmp_path)
    return sign_in("leder@example.no", "lead")


def _list_acts() -> list[str]:
    from praksis.web.store.audit import list_acts

    return [one.act for one in list_acts("every-kind")]


def test_what_is_held_on_somebody_is_shown_and_noted(people: Client) -> None:
    answer = people.post(PEOPLE, {"do": "find", "email": " KARI@first.example "})
    page = _read(answer)
    assert answer.status_code == 200
    for part in ("Kari Nordmann", "kari@first.example", "99887766", FIRST, "Digital hverdag, 2026", "Brev 0"):
        assert part in page
    assert "Notater og svar er fritekst" in page
    assert answer["Cache-Control"] == "no-store"
    assert _list_acts()[0] == "find-person"
    from praksis.web.store.audit import list_acts

    assert "first.example" not in str(list_acts("every-kind", 1))


def test_nothing_is_held(people: Client) -> None:
    assert "Vi har ingenting om denne adressen." in _read(people.post(PEOPLE, {"do": "find", "email": "x@y.example"}))
    empty = people.post(PEOPLE, {"do": "find", "email": " "})
    assert empty.status_code == 422
    assert "Skriv en e-postadresse." in _read(empty)
    assert people.post(PEOPLE, {"do": "find", "email": "a\0b@c"}).status_code == 200


def test_staff_are_held_too_also_when_they_have_left(people: Client, praksis: Praksis) -> None:
    page = _read(people.post(PEOPLE, {"do": "find", "email": "Leder@example.no"}))
    assert "Som ansatt her" in page
    assert "undersøkelsesleder" in page
    from praksis.web.store.staff import Role, add_staff, remove_staff

    add_staff("per@example.no", Role.ANALYST)
    remove_staff("per@example.no")
    assert "har ikke tilgang lenger" in _read(people.post(PEOPLE, {"do": "find", "email": "per@example.no"}))
    said = praksis("fieldwork", "person", "per@example.no")[1]
    assert said == "Staff, as per@example.no: removed\n    signed in last: never; 0 acts in the audit\n"


def test_the_address_is_in_no_address(people: Client) -> None:
    page = people.get(f"{PEOPLE}?email=kari@first.example&do=find")
    assert "Kari Nordmann" not in _read(page)
    assert '<form class="narrow" method="post">' in page.content.decode()


def test_contacts_are_deleted_when_the_wave_is_named(people: Client) -> None:
    page = _read(people.get(PEOPLE))
    assert "Kontaktene slettes av seg selv 1. mars 2027." in page
    for wrong in ("", "2025", "ja"):
        answer = people.post(PEOPLE, {"do": "forget", "wave": wrong})
        assert answer.status_code == 422
        assert "Skriv navnet på årgangen: 2026" in _read(answer)
    assert "Kari Nordmann" in _read(people.post(PEOPLE, {"do": "find", "email": "kari@first.example"}))
    gone = people.post(PEOPLE, {"do": "forget", "wave": " 2026 "})
    assert (gone.status_code, gone["Location"]) == (303, PEOPLE)
    page = _read(people.get(PEOPLE))
    assert "Slettet: 3 kontakter" in page
    assert "Det er ingen kontakter i årgangen." in page
    assert "Vi har ingenting" in _read(people.post(PEOPLE, {"do": "find", "email": "kari@first.example"}))
    assert people.post(PEOPLE, {"do": "forget", "wave": "2026"}).status_code == 303, "twice does no harm"
    assert _list_acts().count("forget-contacts") == 2


@pytest.mark.parametrize("role", ["fieldworker", "analyst", "auditor"])
def test_only_a_lead_deletes(people: Client, role: str) -> None:
    other = sign_in("per", role)
    assert other.post(PEOPLE, {"do": "forget", "wave": "2026"}).status_code == 403
    assert other.post(PEOPLE, {"do": "find", "email": "kari@first.example"}).status_code == 403
    assert "Kari Nordmann" in _read(people.post(PEOPLE, {"do": "find", "email": "kari@first.example"}))


@pytest.mark.parametrize("path", [PAGE, PEOPLE, FILE])
def test_in_english_too(people: Client, path: str) -> None:
    page = people.get(path.replace("/nb/", "/en/"))
    assert page.status_code == 200
    text = page.content.decode()
    assert {"/nb/2026/audit": "Signed in", PEOPLE: "delete themselves on 1\xa0March", FILE: "sign-in"}[path] in text
