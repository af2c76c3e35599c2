"""How many decimals a data file may carry."""

from praksis.define.rounding import round_half_away


def round_published(number: float, *, whole: bool) -> float | int:
    """One decimal; whole percent where something in the release is hidden."""
    return int(round_half_away(number)) if whole else round_half_away(number, 1)
