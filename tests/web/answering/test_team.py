"""Sections to colleagues and back."""

import datetime
import re
from collections.abc import Callable
from email import message_from_string
from email.policy import default
from pathlib import Path
from smtplib import quoteaddr
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.web.settings import configure_site
from tests.databases import SECRET
from tests.web.answering.conftest import TOWN, WAVE, Visitor, come_in, read, read_words
from tests.web.answering.test_pages import FILLED, fill_all

if TYPE_CHECKING:
    from praksis.web.store.outbox import Links, Ready

KARI = "kari.nordmann@bakkebygd.kommune.no"


def _hand_over(visitor: Visitor, section: str = "level", email: str = KARI, name: str = "Kari Nordmann") -> None:
    answer = visitor.post(f"section/{section}/hand-over", {"email": email, "name": name})
    assert answer.status_code == 303, read_words(answer)


def _send() -> list[tuple[str, str, str]]:
    """Send what waits; recipient, subject and body of each letter."""
    from praksis.web.store.entrance import issue_link
    from praksis.web.store.outbox import Links, send_letters

    now, sent = datetime.datetime.now(datetime.UTC), []

    def make_links(assignment: str) -> "Links":
        return Links(f"https://survey.example/answer/l/{issue_link(assignment, SECRET, now)}", "")

    def write(letter: "Ready") -> Callable[[], None]:
        return lambda: sent.append((letter.recipient, letter.subject, letter.body))

    send_letters(lambda: now, write, make_links)
    return sent


def _find_link(body: str) -> str:
    """The token of the link in a letter."""
    found = re.search(r"/answer/l/([a-z2-7]{26})\b", body)
    assert found
    return found[1]


@pytest.fixture
def colleague(visitor: Visitor) -> Visitor:
    """Has the section about services."""
    _hand_over(visitor)
    ((_, _, body),) = _send()
    return come_in(_find_link(body))


def test_a_section_is_handed_over_with_a_letter(visitor: Visitor) -> None:
    answer = visitor.post("section/level/hand-over", {"email": f" {KARI} ", "name": "Kari Nordmann"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/answer/nb/?handed&section=level")
    said = read_words(visitor.get("", handed="", section="level"))
    assert "er gitt til Kari Nordmann, som får en e-post" in said
    assert "Hos: Kari Nordmann" in said
    ((recipient, subject, body),) = _send()
    assert recipient == KARI
    assert subject == "Kan du svare på «Tjenestene» for Bakkebygd kommune?"
    assert "Hei, Kari Nordmann!" in body
    assert "Fristen er 1. desember 2040 kl.\u00a023.59." in body
    assert not re.search(r"[{}]|\n\n\n", body)
    # Handed over again to the same person nothing is new, and no second letter is sent.
    _hand_over(visitor, email=KARI.upper())
    assert _send() == []


def test_letters_are_in_the_language_of_the_page(visitor: Visitor) -> None:
    for language, words in (("nn", "Opne denne lenkja for å svare"), ("en", "Open this link to answer")):
        visitor.language = language
        _hand_over(visitor, email=f"{language}@bakkebygd.kommune.no", name="")
        ((_, _, body),) = _send()
        assert words in body


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("", "Skriv e-postadressen"),
        ("kari", "Skriv en hel e-postadresse"),
        ("a b@c.no", "Skriv en hel e-postadresse"),
        ("k@x.no\r\nBcc: all@x.no", "Skriv en hel e-postadresse"),
        ("k" * 300 + "@x.no", "Skriv en hel e-postadresse"),
        ('"\x01a"@x.no', "Skriv en hel e-postadresse"),
        ("a@" + 60 * "å" + ".no", "Skriv en hel e-postadresse"),
        ("kåri@x.no", "Skriv en hel e-postadresse"),
        ("a@\u2100.no", "Skriv en hel e-postadresse"),
        ("a@x\u200b.no", "Skriv en hel e-postadresse"),
        ("a@x" + 260 * "\ufe0f" + ".no", "Skriv en hel e-postadresse"),
    ],
)
def test_an_address_that_is_none_is_said_at_the_field(visitor: Visitor, email: str, said: str) -> None:
    answer = visitor.post("section/level/hand-over", {"email": email, "name": "Kari"})
    assert answer.status_code == 200
    page = read(answer)
    assert "<title>Feil: Gi delen «Tjenestene»" in page
    assert said in page
    assert 'href="#f-email"' in page
    assert 'value="Kari"' in page
    assert _send() == []


def test_an_address_may_have_norwegian_letters_in_its_domain(visitor: Visitor) -> None:
    _hand_over(visitor, email="Kari@Blåbær.no")
    ((recipient, _, _),) = _send()
    assert recipient == "kari@blåbær.no"


_MAIL = st.text(st.sampled_from('aå@.-"\\ <>,;:()[]\x01\n\u200b\ufe0f\u2100ß!{}'), max_size=20)


@given(st.one_of(_MAIL, st.builds("{}@{}.no".format, _MAIL, st.text(max_size=70)), st.emails()))
def test_an_address_that_is_taken_can_be_written_to(address: str) -> None:
    """Whatever the form takes, the letter goes to that one address, and the database can keep it."""
    configure_site()
    from praksis.web.answering.team import check_email
    from praksis.web.mail import encode_address, open_folder
    from praksis.web.store.outbox import Ready

    email = address.strip()
    if check_email(email):
        return
    assert email.lower().isprintable()
    assert len(email.lower()) <= 254
    written = encode_address(email.lower())
    assert quoteaddr(written) == f"<{written}>"
    open_folder(Path("nowhere"), "post@praksis.example")(Ready("a", email.lower(), "Hello", "Body", "nb"))
    assert message_from_string(f"To: {written}\n\n", policy=default)["To"].addresses[0].addr_spec == written


def test_a_name_cannot_add_to_the_letter(visitor: Visitor) -> None:
    _hand_over(visitor, name="Kari\r\n\r\n{link} http://evil.example")
    ((_, _, body),) = _send()
    assert "\r" not in body
    assert body.startswith("Hei, Kari")
    assert "Hei, Kari\n" not in body


def test_a_colleague_sees_only_what_was_handed_over(visitor: Visitor, colleague: Visitor) -> None:
    fill_all(visitor)
    said = read_words(colleague.get())
    assert "Din del av besvarelsen til Bakkebygd kommune" in said
    assert "Tjenestene" in said
    assert "Tiden og ordene" not in said
    assert "Gi til en kollega" not in said
    assert "Kari" not in read_words(colleague.get("", handed="", section="level"))
    assert colleague.get("page/level").status_code == 200
    for answer in (colleague.get("page/word"), colleague.save("word", FILLED["word"], base="0")):
        assert answer.status_code == 403
        assert "Denne delen er ikke din" in read_words(answer)
    for path in ("submit", "section/level/hand-over"):
        refused = colleague.get(path)
        assert refused.status_code == 403, path
        assert "Bare koordinatoren kan gjøre dette" in read_words(refused)
    for path in ("submit", "reopen", "section/level/take-back"):
        assert colleague.post(path).status_code == 403, path
    visitor.post("submit")
    assert "Travelt" not in read(colleague.get("receipt"))
    assert "På papir" in read(colleague.get("receipt"))
    assert colleague.get("receipt.pdf").status_code == 200


def test_a_colleague_is_led_through_their_section_and_told_when_done(colleague: Visitor) -> None:
    pages = ["level", "barriers", "money-wanted", "statements", "contact"]
    for page, after in zip(pages, [*pages[1:], None], strict=True):
        leads = colleague.save(page, FILLED[page]).headers["Location"]
        assert leads == (f"/answer/nb/page/{after}" if after else "/answer/nb/"), page
    assert "du er ferdig med din del" in read_words(colleague.get())


def test_the_coordinator_passes_by_what_others_have(visitor: Visitor, colleague: Visitor) -> None:
    leads = visitor.save("local-cooperation", FILLED["local-cooperation"]).headers["Location"]
    assert leads == "/answer/nb/page/time-spent"
    # But may help, and then stays in the section.
    leads = visitor.save("level", FILLED["level"]).headers["Location"]
    assert leads == "/answer/nb/page/barriers"
    assert "Delen «Tjenestene» er ikke ferdig. Den er hos Kari Nordmann." in read_words(visitor.get("submit"))


def test_both_see_whose_answer_is_whose(visitor: Visitor, colleague: Visitor) -> None:
    seen = visitor.base_of("statements")
    colleague.save("statements", FILLED["statements"])
    answer = visitor.save("statements", FILLED["statements"] | {"users-first": "disagree"}, base=seen)
    assert answer.status_code == 409
    said = read_words(answer)
    assert "Svar 1, fra Kari Nordmann" in said
    assert "Svar 2, fra deg" in said
    assert "Svar 2, fra koordinatoren" in read_words(colleague.get("page/statements"))


def test_a_section_is_taken_back_with_what_was_answered(visitor: Visitor, colleague: Visitor) -> None:
    colleague.save("level", FILLED["level"])
    answer = visitor.post("section/level/take-back")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/answer/nb/?taken&section=level")
    assert "Du har tatt tilbake delen «Tjenestene»." in read_words(visitor.get("", taken="", section="level"))
    assert 'value="on-paper" checked' in read(visitor.get("page/level"))
    assert "Du har ingen deler å svare på nå." in read_words(colleague.get())
    assert colleague.save("level", FILLED["level"], base="0").status_code == 403
    # Taken back twice is taken back once.
    assert visitor.post("section/level/take-back").status_code == 303


def test_a_letter_that_has_become_needless_is_not_sent(visitor: Visitor) -> None:
    _hand_over(visitor)
    visitor.post("section/level/take-back")
    assert _send() == []
    _hand_over(visitor)
    visitor.post("section/level/take-back")
    _hand_over(visitor)
    ((recipient, _, body),) = _send()
    assert recipient == KARI
    assert come_in(_find_link(body)).get("page/level").status_code == 200


@pytest.mark.parametrize("way", ["shut out", "expired"])
def test_a_colleague_who_cannot_come_in_any_more_is_written_to_again(
    visitor: Visitor, colleague: Visitor, way: str
) -> None:
    """Handed over again to the same person, with a link that opens."""
    from praksis.web.store.collection import list_responses
    from praksis.web.store.entrance import issue_link, shut_out
    from praksis.web.store.work import hold_assignment

    stored = next(one for one in list_responses("every-kind", WAVE) if one.organisation == TOWN)
    person = next(one.id for one in hold_assignment(stored.coordinator).people.values() if one.email == KARI)
    now = datetime.datetime.now(datetime.UTC)
    if way == "shut out":
        shut_out(person, now)
    else:
        issue_link(person, SECRET, now, expires_at=now)
    assert colleague.get("page/level").status_code == 403
    _hand_over(visitor)
    ((recipient, _, body),) = _send()
    assert recipient == KARI
    assert come_in(_find_link(body)).get("page/level").status_code == 200
    assert colleague.get("page/level").status_code == 403, "the old session has ended"


def test_a_link_cannot_be_used_to_flood_an_address(visitor: Visitor) -> None:
    """Ten letters a day, however a section is handed over and taken back."""
    letters = 0
    for _ in range(10):
        _hand_over(visitor)
        letters += len(_send())
        visitor.post("section/level/take-back")
    assert letters == 10
    for email in (KARI, "new@bakkebygd.kommune.no"):
        answer = visitor.post("section/level/hand-over", {"email": email, "name": ""})
        assert answer.status_code == 200
        assert "Det er skrevet 10 e-poster til kolleger det siste døgnet" in read_words(answer)
        assert f'value="{email}"' in read(answer)
    assert "Hos:" not in read_words(visitor.get())
    assert _send() == []


def test_a_section_moves_from_one_colleague_to_another(visitor: Visitor, colleague: Visitor) -> None:
    assert "Delen er nå hos Kari Nordmann" in read_words(visitor.get("section/level/hand-over"))
    _hand_over(visitor, email="ola@bakkebygd.kommune.no", name="")
    assert "Hos: ola@bakkebygd.kommune.no" in read_words(visitor.get())
    assert colleague.get("page/level").status_code == 403


def test_what_is_no_section_cannot_be_handed_over(visitor: Visitor) -> None:
    for answer in (visitor.get("section/word/hand-over"), visitor.post("section/word/take-back")):
        assert answer.status_code == 404
        assert "Vi finner ikke delen" in read_words(answer)
