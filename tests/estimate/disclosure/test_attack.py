"""Nobody comes closer to what is hidden than the rule allows (`praksis.estimate.disclosure.rule`), in any small survey.

The rule is written here a second time, from its text alone, and judged by what the attacker of `conftest` finds out.
"""

import itertools
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from praksis.define.survey import Survey
from praksis.estimate.cube import Cell, Cube
from praksis.estimate.disclosure import hiding
from praksis.estimate.estimator import Estimator
from praksis.tell.plan import list_cells

NEAR = 1e-5
Make = Callable[..., Estimator]
Attack = Callable[[Estimator, Cube], Any]
Key = tuple[str, str]
"""(wave, item)"""
Members = frozenset[int]
SIGNED = {"by": "The survey lead", "reason": "One of them can be recognised."}


def list_domains(survey: Survey, one: Any, cells: Sequence[Cell]) -> dict[str, Members]:
    """The groups of the item's cells, each category within each of them, and those in no category."""
    groups = {
        level.group for cell in cells for level in cell.levels if (level.wave, level.item) == (one.wave, one.item)
    }
    found = {}
    for group in sorted(groups | {"all"}):
        found[group] = one.find(group)
        for breakdown in survey.breakdowns.values():
            if breakdown.id in group or one.item in breakdown.answer_to:
                continue
            rest = one.find(group)
            for category in breakdown.categories:
                found[f"{group}&{breakdown.id}={category.id}"] = one.find(group) & one.find(
                    f"{breakdown.id}={category.id}"
                )
                rest -= one.find(f"{breakdown.id}={category.id}")
            found[f"{group}&no {breakdown.id}"] = rest
    return found


@dataclass
class Judge:
    """Has the attacker come closer to anything than the rule allows?"""

    estimator: Estimator
    cube: Cube
    attacker: Any

    def __post_init__(self) -> None:
        self.survey = self.estimator.survey
        self.min_n = self.survey.design.min_n
        self.cells = list_cells(self.survey)
        self.shown: dict[Key, dict[str, set[str]]] = {}
        self.withheld = {(one.wave, one.item): one.group for one in self.survey.design.hidden}
        self.known: dict[Key, list[tuple[Members, set[str]]]] = {}
        for cell in self.cells:
            if self.cube[cell].shown:
                for level in cell.levels:
                    groups = self.shown.setdefault((level.wave, level.item), {})
                    groups.setdefault(level.group, set()).add(level.answer)

    def find_known(self, key: Key) -> list[tuple[Members, set[str]]]:
        """Groups of at least `min_n` of which shares are known."""
        if key not in self.known:
            self.known[key] = [(known, answers) for known, answers in self.list_known(key) if len(known) >= self.min_n]
        return self.known[key]

    def list_known(self, key: Key) -> Iterator[tuple[Members, set[str]]]:
        """The groups shown, and what is left of each when some shown categories of one breakdown are taken away."""
        one, shown = self.attacker.populations[key], self.shown.get(key, {})
        for group, answers in shown.items():
            yield one.find(group), answers
            parts: dict[tuple[str, ...], list[str]] = {}
            for other in shown:
                if one.find(other) < one.find(group):
                    parts.setdefault(tuple(sorted(pair.split("=")[0] for pair in other.split(","))), []).append(other)
            for together in parts.values():
                for size in range(1, len(together) + 1):
                    for taken in itertools.combinations(together, size):
                        left = one.find(group) - frozenset().union(*(one.find(part) for part in taken))
                        yield left, answers.intersection(*(shown[part] for part in taken))

    def find_room(self, key: Key, members: Members, codes: Sequence[int]) -> int:
        """How many of `members` can have given one of `codes`, or can not have, for all that rare answers tell."""
        one, everything = self.attacker.populations[key], range(self.attacker.codes(key[1]))
        kinds = [kind for kind in self.attacker.kinds[key] if kind <= members]
        ends = []
        for wanted in (codes, [code for code in everything if code not in codes]):
            left, right = [], []
            for known, answers in self.find_known(key):
                totals = [sum(one.weights[m] for m in known if one.answers[m] == code) for code in everything]
                shown = [[float(code in self.attacker.scales[key[1]][name]) for code in everything] for name in answers]
                shown.append([1.0] * len(totals))
                # The most of the group that can have given one of the wanted codes, for all that its shown shares tell.
                solved = linprog(
                    [-float(code in wanted) for code in everything],
                    A_eq=shown,
                    b_eq=[sum(a * b for a, b in zip(line, totals, strict=True)) for line in shown],
                )
                left.append([one.weights[min(kind)] * (kind <= known) for kind in kinds])
                right.append(-solved.fun)
            most = linprog(
                [-1.0] * len(kinds), A_ub=left or None, b_ub=right or None, bounds=[(0, len(kind)) for kind in kinds]
            )
            ends.append(-most.fun)
        return math.floor(min(ends) + NEAR)

    def list_faults(self) -> Iterator[str]:
        """Everything that is known better than it may be."""
        for key, one in self.attacker.populations.items():
            cells = [cell for cell in self.cells if any((le.wave, le.item) == key for le in cell.levels)]
            if not cells:
                continue
            for name, members in list_domains(self.survey, one, cells).items():
                yield from self._judge_domain(key, name, members)
            yield from self._judge_differences(key)

    def _judge_domain(self, key: Key, name: str, members: Members) -> Iterator[str]:
        one, n = self.attacker.populations[key], len(members)
        sensitive = self.survey.items[key[1]].sensitive
        for answer, codes in self.attacker.scales[key[1]].items() if n else ():
            count = sum(one.answers[member] in codes for member in members)
            extreme = sensitive and count in (0, n)
            protected = n < self.min_n or (key in self.withheld and members == one.find(self.withheld[key]))
            if not protected and not extreme:
                continue
            least, most = self.attacker.bound(key, members, codes)
            assert least <= count <= most
            if extreme and most - least < 1:
                yield f"{key} {name} {answer}: {count} of {n} is known, of a sensitive item"
            enough = min(math.ceil(n / 2), self.min_n)
            if protected and most - least < min(enough, self.find_room(key, members, codes)):
                yield f"{key} {name} {answer}: {count} of {n} is known to be {least} to {most}"

    def _judge_differences(self, key: Key) -> Iterator[str]:
        """Few who are in some of the groups shown and not in others, though nothing names them."""
        one = self.attacker.populations[key]
        shown = [one.find(group) for group in self.shown.get(key, {})]
        sets = {first - second for first in shown for second in shown} | {
            first & second for first in shown for second in shown
        }
        sets |= {first - second - third for first in shown for second in shown for third in shown}
        for members in sorted(sets, key=sorted):
            for answer, codes in self.attacker.scales[key[1]].items() if 0 < len(members) < self.min_n else ():
                kinds = [kind for kind in self.attacker.kinds[key] if kind <= members]
                open_ = [kind for kind in kinds if self.find_room(key, kind, codes) > 0]
                if open_:
                    least, most = self.attacker.bound(key, frozenset().union(*open_), codes)
                    if least == most:
                        yield f"{key} {sorted(members)} {answer}: {least} is known"


@st.composite
def draw_surveys(draw: st.DrawFn) -> dict[str, Any]:
    """Small surveys of everything that tables can be made of.

    Two or three breakdowns, one of them perhaps within a category of another, and perhaps one by an answer; two to four
    answers and groups of them; nested and overlapping groups; one or two waves of mostly the same ones, with changes.
    """
    rng = random.Random(draw(st.integers(0, 2**32)))
    waves = ("1", "2")[: draw(st.integers(1, 2))]
    breakdowns = {"sector": ["state", "local"], "size": ["big", "mid", "small"][: draw(st.integers(2, 3))]}
    if draw(st.booleans()):
        breakdowns["region"] = ["north", "south"]
    nested = draw(st.booleans())
    skew = draw(st.sampled_from([0.1, 0.25, 0.5]))
    organisations = [f"o{number:02d}" for number in range(draw(st.integers(8, 36)))]

    def place() -> dict[str, str]:
        values = {
            name: rng.choice(categories[1:]) if rng.random() < skew else categories[0]
            for name, categories in breakdowns.items()
        }
        return {
            name: value
            for name, value in values.items()
            if not (nested and name == "size" and values["sector"] == "state")
        }

    places = {key: place() for key in organisations}
    codes = draw(st.integers(2, 4))
    groups = {"top": tuple(range(codes - 2, codes))} if codes > 2 else {}
    items = {"item": {"answers": codes, "groups": groups, "sensitive": draw(st.booleans())}}
    figures: list[dict[str, Any]] = []
    by_step = draw(st.booleans())
    weights = draw(st.sampled_from(["none", "response"]))
    if by_step:
        items["place"] = {"answers": 2, "sensitive": draw(st.booleans())}
    step = {"step": ["a0", "a1"]} if by_step else {}
    patterns = ["all", "sector=*", "size=*", "sector=*,size=*", "size=mid"]
    patterns += (["region=*"] if "region" in breakdowns else []) + (["step=*", "sector=*,step=*"] if by_step else [])
    chosen = draw(st.lists(st.sampled_from(patterns), min_size=2, max_size=4, unique=True))
    answers = draw(st.sampled_from([(), ("top",), ("a0",)])) if groups else ()
    figures.append({"items": ("item",), "groups": chosen, "answers": answers})
    if by_step:
        figures.append({"items": ("place",), "groups": ("all", "sector=*")})
    rare = draw(st.sampled_from([0.05, 0.3, 0.5]))

    def answer(before: Mapping[str, int]) -> dict[str, int]:
        if before and rng.random() < 0.6:
            return dict(before)
        given = {"item": 0 if rng.random() < rare else rng.randrange(codes)}
        if rng.random() < 0.1:
            del given["item"]
        if by_step and (weights == "response" or rng.random() < 0.95):
            given["place"] = int(rng.random() < 0.3)
        return given

    answers_of: dict[str, dict[str, dict[str, int]]] = {}
    before: dict[str, dict[str, int]] = {}
    for wave in waves:
        before = {key: answer(before.get(key, {})) for key in organisations if rng.random() < 0.85}
        answers_of[wave] = before
    return {
        "frame": dict.fromkeys(waves, places),
        "answers": answers_of,
        "items": items,
        "figures": figures,
        "breakdowns": breakdowns | step,
        "decided_by": {"step": "place"} if by_step else None,
        "strata": draw(st.sampled_from([(), ("sector",)])),
        "weights": weights,
        "min_n": draw(st.integers(3, 5)),
        "hidden": draw(st.sampled_from([[], [{"item": "item", "group": "sector=local", "wave": "1", **SIGNED}]])),
    }


def judge(make_survey: Make, attack: Attack, made: Mapping[str, Any]) -> list[str]:
    estimator = make_survey(**made)
    cube = estimator.fill_cube(list_cells(estimator.survey))
    return list(Judge(estimator, cube, attack(estimator, cube)).list_faults())


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(made=draw_surveys())
def test_nobody_comes_closer_than_the_rule_allows(make_survey: Make, attack: Attack, made: dict[str, Any]) -> None:
    assert judge(make_survey, attack, made) == []


def test_the_attacker_wins_where_only_few_are_hidden(
    make_survey: Make, attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The textbook's example: everyone, and two groups of which one is hidden. The rest is a subtraction."""
    frame = {f"o{n:02d}": {"sector": "state" if n < 3 else "local"} for n in range(20)}
    made = {
        "frame": {"1": frame},
        "answers": {"1": {key: {"item": int(key < "o02" or key > "o12")} for key in frame}},
        "items": {"item": {}},
        "figures": [{"items": ("item",), "groups": ("all", "sector=*")}],
        "breakdowns": {"sector": ["state", "local"]},
    }
    assert judge(make_survey, attack, made) == []
    monkeypatch.setattr(hiding, "suppress_groups", lambda system: {})
    assert "('1', 'item') sector=state a1: 2 of 3 is known to be 2 to 2" in judge(make_survey, attack, made)
