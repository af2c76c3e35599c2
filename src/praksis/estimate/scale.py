"""The answers of an item as sets of codes."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from praksis.errors import PraksisError
from praksis.estimate.array import Floats


class UnknownAnswer(PraksisError):
    """An answer that the item does not have."""


@dataclass(frozen=True, eq=False)
class Answers:
    """K answers, single ones and groups, of an item with A categories."""

    names: tuple[Hashable, ...]
    chosen: Floats
    """[A + 1, K] 1 where the code is one of the answer's; the last row is a missing answer."""
    base: Floats
    """[A + 1] 1 where the code counts in the denominator."""


def list_values(values: Hashable | Iterable[Hashable]) -> tuple[Hashable, ...]:
    """One category or several, as a tuple."""
    return tuple(values) if isinstance(values, Iterable) and not isinstance(values, str | bytes) else (values,)


Groups = tuple[tuple[str, tuple[Hashable, ...]], ...]


def read_answers(categories: tuple[Hashable, ...], groups: Groups, leave_out: tuple[Hashable, ...]) -> Answers:
    """Every category that is not left out, then the groups. A group takes what of it the item has.

    The same object for the same answers, so that items of one scale are known to be.
    """
    return _read_once(categories, tuple(map(type, categories)), groups, leave_out)


@lru_cache(maxsize=1024)
def _read_once(
    categories: tuple[Hashable, ...], _: tuple[type, ...], groups: Groups, leave_out: tuple[Hashable, ...]
) -> Answers:
    """The kinds of the categories are part of the key: False, 0 and 0.0 are equal."""
    size = len(categories)
    place_of = {category: place for place, category in enumerate(categories)}
    kept = [place for place, category in enumerate(categories) if category not in leave_out]
    base = np.zeros(size + 1)
    base[kept] = 1
    chosen = np.zeros((size + 1, len(kept) + len(groups)))
    chosen[kept, np.arange(len(kept))] = 1
    for column, (name, values) in enumerate(groups, start=len(kept)):
        if str(name) in map(str, categories):
            raise UnknownAnswer(f'answers: "{name}" is an answer of the item already; call the group something else.')
        places = [place_of.get(value, -1) for value in values]
        if all(place < 0 for place in places):
            listed = ", ".join(repr(category) for category in categories)
            raise UnknownAnswer(f'answers: "{name}" has no category in common with the item, which has {listed}.')
        chosen[[place for place in places if place in kept], column] = 1
    return Answers((*(categories[place] for place in kept), *(name for name, _ in groups)), chosen, base)


def find_scale_runs(scales: Sequence[Answers]) -> list[tuple[int, int]]:
    """Consecutive items with the same answers: first and one past the last."""
    runs, start = [], 0
    for place in range(1, len(scales) + 1):
        if place == len(scales) or scales[place] is not scales[start]:
            runs.append((start, place))
            start = place
    return runs
