"""How much an estimate could move if answers were wrong: what is looked at first.

For a number, the score of Latouche & Berthelot ("Use of a score function to prioritize and limit recontacts in editing
business surveys", *Journal of Official Statistics* 8 (1992), 389-400): weight times the distance from what was to be
expected, as a share of the expected total:

    w |x - x*| / sum(w |x*|)

x* is what the organisation answered last time, else the median of the wave. For an answer on a scale, and for one that
is missing, it is the share of the weights that the response has, which is how far it can move a share of all.
"""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from praksis.define.survey import Survey
from praksis.edit.dossier import NUMBERS, Dossier, Who


@dataclass(frozen=True)
class Scores:
    """What is needed to score the responses of a role in a wave."""

    weights: Mapping[Who, float]
    whole: float
    """The sum of the weights."""
    expected: Mapping[str, Mapping[Who, Fraction]]
    """Number -> who has answered it -> what was to be expected."""
    totals: Mapping[str, float]
    """Number -> the expected total."""

    def score(self, who: Who, numbers: Iterable[tuple[str, Fraction | None]]) -> float:
        """How far the response could move an estimate by the answer in doubt that moves most; None is no number."""
        share = self.weights[who] / self.whole
        found = [share if number is None else self._score_number(who, item, number) for item, number in numbers]
        return max(found, default=share)

    def _score_number(self, who: Who, item: str, number: Fraction) -> float:
        distance = self.weights[who] * abs(float(number - self.expected[item][who]))
        # Where nothing was to be expected, anything is all there is.
        return distance / self.totals[item] if self.totals[item] else float(distance > 0)


def count_scores(survey: Survey, dossiers: Sequence[Dossier]) -> Scores:
    """Of the responses of one role in a wave, with the weights of the design."""
    weights = _weigh(survey, dossiers)
    items = [item for item, question in survey.question_of.items() if question.kind in NUMBERS]
    expected = {item: _expect(item, dossiers) for item in items}
    totals = {
        item: sum(weights[who] * abs(float(number)) for who, number in mine.items()) for item, mine in expected.items()
    }
    return Scores(weights, sum(weights.values()), expected, totals)


def _expect(item: str, dossiers: Iterable[Dossier]) -> dict[Who, Fraction]:
    answered = {
        one.who: (number, one.find_earlier(item)) for one in dossiers if (number := one.find_number(item)) is not None
    }
    usual = statistics.median(number for number, _ in answered.values()) if answered else Fraction(0)
    return {who: usual if earlier is None else earlier for who, (_, earlier) in answered.items()}


def _weigh(survey: Survey, dossiers: Sequence[Dossier]) -> dict[Who, float]:
    """N/n of the stratum where the design weighs so, else 1."""
    if survey.design.weights == "none" or not dossiers:
        return {one.who: 1.0 for one in dossiers}
    wave, group = dossiers[0].wave, survey.roles[dossiers[0].role].group
    there = Counter(survey.name_stratum(one, wave) for one in survey.frame.of_wave(wave, group))
    answered = Counter(one.stratum for one in dossiers)
    return {one.who: there[one.stratum] / answered[one.stratum] for one in dossiers}
