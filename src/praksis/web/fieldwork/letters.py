"""What is written to whom: the plan, run against what has happened."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from praksis.collect import contact
from praksis.collect.casework import find_stops
from praksis.collect.contact import (
    Addressee,
    Due,
    Recipients,
    Rest,
    Sent,
    fill_letter,
    find_due,
    list_recipients,
    make_key,
)
from praksis.collect.contacts import is_email
from praksis.collect.event import EventKind
from praksis.collect.response import fold_events
from praksis.define.letters import Correspondence, Letter
from praksis.define.organisation import Organisation
from praksis.define.survey import Role, Survey
from praksis.errors import PraksisError
from praksis.web.store.cases import Facts, list_facts
from praksis.web.store.closing import find_closing
from praksis.web.store.collection import list_responses
from praksis.web.store.outbox import Draft, Judge, Turn, add_letters, withdraw_letters

_NAMES = {"nb": "Navn Navnesen", "nn": "Namn Namnesen", "en": "Name Surname"}
"""Whom a letter to oneself greets."""


class NoLetters(PraksisError):
    """The survey has no letters, or not the one that was asked for."""


@dataclass(frozen=True)
class Preview:
    """What a run of the plan would do, with the words of the first letter of each kind and language."""

    recipients: Recipients
    examples: Mapping[tuple[str, str], contact.Filled]


_Known = Mapping[tuple[str, str], Facts]


def _read_known(survey: Survey, wave: str) -> _Known:
    """The cases of those whom the frame asks now. Read once for a run: whom a letter is for must not change in it.

    None where the wave has been closed: nobody is written to after that.
    """
    if find_closing(survey.header.id, wave):
        return {}
    asked = survey.find_asked(wave)
    found = {(one.organisation, one.role): one for one in list_facts(survey.header.id, wave)}
    return {whom: facts for whom, facts in found.items() if whom in asked}


def _plan(survey: Survey, wave: str, known: _Known, now: datetime.datetime) -> Recipients:
    return list_recipients(find_correspondence(survey), wave, map(make_addressee, known.values()), now)


def plan_letters(survey: Survey, wave: str, now: datetime.datetime) -> Recipients:
    """Who would be sent what now, and why the others would not. Raises NoLetters."""
    return _plan(survey, wave, _read_known(survey, wave), now)


def preview_letters(survey: Survey, wave: str, now: datetime.datetime) -> Preview:
    """Who would be sent what now, why the others would not, and examples, where `{link}` stands for a link.

    Raises NoLetters.
    """
    known, asked = _read_known(survey, wave), survey.find_asked(wave)
    recipients = _plan(survey, wave, known, now)
    examples: dict[tuple[str, str], contact.Filled] = {}
    for addressee, due in recipients.due:
        kind = (due.letter.id, addressee.language)
        if kind not in examples:
            whom = (addressee.organisation, addressee.role)
            examples[kind] = _fill(survey, wave, due.letter, *asked[whom], known[whom], addressee.language)
    return Preview(recipients, examples)


def queue_letters(survey: Survey, wave: str, now: datetime.datetime) -> int:
    """Put what is due now into the outbox; returns how many letters that were. Doing it again adds nothing."""
    known, asked = _read_known(survey, wave), survey.find_asked(wave)
    recipients = _plan(survey, wave, known, now)
    drafts = [
        _draft(
            survey,
            wave,
            due,
            *asked[addressee.organisation, addressee.role],
            known[addressee.organisation, addressee.role],
        )
        for addressee, due in recipients.due
    ]
    return add_letters(drafts, now)


def withdraw_needless(survey: Survey, wave: str, now: datetime.datetime) -> int:
    """Take planned letters out of the outbox that wait, and that their people should not get any more."""
    waiting = [
        (facts, one.key)
        for facts in list_facts(survey.header.id, wave)
        for one in facts.letters
        if one.letter and one.sent_at is None
    ]
    needless = [key for facts, key in waiting if find_turn(survey, wave, facts, key, now) is Turn.NEVER]
    return withdraw_letters(needless)


def find_turn(survey: Survey, wave: str, facts: Facts, key: str, now: datetime.datetime) -> Turn:
    """May a planned letter that waits leave now? Only if it is what the plan would send, had it not been queued."""
    letter = next((one for one in facts.letters if one.key == key), None)
    if letter is None or letter.person != facts.people[0].id or not letter.current:
        return Turn.NEVER
    if (facts.organisation, facts.role) not in survey.find_asked(wave) or find_closing(survey.header.id, wave):
        return Turn.NEVER
    others = replace(facts, letters=tuple(one for one in facts.letters if one is not letter))
    match find_due(find_correspondence(survey), wave, make_addressee(others), now):
        case Due(due) if due.id == letter.letter:
            return Turn.NOW
        case Rest(letter=waiting) if waiting == letter.letter:
            return Turn.LATER
        case _:
            return Turn.NEVER


def make_judge(survey: Survey, wave: str, clock: Callable[[], datetime.datetime]) -> Judge:
    """What `send_letters` asks of each planned letter: what has happened since it was queued counts. Of other waves, or
    surveys in the same database, nothing is known here."""

    def judge(response: int, key: str) -> Turn:
        found = list_facts(survey.header.id, wave, [response])
        return find_turn(survey, wave, found[0], key, clock()) if found else Turn.LATER

    return judge


def write_example(
    survey: Survey, wave: str, letter: str, language: str, recipient: str, now: datetime.datetime
) -> Draft:
    """A letter to oneself, as a coordinator would get it, with addresses that open nothing. Raises NoLetters.

    Nobody's own name stands in it: it is not deleted with the wave's contacts.
    """
    if not is_email(recipient):
        raise NoLetters("the address to write to is no e-mail address")
    filled = fill_example(survey, wave, letter, language)
    body = filled.body.replace("{link}", "[personal link]").replace("{opt_out}", "[opt-out link]")
    return Draft(f"try/{letter}/{language}/{now.isoformat()}", recipient, filled.subject, body, language)


def fill_example(survey: Survey, wave: str, letter: str, language: str) -> contact.Filled:
    """A letter as the first who are asked would get it, but for the name. Raises NoLetters, and NothingToFill."""
    correspondence = find_correspondence(survey)
    template = correspondence.letter_by_id.get(letter)
    if template is None:
        raise NoLetters(f"no letter {letter}; there are {', '.join(correspondence.letter_by_id)}")
    if language not in survey.header.languages:
        raise NoLetters(f"the survey is not in {language}; it is in {', '.join(survey.header.languages)}")
    asked, responses = survey.find_asked(wave), list_responses(survey.header.id, wave)
    first = next((one for one in responses if (one.organisation, one.role) in asked), None)
    if first is None:
        raise NoLetters(f"wave {wave} is not open; open it with `praksis collect open`")
    (facts,) = list_facts(survey.header.id, wave, [first.id])
    organisation, role = asked[facts.organisation, facts.role]
    return _fill(survey, wave, template, organisation, role, facts, language, _NAMES.get(language, _NAMES["en"]))


def find_correspondence(survey: Survey) -> Correspondence:
    """The survey's letters. Raises NoLetters."""
    if survey.letters is None:
        raise NoLetters(f"{survey.header.id} has no letters.yaml; `praksis new` writes one to start from")
    return survey.letters


def make_addressee(facts: Facts) -> Addressee:
    """The coordinator of a case, and what is known of writing to them."""
    person = facts.people[0]
    theirs = [one for one in facts.letters if one.person == person.id and one.letter and one.current]
    stops = find_stops(facts.case_events, person.id)
    begun = next((one.at for one in facts.events if one.kind in (EventKind.SAVED, EventKind.DISPUTED)), None)
    submitted = fold_events(facts.events).submitted
    return Addressee(
        person=person.id,
        organisation=facts.organisation,
        role=facts.role,
        language=person.language,
        has_address=bool(person.address.email),
        letters=tuple(Sent(one.letter, one.sent_at) for one in theirs),
        started_at=begun,
        submitted_at=submitted.at if submitted else None,
        declined_at=stops.declined_at,
        opted_out_at=stops.opted_out_at,
        bounced_at=max((one.bounced_at for one in theirs if one.bounced_at), default=None),
        shut_out_at=person.shut_out_at,
        not_eligible_at=stops.not_eligible_at,
        closes_at=facts.closes_at,
    )


def _draft(survey: Survey, wave: str, due: Due, organisation: Organisation, role: Role, facts: Facts) -> Draft:
    person = facts.people[0]
    filled = _fill(survey, wave, due.letter, organisation, role, facts, person.language)
    return Draft(
        key=make_key(wave, role.id, organisation.key, person.id, due.letter.id),
        recipient=person.address.email,
        subject=filled.subject,
        body=filled.body,
        language=person.language,
        assignment=person.id,
        letter=due.letter.id,
    )


def _fill(
    survey: Survey,
    wave: str,
    letter: Letter,
    organisation: Organisation,
    role: Role,
    facts: Facts,
    language: str,
    name: str | None = None,
) -> contact.Filled:
    if language not in survey.header.languages:
        language = survey.header.languages[0]  # the one that they had chosen has left the survey
    zone = find_correspondence(survey).zone
    deadline = contact.write_deadline(facts.closes_at, zone, language) if facts.closes_at else ""
    return fill_letter(
        letter,
        language,
        contact.Facts(
            organisation=organisation.name,
            survey=survey.header.title[language],
            wave=wave,
            owner=survey.header.owner[language],
            role=role.title[language],
            name=facts.people[0].address.name if name is None else name,
            deadline=deadline,
        ),
    )
