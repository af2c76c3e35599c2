"""R-indicators

With `rho_i` the probability to respond, as estimated from the frame, and S its standard deviation over all N,

    R = 1 - 2 S            1: everyone is as likely to respond

The most that the mean of respondents can be off, in standard deviations of the answer, is `S / (mean of rho)`. Per
variable the spread of the mean probability between its categories is the partial indicator, 0 where it plays no part.
The probabilities come from a logistic regression on the variables (`model="main"`) or from the response in every
crossing of them (`model="cells"`); with one variable both are the response rate of its categories.

Source: Schouten, Cobben & Bethlehem (2009), pages 101-113; Schouten, Shlomo & Skinner (2011) for the partial
indicators; Shlomo, Skinner & Schouten (2012) for the adjustment.
"""

from math import sqrt

from praksis import Design, Survey
from tests.spec.specification import Spec


def test_one_variable(spec: Spec) -> None:
    """One variable

    3 of 4 large organisations answered, and 1 of 4 small ones.
    """
    frame = spec.read(
        """
        | organisation | size  |
        |--------------|-------|
        | a            | large |
        | b            | large |
        | c            | large |
        | d            | large |
        | e            | small |
        | f            | small |
        | g            | small |
        | h            | small |
        """,
        title="frame",
    )
    data = spec.read(
        """
        | organisation | size  |
        |--------------|-------|
        | a            | large |
        | b            | large |
        | c            | large |
        | e            | small |
        """,
        title="data: who answered",
    )
    found = Survey(data, Design(key="organisation"), frame=frame).assess_response("size").representativity
    large = found.categories[0]
    # By hand
    rho = [3 / 4] * 4 + [1 / 4] * 4
    spread = sqrt(sum((one - 1 / 2) ** 2 for one in rho) / (8 - 1))
    # what the estimation of the rates makes by itself: the mean variance of a rate of 4 is rho (1 - rho)/4
    own = sum(one * (1 - one) / 4 for one in rho) / 8
    spec.check("response rate", found.rate, 4 / 8)
    spec.check("R", found.indicator, 1 - 2 * spread)
    spec.check("R, adjusted", found.adjusted, 1 - 2 * sqrt(spread**2 - own))
    spec.check("most that the mean can be off", found.worst_bias, spread / (1 / 2))
    spec.check("partial indicator of size", found.variables["size"], spread)
    spec.check("of large organisations", large.partial, sqrt(4 / 8) * (3 / 4 - 1 / 2))


def test_composition(spec: Spec) -> None:
    """Respondents beside the others

    How large a part of each is in a category, and the difference in standard deviations: `(p1 - p2) / sqrt((p1 (1 - p1)
    + p2 (1 - p2)) / 2)`. Above 0.1 is usually called a difference.

    Source: Austin (2009), pages 1228-1234.
    """
    frame = spec.read(
        """
        | organisation | size  |
        |--------------|-------|
        | a            | large |
        | b            | large |
        | c            | large |
        | d            | large |
        | e            | small |
        | f            | small |
        | g            | small |
        | h            | small |
        | i            | small |
        """,
        title="frame",
    )
    data = spec.read(
        """
        | organisation | size  |
        |--------------|-------|
        | a            | large |
        | b            | large |
        | c            | large |
        | e            | small |
        """,
        title="data: who answered",
    )
    assessment = Survey(data, Design(key="organisation"), frame=frame).assess_response("size")
    large = spec.pick(assessment, variable="size", category="large")
    # By hand: 3 of 4 respondents are large, and 1 of the 5 others
    spread = sqrt((3 / 4 * 1 / 4 + 1 / 5 * 4 / 5) / 2)
    spec.check("of respondents", large["respondents"], 3 / 4)
    spec.check("of the others", large["others"], 1 / 5)
    spec.check("of everyone", large["everyone"], 4 / 9)
    spec.check("difference in standard deviations", large["standardised"], (3 / 4 - 1 / 5) / spread)
