"""Designs and estimators against R `survey` 4.1-1: strata, clusters, two stages, finite populations, weights.

The R session is designs.R on top of session.R; in short:

    dsrs <- svydesign(id = ~1, weights = ~pw, fpc = ~fpc, data = apisrs)
    dstrat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat)
    none <- svydesign(id = ~1, strata = ~stype, weights = rep(1, 200), fpc = ~fpc, data = apistrat)
    dclus1 <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1)
    dclus2 <- svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2)
    first <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc1, data = apiclus2)
    dmu284 <- svydesign(id = ~id1 + id2, fpc = ~n1 + n2, data = mu284)
    hospdes <- svydesign(strata = ~oblevel, id = ~hospno, weights = ~weighta, fpc = ~tothosp, data = hospital)
    dppswr <- svydesign(id = ~1, probs = ~p, data = election_pps)
    dnhanes <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = nhanes)
    dyrbs <- svydesign(id = ~psu, strata = ~stratum, weights = ~weight, data = yrbs)
    report("srs mean", svymean(~api00 + api99 + enroll, dsrs, deff = TRUE), means, dsrs)
    report("srs total", svytotal(~api00 + enroll, dsrs, deff = TRUE), items("api00", "enroll"))
    report("srs share", svymean(~stype, dsrs, deff = TRUE), answers("stype", dsrs))
    report("srs ratio", svyratio(~api.stu, ~enroll, dsrs, deff = TRUE), items("api.stu/enroll"))

`report` writes coef, SE, deff and degf. Everything agrees to 1e-8 relative.
"""

from typing import Any

SCHOOL = ["api00", "api99", "enroll"]
PAIR = ["api00", "enroll"]
MU284 = {"clusters": ["id1", "id2"], "population": ["n1", "n2"]}
FPC = {"strata": "stratid", "clusters": "psuid"}
FRACTIONS = [5 / 15] * 5 + [3 / 12] * 3
HOSPITAL = {"strata": "oblevel", "clusters": "hospno", "weights": "weighta", "population": "tothosp"}
SCD = {"strata": "ESA", "clusters": "ambulance", "weights": "none"}
CANDIDATES = ["Bush", "Kerry", "Nader"]

CASES = {
    "srs mean": lambda o: o.srs().mean(SCHOOL),
    "srs total": lambda o: o.srs().total(PAIR),
    "srs share": lambda o: o.srs().share("stype"),
    "srs count": lambda o: o.srs().count("stype"),
    "srs ratio": lambda o: o.srs().ratio("api.stu", "enroll"),
    "srs process": lambda o: o.srs(inference="process").mean(SCHOOL),
    "strat mean": lambda o: o.strat().mean(SCHOOL),
    "strat total": lambda o: o.strat().total(PAIR),
    "strat share": lambda o: o.strat().share(["awards", "stype"]),
    "strat count": lambda o: o.strat().count("awards"),
    "strat ratio": lambda o: [o.strat().ratio("api.stu", "enroll"), o.strat().ratio("api00", "enroll")],
    "strat built": lambda o: o.strat(weights=None).mean(PAIR),
    "strat built share": lambda o: o.strat(weights=None).share("awards"),
    "strat built count": lambda o: o.strat(weights=None).count("awards"),
    "strat none": lambda o: o.strat(weights="none").mean(PAIR),
    "strat none share": lambda o: o.strat(weights="none").share(["awards", "stype"]),
    "strat process": lambda o: o.strat(population=()).mean(PAIR),
    "strat process count": lambda o: o.strat(inference="process").count("awards"),
    "strat crossed": lambda o: o.strat(strata=["stype", "awards"], population=()).mean(PAIR),
    "clus1 mean": lambda o: o.clus1().mean(SCHOOL),
    "clus1 total": lambda o: o.clus1().total(PAIR),
    "clus1 share": lambda o: o.clus1().share(["stype", "awards"]),
    "clus1 count": lambda o: o.clus1().count("stype"),
    "clus1 ratio": lambda o: [o.clus1().ratio("api.stu", "enroll"), o.clus1().ratio("api00", "enroll")],
    "clus1 built": lambda o: o.clus1(weights=None).total(PAIR),
    "clus1 process": lambda o: o.clus1(inference="process").mean(PAIR),
    "clus2 mean": lambda o: o.clus2().mean(["api00", "api99"]),
    "clus2 total": lambda o: o.clus2().total("api00"),
    "clus2 total unanswered": lambda o: o.clus2().total("enroll"),
    "clus2 share": lambda o: o.clus2().share(["stype", "awards"]),
    "clus2 count": lambda o: o.clus2().count("stype"),
    "clus2 ratio": lambda o: o.clus2().ratio("api00", "api99"),
    "clus2 first stage": lambda o: o.clus2(clusters="dnum", population="fpc1", weights="pw").mean(["api00", "api99"]),
    "clus2 with replacement": lambda o: o.clus2(population=(), weights="pw").mean(["api00", "api99"]),
    "clus2 with replacement total": lambda o: o.clus2(inference="process", weights="pw").total("api00"),
    "mu284 total": lambda o: o.make("mu284", **MU284).total("y1"),
    "mu284 mean": lambda o: o.make("mu284", **MU284).mean("y1"),
    "fpc without": lambda o: o.make("fpc", **FPC, weights="weight").mean("x"),
    "fpc with": lambda o: o.make("fpc", **FPC, weights="weight", population="Nh").mean("x"),
    "fpc fraction": lambda o: o.make(o.add(o.read("fpc"), f=FRACTIONS), **FPC, population="f").total("x"),
    "hospital total": lambda o: o.make("hospital", **HOSPITAL).total("births"),
    "hospital mean": lambda o: o.make("hospital", **HOSPITAL).mean("births"),
    "scd ratio": lambda o: o.make("scd", **SCD, population="stations").ratio("alive", "arrests"),
    "scd mean": lambda o: o.make("scd", **SCD, population="stations").mean(["alive", "arrests"]),
    "scd ratio without": lambda o: o.make("scd", **SCD).ratio("alive", "arrests"),
    "scd total without": lambda o: o.make("scd", **SCD).total(["alive", "arrests"]),
    "crowd mean": lambda o: o.make("crowd", clusters="cluster", weights="weight").mean(["rooms", "person"]),
    "crowd total": lambda o: o.make("crowd", clusters="cluster").total(["rooms", "person"]),
    "crowd ratio": lambda o: o.make("crowd", clusters="cluster").ratio("person", "rooms"),
    "crowd strata mean": lambda o: o.make("crowd", clusters="cluster", strata="stratum").mean(["rooms", "person"]),
    "crowd strata ratio": lambda o: o.make("crowd", clusters="cluster", strata="stratum").ratio("person", "rooms"),
    "election total": lambda o: o.make("election_pps", weights="wt").total(CANDIDATES),
    "election ratio": lambda o: [o.make("election_pps", weights="wt").ratio(name, "votes") for name in CANDIDATES],
    "nhanes share": lambda o: o.nhanes().share("race"),
    "nhanes count": lambda o: o.nhanes().count("race"),
    "nhanes unanswered": lambda o: o.nhanes().share("HI_CHOL"),
    "yrbs share": lambda o: o.yrbs().share("qn8"),
    "yrbs count": lambda o: o.yrbs().count("qn8"),
}


def test_agrees_with_r(expected: Any, found: float) -> None:
    assert found == expected.allowed
