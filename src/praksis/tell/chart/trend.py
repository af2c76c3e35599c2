"""The lines of a development: intervals, lines broken where a wave is missing, markers and values beside them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from praksis.tell.chart.bar import draw_whisker
from praksis.tell.chart.data import ChartData, Mark
from praksis.tell.chart.lines import Box, Stroke, find_place
from praksis.tell.chart.marker import RADIUS, choose_shape, draw_marker
from praksis.tell.chart.measure import measure_text
from praksis.tell.chart.palette import choose_hue, paint
from praksis.tell.chart.rows import name_value
from praksis.tell.chart.svg import CAP_HEIGHT, draw_path, draw_text, group, number

VALUE_SIZE = 12
MOST_BANDS = 3
"""With more series the bands would lie on top of one another and say nothing."""
_CLEAR = RADIUS + 4
"""From the centre of a marker to its value."""


@dataclass(frozen=True)
class Plot:
    """The field the lines are drawn in."""

    rows: tuple[int, ...]
    places: tuple[float, ...]
    """The x coordinate of each row."""
    left: float
    right: float
    top: float
    bottom: float
    maximum: float

    def place(self, value: float) -> float:
        """The y coordinate of a value; one outside the axis is drawn at its end."""
        share = min(max(value, 0.0), self.maximum) / self.maximum
        return self.bottom - share * (self.bottom - self.top)


@dataclass(frozen=True)
class _Point:
    row: int
    x: float
    y: float
    mark: Mark


def draw_trends(data: ChartData, plot: Plot, *, named: bool) -> list[str]:
    """Every series: intervals undermost, then lines, markers and values."""
    runs = [list(_split_runs(data, plot, series)) for series in range(len(data.series))]
    parts: list[str] = []
    for series, pieces in enumerate(runs if len(runs) <= MOST_BANDS else ()):
        parts += _draw_intervals(pieces, plot, choose_hue(data.series[series].tone))
    for series, pieces in enumerate(runs):
        hue = choose_hue(data.series[series].tone)
        parts += [
            draw_path(_join(run), paint(stroke=hue), ' stroke-width="2.25" stroke-linejoin="round"')
            for run in pieces
            if len(run) > 1
        ]
    values = _place_values(data, plot, runs, named=named)
    for series, pieces in enumerate(runs):
        hue = choose_hue(data.series[series].tone)
        for point in (point for run in pieces for point in run):
            drawn = [draw_marker(choose_shape(series), point.x, point.y, hue, hollow=point.mark.uncertain)]
            box = values.get((series, point.row))
            if box:
                drawn.append(_draw_value(box, point.mark))
            parts.append(group(name_value(data.rows[point.row], data.series[series], point.mark), drawn))
    return parts


def find_last(data: ChartData, plot: Plot, series: int) -> tuple[float, float, Mark] | None:
    """Where a series ends: its last known value."""
    for row, x in zip(reversed(plot.rows), reversed(plot.places), strict=True):
        mark = data.marks[row][series]
        if mark.value is not None:
            return x, plot.place(mark.value), mark
    return None


def _split_runs(data: ChartData, plot: Plot, series: int) -> Iterator[list[_Point]]:
    """The known values, in runs without a gap."""
    run: list[_Point] = []
    for row, x in zip(plot.rows, plot.places, strict=True):
        mark = data.marks[row][series]
        if mark.value is not None:
            run.append(_Point(row, x, plot.place(mark.value), mark))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _join(points: Sequence[_Point]) -> str:
    return "M" + "L".join(f"{number(point.x)} {number(point.y)}" for point in points)


def _draw_intervals(runs: Sequence[Sequence[_Point]], plot: Plot, hue: str) -> list[str]:
    """A band along each run; a whisker at a wave that stands alone."""
    parts = []
    for run in runs:
        limits = [
            (point.x, plot.place(point.mark.lower), plot.place(point.mark.upper))
            for point in run
            if point.mark.lower is not None and point.mark.upper is not None
        ]
        if len(limits) == 1:
            x, low, high = limits[0]
            parts.append(draw_whisker(high, low, x, upright=True))
        elif limits:
            edge = [f"{number(x)} {number(high)}" for x, _, high in limits]
            edge += [f"{number(x)} {number(low)}" for x, low, _ in reversed(limits)]
            parts.append(draw_path(f"M{'L'.join(edge)}Z", paint(fill=hue), ' fill-opacity="0.16"'))
    return parts


def _place_values(
    data: ChartData, plot: Plot, runs: Sequence[Sequence[Sequence[_Point]]], *, named: bool
) -> dict[tuple[int, int], Box]:
    """Values beside all points if there is room for all of them; else at the start of every line; else nowhere.

    The last wave has its value at the end of the line.
    """
    boxes = [
        Box(point.x - RADIUS, point.y - RADIUS, point.x + RADIUS, point.y + RADIUS)
        for pieces in runs
        for run in pieces
        for point in run
    ]
    strokes = [Stroke(one.x, one.y, two.x, two.y) for pieces in runs for run in pieces for one, two in pairwise(run)]
    wanted = [
        (series, point)
        for series, pieces in enumerate(runs)
        for point in (point for run in pieces for point in run)
        if not _ends_line(data, plot, series, point, named=named)
    ]
    placed = _try_places(wanted, plot, boxes, strokes)
    if len(placed) == len(wanted):
        return placed
    first = {series: min(point.row for other, point in wanted if other == series) for series, _ in wanted}
    starts = [(series, point) for series, point in wanted if point.row == first[series]]
    placed = _try_places(starts, plot, boxes, strokes)
    return placed if len(placed) == len(starts) else {}


def _ends_line(data: ChartData, plot: Plot, series: int, point: _Point, *, named: bool) -> bool:
    """Does this point have its value in the label at the end of the line?"""
    last = find_last(data, plot, series)
    return last is not None and last[0] == point.x and (named or point.x == plot.places[-1])


def _try_places(
    wanted: Sequence[tuple[int, _Point]], plot: Plot, boxes: Sequence[Box], strokes: Sequence[Stroke]
) -> dict[tuple[int, int], Box]:
    """A place for the values, as far as there is one; the lowest of a wave rather goes under its point."""
    lowest = {row: max(point.y for _, point in wanted if point.row == row) for row in plot.rows if _has(wanted, row)}
    highest = {row: min(point.y for _, point in wanted if point.row == row) for row in lowest}
    placed: dict[tuple[int, int], Box] = {}
    for series, point in sorted(wanted, key=lambda want: (want[1].y, want[0])):
        under = point.y == lowest[point.row] > highest[point.row]
        box = find_place(_list_candidates(point, plot, under=under), [*boxes, *placed.values()], strokes)
        if box:
            placed[series, point.row] = box
    return placed


def _has(wanted: Sequence[tuple[int, _Point]], row: int) -> bool:
    return any(point.row == row for _, point in wanted)


def _list_candidates(point: _Point, plot: Plot, *, under: bool) -> list[Box]:
    """Above the point or below it, straight or a little to one side, but not over the edge of the plot."""
    half = measure_text(point.mark.text, VALUE_SIZE, 600) / 2 + 1
    tall = VALUE_SIZE * CAP_HEIGHT + 3
    above, below = point.y - _CLEAR + 1, point.y + _CLEAR + tall - 1
    boxes = []
    for bottom in (below, above) if under else (above, below):
        for shift in (0.0, -0.6, 0.6):
            x = max(point.x + shift * half, plot.left + half)
            boxes.append(Box(x - half, bottom - tall, x + half, bottom))
    return [box for box in boxes if box.bottom < plot.bottom - 1 and box.top > plot.top - 14 and box.right < plot.right]


def _draw_value(box: Box, mark: Mark) -> str:
    middle, baseline = (box.left + box.right) / 2, box.bottom - 1.5
    return draw_text(middle, baseline, mark.text, size=VALUE_SIZE, weight=600, anchor="middle", halo=True)
