"""The one way in: from the data of a chart to its SVG."""

from collections.abc import Callable, Mapping

from praksis.tell.chart.barriers import draw_barriers
from praksis.tell.chart.bars import draw_bars
from praksis.tell.chart.data import ChartData
from praksis.tell.chart.development import draw_development
from praksis.tell.chart.stacked import draw_stacked
from praksis.tell.chart.staircase import draw_staircase
from praksis.tell.chart.svg import draw_document

WIDE = 720
NARROW = 340
"""The two widths a page switches between with a media query; text is never scaled."""

_KINDS: Mapping[str, Callable[[ChartData, int], tuple[list[str], float]]] = {
    "stacked": draw_stacked,
    "bars": draw_bars,
    "development": draw_development,
    "staircase": draw_staircase,
    "barriers": draw_barriers,
}


def draw_chart(kind: str, data: ChartData, width: int) -> str:
    """The chart as SVG: `kind` is one of the five, `width` is `WIDE` or `NARROW`.

    Both widths inside an element of class `chart-pair` make a figure of which the style sheet shows the one that fits.
    """
    if kind not in _KINDS:
        raise ValueError(f"no such chart: {kind!r}; known are {', '.join(_KINDS)}")
    if width not in (WIDE, NARROW):
        raise ValueError(f"a chart is {WIDE} or {NARROW} wide, not {width}")
    parts, height = _KINDS[kind](data, width)
    return draw_document(
        id=data.id,
        kind=kind,
        room="wide" if width == WIDE else "narrow",
        language=data.language,
        title=data.title,
        description=data.description,
        width=width,
        height=height,
        parts=parts,
    )
