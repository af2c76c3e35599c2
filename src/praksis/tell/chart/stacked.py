"""Stacked bars: how the answers of each row divide over the categories, 100 percent in all."""

from collections.abc import Sequence
from dataclasses import dataclass

from praksis.tell.chart.bar import draw_bar
from praksis.tell.chart.data import ChartData, Mark
from praksis.tell.chart.legend import Key, draw_legend
from praksis.tell.chart.measure import measure_text
from praksis.tell.chart.palette import choose_hue, paint
from praksis.tell.chart.rows import Slot, is_wide, name_value, stack_rows
from praksis.tell.chart.svg import centre_baseline, draw_rect, draw_text, group

_SIZE = 13
_GAP = 2.0
"""Between two segments; the page shows through."""
_NARROW = 5.0
_LEAST = 24.0
"""A narrower segment has no label."""
_PADDING = 1.5


@dataclass(frozen=True)
class _Segment:
    series: int
    start: float
    end: float


def draw_stacked(data: ChartData, width: int) -> tuple[list[str], float]:
    """The chart's elements and its height."""
    height, gap = (28, 10) if is_wide(width) else (30, 12)
    parts, top = draw_legend([Key(s.label, choose_hue(s.tone)) for s in data.series], width)
    stack = stack_rows(data.rows, width, top + 14, [height] * len(data.rows), gap)
    parts += stack.parts
    room = max((_measure_signs(marks) for marks in data.marks), default=0.0)
    for slot in stack.slots:
        parts += _draw_row(data, slot, stack.left, width - room)
    return parts, stack.bottom + 2


def _measure_signs(marks: Sequence[Mark]) -> float:
    """Room after the bars for the signs of values that are hidden while their neighbours are shown."""
    return 6 + measure_text(_join_signs(marks), _SIZE, 600) if _is_partly_hidden(marks) else 0.0


def _is_partly_hidden(marks: Sequence[Mark]) -> bool:
    return len({mark.value is None for mark in marks}) == 2


def _join_signs(marks: Sequence[Mark]) -> str:
    return " ".join(dict.fromkeys(mark.text for mark in marks if mark.value is None))


def _draw_row(data: ChartData, slot: Slot, left: float, right: float) -> list[str]:
    marks = data.marks[slot.row]
    parts: list[str] = []
    segments = _divide(marks, left, right)
    for segment in segments:
        name = name_value(data.rows[slot.row], data.series[segment.series], marks[segment.series])
        parts.append(group(name, _draw_segment(data, slot, segment, last=segment is segments[-1])))
    hidden = [place for place, mark in enumerate(marks) if mark.value is None]
    if hidden:
        name = "; ".join(name_value(data.rows[slot.row], data.series[place], marks[place]) for place in hidden)
        end = segments[-1].end + _GAP if segments else left
        parts.append(group(name, _draw_hidden(slot, end, right, _join_signs(marks), inside=not segments)))
    return parts


def _divide(marks: Sequence[Mark], left: float, right: float) -> list[_Segment]:
    """Segments in the order of the answers, full width where every value is known (rounding never leaves a chip)."""
    total = sum(max(mark.value, 0.0) for mark in marks if mark.value is not None)
    whole = total if not any(mark.value is None for mark in marks) else max(total, 100.0)
    segments = []
    reached = 0.0
    for place, mark in enumerate(marks):
        if mark.value is not None and mark.value > 0:
            start = reached
            reached += mark.value
            scale = (right - left) / whole
            segments.append(_Segment(place, left + start * scale, left + reached * scale))
    return segments


def _draw_segment(data: ChartData, slot: Slot, segment: _Segment, *, last: bool) -> list[str]:
    mark = data.marks[slot.row][segment.series]
    hue = choose_hue(data.series[segment.series].tone)
    whole = segment.end - segment.start
    gap = 0.0 if last else _GAP if whole >= _NARROW else min(1.0, whole / 2)
    wide = whole - gap
    parts = [draw_bar(segment.start, slot.top, wide, slot.height, hue, uncertain=mark.uncertain)]
    text = measure_text(mark.text, _SIZE, 600)
    if whole - _GAP >= max(_LEAST, text + 2 * _PADDING):
        middle = segment.start + wide / 2
        if mark.uncertain:
            parts.append(_draw_plate(middle, slot, text))
        ink = "ink" if mark.uncertain else f"on-{hue}"
        baseline = centre_baseline(slot.middle, _SIZE)
        parts.append(draw_text(middle, baseline, mark.text, weight=600, anchor="middle", ink=ink))
    return parts


def _draw_plate(middle: float, slot: Slot, text: float) -> str:
    """What a label stands on so that the hatching does not run through it."""
    return draw_rect(middle - text / 2 - 2, slot.middle - 8, text + 4, 16, paint(fill="background"))


def _draw_hidden(slot: Slot, start: float, right: float, signs: str, *, inside: bool) -> list[str]:
    """The part of the bar that may not be shown: an empty frame, and the signs that say why."""
    frame = draw_rect(
        start + 0.5,
        slot.top + 0.5,
        max(right - start - 1, 0.0),
        slot.height - 1,
        paint(stroke="axis"),
        ' stroke-dasharray="3 3"',
    )
    x = start + 8 if inside else right + 6
    label = draw_text(x, centre_baseline(slot.middle, _SIZE), signs, weight=600, ink="muted")
    return [frame, label] if right - start > 2 else [label]
