"""What staff do to a wave. Each act is noted with who did it; screens and commands both do it by these functions."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from praksis.collect.bounce import read_bounce
from praksis.collect.casework import CaseEvent, Change
from praksis.collect.contacts import Contact
from praksis.collect.disposition import Found
from praksis.collect.event import STAFF, Event, EventKind
from praksis.collect.response import Response
from praksis.define.survey import Survey
from praksis.errors import PraksisError
from praksis.web.store.audit import Act, note_act
from praksis.web.store.cases import Facts, list_facts, note_case, set_coordinator
from praksis.web.store.contacts import Address, Held, find_held, forget_wave
from praksis.web.store.outbox import note_bounce
from praksis.web.store.work import change_response, together


class CannotAct(PraksisError):
    """It cannot be done to this case now."""


@dataclass(frozen=True)
class Worker:
    """Who acts, when, and on which wave."""

    who: str
    """`command:` and their name on the machine."""
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
    """Enter whom each organisation is written to. Raises CannotAct if the wave is not open."""
    known = {(one.organisation, one.role): one for one in list_facts(worker.survey.header.id, worker.wave)}
    if not known:
        raise CannotAct(f"wave {worker.wave} is not open; open it with `praksis collect open`")
    count: Counter[str] = Counter()
    with together():
        for contact in contacts:
            facts = known.get((contact.organisation, contact.role))
            if facts is None:
                raise CannotAct(
                    f"{contact.organisation} {contact.role} is not in wave {worker.wave} as it was opened; "
                    "run `praksis collect open` again"
                )
            count[_enter(worker, facts, contact)] += 1
        worker.note("load-contacts", details={name: str(number) for name, number in count.items()})
    return Loaded(count["new"], count["changed"], count["same"], count["helper"])


def _enter(worker: Worker, facts: Facts, contact: Contact) -> str:
    if not contact.coordinator:
        return "helper"
    address = Address(contact.email.strip().lower(), contact.name, contact.phone)
    before = facts.people[0].address
    if before == address:
        return "same"
    set_coordinator(facts.response, address, contact.language, worker.secret, worker.who, worker.now)
    return "changed" if before.email else "new"


def find_case(worker: Worker, organisation: str, role: str = "") -> Facts:
    """One case by its organisation's key. Raises CannotAct."""
    found = [
        one
        for one in list_facts(worker.survey.header.id, worker.wave)
        if one.organisation == organisation and role in ("", one.role)
    ]
    if len(found) != 1:
        roles = ", ".join(one.role for one in found)
        raise CannotAct(
            f"{organisation}: give a role of {roles}" if found else f"no case {organisation} {role}".strip()
        )
    return found[0]


def note_found(worker: Worker, facts: Facts, kind: Found, note: str) -> None:
    """Something was learnt of a case: declined, merged, belongs after all, or just a note."""
    # Of opting out the coordinator is meant; a colleague opts out for themself.
    whom = facts.people[0].id if kind in (Found.OPTED_OUT, Found.OPTED_IN) else ""
    with together():
        note_case(facts.response, CaseEvent(worker.now, worker.who, kind, whom, note))
        worker.note(f"note-{kind}", _name(facts))


def extend_case(worker: Worker, facts: Facts, until: datetime.datetime, note: str) -> None:
    """They may answer until then. Raises CannotAct for a time that is over."""
    if until <= worker.now:
        raise CannotAct(f"{until:%Y-%m-%d %H:%M} is over; give a later time")
    event = CaseEvent(worker.now, worker.who, Change.EXTENDED, note=note, details={"until": until.isoformat()})
    with together():
        note_case(facts.response, event)
        worker.note("extend", _name(facts), {"until": until.isoformat()})


def reopen_case(worker: Worker, facts: Facts, note: str) -> None:
    """What was submitted is opened again, for the organisation to correct. Raises CannotAct."""

    def decide(response: Response) -> Event | None:
        if not response.submitted:
            raise CannotAct(f"{_name(facts)} is not submitted, so it is open")
        return Event(response.number + 1, worker.now, STAFF + worker.who, EventKind.REOPENED)

    change_response(facts.response, decide)
    with together():
        note_case(facts.response, CaseEvent(worker.now, worker.who, Found.NOTE, note=note))
        worker.note("reopen", _name(facts))


def reassign_case(worker: Worker, facts: Facts, address: Address, language: str) -> str:
    """Somebody else answers for the organisation; returns the assignment. Who did until now is shut out."""
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
    other: int = 0
    """Not reports, or not of a letter of ours."""


def read_mails(worker: Worker, mails: Iterable[bytes]) -> ReadMails:
    """Note the bounces among them; the rest is left to whoever reads the mailbox."""
    count: Counter[str] = Counter()
    with together():
        for mail in mails:
            count[_read_mail(worker, mail)] += 1
        worker.note("read-bounces", details={name: str(number) for name, number in count.items()})
    return ReadMails(count["bounced"], count["passing"], count["known"], count["other"])


def _read_mail(worker: Worker, mail: bytes) -> str:
    bounce = read_bounce(mail)
    if bounce is None:
        return "other"
    if not bounce.permanent:
        return "passing"
    mark, _, _ = bounce.message_id.partition("@")
    noted = note_bounce(mark, f"{bounce.status} {bounce.diagnostic}".strip(), worker.now)
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
