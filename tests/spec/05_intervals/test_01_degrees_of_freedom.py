"""Degrees of freedom

The standard error is itself estimated, from as many independent differences as there are first-stage units less strata.
The quantile *t* of Student's t on that number takes the place of 1.96. Counted in the domain: units with a row in it
that answered, less strata with such a unit; where nothing is left, 1.

Source: Korn & Graubard (1998), pages 193-201; Lumley (2010), section 2.2; R: `degf(subset(design))`.
"""

from scipy.stats import t

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_rows(spec: Spec) -> None:
    """Rows

    5 rows answered, in 2 strata: 3 degrees of freedom. The limits of a mean are `mean -+ t SE`.

    Source: R: `confint(svymean(...), df = degf(design))`.
    """
    data = spec.read("""
        | organisation | sector       | employees |
        |--------------|--------------|-----------|
        | a            | state        | 100       |
        | b            | state        | 140       |
        | c            | municipality | 20        |
        | d            | municipality | 30        |
        | e            | municipality | 40        |
        | f            | municipality |           |
    """)
    means = Survey(data, Design(strata="sector")).mean("employees")
    employees = spec.pick(means, item="employees")
    # By hand
    mean, se = 330 / 5, employees["se"]
    quantile = float(t.ppf(0.975, 5 - 2))
    spec.check("degrees of freedom", employees["df"], 5 - 2)
    spec.check("lower limit", employees["lower"], mean - quantile * se)
    spec.check("upper limit", employees["upper"], mean + quantile * se)


def test_clusters(spec: Spec) -> None:
    """Clusters

    6 offices of 3 organisations are 3 units: in one stratum 2 degrees of freedom.
    """
    data = spec.read("""
        | organisation | office | answer |
        |--------------|--------|--------|
        | A            | 1      | yes    |
        | A            | 2      | no     |
        | B            | 3      | yes    |
        | C            | 4      | no     |
        | C            | 5      | no     |
        | C            | 6      | yes    |
    """)
    shares = Survey(data, Design(clusters="organisation")).share("answer")
    yes = spec.pick(shares, answer="yes")
    # By hand
    spec.check("degrees of freedom", yes["df"], 3 - 1)
