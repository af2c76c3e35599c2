"""Placeholders in questions: that what fills them is known when the question is shown."""

from praksis.define.check.names import Names
from praksis.define.codes import join_known, suggest
from praksis.define.question import Question, QuestionKind
from praksis.errors import Place

ORGANISATION = "organisation"
"""The placeholder for the organisation's name; no item can have this id."""

PIPED = ("text", "help")
"""The texts of a question that may hold placeholders. Its items stand in figures too, where nothing fills them."""


def check_piped(names: Names, number: int, question: Question, placeholder: str, place: Place) -> None:
    """Is it the organisation, or an item of an earlier question that the same role answers in the same waves?"""
    if placeholder == ORGANISATION:
        return
    asked = (names.items or {}).get(placeholder)
    if asked is None:
        known = (ORGANISATION, *(names.items or ()))
        what = f"nothing fills {{{placeholder}}} here{suggest(placeholder, known)}"
        need = f"Write {{{ORGANISATION}}} or an item of an earlier question, as {{item}}"
        names.findings.add("L004", place, what, need=need)
        return
    what = need = ""
    if asked.order >= number:
        own = "this question itself" if asked.order == number else f"the later question `{asked.question.id}`"
        what, need = f"belongs to {own}", "Name an item of an earlier question"
    elif asked.question.role != question.role:
        what = f"is answered by `{asked.question.role}`, this question by `{question.role}`"
        need = f"Name an item that `{question.role}` answers"
    elif lacking := [wave for wave in names.in_order(question.waves) if wave not in asked.waves]:
        what, need = f"was not asked in {join_known(lacking)}", "Drop the wave here, or write the text without it"
    elif asked.question.kind is QuestionKind.MULTIPLE:
        what = "is one option of a multiple choice, chosen or not, which is no word for a sentence"
        need = "Use it in `show_if`, and write the text without it"
    if what:
        names.findings.add("L007", place, f"`{placeholder}` {what}", need=need)
