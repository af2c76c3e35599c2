"""What those who did not answer could change.

Nobody knows what they would have said. What can be known: how uneven the response is over what the frame says of
everyone (R-indicators: Schouten, Cobben & Bethlehem 2009, Survey Methodology 35, 101-113), how respondents differ from
the others there, what the weights change, and how different the others must be for a verdict to fall.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit

from praksis.errors import PraksisError
from praksis.estimate.array import Bools, Floats, Ints, sum_by


class CannotAssess(PraksisError):
    """There is nothing to compare, or the numbers contradict each other."""


def fit_response(responded: Bools, design: Floats) -> Floats:
    """The probability [n] to respond by logistic regression on the columns of the design [n, p], constant included.

    Maximum likelihood by iteratively reweighted least squares (McCullagh & Nelder 1989, section 2.5), columns may be
    collinear. Where a column tells exactly who responded its probability ends at 0 or 1 (but for 1e-13).
    """
    cells, member = np.unique(design, axis=0, return_inverse=True)
    member = member.reshape(-1)
    size = np.bincount(member).astype(np.float64)
    share = np.bincount(member, weights=responded) / size
    found, deviance = np.clip(share, 0.05, 0.95), np.inf
    eta = np.log(found / (1 - found))
    for _ in range(100):
        slope = np.maximum(found * (1 - found), 1e-12)
        root = np.sqrt(size * slope)
        beta = np.linalg.lstsq(root[:, None] * cells, root * (eta + (share - found) / slope))[0]
        eta = np.clip(cells @ beta, -30, 30)
        found, before = expit(eta), deviance
        deviance = -2 * float(size @ (share * np.log(found) + (1 - share) * np.log1p(-found)))
        if abs(before - deviance) <= 1e-13 * (abs(deviance) + 1e-3):
            break
    return np.asarray(found[member], dtype=np.float64)


def code_frame(variables: Mapping[str, Sequence[Hashable]]) -> tuple[Floats, dict[str, tuple[Ints, list[Hashable]]]]:
    """Indicators [n, p] of the variables of the frame beside a constant, first categories left out; and their codes.

    Returns per variable the codes [n] and the categories, in the order they first occur.
    """
    coded: dict[str, tuple[Ints, list[Hashable]]] = {}
    columns: list[Floats] = []
    for name, values in variables.items():
        categories = list(dict.fromkeys(values))
        place = {category: number for number, category in enumerate(categories)}
        codes = np.array([place[value] for value in values], dtype=np.int64)
        coded[name] = codes, categories
        columns.append((codes[:, None] == np.arange(1, len(categories))).astype(np.float64))
    if not columns:
        raise CannotAssess(
            "non-response: the frame says nothing of those who did not answer. Name at least one variable."
        )
    return np.column_stack([np.ones(len(columns[0])), *columns]), coded


@dataclass(frozen=True)
class CategoryResponse:
    """The response in one category of a frame variable."""

    variable: str
    category: Hashable
    size: int
    """How many there are in the frame."""
    rate: float
    """The part of them that responded, as the model has it."""
    partial: float
    """Unconditional partial R-indicator: sqrt(N_k/N) (rate - overall rate); negative where too few answered."""


@dataclass(frozen=True)
class Representativity:
    """How even the response is over the frame; 1: everyone is as likely to respond."""

    rate: float
    """The response rate."""
    spread: float
    """Standard deviation of the probabilities to respond."""
    indicator: float
    """R = 1 - 2 spread."""
    adjusted: float
    """R with the spread that the estimation of the probabilities makes by itself taken out."""
    worst_bias: float
    """The most the mean of respondents can be off, in standard deviations of the answer: spread over rate."""
    variables: dict[str, float]
    """Unconditional partial R-indicators: the spread of the probabilities between the categories; 0 is best."""
    categories: tuple[CategoryResponse, ...]


def measure_representativity(
    responded: Bools,
    variables: Mapping[str, Sequence[Hashable]],
    model: Literal["main", "cells"] = "main",
) -> Representativity:
    """R-indicator and partial R-indicators from a frame.

    Args:
        responded: [N]. variables: name -> category of everyone in the frame [N]. model: "main": logistic regression on
            the variables; "cells": the response in every crossing of them.

    Raises:
        CannotAssess: no variables, or not of the same length.

    The adjustment is that of Shlomo, Skinner & Schouten (2012, J. Statistical Planning and Inference 142, 201-211), for
    N all asked: S^2 - 1/N sum z_i'(sum z_j x_j')^-1 z_i, z = rho (1 - rho) x. Partial indicators: Schouten, Shlomo &
    Skinner (2011, J. Official Statistics 27, 231-253).
    """
    design, coded = code_frame(variables)
    if len(responded) != len(design):
        raise CannotAssess(f"non-response: {len(responded)} responses and {len(design)} in the frame must be as many.")
    if model == "cells":
        design = _cross([codes for codes, _ in coded.values()])
    rho = fit_response(responded, design)
    total = len(rho)
    rate = float(rho.mean())
    variance = float(((rho - rate) ** 2).sum()) / max(total - 1, 1)
    own = _find_own_variance(design, rho)
    between: dict[str, float] = {}
    categories: list[CategoryResponse] = []
    for name, (codes, labels) in coded.items():
        sizes = np.bincount(codes)
        rates = np.bincount(codes, weights=rho) / sizes
        between[name] = float(np.sqrt(sizes @ (rates - rate) ** 2 / max(total - 1, 1)))
        categories += [
            CategoryResponse(name, label, int(size), float(one), float(np.sqrt(size / total) * (one - rate)))
            for label, size, one in zip(labels, sizes, rates, strict=True)
        ]
    spread = float(np.sqrt(variance))
    return Representativity(
        rate=rate,
        spread=spread,
        indicator=1 - 2 * spread,
        adjusted=1 - 2 * float(np.sqrt(max(variance - own, 0.0))),
        worst_bias=spread / rate if rate > 0 else float("nan"),
        variables=between,
        categories=tuple(categories),
    )


def _cross(codes: Sequence[Ints]) -> Floats:
    _, member = np.unique(np.column_stack(codes), axis=0, return_inverse=True)
    member = member.reshape(-1)
    return np.asarray(member[:, None] == np.arange(member.max() + 1), dtype=np.float64)


def _find_own_variance(design: Floats, rho: Floats) -> float:
    """The mean variance of the estimated probabilities: what they spread even where everyone is alike."""
    slope = rho * (1 - rho)
    information = (design * slope[:, None]).T @ design
    quadratic = np.einsum("ij,jk,ik->i", design, np.linalg.pinv(information, hermitian=True), design)
    return float((slope**2 * quadratic).mean())


@dataclass(frozen=True)
class Composition:
    """How large a part of respondents and of the others is in a category. Proportions 0 to 1."""

    variable: str
    category: Hashable
    respondents: float
    others: float
    """nan where everyone responded."""
    everyone: float
    difference: float
    """Respondents less the others."""
    standardised: float
    """The difference over the root of the mean of both variances p(1-p) (Austin 2009, Communications in Statistics 38,
    1228-1234): above 0.1 is usually called a difference."""


def compare_respondents(responded: Bools, variables: Mapping[str, Sequence[Hashable]]) -> tuple[Composition, ...]:
    """Respondents beside those who did not respond, for every category of every variable of the frame [N]."""
    rows: list[Composition] = []
    for name, (codes, labels) in code_frame(variables)[1].items():
        groups = np.where(responded, 0, 1)
        hot = (codes[:, None] == np.arange(len(labels))).astype(np.float64)
        sums = sum_by(groups, 2, hot)
        sizes = np.array([responded.sum(), (~responded).sum()], dtype=np.float64)
        for number, label in enumerate(labels):
            with np.errstate(invalid="ignore", divide="ignore"):
                one, other = (float(part) for part in sums[:, number] / sizes)
                spread = float(np.sqrt((one * (1 - one) + other * (1 - other)) / 2))
            standardised = (one - other) / spread if spread > 0 else (0.0 if one == other else float("nan"))
            everyone = float(sums[:, number].sum() / sizes.sum())
            rows.append(Composition(name, label, one, other, everyone, one - other, standardised))
    return tuple(rows)


@dataclass(frozen=True)
class Part:
    """A share that a verdict builds on.

    The verdict is on sum of coefficient * share, the share of everyone: `fraction` of whom responded.
    """

    share: float
    """Among respondents, 0 to 1."""
    fraction: float
    """How large a part of the population they are, 0 to 1."""
    coefficient: float = 1.0
    """+1 and -1: a change (later less earlier) or a gap."""
    same: bool = False
    """Those who did not respond are taken to be as the respondents."""


@dataclass(frozen=True)
class TippingPoint:
    """How far those who did not respond must be from those who did for a verdict to fall."""

    value: float
    """What the verdict is on, among respondents."""
    threshold: float
    can_flip: bool
    """Does any answer of the others flip it?"""
    distance: float
    """How far their shares must be from the respondents', against the verdict, 0 to 1; nan where nothing flips it."""
    shares: tuple[float, ...]
    """Their shares there, per part; at the extremes where nothing flips it."""
    extreme: float
    """What the verdict is on if every one of them answered against it."""

    def __str__(self) -> str:
        if not self.can_flip:
            return f"cannot flip: {self.extreme:.3f} even if all who did not respond had answered against it"
        return f"flips if those who did not respond differ by {self.distance:.3f}"


def find_tipping_point(parts: Sequence[Part], threshold: float = 0.0, margin: float = 0.0) -> TippingPoint:
    """How different the others must be, all by the same distance, to bring a value to the threshold.

    Args:
        parts: one share (is it above 0.5?), two of which one counts -1 (is there a change, a gap?).
        threshold: what the value is above or below among respondents.
        margin: what is left for chance, in the value's unit: a verdict that is "clear" holds while the value is further
            than this from the threshold (the estimate less its limit on that side).

    A part answered by everyone, or with `same`, stays as it is. Shares end at 0 and 1.

    Raises:
        CannotAssess: a share or fraction outside 0 to 1, or a value within the margin already: there is no verdict.
    """
    for part in parts:
        if not (0 <= part.share <= 1 and 0 <= part.fraction <= 1):
            raise CannotAssess(f"tipping point: share {part.share} and fraction {part.fraction} must be within 0 to 1.")
    value = sum(part.coefficient * part.share for part in parts)
    if not abs(value - threshold) > margin:
        raise CannotAssess(
            f"tipping point: {value:.4g} is within {margin:.4g} of {threshold:.4g}, so there is no verdict to flip."
        )
    sign = 1.0 if value > threshold else -1.0

    def move(distance: float) -> tuple[float, ...]:
        """The shares of the others so far away, each in the direction that is against the verdict."""
        return tuple(
            part.share
            if part.same
            else float(np.clip(part.share - sign * np.sign(part.coefficient) * distance, 0.0, 1.0))
            for part in parts
        )

    def rest(distance: float) -> float:
        """What is left of the verdict: falls straight between the distances where a share ends."""
        everyone = sum(
            part.coefficient * (part.fraction * part.share + (1 - part.fraction) * share)
            for part, share in zip(parts, move(distance), strict=True)
        )
        return sign * (everyone - threshold) - margin

    extreme = sign * (rest(1.0) + margin) + threshold
    if rest(1.0) > 0:
        return TippingPoint(value, threshold, False, float("nan"), move(1.0), extreme)
    bends = sorted({0.0, 1.0, *(part.share for part in parts), *(1 - part.share for part in parts)})
    end = next(at for at in bends if rest(at) <= 0)
    start = max(at for at in bends if at < end)
    high, low = rest(start), rest(end)
    distance = start + (end - start) * high / (high - low)
    return TippingPoint(value, threshold, True, distance, move(distance), extreme)


@dataclass(frozen=True)
class CountedBounds:
    """What a share of N can be when n have answered: nothing assumed of the others (Manski 1989, J. Human Resources 24,
    343-360)."""

    lowest: float
    """All the others said no."""
    highest: float
    """All the others said yes."""
    can_flip: bool
    """Is the threshold on the other side for some of what they may have said?"""
    needed: int | None
    """How many of the others must say yes (no, where the share is above) for the verdict to fall; None: no number."""


def bound_count(yes: int, answered: int, population: int, threshold: float) -> CountedBounds:
    """The limits of a share when the others are counted one by one, and how many flip "above" or "at most".

    Args:
        yes, answered, population: k of n of N. threshold: 0 to 1; the verdict is that the share of respondents is above
            it, or that it is not.

    Raises:
        CannotAssess: k, n and N are not in order, or nobody answered.
    """
    if not (0 <= yes <= answered <= population and answered > 0):
        raise CannotAssess(f"bounds: {yes} of {answered} of {population} cannot be counted.")
    others = population - answered
    lowest, highest = yes / population, (yes + others) / population
    most = int(np.floor(threshold * population + 1e-9))  # as many yes in all are not above the threshold
    above = yes / answered > threshold + 1e-12
    needed = yes + others - most if above else most + 1 - yes
    can_flip = needed <= others
    return CountedBounds(lowest, highest, can_flip, max(needed, 0) if can_flip else None)
