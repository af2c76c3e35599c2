"""A question as it is shown to be answered: fields with names, labels, values and faults. Templates only write them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from praksis.collect.answering import DATE_PARTS, MISSING, Fault
from praksis.collect.journey import Journey, Page
from praksis.collect.routing import Cell
from praksis.define.question import Item, MissingCategory, Question, QuestionKind
from praksis.web.answering.texts import Texts
from praksis.web.answering.words import say_fault, write_field, write_number

Form = Mapping[str, Sequence[str]]

_DIGITS = {"day": 2, "month": 2, "year": 4}


@dataclass(frozen=True)
class Option:
    """One answer to choose."""

    id: str
    value: str
    label: str
    help: str = ""
    chosen: bool = False
    apart: bool = False
    """Excludes all others, and so stands after an 'or'."""


@dataclass(frozen=True)
class Part:
    """Day, month or year of a date."""

    id: str
    name: str
    label: str
    value: str
    digits: int
    faulty: bool


@dataclass(frozen=True)
class Row:
    """One item: a row of a grid, a part of a split, or the only one."""

    id: str
    name: str
    label: str
    value: str = ""
    options: tuple[Option, ...] = ()
    parts: tuple[Part, ...] = ()
    error: str = ""
    unanswered: bool = False
    """Was left without an answer that there must be."""
    described: str = ""
    """Ids of what explains the field, for screen readers."""


@dataclass(frozen=True)
class QuestionView:
    """A question with its fields."""

    kind: str
    name: str
    title: str
    help: tuple[str, ...]
    note: str
    """That it must be answered, where it must."""
    unanswered: bool
    """Was it left without an answer that there must be? Of a grid, its rows say so."""
    earlier: tuple[str, ...]
    """What was answered last time."""
    errors: tuple[str, ...]
    """Faults of the question as a whole; those of one row stand at the row."""
    rows: tuple[Row, ...]
    options: tuple[Option, ...]
    """Of a multiple choice."""
    missing: tuple[Option, ...]
    """Do not know and the like, beside an open field; with several, the first stands for none of them."""
    missing_name: str
    described: str
    unit: str
    layout: str
    lines: int
    inputmode: str
    size: int
    hint: str
    """What a field takes, such as the most characters."""
    total: str
    """What the parts of a split sum to, as it is written."""
    limit: str
    """The number that the script counts towards: characters, or the sum of the parts."""


@dataclass(frozen=True)
class ErrorLink:
    """One line of the error summary."""

    target: str
    text: str


def name_field(field: str) -> str:
    """The id of the first field of that name."""
    return f"f-{field}"


def list_errors(journey: Journey, page: Page, texts: Texts, faults: Sequence[Fault]) -> tuple[ErrorLink, ...]:
    """The error summary of a page: every fault, in the order of the fields, with where to correct it."""
    if page.question is None:
        return ()
    labels = {item.id: texts.label(item) for item in journey.items_of(page)}
    several = page.question.kind in (QuestionKind.GRID, QuestionKind.SPLIT)
    found = []
    for fault in faults:
        text = _say_fault(fault, page.question, texts, labels)
        if several and fault.item:
            text = texts.words.fill("fault_at", item=labels[fault.item], text=text)
        found.append(ErrorLink(name_field(fault.where), text))
    return tuple(found)


def _say_fault(fault: Fault, question: Question, texts: Texts, labels: Mapping[str, str]) -> str:
    """What is wrong, said as it fits the fields: no thousands among percentages, and a split has several fields."""
    if fault.code == "number" and texts.unit_of(question) == "%":
        return texts.words["fault_number_percent"]
    if fault.code == "both" and question.kind is QuestionKind.SPLIT:
        return texts.words["fault_both_split"]
    return say_fault(fault, texts.words, labels)


def list_lacking(journey: Journey, page: Page, answers: Mapping[str, Cell]) -> tuple[str, ...]:
    """The items of a question that must be answered which have no answer."""
    question = page.question
    if question is None or not question.required:
        return ()
    items = [item.id for item in journey.items_of(page)]
    return tuple(item for item in items if item not in answers)


def find_first(journey: Journey, page: Page, lacking: Sequence[str]) -> str:
    """The id of the first field to answer; '' where nothing is lacking."""
    if page.question is None or not lacking:
        return ""
    match page.question.kind:
        case QuestionKind.MULTIPLE:
            return name_field(page.question.id)
        case QuestionKind.DATE:
            return name_field(lacking[0] + DATE_PARTS[0])
        case _:
            return name_field(lacking[0])


def show_question(
    journey: Journey,
    page: Page,
    texts: Texts,
    form: Form,
    faults: Sequence[Fault],
    earlier: Mapping[str, Cell],
    lacking: Collection[str] = (),
) -> QuestionView | None:
    """The page's question; None on a page of information only. `lacking` are the items to mark as not answered yet."""
    question = page.question
    if question is None:
        return None
    items = journey.items_of(page)
    labels = {item.id: texts.label(item) for item in items}
    by_row = question.kind in (QuestionKind.GRID, QuestionKind.SPLIT)
    said = [(fault.item if by_row else "", _say_fault(fault, question, texts, labels)) for fault in faults]
    at_rows = {item: text for item, text in said if item}
    errors = tuple(text for item, text in said if not item)
    note = texts.words["must_be_answered"] if question.required else ""
    help_lines = tuple(texts.split(question.help))
    before = _show_earlier(question, items, texts, earlier)
    hint = _write_hint(question, texts)
    explains = {"q-help": help_lines, "q-hint": hint, "q-note": note, "q-earlier": before, "q-error": errors}
    described = " ".join(name for name, there in explains.items() if there)
    rows = tuple(_show_row(journey, question, item, texts, form, faults, at_rows.get(item.id, "")) for item in items)
    if question.kind is QuestionKind.GRID:
        rows = tuple(replace(row, unanswered=row.name in lacking) for row in rows)
    unit = texts.unit_of(question)
    if unit:
        rows = tuple(replace(row, described=f"{row.described} {row.id}.unit".strip()) for row in rows)
    missing_name = (question.id if question.kind is QuestionKind.SPLIT else items[0].id) + MISSING
    return QuestionView(
        kind=question.kind.value,
        name=question.id,
        title=texts.fill(question.text),
        help=help_lines,
        note=note,
        unanswered=bool(lacking) and question.kind is not QuestionKind.GRID,
        earlier=before,
        errors=errors,
        rows=rows,
        options=_show_choices(question, items, texts, form) if question.kind is QuestionKind.MULTIPLE else (),
        missing=_show_missing(question.missing, missing_name, texts, form),
        missing_name=missing_name,
        described=described,
        unit=unit,
        layout=question.layout.value,
        lines=question.free_text.lines,
        inputmode=_choose_keyboard(question),
        size=_choose_size(question),
        hint=hint,
        total=write_number(_plain(question.split.total), texts.words),
        limit=str(question.free_text.longest) if question.kind is QuestionKind.TEXT else _plain(question.split.total),
    )


def fill_form(question: Question | None, form: Form, texts: Texts) -> dict[str, Sequence[str]]:
    """A form of kept answers with its numbers as they are written in the language of the page."""
    if question is None or question.kind not in (QuestionKind.NUMBER, QuestionKind.SPLIT):
        return dict(form)
    return {
        name: values if name.endswith(MISSING) else [write_field(value, texts.words) for value in values]
        for name, values in form.items()
    }


def _show_row(
    journey: Journey, question: Question, item: Item, texts: Texts, form: Form, faults: Sequence[Fault], error: str
) -> Row:
    identity = name_field(item.id)
    row = Row(identity, item.id, texts.label(item), error=error, described=f"{identity}.error" if error else "")
    if question.kind in (QuestionKind.SINGLE, QuestionKind.GRID):
        return replace(row, options=_show_scale(journey, item, texts, form))
    if question.kind is QuestionKind.DATE:
        return replace(row, parts=_show_parts(item, texts, form, faults))
    return replace(row, value=_first(form, item.id))


def _show_scale(journey: Journey, item: Item, texts: Texts, form: Form) -> tuple[Option, ...]:
    scale = journey.survey.scale_of(item.id)
    answers = [(one.id, one.label, one.help) for one in scale.categories]
    answers += [(one.kind, one.label, None) for one in scale.missing]
    given = _first(form, item.id)
    return tuple(
        Option(
            # A link to the field leads to its first option.
            id=name_field(item.id) if place == 0 else f"{name_field(item.id)}.{value}",
            value=value,
            label=texts.fill(label),
            help=texts.fill(help_text),
            chosen=value == given,
        )
        for place, (value, label, help_text) in enumerate(answers)
    )


def _show_choices(question: Question, items: tuple[Item, ...], texts: Texts, form: Form) -> tuple[Option, ...]:
    given = form.get(question.id, ())
    ordered = [item for item in items if not item.exclusive] + [item for item in items if item.exclusive]
    return tuple(
        Option(
            id=name_field(question.id) if place == 0 else f"{name_field(question.id)}.{item.id}",
            value=item.id,
            label=texts.label(item),
            chosen=item.id in given,
            apart=item.exclusive,
        )
        for place, item in enumerate(ordered)
    )


def _show_missing(offered: tuple[MissingCategory, ...], name: str, texts: Texts, form: Form) -> tuple[Option, ...]:
    given = _first(form, name)
    identity = name_field(name)
    options = tuple(
        Option(f"{identity}.{one.kind}", one.kind, texts.fill(one.label), chosen=one.kind == given) for one in offered
    )
    if len(options) == 1:
        return (replace(options[0], id=identity),)
    # Of several only one can hold, so they are radios; and those need a way back to none.
    none = Option(identity, "", texts.words["answer_in_field"], chosen=not any(one.chosen for one in options))
    return (none, *options) if options else ()


def _show_parts(item: Item, texts: Texts, form: Form, faults: Sequence[Fault]) -> tuple[Part, ...]:
    where = {fault.where: fault.code for fault in faults}
    whole = any(not code.startswith("date-") for code in where.values())
    parts = []
    for part in DATE_PARTS:
        field, name = item.id + part, part.removeprefix(".")
        label = texts.words[f"part_{name}"]
        parts.append(Part(name_field(field), field, label, _first(form, field), _DIGITS[name], whole or field in where))
    return tuple(parts)


def _show_earlier(
    question: Question, items: tuple[Item, ...], texts: Texts, earlier: Mapping[str, Cell]
) -> tuple[str, ...]:
    if not question.factual:
        return ()
    known = [(item, texts.show(item.id, earlier[item.id])) for item in items if item.id in earlier]
    if question.kind is QuestionKind.MULTIPLE:
        chosen = [texts.label(item) for item, _ in known if earlier[item.id] == 1]
        return tuple(chosen)
    if len(items) == 1:
        return tuple(answer for _, answer in known)
    return tuple(texts.words.fill("fault_at", item=texts.label(item), text=answer) for item, answer in known)


def _write_hint(question: Question, texts: Texts) -> str:
    words = texts.words
    if question.kind is QuestionKind.TEXT:
        return words.fill("hint_longest", longest=words.write_count(question.free_text.longest))
    if question.kind is QuestionKind.DATE:
        return words["hint_date"]
    if question.kind is QuestionKind.SPLIT:
        total = write_number(_plain(question.split.total), words)
        unit = texts.unit_of(question)
        whole = words.fill("percent", number=total) if unit == "%" else f"{total}\N{NO-BREAK SPACE}{unit}".strip()
        return words.fill("hint_split", total=whole)
    if question.kind is QuestionKind.NUMBER and question.number.decimals:
        return words["hint_decimals"]
    return ""


def _choose_keyboard(question: Question) -> str:
    """The keyboard a phone shows; one that has no minus cannot be used where numbers may be below zero."""
    if question.kind is QuestionKind.SPLIT:
        return "decimal" if question.split.decimals else "numeric"
    rule = question.number
    if question.kind is not QuestionKind.NUMBER or rule.least < 0:
        return "text"
    return "decimal" if rule.decimals else "numeric"


def _choose_size(question: Question) -> int:
    """As wide as the longest answer, within reason: the width of a field says how much to write."""
    if question.kind is QuestionKind.SPLIT:
        return len(_plain(question.split.total)) + question.split.decimals + 3
    if question.kind is QuestionKind.NUMBER:
        limits = [_plain(one) for one in (question.number.minimum, question.number.maximum) if one is not None]
        return min(max([len(one) for one in limits] or [10]) + question.number.decimals + 3, 24)
    return min(question.free_text.longest, 60)


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


def _first(form: Form, name: str) -> str:
    values = form.get(name, ())
    return values[0] if values else ""
