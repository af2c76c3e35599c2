"""What has become of a response: the codes by hand, from real events, and what must hold whatever happens."""

import dataclasses
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.collect.answering import read_form, write_form
from praksis.collect.disposition import (
    Case,
    Code,
    Disposition,
    FaultyRule,
    Finding,
    Found,
    Group,
    Letter,
    Rule,
    Step,
    count_groups,
    find_disposition,
    keep_until,
    make_case,
)
from praksis.collect.event import Event, EventKind
from praksis.collect.journey import Journey
from praksis.collect.response import Response, add_event, enter, reopen, save_page, submit
from praksis.estimate.response_rate import Dispositions, count_dispositions
from tests.collect.conftest import KARI, NOON

DAY = datetime.timedelta(days=1)
RULE = Rule()
DOUBTFUL = Rule(certain_frame=False)


def day(number: float) -> datetime.datetime:
    return NOON + number * DAY


def make(**facts: object) -> Case:
    return Case("100000040", "head-of-it", "municipality", **facts)  # type: ignore[arg-type]


def step(at: float, answered: int, asked: int = 10) -> Step:
    return Step(day(at), asked, answered, "level", "level")


def code(case: Case, at: float = 100, rule: Rule = RULE) -> Code:
    return find_disposition(case, day(at), rule).code


SENT = Letter(day(0), about="invitation")
BACK = Letter(day(0), bounced_at=day(1), about="invitation")
OPENED = {"letters": (SENT,), "opened_at": day(2)}
DECLINED = Finding(day(4), Found.DECLINED, "rang: no time this year")


def test_numbers_and_groups_are_the_associations() -> None:
    """First digits and groups as `rrcalc` (GESIS, for Stata) and 1KA have them: 1.1 I, 1.2 P, 2.1 R, 2.2 NC, 2.3 O,
    3.1 UH, 3.3 UO, 4 not eligible."""
    prefixes = {
        "1.1": Group.COMPLETE, "1.2": Group.PARTIAL, "2.1": Group.REFUSAL, "2.2": Group.NON_CONTACT, "2.3": Group.OTHER,
        "3.1": Group.UNKNOWN, "3.3": Group.UNKNOWN_OTHER, "4": Group.NOT_ELIGIBLE,
    }  # fmt: skip
    for one in Code:
        (group,) = [group for prefix, group in prefixes.items() if one.value.startswith(prefix)]
        assert one.group is group
    assert {one.group for one in Code} == set(Group)


def test_silent_organisations() -> None:
    """Who never came in: whether they belong is known, or it is not."""
    cases = [make(), make(letters=(SENT,)), make(letters=(BACK,)), make(letters=(BACK, Letter(day(2))))]
    assert [code(case) for case in cases] == [Code.NON_CONTACT] * 4
    expected = [Code.NOT_INVITED, Code.SILENT, Code.UNDELIVERABLE, Code.SILENT]
    assert [code(case, rule=DOUBTFUL) for case in cases] == expected


def test_a_letter_that_comes_back_later_had_arrived_until_then() -> None:
    case = make(letters=(BACK,))
    assert [code(case, at, DOUBTFUL) for at in (-1, 0, 0.9, 1)] == [
        Code.NOT_INVITED, Code.SILENT, Code.SILENT, Code.UNDELIVERABLE,
    ]  # fmt: skip


def test_whoever_came_in_is_known_to_belong() -> None:
    case = make(letters=(BACK,), opened_at=day(2))
    assert code(case, rule=DOUBTFUL) is Code.NOTHING_ANSWERED
    assert case.is_delivered


@pytest.mark.parametrize(
    ("answered", "expected"),
    [(0, Code.NOTHING_ANSWERED), (1, Code.BREAK_OFF), (4, Code.BREAK_OFF), (5, Code.PARTIAL), (10, Code.PARTIAL)],
)
def test_unfinished_responses_by_how_much_is_answered(answered: int, expected: Code) -> None:
    assert code(make(**OPENED, steps=(step(3, answered),))) is expected


def test_the_limit_is_the_surveys_own() -> None:
    case = make(**OPENED, steps=(step(3, 6),))
    assert code(case, rule=Rule(partial_from=0.6)) is Code.PARTIAL
    assert code(case, rule=Rule(partial_from=0.61)) is Code.BREAK_OFF


def test_what_was_submitted_counts_as_it_was_submitted() -> None:
    """Also where it was opened again: microdata holds what the organisation has stood by."""
    case = make(**OPENED, steps=(step(3, 9), step(6, 2)), submitted=(day(4),), reopened=(day(5),))
    assert code(case) is Code.COMPLETE
    assert case.is_open_again
    assert not find_disposition(case, day(7), RULE).final
    assert find_disposition(case, day(4.5), RULE).final
    assert not keep_until(case, day(4.5)).is_open_again
    again = dataclasses.replace(case, submitted=(day(4), day(8)))
    assert [keep_until(again, day(at)).is_open_again for at in (7, 8)] == [True, False]
    assert find_disposition(again, day(8), RULE).final


def test_a_survey_may_ask_for_more_than_submitting() -> None:
    rule = Rule(complete_from=0.8)
    for answered, expected in [(8, Code.COMPLETE), (7, Code.PARTIAL), (4, Code.BREAK_OFF), (0, Code.NOTHING_ANSWERED)]:
        case = make(**OPENED, steps=(step(3, answered),), submitted=(day(4),))
        assert code(case, rule=rule) is expected
        assert code(case) is Code.COMPLETE
    assert code(make(submitted=(day(4),)), rule=rule) is Code.NOTHING_ANSWERED, "submitted without saving a page"


def test_who_said_no() -> None:
    assert code(make(letters=(SENT,), findings=(DECLINED,))) is Code.REFUSAL
    assert code(make(letters=(SENT,), findings=(DECLINED,)), at=3) is Code.NON_CONTACT
    begun = {**OPENED, "steps": (step(3, 7),), "findings": (DECLINED,)}
    assert code(make(**begun)) is Code.REFUSAL, "what they say stands above what they had answered"
    again = {**begun, "steps": (step(3, 7), step(5, 8))}
    assert code(make(**again)) is Code.PARTIAL, "they went on answering after all"
    assert code(make(**again, submitted=(day(6),))) is Code.COMPLETE
    taken_back = (DECLINED, Finding(day(5), Found.TAKEN_BACK), Finding(day(6), Found.NOTE, "rings back"))
    assert code(make(letters=(SENT,), findings=taken_back)) is Code.NON_CONTACT


def test_who_wants_no_letters() -> None:
    """Is a refusal while nothing is answered, and keeps nobody from answering."""
    out = Finding(day(3), Found.OPTED_OUT)
    assert code(make(letters=(SENT,), findings=(out,))) is Code.REFUSAL
    assert code(make(**OPENED, findings=(out,), steps=(step(5, 6),))) is Code.PARTIAL
    assert not make(findings=(out, Finding(day(4), Found.OPTED_IN))).is_opted_out
    assert make(findings=(out, Finding(day(4), Found.TAKEN_BACK))).is_opted_out, "that is about answering"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Found.MERGED, Code.GONE),
        (Found.CLOSED, Code.GONE),
        (Found.OUTSIDE, Code.OUTSIDE),
        (Found.DUPLICATE, Code.DUPLICATE),
    ],
)
def test_who_does_not_belong_does_not_count_whatever_was_answered(found: Found, expected: Code) -> None:
    finding = Finding(day(9), found)
    case = make(**OPENED, steps=(step(3, 10),), submitted=(day(4),), findings=(finding,))
    assert [code(case, at) for at in (8, 9)] == [Code.COMPLETE, expected]
    assert find_disposition(case, day(9), RULE).final


def test_belonging_and_answering_are_two_things() -> None:
    """That it belongs after all does not take back that it declined, nor the other way round."""
    findings = [
        Finding(day(at), kind)
        for at, kind in enumerate([Found.DECLINED, Found.CLOSED, Found.BELONGS, Found.MERGED, Found.TAKEN_BACK])
    ]
    case = make(letters=(SENT,), findings=(*findings, Finding(day(5), Found.BELONGS)))
    expected = [Code.REFUSAL, Code.GONE, Code.REFUSAL, Code.GONE, Code.GONE, Code.NON_CONTACT]
    assert [code(case, at) for at in range(6)] == expected


def test_who_cannot_answer() -> None:
    unable = Finding(day(4), Found.UNABLE, "nobody in the role until spring")
    assert code(make(letters=(SENT,), findings=(unable,))) is Code.UNABLE
    assert code(make(**OPENED, steps=(step(3, 2),), findings=(unable,))) is Code.BREAK_OFF


def test_what_is_open_is_final_when_the_wave_has_closed() -> None:
    rule = Rule(closes_at=day(30))
    for case in (make(letters=(SENT,)), make(**OPENED), make(**OPENED, steps=(step(3, 7),))):
        before, after = (find_disposition(case, day(at), rule) for at in (29, 30))
        assert (before.final, after.final) == (False, True)
        assert before.code is after.code


def test_who_may_answer_longer_is_open_longer() -> None:
    rule = Rule(closes_at=day(30))
    for until, expected in [(day(35), [False, False, True]), (day(20), [False, True, True])]:
        case = make(letters=(SENT,), extended_until=until)
        assert [find_disposition(case, day(at), rule).final for at in (29, 30, 35)] == expected


def test_faulty_rules_are_named_all_at_once() -> None:
    with pytest.raises(FaultyRule, match=r"partial_from is 1\.5.*complete_from is nan.*without a time zone"):
        Rule(1.5, float("nan"), closes_at=datetime.datetime(2026, 12, 1))
    with pytest.raises(FaultyRule, match="empty response would count"):
        Rule(0)


# -- from events -------------------------------------------------------------------------------------------------------


def play(journey: Journey, *acts: tuple[str, dict[str, list[str]]]) -> list[Event]:
    """Kari comes in and saves pages, a day after each other; `submit` and `reopen` are pages too."""
    response, events = Response(), [enter(Response(), KARI, day(1))]
    response = add_event(response, events[0])
    for number, (page, form) in enumerate(acts, 2):
        if page == "submit":
            event = submit(response, journey, KARI, day(number))
        elif page == "reopen":
            event = reopen(response, KARI, day(number))
        else:
            place = journey.pages[page]
            base = response.versions.get(page, 0)
            event = save_page(
                response, journey, KARI, place, read_form(journey, place, form), base, day(number), paradata={}
            )
        assert event is not None
        events.append(event)
        response = add_event(response, event)
    return events


STAFF = ("staff", {"full-time-equivalents": ["12"]})
STRATEGY = ("strategy", {"has-strategy": ["no"]})


def finish(journey: Journey) -> list[tuple[str, dict[str, list[str]]]]:
    """Every page on the way: what is required is answered with the first choice, the others are left empty."""
    acts = [STAFF, STRATEGY]
    for page in journey.follow({"has-strategy": journey.survey.scale_of("has-strategy").codes["no"][0]}):
        if page.id not in ("staff", "strategy"):
            items = journey.items_of(page) if page.question and page.question.required else ()
            first = {item.id: journey.survey.scale_of(item.id).categories[0].code for item in items}
            acts.append((page.id, {name: list(values) for name, values in write_form(journey, page, first).items()}))
    return acts


def test_a_case_from_events(journey: Journey) -> None:
    done = finish(journey)
    days = len(done) + 1
    events = play(journey, *done, ("submit", {}), ("reopen", {}))
    events.append(Event(len(events) + 1, day(99), "ola", EventKind.ENTERED))
    case = make_case(journey, "municipality", events, [Letter(day(5)), SENT], [DECLINED])
    assert (case.organisation, case.role, case.opened_at) == ("100000040", "head-of-it", day(1))
    assert case.letters == (SENT, Letter(day(5)))
    assert [(one.answered, one.page) for one in case.steps[:2]] == [(1, "strategy"), (2, "local-cooperation")]
    assert (case.submitted, case.reopened) == ((day(days + 1),), (day(days + 2),))
    assert [code(case, at) for at in (0.5, 1, 2, days + 1, days + 2)] == [
        Code.NON_CONTACT, Code.NOTHING_ANSWERED, Code.BREAK_OFF, Code.COMPLETE, Code.COMPLETE,
    ]  # fmt: skip
    last = case.steps[-1]
    assert (last.page, last.section) == ("", ""), "nothing is left but to submit"
    assert 0 < last.answered < last.asked
    assert sum(bool(one.page) for one in case.steps) == len(case.steps) - 1


def test_asked_is_what_is_on_the_path(journey: Journey) -> None:
    """A strategy brings a question about its day; without one it is not asked."""
    yes = make_case(journey, "", play(journey, STAFF, ("strategy", {"has-strategy": ["yes"]})))
    no = make_case(journey, "", play(journey, STAFF, STRATEGY))
    assert [one.answered for one in yes.steps] == [one.answered for one in no.steps] == [1, 2]
    assert yes.steps[-1].asked == no.steps[-1].asked + 1
    assert yes.steps[-1].page == "strategy-day"


# -- whatever happens --------------------------------------------------------------------------------------------------

moments = st.integers(0, 40).map(lambda half: day(half / 2))


@st.composite
def draw_letter(draw: st.DrawFn) -> Letter:
    sent, bounced = draw(moments), draw(st.none() | moments)
    return Letter(sent, bounced_at=bounced if bounced and bounced > sent else None)


@st.composite
def draw_case(draw: st.DrawFn, strata: tuple[str, ...] = ("a", "b")) -> Case:
    """Anything that can happen: submissions and reopenings take turns, after something was opened."""
    opened = draw(st.none() | moments)
    later = st.lists(moments.filter(lambda at: opened is not None and at >= opened), max_size=4).map(sorted)
    turns = draw(later) if opened else []
    saves = draw(later) if opened else []
    return Case(
        organisation=draw(st.text("123", min_size=1, max_size=3)),
        role="head-of-it",
        stratum=draw(st.sampled_from(strata)),
        letters=tuple(sorted(draw(st.lists(draw_letter(), max_size=3)), key=lambda letter: letter.sent_at)),
        opened_at=opened,
        steps=tuple(Step(at, 10, draw(st.integers(0, 10)), draw(st.sampled_from(["", "p", "q"])), "s") for at in saves),
        submitted=tuple(turns[::2]),
        reopened=tuple(turns[1::2]),
        findings=tuple(
            sorted(
                draw(st.lists(st.builds(Finding, moments, st.sampled_from(Found)), max_size=3)), key=lambda one: one.at
            )
        ),
    )


rules = st.builds(Rule, st.floats(0.1, 1), st.floats(0, 1), st.booleans(), st.none() | moments)


@given(draw_case(), moments, rules)
def test_what_comes_later_changes_nothing(case: Case, at: datetime.datetime, rule: Rule) -> None:
    known = keep_until(case, at)
    assert find_disposition(case, at, rule) == find_disposition(known, at, rule)
    assert keep_until(known, at) == known
    assert keep_until(case, day(1000)) == case


@given(draw_case(), moments)
def test_a_certain_frame_has_nobody_in_doubt(case: Case, at: datetime.datetime) -> None:
    certain, doubtful = (find_disposition(case, at, rule).code for rule in (RULE, DOUBTFUL))
    assert certain.group not in (Group.UNKNOWN, Group.UNKNOWN_OTHER)
    if certain is Code.NON_CONTACT:
        assert doubtful in (Code.NOT_INVITED, Code.SILENT, Code.UNDELIVERABLE)
    else:
        assert certain is doubtful


@given(st.lists(st.sampled_from(Code)))
def test_groups_are_counted_into_rates(codes: list[Code]) -> None:
    counts = count_groups(Disposition(one, final=True) for one in codes)
    assert set(counts) == {*Dispositions.__dataclass_fields__} - {"unknown_respondent"}
    found = count_dispositions(counts)
    assert found.eligible + found.doubtful + found.not_eligible == len(codes) == sum(counts.values())
    assert found.refusal == sum(one.value.startswith("2.1") for one in codes)
