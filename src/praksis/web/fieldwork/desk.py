"""What the fieldwork commands do and print."""

import argparse
import csv
import datetime
import io
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from math import nan
from pathlib import Path

from django.utils import timezone
from rich.console import Console
from rich.table import Table

from praksis.collect.bounce import MOST_READ
from praksis.collect.contacts import read_contact_list
from praksis.collect.disposition import Found
from praksis.collect.progress import Counts, list_moments, list_stops
from praksis.collect.roster import Sorting, State, pick_entries, sort_entries
from praksis.define.survey import Survey
from praksis.errors import PraksisError
from praksis.estimate.precision import Precision
from praksis.estimate.response_rate import ResponseRates
from praksis.web.desk import find_user, open_mail, report_sending
from praksis.web.fieldwork import acts, letters, sending
from praksis.web.fieldwork.acts import Worker
from praksis.web.fieldwork.audit import write_acts
from praksis.web.fieldwork.board import read_board, read_case
from praksis.web.fieldwork.roster import read_roster, write_roster
from praksis.web.fieldwork.staffing import manage_staff
from praksis.web.mail import list_mails, read_marks
from praksis.web.store.audit import list_acts
from praksis.web.store.contacts import Address
from praksis.web.store.outbox import settle_unknown
from praksis.web.store.staff import find_held_staff


@dataclass(frozen=True)
class Order:
    """What was asked for, by whom, and where to say what was done."""

    options: argparse.Namespace
    worker: Worker
    output: Console

    def say(self, text: str) -> None:
        self.output.print(text, soft_wrap=True, markup=False)


def run(options: argparse.Namespace, survey: Survey, secret: bytes, output: Console) -> int:
    """Do one command; returns the exit code."""
    return COMMANDS[options.fieldwork](make_order(options, survey, secret, output))


def make_order(options: argparse.Namespace, survey: Survey, secret: bytes, output: Console) -> Order:
    """What was asked for, by whoever is at the machine now. Raises PraksisError for a wave that there is not."""
    wave = options.wave or survey.wave_ids[-1]
    if wave not in survey.wave_ids:
        raise PraksisError(f"the survey has no wave {wave}; it has {', '.join(survey.wave_ids)}")
    worker = Worker(f"command:{find_user()}", survey, wave, secret, timezone.now())
    return Order(options, worker, output)


def _load_contacts(order: Order) -> int:
    worker = order.worker
    listed = read_contact_list(order.options.file, worker.survey, worker.wave, order.options.sheet)
    load = acts.check_contacts if order.options.check else acts.load_contacts
    loaded = load(worker, listed.contacts)
    if order.options.check:
        order.say("Nothing is changed. What would be entered:")
    order.say(f"{loaded.new} new contacts, {loaded.changed} changed, {loaded.same} as before")
    if loaded.helpers:
        order.say(f"{loaded.helpers} are not coordinators, and get letters when a coordinator hands them a section")
    if listed.without:
        order.say(f"{len(listed.without)} have no contact: {' '.join(key for key, _ in listed.without[:20])}")
    for keys in listed.shared:
        order.say(f"One address for several, who get a letter each: {' '.join(keys)}")
    order.say(acts.describe_keeping(worker.survey, worker.wave, worker.now))
    return 0


# -- letters -----------------------------------------------------------------------------------------------------------


def _write_letters(order: Order) -> int:
    worker, options = order.worker, order.options
    if options.recipient:
        return _try_letter(order)
    if options.letter or options.language:
        # Who writes `--send --letter thanks` means that letter alone, and all of them would leave.
        raise PraksisError("--letter and --language go with --try; what is due by the plan is sent whole")
    if not options.send:
        return _preview_letters(order)
    write = open_mail(options, worker.survey)
    if options.copies:
        left, waiting = settle_unknown(read_marks(options.copies), worker.now)
        if left or waiting:
            order.say(f"{left} letters had left when an earlier run was killed, {waiting} had not")
    queued, withdrawn = sending.queue_due(worker)
    order.say(f"{queued} letters are due" + (f", {withdrawn} are not needed any more" if withdrawn else ""))
    return _report(order, sending.send_waiting(worker, options.base, write))


def _report(order: Order, outcome: sending.Outcome) -> int:
    if outcome.said:
        order.say(f"What the mail server said last ({outcome.trouble}): {outcome.said}")
    return report_sending(outcome.sent, order.say)


def _preview_letters(order: Order) -> int:
    worker = order.worker
    preview = letters.preview_letters(worker.survey, worker.wave, worker.now)
    for (letter, language), count in sorted(preview.recipients.letters.items()):
        order.say(f"{count} would get `{letter}` in {language}")
    for reason, count in sorted(preview.recipients.resting.items()):
        order.say(f"{count} get nothing now: {reason}")
    if order.options.examples:
        for (letter, language), filled in sorted(preview.examples.items()):
            order.say(f"\n--- {letter}, {language}\n{filled.subject}\n\n{filled.body}")
    order.say(acts.describe_keeping(worker.survey, worker.wave, worker.now))
    return 0


def _try_letter(order: Order) -> int:
    worker, options = order.worker, order.options
    correspondence = letters.find_correspondence(worker.survey)
    letter = options.letter or correspondence.letters[0].id
    language = options.language or worker.survey.header.languages[0]
    write = open_mail(options, worker.survey)
    return _report(order, sending.try_letter(worker, letter, language, options.recipient, write))


def _read_bounces(order: Order) -> int:
    read = acts.read_mails(order.worker, map(_read_file, list_mails(order.options.mails)))
    order.say(
        f"{read.bounced} letters came back, {read.known} reports and replies were known, "
        f"{read.passing} reports of what may pass, {read.automatic} automatic replies, {read.other} other mails"
    )
    return 0


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_READ)


# -- how it goes -------------------------------------------------------------------------------------------------------


_COLUMNS = ("frame", "invited", "delivered", "undeliverable", "opened", "started", "submitted", "declined")


_WIDEST = 300


def _list_roles(worker: Worker) -> tuple[str, ...]:
    return tuple(dict.fromkeys(role for _, role in worker.survey.find_asked(worker.wave)))


def _show_board(order: Order) -> int:
    worker, options = order.worker, order.options
    at = _localise(options.at) or worker.now
    asked = [role for _, role in worker.survey.find_asked(worker.wave) if options.role in ("", role)]
    if not asked:
        raise PraksisError(f"the wave asks no {options.role or 'role'}; it asks {', '.join(_list_roles(worker))}")
    board = read_board(worker.survey, worker.wave, at, role=options.role)
    if not board.cases:
        raise PraksisError(f"wave {worker.wave} is not open; open it with `praksis collect open`")
    rows = [
        (_label(worker.survey, name), counts, board.rate_stratum(name), board.precisions.get(name))
        for name, counts in board.progress.strata.items()
    ]
    rows.append(("all", board.progress.total, board.rates, board.precision))
    if options.csv:
        order.output.print(_write_csv(rows), end="", soft_wrap=True, markup=False)
        return 0
    table = Table(
        "stratum", *_COLUMNS, "RR1", "RR2", "RR5", "completion", "±", title=f"{worker.wave}, {_write_moment(at)}"
    )
    for name, counts, rates, precision in rows:
        numbers = [str(getattr(counts, column)) for column in _COLUMNS]
        shares = [_percent(one) for one in (rates.rr1, rates.rr2, rates.rr5, counts.completion)]
        table.add_row(name, *numbers, *shares, f"{precision.margin:.1f}" if precision and precision.answers else "")
    # As wide as it is, also in a file or a narrow window: cut numbers would be wrong ones.
    order.output.width = max(order.output.width, _WIDEST)
    order.output.print(table)
    of = f", of {board.standing.role} alone" if board.standing and len(set(asked)) > 1 else ""
    order.say(f"± is the margin of error of a share of 50 percent if the wave closed then, in percentage points{of}")
    if missing := len(asked) - len(board.cases):
        order.say(f"{missing} that the frame asks are in no number but ±; `praksis collect open` adds them")
    for organisation, role in board.gone:
        order.say(f"No longer in the frame, in no number here: {organisation} {role}")
    order.say(acts.describe_keeping(worker.survey, worker.wave, worker.now))
    return 0


def _write_csv(rows: list[tuple[str, Counts, ResponseRates, Precision | None]]) -> str:
    text = io.StringIO()
    numbers = [name for name in asdict(rows[0][1]) if name not in ("codes", "groups", "median_time")]
    rates = list(asdict(rows[0][2]))
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("stratum", *numbers, "completion", *rates, "margin"))
    for name, counts, found, precision in rows:
        parts = [counts.completion, *(getattr(found, one) for one in rates), precision.margin if precision else nan]
        values = [
            *(getattr(counts, one) for one in numbers),
            *("" if part != part else f"{part:.6f}" for part in parts),
        ]
        writer.writerow((name, *values))
    return text.getvalue()


def _label(survey: Survey, stratum: str) -> str:
    """The categories of a stratum, in the survey's first language."""
    labels = []
    for name, value in zip(survey.design.strata, stratum.split("/"), strict=False):
        categories = {one.id: one.label for one in survey.breakdowns[name].categories}
        labels += [categories[value][survey.header.languages[0]]] if value in categories else []
    return ", ".join(labels) or "all"


def _percent(part: float) -> str:
    return "" if part != part else f"{100 * part:.1f} %"


def _show_stuck(order: Order) -> int:
    worker = order.worker
    at = _localise(order.options.at) or worker.now
    board = read_board(worker.survey, worker.wave, at)
    for stop in list_stops(board.cases, at):
        order.say(f"{len(stop.who)} at {stop.page or 'submitting'}")
        for one in stop.who:
            answers = f"{one.answered} of {one.asked} answers"
            order.say(f"    {one.organisation} {one.role}: {answers}, since {_write_day(one.since)}")
    return 0


def _list_organisations(order: Order) -> int:
    worker, options = order.worker, order.options
    everyone = read_roster(worker.survey, worker.wave, worker.now)
    strata = {_label(worker.survey, one.stratum): one.stratum for one in everyone}
    if options.stratum and options.stratum not in strata:
        raise PraksisError(f"no stratum {options.stratum}; there are {', '.join(strata)}")
    state = State(options.state) if options.state else None
    picked = pick_entries(everyone, strata.get(options.stratum, ""), options.role, state, options.find)
    entries = sort_entries(picked, Sorting(options.sort))
    if options.csv:
        text = write_roster(entries, timezone.get_current_timezone())
        order.output.print(text, end="", soft_wrap=True, markup=False)
        return 0
    for one in entries:
        answers = f", {one.answered} of {one.asked} answers" if one.asked else ""
        last = f", {one.last.kind} {_write_day(one.last.at)}" if one.last else ""
        order.say(f"{one.organisation} {one.role}  {one.name}: {one.state} ({one.code}){answers}{last}")
    order.say(f"{len(entries)} of {len(everyone)}")
    return 0


def _show_case(order: Order) -> int:
    worker = order.worker
    facts = acts.find_case(worker, order.options.organisation, order.options.role)
    asked = worker.survey.find_asked(worker.wave)
    whom = (facts.organisation, facts.role)
    if whom not in asked:
        raise PraksisError(f"{facts.organisation} {facts.role} is no longer in the frame of {worker.wave}")
    worker.note("see-case", f"{facts.organisation}/{facts.role}")
    order.say(f"{asked[whom][0].name} ({facts.organisation}), {facts.role}")
    for person in facts.people:
        what = "coordinator" if person.coordinator else "colleague"
        shut = f", shut out {_write_day(person.shut_out_at)}" if person.shut_out_at else ""
        order.say(f"    {what}: {person.address.name or '-'} {person.address.email or 'no address'}{shut}")
    case = read_case(worker.survey, worker.wave, asked[whom][0], facts)
    for moment in list_moments(case, worker.now, facts.case_events, facts.events):
        said = " ".join(part for part in (moment.kind, moment.about, moment.note) if part)
        answered = f" ({moment.answered} answers)" if moment.answered else ""
        order.say(f"    {_write_moment(moment.at)}  {said}{answered}")
    return 0


# -- what is done to a case --------------------------------------------------------------------------------------------


def _note(order: Order) -> int:
    facts = acts.find_case(order.worker, order.options.organisation, order.options.role)
    acts.note_found(order.worker, facts, Found(order.options.said), order.options.why)
    order.say(f"Noted: {facts.organisation} {facts.role} {order.options.said}")
    return 0


def _extend(order: Order) -> int:
    facts = acts.find_case(order.worker, order.options.organisation, order.options.role)
    until = _localise(order.options.until)
    assert until is not None
    acts.extend_case(order.worker, facts, until, order.options.why)
    order.say(f"{facts.organisation} {facts.role} may answer until {_write_moment(until)}")
    return 0


def _reopen(order: Order) -> int:
    facts = acts.find_case(order.worker, order.options.organisation, order.options.role)
    acts.reopen_case(order.worker, facts, order.options.why)
    order.say(f"{facts.organisation} {facts.role} is open again; what was submitted stands until it is submitted again")
    if facts.closes_at and facts.closes_at <= order.worker.now:
        order.say("Nobody can answer since the wave has closed: give them time with `praksis fieldwork extend`")
    return 0


def _reassign(order: Order) -> int:
    worker, options = order.worker, order.options
    facts = acts.find_case(worker, options.organisation, options.role)
    language = options.language or facts.people[0].language
    if language not in worker.survey.header.languages:
        raise PraksisError(f"the survey is not in {language}; it is in {', '.join(worker.survey.header.languages)}")
    person = acts.reassign_case(worker, facts, Address(options.email, options.name, options.phone), language)
    if person == facts.people[0].id:
        said = "the same person as before"
    elif any(one.person == person and one.letter for one in facts.letters):
        said = (
            "somebody who had it before, and was invited then; that link opens nothing any more, and "
            "`praksis collect link` has the new one"
        )
    else:
        said = "somebody else now; their invitation is due by the plan"
    order.say(f"{facts.organisation} {facts.role} is with {said}")
    return 0


# -- personal data -----------------------------------------------------------------------------------------------------


def _forget(order: Order) -> int:
    order.say(f"{acts.forget_contacts(order.worker)} contacts are deleted, and what was written to them")
    return 0


def _show_person(order: Order) -> int:
    held = acts.find_person(order.worker, order.options.email)
    for one in held:
        order.say(
            f"{one.survey} {one.wave}, for {one.organisation} as {one.role}{', shut out' if one.shut_out else ''}:"
        )
        order.say(
            f"    e-mail {one.address.email}, name {one.address.name or '-'}, telephone {one.address.phone or '-'}"
        )
        order.say(f"    {one.letters} letters, {one.events} times something was saved or done in the response")
    colleague = find_held_staff(order.options.email)
    if colleague:
        last = f"{timezone.localtime(colleague.last_in):%Y-%m-%d %H:%M}" if colleague.last_in else "never"
        order.say(f"Staff, as {colleague.name}: {'removed' if colleague.removed else colleague.role}")
        order.say(f"    signed in last: {last}; {colleague.acts} acts in the audit")
    if not held and not colleague:
        order.say("Nothing is held on that address.")
    return 0


def _show_audit(order: Order) -> int:
    survey, options = order.worker.survey, order.options
    limit = 0 if options.csv else max(options.limit, 0)
    found = list_acts(survey.header.id, limit, who=options.who, act=options.act)
    if options.csv:
        options.csv.write_bytes(write_acts(found, survey))
        order.worker.note("export-audit", details={"acts": str(len(found))})
        order.say(f"{len(found)} acts are in {options.csv}")
        return 0
    for act in found:
        details = " ".join(f"{name}={value}" for name, value in act.details.items())
        order.say(
            f"{timezone.localtime(act.at):%Y-%m-%d %H:%M:%S}  {act.who}  {act.act}  {act.about}  {details}".rstrip()
        )
    return 0


def _manage_staff(order: Order) -> int:
    manage_staff(order.worker, order.options, order.say)
    return 0


def _write_moment(moment: datetime.datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def _write_day(moment: datetime.datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}"


def _localise(moment: datetime.datetime | None) -> datetime.datetime | None:
    return timezone.make_aware(moment) if moment is not None and timezone.is_naive(moment) else moment


COMMANDS: Mapping[str, Callable[[Order], int]] = {
    "contacts": _load_contacts,
    "letters": _write_letters,
    "bounces": _read_bounces,
    "board": _show_board,
    "stuck": _show_stuck,
    "organisations": _list_organisations,
    "case": _show_case,
    "note": _note,
    "extend": _extend,
    "reopen": _reopen,
    "reassign": _reassign,
    "forget": _forget,
    "person": _show_person,
    "audit": _show_audit,
    "staff": _manage_staff,
}
