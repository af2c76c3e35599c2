"""Which numbers are unlike the others, and which changes since last time are unlike other changes.

Both rules set limits by quartiles about a median, so that what they look for cannot move the limits:

    median - C max(median - Q1, A |median|)   and   median + C max(Q3 - median, A |median|)

with A = 0.05, which keeps limits apart where half of the answers are the same. C = 4 is Tukey's inner fence where the
middle is symmetric, C = 7 his outer one (*Exploratory Data Analysis*, 1977, ch. 2).
"""

import math
import statistics
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import numpy as np

_CLOSE = 0.05
"""A: Hidiroglou & Berthelot's."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Limits:
    """What is usual, both ends included."""

    low: float
    high: float

    def hold(self, value: float) -> bool:
        """Is the value a usual one?"""
        return self.low <= value <= self.high


def set_limits(values: Sequence[float], width: float) -> Limits:
    """The limits of what is usual among the values (at least one); `width` is C."""
    low, middle, high = (float(one) for one in np.quantile(values, (0.25, 0.5, 0.75)))
    least = _CLOSE * abs(middle)
    return Limits(middle - width * max(middle - low, least), middle + width * max(high - middle, least))


def find_outliers(
    judged: Mapping[Key, Fraction], among: Sequence[Fraction], width: float, least: int
) -> tuple[set[Key], Limits | None]:
    """The numbers that are outside the limits of `among`, and the limits; None where there are fewer than `least`.

    Limits are set on asinh(x / m), m the median size of the numbers that are not 0: near 0 that is x / m, far from it
    the logarithm (Johnson, *Biometrika* 36, 1949), so that a few large organisations are no outliers for their size.
    Where half or more say 0, the others are judged by each other.
    """
    others = [number for number in among if number]
    if 2 * len(others) <= len(among):
        among, judged = others, {key: number for key, number in judged.items() if number}
    if len(among) < least:
        return set(), None
    middle = float(statistics.median(abs(number) for number in others))
    limits = set_limits([math.asinh(float(number) / middle) for number in among], width)
    found = {key for key, number in judged.items() if not limits.hold(math.asinh(float(number) / middle))}
    return found, Limits(middle * math.sinh(limits.low), middle * math.sinh(limits.high))


Change = tuple[Fraction, Fraction]
"""A number now, and last time."""


def find_changes(judged: Mapping[Key, Change], among: Sequence[Change], width: float, least: int) -> set[Key]:
    """The changes that are outside the limits of `among`.

    Hidiroglou & Berthelot, "Statistical editing and imputation for periodic business surveys", *Survey Methodology*
    12 (1986), 73-83: with r = now / before and R the median of r, s = r / R - 1 where r >= R, else 1 - R / r, and the
    effect E = s max(now, before)^(1/2); limits are set on E. Where half or more report the very same number, they are
    left out and not judged (as in Statistics Norway's package Kostra): all others would be unusual.

    Ours: numbers that are 0 or less, of which there is no ratio, are judged by the limits of the differences; and where
    fewer than `least` have changed at all, a change to less than half or more than double is unusual.
    """
    changed = [(now, before) for now, before in among if now != before]
    if len(among) < least:
        return set()
    if 2 * len(changed) <= len(among):
        among, judged = changed, {key: one for key, one in judged.items() if one[0] != one[1]}
        if len(changed) < least:
            return {
                key for key, (now, before) in judged.items() if min(now, before) <= 0 or not 1 <= 2 * now / before <= 4
            }
    differences = set_limits([float(now - before) for now, before in among], width)
    found = {key for key, (now, before) in judged.items() if not differences.hold(float(now - before))}
    found = {key for key in found if min(judged[key]) <= 0}
    ratios = [now / before for now, before in among if min(now, before) > 0]
    if len(ratios) >= least:
        usual = statistics.median(ratios)
        limits = set_limits([_weigh_change(one, usual) for one in among if min(one) > 0], width)
        found |= {key for key, one in judged.items() if min(one) > 0 and not limits.hold(_weigh_change(one, usual))}
    return found


def _weigh_change(change: Change, usual: Fraction) -> float:
    """The effect E. The ratio is exact, so that equal changes are equal."""
    ratio = change[0] / change[1]
    return float(ratio / usual - 1 if ratio >= usual else 1 - usual / ratio) * math.sqrt(max(change))
