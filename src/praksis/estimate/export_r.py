"""A survey as R's `survey` reads it: a Parquet file and the script that makes the design."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from praksis.errors import PraksisError
from praksis.estimate.array import Floats
from praksis.estimate.plan import Stage
from praksis.estimate.replicates import find_weights
from praksis.estimate.sampled import Sampled


class CannotExport(PraksisError):
    """A survey that R's `survey` has no design for."""


def export_r(survey: Sampled, folder: Path, name: str) -> tuple[Path, Path]:
    """Write `name`.parquet and `name`.R to a folder; the script makes `design`.

    Columns that begin with "praksis_" are the design as compiled: stratum, clusters, population per stage, weight, and
    whether the row is in the domain that `where` chose.

    Raises CannotExport for calibrated weights: calibrate in R, so that it knows of it.
    """
    plan = survey.plan
    if plan.calibrations:
        raise CannotExport(
            "to R: export before calibrating, and calibrate there: else R does not know that it was done."
        )
    columns: dict[str, np.ndarray] = {"praksis_weight": plan.weight, "praksis_domain": survey.within}
    ids, sizes = [], []
    for number, stage in enumerate(plan.stages, start=1):
        columns[f"praksis_unit{number}"] = stage.unit
        ids.append(f"praksis_unit{number}")
        if stage.fraction.any():
            columns[f"praksis_population{number}"] = _size_groups(stage)[stage.group][stage.unit]
            sizes.append(f"praksis_population{number}")
    columns["praksis_stratum"] = plan.stratum
    replicates = survey.replicates
    if replicates is not None:
        for number in range(replicates.count):
            columns[f"praksis_replicate{number + 1}"] = find_weights(replicates, plan.weight, plan.first, number)
    table = survey.data
    for column, values in columns.items():
        table = table.append_column(column, pa.array(values))
    folder.mkdir(parents=True, exist_ok=True)
    data, script = folder / f"{name}.parquet", folder / f"{name}.R"
    pq.write_table(table, data)
    script.write_text("\n".join([*_begin(data.name, plan.lonely), *_design(survey, ids, sizes), *_END]) + "\n", "utf-8")
    return data, script


def _size_groups(stage: Stage) -> Floats:
    """[G] units there are, not rounded where a fraction was given."""
    sizes = stage.units / stage.fraction
    return np.where(np.isclose(sizes, np.rint(sizes), rtol=1e-12, atol=0), np.rint(sizes), sizes)


def _begin(data: str, lonely: str) -> list[str]:
    return [
        "# Made by Praksis. Run in the folder of the Parquet file.",
        "library(survey)",
        f'options(survey.lonely.psu = "{lonely}")',
        'read <- if (requireNamespace("arrow", quietly = TRUE)) arrow::read_parquet else nanoparquet::read_parquet',
        f'data <- as.data.frame(read("{data}"))',
    ]


def _design(survey: Sampled, ids: list[str], sizes: list[str]) -> list[str]:
    replicates = survey.replicates
    if replicates is not None:
        rscales = ", ".join(repr(float(one)) for one in replicates.rscales)
        return [
            "design <- svrepdesign(",
            '  data = data, weights = ~praksis_weight, repweights = "^praksis_replicate", type = "other",',
            f"  combined.weights = TRUE, scale = {replicates.scale!r}, mse = {str(replicates.mse).upper()},",
            f"  rscales = c({rscales})",
            ")",
        ]
    fpc = f"~{' + '.join(sizes)}" if sizes else "NULL"
    return [
        "design <- svydesign(",
        f"  ids = ~{' + '.join(ids)}, strata = ~praksis_stratum, fpc = {fpc}, weights = ~praksis_weight,",
        "  data = data",
        ")",
    ]


_END = ["design <- subset(design, praksis_domain)"]
