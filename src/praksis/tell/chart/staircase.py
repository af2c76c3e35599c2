"""The service staircase, drawn as one: steps that rise from left to right, and each group's share on every step.

Where there is room the shares stand on the treads (`standing`); on a phone, or with many groups, they lie in the steps,
the highest on top (`lying`).
"""

from collections.abc import Sequence

from praksis.tell.chart.data import ChartData
from praksis.tell.chart.legend import Key, draw_legend
from praksis.tell.chart.lying import draw_lying
from praksis.tell.chart.palette import choose_hue
from praksis.tell.chart.rows import draw_heading, split_bands
from praksis.tell.chart.standing import can_stand, draw_standing, label_groups

_PANEL_GAP = 28.0
_LEGEND_GAP = 16.0


def draw_staircase(data: ChartData, width: int) -> tuple[list[str], float]:
    """The chart's elements and its height."""
    parts: list[str] = []
    y = 0.0
    for band in split_bands(data.rows):
        if y:
            y += _PANEL_GAP
        if band.heading:
            drawn, y = draw_heading(band.heading, width, y)
            parts += drawn
            y += 8
        standing = can_stand(data, band.rows, width)
        if not (standing and label_groups(data, band.rows, width)):
            drawn, y = _draw_groups(data, band.rows, width, y)
            parts += drawn
        draw = draw_standing if standing else draw_lying
        hues = [_choose_hues(data, place, len(band.rows)) for place in range(len(band.rows))]
        drawn, y = draw(data, band.rows, hues, width, y)
        parts += drawn
    return parts, y


def _choose_hues(data: ChartData, place: int, groups: int) -> list[str]:
    """A colour per step for a group: its own on all of them, or the steps' where it is alone."""
    if groups > 1:
        return [f"series-{place % 8 + 1}"] * len(data.series)
    return [choose_hue(series.tone) for series in data.series]


def _draw_groups(data: ChartData, rows: Sequence[int], width: int, top: float) -> tuple[list[str], float]:
    """Which colour is which group; for a single one just its name."""
    if len(rows) == 1:
        row = data.rows[rows[0]]
        words = f"{row.label} ({row.note})" if row.label and row.note else row.label or row.note
        parts, bottom = draw_heading(words, width, top, weight=400) if words else ([], top)
        return parts, bottom + _LEGEND_GAP if words else top
    hues = [_choose_hues(data, place, len(rows))[0] for place in range(len(rows))]
    keys = [Key(data.rows[row].label, hue, "", data.rows[row].note) for row, hue in zip(rows, hues, strict=True)]
    parts, bottom = draw_legend(keys, width, top)
    return parts, bottom + _LEGEND_GAP
