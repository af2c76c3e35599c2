"""Answers in words: to look over before they are submitted, on the receipt, and beside each other in a dispute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from praksis.collect.answering import MISSING, list_fields
from praksis.collect.journey import Journey, Page
from praksis.collect.response import Response, find_unfinished
from praksis.collect.routing import Cell
from praksis.define.question import Item, Question, QuestionKind
from praksis.web.answering.guard import point
from praksis.web.answering.texts import Texts
from praksis.web.answering.visit import Visit


@dataclass(frozen=True)
class Line:
    """One answer; `label` says to what, where a question has several."""

    label: str
    answer: str
    given: bool = True


@dataclass(frozen=True)
class Entry:
    """A question with its answers."""

    page: str
    href: str
    title: str
    lines: tuple[Line, ...]
    state: str = ""
    """`disputed`, `unread` or `required`: what keeps the response from being submitted; `unanswered`; or nothing."""


@dataclass(frozen=True)
class Group:
    """A section with its questions on the path."""

    title: str
    holder: str
    """The colleague who has it, by name."""
    entries: tuple[Entry, ...]


def list_groups(visit: Visit, response: Response, texts: Texts) -> tuple[Group, ...]:
    """What has been answered in the sections that the person may see, in the questionnaire's order."""
    journey = visit.journey
    states = {page: reason for reason, pages in find_unfinished(response, journey).items() for page in pages}
    path = [page for page in journey.follow(response.answers) if page.question]
    groups = []
    for section in journey.sections:
        pages = [page for page in path if page.section == section.id]
        if not pages or not visit.sees(response, section.id):
            continue
        whom = response.holders.get(section.id)
        holder = texts.name_person(visit.held.people.get(whom), visit.person.id) if whom else ""
        entries = tuple(_list_entry(visit, page, response, texts, states.get(page.id, "")) for page in pages)
        groups.append(Group(texts.fill(section.title), holder, entries))
    return tuple(groups)


def _list_entry(visit: Visit, page: Page, response: Response, texts: Texts, state: str) -> Entry:
    journey = visit.journey
    raw = response.raw.get(page.id)
    lines = list_raw(journey, page, raw, texts) if raw else list_lines(journey, page, response.answers, texts)
    if not state and not all(line.given for line in lines):
        state = "unanswered"
    title = texts.fill(page.question.text) if page.question else ""
    return Entry(page.id, point(visit, "page", page=page.id), title, lines, state)


def list_lines(journey: Journey, page: Page, answers: Mapping[str, Cell | None], texts: Texts) -> tuple[Line, ...]:
    """The answers of a page."""
    question = page.question
    if question is None:
        return ()
    items = journey.items_of(page)
    nothing = texts.words["not_answered"]
    if question.kind is QuestionKind.MULTIPLE:
        chosen = [Line("", texts.label(item)) for item in items if answers.get(item.id) == 1]
        return tuple(chosen) or (Line("", nothing, given=False),)
    lines = []
    for item in items:
        cell = answers.get(item.id)
        label = texts.label(item) if len(items) > 1 or question.kind is QuestionKind.GRID else ""
        lines.append(Line(label, texts.show(item.id, cell) if cell is not None else nothing, cell is not None))
    same = {line.answer for line in lines}
    if question.kind is QuestionKind.SPLIT and len(same) == 1 and not isinstance(answers.get(items[0].id), str):
        # Not known, or not answered, is said of the whole.
        return (Line("", lines[0].answer, lines[0].given),)
    return tuple(lines)


def list_raw(journey: Journey, page: Page, raw: Mapping[str, Sequence[str]], texts: Texts) -> tuple[Line, ...]:
    """What was written on a page that could not be read, quoted as it was written."""
    lines = [
        Line(label, texts.words.fill("as_written", text=", ".join(said)))
        for label, said in _list_said(journey, page, raw, texts)
    ]
    return tuple(lines) or (Line("", texts.words["not_answered"], given=False),)


def list_unsaved(journey: Journey, page: Page, form: Mapping[str, Sequence[str]], texts: Texts) -> tuple[Line, ...]:
    """What a form holds that could not be saved: bare, so that it can be copied; nothing if it is empty."""
    return tuple(Line(label, one) for label, said in _list_said(journey, page, form, texts) for one in said)


def _list_said(
    journey: Journey, page: Page, form: Mapping[str, Sequence[str]], texts: Texts
) -> list[tuple[str, list[str]]]:
    """Label and what is said to it: a text as it is written, a choice in words. A date is one, of its parts."""
    question = page.question
    if question is None:
        return []
    items = journey.items_of(page)
    said: dict[str, list[str]] = {}
    for field in list_fields(journey, page):
        known = _name_values(journey, question, items, field, texts)
        values = [known.get(value, value) for value in form.get(field, ()) if value]
        whole = said.setdefault(field.partition(".")[0], [])
        if question.kind is QuestionKind.DATE and whole and not field.endswith(MISSING):
            values = [" ".join((whole.pop(), *values))]
        whole.extend(values)
    labels = {item.id: texts.label(item) for item in items} if len(items) > 1 else {}
    return [(labels.get(owner, ""), values) for owner, values in said.items() if values]


def _name_values(
    journey: Journey, question: Question, items: tuple[Item, ...], field: str, texts: Texts
) -> dict[str, str]:
    """Value of a field -> what it says, where it is chosen and not written."""
    if question.kind is QuestionKind.MULTIPLE:
        return {item.id: texts.label(item) for item in items}
    if question.kind in (QuestionKind.SINGLE, QuestionKind.GRID):
        scale = journey.survey.scale_of(field)
        missing = {one.kind: texts.fill(one.label) for one in scale.missing}
        return missing | {one.id: texts.fill(one.label) for one in scale.categories}
    return {one.kind: texts.fill(one.label) for one in question.missing} if field.endswith(MISSING) else {}
