"""staircase.yaml: what places an organisation, and what asks for its barriers."""

from praksis.define.check.names import Asked, Names
from praksis.define.codes import suggest
from praksis.define.question import STAIRCASE, QuestionKind
from praksis.define.staircase import Staircase

_FILE = "staircase.yaml"


def check_staircase(names: Names) -> None:
    """The staircase against the questions."""
    staircase = names.parts.staircase
    if not staircase:
        return
    place_of = names.parts.place
    names.check_unique("step", [(step.id, place_of(_FILE, "steps", n, "id")) for n, step in enumerate(staircase.steps)])
    _check_placed_by(names, staircase)
    _check_barriers(names, staircase)


def _check_placed_by(names: Names, staircase: Staircase) -> None:
    placing: list[Asked] = []
    for number, item in enumerate(staircase.placed_by):
        place = names.parts.place(_FILE, "placed_by", number)
        asked = names.find_item(item, place)
        if not asked:
            continue
        if asked.question.scale != STAIRCASE:
            names.findings.add("S002", place, f"`{item}` is on the scale `{asked.question.scale or 'choice'}`")
            continue
        for other in placing:
            both = [wave for wave in asked.waves if wave in other.waves]
            if asked.question.role == other.question.role and both and asked.item.id != other.item.id:
                what = f"`{item}` and `{other.item.id}` both place `{asked.question.role}` in {both[0]}"
                names.findings.add("S003", place, what)
        placing.append(asked)


def _check_barriers(names: Names, staircase: Staircase) -> None:
    if staircase.barriers is None or names.parts.questions is None:
        return
    place = names.parts.place(_FILE, "barriers")
    questions = {question.id: question for question in names.parts.questions}
    question = questions.get(staircase.barriers)
    if question is None:
        what = f"there is no question `{staircase.barriers}`{suggest(staircase.barriers, questions)}"
        names.findings.add("N008", place, what)
    elif question.kind is not QuestionKind.MULTIPLE:
        names.findings.add("S004", place, f"`{question.id}` is `{question.kind}`")
