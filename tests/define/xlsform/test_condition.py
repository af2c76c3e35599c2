"""`show_if` and `relevant`: translated trees are true for the same answers, tried for every one of them."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.define.expression import evaluate
from praksis.define.xlsform.condition import CHOSEN, NOT_CHOSEN, Field, FieldKind, read_condition, write_condition
from praksis.define.xlsform.xpath import NotUnderstood, parse_xpath, write_xpath
from tests.define.xlsform.oracle import evaluate_xpath, to_truth

SIZE = Field("size_", FieldKind.ONE, "size", (("1", "small"), ("2", "some"), ("3", "large")), ("do-not-know", "n-a"))
YES = Field("yes", FieldKind.ONE, "yes", (("yes", "yes"), ("no", "no")))
STOPS = Field("stops", FieldKind.SEVERAL, "", (("time", "lack-of-time"), ("money", "lack-of-money")))
NUMBER = Field("heads", FieldKind.OPEN, "heads")
FIELDS = (SIZE, YES, STOPS, NUMBER)
BY_NAME = {field.name: field for field in FIELDS}


def list_answers() -> Iterator[tuple[Mapping[str, str], Mapping[str, str | None]]]:
    """Every way to answer: what a form holds, and what our conditions see."""
    for size, yes, stops, heads in itertools.product(
        ("", "1", "2", "3", "do-not-know", "n-a"), ("", "yes", "no"), ("", "time", "money", "time money"), ("", "12")
    ):
        form = {"size_": size, "yes": yes, "stops": stops, "heads": heads}
        ours: dict[str, str | None] = {
            "size": dict(SIZE.values).get(size),
            "yes": yes or None,
            "heads": heads or None,
        }
        for choice, item in STOPS.values:
            ours[item] = (CHOSEN if choice in stops.split() else NOT_CHOSEN) if stops else None
        yield form, ours


ANSWERS = tuple(list_answers())
VALUES: Mapping[str, Sequence[str]] = {
    "size": ("small", "some", "large"),
    "yes": ("yes", "no"),
    "lack-of-time": (CHOSEN, NOT_CHOSEN),
    "lack-of-money": (CHOSEN, NOT_CHOSEN),
}


def say_comparisons() -> st.SearchStrategy[str]:
    single = st.sampled_from(sorted(VALUES)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(("=", "!=")), st.sampled_from(VALUES[name])).map(" ".join)
    )
    among = st.sampled_from(sorted(VALUES)).flatmap(
        lambda name: st.lists(st.sampled_from(VALUES[name]), min_size=1, unique=True).map(
            lambda values: f"{name} in ({', '.join(values)})"
        )
    )
    answered = st.sampled_from((*VALUES, "heads")).map("answered({})".format)
    return st.one_of(single, among, answered)


expressions = st.recursive(
    say_comparisons(),
    lambda inner: st.one_of(
        inner.map("not ({})".format),
        st.tuples(inner, st.sampled_from(("and", "or")), inner).map("({0[0]}) {0[1]} ({0[2]})".format),
    ),
    max_leaves=6,
)


@given(expressions)
def test_relevant_is_true_where_the_condition_is(show_if: str) -> None:
    """Three truth values as two: a condition that is unknown hides, and so does what we write for it."""
    relevant = parse_xpath(write_xpath(write_condition(show_if, FIELDS)))
    for form, ours in ANSWERS:
        assert to_truth(evaluate_xpath(relevant, form)) is (evaluate(show_if, ours) is True), (form, ours)


@given(expressions)
def test_what_we_write_is_read_as_the_same_condition(show_if: str) -> None:
    """Also without the columns of our own that hold the condition as it was written."""
    read = read_condition(write_condition(show_if, FIELDS), BY_NAME)
    for _, ours in ANSWERS:
        shown = read if isinstance(read, bool) else evaluate(read, ours) is True
        assert shown is (evaluate(show_if, ours) is True), (read, ours)


FOREIGN = (
    "${size_} = '1'", "${size_} != '2'", "'3' = ${size_}", "${size_} = 2", "${size_} != 2", "${size_} > 1",
    "2 >= ${size_}", "${size_} = ''", "${size_} != ''", "selected(${size_}, '3')", "selected(${size_}, 'do-not-know')",
    "${yes} = 'yes'", "${yes} != 'no'", "selected(${stops}, 'time')", "not(selected(${stops}, 'money'))",
    "${stops} = 'time'", "${stops} != 'time'", "${stops} = ''", "${stops} != ''", "count-selected(${stops}) > 0",
    "count-selected(${stops}) = 0", "count-selected(${stops}) >= 1", "string-length(${heads}) > 0", "${heads} = ''",
    "${heads} != ''", "true()", "false()", "0 < count-selected(${stops})", "${size_} <= '2'",
)  # fmt: skip
relevants = st.recursive(
    st.sampled_from(FOREIGN),
    lambda inner: st.one_of(
        inner.map("not({})".format),
        st.tuples(inner, st.sampled_from(("and", "or")), inner).map("({0[0]}) {0[1]} ({0[2]})".format),
    ),
    max_leaves=6,
)


LOST = ("${size_} = ''", "${size_} != ''", "selected(${size_}, 'do-not-know')")
"""Our language cannot tell "do not know" from no answer; everything else here it can say."""


def read_or_lose(text: str) -> str | bool | None:
    try:
        return read_condition(parse_xpath(text), BY_NAME)
    except NotUnderstood:
        return None


@given(relevants)
def test_a_foreign_relevant_is_held_exactly_or_not_at_all(text: str) -> None:
    read = read_or_lose(text)
    if read is None:
        assert any(part in text for part in LOST)
        return
    tree = parse_xpath(text)
    for form, ours in ANSWERS:
        shown = read if isinstance(read, bool) else evaluate(read, ours) is True
        assert shown is to_truth(evaluate_xpath(tree, form)), (read, form)


def test_every_foreign_comparison_alone_is_held() -> None:
    assert tuple(text for text in FOREIGN if read_or_lose(text) is None) == LOST


@pytest.mark.parametrize(
    ("relevant", "show_if"),
    [
        ("${yes} = 'yes'", "yes = yes"),
        ("${yes} != 'no'", "yes = yes or not answered(yes)"),
        ("${size_} = '1' or ${size_} = '2'", "size != large"),
        ("${yes} = 'no' and (${yes} = 'no' or ${heads} != '')", "yes = no and (yes = no or answered(heads))"),
        ("${stops} != '' and not(selected(${stops}, 'time'))", "lack-of-time = not-chosen"),
        ("not(selected(${stops}, 'time'))", "lack-of-time = not-chosen or not answered(lack-of-time)"),
        ("${yes} = 'yes' or ${yes} = 'no'", "answered(yes)"),
        ("${yes} = 'yes' and ${yes} = 'no'", False),
        ("not(${heads} = '' and ${heads} != '')", True),
        (
            "(${yes} != 'no') and selected(${stops}, 'time')",
            "(yes = yes or not answered(yes)) and lack-of-time = chosen",
        ),
    ],
)
def test_conditions_are_said_as_people_would(relevant: str, show_if: str | bool) -> None:
    assert read_condition(parse_xpath(relevant), BY_NAME) == show_if


@pytest.mark.parametrize(
    ("relevant", "said"),
    [
        ("${heads} > 3", "can only ask whether it was answered"),
        ("${heads} = ${yes}", "compares an item with an answer"),
        ("${other} = 'x'", "no question before it"),
        ("${yes} = 'maybe'", "has no choice `maybe`"),
        ("${yes} = 3", "has no choice 3"),
        ("selected(${stops}, 'x')", "has no choice `x`"),
        ("${stops} > 'time'", "no order"),
        ("count-selected(${stops}) > 1", "cannot count"),
        ("regex(${heads}, '[0-9]')", r"no regex\(\)"),
        ("contains(${yes}, 'y') = true()", r"no contains\(\)"),
        ("if(${yes} = 'yes', true(), false())", r"no if\(\)"),
        ("today() > '2020-01-01'", r"no today\(\)"),
        ("${yes}", "compares an item with an answer"),
        ("${yes} + 1", "compares an item with an answer"),
        ("selected(., 'a')", r"no selected\(\)"),
    ],
)
def test_what_our_language_cannot_say_is_said(relevant: str, said: str) -> None:
    with pytest.raises(NotUnderstood, match=said):
        read_condition(parse_xpath(relevant), BY_NAME)


@pytest.mark.parametrize("show_if", ["unknown = yes", "yes = maybe", "answered(unknown)"])
def test_a_condition_about_nothing_in_the_form_cannot_be_written(show_if: str) -> None:
    with pytest.raises(NotUnderstood):
        write_condition(show_if, FIELDS)
