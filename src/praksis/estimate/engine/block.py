"""Dense arrays of sums that grow while the data are read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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

    def select(self, power: Power, units: Ints, domains: Ints, answers: Ints, weight_of: Floats | None) -> NDArray[Any]:
        """The sums of a power in the order given; `weight_of` as in `weigh` where the weights were left out."""
        if weight_of is None:
            return _select(self.arrays[power], units, domains, answers)
        return _scale(_select(self.arrays[0, power[1]], units, domains, answers), weight_of[units], power)

    def _make_arrays(self, powers: Iterable[Power]) -> None:
        kinds = {power: np.int32 if power == COUNT else np.float64 for power in powers}
        self.arrays = {power: np.zeros(self.shape, dtype=kind) for power, kind in kinds.items()}


def reserve_blocks(blocks: Sequence[Block], needed: Shape) -> None:
    """Makes room in blocks of the same shape and powers, half as much again as there was where it grows.

    The arrays of all blocks are one piece of memory: large pieces are handed out, and cleared, in large pages.
    """
    old = blocks[0].shape
    if all(need <= have for need, have in zip(needed, old, strict=True)):
        return
    units, domains, answers = (
        have if need <= have else max(need, have + have // 2) for need, have in zip(needed, old, strict=True)
    )
    shape = (units, domains, answers)
    for power, array in list(blocks[0].arrays.items()):
        whole = np.zeros((len(blocks), *shape), dtype=array.dtype)
        for block, larger in zip(blocks, whole, strict=True):
            larger[: old[0], : old[1], : old[2]] = block.arrays[power]
            block.arrays[power] = larger
    for block in blocks:
        block.shape = shape


class Tables(Mapping[str, NDArray[Any]]):
    """The sums of one power in blocks by name, made in the right order when they are asked for."""

    def __init__(
        self,
        blocks: Mapping[str, Block],
        power: Power,
        order: tuple[Ints, Ints, Mapping[str, Ints]],
        weight_of: Floats | None,
    ) -> None:
        """`order` are units, domains, and answers per block."""
        self._blocks, self._power, self._order, self._weight_of = blocks, power, order, weight_of

    def __getitem__(self, name: str) -> NDArray[Any]:
        units, domains, answers = self._order
        return self._blocks[name].select(self._power, units, domains, answers[name], self._weight_of)

    def __iter__(self) -> Iterator[str]:
        return iter(self._blocks)

    def __len__(self) -> int:
        return len(self._blocks)


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
