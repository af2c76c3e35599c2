"""Estimates as an analyst gets them: a table that says what it is and keeps its covariance."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array
from scipy.stats import t

from praksis.errors import PraksisError
from praksis.estimate.array import Bools, Floats, Ints
from praksis.estimate.combination import Combination, stack_combinations
from praksis.estimate.independence import adjust_holm
from praksis.estimate.interval import Bounded, bound_differences, bound_means, find_correlations, temper_correlations
from praksis.estimate.printing import print_estimates
from praksis.estimate.tipping import tabulate_tipping_points
from praksis.estimate.workbook import need_package, write_workbook


class LostVariance(PraksisError, TypeError):
    """Arithmetic on estimates that would lose how uncertain they are."""


class NoSuchEstimate(PraksisError):
    """The rows asked for are not among the estimates."""


_NO_ERROR = 1e-9
"""A standard error below this is none."""


@dataclass(frozen=True)
class About:
    """What the numbers are."""

    kind: str
    """share, mean, total, count, ratio, quantile, change, gap or contrast."""
    base: str
    """Whom the numbers are about."""
    inference: str
    """What the standard errors allow for."""
    interval: str
    """Kind and coverage of the limits."""
    confidence: float
    percent: bool = False
    """Are the numbers printed as percent (or percentage points)?"""
    wilson: bool = False
    """Do the limits keep to what shares can be, so that those of differences are made from them?"""


@dataclass(frozen=True, eq=False)
class Estimates:
    """J estimates.

    `labels` [J rows] says which is which (made when asked for, as it takes as long as the numbers); `numbers` are
    arrays [J]: estimate, se, lower, upper, n, nonresponse, df, and where they make sense deff and n_eff. Not numbers:
    sums and differences are asked for with `contrast`, `gap` or `Survey.change`, which keep the variance.
    """

    label: Callable[[], pa.Table]
    numbers: Mapping[str, Floats | Ints]
    about: About
    combine: Callable[[], Combination]
    """What the covariance is made of, when it is asked for."""

    @cached_property
    def labels(self) -> pa.Table:
        """[J rows] which estimate is which."""
        return self.label()

    @cached_property
    def combination(self) -> Combination:
        return self.combine()

    @property
    def loose(self) -> tuple[Floats, Floats]:
        """Limits for differences: those of shares before they are cut to what is possible, which would be too short."""
        names = ("loose_lower", "loose_upper") if "loose_lower" in self.numbers else ("lower", "upper")
        lower, upper = (np.asarray(self.numbers[name], dtype=np.float64) for name in names)
        return lower, upper

    @cached_property
    def table(self) -> pa.Table:
        """Labels and numbers side by side; missing numbers are null. The schema's metadata say what they are."""
        columns = {name: self.labels.column(name) for name in self.labels.column_names}
        for name, values in self.numbers.items():
            if name.startswith("loose_"):
                continue
            columns[name] = _to_arrow(values)
        about = {"kind": self.about.kind, "base": self.about.base, "inference": self.about.inference}
        return pa.table(columns).replace_schema_metadata({**about, "interval": self.about.interval})

    @property
    def covariance(self) -> Floats:
        """[J, J] covariance matrix of the estimates."""
        return self.combination.covariance

    def __len__(self) -> int:
        return len(self.numbers["estimate"])

    def to_pandas(self) -> Any:
        """A pandas DataFrame (needs pandas)."""
        need_package("pandas", "pandas")
        return self.table.to_pandas()

    def to_polars(self) -> Any:
        """A Polars DataFrame (needs polars)."""
        return need_package("polars", "polars").from_arrow(self.table)

    def to_excel(self, path: str | Path) -> Path:
        """An Excel file: the table, and a sheet that says what the numbers are."""
        return write_workbook(self.table, self.describe(), Path(path))

    def describe(self) -> tuple[str, ...]:
        """What the numbers are, line by line."""
        about = self.about
        return (f"{about.kind}; base: {about.base}", about.inference, about.interval)

    # -- choosing and combining ------------------------------------------------------------------------------------

    def find(self, **labels: object) -> Ints:
        """The rows with these labels, such as `find(item="develops", sector="state")`; sector=None: not split by it."""
        inside = np.ones(len(self), dtype=bool)
        for name, value in labels.items():
            if name not in self.labels.column_names:
                raise NoSuchEstimate(f'the estimates have no label "{name}": {", ".join(self.labels.column_names)}.')
            inside &= np.array([one == value for one in self.labels.column(name).to_pylist()], dtype=bool)
        return np.flatnonzero(inside)

    def contrast(self, sums: Mapping[str, Mapping[int, float]]) -> "Estimates":
        """Linear combinations: label -> {row: coefficient}, with standard errors from the whole covariance."""
        rows, columns, values = [], [], []
        if not sums or not all(sums.values()):
            raise NoSuchEstimate('contrast: name the rows and their coefficients, such as {"gap": {0: 1, 1: -1}}.')
        for place, parts in enumerate(sums.values()):
            for row, coefficient in parts.items():
                if not isinstance(row, int | np.integer) or not 0 <= row < len(self):
                    raise NoSuchEstimate(f"there is no row {row!r}: the estimates have rows 0 to {len(self) - 1}.")
                rows.append(place)
                columns.append(int(row))
                values.append(float(coefficient))
        matrix = csr_array((values, (rows, columns)), shape=(len(sums), len(self)))
        combination = self.combination.combine(matrix)
        uses = [np.array(list(parts), dtype=np.int64) for parts in sums.values()]
        return self._derive(pa.table({"contrast": list(sums)}), combination, uses, "contrast")

    def gap(self, first: Mapping[str, object], second: Mapping[str, object]) -> "Estimates":
        """`first` less `second`, for every pair of rows that differ in these labels alone.

        `gap({"sector": "state"}, {"sector": "municipal"})` gives one gap per item and answer.
        """
        if first.keys() != second.keys():
            raise NoSuchEstimate(f"gap: {dict(first)} and {dict(second)} must name the same labels.")
        one, two = self.find(**first), self.find(**second)
        free = [name for name in self.labels.column_names if name not in {*first, *second}]
        marks = [self.labels.column(name).to_pylist() for name in free]
        partner = {tuple(mark[row] for mark in marks): row for row in two.tolist()}
        pairs = [(row, partner[key]) for row in one.tolist() if (key := tuple(mark[row] for mark in marks)) in partner]
        if not pairs:
            raise NoSuchEstimate(f"no estimates differ only by {dict(first)} and {dict(second)}.")
        left, right = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
        k = len(pairs)
        places = np.arange(k)
        matrix = csr_array(
            (np.repeat([1.0, -1.0], k), (np.concatenate([places, places]), np.concatenate([left, right]))),
            shape=(k, len(self)),
        )
        named = " less ".join(", ".join(f"{name}={value}" for name, value in side.items()) for side in (first, second))
        columns = {name: [mark[row] for row in left.tolist()] for name, mark in zip(free, marks, strict=True)}
        result = self._derive(
            pa.table({**columns, "gap": [named] * k}),
            self.combination.combine(matrix),
            [np.array(pair, dtype=np.int64) for pair in pairs],
            "gap",
        )
        return self._bound_gap(result, left, right) if self.about.wilson else result

    def _derive(self, labels: pa.Table, combination: Combination, uses: Sequence[Ints], kind: str) -> "Estimates":
        n, df = (np.array([self.numbers[name][one].min() for one in uses], dtype=np.int64) for name in ("n", "df"))
        values, se = combination.values, np.sqrt(combination.variances)
        lower, upper = bound_means(values, se, df, self.about.confidence)
        numbers: dict[str, Floats | Ints] = {
            "estimate": values, "se": se, "lower": lower, "upper": upper, "n": n, "df": df,
        }  # fmt: skip
        interval = f"{100 * self.about.confidence:g} % intervals, estimate +- t x se"
        about = replace(self.about, kind=f"{kind} of {self.about.kind}s", interval=interval, wilson=False)
        return Estimates(lambda: labels, numbers, about, lambda: combination)

    def _bound_gap(self, gap: "Estimates", left: Ints, right: Ints) -> "Estimates":
        se = np.asarray(self.numbers["se"], dtype=np.float64)
        one, two = se[left] ** 2, se[right] ** 2
        first, second = self._limits(left), self._limits(right)
        correlation = temper_correlations(
            find_correlations((one + two - gap.numbers["se"] ** 2) / 2, one, two),
            (first.value, se[left]),
            (second.value, se[right]),
        )
        lower, upper = bound_differences(first, second, correlation)
        interval = f"{100 * self.about.confidence:g} % intervals from those of the two shares (MOVER)"
        return replace(
            gap, numbers={**gap.numbers, "lower": lower, "upper": upper}, about=replace(gap.about, interval=interval)
        )

    def _limits(self, rows: Ints) -> Bounded:
        lower, upper = self.loose
        return Bounded(np.asarray(self.numbers["estimate"], dtype=np.float64)[rows], lower[rows], upper[rows])

    def test(self, null: float = 0.0) -> pa.Table:
        """Is each estimate `null`? Student's t on its degrees of freedom, two-sided, and Holm (1979) over all of them.

        Where the standard error is 0 because all who answered agree, it says nothing and p is null: see the limits.

        The rows of the result are the declared family: choose them before looking.
        """
        se = np.asarray(self.numbers["se"], dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = (np.asarray(self.numbers["estimate"], dtype=float) - null) / se
        p = np.asarray(2 * t.sf(np.abs(statistic), np.maximum(self.numbers["df"], 1)))
        p = np.where((se > _NO_ERROR) | self._is_counted(), p, np.nan)
        columns = {name: self.labels.column(name) for name in self.labels.column_names}
        numbers = {"estimate": self.numbers["estimate"], "se": se, "t": statistic, "df": self.numbers["df"], "p": p}
        columns |= {name: _to_arrow(values) for name, values in {**numbers, "p_holm": adjust_holm(p)}.items()}
        return pa.table(columns)

    def find_tipping_points(self, threshold: float = 0.0, *, clear: bool = True) -> pa.Table:
        """How different those who did not answer must be for a verdict to fall: of shares, and of changes of shares.

        The verdict is that the estimate is above (below) `threshold`, as far as the interval goes where `clear`, else
        the estimate itself. `can_flip`: does any answer of the others make it fall; `distance`: how far, 0 to 1, their
        share must be from that of those who answered (of a change: in both waves, in opposite directions); `others`:
        their share there (in the later wave); `extreme`: the estimate if all the others answered against it. Null
        where there is no verdict to fall.
        """
        return tabulate_tipping_points(self.labels, self.numbers, threshold, clear=clear)

    def _is_counted(self) -> Bools:
        """[J] has everyone answered, so that there is nothing to be uncertain of?"""
        names = [name for name in ("fraction", "fraction_before") if name in self.numbers]
        counted = [np.asarray(self.numbers[name], dtype=np.float64) >= 1 for name in names]
        return np.logical_and.reduce(counted) if counted else np.zeros(len(self), dtype=np.bool_)

    # -- not numbers -----------------------------------------------------------------------------------------------

    def _refuse(self, *_: object) -> NoReturn:
        raise LostVariance(
            "estimates are not numbers: adding or dividing them would lose their covariance. Use contrast({...}) for "
            "sums and differences, gap(...) between groups, Survey.change(...) between waves, Survey.ratio(...) for "
            'ratios; or take the bare numbers from .table["estimate"], and their uncertainty with them.'
        )

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __neg__ = __abs__ = __round__ = __pow__ = __floordiv__ = _refuse
    __float__ = __int__ = __lt__ = __gt__ = __le__ = __ge__ = _refuse

    def __repr__(self) -> str:
        return print_estimates(self.table, self.describe(), percent=self.about.percent)


def join_estimates(parts: Sequence[Estimates]) -> Estimates:
    """The estimates of several, one after the other; their covariance, too, where it can be known."""
    if len(parts) == 1:
        return parts[0]
    numbers = {name: np.concatenate([part.numbers[name] for part in parts]) for name in parts[0].numbers}

    def label() -> pa.Table:
        tables = [part.labels for part in parts]
        if any(table.schema != tables[0].schema for table in tables):  # answers of different kinds are all text
            tables = [pa.table({name: _to_text(table.column(name)) for name in table.column_names}) for table in tables]
        return pa.concat_tables(tables).unify_dictionaries()

    return Estimates(label, numbers, parts[0].about, lambda: stack_combinations([part.combination for part in parts]))


def _to_text(column: pa.ChunkedArray) -> pa.Array:
    return pa.array([None if value is None else str(value) for value in column.to_pylist()]).dictionary_encode()


def _to_arrow(values: Floats | Ints) -> pa.Array:
    """Numbers as a column, nan as null; from buffers, see `labels.label_codes`."""
    kind = pa.float64() if values.dtype.kind == "f" else pa.int64()
    column = pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])
    if kind == pa.int64() or not np.isnan(values).any():
        return column
    return pc.if_else(pc.is_nan(column), None, column)
