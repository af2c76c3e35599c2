"""A sample and its design: what an analyst asks for estimates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa

from praksis.estimate.array import Floats
from praksis.estimate.calibration import Bounds, Method
from praksis.estimate.column import UnknownColumn, Value
from praksis.estimate.crosstab import IndependenceTest, compare_questions
from praksis.estimate.design import Design, FaultyDesign
from praksis.estimate.engine import EngineName
from praksis.estimate.estimates import Estimates, join_estimates
from praksis.estimate.export_r import export_r
from praksis.estimate.large import LargeSurvey, open_survey
from praksis.estimate.number_table import tabulate_columns, tabulate_ratio
from praksis.estimate.quantile_table import tabulate_quantiles
from praksis.estimate.replicates import make_bootstrap, make_jackknife, take_replicates
from praksis.estimate.sampled import Sampled
from praksis.estimate.scale import UnknownAnswer, list_values
from praksis.estimate.sensitivity import ResponseAssessment, assess_response
from praksis.estimate.share_change import NothingToCompare, change_shares, trace_transitions
from praksis.estimate.share_table import Asked, tabulate_shares
from praksis.estimate.weighting import Totals, calibrate, poststratify, rake, weigh_responses

Names = str | Sequence[str]


def list_names(names: Names) -> tuple[str, ...]:
    """One name or several, as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names or ())


def list_items(names: Names) -> tuple[str, ...]:
    """The same, but not none."""
    if not (listed := list_names(names)):
        raise UnknownColumn("name at least one column to estimate.")
    return listed


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Survey(Sampled):
    """Rows of answers and how they were drawn.

    Args of `Survey(data, design, frame=None, leave_out=())`:
        data: a table with one row per response (Arrow, pandas, Polars or a dict of columns); null is an answer that is
            missing. design: the `Design`.
        frame: one row per unit of the population with the strata and the key, instead of population sizes; needed for
            changes in a finite population. leave_out: categories that are in no base, such as "not asked".
    """

    @staticmethod
    def open(path: str | Path, design: Design, engine: EngineName = "numpy") -> LargeSurvey:
        """Parquet files too large for memory: only sums are read, by "numpy", "duckdb" or "spark"."""
        return open_survey(path, design, engine)

    def __len__(self) -> int:
        return int(self.within.sum())

    def __repr__(self) -> str:
        stage = self.plan.first
        drawn = f"{len(stage.group)} clusters, " if self.design.clusters else ""
        kind = f", {self.replicates.count} replicates" if self.replicates is not None else ""
        return (
            f"Survey of {len(self.data)} rows, {drawn}{len(stage.fraction)} strata{kind}; {self.describe_inference()}"
        )

    # -- rows and columns ------------------------------------------------------------------------------------------

    def with_any(self, name: str, items: Mapping[str, Value | Sequence[Value]]) -> Self:
        """A new column: True where any item has (one of) its answers, missing where none has and one is missing."""
        if name in self.data.column_names:
            raise UnknownColumn(f'with_any: the data have a column "{name}" already; call the new one something else.')
        chosen, missing = np.zeros(len(self.data), dtype=bool), np.zeros(len(self.data), dtype=bool)
        for item, values in items.items():
            coded = self.code(item)
            places = [coded.find(value) for value in list_values(values)]
            if not places or -1 in places:
                raise UnknownAnswer(
                    f'with_any: "{item}" has not all of {values!r}; it has {", ".join(map(repr, coded.categories))}.'
                )
            chosen |= np.isin(coded.codes, places)
            missing |= (coded.codes < 0) | np.isin(coded.codes, [coded.find(value) for value in self.leave_out])
        return self.derive(data=self.data.append_column(name, pa.array(chosen, mask=missing & ~chosen)))

    # -- estimates -------------------------------------------------------------------------------------------------

    def share(
        self,
        items: Names,
        by: Names = (),
        each: Names = (),
        *,
        answers: Mapping[str, Sequence[Value]] | None = None,
        leave_out: Sequence[Value] = (),
        interval: str = "wilson",
    ) -> Estimates:
        """The share of every answer to each item, 0 to 1.

        Args:
            by: columns whose crossings are the domains.
            each: columns whose categories, one column at a time, are domains beside the whole.
            answers: further answers, name -> the categories that make it ("top two").
            leave_out: categories that do not count in the base.
            interval: "wilson", "logit", "beta" (Korn-Graubard) or "wald".

        A missing answer is item non-response: outside the base, and counted in `nonresponse`.
        """
        names = list_items(items)
        return tabulate_shares(self, names, self._ask((self,), names, by, each, answers, leave_out, interval))

    def mean(self, columns: Names, by: Names = (), each: Names = ()) -> Estimates:
        """Means of numeric columns, over those who have a number."""
        return tabulate_columns(self, "mean", list_items(columns), list_names(by), list_names(each))

    def total(self, columns: Names, by: Names = (), each: Names = ()) -> Estimates:
        """Weighted sums of numeric columns. Missing numbers add nothing: see `nonresponse`."""
        return tabulate_columns(self, "total", list_items(columns), list_names(by), list_names(each))

    def count(self, items: Names, by: Names = (), each: Names = ()) -> Estimates:
        """How many in the population give each answer."""
        return tabulate_columns(self, "count", list_items(items), list_names(by), list_names(each))

    def ratio(self, numerator: str, denominator: str, by: Names = (), each: Names = ()) -> Estimates:
        """The ratio of two totals, over rows that have both numbers."""
        return tabulate_ratio(self, numerator, denominator, list_names(by), list_names(each))

    def quantile(self, column: str, probabilities: Sequence[float], by: Names = (), each: Names = ()) -> Estimates:
        """Quantiles of a numeric column, over those who have a number; the median is `quantile(column, [0.5])`."""
        wanted = [probabilities] if isinstance(probabilities, int | float) else list(probabilities)
        return tabulate_quantiles(self, column, wanted, list_names(by), list_names(each))

    def test_independence(self, row: str, column: str, statistic: str = "F") -> IndependenceTest:
        """Are two questions independent? Rao and Scott's second-order ("F") or first-order ("Chisq") correction."""
        return compare_questions(self, row, column, statistic)

    def change(
        self,
        items: Names,
        since: "Survey",
        by: Names = (),
        each: Names = (),
        *,
        answers: Mapping[str, Sequence[Value]] | None = None,
        leave_out: Sequence[Value] = (),
        interval: str = "wilson",
    ) -> Estimates:
        """Shares in this wave less those in an earlier one, for what both have; arguments as for `share`.

        Who answered both times is found by the design's key, and births, deaths and movers by the frames: see
        `overlap.match_units`. Means and differences of changes: `contrast` on the result.
        """
        if not isinstance(since, Survey):
            raise NothingToCompare(f"change: since is a {type(since).__name__}; give the Survey of the earlier wave.")
        names = list_items(items)
        asked = self._ask((self, since), names, by, each, answers, leave_out, interval)
        if self.lacks_answers(names) or since.lacks_answers(names):
            waves = [(self.answering(name), since.answering(name), (name,)) for name in names]
            return join_estimates([change_shares(*wave, asked) for wave in waves])
        return change_shares(self, since, names, asked)

    def transitions(self, item: str, since: "Survey", each: Names = ()) -> Estimates:
        """Where those who gave each answer in the earlier wave are now, as shares of them (`before` -> answer)."""
        if not isinstance(since, Survey):
            raise NothingToCompare(
                f"transitions: since is a {type(since).__name__}; give the Survey of the earlier wave."
            )
        return trace_transitions(self, since, item, list_names(each))

    # -- weights ---------------------------------------------------------------------------------------------------

    def poststratify(self, by: Names, totals: Totals | None = None) -> Self:
        """Weights that sum to the population's size in each crossing of `by`; without totals, counted in the frame."""
        return poststratify(self, list_names(by), totals)

    def rake(self, margins: Mapping[str, Totals]) -> Self:
        """Weights that meet the totals of each column's categories: `rake({"sector": {...}, "size": {...}})`."""
        return rake(self, margins)

    def calibrate(self, totals: Mapping[str, float], method: Method = "linear", bounds: Bounds | None = None) -> Self:
        """Weights that meet totals of "column", "column=category" or "all"; "linear" is GREG."""
        return calibrate(self, totals, method, bounds)

    def weigh_responses(self, by: Names, responded: str | None = None) -> Self:
        """Response groups: within each crossing of `by`, those who answered stand for those who did not."""
        return weigh_responses(self, list_names(by), responded)

    def replicate(self, kind: str, count: int = 200, rng: np.random.Generator | None = None) -> Self:
        """Replicate weights made from the design: "jackknife", or "bootstrap" with `count` drawn by `rng`."""
        if self.plan.calibrations:
            raise FaultyDesign("replicate: make the replicates first, then calibrate: each is calibrated on its own.")
        if kind == "jackknife":
            return self.derive(replicates=make_jackknife(self.plan.first, self.plan.lonely))
        if kind == "bootstrap" and isinstance(rng, np.random.Generator):
            return self.derive(replicates=make_bootstrap(self.plan.stages, count, rng, self.plan.lonely))
        raise FaultyDesign('replicate: "jackknife", or "bootstrap" with rng=numpy.random.default_rng(seed).')

    def with_replicates(
        self,
        matrix: Floats,
        scale: float = 1.0,
        rscales: Floats | None = None,
        combined: bool = True,
        mse: bool = False,
    ) -> Self:
        """Replicate weights [n, R] that came with the data (R: `svrepdesign`)."""
        if self.plan.calibrations:
            raise FaultyDesign("with_replicates: give the replicates first, then calibrate: each is calibrated alone.")
        return self.derive(replicates=take_replicates(matrix, len(self.data), scale, rscales, combined, mse))

    # -- beside the estimates --------------------------------------------------------------------------------------

    def assess_response(self, by: Names) -> ResponseAssessment:
        """Respondents beside those who did not respond, by variables of the frame, and the R-indicator."""
        return assess_response(self, list_names(by))

    def unweighted(self) -> Self:
        """Every row counts once, the strata still decide the variance: to hold beside the weighted estimates.

        Of a survey with replicates it has none: those are of the weights.
        """
        return type(self)(self.data, replace(self.design, weights="none"), self.frame, self.leave_out).derive(
            within=self.within
        )

    def export_r(self, folder: str | Path, name: str = "survey") -> tuple[Path, Path]:
        """`name`.parquet and `name`.R, which makes the same design in R's `survey`."""
        return export_r(self, Path(folder), name)

    def _ask(
        self,
        waves: Sequence[Sampled],
        items: Sequence[str],
        by: Names,
        each: Names,
        answers: Mapping[str, Sequence[Value]] | None,
        leave_out: Sequence[Value],
        interval: str,
    ) -> Asked:
        left = list_values(leave_out)
        for value in left:
            if all(wave.code(item).find(value) < 0 for wave in waves for item in items):
                raise UnknownAnswer(f"leave_out: {value!r} is no answer of {', '.join(items)}.")
        return Asked(list_names(by), list_names(each), answers or {}, (*self.leave_out, *left), interval)
