"""Where each stands, and the order in which a list is worked through."""

import datetime
from dataclasses import replace

import pytest

from praksis.collect.disposition import Case, Code, Finding, Found, Letter, Rule, Step
from praksis.collect.roster import Sorting, State, alphabetise, list_entries, pick_entries, sort_entries

START = datetime.datetime(2026, 11, 2, 9, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
NOW = START + 20 * DAY
SENT, RETURNED = Letter(START, about="invitation"), Letter(START, bounced_at=START + DAY, about="invitation")
HALF, LITTLE = Step(START + 2 * DAY, 10, 5, "q6", "s1"), Step(START + 2 * DAY, 10, 1, "q2", "s1")
ALL = replace(HALF, answered=10)
EMPTY = Case("1", "head", "state")
OPENED = replace(EMPTY, letters=(SENT,), opened_at=START + DAY)
SUBMITTED = replace(OPENED, steps=(ALL,), submitted=(START + 3 * DAY,))


def say(case: Case, *found: Found) -> Case:
    return replace(case, findings=tuple(Finding(START + 4 * DAY, one) for one in found))


CASES = [
    (EMPTY, State.NOT_INVITED, Code.NOT_INVITED),
    (replace(EMPTY, letters=(SENT,)), State.SILENT, Code.SILENT),
    (replace(EMPTY, letters=(RETURNED,)), State.UNDELIVERABLE, Code.UNDELIVERABLE),
    (replace(EMPTY, letters=(RETURNED, SENT)), State.SILENT, Code.SILENT),
    (OPENED, State.ENTERED, Code.NOTHING_ANSWERED),
    (replace(OPENED, steps=(LITTLE,)), State.BEGUN, Code.BREAK_OFF),
    (replace(OPENED, steps=(HALF,)), State.PARTIAL, Code.PARTIAL),
    (SUBMITTED, State.SUBMITTED, Code.COMPLETE),
    (replace(SUBMITTED, reopened=(START + 5 * DAY,)), State.REOPENED, Code.COMPLETE),
    (say(OPENED, Found.DECLINED), State.DECLINED, Code.REFUSAL),
    (say(EMPTY, Found.OPTED_OUT), State.OPTED_OUT, Code.REFUSAL),
    (say(EMPTY, Found.UNABLE), State.UNABLE, Code.UNABLE),
    (say(SUBMITTED, Found.MERGED), State.NOT_ELIGIBLE, Code.GONE),
    (say(OPENED, Found.DECLINED, Found.TAKEN_BACK), State.ENTERED, Code.NOTHING_ANSWERED),
]


@pytest.mark.parametrize(("case", "state", "code"), CASES)
@pytest.mark.parametrize("certain", [True, False])
def test_each_stands_somewhere_whether_the_frame_is_certain_or_not(
    case: Case, state: State, code: Code, certain: bool
) -> None:
    (entry,) = list_entries([case], {"1": "Ås"}, NOW, Rule(certain_frame=certain))
    unknown = code in (Code.NOT_INVITED, Code.SILENT, Code.UNDELIVERABLE)
    assert (entry.state, entry.code) == (state, Code.NON_CONTACT if certain and unknown else code)


def test_every_state_is_met_above() -> None:
    assert {state for _, state, _ in CASES} == set(State)


def test_a_list_is_of_a_moment() -> None:
    (entry,) = list_entries([SUBMITTED], {"1": "Ås"}, START + 2 * DAY, Rule())
    assert (entry.state, entry.answered, entry.asked, entry.heard_at) == (State.PARTIAL, 10, 10, START + 2 * DAY)


def test_names_stand_in_the_order_of_the_norwegian_alphabet() -> None:
    names = ["Ås", "Østre Toten", "Ål", "Aure", "Ærfugl", "Zetlitz", "Kárášjohka", "Kautokeino", "ørsta"]
    assert sorted(names, key=alphabetise) == [
        "Aure", "Kárášjohka", "Kautokeino", "Zetlitz", "Ærfugl", "ørsta", "Østre Toten", "Ål", "Ås",
    ]  # fmt: skip


def test_who_was_never_heard_from_is_silent_longest() -> None:
    called = replace(OPENED, organisation="2", findings=(Finding(START + 9 * DAY, Found.NOTE),))
    never, lately = replace(EMPTY, organisation="3", letters=(SENT,)), replace(SUBMITTED, organisation="4")
    names = {"2": "B", "3": "C", "4": "A"}
    entries = list_entries([called, never, lately], names, NOW, Rule())
    assert [one.name for one in entries] == ["A", "B", "C"]
    assert [one.name for one in sort_entries(entries, Sorting.SILENT)] == ["C", "B", "A"]
    assert [one.name for one in sort_entries(entries, Sorting.LAST)] == ["C", "A", "B"]


@pytest.mark.parametrize(
    ("text", "found"), [("ÅS", True), ("A\u030as", True), ("9 99", True), ("x", False), ("", True)]
)
def test_a_name_is_found_however_it_is_written(text: str, found: bool) -> None:
    case = replace(EMPTY, organisation="999")
    entries = list_entries([case], {"999": "Ås  kommune"}, NOW, Rule())
    assert bool(pick_entries(entries, text=text)) is found
    assert pick_entries(entries, stratum="x") == pick_entries(entries, state=State.SILENT) == ()
