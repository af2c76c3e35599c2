"""Every table of answers that fits what is shown, and how far a number can move within it: linear programming.

A table has one count per class and code, where a class holds those whom nothing shown tells apart. Known to a reader
are how many answered in every class, and the exact shares of every group that is shown; unknown are the counts, which
are not negative. This is the attacker's problem of Fischetti & Salazar-González (2000, Journal of the American
Statistical Association 95, 916-928), with shares in the place of sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, kron, vstack

from praksis.estimate.array import Bools, Floats, Ints

TOLERANCE = 1e-6
"""Of a count: what the solver may miss by."""
_NOTHING = 1e-9
"""A multiplier below this is none."""


@dataclass(frozen=True)
class Row:
    """A number that a reader knows: the weighted count of an answer in a group."""

    owner: str
    """The name of what tells it."""
    weights: Floats
    """[Q]"""
    codes: Bools
    """[C]"""


@dataclass(frozen=True)
class Extreme:
    """The largest that a number can be."""

    value: float
    table: Floats
    """[Q, C] a table in which it is."""
    owners: frozenset[str]
    """What keeps it from being larger: names of rows."""


class Unsolved(RuntimeError):
    """The solver gave no answer to a program that has one; nothing may be shown on the strength of that."""


class Polytope:
    """The tables that agree with the true one in every row."""

    def __init__(self, truth: Ints, rows: Sequence[Row]) -> None:
        """`truth` [Q, C] is the true table, which gives the rows their right sides."""
        self._shape = truth.shape
        self._sizes: Ints = truth.sum(axis=1)
        self._owners = [row.owner for row in rows]
        classes, codes = truth.shape
        known = np.array([np.kron(row.weights, row.codes) for row in rows]).reshape(len(rows), classes * codes)
        self._matrix = csr_array(vstack([csr_array(known), kron(eye_array(classes), np.ones((1, codes)))]))
        self._right = self._matrix @ truth.ravel()

    def find_most(self, part: Ints, codes: Bools) -> Extreme:
        """How many of a domain can have given one of `codes`; of class q it has `part[q]`. Raises Unsolved.

        Within a class nothing tells where the answers stand: of those that gave one of `codes` as many as there is room
        for can be in the domain. `cut` are the classes that it has only some of, with one more unknown each.
        """
        classes, width = self._shape
        cut = np.flatnonzero((part > 0) & (part < self._sizes))
        objective = np.concatenate([np.kron(part == self._sizes, codes).astype(np.float64), np.ones(len(cut))])
        objective[: classes * width][np.repeat(self._sizes == 0, width)] = 0
        limits: dict[str, Any] = {}
        if len(cut):
            chosen = csr_array((np.ones(len(cut)), (range(len(cut)), cut)), shape=(len(cut), classes))
            limits = {
                "A_ub": hstack([-kron(chosen, codes[None].astype(np.float64)), eye_array(len(cut))]),
                "b_ub": np.zeros(len(cut)),
            }
        solved = _solve(
            objective,
            A_eq=hstack([self._matrix, csr_array((self._matrix.shape[0], len(cut)))]) if len(cut) else self._matrix,
            b_eq=self._right,
            bounds=np.column_stack([np.zeros(len(objective)), [*np.repeat(self._sizes, width), *part[cut]]]),
            **limits,
        )
        multipliers = solved.eqlin.marginals[: len(self._owners)]
        owners = {owner for owner, one in zip(self._owners, multipliers, strict=True) if abs(one) > _NOTHING}
        return Extreme(-float(solved.fun), solved.x[: classes * width].reshape(self._shape), frozenset(owners))


def maximise(objective: Floats, **program: Any) -> float:
    """The largest value of a linear program, given as `scipy.optimize.linprog` takes it. Raises Unsolved."""
    return -float(_solve(objective, **program).fun)


def _solve(objective: Floats, **program: Any) -> Any:
    # Small programs are solved faster without presolve, which has also called a feasible program infeasible.
    for presolve in (False, True):
        solved = linprog(-objective, method="highs", options={"presolve": presolve}, **program)
        if solved.status == 0:
            return solved
    raise Unsolved(solved.message)


def floor_count(value: Floats) -> Floats:
    """The most whole number that is possible; counts are whole."""
    return np.floor(value + TOLERANCE)


def ceil_count(value: Floats) -> Floats:
    """The least whole number that is possible."""
    return np.ceil(value - TOLERANCE)
