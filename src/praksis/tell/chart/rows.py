"""Rows under one another with their headings and labels: beside the bars where there is room, above them on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass

from praksis.tell.chart.data import Mark, Row, Series
from praksis.tell.chart.measure import measure_text, wrap_text
from praksis.tell.chart.svg import centre_baseline, draw_lines, draw_text

LABEL_SIZE = 14
LABEL_LEADING = 18
_NOTE_SIZE = 12
_NOTE_LEADING = 16
_LABEL_LINES = 4
_WIDEST_LABEL = 250
_WIDE = 600
_GUTTER = 14
"""Between the labels and the bars."""


@dataclass(frozen=True)
class Band:
    """Rows that stand under the same heading."""

    heading: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Slot:
    """Where a row's values are drawn."""

    row: int
    top: float
    height: float

    @property
    def middle(self) -> float:
        """Half-way down."""
        return self.top + self.height / 2


@dataclass(frozen=True)
class Stack:
    """Headings and labels drawn, and the room left for the values."""

    parts: list[str]
    slots: list[Slot]
    left: float
    bottom: float


def is_wide(width: float) -> bool:
    """Is there room for labels beside the bars?"""
    return width >= _WIDE


def split_bands(rows: Sequence[Row]) -> list[Band]:
    """Rows by heading. A row without one stays under the heading before it."""
    bands: list[tuple[str, list[int]]] = []
    for place, row in enumerate(rows):
        if not bands or (row.heading and row.heading != bands[-1][0]):
            bands.append((row.heading, []))
        bands[-1][1].append(place)
    return [Band(heading, tuple(places)) for heading, places in bands]


def draw_heading(words: str, width: float, top: float, left: float = 0, weight: int = 600) -> tuple[list[str], float]:
    """A heading over the whole width, with the bottom of its last line."""
    lines = wrap_text(words, width, LABEL_SIZE, weight, 6)
    baseline = centre_baseline(top + LABEL_LEADING / 2, LABEL_SIZE)
    parts = draw_lines(left, baseline, lines, leading=LABEL_LEADING, size=LABEL_SIZE, weight=weight)
    return parts, top + LABEL_LEADING * len(lines)


def name_value(row: Row, series: Series, mark: Mark) -> str:
    """What a pointer resting on a value is told."""
    whose = f"{row.label} ({row.note})" if row.note else row.label
    return f"{', '.join(part for part in (whose, series.label) if part)}: {mark.text}"


def stack_rows(rows: Sequence[Row], width: float, top: float, heights: Sequence[float], gap: float) -> Stack:
    """Lay the rows out from `top`, each with a slot of its height for the values and `gap` to the next row."""
    if is_wide(width):
        return _stack_beside(rows, width, top, heights, gap)
    return _stack_above(rows, width, top, heights, gap)


def _stack_beside(rows: Sequence[Row], width: float, top: float, heights: Sequence[float], gap: float) -> Stack:
    widest = max((measure_text(row.label, LABEL_SIZE) for row in rows), default=0)
    notes = max((measure_text(row.note, _NOTE_SIZE) for row in rows), default=0)
    column = min(max(widest, notes) + 1, _WIDEST_LABEL)
    labels = [wrap_text(row.label, column, LABEL_SIZE, 400, _LABEL_LINES, True) for row in rows]
    # What balanced labels leave over, the bars get.
    column = max((measure_text(line, LABEL_SIZE) for lines in labels for line in lines), default=0)
    column = max(column, notes) + 1
    parts: list[str] = []
    slots: list[Slot] = []
    y = top
    for band in split_bands(rows):
        y += _add_heading(parts, band, width, y, first=band.rows[0] == 0)
        for place in band.rows:
            row, height, lines = rows[place], heights[place], labels[place]
            tall = len(lines) * LABEL_LEADING + (_NOTE_LEADING if row.note else 0)
            block = max(height, tall)
            slots.append(Slot(place, y + (block - height) / 2, height))
            parts += _draw_label(lines, row.note, y + (block - tall) / 2)
            y += block + gap
    return Stack(parts, slots, column + _GUTTER if column > 1 else 0.0, y - gap)


def _stack_above(rows: Sequence[Row], width: float, top: float, heights: Sequence[float], gap: float) -> Stack:
    parts: list[str] = []
    slots: list[Slot] = []
    y = top
    for band in split_bands(rows):
        y += _add_heading(parts, band, width, y, first=band.rows[0] == 0)
        for place in band.rows:
            row, height = rows[place], heights[place]
            lines = wrap_text(row.label, width, LABEL_SIZE, 400, _LABEL_LINES, True)
            note = measure_text(row.note, _NOTE_SIZE)
            beside = bool(row.note) and len(lines) > 0 and measure_text(lines[-1], LABEL_SIZE) + 12 + note <= width
            parts += _draw_label(lines, "" if beside else row.note, y)
            if beside:
                baseline = centre_baseline(y + LABEL_LEADING * (len(lines) - 0.5), LABEL_SIZE)
                parts.append(draw_text(width, baseline, row.note, size=_NOTE_SIZE, anchor="end", ink="muted"))
            y += len(lines) * LABEL_LEADING + (_NOTE_LEADING if row.note and not beside else 0) + 3
            slots.append(Slot(place, y, height))
            y += height + gap
    return Stack(parts, slots, 0.0, y - gap)


def _add_heading(parts: list[str], band: Band, width: float, top: float, *, first: bool) -> float:
    """Draw a band's heading; how far down it pushes the rows."""
    if not band.heading:
        return 0.0
    space = 0.0 if first else 12.0
    drawn, bottom = draw_heading(band.heading, width, top + space)
    parts += drawn
    return bottom - top + 8


def _draw_label(lines: Sequence[str], note: str, top: float) -> list[str]:
    baseline = centre_baseline(top + LABEL_LEADING / 2, LABEL_SIZE)
    parts = draw_lines(0, baseline, lines, leading=LABEL_LEADING, size=LABEL_SIZE)
    if note:
        under = top + len(lines) * LABEL_LEADING
        parts.append(draw_text(0, centre_baseline(under + _NOTE_LEADING / 2, _NOTE_SIZE), note, size=12, ink="muted"))
    return parts
