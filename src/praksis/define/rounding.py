"""How published numbers are rounded, said once: for sentences, tables, claims and the rebuilding of microdata."""

import math
from dataclasses import dataclass
from fractions import Fraction

# Shares are ratios of counts computed in floating point; half a point must round up also when the last bit says less.
_LAST_BITS = 1e-9

NATURAL_FREQUENCIES = tuple(
    Fraction(*pair) for pair in ((1, 10), (1, 5), (1, 4), (1, 3), (1, 2), (2, 3), (3, 4), (4, 5), (9, 10))
)
"""The fractions plain words may use. A share is 'around' the nearest one if that is within 5 points."""


def round_half_away(value: float, decimals: int = 0) -> float:
    """Round half away from zero: 12.5 -> 13, -12.5 -> -13; what readers do by hand, unlike Python's half to even."""
    factor = 10.0**decimals
    size = math.floor(abs(value) * factor + 0.5 + _LAST_BITS) / factor
    return math.copysign(size, value) if size else 0.0


def find_natural_frequency(percent: float) -> Fraction | None:
    """The plain fraction for a share in percent, or None where none is near enough."""
    nearest = min(NATURAL_FREQUENCIES, key=lambda fraction: (abs(percent - 100 * fraction), fraction))
    return nearest if abs(percent - 100 * nearest) <= 5 else None


@dataclass(frozen=True)
class Bounds:
    """Values that count as meeting a published statement, in percent or percentage points."""

    low: Fraction
    high: Fraction
    low_included: bool = True
    high_included: bool = True

    def contain(self, value: float) -> bool:
        above = value >= self.low - _LAST_BITS if self.low_included else value > self.low + _LAST_BITS
        below = value <= self.high + _LAST_BITS if self.high_included else value < self.high - _LAST_BITS
        return above and below


def bound_rounded(text: str) -> Bounds:
    """The values that are published as `text`: '54' -> [53.5, 54.5), '67.5' -> [67.45, 67.55), '-3' -> (-3.5, -2.5]."""
    value = Fraction(text)
    half = Fraction(1, 2 * 10 ** len(text.partition(".")[2]))
    if value == 0:
        return Bounds(-half, half, False, False)
    return Bounds(value - half, value + half, value > 0, value < 0)


def bound_natural_frequency(fraction: Fraction) -> Bounds:
    """The percentages for which `find_natural_frequency` says this fraction."""
    place = NATURAL_FREQUENCIES.index(fraction)
    low, high = 100 * fraction - 5, 100 * fraction + 5
    low_included = high_included = True
    if place and (middle := 50 * (fraction + NATURAL_FREQUENCIES[place - 1])) >= low:
        low, low_included = middle, False
    if fraction != NATURAL_FREQUENCIES[-1] and (middle := 50 * (fraction + NATURAL_FREQUENCIES[place + 1])) <= high:
        high = middle
    return Bounds(low, high, low_included, high_included)


def bound_slight_change(limit: float) -> Bounds:
    """The changes that are no larger ones: less than `limit` points either way."""
    return Bounds(-Fraction(limit), Fraction(limit), False, False)
