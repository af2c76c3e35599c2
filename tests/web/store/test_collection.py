"""A wave is opened: for everyone, once, and only for one questionnaire."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest

from praksis.collect.event import Event, EventKind
from praksis.collect.response import Response
from praksis.define.freeze import freeze_questionnaire
from praksis.define.survey import Survey
from praksis.web.store.database import close_connections
from tests.databases import SECRET
from tests.web.store.conftest import NOON, WAVE

LATER = NOON + datetime.timedelta(days=1)


def answer(response_id: int, who: str, kind: EventKind = EventKind.SAVED, **cells: int | str | None) -> None:
    from praksis.web.store.work import change_response

    def decide(response: Response) -> Event:
        new = {name.replace("_", "-"): cell for name, cell in cells.items()}
        return Event(response.number + 1, NOON, who, kind, page="staff" if new else "", new=new)

    change_response(response_id, decide)


def change_question(survey: Survey, **update: object) -> Survey:
    """The survey with another second question."""
    questions = [one if n != 1 else one.model_copy(update=update) for n, one in enumerate(survey.questions)]
    return survey.model_copy(update={"questions": tuple(questions)})


def test_everyone_gets_a_response_and_a_link_in_their_written_form(database: str, survey: Survey) -> None:
    from praksis.web.store.collection import list_responses, open_wave
    from praksis.web.store.work import hold_assignment, read_response

    opened = open_wave(survey, WAVE, SECRET, NOON, closes_at=LATER)
    asked = survey.frame.of_wave(WAVE)
    assert (opened.responses, opened.added, opened.gone) == (len(asked), len(asked), ())
    assert opened.questionnaires == 1
    responses = list_responses(survey.header.id, WAVE)
    assert [one.organisation for one in responses] == [one.key for one in asked]
    for stored, organisation in zip(responses, asked, strict=True):
        held = hold_assignment(stored.coordinator)
        assert (held.survey, held.wave, held.role) == (survey.header.id, WAVE, "head-of-it")
        assert (held.organisation, held.language) == (organisation.key, survey.language_of(organisation))
        assert held.closes_at == LATER
        assert held.person.coordinator
        assert dict(held.people) == {stored.coordinator: held.person}
        assert read_response(stored.id) == Response()
    assert {hold_assignment(one.coordinator).language for one in responses} == {"nb", "nn"}


def test_opened_twice_changes_nothing(database: str, survey: Survey, wave: str) -> None:
    from praksis.web.store.collection import list_responses, open_wave
    from praksis.web.store.entrance import issue_link

    before = list_responses(survey.header.id, wave)
    links = [issue_link(one.coordinator, SECRET, NOON) for one in before]
    answer(before[0].id, before[0].coordinator, full_time_equivalents="12.5")
    again = open_wave(survey, wave, SECRET, LATER)
    assert (again.responses, again.added, again.closes_at) == (len(before), 0, None)
    after = list_responses(survey.header.id, wave)
    assert [one.id for one in after] == [one.id for one in before]
    assert [one.events for one in after] == [1, *[0] * (len(before) - 1)]
    assert [issue_link(one.coordinator, SECRET, LATER) for one in after] == links
    assert len(set(links)) == len(links)


def test_opened_by_several_at_once(database: str, survey: Survey) -> None:
    from praksis.web.store.collection import list_responses, open_wave

    def open_it(_: int) -> int:
        try:
            return open_wave(survey, WAVE, SECRET, NOON).added
        finally:
            close_connections()

    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(open_it, range(4)))
    assert sorted(added) == [0, 0, 0, len(survey.frame.of_wave(WAVE))]
    assert len(list_responses(survey.header.id, WAVE)) == max(added)


def test_a_frame_that_has_changed(database: str, survey: Survey) -> None:
    from praksis.web.store.collection import list_responses, open_wave

    def without(key: str) -> Survey:
        left = tuple(one for one in survey.frame.organisations if one.key != key)
        return survey.model_copy(update={"frame": survey.frame.model_copy(update={"organisations": left})})

    first, second = (one.key for one in survey.frame.of_wave(WAVE)[:2])
    open_wave(without(first), WAVE, SECRET, NOON)
    assert first not in {one.organisation for one in list_responses(survey.header.id, WAVE)}
    opened = open_wave(without(second), WAVE, SECRET, NOON)
    assert (opened.added, opened.gone) == (1, ((second, "head-of-it"),))
    assert {first, second} <= {one.organisation for one in list_responses(survey.header.id, WAVE)}


def test_before_anyone_answers_the_questionnaire_may_change(database: str, survey: Survey, wave: str) -> None:
    from praksis.web.store.collection import list_responses, open_wave

    stored = list_responses(survey.header.id, wave)[0]
    answer(stored.id, stored.coordinator, EventKind.ENTERED)
    other = change_question(survey, show_if="has-strategy = yes")
    assert open_wave(other, wave, SECRET, NOON).questionnaires == 1


def test_what_answers_mean_stays_once_there_are_any(database: str, survey: Survey, wave: str) -> None:
    from praksis.web.store.collection import WaveRefused, list_responses, open_wave

    stored = list_responses(survey.header.id, wave)[0]
    answer(stored.id, stored.coordinator, full_time_equivalents="12.5")
    name = survey.questions[1].id
    with pytest.raises(WaveRefused, match=rf"another meaning now: question {name}; take back"):
        open_wave(change_question(survey, show_if="has-strategy = yes"), wave, SECRET, NOON)
    fewer = survey.model_copy(update={"questions": survey.questions[:1] + survey.questions[2:]})
    with pytest.raises(WaveRefused, match=rf"another meaning now: question {name} \(gone\)"):
        open_wave(fewer, wave, SECRET, NOON)
    assert open_wave(survey, wave, SECRET, NOON).questionnaires == 1


def test_a_text_can_be_corrected_and_both_are_kept(database: str, survey: Survey, wave: str) -> None:
    from praksis.web.store.collection import list_responses, open_wave
    from praksis.web.store.models import Questionnaire

    stored = list_responses(survey.header.id, wave)[0]
    answer(stored.id, stored.coordinator, full_time_equivalents="12.5")
    other = change_question(survey, help=survey.questions[1].text, required=True)
    assert open_wave(other, wave, SECRET, LATER).questionnaires == 2
    assert open_wave(other, wave, SECRET, LATER).questionnaires == 2
    rows = list(Questionnaire.objects.order_by("pk"))
    assert [row.since for row in rows] == [NOON, LATER]
    assert [row.frozen.encode() for row in rows] == [freeze_questionnaire(one, wave) for one in (survey, other)]


def test_a_wave_the_survey_does_not_have(database: str, survey: Survey) -> None:
    from praksis.web.store.collection import WaveRefused, list_responses, open_wave

    with pytest.raises(WaveRefused, match="it has 2025, 2026"):
        open_wave(survey, "2031", SECRET, NOON)
    assert list_responses(survey.header.id, "2031") == ()


def test_a_new_closing_time_holds_and_none_leaves_it(database: str, survey: Survey, wave: str) -> None:
    from praksis.web.store.collection import open_wave

    assert open_wave(survey, wave, SECRET, NOON, closes_at=LATER).closes_at == LATER
    assert open_wave(survey, wave, SECRET, NOON).closes_at == LATER


def test_earlier_answers_are_the_submitted_factual_ones(database: str, survey: Survey) -> None:
    from praksis.web.store.collection import find_earlier, list_responses, open_wave
    from praksis.web.store.work import hold_assignment

    open_wave(survey, "2025", SECRET, NOON)
    first, second, third = list_responses(survey.header.id, "2025")[:3]
    yes = next(one.code for one in survey.scale_of("has-strategy").categories if one.id == "yes")
    no = next(one.code for one in survey.scale_of("has-strategy").categories if one.id == "no")
    for stored in (first, second):
        answer(stored.id, stored.coordinator, full_time_equivalents="12.5", has_strategy=yes, services_are=1)
    answer(first.id, first.coordinator, strategy_adopted="2024-05-17")
    answer(first.id, first.coordinator, EventKind.SUBMITTED)
    # Submitted too: do not know, and a date that the routing passes by.
    answer(
        third.id, third.coordinator, full_time_equivalents=-3, has_strategy=no, strategy_adopted="2024-05-17"
    )  # fmt: skip
    answer(third.id, third.coordinator, EventKind.SUBMITTED)
    earlier = find_earlier(survey, WAVE)
    facts = {"full-time-equivalents": "12.5", "has-strategy": yes, "strategy-adopted": "2024-05-17"}
    assert earlier == {
        (first.organisation, "head-of-it"): facts,
        (third.organisation, "head-of-it"): {"has-strategy": no},
    }
    # An opinion among them is not kept, and the wave itself is not its own past.
    given = {key: {**cells, "services-are": 1} for key, cells in earlier.items()}
    open_wave(survey, WAVE, SECRET, NOON, earlier=given)
    held = [hold_assignment(one.coordinator).earlier for one in list_responses(survey.header.id, WAVE)[:3]]
    assert held == [facts, {}, {"has-strategy": no}]
    assert find_earlier(survey, "2025") == {}
