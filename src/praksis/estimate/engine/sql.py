"""The SQL of the engines that speak it: the same plain text for all of them.

The view `praksis_answers` has the columns c0, c1, ... in the order of the data, so that no name of a column, and
no value, is ever part of a text.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pyarrow as pa

from praksis.estimate.engine.block import COUNT, Block, Power
from praksis.estimate.engine.cells import Cells
from praksis.estimate.engine.coder import Batch, Coder, read_numbers
from praksis.estimate.engine.source import check_categories, check_numbers, find_column
from praksis.estimate.engine.table import SLOTS, Aggregate, AggregationError, Request

VIEW = "praksis_answers"
"""What the engine calls the data."""

Run = Callable[[str], Iterable[pa.RecordBatch]]
"""Runs a text and gives its rows."""


def name_columns(many: int) -> list[str]:
    """The names that the columns have in the view."""
    return [f"c{place}" for place in range(many)]


def write_count(schema: pa.Schema, names: Sequence[str]) -> str:
    """The text that counts the combinations of some columns."""
    columns = _list_columns(schema, names)
    return f"SELECT COUNT(*) AS s FROM (SELECT DISTINCT {columns} FROM {VIEW}) AS t"


def write_weights(schema: pa.Schema, names: Sequence[str], weight: str) -> str:
    """The text that gives, per unit, its rows, those with a weight, and the least and largest weight."""
    number = f"CAST({_list_columns(schema, [weight])} AS DOUBLE)"
    return _group(schema, names, [f"COUNT({number})", "COUNT(*)", f"MIN({number})", f"MAX({number})"])


def write_sums(
    schema: pa.Schema, names: Sequence[str], powers: Iterable[Power], weight: str | None, measure: str | None = None
) -> str:
    """The text that gives, per combination of some columns, the sums of powers of weight and measure.

    With a measure they are over the rows where it is known, neither null nor NaN.
    """
    number = f"CAST({_list_columns(schema, [measure])} AS DOUBLE)" if measure is not None else ""
    factor = f"CAST({_list_columns(schema, [weight])} AS DOUBLE)" if weight is not None else ""
    sums = []
    for power in powers:
        term = " * ".join([factor] * power[0] + [number] * power[1])
        if measure is not None:
            # NaN equals itself here, as in DuckDB and Spark.
            term = f"CASE WHEN {number} <> CAST('NaN' AS DOUBLE) THEN {term or 1} END"
        sums.append(f"COUNT({term or '*'})" if power == COUNT else f"SUM({term})")
    return _group(schema, names, sums)


def _list_columns(schema: pa.Schema, names: Sequence[str]) -> str:
    return ", ".join(f"c{find_column(schema, name)}" for name in names)


def _group(schema: pa.Schema, names: Sequence[str], sums: Sequence[str]) -> str:
    columns = _list_columns(schema, names)
    listed = ", ".join([columns] * bool(names) + [f"{term} AS s{place}" for place, term in enumerate(sums)])
    return f"SELECT {listed} FROM {VIEW}" + (f" GROUP BY {columns}" if names else "")


class SqlEngine:
    """Adds up by texts that `run` runs. An engine for a database says how the view is made and a text is run."""

    def __init__(self, schema: pa.Schema, run: Run, limit: int = SLOTS) -> None:
        self.schema = schema
        self.run = run
        self.limit = limit

    def guess_size(self, columns: Sequence[str]) -> int:
        """The number itself."""
        check_categories(self.schema, columns)
        return self._count(columns)

    def aggregate_all(self, requests: Sequence[Request]) -> list[Aggregate]:
        """The sums of several requests, one after another."""
        return [self.aggregate(request) for request in requests]

    def aggregate(self, request: Request) -> Aggregate:
        """The sums of a request, by one text for its totals and one per item and measure."""
        check_categories(self.schema, request.categorical)
        check_numbers(self.schema, request.numeric)
        coder = Coder([request])
        cells = Cells(request, coder, self.limit)
        cells.guard(self._count(request.units), self._count(request.domains), {})
        if request.weight is not None:
            self._settle_weights(cells, request.weight)
        self._add(cells, cells.total)
        for item, block in cells.items.items():
            self._add(cells, block, item=item)
        for measure, block in cells.measures.items():
            self._add(cells, block, measure=measure)
        return cells.finish(self.schema)

    def _count(self, names: Sequence[str]) -> int:
        if not names:
            return 1
        return sum(int(rows.column(0)[0].as_py()) for rows in self.run(write_count(self.schema, names)))

    def _settle_weights(self, cells: Cells, weight: str) -> None:
        """Finds out whether the rows of every unit have the same weight."""
        names = list(dict.fromkeys(cells.request.units))
        for rows in self.run(write_weights(self.schema, names, weight)):
            known, every, least, most = (read_numbers(column) for column in rows.columns[len(names) :])
            if (known < every).any() or (known > 0)[np.isnan(most)].any():
                raise AggregationError(f"Column {weight!r} has rows without a weight. Fill it in, or leave them out.")
            batch = _encode(cells.coder, rows, names)
            cells.weight_of = np.append(cells.weight_of, np.zeros(batch.many - len(cells.weight_of)))
            cells.weight_of[batch.units] = np.where(every == 0, 0.0, most)
            if (least < most).any():
                cells.weigh()

    def _add(self, cells: Cells, block: Block, item: str | None = None, measure: str | None = None) -> None:
        """Adds all rows to a block."""
        request = cells.request
        names = list(dict.fromkeys([*request.units, *request.domains, *([] if item is None else [item])]))
        powers = list(block.arrays)
        for rows in self.run(write_sums(self.schema, names, powers, request.weight, measure)):
            batch = _encode(cells.coder, rows, names)
            slots = cells.locate(batch)
            if item is not None:
                slots = slots * block.shape[2] + batch.codes[item]
            sums = [np.nan_to_num(read_numbers(column), nan=0.0) for column in rows.columns[len(names) :]]
            terms = dict(zip(powers, sums, strict=True))
            block.add(slots, terms, int(terms[COUNT].sum()))


def _encode(coder: Coder, rows: pa.RecordBatch, names: Sequence[str]) -> Batch:
    """The rows of an answer, its first columns being those named."""
    return coder.encode(pa.Table.from_arrays(rows.columns[: len(names)], names=list(names)), rows.num_rows)
