"""Barriers: one row each, a marker per step or group and a line that joins them; with one series, bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from praksis.tell.chart.axis import TICK_SIZE, Scale, find_maximum, find_percent_sign
from praksis.tell.chart.bars import draw_bars, draw_row_grid
from praksis.tell.chart.data import ChartData, Mark
from praksis.tell.chart.legend import Key, draw_legend
from praksis.tell.chart.marker import RADIUS, choose_shape, draw_marker
from praksis.tell.chart.measure import measure_text
from praksis.tell.chart.palette import choose_hue, paint
from praksis.tell.chart.rows import Slot, is_wide, name_value, split_bands, stack_rows
from praksis.tell.chart.svg import centre_baseline, draw_path, draw_rect, draw_text, group, number

_SIZE = 12
_LANE = 13.0
"""Between the centres of markers that would cover one another and are moved apart."""
_TOUCH = 2 * RADIUS + 1.5
_LABEL_GAP = RADIUS + 5
_TICK_ROOM = 22.0
_ROW = 18.0
"""Height of a row where no markers meet."""
_LONG = 8
_SIGN_ROOM = 14.0


@dataclass(frozen=True)
class _Dot:
    series: int
    x: float
    lane: float
    """Lanes below (above) the middle of the row."""


def draw_barriers(data: ChartData, width: int) -> tuple[list[str], float]:
    """The chart's elements and its height."""
    if len(data.series) < 2:
        return draw_bars(data, width)
    keys = [Key(s.label, choose_hue(s.tone), choose_shape(place)) for place, s in enumerate(data.series)]
    parts, top = draw_legend(keys, width)
    wide = is_wide(width)
    left = stack_rows(data.rows, width, 0, [0.0] * len(data.rows), 0).left
    sign = find_percent_sign(data)
    scale = _fit(data, left, width, sign)
    dots = [_spread(marks, scale) for marks in data.marks]
    heights = [_ROW + 2 * _LANE * max((dot.lane for dot in row), default=0.0) for row in dots]
    # A long list has its ticks at both ends, unless a heading stands where they would.
    above = wide and len(data.rows) >= _LONG and len(split_bands(data.rows)) == 1 and not data.rows[0].heading
    stack = stack_rows(data.rows, width, top + (30 if above else 16), heights, 12 if wide else 14)
    bottom = stack.bottom + 8
    parts += draw_row_grid(data, stack.slots, scale, bottom, sign, beside=wide, above=above)
    parts += stack.parts
    for slot in stack.slots:
        parts += _draw_row(data, slot, dots[slot.row])
        parts += _draw_signs(data, slot, width)
    return parts, bottom + _TICK_ROOM


def _fit(data: ChartData, left: float, width: int, sign: str) -> Scale:
    """Room for a value on either side of the outermost markers, for the last tick and for signs at the right edge."""
    shown = [mark for marks in data.marks for mark in marks if mark.value is not None]
    maximum, step = find_maximum([Mark(mark.value, mark.text) for mark in shown])
    signs = max((_count_signs(marks) for marks in data.marks), default=0) * (2 * RADIUS + _SIGN_ROOM)
    limit = width - signs
    start, end = left, limit - measure_text(f"{maximum:g}{sign}", TICK_SIZE) / 2
    for mark in shown * 2:  # twice, for moving one end moves every marker a little
        label = _LABEL_GAP + measure_text(mark.text, _SIZE, 600)
        share = min(max(mark.value or 0.0, 0.0), maximum) / maximum
        x = start + share * (end - start)
        if x - label < left and share < 1:
            start = (left + label - share * end) / (1 - share)
        if x + label > limit and share > 0:
            end = (limit - label - (1 - share) * start) / share
    return Scale(start, end, maximum, step)


def _count_signs(marks: Sequence[Mark]) -> int:
    return sum(mark.value is None for mark in marks)


def _spread(marks: Sequence[Mark], scale: Scale) -> list[_Dot]:
    """Markers from left to right; those that would cover one another stand above one another."""
    placed = sorted((scale.place(mark.value), place) for place, mark in enumerate(marks) if mark.value is not None)
    dots: list[_Dot] = []
    while placed:
        touching = 1
        while touching < len(placed) and placed[touching][0] - placed[touching - 1][0] < _TOUCH:
            touching += 1
        bunch, placed = sorted(placed[:touching], key=lambda dot: dot[1]), placed[touching:]
        dots += [_Dot(series, x, lane - (touching - 1) / 2) for lane, (x, series) in enumerate(bunch)]
    return sorted(dots, key=lambda dot: dot.x)


def _draw_row(data: ChartData, slot: Slot, dots: Sequence[_Dot]) -> list[str]:
    if not dots:
        return []
    line = "L".join(f"{number(dot.x)} {number(slot.middle + dot.lane * _LANE)}" for dot in dots)
    parts = [draw_path(f"M{line}", paint(stroke="axis"), ' stroke-width="2"')] if len(dots) > 1 else []
    for dot in dots:
        mark, series = data.marks[slot.row][dot.series], data.series[dot.series]
        y = slot.middle + dot.lane * _LANE
        drawn = [draw_marker(choose_shape(dot.series), dot.x, y, choose_hue(series.tone), hollow=mark.uncertain)]
        if dot is dots[-1]:
            drawn += _draw_value(dot.x + _LABEL_GAP, y, mark)
        elif dot is dots[0]:
            drawn += _draw_value(dot.x - _LABEL_GAP - measure_text(mark.text, _SIZE, 600), y, mark)
        parts.append(group(name_value(data.rows[slot.row], series, mark), drawn))
    return parts


def _draw_value(x: float, y: float, mark: Mark) -> list[str]:
    """A value, on a plate so that neither the axis nor a grid line runs through it."""
    wide = measure_text(mark.text, _SIZE, 600)
    plate = draw_rect(x - 2, y - 7, wide + 4, 14, paint(fill="background"))
    return [plate, draw_text(x, centre_baseline(y, _SIZE), mark.text, size=_SIZE, weight=600)]


def _draw_signs(data: ChartData, slot: Slot, width: float) -> list[str]:
    """Values that are not shown, at the right edge: each with the marker of its series."""
    parts = []
    x = width - _count_signs(data.marks[slot.row]) * (2 * RADIUS + _SIGN_ROOM)
    for place, mark in enumerate(data.marks[slot.row]):
        if mark.value is not None:
            continue
        series = data.series[place]
        key = draw_marker(choose_shape(place), x + RADIUS + 2, slot.middle, choose_hue(series.tone))
        baseline = centre_baseline(slot.middle, _SIZE)
        text = draw_text(x + 2 * RADIUS + 6, baseline, mark.text, size=_SIZE, weight=600, ink="muted")
        parts.append(group(name_value(data.rows[slot.row], series, mark), [key, text]))
        x += 2 * RADIUS + _SIGN_ROOM
    return parts
