"""Responses become microdata: what went in comes out, and the ways of not answering stay apart."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from praksis.collect.answering import write_number
from praksis.collect.routing import Cell, route_answers
from praksis.define.question import Missing
from praksis.define.survey import Survey
from praksis.edit.gather import UnknownResponse, gather_responses
from praksis.edit.microdata import Microdata, read_microdata, write_microdata

WAVE, ROLE = "2026", "head-of-it"
STATE, TOWN = "100000008", "100000040"
NOT_ASKED, NOT_ANSWERED, UNSURE, NOT_APPLICABLE = (int(missing) for missing in Missing)

WHOLE: Mapping[str, Cell] = {
    "full-time-equivalents": "1250.5", "has-strategy": 1, "strategy-adopted": "2024-02-29", "strategy-holds": 3,
    "partner": "Ytre Øy", "services-are": 1, "lack-of-money": 1, "lack-of-time": 0, "lack-of-skills": 1,
    "no-barrier": 0, "budget-change": "-0.25", "users-first": 3, "data-shared": UNSURE,
    "services-tested": NOT_APPLICABLE, "by-phone": 0, "by-chat": 2, "in-person": 3, "time-running": "60",
    "time-building": "0", "time-helping": "40", "one-word": "«travelt»", "comment": "To linjer:\nsiste; \"sitat\", 𝄞",
}  # fmt: skip


def read_rows(microdata: Microdata) -> dict[str, dict[str, Cell]]:
    """Organisation -> item -> cell."""
    rows: dict[str, dict[str, Cell]] = {}
    for row, key in enumerate(microdata.organisations):
        rows[key] = {item: int(codes[row]) for item, codes in microdata.answers.items()}
        rows[key] |= {item: cells[row] for item, cells in microdata.open_answers.items()}
    return rows


def test_what_went_in_comes_out(every_kind: Survey, tmp_path: Path) -> None:
    write_microdata(gather_responses(every_kind, WAVE, {(TOWN, ROLE): WHOLE}), every_kind, tmp_path)
    microdata = read_microdata(every_kind, WAVE, tmp_path)
    assert read_rows(microdata) == {TOWN: dict(WHOLE)}
    assert not microdata.synthetic
    table = pq.read_table(tmp_path / f"{WAVE}.parquet")
    (row,) = table.to_pylist()
    assert row["full-time-equivalents"] == 1250.5
    assert row["strategy-adopted"] == datetime.date(2024, 2, 29)
    assert row["comment"] == WHOLE["comment"]
    assert {row[name] for name in table.column_names if name.endswith("_missing")} == {0}


def test_the_ways_of_not_answering_stay_apart(every_kind: Survey, tmp_path: Path) -> None:
    answers: dict[str, Cell] = {"full-time-equivalents": UNSURE, "has-strategy": 1, "services-are": NOT_APPLICABLE}
    answers |= dict.fromkeys(("time-running", "time-building", "time-helping"), UNSURE)
    answers |= {"data-shared": UNSURE, "users-first": NOT_APPLICABLE}
    responses = {(STATE, ROLE): answers, (TOWN, ROLE): answers | {"has-strategy": 0, "partner": NOT_APPLICABLE}}
    write_microdata(gather_responses(every_kind, WAVE, responses), every_kind, tmp_path)
    rows = read_rows(read_microdata(every_kind, WAVE, tmp_path))
    assert {
        name: rows[STATE][name] for name in ("full-time-equivalents", "strategy-adopted", "partner", "one-word")
    } == {
        "full-time-equivalents": UNSURE,
        "strategy-adopted": NOT_ANSWERED,
        "partner": NOT_ASKED,
        "one-word": NOT_ANSWERED,
    }
    # Nobody without a strategy is asked when it was adopted; nobody is asked how one without a date holds.
    assert (rows[TOWN]["strategy-adopted"], rows[TOWN]["strategy-holds"]) == (NOT_ASKED, NOT_ASKED)
    assert (rows[STATE]["strategy-holds"], rows[TOWN]["partner"]) == (NOT_ASKED, NOT_APPLICABLE)
    assert rows[TOWN]["users-first"] == NOT_APPLICABLE
    assert rows[TOWN]["services-tested"] == NOT_ANSWERED
    # Not applicable is no barrier to ask about, and a missing answer hides what depends on it.
    assert {rows[TOWN][item] for item in ("lack-of-money", "no-barrier", "budget-change")} == {NOT_ASKED}
    reasons = pq.read_table(tmp_path / f"{WAVE}.parquet").select(["full-time-equivalents", "time-running_missing"])
    assert reasons.to_pydict() == {"full-time-equivalents": [None, None], "time-running_missing": [UNSURE, UNSURE]}


def test_answers_off_the_path_do_not_reach_the_data(every_kind: Survey) -> None:
    """They stay among the events, and come back if the path does."""
    microdata = gather_responses(every_kind, WAVE, {(TOWN, ROLE): {**WHOLE, "services-are": 3}})
    (row,) = read_rows(microdata).values()
    assert {row[item] for item in ("lack-of-money", "lack-of-time", "budget-change")} == {NOT_ASKED}
    assert row["comment"] == WHOLE["comment"]


def test_nobody_has_answered(every_kind: Survey, tmp_path: Path) -> None:
    write_microdata(gather_responses(every_kind, WAVE, {}), every_kind, tmp_path)
    microdata = read_microdata(every_kind, WAVE, tmp_path)
    assert microdata.organisations == ()
    assert microdata.open_answers["comment"] == ()


@pytest.mark.parametrize(
    ("key", "role", "item", "what"),
    [
        ("999999999", ROLE, "one-word", "2026 did not ask 999999999 as head-of-it"),
        (TOWN, "teacher", "one-word", "2026 did not ask 100000040 as teacher"),
        (TOWN, ROLE, "other-word", "2026 did not ask other-word"),
    ],
)
def test_what_nobody_was_asked_is_refused(every_kind: Survey, key: str, role: str, item: str, what: str) -> None:
    with pytest.raises(UnknownResponse, match=what):
        gather_responses(every_kind, WAVE, {(key, role): {item: "x"}})


def test_a_role_that_others_have_is_refused(reference: Survey) -> None:
    state = reference.frame.of_wave("2019", "sector=state")[0].key
    with pytest.raises(UnknownResponse, match=f"2019 did not ask {state} as director-of-education"):
        gather_responses(reference, "2019", {(state, "director-of-education"): {}})
    with pytest.raises(UnknownResponse, match="2023 did not ask"):
        gather_responses(reference, "2023", {(reference.frame.organisations[0].key, "director-of-education"): {}})


def test_an_item_of_another_wave_is_refused(every_kind: Survey) -> None:
    with pytest.raises(UnknownResponse, match="2025 did not ask one-word"):
        gather_responses(every_kind, "2025", {(TOWN, ROLE): {"one-word": "x"}})


def numbers(least: int, most: int, decimals: int) -> st.SearchStrategy[str]:
    unit = 10**decimals
    return st.integers(least * unit, most * unit).map(lambda one: write_number(Decimal(one).scaleb(-decimals)))


@st.composite
def draw_answers(draw: st.DrawFn) -> dict[str, Cell]:
    """Answers to anything, on the path or not, each such as its form gives."""
    texts = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40)
    parts = draw(st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted))
    offered: dict[str, st.SearchStrategy[Cell]] = {
        "full-time-equivalents": numbers(0, 100_000, 1) | st.just(UNSURE),
        "strategy-adopted": st.dates(datetime.date(2010, 1, 1), datetime.date(2026, 12, 31)).map(str),
        "partner": texts | st.just(NOT_APPLICABLE),
        "budget-change": numbers(-10, 1000, 2),
        "one-word": texts,
        "comment": st.lists(texts, min_size=1, max_size=5).map("\n".join),
        "has-strategy": st.sampled_from((0, 1, UNSURE)),
        "services-are": st.sampled_from((1, 2, 3, UNSURE, NOT_APPLICABLE)),
        "strategy-holds": st.sampled_from((1, 2, 3)),
        "users-first": st.sampled_from((1, 2, 3, UNSURE)),
    }
    answers = {item: draw(cells) for item, cells in offered.items() if draw(st.booleans())}
    if draw(st.booleans()):
        sizes = (parts[0], parts[1] - parts[0], 100 - parts[1])
        answers |= dict(zip(("time-running", "time-building", "time-helping"), map(str, sizes), strict=True))
    if draw(st.booleans()):
        chosen = draw(st.sampled_from((("no-barrier",), ("lack-of-money",), ("lack-of-time", "lack-of-skills"))))
        options = ("lack-of-money", "lack-of-time", "lack-of-skills", "no-barrier")
        answers |= {option: int(option in chosen) for option in options}
    return answers


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(responses=st.dictionaries(st.sampled_from((STATE, TOWN, "100000059")), draw_answers(), min_size=1))
def test_any_answers_come_out_as_they_went_in(
    responses: dict[str, dict[str, Cell]], every_kind: Survey, tmp_path: Path
) -> None:
    given_by = {(key, ROLE): answers for key, answers in responses.items()}
    write_microdata(gather_responses(every_kind, WAVE, given_by), every_kind, tmp_path)
    rows = read_rows(read_microdata(every_kind, WAVE, tmp_path))
    asked = every_kind.items_asked(WAVE, ROLE)
    organisations = {one.key: one for one in every_kind.frame.organisations}
    for key, answers in responses.items():
        whole = {item: answers.get(item, NOT_ANSWERED) for item in asked}
        assert rows[key] == route_answers(every_kind, WAVE, ROLE, organisations[key], whole)
