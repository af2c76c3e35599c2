"""Checks of answers: that they are about what is asked, and can fail at all; and how numbers are judged."""

from collections.abc import Iterable, Sequence

from praksis.define.check.breakable import can_fail
from praksis.define.check.names import Asked, Names
from praksis.define.check.statement import KIND_OF, Kind, Statements
from praksis.define.codes import join_known
from praksis.define.editing import RESERVED, AnswerCheck
from praksis.define.expression import Use

_FILE = "checks.yaml"


def check_editing(names: Names) -> None:
    """Every check of answers, and every number that is judged in its own way."""
    editing = names.parts.editing
    if editing is None:
        return
    ids = [(check.id, names.parts.place(_FILE, "checks", n, "id")) for n, check in enumerate(editing.checks)]
    names.check_unique("check", ids)
    for name, place in ids:
        if name in RESERVED:
            names.findings.add("N013", place, f"`{name}` is the name of an automatic check")
    statements = Statements(names)
    for number, check in enumerate(editing.checks):
        _check_one(statements, number, check)
    habits = [(one.item, names.parts.place(_FILE, "numbers", n, "item")) for n, one in enumerate(editing.numbers)]
    names.check_unique("the number", habits, "N012")
    for item, place in habits:
        if names.find("N004", "there is no item", item, names.items, place) and names.items:
            kind = names.items[item].question.kind
            if KIND_OF.get(kind) is not Kind.NUMBER:
                names.findings.add("K009", place, f"`{item}` is answered as `{kind}`")


def _check_one(statements: Statements, number: int, check: AnswerCheck) -> None:
    names = statements.names
    place = names.parts.place
    known = [names.find_wave(wave, place(_FILE, "checks", number, "waves", n)) for n, wave in enumerate(check.waves)]
    texts = {"when": check.when, "holds": check.holds}
    found = [
        statements.check(text, place(_FILE, "checks", number, field))
        for field, text in texts.items()
        if text is not None
    ]
    uses = [use for part in found for use in part or ()]
    if None in found or not all(known) or not names.waves:
        return
    waves = _check_waves(names, number, check, uses) if _check_items(names, number, uses) else ()
    if waves and not any(can_fail(statements, wave, check.when, check.holds) for wave in waves):
        what = f"no answers can break `{check.id}`: what it is about never meets on the questionnaire's path"
        need = "Look at `show_if` of the questions, and at `when`"
        names.findings.add("K008", place(_FILE, "checks", number, "holds"), what, need=need)


def _list_asked(names: Names, uses: Iterable[Use]) -> list[tuple[Use, Asked]]:
    items = names.items or {}
    return [(use, items[use.variable]) for use in uses if use.variable in items]


def _check_items(names: Names, number: int, uses: Sequence[Use]) -> bool:
    """Are they about the answers of one role?"""
    place = names.parts.place(_FILE, "checks", number, "holds")
    roles = dict.fromkeys(asked.question.role for _, asked in _list_asked(names, uses))
    if not roles:
        names.findings.add("K010", place, "it is about no item", need="Name an item")
    if len(roles) > 1:
        what = f"its items are answered by {join_known(roles)}, in responses of their own"
        names.findings.add("K007", place, what, need="Write a check for each role")
    return len(roles) == 1


def _check_waves(names: Names, number: int, check: AnswerCheck, uses: Sequence[Use]) -> tuple[str, ...]:
    """The waves it can be for: all that it names, or those that have what it needs; none, and reported, else."""
    waves = check.waves or names.waves or ()
    lacks = {
        (use.variable, use.before): [wave for wave in waves if not _has_answer(names, use, asked, wave)]
        for use, asked in _list_asked(names, uses)
    }
    able = tuple(wave for wave in waves if not any(wave in lacking for lacking in lacks.values()))
    if able == waves or (able and not check.waves):
        return able
    place = names.parts.place(_FILE, "checks", number, "waves" if check.waves else "holds")
    # Where no wave is named, what no wave has is the reason; if every wave has some of it, all of it is.
    never = {key: lacking for key, lacking in lacks.items() if len(lacking) == len(waves)}
    for (item, before), lacking in (lacks if check.waves else never or lacks).items():
        if lacking and before:
            what = f"no wave before {join_known(lacking)} asked `{item}`"
            names.findings.add("K006", place, what, need="Drop the wave, or `previous()`")
        elif lacking:
            what = f"`{item}` was not asked in {join_known(lacking)}"
            asked = names.say_asked((names.items or {})[item]).removesuffix(".")
            names.findings.add("K005", place, what, need=f"Drop the wave, or the item. {asked}")
    return ()


def _has_answer(names: Names, use: Use, asked: Asked, wave: str) -> bool:
    """Did the wave ask the item; for `previous()`, did a wave before it, perhaps under another id?"""
    if not use.before:
        return wave in asked.waves
    waves = names.waves or ()
    mates = [
        other
        for other in (names.items or {}).values()
        if (other.item.series_id, other.item.wording) == (asked.item.series_id, asked.item.wording)
        and other.question.role == asked.question.role
    ]
    return any(earlier in mate.waves for earlier in waves[: waves.index(wave)] for mate in mates)
