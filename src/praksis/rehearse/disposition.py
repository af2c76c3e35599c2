"""What organisations are like: hidden levels that make the same organisation answer like itself.

All are standard normal. Each has a generator of its own, seeded by its name, so that a new item leaves the answers to
the others as they were.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from praksis.define.question import Question, QuestionKind
from praksis.define.survey import Survey

Floats = NDArray[np.float64]

RESPONDS = 0.85
"""How much of whether an organisation answers is its own and not the year's: about 80 percent answer again."""

_COMMON = 0.35  # the part of a level (variance) that an organisation has in common over items
_LASTING = 0.93  # correlation of the rest of a level from wave to wave
_HEARD = 0.9  # the part of an answer (variance) that is the level and not chance
_STANDING = 0.995  # the same three for the step of the staircase: bodies seldom step down
_STANDING_HEARD = 0.99


@dataclass(frozen=True)
class Dispositions:
    """Hidden levels of organisations; every array is in the order of `organisations`."""

    survey: Survey
    seed: int
    organisations: tuple[str, ...]

    def responding(self, wave: str, role: str) -> Floats:
        """Who answers first: the propensity in a wave."""
        return _mix(RESPONDS**2, self._draw("responds"), self._draw("responds", wave, role))

    def skipping(self, name: str, wave: str) -> Floats:
        """Who skips a question first."""
        return _mix(0.5, self._draw("skips"), self._draw("skips", name, wave))

    def unsure(self, series: str, wave: str) -> Floats:
        """Who does not know first."""
        return _mix(0.5, self._draw("unsure"), self._draw("unsure", series, wave))

    def level(self, item: str, wave: str) -> Floats:
        """How high an organisation answers on an item: common to it, to its series, and chance."""
        survey, series = self.survey, self.survey.items[item].series_id
        standing = survey.staircase is not None and item in survey.staircase.placed_by
        lasting, heard = (_STANDING, _STANDING_HEARD) if standing else (_LASTING, _HEARD)
        own = self._draw("level", series, survey.wave_ids[0])
        for later in survey.wave_ids[1 : survey.wave_ids.index(wave) + 1]:
            own = _mix(lasting**2, own, self._draw("level", series, later))
        level = _mix(_COMMON, self._draw("common", _kin(survey.question_of[item])), own)
        return _mix(heard, level, self._draw("chance", item, wave))

    def draw_one(self, *names: str) -> float:
        """One number that is the same for all organisations."""
        return float(self._generator(*names).standard_normal())

    def _draw(self, *names: str) -> Floats:
        return self._generator(*names).standard_normal(len(self.organisations))

    def _generator(self, *names: str) -> np.random.Generator:
        digest = hashlib.sha256("\0".join(names).encode()).digest()
        words: Sequence[int] = [self.seed, *(int.from_bytes(digest[place : place + 4], "big") for place in (0, 4, 8))]
        return np.random.default_rng(words)


def _kin(question: Question) -> str:
    """Items that are answered alike: those on ordered scales all together, the options of a multiple choice."""
    return question.id if question.kind is QuestionKind.MULTIPLE else "scales"


def _mix(part: float, first: Floats, second: Floats) -> Floats:
    """`part` of the variance from the first, the rest from the second."""
    return math.sqrt(part) * first + math.sqrt(1 - part) * second
