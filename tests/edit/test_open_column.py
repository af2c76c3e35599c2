"""Open answers in a file made elsewhere: what the question's own form would not take is refused."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from praksis.define.question import Missing
from praksis.define.survey import Survey
from praksis.edit.microdata import read_microdata, write_microdata
from praksis.errors import ProblemsFound
from praksis.rehearse.random_answers import rehearse_random

WAVE = "2026"


@pytest.fixture
def path(every_kind: Survey, tmp_path: Path) -> Path:
    """A file in which everyone has answered the first number, and all parts of the split."""
    microdata = rehearse_random(every_kind, WAVE, 4, response_rate=1)
    path = write_microdata(microdata, every_kind, tmp_path)
    size = len(microdata.organisations)
    fill(path, "full-time-equivalents", [float(number) for number in range(1, size + 1)])
    for item, part in (("time-running", 50.0), ("time-building", 30.0), ("time-helping", 20.0)):
        fill(path, item, [part] * size)
    read_microdata(every_kind, WAVE, tmp_path)
    return path


def fill(path: Path, item: str, values: list[object]) -> None:
    table = pq.read_table(path)
    put(path, item, pa.array(values, table.schema.field(item).type))
    put(path, f"{item}_missing", pa.array([0] * table.num_rows, pa.int16()))


def put(path: Path, column: str, values: pa.Array) -> None:
    table = pq.read_table(path)
    pq.write_table(table.set_column(table.column_names.index(column), column, values), path)


def change(path: Path, column: str, value: object, row: int = 0) -> None:
    """One cell."""
    cells = pq.read_table(path)[column]
    rows = pa.array([place == row for place in range(len(cells))])
    put(path, column, pc.if_else(rows, pa.scalar(value, cells.type), cells))


def list_problems(every_kind: Survey, path: Path) -> list[str]:
    with pytest.raises(ProblemsFound) as found:
        read_microdata(every_kind, WAVE, path.parent)
    assert all(problem.remedy for problem in found.value.problems)
    return [f"{problem.code} {problem.what}" for problem in found.value.problems]


def test_the_codebook_says_what_they_are(path: Path) -> None:
    codebook = (pq.read_schema(path).metadata or {})[b"praksis.codebook"].decode()
    assert '"full-time-equivalents": {"kind": "number", "text": "Antall årsverk", "unit": "årsverk"}' in codebook
    assert '"full-time-equivalents_missing": {"codes": {"-1": "not-asked"' in codebook


def test_whole_numbers_will_do(every_kind: Survey, path: Path) -> None:
    values = pq.read_table(path)["full-time-equivalents"].cast(pa.int64())
    put(path, "full-time-equivalents", values.combine_chunks())
    assert read_microdata(every_kind, WAVE, path.parent).open_answers["full-time-equivalents"][0] == "1"


@pytest.mark.parametrize("value", [-1.0, 100_001.0, 1.25, float("inf"), float("nan")])
def test_a_number_outside_its_limits(value: float, every_kind: Survey, path: Path) -> None:
    change(path, "full-time-equivalents", value)
    assert list_problems(every_kind, path) == ["D011 staff: 1 responses have what it cannot be answered with"]


def test_parts_that_do_not_sum(every_kind: Survey, path: Path) -> None:
    change(path, "time-running", 51.0)
    change(path, "time-running", 49.0, row=1)
    assert list_problems(every_kind, path) == ["D011 time-spent: 2 responses have what it cannot be answered with"]


def test_a_part_that_is_missing(every_kind: Survey, path: Path) -> None:
    change(path, "time-running", None)
    change(path, "time-running_missing", int(Missing.NOT_ANSWERED))
    assert list_problems(every_kind, path) == ["D011 time-spent: 1 responses have what it cannot be answered with"]


@pytest.mark.parametrize("text", ["", " travelt", "to\nlinjer", "x" * 41])
def test_a_text_no_form_gives(text: str, every_kind: Survey, path: Path) -> None:
    fill(path, "one-word", ["travelt"] * pq.read_table(path).num_rows)
    change(path, "one-word", text)
    assert list_problems(every_kind, path) == ["D011 word: 1 responses have what it cannot be answered with"]


def test_an_answer_and_a_reason_and_neither(every_kind: Survey, path: Path) -> None:
    change(path, "full-time-equivalents_missing", int(Missing.DO_NOT_KNOW))
    change(path, "full-time-equivalents", None, row=1)
    assert list_problems(every_kind, path) == [
        "D010 full-time-equivalents: 2 rows are empty without a reason, or have an answer and a reason"
    ]


def test_a_reason_the_question_does_not_offer(every_kind: Survey, path: Path) -> None:
    change(path, "full-time-equivalents", None)
    change(path, "full-time-equivalents_missing", int(Missing.NOT_APPLICABLE))
    assert list_problems(every_kind, path) == ["D004 full-time-equivalents has the codes [-4]"]


def test_an_answer_where_the_routing_passes_by(every_kind: Survey, path: Path) -> None:
    """State bodies are not asked which municipality they cooperate with."""
    row = pq.read_table(path)["organisation"].to_pylist().index("100000008")
    change(path, "partner", "Storvik", row)
    change(path, "partner_missing", 0, row)
    assert list_problems(every_kind, path) == ["D007 partner: 1 responses do not follow the routing"]


@pytest.mark.parametrize(
    ("column", "values", "what"),
    [
        ("full-time-equivalents", pa.array(["many"]), "full-time-equivalents holds string, not double"),
        ("strategy-adopted", pa.array([20260101]), "strategy-adopted holds int64, not date32[day]"),
        ("one-word", pa.array([1]), "one-word holds int64, not string"),
        ("one-word_missing", pa.array([0.5]), "one-word_missing must hold a whole number in every row"),
        ("one-word_missing", pa.array([None], pa.int16()), "one-word_missing must hold a whole number in every row"),
        ("one-word_missing", pa.array([1]), "one-word_missing has codes that are not 0 or negative"),
        ("one-word_missing", pa.array([-40_000]), "one-word_missing has codes that are not 0 or negative"),
    ],
)
def test_columns_of_another_kind(column: str, values: pa.Array, what: str, every_kind: Survey, path: Path) -> None:
    put(path, column, pa.concat_arrays([values] * pq.read_table(path).num_rows))
    assert list_problems(every_kind, path) == [f"D010 {what}"]


@pytest.mark.parametrize("column", ["one-word", "one-word_missing"])
def test_one_column_of_two(column: str, every_kind: Survey, path: Path) -> None:
    pq.write_table(pq.read_table(path).drop_columns([column]), path)
    assert list_problems(every_kind, path) == ["D005 no column for one-word or for one-word_missing"]
