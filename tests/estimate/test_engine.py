"""Every engine gives what a few lines of plain Python give, whatever the columns are called and hold."""

import datetime
import importlib.util
import itertools
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from praksis.estimate.engine import Aggregate, AggregationError, Engine, Request, open_engine
from praksis.estimate.engine.numpy_engine import NumpyEngine
from praksis.estimate.engine.source import ParquetSource, TableSource

NAMES = (
    'a"b; drop', 'A"B; DROP', "it's", "c0", "c1", "", "ærlig talt", "back\\slash`tick", ".", "{x}", "praksis_answers",
    "select", "two\nlines", "%s ?", "n", "weights",
)  # fmt: skip
TEXTS = ("", "agree", "it's", 'a"b', "Ærlig", "agree ", "null", "👍", "\\n")
KINDS: dict[str, tuple[pa.DataType, tuple[Any, ...]]] = {
    "text": (pa.string(), TEXTS),
    "labels": (pa.dictionary(pa.int8(), pa.string()), TEXTS),
    "tiny": (pa.int8(), (-128, -1, 0, 1, 5, 127)),
    "codes": (pa.int16(), (-2, -1, 1, 2, 3, 4, 5)),
    "byte": (pa.uint8(), (0, 1, 254, 255)),
    "far": (pa.int64(), (-(2**62), -1, 0, 10**12, 2**62)),
    "yes": (pa.bool_(), (False, True)),
    "number": (pa.float64(), (-1.5, 0.0, 1.0, 2.0)),
    "day": (pa.date32(), (datetime.date(2024, 2, 29), datetime.date(1969, 12, 31))),
}

needs_duckdb = pytest.mark.skipif(not importlib.util.find_spec("duckdb"), reason="needs duckdb")
needs_spark = pytest.mark.skipif(not importlib.util.find_spec("pyspark"), reason="needs pyspark")

Cell = tuple[tuple[Any, ...], tuple[Any, ...]]


class Twin:
    """The sums of a request, row by row in dictionaries."""

    def __init__(self, table: pa.Table, request: Request) -> None:
        self.rows: Counter[Cell] = Counter()
        self.weights: dict[Cell, float] = defaultdict(float)
        self.answers: dict[tuple[str, Cell, Any], list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
        self.moments: dict[tuple[str, Cell], list[float]] = defaultdict(lambda: [0, 0.0, 0.0, 0.0, 0.0, 0.0])
        self.size: dict[tuple[str, Cell], float] = defaultdict(float)
        columns = {name: [know(value) for value in table[name].to_pylist()] for name in table.column_names}
        for row in range(len(table)):
            units = tuple(columns[name][row] for name in request.units)
            cell = units, tuple(columns[name][row] for name in request.domains)
            w = 1.0 if request.weight is None else float(columns[request.weight][row])
            self.rows[cell] += 1
            self.weights[cell] += w
            for item in request.items:
                add(self.answers[item, cell, columns[item][row]], 1, w, w * w)
            for name in request.measures:
                y = columns[name][row]
                if y is not None:
                    add(self.moments[name, cell], 1, w, w * y, w * w, w * w * y, w * w * y * y)
                    self.size[name, cell] += w * abs(y)


def add(sums: list[float], *terms: float) -> None:
    for place, term in enumerate(terms):
        sums[place] += term


def know(value: Any) -> Any:
    """NaN is missing."""
    return None if isinstance(value, float) and math.isnan(value) else value


def list_rows(table: pa.Table, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    columns = [table[name].to_pylist() for name in names]
    return list(zip(*columns, strict=True)) if columns else [()] * table.num_rows


def rank(row: tuple[Any, ...]) -> list[tuple[bool, Any]]:
    return [(value is None, 0 if value is None else value) for value in row]


def is_close(got: float, expected: float, size: float = 0.0) -> bool:
    return math.isclose(got, expected, rel_tol=1e-12, abs_tol=1e-12 * size)


def check_aggregate(aggregate: Aggregate, twin: Twin, request: Request) -> None:
    units, domains = list_rows(aggregate.units, request.units), list_rows(aggregate.domains, request.domains)
    assert units == sorted({cell[0] for cell in twin.rows} or {()} - {() for _ in request.units}, key=rank)
    assert domains == sorted({cell[1] for cell in twin.rows} or {()} - {() for _ in request.domains}, key=rank)
    assert aggregate.units.column_names == [*request.units, "rows", "weight"]
    assert aggregate.units["rows"].to_pylist() == aggregate.rows.sum(axis=1).tolist()
    np.testing.assert_allclose(aggregate.units["weight"], aggregate.weights.sum(axis=1), rtol=1e-12)
    cells = list(itertools.product(enumerate(units), enumerate(domains)))
    for (u, unit), (d, domain) in cells:
        assert aggregate.rows[u, d] == twin.rows[unit, domain]
        assert is_close(aggregate.weights[u, d], twin.weights[unit, domain])
    for item in request.items:
        answers = (*aggregate.categories[item], None)
        occurring = {answer for name, _, answer in twin.answers if name == item and answer is not None}
        assert list(answers[:-1]) == sorted(occurring)
        assert aggregate.counts[item].shape == (len(units), len(domains), len(answers))
        assert aggregate.counts[item].dtype == np.int64
        assert (item in aggregate.squares) == request.squares
        for ((u, unit), (d, domain)), (a, answer) in itertools.product(cells, enumerate(answers)):
            count, total, square = twin.answers[item, (unit, domain), answer]
            assert aggregate.counts[item][u, d, a] == count
            assert is_close(aggregate.sums[item][u, d, a], total)
            assert not request.squares or is_close(aggregate.squares[item][u, d, a], square)
    for name in request.measures:
        moments = aggregate.moments[name]
        assert (moments.w2 is None) == (moments.w2y is None) == (moments.w2y2 is None) == (not request.squares)
        arrays = (moments.n, moments.w, moments.wy, moments.w2, moments.w2y, moments.w2y2)
        for (u, unit), (d, domain) in cells:
            sums, size = twin.moments[name, (unit, domain)], twin.size[name, (unit, domain)]
            for array, expected in zip(arrays, sums, strict=True):
                assert array is None or is_close(array[u, d], expected, size * 100)


def check_equal(left: Aggregate, right: Aggregate) -> None:
    """To the bit."""
    assert left.units.equals(right.units)
    assert left.domains.equals(right.domains)
    assert left.categories == right.categories
    assert left.constant == right.constant
    pairs = [(left.rows, right.rows), (left.weights, right.weights)]
    for ours, theirs in ((left.counts, right.counts), (left.sums, right.sums), (left.squares, right.squares)):
        assert ours.keys() == theirs.keys()
        pairs += [(ours[item], theirs[item]) for item in ours]
    for name in left.moments:
        one, other = left.moments[name], right.moments[name]
        pairs += [(getattr(one, key), getattr(other, key)) for key in ("n", "w", "wy", "w2", "w2y", "w2y2")]
    for one_array, other_array in pairs:
        assert np.array_equal(one_array, other_array)


@st.composite
def tables(draw: st.DrawFn) -> tuple[pa.Table, Request]:
    """A table of up to 40 rows, and a request for some of its columns."""
    rows = draw(st.integers(0, 40))
    names = tuple(draw(st.permutations(NAMES)))
    units, domains, items, measures = names[:2], names[2:5], names[5:9], names[9:11]
    units, domains, items = units[: draw(st.integers(0, 2))], domains[: draw(st.integers(0, 3))], items[1:]
    columns: dict[str, pa.Array] = {}
    for name in [*units, *domains, *items]:
        kind, values = KINDS[draw(st.sampled_from(sorted(KINDS)))]
        some = draw(st.lists(st.sampled_from(values), min_size=1, max_size=4))
        choices: list[Any] = some if name in units else [*some, None]
        if pa.types.is_floating(kind) and name not in units:
            choices.append(math.nan)
        filled = draw(st.lists(st.sampled_from(choices), min_size=rows, max_size=rows))
        columns[name] = pa.array(filled, kind)
    for name in measures:
        number = draw(st.sampled_from([st.integers(-9, 9), st.floats(-100, 100, width=32), st.just(math.nan)]))
        filled = draw(st.lists(st.none() | number, min_size=rows, max_size=rows))
        columns[name] = pa.array(filled, pa.float64())
    weight = draw(st.sampled_from([None, "weight", "weight"]))
    if weight:
        kinds = [st.just(1.7), st.floats(0.001, 1000), st.integers(0, 5), st.sampled_from([1.5, 1.6])]
        one = draw(st.sampled_from(kinds))
        columns[weight] = pa.array(draw(st.lists(one, min_size=rows, max_size=rows)), pa.float64())
    request = Request(units, domains, items, measures, weight, squares=draw(st.booleans()))
    return pa.table({name: columns[name] for name in draw(st.permutations(sorted(columns)))}), request


def make_example() -> tuple[pa.Table, Request]:
    """A table with every kind of column and every odd name, and a request for all of it."""
    rng = np.random.default_rng(4)
    rows = 500
    kinds = dict(zip(NAMES, itertools.cycle(KINDS), strict=False))
    units, domains, items = ("it's", "c0"), ('a"b; drop', "ærlig talt"), tuple(NAMES[6:]) + ('A"B; DROP',)
    columns: dict[str, pa.Array] = {}
    for name, (kind, values) in ((name, KINDS[kinds[name]]) for name in NAMES):
        choices = [*values, *([] if name in units else [None] * 2)]
        columns[name] = pa.array([choices[place] for place in rng.integers(0, len(choices), rows)], kind)
    columns["weight"] = pa.array(rng.gamma(2, 1, rows))
    columns["y"] = pa.array(rng.choice([1.5, -2.0, math.nan, 7.25], rows), mask=rng.random(rows) < 0.1)
    return pa.table(columns), Request(units, domains, items, ("y",), "weight", squares=True)


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[pa.Table], Path]:
    """Writes a table as two files of small row groups in a folder with an awkward name."""

    def write(table: pa.Table) -> Path:
        return write_files(table, tmp_path)

    return write


def write_files(table: pa.Table, parent: Path) -> Path:
    path = parent / "wave=1 [x] {a,b} æ'"
    path.mkdir(exist_ok=True)
    half = len(table) // 2
    pq.write_table(table.slice(0, half), path / "part-0.parquet", row_group_size=7)
    pq.write_table(table.slice(half), path / "part-1.parquet", row_group_size=3, use_dictionary=False)
    (path / "_SUCCESS").touch()
    return path


@given(tables())
@settings(deadline=None, max_examples=150)
def test_a_table_in_memory(example: tuple[pa.Table, Request]) -> None:
    table, request = example
    check_aggregate(open_engine(table).aggregate(request), Twin(table, request), request)


@given(tables(), st.integers(1, 9), st.integers(1, 20))
@settings(deadline=None, max_examples=100)
def test_batches_of_any_size_give_the_same(example: tuple[pa.Table, Request], read: int, added: int) -> None:
    table, request = example
    streamed = NumpyEngine(TableSource(table, read), rows=added).aggregate(request)
    check_aggregate(streamed, Twin(table, request), request)
    whole = open_engine(table).aggregate(request)
    if whole.constant or request.weight is None:
        check_equal(streamed, whole)


@given(tables())
@settings(deadline=None, max_examples=50)
def test_files_on_disk(example: tuple[pa.Table, Request]) -> None:
    table, request = example
    with TemporaryDirectory() as place:
        path = write_files(table, Path(place))
        for rows in (1 << 18, 5):
            check_aggregate(NumpyEngine(ParquetSource(path, rows)).aggregate(request), Twin(table, request), request)


@needs_duckdb
@given(tables(), st.booleans())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_duckdb(example: tuple[pa.Table, Request], on_disk: bool) -> None:
    table, request = example
    # DuckDB calls a column without a name C0, C1, ..., which another column may be called.
    assume("" not in table.column_names)
    with TemporaryDirectory() as place:
        engine = open_engine(write_files(table, Path(place)) if on_disk else table, "duckdb")
        aggregate = engine.aggregate(request)
    check_aggregate(aggregate, Twin(table, request), request)
    whole = open_engine(table).aggregate(request)
    assert aggregate.constant == whole.constant
    if whole.constant:
        check_exact(aggregate, whole)


def check_exact(aggregate: Aggregate, other: Aggregate) -> None:
    """Counts, and sums where the weight of a unit is constant, to the bit."""
    for item, counts in aggregate.counts.items():
        assert np.array_equal(counts, other.counts[item])
        if aggregate.constant:
            assert np.array_equal(aggregate.sums[item], other.sums[item])
    if aggregate.constant:
        assert np.array_equal(aggregate.weights, other.weights)


@pytest.mark.parametrize(
    "name",
    ["numpy", pytest.param("duckdb", marks=needs_duckdb), pytest.param("spark", marks=[needs_spark, pytest.mark.slow])],
)
class TestEveryEngine:
    """What can be seen on one table, so that Spark is started once."""

    @pytest.fixture
    def engine(self, name: Any, folder: Callable[[pa.Table], Path]) -> Engine:
        return open_engine(folder(make_example()[0]), name)

    def test_every_kind_of_column(self, engine: Engine) -> None:
        table, request = make_example()
        check_aggregate(engine.aggregate(request), Twin(table, request), request)

    def test_without_weights_every_bit_is_the_same(self, engine: Engine) -> None:
        table, _ = make_example()
        request = Request(("it's",), ("ærlig talt",), ('a"b; drop', "n"), squares=True)
        aggregate = engine.aggregate(request)
        assert aggregate.constant
        check_equal(aggregate, open_engine(table).aggregate(request))

    def test_without_units_and_domains_there_is_one_of_each(self, engine: Engine) -> None:
        aggregate = engine.aggregate(Request(items=("n",), weight="weight"))
        assert aggregate.counts["n"].shape[:2] == (1, 1)
        assert (aggregate.units.num_rows, aggregate.domains.num_rows) == (1, 1)
        assert aggregate.units["rows"].to_pylist() == [500]

    def test_how_many_combinations(self, engine: Engine) -> None:
        table, _ = make_example()
        known = {name: list(map(know, table[name].to_pylist())) for name in NAMES}
        for names in [[], *([name] for name in NAMES), NAMES[:2], NAMES[1:4]]:
            rows = set(zip(*(known[name] for name in names), strict=True)) if names else {()}
            assert engine.guess_size(names) == len(rows)
        with pytest.raises(AggregationError, match="There is no column 'gone'"):
            engine.guess_size(["gone"])

    def test_several_requests(self, engine: Engine) -> None:
        requests = [Request(("c0",), (domain,), ("n",)) for domain in ("{x}", ".")]
        requests += [Request((), ("{x}",), (), ("y",)), requests[0]]
        for request, aggregate in zip(requests, engine.aggregate_all(requests), strict=True):
            check_aggregate(aggregate, Twin(make_example()[0], request), request)

    def test_a_column_may_play_several_parts(self, engine: Engine) -> None:
        request = Request(("c0",), ("c0", "{x}"), ("c0", "{x}"), ("weight",), "weight")
        check_aggregate(engine.aggregate(request), Twin(make_example()[0], request), request)

    def test_a_request_for_nothing_counts_the_rows(self, engine: Engine) -> None:
        aggregate = engine.aggregate(Request())
        assert aggregate.rows.tolist() == [[500]]
        assert aggregate.weights.tolist() == [[500.0]]

    @pytest.mark.parametrize(
        ("request_", "said"),
        [
            (Request(items=("gone",)), "There is no column 'gone'"),
            (Request(items=("n",), weight="ærlig talt"), "holds .*, not numbers"),
            (Request(measures=('a"b; drop',)), "holds string, not numbers"),
            (Request(items=("n",), weight="y"), "'y' has rows without a weight"),
            (Request(units=("n",)), "'n' is empty in some rows"),
        ],
    )
    def test_mistakes_are_told(self, engine: Engine, request_: Request, said: str) -> None:
        with pytest.raises(AggregationError, match=said):
            engine.aggregate(request_)


@pytest.fixture(scope="module", autouse=True)
def _stop_spark() -> Iterator[None]:
    yield
    if importlib.util.find_spec("pyspark"):
        from pyspark.sql import SparkSession

        if session := SparkSession.getActiveSession():
            session.stop()


@needs_duckdb
def test_what_duckdb_cannot_read_is_told(tmp_path: Path) -> None:
    pq.write_table(pa.table({"": [1], "c0": [2]}), tmp_path / "a.parquet")
    with pytest.raises(AggregationError, match="DuckDB cannot read the data: .*use the numpy engine"):
        open_engine(tmp_path, "duckdb")
    assert open_engine(tmp_path).guess_size(["", "c0"]) == 1


@pytest.mark.parametrize(("name", "package"), [("duckdb", "duckdb"), ("spark", "pyspark.sql")])
def test_an_engine_that_is_not_installed(name: Any, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(AggregationError, match=rf'pip install "praksis\[{name}\]"'):
        open_engine(pa.table({"a": [1]}), name)
