"""A published survey from tables, one per wave: for what is not the analyst's to ask but the pages' to show."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from praksis.define.design import Design
from praksis.define.figure import Bullet
from praksis.define.frame import Breakdown, BreakdownCategory, FrameDefinition, FrameSource
from praksis.define.organisation import Frame, Organisation
from praksis.define.question import Category, Item, Missing, MissingCategory, Question, QuestionKind, Scale
from praksis.define.survey import Header, Role, Survey, Wave
from praksis.edit.microdata import Microdata
from praksis.estimate.cube import Cell, Cube, Estimate
from praksis.estimate.estimator import Estimator
from praksis.localtext import LocalText
from praksis.tell.sentence import Teller
from praksis.tell.words import read_words

BREAKDOWNS = ("sector", "size")
CODES = {
    "no": 0,
    "yes": 1,
    "skipped": Missing.NOT_ANSWERED,
    "not asked": Missing.NOT_ASKED,
    "do not know": Missing.DO_NOT_KNOW,
}
SCALE = Scale(
    id="yes-no",
    categories=(
        Category(id="no", code=0, label=LocalText({"en": "no"}), says=LocalText({"en": "say no"})),
        Category(id="yes", code=1, label=LocalText({"en": "yes"}), says=LocalText({"en": "say yes"})),
    ),
    missing=(MissingCategory(kind="do-not-know", label=LocalText({"en": "do not know"})),),
)
Waves = Mapping[str, Mapping[str, list[Any]]]


def publish(
    waves: Waves,
    *,
    sensitive: bool = False,
    show_if: Mapping[str, str] | None = None,
    **design: object,
) -> Estimator:
    """Estimates as pages show them.

    Args:
        waves: wave -> a row per organisation of the frame, with sector and size if they matter, and a column per item:
            "yes", "no", "do not know", "skipped", "not asked", or empty where the organisation did not answer at all.
        sensitive: are the items sensitive? show_if: item -> the condition under which it is asked.
    """
    items = [name for name in next(iter(waves.values())) if name not in ("organisation", *BREAKDOWNS)]
    rules = {"note": _text("design"), "min_n": 0, "public_reason": "an example", **design}
    survey = Survey(
        header=Header(
            id="example",
            title=_text("Example"),
            owner=_text("Nobody"),
            about=(_text("An example."),),
            languages=("en",),
            waves=tuple(Wave(id=wave) for wave in waves),
            roles=(Role(id="head", title=_text("head"), waves=tuple(waves)),),
        ),
        scales=(SCALE,),
        questions=tuple(_ask(item, tuple(waves), sensitive, (show_if or {}).get(item)) for item in items),
        staircase=None,
        frame_definition=FrameDefinition(
            everyone=BreakdownCategory(id="all", label=_text("organisations")),
            sources=(FrameSource(file="frame.csv", key="key", reference="key", name="key"),),
            breakdowns=_list_breakdowns(waves),
        ),
        design=Design.model_validate(rules),
        presentation=None,
        claims=(),
        digest="",
        frame=Frame(organisations=_list_organisations(waves)),
    )
    return Estimator(survey, {wave: _record(wave, table, items) for wave, table in waves.items()})


def tell(published: Estimator, bullet: Bullet, changes: Mapping[Cell, float]) -> str:
    """What a sentence says of changes of these sizes (in points, each 2 points more or less)."""
    cells = {
        cell: Estimate(published.estimate(cell).status, value, 1, value - 2, value + 2, 9)
        for cell, value in changes.items()
    }
    cube = Cube(cells, {}, synthetic=False)
    return Teller(published.survey, cube, "en", read_words("en"), {}).tell(bullet).plain


def _text(words: str) -> LocalText:
    return LocalText({"en": words})


def _ask(item: str, waves: tuple[str, ...], sensitive: bool, show_if: str | None) -> Question:
    return Question(
        id=f"question-{item}",
        kind=QuestionKind.SINGLE,
        role="head",
        scale="yes-no",
        waves=waves,
        text=_text(item),
        show_if=show_if,
        items=(Item(id=item, text=_text(item), said=_text(item), sensitive=sensitive),),
    )


def _list_breakdowns(waves: Waves) -> tuple[Breakdown, ...]:
    return tuple(
        Breakdown(
            id=name,
            title=_text(name),
            categories=tuple(
                BreakdownCategory(id=value, label=_text(value))
                for value in sorted({value for table in waves.values() for value in table.get(name, ()) if value})
            ),
        )
        for name in BREAKDOWNS
        if any(name in table for table in waves.values())
    )


def _list_organisations(waves: Waves) -> tuple[Organisation, ...]:
    values: dict[str, dict[str, dict[str, str]]] = {}
    for wave, table in waves.items():
        for row, key in enumerate(table["organisation"]):
            values.setdefault(key, {})[wave] = {name: table[name][row] for name in BREAKDOWNS if name in table}
    return tuple(
        Organisation(key=key, reference=key, name=key, variables={}, values=values[key]) for key in sorted(values)
    )


def _record(wave: str, table: Mapping[str, list[Any]], items: list[str]) -> Microdata:
    rows = [row for row in range(len(table["organisation"])) if any(table[item][row] for item in items)]
    keys = tuple(table["organisation"][row] for row in rows)
    answers = {item: np.array([CODES[table[item][row]] for row in rows], dtype=np.int16) for item in items}
    return Microdata(wave, keys, ("head",) * len(keys), answers, synthetic=True)
