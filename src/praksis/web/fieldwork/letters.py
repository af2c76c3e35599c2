"""What is written to whom: the plan, run against what has happened; and bounces, read back."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from praksis.collect import contact
from praksis.collect.casework import find_stops
from praksis.collect.contact import (
    Addressee,
    Due,
    Reason,
    Recipients,
    Rest,
    Sent,
    fill_letter,
    find_due,
    list_recipients,
    make_key,
)
from praksis.collect.event import EventKind
from praksis.collect.response import fold_events
from praksis.define.letters import Correspondence, Letter
from praksis.define.organisation import Organisation
from praksis.define.survey import Role, Survey
from praksis.errors import PraksisError
from praksis.web.store.cases import Facts, list_facts
from praksis.web.store.outbox import Draft, add_letters, withdraw_letters

_STOPS = frozenset(Reason) - {
    Reason.ON_ITS_WAY, Reason.TOO_SOON, Reason.NOT_YET, Reason.SENT_ALREADY, Reason.NOTHING_PLANNED
}  # fmt: skip
"""Why a letter that waits should not leave any more."""


class NoLetters(PraksisError):
    """The survey has no letters, or not the one that was asked for."""


@dataclass(frozen=True)
class Preview:
    """What a run of the plan would do, with the words of the first letter of each kind and language."""

    recipients: Recipients
    examples: Mapping[tuple[str, str], contact.Filled]


def plan_letters(survey: Survey, wave: str, now: datetime.datetime) -> Recipients:
    """Who would be sent what now, and why the others would not. Raises NoLetters."""
    correspondence = find_correspondence(survey)
    asked = survey.find_asked(wave)
    addressees = [
        make_addressee(facts)
        for facts in list_facts(survey.header.id, wave)
        if (facts.organisation, facts.role) in asked and facts.people
    ]
    return list_recipients(correspondence, wave, addressees, now)


def preview_letters(survey: Survey, wave: str, now: datetime.datetime) -> Preview:
    """As `plan_letters`, with examples. Links in them are not made: `{link}` stands for one."""
    recipients, asked = plan_letters(survey, wave, now), survey.find_asked(wave)
    examples: dict[tuple[str, str], contact.Filled] = {}
    closings = {(one.organisation, one.role): one for one in list_facts(survey.header.id, wave)}
    for addressee, due in recipients.due:
        kind = (due.letter.id, addressee.language)
        if kind not in examples:
            whom = (addressee.organisation, addressee.role)
            examples[kind] = _fill(survey, wave, due.letter, *asked[whom], closings[whom], addressee.language)
    return Preview(recipients, examples)


def queue_letters(survey: Survey, wave: str, now: datetime.datetime) -> int:
    """Put what is due now into the outbox; returns how many letters that were. Doing it again adds nothing."""
    recipients, asked = plan_letters(survey, wave, now), survey.find_asked(wave)
    known = {(one.organisation, one.role): one for one in list_facts(survey.header.id, wave)}
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
    needless = []
    for facts in list_facts(survey.header.id, wave):
        waiting = [one.key for one in facts.letters if one.letter and one.sent_at is None]
        if waiting:
            found = find_due(find_correspondence(survey), wave, make_addressee(facts), now)
            needless += waiting if isinstance(found, Rest) and found.reason in _STOPS else []
    return withdraw_letters(needless)


def write_example(
    survey: Survey, wave: str, letter: str, language: str, recipient: str, now: datetime.datetime
) -> Draft:
    """A letter to oneself, as a coordinator would get it, with addresses that open nothing. Raises NoLetters."""
    correspondence = find_correspondence(survey)
    template = correspondence.letter_by_id.get(letter)
    if template is None:
        raise NoLetters(f"no letter {letter}; there are {', '.join(correspondence.letter_by_id)}")
    asked = survey.find_asked(wave)
    facts = next((one for one in list_facts(survey.header.id, wave) if (one.organisation, one.role) in asked), None)
    if facts is None:
        raise NoLetters(f"wave {wave} is not open; open it with `praksis collect open`")
    organisation, role = asked[facts.organisation, facts.role]
    filled = _fill(survey, wave, template, organisation, role, facts, language)
    body = filled.body.replace("{link}", "[personal link]").replace("{opt_out}", "[opt-out link]")
    return Draft(f"try/{letter}/{language}/{now.isoformat()}", recipient, filled.subject, body, language)


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
    survey: Survey, wave: str, letter: Letter, organisation: Organisation, role: Role, facts: Facts, language: str
) -> contact.Filled:
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
            name=facts.people[0].address.name,
            deadline=deadline,
        ),
    )
