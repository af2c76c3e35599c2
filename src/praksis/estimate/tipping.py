"""How different those who did not answer would have to be for a verdict to fall, estimate by estimate."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from praksis.errors import PraksisError
from praksis.estimate.array import Floats, Ints
from praksis.estimate.nonresponse import Part, find_tipping_point


class NoVerdict(PraksisError):
    """Estimates without a population that some of did not answer."""


def tabulate_tipping_points(
    labels: pa.Table, given: Mapping[str, Floats | Ints], threshold: float, *, clear: bool
) -> pa.Table:
    """See `Estimates.find_tipping_points`."""
    numbers = {name: np.asarray(values, dtype=np.float64) for name, values in given.items()}
    if "fraction" not in numbers:
        raise NoVerdict("tipping points: asked for shares and for changes of shares in a population of known size.")
    rows: list[tuple[bool | None, float | None, float | None, float | None]] = []
    for row in range(len(numbers["estimate"])):
        value, fraction = numbers["estimate"][row], numbers["fraction"][row]
        limit = numbers["lower"][row] if value > threshold else numbers["upper"][row]
        margin = abs(value - limit) if clear else 0.0
        earlier = numbers["fraction_before"][row] if "before" in numbers else 1.0
        if not np.isfinite(value) or abs(value - threshold) <= margin or not fraction > 0 or not earlier > 0:
            rows.append((None, None, None, None))
            continue
        parts = [Part(value, min(fraction, 1.0))]
        if "before" in numbers:
            parts = [
                Part(numbers["after"][row], min(fraction, 1.0)),
                Part(numbers["before"][row], min(earlier, 1.0), -1.0),
            ]
        found = find_tipping_point(parts, threshold, margin)
        rows.append(
            (found.can_flip, None if np.isnan(found.distance) else found.distance, found.shares[0], found.extreme)
        )
    flips, distances, shares, extremes = zip(*rows, strict=True)
    columns = {name: labels.column(name) for name in labels.column_names}
    return pa.table(
        {
            **columns,
            "estimate": numbers["estimate"],
            "can_flip": pa.array(flips, pa.bool_()),
            "distance": pa.array(distances, pa.float64()),
            "others": pa.array(shares, pa.float64()),
            "extreme": pa.array(extremes, pa.float64()),
        }
    )
