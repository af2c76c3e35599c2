"""Two questions at once: are they independent of each other?"""

from dataclasses import dataclass

import numpy as np

from praksis.errors import PraksisError
from praksis.estimate.array import Bools
from praksis.estimate.column import Coded
from praksis.estimate.independence import Independence, correct_chi_square
from praksis.estimate.linear import Block, Linear
from praksis.estimate.sampled import Sampled


class UnknownStatistic(PraksisError):
    """A test that is not offered."""


@dataclass(frozen=True)
class IndependenceTest:
    """Rao and Scott's test that two questions are independent."""

    row: str
    column: str
    statistic: float
    """F, or Pearson's chi-square before correction."""
    df: float
    denominator_df: float
    """Infinite for chi-square."""
    p: float
    n: int
    """Rows with both answers."""
    details: Independence

    def __str__(self) -> str:
        degrees = f"{self.df:.4g}" + (f" and {self.denominator_df:.4g}" if np.isfinite(self.denominator_df) else "")
        kind = "F" if np.isfinite(self.denominator_df) else "chi-square"
        return (
            f"{self.row} by {self.column}: {kind} = {self.statistic:.4g} on {degrees} degrees of freedom, "
            f"p = {self.p:.4g} (Rao-Scott; n = {self.n})"
        )


def _is_asked(survey: Sampled, coded: Coded) -> Bools:
    """[n] has an answer, and one that counts in a base."""
    outside = [place for place, category in enumerate(coded.categories) if category in survey.leave_out]
    return (coded.codes >= 0) & ~np.isin(coded.codes, outside)


def compare_questions(survey: Sampled, row: str, column: str, statistic: str) -> IndependenceTest:
    """See `Survey.test_independence`."""
    if statistic not in ("F", "Chisq"):
        raise UnknownStatistic(f'test_independence: statistic="{statistic}" is not "F" or "Chisq".')
    if survey.lacks_answers((row, column)):
        survey = survey.answering(row, column)
    rows, columns = survey.code(row), survey.code(column)
    both = survey.within & _is_asked(survey, rows) & _is_asked(survey, columns)
    shape = len(rows.categories), len(columns.categories)
    cell = np.where(both, rows.codes * shape[1] + columns.codes, -1)
    block = Block(
        (cell[:, None] == np.arange(shape[0] * shape[1])).astype(float), both[:, None].astype(float), both[:, None]
    )
    linear = Linear(survey.plan, (block,), survey.replicates)
    n = int((both & (survey.plan.weight > 0)).sum())
    df = survey.find_degrees(survey.within)
    found = correct_chi_square(linear.values.reshape(shape), linear.find_covariance(), n, df)
    if statistic == "F":
        return IndependenceTest(row, column, found.f, *found.f_freedom, found.f_p, n, found)
    return IndependenceTest(row, column, found.pearson, found.freedom, np.inf, found.chisq_p, n, found)
