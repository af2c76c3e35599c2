"""What a chart is drawn from: rows x series of values in percent, with every word already in its language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """One value in a chart. `value` is None where nothing may or can be shown; `text` says it either way."""

    value: float | None
    """Percent, unrounded."""
    text: str
    """As a reader sees it: '54 %', ':' (confidential), '..' (not asked)."""
    lower: float | None = None
    upper: float | None = None
    """Limits of the interval, percent."""
    uncertain: bool = False
    """Is the interval too wide to rely on?"""


@dataclass(frozen=True)
class Row:
    """One line of bars, one group of columns, or one wave on the time axis."""

    label: str
    heading: str = ""
    """Heading above this row where it differs from the row before ('' = none): the statement, the sector."""
    note: str = ""
    """Small text with the row, such as 'n = 87'."""


@dataclass(frozen=True)
class Series:
    """One answer category, group of organisations or step: what a colour stands for."""

    label: str
    tone: str
    """Class of the colour: `scale-1-of-5` .. for ordered answers, `other` for do not know and the like,
    `series-1` .. for groups, `step-1-of-4` .. for steps."""


@dataclass(frozen=True)
class ChartData:
    """`marks[row][series]`."""

    id: str
    """Unique on a page; prefix of every id inside the SVG."""
    language: str
    title: str
    description: str
    """What a screen reader says of the chart: the main numbers in words."""
    rows: tuple[Row, ...]
    series: tuple[Series, ...]
    marks: tuple[tuple[Mark, ...], ...]
