"""The legend: what each colour, and where points are drawn each shape, stands for."""

from collections.abc import Sequence
from dataclasses import dataclass

from praksis.tell.chart.marker import draw_marker
from praksis.tell.chart.measure import measure_text, wrap_text
from praksis.tell.chart.palette import paint
from praksis.tell.chart.svg import centre_baseline, draw_lines, draw_rect, draw_text

_SIZE = 13
_LEADING = 17
_SWATCH = 12
_KEY_ROOM = 19
"""From the left edge of the key to its label."""
_BETWEEN = 18
_LINES = 3
_NOTE_SIZE = 12
_NOTE_GAP = 7.0


@dataclass(frozen=True)
class Key:
    """One entry."""

    label: str
    hue: str
    shape: str = ""
    """Shape of the marker; '' = a square swatch, as for bars."""
    note: str = ""
    """Small text after the label, such as 'n = 87'."""


def draw_legend(keys: Sequence[Key], width: float, top: float = 0) -> tuple[list[str], float]:
    """The entries in reading order, on as many lines as they need; with the bottom of the last line."""
    parts: list[str] = []
    x, y, bottom = 0.0, top, top
    for key in keys:
        lines = wrap_text(key.label, width - _KEY_ROOM - _measure_note(key), _SIZE, 400, _LINES)
        wide = _measure_entry(key, lines)
        if x > 0 and x + wide > width:
            x, y = 0.0, bottom
        parts += _draw_entry(key, lines, x, y)
        x += wide + _BETWEEN
        bottom = max(bottom, y + _LEADING * max(len(lines), 1) + 3)
    return parts, bottom


def _measure_entry(key: Key, lines: Sequence[str]) -> float:
    return _KEY_ROOM + max((measure_text(line, _SIZE) for line in lines), default=0.0) + _measure_note(key)


def _measure_note(key: Key) -> float:
    return _NOTE_GAP + measure_text(key.note, _NOTE_SIZE) if key.note else 0.0


def _draw_entry(key: Key, lines: Sequence[str], x: float, top: float) -> list[str]:
    middle = top + _LEADING / 2
    if key.shape:
        parts = [draw_marker(key.shape, x + _SWATCH / 2, middle, key.hue)]
    else:
        parts = [draw_rect(x, middle - _SWATCH / 2, _SWATCH, _SWATCH, paint(fill=key.hue), ' rx="2"')]
    baseline = centre_baseline(middle, _SIZE)
    parts += draw_lines(x + _KEY_ROOM, baseline, lines, leading=_LEADING, size=_SIZE)
    if key.note:
        after = x + _KEY_ROOM + (measure_text(lines[-1], _SIZE) + _NOTE_GAP if lines else 0)
        below = baseline + _LEADING * max(len(lines) - 1, 0)
        parts.append(draw_text(after, below, key.note, size=_NOTE_SIZE, ink="muted"))
    return parts
