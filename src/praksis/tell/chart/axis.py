"""The percent axis: a scale that ends on a round number, its ticks, and how the data write a percent sign."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from praksis.tell.chart.data import ChartData, Mark
from praksis.tell.chart.measure import measure_text
from praksis.tell.chart.svg import draw_line, draw_text, number

TICK_SIZE = 12
_MAXIMA = ((5, 1), (10, 2), (20, 5), (30, 10), (40, 10), (50, 10), (60, 20), (80, 20), (100, 20))
_PERCENT = re.compile(r"\d(\s?%)$")
_LEAST_BETWEEN_TICKS = 10


@dataclass(frozen=True)
class Scale:
    """Percent to pixels along the x axis."""

    left: float
    right: float
    maximum: float
    step: float

    def place(self, value: float) -> float:
        """The x coordinate of a value; one outside the axis is drawn at its end."""
        return self.left + (self.right - self.left) * min(max(value, 0.0), self.maximum) / self.maximum


def find_maximum(marks: Iterable[Mark]) -> tuple[float, float]:
    """The round number the axis ends on and the distance between ticks: 100 and 20, 50 and 10, 10 and 2 ..."""
    highest = max((max(m.value, m.upper or 0.0) for m in marks if m.value is not None), default=100.0)
    for maximum, step in _MAXIMA:
        # Half a point over the end is a whisker touching the edge, not a reason for another tick.
        if highest <= maximum * 1.005:
            return maximum, step
    return math.ceil(highest / 50) * 50, 50


def find_percent_sign(data: ChartData) -> str:
    """How this language ends a percentage, ' %' or '%', read off the values so that axis and labels agree."""
    for marks in data.marks:
        for mark in marks:
            if found := _PERCENT.search(mark.text):
                return found[1]
    return "\u00a0%"


def list_ticks(maximum: float, step: float) -> list[float]:
    """From 0 to the maximum, both included."""
    return [place * step for place in range(round(maximum / step) + 1)]


def draw_percent_axis(
    scale: Scale, top: float, bottom: float, sign: str, *, labelled: bool = True, above: bool = False
) -> list[str]:
    """Vertical grid lines from `top` to `bottom`, and their labels under them (and `above` them as well)."""
    ticks = list_ticks(scale.maximum, scale.step)
    wide = measure_text(f"{number(scale.maximum)}{sign}", TICK_SIZE)
    apart = scale.place(scale.step) - scale.left
    every = 1 if apart >= wide + _LEAST_BETWEEN_TICKS else len(ticks) - 1
    parts = [draw_line(scale.place(tick), top, scale.place(tick), bottom, "grid") for tick in ticks[1:]]
    parts.append(draw_line(scale.left, top, scale.left, bottom, "axis"))
    for tick in ticks[::every] if labelled else ():
        words = f"{number(tick)}{sign}"
        # At the left edge of the picture a centred label would lose half of itself.
        x = max(scale.place(tick), measure_text(words, TICK_SIZE) / 2)
        parts.append(draw_text(x, bottom + 16, words, size=TICK_SIZE, anchor="middle", ink="muted"))
        if above:
            parts.append(draw_text(x, top - 7, words, size=TICK_SIZE, anchor="middle", ink="muted"))
    return parts


def fit_scale(left: float, width: float, marks: Iterable[Mark], sign: str, size: int, gap: float) -> Scale:
    """The widest scale that leaves room for the last tick label and for every value label after its bar."""
    shown = list(marks)
    maximum, step = find_maximum(shown)
    length = width - left - measure_text(f"{number(maximum)}{sign}", TICK_SIZE) / 2
    for mark in shown:
        room = width - left - gap - measure_text(mark.text, size, 600)
        reach = min(max(mark.value, mark.upper or 0.0), maximum) / maximum if mark.value is not None else 0.0
        if reach * length > room:
            length = room / reach
    return Scale(left, left + length, maximum, step)
