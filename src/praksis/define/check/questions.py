"""questions.yaml: kinds, items, scales, waves and series."""

from praksis.define.check.names import Names
from praksis.define.check.settings import check_settings
from praksis.define.codes import join_known
from praksis.define.question import OPEN_KINDS, Item, Question, QuestionKind

_FILE = "questions.yaml"
_COLUMNS = ("organisation", "role")
"""Columns of the microdata that are no items."""

_COUNTS: dict[QuestionKind, tuple[int, int | None, str]] = {
    QuestionKind.SINGLE: (1, 1, "Give it exactly one item, or make it `grid` or `multiple`"),
    QuestionKind.GRID: (1, None, "Give it at least one item"),
    QuestionKind.MULTIPLE: (2, None, "Give it at least two items, one per option"),
    QuestionKind.NUMBER: (1, 1, "Give it exactly one item; write one question per number"),
    QuestionKind.SPLIT: (2, None, "Give it at least two items, one per part"),
    QuestionKind.DATE: (1, 1, "Give it exactly one item; write one question per date"),
    QuestionKind.TEXT: (1, 1, "Give it exactly one item; write one question per text"),
    QuestionKind.INFORMATION: (0, 0, "Remove the items, or give it another kind"),
}
"""Kind -> the least and the most items, and what to do about another number."""


def check_questions(names: Names) -> None:
    """Each question against itself and the header, and all items against each other."""
    questions = names.parts.questions or ()
    place_of = names.parts.place
    names.check_unique("question", [(one.id, place_of(_FILE, n, "id")) for n, one in enumerate(questions)])
    items = [
        (item.id, place_of(_FILE, n, "items", position, "id"))
        for n, question in enumerate(questions)
        for position, item in enumerate(question.items)
    ]
    names.check_unique("item", items)
    for name, place in items:
        if name in _COLUMNS:
            names.findings.add("N013", place, f"`{name}` is a column of the microdata that is no item")
        if name in (names.breakdowns or ()):
            names.findings.add("N014", place, f"`{name}` is also a breakdown")
    for number, question in enumerate(questions):
        _check_kind(names, number, question)
        check_settings(names, number, question)
        _check_waves(names, number, question)
        for position, item in enumerate(question.items):
            _check_item(names, number, position, question, item)
    _check_series(names)


def _check_kind(names: Names, number: int, question: Question) -> None:
    count = len(question.items)
    least, most, need = _COUNTS[question.kind]
    if count < least or (most is not None and count > most):
        what = f"`{question.id}` is `{question.kind}` and has {count} {'item' if count == 1 else 'items'}"
        names.findings.add("Q001", names.parts.place(_FILE, number, "kind"), what, need=need)
    place = names.parts.place(_FILE, number, "scale")
    if question.kind in (QuestionKind.SINGLE, QuestionKind.GRID):
        if question.scale is None:
            names.findings.add("Q002", place, f"`{question.id}` has no scale", known=join_known(names.scales))
        else:
            names.find_scale(question.scale, place)
    elif question.scale is not None:
        need = "its options are chosen or not" if question.kind is QuestionKind.MULTIPLE else "nobody answers it"
        need = "it has no categories to choose from" if question.kind in OPEN_KINDS else need
        names.findings.add("Q003", place, f"`{question.id}` is `{question.kind}`", need=need)


def _check_waves(names: Names, number: int, question: Question) -> None:
    role = names.find_role(question.role, names.parts.place(_FILE, number, "role"))
    for position, wave in enumerate(question.waves):
        place = names.parts.place(_FILE, number, "waves", position)
        if names.find_wave(wave, place) and role and wave not in role.waves:
            names.findings.add("Q004", place, f"role `{role.id}` is not asked in wave {wave}")


def _check_item(names: Names, number: int, position: int, question: Question, item: Item) -> None:
    for entry, wave in enumerate(item.waves):
        place = names.parts.place(_FILE, number, "items", position, "waves", entry)
        if names.find_wave(wave, place) and wave not in question.waves:
            what = f"`{item.id}` is asked in wave {wave}, its question `{question.id}` is not"
            names.findings.add("Q005", place, what)
    if item.exclusive and question.kind is not QuestionKind.MULTIPLE:
        place = names.parts.place(_FILE, number, "items", position, "exclusive")
        names.findings.add("Q014", place, f"`{question.id}` is `{question.kind}`")


def _check_series(names: Names) -> None:
    """One wording of a series is one question to one role: the same scale, and one item a wave."""
    seen: list[tuple[tuple[str, int], str]] = []
    items = names.items or {}
    for asked in items.values():
        key = (asked.item.series_id, asked.item.wording)
        place = names.parts.place(_FILE, *asked.steps, "id")
        for other in (items[name] for known, name in seen if known == key):
            about = f"`{asked.item.id}` and `{other.item.id}` are both series `{key[0]}`, wording {key[1]}"
            if both := [wave for wave in asked.waves if wave in other.waves]:
                names.findings.add("Q006", place, f"{about}, and both are asked in {join_known(both)}")
            if asked.scale and other.scale and asked.scale.id != other.scale.id:
                what = f"{about}, but on the scales `{other.scale.id}` and `{asked.scale.id}`"
                names.findings.add("Q007", place, what)
            kinds = (other.question.kind, asked.question.kind)
            if kinds[0] is not kinds[1] and any(kind in OPEN_KINDS for kind in kinds):
                names.findings.add("Q007", place, f"{about}, but of the kinds `{kinds[0]}` and `{kinds[1]}`")
        seen.append((key, asked.item.id))
