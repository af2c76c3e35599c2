"""Strata with a single unit against R `survey` 4.1-1: fail, adjust, certainty, average.

The R session is lonely.R on top of session.R; in short:

    ds <- svydesign(id = ~1, weights = ~pw, strata = ~dnum, data = apiclus1)
    options(survey.lonely.psu = lonely)
    report(paste(lonely, "mean"), svymean(~api00 + enroll, ds, deff = TRUE), items("api00", "enroll"), ds)
    if (lonely != "adjust") report(paste(lonely, "total"), svytotal(~api00 + enroll, ds), items("api00", "enroll"))
    whole <- svydesign(id = ~1, weights = ~pw, strata = ~dnum, fpc = ~N, data = complete)
    single <- subset(dnhanes, !(SDMVSTRA < 80 & SDMVPSU > 1))
    dleft <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = left)

Everything agrees to 1e-8 relative.
"""

from typing import Any

import pytest

from praksis.errors import PraksisError

DISTRICTS = {"clusters": (), "population": (), "strata": "dnum"}
PAIR = ["api00", "enroll"]


def complete(o: Any) -> Any:
    data = o.read("apiclus1")
    there = [1 if district == 413 else 1000 for district in data.column("dnum").to_pylist()]
    return o.make(o.add(data, N=there), strata="dnum", weights="pw", population="N")


def leave_single(o: Any) -> Any:
    """In the strata before 80 only the first cluster is in the domain."""
    data = o.read("nhanes")
    pairs = zip(data.column("SDMVSTRA").to_pylist(), data.column("SDMVPSU").to_pylist(), strict=True)
    data = o.add(data, domain=[not (stratum < 80 and psu > 1) for stratum, psu in pairs])
    return o.make(data, strata="SDMVSTRA", clusters="SDMVPSU", weights="WTMEC2YR").where("domain", True)


def drop_clusters(o: Any, lonely: str) -> Any:
    data = o.read("nhanes")
    pairs = zip(data.column("SDMVSTRA").to_pylist(), data.column("SDMVPSU").to_pylist(), strict=True)
    data = data.filter([not (stratum in (75, 80, 85) and psu > 1) for stratum, psu in pairs])
    return o.make(data, strata="SDMVSTRA", clusters="SDMVPSU", weights="WTMEC2YR", lonely=lonely)


CASES = {
    "complete mean": lambda o: complete(o).mean(PAIR),
    "complete total": lambda o: complete(o).total(PAIR),
    "domain mean": lambda o: leave_single(o).share("race"),
}
for _lonely in ("adjust", "certainty", "average"):
    if _lonely != "adjust":
        CASES[f"{_lonely} total"] = lambda o, lonely=_lonely: o.clus1(**DISTRICTS, lonely=lonely).total(PAIR)
    CASES |= {
        f"{_lonely} mean": lambda o, lonely=_lonely: o.clus1(**DISTRICTS, lonely=lonely).mean(PAIR),
        f"{_lonely} share": lambda o, lonely=_lonely: o.clus1(**DISTRICTS, lonely=lonely).share("stype"),
        f"{_lonely} ratio": lambda o, lonely=_lonely: o.clus1(**DISTRICTS, lonely=lonely).ratio("api.stu", "enroll"),
        f"{_lonely} by": lambda o, lonely=_lonely: o.clus1(**DISTRICTS, lonely=lonely).mean("api00", by="awards"),
        f"{_lonely} clusters": lambda o, lonely=_lonely: drop_clusters(o, lonely).share("race"),
    }


def test_agrees_with_r(expected: Any, found: float) -> None:
    assert found == expected.allowed


def test_a_lonely_stratum_fails_and_is_named(oracle: Any) -> None:
    """R: "Stratum (413) has only one PSU at stage 1"."""
    with pytest.raises(PraksisError, match="413"):
        assert oracle.clus1(**DISTRICTS, lonely="fail").mean(PAIR).table
