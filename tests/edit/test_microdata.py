"""Microdata holds what the questionnaire allows: everything else is refused, all at once, and nothing is guessed."""

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from praksis.define.question import Missing
from praksis.define.survey import Survey
from praksis.edit.microdata import Microdata, read_microdata, write_microdata
from praksis.errors import ProblemsFound

WAVE = "2019"


@pytest.fixture
def folder(reference_microdata: Path, tmp_path: Path) -> Path:
    shutil.copy(reference_microdata / f"{WAVE}.parquet", tmp_path)
    return tmp_path


@pytest.fixture
def microdata(reference: Survey, reference_microdata: Path) -> Microdata:
    return read_microdata(reference, WAVE, reference_microdata)


def change(microdata: Microdata, item: str, row: int, code: int) -> Microdata:
    codes = microdata.answers[item].copy()
    codes[row] = code
    return dataclasses.replace(microdata, answers={**microdata.answers, item: codes})


def list_codes(reference: Survey, folder: Path) -> list[str]:
    with pytest.raises(ProblemsFound) as found:
        read_microdata(reference, WAVE, folder)
    assert all(problem.remedy for problem in found.value.problems)
    return [problem.code for problem in found.value.problems]


def test_what_is_written_is_read_back(reference: Survey, microdata: Microdata, tmp_path: Path) -> None:
    write_microdata(microdata, reference, tmp_path)
    again = read_microdata(reference, WAVE, tmp_path)
    assert (again.organisations, again.roles, again.synthetic) == (
        microdata.organisations,
        microdata.roles,
        microdata.synthetic,
    )
    assert all((again.answers[item] == codes).all() for item, codes in microdata.answers.items())


def test_the_file_says_what_it_is(folder: Path) -> None:
    metadata = pq.read_schema(folder / f"{WAVE}.parquet").metadata
    assert metadata[b"praksis.synthetic"] == b"true"
    assert len(metadata[b"praksis.questionnaire"]) == 64
    assert b"not-answered" in metadata[b"praksis.codebook"]


def test_a_code_off_the_scale(reference: Survey, microdata: Microdata, tmp_path: Path) -> None:
    row = microdata.roles.index("head-of-it")
    write_microdata(change(microdata, "staircase", row, 9), reference, tmp_path)
    assert list_codes(reference, tmp_path) == ["D004"]
    # Nobody was offered "do not know" on the staircase.
    write_microdata(change(microdata, "staircase", row, Missing.DO_NOT_KNOW), reference, tmp_path)
    assert list_codes(reference, tmp_path) == ["D004"]


def test_an_answer_off_the_path(reference: Survey, microdata: Microdata, tmp_path: Path) -> None:
    """Who stands on the top step is not asked what stops the next one."""
    row = next(
        row
        for row, role in enumerate(microdata.roles)
        if role == "head-of-it" and microdata.answers["lack-of-capacity"][row] >= 0
    )
    write_microdata(change(microdata, "staircase", row, 4), reference, tmp_path)
    assert set(list_codes(reference, tmp_path)) == {"D007"}


def test_an_answer_of_another_role(reference: Survey, microdata: Microdata, tmp_path: Path) -> None:
    row = microdata.roles.index("director-of-education")
    write_microdata(change(microdata, "staircase", row, 1), reference, tmp_path)
    assert list_codes(reference, tmp_path) == ["D004"]


def test_strangers_and_doubles(reference: Survey, microdata: Microdata, tmp_path: Path) -> None:
    names = ("999999999", *microdata.organisations[1:])
    write_microdata(dataclasses.replace(microdata, organisations=names), reference, tmp_path)
    assert list_codes(reference, tmp_path) == ["D002"]
    names = (microdata.organisations[1], *microdata.organisations[1:])
    write_microdata(dataclasses.replace(microdata, organisations=names), reference, tmp_path)
    assert "D003" in list_codes(reference, tmp_path)


@pytest.mark.parametrize(
    "column",
    [pa.array([1.9]), pa.array([None], pa.int16()), pa.array([65539]), pa.array(["agree"])],
    ids=["fraction", "empty", "too large", "text"],
)
def test_values_that_are_no_codes(column: pa.Array, reference: Survey, folder: Path) -> None:
    path = folder / f"{WAVE}.parquet"
    table = pq.read_table(path)
    place = table.column_names.index("staircase")
    values = pa.concat_arrays([column] * table.num_rows)
    pq.write_table(table.set_column(place, "staircase", values), path)
    assert list_codes(reference, folder) == ["D009"]


def test_a_column_that_lacks_and_another_questionnaire(reference: Survey, folder: Path) -> None:
    path = folder / f"{WAVE}.parquet"
    table = pq.read_table(path)
    pq.write_table(table.drop_columns(["staircase"]).replace_schema_metadata({}), path)
    assert set(list_codes(reference, folder)) == {"D005", "D006"}


def test_no_file_and_no_parquet(reference: Survey, tmp_path: Path) -> None:
    assert list_codes(reference, tmp_path) == ["D001"]
    (tmp_path / f"{WAVE}.parquet").write_text("organisation,role", encoding="utf-8")
    assert list_codes(reference, tmp_path) == ["D001"]


def test_an_exclusive_option_stands_alone(reference: Survey, microdata: Microdata, tmp_path: Path) -> None:
    barriers = next(question for question in reference.questions if question.id == "barriers")
    first = barriers.items[0].model_copy(update={"exclusive": True})
    changed = barriers.model_copy(update={"items": (first, *barriers.items[1:])})
    questions = tuple(changed if question.id == "barriers" else question for question in reference.questions)
    survey = reference.model_copy(update={"questions": questions})
    write_microdata(microdata, survey, tmp_path)
    assert "D008" in list_codes(survey, tmp_path)
    assert np.sum(microdata.answers[first.id] == 1) > 0
