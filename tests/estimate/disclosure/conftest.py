"""Small surveys made from rows, and an attacker who tries to work out what their releases hide.

The attacker is slow and obvious: one unknown per kind of organisation, answer, item and wave, and one equation per
number of the release, changes and gaps included, solved by linear programming. It is given the shares unrounded, and
how many of each kind answered, which is more than a release tells.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from praksis.define.design import Design
from praksis.define.figure import Chart, Figure, Page, Presentation, Section, Text
from praksis.define.frame import Breakdown, BreakdownCategory, FrameDefinition, FrameSource
from praksis.define.organisation import Frame, Organisation
from praksis.define.question import AnswerGroup, Category, Item, Question, QuestionKind, Scale
from praksis.define.survey import Header, Role, Survey, Wave
from praksis.edit.microdata import Microdata
from praksis.estimate.cube import Cell, Cube
from praksis.estimate.estimator import Estimator
from praksis.localtext import LocalText

NEAR = 1e-5
Key = tuple[str, str]
"""(wave, item)"""
Members = frozenset[int]
TEXT = LocalText({"en": "text"})
MISSING = -2


def _make(
    *,
    frame: Mapping[str, Mapping[str, Mapping[str, str]]],
    answers: Mapping[str, Mapping[str, Mapping[str, int]]],
    items: Mapping[str, Mapping[str, Any]],
    figures: Sequence[Mapping[str, Any]],
    breakdowns: Mapping[str, Sequence[str]],
    decided_by: Mapping[str, str] | None = None,
    **design: object,
) -> Estimator:
    """A survey and its answers.

    Args:
        frame: wave -> organisation -> breakdown -> category.
        answers: wave -> organisation -> item -> code; an item that is not there was not answered.
        items: item -> `answers` (their number: codes 0, 1, .. and ids a0, a1, ..), `groups` (id -> codes),
            `sensitive`, `show_if`.
        figures: `items`, `groups` and, if not all, `answers`.
        breakdowns: breakdown -> categories; those that no frame knows are `decided_by` an item.
    """
    waves = tuple(frame)
    survey = Survey(
        header=Header(
            id="test", title=TEXT, owner=TEXT, about=(TEXT,), languages=("en",),
            waves=tuple(Wave(id=wave) for wave in waves), roles=(Role(id="head", title=TEXT, waves=waves),),
        ),
        scales=tuple(_make_scale(name, item) for name, item in items.items()),
        questions=tuple(_make_question(name, item, waves) for name, item in items.items()),
        staircase=None,
        frame_definition=FrameDefinition(
            everyone=BreakdownCategory(id="all", label=TEXT),
            sources=(FrameSource(file="frame.csv", key="key", reference="key", name="key"),),
            breakdowns=tuple(
                Breakdown(
                    id=name, title=TEXT,
                    answer_to=(decided_by[name],) if decided_by and name in decided_by else (),
                    categories=tuple(BreakdownCategory(id=category, label=TEXT) for category in categories),
                )
                for name, categories in breakdowns.items()
            ),
        ),
        design=Design.model_validate({"note": TEXT, **design}),
        presentation=Presentation(
            figures=tuple(
                Figure(
                    id=f"figure-{place}", chart=Chart.STACKED, title=TEXT, bullets=(Text(tell="text", text=TEXT),),
                    **{name: tuple(value) for name, value in figure.items()},
                )
                for place, figure in enumerate(figures)
            ),
            pages=(
                Page(
                    id="page", title=TEXT, wave=waves[-1],
                    sections=(Section(title=TEXT, figures=tuple(f"figure-{n}" for n in range(len(figures)))),),
                ),
            ),
        ),
        claims=(), digest="",
        frame=Frame(
            organisations=tuple(
                Organisation(
                    key=key, reference=key, name=key, variables={},
                    values={wave: dict(rows[key]) for wave, rows in frame.items() if key in rows},
                )
                for key in sorted({key for rows in frame.values() for key in rows})
            )
        ),
    )  # fmt: skip
    return Estimator(survey, {wave: _make_microdata(wave, given, list(items)) for wave, given in answers.items()})


def _make_scale(name: str, item: Mapping[str, Any]) -> Scale:
    return Scale(
        id=f"{name}-scale",
        categories=tuple(Category(id=f"a{code}", code=code, label=TEXT) for code in range(item.get("answers", 2))),
        groups=tuple(
            AnswerGroup(id=group, of=tuple(f"a{code}" for code in codes), label=TEXT, says=TEXT)
            for group, codes in item.get("groups", {}).items()
        ),
    )


def _make_question(name: str, item: Mapping[str, Any], waves: tuple[str, ...]) -> Question:
    return Question(
        id=f"{name}-question", kind=QuestionKind.SINGLE, role="head", scale=f"{name}-scale", waves=waves, text=TEXT,
        show_if=item.get("show_if"),
        items=(Item(id=name, text=TEXT, said=TEXT, sensitive=item.get("sensitive", False)),),
    )  # fmt: skip


def _make_microdata(wave: str, given: Mapping[str, Mapping[str, int]], items: Sequence[str]) -> Microdata:
    keys = tuple(sorted(given))
    codes = {item: np.array([given[key].get(item, MISSING) for key in keys], dtype=np.int16) for item in items}
    return Microdata(wave, keys, ("head",) * len(keys), codes, synthetic=False)


@pytest.fixture(scope="session")
def make_survey() -> Callable[..., Estimator]:
    """`make_survey(frame=, answers=, items=, figures=, breakdowns=, **design)`, see `_make`."""
    return _make


@dataclass(frozen=True)
class Population:
    """Who answered an item in a wave, as the attacker sees them: what is known of each, but not the answer."""

    item: str
    wave: str
    places: tuple[Mapping[str, str], ...]
    """Breakdown -> category of each respondent."""
    answers: tuple[int, ...]
    """The truth: code of each respondent."""
    weights: tuple[float, ...]
    """What each counts in shares."""

    def find(self, group: str) -> Members:
        values = {} if group == "all" else dict(part.split("=") for part in group.split(","))
        return frozenset(
            place for place, known in enumerate(self.places) if all(known.get(b) == c for b, c in values.items())
        )


class Attacker:
    """Bounds for counts, given equations between them."""

    def __init__(self, populations: Sequence[Population], scales: Mapping[str, Mapping[str, Sequence[int]]]) -> None:
        self.populations = {(one.wave, one.item): one for one in populations}
        self.scales = scales
        self.kinds: dict[Key, list[Members]] = {}
        self.start: dict[Key, int] = {}
        size = 0
        for key, one in self.populations.items():
            look: dict[tuple[object, ...], list[int]] = {}
            for place, known in enumerate(one.places):
                look.setdefault((*sorted(known.items()), one.weights[place]), []).append(place)
            self.kinds[key] = [frozenset(members) for members in look.values()]
            self.start[key] = size
            size += len(look) * self.codes(one.item)
        self.size = size
        self.left: list[np.ndarray] = []
        self.right: list[float] = []
        self.above: list[np.ndarray] = []
        self.least: list[float] = []
        for key, kinds in self.kinds.items():
            for members in kinds:
                everything = self.line(key, members, range(self.codes(key[1])), weighted=False)
                self.left.append(everything)
                self.right.append(len(members))

    def codes(self, item: str) -> int:
        return 1 + max(code for codes in self.scales[item].values() for code in codes)

    def line(self, key: Key, members: Members, codes: Sequence[int], weighted: bool) -> np.ndarray:
        """The coefficients of how many of `members` (whole kinds) gave one of `codes`."""
        one, line = self.populations[key], np.zeros(self.size)
        for number, kind in enumerate(self.kinds[key]):
            if kind <= members:
                for code in codes:
                    place = self.start[key] + number * self.codes(key[1]) + code
                    line[place] = one.weights[min(kind)] if weighted else 1
            else:
                assert not kind & members
        return line

    def share(self, cell: Cell) -> np.ndarray:
        """The coefficients of a share, percent."""
        key = cell.wave, cell.item
        one = self.populations[key]
        members = one.find(cell.group)
        total = sum(one.weights[member] for member in members)
        return 100 * self.line(key, members, self.scales[cell.item][cell.answer], weighted=True) / total

    def learn(self, cell: Cell, value: float) -> None:
        """Take a number of the release in."""
        levels = [self.share(level) for level in cell.levels]
        self.left.append(levels[0] - sum(levels[1:]))
        self.right.append(value)

    def count(self, level: Cell, decider: str, breakdown: str, n: int) -> None:
        """Take in that n answered an item in a group: as many have given the answer that puts them there."""
        key = level.wave, decider
        pairs = dict(pair.split("=") for pair in level.group.split(","))
        answer = pairs.pop(breakdown)
        rest = ",".join(f"{name}={value}" for name, value in pairs.items()) or "all"
        members = self.populations[key].find(rest)
        self.above.append(self.line(key, members, self.scales[decider][answer], weighted=False))
        self.least.append(n)

    def bound(self, key: Key, members: Members, codes: Sequence[int]) -> tuple[int, int]:
        """The least and the most of `members` that can have given one of `codes`, in whole numbers."""
        line = self.line(key, members, codes, weighted=False)
        ends = []
        for sign in (1, -1):
            solved = linprog(
                sign * line,
                A_eq=np.array(self.left),
                b_eq=self.right,
                A_ub=-np.array(self.above) if self.above else None,
                b_ub=-np.array(self.least) if self.above else None,
                bounds=(0, None),
            )
            assert solved.status == 0, solved.message
            ends.append(sign * solved.fun)
        return math.ceil(ends[0] - NEAR), math.floor(ends[1] + NEAR)


def describe(estimator: Estimator) -> Attacker:
    """What anybody may know before the release: who answered what, how much each counts, but no answer."""
    survey = estimator.survey
    decided = {b.id: b.answer_to[0] for b in survey.breakdowns.values() if b.answer_to}
    populations = []
    for wave, microdata in estimator.microdata.items():
        frame = {one.key: one.values[wave] for one in survey.frame.of_wave(wave)}
        strata = {key: tuple(values.get(name, "") for name in survey.design.strata) for key, values in frame.items()}
        rows = {key: row for row, key in enumerate(microdata.organisations)}
        for item in survey.items:
            scale = survey.scale_of(item)
            given = {key: int(microdata.answers[item][row]) for key, row in rows.items()}
            keys = sorted(key for key, code in given.items() if code >= 0)
            responding = [key for key, code in given.items() if code != -2]
            weights = []
            for key in keys:
                asked = sum(stratum == strata[key] for stratum in strata.values())
                count = sum(strata[other] == strata[key] for other in responding)
                weights.append(asked / count if survey.design.weights == "response" else 1.0)
            places = []
            for key in keys:
                known = {name: value for name, value in frame[key].items() if value}
                for name, decider in decided.items():
                    code = int(microdata.answers[decider][rows[key]])
                    if decider != item and code >= 0:
                        known[name] = next(c.id for c in survey.scale_of(decider).categories if c.code == code)
                places.append(known)
            answers = tuple(given[key] for key in keys)
            populations.append(Population(item, wave, tuple(places), answers, tuple(weights)))
            assert set(answers) <= set(scale.base_codes)
    return Attacker(populations, {item: survey.scale_of(item).codes for item in survey.items})


def _attack(estimator: Estimator, cube: Cube) -> Attacker:
    """Before the release, and everything in it, unrounded: shares, changes, gaps, and how many answered."""
    attacker = describe(estimator)
    decided = {b.id: b.answer_to[0] for b in estimator.survey.breakdowns.values() if b.answer_to}
    for cell, estimate in cube.cells.items():
        if estimate.shown:
            attacker.learn(cell, estimate.value)
            for breakdown, decider in decided.items():
                if f"{breakdown}=" in cell.group and len(cell.levels) == 1 and decider != cell.item:
                    attacker.count(cell, decider, breakdown, estimate.n)
    return attacker


@pytest.fixture(scope="session")
def attack() -> Callable[..., Attacker]:
    """`attack(estimator, cube)`: an attacker who has read all that is shown."""
    return _attack
