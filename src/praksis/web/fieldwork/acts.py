"""What staff do to a wave. Each act is noted with who did it; screens and commands both do it by these functions."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.timezone import localtime

from praksis.collect.bounce import AutoReply, Bounce, read_mail
from praksis.collect.casework import CaseEvent, Change
from praksis.collect.contacts import Contact, is_email, is_phone
from praksis.collect.disposition import Found
from praksis.collect.event import STAFF, Event, EventKind
from praksis.collect.response import Response
from praksis.define.letters import ZONE
from praksis.define.survey import Survey
from praksis.errors import PraksisError
from praksis.web.forgetting import find_wave_forget_time
from praksis.web.store.audit import Act, note_act
from praksis.web.store.cases import Facts, is_noted, list_facts, note_case, note_reply, set_coordinator
from praksis.web.store.closing import check_not_frozen
from praksis.web.store.collection import list_responses
from praksis.web.store.contacts import Address, Held, find_held, forget_wave
from praksis.web.store.editing import hold_responses
from praksis.web.store.outbox import note_bounce
from praksis.web.store.work import change_response, together

LONGEST_EXTENSION = datetime.timedelta(days=366)
"""Beyond it is a slip of the year; and the contacts of the whole wave are kept until the last extension is over."""


class CannotAct(PraksisError):
    """It cannot be done to this case now."""


@dataclass(frozen=True)
class Worker:
    """Who acts, when, and on which wave."""

    who: str
    """What they sign in as, or `command:` and their name on the machine."""
    survey: Survey
    wave: str
    secret: bytes
    now: datetime.datetime

    def note(self, act: str, about: str = "", details: Mapping[str, str] | None = None) -> None:
        """Note an act; no personal data in it."""
        place = "/".join(part for part in (self.survey.header.id, self.wave, about) if part)
        note_act(Act(self.now, self.who, act, place, details or {}))


@dataclass(frozen=True)
class Loaded:
    """What came of a list of contacts."""

    new: int
    changed: int
    same: int
    helpers: int
    """Contacts who do not coordinate: the coordinators hand sections to them."""


def load_contacts(worker: Worker, contacts: Iterable[Contact]) -> Loaded:
    """Enter whom each organisation is written to. Raises CannotAct if the wave is not open or its contacts go."""
    found = _compare_contacts(worker, contacts)
    count = Counter(what for _, _, what in found)
    with together():
        for facts, contact, what in found:
            if what in ("new", "changed"):
                address = _read_address(contact)
                set_coordinator(facts.response, address, contact.language, worker.secret, worker.who, worker.now)
        worker.note("load-contacts", details={name: str(number) for name, number in count.items()})
    return _report(count)


def check_contacts(worker: Worker, contacts: Iterable[Contact]) -> Loaded:
    """What `load_contacts` would do; changes nothing, and raises what that does."""
    return _report(Counter(what for _, _, what in _compare_contacts(worker, contacts)))


def _report(count: Counter[str]) -> Loaded:
    return Loaded(count["new"], count["changed"], count["same"], count["helper"])


def _compare_contacts(worker: Worker, contacts: Iterable[Contact]) -> list[tuple[Facts, Contact, str]]:
    """Each contact with its case, and what they are to it: `new`, `changed`, `same` or `helper`."""
    known = {(one.organisation, one.role): one for one in list_facts(worker.survey.header.id, worker.wave)}
    if not known:
        raise CannotAct(f"wave {worker.wave} is not open; open it with `praksis collect open`")
    _check_kept(worker)
    found = []
    for contact in contacts:
        facts = known.get((contact.organisation, contact.role))
        if facts is None:
            raise CannotAct(
                f"{contact.organisation} {contact.role} is not in wave {worker.wave} as it was opened; "
                "run `praksis collect open` again"
            )
        found.append((facts, contact, _compare(facts, contact)))
    return found


def _check_kept(worker: Worker) -> None:
    """Raises CannotAct where the date has come on which contacts are deleted: new ones would not last an hour."""
    due = find_wave_forget_time(worker.survey, worker.wave)
    if due is not None and due <= worker.now:
        raise CannotAct(
            f"the contacts of wave {worker.wave} are deleted since {write_day(worker.survey, due)}; "
            "let it, or the one organisation, close later first"
        )


def write_day(survey: Survey, moment: datetime.datetime) -> str:
    """The day of a moment where the letters are written."""
    return f"{moment.astimezone(survey.letters.zone if survey.letters else ZONE):%Y-%m-%d}"


def describe_keeping(survey: Survey, wave: str, now: datetime.datetime) -> str:
    """A sentence on how long the contacts of a wave are kept."""
    due = find_wave_forget_time(survey, wave)
    if due is None:
        return (
            "Contacts are kept until the wave has a closing date; give it one with "
            "`praksis collect open --closes 2026-12-31T16:00`"
        )
    when = "were" if due <= now else "will be"
    return f"Contacts, and the words of letters, {when} deleted on {write_day(survey, due)}"


def _compare(facts: Facts, contact: Contact) -> str:
    if not contact.coordinator:
        return "helper"
    before = facts.people[0].address
    if before == _read_address(contact):
        return "same"
    return "changed" if before.email else "new"


def _read_address(contact: Contact) -> Address:
    return Address(contact.email.strip().lower(), contact.name, contact.phone)


def find_case(worker: Worker, organisation: str, role: str = "") -> Facts:
    """One case by its organisation's key. Raises CannotAct."""
    survey = worker.survey.header.id
    found = [
        one
        for one in list_responses(survey, worker.wave)
        if one.organisation == organisation and role in ("", one.role)
    ]
    if len(found) != 1:
        roles = ", ".join(one.role for one in found)
        raise CannotAct(
            f"{organisation}: give a role of {roles}" if found else f"no case {organisation} {role}".strip()
        )
    return list_facts(survey, worker.wave, [found[0].id])[0]


def note_found(worker: Worker, facts: Facts, kind: Found, note: str, seen: int | None = None) -> bool:
    """Something was learnt of a case: declined, merged, belongs after all, or just a note. Raises CannotAct for a note
    without words.

    `seen`: how many facts whoever says it had before them. Where they have said the same since, it is the same form
    sent twice: then False, and nothing is noted.
    """
    if kind is Found.NOTE and not note.strip():
        raise CannotAct("a note needs words: --why")
    # Of opting out the coordinator is meant; a colleague opts out for themself.
    whom = facts.people[0].id if kind in (Found.OPTED_OUT, Found.OPTED_IN) else ""
    return _note_once(worker, facts, CaseEvent(worker.now, worker.who, kind, whom, note), seen, f"note-{kind}")


def _note_once(worker: Worker, facts: Facts, event: CaseEvent, seen: int | None, act: str) -> bool:
    with together():
        if seen is not None and is_noted(facts.response, event, seen):
            return False
        note_case(facts.response, event)
        worker.note(act, _name(facts), event.details)
    return True


def extend_case(worker: Worker, facts: Facts, until: datetime.datetime, note: str, seen: int | None = None) -> bool:
    """They may answer until then. Raises CannotAct for a time that is over, is no later than that of the others or more
    than LONGEST_EXTENSION later, and WaveFrozen for a wave that is closed. `seen` and what is returned: as of
    `note_found`."""
    if until <= worker.now:
        raise CannotAct(f"{until:%Y-%m-%d %H:%M} is over; give a later time")
    closes_at = facts.wave_closes_at
    if closes_at is None or until <= closes_at:
        when = f"until {localtime(closes_at):%Y-%m-%d %H:%M}" if closes_at else "for as long as they like"
        raise CannotAct(f"everybody may answer {when}; give a later time")
    if until > max(worker.now, closes_at) + LONGEST_EXTENSION:
        raise CannotAct(f"{until:%Y-%m-%d} is more than a year after the others; is the year right?")
    event = CaseEvent(worker.now, worker.who, Change.EXTENDED, note=note, details={"until": until.isoformat()})
    with hold_responses([facts.response]):
        check_not_frozen(worker.survey.header.id, worker.wave)
        return _note_once(worker, facts, event, seen, "extend")


def reopen_case(worker: Worker, facts: Facts, note: str) -> None:
    """What was submitted is opened again, for the organisation to correct. Raises CannotAct, or WaveFrozen."""

    def decide(response: Response) -> Event | None:
        if not response.submitted:
            raise CannotAct(f"{_name(facts)} is not submitted, so it is open")
        # Within the transaction of the event: all three are stored, or none.
        check_not_frozen(worker.survey.header.id, worker.wave)
        note_case(facts.response, CaseEvent(worker.now, worker.who, Found.NOTE, note=note))
        worker.note("reopen", _name(facts))
        return Event(response.number + 1, worker.now, STAFF + worker.who, EventKind.REOPENED)

    change_response(facts.response, decide)


def reassign_case(worker: Worker, facts: Facts, address: Address, language: str) -> str:
    """Somebody else answers for the organisation; returns the assignment. Who did until now is shut out.

    Raises CannotAct if the date has come on which contacts are deleted, and if nobody can be written to there.
    """
    _check_kept(worker)
    if not is_email(address.email.strip()):
        raise CannotAct("that is not an e-mail address; give one as name@example.no")
    if address.phone.strip() and not is_phone(address.phone.strip()):
        raise CannotAct("that is not a telephone number; give digits, with + and the country before them if abroad")
    with together():
        person = set_coordinator(facts.response, address, language, worker.secret, worker.who, worker.now)
        worker.note("reassign", _name(facts))
    return person


@dataclass(frozen=True)
class ReadMails:
    """What came of reading what came back."""

    bounced: int = 0
    """Letters that could not be delivered, for good."""
    passing: int = 0
    """Reports of what may pass."""
    known: int = 0
    """Reports that had been read before."""
    automatic: int = 0
    """Automatic replies, such as out of office, noted on the cases."""
    other: int = 0
    """Not reports, or not of a letter of ours."""


def read_mails(worker: Worker, mails: Iterable[bytes]) -> ReadMails:
    """Note the bounces and automatic replies among them; the rest is left to whoever reads the mailbox."""
    # Read before anything is stored: whoever answers meanwhile would have to wait for it (SQLite has one writer).
    replies = [read_mail(mail) for mail in mails]
    count: Counter[str] = Counter()
    with together():
        for reply in replies:
            count[_note_reply(worker, reply)] += 1
        worker.note("read-bounces", details={name: str(number) for name, number in count.items()})
    return ReadMails(count["bounced"], count["passing"], count["known"], count["automatic"], count["other"])


def _note_reply(worker: Worker, reply: Bounce | AutoReply | None) -> str:
    if reply is None:
        return "other"
    mark, _, _ = reply.message_id.partition("@")
    if isinstance(reply, AutoReply):
        noted = note_reply(mark, worker.who, worker.now)
        return {None: "other", True: "automatic", False: "known"}[noted]
    if not reply.permanent:
        return "passing"
    noted = note_bounce(mark, f"{reply.status} {reply.reason}".strip(), worker.now)
    return {None: "other", True: "bounced", False: "known"}[noted]


def forget_contacts(worker: Worker) -> int:
    """Delete whom the wave was written to; returns how many people that were."""
    with together():
        people = forget_wave(worker.survey.header.id, worker.wave)
        worker.note("forget-contacts", details={"people": str(people)})
    return people


def find_person(worker: Worker, email: str) -> tuple[Held, ...]:
    """Everything that is held on whoever has an e-mail address, in all waves of the database."""
    with together():
        held = find_held(email)
        worker.note("find-person", details={"found": str(len(held))})
    return held


def _name(facts: Facts) -> str:
    return f"{facts.organisation}/{facts.role}"
