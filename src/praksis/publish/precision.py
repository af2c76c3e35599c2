"""How many decimals a data file may carry."""

from praksis.define.rounding import round_half_away
from praksis.estimate.cube import Cube, Status


def hides_anything(cube: Cube) -> bool:
    """Is any cell of the release confidential? Then decimals could undo it."""
    return any(estimate.status is Status.CONFIDENTIAL for estimate in cube.cells.values())


def round_published(number: float, *, whole: bool) -> float | int:
    """One decimal; whole percent where something in the release is hidden."""
    return int(round_half_away(number)) if whole else round_half_away(number, 1)
