"""How a sample was drawn and how its answers count: the design an analyst declares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from praksis.define.design import Inference
from praksis.errors import PraksisError


class Lonely(StrEnum):
    """What a stratum with one unit adds to the variance, which cannot be seen in one unit (R: `survey.lonely.psu`)."""

    FAIL = "fail"
    """Nothing is estimated; the error names the strata."""
    ADJUST = "adjust"
    """Its distance to the mean of all units, which is rather too much than too little."""
    CERTAINTY = "certainty"
    """Nothing, as if it had been sure to be in the sample."""
    AVERAGE = "average"
    """What the other strata add on average."""


class Unanswered(StrEnum):
    """What becomes of those who did not answer an item."""

    DOMAIN = "domain"
    SAMPLE = "sample"


class FaultyDesign(PraksisError):
    """The design and the data do not fit."""


@dataclass(frozen=True)
class Design:
    """Strata, clusters, population sizes and weights, as columns of the data.

    Args:
        strata: the column, or the columns whose crossing makes the strata.
        clusters: the column of the units drawn first, then of those drawn within them; without, rows are drawn.
            Clusters are nested: the same name in two strata is two clusters.
        population: per stage the column with how many units there are in the row's stratum (then: in its cluster);
            numbers of at most 1 are sampling fractions. Without, the population counts as infinite.
        weights: the column of weights. Without, N/n over the stages, or 1 where no population is given.
            "none": every row counts once whatever its stratum, while the strata still decide the variance.
        lonely: what strata with one unit add to the variance.
        inference: "organisations": these units, with finite population correction; "process": what made them, without.
        unanswered: what becomes of rows that did not answer an item. "domain": they are outside the domain (R:
            `na.rm=TRUE`), so that the item's answers still count as a sample of what all rows are a sample of;
            "sample": as if they had not answered at all, so that the item has smaller sampling fractions, which is
            what Praksis publishes. Without finite population correction the two hardly differ.
        key: the column(s) that name an organisation from wave to wave.
        confidence: coverage of the intervals.
    """

    strata: str | Sequence[str] = ()
    clusters: str | Sequence[str] = ()
    population: str | Sequence[str] = ()
    weights: str | None = None
    lonely: str = Lonely.FAIL
    inference: str = Inference.ORGANISATIONS
    unanswered: str = Unanswered.DOMAIN
    key: str | Sequence[str] = ()
    confidence: float = field(default=0.95, kw_only=True)

    def __post_init__(self) -> None:
        for name in ("strata", "clusters", "population", "key"):
            given = getattr(self, name)
            names = (given,) if isinstance(given, str) or not isinstance(given, Iterable | None) else tuple(given or ())
            if not all(isinstance(one, str) for one in names):
                raise FaultyDesign(f"design: {name}={given!r} must be the name of a column, or several.")
            object.__setattr__(self, name, names)
        for name, kind in (("lonely", Lonely), ("inference", Inference), ("unanswered", Unanswered)):
            try:
                object.__setattr__(self, name, kind(getattr(self, name)))
            except ValueError:
                choices = ", ".join(f'"{one}"' for one in kind)
                raise FaultyDesign(f'design: {name}="{getattr(self, name)}" is not one of {choices}.') from None
        if not isinstance(self.confidence, int | float) or not 0 < self.confidence < 1:
            raise FaultyDesign(f"design: confidence={self.confidence} must lie between 0 and 1, such as 0.95.")
        if self.clusters and self.unanswered == Unanswered.SAMPLE:
            raise FaultyDesign('design: unanswered="sample" is for samples of rows, not of clusters.')
        if len(self.population) > max(len(self.clusters), 1):
            raise FaultyDesign(
                f"design: population has {len(self.population)} columns for {max(len(self.clusters), 1)} stage(s); "
                "give one column per stage."
            )

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the data that the design reads."""
        weights = () if self.weights in (None, "none") else (str(self.weights),)
        return tuple(dict.fromkeys((*self.strata, *self.clusters, *self.population, *weights, *self.key)))

    @property
    def corrected(self) -> bool:
        """Is the population finite, so that the sampling fraction takes away variance?"""
        return self.inference == Inference.ORGANISATIONS
