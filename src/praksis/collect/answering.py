"""What was meant by a form: clean answers, what could not be read, and why not.

A form is field -> values as a browser sends them. Fields of a question, by kind:

    single, grid     one field per item, its value a category's id or a missing class (`do-not-know`)
    multiple         one field named as the question, a value per chosen option (the item's id)
    number, text     one field per item; `<item>.missing` with a missing class, where the question offers one
    split            one field per item; `<question>.missing`
    date             `<item>.day`, `<item>.month`, `<item>.year`; `<item>.missing`

What cannot be read is kept as it was written and shown again; it never becomes an answer.
"""

import datetime
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from praksis.collect.journey import Journey, Page
from praksis.collect.routing import Cell
from praksis.define.question import FIRST_YEAR, Item, Question, QuestionKind

Form = Mapping[str, Sequence[str]]

MISSING = ".missing"
DATE_PARTS = (".day", ".month", ".year")
_JOINERS = "\u200c\u200d"
"""Invisible, but part of how some languages and emoji are written."""
_NUMBER = re.compile(r"[+-]?\s*([0-9]{1,3}(\s+[0-9]{3})+([.,][0-9]*)?|[0-9]+([.,][0-9]*)?|[.,][0-9]+)")
"""Spaces, of any kind, stand only between thousands."""
_GROUPED = re.compile(r"[+-]?\s*[1-9][0-9]{0,2}([.,][0-9]{3})+([.,][0-9]*)?")
"""Looks as if points or commas stood between thousands."""


@dataclass(frozen=True)
class Fault:
    """Why a field could not be read, as a code that the web has words for (`words/*.yaml`, `fault_<code>`)."""

    code: str
    where: str
    """The first field to correct."""
    item: str = ""
    """The item it is about, where it is one."""
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What a form says about the items of one page."""

    answers: Mapping[str, Cell | None]
    """Every item of the page; None where there is no answer, or none that could be read."""
    raw: Mapping[str, tuple[str, ...]]
    """The form's own fields, if something in it could not be read; else empty."""
    faults: tuple[Fault, ...] = ()


def list_fields(journey: Journey, page: Page) -> tuple[str, ...]:
    """The fields a form of the page may have."""
    question = page.question
    if question is None:
        return ()
    items = [item.id for item in journey.items_of(page)]
    offers = bool(question.missing)
    match question.kind:
        case QuestionKind.MULTIPLE:
            return (question.id,)
        case QuestionKind.DATE:
            fields = [item + part for item in items for part in DATE_PARTS]
            return (*fields, *(item + MISSING for item in items if offers))
        case QuestionKind.SPLIT:
            return (*items, *([question.id + MISSING] if offers else []))
        case QuestionKind.NUMBER | QuestionKind.TEXT:
            return (*items, *(item + MISSING for item in items if offers))
        case _:
            return tuple(items)


def read_form(journey: Journey, page: Page, form: Form) -> Reading:
    """What the form says. Fields that the page does not have are not looked at."""
    question = page.question
    if question is None:
        return Reading({}, {})
    reader = _READERS[question.kind]
    items = journey.items_of(page)
    answers, faults = reader(journey, question, items, form)
    raw = {}
    if faults:
        raw = {name: tuple(form[name]) for name in list_fields(journey, page) if any(form.get(name, ()))}
    return Reading(answers, raw, tuple(faults))


def write_form(journey: Journey, page: Page, answers: Mapping[str, Cell | None]) -> dict[str, tuple[str, ...]]:
    """The form that says these answers: what `read_form` reads back."""
    question = page.question
    if question is None:
        return {}
    form: dict[str, tuple[str, ...]] = {}
    for item in journey.items_of(page):
        cell = answers.get(item.id)
        if cell is None:
            continue
        if question.kind is QuestionKind.MULTIPLE:
            form[question.id] = (*form.get(question.id, ()), *([item.id] if cell == 1 else []))
        elif isinstance(cell, int):
            name = _name_code(journey, question, item, cell)
            single = question.kind in (QuestionKind.SINGLE, QuestionKind.GRID)
            owner = question.id if question.kind is QuestionKind.SPLIT else item.id
            form[item.id if single else owner + MISSING] = (name,)
        elif question.kind is QuestionKind.DATE:
            date = datetime.date.fromisoformat(cell)
            parts = (date.day, date.month, date.year)
            form |= {item.id + part: (str(value),) for part, value in zip(DATE_PARTS, parts, strict=True)}
        else:
            form[item.id] = (cell,)
    return form


_Read = tuple[dict[str, Cell | None], list[Fault]]


def _read_scale(journey: Journey, question: Question, items: tuple[Item, ...], form: Form) -> _Read:
    answers: dict[str, Cell | None] = {}
    faults = []
    for item in items:
        scale = journey.survey.scale_of(item.id)
        codes: dict[str, int] = {category.id: category.code for category in scale.categories}
        codes |= {missing.kind: int(missing.code) for missing in scale.missing}
        given = _first(form, item.id)
        answers[item.id] = codes.get(given)
        if given and given not in codes:
            faults.append(Fault("choice", item.id, item.id))
    return answers, faults


def _read_options(journey: Journey, question: Question, items: tuple[Item, ...], form: Form) -> _Read:
    known = {item.id: item for item in items}
    chosen = [one for one in form.get(question.id, ()) if one]
    nothing: dict[str, Cell | None] = dict.fromkeys(known)
    if any(one not in known for one in chosen):
        return nothing, [Fault("choice", question.id)]
    alone = [one for one in chosen if known[one].exclusive]
    if alone and len(set(chosen)) > 1:
        return nothing, [Fault("exclusive", question.id, alone[0])]
    return {one: int(one in chosen) for one in known} if chosen else nothing, []


def _read_number(journey: Journey, question: Question, items: tuple[Item, ...], form: Form) -> _Read:
    item = items[0]
    missing, faults = _read_missing(question, item.id, form)
    text = _first(form, item.id)
    if faults or not text:
        return {item.id: missing}, faults
    if missing is not None:
        return {item.id: None}, [Fault("both", item.id, item.id)]
    rule = question.number
    number, fault = _parse_number(text, item, rule.least, rule.most, rule.decimals)
    return {item.id: number}, [fault] if fault else []


def _read_split(journey: Journey, question: Question, items: tuple[Item, ...], form: Form) -> _Read:
    answers: dict[str, Cell | None] = {item.id: None for item in items}
    missing, faults = _read_missing(question, question.id, form)
    given = {item.id: _first(form, item.id) for item in items}
    if faults or not any(given.values()):
        return dict.fromkeys(answers, missing), faults
    if missing is not None:
        return answers, [Fault("both", items[0].id)]
    rule = question.split
    parts: dict[str, str] = {}
    for item in items:
        # A row left empty beside others is 0: people write the parts that there are.
        number, fault = _parse_number(given[item.id] or "0", item, 0.0, rule.total, rule.decimals)
        if fault:
            faults.append(fault)
        else:
            parts[item.id] = number or "0"
    if faults:
        return answers, faults
    whole = sum((Decimal(part) for part in parts.values()), Decimal(0))
    if whole != Decimal(str(rule.total)):
        params = {"sum": write_number(whole), "total": write_number(Decimal(str(rule.total)))}
        return answers, [Fault("sum", items[0].id, params=params)]
    return dict(parts), []


def _read_date(journey: Journey, question: Question, items: tuple[Item, ...], form: Form) -> _Read:
    item = items[0]
    missing, faults = _read_missing(question, item.id, form)
    parts = [_first(form, item.id + part) for part in DATE_PARTS]
    if faults or not any(parts):
        return {item.id: missing}, faults
    nothing: dict[str, Cell | None] = {item.id: None}
    if missing is not None:
        return nothing, [Fault("both", item.id + DATE_PARTS[0], item.id)]
    for name, part in zip(DATE_PARTS, parts, strict=True):
        if not re.fullmatch(r"[0-9]{1,4}", part):
            return nothing, [Fault("date-part" if part else "date-lacks", item.id + name, item.id, {"part": name[1:]})]
    day, month, year = map(int, parts)
    if year < FIRST_YEAR:
        # 24 is the year 2024 to who writes it.
        return nothing, [Fault("date-year", item.id + DATE_PARTS[2], item.id)]
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        return nothing, [Fault("date", item.id + DATE_PARTS[0], item.id)]
    rule = question.date
    if rule.earliest and date < rule.earliest:
        return nothing, [Fault("early", item.id + DATE_PARTS[0], item.id, {"earliest": rule.earliest.isoformat()})]
    if rule.latest and date > rule.latest:
        return nothing, [Fault("late", item.id + DATE_PARTS[0], item.id, {"latest": rule.latest.isoformat()})]
    return {item.id: date.isoformat()}, []


def _read_text(journey: Journey, question: Question, items: tuple[Item, ...], form: Form) -> _Read:
    item = items[0]
    missing, faults = _read_missing(question, item.id, form)
    text = _clean_text(_first(form, item.id), question.free_text.lines > 1)
    if faults or not text:
        return {item.id: missing}, faults
    if missing is not None:
        return {item.id: None}, [Fault("both", item.id, item.id)]
    longest = question.free_text.longest
    if len(text) > longest:
        params = {"longest": str(longest), "length": str(len(text))}
        return {item.id: None}, [Fault("long", item.id, item.id, params)]
    return {item.id: text}, []


_READERS = {
    QuestionKind.SINGLE: _read_scale,
    QuestionKind.GRID: _read_scale,
    QuestionKind.MULTIPLE: _read_options,
    QuestionKind.NUMBER: _read_number,
    QuestionKind.SPLIT: _read_split,
    QuestionKind.DATE: _read_date,
    QuestionKind.TEXT: _read_text,
}


def _read_missing(question: Question, owner: str, form: Form) -> tuple[Cell | None, list[Fault]]:
    """The missing class chosen beside an open field: its code, and a fault where the question does not offer it."""
    given = _first(form, owner + MISSING)
    offered = {missing.kind: int(missing.code) for missing in question.missing}
    if given and given not in offered:
        return None, [Fault("choice", owner + MISSING)]
    return offered.get(given), []


def _parse_number(
    text: str, item: Item, minimum: float | None, maximum: float | None, decimals: int
) -> tuple[str | None, Fault | None]:
    """A number as people write it (1 234,5) to its text (1234.5), or why it is none."""
    written = text.replace("\u2212", "-")
    grouped = _GROUPED.fullmatch(written)
    plain = "".join(written.split()).replace(",", ".")
    if not (grouped or _NUMBER.fullmatch(written)) or len(plain) > 30:
        return None, Fault("number", item.id, item.id)
    if plain.count(".") > 1 or (grouped and decimals < 3 and _may_be_thousands(plain, maximum, decimals)):
        return None, Fault("thousands", item.id, item.id)
    number = Decimal(plain)
    if minimum is not None and number < Decimal(str(minimum)):
        return None, Fault("small", item.id, item.id, {"minimum": write_number(Decimal(str(minimum)))})
    if maximum is not None and number > Decimal(str(maximum)):
        return None, Fault("large", item.id, item.id, {"maximum": write_number(Decimal(str(maximum)))})
    if number != round(number, decimals):
        return None, Fault("decimals", item.id, item.id, {"decimals": str(decimals)})
    return write_number(number), None


def _may_be_thousands(plain: str, maximum: float | None, decimals: int) -> bool:
    """Is 25.000 perhaps 25 000? Not so 33.333 of at most 100: that has too many decimals."""
    number, thousands = Decimal(plain), Decimal(plain.replace(".", ""))
    return number == round(number, decimals) or maximum is None or thousands <= Decimal(str(maximum))


def write_number(number: Decimal) -> str:
    """Plain digits with a point, without needless zeros: 1250, 12.5."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _clean_text(text: str, several_lines: bool) -> str:
    """Line ends of one kind, spaces of one kind, without signs that steer a screen; one line where one is asked for."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    spaced = "".join(" " if unicodedata.category(sign) in ("Zs", "Zl", "Zp") else sign for sign in lines)
    kept = "".join(sign for sign in spaced if sign in "\n\t" + _JOINERS or sign.isprintable())
    return kept.strip() if several_lines else " ".join(kept.split())


def _first(form: Form, name: str) -> str:
    values = form.get(name, ())
    return values[0].strip() if values else ""


def _name_code(journey: Journey, question: Question, item: Item, code: int) -> str:
    if question.kind in (QuestionKind.SINGLE, QuestionKind.GRID):
        scale = journey.survey.scale_of(item.id)
        names: dict[int, str] = {category.code: category.id for category in scale.categories}
        return (names | {int(missing.code): missing.kind for missing in scale.missing})[code]
    return next(missing.kind for missing in question.missing if missing.code == code)
