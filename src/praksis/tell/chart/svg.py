"""SVG elements as text: escaping, numbers that are the same bytes on every machine, and the document around them."""

import re
from collections.abc import Iterable

from praksis.tell.chart.palette import paint

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_FAMILY = "'Inter Variable', Inter, system-ui, sans-serif"

_HALO = ' stroke-width="3" stroke-linejoin="round" paint-order="stroke"'

CAP_HEIGHT = 0.727
"""Height of Inter's capitals and figures, as a share of the font size: what a label is centred by."""


def escape(words: str) -> str:
    """Text fit to stand in an element or an attribute."""
    return _NOT_XML.sub("\ufffd", words).translate(_ENTITIES)


def number(value: float) -> str:
    """A coordinate with at most two decimals and no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def draw_text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 13,
    weight: int = 400,
    anchor: str = "start",
    ink: str = "ink",
    halo: bool = False,
) -> str:
    """One line of text with its baseline at `y`; with a halo where lines may run behind it."""
    bold = f' font-weight="{weight}"' if weight != 400 else ""
    start = f' text-anchor="{anchor}"' if anchor != "start" else ""
    place = f'x="{number(x)}" y="{number(y)}" font-size="{size}"'
    colours = f"{paint(ink, 'background')}{_HALO}" if halo else paint(ink)
    return f"<text {place}{bold}{start} {colours}>{escape(words)}</text>"


def draw_lines(
    x: float,
    y: float,
    lines: Iterable[str],
    *,
    leading: float,
    size: int = 13,
    weight: int = 400,
    anchor: str = "start",
    ink: str = "ink",
) -> list[str]:
    """Lines of text under one another, the first with its baseline at `y`."""
    return [
        draw_text(x, y + place * leading, words, size=size, weight=weight, anchor=anchor, ink=ink)
        for place, words in enumerate(lines)
    ]


def centre_baseline(middle: float, size: float) -> float:
    """Where the baseline goes for figures and capitals to be centred on `middle`."""
    return middle + size * CAP_HEIGHT / 2


def draw_rect(x: float, y: float, width: float, height: float, colours: str, extra: str = "") -> str:
    """A rectangle."""
    box = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    return f"<rect {box} {colours}{extra}/>"


def draw_path(steps: str, colours: str, extra: str = "") -> str:
    """A path; `steps` is what stands in its attribute `d`."""
    return f'<path d="{steps}" {colours}{extra}/>'


def draw_line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1, extra: str = "") -> str:
    """A straight line."""
    steps = f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}"
    return draw_path(steps, paint(stroke=colour), f' stroke-width="{number(width)}"{extra}')


def group(title: str, parts: Iterable[str]) -> str:
    """Elements that belong to one value, with what a pointer resting on them is told."""
    return f"<g><title>{escape(title)}</title>{''.join(parts)}</g>"


def draw_document(
    *,
    id: str,
    kind: str,
    room: str,
    language: str,
    title: str,
    description: str,
    width: int,
    height: float,
    parts: Iterable[str],
) -> str:
    """A whole chart. Its ids carry the width, so that the wide and the narrow one may stand on the same page.

    `room` is `wide` or `narrow`: which of a pair the style sheet shows.
    """
    tall = number(height)
    prefix = escape(f"{id}-{width}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart chart-{kind} chart-{room}" '
        f'viewBox="0 0 {width} {tall}" width="{width}" height="{tall}" role="img" '
        f'aria-labelledby="{prefix}-title {prefix}-desc" '
        f'lang="{escape(language)}" xml:lang="{escape(language)}" font-family="{_FAMILY}">'
        f'<title id="{prefix}-title">{escape(title)}</title><desc id="{prefix}-desc">{escape(description)}</desc>'
        f"{draw_rect(0, 0, width, height, paint(fill='background'))}{''.join(parts)}</svg>\n"
    )
