"""What meets a published figure."""

import pytest

from praksis.define.published import Claim


def claim(relation: str, value: str | None = None, measure: str = "share") -> Claim:
    return Claim.model_validate(
        {"id": "a", "document": "d", "wave": "2024", "measure": measure, "relation": relation, "value": value}
    )


@pytest.mark.parametrize(
    ("relation", "value", "meets", "fails"),
    [
        ("equals", "54", (53.5, 54.49), (53.49, 54.5)),
        ("equals", "-3", (-3.49, -2.5), (-3.5, -2.49)),
        ("equals", "67.5", (67.45, 67.549), (67.44, 67.55)),
        ("about", "90", (85, 95), (84.9, 95.1)),
        ("one-in", "1/3", (30, 38), (29, 39)),
        ("more-than", "50", (50.1, 100), (50, 0)),
        ("less-than", "50", (49.9, 0), (50, 100)),
        ("rises", None, (0.1, 60), (0, -1)),
        ("falls", None, (-0.1, -60), (0, 1)),
        ("higher", None, (0.1,), (0,)),
        ("lower", None, (-0.1,), (0,)),
        ("rises-slightly", None, (0.1, 4.9), (0, 5, -1)),
        ("no-larger-change", None, (-4.9, 0, 4.9), (-5, 5)),
    ],
)
def test_bounds(relation: str, value: str | None, meets: tuple[float, ...], fails: tuple[float, ...]) -> None:
    bounds = claim(relation, value).bounds(larger_change=5)
    assert all(bounds.contain(one) for one in meets)
    assert not any(bounds.contain(one) for one in fails)


def test_a_count_has_no_upper_limit() -> None:
    assert claim("more-than", "300", "responded").bounds(5).contain(317)
