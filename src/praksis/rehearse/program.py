"""An integer program: whole numbers of answers, linear conditions on them, and what is preferred.

Conditions on counts have whole coefficients and are checked exactly after the solver, which works in floating
point. Preferences (amounts) may be real numbers; they never decide whether an answer is right.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from praksis.errors import PraksisError

Terms = dict[int, int]
"""Variable -> whole coefficient; variable ONE stands for the constant."""

Values = NDArray[np.int64]

ONE = 0
_OFFSET = 1000.0
_GAP = 3.0  # a solution this near the least cost will do
_NODES = 20_000
_INFEASIBLE = 2


class SolverFailed(PraksisError):
    """The solver neither found an answer nor proved that there is none."""


def add_terms(*sums: Mapping[int, int], factor: int = 1) -> Terms:
    """The sum of several sums, times a factor."""
    total: Terms = {}
    for terms in sums:
        for variable, coefficient in terms.items():
            total[variable] = total.get(variable, 0) + factor * coefficient
    return total


@dataclass(frozen=True)
class Row:
    """`low <= sum <= high`."""

    terms: Mapping[int, int]
    low: int | None
    high: int | None


@dataclass(frozen=True)
class _Wish:
    """`sum of coefficient * variable >= low`, with real coefficients."""

    terms: Mapping[int, float]
    low: float
    lack: int

    def about(self, variables: Collection[int]) -> bool:
        """Is the sum made of these variables alone?"""
        return all(variable in variables for variable in self.terms if variable not in (ONE, self.lack))


class Program:
    """Variables and rows in the order they were added: the same calls give the same solution."""

    def __init__(self) -> None:
        # A constant as a variable makes every condition homogeneous. Its cost is an offset: the solver stops at a
        # gap relative to the objective, and many objectives here are 0.
        self._upper: list[float] = [1.0]
        self._lower: list[float] = [1.0]
        self._whole: list[int] = [1]
        self._cost: list[float] = [_OFFSET]
        self.rows: list[Row] = []
        self._wishes: list[_Wish] = []

    def add_count(self, most: int, cost: float = 0.0) -> int:
        """A whole number from 0 to `most`; `cost` per unit."""
        return self._add(most, 1, cost)

    def add_cost(self, variable: int, cost: float) -> None:
        self._cost[variable] += cost

    def most(self, variable: int) -> int:
        """The upper bound of a count."""
        return int(self._upper[variable])

    def require(self, terms: Mapping[int, int], low: int | None = None, high: int | None = None) -> None:
        """A condition that must hold exactly."""
        self.rows.append(Row(dict(terms), low, high))

    def wish(self, terms: Mapping[int, float], low: float, cost: float) -> None:
        """Prefer `sum >= low`: each unit it lacks costs `cost`."""
        lack = self._add(np.inf, 0, cost)
        self._wishes.append(_Wish({**terms, lack: 1.0}, low, lack))

    def _add(self, upper: float, whole: int, cost: float) -> int:
        self._lower.append(0.0)
        self._upper.append(float(upper))
        self._whole.append(whole)
        self._cost.append(cost)
        return len(self._upper) - 1

    def solve(self, bases: Collection[int], sums: Collection[int]) -> Values | None:
        """Whole values of all variables (amounts rounded), or None where the conditions cannot all hold.

        `bases`: counts that tie the rest together, the bases of shares. They are found first and then kept. Meanwhile
        of the others only `sums`, the sums that claims are about, are whole: many times faster than all at once.
        Raises SolverFailed at the node limit: a time limit would make the answer depend on the machine.
        """
        whole = np.zeros(len(self._whole), dtype=np.int64)
        whole[[*bases, *sums]] = 1
        # Only what is preferred of the bases matters in the first step.
        wishes = [wish for wish in self._wishes if wish.about(bases)]
        try:
            values = self._solve(wishes, whole, {})
        except SolverFailed:
            pass  # harder than most: try without the short cut
        else:
            if values is None:
                return None
            solution = self._complete(bases, values)
            if solution is not None:
                return solution
        values = self._solve(wishes, np.array(self._whole), {})
        return None if values is None else self._complete(bases, values)

    def _complete(self, bases: Collection[int], values: Values) -> Values | None:
        """The other counts, with the bases kept; None where whole numbers do not fit."""
        fixed = {variable: int(values[variable]) for variable in bases}
        solution = self._solve(self._wishes, np.array(self._whole), fixed)
        if solution is not None and not _hold(self.rows, solution):
            raise SolverFailed("the solver's answer does not hold in whole numbers")
        return solution

    def _solve(self, wishes: Sequence[_Wish], whole: Values, fixed: Mapping[int, int]) -> Values | None:
        rows = self.rows
        low = [-np.inf if row.low is None else float(row.low) for row in rows] + [wish.low for wish in wishes]
        high = [np.inf if row.high is None else float(row.high) for row in rows] + [np.inf] * len(wishes)
        matrix = self._matrix([row.terms for row in rows] + [wish.terms for wish in wishes])
        least, most = np.array(self._lower), np.array(self._upper)
        for variable, value in fixed.items():
            least[variable] = most[variable] = value
        # HiGHS's presolve has called feasible programs with wishes infeasible (seed 24101 of test_random_answers.py):
        # that answer is believed only if it comes without presolve too.
        for presolve in (True, False) if wishes else (True,):
            result = milp(
                np.array(self._cost),
                integrality=whole,
                bounds=Bounds(least, most),
                constraints=LinearConstraint(matrix, np.array(low), np.array(high)),
                options={"node_limit": _NODES, "mip_rel_gap": _GAP / _OFFSET, "presolve": presolve},
            )
            if result.status != _INFEASIBLE:
                break
        if result.x is None:
            if result.status == _INFEASIBLE:
                return None
            raise SolverFailed(f"the solver gave up: {result.message}")
        values: Values = np.rint(result.x).astype(np.int64)
        return values

    def _matrix(self, rows: list[Mapping[int, int] | Mapping[int, float]]) -> csr_array:
        counts = [len(row) for row in rows]
        columns = np.fromiter((variable for row in rows for variable in row), np.int32, sum(counts))
        data = np.fromiter((float(value) for row in rows for value in row.values()), np.float64, sum(counts))
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return csr_array((data, columns, starts), shape=(len(rows), len(self._upper)))


def _hold(rows: list[Row], values: Values) -> bool:
    """Do the conditions hold in whole numbers?"""
    for row in rows:
        total = sum(coefficient * int(values[variable]) for variable, coefficient in row.terms.items())
        if (row.low is not None and total < row.low) or (row.high is not None and total > row.high):
            return False
    return True
