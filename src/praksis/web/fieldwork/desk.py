"""What the fieldwork commands do and print."""

import argparse
import csv
import datetime
import getpass
import io
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from django.utils import timezone
from rich.console import Console
from rich.table import Table

from praksis.collect.contacts import read_contact_list
from praksis.collect.disposition import Found
from praksis.collect.progress import Counts, list_moments, list_stops
from praksis.define.survey import Survey
from praksis.errors import PraksisError
from praksis.estimate.precision import Precision
from praksis.estimate.response_rate import ResponseRates
from praksis.web.desk import open_mail, report_sending, send_all
from praksis.web.fieldwork import acts, letters
from praksis.web.fieldwork.acts import Worker
from praksis.web.fieldwork.board import read_board, read_case
from praksis.web.mail import list_mails, read_marks
from praksis.web.store.audit import list_acts
from praksis.web.store.contacts import Address
from praksis.web.store.outbox import add_letters, settle_unknown


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
    wave = options.wave or survey.wave_ids[-1]
    if wave not in survey.wave_ids:
        raise PraksisError(f"the survey has no wave {wave}; it has {', '.join(survey.wave_ids)}")
    worker = Worker(f"command:{getpass.getuser()}", survey, wave, secret, timezone.now())
    return _COMMANDS[options.fieldwork](Order(options, worker, output))


def _load_contacts(order: Order) -> int:
    worker = order.worker
    listed = read_contact_list(order.options.file, worker.survey, worker.wave, order.options.sheet)
    loaded = acts.load_contacts(worker, listed.contacts)
    order.say(f"{loaded.new} new contacts, {loaded.changed} changed, {loaded.same} as before")
    if loaded.helpers:
        order.say(f"{loaded.helpers} are not coordinators, and get letters when a coordinator hands them a section")
    if listed.without:
        order.say(f"{len(listed.without)} have no contact: {' '.join(key for key, _ in listed.without[:20])}")
    for keys in listed.shared:
        order.say(f"One address for several, who get a letter each: {' '.join(keys)}")
    return 0


# -- letters -----------------------------------------------------------------------------------------------------------


def _write_letters(order: Order) -> int:
    worker, options = order.worker, order.options
    if options.recipient:
        return _try_letter(order)
    if not options.send:
        return _preview_letters(order)
    if options.copies:
        left, waiting = settle_unknown(read_marks(options.copies), worker.now)
        if left or waiting:
            order.say(f"{left} letters had left when an earlier run was killed, {waiting} had not")
    withdrawn = letters.withdraw_needless(worker.survey, worker.wave, worker.now)
    queued = letters.queue_letters(worker.survey, worker.wave, worker.now)
    worker.note("send-letters", details={"queued": str(queued), "withdrawn": str(withdrawn)})
    order.say(f"{queued} letters are due" + (f", {withdrawn} are not needed any more" if withdrawn else ""))
    return report_sending(send_all(worker.secret, options.base, open_mail(options, worker.survey)), order.say)


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
    return 0


def _try_letter(order: Order) -> int:
    worker, options = order.worker, order.options
    correspondence = letters.find_correspondence(worker.survey)
    letter = options.letter or correspondence.letters[0].id
    language = options.language or worker.survey.header.languages[0]
    draft = letters.write_example(worker.survey, worker.wave, letter, language, options.recipient, worker.now)
    add_letters([draft], worker.now)
    worker.note("try-letter", letter)
    return report_sending(
        send_all(worker.secret, options.base, open_mail(options, worker.survey), only=draft.key), order.say
    )


def _read_bounces(order: Order) -> int:
    read = acts.read_mails(order.worker, (path.read_bytes() for path in list_mails(order.options.mails)))
    order.say(
        f"{read.bounced} letters came back, {read.known} of which was known, {read.passing} reports of what may pass, "
        f"{read.other} other mails"
    )
    return 0


# -- how it goes -------------------------------------------------------------------------------------------------------


_COLUMNS = ("frame", "invited", "delivered", "undeliverable", "opened", "started", "submitted", "declined")


def _show_board(order: Order) -> int:
    worker, options = order.worker, order.options
    at = _localise(options.at) or worker.now
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
        "stratum", *_COLUMNS, "RR1", "RR2", "RR5", "completion", "±", title=f"{worker.wave}, {at:%Y-%m-%d %H:%M}"
    )
    for name, counts, rates, precision in rows:
        numbers = [str(getattr(counts, column)) for column in _COLUMNS]
        shares = [_percent(one) for one in (rates.rr1, rates.rr2, rates.rr5, counts.completion)]
        table.add_row(name, *numbers, *shares, f"{precision.margin:.1f}" if precision and precision.answers else "")
    order.output.print(table)
    order.say("± is the margin of error of a share of 50 percent if the wave closed then, in percentage points")
    for organisation, role in board.gone:
        order.say(f"No longer in the frame, in no number here: {organisation} {role}")
    return 0


def _write_csv(rows: list[tuple[str, Counts, ResponseRates, Precision | None]]) -> str:
    text = io.StringIO()
    numbers = [name for name in asdict(rows[0][1]) if name not in ("codes", "groups", "median_time")]
    rates = list(asdict(rows[0][2]))
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("stratum", *numbers, *rates, "margin"))
    for name, counts, found, precision in rows:
        values = [*(getattr(counts, one) for one in numbers), *(f"{getattr(found, one):.6f}" for one in rates)]
        writer.writerow((name, *values, f"{precision.margin:.6f}" if precision else ""))
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
            order.say(
                f"    {one.organisation} {one.role}: {one.answered} of {one.asked} answers, since {one.since:%Y-%m-%d}"
            )
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
        shut = f", shut out {person.shut_out_at:%Y-%m-%d}" if person.shut_out_at else ""
        order.say(f"    {what}: {person.address.name or '-'} {person.address.email or 'no address'}{shut}")
    for moment in list_moments(read_case(worker.survey, worker.wave, asked[whom][0], facts), worker.now):
        said = " ".join(part for part in (moment.kind, moment.about, moment.note) if part)
        answered = f" ({moment.answered} answers)" if moment.answered else ""
        order.say(f"    {timezone.localtime(moment.at):%Y-%m-%d %H:%M}  {said}{answered}")
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
    order.say(f"{facts.organisation} {facts.role} may answer until {until:%Y-%m-%d %H:%M}")
    return 0


def _reopen(order: Order) -> int:
    facts = acts.find_case(order.worker, order.options.organisation, order.options.role)
    acts.reopen_case(order.worker, facts, order.options.why)
    order.say(f"{facts.organisation} {facts.role} is open again; what was submitted stands until it is submitted again")
    return 0


def _reassign(order: Order) -> int:
    worker, options = order.worker, order.options
    facts = acts.find_case(worker, options.organisation, options.role)
    language = options.language or facts.people[0].language
    if language not in worker.survey.header.languages:
        raise PraksisError(f"the survey is not in {language}; it is in {', '.join(worker.survey.header.languages)}")
    acts.reassign_case(worker, facts, Address(options.email, options.name, options.phone), language)
    order.say(f"{facts.organisation} {facts.role} is with somebody else now; their invitation is due by the plan")
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
    if not held:
        order.say("Nothing is held on that address.")
    return 0


def _show_audit(order: Order) -> int:
    for act in list_acts(order.worker.survey.header.id, order.options.limit):
        details = " ".join(f"{name}={value}" for name, value in act.details.items())
        order.say(
            f"{timezone.localtime(act.at):%Y-%m-%d %H:%M:%S}  {act.who}  {act.act}  {act.about}  {details}".rstrip()
        )
    return 0


def _localise(moment: datetime.datetime | None) -> datetime.datetime | None:
    return timezone.make_aware(moment) if moment is not None and timezone.is_naive(moment) else moment


_COMMANDS: Mapping[str, Callable[[Order], int]] = {
    "contacts": _load_contacts,
    "letters": _write_letters,
    "bounces": _read_bounces,
    "board": _show_board,
    "stuck": _show_stuck,
    "case": _show_case,
    "note": _note,
    "extend": _extend,
    "reopen": _reopen,
    "reassign": _reassign,
    "forget": _forget,
    "person": _show_person,
    "audit": _show_audit,
}
