"""Bars and what lies on them: whiskers for intervals, hatching where the value is uncertain."""

from praksis.tell.chart.palette import paint
from praksis.tell.chart.svg import draw_path, draw_rect, number

_HATCH = 6
"""Between two strokes of the hatching, along the x axis."""


def draw_bar(x: float, y: float, width: float, height: float, hue: str, *, uncertain: bool = False) -> str:
    """A filled rectangle; an uncertain one is light, hatched and outlined in its colour."""
    if width <= 0 or height <= 0:
        return ""
    if not uncertain:
        return draw_rect(x, y, width, height, paint(fill=hue))
    inset = min(0.75, width / 2, height / 2)
    body = draw_rect(
        x + inset,
        y + inset,
        width - 2 * inset,
        height - 2 * inset,
        paint(fill=hue, stroke=hue),
        ' fill-opacity="0.15" stroke-width="1.5"',
    )
    strokes = _hatch(x, y, width, height)
    return body + (draw_path(strokes, paint(stroke=hue), ' stroke-opacity="0.55"') if strokes else "")


def _hatch(x: float, y: float, width: float, height: float) -> str:
    """Rising strokes at 45 degrees, clipped to the rectangle (a pattern would need an id and a reference)."""
    strokes = []
    offset = float(_HATCH)
    while offset < width + height:
        start = max(0.0, offset - height)
        end = min(width, offset)
        strokes.append(
            f"M{number(x + start)} {number(y + offset - start)}L{number(x + end)} {number(y + offset - end)}"
        )
        offset += _HATCH
    return "".join(strokes)


def draw_whisker(low: float, high: float, across: float, *, cap: float = 4, upright: bool = False) -> str:
    """An interval from `low` to `high`, with a rim in the colour of the page so that it shows on any bar."""
    if high - low < 1:
        return ""
    a, b, before, after, middle = (number(v) for v in (low, high, across - cap, across + cap, across))
    if upright:
        steps = f"M{before} {a}H{after}M{middle} {a}V{b}M{before} {b}H{after}"
    else:
        steps = f"M{a} {before}V{after}M{a} {middle}H{b}M{b} {before}V{after}"
    rim = draw_path(steps, paint(stroke="background"), ' stroke-width="3.5"')
    return rim + draw_path(steps, paint(stroke="ink"), ' stroke-width="1.25"')
