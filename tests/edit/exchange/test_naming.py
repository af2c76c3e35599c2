"""Names in SPSS: valid, different for different items, and found again. Labels: cut between letters."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from praksis.define.model import ID_PATTERN
from praksis.define.survey import Survey
from praksis.edit.exchange.delimited import guard, unguard
from praksis.edit.exchange.labels import cut_bytes, join_label
from praksis.edit.exchange.naming import Marker, name_companion, name_variable, parse_marker
from praksis.edit.exchange.table import find_whole, fold, show_number

RESERVED = {"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"}
IDS = st.from_regex(ID_PATTERN, fullmatch=True) | st.from_regex(
    r"[a-z0-9]{30,60}(-[a-z0-9]{1,30}){0,3}", fullmatch=True
)


@given(st.sets(IDS | st.sampled_from(sorted(RESERVED)).map(str.lower), max_size=20))
def test_names_are_valid_and_differ(ids: set[str]) -> None:
    names = [name(one) for one in ids for name in (name_variable, name_companion)]
    assert len({name.upper() for name in names}) == len(names)
    for name in names:
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name)
        assert not name.endswith("_")
        assert len(name.encode()) <= 64
        assert name.upper() not in RESERVED


def test_names_of_items_that_are_alike() -> None:
    assert name_variable("lack-of-money") == "lack_of_money"
    assert name_variable("to") == "x__to"
    assert name_variable("x-to") == "x_to"
    assert name_variable("2nd-step") == "x__2nd_step"
    assert name_companion("a") != name_variable("a-missing")
    long = "a" * 70
    assert name_variable(long) != name_variable(long + "b")


def test_the_reference_survey_keeps_its_names(reference: Survey) -> None:
    names = {name_variable(item) for item in reference.items}
    assert names == {item.replace("-", "_") for item in reference.items}


@given(st.text(), st.text(), st.integers(6, 300))
def test_labels_are_cut_between_letters(question: str, text: str, most: int) -> None:
    cut = cut_bytes(text, most)
    assert len(cut.encode()) <= most
    assert cut == text or cut.endswith("…")
    assert len(join_label(question, text).encode()) <= 255


def test_a_long_question_leaves_room_for_the_item() -> None:
    label = join_label("Hvor enige er dere? " * 30, "Brukerne kommer først")
    assert label.endswith("… – Brukerne kommer først")


@given(st.text())
@example("'=1")
@example("''")
def test_no_text_is_a_formula_and_none_is_lost(text: str) -> None:
    written = guard(text)
    assert unguard(written) == text
    assert not written.startswith(("=", "+", "@", "\t", "\r", "\n"))
    assert not written.startswith("-") or written[1:].isdecimal()


@pytest.mark.parametrize(
    ("text", "whole"),
    [("3", 3), ("-1", -1), ("3.0", 3), ("3,0", 3), ("3.5", None), ("", None), ("3 4", None), ("²", None)],
)
def test_whole_numbers(text: str, whole: int | None) -> None:
    assert find_whole(text) == whole


def test_numbers_are_shown_as_they_were_meant() -> None:
    assert [show_number(number) for number in (0.1 + 0.2, 1250.0, -0.25, 1e12)] == [
        "0.3",
        "1250",
        "-0.25",
        "1000000000000",
    ]


def test_what_differs_by_accident_does_not_differ() -> None:
    assert fold(" Sva\u00adert\u00a0 Enig ") == fold("svaert enig")
    assert fold("a\u030a") == fold("Å")


def test_markers_are_read_back_and_others_are_not() -> None:
    marker = Marker("it-i-praksis", "2024", "nb", False, "0123456789ab")
    assert parse_marker(str(marker)) == marker
    for text in ("", "it-i-praksis 2024 codes maybe 01", "a b labels real c", "a b words:nb real c"):
        assert parse_marker(text) is None
