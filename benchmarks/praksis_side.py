"""One measurement with Praksis in a fresh process, through the interface that an analyst has.

The results are taken to Arrow tables (`.table`) within the time; R and svy are not asked to do that.
"""

import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from data import ANSWERS, REPLICATES, SECTORS, SIZES, STEPS, WAVES, measure_peak
from numpy.typing import NDArray

from praksis import Design, Survey

Report = dict[str, float]
Results = NDArray[np.float64]
PANEL = {"sector": SECTORS, "size": SIZES, "step": STEPS}
DOMAINS = {
    "sex": ("man", "woman"),
    "region": tuple(f"region {number}" for number in range(1, 7)),
    "age": tuple(f"age {number}" for number in range(1, 10)),
}


def collect(table: pa.Table, items: Sequence[str], groups: dict[str, tuple[str, ...]]) -> Results:
    """[item, share or error, group, answer] from a table of estimates, found by its labels."""
    places: dict[str, dict[str, int]] = {}
    size = 1
    for name, levels in groups.items():
        places[name] = {level: size + number for number, level in enumerate(levels)}
        size += len(levels)
    result = np.full((len(items), 2, size, len(ANSWERS)), np.nan)
    item_of = {item: number for number, item in enumerate(items)}
    answer_of = {answer: number for number, answer in enumerate(ANSWERS)}
    columns = table.to_pydict()
    for row in range(table.num_rows):
        group = next((places[name][columns[name][row]] for name in groups if columns[name][row] is not None), 0)
        place = item_of[columns["item"][row]], slice(None), group, answer_of[columns["answer"][row]]
        result[place] = columns["estimate"][row], columns["se"][row]
    return result


class Clock:
    """Seconds of every `with clock("name"):`."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.times[name].append(time.perf_counter() - start)

    def report(self) -> Report:
        """The median of every name."""
        return {name: statistics.median(times) for name, times in self.times.items()}


def code_answers(survey: Survey, items: Sequence[str]) -> Survey:
    """Texts to codes beforehand, as R's factors and svy's data frames are made before their time."""
    for item in items:
        survey.code(item)
    return survey


def measure_figures(folder: Path, repeats: int) -> tuple[Report, Results]:
    """All waves: making the surveys from Arrow tables, the shares, and the changes; every repeat from new surveys."""
    design = Design(strata=["sector", "size"], key="organisation")
    waves = [
        (pq.read_table(folder / f"a-{wave}.parquet"), pq.read_table(folder / f"a-frame-{wave}.parquet"))
        for wave in range(1, WAVES + 1)
    ]
    items = [name for name in waves[0][0].column_names if name.startswith("q")]
    clock, each = Clock(), list(PANEL)
    for _ in range(repeats):
        with clock("setup"):
            surveys = [code_answers(Survey(data, design, frame=frame), [*items, *each]) for data, frame in waves]
        with clock("seconds"):
            tables = [survey.share(items, each=each).table for survey in surveys]
        with clock("change"):
            changes = [
                new.change(items, since=old, each=each).table for new, old in zip(surveys[1:], surveys, strict=False)
            ]
    rows = {"shares": sum(table.num_rows for table in tables), "changes": sum(table.num_rows for table in changes)}
    return clock.report() | rows, np.concatenate([collect(table, items, PANEL) for table in tables])


def measure_domains(path: Path, repeats: int) -> tuple[Report, Results]:
    """From Parquet on disk to the table, opening and reading included."""
    design = Design(strata="stratum", clusters="psu", weights="weight")
    items = [name for name in pq.read_schema(path).names if name.startswith("q")]
    clock = Clock()
    for _ in range(repeats):
        with clock("seconds"):
            table = Survey.open(path, design).share(items, each=list(DOMAINS)).table
    return clock.report() | {"shares": table.num_rows, "peak": measure_peak()}, collect(table, items, DOMAINS)


def scan(path: Path, repeats: int) -> tuple[Report, Results]:
    """Nothing but pyarrow reading the same columns into memory."""
    clock = Clock()
    for _ in range(repeats):
        with clock("seconds"):
            pq.read_table(path)
    return clock.report() | {"peak": measure_peak()}, np.zeros(0)


def read_ten(path: Path) -> tuple[list[str], Design, pa.Table]:
    items = [f"q{number:02d}" for number in range(1, 11)]
    design = Design(strata="stratum", clusters="psu", weights="weight")
    return items, design, pq.read_table(path, columns=["stratum", "psu", "weight", *items])


def measure_matrix(path: Path, repeats: int) -> tuple[Report, Results]:
    """200 replicate weights given as a matrix; 10 items."""
    items, design, data = read_ten(path)
    matrix = np.load(path.parent / "factors.npy")[data.column("psu").to_numpy()]
    matrix *= data.column("weight").to_numpy()[:, None]
    clock = Clock()
    for _ in range(repeats):
        with clock("setup"):
            survey = code_answers(Survey(data, design), items).with_replicates(matrix, scale=1 / (REPLICATES - 1))
        with clock("seconds"):
            table = survey.share(items).table
    return clock.report(), collect(table, items, {})


def measure_factors(path: Path, repeats: int) -> tuple[Report, Results]:
    """200 bootstrap replicates drawn by us, as factors per PSU; drawing them is part of the time."""
    items, design, data = read_ten(path)
    clock = Clock()
    for seed in range(repeats):
        with clock("setup"):
            survey = code_answers(Survey(data, design), items)
        with clock("seconds"):
            with clock("draw"):
                replicated = survey.replicate("bootstrap", REPLICATES, np.random.default_rng(seed))
            table = replicated.share(items).table
    return clock.report(), collect(table, items, {})


MEASURES = {
    "figures": measure_figures,
    "domains": measure_domains,
    "scan": scan,
    "matrix": measure_matrix,
    "factors": measure_factors,
}


def main() -> None:
    kind, place, repeats, out = sys.argv[1:]
    report, results = MEASURES[kind](Path(place), int(repeats))
    np.save(f"{out}.npy", results)
    versions = ", ".join(f"{name} {version(name)}" for name in ("praksis", "numpy", "scipy", "pyarrow"))
    Path(f"{out}.json").write_text(json.dumps(report | {"version": versions}), encoding="utf-8")


if __name__ == "__main__":
    main()
