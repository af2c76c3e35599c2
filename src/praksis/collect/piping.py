"""What stands in braces in a question: the organisation's name, or what it has answered before."""

import re
from collections.abc import Mapping

from praksis.collect.routing import Cell
from praksis.define.organisation import Organisation
from praksis.define.question import QuestionKind
from praksis.define.survey import Survey
from praksis.localtext import LocalText

ORGANISATION = "organisation"
NOTHING = "…"
"""In place of an answer that has not been given."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def fill_text(
    survey: Survey, text: LocalText, language: str, organisation: Organisation, answers: Mapping[str, Cell]
) -> str:
    """The text with its placeholders filled."""

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        if name == ORGANISATION:
            return organisation.name
        return show_answer(survey, name, answers.get(name), language) or NOTHING

    return _PLACEHOLDER.sub(fill, text[language])


def show_answer(survey: Survey, item: str, cell: Cell | None, language: str) -> str:
    """An answer in words: the category's label, the number, date or text as it stands; '' where there is none.

    Numbers and dates are in the form they are kept in; whoever shows them to people writes them as the language does.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    question = survey.question_of[item]
    if question.kind in (QuestionKind.SINGLE, QuestionKind.GRID, QuestionKind.MULTIPLE):
        scale = survey.scale_of(item)
        labels: dict[int, LocalText] = {category.code: category.label for category in scale.categories}
        labels |= {int(missing.code): missing.label for missing in scale.missing}
    else:
        labels = {int(missing.code): missing.label for missing in question.missing}
    return labels[cell][language] if cell in labels else ""
