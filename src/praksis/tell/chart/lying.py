"""The staircase for a narrow picture: steps under one another, the highest on top, each set in from the one below."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from praksis.tell.chart.bar import draw_bar, draw_whisker
from praksis.tell.chart.data import ChartData, Mark
from praksis.tell.chart.measure import measure_text, wrap_text
from praksis.tell.chart.palette import paint
from praksis.tell.chart.rows import is_wide, name_value
from praksis.tell.chart.svg import centre_baseline, draw_lines, draw_path, draw_text, group, number

_THICK = 16.0
_BETWEEN_BARS = 4.0
_PADDING = 10.0
"""From the riser to the words and bars of its step."""
_VALUE_SIZE = 13
_VALUE_GAP = 6.0
_STEP_SIZE = 13
_STEP_LEADING = 17.0
_STEP_LINES = 4
_EDGE = 1.5
"""Half the width of the line along the steps."""


@dataclass(frozen=True)
class _Step:
    left: float
    top: float
    bottom: float
    lines: tuple[str, ...]


def draw_lying(
    data: ChartData, rows: Sequence[int], hues: Sequence[Sequence[str]], width: int, top: float
) -> tuple[list[str], float]:
    """The staircase and the bottom of it; `hues[group][step]` colours the bars."""
    steps = _lay_out(data, rows, width, top)
    length = _find_length(data, rows, steps, width)
    outline = _trace(steps, width)
    bottom = steps[0].bottom
    parts = [draw_path(f"{outline}V{number(bottom)}H{number(_EDGE)}Z", paint(fill="surface"))]
    for place, step in enumerate(steps):
        x = step.left + _PADDING
        baseline = centre_baseline(step.top + 8 + _STEP_LEADING / 2, _STEP_SIZE)
        parts += draw_lines(x, baseline, step.lines, leading=_STEP_LEADING, size=_STEP_SIZE, weight=600)
        y = step.top + 8 + _STEP_LEADING * len(step.lines) + 5
        for line, row in enumerate(rows):
            mark = data.marks[row][place]
            bar = _draw_bar(mark, x, y + line * (_THICK + _BETWEEN_BARS), length, hues[line][place])
            parts.append(group(name_value(data.rows[row], data.series[place], mark), bar))
    parts.append(draw_path(outline, paint(stroke="ink"), f' stroke-width="{number(2 * _EDGE)}"'))
    return parts, bottom


def _lay_out(data: ChartData, rows: Sequence[int], width: int, top: float) -> list[_Step]:
    """The steps from the lowest to the highest; laid out from the top, so from the highest."""
    count = len(data.series)
    indent = min(60.0, 260.0 / count) if is_wide(width) else min(24.0, 90.0 / count)
    bars = len(rows) * (_THICK + _BETWEEN_BARS) - _BETWEEN_BARS
    steps: list[_Step] = []
    y = top + _EDGE
    for place in reversed(range(count)):
        left = _EDGE + place * indent
        lines = wrap_text(data.series[place].label, width - left - 2 * _PADDING, _STEP_SIZE, 600, _STEP_LINES)
        bottom = y + 8 + _STEP_LEADING * len(lines) + 5 + bars + 10
        steps.append(_Step(left, y, bottom, lines))
        y = bottom
    return steps[::-1]


def _find_length(data: ChartData, rows: Sequence[int], steps: Sequence[_Step], width: int) -> float:
    """Pixels per percent: the longest bar of every step ends where its value still fits."""
    least = float("inf")
    for place, step in enumerate(steps):
        for row in rows:
            mark = data.marks[row][place]
            room = width - step.left - 2 * _PADDING - _VALUE_GAP - measure_text(mark.text, _VALUE_SIZE, 600)
            reach = max(mark.value, mark.upper or 0.0) if mark.value is not None else 0.0
            least = min(least, room / max(reach, 25.0))
    return least


def _draw_bar(mark: Mark, x: float, y: float, scale: float, hue: str) -> list[str]:
    middle = y + _THICK / 2
    baseline = centre_baseline(middle, _VALUE_SIZE)
    if mark.value is None:
        return [draw_text(x, baseline, mark.text, weight=600, ink="muted")]
    end = x + max(mark.value, 0.0) * scale
    parts = [draw_bar(x, y, end - x, _THICK, hue, uncertain=mark.uncertain)]
    reach = end
    if mark.lower is not None and mark.upper is not None:
        parts.append(draw_whisker(x + mark.lower * scale, x + mark.upper * scale, middle, cap=3.5))
        reach = max(end, x + mark.upper * scale)
    # Without a bar the value stands where the bar would.
    gap = _VALUE_GAP if reach > x else 0.0
    parts.append(draw_text(reach + gap, baseline, mark.text, size=_VALUE_SIZE, weight=600))
    return parts


def _trace(steps: Sequence[_Step], width: int) -> str:
    """Up the risers and along the treads, from the bottom left to the top right."""
    ascent = [f"V{number(low.top)}H{number(high.left)}" for low, high in pairwise(steps)]
    start = f"M{number(steps[0].left)} {number(steps[0].bottom)}"
    return "".join([start, *ascent, f"V{number(steps[-1].top)}H{number(width)}"])
