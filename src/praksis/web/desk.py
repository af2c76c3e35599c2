"""What a survey lead does with the answers: open a wave, hand out links, send letters, take the microdata."""

import argparse
import csv
import datetime
import getpass
import hashlib
import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone
from rich.console import Console

from praksis.collect.link import make_opt_out
from praksis.collect.response import Person
from praksis.define.survey import Survey
from praksis.edit.gather import gather_responses
from praksis.edit.microdata import write_microdata
from praksis.errors import PraksisError
from praksis.web.answers import read_answers
from praksis.web.mail import open_folder, open_server
from praksis.web.settings import ADDRESS
from praksis.web.store.audit import Act, note_act
from praksis.web.store.closing import list_closings
from praksis.web.store.collection import (
    Opened,
    StoredResponse,
    check_questionnaire,
    find_earlier,
    list_responses,
    open_wave,
)
from praksis.web.store.database import close_connections
from praksis.web.store.entrance import LinkRevoked, issue_link, revoke_link, shut_out
from praksis.web.store.outbox import Judge, Links, Sent, Write, leave_planned, send_letters
from praksis.web.store.work import hold_assignment


@dataclass(frozen=True)
class Desk:
    """A wave to work on, what was asked for, and where to say what was done."""

    survey: Survey
    wave: str
    secret: bytes
    options: argparse.Namespace
    output: Console

    def say(self, text: str) -> None:
        self.output.print(text, soft_wrap=True, markup=False)


def open_collection(desk: Desk) -> int:
    """`praksis collect open`."""
    closes_at = desk.options.closes
    if closes_at is not None and timezone.is_naive(closes_at):
        closes_at = timezone.make_aware(closes_at)
    _open(desk, closes_at)
    return 0


def open_for_all(
    survey: Survey,
    wave: str,
    secret: bytes,
    now: datetime.datetime,
    who: str,
    closes_at: datetime.datetime | None = None,
) -> Opened:
    """Open a wave for everyone in the frame, with what they last answered to factual items, or add who is new.

    Noted as done by `who` where it changes who may answer, or until when: servers open a wave each time they start.
    Raises WaveRefused and WaveFrozen, as `open_wave`.
    """
    earlier = find_earlier(survey, wave) if wave in survey.wave_ids else {}
    opened = open_wave(survey, wave, secret, now, closes_at, earlier)
    if opened.added or closes_at:
        # Opening is a transaction of its own, so who is killed right here has opened it without a note.
        details = {"responses": str(opened.responses), "new": str(opened.added)}
        until = {"until": closes_at.isoformat()} if closes_at else {}
        note_act(Act(now, who, "open-wave", f"{survey.header.id}/{wave}", details | until))
    return opened


def find_user() -> str:
    """The name on the machine; the number where there is none, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # OSError from Python 3.13 on
        return f"uid {os.getuid()}"


def _open(desk: Desk, closes_at: datetime.datetime | None = None) -> None:
    who = f"command:{find_user()}"
    opened = open_for_all(desk.survey, desk.wave, desk.secret, timezone.now(), who, closes_at)
    closing = f", closes {timezone.localtime(opened.closes_at):%Y-%m-%d %H:%M}" if opened.closes_at else ""
    desk.say(f"{opened.survey} {opened.wave}: {opened.responses} responses, {opened.added} of them new{closing}")
    if opened.questionnaires > 1:
        desk.say(f"Corrected while it was answered: {opened.questionnaires} versions of the questionnaire are kept")
    for organisation, role in opened.gone:
        desk.say(f"No longer in the frame, left as it is: {organisation} {role}")


def print_links(desk: Desk) -> int:
    """`praksis collect link`."""
    now, days = timezone.now(), desk.options.days
    expires_at = now + datetime.timedelta(days=days) if days is not None else None
    rows: list[tuple[StoredResponse, Person, str]] = []
    for stored, person in _find_people(desk):
        try:
            rows.append((stored, person, issue_link(person.id, desk.secret, now, expires_at)))
        except LinkRevoked:
            rows.append((stored, person, ""))
    _print_rows(desk, rows)
    return 0


def revoke_links(desk: Desk) -> int:
    """`praksis collect revoke`: of one person at a time."""
    found = _find_people(desk)
    if len(found) != 1:
        keys = ", ".join(f"{stored.organisation} {stored.role}" for stored, _ in found[:10])
        raise PraksisError(f"{len(found)} people fit ({keys}); give a key, and a role or e-mail where needed")
    ((stored, person),) = found
    if desk.options.no_new:
        shut_out(person.id, timezone.now())
        desk.say(f"The link of {stored.organisation} {stored.role} opens nothing any more")
        return 0
    _print_rows(desk, [(stored, person, revoke_link(person.id, desk.secret, timezone.now()))])
    return 0


def send_waiting(desk: Desk) -> int:
    """`praksis collect send`."""
    sent = send_all(desk.secret, desk.options.base, open_mail(desk.options, desk.survey), unknown=desk.options.unknown)
    return report_sending(sent, desk.say)


def open_mail(options: argparse.Namespace, survey: Survey) -> Write:
    """Where letters go, as the command's options say. Raises PraksisError where they do not."""
    sender, reply_to = options.sender or "", (survey.letters.reply_to if survey.letters else None) or ""
    if options.folder:
        return open_folder(options.folder, sender, reply_to)
    if options.smtp:
        return open_server(options.smtp, sender, options.copy_to or "", reply_to)
    raise PraksisError("say where letters go: --smtp smtp://user:password@host:587, or --folder to look at them")


def send_all(
    secret: bytes,
    base: str,
    write: Write,
    judge: Judge = leave_planned,
    *,
    unknown: bool = False,
    only: str = "",
    clock: Callable[[], datetime.datetime] | None = None,
) -> Sent:
    """Send what waits; `only` that one letter. Letters of the plan leave only as `judge` says. A rehearsal has a clock
    of its own."""
    read_clock = clock or timezone.now

    def make_links(assignment: str) -> Links:
        link = write_link(base, issue_link(assignment, secret, read_clock()))
        return Links(link, f"{base.rstrip('/')}/{ADDRESS}out/{make_opt_out(secret, assignment)}")

    return send_letters(read_clock, write, make_links, judge, unknown=unknown, only=only)


def report_sending(sent: Sent, say: Callable[[str], None]) -> int:
    """Say what came of sending; returns the exit code."""
    say(f"{sent.sent} letters sent")
    for key in sent.returned:
        say(f"There is no such address, as the mail server says; counts as bounced: {key}")
    for key in sent.withheld:
        say(f"Held back, the person's link opens nothing (shut out or expired): {key}")
    for key in sent.withdrawn:
        say(f"Not needed any more: {key}")
    if sent.waiting:
        say(f"{sent.waiting} letters of the plan wait for their time, or for `praksis fieldwork letters --send`")
    for key in sent.failed:
        say(f"Could not be written or was not taken by the mail server, waits for the next time: {key}")
    for key in sent.unknown:
        say(f"Perhaps sent when an earlier run was killed; look, then use --unknown to send it again: {key}")
    return 1 if sent.failed or sent.unknown else 0


def write_answers(desk: Desk) -> int:
    """`praksis collect microdata`: to look at what there is; `praksis close` writes what is published from."""
    folder = desk.options.to or Path("data") / desk.options.survey.resolve().name / "microdata"
    check_questionnaire(desk.survey, desk.wave)
    _keep_frozen(desk, folder / f"{desk.wave}.parquet")
    found = read_answers(desk.survey, desk.wave)
    for who in found.gone:
        desk.say(f"No longer in the frame, left out: {' '.join(who)}")
    for who in found.reopened:
        desk.say(f"Opened again and not submitted since, taken as it was submitted: {' '.join(who)}")
    for problem in found.problems:
        desk.say(f"Not corrected: {problem.what}")
    begun = len(found.unfinished)
    answers = {**found.responses, **(found.unfinished if desk.options.unfinished else {})}
    if not answers:
        raise PraksisError(f"wave {desk.wave} has no submitted response yet; {begun} are begun (--unfinished)")
    path = write_microdata(gather_responses(desk.survey, desk.wave, answers), desk.survey, folder)
    taken = "taken along" if desk.options.unfinished else "left out, --unfinished takes them along"
    desk.say(f"Wrote {len(answers)} responses to {path}; {begun} are begun and not submitted ({taken})")
    if found.corrections:
        desk.say(f"They have their corrections, {len(found.corrections)} in all")
    return 0


def _keep_frozen(desk: Desk, path: Path) -> None:
    """Raises PraksisError where a closing wrote the file that is there."""
    if not path.is_file():
        return
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    for closing in list_closings(desk.survey.header.id, desk.wave):
        if closing.files.get(path.name) == digest:
            raise PraksisError(
                f"{path} was frozen when the wave was closed on {timezone.localtime(closing.at):%Y-%m-%d}; "
                "give another folder with --to, or close the wave anew with `praksis close --why`"
            )


COMMANDS: Mapping[str, Callable[[Desk], int]] = {
    "open": open_collection,
    "link": print_links,
    "revoke": revoke_links,
    "send": send_waiting,
    "microdata": write_answers,
}


def open_and_show(desk: Desk, base: str) -> None:
    """Open the wave and print a personal link to try it by; leaves no connection to the database."""
    _open(desk)
    shown = _choose_example(desk.survey, list_responses(desk.survey.header.id, desk.wave))
    if shown:
        token = issue_link(shown.coordinator, desk.secret, timezone.now())
        desk.say(f"Try it as {_name(desk.survey, shown.organisation)}: {write_link(base, token)}")
    close_connections()


def _choose_example(survey: Survey, responses: tuple[StoredResponse, ...]) -> StoredResponse | None:
    """The first whom nobody has answered for, of those with a written form of their own (municipalities) if any has."""
    form = survey.frame_definition.written_form
    known = {one.key for one in survey.frame.organisations if form and one.variables.get(form.variable)}
    fresh = [one for one in responses if one.events == 0] or list(responses)
    return next((one for one in fresh if one.organisation in known), fresh[0] if fresh else None)


def _find_people(desk: Desk) -> list[tuple[StoredResponse, Person]]:
    """Whom the arguments name: coordinators, or the colleague with an e-mail. `all` names everyone."""
    wanted, role, email = desk.options.organisation, desk.options.role, desk.options.email
    responses = list_responses(desk.survey.header.id, desk.wave)
    if not responses:
        raise PraksisError(f"wave {desk.wave} is not open; open it with `praksis collect open`")
    exact = [one for one in responses if one.organisation == wanted]
    part = "" if wanted == "all" else wanted.casefold()
    fitting = exact or [one for one in responses if part in _name(desk.survey, one.organisation).casefold()]
    found = []
    for stored in fitting:
        people = hold_assignment(stored.coordinator).people.values()
        if role in (None, stored.role):
            found += [
                (stored, one) for one in people if (one.email == email.strip().lower() if email else one.coordinator)
            ]
    if not found:
        raise PraksisError(f"nobody fits '{wanted}'" + "".join(f" {said}" for said in (role, email) if said))
    return found


def _print_rows(desk: Desk, rows: list[tuple[StoredResponse, Person, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("organisation", "name", "role", "email", "link"))
    for stored, person, token in rows:
        name = _name(desk.survey, stored.organisation)
        link = write_link(desk.options.base, token) if token else "revoked"
        writer.writerow((stored.organisation, name, stored.role, person.email, link))
    desk.output.print(text.getvalue(), end="", soft_wrap=True, markup=False)


def write_link(base: str, token: str) -> str:
    """The address of a personal link."""
    return f"{base.rstrip('/')}/{ADDRESS}l/{token}"


def _name(survey: Survey, key: str) -> str:
    """The organisation's name; its key where it has left the frame."""
    return next((one.name for one in survey.frame.organisations if one.key == key), key)
