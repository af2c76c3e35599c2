"""Numbers and splits of a wave as an analyst's columns: who was not asked is not taken for one who did not answer."""

from pathlib import Path

import pytest

from praksis import Survey
from praksis.collect.routing import Cell
from praksis.define.question import Missing
from praksis.define.read import load_survey
from praksis.define.survey import Survey as Definition
from praksis.edit.gather import gather_responses
from praksis.estimate.wave import make_wave

EVERY_KIND = Path(__file__).parents[1] / "collect" / "every-kind"
WAVE, ROLE = "2026", "head-of-it"
STATE = ("100000008", "100000016", "100000024", "100000032")
TOWNS = ("100000040", "100000059", "100000067", "100000075")
UNSURE = int(Missing.DO_NOT_KNOW)


@pytest.fixture(scope="module")
def definition() -> Definition:
    """The money is asked for wherever services are on paper, and respondents stand for their sector."""
    survey = load_survey(EVERY_KIND)
    questions = tuple(
        one.model_copy(update={"show_if": "services-are = on-paper"}) if one.id == "money-wanted" else one
        for one in survey.questions
    )
    design = survey.design.model_copy(update={"weights": "response"})
    return survey.model_copy(update={"questions": questions, "design": design})


def open_numbers(definition: Definition, unanswered: str = "sample") -> Survey:
    """All four state bodies and four of eight municipalities responded."""
    responses: dict[tuple[str, str], dict[str, Cell]] = {(key, ROLE): {} for key in (*STATE, *TOWNS)}
    sizes: dict[str, Cell] = dict(zip(STATE, ("10", "20", "30.5", UNSURE), strict=True))
    for key, size in (sizes | dict(zip(TOWNS[:3], ("1", "2", "6"), strict=True))).items():
        responses[key, ROLE]["full-time-equivalents"] = size
    for key in TOWNS[:2]:
        # Asked for money; the third and the state bodies were not, the fourth has not answered what leads there.
        responses[key, ROLE] |= {"services-are": 1, "budget-change": "4"}
        responses[key, ROLE] |= {"time-running": "70", "time-building": "30", "time-helping": "0"}
    for key in (*STATE, TOWNS[2]):
        responses[key, ROLE]["services-are"] = 3
    return make_wave(definition, gather_responses(definition, WAVE, responses), ROLE, unanswered)


def test_numbers_and_parts_are_columns_and_words_are_not(definition: Definition) -> None:
    data = open_numbers(definition).data
    assert data["full-time-equivalents"].to_pylist() == [10, 20, 30.5, None, 1, 2, 6, None]
    assert data["full-time-equivalents_missing"].to_pylist() == [
        None, None, None, "(do not know)", None, None, None, "(not answered)",
    ]  # fmt: skip
    assert data["budget-change_missing"].to_pylist()[3:] == ["(not asked)", None, None, "(not asked)", "(not answered)"]
    assert {"time-running", "time-building", "time-helping"} <= set(data.column_names)
    assert not {"strategy-adopted", "partner", "one-word", "comment"} & set(data.column_names)


def test_means_are_of_those_who_have_a_number(definition: Definition) -> None:
    survey = open_numbers(definition)
    towns, state = survey.mean("full-time-equivalents", by="sector").table.to_pylist()
    assert (state["estimate"], state["n"], state["nonresponse"]) == (pytest.approx(60.5 / 3), 3, 0)
    assert (towns["estimate"], towns["n"], towns["nonresponse"]) == (pytest.approx(3), 3, 1)
    (everyone,) = survey.mean("time-running").table.to_pylist()
    assert everyone["estimate"] == pytest.approx(70)


def test_who_does_not_know_is_not_stood_for_by_others(definition: Definition) -> None:
    """All state bodies responded, so they are not uncertain; of municipalities, three numbers stand for eight."""
    towns, state = open_numbers(definition).total("full-time-equivalents", by="sector").table.to_pylist()
    assert (state["estimate"], state["se"]) == (pytest.approx(60.5), pytest.approx(0))
    assert towns["estimate"] == pytest.approx(9 * 8 / 3)
    assert towns["se"] > 0


def test_who_was_not_asked_has_nothing(definition: Definition) -> None:
    """Of three municipalities of which it is known, two need four millions each: 8 of 3, for 8 in all."""
    towns, state = open_numbers(definition).total("budget-change", by="sector").table.to_pylist()
    assert towns["estimate"] == pytest.approx(8 * 8 / 3)
    assert (towns["n"], towns["nonresponse"]) == (2, 1)
    assert (state["estimate"], state["n"], state["nonresponse"]) == (0, 0, 0)


def test_medians_count_nonresponse_alike(definition: Definition) -> None:
    for unanswered in ("sample", "domain"):
        survey = open_numbers(definition, unanswered)
        rows = survey.quantile("full-time-equivalents", [0.5], by="sector").table.to_pylist()
        assert [row["estimate"] for row in rows] == [2, 20]
        assert [row["n"] for row in rows] == [3, 3]
        assert [row["nonresponse"] for row in rows] == ([0, 0] if unanswered == "sample" else [1, 0])


def test_outside_the_sample_too_only_who_was_asked_is_missing(definition: Definition) -> None:
    survey = open_numbers(definition, "domain")
    (row,) = survey.mean("budget-change").table.to_pylist()
    assert (row["estimate"], row["n"], row["nonresponse"]) == (pytest.approx(4), 2, 1)
    (ratio,) = survey.ratio("budget-change", "full-time-equivalents").table.to_pylist()
    assert (ratio["estimate"], ratio["n"], ratio["nonresponse"]) == (pytest.approx(8 / 3), 2, 1)


def test_a_wave_of_which_only_open_questions_route(definition: Definition) -> None:
    """`answered(...)` is never unknown: who did not say when is not asked whether it still holds."""
    survey = open_numbers(definition)
    assert set(survey.data["strategy-holds"].to_pylist()) == {"(not asked)"}
