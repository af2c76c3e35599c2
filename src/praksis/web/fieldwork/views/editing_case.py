"""One response: what is to be looked at in its answers, and what is done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from praksis.collect.routing import Cell
from praksis.edit.checking import Severity
from praksis.edit.correction import Correction, Decision, Verdict
from praksis.edit.dossier import UNSAID, Who, find_previous, list_responses
from praksis.edit.microdata import read_microdata
from praksis.edit.worklist import State, Work, say_hit, say_question
from praksis.edit.worksheet import read_texts, write_answer
from praksis.errors import ProblemsFound
from praksis.web.fieldwork.acts import CannotAct
from praksis.web.fieldwork.answer_form import AnswerForm, Given, Group, read_given
from praksis.web.fieldwork.editing import (
    CaseAnswers,
    WorkList,
    correct_texts,
    decide_hit,
    read_case_answers,
    read_work,
)
from praksis.web.fieldwork.explain import explain_fault, explain_problem
from praksis.web.fieldwork.guard import for_staff
from praksis.web.fieldwork.label import name_role
from praksis.web.fieldwork.render import answer_visit, go_on, point
from praksis.web.fieldwork.views.audit import name_actor
from praksis.web.fieldwork.views.editing import (
    TAGS,
    describe_problem,
    describe_standing,
    name_check,
    name_hit,
    point_hit,
    say_misfit,
)
from praksis.web.fieldwork.visit import May, Visit, find_office
from praksis.web.fieldwork.words import read_words, write_percent
from praksis.web.words import Words, write_moment

_MANY = 10
"""A hit of more answers than this has them folded away."""
_VERDICTS = {"accept": Verdict.ACCEPTED, "ask": Verdict.ASKED}
_ANY = "any"
"""The form that is of no hit: any answer of the response."""


@dataclass
class Sent:
    """A form that came in, and what is wrong with it."""

    about: str = ""
    """The hit's name, or `any`."""
    given: Given = field(default_factory=Given)
    wrong: str = ""
    """Of the form as a whole."""
    reason_wrong: str = ""
    items: dict[str, str] = field(default_factory=dict)
    """Item -> what is wrong with what is written for it."""

    @property
    def is_wrong(self) -> bool:
        return bool(self.wrong or self.reason_wrong or self.items)


@dataclass(frozen=True)
class Block:
    """A hit on the page: what it says, its answers, and what can be done."""

    id: str
    heading: str
    lines: tuple[tuple[str, str], ...]
    """What to ask, what was said of it: label and text."""
    severity: str
    colour: str
    state: str
    groups: tuple[Group, ...]
    shown: str
    is_open: bool
    """Is it unfolded?"""
    folds: bool
    many: str
    """What stands on the fold of many answers; '' where they stand open."""
    may_accept: bool
    may_ask: bool
    reason: str
    reason_wrong: str
    wrong: str


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(May.EDIT)
@say_misfit
def show_answers(request: HttpRequest, visit: Visit, organisation: str, role: str) -> HttpResponse:
    """The hits of one response, with a form for each."""
    who = organisation, role
    if who not in visit.survey.find_asked(visit.wave):
        raise Http404
    words = read_words(visit.language)
    try:
        case = read_case_answers(visit.worker, who)
    except CannotAct:
        # They have not submitted: there is nothing to look at.
        return answer_visit(request, visit, "answers.html", _describe_who(visit, who, words))
    work = None
    sent = Sent()
    if request.method == "POST":
        sent = Sent(request.POST.get("about", ""), read_given({name: request.POST[name] for name in request.POST}))
        verdict = _VERDICTS.get(request.POST.get("do", ""))
        if verdict is None:
            said = _correct(visit, who, case, sent, words)
        else:
            work = read_work(visit.worker, find_office().microdata)
            said = _decide(visit, _list_mine(work, who), verdict, sent, words)
        if not sent.is_wrong:
            return go_on(request, request.path, said)
        case = read_case_answers(visit.worker, who)
    else:
        visit.worker.note("see-work", "/".join(who))
    work = work or read_work(visit.worker, find_office().microdata)
    context = _describe(visit, who, case, work, sent, words)
    return answer_visit(request, visit, "answers.html", context, 422 if sent.is_wrong else 200)


def _list_mine(work: WorkList, who: Who) -> list[Work]:
    return [one for one in work.work if (one.hit.organisation, one.hit.role) == who]


# -- what is done ------------------------------------------------------------------------------------------------------


def _correct(visit: Visit, who: Who, case: CaseAnswers, sent: Sent, words: Words) -> str:
    """Put answers right; returns what to say of it. What is wrong is left in `sent`."""
    given, texts = sent.given, sent.given.texts
    changes, refused = read_texts(case.journey, case.corrected.answers, _keep_known(case, texts))
    if texts and not refused and not given.both and _is_done(visit, case, given, changes):
        return words["answers_was_done"]
    for item, why in refused:
        sent.items[item] = explain_fault(why, words) or words["work_problem_E003"]
    form = _make_form(visit, case, {}, words)
    for item in _keep_known(case, texts):
        now = form.write(item, case.answers.get(item))
        if given.shown.get(item, "") != now:
            seen = form.show_text(item, given.shown.get(item, "")) or words["answers_nothing"]
            there = form.show_text(item, now) or words["answers_nothing"]
            sent.items[item] = words.fill("answers_changed", seen=seen, now=there)
    sent.items |= dict.fromkeys(given.both, words["answers_both"])
    _judge_words(sent, words, needs_text=True)
    if sent.is_wrong:
        return ""
    try:
        items = correct_texts(visit.worker, who, texts, given.reason, given.shown)
    except ProblemsFound as error:
        _take_problems(error, sent, words)
        return ""
    return _say_corrected(visit, who, case, items, words)


def _keep_known(case: CaseAnswers, texts: Mapping[str, str]) -> dict[str, str]:
    return {item: text for item, text in texts.items() if item in case.journey.items}


def _is_done(
    visit: Visit, case: CaseAnswers, given: Given, changes: Sequence[tuple[str, Cell | None, Cell | None]]
) -> bool:
    """Does what was sent stand there already: was the button pressed twice?"""
    mine = [(item, old, new) for item, old, new in changes if item in given.texts]
    form = _make_form(visit, case, {}, read_words(visit.language))
    return bool(mine) and all(
        old == new and given.shown.get(item, "") != form.write(item, old) for item, old, new in mine
    )


def _judge_words(sent: Sent, words: Words, *, needs_text: bool) -> None:
    texts = sent.given.texts
    if needs_text and not texts:
        sent.wrong = words["answers_no_new"]
    if not needs_text and texts:
        sent.wrong = words["answers_new_too"]
    if not sent.given.reason:
        sent.reason_wrong = words["answers_no_reason"]


def _take_problems(error: ProblemsFound, sent: Sent, words: Words) -> None:
    for problem in error.problems:
        one = explain_problem(problem, words)
        text = f"{one.what} {one.remedy}"
        if one.name in sent.given.texts:
            sent.items[one.name] = text
        else:
            sent.wrong = f"{sent.wrong} {text}".strip()


def _say_corrected(visit: Visit, who: Who, before: CaseAnswers, items: Sequence[str], words: Words) -> str:
    """What was put right, and what that leads to."""
    after = read_case_answers(visit.worker, who)
    names = visit.survey.items
    said = [words.fill("answers_corrected", items=_join(visit, items))]
    if opened := [one for one in after.corrected.opened if one not in before.corrected.opened and one in names]:
        said.append(words.fill("answers_opened", items=_join(visit, opened)))
    if closed := [one for one in after.corrected.closed if one not in before.corrected.closed and one in names]:
        said.append(words.fill("answers_closed", items=_join(visit, closed)))
    return " ".join(said)


def _join(visit: Visit, items: Sequence[str]) -> str:
    return "; ".join(visit.survey.items[item].text[visit.content_language] for item in items)


def _decide(visit: Visit, mine: Sequence[Work], verdict: Verdict, sent: Sent, words: Words) -> str:
    """Say of a hit that it is right, or that the organisation was asked; returns what to say of it."""
    _judge_words(sent, words, needs_text=False)
    found = next((one for one in mine if name_hit(one) == sent.about and one.state is not State.CORRECTED), None)
    if found is None or not _is_seen(visit, found, sent.given):
        sent.wrong = words["answers_gone"] if found is None else words["answers_changed_hit"]
        return ""
    if found.hit.severity is Severity.HARD and verdict is Verdict.ACCEPTED:
        sent.wrong = words["work_problem_E010_do"]
    elif found.hit.severity is Severity.NOTE:
        sent.wrong = words["work_state_noted"]
    last = found.decision
    if sent.is_wrong:
        return ""
    if last and (last.verdict, last.reason, last.who) == (verdict, sent.given.reason, visit.name):
        return words["answers_was_done"]
    try:
        decide_hit(visit.worker, found.hit, verdict, sent.given.reason)
    except ProblemsFound as error:
        _take_problems(error, sent, words)
    return words[f"answers_{verdict}"]


def _is_seen(visit: Visit, work: Work, given: Given) -> bool:
    """Are the answers of a hit those that were shown?"""
    hit = work.hit
    return all(given.shown.get(item, "") == write_answer(visit.survey, item, cell) for item, cell in hit.values.items())


# -- what is shown -----------------------------------------------------------------------------------------------------


def _describe_who(visit: Visit, who: Who, words: Words) -> dict[str, object]:
    organisation, _ = visit.survey.find_asked(visit.wave)[who]
    return {
        "title": words.fill("answers_title", name=organisation.name),
        "key": organisation.key,
        "role_name": name_role(visit, who[1]),
        "case": point(visit, "case", *who),
        "back": point(visit, "work"),
        "some": False,
    }


def _describe(visit: Visit, who: Who, case: CaseAnswers, work: WorkList, sent: Sent, words: Words) -> dict[str, object]:
    mine = _list_mine(work, who)
    form = _make_form(visit, case, _read_before(visit, who, work.earlier), words)
    blocks = [_make_block(visit, one, form, sent, words) for one in mine if one.state is not State.CORRECTED]
    whole = _make_any(form, sent, words)
    return {
        **_describe_who(visit, who, words),
        **describe_standing(visit, work, words),
        "some": True,
        "wrong": sent.is_wrong,
        "errors": _list_errors(sent, [*blocks, whole]),
        "left": [block for block in blocks if not block.folds],
        "settled": [block for block in blocks if block.folds],
        "gone": [
            say_hit(visit.survey, one.hit, visit.content_language) for one in mine if one.state is State.CORRECTED
        ],
        "any": whole,
        "unapplied": [describe_problem(visit, explain_problem(one, words), words) for one in case.problems],
        "corrections": [_describe_correction(visit, one, form, words) for one in reversed(case.corrections)],
        "decisions": [_describe_decision(visit, one, words) for one in reversed(case.decisions)],
        "unseen": "" if work.earlier else words["work_no_earlier"],
        "next": _find_next(visit, work, who),
    }


def _make_form(visit: Visit, case: CaseAnswers, before: Mapping[str, Cell], words: Words) -> AnswerForm:
    return AnswerForm(case.journey, case, before, visit.content_language, words)


def _read_before(visit: Visit, who: Who, earlier: Sequence[str]) -> dict[str, Cell]:
    """Item -> what was answered in the last wave that asked it, of all that the role is asked."""
    survey, folder = visit.survey, find_office().microdata
    said = {wave: list_responses(survey, read_microdata(survey, wave, folder)).get(who, {}) for wave in earlier}
    found = {}
    for item in survey.items_asked(visit.wave, who[1]):
        then = find_previous(survey, item, visit.wave)
        cell = said.get(then[0], {}).get(then[1]) if then else None
        if cell is not None and cell not in UNSAID:
            found[item] = cell
    return found


def _make_block(visit: Visit, work: Work, form: AnswerForm, sent: Sent, words: Words) -> Block:
    hit, name = work.hit, name_hit(work)
    mine = sent if sent.about == name else Sent()
    items = form.gather_items(hit.items)
    lines = []
    if question := say_question(visit.survey, hit, visit.content_language):
        lines.append((words["answers_ask"], question))
    lines.append((words["work_effect"], write_percent(hit.score, words)))
    if work.decision:
        lines.append((words[f"work_state_{work.decision.verdict}"], _say_decision(work.decision, words)))
    return Block(
        id=name,
        heading=say_hit(visit.survey, hit, visit.content_language),
        lines=tuple(lines),
        severity=words[f"work_severity_{hit.severity}"],
        colour=TAGS[hit.severity],
        state=words[f"work_state_{work.state}"],
        groups=form.make_groups(items, name, mine.given, mine.items),
        shown=form.write_shown(items),
        is_open=mine.is_wrong,
        folds=not work.is_left,
        many=words.fill("answers_many", count=len(items)) if len(items) > _MANY else "",
        may_accept=hit.severity is Severity.SOFT,
        may_ask=hit.severity is not Severity.NOTE,
        reason=mine.given.reason,
        reason_wrong=mine.reason_wrong,
        wrong=mine.wrong,
    )


def _make_any(form: AnswerForm, sent: Sent, words: Words) -> Block:
    """The form of all answers."""
    mine = sent if sent.about == _ANY else Sent()
    items = tuple(form.journey.items)
    return Block(
        id=_ANY,
        heading=words["answers_any"],
        lines=(),
        severity="",
        colour="",
        state="",
        groups=form.make_groups(items, _ANY, mine.given, mine.items),
        shown=form.write_shown(items),
        is_open=mine.is_wrong,
        folds=True,
        many="",
        may_accept=False,
        may_ask=False,
        reason=mine.given.reason,
        reason_wrong=mine.reason_wrong,
        wrong=mine.wrong,
    )


def _list_errors(sent: Sent, blocks: Sequence[Block]) -> list[tuple[str, str]]:
    """Everything wrong with what was sent: where it is to be mended, and what it is."""
    block = next((one for one in blocks if one.id == sent.about), None)
    start = f"#{block.id}" if block else "#main"
    fields = [one for group in (block.groups if block else ()) for one in group.fields]
    first = f"#{fields[0].id}" if fields else start
    errors = [(first if block else start, sent.wrong)] if sent.wrong else []
    errors += [(f"#{one.id}", _join_sentences(one.text, one.error)) for one in fields if one.error]
    lost = sent.items.keys() - {one.item for one in fields}
    errors += [(start, text) for item, text in sent.items.items() if item in lost]
    return errors + ([(f"{start}-reason", sent.reason_wrong)] if sent.reason_wrong else [])


def _join_sentences(name: str, text: str) -> str:
    """A question, and what is said of it."""
    return f"{name} {text}" if name.endswith((".", "?", "!")) else f"{name}: {text}"


def _describe_correction(visit: Visit, one: Correction, form: AnswerForm, words: Words) -> dict[str, str]:
    item = visit.survey.items.get(one.item)
    known = item is not None
    return {
        "when": write_moment(one.at, words),
        "who": name_actor(one.who, words),
        "item": item.text[visit.content_language] if item else one.item,
        "old": (form.show(one.item, one.old) if known else str(one.old)) or words["answers_nothing"],
        "new": (form.show(one.item, one.new) if known else str(one.new)) or words["answers_nothing"],
        "why": one.reason,
    }


def _describe_decision(visit: Visit, one: Decision, words: Words) -> dict[str, str]:
    return {
        "when": write_moment(one.at, words),
        "who": name_actor(one.who, words),
        "check": name_check(visit, one.check, words),
        "verdict": words[f"work_state_{one.verdict}"],
        "why": one.reason,
    }


def _say_decision(one: Decision, words: Words) -> str:
    return words.fill(
        "answers_said", who=name_actor(one.who, words), moment=write_moment(one.at, words), why=one.reason
    )


def _find_next(visit: Visit, work: WorkList, who: Who) -> dict[str, str] | None:
    """What comes after this on the list, and is another's; the first again after the last."""
    order = [(one.hit.organisation, one.hit.role) for one in work.work]
    mine = [place for place, one in enumerate(order) if one == who]
    start = mine[-1] + 1 if mine else 0
    for one in (*work.work[start:], *work.work[:start]):
        other = one.hit.organisation, one.hit.role
        if one.state is State.OPEN and other != who:
            organisation, _ = visit.survey.find_asked(visit.wave)[other]
            return {"href": point_hit(visit, one), "name": f"{organisation.name} ({organisation.key})"}
    return None
