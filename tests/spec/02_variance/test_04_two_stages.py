"""Two stages

Where units are drawn within drawn units, each stage adds its part. With n of N first-stage units, m_i of M_i within
unit i, and t_i the estimated total of unit i,

    v(total) = N^2 (1 - n/N) s_t^2 / n  +  N/n sum_i M_i^2 (1 - m_i/M_i) s_i^2 / m_i

In weighted values z this is `sum over stages F (1 - f) m/(m - 1) sum (z - mean)^2`, F the product of the sampling
fractions of the stages before. There may be more than two.

Source: Särndal, Swensson & Wretman (1992), result 4.3.1; Cochran (1977), section 10.4 and chapter 11.
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_total(spec: Spec) -> None:
    """A total

    2 of 5 municipalities; in A 2 of 4 schools, in B 3 of 6.
    """
    data = spec.read("""
        | municipality | municipalities | school | schools | pupils |
        |--------------|----------------|--------|---------|--------|
        | A            | 5              | 1      | 4       | 100    |
        | A            | 5              | 2      | 4       | 140    |
        | B            | 5              | 3      | 6       | 50     |
        | B            | 5              | 4      | 6       | 80     |
        | B            | 5              | 5      | 6       | 110    |
    """)
    design = Design(clusters=["municipality", "school"], population=["municipalities", "schools"])
    totals = Survey(data, design).total("pupils")
    pupils = spec.pick(totals, item="pupils")
    # By hand: municipality A has an estimated 4 * 120 = 480 pupils, B has 6 * 80 = 480
    total = 5 / 2 * (480 + 480)
    first = 5**2 * (1 - 2 / 5) * 0 / 2
    in_a = 4**2 * (1 - 2 / 4) * ((100 - 120) ** 2 + (140 - 120) ** 2) / 1 / 2
    in_b = 6**2 * (1 - 3 / 6) * ((50 - 80) ** 2 + 0 + (110 - 80) ** 2) / 2 / 3
    variance = first + 5 / 2 * (in_a + in_b)
    spec.check("total", pupils["estimate"], total)
    spec.check("standard error", pupils["se"], sqrt(variance))


def test_mean(spec: Spec) -> None:
    """A mean of equal units

    With n units of the first stage and m rows in each, of equal size in the population,

        v(mean) = (1 - f1)/n s1^2 + f1 (1 - f2)/(m n) s2^2

    `s1^2` is the variance between the units' means, `s2^2` the mean of the variances within them.

    Source: Cochran (1977), section 10.4.
    """
    data = spec.read("""
        | municipality | municipalities | school | schools | satisfied |
        |--------------|----------------|--------|---------|-----------|
        | A            | 6              | 1      | 4       | 3         |
        | A            | 6              | 2      | 4       | 5         |
        | B            | 6              | 3      | 4       | 8         |
        | B            | 6              | 4      | 4       | 6         |
        | C            | 6              | 5      | 4       | 2         |
        | C            | 6              | 6      | 4       | 6         |
    """)
    design = Design(clusters=["municipality", "school"], population=["municipalities", "schools"])
    means = Survey(data, design).mean("satisfied")
    satisfied = spec.pick(means, item="satisfied")
    # By hand: the municipalities' means are 4, 7 and 4, the mean of all is 5
    f1, f2, n, m = 3 / 6, 2 / 4, 3, 2
    s1 = ((4 - 5) ** 2 + (7 - 5) ** 2 + (4 - 5) ** 2) / (n - 1)
    s2 = (((3 - 4) ** 2 + (5 - 4) ** 2) + ((8 - 7) ** 2 + (6 - 7) ** 2) + ((2 - 4) ** 2 + (6 - 4) ** 2)) / n / (m - 1)
    variance = (1 - f1) / n * s1 + f1 * (1 - f2) / (m * n) * s2
    spec.check("mean", satisfied["estimate"], 5)
    spec.check("standard error", satisfied["se"], sqrt(variance))


def test_without_population_sizes(spec: Spec) -> None:
    """Without population sizes

    Where the first stage counts as drawn from infinitely many, how its units differ holds the variance of all stages:
    nothing is added for the later ones. That is also the usual approximation where fractions are small.

    Source: Särndal, Swensson & Wretman (1992), result 4.5.1.
    """
    data = spec.read("""
        | municipality | school | satisfied |
        |--------------|--------|-----------|
        | A            | 1      | 3         |
        | A            | 2      | 5         |
        | B            | 3      | 8         |
        | B            | 4      | 6         |
        | C            | 5      | 2         |
        | C            | 6      | 6         |
    """)
    means = Survey(data, Design(clusters=["municipality", "school"])).mean("satisfied")
    satisfied = spec.pick(means, item="satisfied")
    # By hand
    variance = ((4 - 5) ** 2 + (7 - 5) ** 2 + (4 - 5) ** 2) / 2 / 3
    spec.check("standard error", satisfied["se"], sqrt(variance))


def test_population_sizes_of_the_first_stage(spec: Spec) -> None:
    """Population sizes of the first stage only

    The later stage then counts as drawn from infinitely many, and adds its part without correction: rather too much
    than too little. (R takes all of a cluster as drawn, which adds nothing.)

    Source: Särndal, Swensson & Wretman (1992), result 4.3.1 with `m_i/M_i = 0`; the choice is Praksis'
    ([decision 23](../decisions.md)).
    """
    data = spec.read("""
        | municipality | municipalities | school | weight | pupils |
        |--------------|----------------|--------|--------|--------|
        | A            | 5              | 1      | 5      | 100    |
        | A            | 5              | 2      | 5      | 140    |
        | B            | 5              | 3      | 5      | 50     |
        | B            | 5              | 4      | 5      | 80     |
        | B            | 5              | 5      | 5      | 110    |
    """)
    design = Design(clusters=["municipality", "school"], population="municipalities", weights="weight")
    totals = Survey(data, design).total("pupils")
    pupils = spec.pick(totals, item="pupils")
    # By hand: z is 5 times the pupils, 1200 in both municipalities; the fraction of the first stage is 2/5
    first = (1 - 2 / 5) * 2 / 1 * 0
    in_a = 2 / 5 * 2 / 1 * ((500 - 600) ** 2 + (700 - 600) ** 2)
    in_b = 2 / 5 * 3 / 2 * ((250 - 400) ** 2 + 0 + (550 - 400) ** 2)
    spec.check("total", pupils["estimate"], 5 * 240 + 5 * 240)
    spec.check("standard error", pupils["se"], sqrt(first + in_a + in_b))


def test_one_unit_of_the_second_stage(spec: Spec) -> None:
    """One row within a unit

    A municipality with one school in the sample says nothing about how its schools differ, and adds nothing at the
    second stage, whatever the design says of [lonely strata](#25-strata-of-one). The first stage's term holds the part
    `1 - f1` of the variance within units already; what is lacking is the part `f1` of this one's.

    Source: a choice of Praksis; R: `survey.lonely.psu="certainty"` (by default R stops).
    """
    data = spec.read("""
        | municipality | municipalities | school | schools | pupils |
        |--------------|----------------|--------|---------|--------|
        | A            | 5              | 1      | 3       | 100    |
        | B            | 5              | 2      | 2       | 60     |
        | B            | 5              | 3      | 2       | 80     |
    """)
    design = Design(clusters=["municipality", "school"], population=["municipalities", "schools"])
    totals = Survey(data, design).total("pupils")
    pupils = spec.pick(totals, item="pupils")
    # By hand: A has an estimated 300 pupils, B 140
    first = 5**2 * (1 - 2 / 5) * ((300 - 220) ** 2 + (140 - 220) ** 2) / 1 / 2
    spec.check("total", pupils["estimate"], 5 / 2 * (300 + 140))
    spec.check("standard error", pupils["se"], sqrt(first + 0))
