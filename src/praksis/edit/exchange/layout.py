"""Microdata as variables to write: one per column, with what a reader of the file must know of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from praksis.define.question import MissingCategory, Question, QuestionKind
from praksis.define.survey import Survey
from praksis.edit.exchange.codes import make_problem
from praksis.edit.exchange.naming import (
    ANSWERED_WORDS,
    MARKER,
    MISSING_WORDS,
    ORGANISATION,
    ROLE,
    make_marker,
    name_companion,
    name_variable,
    say,
)
from praksis.edit.exchange.table import fold
from praksis.edit.microdata import Microdata
from praksis.edit.open_column import ANSWERED, name_missing
from praksis.errors import ProblemsFound

CODEBOOK_COLUMNS = ("column", "item", "question", "question_text", "text", "kind", "unit", "value", "label", "missing")


class Kind(StrEnum):
    """What a variable holds."""

    CODE = "code"
    REASON = "reason"
    """Why an open answer is missing; 0 where it is not."""
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True)
class Variable:
    """One column of a file."""

    name: str
    """Its name in CSV, workbooks and Parquet."""
    spss_name: str
    item: str
    """'' for what is about the whole row."""
    question: str
    question_text: str
    text: str
    kind: Kind
    values: tuple[int | str | None, ...]
    """Codes, or open answers as texts; None where an open answer is missing."""
    labels: Mapping[int, str]
    ordered: bool = False
    decimals: int = 0
    unit: str = ""


def lay_out(survey: Survey, microdata: Microdata, language: str, *, labels: bool = False) -> tuple[Variable, ...]:
    """The columns of a file: organisation, role, the marker, and the items in the questionnaire's order."""
    wave = microdata.wave
    marker = make_marker(survey, wave, labels=language if labels else "", synthetic=microdata.synthetic)
    count = len(microdata.organisations)
    variables = [
        _describe_row(ORGANISATION, "Organisation number", microdata.organisations),
        _describe_row(ROLE, "Role: " + ", ".join(role.id for role in survey.header.roles), microdata.roles),
        _describe_row(MARKER, "Made by Praksis: survey, wave, values", (str(marker),) * count),
    ]
    for item in survey.items:
        if item in microdata.answers:
            variables.append(_describe_codes(survey, microdata, item, language))
        elif item in microdata.open_answers:
            variables += _describe_open(survey, microdata, item, language)
    return tuple(variables)


def label_codes(survey: Survey, item: str, language: str) -> dict[int, str]:
    """Code -> label: the answers of an item on a scale, and the missing classes that it can have."""
    scale = survey.scale_of(item)
    labels = {category.code: category.label[language] for category in scale.categories}
    return labels | _label_missing(scale.missing, language)


def label_reasons(question: Question, language: str) -> dict[int, str]:
    """Code -> label: why an answer to an open question may be missing."""
    return {ANSWERED: say(ANSWERED_WORDS, language)} | _label_missing(question.missing, language)


def _label_missing(offered: Sequence[MissingCategory], language: str) -> dict[int, str]:
    labels = {int(missing): say(words, language) for missing, words in MISSING_WORDS.items()}
    return labels | {int(missing.code): missing.label[language] for missing in offered}


def write_labels(variables: Sequence[Variable], file: str) -> tuple[Variable, ...]:
    """The variables with the labels in place of codes: as texts.

    Raises ProblemsFound where two answers of an item read the same, so that one could not tell them apart again.
    """
    problems = []
    written = []
    for variable in variables:
        if variable.labels:
            folded = [fold(label) for label in variable.labels.values()]
            if len(set(folded)) < len(folded):
                problems.append(make_problem("V024", file, f"{variable.name}: two answers have the same label"))
            values = tuple(variable.labels[value] for value in variable.values if isinstance(value, int))
            written.append(_replace(variable, kind=Kind.TEXT, values=values))
        else:
            written.append(variable)
    if problems:
        raise ProblemsFound(problems)
    return tuple(written)


def list_codebook(variables: Sequence[Variable]) -> list[tuple[str, ...]]:
    """Rows under `CODEBOOK_COLUMNS`: one per value of a variable, one for a variable without labels."""
    rows: list[tuple[str, ...]] = []
    for variable in variables:
        about = (
            variable.name, variable.item, variable.question, variable.question_text, variable.text,
            variable.kind.value, variable.unit,
        )  # fmt: skip
        rows += [
            (*about, str(code), label, "yes" if code < 0 else "no") for code, label in sorted(variable.labels.items())
        ] or [(*about, "", "", "")]
    return rows


def write_decimal(text: str, sign: str = ",") -> str:
    """A number with the decimal sign of the reader."""
    return format(Decimal(text), "f").replace(".", sign)


def _replace(variable: Variable, *, kind: Kind, values: tuple[int | str | None, ...]) -> Variable:
    return Variable(**{**vars(variable), "kind": kind, "values": values})


def _describe_row(name: str, text: str, values: Sequence[str]) -> Variable:
    return Variable(name, name, "", "", "", text, Kind.TEXT, tuple(values), {})


def _describe_codes(survey: Survey, microdata: Microdata, item: str, language: str) -> Variable:
    question = survey.question_of[item]
    return Variable(
        name=item,
        spss_name=name_variable(item),
        item=item,
        question=question.id,
        question_text=_join_lines(question.text[language]),
        text=_join_lines(survey.items[item].text[language]),
        kind=Kind.CODE,
        values=tuple(int(code) for code in microdata.answers[item]),
        labels=label_codes(survey, item, language),
        ordered=survey.scale_of(item).ordered,
    )


_OPEN: Mapping[QuestionKind, Callable[[Question, str], tuple[Kind, int, str]]] = {
    QuestionKind.NUMBER: lambda question, language: (
        Kind.NUMBER, question.number.decimals, question.number.unit[language] if question.number.unit else "",
    ),
    QuestionKind.SPLIT: lambda question, language: (
        Kind.NUMBER, question.split.decimals, question.split.unit[language] if question.split.unit else "",
    ),
    QuestionKind.DATE: lambda question, language: (Kind.DATE, 0, ""),
    QuestionKind.TEXT: lambda question, language: (Kind.TEXT, 0, ""),
}  # fmt: skip


def _describe_open(survey: Survey, microdata: Microdata, item: str, language: str) -> list[Variable]:
    question, cells = survey.question_of[item], microdata.open_answers[item]
    kind, decimals, unit = _OPEN[question.kind](question, language)
    text, asked = _join_lines(survey.items[item].text[language]), _join_lines(question.text[language])
    values = tuple(cell if isinstance(cell, str) else None for cell in cells)
    reasons = tuple(ANSWERED if isinstance(cell, str) else cell for cell in cells)
    return [
        Variable(
            item, name_variable(item), item, question.id, asked, text, kind, values, {}, decimals=decimals, unit=unit
        ),
        Variable(
            name_missing(item), name_companion(item), item, question.id, asked, text, Kind.REASON, reasons,
            label_reasons(question, language),
        ),
    ]  # fmt: skip


def _join_lines(text: str) -> str:
    return " ".join(text.split())
