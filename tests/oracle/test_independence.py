"""Rao and Scott's tests of independence, and Holm's correction, against R `survey` 4.1-1.

The R session is independence.R on top of session.R; in short:

    second <- svychisq(formula, design, statistic = "F")
    first <- svychisq(formula, design, statistic = "Chisq")
    report_test("clus1", dclus1, ~sch.wide + stype),
    report_test("nhanes unanswered", dnhanes, ~HI_CHOL + race),
    invisible(report_test("clus1 jackknife", as.svrepdesign(dclus1), ~sch.wide + stype))
    write_values("holm", paste("test", seq_along(p)), "p", p.adjust(p, "holm"))

All agree to 1e-8 relative. For "Chisq" with unanswered rows R prints a statistic that counts those too; only p is
compared there.
"""

from typing import Any

import numpy as np

STYPE = {"E": 4421, "H": 755, "M": 1018}


def run_test(survey: Any, row: str, column: str) -> dict[str, dict[str, float]]:
    second = survey.test_independence(row, column, statistic="F")
    first = survey.test_independence(row, column, statistic="Chisq")
    return {
        "F": {
            "statistic": second.statistic, "df": second.df, "denominator_df": second.denominator_df, "p": second.p,
        },
        "Chisq": {"statistic": first.statistic, "df": first.df, "p": first.p},
    }  # fmt: skip


def subset_clus1(o: Any) -> Any:
    data = o.read("apiclus1")
    data = o.add(data, large=[enroll > 300 for enroll in data.column("enroll").to_pylist()])
    return o.make(data, clusters="dnum", population="fpc", weights="pw").where("large", True)


TESTS = {
    "srs": lambda o: run_test(o.srs(), "sch.wide", "stype"),
    "strat": lambda o: run_test(o.strat(), "sch.wide", "awards"),
    "strat stype": lambda o: run_test(o.strat(), "sch.wide", "stype"),
    "clus1": lambda o: run_test(o.clus1(), "sch.wide", "stype"),
    "clus1 awards": lambda o: run_test(o.clus1(), "awards", "stype"),
    "clus2": lambda o: run_test(o.clus2(), "sch.wide", "stype"),
    "nhanes": lambda o: run_test(o.nhanes(), "race", "RIAGENDR"),
    "nhanes unanswered": lambda o: run_test(o.nhanes(), "HI_CHOL", "race"),
    "nhanes age": lambda o: run_test(o.nhanes(), "race", "agecat"),
    "clus1 subset": lambda o: run_test(subset_clus1(o), "sch.wide", "stype"),
    "nhanes subset": lambda o: run_test(o.nhanes().where("RIAGENDR", 2), "HI_CHOL", "race"),
}


def adjust(p: list[float]) -> dict[str, dict[str, float]]:
    from praksis.estimate.independence import adjust_holm

    return {f"test {number}": {"p": float(one)} for number, one in enumerate(adjust_holm(np.array(p)), start=1)}


CASES = TESTS | {
    "clus1 poststratified": lambda o: run_test(o.clus1().poststratify("stype", STYPE), "sch.wide", "awards"),
    "clus1 jackknife": lambda o: run_test(o.clus1().replicate("jackknife"), "sch.wide", "stype"),
    "holm": lambda o: adjust([test(o)["F"]["p"] for test in TESTS.values()]),
    "holm ties": lambda o: adjust([0.01, 0.04, 0.03, 0.005, 0.005, 0.9]),
}


def test_agrees_with_r(expected: Any, found: float) -> None:
    assert found == expected.allowed
