"""Open answers to rehearse with: numbers, dates and texts that the question takes, and that nobody takes for real."""

import datetime
import math
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from praksis.collect.answering import write_number
from praksis.collect.routing import Cell
from praksis.define.question import FIRST_YEAR, Missing, Question, QuestionKind
from praksis.define.survey import Survey
from praksis.rehearse.disposition import Dispositions

_MISSING = 0.04
"""The share of each missing class that the question offers."""

_YEARS = 10
_WORDS = {"nb": "Oppdiktet svar", "nn": "Oppdikta svar", "en": "Made-up answer"}


def draw_open_answers(
    survey: Survey, question: Question, items: Sequence[str], wave: str, dispositions: Dispositions
) -> dict[str, list[Cell]]:
    """Item -> answers, one per organisation, as if everyone were shown the question and answered it."""
    if not items:
        return {}
    chances = {item: ndtr(dispositions.level(item, wave)) for item in items}
    count = len(dispositions.organisations)
    match question.kind:
        case QuestionKind.NUMBER:
            drawn = {item: [_draw_number(question, float(one)) for one in chances[item]] for item in items}
        case QuestionKind.SPLIT:
            rows = [_draw_parts(question, [float(chances[item][row]) for item in items]) for row in range(count)]
            drawn = {item: [parts[place] for parts in rows] for place, item in enumerate(items)}
        case QuestionKind.DATE:
            drawn = {item: [_draw_date(question, wave, float(one)) for one in chances[item]] for item in items}
        case _:
            languages = _list_languages(survey, dispositions)
            drawn = {item: [_write_text(question, *one) for one in enumerate(languages, start=1)] for item in items}
    unsure = ndtr(dispositions.unsure(survey.items[items[0]].series_id, wave))
    answers: dict[str, list[Cell]] = {}
    for item, texts in drawn.items():
        cells: list[Cell] = [*texts]
        for place, missing in enumerate(question.missing):
            for row in np.flatnonzero((unsure > place * _MISSING) & (unsure <= (place + 1) * _MISSING)):
                cells[row] = int(missing.code)
        answers[item] = cells
    return answers


def leave_out(answers: dict[str, list[Cell]], skips: NDArray[np.bool_]) -> dict[str, list[Cell]]:
    """The same, not answered by some organisations."""
    return {
        item: [int(Missing.NOT_ANSWERED) if skip else cell for cell, skip in zip(cells, skips, strict=True)]
        for item, cells in answers.items()
    }


def _draw_number(question: Question, chance: float) -> str:
    """Where numbers can be large, most are small: evenly in their size, not in their value."""
    rule = question.number
    low = rule.minimum if rule.minimum is not None else min(0.0, rule.maximum or 0.0)
    high = rule.maximum if rule.maximum is not None else max(low, 0.0) + 1000
    wide = high - low
    value = low + (math.expm1(chance * math.log1p(wide)) if low >= 0 and wide > 100 else chance * wide)
    unit = 10**rule.decimals
    least, most = math.ceil(Decimal(str(low)) * unit), math.floor(Decimal(str(high)) * unit)
    return write_number(Decimal(min(max(round(value * unit), least), most)).scaleb(-rule.decimals))


def _draw_parts(question: Question, chances: Sequence[float]) -> list[str]:
    """Parts that sum to the total; in twentieths of it where that can be, as people divide."""
    rule = question.split
    units = int(Decimal(str(rule.total)).scaleb(rule.decimals))
    step = units // 20 if units % 20 == 0 else 1
    sizes = np.array([chance + 0.05 for chance in chances])
    exact = sizes / sizes.sum() * (units // step)
    parts = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: units // step - int(parts.sum())]] += 1
    return [write_number(Decimal(int(part) * step).scaleb(-rule.decimals)) for part in parts]


def _draw_date(question: Question, wave: str, chance: float) -> str:
    """Within the limits; where one lacks, within ten years of the other, or of the wave if that is a year."""
    rule = question.date
    year = int(wave) if wave.isdigit() and 1900 <= int(wave) < 2200 else 2000
    latest = rule.latest or datetime.date(min(rule.earliest.year + _YEARS, 9999) if rule.earliest else year, 12, 31)
    earliest = rule.earliest or datetime.date(max(latest.year - _YEARS, FIRST_YEAR), 1, 1)
    return (earliest + datetime.timedelta(days=round(chance * (latest - earliest).days))).isoformat()


def _list_languages(survey: Survey, dispositions: Dispositions) -> list[str]:
    written = {organisation.key: survey.language_of(organisation) for organisation in survey.frame.organisations}
    return [written[key] for key in dispositions.organisations]


def _write_text(question: Question, number: int, language: str) -> str:
    """Says that it is made up, so that it cannot be quoted as an answer."""
    words = f"{_WORDS.get(language, _WORDS['en'])} {number}"
    if question.free_text.lines > 1:
        words = f"{words}.\n{words}."
    return words[: question.free_text.longest].strip()
