"""Change between waves against R `survey` 4.1-1, where R can express it.

The R session is change.R on top of session.R; in short:

    both <- svymean(~high99 + high00, design)
    report(case, svycontrast(both, gain), labels)
    dstacked <- svydesign(id = ~1, strata = ~both, weights = ~pw, fpc = ~fpc, data = stacked)
    report(case, svyby(~high, ~before, design, svymean, covmat = TRUE), answers("high", design))
    report("independent", svycontrast(both, list(no = c(-1, 1, 0, 0), yes = c(0, 0, -1, 1))), rows)
    own <- (n - 1) / n * matrix(c(n1 / (n1 - 1), shared, shared, n2 / (n2 - 1)), 2)

A panel in which everyone answers both times is one design with two variables. Independent samples are strata of one
design. Where only some answer both times, and without a finite population, those are one unit of the stacked waves; R
then counts n/(n-1) over both waves, for which each wave's own is put. `high` is an API above 700. All agree to 1e-8
relative.
"""

from typing import Any

import pyarrow as pa


def make_wave(o: Any, name: str, year: str, key: str = "", rows: slice = slice(None), **design: Any) -> Any:
    """A wave; `key` keeps its schools apart from those of the other wave."""
    data = o.read(name)
    data = data.take(list(range(data.num_rows))[rows])
    columns = {"high": ["yes" if api > 700 else "no" for api in data.column(f"api{year}").to_pylist()]}
    columns["school"] = [f"{key}{snum}" for snum in data.column("snum").to_pylist()]
    if design.pop("frame", False):
        return o.make(o.add(data, **columns), make_frame(o, key), key="school", **design)
    return o.make(o.add(data, **columns), **{"key": "school", **design})


def make_frame(o: Any, key: str) -> pa.Table:
    """All 6 194 schools."""
    schools = o.read("apipop")
    return o.add(schools, school=[f"{key}{snum}" for snum in schools.column("snum").to_pylist()])


def compare(o: Any, name: str, by: str | tuple[()] = (), **design: Any) -> Any:
    """2000 less 1999 for the same schools."""
    waves = [make_wave(o, name, year, **design) for year in ("99", "00")]
    return waves[1].change("high", since=waves[0], by=by)


def trace(o: Any, name: str, **design: Any) -> Any:
    """Where the schools of each answer in 1999 are in 2000."""
    waves = [make_wave(o, name, year, **design) for year in ("99", "00")]
    return waves[1].transitions("high", since=waves[0])


STRAT = {"strata": "stype", "weights": "pw", "frame": True}
PLAIN = {"weights": "none"}


def compare_apart(o: Any) -> Any:
    before = make_wave(o, "apisrs", "99", key="a", frame=True, weights="pw")
    after = make_wave(o, "apistrat", "00", key="b", **STRAT)
    return after.change("high", since=before)


def compare_overlap(o: Any, before: slice, after: slice) -> Any:
    first = make_wave(o, "apisrs", "99", rows=before, **PLAIN)
    second = make_wave(o, "apisrs", "00", rows=after, **PLAIN)
    return second.change("high", since=first)


CASES = {
    "srs panel": lambda o: compare(o, "apisrs", frame=True, weights="pw"),
    "strat panel": lambda o: compare(o, "apistrat", **STRAT),
    "strat process panel": lambda o: compare(o, "apistrat", strata="stype", weights="pw"),
    "strat none panel": lambda o: compare(o, "apistrat", **{**STRAT, "weights": "none"}),
    "strat panel by": lambda o: compare(o, "apistrat", by="awards", **STRAT),
    "clus1 panel": lambda o: compare(o, "apiclus1", clusters="dnum", key="dnum", population="fpc", weights="pw"),
    "clus1 process panel": lambda o: compare(o, "apiclus1", clusters="dnum", key="dnum", weights="pw"),
    "srs transitions": lambda o: trace(o, "apisrs", frame=True, weights="pw"),
    "strat transitions": lambda o: trace(o, "apistrat", **STRAT),
    "strat process transitions": lambda o: trace(o, "apistrat", strata="stype", weights="pw"),
    "independent": compare_apart,
    "overlap": lambda o: compare_overlap(o, slice(0, 140), slice(60, 200)),
    "overlap uneven": lambda o: compare_overlap(o, slice(0, 180), slice(100, 200)),
}


def test_agrees_with_r(expected: Any, found: float) -> None:
    assert found == expected.allowed
