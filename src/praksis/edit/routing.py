"""Which items a respondent is asked: the questionnaire's routing over the answers given so far."""

from collections.abc import Mapping

from praksis.define.expression import evaluate
from praksis.define.organisation import Organisation
from praksis.define.question import Missing, Question
from praksis.define.survey import Survey


def is_shown(question: Question, values: Mapping[str, str | None]) -> bool:
    """Is the question shown? A condition that is unknown hides it, like one that is false."""
    return question.show_if is None or evaluate(question.show_if, values) is True


def route_answers(
    survey: Survey, wave: str, role: str, organisation: Organisation, codes: Mapping[str, int]
) -> dict[str, int]:
    """The codes with NOT_ASKED on every item that the routing passes by.

    `codes` holds item -> code for the items that the role is asked in the wave, in the questionnaire's order.
    """
    values: dict[str, str | None] = dict(organisation.values[wave])
    routed: dict[str, int] = {}
    for question in survey.questions:
        items = [item.id for item in question.items if item.id in codes]
        shown = question.role == role and is_shown(question, values)
        for item in items:
            routed[item] = codes[item] if shown else int(Missing.NOT_ASKED)
            names = {category.code: category.id for category in survey.scale_of(item).categories}
            values[item] = names.get(routed[item])
    return routed
