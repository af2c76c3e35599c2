"""Pages, sections and the path: against the questionnaire as written, and against `route_answers`, the slow twin."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from praksis.collect.journey import Journey, find_beside
from praksis.collect.routing import Cell, is_shown, name_answer, route_answers
from praksis.define.question import Missing
from praksis.define.survey import Survey
from tests.collect.conftest import ROLE, WAVE, change_survey, make_journey
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


INFORMATION = """
- id: NAME
  kind: information
  role: head-of-it
  waves: ["2025", "2026"]
  text: {nb: Les dette., nn: Les dette., en: Read this.}
"""


def inform(*names: str) -> str:
    """Information questions; `name/condition` is shown if that is so."""
    parts = []
    for name, _, condition in (one.partition("/") for one in names):
        part = INFORMATION.replace("NAME", name)
        parts.append(part.replace("  text:", f"  show_if: {condition}\n  text:") if condition else part)
    return "".join(parts)


def test_information_is_shown_where_the_question_after_it_is_passed_by(tmp_path: Path) -> None:
    """Each where its own condition says, in its place; with the question where it is never shown without it."""
    before = inform("same/has-strategy = yes", "always", "other/has-strategy = no", "close/has-strategy = yes")
    changed = change_survey(tmp_path, "- id: strategy-day\n", before + "\n- id: strategy-day\n")
    journey = make_journey(changed)
    yes, no = (journey.survey.scale_of("has-strategy").codes[name][0] for name in ("yes", "no"))

    def walk(answers: dict[str, Cell]) -> list[tuple[str, list[str]]]:
        here = [(page.id, [one.id for one in page.questions]) for page in journey.follow(answers)]
        return here[1:-8]

    assert walk({"has-strategy": yes}) == [
        ("strategy", ["strategy"]),
        ("other", ["same", "always"]),
        ("strategy-day", ["close", "strategy-day"]),
    ]
    assert walk({"has-strategy": no}) == [("strategy", ["strategy"]), ("other", ["always", "other"])]
    assert walk({}) == [("strategy", ["strategy"]), ("other", ["always"])]
    page = journey.pages["other"]
    assert (page.section, page.question, journey.items_of(page)) == ("welcome", None, ())
    assert [section.id for section in journey.sections] == ["welcome", "level", "time-spent"]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_path_shows_every_question_that_is_asked(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Information too, wherever it stands: once, and in order. The twin asks each question by itself."""
    place = data.draw(st.sampled_from(["strategy-day", "local-cooperation", "level", "barriers-follow", "barriers"]))
    conditions = ["", "/has-strategy = yes", "/sector = municipality", "/answered(has-strategy)"]
    added = [f"extra-{n}{one}" for n, one in enumerate(data.draw(st.lists(st.sampled_from(conditions), max_size=3)))]
    old = f"- id: {place}\n"
    changed = change_survey(tmp_path_factory.mktemp("survey"), old, f"{inform(*added)}\n{old}")
    wave = data.draw(st.sampled_from(["2025", "2026"]))
    journey = make_journey(changed, data.draw(st.sampled_from(["100000040", "100000008"])), wave)
    answers: dict[str, Cell] = {}
    for item in journey.items:
        cell = data.draw(draw_cell(journey, item))
        if cell is not None:
            answers[item] = cell
    values: dict[str, str | None] = dict(journey.organisation.values[wave])
    shown = []
    for question in changed.questions:
        if question.role != ROLE or wave not in question.waves:
            continue
        asked = is_shown(question, values)
        shown += [question.id] if asked else []
        values |= {
            one.id: name_answer(changed, one.id, answers.get(one.id) if asked else None) for one in question.items
        }
    path = journey.follow(answers)
    assert [question.id for page in path for question in page.questions] == shown
    assert list(journey.pages) == [page.id for section in journey.sections for page in section.pages]
    assert set(journey.pages) >= {page.id for page in path}


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
