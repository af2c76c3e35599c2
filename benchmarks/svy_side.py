"""One measurement with svy in a fresh process; runs in an environment of its own.

svy has three ways to the shares of a group: `prop(item, by=column)` item by item, on text or on categories, and
`prop(all items, where=group)`, which shares one design over the items but goes group by group. Which is the fastest
depends on the data: `way` names one of them and the benchmark takes the best.
"""

import json
import statistics
import sys
import time
import warnings
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import svy
from data import ANSWERS, REPLICATES, SECTORS, SIZES, STEPS, measure_peak

Found = list[tuple[str, int, Any]]


def estimate(sample: Any, items: Sequence[str], groups: Sequence[tuple[str, list[Any]]], way: str) -> Found:
    """(item, number of its first group, svy's estimates)."""
    find = sample.estimation.prop
    found: Found = [(item, 0, one) for item, one in zip(items, find(items), strict=True)]
    at = 1
    for name, levels in groups:
        if way == "where":
            for number, level in enumerate(levels):
                several = find(items, where=svy.col(name) == level)
                found += [(item, at + number, one) for item, one in zip(items, several, strict=True)]
        else:
            found += [(item, at, find(item, by=name)) for item in items]
        at += len(levels)
    return found


def collect(found: Found, items: Sequence[str], groups: Sequence[tuple[str, list[Any]]]) -> np.ndarray:
    """[item, share or error, group, answer] from svy's tables."""
    at = np.cumsum([1, *(len(levels) for _, levels in groups)])
    result = np.full((len(items), 2, at[-1], len(ANSWERS)), np.nan)
    for item, first, one in found:
        table = one.to_polars()
        name = next((name for name, _ in groups if name in table.columns), None)
        levels = dict(groups)[name] if name else []
        for row in table.iter_rows(named=True):
            place = first + (levels.index(row[name]) if name else 0)
            answer = ANSWERS.index(row[item])
            result[items.index(item), :, place, answer] = row["est"], row["se"]
    return result


def read(path: Path, way: str, columns: list[str] | None = None) -> pl.DataFrame:
    frame = pl.read_parquet(path, columns=columns)
    if way == "by categories":
        return frame
    labels = [name for name, kind in frame.schema.items() if kind in (pl.Categorical, pl.Enum)]
    return frame.with_columns(pl.col(labels).cast(pl.String))


def measure_figures(folder: Path, way: str, waves: list[str]) -> tuple[float, np.ndarray]:
    groups = [("sector", list(SECTORS)), ("size", list(SIZES)), ("step", list(STEPS))]
    seconds, results = 0.0, []
    for wave in waves:
        frame = read(folder / f"a-{wave}.parquet", way)
        stratum = pl.concat_str([pl.col("sector").cast(pl.String), pl.col("size").cast(pl.String)], separator="/")
        frame = frame.with_columns(stratum=stratum)
        frame = frame.with_columns(weight=pl.col("population") / pl.len().over("stratum"))
        sample = svy.Sample(frame, svy.Design(stratum="stratum", wgt="weight", pop_size="population"))
        items = [name for name in frame.columns if name.startswith("q")]
        start = time.perf_counter()
        found = estimate(sample, items, groups, way)
        seconds += time.perf_counter() - start
        results.append(collect(found, items, groups))
    return seconds, np.concatenate(results)


def measure_domains(path: Path, way: str, items: list[str]) -> tuple[float, np.ndarray]:
    names = ["sex", "region", "age"]
    frame = read(path, way, ["stratum", "psu", "weight", *names, *items])
    groups = [(name, sorted(frame[name].cast(pl.String).unique().to_list())) for name in names]
    sample = svy.Sample(frame, svy.Design(stratum="stratum", psu="psu", wgt="weight"))
    start = time.perf_counter()
    found = estimate(sample, items, groups, way)
    return time.perf_counter() - start, collect(found, items, groups)


def measure_replicates(path: Path, way: str, items: list[str]) -> tuple[float, np.ndarray]:
    """`matrix`: 200 columns of weights; `own`: svy draws its own bootstrap, which is part of the time."""
    frame = read(path, "text", ["stratum", "psu", "weight", *items])
    scale = 1 / (REPLICATES - 1)
    if way == "matrix":
        factors = np.load(path.parent / "factors.npy")
        psu, weight = frame["psu"].to_numpy(), frame["weight"].to_numpy()
        names = {f"r{number + 1}": factors[psu, number] * weight for number in range(REPLICATES)}
        frame = pl.concat([frame, pl.DataFrame(names)], how="horizontal")
        wgts = svy.BootstrapWgts(prefix="r", n_reps=REPLICATES, scale=scale)
        sample = svy.Sample(frame, svy.Design(wgt="weight", rep_wgts=wgts))
    else:
        sample = svy.Sample(frame, svy.Design(stratum="stratum", psu="psu", wgt="weight"))
    times = []
    for _ in range(3 if way == "matrix" else 1):  # a second or two: the first time is slower
        start = time.perf_counter()
        if way != "matrix":
            sample = sample.weighting.create_bs_wgts(n_reps=REPLICATES, rstate=1)
        found: Found = [(item, 0, sample.estimation.prop(item, method="replication")) for item in items]
        times.append(time.perf_counter() - start)
    return statistics.median(times), collect(found, items, [])


MEASURES = {"figures": measure_figures, "domains": measure_domains, "replicates": measure_replicates}


def main() -> None:
    kind, way, place, out, *parts = sys.argv[1:]
    warnings.simplefilter("ignore")
    seconds, results = MEASURES[kind](Path(place), way, parts)
    np.save(f"{out}.npy", results)
    report = {
        "seconds": seconds,
        "peak": measure_peak(),
        "version": f"svy {version('svy')}, Polars {version('polars')}",
    }
    Path(f"{out}.json").write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main()
