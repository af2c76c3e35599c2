"""How wide a text is in Inter, and how it breaks into lines: so that labels get the room they need and no more."""

from functools import lru_cache

from praksis.tell.chart.inter_advances import ADVANCES, UNITS_PER_EM

_SOFT_HYPHEN = "\u00ad"
_BREAK_AFTER = "-/\u2013"
_INVISIBLE = {_SOFT_HYPHEN: 0, "\u2011": ADVANCES[400][942][0]} if False else {}


def _spread(weight: int) -> dict[str, float]:
    table = {mark: advance / UNITS_PER_EM for advance, marks in ADVANCES[weight].items() for mark in marks}
    table |= {_SOFT_HYPHEN: 0.0, "\u2011": table["-"], "\u202f": table["\u2009"]}
    return table
