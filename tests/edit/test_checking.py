"""What is looked at: broken checks and unusual answers, in the order of what they could do to an estimate."""

import math
import statistics
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.collect.routing import Cell
from praksis.define.editing import AnswerCheck, Automatic, Editing, NumberHabit
from praksis.define.question import Missing
from praksis.define.survey import Survey
from praksis.edit.checking import Hit, Severity, list_uses, list_waves, run_checks
from praksis.edit.dossier import find_previous, list_responses
from praksis.edit.gather import UnknownResponse, gather_responses
from praksis.edit.microdata import read_microdata
from praksis.edit.unusual import find_changes, find_outliers, set_limits
from praksis.localtext import LocalText

WAVE, LAST, ROLE = "2026", "2025", "head-of-it"
STATE, TOWN, OTHER = "100000008", "100000040", "100000059"
UNSURE = int(Missing.DO_NOT_KNOW)
STAFF = "full-time-equivalents"
QUIET = Automatic(unanswered=1, alike=0, twins=0)
"""Nothing automatic but numbers."""
WHOLE: Mapping[str, Cell] = {
    STAFF: "100", "has-strategy": 1, "strategy-adopted": "2024-02-29", "strategy-holds": 3, "partner": "Ytre Øy",
    "services-are": 1, "lack-of-money": 1, "lack-of-time": 0, "lack-of-skills": 0, "no-barrier": 0,
    "budget-change": "5", "users-first": 3, "data-shared": 1, "services-tested": 2, "by-phone": 0, "by-chat": 2,
    "in-person": 3, "time-running": "60", "time-building": "0", "time-helping": "40", "one-word": "travelt",
    "comment": "Nei.",
}  # fmt: skip

Answers = dict[str, Cell]


def change(survey: Survey, **fields: object) -> Survey:
    """The survey with other checks."""
    return survey.model_copy(update={"editing": survey.editing.model_copy(update=fields)})


@pytest.fixture
def quiet(every_kind: Survey) -> Survey:
    return change(every_kind, automatic=QUIET)


def make_check(holds: str, when: str | None = None) -> AnswerCheck:
    text = LocalText(dict.fromkeys(("nb", "nn", "en"), "Se."))
    return AnswerCheck(id="one", kind="soft", when=when, holds=holds, text=text)  # type: ignore[arg-type]  # as from YAML


def run(survey: Survey, now: Mapping[str, Answers], before: Mapping[str, Answers] | None = None) -> tuple[Hit, ...]:
    previous = {} if before is None else {LAST: {(key, ROLE): answers for key, answers in before.items()}}
    return run_checks(survey, WAVE, {(key, ROLE): answers for key, answers in now.items()}, previous)


def name(hits: tuple[Hit, ...]) -> list[tuple[str, str]]:
    return [(hit.check, hit.organisation) for hit in hits]


def keys(survey: Survey) -> list[str]:
    return [organisation.key for organisation in survey.frame.organisations]


# -- the survey's own checks -------------------------------------------------------------------------------------------


def test_a_hard_check(quiet: Survey) -> None:
    """Of ten million a person; `lack-of-money` must be chosen, or nobody is asked about the budget."""
    many = {STAFF: "2", "services-are": 1, "lack-of-money": 1, "budget-change": "20.01"}
    (hit,) = run(quiet, {STATE: many})
    assert (hit.check, hit.severity, hit.organisation, hit.role) == ("budget-per-person", Severity.HARD, STATE, ROLE)
    assert hit.items == ("budget-change", STAFF)
    assert hit.values == {"budget-change": "20.01", STAFF: "2"}
    assert hit.stratum == "state"
    assert run(quiet, {STATE: many | {"budget-change": "20"}}) == ()
    assert run(quiet, {STATE: many | {"lack-of-money": 0, "lack-of-time": 1}}) == ()


def test_what_is_missing_breaks_nothing(quiet: Survey) -> None:
    many: Answers = {"services-are": 1, "lack-of-money": 1, "budget-change": "20.01"}
    assert run(quiet, {STATE: many}) == ()
    assert run(quiet, {STATE: many | {STAFF: UNSURE}}) == ()
    assert run(quiet, {STATE: {}}, {STATE: {STAFF: "50"}}) == ()


def test_against_last_time(quiet: Survey) -> None:
    (hit,) = run(quiet, {STATE: {STAFF: "19"}, TOWN: {STAFF: "25"}}, {STATE: {STAFF: "40"}, TOWN: {STAFF: "50"}})
    assert (hit.check, hit.organisation) == ("half-the-staff", STATE)
    assert (hit.values, hit.previous) == ({STAFF: "19"}, {STAFF: "40"})
    # Nobody with fewer than twenty now and then.
    assert run(quiet, {STATE: {STAFF: "1"}}, {STATE: {STAFF: "19"}}) == ()
    assert run(quiet, {STATE: {STAFF: "1"}}, {OTHER: {STAFF: "400"}}) == ()
    assert run(quiet, {STATE: {STAFF: "1"}}) == ()


def test_dates_against_last_time(quiet: Survey) -> None:
    now: Answers = {"has-strategy": 1, "strategy-adopted": "2019-12-31"}
    before: Answers = {"has-strategy": 1, "strategy-adopted": "2020-01-01"}
    assert name(run(quiet, {STATE: now}, {STATE: before})) == [("older-strategy", STATE)]
    assert run(quiet, {STATE: before}, {STATE: now}) == ()
    # What the routing passes by is no answer, now or then.
    assert run(quiet, {STATE: now | {"has-strategy": 0}}, {STATE: before}) == ()
    assert run(quiet, {STATE: now}, {STATE: before | {"has-strategy": 0}}) == ()


def test_the_frame_and_the_parts_of_a_whole(quiet: Survey) -> None:
    idle: Answers = {"services-are": 3, "time-running": "100", "time-building": "0", "time-helping": "0"}
    assert name(run(quiet, {STATE: idle, TOWN: idle})) == [("nobody-builds", TOWN)]
    (hit,) = run(quiet, {TOWN: idle})
    # What the frame knows is no item.
    assert hit.items == ("services-are", "time-building", "time-helping")
    # The parts are what was to be expected, but the answer on the scale may be the wrong one.
    assert hit.score == 1


def test_numbers_of_the_frame(quiet: Survey) -> None:
    frame = quiet.frame.model_copy(
        update={
            "organisations": tuple(
                one.model_copy(update={"variables": dict(one.variables) | {"people": people}})
                for one, people in zip(quiet.frame.organisations, ["12.5", "", "many"] + ["4000"] * 9, strict=True)
            )
        }
    )
    survey = change(quiet, checks=(make_check(f"{STAFF} <= people"),)).model_copy(update={"frame": frame})
    answers = {key: {STAFF: "13"} for key in keys(survey)}
    assert name(run(survey, answers)) == [("one", STATE)]


@pytest.mark.parametrize("asked", [{}, {"services-are": 3}, {"services-are": 1, "lack-of-time": 1}])
def test_every_truth_of_when(asked: Answers, quiet: Survey) -> None:
    survey = change(quiet, checks=(make_check("time-running < 50", "lack-of-money = chosen"),))
    parts: Answers = {"time-running": "50", "time-building": "50", "time-helping": "0"}
    assert run(survey, {STATE: parts | asked}) == ()
    assert name(run(survey, {STATE: parts | {"services-are": 1, "lack-of-money": 1}})) == [("one", STATE)]


def test_the_waves_of_a_check(every_kind: Survey) -> None:
    assert {check.id: list_waves(every_kind, check) for check in every_kind.editing.checks} == {
        "budget-per-person": (WAVE,),
        "half-the-staff": (WAVE,),
        "older-strategy": (WAVE,),
        "nobody-builds": (LAST, WAVE),
    }


def test_a_check_of_another_wave(quiet: Survey) -> None:
    past = make_check(f"{STAFF} > 100").model_copy(update={"waves": (LAST,)})
    assert run(change(quiet, checks=(past,)), {STATE: {STAFF: "1"}}) == ()
    assert name(run(change(quiet, checks=(make_check(f"{STAFF} > 100"),)), {STATE: {STAFF: "1"}})) == [("one", STATE)]


def test_what_was_not_answered_is_not_shown_as_an_answer(quiet: Survey) -> None:
    survey = change(quiet, checks=(make_check(f"{STAFF} > 100 or has-strategy = yes"),))
    (hit,) = run(survey, {STATE: {STAFF: "1", "has-strategy": 0}}, {STATE: {"has-strategy": 1}})
    assert hit.previous == {STAFF: None, "has-strategy": 1}


def test_an_answer_called_as_an_item_is_no_item(every_kind: Survey) -> None:
    uses = list_uses(every_kind, make_check(f"services-are != {STAFF} and {STAFF} > has-strategy"))
    assert [(use.variable, use.column) for use in uses] == [("services-are", 1), (STAFF, 43), ("has-strategy", 67)]


def test_last_time_is_the_last_wave_that_asked(reference: Survey) -> None:
    assert find_previous(reference, "staircase", "2019") == ("2018", "staircase")
    assert find_previous(reference, "staircase", "2023") == ("2019", "staircase")
    assert find_previous(reference, "staircase", "2018") is None
    assert find_previous(reference, "realises-benefits", "2023") == ("2022", "realises-benefits")
    # Another role's answer to the same question is not the same answer.
    assert find_previous(reference, "staircase-of-sector", "2019") is None


def test_strangers(every_kind: Survey) -> None:
    with pytest.raises(UnknownResponse):
        run(every_kind, {"999999999": {}})


def test_the_reference_survey(reference: Survey, reference_microdata: Path) -> None:
    """In the rebuilt answers nobody moves so far; one who is made to is found."""
    waves = {wave: read_microdata(reference, wave, reference_microdata) for wave in ("2018", "2019")}
    then, now = (list_responses(reference, one) for one in waves.values())
    both = [who for who in now if who in then and who[1] == ROLE]
    assert len(both) > 200
    assert [hit for hit in run_checks(reference, "2019", now, {"2018": then}) if hit.severity is Severity.SOFT] == []
    for who, (before, after) in zip(both, [(3, 1), (4, 1), (1, 4), (2, 1), (1, 3), (4, 2)], strict=False):
        then[who] |= {"staircase": before}
        now[who] |= {"staircase": after}
    hits = run_checks(reference, "2019", now, {"2018": then})
    assert {(hit.check, hit.organisation): (hit.previous, hit.values) for hit in hits if hit.role == ROLE} == {
        (check, both[place][0]): ({"staircase": before}, {"staircase": after})
        for check, place, before, after in (
            ("fell-down-the-staircase", 0, 3, 1),
            ("fell-down-the-staircase", 1, 4, 1),
            ("climbed-three-steps", 2, 1, 4),
        )
    }


# -- order -------------------------------------------------------------------------------------------------------------


def test_hard_first_then_by_what_they_could_do(quiet: Survey) -> None:
    """By hand: |19 - 40| and |100 - 400| of what was to be expected, 40 + 400 and the median of 19."""
    budget: Answers = {"services-are": 1, "lack-of-money": 1, "budget-change": "900"}
    now: dict[str, Answers] = {STATE: {STAFF: "19"}, TOWN: {STAFF: "100"}, OTHER: {STAFF: "19"} | budget}
    hits = run(quiet, now, {STATE: {STAFF: "40"}, TOWN: {STAFF: "400"}})
    assert name(hits) == [("budget-per-person", OTHER), ("half-the-staff", TOWN), ("half-the-staff", STATE)]
    assert [hit.score for hit in hits[1:]] == pytest.approx([300 / (40 + 400 + 19), 21 / (40 + 400 + 19)])


def test_weights_count_in_the_score(quiet: Survey) -> None:
    """Four state bodies, of which one answered; eight municipalities, of which two."""
    weighted = quiet.model_copy(update={"design": quiet.design.model_copy(update={"weights": "response"})})
    now: dict[str, Answers] = {STATE: {STAFF: "19"}, TOWN: {STAFF: "100"}, OTHER: {STAFF: "5"}}
    before: dict[str, Answers] = {STATE: {STAFF: "40"}, TOWN: {STAFF: "400"}, OTHER: {STAFF: "5"}}
    hits = run(weighted, now, before)
    total = 4 * 40 + 4 * 400 + 4 * 5
    assert [hit.score for hit in hits] == pytest.approx([4 * 300 / total, 4 * 21 / total])
    only = change(weighted, checks=(make_check("has-strategy = yes"),))
    answers: dict[str, Answers] = {key: {"has-strategy": 0} for key in (STATE, "100000016", TOWN)}
    assert [hit.score for hit in run(only, answers)] == pytest.approx([8 / 12, 2 / 12, 2 / 12])


def test_an_answer_on_a_scale_counts_as_its_weight(quiet: Survey) -> None:
    only = change(quiet, checks=(make_check("has-strategy = yes"),))
    (hit,) = run(only, {STATE: {"has-strategy": 0}, TOWN: {}, OTHER: {"has-strategy": 1}, "100000067": {}})
    assert hit.score == pytest.approx(1 / 4)


def test_where_nothing_was_to_be_expected(quiet: Survey) -> None:
    only = change(quiet, checks=(make_check(f"{STAFF} < 0"),))
    hits = run(only, {STATE: {STAFF: "5"}, TOWN: {STAFF: "0"}}, {STATE: {STAFF: "0"}, TOWN: {STAFF: "0"}})
    assert [(hit.organisation, hit.score) for hit in hits] == [(STATE, 1), (TOWN, 0)]


# -- what is unusual ---------------------------------------------------------------------------------------------------


def test_limits_are_tukeys_where_the_middle_is_symmetric() -> None:
    values = [float(number) for number in range(1, 102)]
    low, high = np.quantile(values, (0.25, 0.75))
    inner, outer = set_limits(values, 4), set_limits(values, 7)
    assert (inner.low, inner.high) == pytest.approx((low - 1.5 * (high - low), high + 1.5 * (high - low)))
    assert (outer.low, outer.high) == pytest.approx((low - 3 * (high - low), high + 3 * (high - low)))


def test_one_among_others_is_an_outlier(quiet: Survey) -> None:
    answers: dict[str, Answers] = {key: {STAFF: str(90 + number)} for number, key in enumerate(keys(quiet))}
    assert run(quiet, answers) == ()
    (hit,) = run(quiet, answers | {TOWN: {STAFF: "9400"}})
    assert (hit.check, hit.severity, hit.organisation, hit.items) == ("outlier", Severity.SOFT, TOWN, (STAFF,))
    assert float(hit.facts["low"]) < 90 < 101 < float(hit.facts["high"]) < 9400
    assert name(run(quiet, answers | {TOWN: {STAFF: "0"}})) == [("outlier", TOWN)]


def test_a_stratum_is_judged_by_itself_where_it_is_large_enough(quiet: Survey) -> None:
    """Eight municipalities of about 10, four state bodies of about 1000: together nobody stands out."""
    towns, states = keys(quiet)[4:], keys(quiet)[:4]
    answers: dict[str, Answers] = {key: {STAFF: str(10 + n)} for n, key in enumerate(towns)}
    answers |= {key: {STAFF: str(1000 + n)} for n, key in enumerate(states)} | {towns[0]: {STAFF: "1000"}}
    assert run(quiet, answers) == ()
    for least in (5, 8):
        small = change(quiet, automatic=QUIET.model_copy(update={"least": least}))
        assert name(run(small, answers)) == [("outlier", towns[0])]
    assert run(change(quiet, automatic=QUIET.model_copy(update={"least": 9})), answers) == ()


def test_too_few_say_nothing_and_habits_are_heeded(quiet: Survey) -> None:
    answers: dict[str, Answers] = {key: {STAFF: "100"} for key in keys(quiet)} | {TOWN: {STAFF: "90000"}}
    assert name(run(quiet, answers)) == [("outlier", TOWN)]
    assert run(quiet, {key: answers[key] for key in keys(quiet)[:9]}) == ()
    assert name(run(quiet, {key: answers[key] for key in keys(quiet)[:10]})) == [("outlier", TOWN)]
    off = change(quiet, numbers=(NumberHabit(item=STAFF, outlier=0),))
    assert run(off, answers) == ()
    # Parts of a whole are judged only where the survey says so.
    parts: dict[str, Answers] = {
        key: {"time-running": "50", "time-building": "30", "time-helping": "20"} for key in keys(quiet)
    }
    parts[TOWN] = {"time-running": "0", "time-building": "0", "time-helping": "100"}
    assert run(quiet, parts) == ()
    asked = change(quiet, numbers=(NumberHabit(item="time-helping"),))
    assert name(run(asked, parts)) == [("outlier", TOWN)]


AMOUNT = st.decimals(min_value=0, max_value=10_000, places=1).map(Fraction)


@given(st.lists(AMOUNT, min_size=10, max_size=40), st.integers(1, 50))
def test_outliers_do_not_depend_on_the_unit(numbers: list[Fraction], factor: int) -> None:
    """As far as floating point goes: those that stand at a limit itself are left out."""
    judged = dict(enumerate(numbers))
    found, limits = find_outliers(judged, numbers, 7, 10)
    again, more = find_outliers(
        {key: factor * one for key, one in judged.items()}, [factor * one for one in numbers], 7, 10
    )
    assert (limits is None) == (more is None)
    if limits and more:
        close = {k for k, one in judged.items() if any(math.isclose(one, end) for end in (limits.low, limits.high))}
        assert found - close == again - close
        assert (more.low, more.high) == pytest.approx((factor * limits.low, factor * limits.high), rel=1e-6, abs=1e-9)


@given(st.lists(AMOUNT, min_size=10, max_size=40), st.floats(4, 10))
def test_never_more_than_half_are_outliers(numbers: list[Fraction], width: float) -> None:
    found, _ = find_outliers(dict(enumerate(numbers)), numbers, width, 10)
    assert len(found) <= len(numbers) / 2


def test_where_most_say_nothing_the_others_are_judged_by_each_other() -> None:
    some = [Fraction(number) for number in (*range(20, 32), 5000)]
    among = [Fraction(0)] * 40 + some
    found, _ = find_outliers(dict(enumerate(among)), among, 7, 10)
    assert found == {len(among) - 1}
    few = [Fraction(0)] * 40 + some[-5:]
    assert find_outliers(dict(enumerate(few)), few, 7, 10) == (set(), None)


def test_at_the_edge_of_half_and_of_enough() -> None:
    def find(zeros: int, hundreds: int, *others: int, least: int = 10) -> set[int]:
        numbers = [Fraction(one) for one in (*[0] * zeros, *[100] * hundreds, *others)]
        return find_outliers(dict(enumerate(numbers)), numbers, 7, least)[0]

    # Half say 0: they are left out, and 700 stands out among hundreds, as it would not from such a mixture.
    assert find(10, 9, 700) == {19}
    # A few who say 0 where all others say 100 stand out themselves.
    assert find(3, 17) == {0, 1, 2}
    assert find(0, 9, 700) == {9}
    assert find(0, 8, 700) == set()
    pairs = [(Fraction(100), Fraction(100))] * 10 + [(Fraction(100 + step), Fraction(100)) for step in range(1, 11)]
    far = (Fraction(160), Fraction(100))
    assert find_changes({"far": far}, pairs, 7, 10) == {"far"}
    assert find_changes({"same": pairs[0]}, pairs, 7, 10) == set()
    doubled = [(Fraction(200 + step), Fraction(100)) for step in range(17)]
    few = [(Fraction(100), Fraction(100))] * 3 + doubled
    assert find_changes(dict(enumerate(few)), few, 7, 10) == {0, 1, 2}
    assert find_changes({"far": far}, pairs[10:], 7, 10) == {"far"}
    assert find_changes({"far": far}, pairs[11:], 7, 10) == set()


def judge_changes(pairs: list[tuple[float, float]], width: float) -> set[int]:
    """Hidiroglou & Berthelot's formulas as they stand in the paper, for positive numbers."""
    ratios = [now / before for now, before in pairs]
    middle = statistics.median(ratios)
    effects = [
        (ratio / middle - 1 if ratio >= middle else 1 - middle / ratio) * max(pair) ** 0.5
        for ratio, pair in zip(ratios, pairs, strict=True)
    ]
    low, usual, high = np.quantile(effects, (0.25, 0.5, 0.75))
    down, up = max(usual - low, abs(0.05 * usual)), max(high - usual, abs(0.05 * usual))
    return {n for n, effect in enumerate(effects) if not usual - width * down <= effect <= usual + width * up}


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)), min_size=10, max_size=40))
def test_changes_are_those_of_the_paper(pairs: list[tuple[int, int]]) -> None:
    exact = [(Fraction(now), Fraction(before)) for now, before in pairs]
    if 2 * sum(now == before for now, before in pairs) < len(pairs):
        found = find_changes(dict(enumerate(exact)), exact, 4, 10)
        slow = judge_changes([(float(now), float(before)) for now, before in pairs], 4)
        # The twin rounds its ratios, and may take equal ones for different: with many equal ones they may part.
        assert found == slow or len({now / before for now, before in exact}) < len(pairs)


def test_equal_changes_are_equal() -> None:
    """Everybody has grown by a tenth; in floating point some would have grown by a little more."""
    pairs = [(Fraction(11 * size, 10), Fraction(size)) for size in range(1, 40)]
    assert find_changes(dict(enumerate(pairs)), pairs, 4, 10) == set()
    one = [*pairs, (Fraction(400), Fraction(40))]
    assert find_changes(dict(enumerate(one)), one, 4, 10) == {len(pairs)}


def test_those_who_say_the_same_do_not_make_all_others_unusual() -> None:
    same = [(Fraction(size), Fraction(size)) for size in range(1, 60)]
    changed = [(Fraction(100 + step), Fraction(100)) for step in range(1, 16)]
    pairs = [*same, *changed, (Fraction(9000), Fraction(100))]
    assert find_changes(dict(enumerate(pairs)), pairs, 7, 10) == {len(pairs) - 1}
    # Fewer than ten have changed at all: those are looked at that have more than doubled, halved, or come to nothing.
    few = [
        *same,
        *changed[:3],
        (Fraction(201), Fraction(100)),
        (Fraction(49), Fraction(100)),
        (Fraction(0), Fraction(1)),
    ]
    assert find_changes(dict(enumerate(few)), few, 7, 10) == {len(few) - 3, len(few) - 2, len(few) - 1}
    assert find_changes(dict(enumerate(few[-6:])), few[-6:], 7, 10) == set()
    edge = [*same, (Fraction(200), Fraction(100)), (Fraction(50), Fraction(100)), (Fraction(1), Fraction(0))]
    assert find_changes(dict(enumerate(edge)), edge, 7, 10) == {len(edge) - 1}


def test_numbers_that_have_no_ratio() -> None:
    pairs = [(Fraction(100 + step), Fraction(100)) for step in range(-8, 12)]
    pairs += [(Fraction(0), Fraction(150)), (Fraction(3), Fraction(0)), (Fraction(-400), Fraction(-399))]
    assert find_changes(dict(enumerate(pairs)), pairs, 7, 10) == {20}


def test_a_change_is_found_in_a_wave(quiet: Survey) -> None:
    before: dict[str, Answers] = {key: {STAFF: str(100 + n)} for n, key in enumerate(keys(quiet))}
    now: dict[str, Answers] = {key: {STAFF: str(103 + 2 * n)} for n, key in enumerate(keys(quiet))}
    assert run(quiet, now, before) == ()
    (first, second) = run(quiet, now | {TOWN: {STAFF: "1050"}}, before)
    assert {first.check, second.check} == {"outlier", "change"}
    assert first.organisation == second.organisation == TOWN
    assert first.previous == {STAFF: "104"}
    # A number like the others', from one that was not.
    (hit,) = run(quiet, now, before | {TOWN: {STAFF: "190"}})
    assert (hit.check, hit.organisation, hit.values) == ("change", TOWN, {STAFF: now[TOWN][STAFF]})
    off = change(quiet, numbers=(NumberHabit(item=STAFF, change=0, outlier=0),))
    assert run(off, now | {TOWN: {STAFF: "1050"}}, before) == ()


# -- whole responses ---------------------------------------------------------------------------------------------------


def test_what_is_left_out(every_kind: Survey) -> None:
    """Do not know is an answer; what is not asked is not missing."""
    survey = change(every_kind, automatic=Automatic(unanswered=0.5, alike=0, twins=0), checks=())
    asked = every_kind.items_asked(WAVE, ROLE)
    state: Answers = {item: cell for item, cell in WHOLE.items() if item != "partner"}
    assert run(survey, {STATE: state}) == ()
    half = dict(list(state.items())[: (len(asked) - 1) // 2])
    (hit,) = run(survey, {STATE: half})
    assert (hit.check, hit.severity) == ("unanswered", Severity.SOFT)
    lacking = int(hit.facts["count"])
    # Four options count as one, and three parts.
    assert len(hit.items) > lacking > int(hit.facts["asked"]) / 2
    assert set(hit.values.values()) == {None}
    assert not set(hit.items) & set(half)
    assert run(change(survey, automatic=QUIET), {STATE: {}}) == ()
    sure: Answers = {"has-strategy": UNSURE, "services-are": UNSURE, "users-first": UNSURE, "data-shared": UNSURE}
    (less,) = run(survey, {STATE: sure})
    assert not set(less.items) & (set(sure) | {"strategy-adopted", "lack-of-money", "partner"})


def test_the_same_in_all_rows(every_kind: Survey) -> None:
    survey = change(every_kind, automatic=Automatic(unanswered=1, alike=3, twins=0))
    rows: Answers = {"users-first": 3, "data-shared": 3, "services-tested": 3}
    (hit,) = run(survey, {STATE: rows})
    assert (hit.check, hit.severity, hit.items) == ("alike", Severity.NOTE, tuple(rows))
    assert run(survey, {STATE: rows | {"data-shared": 2}}) == ()
    never: Answers = {"by-phone": 0, "by-chat": 0, "in-person": 0}
    assert [hit.items for hit in run(survey, {STATE: never})] == [tuple(never)]
    assert run(survey, {STATE: dict.fromkeys(rows, UNSURE)}) == ()
    assert run(survey, {STATE: {"users-first": 3, "data-shared": 3}}) == ()
    assert run(change(survey, automatic=QUIET), {STATE: rows}) == ()
    assert run(change(survey, automatic=Automatic(unanswered=1, alike=4, twins=0)), {STATE: rows}) == ()


def test_the_same_in_two_responses(every_kind: Survey) -> None:
    survey = change(every_kind, automatic=Automatic(unanswered=1, alike=0, twins=5))
    hits = run(survey, {TOWN: dict(WHOLE), OTHER: dict(WHOLE), "100000067": WHOLE | {STAFF: "101"}})
    assert [(hit.check, hit.severity, hit.organisation, hit.facts["others"]) for hit in hits] == [
        ("twins", Severity.SOFT, TOWN, OTHER), ("twins", Severity.SOFT, OTHER, TOWN),
    ]  # fmt: skip
    boxes: Answers = {"users-first": 3, "data-shared": 3, "by-phone": 3, "by-chat": 1, "in-person": 0}
    assert {hit.severity for hit in run(survey, {TOWN: boxes, OTHER: boxes})} == {Severity.NOTE}
    few = {item: boxes[item] for item in list(boxes)[:4]}
    assert run(survey, {TOWN: few, OTHER: few}) == ()


def test_microdata_are_responses_again(every_kind: Survey) -> None:
    microdata = gather_responses(every_kind, WAVE, {(TOWN, ROLE): WHOLE, (STATE, ROLE): {"has-strategy": 0}})
    responses = list_responses(every_kind, microdata)
    assert responses[TOWN, ROLE] == WHOLE
    assert responses[STATE, ROLE]["has-strategy"] == 0
    assert responses[STATE, ROLE]["strategy-adopted"] == Missing.NOT_ASKED
    assert run_checks(every_kind, WAVE, responses, {}) == run(
        every_kind, {TOWN: dict(WHOLE), STATE: {"has-strategy": 0}}
    )


def test_nobody_has_answered(every_kind: Survey) -> None:
    assert run(every_kind, {}) == ()
    assert Editing().checks == ()
