"""Quantiles and Woodruff's intervals against R `survey` 4.1-1.

The R session is quantiles.R on top of session.R; in short:

    quarters <- c(0.255, 0.5, 0.755)
    found <- svyquantile(make.formula(item), design, probabilities, na.rm = TRUE)[[1]]
    report_quantiles("strat", dstrat, "api00", quarters)
    report_quantiles("clus2", dclus2, "api00", quarters)
    report_quantiles("clus2 subset", subset(dclus2, sch.wide == "Yes"), "api00", quarters)
    report_quantiles("clus1 jackknife", as.svrepdesign(dclus1), "api00", quarters)

The quantile is the smallest answer at or below which the share p lies (qrule "math"); the limits are the quantiles of
the limits of the share that lies there (interval.type "mean"); the standard error is the width over 2 t. Left out:
probabilities that the sample reaches exactly, where R's answer hangs on rounding, and limits below the share of the
smallest answer, where R gives the second smallest. All agree to 1e-8 relative.
"""

from typing import Any

QUARTERS = [0.255, 0.5, 0.755]
STYPE = {"E": 4421, "H": 755, "M": 1018}

CASES = {
    "srs": lambda o: o.srs().quantile("api00", QUARTERS),
    "srs enroll": lambda o: o.srs().quantile("enroll", QUARTERS),
    "strat": lambda o: o.strat().quantile("api00", QUARTERS),
    "strat enroll": lambda o: o.strat().quantile("enroll", [0.1, 0.5, 0.9]),
    "clus1": lambda o: o.clus1().quantile("api00", QUARTERS),
    "clus1 ell": lambda o: o.clus1().quantile("ell", QUARTERS),
    "clus2": lambda o: o.clus2().quantile("api00", QUARTERS),
    "clus2 unanswered": lambda o: o.clus2().quantile("enroll", QUARTERS),
    "strat unanswered": lambda o: o.strat().quantile("acs.core", QUARTERS),
    "strat process": lambda o: o.strat(inference="process").quantile("api00", QUARTERS),
    "clus1 by": lambda o: o.clus1().quantile("api00", [0.5], by="stype"),
    "strat by": lambda o: o.strat().quantile("api00", QUARTERS, by="awards"),
    "clus2 subset": lambda o: o.clus2().where("sch.wide", "Yes").quantile("api00", QUARTERS),
    "clus1 poststratified": lambda o: o.clus1().poststratify("stype", STYPE).quantile("api00", QUARTERS),
    "strat jackknife": lambda o: o.strat().replicate("jackknife").quantile("api00", QUARTERS),
    "clus1 jackknife": lambda o: o.clus1().replicate("jackknife").quantile("api00", QUARTERS),
}


def test_agrees_with_r(expected: Any, found: float) -> None:
    assert found == expected.allowed
