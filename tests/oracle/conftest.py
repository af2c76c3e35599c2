"""Values from R's `survey`: every line of `<topic>.csv` becomes a test of `test_<topic>.py`.

A module says in CASES how Praksis finds what R found: case -> a function of `Oracle` that gives estimates, a list of
them, or {row: {statistic: value}}. The row of a value says which estimate it is: by labels ("item=api00, stype=E"), by
the name of a contrast, or by two rows for a covariance ("... | ...").
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow.csv import read_csv

from praksis import Design, Survey

FOLDER = Path(__file__).parent
TOPICS = sorted(path.stem for path in FOLDER.glob("*.csv") if path.with_name(f"test_{path.stem}.py").exists())

RELATIVE, ZERO = 1e-8, 1e-12
"""How near: relative to R's value; where that is 0, relative to the estimate it belongs to."""


@dataclass(frozen=True)
class Expected:
    """A value from R."""

    case: str
    row: str
    statistic: str
    value: float
    size: float
    """Of the estimate in the same row, for values that are 0."""

    @property
    def allowed(self) -> Any:
        return pytest.approx(self.value, rel=RELATIVE, abs=ZERO * self.size)


@cache
def read_expected(topic: str) -> tuple[Expected, ...]:
    with (FOLDER / f"{topic}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    sizes = {(row["case"], row["row"]): abs(float(row["value"])) for row in rows if row["statistic"] == "estimate"}
    return tuple(
        Expected(
            row["case"], row["row"], row["statistic"], float(row["value"]), sizes.get((row["case"], row["row"]), 1.0)
        )
        for row in rows
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "expected" in metafunc.fixturenames:
        values = read_expected(Path(str(metafunc.module.__file__)).stem.removeprefix("test_"))
        ids = [f"{one.case}: {one.row} {one.statistic}" for one in values]
        metafunc.parametrize("expected", values, ids=ids)


@cache
def read_data(name: str) -> pa.Table:
    """A data set of the package, as data.R wrote it."""
    (path,) = (FOLDER / "data").glob(f"{name}.csv*")
    return read_csv(path)


class Oracle:
    """The data sets, and the designs that session.R gives them."""

    read = staticmethod(read_data)

    def make(self, data: str | pa.Table, frame: pa.Table | None = None, **design: Any) -> Survey:
        return Survey(read_data(data) if isinstance(data, str) else data, Design(**design), frame)

    def srs(self, **changes: Any) -> Survey:
        return self.make("apisrs", **{"population": "fpc", "weights": "pw", **changes})

    def strat(self, **changes: Any) -> Survey:
        return self.make("apistrat", **{"strata": "stype", "population": "fpc", "weights": "pw", **changes})

    def clus1(self, **changes: Any) -> Survey:
        return self.make("apiclus1", **{"clusters": "dnum", "population": "fpc", "weights": "pw", **changes})

    def clus2(self, **changes: Any) -> Survey:
        stages = {"clusters": ["dnum", "snum"], "population": ["fpc1", "fpc2"]}
        return self.make("apiclus2", **{**stages, **changes})

    def nhanes(self, **changes: Any) -> Survey:
        stages = {"strata": "SDMVSTRA", "clusters": "SDMVPSU", "weights": "WTMEC2YR"}
        return self.make("nhanes", **{**stages, **changes})

    def yrbs(self, **changes: Any) -> Survey:
        return self.make("yrbs", **{"strata": "stratum", "clusters": "psu", "weights": "weight", **changes})

    def add(self, table: pa.Table, **columns: Any) -> pa.Table:
        """The table with columns added or replaced."""
        for name, values in columns.items():
            table = table.drop_columns([name]) if name in table.column_names else table
            table = table.append_column(name, pa.array(values))
        return table

    def find_row(self, estimates: Any, row: str) -> int:
        """The place of the one row with these labels."""
        names = estimates.table.column_names
        labels = (
            dict(part.split("=", 1) for part in row.split(", ")) if "=" in row.split(", ")[0] else {"contrast": row}
        )
        if not set(labels) <= set(names):
            raise KeyError(row)
        columns = {name: estimates.table.column(name).to_pylist() for name in labels}
        found = [
            place
            for place in range(estimates.table.num_rows)
            if all(_say(columns[name][place]) == value for name, value in labels.items())
        ]
        if len(found) != 1:
            raise KeyError(f"{row}: {len(found)} rows")
        return found[0]

    def contrast(self, estimates: Any, **sums: Mapping[str, float]) -> Any:
        """Contrasts with rows named by their labels."""
        return estimates.contrast(
            {name: {self.find_row(estimates, row): k for row, k in parts.items()} for name, parts in sums.items()}
        )

    def find_value(self, results: Any, expected: Expected) -> float:
        """Praksis' value for one of R's."""
        if isinstance(results, dict):
            return float(results[expected.row][expected.statistic])
        for estimates in results if isinstance(results, list) else [results]:
            try:
                if expected.statistic == "covariance":
                    first, second = (self.find_row(estimates, row) for row in expected.row.split(" | "))
                    return float(np.asarray(estimates.covariance)[first, second])
                return float(estimates.table.column(expected.statistic)[self.find_row(estimates, expected.row)].as_py())
            except KeyError as error:
                missing = error
        raise missing


def _say(label: object) -> str:
    return "" if label is None else str(label)


@pytest.fixture(scope="session")
def oracle() -> Oracle:
    return Oracle()


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """What Praksis found, per case: each is estimated once."""
    return {}


@pytest.fixture
def found(request: pytest.FixtureRequest, expected: Expected, oracle: Oracle, results: dict[str, Any]) -> float:
    """Praksis' value for `expected`."""
    cases: Mapping[str, Callable[[Oracle], Any]] = request.module.CASES
    if expected.case not in results:
        results[expected.case] = cases[expected.case](oracle)
    return oracle.find_value(results[expected.case], expected)


@pytest.fixture(scope="session")
def topics() -> Mapping[str, tuple[Expected, ...]]:
    """All of R's values, per topic that has a test."""
    return {topic: read_expected(topic) for topic in TOPICS}
