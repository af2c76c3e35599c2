"""How wide a text is in Inter, and how it breaks into lines: so that labels get the room they need and no more."""

import re
from functools import lru_cache

from praksis.tell.chart.inter_advances import ADVANCES, UNITS_PER_EM

SOFT_HYPHEN = "\u00ad"
_ELLIPSIS = "\u2026"
_SHORTEST_STUMP = 3
"""Letters that must stand before a hyphen where a word is cut because nothing else helps."""
_BREAKS = re.compile(f"(?<=[-/\u2013{SOFT_HYPHEN}])(?=[^\\W_])")


def _spread(weight: int) -> dict[str, float]:
    table = {mark: advance / UNITS_PER_EM for advance, marks in ADVANCES[weight].items() for mark in marks}
    return table | {SOFT_HYPHEN: 0.0, "\u2010": table["-"], "\u2011": table["-"], "\u202f": table["\u2009"]}


_WIDTHS = {weight: _spread(weight) for weight in ADVANCES}
_UNKNOWN = 0.75
"""Width of a character the table does not know, in em: on the wide side, so that nothing collides."""


@lru_cache(maxsize=8192)
def measure_text(text: str, size: float, weight: int = 400) -> float:
    """Width of one line of text in pixels; `weight` is 400 or 600."""
    widths = _WIDTHS[weight]
    return sum(widths.get(mark, _UNKNOWN) for mark in text) * size


@lru_cache(maxsize=4096)
def wrap_text(
    text: str, width: float, size: float, weight: int = 400, lines: int = 3, balance: bool = False
) -> tuple[str, ...]:
    """The text in at most so many lines, none wider than `width`.

    Lines break at spaces, after hyphens, slashes and en dashes, and at soft hyphens; a word too long for a line is cut.
    What does not fit ends in an ellipsis. `balance` makes the lines about equally long without adding any.
    """
    broken = _fill(text, width, size, weight)
    if balance and 1 < len(broken) <= lines:
        broken = _balance(text, width, size, weight, broken)
    if len(broken) > lines:
        rest = " ".join(broken[lines - 1 :])
        broken = [*broken[: lines - 1], _shorten(rest, width, size, weight)]
    return tuple(broken)


def _fill(text: str, width: float, size: float, weight: int) -> list[str]:
    """Break into lines, each as full as it gets."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        glue = " " if line else ""
        for piece in _BREAKS.split(word):
            joined = line.removesuffix(SOFT_HYPHEN) + glue + piece
            glue = ""
            if measure_text(_close(joined), size, weight) <= width:
                line = joined
                continue
            if line:
                lines.append(_close(line))
            *cut, line = _cut(piece, width, size, weight)
            lines.extend(cut)
    return [*lines, _close(line)] if line else lines


def _close(line: str) -> str:
    """The line as it is drawn: a soft hyphen shows only where the line ends."""
    shown = line[:-1].replace(SOFT_HYPHEN, "") + line[-1:]
    return shown.replace(SOFT_HYPHEN, "-")


def _cut(word: str, width: float, size: float, weight: int) -> list[str]:
    """A word in pieces that each fit on a line."""
    pieces = []
    while measure_text(word, size, weight) > width and len(word) > _SHORTEST_STUMP + 1:
        end = len(word) - 1
        while end > _SHORTEST_STUMP and measure_text(word[:end] + "-", size, weight) > width:
            end -= 1
        pieces.append(word[:end] + "-")
        word = word[end:]
    return [*pieces, word]


def _balance(text: str, width: float, size: float, weight: int, broken: list[str]) -> list[str]:
    """The same number of lines in the narrowest column that holds them, without cutting a word."""
    words = [piece for word in text.split(" ") for piece in _BREAKS.split(word)]
    low, high = max(measure_text(_close(word), size, weight) for word in words if word), width
    while high - low > size / 2:
        middle = (low + high) / 2
        attempt = _fill(text, middle, size, weight)
        if len(attempt) <= len(broken):
            high, broken = middle, attempt
        else:
            low = middle
    return broken


def _shorten(text: str, width: float, size: float, weight: int) -> str:
    while text and measure_text(text + _ELLIPSIS, size, weight) > width:
        text = text[:-1].rstrip()
    return text + _ELLIPSIS
