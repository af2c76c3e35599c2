"""Dense arrays of sums that grow while the data are read."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from praksis.estimate.array import Floats, Ints

Power = tuple[int, int]
"""(p, q): a sum of w^p y^q, of weights w and a measure y; (0, 0) counts rows."""
COUNT: Power = (0, 0)

Shape = tuple[int, int, int]
Terms = Mapping[Power, Ints | Floats | int]
"""What every row adds to the sums of these powers."""

_NARROW = np.iinfo(np.int32).max
"""So many rows are counted in 32 bits, which is twice as fast: half the memory passes by."""


class Block:
    """Sums of some powers, each an array [units, domains, answers] with room to spare.

    As long as all rows of a unit have the same weight it is left out of the sums and multiplied in at the end. Then
    counts, and sums of whole numbers, are exact.
    """

    def __init__(self, powers: Iterable[Power]) -> None:
        self.powers = tuple(powers)
        self.shape: Shape = (0, 0, 0)
        self.arrays: dict[Power, NDArray[Any]] = {}
        self._make_arrays([(0, q) for _, q in self.powers])
        self._most = 0
        """No count is larger."""

    def reserve(self, needed: Shape) -> None:
        """Makes room, half as much again as there was where it grows."""
        old = self.shape
        if all(need <= have for need, have in zip(needed, old, strict=True)):
            return
        units, domains, answers = (
            have if need <= have else max(need, have + have // 2) for need, have in zip(needed, old, strict=True)
        )
        smaller, self.shape = self.arrays, (units, domains, answers)
        for power in list(smaller):
            array = smaller.pop(power)
            larger = np.zeros(self.shape, dtype=array.dtype)
            larger[: old[0], : old[1], : old[2]] = array
            self.arrays[power] = larger

    def add(self, slots: Ints, terms: Terms, rows: int) -> None:
        """Adds to slots, one after another; slots count through (units, domains, answers), `rows` are all rows."""
        self._most += rows
        if self._most > _NARROW:
            self.arrays[COUNT] = self.arrays[COUNT].astype(np.int64, copy=False)
        for power, array in self.arrays.items():
            np.add.at(array.reshape(-1), slots, np.asarray(terms[power], dtype=array.dtype))

    def weigh(self, weight_of: Floats) -> None:
        """From now on the weights are in the sums; until now all rows of a unit had the weight given, [units]."""
        plain = self.arrays
        if self._most == 0:
            self._make_arrays(self.powers)
        else:
            self.arrays = {power: _scale(plain[0, power[1]], weight_of, power) for power in self.powers}

    def finish(self, units: Ints, domains: Ints, answers: Ints, weight_of: Floats | None) -> dict[Power, NDArray[Any]]:
        """The sums in the order given, by power; `weight_of` as in `weigh` where the weights were left out.

        The block is empty afterwards.
        """
        plain = {}
        while self.arrays:
            power, array = self.arrays.popitem()
            plain[power] = _select(array, units, domains, answers)
        if weight_of is None:
            return plain
        return {power: _scale(plain[0, power[1]], weight_of[units], power) for power in self.powers}

    def _make_arrays(self, powers: Iterable[Power]) -> None:
        kinds = {power: np.int32 if power == COUNT else np.float64 for power in powers}
        self.arrays = {power: np.zeros(self.shape, dtype=kind) for power, kind in kinds.items()}


def _scale(array: NDArray[Any], weight_of: Floats, power: Power) -> NDArray[Any]:
    """An array [units or more, ...] with the weight of its unit multiplied in."""
    if power[0] == 0:
        return array
    weights = np.zeros(len(array))
    weights[: len(weight_of)] = weight_of
    return array * (weights ** power[0])[:, None, None]


def _select(array: NDArray[Any], units: Ints, domains: Ints, answers: Ints) -> NDArray[Any]:
    """A copy of parts of an array in an order, counts in 64 bits."""
    kind = np.int64 if np.issubdtype(array.dtype, np.integer) else np.float64
    chosen = np.empty((len(units), len(domains), len(answers)), dtype=kind)
    if np.array_equal(units, np.arange(len(units))) and np.array_equal(domains, np.arange(len(domains))):
        part = array[: len(units), : len(domains)]
    else:
        part = array[np.ix_(units, domains)]
    for place, answer in enumerate(answers.tolist()):
        chosen[:, :, place] = part[:, :, answer]
    return chosen
