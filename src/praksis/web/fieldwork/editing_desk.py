"""What the commands of the work list and of closing do and print."""

from collections.abc import Callable, Mapping
from pathlib import Path

from django.utils.timezone import localtime

from praksis.edit.checking import Hit
from praksis.edit.correction import Verdict
from praksis.edit.worklist import Work, say_hit, say_question
from praksis.edit.worksheet import write_answer
from praksis.errors import PraksisError, Problem
from praksis.web.fieldwork import closing, editing
from praksis.web.fieldwork.acts import CannotAct, find_case
from praksis.web.fieldwork.closing import Kind, Remark, say_remark
from praksis.web.fieldwork.desk import Order
from praksis.web.store.closing import find_closing

_MANY = 8
"""Items of a hit that are shown."""


def _find_folder(order: Order) -> Path:
    given: Path | None = order.options.microdata
    return given or Path("data") / order.options.survey.resolve().name / "microdata"


def _show_work(order: Order) -> int:
    worker, folder = order.worker, _find_folder(order)
    language = order.options.language or worker.survey.header.languages[0]
    if order.options.sheet:
        order.options.sheet.write_bytes(editing.make_worksheet(worker, folder, language))
        order.say(f"Wrote the work list to {order.options.sheet}; filled in, `praksis fieldwork take` reads it")
        return 0
    if language not in worker.survey.header.languages:
        raise CannotAct(f"the survey is not in {language}; it is in {', '.join(worker.survey.header.languages)}")
    found = editing.read_work(worker, folder)
    worker.note("see-work")
    for one in found.work:
        if one.is_left or order.options.all:
            _show_hit(order, one, language)
    for tally in found.tallies:
        states = ", ".join(f"{count} {state}" for state, count in sorted(tally.states.items()))
        order.say(f"{tally.severity} {tally.check} in {tally.stratum or 'all'}: {states}")
    compared = ", ".join(found.earlier) or "no earlier wave: there is no file of one"
    order.say(f"{len(found.answers.responses)} responses, compared with {compared} ({folder})")
    for wave in found.synthetic:
        order.say(f"The answers of {wave} there are synthetic: nothing is compared with them")
    _show_problems(order, found.answers.problems)
    for who in found.answers.gone:
        order.say(f"No longer in the frame, not looked at: {' '.join(who)}")
    _remind(order)
    return 0


def _show_hit(order: Order, work: Work, language: str) -> None:
    hit, survey = work.hit, order.worker.survey
    order.say(f"{hit.severity}  {hit.check}  {hit.organisation} {hit.role}  {work.state}")
    order.say(f"    {say_hit(survey, hit, language)}")
    if question := say_question(survey, hit, language):
        order.say(f"    {question}")
    answers = [_show_answer(order, hit, item) for item in hit.items[:_MANY]]
    more = [f"and {len(hit.items) - _MANY} more"] if len(hit.items) > _MANY else []
    order.say(f"    {', '.join(answers + more)}")
    if work.decision:
        said = work.decision
        order.say(f"    {said.verdict} {localtime(said.at):%Y-%m-%d} by {said.who}: {said.reason}")


def _show_answer(order: Order, hit: Hit, item: str) -> str:
    survey = order.worker.survey
    last = hit.previous.get(item)
    before = f" (last {write_answer(survey, item, last)})" if last is not None else ""
    return f"{item}={write_answer(survey, item, hit.values[item])}{before}"


def _show_problems(order: Order, problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        order.say(f"{problem.code} {problem.what}\n    {problem.remedy}")


def _take(order: Order) -> int:
    file: Path = order.options.file
    corrections, decisions = editing.take_worksheet(order.worker, file.read_bytes(), file.name, _find_folder(order))
    order.say(f"Took {corrections} corrections and {decisions} decisions")
    _remind(order)
    return 0


def _correct(order: Order) -> int:
    worker, options = order.worker, order.options
    facts = find_case(worker, options.organisation, options.role)
    who = facts.organisation, facts.role
    before = editing.read_case_answers(worker, who)
    items = editing.correct_texts(worker, who, _read_pairs(options.answers), options.why)
    after = editing.read_case_answers(worker, who)
    for item in items:
        old, new = (write_answer(worker.survey, item, one.answers.get(item)) or "nothing" for one in (before, after))
        order.say(f"{item}: {new} in place of {old}")
    if lacking := [item for item in after.corrected.opened if item not in before.corrected.opened]:
        order.say(f"Asked now, and not answered: {', '.join(lacking)}")
    if passed := [item for item in after.corrected.closed if item not in before.corrected.closed]:
        order.say(f"Not asked any more: {', '.join(passed)}")
    _remind(order)
    return 0


def _read_pairs(texts: list[str]) -> dict[str, str]:
    """ITEM=ANSWER, each item once."""
    pairs: dict[str, str] = {}
    for text in texts:
        item, sign, answer = text.partition("=")
        if not sign or not answer.strip():
            raise PraksisError(f"{text}: write ITEM=ANSWER, or ITEM=- to take the answer away")
        if item.strip() in pairs:
            raise PraksisError(f"{item.strip()} is given twice")
        pairs[item.strip()] = answer
    return pairs


def _accept(order: Order) -> int:
    return _decide(order, Verdict.ACCEPTED)


def _ask(order: Order) -> int:
    return _decide(order, Verdict.ASKED)


def _decide(order: Order, verdict: Verdict) -> int:
    options, work = order.options, editing.read_work(order.worker, _find_folder(order))
    hit = editing.find_work(work, options.organisation, options.check, options.role, options.item).hit
    editing.decide_hit(order.worker, hit, verdict, options.why)
    order.say(f"{hit.check} of {hit.organisation} {hit.role}: {verdict}")
    _remind(order)
    return 0


def _remind(order: Order) -> None:
    frozen = find_closing(order.worker.survey.header.id, order.worker.wave)
    if frozen:
        order.say(
            f"The wave was closed on {localtime(frozen.at):%Y-%m-%d}: its files have what was corrected since only "
            "when it is closed anew (`praksis close --why`)"
        )


# -- closing -----------------------------------------------------------------------------------------------------------


def _close(order: Order) -> int:
    worker, folder = order.worker, _find_folder(order)
    if order.options.check:
        ready = closing.check_closing(worker, folder)
        for name in ready.altered:
            order.say(f"{folder / name} is not what was written when the wave was closed")
        _show_remarks(order, (*ready.hinders, *ready.said))
        order.say("Not ready to be closed" if ready.hinders else "Nothing stands in the way of closing the wave")
        return 1 if ready.hinders else 0
    try:
        closed = closing.close_wave(worker, folder, reason=order.options.why)
    except closing.NotReady as error:
        _show_remarks(order, error.readiness.hinders)
        order.say("Not closed")
        return 1
    _show_remarks(order, tuple(one for one in closed.said if one.kind is not Kind.LETTERS))
    if closed.withdrawn:
        order.say(f"{closed.withdrawn} letters that waited are taken out of the outbox")
    for path in closed.paths:
        order.say(f"{closed.frozen.files[path.name]}  {path}")
    extent = closed.frozen.extent
    order.say(
        f"{worker.wave} is closed: {closed.frozen.responses} responses with {extent.corrections} corrections and "
        f"{extent.decisions} decisions. Next: praksis build {order.options.survey} --microdata {folder}"
    )
    return 0


def _show_remarks(order: Order, remarks: tuple[Remark, ...]) -> None:
    for remark in remarks:
        text = say_remark(remark)
        order.say(text[0].upper() + text[1:])
        for organisation, role in remark.who:
            order.say(f"    {organisation} {role}")
        _show_problems(order, remark.problems)


COMMANDS: Mapping[str, Callable[[Order], int]] = {
    "work": _show_work,
    "take": _take,
    "correct": _correct,
    "accept": _accept,
    "ask": _ask,
    "close": _close,
}
