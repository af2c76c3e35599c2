"""The list of organisations and the page of one: what they show to whom, and that they act as the commands."""

import csv
import datetime
import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from praksis.collect.contacts import Contact
from praksis.collect.disposition import Found
from praksis.collect.event import EventKind
from praksis.define.organisation import Frame
from praksis.define.survey import Survey
from tests.databases import SECRET
from tests.web.fieldwork.answering import act, submit
from tests.web.fieldwork.conftest import BAKKEBYGD, FIRST, Praksis
from tests.web.fieldwork.staff import open_office, sign_in
from tests.web.store.conftest import WAVE

ROLE = "head-of-it"
OPENED = datetime.datetime(2026, 11, 1, 8, tzinfo=datetime.UTC)
NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
CLOSES = datetime.datetime(2040, 12, 1, 15, tzinfo=datetime.UTC)
FJORDHEIM, GRANLI = "100000059", "100000067"
LIST, CASE = f"/nb/{WAVE}/organisations", f"/nb/{WAVE}/organisations/{BAKKEBYGD}/{ROLE}"
ANSWERS = {"full-time-equivalents": "12.5"}
HOSTILE = '<script>alert("x")</script> & Sønn'

Staff = Callable[[str], Client]


@pytest.fixture
def office(database: str, survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Staff:
    """The wave is open, two coordinators are known, and it is 22 November; somebody with a role, signed in."""
    open_office(database, survey, tmp_path)
    from praksis.web.fieldwork import acts, visit
    from praksis.web.store.collection import open_wave

    open_wave(survey, WAVE, SECRET, OPENED, CLOSES)
    worker = acts.Worker("test", survey, WAVE, SECRET, OPENED)
    ola = ("Ola Bakke", "ola@bakkebygd.example", "", "nb")
    acts.load_contacts(worker, [Contact(key, ROLE, *ola, coordinator=True) for key in (BAKKEBYGD, GRANLI)])
    monkeypatch.setattr(visit, "read_clock", lambda: NOW)

    def enter(role: str) -> Client:
        return sign_in(f"some-{role}", role)

    return enter


def find_facts(key: str):  # type: ignore[no-untyped-def]
    from praksis.web.store.cases import list_facts

    return next(one for one in list_facts("every-kind", WAVE) if one.organisation == key)


def rename(survey: Survey, name: str) -> Survey:
    """With Bakkebygd called something else."""
    organisations = survey.frame.organisations
    named = tuple(one.model_copy(update={"name": name}) if one.key == BAKKEBYGD else one for one in organisations)
    return survey.model_copy(update={"frame": Frame(organisations=named)})


def read(page: object) -> str:
    return unescape(page.content.decode())  # type: ignore[attr-defined]


def list_names(text: str) -> list[str]:
    return re.findall(r'role="rowheader"><a class="ds-link" href="[^"]+">([^<]+)<', text)


# -- the list ----------------------------------------------------------------------------------------------------------


def test_the_list_says_where_each_stands(office: Staff) -> None:
    submit(BAKKEBYGD, ANSWERS)
    act(FIRST, EventKind.SAVED, ANSWERS)
    act(FJORDHEIM, EventKind.ENTERED)
    client = office("analyst")
    text = read(client.get(LIST))
    assert "Viser 12 av 12" in text
    names = list_names(text)
    assert len(names) == 12
    assert names[0] == "Bakkebygd kommune"
    assert names[-1] == "Ytre Øy kommune"
    row = text.partition("Bakkebygd kommune")[2].partition("</tr>")[0]
    assert "Levert <" in row
    assert ">1.1<" in row
    assert "2.\xa0november 2026" in row
    assert "1 av" in row
    assert "Vært inne, ikke svart <" in text.partition("Fjordheim kommune")[2].partition("</tr>")[0]
    assert "Ikke invitert <" in text.partition("Granli kommune")[2].partition("</tr>")[0]
    english = read(client.get(LIST.replace("/nb/", "/en/")))
    assert "Came in, not answered <" in english.partition("Fjordheim kommune")[2].partition("</tr>")[0]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=submitted", ["Bakkebygd kommune"]),
        ("state=begun&stratum=state", ["Tilsynet for fiktive saker"]),
        ("state=begun&stratum=municipality", []),
        ("q=fJORDheim", ["Fjordheim kommune"]),
        ("q=100+000+040", ["Bakkebygd kommune"]),
        ("q=øy", ["Ytre Øy kommune"]),
        (f"q=kommune&state=entered&role={ROLE}", ["Fjordheim kommune"]),
    ],
)
def test_filters_keep_those_that_fit(office: Staff, query: str, names: list[str]) -> None:
    submit(BAKKEBYGD, ANSWERS)
    act(FIRST, EventKind.SAVED, ANSWERS)
    act(FJORDHEIM, EventKind.ENTERED)
    text = read(office("fieldworker").get(f"{LIST}?{query}"))
    assert list_names(text) == names
    assert f"Viser {len(names)} av 12" in text
    assert ("Ingen passer" in text) is (not names)


def test_filters_are_kept_in_the_form(office: Staff) -> None:
    text = read(office("fieldworker").get(f"{LIST}?q=kommune&stratum=municipality&state=not-invited&sort=silent"))
    assert 'name="q" type="search" value="kommune"' in text
    for kept in ("municipality", "not-invited", "silent"):
        assert f'<option value="{kept}" selected>' in text
    assert "stratum=municipality&state=not-invited&q=kommune&sort=silent&format=csv" in text


def test_what_there_is_not_is_not_asked_for(office: Staff) -> None:
    assert "Viser 12 av 12" in read(office("lead").get(f"{LIST}?state=none&stratum=x&role=y&sort=z"))


def test_silent_longest_comes_first_and_letters_do_not_count_as_heard(office: Staff, survey: Survey) -> None:
    from praksis.web.fieldwork import acts

    act(GRANLI, EventKind.SAVED, ANSWERS)
    act(FJORDHEIM, EventKind.ENTERED)
    act(FJORDHEIM, EventKind.SAVED, ANSWERS)
    worker = acts.Worker("test", survey, WAVE, SECRET, NOW)
    acts.note_found(worker, find_facts(GRANLI), Found.NOTE, "called")
    client = office("fieldworker")
    assert list_names(read(client.get(f"{LIST}?sort=silent&state=begun"))) == ["Granli kommune", "Fjordheim kommune"]
    assert list_names(read(client.get(f"{LIST}?sort=last&state=begun"))) == ["Fjordheim kommune", "Granli kommune"]


def test_the_list_as_csv_is_that_of_the_command(office: Staff, praksis: Praksis) -> None:
    submit(BAKKEBYGD, ANSWERS)
    answer = office("auditor").get(f"{LIST}?stratum=municipality&format=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="every-kind-{WAVE}-organisations.csv"'
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 8
    assert (rows[0]["organisation"], rows[0]["state"], rows[0]["code"]) == (BAKKEBYGD, "submitted", "1.1")
    assert rows[0]["heard_at"] == "2026-11-02 13:01"
    assert "@" not in text
    assert "Ola" not in text
    code, output, _ = praksis("fieldwork", "organisations", "--stratum", "Kommuner", "--csv")
    assert (code, output.splitlines()) == (0, text.splitlines())
    code, output, _ = praksis("fieldwork", "organisations", "--state", "submitted", "--find", "bakke")
    assert output.splitlines()[-1] == "1 of 12"
    assert praksis("fieldwork", "organisations", "--stratum", "x")[0] == 1


def test_a_wave_that_is_not_open_says_so(database: str, survey: Survey, tmp_path: Path) -> None:
    open_office(database, survey, tmp_path)
    client = sign_in("kari", "lead")
    assert "Årgangen er ikke åpnet" in read(client.get(LIST))
    assert client.get(CASE).status_code == 404


# -- who sees what -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "sees"), [("lead", True), ("fieldworker", True), ("analyst", False), ("auditor", False)]
)
def test_contacts_notes_and_forms_are_for_those_who_work(office: Staff, survey: Survey, role: str, sees: bool) -> None:
    from praksis.web.fieldwork import acts
    from praksis.web.store.audit import list_acts

    worker = acts.Worker("test", survey, WAVE, SECRET, OPENED)
    acts.note_found(worker, find_facts(BAKKEBYGD), Found.DECLINED, "said Ola on the telephone")
    client = office(role)
    page = client.get(CASE)
    text = read(page)
    assert page.status_code == 200
    assert "Bakkebygd kommune" in text
    assert "Sagt nei (AAPOR 2.112), endelig" in text
    assert ("ola@bakkebygd.example" in text) is sees
    assert ("said Ola on the telephone" in text) is sees
    assert ('name="act"' in text) is sees
    looked = [one.about for one in list_acts() if one.act == "see-case"]
    assert looked == ([f"every-kind/{WAVE}/{BAKKEBYGD}/{ROLE}"] if sees else [])
    before = find_facts(BAKKEBYGD)
    done = client.post(CASE, {"act": "note", "said": "note", "why": "x"})
    assert done.status_code == (303 if sees else 403)
    assert (find_facts(BAKKEBYGD) == before) is not sees


@pytest.mark.parametrize("place", [f"{BAKKEBYGD}/nobody", f"123/{ROLE}", f"%3Cb%3E/{ROLE}"])
def test_an_unknown_organisation_is_not_there(office: Staff, place: str) -> None:
    client = office("lead")
    assert client.get(f"{LIST}/{place}").status_code == 404
    assert client.post(f"{LIST}/{place}", {"act": "note"}).status_code == 404


def test_one_that_the_frame_no_longer_has(office: Staff, survey: Survey, database: str, tmp_path: Path) -> None:
    client = office("lead")
    left = tuple(one for one in survey.frame.organisations if one.key != BAKKEBYGD)
    open_office(database, survey.model_copy(update={"frame": Frame(organisations=left)}), tmp_path)
    page = client.get(CASE)
    assert (page.status_code, "står ikke lenger i utvalgsrammen" in read(page)) == (404, True)
    assert "Viser 11 av 11" in read(client.get(LIST))


def test_hostile_names_and_notes_are_only_text(office: Staff, survey: Survey, database: str, tmp_path: Path) -> None:
    client = office("lead")
    open_office(database, rename(survey, HOSTILE), tmp_path)
    assert client.post(CASE, {"act": "note", "said": "note", "why": HOSTILE}).status_code == 303
    reassigned = {"act": "reassign", "email": "x@y.example", "name": HOSTILE, "phone": "", "language": "nb"}
    assert client.post(CASE, reassigned).status_code == 303
    wrong = client.post(CASE, {**reassigned, "email": HOSTILE})
    assert wrong.status_code == 422
    for page in (client.get(CASE), client.get(f"{LIST}?q={HOSTILE}"), wrong):
        assert "<script" not in page.content.decode()
        assert HOSTILE in read(page)


# -- what is done ------------------------------------------------------------------------------------------------------

FORMS = {
    "note": ({"said": "declined", "why": "no time"}, ("note", "declined", "--why", "no time")),
    "extend": ({"until": "2041-01-15T16:00", "why": "illness"}, ("extend", "2041-01-15T16:00", "--why", "illness")),
    "reopen": ({"why": "a wrong number"}, ("reopen", "--why", "a wrong number")),
    "reassign": (
        {"email": "Eva@Example.no", "name": "Eva  Ås", "phone": "+47 99 88 77 66", "language": "nn"},
        ("reassign", "Eva@Example.no", "--name", "Eva Ås", "--phone", "+47 99 88 77 66", "--language", "nn"),
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_ends_as_the_command_does(office: Staff, praksis: Praksis, name: str) -> None:
    client = office("fieldworker")
    for key in (BAKKEBYGD, GRANLI):
        submit(key, ANSWERS)
    typed, (command, *arguments) = FORMS[name]
    done = client.post(CASE, {"act": name, **typed})
    assert (done.status_code, done["Location"]) == (303, CASE)
    assert 'role="status"' in read(client.get(CASE))
    assert praksis("fieldwork", command, GRANLI, *arguments)[0] == 0
    by_page, by_command = (describe(key) for key in (BAKKEBYGD, GRANLI))
    assert by_page == by_command
    assert "some-fieldworker" in praksis("fieldwork", "audit")[1]


def describe(key: str) -> object:
    """A case without who did what and when, and whose it is."""
    facts = find_facts(key)
    ids = {one.id: place for place, one in enumerate(facts.people)}
    return (
        facts.closes_at,
        [(one.kind, ids.get(one.whom), one.note, dict(one.details)) for one in facts.case_events],
        [(one.kind, one.who.partition(":")[0] if ":" in one.who else ids[one.who]) for one in facts.events],
        [(one.coordinator, one.language, one.shut_out_at is None, one.address) for one in facts.people],
    )


def test_a_form_that_is_sent_twice_does_no_harm(office: Staff) -> None:
    from praksis.web.store.audit import list_acts

    client = office("fieldworker")
    submit(BAKKEBYGD, ANSWERS)
    said = {
        "note": "Det var notert fra før.",
        "extend": "De kan svare til 15.\xa0januar 2041 kl.\xa016.00.",
        "reopen": "Besvarelsen er allerede åpen.",
        "reassign": "Alt var slik fra før.",
    }
    for name, (typed, _) in FORMS.items():
        form = {"act": name, "seen": read_seen(client), **typed}
        assert client.post(CASE, form).status_code == 303
        once, acts = find_facts(BAKKEBYGD), [one for one in list_acts() if one.act != "see-case"]
        assert client.post(CASE, form).status_code == 303
        assert find_facts(BAKKEBYGD) == once
        assert [one for one in list_acts() if one.act != "see-case"] == acts
        assert said[name] in read(client.get(CASE))
    # The same words on another day are another note.
    before = len(find_facts(BAKKEBYGD).case_events)
    client.post(CASE, {"act": "note", "seen": read_seen(client), **FORMS["note"][0]})
    assert len(find_facts(BAKKEBYGD).case_events) == before + 1


def read_seen(client: Client) -> str:
    found = re.search(r'name="seen" value="([0-9]+)"', read(client.get(CASE)))
    assert found
    return found[1]


def test_two_clicks_at_once_are_one(office: Staff) -> None:
    from praksis.web.store.database import close_connections

    client = office("fieldworker")
    submit(BAKKEBYGD, ANSWERS)
    seen = read_seen(client)
    forms = [{"act": "note", "seen": seen, **FORMS["note"][0]}, {"act": "reopen", **FORMS["reopen"][0]}]
    before = find_facts(BAKKEBYGD)

    def send(form: dict[str, str]) -> int:
        other = Client()
        other.cookies = client.cookies
        try:
            return other.post(CASE, form).status_code
        finally:
            close_connections()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, forms * 4)) == {303}
    after = find_facts(BAKKEBYGD)
    assert len(after.events) == len(before.events) + 1
    assert len(after.case_events) == len(before.case_events) + 2


@pytest.mark.parametrize("said", ["taken-back", "belongs", "opted-in"])
def test_what_was_said_can_be_taken_back(office: Staff, said: str) -> None:
    client = office("fieldworker")
    first = {"taken-back": "unable", "belongs": "merged", "opted-in": "opted-out"}[said]
    assert f'value="note-{said}"' not in read(client.get(CASE))
    client.post(CASE, {"act": "note", "said": first})
    assert f'value="note-{said}"' in read(client.get(CASE))
    client.post(CASE, {"act": f"note-{said}", "said": said, "why": "called us"})
    text = read(client.get(CASE))
    assert f'value="note-{said}"' not in text
    assert "Ikke invitert (AAPOR 2.2)" in text


@pytest.mark.parametrize(
    ("form", "wrong", "kept"),
    [
        ({"act": "note", "said": "note", "why": " \n"}, {"note-why": "Skriv noe"}, ""),
        ({"act": "note", "said": "declined", "why": "x" * 2001}, {"note-why": "høyst 2000 tegn"}, "x" * 2001),
        ({"act": "extend", "until": "", "why": "ill"}, {"extend-until": "Skriv dag"}, ">\nill<"),
        ({"act": "extend", "until": "2041-01-15", "why": ""}, {"extend-until": "Skriv dag"}, '"2041-01-15"'),
        ({"act": "extend", "until": "0001-01-01T00:00", "why": ""}, {"extend-until": ""}, '"0001-01-01T00:00"'),
        ({"act": "extend", "until": "9999-12-31T23:59Z+1"}, {"extend-until": "Skriv dag"}, "9999"),
        ({"act": "extend", "until": "2026-11-22T12:59", "why": ""}, {"extend-until": "er allerede ute"}, "12:59"),
        ({"act": "extend", "until": "2040-12-01T16:00"}, {"extend-until": "Alle kan svare til"}, "2040-12-01T16:00"),
        ({"act": "extend", "until": "9999-12-31T23:59"}, {"extend-until": "Er årstallet riktig"}, "9999-12-31T23:59"),
        ({"act": "reopen", "why": ""}, {"reopen-why": "Skriv hvorfor"}, ""),
        (
            {"act": "reassign", "email": "eva", "name": "Eva Ås", "phone": "ring meg", "language": "se"},
            {"reassign-email": "Skriv én e-post", "reassign-phone": "Skriv bare sifre", "reassign-language": "Velg"},
            'value="Eva Ås"',
        ),
        (
            {"act": "reassign", "email": "a@b.no, c@d.no", "name": "x" * 201, "phone": "", "language": "nb"},
            {"reassign-email": "Skriv én e-post", "reassign-name": "høyst 200"},
            'value="a@b.no, c@d.no"',
        ),
    ],
)
def test_wrong_input_comes_back_with_all_that_is_wrong(
    office: Staff, form: dict[str, str], wrong: dict[str, str], kept: str
) -> None:
    submit(BAKKEBYGD, ANSWERS)
    client = office("fieldworker")
    before = find_facts(BAKKEBYGD)
    page = client.post(CASE, form)
    text = read(page)
    assert page.status_code == 422
    summary = text.partition('<div class="ds-error-summary"')[2].partition("</div>")[0]
    assert re.findall('href="#([^"]+)"', summary) == list(wrong)
    for place, words in wrong.items():
        assert words in summary
        assert f'id="{place}"' in text
        assert f'aria-describedby="{place}-wrong"' in text
    assert kept in text
    assert "<title>Feil:" in text
    assert find_facts(BAKKEBYGD) == before


@pytest.mark.parametrize("form", [{}, {"act": "delete"}, {"act": "note"}, {"act": "note", "said": "x"}])
def test_a_form_that_there_is_not_does_nothing(office: Staff, form: dict[str, str]) -> None:
    client = office("lead")
    before = find_facts(BAKKEBYGD)
    assert client.post(CASE, form).status_code == 400
    assert find_facts(BAKKEBYGD) == before


def test_forms_are_checked_as_a_browsers_are(office: Staff) -> None:
    office("analyst")
    client = sign_in("kari", "lead", checks=True)
    assert client.post(CASE, {"act": "note", "said": "note", "why": "x"}).status_code == 403
    assert len(find_facts(BAKKEBYGD).case_events) == 1


def test_reopening_is_offered_where_something_is_submitted(office: Staff) -> None:
    client = office("fieldworker")
    assert 'value="reopen"' not in read(client.get(CASE))
    submit(BAKKEBYGD, ANSWERS)
    assert 'value="reopen"' in read(client.get(CASE))
    client.post(CASE, {"act": "reopen", "why": "a wrong number"})
    text = read(client.get(CASE))
    assert 'value="reopen"' not in text
    assert "Levert, åpnet igjen (AAPOR 1.1)" in text
    line = text.partition("Åpnet igjen <")[2].partition("</li>")[0]
    assert "(some-fieldworker)" in line
    assert "a wrong number" in line


def test_a_closed_wave_takes_notes_and_no_more_time(office: Staff, survey: Survey) -> None:
    from praksis.web.store.closing import Frozen, add_closing, end_wave, measure_wave

    submit(BAKKEBYGD, ANSWERS)
    moment = NOW - datetime.timedelta(days=1)
    end_wave(survey.header.id, WAVE, moment)
    add_closing(survey.header.id, WAVE, Frozen(moment, "kari", "", {}, 1, measure_wave(survey.header.id, WAVE)))
    client = office("lead")
    text = read(client.get(CASE))
    assert text.count("Årgangen ble avsluttet 21.\xa0november 2026") == 2
    assert 'value="extend"' not in text
    assert 'value="reopen"' not in text
    before = find_facts(BAKKEBYGD)
    for name in ("extend", "reopen"):
        refused = client.post(CASE, {"act": name, **FORMS[name][0]})
        assert refused.status_code == 409
        assert "Årgangen ble avsluttet" in read(refused)
        assert 'role="status"' not in read(client.get(CASE)), "nothing was done"
    assert find_facts(BAKKEBYGD) == before
    assert client.post(CASE, {"act": "note", "said": "note", "why": "called"}).status_code == 303


def test_new_contacts_are_not_taken_when_they_are_deleted(
    office: Staff, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from praksis.web.fieldwork import visit

    client = office("lead")
    monkeypatch.setattr(visit, "read_clock", lambda: CLOSES + datetime.timedelta(days=91))
    text = read(client.get(CASE))
    assert "Kontaktene i årgangen ble slettet 1.\xa0mars 2041" in text
    assert 'value="reassign"' not in text
    before = find_facts(BAKKEBYGD).people
    assert client.post(CASE, {"act": "reassign", **FORMS["reassign"][0]}).status_code == 303
    assert find_facts(BAKKEBYGD).people == before


def test_its_letters_and_what_came_of_them(office: Staff, survey: Survey) -> None:
    from praksis.web.fieldwork import acts
    from praksis.web.store.contacts import Address
    from praksis.web.store.outbox import Draft, Links, Turn, add_letters, mark_letter, note_bounce, send_letters

    person = find_facts(BAKKEBYGD).people[0]
    draft = Draft("k/1", person.address.email, "Subject", "Body {link}", "nb", person.id, "invitation")
    add_letters([draft], OPENED)
    at = OPENED + datetime.timedelta(days=1)
    send_letters(lambda: at, lambda _: lambda: None, lambda _: Links("a", "b"), lambda *_: Turn.NOW)
    note_bounce(mark_letter("k/1"), "5.1.1 no mailbox for ola@bakkebygd.example", at)
    client = office("fieldworker")
    text = read(client.get(CASE))
    table = text.partition('<table class="ds-table stacked"')[2].partition("</table>")[0]
    assert "ola@" not in table
    for shown in ("Invitasjon", "Ola Bakke", "2.\xa0november 2026 kl.\xa009.00", "5.1.1 no mailbox"):
        assert shown in table
    assert "Brevene kom i retur (AAPOR 2.2)" in text
    worker = acts.Worker("test", survey, WAVE, SECRET, NOW)
    acts.reassign_case(worker, find_facts(BAKKEBYGD), Address("eva@x.example", "Eva"), "nb")
    text = read(client.get(CASE))
    assert "Stengt ute 22.\xa0november 2026" in text
    assert text.index("Eva") < text.index("Ola Bakke")
    assert "Invitasjon kom i retur" in read(office("analyst").get(CASE))


def test_addresses_and_telephones_are_checked_by_command_too(office: Staff, praksis: Praksis) -> None:
    code, _, complaint = praksis("fieldwork", "reassign", BAKKEBYGD, "eva@example.no", "--phone", "call me")
    assert (code, "not a telephone number" in complaint) == (1, True)
    code, _, complaint = praksis("fieldwork", "note", BAKKEBYGD, "note")
    assert (code, "a note needs words" in complaint) == (1, True)


def test_saves_of_a_day_are_one_line(office: Staff) -> None:
    act(BAKKEBYGD, EventKind.ENTERED)
    for number in ("12.5", "13", "14"):
        act(BAKKEBYGD, EventKind.SAVED, {"full-time-equivalents": number})
    text = read(office("analyst").get(CASE))
    assert text.count("Lagret") == 1
    assert "Lagret 3 ganger, 1 svar i alt" in text
    assert text.index("Lagret 3 ganger") < text.index("Åpnet for første gang")


def test_a_name_is_no_formula_in_the_file(office: Staff, survey: Survey, database: str, tmp_path: Path) -> None:
    client = office("auditor")
    formula = "=HYPERLINK(A1)"
    open_office(database, rename(survey, formula), tmp_path)
    text = client.get(f"{LIST}?format=csv").content.decode("utf-8-sig")
    assert f"{BAKKEBYGD};'{formula};" in text


def test_a_page_is_of_its_moment(office: Staff, survey: Survey) -> None:
    from praksis.web.fieldwork import acts

    for days, words in ((-1, "the day before"), (1, "the day after")):
        worker = acts.Worker("test", survey, WAVE, SECRET, NOW + datetime.timedelta(days=days))
        acts.note_found(worker, find_facts(BAKKEBYGD), Found.NOTE, words)
    text = read(office("lead").get(CASE))
    assert ("the day before" in text, "the day after" in text) == (True, False)
