"""What only shows in large data, made small: sorted batches, tables that grow, hash tables, wide counts, the guard."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from praksis.estimate.array import Floats, Ints
from praksis.estimate.engine import AggregationError, Request, block, open_engine, vocabulary
from praksis.estimate.engine.coder import Coder
from praksis.estimate.engine.numpy_engine import NumpyEngine
from praksis.estimate.engine.source import ParquetSource, TableSource
from praksis.estimate.engine.vocabulary import Combinations, Vocabulary


def make_survey(rows: int, clusters: int, rng: np.random.Generator) -> pa.Table:
    """Rows in any order; answers 1 to 5 and missing, two domain columns, weights that vary."""
    psu = rng.integers(0, clusters, rows)
    answers = {f"q{place}": rng.integers(1, 6, rows).astype(np.int8) for place in range(3)}
    return pa.table(
        {
            "stratum": pa.array(psu % 10),
            "psu": pa.array(psu),
            "sex": pa.array(rng.choice(["f", "m"], rows)).dictionary_encode(),
            "age": pa.array(rng.integers(0, 6, rows), mask=rng.random(rows) < 0.01),
            "w": pa.array(rng.gamma(2, 1, rows)),
            "income": pa.array(rng.normal(0, 1, rows), mask=rng.random(rows) < 0.2),
            **{name: pa.array(codes, mask=rng.random(rows) < 0.1) for name, codes in answers.items()},
        }
    )


def count(places: Ints, slots: int, weight: Floats | None = None) -> Floats:
    return np.bincount(places, weight, slots).astype(np.float64)


@pytest.mark.parametrize("in_order", [False, True])
def test_many_clusters(in_order: bool) -> None:
    """So many that rows are sorted in batches: the sums are those of all rows at once, whatever their order."""
    table = make_survey(60_000, 4_000, np.random.default_rng(1))
    if in_order:
        table = table.sort_by([("stratum", "ascending"), ("psu", "ascending")])
    request = Request(("stratum", "psu"), ("sex", "age"), ("q0", "q1", "q2"), ("income",), "w", squares=True)
    aggregate = NumpyEngine(TableSource(table, 7_000), rows=20_000).aggregate(request)
    units = list(zip(*(aggregate.units[name].to_pylist() for name in request.units), strict=True))
    assert units == sorted(units)
    unit_of = {psu: place for place, (_, psu) in enumerate(units)}
    unit = np.array([unit_of[psu] for psu in table["psu"].to_pylist()])
    age = table["age"].combine_chunks().fill_null(6).to_numpy()
    domain = np.array([value == "m" for value in table["sex"].to_pylist()]) * 7 + age
    w = table["w"].to_numpy()
    shape = len(units), 14, 6
    for item in request.items:
        code = table[item].combine_chunks().fill_null(6).to_numpy().astype(np.int64) - 1
        slot, size = (unit * 14 + domain) * 6 + code, int(np.prod(shape))
        assert np.array_equal(aggregate.counts[item], count(slot, size).reshape(shape))
        # A sum takes its rows in the order of the data, as bincount does.
        assert np.array_equal(aggregate.sums[item], count(slot, size, w).reshape(shape))
        assert np.array_equal(aggregate.squares[item], count(slot, size, w * w).reshape(shape))
    known = table["income"].is_valid().to_numpy()
    y = table["income"].combine_chunks().fill_null(0).to_numpy()
    expected = count((unit * 14 + domain)[known], len(units) * 14, (w * y)[known]).reshape(shape[:2])
    assert np.array_equal(aggregate.moments["income"].wy, expected)


def test_units_domains_and_answers_that_turn_up_late(tmp_path: Path) -> None:
    """Dictionaries that differ from file to file, values that were not there before, columns in another order."""
    first = pa.table({"u": [1, 1], "d": ["a", None], "q": pa.array(["yes", "no"]).dictionary_encode()})
    later = pa.table({"q": pa.array(["perhaps", "no", None]).dictionary_encode(), "d": ["b", "a", "b"], "u": [0, 7, 7]})
    for place, table in enumerate([first, later]):
        pq.write_table(table, tmp_path / f"{place}.parquet")
    aggregate = open_engine(tmp_path).aggregate(Request(("u",), ("d",), ("q",)))
    assert aggregate.units.to_pydict() == {"u": [0, 1, 7], "rows": [1, 2, 2], "weight": [1.0, 2.0, 2.0]}
    assert aggregate.domains.to_pydict() == {"d": ["a", "b", None]}
    assert aggregate.categories == {"q": ("no", "perhaps", "yes")}
    found = {
        tuple(int(place) for place in slot): int(aggregate.counts["q"][slot])
        for slot in zip(*np.nonzero(aggregate.counts["q"]), strict=True)
    }
    assert found == {(0, 1, 1): 1, (1, 0, 2): 1, (1, 2, 0): 1, (2, 0, 0): 1, (2, 1, 3): 1}


def test_values_that_never_occur_are_no_categories() -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([2, None, 2]), pa.array(["a", None, "c", "c"]))
    engine = open_engine(pa.table({"q": column}))
    assert engine.aggregate(Request(items=("q",))).categories == {"q": ("c",)}
    assert engine.guess_size(["q"]) == 2


def test_a_dictionary_that_fills_its_index_type() -> None:
    labels = [f"{place:03}" for place in range(128)]
    column = pa.DictionaryArray.from_arrays(pa.array([0, 127, None], pa.int8()), pa.array(labels))
    aggregate = open_engine(pa.table({"q": column})).aggregate(Request(items=("q",)))
    assert aggregate.categories == {"q": ("000", "127")}
    assert aggregate.counts["q"].tolist() == [[[1, 1, 1]]]


def test_whole_numbers_larger_than_a_float_can_tell_apart() -> None:
    table = pa.table({"y": [2**53 + 1, 3]})
    assert open_engine(table).aggregate(Request(measures=("y",))).moments["y"].wy.tolist() == [[2.0**53 + 4]]


def test_counts_do_not_overflow(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pa.table({"q": pa.array([1, 1, 2], pa.int8())})
    monkeypatch.setattr(block, "_NARROW", 4)
    engine = NumpyEngine(TableSource(pa.concat_tables([table] * 4), 3), rows=1)
    aggregate = engine.aggregate(Request(items=("q",)))
    assert aggregate.counts["q"].tolist() == [[[8, 4, 0]]]


def test_combinations_that_are_too_many_for_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash table numbers them as an array would, also when columns get new values half way."""
    rng = np.random.default_rng(3)
    batches = [[rng.integers(0, most + 1, 50) for most in sizes] for sizes in ((3, 4), (3, 9), (20, 9))]
    found = []
    for places in (1 << 22, 4):
        monkeypatch.setattr(vocabulary, "_PLACES", places)
        combinations = Combinations(("a", "b"))
        numbers = [
            combinations.encode(columns, sizes, 50).tolist()
            for columns, sizes in zip(batches, ((3, 4), (3, 9), (20, 9)), strict=True)
        ]
        rows = [list(zip(*(codes[part].tolist() for codes in combinations.codes), strict=True)) for part in numbers]
        assert rows == [list(zip(*(column.tolist() for column in columns), strict=True)) for columns in batches]
        assert len(combinations) == len({pair for part in rows for pair in part})
        found.append(numbers)
    assert found[0] == found[1]


def test_more_bits_than_a_number_has() -> None:
    combinations = Combinations([str(place) for place in range(7)])
    columns = [np.zeros(1, dtype=np.int64)] * 7
    with pytest.raises(AggregationError, match="Cross fewer columns"):
        combinations.encode(columns, [1000] * 7, 1)


@pytest.mark.parametrize(
    "values",
    [[-128, 127, 0, None], [0, 255, 7], [5, None, 4, 3], [-1], [None, None], [0, 2**63 - 1], [-(2**63), 2**63 - 1]],
)
def test_whole_numbers_of_every_width(values: list[int | None]) -> None:
    """Also at the ends of their type, where arithmetic wraps; a second column has numbers the first has not."""
    known = [value for value in values if value is not None] or [0]
    kinds = [pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(), pa.int64(), pa.uint64()]
    for kind in kinds:
        width, signed = kind.bit_width, pa.types.is_signed_integer(kind)
        low, high = (-(1 << width - 1), (1 << width - 1) - 1) if signed else (0, (1 << width) - 1)
        if min(known) < low or max(known) > high:
            continue
        words = Vocabulary()
        more: list[int | None] = [*values[::-1], low, high, None, low + 1]
        for part in ([], values, values, more, [high], [low]):
            codes = words.encode(pa.array(part, kind))
            assert [([None, *words.values])[code] for code in codes.tolist()] == part


def test_a_slice_is_read_as_a_slice() -> None:
    """Arrow arrays may begin anywhere in their buffers."""
    table = pa.table({"q": pa.array([1, None, 3, 4, None], pa.int8()), "t": pa.array(["a", "b", None, "b", "c"])})
    for start in range(4):
        part = table.slice(start, 2)
        aggregate = open_engine(part).aggregate(Request(items=("q", "t")))
        for name in ("q", "t"):
            values = [value for value in part[name].to_pylist() if value is not None]
            assert aggregate.categories[name] == tuple(sorted(set(values)))


def test_too_many_sums() -> None:
    table = pa.table({"id": np.arange(1000), "q": np.arange(1000) % 3})
    with pytest.raises(AggregationError, match="let the strata be the units and ask for squares"):
        NumpyEngine(TableSource(table), limit=3_000).aggregate(Request(("id",), (), ("q",)))


def test_weights_that_are_not_finite() -> None:
    table = pa.table({"q": [1, 2], "w": [1.0, float("inf")]})
    for units in ((), ("q",)):
        with pytest.raises(AggregationError, match="'w' has weights that are not finite"):
            open_engine(table).aggregate(Request(units, items=("q",), weight="w"))


def test_files_that_do_not_fit_together(tmp_path: Path) -> None:
    with pytest.raises(AggregationError, match="there is no Parquet file"):
        open_engine(tmp_path)
    pq.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"a": ["x"]}), tmp_path / "b.parquet")
    with pytest.raises(AggregationError, match=r"b\.parquet: its columns are not those of .*a\.parquet"):
        open_engine(tmp_path)
    (tmp_path / "c").write_text("no")
    with pytest.raises(AggregationError, match="cannot be read as Parquet"):
        open_engine(tmp_path / "c")


def test_names_that_are_taken_or_not_unique() -> None:
    table = pa.table([pa.array([1]), pa.array([1]), pa.array([1]), pa.array([[1]])], names=["rows", "a", "a", "b"])
    engine = open_engine(table)
    with pytest.raises(AggregationError, match="cannot be called 'rows'"):
        engine.aggregate(Request(("rows",)))
    with pytest.raises(AggregationError, match="2 columns are called 'a'"):
        engine.aggregate(Request(("a",)))
    with pytest.raises(AggregationError, match="not single values"):
        engine.aggregate(Request(items=("b",)))


def test_large_row_groups_are_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = make_survey(5_000, 20, np.random.default_rng(5))
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=900)
    request = Request(("stratum",), ("sex",), ("q0",), weight="w")
    whole = open_engine(table).aggregate(request)
    for large, together in ((1, 1), (1, 2000), (1 << 28, 1000)):
        monkeypatch.setattr("praksis.estimate.engine.source._LARGE", large)
        monkeypatch.setattr("praksis.estimate.engine.source._TOGETHER", together)
        pieces = NumpyEngine(ParquetSource(tmp_path, 250), rows=700).aggregate(request)
        assert np.array_equal(pieces.sums["q0"], whole.sums["q0"])
        assert np.array_equal(pieces.counts["q0"], whole.counts["q0"])


def test_a_batch_splits_into_all_its_rows() -> None:
    coder = Coder([Request(items=("q",), weight="w")])
    batch = coder.encode(pa.table({"q": [1, 2, None, 2, 1], "w": [1.0, 2.0, 3.0, 4.0, 5.0]}))
    pieces = list(batch.split(2))
    assert [piece.rows for piece in pieces] == [2, 2, 1]
    assert np.concatenate([piece.codes["q"] for piece in pieces]).tolist() == batch.codes["q"].tolist()
    assert np.concatenate([piece.numbers["w"] for piece in pieces]).tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
