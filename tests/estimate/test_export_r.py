"""What R gets: a Parquet file with the design as columns, and a script that makes it again.

R is not needed here. Done once by hand with R 4.2.2 and `survey` 4.1-1 (the Parquet file read as CSV): `svymean` on the
design of the script gave the estimate and standard error of `mean` to 1e-13, and `degf` its degrees of freedom, for
apisrs, apistrat, apiclus1, apiclus2 (two stages), nhanes, all of them by "process", domains by `where`, lonely strata,
sampling fractions, strata drawn whole, jackknife, bootstrap (one and two stages) and replicate weights that were given.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from praksis import Design, Survey
from praksis.errors import PraksisError

COLUMNS: dict[str, list[Any]] = {
    "g": ["a"] * 6 + ["b"] * 4,
    "c": [1, 1, 2, 2, 3, 3, 1, 1, 2, 2],
    "u": list(range(10)),
    "q": ["yes", "no", None, "yes", "yes", "no", "no", "yes", "no", "yes"],
    "w": [1.5] * 10,
    "C": [9] * 6 + [2] * 4,
    "M": [4] * 10,
    "N": [12] * 6 + [4] * 4,
    "f": [0.45] * 6 + [1.0] * 4,
}


def export(folder: Path, survey: Survey) -> tuple[dict[str, list[Any]], str]:
    """The columns and the script."""
    data, script = survey.export_r(folder / "new", "wave")
    assert (data.name, script.name) == ("wave.parquet", "wave.R")
    return pq.read_table(data).to_pydict(), script.read_text("utf-8")


def test_rows_in_strata(tmp_path: Path) -> None:
    columns, script = export(tmp_path, Survey(COLUMNS, Design(strata="g", population="N", lonely="adjust")))
    assert columns.keys() - COLUMNS.keys() == {
        "praksis_weight", "praksis_domain", "praksis_unit1", "praksis_population1", "praksis_stratum",
    }  # fmt: skip
    assert {name: columns[name] for name in COLUMNS} == COLUMNS
    assert columns["praksis_weight"] == [2.0] * 6 + [1.0] * 4
    assert columns["praksis_population1"] == [12.0] * 6 + [4.0] * 4
    assert columns["praksis_stratum"] == [0] * 6 + [1] * 4
    assert columns["praksis_unit1"] == list(range(10))
    assert columns["praksis_domain"] == [True] * 10
    assert script.splitlines() == [
        "# Made by Praksis. Run in the folder of the Parquet file.",
        "library(survey)",
        'options(survey.lonely.psu = "adjust")',
        'read <- if (requireNamespace("arrow", quietly = TRUE)) arrow::read_parquet else nanoparquet::read_parquet',
        'data <- as.data.frame(read("wave.parquet"))',
        "design <- svydesign(",
        "  ids = ~praksis_unit1, strata = ~praksis_stratum, fpc = ~praksis_population1, weights = ~praksis_weight,",
        "  data = data",
        ")",
        "design <- subset(design, praksis_domain)",
    ]


def test_two_stages(tmp_path: Path) -> None:
    """Units of the second stage have numbers of their own across clusters, so that R need not nest them."""
    design = Design(strata="g", clusters=["c", "u"], population=["C", "M"])
    columns, script = export(tmp_path, Survey(COLUMNS, design))
    assert "ids = ~praksis_unit1 + praksis_unit2" in script
    assert "fpc = ~praksis_population1 + praksis_population2" in script
    assert columns["praksis_unit1"] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert len(set(columns["praksis_unit2"])) == 10
    assert columns["praksis_population1"] == COLUMNS["C"]
    assert columns["praksis_population2"] == COLUMNS["M"]
    assert columns["praksis_weight"] == pytest.approx([3 * 2] * 6 + [1 * 2] * 4)


def test_without_a_finite_population(tmp_path: Path) -> None:
    """Inference on the process: weights stay, the correction goes."""
    columns, script = export(tmp_path, Survey(COLUMNS, Design(strata="g", population="N", inference="process")))
    assert "fpc = NULL" in script
    assert "praksis_population1" not in columns
    assert columns["praksis_weight"] == [2.0] * 6 + [1.0] * 4


def test_fractions_are_not_rounded(tmp_path: Path) -> None:
    columns, _ = export(tmp_path, Survey(COLUMNS, Design(strata="g", population="f")))
    assert columns["praksis_population1"] == pytest.approx([6 / 0.45] * 6 + [4] * 4, rel=1e-15)


def test_domain(tmp_path: Path) -> None:
    """The rows of the others are there too: R's `subset` keeps the design, as `where` does."""
    columns, _ = export(tmp_path, Survey(COLUMNS, Design(weights="w")).where("g", "b"))
    assert columns["praksis_domain"] == [False] * 6 + [True] * 4
    assert columns["praksis_weight"] == COLUMNS["w"]


@pytest.mark.parametrize("kind", ["jackknife", "bootstrap", "given"])
def test_replicates(kind: str, tmp_path: Path) -> None:
    """Weights per row and replicate, whole (combined), with the scales."""
    survey = Survey(COLUMNS, Design(strata="g", clusters="c", population="C"))
    rng = np.random.default_rng(5)
    if kind == "given":
        survey = survey.with_replicates(rng.uniform(0, 2, (10, 4)), 0.25, np.arange(4.0), combined=False, mse=True)
    else:
        survey = survey.replicate(kind, 8, rng)
    replicates = survey.replicates
    assert replicates is not None
    columns, script = export(tmp_path, survey)
    names = [f"praksis_replicate{number + 1}" for number in range(replicates.count)]
    assert set(names) <= columns.keys()
    assert 'repweights = "^praksis_replicate", type = "other"' in script
    assert "combined.weights = TRUE" in script
    assert f"mse = {'TRUE' if kind == 'given' else 'FALSE'}" in script
    found = re.search(r"scale = ([^,]+),.*rscales = c\(([^)]*)\)", script, re.DOTALL)
    assert found is not None
    assert float(found[1]) == replicates.scale
    assert [float(one) for one in found[2].split(",")] == list(replicates.rscales)
    totals = [sum(columns[name]) for name in names]
    deviations = np.array(totals) - (sum(columns["praksis_weight"]) if kind == "given" else np.mean(totals))
    if kind == "given":  # as R has it with mse=TRUE: from the estimate, replicates of scale 0 included
        by_hand = replicates.scale * float(replicates.rscales @ deviations**2)
        whole = Survey({**survey.data.to_pydict(), "one": [1.0] * 10}, survey.design)
        factors = np.column_stack([columns[name] for name in names])
        total = whole.with_replicates(factors, 0.25, np.arange(4.0), mse=True).total("one")
        assert total.numbers["se"][0] == pytest.approx(np.sqrt(by_hand), rel=1e-12)


def test_calibrated_weights_are_not_exported(tmp_path: Path) -> None:
    survey = Survey(COLUMNS, Design(strata="g", population="N")).calibrate({"all": 16})
    with pytest.raises(PraksisError, match="export before calibrating, and calibrate there"):
        survey.export_r(tmp_path)
    assert not list(tmp_path.iterdir())
