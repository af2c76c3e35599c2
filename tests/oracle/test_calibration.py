"""Post-stratification, raking and calibration, and what they do to standard errors, against R `survey` 4.1-1.

The R session is calibration.R on top of session.R; in short:

    everything("clus1 poststratified", postStratify(dclus1, ~stype, pop.types))
    everything("clus2 poststratified", postStratify(dclus2, ~stype, pop.types))
    dclus1r <- rake(dclus1, list(~stype, ~sch.wide), list(pop.types, pop.schwide), control = tight)
    duneven <- svydesign(id = ~dnum, weights = ~w, fpc = ~fpc, data = uneven)
    everything("uneven raked", calibrate(duneven, ~stype + sch.wide, margins, calfun = "raking", epsilon = 1e-13))
    fit <- function(design, ...) calibrate(design, ~stype + api99, pop.totals, epsilon = 1e-13, maxit = 500, ...)
    everything("clus1 linear", fit(dclus1))
    everything("clus1 logit", fit(dclus1, calfun = "logit", bounds = c(0.5, 1.7)))
    everything("clus1 bounded", fit(dclus1, bounds = c(0.6, 1.6)))

`everything` reports two means, a total, shares and a ratio. All agree to 1e-8 relative. R's rake() has standard errors
of its own where weights differ (unweighted means within margins), so that calibrate() is the oracle there.
"""

from typing import Any

STYPE = {"E": 4421, "H": 755, "M": 1018}
JOINT = {
    ("E", "No"): 472, ("E", "Yes"): 3949, ("H", "No"): 334, ("H", "Yes"): 421, ("M", "No"): 266, ("M", "Yes"): 752,
}  # fmt: skip
MARGINS = {"stype": STYPE, "sch.wide": {"No": 1072, "Yes": 5122}}
TOTALS = {"stype=E": 4421, "stype=H": 755, "stype=M": 1018, "api99": 3914069}


def uneven(o: Any) -> Any:
    data = o.read("apiclus1")
    pairs = zip(data.column("pw").to_pylist(), data.column("snum").to_pylist(), strict=True)
    data = o.add(data, w=[pw * (1 + (snum % 5) / 10) for pw, snum in pairs])
    return o.make(data, clusters="dnum", population="fpc", weights="w")


FITTED = {
    "clus1 poststratified": lambda o: o.clus1().poststratify("stype", STYPE),
    "clus2 poststratified": lambda o: o.clus2().poststratify("stype", STYPE),
    "srs poststratified": lambda o: o.srs().poststratify("stype", STYPE),
    "clus1 poststratified twice": lambda o: o.clus1().poststratify(["stype", "sch.wide"], JOINT),
    "uneven poststratified": lambda o: uneven(o).poststratify("stype", STYPE),
    "clus1 raked": lambda o: o.clus1().rake(MARGINS),
    "clus2 raked": lambda o: o.clus2().rake(MARGINS),
    "uneven raked": lambda o: uneven(o).rake(MARGINS),
    "clus1 linear": lambda o: o.clus1().calibrate(TOTALS),
    "clus1 raking": lambda o: o.clus1().calibrate(TOTALS, method="raking"),
    "clus1 logit": lambda o: o.clus1().calibrate(TOTALS, method="logit", bounds=(0.5, 1.7)),
    "clus1 bounded": lambda o: o.clus1().calibrate(TOTALS, bounds=(0.6, 1.6)),
    "uneven linear": lambda o: uneven(o).calibrate(TOTALS),
    "clus2 linear": lambda o: o.clus2().calibrate(TOTALS),
    "srs linear": lambda o: o.srs().calibrate(TOTALS),
    "srs logit": lambda o: o.srs().calibrate(TOTALS, method="logit", bounds=(0.7, 1.4)),
}
ESTIMATORS = {
    "mean": lambda survey: survey.mean(["api00", "enroll"]),
    "total": lambda survey: survey.total("api00"),
    "share": lambda survey: survey.share("awards"),
    "ratio": lambda survey: survey.ratio("api00", "api99"),
}


def find_gap(o: Any) -> Any:
    parts = {"item=api00, awards=Yes": 1.0, "item=api00, awards=No": -1.0}
    return o.contrast(FITTED["clus1 linear"](o).mean("api00", by="awards"), gap=parts)


def list_weights(survey: Any) -> dict[str, dict[str, float]]:
    return {f"row {row + 1}": {"weight": weight} for row, weight in enumerate(survey.plan.weight[:10].tolist())}


CASES = {
    f"{case} {name}": lambda o, fit=fit, estimate=estimate: estimate(fit(o))
    for case, fit in FITTED.items()
    for name, estimate in ESTIMATORS.items()
} | {
    "clus1 known": lambda o: FITTED["clus1 poststratified"](o).count("stype"),
    "clus1 poststratified by": lambda o: FITTED["clus1 poststratified"](o).mean("api00", by="awards"),
    "clus1 poststratified domain": lambda o: FITTED["clus1 poststratified"](o).where("comp.imp", "Yes").mean("api00"),
    "clus1 raked weights": lambda o: list_weights(FITTED["clus1 raked"](o)),
    "clus1 raked by": lambda o: FITTED["clus1 raked"](o).mean("api00", by="awards"),
    "clus1 linear weights": lambda o: list_weights(FITTED["clus1 linear"](o)),
    "clus1 raking weights": lambda o: list_weights(FITTED["clus1 raking"](o)),
    "clus1 linear by": lambda o: FITTED["clus1 linear"](o).mean("api00", by="awards"),
    "clus1 linear domain": lambda o: FITTED["clus1 linear"](o).where("comp.imp", "Yes").mean("api00"),
    "clus1 linear gap": find_gap,
    "clus1 known api99": lambda o: FITTED["clus1 linear"](o).total("api99"),
    "strat linear": lambda o: (
        o.strat()
        .calibrate({"stype=E": 4421, "stype=H": 755, "stype=M": 1018, "api.stu": 3196602})
        .total(["enroll", "api00"])
    ),
}


def test_agrees_with_r(expected: Any, found: float) -> None:
    assert found == expected.allowed
