"""Development: one line per series over the waves, a panel per statement, every measured wave marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from praksis.tell.chart.axis import TICK_SIZE, find_maximum, find_percent_sign, list_ticks
from praksis.tell.chart.data import ChartData
from praksis.tell.chart.endlabels import draw_end_labels, measure_end_labels, measure_named_height
from praksis.tell.chart.legend import Key, draw_legend
from praksis.tell.chart.marker import choose_shape
from praksis.tell.chart.measure import measure_text
from praksis.tell.chart.palette import choose_hue
from praksis.tell.chart.rows import draw_heading, is_wide, split_bands
from praksis.tell.chart.svg import centre_baseline, draw_line, draw_text, number
from praksis.tell.chart.trend import Plot, draw_trends
from praksis.tell.chart.waves import draw_waves, measure_waves, place_waves

_WIDE_HEIGHT = 280.0
_PANEL_HEIGHT = 190.0
_NARROW_HEIGHT = 220.0
_COLUMN_GAP = 36.0
_PANEL_GAP = 26.0
_TICK_GAP = 8.0
_INSET = 16.0
"""From the y axis to the first wave."""
_LAST_INSET = 8.0


@dataclass(frozen=True)
class _Frame:
    """What all panels share."""

    maximum: float
    step: float
    sign: str
    named: bool
    """Do the names of the series stand at the end of the lines (else in a legend)?"""
    axis_room: float
    end_room: float
    height: float


def draw_development(data: ChartData, width: int) -> tuple[list[str], float]:
    """The chart's elements and its height."""
    bands = split_bands(data.rows)
    columns = 2 if len(bands) > 1 and is_wide(width) else 1
    panel_width = (width - (columns - 1) * _COLUMN_GAP) / columns
    frame = _find_frame(data, width, several=len(bands) > 1)
    parts, top = _draw_keys(data, width, frame)
    for first in range(0, len(bands), columns):
        abreast = bands[first : first + columns]
        headings = []
        for column, band in enumerate(abreast):
            headings.append((column * (panel_width + _COLUMN_GAP), band))
        plot_top = top + max(_measure_heading(band.heading, panel_width) for band in abreast)
        bottom = plot_top
        for x, band in headings:
            drawn, low = _draw_panel(data, band.rows, frame, x, panel_width, plot_top)
            parts += _draw_panel_heading(band.heading, x, panel_width, top) + drawn
            bottom = max(bottom, low)
        top = bottom + _PANEL_GAP
    return parts, top - _PANEL_GAP + 2


def _find_frame(data: ChartData, width: int, *, several: bool) -> _Frame:
    wide = is_wide(width)
    named = wide and not several and measure_named_height(data) <= _WIDE_HEIGHT
    maximum, step = find_maximum(mark for marks in data.marks for mark in marks)
    if not wide and round(maximum / step) > 5:
        step *= 2
    sign = find_percent_sign(data)
    height = _NARROW_HEIGHT if not wide else _PANEL_HEIGHT if several else _WIDE_HEIGHT
    ticks = (measure_text(f"{number(tick)}{sign}", TICK_SIZE) for tick in list_ticks(maximum, step))
    axis_room = max(ticks) + _TICK_GAP
    return _Frame(maximum, step, sign, named, axis_room, measure_end_labels(data, named=named), height)


def _draw_keys(data: ChartData, width: int, frame: _Frame) -> tuple[list[str], float]:
    if frame.named:
        return [], 0.0
    keys = [Key(s.label, choose_hue(s.tone), choose_shape(place)) for place, s in enumerate(data.series) if s.label]
    parts, bottom = draw_legend(keys, width)
    return parts, bottom + 10 if keys else 0.0


def _measure_heading(words: str, width: float) -> float:
    """Room above the plot: the heading, and half of the topmost tick label."""
    return (draw_heading(words, width, 0)[1] if words else 0.0) + (20 if words else 12)


def _draw_panel_heading(words: str, x: float, width: float, top: float) -> list[str]:
    if not words:
        return []
    return draw_heading(words, width, top, x)[0]


def _draw_panel(
    data: ChartData, rows: Sequence[int], frame: _Frame, x: float, width: float, top: float
) -> tuple[list[str], float]:
    """One panel, with the bottom of everything under it."""
    left, right = x + frame.axis_room, x + width - frame.end_room
    places = place_waves([data.rows[row].label for row in rows], left + _INSET, right - _LAST_INSET)
    bottom = top + frame.height
    plot = Plot(tuple(rows), tuple(places), left, right, top, bottom, frame.maximum)
    parts = _draw_grid(plot, frame)
    parts += draw_waves(data, plot, x, x + width)
    parts += draw_trends(data, plot, named=frame.named)
    parts += draw_end_labels(data, plot, x + width, named=frame.named)
    return parts, bottom + measure_waves(data, plot, x, x + width)


def _draw_grid(plot: Plot, frame: _Frame) -> list[str]:
    parts = []
    for tick in list_ticks(frame.maximum, frame.step):
        y = plot.place(tick)
        parts.append(draw_line(plot.left, y, plot.right, y, "grid" if tick else "axis"))
        words = f"{number(tick)}{frame.sign}"
        x = plot.left - _TICK_GAP
        parts.append(draw_text(x, centre_baseline(y, TICK_SIZE), words, size=TICK_SIZE, anchor="end", ink="muted"))
    return parts
