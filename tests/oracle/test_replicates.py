"""Replicate weights, made and given, against R `survey` 4.1-1: jackknife, bootstrap, balanced half samples, Fay.

The R session is replicates.R on top of session.R; in short:

    everything("clus1 jackknife", as.svrepdesign(dclus1))
    everything("strat jackknife", as.svrepdesign(dstrat))
    rnhanes <- as.svrepdesign(dnhanes)
    scdrep <- svrepdesign(data = scd, type = "BRR", repweights = read_factors("scd_brr.csv"), combined.weights = FALSE)
    everything("clus1 bootstrap", boot)
    everything("clus1 jackknife poststratified", postStratify(rclus1, ~stype, pop.types))

The matrices of factors are in data/, written by data.R. `everything` reports means, a total, shares, a ratio and means
of domains. All agree to 1e-8 relative.
"""

from typing import Any

import numpy as np

STYPE = {"E": 4421, "H": 755, "M": 1018}
MARGINS = {"stype": STYPE, "sch.wide": {"No": 1072, "Yes": 5122}}
TOTALS = {"stype=E": 4421, "stype=H": 755, "stype=M": 1018, "api99": 3914069}
SCD = {"strata": "ESA", "clusters": "ambulance", "weights": "none"}
HOSPITAL = {"strata": "oblevel", "clusters": "hospno", "weights": "weighta", "population": "tothosp"}
CROWD = {"strata": "stratum", "clusters": "cluster", "weights": "weight"}
PAIR = ["api00", "enroll"]


def read_factors(o: Any, name: str) -> np.ndarray:
    return np.column_stack([column.to_numpy().astype(float) for column in o.read(name).columns])


def jackknife(o: Any) -> Any:
    return o.clus1().replicate("jackknife")


def bootstrap(o: Any) -> Any:
    factors = read_factors(o, "apiclus1_bootstrap")
    return o.clus1().with_replicates(factors, scale=15 / 14 / 59, combined=False)


def bootstrap_mse(o: Any) -> Any:
    weights = read_factors(o, "apiclus1_bootstrap") * o.read("apiclus1").column("pw").to_numpy()[:, None]
    return o.clus1().with_replicates(weights, scale=15 / 14 / 59, combined=True, mse=True)


def halve(o: Any) -> Any:
    return o.make("scd", **SCD).with_replicates(read_factors(o, "scd_brr"), scale=1 / 4, combined=False)


def halve_fay(o: Any) -> Any:
    return o.make("scd", **SCD).with_replicates(read_factors(o, "scd_fay"), scale=1 / (4 * 0.7**2), combined=False)


def give_crowd(o: Any) -> Any:
    factors = read_factors(o, "crowd_jkn")
    return o.make("crowd", **CROWD).with_replicates(factors, scale=1, rscales=[0.5] * 6, combined=False)


def scale_replicates(o: Any) -> Any:
    rscales = np.arange(1, 61) / 1000
    factors = read_factors(o, "apiclus1_bootstrap")
    return o.clus1().with_replicates(factors, scale=0.5, rscales=rscales, combined=False)


def bootstrap_nhanes(o: Any) -> Any:
    return o.nhanes().with_replicates(read_factors(o, "nhanes_bootstrap"), scale=1 / 23, combined=False)


def find_gap(o: Any) -> Any:
    parts = {"item=api00, stype=E": 1.0, "item=api00, stype=H": -1.0}
    return o.contrast(jackknife(o).mean("api00", by="stype"), **{"E-H": parts})


SURVEYS = {
    "srs jackknife": lambda o: o.srs().replicate("jackknife"),
    "strat jackknife": lambda o: o.strat().replicate("jackknife"),
    "clus1 jackknife": jackknife,
    "clus2 jackknife": lambda o: o.clus2().replicate("jackknife"),
    "clus1 process jackknife": lambda o: o.clus1(inference="process").replicate("jackknife"),
    "clus1 bootstrap": bootstrap,
    "clus1 bootstrap mse": bootstrap_mse,
    "clus1 jackknife poststratified": lambda o: jackknife(o).poststratify("stype", STYPE),
}
ESTIMATORS = {
    "mean": lambda survey: survey.mean(["api00", "api99"]),
    "total": lambda survey: survey.total("api00"),
    "share": lambda survey: survey.share("stype"),
    "ratio": lambda survey: survey.ratio("api.stu", "enroll"),
    "by": lambda survey: survey.mean("api00", by="awards"),
}
CASES = {
    f"{case} {name}": lambda o, make=make, estimate=estimate: estimate(make(o))
    for case, make in SURVEYS.items()
    for name, estimate in ESTIMATORS.items()
} | {
    "clus1 jackknife crossed": lambda o: jackknife(o).mean("api00", by=["stype", "awards"]),
    "clus1 jackknife subset": lambda o: jackknife(o).where("sch.wide", "Yes").mean(PAIR),
    "clus1 jackknife unanswered": lambda o: jackknife(o).mean("acs.k3"),
    "clus1 jackknife stype": lambda o: jackknife(o).mean("api00", by="stype"),
    "clus1 jackknife gap": find_gap,
    "scd jackknife": lambda o: o.make("scd", **SCD).replicate("jackknife").ratio("alive", "arrests"),
    "hospital jackknife": lambda o: o.make("hospital", **HOSPITAL).replicate("jackknife").total("births"),
    "crowd jackknife": lambda o: o.make("crowd", clusters="cluster").replicate("jackknife").mean(["rooms", "person"]),
    "nhanes jackknife": lambda o: o.nhanes().replicate("jackknife").share("race"),
    "nhanes jackknife unanswered": lambda o: o.nhanes().replicate("jackknife").share("HI_CHOL"),
    "scd brr ratio": lambda o: halve(o).ratio("alive", "arrests"),
    "scd brr mean": lambda o: halve(o).mean(["alive", "arrests"]),
    "scd fay ratio": lambda o: halve_fay(o).ratio("alive", "arrests"),
    "scd fay total": lambda o: halve_fay(o).total(["alive", "arrests"]),
    "crowd given mean": lambda o: give_crowd(o).mean(["rooms", "person"]),
    "crowd given ratio": lambda o: give_crowd(o).ratio("person", "rooms"),
    "clus1 scales": lambda o: scale_replicates(o).mean(PAIR),
    "nhanes bootstrap": lambda o: bootstrap_nhanes(o).share("race"),
    "nhanes bootstrap by": lambda o: bootstrap_nhanes(o).share("HI_CHOL", by="RIAGENDR"),
    "clus1 jackknife raked": lambda o: jackknife(o).rake(MARGINS).mean(PAIR),
    "clus1 jackknife linear": lambda o: jackknife(o).calibrate(TOTALS).mean(PAIR),
    "clus1 bootstrap poststratified": lambda o: bootstrap(o).poststratify("stype", STYPE).total("api00"),
}


def test_agrees_with_r(expected: Any, found: float) -> None:
    assert found == expected.allowed
