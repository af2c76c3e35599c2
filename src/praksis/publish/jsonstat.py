"""JSON-stat 2.0 of a figure's cells (json-stat.org/full): dense, with the uncertainty as contents.

Every client gets the interval and n because they are categories of the metric dimension, not extensions.
"""

from collections.abc import Mapping, Sequence

from praksis.estimate.cube import Cell, Cube, Estimate
from praksis.publish.precision import round_published
from praksis.tell.naming import label_answer, label_group, label_item
from praksis.tell.plan import FigurePlan
from praksis.tell.words import Words

CONTENTS = ("share", "lower", "upper", "se", "respondents")


def write_jsonstat(plan: FigurePlan, cube: Cube, words: Words, *, updated: str, whole: bool) -> dict[str, object]:
    """The data set as a tree for JSON. `whole`: shares and limits as whole percent, because something is hidden."""
    survey, language = plan.survey, words.language
    items, groups, answers = plan.figure.items, plan.groups, plan.table_answers
    first = items[0]
    dimensions: dict[str, tuple[str, Mapping[str, str]]] = {
        "item": (words["item"], {name: label_item(survey, name, language) for name in items}),
        "answer": (words["answer"], {name: label_answer(survey, first, name, language) for name in answers}),
        "group": (words["group"], {name: label_group(survey, name, language) for name in groups}),
        "wave": (words["wave"], {name: name for name in plan.waves}),
        "contents": (words["contents"], {name: words[f"contents-{name}"] for name in CONTENTS}),
    }
    values: list[float | int | None] = []
    status: dict[str, str] = {}
    for item in items:
        for answer in answers:
            for group in groups:
                for wave in plan.waves:
                    _add(values, status, _find(plan, cube, Cell(item, answer, group, wave)), whole)
    tree: dict[str, object] = {
        "version": "2.0",
        "class": "dataset",
        "label": plan.figure.title[language],
        "source": survey.header.title[language],
        "updated": updated,
        "id": list(dimensions),
        "size": [len(categories) for _, categories in dimensions.values()],
        "role": {"time": ["wave"], "metric": ["contents"]},
        "dimension": {
            name: {
                "label": label,
                "category": {
                    "index": {category: place for place, category in enumerate(categories)},
                    "label": dict(categories),
                    **_units(name, words, whole),
                },
            }
            for name, (label, categories) in dimensions.items()
        },
        "value": values,
        "extension": {"synthetic": cube.synthetic, "survey": survey.header.id, "figure": plan.figure.id},
    }
    if status:
        tree["status"] = status
    if cube.synthetic:
        tree["note"] = [words["synthetic-note"]]
    return tree


def _units(dimension: str, words: Words, whole: bool) -> dict[str, object]:
    if dimension != "contents":
        return {}
    percent = {"base": words["unit-percent"], "decimals": 0 if whole else 1}
    points = {"base": words["unit-points"], "decimals": 0 if whole else 1}
    count = {"base": words["unit-count"], "decimals": 0}
    return {"unit": {"share": percent, "lower": percent, "upper": percent, "se": points, "respondents": count}}


def _find(plan: FigurePlan, cube: Cube, cell: Cell) -> Estimate | None:
    return cube[cell] if cell.wave in plan.waves_of(cell.item) else None


def _add(values: list[float | int | None], status: dict[str, str], estimate: Estimate | None, whole: bool) -> None:
    if estimate is None or not estimate.shown:
        sign = estimate.status.sign if estimate else ".."
        status |= {str(len(values) + place): sign for place in range(len(CONTENTS))}
        values += [None] * len(CONTENTS)
        return
    numbers: Sequence[float] = (estimate.value, estimate.lower, estimate.upper, estimate.se)
    values += [round_published(number, whole=whole) for number in numbers]
    values.append(estimate.n)
