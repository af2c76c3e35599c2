"""Which items a respondent is asked: the questionnaire's routing over the answers given so far."""

from collections.abc import Mapping
from typing import TypeVar

from praksis.define.expression import evaluate
from praksis.define.organisation import Organisation
from praksis.define.question import Missing, Question
from praksis.define.survey import Survey

Cell = int | str
"""An answer as it is kept: the code of a category or of a missing class, or the text of a number, date or free text
("12.5", "2026-11-22"). A number is never kept as a number here, so it cannot be taken for a code."""

Kept = TypeVar("Kept", int, Cell)


def is_shown(question: Question, values: Mapping[str, str | None]) -> bool:
    """Is the question shown? A condition that is unknown hides it, like one that is false."""
    return question.show_if is None or evaluate(question.show_if, values) is True


def name_answer(survey: Survey, item: str, cell: Cell | None) -> str | None:
    """What conditions compare: the category's id, the text of an open answer, None where it is missing."""
    if cell is None or isinstance(cell, str):
        return cell
    names = {category.code: category.id for category in survey.scale_of(item).categories} if cell >= 0 else {}
    return names.get(cell)


def route_answers(
    survey: Survey, wave: str, role: str, organisation: Organisation, cells: Mapping[str, Kept]
) -> dict[str, Kept]:
    """The answers with NOT_ASKED on every item that the routing passes by.

    `cells` holds item -> answer for the items that the role is asked in the wave, in the questionnaire's order.
    """
    values: dict[str, str | None] = dict(organisation.values[wave])
    routed: dict[str, Kept] = {}
    for question in survey.questions:
        items = [item.id for item in question.items if item.id in cells]
        shown = question.role == role and is_shown(question, values)
        for item in items:
            routed[item] = cells[item] if shown else int(Missing.NOT_ASKED)
            values[item] = name_answer(survey, item, routed[item])
    return routed
