"""The three kinds of array that estimation is written in, and sums over their groups."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def sum_by(groups: Ints, count: int, values: Floats) -> Floats:
    """Sums of the rows of `values` [n, J] per group [n], 0 to count-1: [count, J]."""
    rows = len(groups)
    picks = csr_array((np.ones(rows), groups, np.arange(rows + 1)), shape=(rows, count))
    return np.asarray(picks.T @ values, dtype=np.float64)
