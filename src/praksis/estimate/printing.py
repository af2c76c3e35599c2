"""Estimates as text: aligned columns, percent for shares, and what the numbers are below."""

import math
from collections.abc import Sequence

import pyarrow as pa

_ROWS = 40
"""More rows are cut in the middle, as pandas and Polars do."""
_PERCENT = ("estimate", "se", "lower", "upper", "before", "after")


def print_estimates(table: pa.Table, about: Sequence[str], *, percent: bool) -> str:
    """The table as lines of text."""
    rows = list(range(table.num_rows))
    cut = len(rows) > _ROWS
    if cut:
        rows = rows[: _ROWS // 2] + rows[-_ROWS // 2 :]
    columns = []
    for name in table.column_names:
        values = table.column(name).take(pa.array(rows, pa.int64())).to_pylist()
        shown = [_show(value, name, percent) for value in values]
        numeric = not (
            pa.types.is_string(table.schema.field(name).type) or pa.types.is_dictionary(table.schema.field(name).type)
        )
        if cut:
            shown.insert(_ROWS // 2, "...")
        width = max(map(len, [name, *shown]))
        columns.append([text.rjust(width) if numeric else text.ljust(width) for text in [name, *shown]])
    lines = ["  ".join(parts).rstrip() for parts in zip(*columns, strict=True)]
    unit = ["estimates, standard errors and limits in percent"] if percent else []
    return "\n".join([*lines, f"({table.num_rows} estimates)", *about, *unit])


def _show(value: object, name: str, percent: bool) -> str:
    if value is None:
        return "" if name not in _PERCENT else "-"
    if isinstance(value, float):
        if math.isnan(value):
            return "-"
        if percent and name in _PERCENT:
            return f"{100 * value:.1f}"
        return f"{value:,.2f}" if abs(value) >= 1 or name in ("deff", "n_eff") else f"{value:.4g}"
    return str(value)
