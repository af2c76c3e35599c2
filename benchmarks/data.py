"""Seeded data for the benchmark: Parquet for Praksis and svy, flat binary columns for R (which has no Arrow here)."""

import resource
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

ANSWERS = ("not at all", "a little", "somewhat", "mostly", "fully")
SECTORS = ("state", "municipal")
SIZES = ("small", "medium", "large")
STEPS = ("start", "underway", "arrived", "leading")
WAVES = 8
ROW_GROUP = 131_072
REPLICATES = 200

Codes = NDArray[np.integer]


def measure_peak() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _label(codes: NDArray[Any], names: tuple[str, ...]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), pa.array(names))


def _answer(rng: np.random.Generator, rows: int, lean: NDArray[np.float64] | float = 0.0) -> Codes:
    """Answers on five points whose middle differs by item, leaning with the row."""
    place = rng.normal(loc=rng.uniform(1.2, 2.8), scale=1.1, size=rows) + lean
    return np.clip(np.rint(place), 0, 4).astype(np.int8)


def make_panel(folder: Path, organisations: int = 500, items: int = 150, waves: int = WAVES) -> None:
    """Case A: `a-<wave>.parquet` (who answered) and `a-frame-<wave>.parquet` (everybody) per wave.

    Eight in ten of the frame answer, mostly the same bodies each time; some bodies close, open, or change their size
    class between waves. Strata are sector x size, and `population` is how many the frame has in the stratum.
    """
    rng = np.random.default_rng(20240501)
    total = round(organisations / 0.8)
    key = np.arange(total)
    sector = rng.choice(2, total, p=[0.3, 0.7])
    size = rng.choice(3, total, p=[0.45, 0.35, 0.2])
    eager = rng.normal(size=total)
    lean = rng.normal(scale=0.5, size=total)
    for wave in range(1, waves + 1):
        if wave > 1:
            gone = rng.random(total) < 0.02
            key = np.where(gone, key.max() + 1 + np.cumsum(gone), key)
            moved = rng.random(total) < 0.03
            size = np.where(moved, np.clip(size + rng.choice([-1, 1], total), 0, 2), size)
        stratum = sector * 3 + size
        population = np.bincount(stratum, minlength=6)
        place = np.argsort(-(eager + 0.5 * rng.normal(size=total)))
        rows = np.sort(place[:organisations])
        step = np.clip(np.rint(1.5 + lean[rows] + 0.7 * rng.normal(size=len(rows))), 0, 3).astype(np.int8)
        columns: dict[str, pa.Array] = {
            "organisation": pa.array([f"org-{number:05d}" for number in key[rows]]),
            "sector": _label(sector[rows], SECTORS),
            "size": _label(size[rows], SIZES),
            "step": _label(step, STEPS),
            "population": pa.array(population[stratum[rows]]),
        }
        answers = {f"q{item:03d}": _answer(rng, len(rows), lean[rows]) for item in range(1, items + 1)}
        pq.write_table(
            pa.table(columns | {name: _label(codes, ANSWERS) for name, codes in answers.items()}),
            folder / f"a-{wave}.parquet",
        )
        frame = {
            "organisation": pa.array([f"org-{number:05d}" for number in key]),
            "sector": _label(sector, SECTORS),
            "size": _label(size, SIZES),
        }
        pq.write_table(pa.table(frame), folder / f"a-frame-{wave}.parquet")
        write_columns(
            folder / f"a-{wave}",
            {
                "stratum": (stratum[rows], ()),
                "population": (population[stratum[rows]], ()),
                "sector": (sector[rows], SECTORS),
                "size": (size[rows], SIZES),
                "step": (step, STEPS),
            }
            | {name: (codes, ANSWERS) for name, codes in answers.items()},
        )


def make_respondents(path: Path, rows: int, items: int, strata: int = 100, psus: int = 20) -> None:
    """Cases B and C: one row per respondent, in no order, PSUs within strata, weights that vary from row to row.

    Domains are `sex` (2), `region` (6) and `age` (9). Written in row groups; never held whole.
    """
    rng = np.random.default_rng(rows + items)
    lean = rng.normal(scale=0.3, size=strata * psus)
    writer: pq.ParquetWriter | None = None
    pieces: list[dict[str, tuple[NDArray[np.generic], tuple[str, ...]]]] = []
    middles = rng.uniform(1.2, 2.8, size=items)
    for start in range(0, rows, ROW_GROUP):
        size = min(ROW_GROUP, rows - start)
        psu = rng.integers(0, strata * psus, size).astype(np.int32)
        psu[: min(size, strata * psus)] = np.arange(min(size, strata * psus))
        stratum = (psu // psus).astype(np.int32)
        piece: dict[str, tuple[NDArray[np.generic], tuple[str, ...]]] = {
            "stratum": (stratum, ()),
            "psu": (psu, ()),
            "weight": (np.exp(rng.normal(scale=0.5, size=size)) * (1 + stratum / strata), ()),
            "sex": (rng.integers(0, 2, size).astype(np.int8), ("man", "woman")),
            "region": (rng.integers(0, 6, size).astype(np.int8), tuple(f"region {k}" for k in range(1, 7))),
            "age": (rng.integers(0, 9, size).astype(np.int8), tuple(f"age {k}" for k in range(1, 10))),
        }
        for item in range(items):
            codes = np.clip(np.rint(rng.normal(middles[item], 1.1, size) + lean[psu]), 0, 4).astype(np.int8)
            piece[f"q{item + 1:02d}"] = (codes, ANSWERS)
        table = pa.table({name: _label(v, names) if names else pa.array(v) for name, (v, names) in piece.items()})
        writer = writer or pq.ParquetWriter(path, table.schema, use_dictionary=[n for n in piece if n != "weight"])
        writer.write_table(table, row_group_size=ROW_GROUP)
        pieces.append(piece)
    assert writer is not None
    writer.close()
    append = path.with_suffix("")
    write_columns(
        append,
        {name: (np.concatenate([piece[name][0] for piece in pieces]), names) for name, (_, names) in pieces[0].items()},
    )


def make_replicates(folder: Path, rows: int, psus: int = 2000, strata: int = 100) -> None:
    """Case C: factors per PSU (psus x replicates), a half-sample-like bootstrap: n-1 of n PSUs with replacement.

    The factors are Rao & Wu's (1988, JASA 83, 231-241): n/(n-1) times how often a PSU was drawn.
    """
    rng = np.random.default_rng(rows)
    per = psus // strata
    factors = np.zeros((psus, REPLICATES))
    for stratum in range(strata):
        drawn = rng.integers(0, per, size=(per - 1, REPLICATES))
        for replicate in range(REPLICATES):
            counts = np.bincount(drawn[:, replicate], minlength=per)
            factors[stratum * per : (stratum + 1) * per, replicate] = counts * per / (per - 1)
    np.save(folder / "factors.npy", factors)
    factors.T.tofile(folder / "factors.bin")


def write_columns(stem: Path, columns: dict[str, tuple[NDArray[np.generic], tuple[str, ...]]]) -> None:
    """`<stem>.bin`: the columns one after the other; `<stem>.txt`: name, kind, rows and levels of each."""
    lines = []
    with stem.with_suffix(".bin").open("wb") as file:
        for name, (values, names) in columns.items():
            kind = "f8" if values.dtype.kind == "f" else "i1" if names else "i4"
            file.write(values.astype(kind).tobytes())
            lines.append("\t".join((name, kind, str(len(values)), *names)))
    stem.with_suffix(".txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
