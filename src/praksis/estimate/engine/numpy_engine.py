"""The engine that needs nothing but numpy: batches of rows stream by. In memory are two batches and the sums."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from praksis.estimate.engine.cells import Cells
from praksis.estimate.engine.coder import Coder
from praksis.estimate.engine.source import Source, check_categories, check_numbers, read_ahead
from praksis.estimate.engine.table import SLOTS, Aggregate, AggregationError, Request
from praksis.estimate.engine.vocabulary import Combinations

ROWS = 1 << 19
"""Rows that are sorted at a time. Not few: all sums pass through the cache once for each. Not more: the next ones are
read and sorted meanwhile, which of a million rows should be half."""
_PIECE = 1 << 17
"""Rows that are added up at a time, so few that they stay in the cache for all items."""
_SAMPLE = 1 << 15
"""Rows that sizes are guessed from."""


class NumpyEngine:
    """Adds up rows as they come. Every sum takes its rows in the order of the data."""

    def __init__(self, source: Source, rows: int = ROWS, limit: int = SLOTS) -> None:
        self.source = source
        self.rows = rows
        self.limit = limit

    @property
    def schema(self) -> pa.Schema:
        return self.source.schema

    def guess_size(self, columns: Sequence[str]) -> int:
        """As many combinations as there are in the first rows."""
        check_categories(self.schema, columns)
        coder, found, rows = Coder([Request(items=tuple(columns))]), Combinations(columns), 0
        for table in self.source.read(coder.categorical, _SAMPLE):
            batch = coder.encode(table)
            found.encode([batch.codes[name] for name in columns], [batch.sizes[name] for name in columns], batch.rows)
            rows += batch.rows
            if rows >= _SAMPLE:
                break
        return len(found)

    def aggregate(self, request: Request) -> Aggregate:
        return self.aggregate_all([request])[0]

    def aggregate_all(self, requests: Sequence[Request]) -> list[Aggregate]:
        """The sums of several requests, in one reading for those with the same units."""
        found: dict[Request, Aggregate] = {}
        for units in dict.fromkeys(request.units for request in requests):
            alike = list(dict.fromkeys(request for request in requests if request.units == units))
            found.update(zip(alike, self._aggregate_alike(alike), strict=True))
        return [found[request] for request in requests]

    def _aggregate_alike(self, requests: Sequence[Request]) -> list[Aggregate]:
        """The sums of requests with the same units."""
        coder = Coder(requests)
        check_categories(self.schema, coder.categorical)
        check_numbers(self.schema, coder.numeric)
        cells = [Cells(request, coder, self.limit) for request in requests]
        weights = {request.weight for request in requests if request.weight is not None}
        tables = self.source.read(list(dict.fromkeys(coder.categorical + coder.numeric)))
        for batch in read_ahead(coder.encode_all(tables, self.rows)):
            for name in weights:
                if np.isnan(batch.numbers[name]).any():
                    raise AggregationError(f"Column {name!r} has rows without a weight. Fill it in, or leave them out.")
            for piece in batch.split(_PIECE):
                for part in cells:
                    part.add_rows(piece)
        return [part.finish(self.schema) for part in cells]
