"""Corrections: applied in order onto what they say they correct, never onto anything else, never what no form takes."""

import dataclasses
import datetime
import functools
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.collect.answering import read_form, write_form
from praksis.collect.journey import Journey
from praksis.collect.routing import Cell
from praksis.define.question import Missing
from praksis.define.read import load_survey
from praksis.define.survey import Survey
from praksis.edit.correction import Corrected, Correction, apply_corrections, correct_responses
from praksis.edit.gather import gather_responses
from praksis.edit.microdata import read_microdata, write_microdata
from praksis.errors import Place

WAVE, ROLE = "2026", "head-of-it"
STATE, TOWN = "100000008", "100000040"
UNSURE, NOT_APPLICABLE = int(Missing.DO_NOT_KNOW), int(Missing.NOT_APPLICABLE)
STAFF, DAY = "full-time-equivalents", "strategy-adopted"
PARTS = ("time-running", "time-building", "time-helping")
NOON = datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC)
WHOLE: Mapping[str, Cell] = {
    STAFF: "1250.5", "has-strategy": 1, DAY: "2024-02-29", "strategy-holds": 3, "partner": "Ytre Øy",
    "services-are": 1, "lack-of-money": 1, "lack-of-time": 0, "lack-of-skills": 1, "no-barrier": 0,
    "budget-change": "-0.25", "users-first": 3, "data-shared": UNSURE, "services-tested": NOT_APPLICABLE,
    "by-phone": 0, "by-chat": 2, "in-person": 3, "time-running": "60", "time-building": "0", "time-helping": "40",
    "one-word": "travelt", "comment": "To linjer:\nsiste",
}  # fmt: skip


def correct(
    item: str,
    old: Cell | None,
    new: Cell | None,
    *,
    minute: int = 0,
    who: str = "kari",
    reason: str = "Ringte.",
    key: str = TOWN,
) -> Correction:
    return Correction(key, ROLE, item, old, new, reason, who, NOON + datetime.timedelta(minutes=minute))


@functools.cache
def load_every_kind() -> Survey:
    """For Hypothesis, which has no use for fixtures."""
    return load_survey(Path(__file__).parents[1] / "collect" / "every-kind")


@pytest.fixture
def journey(every_kind: Survey) -> Journey:
    return Journey(every_kind, WAVE, ROLE, next(one for one in every_kind.frame.organisations if one.key == TOWN))


def codes(made: Corrected) -> list[str]:
    assert all(problem.remedy for problem in made.problems)
    return [problem.code for problem in made.problems]


def differ(made: Corrected) -> dict[str, Cell | None]:
    """What is another answer than before."""
    return {
        item: made.answers.get(item) for item in {**WHOLE, **made.answers} if made.answers.get(item) != WHOLE.get(item)
    }


GOOD: list[tuple[str, Cell | None, Cell | None]] = [
    (STAFF, "1250.5", "12.5"), (STAFF, "1250.5", UNSURE), (STAFF, "1250.5", None), ("users-first", 3, 1),
    ("users-first", 3, UNSURE), ("data-shared", UNSURE, 2), ("lack-of-time", 0, 1), ("lack-of-money", 1, 0),
    (DAY, "2024-02-29", "2024-03-01"), (DAY, "2024-02-29", UNSURE), ("partner", "Ytre Øy", NOT_APPLICABLE),
    ("one-word", "travelt", "fint"), ("comment", "To linjer:\nsiste", "Tre\n\nlinjer"), ("by-phone", 0, 3),
    ("budget-change", "-0.25", "0"),
]  # fmt: skip


@pytest.mark.parametrize(("item", "old", "new"), GOOD)
def test_one_answer_is_put_right(item: str, old: Cell | None, new: Cell | None, journey: Journey) -> None:
    before = dict(WHOLE)
    made = apply_corrections(journey, WHOLE, [correct(item, old, new)])
    assert made.problems == ()
    assert differ(made) == {item: new}
    assert before == WHOLE


BAD: list[tuple[str, Cell | None, Cell | None, str]] = [
    (STAFF, "1250", "12", "E001"), (STAFF, None, "12", "E001"), (STAFF, 1250, "12", "E001"),
    ("users-first", "3", 1, "E001"),
    ("nobody", None, "12", "E002"), ("sector", "state", "municipality", "E002"),
    (STAFF, "1250.5", "-1", "E003"), (STAFF, "1250.5", "100001", "E003"), (STAFF, "1250.5", "1.25", "E003"),
    (STAFF, "1250.5", "12,5", "E003"), (STAFF, "1250.5", "12.50", "E003"), (STAFF, "1250.5", 12, "E003"),
    (STAFF, "1250.5", NOT_APPLICABLE, "E003"), (STAFF, "1250.5", "many", "E003"), (STAFF, "1250.5", "", "E003"),
    ("users-first", 3, 4, "E003"), ("users-first", 3, "agree", "E003"), ("by-phone", 0, UNSURE, "E003"),
    ("users-first", 3, int(Missing.NOT_ASKED), "E003"), ("users-first", 3, int(Missing.NOT_ANSWERED), "E003"),
    ("lack-of-time", 0, 2, "E003"), ("lack-of-time", 0, UNSURE, "E003"), ("no-barrier", 0, 1, "E003"),
    (DAY, "2024-02-29", "2009-12-31", "E003"), (DAY, "2024-02-29", "2024-02-30", "E003"),
    (DAY, "2024-02-29", "29.02.2024", "E003"), (DAY, "2024-02-29", "20240301", "E003"),
    ("time-running", "60", "61", "E003"), ("time-running", "60", UNSURE, "E003"), ("time-running", "60", None, "E003"),
    ("one-word", "travelt", "to\nlinjer", "E003"), ("one-word", "travelt", " fint", "E003"),
    ("one-word", "travelt", "x" * 41, "E003"),
    (STAFF, "1250.5", "1250.5", "E006"), ("budget-change", "-0.25", "-0.25", "E006"),
]  # fmt: skip


@pytest.mark.parametrize(("item", "old", "new", "code"), BAD)
def test_what_cannot_be_is_left_out(item: str, old: Cell | None, new: Cell | None, code: str, journey: Journey) -> None:
    made = apply_corrections(journey, WHOLE, [correct(item, old, new)], [Place("list.csv", 7)])
    assert codes(made) == [code]
    assert made.answers == WHOLE
    assert made.problems[0].place == Place("list.csv", 7)
    assert f"{TOWN} as {ROLE}, `{item}`" in made.problems[0].what


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason(reason: str, journey: Journey) -> None:
    made = apply_corrections(journey, WHOLE, [correct(STAFF, "1250.5", "1", reason=reason)])
    assert (codes(made), made.answers) == (["E005"], WHOLE)


def test_all_problems_at_once_and_the_rest_applied(journey: Journey) -> None:
    made = apply_corrections(
        journey,
        WHOLE,
        [
            correct("users-first", 2, 1),
            correct(STAFF, "1250.5", "12"),
            correct("by-phone", 0, 9),
            correct("x", None, 1),
        ],
    )
    assert [(problem.code, problem.place.line) for problem in sorted(made.problems)] == [
        ("E001", 1),
        ("E003", 3),
        ("E002", 4),
    ]
    assert differ(made) == {STAFF: "12"}


def test_parts_are_put_right_together(journey: Journey) -> None:
    both = [correct("time-running", "60", "50"), correct("time-building", "0", "10")]
    assert differ(apply_corrections(journey, WHOLE, both)) == {"time-running": "50", "time-building": "10"}
    # A moment apart the first makes a whole that is none, and so does the second then.
    apart = [both[0], dataclasses.replace(both[1], at=NOON + datetime.timedelta(minutes=1))]
    made = apply_corrections(journey, WHOLE, apart)
    assert (codes(made), made.answers) == (["E003", "E003"], WHOLE)
    assert "the parts sum to 90, not 100" in made.problems[0].what
    unsure = [correct(part, WHOLE[part], UNSURE) for part in PARTS]
    assert differ(apply_corrections(journey, WHOLE, unsure)) == dict.fromkeys(PARTS, UNSURE)


def test_what_the_form_adds(journey: Journey) -> None:
    """A part and an option that stand empty beside others are 0, as when the respondent leaves them so."""
    without = {item: cell for item, cell in WHOLE.items() if item not in (*PARTS, "lack-of-money", "lack-of-time")}
    without = {
        item: cell for item, cell in without.items() if item not in ("lack-of-skills", "no-barrier", "budget-change")
    }
    made = apply_corrections(journey, without, [correct("time-running", None, "100"), correct("lack-of-time", None, 1)])
    assert made.problems == ()
    assert [made.answers[part] for part in PARTS] == ["100", "0", "0"]
    assert [made.answers[one] for one in ("lack-of-money", "lack-of-time", "lack-of-skills", "no-barrier")] == [
        0,
        1,
        0,
        0,
    ]


def test_an_exclusive_option_takes_the_others_place(journey: Journey) -> None:
    made = apply_corrections(journey, WHOLE, [correct("no-barrier", 0, 1)])
    assert "it excludes the other options" in made.problems[0].what
    together = [correct("no-barrier", 0, 1), correct("lack-of-money", 1, 0), correct("lack-of-skills", 1, 0)]
    assert differ(apply_corrections(journey, WHOLE, together)) == {
        "no-barrier": 1,
        "lack-of-money": 0,
        "lack-of-skills": 0,
    }
    nothing = apply_corrections(journey, WHOLE, together[1:])
    assert (codes(nothing), nothing.answers) == (["E003", "E003"], WHOLE)
    taken = [correct("lack-of-money", 1, None), correct("lack-of-skills", 1, None)]
    options = ("lack-of-money", "lack-of-time", "lack-of-skills", "no-barrier")
    assert differ(apply_corrections(journey, WHOLE, taken)) == dict.fromkeys(options)


def test_the_path_follows(journey: Journey) -> None:
    made = apply_corrections(journey, WHOLE, [correct("has-strategy", 1, 0)])
    assert made.closed == (DAY, "strategy-holds")
    assert made.opened == ()
    # The answers come back with the path.
    assert made.answers[DAY] == WHOLE[DAY]
    back = apply_corrections(journey, made.answers, [correct("has-strategy", 0, 1, minute=5)])
    assert (back.answers, back.closed, back.opened) == (WHOLE, (), ())
    without = {item: cell for item, cell in WHOLE.items() if item not in (DAY, "strategy-holds")} | {"has-strategy": 0}
    opened = apply_corrections(journey, without, [correct("has-strategy", 0, 1)])
    # How it holds is asked only with a date.
    assert opened.opened == (DAY,)


def test_an_answer_where_the_path_passes_by(journey: Journey) -> None:
    without = {**WHOLE, "has-strategy": 0}
    date = correct(DAY, None, "2025-01-01")
    made = apply_corrections(journey, without, [date])
    assert (codes(made), made.answers) == (["E004"], without)
    # With what leads to it, in any order; what stood there, out of sight, is no conflict.
    for order in ([date, correct("has-strategy", 0, 1)], [correct("has-strategy", 0, 1), date]):
        assert differ(apply_corrections(journey, without, order)) == {DAY: "2025-01-01"}
    # Corrected first and passed by later: no longer an answer, but no problem.
    later = [correct(DAY, WHOLE[DAY], "2025-01-01"), correct("has-strategy", 1, 0, minute=1)]
    after = apply_corrections(journey, WHOLE, later)
    assert (after.problems, after.closed) == ((), (DAY, "strategy-holds"))


def test_one_after_another(journey: Journey) -> None:
    steps = [
        correct(STAFF, "1250.5", "12"),
        correct(STAFF, "12", "13", minute=1),
        correct(STAFF, "13", "1250.5", minute=2),
    ]
    assert [apply_corrections(journey, WHOLE, steps[:n]).answers[STAFF] for n in range(4)] == [
        "1250.5",
        "12",
        "13",
        "1250.5",
    ]
    # In the order given, whatever time is written: the first meets another answer, and the second settles that.
    assert codes(apply_corrections(journey, WHOLE, steps[1:2])) == ["E001"]
    assert differ(apply_corrections(journey, WHOLE, [steps[1], steps[0]])) == {STAFF: "12"}


def test_the_organisation_has_changed_its_answer(journey: Journey) -> None:
    made = [correct(STAFF, "1250.5", "12")]
    changed = {**WHOLE, STAFF: "14"}
    (conflict,) = apply_corrections(journey, changed, made).problems
    assert conflict.what == f"{TOWN} as {ROLE}, `{STAFF}`: it corrects `1250.5`, but `14` stands there"
    # Its new answer stands until somebody settles it: by another correction, or by saying that it is right.
    assert apply_corrections(journey, changed, made).answers == changed
    settled = apply_corrections(journey, changed, [*made, correct(STAFF, "14", "13", minute=1)])
    assert (settled.problems, settled.answers[STAFF]) == ((), "13")
    kept = apply_corrections(journey, changed, [*made, correct(STAFF, "14", "14", minute=1)])
    assert (kept.problems, kept.answers) == ((), changed)
    # A correction that cannot be applied settles nothing.
    failed = apply_corrections(journey, changed, [*made, correct(STAFF, "14", "many", minute=1)])
    assert sorted(codes(failed)) == ["E001", "E003"]
    # Who has put it right in the same way needs no correction.
    same = apply_corrections(journey, {**WHOLE, STAFF: "12"}, made)
    assert (same.problems, same.answers[STAFF]) == ((), "12")


def test_one_that_fits_no_more_waits_until_it_is_settled(journey: Journey) -> None:
    """Two parts were corrected; the organisation then changes one of them, and a third: the sum is wrong."""
    parts = [correct(PARTS[0], "60", "50"), correct(PARTS[2], "40", "50")]
    assert apply_corrections(journey, WHOLE, parts).problems == ()
    later = {**WHOLE, PARTS[1]: "10", PARTS[2]: "30"}
    made = apply_corrections(journey, later, parts)
    assert {problem.code for problem in made.problems} == {"E001", "E003"}
    assert [made.answers[part] for part in PARTS] == ["60", "10", "30"]
    settled = [*parts, correct(PARTS[0], "60", "60", minute=1), correct(PARTS[2], "30", "30", minute=1)]
    made = apply_corrections(journey, later, settled)
    assert made.problems == ()
    assert [made.answers[part] for part in PARTS] == ["60", "10", "30"]
    anew = [*parts, correct(PARTS[0], "60", "65", minute=1), correct(PARTS[2], "30", "25", minute=1)]
    made = apply_corrections(journey, later, anew)
    assert made.problems == ()
    assert [made.answers[part] for part in PARTS] == ["65", "10", "25"]


def test_answers_as_microdata_have_them(journey: Journey) -> None:
    """Not asked and not answered are no answers."""
    coded = dict(WHOLE) | {DAY: int(Missing.NOT_ANSWERED), "strategy-holds": int(Missing.NOT_ASKED)}
    made = apply_corrections(journey, coded, [correct(DAY, None, "2025-01-01")])
    assert (made.problems, made.answers[DAY]) == ((), "2025-01-01")
    assert made.opened == ("strategy-holds",)


def test_a_wave_corrected_is_microdata(every_kind: Survey, tmp_path: Path) -> None:
    state = {item: cell for item, cell in WHOLE.items() if item != "partner"}
    responses = {(TOWN, ROLE): WHOLE, (STATE, ROLE): state}
    corrections = [
        correct("has-strategy", 1, 0),
        correct(STAFF, "1250.5", "9", key=STATE),
        correct(STAFF, "1250.5", "9", key="100000059"),
        correct("partner", None, "Storvik", key=STATE),
    ]
    corrected, problems = correct_responses(every_kind, WAVE, responses, corrections)
    assert [(problem.code, str(problem.place)) for problem in problems] == [
        ("E002", "corrections:3"),
        ("E004", "corrections:4"),
    ]
    assert responses == {(TOWN, ROLE): WHOLE, (STATE, ROLE): state}
    write_microdata(gather_responses(every_kind, WAVE, corrected), every_kind, tmp_path)
    microdata = read_microdata(every_kind, WAVE, tmp_path)
    assert microdata.organisations == (STATE, TOWN)
    assert microdata.open_answers[STAFF] == ("9", "1250.5")
    assert microdata.open_answers[DAY] == ("2024-02-29", int(Missing.NOT_ASKED))


def test_nothing_changes_in_a_correction() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        correct(STAFF, "1", "2").reason = "Other"  # type: ignore[misc]


CELLS: dict[str, list[Cell | None]] = {
    STAFF: ["1250.5", "12", "-1", UNSURE, NOT_APPLICABLE, None],
    "has-strategy": [0, 1, UNSURE, None, 7],
    DAY: ["2024-02-29", "2025-01-01", "2009-01-01", UNSURE, None],
    "services-are": [1, 2, 3, UNSURE, None],
    "lack-of-money": [0, 1, None],
    "no-barrier": [0, 1, None],
    "budget-change": ["-0.25", "5", "5000", None],
    "time-running": ["60", "50", UNSURE, None],
    "time-building": ["0", "10", UNSURE, None],
}
CHANGES = st.sampled_from(sorted(CELLS)).flatmap(
    lambda item: st.tuples(st.just(item), st.sampled_from(CELLS[item]), st.sampled_from(CELLS[item]), st.integers(0, 2))
)


@given(st.lists(CHANGES, max_size=8))
def test_whatever_is_applied_the_forms_would_take_it(changes: list[tuple[str, Cell | None, Cell | None, int]]) -> None:
    survey = load_every_kind()
    town = next(one for one in survey.frame.organisations if one.key == TOWN)
    journey = Journey(survey, WAVE, ROLE, town)
    corrections = [correct(item, old, new, minute=minute) for item, old, new, minute in changes]
    made = apply_corrections(journey, WHOLE, corrections)
    for page in journey.follow(made.answers):
        given_by = {item.id: made.answers.get(item.id) for item in journey.items_of(page)}
        if page.question:
            reading = read_form(journey, page, write_form(journey, page, given_by))
            assert reading.faults == ()
            assert dict(reading.answers) == given_by
    # Applied or reported: an item that no correction of is in the answers keeps what it had.
    touched = {item for item, _, _, _ in changes}
    untouched = set(differ(made)) - touched
    assert untouched <= {*PARTS, "lack-of-money", "lack-of-time", "lack-of-skills", "no-barrier"}
    assert apply_corrections(journey, WHOLE, corrections) == made
