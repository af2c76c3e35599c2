"""The staircase for a wide picture: a tread per step, and on it a bar per group."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from praksis.tell.chart.bar import draw_bar, draw_whisker
from praksis.tell.chart.data import ChartData, Mark
from praksis.tell.chart.measure import measure_text, wrap_text
from praksis.tell.chart.palette import paint
from praksis.tell.chart.rows import is_wide, name_value
from praksis.tell.chart.svg import centre_baseline, draw_lines, draw_path, draw_text, group, number

_LEAST_MAXIMUM = 25.0
"""A share of so many percent may be as high as bars get, a smaller one may not: small shares look small."""
_BAR_HEIGHT = 150.0
_WIDEST_BAR = 60.0
_BETWEEN_BARS = 6.0
_PADDING = 10.0
"""From the edge of a step to its bars and words."""
_VALUE_SIZE = 13
_VALUE_GAP = 6.0
_GROUP_SIZE = 12
_GROUP_LEADING = 15.0
_GROUP_LINES = 3
_STEP_SIZE = 13
_STEP_LEADING = 17.0
_STEP_LINES = 4
_TREAD = 4.0
_FLIGHT = 165.0
"""From the lowest tread to the highest; a step is no lower or higher than the limits below."""
_LOWEST_RISE, _HIGHEST_RISE = 26.0, 60.0


@dataclass(frozen=True)
class _Flight:
    """The measures of the staircase."""

    column: float
    slot: float
    """Room for one bar."""
    treads: tuple[float, ...]
    bottom: float
    maximum: float


def can_stand(data: ChartData, rows: Sequence[int], width: int) -> bool:
    """Is there room for the bars side by side, each with its value on top?"""
    widest = max((measure_text(mark.text, _VALUE_SIZE, 600) for row in rows for mark in data.marks[row]), default=0)
    words = [word for series in data.series for word in series.label.split(" ")]
    step = max((measure_text(word, _STEP_SIZE, 600) for word in words), default=0)
    column = width / max(len(data.series), 1)
    return is_wide(width) and _find_slot(column, len(rows)) >= widest + 2 and column - _PADDING >= step


def _find_slot(column: float, groups: int) -> float:
    return min((column - 2 * _PADDING) / groups, 1.5 * _WIDEST_BAR + _BETWEEN_BARS)


def label_groups(data: ChartData, rows: Sequence[int], width: int) -> list[tuple[str, ...]]:
    """The names of the groups as they stand under each bar; none if one does not fit or has a note (then a legend)."""
    slot = _find_slot(width / len(data.series), len(rows)) - 4
    labels = [data.rows[row].label for row in rows]
    if len(rows) == 1 or any(data.rows[row].note for row in rows):
        return []
    if any(measure_text(word, _GROUP_SIZE) > slot for label in labels for word in label.split(" ")):
        return []
    wrapped = [wrap_text(label, slot, _GROUP_SIZE, 400, _GROUP_LINES + 1, True) for label in labels]
    return wrapped if all(len(lines) <= _GROUP_LINES for lines in wrapped) else []


def draw_standing(
    data: ChartData, rows: Sequence[int], hues: Sequence[Sequence[str]], width: int, top: float
) -> tuple[list[str], float]:
    """The staircase and the bottom of it; `hues[group][step]` colours the bars."""
    names = label_groups(data, rows, width)
    steps = [_label_step(series.label, width / len(data.series)) for series in data.series]
    flight = _measure_flight(data, rows, width, top, _measure_words(names, steps))
    parts = [_draw_body(flight)]
    for step, lines in enumerate(steps):
        left = step * flight.column
        tread = flight.treads[step]
        for place, row in enumerate(rows):
            middle = left + flight.column / 2 + (place - (len(rows) - 1) / 2) * flight.slot
            mark = data.marks[row][step]
            bar = _draw_bar(mark, flight, middle, tread, hues[place][step])
            parts.append(group(name_value(data.rows[row], data.series[step], mark), bar))
            if names:
                baseline = centre_baseline(tread + 8 + _GROUP_LEADING / 2, _GROUP_SIZE)
                parts += draw_lines(
                    middle,
                    baseline,
                    names[place],
                    leading=_GROUP_LEADING,
                    size=_GROUP_SIZE,
                    anchor="middle",
                    ink="muted",
                )
        under = tread + 10 + _measure_names(names)
        baseline = centre_baseline(under + _STEP_LEADING / 2, _STEP_SIZE)
        parts += draw_lines(
            left + flight.column / 2,
            baseline,
            lines,
            leading=_STEP_LEADING,
            size=_STEP_SIZE,
            weight=600,
            anchor="middle",
        )
    parts.append(_draw_treads(flight))
    return parts, flight.bottom


def _label_step(label: str, column: float) -> tuple[str, ...]:
    return wrap_text(label, column - _PADDING, _STEP_SIZE, 600, _STEP_LINES, True)


def _measure_names(names: Sequence[Sequence[str]]) -> float:
    return max((len(lines) for lines in names), default=0) * _GROUP_LEADING + (4 if names else 0)


def _measure_words(names: Sequence[Sequence[str]], steps: Sequence[Sequence[str]]) -> float:
    """Height of the lowest step: room for the names of the groups and of every step (higher ones have more)."""
    rise = _find_rise(len(steps))
    words = max(len(lines) * _STEP_LEADING - place * rise for place, lines in enumerate(steps))
    return 10 + _measure_names(names) + words + 8


def _find_rise(steps: int) -> float:
    return max(_LOWEST_RISE, min(_HIGHEST_RISE, _FLIGHT / max(steps - 1, 1)))


def _measure_flight(data: ChartData, rows: Sequence[int], width: int, top: float, base: float) -> _Flight:
    """Place the treads so that the tallest bar, wherever it stands, just reaches the top."""
    count = len(data.series)
    column = width / count
    maximum = max([_LEAST_MAXIMUM, *(_find_reach(mark) for row in rows for mark in data.marks[row])])
    rise = _find_rise(count)
    head = _VALUE_GAP + _VALUE_SIZE + 2
    above = [
        base + step * rise + head + max(_find_reach(data.marks[row][step]) for row in rows) / maximum * _BAR_HEIGHT
        for step in range(count)
    ]
    bottom = top + max(above)
    treads = tuple(bottom - base - step * rise for step in range(count))
    return _Flight(column, _find_slot(column, len(rows)), treads, bottom, maximum)


def _find_reach(mark: Mark) -> float:
    """How high a bar goes, its whisker included."""
    return max(mark.value, mark.upper or 0.0) if mark.value is not None else 0.0


def _draw_bar(mark: Mark, flight: _Flight, middle: float, tread: float, hue: str) -> list[str]:
    if mark.value is None:
        return [draw_text(middle, tread - _VALUE_GAP, mark.text, weight=600, anchor="middle", ink="muted")]
    scale = _BAR_HEIGHT / flight.maximum
    foot = tread - _TREAD / 2
    wide = min(_WIDEST_BAR, flight.slot - _BETWEEN_BARS)
    tall = max(mark.value, 0.0) * scale
    parts = [draw_bar(middle - wide / 2, foot - tall, wide, tall, hue, uncertain=mark.uncertain)]
    if mark.lower is not None and mark.upper is not None:
        parts.append(draw_whisker(foot - mark.upper * scale, foot - mark.lower * scale, middle, upright=True))
    y = foot - _find_reach(mark) * scale - _VALUE_GAP
    parts.append(draw_text(middle, y, mark.text, size=_VALUE_SIZE, weight=600, anchor="middle"))
    return parts


def _draw_body(flight: _Flight) -> str:
    """What the treads rest on."""
    outline = _trace(flight)
    return draw_path(f"{outline}V{number(flight.bottom)}H0Z", paint(fill="surface"))


def _draw_treads(flight: _Flight) -> str:
    """The line a foot would follow."""
    return draw_path(_trace(flight), paint(stroke="ink"), ' stroke-width="2.5" stroke-linejoin="miter"')


def _trace(flight: _Flight) -> str:
    steps = [f"M0 {number(flight.treads[0])}H{number(flight.column)}"]
    for step, (_, tread) in enumerate(pairwise(flight.treads), start=2):
        steps.append(f"V{number(tread)}H{number(step * flight.column)}")
    return "".join(steps)
