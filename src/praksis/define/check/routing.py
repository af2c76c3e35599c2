"""`show_if`: that it can be read, and that what it is about is known when the question is to be shown."""

from praksis.define.check.names import Asked, Names
from praksis.define.codes import join_known, suggest
from praksis.define.expression import Comparison, ExpressionFault, find_comparisons
from praksis.define.question import OPEN_KINDS, Question
from praksis.errors import Place

_FILE = "questions.yaml"


def check_routing(names: Names) -> None:
    """Every condition of every question."""
    for number, question in enumerate(names.parts.questions or ()):
        if question.show_if is None:
            continue
        place = names.parts.place(_FILE, number, "show_if")
        try:
            comparisons = tuple(find_comparisons(question.show_if))
        except ExpressionFault as fault:
            need = "Write comparisons (`item = answer`, `item in (a, b)`, `answered(item)`) with and, or, not"
            names.findings.add("Q008", place, f"`{question.show_if}`: {fault.what}", need=need)
            continue
        for comparison in comparisons:
            _check_comparison(names, number, question, comparison, place)


def _check_comparison(names: Names, number: int, question: Question, comparison: Comparison, place: Place) -> None:
    variable = comparison.variable
    asked = (names.items or {}).get(variable)
    breakdown = (names.breakdowns or {}).get(variable)
    if asked:
        _check_item(names, number, question, comparison, asked, place)
    elif breakdown and breakdown.answer_to:
        what = f"`{variable}` is decided by the answer to {join_known(breakdown.answer_to)}"
        names.findings.add("Q009", place, what, need="Write the item itself")
    elif breakdown:
        _check_values(names, comparison, [category.id for category in breakdown.categories], "", place)
    elif names.breakdowns is not None:
        known = (*(names.items or ()), *names.breakdowns)
        what = f"there is no item or breakdown `{variable}`{suggest(variable, known)}"
        names.findings.add("Q009", place, what, need="Write an item of an earlier question, or a breakdown")


def _check_item(
    names: Names, number: int, question: Question, comparison: Comparison, asked: Asked, place: Place
) -> None:
    item = asked.item.id
    if asked.order >= number:
        own = "this question itself" if asked.order == number else f"the later question `{asked.question.id}`"
        names.findings.add("Q011", place, f"`{item}` belongs to {own}", item=item)
    if asked.question.role != question.role:
        what = f"`{item}` is answered by `{asked.question.role}`, this question by `{question.role}`"
        names.findings.add("Q012", place, what, role=question.role)
    if lacking := [wave for wave in names.in_order(question.waves) if wave not in asked.waves]:
        names.findings.add("Q013", place, f"`{item}` was not asked in {join_known(lacking)}")
    if asked.question.kind in OPEN_KINDS and comparison.values:
        what = f"`{item}` is answered in the respondent's own numbers or words (`{asked.question.kind}`)"
        need = f"Write `answered({item})`, or ask with a scale what the routing needs"
        names.findings.add("Q009", place, what, need=need)
    if asked.scale:
        groups = [group.id for group in asked.scale.groups if group.id in comparison.values]
        of = next((group.of for group in asked.scale.groups if group.id in groups), ())
        hint = f"; for `{groups[0]}`, write `{item} in ({', '.join(of)})`" if groups else ""
        if {"do-not-know", "not-applicable"} & set(comparison.values):
            hint += f"; a missing answer compares with nothing, but `not answered({item})` finds it"
        _check_values(names, comparison, [category.id for category in asked.scale.categories], hint, place)


def _check_values(names: Names, comparison: Comparison, known: list[str], hint: str, place: Place) -> None:
    for value in comparison.values:
        if value not in known:
            what = f"`{comparison.variable}` can never be `{value}`{suggest(value, known)}"
            names.findings.add("Q010", place, what, need=f"Write one of: {join_known(known)}{hint}")
