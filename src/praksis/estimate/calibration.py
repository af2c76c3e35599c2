"""Weights that reproduce known totals, and what that does to the variance.

Deville & Särndal (1992, JASA 87, 376-382): of all weights that reproduce the totals take those nearest to the ones we
had. What is near is the method's choice; g, the new weight over the old, is F(x'lambda) with

    linear    F(u) = 1 + u          (their case 1; with bounds 1 + u cut off at them: case 7)
    raking    F(u) = exp(u)         (case 2; on indicators of margins: iterative proportional fitting)
    logit     F(u) between bounds   (case 6)

Post-stratification is the linear method on the indicators of one grouping. To the first order every method has the
variance of the regression estimator: each linearised value is replaced by its residual from the weighted regression on
the auxiliaries, times g (Särndal, Swensson & Wretman 1992, result 6.6.1 and section 7.9; Lumley 2010, chapter 7).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
import scipy.linalg

from praksis.errors import PraksisError
from praksis.estimate.array import Floats, Ints, sum_by

Method = Literal["linear", "raking", "logit"]
Bounds = tuple[float, float]

_COLLINEAR = 1e-9
"""A column this small after the others are taken out of it, relative to its own size, says nothing new."""
_EXACT = 1e-13
"""Totals are reached when they miss by less than this part of what they are summed from."""
_NEAR = 1e-10
"""What rounding may leave when no step makes it better."""
_STEPS = 100
_RUNAWAY = 600.0
"""Of x'lambda: no totals are reached from here, and exp overflows soon after."""
_CHUNK = 16384
"""Rows at a time: what stays in the processor's cache is several times faster."""


class CannotCalibrate(PraksisError):
    """No weights of this kind reproduce the totals."""


class Adjustment(Protocol):
    """A step that changed the weights, and what it does to linearised values."""

    @property
    def after(self) -> Floats:
        """Weights after the step [n]."""
        ...

    def residual(self, z: Floats) -> Floats:
        """[n, J] weighted linearised values into those whose variance is that of the adjusted estimate."""
        ...


@dataclass(frozen=True)
class Calibration:
    """Calibration of n rows to p totals.

    `auxiliary` [n, p]; `before` and `after`: the weights [n]. Where calibrations follow each other, take residuals
    from the last one first.
    """

    auxiliary: Floats
    before: Floats
    after: Floats

    @cached_property
    def _factor(self) -> tuple[Floats, Ints, Floats]:
        """Square roots of the weights to regress with [n], columns that say something new, and their R."""
        root = np.where(self.after != 0, np.sqrt(np.maximum(self.before, 0)), 0.0)
        r = _find_triangle(self.auxiliary, root)
        kept = _find_kept(r)
        return root, kept, np.asarray(np.linalg.qr(r[:, kept], mode="r"), dtype=np.float64)

    def residual(self, z: Floats) -> Floats:
        """What is left of weighted linearised values once the auxiliaries have explained what they can.

        Args:
            z: [n, J] (or [n]), the weight after calibration times the influence u of each row.

        Returns:
            [n, J] after (u - X B), B from the least squares of u on the auxiliaries weighted by `before`. A row whose
            weight became 0 has no part in B: its u cannot be known from z.
        """
        root, kept, r = self._factor
        g = np.divide(self.after, root, out=np.zeros(len(root)), where=root > 0)[:, None]
        columns = z.reshape(len(z), -1)
        left = np.divide(columns, g, out=np.zeros(columns.shape), where=g != 0)
        root = root[:, None]
        # From R alone, then once more on what is left: as exact as the whole QR (Björck 1996, section 6.6.5).
        for _ in range(2):
            products = (self.auxiliary.T @ (root * left))[kept]
            found = scipy.linalg.solve_triangular(r, scipy.linalg.solve_triangular(r, products, trans="T"))
            coefficients = np.zeros((self.auxiliary.shape[1], left.shape[1]))
            coefficients[kept] = found
            left -= root * (self.auxiliary @ coefficients)
        return np.asarray((g * left).reshape(z.shape), dtype=np.float64)


@dataclass(frozen=True)
class PostStratification:
    """The same as `Calibration` on the indicators of one grouping, without building them.

    `group`: Ints [n], 0..count-1, or -1 where the row is in none of the groups and keeps its weight.
    """

    group: Ints
    count: int
    before: Floats
    after: Floats

    def residual(self, z: Floats) -> Floats:
        """[n, J] (or [n]) weighted linearised values less the group's mean of them, times the weight after."""
        columns = z.reshape(len(z), -1)
        group = np.where(self.group < 0, self.count, self.group)
        size = np.bincount(group, weights=self.after, minlength=self.count + 1)
        result = np.empty(columns.shape)
        for number, column in enumerate(columns.T):
            mean = np.bincount(group, weights=column, minlength=self.count + 1)
            mean = np.divide(mean, size, out=np.zeros(len(size)), where=size != 0)
            mean[self.count] = 0.0
            result[:, number] = column - self.after * mean[group]
        return result.reshape(z.shape)


@dataclass(frozen=True)
class ResponseGroups:
    """Within each group, those who answered stand for all of the sample: the group's size is estimated, not known.

    `group`: Ints [n], 0..count-1. `before`: the weights of the sample; `after`: of those who answered, else 0.
    """

    group: Ints
    count: int
    before: Floats
    after: Floats

    def residual(self, z: Floats) -> Floats:
        """[n, J] before x (mean of the group) + after x (value less that mean).

        The first term is what the sample of everyone leaves open, the second what the answers of some do (Särndal,
        Swensson & Wretman 1992, section 15.6). If everyone answered, nothing changes.
        """
        columns = z.reshape(len(z), -1)
        size = np.bincount(self.group, weights=self.after, minlength=self.count)
        means = sum_by(self.group, self.count, columns) / np.where(size > 0, size, 1.0)[:, None]
        of_group = means[self.group]
        found = self.before[:, None] * of_group + columns - self.after[:, None] * of_group
        return np.asarray(found.reshape(z.shape), dtype=np.float64)

    def find_second_phase(self, z: Floats, fraction: Floats) -> Floats:
        """[n, J] deviations of those who answered about their group, scaled to what response adds beyond the sample.

        The part of the second phase that the finite population correction of the first has taken away: per group
        fraction (1 - response rate) m/(m-1) sum of squares, m those who answered. `fraction` [n]: of the first phase.
        """
        answered = self.after > 0
        m = np.bincount(self.group[answered], minlength=self.count)
        asked = np.bincount(self.group, minlength=self.count)
        size = np.bincount(self.group, weights=self.after, minlength=self.count)
        means = sum_by(self.group, self.count, z) / np.where(size > 0, size, 1.0)[:, None]
        lost = (1 - m / np.maximum(asked, 1)) * np.where(m > 1, m / np.maximum(m - 1, 1), 1.0)
        scale = np.sqrt(fraction * lost[self.group])
        return np.asarray(scale[:, None] * (z - self.after[:, None] * means[self.group]), dtype=np.float64)


def poststratify_weights(weight: Floats, group: Ints, totals: Floats, names: Sequence[str] = ()) -> Floats:
    """Weights [n] whose sum in each group is its total (Särndal, Swensson & Wretman 1992, section 7.6).

    Args:
        weight: [n] weights before. group: [n] 0..G-1, or -1 in no group. totals: [G]. names: of the groups.

    Raises:
        CannotCalibrate: a group has a total but nobody (with weight) in the sample: merge it with another.
    """
    sums = np.bincount(group[group >= 0], weights=weight[group >= 0], minlength=len(totals))
    empty = np.flatnonzero((sums == 0) & (totals != 0))
    if len(empty):
        listed = ", ".join(f"{_name(names, int(at))} ({totals[at]:.10g})" for at in empty[:5])
        raise CannotCalibrate(
            f"post-stratification: nobody in the sample is in {listed}, which has a total. "
            "Merge the group with another."
        )
    factor = np.divide(totals, sums, out=np.zeros(len(totals)), where=sums != 0)
    return np.asarray(np.where(group >= 0, weight * factor[np.maximum(group, 0)], weight), dtype=np.float64)


def calibrate_weights(
    weight: Floats,
    auxiliary: Floats,
    totals: Floats,
    method: Method = "linear",
    bounds: Bounds | None = None,
    names: Sequence[str] = (),
) -> Floats:
    """Weights nearest to those given that reproduce the totals, to the precision of the numbers.

    Args:
        weight: [n] weights before, not negative; a row of weight 0 keeps it.
        auxiliary: [n, p], known for every row. totals: [p], the sums over the population.
        method: "linear", "raking" or "logit". bounds: lowest and highest g = after / before (lower < 1 < upper);
            "logit" needs them, with "linear" g is cut off at them, "raking" takes none.
        names: of the p auxiliaries, for the message when it fails.

    Returns:
        [n] weights after. Columns that follow from the others are left out where their totals do too.

    Raises:
        CannotCalibrate: the totals contradict each other, or no g within the bounds reaches them; says which and by how
            much.

    R: `survey::calibrate` (calfun "linear", "raking", "logit"), `rake`, `postStratify`.
    """
    return calibrate_replicates(weight[:, None], auxiliary, totals, method, bounds, names)[:, 0]


def calibrate_replicates(
    weights: Floats,
    auxiliary: Floats,
    totals: Floats,
    method: Method = "linear",
    bounds: Bounds | None = None,
    names: Sequence[str] = (),
) -> Floats:
    """The same for many sets of weights [n, R], each on its own; a replicate that fails is named by its number."""
    function = _choose_function(method, bounds)
    _refuse_unusable(weights, auxiliary, totals, names)
    cells, member = _find_cells(auxiliary)
    result = np.zeros(weights.shape)
    for number in range(weights.shape[1]):
        weight = np.ascontiguousarray(weights[:, number])
        sizes = np.bincount(member, weights=weight, minlength=len(cells)).astype(np.float64)
        used = np.flatnonzero(sizes > 0)
        g = np.ones(len(cells))
        try:
            every = len(used) == len(cells)
            g[used] = _find_factors(cells if every else cells[used], sizes[used], totals, function, names)
        except CannotCalibrate as error:
            if weights.shape[1] == 1:
                raise
            raise CannotCalibrate(f"replicate {number + 1}: {error}") from None
        result[:, number] = weight * g[member]
    return result


def _find_factors(cells: Floats, sizes: Floats, totals: Floats, function: "_Function", names: Sequence[str]) -> Floats:
    """g [c] of the distinct rows [c, p] that weigh sizes [c]."""
    _refuse_impossible(cells, totals, function.positive, names)
    kept = _drop_collinear(cells, sizes, totals, names)
    x = cells if len(kept) == len(totals) else np.take(cells, kept, axis=1)
    g, missing = _solve(_Problem(sizes, x, totals[kept], function))
    if missing is not None:
        at = int(kept[int(np.argmax(missing))])
        reached = float(cells[:, at] @ (sizes * g))
        raise CannotCalibrate(
            f"calibration ({function.name}): no weights reach every total. {_name(names, at)} should be "
            f"{totals[at]:.10g} and comes no nearer than {reached:.10g} ({reached - totals[at]:+.4g}) beside the "
            "others. Merge sparse categories, widen the bounds if there are any, or check the total."
        )
    return g


@dataclass(frozen=True)
class _Function:
    """F, its derivative F', and its integral (the conjugate of the distance)."""

    name: str
    value: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    integral: Callable[[Floats], Floats]
    positive: bool = False
    """F is above 0 everywhere."""


def _choose_function(method: Method, bounds: Bounds | None) -> _Function:
    if bounds is not None and not bounds[0] < 1 < bounds[1]:
        raise CannotCalibrate(f"calibration: bounds {bounds[0]:g} to {bounds[1]:g} must be on either side of 1.")
    if method == "raking":
        if bounds is not None:
            raise CannotCalibrate('calibration: "raking" takes no bounds. Use "logit", or "linear" with bounds.')
        return _Function(method, np.exp, np.exp, np.exp, positive=True)
    low, high = bounds if bounds is not None else (-np.inf, np.inf)
    if method == "linear":
        return _make_linear(low, high)
    if method == "logit":
        if not np.isfinite(high - low):
            raise CannotCalibrate('calibration: "logit" needs finite bounds, such as (0.3, 3).')
        return _make_logit(low, high)
    raise CannotCalibrate(f'calibration: no method is called "{method}"; there are "linear", "raking" and "logit".')


def _make_linear(low: float, high: float) -> _Function:
    def integrate(u: Floats) -> Floats:
        cut = np.clip(u, low - 1, high - 1)
        return np.asarray(cut + cut**2 / 2 + (1 + cut) * (u - cut), dtype=np.float64)

    return _Function(
        "linear" if np.isinf(low) else f"linear, bounds {low:g} to {high:g}",
        lambda u: np.clip(1 + u, low, high),
        lambda u: ((1 + u > low) & (1 + u < high)).astype(np.float64),
        integrate,
        positive=low > 0,
    )


def _make_logit(low: float, high: float) -> _Function:
    a = (high - low) / ((1 - low) * (high - 1))
    shift = np.log((1 - low) / (high - 1))

    def find_part(u: Floats) -> Floats:
        return np.asarray(0.5 * (1 + np.tanh((a * u + shift) / 2)), dtype=np.float64)

    return _Function(
        f"logit, bounds {low:g} to {high:g}",
        lambda u: low + (high - low) * find_part(u),
        lambda u: (high - low) * a * find_part(u) * (1 - find_part(u)),
        lambda u: low * u + (high - low) / a * np.logaddexp(0, a * u + shift),
        positive=low >= 0,
    )


def _find_cells(auxiliary: Floats) -> tuple[Floats, Ints]:
    """The distinct rows [c, p] and which of them each row is [n]: rows that are alike get the same g.

    Rows are compared by one random combination of their columns. Where the columns are indicators there are few
    distinct rows, and everything after is small; where that does not help each row stays its own.
    """
    n, p = auxiliary.shape
    mixed = auxiliary @ np.random.default_rng(0).uniform(1, 2, p)
    _, first, member = np.unique(mixed, return_index=True, return_inverse=True)
    if len(first) > n // 2 or any(
        not np.array_equal(auxiliary[at : at + 65536], auxiliary[first[member[at : at + 65536]]])
        for at in range(0, n, 65536)
    ):
        return auxiliary, np.arange(n)
    return auxiliary[first], member.astype(np.int64)


def _refuse_unusable(weights: Floats, auxiliary: Floats, totals: Floats, names: Sequence[str]) -> None:
    if auxiliary.shape != (len(weights), len(totals)):
        raise CannotCalibrate(
            f"calibration: {len(totals)} totals and {len(weights)} weights need auxiliaries of that size, "
            f"not {auxiliary.shape}."
        )
    if not (weights >= 0).all():
        raise CannotCalibrate("calibration: a weight is negative or missing. Weights before calibration are 0 or more.")
    bad = np.flatnonzero(~(np.isfinite(auxiliary).all(axis=0) & np.isfinite(totals)))
    if len(bad):
        raise CannotCalibrate(
            f"calibration: {_name(names, int(bad[0]))} is missing for some rows, or its total is. "
            "An auxiliary is known for every row: take it from the frame, or fill it in."
        )


def _refuse_impossible(cells: Floats, totals: Floats, positive: bool, names: Sequence[str]) -> None:
    """A total that nothing can add up to, whatever the weights: found before it makes the search run away."""
    for at, total in enumerate(totals):
        column = cells[:, at]
        if total != 0 and not column.any():
            raise CannotCalibrate(
                f"calibration: {_name(names, at)} should be {total:.10g}, but no row with weight has any of it. "
                "Merge the category with another."
            )
        one_sided = column.any() and ((column >= 0).all() or (column <= 0).all())
        if positive and one_sided and total * column.sum() <= 0:
            raise CannotCalibrate(
                f"calibration: {_name(names, at)} should be {total:.10g}, which positive weights cannot add up to. "
                'Check the total, or use "linear".'
            )


def _find_triangle(x: Floats, root: Floats) -> Floats:
    """R [p, p] of the QR of root * x [n, p], a chunk of rows at a time."""
    parts = [
        np.linalg.qr(x[at : at + _CHUNK] * root[at : at + _CHUNK, None], mode="r") for at in range(0, len(x), _CHUNK)
    ]
    return np.asarray(parts[0] if len(parts) == 1 else np.linalg.qr(np.concatenate(parts), mode="r"), dtype=np.float64)


def _find_kept(r: Floats) -> Ints:
    """The columns, in order, of which the triangular factor r [p, p] says that they are not made of each other."""
    sizes = np.sqrt((r**2).sum(axis=0))
    _, small, order = scipy.linalg.qr(r / np.where(sizes > 0, sizes, 1.0), mode="economic", pivoting=True)
    diagonal = np.abs(np.diag(small))
    return np.sort(order[: len(diagonal)][diagonal > _COLLINEAR]).astype(np.int64)


def _drop_collinear(x: Floats, sizes: Floats, totals: Floats, names: Sequence[str]) -> Ints:
    """Columns to calibrate to [rank]; refuses totals that contradict each other."""
    r = _find_triangle(x, np.sqrt(sizes))
    kept = _find_kept(r)
    dropped = np.setdiff1d(np.arange(x.shape[1]), kept)
    made_of = scipy.linalg.lstsq(r[:, kept], r[:, dropped])[0] if len(dropped) else np.zeros((len(kept), 0))
    implied = made_of.T @ totals[kept]
    allowed = 1e-9 * (np.abs(made_of).T @ np.abs(totals[kept]) + np.abs(totals[dropped]))
    wrong = np.flatnonzero(np.abs(implied - totals[dropped]) > allowed)
    if len(wrong):
        at = int(dropped[wrong[0]])
        raise CannotCalibrate(
            f"calibration: the totals contradict each other. {_name(names, at)} should be {totals[at]:.10g}, "
            f"but {implied[wrong[0]]:.10g} follows from the others. Do all margins have the same sum?"
        )
    return kept


@dataclass(frozen=True)
class _Problem:
    """Find lambda with sum_c size_c F(x_c'lambda) x_c = total: where a convex function is lowest."""

    sizes: Floats
    x: Floats
    totals: Floats
    function: _Function

    @cached_property
    def scale(self) -> Floats:
        """The length of each column under the weights [rank]: what makes the columns alike in size."""
        return np.asarray(np.sqrt(np.einsum("ij,ij,i->j", self.x, self.x, self.sizes)), dtype=np.float64)

    def find_gap(self, u: Floats) -> Floats:
        return np.asarray(self.totals - self.x.T @ (self.sizes * self.function.value(u)), dtype=np.float64)

    def find_height(self, u: Floats, step: Floats) -> float:
        return float(self.sizes @ self.function.integral(u) - self.totals @ step)

    def find_step(self, u: Floats, gap: Floats) -> Floats:
        """The Newton step; a little is added where the rows that can still move do not span the totals."""
        slopes = self.sizes * self.function.slope(u)
        matrix = np.zeros((len(gap), len(gap)))
        for at in range(0, len(u), _CHUNK):
            chunk = self.x[at : at + _CHUNK]
            matrix += chunk.T @ (slopes[at : at + _CHUNK, None] * chunk)
        matrix /= np.outer(self.scale, self.scale)
        ridge = 0.0
        while True:
            try:
                factor = scipy.linalg.cho_factor(matrix + ridge * np.eye(len(gap)))
                if ridge or np.diag(factor[0]).min(initial=1.0) > 1e-7:
                    return np.asarray(scipy.linalg.cho_solve(factor, gap / self.scale) / self.scale, dtype=np.float64)
            except np.linalg.LinAlgError:
                pass
            ridge = max(100 * ridge, 1e-10)


def _solve(problem: _Problem) -> tuple[Floats, Floats | None]:
    """g [c]; with it, where the search gives up, what each total misses [rank] as a part of what it is summed from."""
    x, function = problem.x, problem.function
    at, u = np.zeros(x.shape[1]), np.zeros(len(x))
    scale = problem.scale * np.sqrt(problem.sizes.sum()) + np.abs(problem.totals)
    best_u, best = u, np.full(len(at), np.inf)
    for _ in range(_STEPS):
        gap = problem.find_gap(u)
        missing = np.abs(gap) / scale
        stuck = not missing.max(initial=0.0) < best.max(initial=0.0) / 2
        if missing.max(initial=0.0) < best.max(initial=0.0):
            best_u, best = u, missing
        if best.max(initial=0.0) <= _EXACT and (stuck or best.max(initial=0.0) == 0):
            return function.value(best_u), None
        if not np.abs(u).max(initial=0.0) < _RUNAWAY:
            break
        at, u = _move(problem, at, u, gap, whole=bool(best.max(initial=0.0) < 1e-6))
    return function.value(best_u), None if best.max(initial=0.0) <= _NEAR else best


def _move(problem: _Problem, at: Floats, u: Floats, gap: Floats, whole: bool) -> tuple[Floats, Floats]:
    """One Newton step, shortened until it is downhill. Near the end (whole) heights differ by less than rounding."""
    step = problem.find_step(u, gap)
    height, slope, part = problem.find_height(u, at), float(gap @ step), 1.0
    with np.errstate(over="ignore"):
        while True:
            moved = problem.x @ (at + part * step)
            lower = problem.find_height(moved, at + part * step)
            if whole or part < 1e-12 or lower <= height - 1e-4 * part * slope:
                return at + part * step, moved
            part /= 2


def _name(names: Sequence[str], at: int) -> str:
    return f'"{names[at]}"' if names else f"total {at + 1}"
