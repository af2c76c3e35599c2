"""A survey read from files gives what it gives in memory, whatever engine adds up."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from praksis import Design, Survey
from praksis.errors import PraksisError
from praksis.estimate.engine.numpy_engine import NumpyEngine
from praksis.estimate.engine.source import TableSource
from praksis.estimate.engine.table import Aggregate, Request
from praksis.estimate.large import LargeSurvey

ROWS = 6000
DESIGNS = {
    "clusters": Design(strata="stratum", clusters="psu", weights="weight"),
    "clusters, finite": Design(strata="stratum", clusters="psu", population="clusters"),
    "rows, weights": Design(strata="stratum", weights="weight", population="size"),
    "rows": Design(strata="stratum", population="size"),
    "process": Design(strata="stratum", population="size", weights="none", inference="process"),
    "plain": Design(),
}
DOMAINS: tuple[dict[str, Any], ...] = (
    {},
    {"each": ["sex", "age", "region"]},
    {"by": "sex", "each": ["age"]},
    {"by": ["sex", "region"]},
)


def make_table() -> pa.Table:
    rng = np.random.default_rng(20)
    stratum = rng.integers(0, 10, ROWS)
    columns: dict[str, Any] = {
        "stratum": [f"s{one}" for one in stratum],
        "psu": rng.integers(0, 12, ROWS),
        "weight": rng.uniform(1, 3, ROWS),
        "sex": rng.integers(0, 2, ROWS),
        "age": rng.integers(0, 6, ROWS),
        "region": rng.integers(0, 9, ROWS),
        "y": np.where(rng.random(ROWS) < 0.1, np.nan, rng.normal(size=ROWS)),
        "size": np.bincount(stratum)[stratum] * 3,
        "clusters": np.full(ROWS, 40),
    }
    for item in ("i0", "i1"):
        codes = rng.integers(0, 6, ROWS).astype(np.int32)
        labels = pa.array(["a never", "b seldom", "c now and then", "d often", "e always"])  # engines sort answers
        columns[item] = pa.DictionaryArray.from_arrays(pa.array(np.minimum(codes, 4), mask=codes == 5), labels)
    return pa.table(columns)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "rows.parquet"
    pq.write_table(make_table(), path, row_group_size=1000)
    return path


@pytest.mark.parametrize("engine", ["numpy", "duckdb", pytest.param("spark", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", DESIGNS)
def test_files_give_what_memory_gives(path: Path, name: str, engine: Any) -> None:
    """Shares to the last digits, means and totals to what the order of adding leaves."""
    if engine == "spark":
        pytest.importorskip("pyspark")
    whole, large = Survey(make_table(), DESIGNS[name]), Survey.open(path, DESIGNS[name], engine)
    answers = {"often or always": ["d often", "e always"]}
    for domains in DOMAINS[:2] if engine == "spark" else DOMAINS:
        pairs = [
            (
                whole.share(["i0", "i1"], **domains, answers=answers),
                large.share(["i0", "i1"], **domains, answers=answers),
            ),
            (whole.mean("y", **domains), large.mean("y", **domains)),
            (whole.total("y", **domains), large.total("y", **domains)),
        ]
        for one, other in pairs:
            assert other.labels.to_pylist() == one.labels.to_pylist()
            for number in other.numbers:
                np.testing.assert_allclose(other.numbers[number], one.numbers[number], rtol=1e-9, atol=1e-12)


def test_sizes_that_the_first_rows_do_not_tell(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sorted by cluster, the first rows hold one of 120: all crossed would be too many sums, each column is not."""
    monkeypatch.setattr("praksis.estimate.engine.numpy_engine._SAMPLE", 10)
    table = pq.read_table(path).sort_by([("stratum", "ascending"), ("psu", "ascending")])
    engines = [NumpyEngine(TableSource(table, rows=500), limit=limit) for limit in (100_000, 10_000)]
    requests: list[int] = []
    for engine in engines:

        def watch(asked: Sequence[Request], whole: Any = engine.aggregate_all) -> list[Aggregate]:
            requests.append(len(asked))
            return list(whole(asked))

        monkeypatch.setattr(engine, "aggregate_all", watch)
    found = [LargeSurvey(engine, DESIGNS["clusters"]).share("i0", **DOMAINS[1]) for engine in engines]
    assert requests == [1, 1, 3]
    assert found[0].labels.to_pylist() == found[1].labels.to_pylist()
    np.testing.assert_allclose(found[0].numbers["se"], found[1].numbers["se"], rtol=1e-12)


def test_crossed_or_column_by_column_is_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = Survey.open(path, DESIGNS["clusters"])
    crossed = large.share("i0", **DOMAINS[1])
    monkeypatch.setattr("praksis.estimate.large._BUNDLE", 1)
    apart = Survey.open(path, DESIGNS["clusters"]).share("i0", **DOMAINS[1])
    assert apart.labels.to_pylist() == crossed.labels.to_pylist()
    np.testing.assert_allclose(apart.numbers["se"], crossed.numbers["se"], rtol=1e-12)


def test_what_is_not_offered_is_said(path: Path) -> None:
    with pytest.raises(PraksisError, match="two stages .* in memory"):
        Survey.open(path, Design(clusters=["psu", "y"], population=["clusters", "size"]))
    with pytest.raises(PraksisError, match="load the rows"):
        _ = Survey.open(path, Design()).share("i0").covariance
    table = make_table()
    odd = table.set_column(table.column_names.index("size"), "size", pa.array(np.arange(ROWS) + ROWS))
    pq.write_table(odd, path.with_name("odd.parquet"))
    large = Survey.open(path.with_name("odd.parquet"), DESIGNS["rows"])
    with pytest.raises(PraksisError, match="s0.*different|not the same for all rows"):
        large.share("i0")
