"""Grouped horizontal bars with intervals: rows side by side on one percent axis."""

from collections.abc import Sequence

from praksis.tell.chart.axis import Scale, draw_percent_axis, find_percent_sign, fit_scale
from praksis.tell.chart.bar import draw_bar, draw_whisker
from praksis.tell.chart.data import ChartData, Mark
from praksis.tell.chart.legend import Key, draw_legend
from praksis.tell.chart.palette import choose_hue
from praksis.tell.chart.rows import Slot, is_wide, name_value, split_bands, stack_rows
from praksis.tell.chart.svg import centre_baseline, draw_text, group

_SIZE = 13
_BETWEEN_BARS = 3.0
_LABEL_GAP = 7.0
"""From the end of the bar or whisker to the value."""
_TICK_ROOM = 22.0


def draw_bars(data: ChartData, width: int) -> tuple[list[str], float]:
    """The chart's elements and its height."""
    wide = is_wide(width)
    parts, top = draw_legend([Key(s.label, choose_hue(s.tone)) for s in data.series if s.label], width)
    top += 12 if parts else 0
    thick = 20 if len(data.series) == 1 else 17
    height = len(data.series) * (thick + _BETWEEN_BARS) - _BETWEEN_BARS
    stack = stack_rows(
        data.rows, width, top, [height] * len(data.rows), 16 if len(data.series) > 1 else 10 if wide else 12
    )
    sign = find_percent_sign(data)
    marks = [mark for row in data.marks for mark in row]
    scale = fit_scale(stack.left, width, marks, sign, _SIZE, _LABEL_GAP)
    bottom = stack.bottom + 8
    parts += draw_row_grid(data, stack.slots, scale, bottom, sign, beside=wide)
    parts += stack.parts
    for slot in stack.slots:
        for place, mark in enumerate(data.marks[slot.row]):
            top = slot.top + place * (thick + _BETWEEN_BARS)
            name = name_value(data.rows[slot.row], data.series[place], mark)
            hue = choose_hue(data.series[place].tone)
            parts.append(group(name, _draw_value(mark, scale, top, thick, hue)))
    return parts, bottom + _TICK_ROOM


def draw_row_grid(
    data: ChartData, slots: Sequence[Slot], scale: Scale, bottom: float, sign: str, *, beside: bool, above: bool = False
) -> list[str]:
    """Grid lines behind the values, and the axis under the last row.

    They never run through a heading, nor on a phone through a label, for these lie across the plot.
    """
    runs = [band.rows for band in split_bands(data.rows)] if beside else [(slot.row,) for slot in slots]
    over, under = (6, 8) if beside else (3, 3)
    parts: list[str] = []
    for run in runs:
        first, last = slots[run[0]], slots[run[-1]]
        if run is runs[-1]:
            parts += draw_percent_axis(scale, first.top - over, bottom, sign, above=above and first.row == 0)
        else:
            low = last.top + last.height + under
            parts += draw_percent_axis(scale, first.top - over, low, sign, labelled=False)
    return parts


def _draw_value(mark: Mark, scale: Scale, top: float, thick: float, hue: str) -> list[str]:
    middle = top + thick / 2
    baseline = centre_baseline(middle, _SIZE)
    if mark.value is None:
        return [draw_text(scale.left + _LABEL_GAP, baseline, mark.text, weight=600, ink="muted")]
    end = scale.place(mark.value)
    parts = [draw_bar(scale.left, top, end - scale.left, thick, hue, uncertain=mark.uncertain)]
    reach = end
    if mark.lower is not None and mark.upper is not None:
        parts.append(draw_whisker(scale.place(mark.lower), scale.place(mark.upper), middle))
        reach = max(end, scale.place(mark.upper))
    parts.append(draw_text(reach + _LABEL_GAP, baseline, mark.text, weight=600))
    return parts
