"""A survey of one yes/no item made from rows, so that a test can say what matters and nothing else."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from praksis.define.design import Design
from praksis.define.frame import Breakdown, BreakdownCategory, FrameDefinition, FrameSource
from praksis.define.organisation import Frame, Organisation
from praksis.define.question import Category, Item, MissingCategory, Question, QuestionKind, Scale
from praksis.define.survey import Header, Role, Survey, Wave
from praksis.edit.microdata import Microdata
from praksis.estimate.estimator import Estimator
from praksis.localtext import LocalText

TEXT = LocalText({"en": "text"})
Rows = Mapping[str, Mapping[str, str]]
"""Organisation -> breakdown -> category, of one wave's frame."""
Answers = Mapping[str, int]
"""Organisation -> code of the item `yes`: 1, 0 or a missing class."""


def _make(frames: Mapping[str, Rows], answers: Mapping[str, Answers], **design: object) -> Estimator:
    names = sorted({name for rows in frames.values() for values in rows.values() for name in values})
    categories = {
        name: sorted({values[name] for rows in frames.values() for values in rows.values() if name in values})
        for name in names
    }
    keys = sorted({key for rows in frames.values() for key in rows})
    breakdowns = tuple(
        Breakdown(
            id=name,
            title=TEXT,
            categories=tuple(BreakdownCategory(id=value, label=TEXT) for value in categories[name]),
        )
        for name in names
    )
    scale = Scale(
        id="yes-no",
        categories=(Category(id="no", code=0, label=TEXT), Category(id="yes", code=1, label=TEXT)),
        missing=(MissingCategory(kind="do-not-know", label=TEXT),),
    )
    waves = tuple(frames)
    question = Question(
        id="question", kind=QuestionKind.SINGLE, role="head", scale="yes-no", waves=waves, text=TEXT,
        items=(Item(id="item", text=TEXT, said=TEXT),),
    )  # fmt: skip
    survey = Survey(
        header=Header(
            id="test", title=TEXT, owner=TEXT, about=(TEXT,), languages=("en",),
            waves=tuple(Wave(id=wave) for wave in waves), roles=(Role(id="head", title=TEXT, waves=waves),),
        ),
        scales=(scale,), questions=(question,), staircase=None,
        frame_definition=FrameDefinition(
            everyone=BreakdownCategory(id="all", label=TEXT),
            sources=(FrameSource(file="frame.csv", key="key", reference="key", name="key"),),
            breakdowns=breakdowns,
        ),
        design=Design.model_validate({"note": TEXT, "min_n": 0, "public_reason": "a test", **design}),
        presentation=None, claims=(), digest="",
        frame=Frame(
            organisations=tuple(
                Organisation(
                    key=key, reference=key, name=key, variables={},
                    values={wave: rows[key] for wave, rows in frames.items() if key in rows},
                )
                for key in keys
            )
        ),
    )  # fmt: skip
    return Estimator(survey, {wave: _microdata(wave, given) for wave, given in answers.items()})


def _microdata(wave: str, answers: Answers) -> Microdata:
    keys = tuple(sorted(answers))
    codes = np.array([answers[key] for key in keys], dtype=np.int16)
    return Microdata(wave, keys, ("head",) * len(keys), {"item": codes}, synthetic=True)


@pytest.fixture(scope="session")
def make_estimator() -> Callable[..., Estimator]:
    """`make_estimator({wave: frame rows}, {wave: answers}, **design)` with the item `item` (yes 1, no 0)."""
    return _make


def number(keys: Sequence[int]) -> list[str]:
    return [f"o{key:05d}" for key in keys]
