"""Domains

A domain is a part of the population that the answers or the frame tell apart: a sector, a size, those on a step of the
staircase. An estimate for a domain is the same estimate with `w y` and `w x` set to 0 outside it. The rows outside stay
part of the sample, as how many of the sample fell into the domain is chance too: see the
[variance of domains](02-variance.md).

Source: Cochran (1977), sections 2.12 and 2.13; Särndal, Swensson & Wretman (1992), section 5.8; Lumley (2010), section
2.5 (R: `subset`, `svyby`).
"""

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_by_each_and_where(spec: Spec) -> None:
    """Three ways to ask

    `by` crosses its columns, `each` gives the whole and then the categories of one column at a time, `where` keeps to
    a domain from then on. A row whose category is missing is in the whole, and in no domain.
    """
    data = spec.read("""
        | organisation | sector       | size  | answer |
        |--------------|--------------|-------|--------|
        | a            | state        | small | yes    |
        | b            | state        | large | no     |
        | c            | municipality | small | yes    |
        | d            | municipality | small | no     |
        | e            | municipality | large | yes    |
        | f            |              | large | no     |
    """)
    survey = Survey(data, Design())
    crossed = survey.share("answer", by=["sector", "size"])
    each = survey.share("answer", each=["sector", "size"])
    chosen = survey.where("sector", "municipality").share("answer")
    small = spec.pick(crossed, answer="yes", sector="municipality", size="small")
    whole, state = (spec.pick(each, answer="yes", sector=sector, size=None) for sector in (None, "state"))
    within = spec.pick(chosen, answer="yes")
    # By hand
    spec.check("by: small municipalities", small["estimate"], 1 / 2)
    spec.check("each: all", whole["estimate"], 3 / 6)
    spec.check("each: state", state["estimate"], 1 / 2)
    spec.check("where: municipalities", within["estimate"], 2 / 3)


def test_a_number_for_a_domain(spec: Spec) -> None:
    """Means and totals of domains

    A mean divides by the weights in the domain. A total does not divide, and the totals of domains that share the
    population add up to that of the population.
    """
    data = spec.read("""
        | organisation | sector       | weight | employees |
        |--------------|--------------|--------|-----------|
        | a            | state        | 2      | 100       |
        | b            | state        | 2      | 300       |
        | c            | municipality | 5      | 50        |
        | d            | municipality | 5      | 70        |
    """)
    survey = Survey(data, Design(weights="weight"))
    means, totals = survey.mean("employees", by="sector"), survey.total("employees", each="sector")
    mean = spec.pick(means, sector="state")
    whole, state, municipality = (spec.pick(totals, sector=sector) for sector in (None, "state", "municipality"))
    # By hand
    spec.check("mean, state", mean["estimate"], (2 * 100 + 2 * 300) / (2 + 2))
    spec.check("total, state", state["estimate"], 2 * 100 + 2 * 300)
    spec.check("total, municipality", municipality["estimate"], 5 * 50 + 5 * 70)
    spec.check("total, all", whole["estimate"], 800 + 600)
