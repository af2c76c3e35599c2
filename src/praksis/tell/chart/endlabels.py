"""What stands at the end of a line: its last value, and on a wide picture the name of its series."""

from dataclasses import dataclass

from praksis.tell.chart.data import ChartData
from praksis.tell.chart.lines import EndLabel, spread_labels
from praksis.tell.chart.marker import RADIUS, choose_shape, draw_marker
from praksis.tell.chart.measure import measure_text, wrap_text
from praksis.tell.chart.palette import choose_hue
from praksis.tell.chart.svg import centre_baseline, draw_line, draw_lines, draw_text
from praksis.tell.chart.trend import VALUE_SIZE, Plot, find_last

_SIZE = 13
_LEADING = 16.0
_LEADER = 16.0
"""Room for a line from a point to a label that had to move."""
_KEY_ROOM = 14.0
"""Room for a marker in front of a value that had to move."""
_MOVED = 5.0
_VALUE_GAP = 7.0
_NAME_LINES = 3
_WIDEST_NAME = 130.0


@dataclass(frozen=True)
class _Label:
    series: int
    x: float
    y: float
    """The last point."""
    value: str
    name: tuple[str, ...] = ()

    @property
    def below(self) -> float:
        """Height of the lines under the first, which is the one that stands beside the point."""
        return _LEADING * max(len(self.name) - 1, 0)

    @property
    def height(self) -> float:
        return _LEADING + self.below + 2


def measure_end_labels(data: ChartData, *, named: bool) -> float:
    """Room to the right of the plot."""
    if not named:
        return _KEY_ROOM + _measure_values(data, VALUE_SIZE)
    names = max((measure_text(series.label, _SIZE) for series in data.series), default=0.0)
    return _LEADER + _measure_values(data, _SIZE) + _VALUE_GAP + min(names, _WIDEST_NAME) + 1


def measure_named_height(data: ChartData) -> float:
    """Height of all names under one another: what a plot must have for them to stand beside it."""
    names = (_wrap_name(series.label, _WIDEST_NAME) for series in data.series)
    return sum(_Label(0, 0, 0, "", name).height for name in names)


def _wrap_name(name: str, room: float) -> tuple[str, ...]:
    return wrap_text(name, room, _SIZE, 400, _NAME_LINES)


def _measure_values(data: ChartData, size: int) -> float:
    return max((measure_text(mark.text, size, 600) for marks in data.marks for mark in marks), default=0.0)


def draw_end_labels(data: ChartData, plot: Plot, right: float, *, named: bool) -> list[str]:
    """Labels to the right of the plot, moved apart where lines end close to one another."""
    labels = _list_named(data, plot, right) if named else _list_values(data, plot)
    wanted = [EndLabel(label.series, label.y + label.below / 2, label.height) for label in labels]
    spread = spread_labels(wanted, plot.top - 10, plot.bottom + 8)
    firsts = {place.key: place.middle - place.height / 2 + _LEADING / 2 + 1 for place in spread}
    moved = any(abs(firsts[label.series] - label.y) > _MOVED for label in labels)
    parts: list[str] = []
    for label in labels:
        middle = firsts[label.series]
        if named:
            parts += _draw_named(data, plot, label, middle)
        else:
            parts += _draw_value(data, plot, label, middle, keyed=moved)
    return parts


def _list_values(data: ChartData, plot: Plot) -> list[_Label]:
    """The values of the last wave."""
    ends = [(place, find_last(data, plot, place)) for place in range(len(data.series))]
    return [_Label(place, *end[:2], end[2].text) for place, end in ends if end and end[0] == plot.places[-1]]


def _list_named(data: ChartData, plot: Plot, right: float) -> list[_Label]:
    """Every series with its last known value; one without any stands at the bottom with its sign."""
    room = right - plot.right - _LEADER - _measure_values(data, _SIZE) - _VALUE_GAP
    labels = []
    for place, series in enumerate(data.series):
        name = _wrap_name(series.label, room)
        end = find_last(data, plot, place)
        if end:
            labels.append(_Label(place, *end[:2], end[2].text, name))
        elif plot.rows:
            labels.append(_Label(place, plot.right, plot.bottom, data.marks[plot.rows[-1]][place].text, name))
    return labels


def _draw_value(data: ChartData, plot: Plot, label: _Label, middle: float, *, keyed: bool) -> list[str]:
    """A value beside its marker; with a marker of its own where it had to move away."""
    hue = choose_hue(data.series[label.series].tone)
    x = plot.right + (_KEY_ROOM if keyed else 4.0)
    key = draw_marker(choose_shape(label.series), x - 8, middle, hue, radius=4.5)
    value = draw_text(x, centre_baseline(middle, VALUE_SIZE), label.value, size=VALUE_SIZE, weight=600)
    return [key, value] if keyed else [value]


def _draw_named(data: ChartData, plot: Plot, label: _Label, middle: float) -> list[str]:
    x = plot.right + _LEADER
    baseline = centre_baseline(middle, _SIZE)
    names = x + _measure_values(data, _SIZE) + _VALUE_GAP
    return [
        *_draw_leader(data, plot, label, x - 3, middle),
        draw_text(x, baseline, label.value, size=_SIZE, weight=600),
        *draw_lines(names, baseline, label.name, leading=_LEADING, size=_SIZE),
    ]


def _draw_leader(data: ChartData, plot: Plot, label: _Label, x: float, y: float) -> list[str]:
    """A thin line from the last point to its label, where the label does not stand right beside it."""
    at_end = label.x == plot.places[-1]
    if find_last(data, plot, label.series) is None or (at_end and abs(y - label.y) < _MOVED):
        return []
    hue = choose_hue(data.series[label.series].tone)
    start = label.x + RADIUS + 2
    if at_end:
        return [draw_line(start, label.y, x, y, hue)]
    # The series ended before the last wave: level as far as the plot goes, dashed, for nothing was measured there.
    dashes = ' stroke-dasharray="2 3"'
    return [
        draw_line(start, label.y, plot.right - 2, label.y, hue, 1, dashes),
        draw_line(plot.right - 2, label.y, x, y, hue, 1, dashes),
    ]
