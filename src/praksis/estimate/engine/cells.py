"""Sums per unit, domain and answer while the data are read: from rows, or from sums that an engine has made."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from praksis.estimate.array import Floats, Ints
from praksis.estimate.engine.block import COUNT, Block, Power, Shape, Tables, Terms, reserve_blocks
from praksis.estimate.engine.coder import Batch, Coder
from praksis.estimate.engine.source import find_kind
from praksis.estimate.engine.table import SLOTS, Aggregate, AggregationError, Moments, Request, TooManySums
from praksis.estimate.engine.vocabulary import Combinations, Vocabulary

MOMENTS: dict[Power, str] = {(0, 0): "n", (1, 0): "w", (1, 1): "wy", (2, 0): "w2", (2, 1): "w2y", (2, 2): "w2y2"}


class Cells:
    """The sums of one request while they are made; what `coder` knows is the least there is room for."""

    def __init__(self, request: Request, coder: Coder, limit: int = SLOTS) -> None:
        self.request = request
        self.coder = coder
        self.limit = limit
        self.domains = Combinations(request.domains)
        highest = 2 if request.squares else 1
        self.total = Block([COUNT, (1, 0)])
        self.items = {item: Block([(p, 0) for p in range(highest + 1)]) for item in request.items}
        moments = [power for power in MOMENTS if power[0] <= highest]
        self.measures = {measure: Block(moments) for measure in request.measures}
        self.constant = True
        """Do all rows of a unit have the same weight, so far?"""
        self.weight_of: Floats = np.zeros(0)
        """Unit -> its weight, as long as that is constant."""

    def add_rows(self, batch: Batch) -> None:
        """Adds rows to all sums."""
        weight = np.ones(batch.rows) if self.request.weight is None else batch.numbers[self.request.weight]
        if self.constant and self.request.weight is not None:
            self._compare(batch, weight)
        cells = self.locate(batch)
        terms: Terms = {COUNT: 1, (1, 0): weight, (2, 0): weight * weight if self.request.squares else weight}
        self.total.add(cells, terms, batch.rows)
        slots: dict[int, Ints] = {}
        place = np.empty_like(cells)  # written over item by item: memory taken anew would be cleared each time
        for item, block in self.items.items():
            width = block.shape[2]
            if width not in slots:
                slots[width] = cells * width
            block.add(np.add(slots[width], batch.codes[item], out=place), terms, batch.rows)
        for measure, block in self.measures.items():
            numbers = batch.numbers[measure]
            known = ~np.isnan(numbers)
            block.add(cells[known], _make_terms(block, weight[known], numbers[known]), batch.rows)

    def locate(self, batch: Batch) -> Ints:
        """The place of rows among (units, domains) as one, [rows]; makes room for what is new in them."""
        names = self.domains.names
        codes, sizes = [batch.codes[name] for name in names], [batch.sizes[name] for name in names]
        domains = self.domains.encode(codes, sizes, batch.rows)
        self._reserve(batch.many, batch.sizes)
        return batch.units.astype(np.int64) * self.total.shape[1] + domains

    def weigh(self) -> None:
        """From now on the rows of a unit may have different weights."""
        self.constant = False
        for block in (self.total, *self.items.values(), *self.measures.values()):
            block.weigh(self.weight_of)

    def finish(self, schema: pa.Schema) -> Aggregate:
        """The sums, sorted; `schema` has the types of unit and domain columns. Nothing can be added afterwards."""
        self._reserve(len(self.coder.units), {})
        units = self._sort_combinations(self.coder.units)
        domains = self._sort_combinations(self.domains)
        one = np.zeros(1, dtype=np.int64)
        weight_of = self._list_weights(len(units)) if self.constant else None
        rows, weights = (
            self.total.select(power, units, domains, one, weight_of)[:, :, 0] for power in self.total.powers
        )
        if not np.isfinite(weights).all():
            raise AggregationError(f"Column {self.request.weight!r} has weights that are not finite. Correct them.")
        answers = {item: self._sort_answers(item, block.arrays[COUNT]) for item, block in self.items.items()}

        def list_tables(power: Power) -> Mapping[str, NDArray[Any]]:
            return Tables(self.items, power, (units, domains, answers), weight_of)

        return Aggregate(
            units=self._make_units(units, rows, weights, schema),
            domains=pa.Table.from_arrays(
                [*self._list_values(self.domains, domains, schema), pa.nulls(len(domains))], [*self.domains.names, ""]
            ).select(range(len(self.domains.names))),
            rows=rows,
            weights=weights,
            constant=self.constant,
            categories={
                item: tuple(self.coder.vocabularies[item].values[code - 1] for code in order[:-1].tolist())
                for item, order in answers.items()
            },
            counts=list_tables(COUNT),
            sums=list_tables((1, 0)),
            squares=list_tables((2, 0)) if self.request.squares else {},
            moments={
                name: Moments(
                    **{
                        MOMENTS[power]: block.select(power, units, domains, one, weight_of)[:, :, 0]
                        for power in block.powers
                    }
                )
                for name, block in self.measures.items()
            },
        )

    def guard(self, units: int, domains: int, widths: Mapping[str, int]) -> None:
        """Raises TooManySums where so many units, domains and answers per item would be too many sums."""
        slots = units * domains * (sum(widths.values()) + len(self.measures) + 1)
        if slots > self.limit:
            raise TooManySums(
                f"{units} units ({', '.join(self.request.units) or 'none'}) by {domains} domains "
                f"({', '.join(self.request.domains) or 'none'}) by the answers to {len(self.items)} items make {slots} "
                f"sums or more; {self.limit} are the most. Where rows are their own clusters, let the strata be the "
                "units and ask for squares; else cross fewer domain columns, or ask for fewer items at a time."
            )

    def _reserve(self, units: int, sizes: Mapping[str, int]) -> None:
        """Makes room for so many units and, per item, values. Raises TooManySums where that is too much."""
        domains = len(self.domains)
        widths = {item: max(sizes.get(item, 0) + 1, block.shape[2]) for item, block in self.items.items()}
        self.guard(units, domains, widths)
        alike: dict[tuple[Shape, int], list[Block]] = {}
        for item, block in self.items.items():
            alike.setdefault((block.shape, widths[item]), []).append(block)
        for (_, width), blocks in alike.items():
            reserve_blocks(blocks, (units, domains, width))
        for block in (self.total, *self.measures.values()):
            reserve_blocks([block], (units, domains, 1))

    def _compare(self, batch: Batch, weight: Floats) -> None:
        """Sees whether the weights of these rows are those that their units had until now."""
        self.weight_of = np.append(self.weight_of, np.full(batch.many - len(self.weight_of), np.nan))
        held = self.weight_of.take(batch.units)
        new = np.isnan(held)
        if new.any():
            # Backwards, so that the first row of a unit decides.
            self.weight_of[batch.units[new][::-1]] = weight[new][::-1]
            held = self.weight_of.take(batch.units)
        if not np.array_equal(held, weight):
            self.weigh()

    def _list_weights(self, units: int) -> Floats:
        """The weight of every unit, if that is constant; 0 for one without rows."""
        if self.request.weight is None:
            return np.ones(units)
        return np.append(self.weight_of, np.zeros(units - len(self.weight_of)))

    def _make_units(self, order: Ints, rows: Ints, weights: Floats, schema: pa.Schema) -> pa.Table:
        combinations = self.coder.units
        for name in ("rows", "weight"):
            if name in combinations.names:
                raise AggregationError(f"A column of strata or clusters cannot be called {name!r}. Rename it.")
        sums = [pa.array(rows.sum(axis=1)), pa.array(weights.sum(axis=1))]
        values = self._list_values(combinations, order, schema)
        return pa.Table.from_arrays([*values, *sums], [*combinations.names, "rows", "weight"])

    def _list_values(self, combinations: Combinations, order: Ints, schema: pa.Schema) -> list[pa.Array]:
        """The columns of combinations, in an order."""
        columns = []
        for name, codes in zip(combinations.names, combinations.codes, strict=True):
            values = [None, *self.coder.vocabularies[name].values]
            columns.append(pa.array([values[code] for code in codes[order].tolist()], type=find_kind(schema, name)))
        return columns

    def _sort_combinations(self, combinations: Combinations) -> Ints:
        """The order of combinations by their values, missing last."""
        ranks = [
            _rank_codes(self.coder.vocabularies[name])[codes]
            for name, codes in zip(combinations.names, combinations.codes, strict=True)
        ]
        order: Ints = np.lexsort(ranks[::-1]) if ranks else np.arange(len(combinations))
        return order

    def _sort_answers(self, item: str, counts: NDArray[Any]) -> Ints:
        """The codes of the answers that occur, sorted by their values, and last of no answer."""
        answers = np.array([code for code in range(1, counts.shape[2]) if counts[:, :, code].any()], dtype=np.int64)
        ranks = _rank_codes(self.coder.vocabularies[item])[answers]
        order: Ints = np.append(answers[np.argsort(ranks)], 0)
        return order


def _rank_codes(vocabulary: Vocabulary) -> Ints:
    """Code -> its place among the sorted values; 0, which is missing, is last."""
    order = sorted(range(len(vocabulary)), key=lambda place: vocabulary.values[place])
    ranks = np.full(len(vocabulary) + 1, len(vocabulary), dtype=np.int64)
    ranks[np.array(order, dtype=np.int64) + 1] = np.arange(len(vocabulary))
    return ranks


def _make_terms(block: Block, weight: Floats, numbers: Floats) -> Terms:
    """What rows of a measure add to the sums of a block."""
    terms: dict[Power, Floats | int] = {
        (p, q): np.asarray(weight**p * numbers**q) for p, q in block.arrays if (p, q) != COUNT
    }
    return {COUNT: 1, **terms}
