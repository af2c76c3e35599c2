"""A wave played through with a moved clock: opened, letters by the plan, robots that answer, what comes back.

Everything is done by the functions that a real wave is run with, on a database of its own. Contacts have addresses at a
domain that there never is (RFC 2606: `.invalid`), and letters go to a folder, where the robots find their links.
"""

import datetime
import email
import email.policy
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path

from praksis.collect.contact import find_departure
from praksis.collect.contacts import Contact
from praksis.collect.disposition import Found
from praksis.define.letters import Correspondence, LetterKind
from praksis.define.survey import Survey
from praksis.errors import PraksisError
from praksis.web.desk import send_all
from praksis.web.fieldwork import acts, letters
from praksis.web.fieldwork.acts import Worker
from praksis.web.fieldwork.rehearsal_cast import Fate, Robot, Whom, make_robots
from praksis.web.fieldwork.rehearsal_robot import Played, play_visit
from praksis.web.mail import open_folder
from praksis.web.settings import ADDRESS
from praksis.web.store.cases import list_facts
from praksis.web.store.collection import list_responses, open_wave
from praksis.web.store.entrance import find_assignment, issue_link
from praksis.web.store.outbox import Ready, Write
from praksis.web.store.work import hold_assignment

WHO = "rehearsal"
"""Who has done what is noted."""

DOMAIN = "rehearsal.invalid"
_SENDER = f"Rehearsal <rehearsal@{DOMAIN}>"
_NAMES = {"nb": "Prøve", "nn": "Prøve", "en": "Rehearsal"}
_WEEKS = datetime.timedelta(weeks=4)
"""How long a wave is in the field that has no plan."""
_CLOSES = datetime.time(16)
_COMING = (Fate.SUBMITS, Fate.STOPS, Fate.OPENS)
_SOON, _HOUR = datetime.timedelta(minutes=10), datetime.timedelta(hours=1)


class LinkDead(PraksisError):
    """The link in a letter opens nothing."""


@dataclass(frozen=True)
class Calendar:
    """When what happens."""

    departures: tuple[datetime.datetime, ...]
    """When letters leave; without a plan just when it begins."""
    closes_at: datetime.datetime
    has_letters: bool

    @property
    def ends_at(self) -> datetime.datetime:
        """When all is over, the thanks too."""
        return max(self.closes_at, *self.departures) + _HOUR


@dataclass(frozen=True)
class Stage:
    """What a rehearsal works with."""

    survey: Survey
    wave: str
    secret: bytes
    mails: Path
    """A folder for the letters."""
    base: str
    """Where the pages will be served, for links."""
    seed: int

    def make_worker(self, now: datetime.datetime) -> Worker:
        return Worker(WHO, self.survey, self.wave, self.secret, now)


@dataclass
class Outcome:
    """What came of it."""

    letters: list[tuple[datetime.datetime, Counter[str]]] = field(default_factory=list)
    """When -> letter -> how many left."""
    bounced: int = 0
    played: dict[Whom, Played] = field(default_factory=dict)
    declined: int = 0
    unreached: list[Whom] = field(default_factory=list)
    """Who would have answered, and got no letter with a link."""
    samples: dict[tuple[str, str], Ready] = field(default_factory=dict)
    """(letter, language) -> the first that left."""


def make_calendar(survey: Survey, wave: str, now: datetime.datetime) -> Calendar:
    """From the plan. The wave closes on the day the next reminder might leave, but before anybody is thanked."""
    correspondence = survey.letters
    plan = [one for one in correspondence.plan if one.wave == wave] if correspondence else []
    asking = [one for one in plan if correspondence and _kind(correspondence, one.letter) is not LetterKind.THANKS]
    if not correspondence or not asking:
        return Calendar((now,), now + _WEEKS, has_letters=False)
    day = max(one.on for one in asking) + datetime.timedelta(days=correspondence.between)
    thanks = [one.on for one in plan if one not in asking and one.on > max(other.on for other in asking)]
    closes = datetime.datetime.combine(min([day, *thanks]), _CLOSES, correspondence.zone)
    departures = sorted({find_departure(correspondence, one.on) for one in plan})
    return Calendar(tuple(departures), closes.astimezone(datetime.UTC), has_letters=True)


def _kind(correspondence: Correspondence, letter: str) -> LetterKind:
    return correspondence.letter_by_id[letter].kind


def play_wave(stage: Stage, calendar: Calendar, say: Callable[[str], None]) -> Outcome:
    """The whole wave, from opening to when the last letter has left."""
    starts = calendar.departures[0]
    open_wave(stage.survey, stage.wave, stage.secret, starts - _HOUR, calendar.closes_at)
    addresses = _enter_contacts(stage, starts - _HOUR)
    robots = make_robots(stage.survey, stage.wave, starts + _SOON, calendar.closes_at - _HOUR, stage.seed)
    outcome, inbox, waiting = Outcome(), _Inbox(stage), list(robots)
    for departure, until in zip(calendar.departures, (*calendar.departures[1:], calendar.closes_at), strict=True):
        if calendar.has_letters:
            _send(stage, departure, outcome)
            inbox.read()
            _return_letters(stage, robots, addresses, inbox, departure + _SOON, outcome)
            say(f"{departure:%Y-%m-%d %H:%M} UTC  {_list(outcome.letters[-1][1]) or 'no letters'}")
        links = inbox.links if calendar.has_letters else _issue_links(stage, addresses, departure)
        for robot in tuple(waiting):
            # Who is invited later than the others begins later.
            late = replace(robot, at=max(robot.at, departure + 2 * _SOON))
            if late.at < min(until, calendar.closes_at) and _act(
                stage, late, links.get(addresses[robot.whom], ""), outcome
            ):
                waiting.remove(robot)
    outcome.unreached += [robot.whom for robot in waiting if robot.fate in _COMING]
    return outcome


def _list(count: Counter[str]) -> str:
    return ", ".join(f"{number} {letter}" for letter, number in sorted(count.items()))


def _enter_contacts(stage: Stage, now: datetime.datetime) -> dict[Whom, str]:
    """A contact for everyone; returns their addresses."""
    addresses, contacts = {}, []
    for number, (whom, (organisation, _)) in enumerate(sorted(stage.survey.find_asked(stage.wave).items()), start=1):
        language = stage.survey.language_of(organisation)
        name = f"{_NAMES.get(language, _NAMES['en'])} {number}"
        addresses[whom] = f"rehearsal-{number}@{DOMAIN}"
        contacts.append(Contact(*whom, name, addresses[whom], "", language, coordinator=True))
    acts.load_contacts(stage.make_worker(now), contacts)
    return addresses


def _issue_links(stage: Stage, addresses: Mapping[Whom, str], now: datetime.datetime) -> dict[str, str]:
    """Address -> token, where no letter brings it: as `praksis collect link` prints them."""
    return {
        addresses[one.organisation, one.role]: issue_link(one.coordinator, stage.secret, now)
        for one in list_responses(stage.survey.header.id, stage.wave)
    }


# -- letters -----------------------------------------------------------------------------------------------------------


def _send(stage: Stage, now: datetime.datetime, outcome: Outcome) -> None:
    """One run of the plan."""
    letters.withdraw_needless(stage.survey, stage.wave, now)
    letters.queue_letters(stage.survey, stage.wave, now)
    names = {one.key: one.letter for facts in list_facts(stage.survey.header.id, stage.wave) for one in facts.letters}
    left: Counter[str] = Counter()
    reply_to = (stage.survey.letters.reply_to if stage.survey.letters else None) or ""
    keep: Write = open_folder(stage.mails, _SENDER, reply_to)

    def write(ready: Ready) -> Callable[[], None]:
        left[names[ready.key]] += 1
        outcome.samples.setdefault((names[ready.key], ready.language), ready)
        return keep(ready)

    judge = letters.make_judge(stage.survey, stage.wave, lambda: now)
    sent = send_all(stage.secret, stage.base, write, judge, clock=lambda: now)
    if sent.sent != left.total():
        raise PraksisError(f"{left.total() - sent.sent} letters could not be written: {', '.join(sent.failed[:5])}")
    outcome.letters.append((now, left))


class _Inbox:
    """The letters in the folder, by whom they are to."""

    def __init__(self, stage: Stage) -> None:
        self.links: dict[str, str] = {}
        """Address -> the token of the last link that came there."""
        self.new: dict[str, EmailMessage] = {}
        """Address -> the letter, of those that came last."""
        self._stage = stage
        self._known: set[Path] = set()

    def read(self) -> None:
        link = re.compile(re.escape(f"{self._stage.base}/{ADDRESS}l/") + r"(\S+)")
        self.new = {}
        for path in sorted(set(self._stage.mails.glob("*.eml")) - self._known):
            self._known.add(path)
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            address = str(letter["To"])
            self.new[address] = letter
            if found := link.search(letter.get_content()):
                self.links[address] = found[1]


def _return_letters(
    stage: Stage,
    robots: tuple[Robot, ...],
    addresses: Mapping[Whom, str],
    inbox: _Inbox,
    now: datetime.datetime,
    outcome: Outcome,
) -> None:
    """What was sent to those who cannot be reached comes back."""
    reports = [
        write_bounce(address, str(inbox.new[address]["Message-ID"]), now)
        for robot in robots
        if robot.fate is Fate.BOUNCES and (address := addresses[robot.whom]) in inbox.new
    ]
    if reports:
        outcome.bounced += acts.read_mails(stage.make_worker(now), reports).bounced


def write_bounce(address: str, message_id: str, now: datetime.datetime) -> bytes:
    """A mail server's report that there is no such mailbox (RFC 3464)."""
    report = "\r\n".join(
        (
            f"From: MAILER-DAEMON@{DOMAIN}",
            f"To: rehearsal@{DOMAIN}",
            f"Date: {now:%a, %d %b %Y %H:%M:%S +0000}",
            "Subject: Undelivered Mail Returned to Sender",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="part"',
            "",
            "--part",
            "Content-Type: text/plain",
            "",
            "This is a rehearsal: there is no such mailbox.",
            "--part",
            "Content-Type: message/delivery-status",
            "",
            f"Reporting-MTA: dns; {DOMAIN}",
            "",
            f"Final-Recipient: rfc822; {address}",
            "Action: failed",
            "Status: 5.1.1",
            "Diagnostic-Code: smtp; 550 5.1.1 no such mailbox",
            "",
            "--part",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: {message_id}",
            f"To: {address}",
            "",
            "--part--",
            "",
        )
    )
    return report.encode()


# -- robots ------------------------------------------------------------------------------------------------------------


def _act(stage: Stage, robot: Robot, token: str, outcome: Outcome) -> bool:
    """What a robot does when its time has come; False if it must wait for its letter."""
    worker = stage.make_worker(robot.at)
    if robot.fate in _COMING:
        if not token:
            return False
        entrance = find_assignment(token, robot.at)
        if entrance.reason:
            raise LinkDead(f"the link of {' '.join(robot.whom)} opens nothing: {entrance.reason}")
        organisation, _ = stage.survey.find_asked(stage.wave)[robot.whom]
        outcome.played[robot.whom] = play_visit(stage.survey, robot, hold_assignment(entrance.assignment), organisation)
    elif robot.fate is Fate.DECLINES:
        acts.note_found(worker, acts.find_case(worker, *robot.whom), Found.DECLINED, "a rehearsal: the robot said no")
        outcome.declined += 1
    return True


# -- for whoever looks at it afterwards --------------------------------------------------------------------------------


def list_doors(stage: Stage, outcome: Outcome, now: datetime.datetime) -> dict[str, tuple[str, str]]:
    """What there is to try -> (organisation's name, token): one that has not begun, one that has submitted.

    Where the wave has closed by now, who has not begun gets another day.
    """
    done = {whom for whom, played in outcome.played.items() if played.submitted}
    cases = {(one.organisation, one.role): one for one in list_facts(stage.survey.header.id, stage.wave)}
    fresh = [whom for whom in cases if whom not in outcome.played] or [whom for whom in cases if whom not in done]
    doors: dict[str, tuple[str, str]] = {}
    for kind, found in {"to answer": fresh, "submitted": [whom for whom in cases if whom in done]}.items():
        for whom in found[:1]:
            name = f"{stage.survey.find_asked(stage.wave)[whom][0].name}, {whom[1]}"
            doors[kind] = name, issue_link(cases[whom].people[0].id, stage.secret, now)
            closes_at = cases[whom].closes_at
            if kind == "to answer" and closes_at and closes_at <= now:
                until = now + datetime.timedelta(days=1)
                acts.extend_case(stage.make_worker(now), cases[whom], until, "to be tried in the rehearsal")
    return doors


def deliver_samples(outcome: Outcome, to: str, mark: str, write: Write) -> None:
    """One of each letter and language, for real, to one address. Raises NotTaken, and OSError.

    `mark`: of this rehearsal; mail programs hide a letter whose Message-ID they have seen.
    """
    for (letter, language), ready in sorted(outcome.samples.items()):
        subject = f"[rehearsal] {ready.subject}"
        key = f"{mark}/{letter}/{language}"
        # Without the header by which mail programs offer to opt out: there is no server at that address.
        write(replace(ready, key=key, recipient=to, subject=subject, opt_out=""))()
