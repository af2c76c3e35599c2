"""One wave's responses to one role, set against the frame: strata, fractions and groups."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from praksis.collect.routing import Cell
from praksis.define.expression import evaluate, find_comparisons
from praksis.define.group import parse_group
from praksis.define.question import Missing
from praksis.define.survey import Survey
from praksis.edit.microdata import Microdata
from praksis.estimate.array import Bools, Ints
from praksis.estimate.plan import Plan


@dataclass
class Sample:
    """The responses of a role in a wave, one entry per response, in the order of `organisations`."""

    survey: Survey
    wave: str
    role: str
    organisations: tuple[str, ...]
    answers: dict[str, NDArray[np.int16]]
    stratum: Ints
    """Index into `strata` of every response."""
    strata: tuple[str, ...]
    population: Ints
    """Organisations in the frame, per stratum."""
    stratum_of: dict[str, int]
    """Every organisation of the frame -> its stratum, also those that did not answer."""
    values: dict[str, tuple[str, ...]]
    """Frame breakdown -> the category of every response ('' where it has none)."""
    open_answers: dict[str, tuple[Cell, ...]] = field(default_factory=dict)
    """Open item -> the answer of every response as a text, or a negative code."""
    plans: dict[bytes, Plan] = field(default_factory=dict)
    """Who answered (a mask over the responses) -> the design as it is for them."""
    _groups: dict[str, tuple[Bools, Bools]] = field(default_factory=dict)
    _lost: dict[str, Bools] = field(default_factory=dict)

    def find_group(self, group: str) -> tuple[Bools, Bools]:
        """Which responses are in a group, and for which that is known (an answer that decides may be missing)."""
        if group not in self._groups:
            inside = np.ones(len(self.organisations), dtype=bool)
            known = np.ones_like(inside)
            for name, value in parse_group(group).items():
                items = self.survey.breakdowns[name].answer_to
                if items:
                    item = next((item for item in items if item in self.answers), None)
                    if item is None:
                        inside &= False
                        continue
                    codes = self.answers[item]
                    inside &= np.isin(codes, self.survey.scale_of(item).codes[value])
                    known &= codes != Missing.NOT_ANSWERED
                else:
                    inside &= np.array([category == value for category in self.values[name]], dtype=bool)
            self._groups[group] = inside, known
        return self._groups[group]

    def find_lost(self, item: str) -> Bools:
        """Which responses were not asked an item because the answer that routes to it is missing.

        Whether they belong to those the item is about is unknown, so they are not part of the sample for it.
        """
        condition = self.survey.question_of[item].show_if
        lost = np.zeros(len(self.organisations), dtype=bool)
        if condition is None:
            return lost
        if condition not in self._lost:
            names = list(dict.fromkeys(found.variable for found in find_comparisons(condition)))
            columns = [self._name_answers(name) for name in names]
            for row in range(len(lost)):
                values = {name: column[row] for name, column in zip(names, columns, strict=True)}
                lost[row] = evaluate(condition, values) is None
            self._lost[condition] = lost
        return self._lost[condition]

    def _name_answers(self, variable: str) -> list[str | None]:
        """The category of every response on a breakdown of the frame or an item; None where it has none."""
        if variable in self.values:
            return [value or None for value in self.values[variable]]
        if variable in self.open_answers:
            return [cell if isinstance(cell, str) else None for cell in self.open_answers[variable]]
        names = {category.code: category.id for category in self.survey.scale_of(variable).categories}
        return [names.get(int(code)) for code in self.answers[variable]]

    def count_population(self, group: str) -> int:
        """How many organisations of the role's frame are in a group; 0 where an answer decides."""
        if any(self.survey.breakdowns[name].answer_to for name in parse_group(group)):
            return 0
        asked = {organisation.key for organisation in self.survey.frame.of_wave(self.wave, group)}
        return len(asked & self.stratum_of.keys())


def draw_sample(survey: Survey, microdata: Microdata, role: str) -> Sample:
    """The responses of one role, with strata as the design declares them."""
    wave = microdata.wave
    frame = survey.frame.of_wave(wave, survey.roles[role].group)
    name_of = {organisation.key: survey.name_stratum(organisation, wave) for organisation in frame}
    strata = tuple(sorted(set(name_of.values())))
    place = {name: index for index, name in enumerate(strata)}
    size = Counter(name_of.values())
    rows = [row for row, answered in enumerate(microdata.roles) if answered == role]
    keys = tuple(microdata.organisations[row] for row in rows)
    values_of = {organisation.key: organisation.values[wave] for organisation in frame}
    given = [name for name, breakdown in survey.breakdowns.items() if not breakdown.answer_to]
    return Sample(
        survey=survey,
        wave=wave,
        role=role,
        organisations=keys,
        answers={
            item: codes[rows] for item, codes in microdata.answers.items() if survey.question_of[item].role == role
        },
        open_answers={
            item: tuple(cells[row] for row in rows)
            for item, cells in microdata.open_answers.items()
            if survey.question_of[item].role == role
        },
        stratum=np.array([place[name_of[key]] for key in keys], dtype=np.int64),
        strata=strata,
        population=np.array([size[name] for name in strata], dtype=np.int64),
        stratum_of={key: place[name] for key, name in name_of.items()},
        values={name: tuple(values_of[key].get(name, "") for key in keys) for name in given},
    )
