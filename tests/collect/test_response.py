"""Events and what they sum to: two people on a page, doubled clicks, handing over, submitting."""

import dataclasses
import datetime
from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from praksis.collect.answering import Reading, read_form
from praksis.collect.event import Event, EventKind
from praksis.collect.journey import Journey
from praksis.collect.response import (
    NotAllowed,
    Person,
    Response,
    add_event,
    enter,
    find_submitted,
    find_unanswered,
    find_unfinished,
    fold_events,
    hand_over,
    reopen,
    save_page,
    submit,
    take_back,
)
from praksis.collect.routing import Cell
from praksis.collect.status import Stage, list_statuses
from praksis.define.read import load_survey
from tests.collect.conftest import EVERY_KIND, KARI, NOON, OLA, make_journey
from tests.collect.robot import draw_form

Save = Callable[..., Response]


def save(response: Response, journey: Journey, page: str, form: dict[str, list[str]], **how: object) -> Event | None:
    """A page saved by Kari who has seen its latest version, unless `who` and `base` say otherwise."""
    who, base = how.get("who", KARI), how.get("base", response.versions.get(page, 0))
    assert isinstance(who, Person)
    assert isinstance(base, int)
    place = journey.pages[page]
    return save_page(response, journey, who, place, read_form(journey, place, form), base, NOON, {})


def play(response: Response, journey: Journey, page: str, form: dict[str, list[str]], **how: object) -> Response:
    event = save(response, journey, page, form, **how)
    assert event is not None
    return add_event(response, event)


def test_a_save_says_what_was_and_what_is(journey: Journey) -> None:
    first = save(Response(), journey, "local-cooperation", {"partner": ["Fjordheim"]})
    assert first is not None
    assert (first.number, first.kind, first.section) == (1, EventKind.SAVED, "welcome")
    assert (first.old, first.new) == ({"partner": None}, {"partner": "Fjordheim"})
    response = add_event(Response(), first)
    second = save(response, journey, "local-cooperation", {"partner": ["Granli"]})
    assert second is not None
    assert (second.number, second.old, second.new) == (2, {"partner": "Fjordheim"}, {"partner": "Granli"})
    assert fold_events([first, second]).answers == {"partner": "Granli"}


def test_a_doubled_click_is_one_save(journey: Journey) -> None:
    once = play(Response(), journey, "local-cooperation", {"partner": ["Fjordheim"]})
    assert save(once, journey, "local-cooperation", {"partner": ["Fjordheim"]}, base=0) is None
    assert save(once, journey, "local-cooperation", {"partner": ["Fjordheim"]}) is None


def test_a_page_left_empty_has_been_visited(journey: Journey) -> None:
    response = play(Response(), journey, "local-cooperation", {})
    assert response.visited == {"local-cooperation"}
    assert response.answers == {}
    assert save(response, journey, "local-cooperation", {}) is None


def test_what_cannot_be_read_is_kept_and_takes_the_answer_away(journey: Journey) -> None:
    response = play(Response(), journey, "staff", {"full-time-equivalents": ["12"]})
    response = play(response, journey, "staff", {"full-time-equivalents": ["about 12"]})
    assert response.answers == {}
    assert response.raw == {"staff": {"full-time-equivalents": ("about 12",)}}
    assert find_unfinished(response, journey)["unread"] == ("staff",)
    response = play(response, journey, "staff", {"full-time-equivalents": ["12"]})
    assert response.raw == {}
    assert response.answers == {"full-time-equivalents": "12"}


def test_who_only_passes_through_a_page_says_nothing(journey: Journey) -> None:
    """Every button saves, also from a page on which nothing was touched and that somebody has answered meanwhile."""
    response = add_event(Response(), _hand_over(Response(), journey))
    response = play(response, journey, "staff", {"full-time-equivalents": ["10"]}, who=KARI)
    assert save(response, journey, "staff", {}, who=OLA, base=0) is None
    seen = response.versions["staff"]
    response = play(response, journey, "staff", {"full-time-equivalents": ["about 12"]}, who=KARI)
    assert save(response, journey, "staff", {"full-time-equivalents": ["10"]}, who=OLA, base=seen) is None
    unread = response.versions["staff"]
    response = play(response, journey, "staff", {"full-time-equivalents": ["12"]}, who=KARI)
    assert save(response, journey, "staff", {"full-time-equivalents": ["about 12"]}, who=OLA, base=unread) is None
    assert response.answers == {"full-time-equivalents": "12"}
    for form in ({"full-time-equivalents": ["11"]}, {"full-time-equivalents": ["about 11"]}, {}):
        disputed = save(response, journey, "staff", form, who=OLA, base=unread)
        assert disputed is not None
        assert disputed.kind is EventKind.DISPUTED


@pytest.mark.parametrize("turned", [False, True])
def test_two_people_on_a_page_lose_nothing(journey: Journey, turned: bool) -> None:
    """Both saw the empty page. Whoever comes second is kept beside; then one chooses."""
    first, second = (OLA, KARI) if turned else (KARI, OLA)
    response = add_event(Response(), _hand_over(Response(), journey))
    response = play(response, journey, "staff", {"full-time-equivalents": ["10"]}, who=first, base=0)
    dispute = save(response, journey, "staff", {"full-time-equivalents": ["20"]}, who=second, base=0)
    assert dispute is not None
    assert dispute.kind is EventKind.DISPUTED
    response = add_event(response, dispute)
    assert response.answers == {"full-time-equivalents": "10"}
    (beside,) = response.disputes["staff"]
    assert beside.new == {"full-time-equivalents": "20"}
    assert response.authors["staff"] == first.id
    assert find_unfinished(response, journey)["disputed"] == ("staff",)
    # Sent again, it is the same dispute; a choice made without having seen it is another.
    assert save(response, journey, "staff", {"full-time-equivalents": ["20"]}, who=second, base=0) is None
    unread = save(response, journey, "staff", {"full-time-equivalents": ["about 15"]}, who=first)
    assert unread is not None
    assert unread.kind is EventKind.DISPUTED, "what cannot be read settles nothing, and is kept"
    third = add_event(response, unread)
    assert [dict(one.raw) for one in third.disputes["staff"]] == [{}, {"full-time-equivalents": ("about 15",)}]
    assert third.answers == response.answers
    chosen = play(third, journey, "staff", {"full-time-equivalents": ["20"]}, who=first)
    assert chosen.answers == {"full-time-equivalents": "20"}
    assert chosen.disputes == {}
    kept = play(response, journey, "staff", {"full-time-equivalents": ["10"]}, who=first)
    assert kept.answers == {"full-time-equivalents": "10"}
    assert kept.disputes == {}


def test_two_who_say_the_same_do_not_disagree(journey: Journey) -> None:
    response = add_event(Response(), _hand_over(Response(), journey))
    response = play(response, journey, "staff", {"full-time-equivalents": ["10"]})
    assert save(response, journey, "staff", {"full-time-equivalents": ["10,0"]}, who=OLA, base=0) is None


def _hand_over(response: Response, journey: Journey) -> Event:
    event = hand_over(response, journey, KARI, "welcome", OLA, NOON)
    assert event is not None
    return event


def test_a_colleague_has_what_was_handed_over_and_no_more(journey: Journey) -> None:
    with pytest.raises(NotAllowed, match="not-yours"):
        save(Response(), journey, "staff", {}, who=OLA)
    response = add_event(Response(), _hand_over(Response(), journey))
    assert hand_over(response, journey, KARI, "welcome", OLA, NOON) is None
    response = play(response, journey, "staff", {"full-time-equivalents": ["10"]}, who=OLA)
    for refused in (
        lambda: save(response, journey, "level", {}, who=OLA),
        lambda: submit(response, journey, OLA, NOON),
        lambda: hand_over(response, journey, OLA, "welcome", OLA, NOON),
        lambda: take_back(response, journey, OLA, "welcome", NOON),
        lambda: reopen(response, OLA, NOON),
    ):
        with pytest.raises(NotAllowed, match=r"not-(yours|coordinator)"):
            refused()
    back = take_back(response, journey, KARI, "welcome", NOON)
    assert back is not None
    assert back.whom == OLA.id
    response = add_event(response, back)
    assert take_back(response, journey, KARI, "welcome", NOON) is None
    assert response.answers == {"full-time-equivalents": "10"}
    with pytest.raises(NotAllowed, match="not-yours"):
        save(response, journey, "staff", {"full-time-equivalents": ["11"]}, who=OLA)
    with pytest.raises(NotAllowed, match="unknown"):
        hand_over(response, journey, KARI, "no-such", OLA, NOON)
    with pytest.raises(NotAllowed, match="no-colleague"):
        hand_over(response, journey, KARI, "welcome", dataclasses.replace(OLA, coordinator=True), NOON)


REQUIRED = {
    "staff": {"full-time-equivalents": ["10"]},
    "strategy": {"has-strategy": ["no"]},
    "statements": {"users-first": ["agree"], "data-shared": ["agree"], "services-tested": ["do-not-know"]},
}


def test_submitting(journey: Journey) -> None:
    response = Response()
    with pytest.raises(NotAllowed) as refused:
        submit(response, journey, KARI, NOON)
    assert (refused.value.reason, refused.value.pages) == ("required", tuple(REQUIRED))
    for page, form in REQUIRED.items():
        response = play(response, journey, page, form)
    assert find_unfinished(response, journey) == {}
    assert "local-cooperation" in find_unanswered(response, journey)
    submitted = submit(response, journey, KARI, NOON)
    assert submitted is not None
    response = add_event(response, submitted)
    assert response.submitted == submitted
    assert submit(response, journey, KARI, NOON) is None
    with pytest.raises(NotAllowed, match="submitted"):
        save(response, journey, "staff", {"full-time-equivalents": ["11"]})
    assert response.reopened is None
    opened = reopen(response, KARI, NOON)
    assert opened is not None
    response = add_event(response, opened)
    assert (response.submitted, response.reopened) == (None, opened)
    assert reopen(response, KARI, NOON) is None
    play(response, journey, "staff", {"full-time-equivalents": ["11"]})


def test_what_was_submitted_stands_until_it_is_submitted_again(journey: Journey) -> None:
    response, events = Response(), []

    def add(event: Event | None) -> None:
        nonlocal response
        assert event is not None
        events.append(event)
        response = add_event(response, event)

    add(save(response, journey, "staff", {"full-time-equivalents": ["10"]}))
    assert find_submitted(events) is None
    add(Event(2, NOON, KARI.id, EventKind.SUBMITTED))
    add(Event(3, NOON, KARI.id, EventKind.REOPENED))
    add(save(response, journey, "staff", {"full-time-equivalents": ["11"]}))
    stood_by = find_submitted(events)
    assert stood_by is not None
    assert stood_by.answers == {"full-time-equivalents": "10"}
    add(Event(5, NOON, KARI.id, EventKind.SUBMITTED))
    assert find_submitted(events) == response


def test_a_required_question_off_the_path_hinders_nobody(journey: Journey) -> None:
    assert "strategy-day" not in find_unfinished(Response(), journey)["required"]


def test_a_page_hinders_for_one_reason(journey: Journey) -> None:
    """Required and not answered, or not to be read, and disputed: it is settled by choosing."""
    response = play(Response(), journey, "staff", {})
    for base, form in enumerate(({"full-time-equivalents": ["10"]}, {"full-time-equivalents": ["ten"]}), start=7):
        response = play(response, journey, "staff", form, base=base)
    assert "staff" in response.disputes
    found = find_unfinished(response, journey)
    assert found["disputed"] == ("staff",)
    assert "staff" not in found["required"]
    response = play(Response(), journey, "staff", {"full-time-equivalents": ["ten"]})
    response = play(response, journey, "staff", {"full-time-equivalents": ["10"]}, base=7)
    found = find_unfinished(response, journey)
    assert (found["disputed"], found.get("unread")) == (("staff",), None)


def test_how_far_it_has_come(journey: Journey) -> None:
    response = add_event(Response(), enter(Response(), KARI, NOON))
    assert [status.stage for status in list_statuses(response, journey)] == [Stage.OPENED] * 3
    response = play(response, journey, "staff", {"full-time-equivalents": ["?"]})
    first = list_statuses(response, journey)[0]
    assert (first.stage, first.visited, first.answered, first.to_check) == (Stage.STARTED, 1, 0, ("staff",))
    assert first.next_page == "staff"
    response = play(response, journey, "strategy", {})
    assert list_statuses(response, journey)[0].to_check == ("staff", "strategy"), "it must be answered"
    for page in journey.follow(response.answers):
        if page.id not in response.versions or page.id in REQUIRED:
            response = play(response, journey, page.id, REQUIRED.get(page.id, {}))
    assert [status.stage for status in list_statuses(response, journey)] == [Stage.COMPLETE] * 3


class TwoPeople(RuleBasedStateMachine):
    """Two people open pages and save them later, in any order, right and wrong. Nothing acknowledged is lost."""

    @initialize()
    def start(self) -> None:
        self.journey = make_journey(load_survey(EVERY_KIND))
        self.events: list[Event] = []
        self.response = Response()
        self.open: dict[tuple[str, str], int] = {}
        self.said: dict[str, list[Reading]] = {}
        """Page -> every reading that was acknowledged."""
        for section in self.journey.section_by_id:
            self.add(hand_over(self.response, self.journey, KARI, section, OLA, NOON))

    def add(self, event: Event | None) -> None:
        if event:
            assert event.number == len(self.events) + 1
            self.events.append(event)
            self.response = add_event(self.response, event)

    @rule(person=st.sampled_from([KARI, OLA]), data=st.data())
    def look(self, person: Person, data: st.DataObject) -> None:
        page = data.draw(st.sampled_from(sorted(self.journey.pages)[:4]))
        self.open[person.id, page] = self.response.versions.get(page, 0)

    @rule(person=st.sampled_from([KARI, OLA]), data=st.data())
    def leave(self, person: Person, data: st.DataObject) -> None:
        mine = sorted(page for who, page in self.open if who == person.id)
        if not mine:
            return
        name = data.draw(st.sampled_from(mine))
        page = self.journey.pages[name]
        reading = read_form(self.journey, page, data.draw(draw_form(self.journey, page)))
        at = NOON + datetime.timedelta(minutes=len(self.events))
        self.add(save_page(self.response, self.journey, person, page, reading, self.open[person.id, name], at, {}))
        self.said.setdefault(name, []).append(reading)

    @invariant()
    def state_is_the_sum_of_events(self) -> None:
        if hasattr(self, "events"):
            assert fold_events(self.events) == self.response

    @invariant()
    def everything_said_is_kept(self) -> None:
        """Each acknowledged form, read or not, is in an event of its page, or says what the page said before."""
        for name, readings in getattr(self, "said", {}).items():
            items = [item.id for item in self.journey.items_of(self.journey.pages[name])]
            answers: dict[str, Cell | None] = dict.fromkeys(items)
            kept = [(dict(answers), {})]
            for event in self.events:
                if event.page == name and event.kind is EventKind.DISPUTED:
                    kept.append((dict(event.new), dict(event.raw)))
                elif event.page == name:
                    answers |= event.new
                    kept.append((dict(answers), dict(event.raw)))
            said = [(dict(one.answers), {field: tuple(one.raw[field]) for field in one.raw}) for one in readings]
            assert all(one in kept for one in said)

    @invariant()
    def the_answers_are_the_last_that_was_saved(self) -> None:
        for name in {event.page for event in getattr(self, "events", ()) if event.kind is EventKind.SAVED}:
            saved = [event for event in self.events if event.page == name and event.kind is EventKind.SAVED]
            for item, cell in saved[-1].new.items():
                assert self.response.answers.get(item) == cell
            assert self.response.authors[name] == saved[-1].who


TwoPeople.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestTwoPeople = TwoPeople.TestCase
