"""Change between waves: against the textbook formula, a plain twin, and simulation."""

import math
import random
import statistics
from collections.abc import Callable

import pytest

from praksis.estimate.cube import Cell
from praksis.estimate.estimator import Estimator

CHANGE = Cell("item", "yes", "all", "2", since="1")


def draw_population(size: int, seed: int) -> list[tuple[int, int]]:
    """Two answers per organisation, the second mostly like the first."""
    rng = random.Random(seed)
    first = [int(rng.random() < 0.4) for _ in range(size)]
    return [(one, one if rng.random() < 0.75 else int(rng.random() < 0.6)) for one in first]


def test_one_stratum_equals_tam(make_estimator: Callable[..., Estimator]) -> None:
    """Tam (1984): Cov = (n12/(n1 n2) - 1/N) S12, with S12 estimated without bias from the overlap."""
    people = draw_population(80, seed=1)
    frame = {f"o{i}": {} for i in range(80)}
    first = {f"o{i}": people[i][0] for i in range(0, 60)}
    second = {f"o{i}": people[i][1] for i in range(20, 80)}
    estimate = make_estimator({"1": frame, "2": frame}, {"1": first, "2": second}).estimate(CHANGE)
    n1, n2, both, size = 60, 60, sorted(first.keys() & second.keys()), 80
    p1, p2 = statistics.mean(first.values()), statistics.mean(second.values())
    products = sum((first[key] - p1) * (second[key] - p2) for key in both)
    s12 = products / (len(both) * (1 - 1 / n1 - 1 / n2 + len(both) / (n1 * n2)))
    covariance = (len(both) / (n1 * n2) - 1 / size) * s12
    variances = (1 - n1 / size) * p1 * (1 - p1) / (n1 - 1) + (1 - n2 / size) * p2 * (1 - p2) / (n2 - 1)
    assert estimate.value == pytest.approx(100 * (p2 - p1), rel=1e-12)
    assert estimate.se == pytest.approx(100 * math.sqrt(variances - 2 * covariance), rel=1e-12)


def test_full_count_has_no_error(make_estimator: Callable[..., Estimator]) -> None:
    people = draw_population(30, seed=2)
    frame = {f"o{i}": {} for i in range(30)}
    waves = {str(wave + 1): {f"o{i}": pair[wave] for i, pair in enumerate(people)} for wave in (0, 1)}
    estimate = make_estimator({"1": frame, "2": frame}, waves).estimate(CHANGE)
    assert estimate.se == pytest.approx(0, abs=1e-9)
    assert estimate.lower == pytest.approx(estimate.value, abs=1e-9)


def test_no_overlap_of_frames_adds_the_variances(make_estimator: Callable[..., Estimator]) -> None:
    """Every organisation of the first wave is dead and every one of the second newborn: independent samples."""
    people = draw_population(40, seed=3)
    first = {f"a{i}": people[i][0] for i in range(30)}
    second = {f"b{i}": people[i][1] for i in range(30)}
    estimator = make_estimator(
        {"1": {f"a{i}": {} for i in range(40)}, "2": {f"b{i}": {} for i in range(40)}}, {"1": first, "2": second}
    )
    parts = [estimator.estimate(Cell("item", "yes", "all", wave)).se for wave in ("1", "2")]
    assert estimator.estimate(CHANGE).se == pytest.approx(math.hypot(*parts), rel=1e-12)


def test_standard_error_is_right_on_average(make_estimator: Callable[..., Estimator]) -> None:
    """600 response patterns of one fixed population with births, deaths and movers: the mean of the estimated
    variance is the variance of the estimates, within 15 percent; independence would be far too large."""
    rng = random.Random(4)
    people = draw_population(130, seed=5)
    before = {f"o{i}": {"size": "large" if i % 3 == 0 else "small"} for i in range(0, 120)}
    after = {f"o{i}": {"size": "large" if i % 3 == 0 or i % 10 == 1 else "small"} for i in range(10, 130)}
    values, variances, independent = [], [], []
    for _ in range(600):
        waves: dict[str, dict[str, int]] = {"1": {}, "2": {}}
        for number, (wave, frame) in enumerate((("1", before), ("2", after))):
            for size in ("large", "small"):
                members = sorted(key for key, value in frame.items() if value["size"] == size)
                # Mostly the same ones answer again: those that answered before are drawn with preference.
                order = sorted(members, key=lambda key: rng.random() - 0.5 * (key in waves["1"]) * number)
                chosen = order[: round(0.65 * len(members))]
                waves[wave] |= {key: people[int(key[1:])][number] for key in chosen}
        estimator = make_estimator({"1": before, "2": after}, waves, strata=("size",))
        estimate = estimator.estimate(CHANGE)
        values.append(estimate.value)
        variances.append(estimate.se**2)
        independent.append(sum(estimator.estimate(Cell("item", "yes", "all", wave)).se ** 2 for wave in ("1", "2")))
    truth = statistics.variance(values)
    assert statistics.mean(variances) == pytest.approx(truth, rel=0.15)
    assert statistics.mean(independent) > 1.25 * truth


def test_standard_error_is_right_in_small_strata(make_estimator: Callable[..., Estimator]) -> None:
    """30 strata of 5, 3 answer each time: the products about means of 3 are far too small as they stand, and without
    the factor for that the variance would be more than twice the truth."""
    rng = random.Random(6)
    people = draw_population(150, seed=7)
    frame = {f"o{i}": {"size": f"s{i // 5}"} for i in range(150)}
    values, variances = [], []
    for _ in range(400):
        waves: dict[str, dict[str, int]] = {"1": {}, "2": {}}
        for stratum in range(30):
            for number, wave in enumerate(("1", "2")):
                chosen = rng.sample(range(5 * stratum, 5 * stratum + 5), 3)
                waves[wave] |= {f"o{i}": people[i][number] for i in chosen}
        estimate = make_estimator({"1": frame, "2": frame}, waves, strata=("size",)).estimate(CHANGE)
        values.append(estimate.value)
        variances.append(estimate.se**2)
    assert statistics.mean(variances) == pytest.approx(statistics.variance(values), rel=0.15)
