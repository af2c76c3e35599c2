"""Domains, subsets, item non-response, groups of answers, covariances and contrasts against R `survey` 4.1-1.

The R session is domains.R on top of session.R; in short:

    report("clus1 by", svyby(~api00, ~stype, dclus1, svymean, deff = TRUE, covmat = TRUE), items("api00"))
    report("clus1 crossed", svyby(~api00, ~stype + awards, dclus1, svymean, deff = TRUE, covmat = TRUE), items("api00"))
    report("clus2 total by", svyby(~api00, ~awards, dclus2, svytotal, deff = TRUE, covmat = TRUE), items("api00"))
    wide <- subset(dclus2, sch.wide == "Yes")
    report("clus2 subset", svymean(~api00 + api99, wide, deff = TRUE), items("api00", "api99"), wide)
    report("clus2 unanswered", svymean(~acs.k3, dclus2, na.rm = TRUE, deff = TRUE), items("acs.k3"))
    write_values("clus2 unanswered", items("acs.k3"), "n", coef(unwtd.count(~acs.k3, dclus2)))
    any <- update(dclus1, met = factor(ifelse(sch.wide == "Yes" | comp.imp == "Yes", "yes", "no")))
    by <- svyby(~api00, ~awards, dclus2, svymean, covmat = TRUE)
    report_covariances("clus2 by awards", by, items("api00"))
    report("clus2 gap", svycontrast(by, list(gap = c(-1, 1))), "gap")

Everything agrees to 1e-8 relative.
"""

from typing import Any

GROUP = {"white or other": [2, 4]}
MET = {"sch.wide": "Yes", "comp.imp": "Yes"}


def label(item: str, **domain: str) -> str:
    return ", ".join([f"item={item}", *(f"{name}={value}" for name, value in domain.items())])


def gap_api00(o: Any, survey: Any) -> Any:
    parts = {label("api00", awards="Yes"): 1.0, label("api00", awards="No"): -1.0}
    return o.contrast(survey.mean("api00", by="awards"), gap=parts)


def find_gaps(o: Any) -> Any:
    e, h, m = (label("api00", stype=stype) for stype in "EHM")
    sums = {"E-H": {e: 1.0, h: -1.0}, "E-M": {e: 1.0, m: -1.0}, "linear": {e: 0.5, h: -1.0, m: 0.5}}
    return o.contrast(o.clus1().mean("api00", by="stype"), **sums)


def find_share_gaps(o: Any) -> Any:
    sums = {
        f"{answer}: Yes-No": {
            label("stype", answer=answer, awards="Yes"): 1.0,
            label("stype", answer=answer, awards="No"): -1.0,
        }
        for answer in "EM"
    }
    return o.contrast(o.clus1().share("stype", by="awards"), **sums)


def combine_items(o: Any) -> Any:
    sums = {"gain": {"item=api00": 1.0, "item=api99": -1.0}, "average": {"item=api00": 0.5, "item=api99": 0.5}}
    return o.contrast(o.strat().mean(["api00", "api99", "enroll"]), **sums)


def find_race_gap(o: Any) -> Any:
    parts = {label("race", answer="2"): 1.0, label("race", answer="1"): -1.0}
    return o.contrast(o.nhanes().share("race"), **{"2-1": parts})


def find_met(o: Any, by: str | tuple[()] = ()) -> Any:
    """ "yes" where the share says True."""
    estimates = o.clus1().with_any("met", MET).share("met", by=by)
    answers = estimates.table.column("answer").to_pylist()
    table = o.add(estimates.table, answer=["yes" if answer in (True, "True", "true") else "no" for answer in answers])
    return type("Named", (), {"table": table})


CASES = {
    "srs by": lambda o: o.srs().mean("api00", by="stype"),
    "strat by strata": lambda o: o.strat().mean("api00", by="stype"),
    "strat by awards": lambda o: o.strat().mean(["api00", "enroll"], by="awards"),
    "clus1 by": lambda o: o.clus1().mean("api00", by="stype"),
    "clus1 total by": lambda o: o.clus1().total("enroll", by="stype"),
    "clus1 ratio by": lambda o: o.clus1().ratio("api.stu", "enroll", by="stype"),
    "clus1 crossed": lambda o: o.clus1().mean("api00", by=["stype", "awards"]),
    "clus1 share by": lambda o: o.clus1().share("stype", by="awards"),
    "clus1 share crossed": lambda o: o.clus1().share("stype", by=["awards", "sch.wide"]),
    "clus1 count by": lambda o: o.clus1().count("stype", by="awards"),
    "clus2 by": lambda o: o.clus2().mean("api00", by="stype"),
    "clus2 total by": lambda o: o.clus2().total("api00", by="awards"),
    "clus2 crossed": lambda o: o.clus2().mean("api00", by=["stype", "sch.wide"]),
    "nhanes share by": lambda o: o.nhanes().share("race", by="agecat"),
    "clus1 each": lambda o: o.clus1().mean("api00", each=["stype", "awards"]),
    "clus2 subset": lambda o: o.clus2().where("sch.wide", "Yes").mean(["api00", "api99"]),
    "clus2 subset share": lambda o: o.clus2().where("sch.wide", "Yes").share("stype"),
    "clus2 subset by": lambda o: o.clus2().where("sch.wide", "Yes").mean("api00", by="stype"),
    "strat subset": lambda o: o.strat().where("stype", "E", "M").total("enroll"),
    "strat subset ratio": lambda o: o.strat().where("stype", "E", "M").ratio("api.stu", "enroll"),
    "strat subset by": lambda o: o.strat().where("stype", "E", "M").mean("api00", by=["stype", "awards"]),
    "nhanes subset": lambda o: o.nhanes().where("RIAGENDR", 2).where("race", 3).share("HI_CHOL"),
    "fpc subset": lambda o: subset_fpc(o).mean("x"),
    "clus2 unanswered": lambda o: o.clus2().mean("acs.k3"),
    "clus2 unanswered by": lambda o: o.clus2().mean("acs.k3", by="awards"),
    "strat unanswered": lambda o: o.strat().mean("acs.core"),
    "strat unanswered total": lambda o: o.strat().total("acs.core"),
    "strat unanswered ratio": lambda o: o.strat().ratio("acs.core", "enroll"),
    "nhanes unanswered by": lambda o: o.nhanes().share("HI_CHOL", by=["agecat", "RIAGENDR"]),
    "nhanes group": lambda o: o.nhanes().share("race", answers=GROUP),
    "nhanes group by": lambda o: o.nhanes().share("race", by="RIAGENDR", answers=GROUP),
    "nhanes left out": lambda o: o.nhanes().share("race", leave_out=[4]),
    "nhanes left out by": lambda o: o.nhanes().share("race", by="RIAGENDR", leave_out=[4]),
    "clus1 any of": find_met,
    "clus1 any of by": lambda o: find_met(o, by="stype"),
    "clus1 gaps": find_gaps,
    "clus1 share gaps": find_share_gaps,
    "clus2 by awards": lambda o: o.clus2().mean("api00", by="awards"),
    "clus2 gap": lambda o: gap_api00(o, o.clus2()),
    "strat gap": lambda o: gap_api00(o, o.strat()),
    "strat mean": lambda o: o.strat().mean(["api00", "api99", "enroll"]),
    "strat items": combine_items,
    "nhanes share": lambda o: o.nhanes().share("race"),
    "nhanes gap": find_race_gap,
}


def subset_fpc(o: Any) -> Any:
    data = o.read("fpc")
    above = o.add(data, above=[x > 4 for x in data.column("x").to_pylist()])
    return o.make(above, strata="stratid", clusters="psuid", population="Nh").where("above", True)


def test_agrees_with_r(expected: Any, found: float) -> None:
    assert found == expected.allowed
