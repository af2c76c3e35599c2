"""questions.yaml: the settings of each kind of question, and that its limits leave something to answer."""

import math
from collections.abc import Mapping
from decimal import Decimal

from praksis.define.check.names import Names
from praksis.define.codes import join_known
from praksis.define.question import (
    DIGITS,
    FIRST_YEAR,
    OPEN_KINDS,
    DateRule,
    NumberRule,
    Question,
    QuestionKind,
    SplitRule,
)

_FILE = "questions.yaml"
_ANSWERED = tuple(kind for kind in QuestionKind if kind is not QuestionKind.INFORMATION)

SETTINGS: Mapping[str, tuple[QuestionKind, ...]] = {
    "number": (QuestionKind.NUMBER,),
    "split": (QuestionKind.SPLIT,),
    "date": (QuestionKind.DATE,),
    "free_text": (QuestionKind.TEXT,),
    "layout": (QuestionKind.GRID,),
    "missing": OPEN_KINDS,
    "required": _ANSWERED,
    "factual": _ANSWERED,
}
"""Field of a question -> the kinds that use it; the others are for every kind."""


def check_settings(names: Names, number: int, question: Question) -> None:
    """Does the question set only what its kind uses, and can it be answered?"""
    for field, kinds in SETTINGS.items():
        if field in question.model_fields_set and question.kind not in kinds:
            what = f"`{question.id}` is `{question.kind}`, which has no `{field}`"
            need = f"Remove `{field}`; it is for {join_known(kinds)}"
            if field == "missing" and question.kind in (QuestionKind.SINGLE, QuestionKind.GRID):
                need = "Write `missing` on the scale"
            names.findings.add("Q018", names.parts.place(_FILE, number, field), what, need=need)
    _check_missing(names, number, question)
    _check_limits(names, number, question)


def _check_limits(names: Names, number: int, question: Question) -> None:
    field = need = ""
    digits = 0
    match question.kind:
        case QuestionKind.NUMBER:
            field, need = "number", _find_number_fault(question.number)
            digits = _count_digits(max(abs(question.number.least), abs(question.number.most)), question.number.decimals)
        case QuestionKind.SPLIT:
            field, need = "split", _find_split_fault(question.split)
            digits = _count_digits(question.split.total, question.split.decimals)
        case QuestionKind.DATE:
            field, need = "date", _find_date_fault(question.date)
    place = names.parts.place(_FILE, number, field)
    if need:
        names.findings.add("Q019", place, f"no answer to `{question.id}` can be right", need=need)
    if digits > DIGITS:
        what = f"answers to `{question.id}` may have {digits} digits"
        names.findings.add("Q020", place, what, digits=str(DIGITS))


def _check_missing(names: Names, number: int, question: Question) -> None:
    kinds = [
        (one.kind, names.parts.place(_FILE, number, "missing", position, "kind"))
        for position, one in enumerate(question.missing)
    ]
    names.check_unique("missing class", kinds, "Q016")
    for position, one in enumerate(question.missing):
        if one.in_base and question.kind in OPEN_KINDS:
            place = names.parts.place(_FILE, number, "missing", position, "in_base")
            what = f"`{question.id}` is `{question.kind}`: no shares are made of it that `in_base` could count in"
            names.findings.add("Q018", place, what, need="Remove `in_base`")


def _count_digits(largest: float, decimals: int) -> int:
    return len(str(int(largest))) + decimals


def _find_number_fault(rule: NumberRule) -> str:
    unit = 10**rule.decimals
    if math.ceil(_exact(rule.least) * unit) > math.floor(_exact(rule.most) * unit):
        return f"Let a number with {rule.decimals} decimals fit between `minimum` and `maximum`"
    return ""


def _find_split_fault(rule: SplitRule) -> str:
    if _exact(rule.total) * 10**rule.decimals % 1:
        return f"Write a `total` with {rule.decimals} decimals, as the parts have, or more `decimals`"
    return ""


def _find_date_fault(rule: DateRule) -> str:
    if rule.latest and rule.latest.year < FIRST_YEAR:
        return f"Let `latest` be in a year of four digits; years before {FIRST_YEAR} cannot be answered"
    return "Let `earliest` be before `latest`" if rule.earliest and rule.latest and rule.earliest > rule.latest else ""


def _exact(number: float) -> Decimal:
    """The number as it was written: 0.1 is a tenth."""
    return Decimal(str(number))
