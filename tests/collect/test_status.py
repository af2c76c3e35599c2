"""How far a section has come, counted as a person counts."""

from praksis.collect.journey import Journey
from praksis.collect.response import Response
from praksis.collect.status import SectionStatus, list_statuses
from tests.collect.test_response import play


def _find_status(response: Response, journey: Journey, section: str) -> SectionStatus:
    return next(one for one in list_statuses(response, journey) if one.section.id == section)


def _count(response: Response, journey: Journey) -> tuple[int, int, int, int]:
    status = _find_status(response, journey, "level")
    return status.questions_answered, status.questions, status.answered, status.items


def test_a_grid_is_one_question_of_several_items(journey: Journey) -> None:
    # One choice and two grids of three.
    assert _count(Response(), journey) == (0, 3, 0, 7)
    response = play(Response(), journey, "statements", {"users-first": ["agree"], "data-shared": ["agree"]})
    assert _count(response, journey) == (0, 3, 2, 7)
    full = {"users-first": ["agree"], "data-shared": ["agree"], "services-tested": ["do-not-know"]}
    assert _count(play(response, journey, "statements", full), journey) == (1, 3, 3, 7)


def test_a_multiple_choice_is_answered_by_any_option(journey: Journey) -> None:
    response = play(Response(), journey, "level", {"services-are": ["on-paper"]})
    assert _count(response, journey)[:2] == (1, 4)
    response = play(response, journey, "barriers", {"barriers": ["lack-of-time"]})
    assert _count(response, journey)[:2] == (2, 4)
    # An option that came into the questionnaire later takes nothing away.
    fewer = {item: cell for item, cell in response.answers.items() if item != "lack-of-skills"}
    assert _count(Response(answers=fewer), journey)[:2] == (2, 4)


def test_information_is_no_question(journey: Journey) -> None:
    status = _find_status(Response(), journey, "time-spent")
    assert (status.questions, len(status.pages)) == (3, 4)
