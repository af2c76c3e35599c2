"""What SPSS is given: labels, missing classes, measures, dates and long texts with Norwegian letters."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyreadstat
import pytest

from praksis.collect.routing import Cell
from praksis.define.question import Missing
from praksis.define.survey import Survey
from praksis.edit.exchange.file import export_answers
from praksis.edit.gather import gather_responses

LONG = "Æra på øya – «blåbærsyltetøy» " * 16


@pytest.fixture
def written(every_kind: Survey, tmp_path: Path) -> tuple[Mapping[str, list[Any]], Any]:
    answers: dict[str, Cell] = {
        "full-time-equivalents": "1250.5", "has-strategy": 1, "strategy-adopted": "2024-02-29", "strategy-holds": 3,
        "services-are": int(Missing.DO_NOT_KNOW), "users-first": 2, "data-shared": int(Missing.NOT_APPLICABLE),
        "comment": LONG.strip(),
    }  # fmt: skip
    unsure: dict[str, Cell] = {"full-time-equivalents": int(Missing.DO_NOT_KNOW)}
    responses = {("100000008", "head-of-it"): unsure, ("100000113", "head-of-it"): answers}
    path = tmp_path / "svar.sav"
    export_answers(every_kind, gather_responses(every_kind, "2026", responses), path, language="nb")
    columns, meta = pyreadstat.read_sav(path, output_format="dict", user_missing=True)
    return columns, meta  # type: ignore[return-value]


def test_labels_survive(written: tuple[Mapping[str, list[Any]], Any]) -> None:
    _, meta = written
    assert meta.file_encoding == "UTF-8"
    assert meta.file_label == "Digital hverdag 2026"
    assert meta.column_names_to_labels["users_first"] == (
        "Hvor enige er dere i disse påstandene? – Brukerne kommer først hos oss"
    )
    assert meta.variable_value_labels["services_are"] == {
        -4: "Ikke aktuelt", -3: "Vet ikke", -2: "Ikke besvart", -1: "Ikke spurt", 1: "På papir", 2: "Digitalt skjema",
        3: "Tjenesten kjenner deg",
    }  # fmt: skip
    assert meta.variable_value_labels["full_time_equivalents__missing"][0] == "Besvart"


def test_missing_classes_are_user_missing(written: tuple[Mapping[str, list[Any]], Any]) -> None:
    columns, meta = written
    assert meta.missing_ranges["services_are"] == [{"lo": -4, "hi": -1}]
    assert "full_time_equivalents" not in meta.missing_ranges
    assert list(columns["services_are"]) == [-2, -3]
    assert list(columns["data_shared"]) == [-2, -4]
    assert list(columns["strategy_holds"]) == [-1, 3]
    assert list(columns["full_time_equivalents"]) == [None, 1250.5]
    assert list(columns["full_time_equivalents__missing"]) == [-3, 0]


def test_measures_dates_and_texts(written: tuple[Mapping[str, list[Any]], Any]) -> None:
    columns, meta = written
    said = [meta.variable_measure[name] for name in ("services_are", "has_strategy", "full_time_equivalents")]
    assert said == ["ordinal", "nominal", "scale"]
    assert meta.original_variable_types["strategy_adopted"] == "EDATE10"
    assert [str(date) for date in columns["strategy_adopted"]] == ["None", "2024-02-29"]
    assert columns["comment"][1] == LONG.strip()
    assert meta.variable_storage_width["comment"] == len(LONG.strip().encode()) > 255
    assert columns["organisation"] == ["100000008", "100000113"]
