"""The time axis: waves at their distance in years, their labels, and signs for what was not asked or is not shown."""

import re
from collections.abc import Sequence
from itertools import pairwise

from praksis.tell.chart.data import ChartData
from praksis.tell.chart.marker import choose_shape, draw_marker
from praksis.tell.chart.measure import measure_text, wrap_text
from praksis.tell.chart.palette import choose_hue
from praksis.tell.chart.rows import name_value
from praksis.tell.chart.svg import centre_baseline, draw_line, draw_lines, draw_text, group
from praksis.tell.chart.trend import Plot

_SIZE = 12
_LEADING = 15.0
_BETWEEN = 8.0
_TICK = 5.0
_SIGN_HEIGHT = 17.0
_YEAR = re.compile(r"\d{4}")
_LABEL_LINES = 3


def place_waves(labels: Sequence[str], first: float, last: float) -> list[float]:
    """The x coordinate of each wave: true to time where every label is a year, else evenly spaced."""
    if len(labels) == 1:
        return [(first + last) / 2]
    times = [float(label) if _YEAR.fullmatch(label) else -1.0 for label in labels]
    if min(times) < 0 or any(late <= early for early, late in pairwise(times)):
        times = [float(place) for place in range(len(labels))]
    span = times[-1] - times[0]
    return [first + (time - times[0]) / span * (last - first) for time in times]


def draw_waves(data: ChartData, plot: Plot, left: float, right: float) -> list[str]:
    """Ticks, signs and labels under the plot, kept between `left` and `right`."""
    parts = [draw_line(x, plot.bottom, x, plot.bottom + _TICK, "axis") for x in plot.places]
    for row, x in zip(plot.rows, plot.places, strict=True):
        parts += _draw_signs(data, row, x, plot.bottom + _TICK + 3)
    y = plot.bottom + _TICK + 2 + _measure_signs(data, plot)
    baseline = centre_baseline(y + _LEADING / 2, _SIZE)
    labels = _choose_labels(data, plot, left, right)
    for x, lines in labels:
        parts += draw_lines(x, baseline, lines, leading=_LEADING, size=_SIZE, anchor="middle")
    under = baseline + _LEADING * max((len(lines) for _, lines in labels), default=0)
    for x, (note,) in _choose_notes(data, plot, left, right):
        parts.append(draw_text(x, under, note, size=_SIZE, anchor="middle", ink="muted"))
    return parts


def measure_waves(data: ChartData, plot: Plot, left: float, right: float) -> float:
    """Room under the plot."""
    lines = max((len(lines) for _, lines in _choose_labels(data, plot, left, right)), default=0)
    notes = 1 if _choose_notes(data, plot, left, right) else 0
    return _TICK + 2 + _measure_signs(data, plot) + _LEADING * (lines + notes) + 3


def _is_unasked(data: ChartData, row: int) -> bool:
    """Is nothing known of this wave, and for the same reason?"""
    return all(mark.value is None for mark in data.marks[row]) and len({mark.text for mark in data.marks[row]}) == 1


def _count_signs(data: ChartData, row: int) -> int:
    return 1 if _is_unasked(data, row) else sum(mark.value is None for mark in data.marks[row])


def _measure_signs(data: ChartData, plot: Plot) -> float:
    return max((_count_signs(data, row) for row in plot.rows), default=0) * _SIGN_HEIGHT


def _draw_signs(data: ChartData, row: int, x: float, top: float) -> list[str]:
    """One sign for the whole wave, or one per series with the marker it stands for."""
    marks = data.marks[row]
    hidden = [place for place, mark in enumerate(marks) if mark.value is None]
    if not hidden:
        return []
    if _is_unasked(data, row):
        baseline = centre_baseline(top + _SIGN_HEIGHT / 2, _SIZE)
        sign = draw_text(x, baseline, marks[0].text, size=_SIZE, weight=600, anchor="middle", ink="muted")
        return [group(f"{data.rows[row].label}: {marks[0].text}", [sign])]
    parts = []
    for line, place in enumerate(hidden):
        middle = top + _SIGN_HEIGHT * (line + 0.5)
        series = data.series[place]
        key = draw_marker(choose_shape(place), x - 7, middle, choose_hue(series.tone), radius=4.5)
        text = draw_text(x + 3, centre_baseline(middle, _SIZE), marks[place].text, size=_SIZE, weight=600, ink="muted")
        parts.append(group(name_value(data.rows[row], series, marks[place]), [key, text]))
    return parts


def _choose_notes(data: ChartData, plot: Plot, left: float, right: float) -> Sequence[tuple[float, tuple[str, ...]]]:
    """The notes of all waves if there is room for all of them; they are also told with the values."""
    notes = _keep_inside(plot, [(data.rows[row].note,) for row in plot.rows], left, right)
    return notes if any(note for _, (note,) in notes) and _do_fit(notes) else []


def _choose_labels(data: ChartData, plot: Plot, left: float, right: float) -> list[tuple[float, tuple[str, ...]]]:
    """All labels on one line; or broken into lines; or only some (ticks and markers still show every wave)."""
    labels = [data.rows[row].label for row in plot.rows]
    # Even the longest leaves room for another.
    widest = (right - left - _BETWEEN) / 2
    whole = _keep_inside(plot, [(label,) for label in labels], left, right)
    if len(labels) > 1 and _do_fit(whole):
        return whole
    if len(labels) == 1:
        return _keep_inside(plot, [wrap_text(labels[0], right - left, _SIZE, 400, _LABEL_LINES)], left, right)
    spacing = min(late - early for early, late in pairwise(plot.places)) - _BETWEEN
    if all(measure_text(word, _SIZE) <= spacing for label in labels for word in label.split(" ")):
        broken = [wrap_text(label, spacing, _SIZE, 400, _LABEL_LINES) for label in labels]
        return _keep_inside(plot, broken, left, right)
    return _thin_out(plot, [wrap_text(label, widest, _SIZE, 400, _LABEL_LINES) for label in labels], left, right)


def _thin_out(
    plot: Plot, labels: Sequence[tuple[str, ...]], left: float, right: float
) -> list[tuple[float, tuple[str, ...]]]:
    """Every second, third ... label if that keeps both ends; else both ends and what fits between."""
    last = len(labels) - 1
    for every in (step for step in range(2, last) if last % step == 0):
        kept = [lines if place % every == 0 else () for place, lines in enumerate(labels)]
        if _do_fit(thinned := _keep_inside(plot, kept, left, right)):
            return thinned
    kept = [labels[0], *[()] * (last - 1), labels[-1]] if last else [labels[0]]
    for place in range(last - 1, 0, -1):
        attempt = [*kept[:place], labels[place], *kept[place + 1 :]]
        if _do_fit(_keep_inside(plot, attempt, left, right)):
            kept = attempt
    return _keep_inside(plot, kept, left, right)


def _keep_inside(
    plot: Plot, labels: Sequence[tuple[str, ...]], left: float, right: float
) -> list[tuple[float, tuple[str, ...]]]:
    """Centre each label on its wave, but not over the edge of the picture."""
    placed = []
    for x, lines in zip(plot.places, labels, strict=True):
        half = max((measure_text(line, _SIZE) for line in lines), default=0.0) / 2
        placed.append((max(left + half, min(x, right - half)), lines))
    return placed


def _do_fit(labels: Sequence[tuple[float, tuple[str, ...]]]) -> bool:
    reached = float("-inf")
    for x, lines in labels:
        half = max((measure_text(line, _SIZE) for line in lines), default=0.0) / 2
        if not half:
            continue
        if x - half < reached + _BETWEEN:
            return False
        reached = x + half
    return True
