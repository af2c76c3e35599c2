"""The one way in: from the data of a chart to its SVG."""

import html
import re
from collections.abc import Callable, Mapping, Sequence

from praksis.tell.chart.barriers import draw_barriers
from praksis.tell.chart.bars import draw_bars
from praksis.tell.chart.data import ChartData
from praksis.tell.chart.development import draw_development
from praksis.tell.chart.measure import measure_text, wrap_text
from praksis.tell.chart.stacked import draw_stacked
from praksis.tell.chart.staircase import draw_staircase
from praksis.tell.chart.svg import draw_document, draw_lines, number
from praksis.tell.chart.trend import MOST_BANDS

WIDE = 720
NARROW = 340
"""The two widths a page switches between with a media query; text is never scaled."""

_MARGIN, _TITLE_LEADING, _FOOT_LEADING = 16, 24, 17
"""Of a picture that stands alone, pixels."""

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
    if width not in (WIDE, NARROW):
        raise ValueError(f"a chart is {WIDE} or {NARROW} wide, not {width}")
    parts, height = _find_kind(kind)(data, width)
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


def draw_picture(kind: str, data: ChartData, foot: Sequence[str]) -> str:
    """The wide chart as a picture that stands alone: with its title above, and the source and what else a reader must
    know below (`foot`, one paragraph each)."""
    parts, height = _find_kind(kind)(data, WIDE)
    heading = wrap_text(data.title, WIDE, size=18, weight=600)
    top = _MARGIN + len(heading) * _TITLE_LEADING + 6
    lines = [line for paragraph in foot for line in wrap_text(paragraph, WIDE, size=12)]
    bottom = top + height + 14
    picture = draw_document(
        id=f"{data.id}-picture",
        kind=kind,
        room="picture",
        language=data.language,
        title=data.title,
        description=" ".join([data.description, *foot]),
        width=WIDE + 2 * _MARGIN,
        height=bottom + len(lines) * _FOOT_LEADING + _MARGIN - 6,
        parts=[
            *draw_lines(_MARGIN, _MARGIN + 14, heading, leading=_TITLE_LEADING, size=18, weight=600),
            f'<g transform="translate({_MARGIN} {number(top)})">',
            *parts,
            "</g>",
            *draw_lines(_MARGIN, bottom + 10, lines, leading=_FOOT_LEADING, size=12, ink="muted"),
        ],
    )
    return _TEXT.sub(_keep_width, picture)


_TEXT = re.compile(r'<text ([^>]*font-size="(\d+)"(?: font-weight="(\d+)")?[^>]*)>([^<]+)</text>')


def _keep_width(text: re.Match[str]) -> str:
    """A line as wide as it was measured, also where the reader's machine lacks the font and takes a wider one."""
    attributes, size, weight, words = text.groups()
    width = number(measure_text(html.unescape(words), int(size), int(weight or 400)))
    return f'<text {attributes} textLength="{width}" lengthAdjust="spacingAndGlyphs">{words}</text>'


def list_signs(kind: str, data: ChartData) -> tuple[str, ...]:
    """What a reader needs a key to: `whiskers` or `bands` for intervals, `hatching` or `hollow` for uncertain values.

    The drawing itself does not say what they mean; whoever shows it does.
    """
    marks = [mark for row in data.marks for mark in row if mark.value is not None]
    points = kind == "development" or (kind == "barriers" and len(data.series) > 1)
    signs = []
    if any(mark.lower is not None and mark.upper is not None and mark.upper > mark.lower for mark in marks):
        if kind == "development":
            signs += ["bands"] if len(data.series) <= MOST_BANDS else []
        elif kind != "stacked" and not points:
            signs.append("whiskers")
    if any(mark.uncertain for mark in marks):
        signs.append("hollow" if points else "hatching")
    return tuple(signs)


def _find_kind(kind: str) -> Callable[[ChartData, int], tuple[list[str], float]]:
    if kind not in _KINDS:
        raise ValueError(f"no such chart: {kind!r}; known are {', '.join(_KINDS)}")
    return _KINDS[kind]
