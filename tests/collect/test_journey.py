"""Pages, sections and the path: against the questionnaire as written, and against `route_answers`, the slow twin."""

from hypothesis import given
from hypothesis import strategies as st

from praksis.collect.journey import Journey, find_beside
from praksis.collect.routing import Cell, route_answers
from praksis.define.question import Missing
from praksis.define.survey import Survey
from tests.collect.conftest import ROLE, WAVE, make_journey
from tests.collect.robot import draw_cell


def test_a_page_is_a_question_with_the_information_before_it(journey: Journey) -> None:
    assert [section.id for section in journey.sections] == ["welcome", "level", "time-spent"]
    first = journey.sections[0].pages[0]
    assert first.id == "staff"
    assert [question.id for question in first.questions] == ["welcome", "staff"]
    assert all(page.section == section.id for section in journey.sections for page in section.pages)
    assert [item.id for item in journey.items_of(journey.pages["statements"])] == [
        "users-first",
        "data-shared",
        "services-tested",
    ]


def test_only_what_the_wave_asks(survey: Survey) -> None:
    before = make_journey(survey, wave="2025")
    assert "contact" not in before.pages
    assert [item.id for item in before.items_of(before.pages["statements"])] == ["users-first", "data-shared"]


def test_the_path_follows_answers(survey: Survey, journey: Journey) -> None:
    path = [page.id for page in journey.follow({})]
    assert "strategy-day" not in path
    assert "local-cooperation" in path
    yes = journey.survey.scale_of("has-strategy").codes["yes"][0]
    assert "strategy-day" in [page.id for page in journey.follow({"has-strategy": yes})]
    dated = journey.follow({"has-strategy": yes, "strategy-adopted": "2020-05-17"})
    assert "strategy-since" in [page.id for page in dated]
    state = make_journey(survey, "100000008")
    assert "local-cooperation" not in [page.id for page in state.follow({})]


def test_information_that_is_not_shown_is_left_off_its_page(journey: Journey) -> None:
    digital = journey.survey.scale_of("services-are").codes
    low = next(code for name, (code,) in digital.items() if name == "on-paper")
    shown = {page.id: page for page in journey.follow({"services-are": low})}
    assert [question.id for question in shown["barriers"].questions] == ["barriers-follow", "barriers"]
    assert "barriers" not in {page.id for page in journey.follow({})}


def test_a_page_that_has_left_the_path_still_knows_its_neighbours(journey: Journey) -> None:
    path = journey.follow({})
    before, after = find_beside(path, journey.pages, "strategy-day")
    assert before is not None
    assert after is not None
    assert (before.id, after.id) == ("strategy", "local-cooperation")
    assert find_beside(path, journey.pages, path[0].id)[0] is None
    assert find_beside(path, journey.pages, path[-1].id)[1] is None


@given(st.data())
def test_the_path_is_that_of_the_microdata(survey: Survey, data: st.DataObject) -> None:
    """An item is on the path if and only if `route_answers` does not pass it by, whatever stale answers there are."""
    journey = make_journey(survey, data.draw(st.sampled_from(["100000040", "100000008"])))
    answers: dict[str, Cell] = {}
    for item in journey.items:
        cell = data.draw(draw_cell(journey, item))
        if cell is not None:
            answers[item] = cell
    cells: dict[str, Cell] = {item: answers.get(item, int(Missing.NOT_ANSWERED)) for item in journey.items}
    routed = route_answers(survey, WAVE, ROLE, journey.organisation, cells)
    asked = {item for item, cell in routed.items() if cell != Missing.NOT_ASKED}
    assert {item.id for page in journey.follow(answers) for item in journey.items_of(page)} == asked
    assert journey.keep_asked(answers) == {item: cell for item, cell in answers.items() if item in asked}
