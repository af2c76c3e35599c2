"""Values to codes: of one column, and of combinations of columns; both grow as the data are read."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from praksis.estimate.array import Ints
from praksis.estimate.engine.table import AggregationError, Category

Codes = NDArray[Any]
"""Whole numbers from 0, of whatever integer type is narrow enough."""

_SPAN = 1 << 16
"""Whole numbers this close together are looked up in an array, others in a hash table."""
_PLACES = 1 << 22
"""Combinations this few are looked up in an array."""
_MOST_BITS = 62
_WIDER = {8: pa.int16(), 16: pa.int32(), 32: pa.int64()}
_UNKNOWN = -1
"""Becomes the largest number of an unsigned type."""


class Vocabulary:
    """The values of a column, coded 1, 2, ... as they appear; 0 is a missing value (null or NaN)."""

    def __init__(self) -> None:
        self.values: list[Category] = []
        self._code_of: dict[Category, int] = {}
        self._low = 0
        self._table: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        """Codes of the whole numbers from `_low` on."""
        self._dictionary: pa.Array | None = None
        self._lookup: Codes = np.zeros(1, dtype=np.uint8)
        """Codes of the values of `_dictionary` and, last, of null."""
        self._in_order = False
        """Is each value's code one more than its place? Then nothing need be looked up."""

    def __len__(self) -> int:
        return len(self.values)

    def encode(self, column: pa.Array | pa.ChunkedArray) -> Codes:
        """The codes of a column, [rows]."""
        if isinstance(column, pa.ChunkedArray):
            parts = [self.encode(chunk) for chunk in column.chunks]
            return parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0, dtype=np.uint8), *parts])
        if column.null_count == len(column):
            return np.zeros(len(column), dtype=np.uint8)
        if pa.types.is_integer(column.type) and not pa.types.is_uint64(column.type):
            codes = self._encode_integers(column)
            if codes is not None:
                return codes
        if not pa.types.is_dictionary(column.type):
            column = pc.dictionary_encode(column)
        return self._encode_dictionary(column)

    def add(self, value: Category | None) -> int:
        """The code of a value, a new one if it has none."""
        if value is None or value != value:
            return 0
        code = self._code_of.get(value)
        if code is None:
            self.values.append(value)
            code = self._code_of[value] = len(self.values)
        return code

    def _encode_dictionary(self, column: pa.DictionaryArray) -> Codes:
        dictionary = column.dictionary
        if self._dictionary is None or not dictionary.equals(self._dictionary):
            lookup = [*map(self.add, dictionary.to_pylist()), 0]
            self._lookup = _narrow(np.array(lookup, dtype=np.int64), len(self))
            self._in_order = lookup[:-1] == list(range(1, len(lookup)))
            self._dictionary = dictionary
        places = column.indices
        if places.null_count:
            if len(dictionary) >= 1 << (places.type.bit_width - 1):
                places = pc.cast(places, pa.int64())
            places = pc.fill_null(places, pa.scalar(len(dictionary), places.type))
        numbers = places.to_numpy(zero_copy_only=True)
        if self._in_order and not column.null_count:
            codes: Codes = np.add(numbers, 1, dtype=self._lookup.dtype, casting="unsafe")
        else:
            codes = self._lookup.take(numbers)
        return codes

    def _encode_integers(self, column: pa.Array) -> Codes | None:
        """Codes by a table over the numbers from the least to the largest seen; None if they are too far apart."""
        places = _find_places(column, self._low, len(self._table))
        if places is None:
            ends = pc.min_max(column).as_py()
            low, high = ends["min"], ends["max"]
            if len(self._table):
                low, high = min(low, self._low), max(high, self._low + len(self._table) - 1)
            if high - low >= _SPAN:
                return None
            table = np.full(high - low + 1, _UNKNOWN, dtype=np.int32)
            table[self._low - low : self._low - low + len(self._table)] = self._table
            self._low, self._table = low, table
            places = _find_places(column, low, len(table))
            assert places is not None
        codes = self._look_up(places)
        if codes is None:
            unknown = np.append(0, self._table).take(places) == _UNKNOWN
            for place in np.unique(places[unknown]).tolist():
                self._table[place - 1] = self.add(self._low + place - 1)
            codes = self._look_up(places)
        return codes

    def _look_up(self, places: Codes) -> Codes | None:
        """Codes of places in the table (from 1, 0 is missing); None if one of them is not known yet."""
        if np.array_equal(self._table, np.arange(1, len(self._table) + 1)):
            return places
        lookup = _narrow(np.append(0, self._table), len(self) + 1)
        codes: Codes = lookup.take(places)
        unknown = np.iinfo(lookup.dtype).max
        return codes if codes.max() != unknown else None


def _find_places(column: pa.Array, low: int, many: int) -> Codes | None:
    """The place of whole numbers among so many from the lowest, from 1; 0 where missing. None if one is not among them.

    Unsigned arithmetic that wraps, so that numbers below the lowest have large places.
    """
    if not pa.types.is_signed_integer(column.type) or many + 2 > 1 << column.type.bit_width:
        column = pc.cast(column, _WIDER[column.type.bit_width])
    width = column.type.bit_width
    kind: Any = np.dtype(f"u{width // 8}")
    below = (low - 1) % (1 << width)
    missing = column.null_count
    if missing:
        filler = below - (1 << width) if below >> (width - 1) else below
        column = pc.fill_null(column, pa.scalar(filler, column.type))
    places: Codes = column.to_numpy(zero_copy_only=True).view(kind) - kind.type(below)
    if places.max() > many or len(places) - np.count_nonzero(places) > missing:
        return None
    return _narrow(places, many)


def _narrow(codes: Codes, largest: int) -> Codes:
    """Codes in the narrowest of three unsigned types; the same array if it has that already."""
    kind = np.uint8 if largest <= 255 else np.uint16 if largest <= 65535 else np.uint32
    return codes.astype(kind, copy=False)


class Combinations:
    """The combinations of values that occur in some columns, numbered 0, 1, ... as they appear."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.codes: list[Ints] = [np.zeros(0, dtype=np.int64) for _ in names]
        """Per column its code in every combination, [combinations]."""
        self._many = 0 if names else 1
        self._bits: tuple[int, ...] = ()
        self._table: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        self._place_of: dict[int, int] = {}

    def __len__(self) -> int:
        return self._many

    def encode(self, columns: Sequence[Codes], sizes: Sequence[int], rows: int) -> Codes:
        """Which combination every row has, [rows]; `columns` are their codes, at most `sizes`."""
        if not columns:
            return np.zeros(rows, dtype=np.int32)
        bits = tuple(size.bit_length() for size in sizes)
        if bits != self._bits:
            self._widen(bits)
        whole = _join(columns, bits)
        if len(self._table):
            found: Codes = self._table.take(whole)
            if len(found) and found.min() < 0:
                self._add(np.unique(whole[found < 0]))
                found = self._table.take(whole)
            return found
        coded = pc.dictionary_encode(pa.array(whole))
        values = coded.dictionary.to_numpy()
        self._add(np.unique([value for value in values.tolist() if value not in self._place_of]).astype(np.int64))
        places = np.array([self._place_of[value] for value in values.tolist()], dtype=np.int32)
        chosen: Codes = places.take(coded.indices.to_numpy())
        return chosen

    def _add(self, whole: Ints) -> None:
        for place, column in enumerate(_split(whole, self._bits)):
            self.codes[place] = np.concatenate([self.codes[place], column])
        numbers = np.arange(self._many, self._many + len(whole))
        if len(self._table):
            self._table[whole] = numbers
        else:
            self._place_of.update(zip(whole.tolist(), numbers.tolist(), strict=True))
        self._many += len(whole)

    def _widen(self, bits: tuple[int, ...]) -> None:
        """Makes room for larger codes."""
        self._bits = bits
        whole = _join(self.codes, bits)
        if sum(bits) > _MOST_BITS:
            raise AggregationError(
                f"{', '.join(self.names)} have too many combinations of values to be numbered. Cross fewer columns."
            )
        places = 1 << sum(bits)
        if places <= _PLACES:
            self._table = np.full(places, _UNKNOWN, dtype=np.int32)
            self._table[whole] = np.arange(self._many)
        else:
            self._table = np.zeros(0, dtype=np.int32)
            self._place_of = {value: place for place, value in enumerate(whole.tolist())}


def _join(columns: Sequence[Codes], bits: Sequence[int]) -> Ints:
    """Codes side by side in one number."""
    whole: Ints = columns[0].astype(np.int64)
    for column, width in zip(columns[1:], bits[1:], strict=True):
        whole <<= width
        whole |= column
    return whole


def _split(whole: Ints, bits: Sequence[int]) -> list[Ints]:
    """The codes that `_join` put side by side."""
    columns = []
    for width in reversed(bits):
        columns.append(whole & ((1 << width) - 1))
        whole = whole >> width
    return columns[::-1]
