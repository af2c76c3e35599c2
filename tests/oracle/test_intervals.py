"""Confidence intervals against R `survey` 4.1-1: logit, Korn and Graubard, and t with the design's degrees of freedom.

The R session is intervals.R on top of session.R; in short:

    report_limits(paste(case, "share", method), row, confint(svyciprop(formula, design, method = method)))
    report_shares("clus1", dclus1, ~I(stype == "H"), "item=stype, answer=H")
    answered <- subset(dyrbs, !is.na(qn8))
    limits <- confint(estimate, df = degf(design), level = level)
    report_confint("clus2 mean", svymean(~api00 + api99, dclus2), items("api00", "api99"), dclus2)

R's methods "xlogit", "beta" and "mean" are Praksis' "logit", "beta" and "wald". All agree to 1e-8 relative.
"""

from typing import Any

STYPE = {"E": 4421, "H": 755, "M": 1018}
MU284 = {"clusters": ["id1", "id2"], "population": ["n1", "n2"]}
METHODS = {"xlogit": "logit", "beta": "beta", "mean": "wald"}

SHARES = {
    "srs": lambda o, interval: o.srs().share("stype", interval=interval),
    "strat": lambda o, interval: o.strat().share("awards", interval=interval),
    "strat 90": lambda o, interval: o.strat(confidence=0.9).share("awards", interval=interval),
    "strat few": lambda o, interval: o.strat().share("sch.wide", interval=interval),
    "clus1": lambda o, interval: o.clus1().share("stype", interval=interval),
    "clus1 most": lambda o, interval: o.clus1().share("stype", interval=interval),
    "clus2": lambda o, interval: o.clus2().share("stype", interval=interval),
    "nhanes": lambda o, interval: o.nhanes().share("race", interval=interval),
    "nhanes unanswered": lambda o, interval: o.nhanes().share("HI_CHOL", interval=interval),
    "yrbs": lambda o, interval: o.yrbs().share("qn8", interval=interval),
    "clus1 by": lambda o, interval: o.clus1().share("awards", by="stype", interval=interval),
    "clus1 poststratified": lambda o, interval: (
        o.clus1().poststratify("stype", STYPE).share("awards", interval=interval)
    ),
    "clus1 jackknife": lambda o, interval: o.clus1().replicate("jackknife").share("stype", interval=interval),
}
CASES = {
    f"{case} share {method}": lambda o, estimate=estimate, interval=interval: estimate(o, interval)
    for case, estimate in SHARES.items()
    for method, interval in METHODS.items()
} | {
    "srs mean": lambda o: o.srs().mean(["api00", "enroll"]),
    "strat mean": lambda o: o.strat().mean(["api00", "enroll"]),
    "strat 99": lambda o: o.strat(confidence=0.99).mean(["api00", "enroll"]),
    "clus1 mean": lambda o: o.clus1().mean(["api00", "enroll"]),
    "clus1 total": lambda o: o.clus1().total(["api00", "enroll"]),
    "clus1 ratio": lambda o: o.clus1().ratio("api.stu", "enroll"),
    "clus2 mean": lambda o: o.clus2().mean(["api00", "api99"]),
    "mu284 total": lambda o: o.make("mu284", **MU284).total("y1"),
    "clus1 by": lambda o: o.clus1().mean("api00", by="stype"),
    "clus1 jackknife": lambda o: o.clus1().replicate("jackknife").mean("api00"),
}


def test_agrees_with_r(expected: Any, found: float) -> None:
    assert found == expected.allowed
