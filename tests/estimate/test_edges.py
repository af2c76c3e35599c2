"""Where samples meet their edges: response groups of a census, waves with replicates, transitions after attrition."""

import numpy as np
import pyarrow as pa
import pytest

from praksis import Design, Survey
from praksis.errors import PraksisError


def test_response_groups_are_a_second_phase() -> None:
    """A census of 400 has no error until some do not answer; then it has that of those who did, in their groups.

    Over 400 patterns of response the mean of the estimated variance is the variance of the estimates, within 10
    percent; also where 300 of 400 were asked.
    """
    rng = np.random.default_rng(1)
    yes, group = rng.random(400) < 0.4, rng.random(400) < 0.5
    yes[group] = rng.random(group.sum()) < 0.8
    for asked in (400, 300):
        values, variances = [], []
        for _ in range(400):
            rows = np.sort(rng.choice(400, asked, replace=False))
            responded = rng.random(asked) < np.where(group[rows], 0.4, 0.7)
            data = pa.table(
                {"y": pa.array(yes[rows], mask=~responded), "g": group[rows], "r": responded, "N": np.full(asked, 400)}
            )
            survey = Survey(data, Design(population="N")).weigh_responses("g", responded="r")
            numbers = survey.share("y").numbers
            values.append(numbers["estimate"][1])
            variances.append(numbers["se"][1] ** 2)
            assert numbers["fraction"][1] == pytest.approx(responded.sum() / 400)
        assert np.mean(variances) == pytest.approx(np.var(values), rel=0.1)


def make_waves(**design: object) -> tuple[Survey, Survey]:
    """100 in each of two strata answer the first time; 90 of A and 10 of B, who all changed, the second."""
    frame = {"k": list(range(200)), "st": ["A"] * 100 + ["B"] * 100}
    first = {**frame, "y": ["u"] * 200}
    kept = [*range(90), *range(100, 110)]
    second = {"k": kept, "st": ["A"] * 90 + ["B"] * 10, "y": ["u"] * 90 + ["v"] * 10}
    given = Design(strata="st", key="k", **design)  # type: ignore[arg-type]
    return Survey(first, given, frame), Survey(second, given, frame)


def test_transitions_stand_for_those_who_left() -> None:
    """Half of the population changed, though nine in ten of those who answered twice did not."""
    first, second = make_waves()
    assert second.transitions("y", since=first).numbers["estimate"].tolist() == pytest.approx([0.5, 0.5])
    assert second.share("y").numbers["estimate"].tolist() == pytest.approx([0.5, 0.5])
    first, second = make_waves(weights="none")
    assert second.transitions("y", since=first).numbers["estimate"].tolist() == pytest.approx([0.9, 0.1])


def test_waves_with_replicates_are_not_compared() -> None:
    """Replicates of two waves do not say how they go together."""
    waves = [wave.replicate("jackknife") for wave in make_waves()]
    with pytest.raises(PraksisError, match="replicates of two waves"):
        waves[1].change("y", since=waves[0])
    with pytest.raises(PraksisError, match="calibrated weights or replicates"):
        waves[1].transitions("y", since=waves[0])


@pytest.mark.parametrize(("lonely", "times"), [("certainty", 1.0), ("average", 2.0)])
def test_a_lonely_stratum_adds_no_covariance_either(lonely: str, times: float) -> None:
    """In A the answers of the two waves are uncorrelated; B has one unit, which adds nothing or what A does."""
    one, two = "aaaaaabbbbbb", "aabbabaababb"
    frame = {"k": list(range(250)), "st": ["A"] * 100 + ["B"] * 150}
    design = Design(strata="st", key="k", lonely=lonely)
    waves = [
        Survey({"k": [*range(12), 100], "st": ["A"] * 12 + ["B"], "y": [*answers, "b"]}, design, frame)
        for answers in (one, two)
    ]
    # By hand: the share of B is certain, so the error is that of A's part of the population, 0.4 of it.
    shares = [answers.count("b") / 12 for answers in (one, two)]
    level = [0.4**2 * (1 - 12 / 100) * p * (1 - p) / 11 for p in shares]
    found = waves[1].change("y", since=waves[0]).numbers["se"][1]
    assert found == pytest.approx(np.sqrt(times * sum(level)), rel=1e-9)


def test_no_verdict_where_all_agree() -> None:
    """Three of three say yes: the standard error is 0 and says nothing, so there is no p-value; of a full count there
    is."""
    data = {"y": ["yes"] * 3, "N": [50] * 3}
    assert Survey(data, Design(population="N")).share("y").test(0.5)["p"].to_pylist() == [None]
    whole = {"y": ["yes"] * 3, "N": [3] * 3}
    assert Survey(whole, Design(population="N")).share("y").test(0.5)["p"].to_pylist() == [0.0]


def test_limits_of_what_cannot_be_known() -> None:
    """What the frame does not know, or contradicts, does not cut limits."""
    data = {"k": list(range(40)), "g": ["a"] * 30 + ["c"] * 10, "y": ["yes", "no"] * 20}
    frame = {"k": list(range(100)), "g": ["a"] * 10 + [None] * 40 + ["b"] * 50}
    found = Survey(data, Design(key="k"), frame).share("y", by="g").numbers
    assert (found["upper"] - found["lower"] > 0.1).all()


def test_what_is_refused() -> None:
    """Mistakes that used to give a number."""
    data = {"k": list(range(40)), "st": ["x"] * 40, "size": ["big", "small"] * 20, "y": ["yes", "no"] * 20}
    frame = {"k": list(range(100)), "st": ["x"] * 100, "size": ["big"] * 30 + ["small"] * 50 + [None] * 20}
    survey = Survey(data, Design(strata="st", key="k"), frame)
    with pytest.raises(PraksisError, match="missing in row 81 of the frame"):
        survey.poststratify("size")
    with pytest.raises(PraksisError, match="'agre'"):
        survey.share("y", answers={"top": ["yes", "agre"]})
    with pytest.raises(PraksisError, match="must name the same labels"):
        survey.share("y", by=["size", "st"]).gap({"size": "big"}, {"st": "x"})
    with pytest.raises(PraksisError, match="make them first"):
        survey.replicate("jackknife").weigh_responses("size")
    process = Survey(data, Design(strata="st", key="k", inference="process"))
    with pytest.raises(PraksisError, match="declare both alike"):
        process.change("y", since=survey)


def test_items_with_different_kinds_of_answers() -> None:
    """With a sample of its own for each item, too."""
    data = {"q1": [1, 2, None, 1], "q2": ["a", "b", "a", "b"], "k": [1, 2, 3, 4]}
    table = Survey(data, Design(unanswered="sample")).share(["q1", "q2"]).table
    assert table["answer"].to_pylist() == ["1", "2", "a", "b"]


def test_no_domains_and_populations_of_one() -> None:
    """Found by drawing: domains that nobody is in, and strata of one that are drawn whole."""
    data = {"q": ["a", None], "g": pa.array([None, None], pa.string()), "st": ["x", "y"], "N": [1, 1]}
    assert Survey(data, Design()).share("q", by="g").table.num_rows == 0
    survey = Survey(data, Design(strata="st", population="N", unanswered="sample"))
    assert survey.share("q").numbers["se"].tolist() == [0.0]
