"""Point markers: a shape of its own for every series, so that colour is never all that tells them apart."""

from praksis.tell.chart.palette import paint
from praksis.tell.chart.svg import draw_path, number

RADIUS = 6.0
"""Half the height of a marker."""

_CORNERS: dict[str, tuple[tuple[float, float], ...]] = {
    "square": ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)),
    "triangle": ((0, -1.12), (1.1, 0.82), (-1.1, 0.82)),
    "diamond": ((0, -1.22), (1.22, 0), (0, 1.22), (-1.22, 0)),
    "wedge": ((0, 1.12), (1.1, -0.82), (-1.1, -0.82)),
    "plus": (
        (-0.42, -1.15), (0.42, -1.15), (0.42, -0.42), (1.15, -0.42), (1.15, 0.42), (0.42, 0.42),
        (0.42, 1.15), (-0.42, 1.15), (-0.42, 0.42), (-1.15, 0.42), (-1.15, -0.42), (-0.42, -0.42),
    ),
    "hourglass": ((-1.05, -1.05), (1.05, -1.05), (-1.05, 1.05), (1.05, 1.05)),
    "bow": ((-1.1, -1), (1.1, 1), (1.1, -1), (-1.1, 1)),
}  # fmt: skip
"""Shape -> its corners, as shares of the radius; chosen so that all look equally large."""

SHAPES = ("circle", "square", "triangle", "diamond", "wedge", "plus", "hourglass", "bow")


def choose_shape(series: int) -> str:
    """The shape of a series, counted from 0."""
    return SHAPES[series % len(SHAPES)]


def draw_marker(shape: str, x: float, y: float, hue: str, *, hollow: bool = False, radius: float = RADIUS) -> str:
    """A marker with an edge in the colour of the page; hollow where the value is uncertain."""
    colours = paint(fill="background", stroke=hue) if hollow else paint(fill=hue, stroke="background")
    edge = ' stroke-width="2"' if hollow else ' stroke-width="1.5" paint-order="stroke"'
    if shape == "circle":
        return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" {colours}{edge}/>'
    corners = "L".join(f"{number(x + dx * radius)} {number(y + dy * radius)}" for dx, dy in _CORNERS[shape])
    return draw_path(f"M{corners}Z", colours, edge)
