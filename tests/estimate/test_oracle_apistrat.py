"""Shares, domains and gaps against R `survey` 4.1-1 (package r-cran-survey), data set `apistrat`.

The R session is tests/oracle/apistrat.R; its output is tests/oracle/apistrat.csv. In short:

    design <- svydesign(id = ~1, strata = ~stype, weights = rep(1, 200), fpc = ~fpc, data = apistrat)
    svymean(~high, design); svyby(~high, ~stype, design, svymean); svyby(~high, ~awards, design, svymean)
    svycontrast(svyby(..., covmat = TRUE), c(Yes = 1, No = -1))

`high` is api00 > 700. Everything agrees to 1e-9 relative.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from praksis.estimate.cube import Cell
from praksis.estimate.estimator import Estimator

ORACLE = Path(__file__).parent.parent / "oracle"


def read_rows(name: str) -> list[dict[str, str]]:
    with (ORACLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def schools() -> tuple[dict[str, dict[str, str]], dict[str, int]]:
    """The frame of 6 194 schools (those that R has not sampled are filled in) and the 200 answers."""
    sample = read_rows("apistrat_data.csv")
    frame = {f"s{row['key']}": {"stype": row["stype"], "awards": row["awards"]} for row in sample}
    answers = {f"s{row['key']}": int(row["high"]) for row in sample}
    for stype, size in {row["stype"]: int(row["fpc"]) for row in sample}.items():
        lacking = size - sum(values["stype"] == stype for values in frame.values())
        frame |= {f"{stype}{number}": {"stype": stype, "awards": "no"} for number in range(lacking)}
    return frame, answers


@pytest.mark.parametrize("row", read_rows("apistrat.csv"), ids=lambda row: row["name"])
def test_agrees_with_r(
    row: dict[str, str],
    schools: tuple[dict[str, dict[str, str]], dict[str, int]],
    make_estimator: Callable[..., Estimator],
) -> None:
    frame, answers = schools
    weights, group = row["name"].split(":")
    estimator = make_estimator({"1": frame}, {"1": answers}, strata=("stype",), weights=weights)
    if group == "awards=yes-no":
        estimate = estimator.estimate(Cell("item", "yes", "awards=yes", "1", against="awards=no"))
    else:
        estimate = estimator.estimate(Cell("item", "yes", group, "1"))
    assert estimate.value / 100 == pytest.approx(float(row["value"]), rel=1e-9)
    assert estimate.se / 100 == pytest.approx(float(row["se"]), rel=1e-9)
