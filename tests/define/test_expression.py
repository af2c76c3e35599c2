"""The expression language: Kleene's tables, a slow twin, and messages with a column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.define.expression import Comparison, ExpressionFault, evaluate, find_comparisons

T, F, U = True, False, None
SAYS = {T: "x = yes", F: "x = no", U: "z = yes"}
VALUES = {"x": "yes", "z": None}


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (T, T, T, T), (T, F, F, T), (T, U, U, T),
        (F, T, F, T), (F, F, F, F), (F, U, F, U),
        (U, T, U, T), (U, F, F, U), (U, U, U, U),
    ],
)  # fmt: skip
def test_kleene_tables(left: bool | None, right: bool | None, both: bool | None, either: bool | None) -> None:
    assert evaluate(f"{SAYS[left]} and {SAYS[right]}", VALUES) is both
    assert evaluate(f"{SAYS[left]} or {SAYS[right]}", VALUES) is either


def test_negation() -> None:
    assert [evaluate(f"not {SAYS[value]}", VALUES) for value in (T, F, U)] == [F, T, U]


def test_comparisons() -> None:
    values = {"a": "one", "b": None}
    assert evaluate("a = one", values) is True
    assert evaluate("a != one", values) is False
    assert evaluate("a in (two, one)", values) is True
    assert evaluate("a in (two)", values) is False
    assert evaluate("b != one", values) is None
    assert evaluate("b in (one)", values) is None


def test_answered_is_never_unknown() -> None:
    assert evaluate("answered(a)", {"a": "one"}) is True
    assert evaluate("answered(a)", {"a": None}) is False
    assert evaluate("answered(a)", {}) is False


def test_and_binds_tighter_than_or_and_not_tighter_than_both() -> None:
    values = {"x": "yes"}
    assert evaluate("x = yes or x = no and x = no", values) is True
    assert evaluate("(x = yes or x = no) and x = no", values) is False
    assert evaluate("not x = no and x = yes", values) is True


def test_names_may_begin_as_words_do() -> None:
    assert evaluate("not-chosen = in-house and order = and-so", {"not-chosen": "in-house", "order": "and-so"}) is True


def test_as_deep_as_you_like() -> None:
    assert evaluate("not " * 5001 + "x = yes", VALUES) is False
    assert evaluate("(" * 5000 + "x = yes" + ")" * 5000, VALUES) is True


def test_find_comparisons_in_the_order_of_the_text() -> None:
    found = list(find_comparisons("a = b and (c in (d, e) or answered(f))"))
    assert found == [Comparison("a", ("b",)), Comparison("c", ("d", "e")), Comparison("f", ())]


@pytest.mark.parametrize(
    ("text", "column"),
    [("", 1), ("x", 2), ("x =", 4), ("x == y", 4), ("x = y andz = u", 7), ("x in form", 6), ("(x = y", 7),
     ("x = y)", 6), ("X = y", 1), ("x = y\nand z ~ u", 13), ("and", 1)],
)  # fmt: skip
def test_what_is_no_expression_says_where(text: str, column: int) -> None:
    with pytest.raises(ExpressionFault) as caught:
        evaluate(text, {})
    assert caught.value.column == column


NAMES = st.sampled_from(["a", "b", "not-a", "in-x", "c3"])
ANSWERS = st.sampled_from(["yes", "no", "or-so"])
Node = tuple[object, ...]
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.tuples(st.just("equal"), NAMES, ANSWERS),
    st.tuples(st.just("different"), NAMES, ANSWERS),
    st.tuples(st.just("among"), NAMES, st.lists(ANSWERS, min_size=1, max_size=3)),
    st.tuples(st.just("answered"), NAMES),
)
NODES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.just("and"), inner, inner),
        st.tuples(st.just("or"), inner, inner),
    ),
    max_leaves=12,
)


def write(node: Node) -> str:
    match node:
        case ("equal", name, answer):
            return f"{name}={answer}"
        case ("different", name, answer):
            return f"{name} != {answer}"
        case ("among", name, list() as answers):
            return f"{name} in ({', '.join(answers)})"
        case ("answered", name):
            return f"answered({name})"
        case ("not", tuple() as inner):
            return f"not ({write(inner)})"
        case (word, tuple() as left, tuple() as right):
            return f"({write(left)}) {word} ({write(right)})"
    raise AssertionError(node)


def slowly(node: Node, values: dict[str, str | None]) -> set[bool]:
    """The twin: the truth values an expression may take when each comparison with nothing may be either.

    Kleene's unknown is exactly "both are possible" as long as no comparison is tied to another, which is how the
    connectives are defined.
    """
    match node:
        case ("equal", str() as name, answer):
            return {True, False} if values.get(name) is None else {values.get(name) == answer}
        case ("different", str() as name, answer):
            return {True, False} if values.get(name) is None else {values.get(name) != answer}
        case ("among", str() as name, list() as answers):
            return {True, False} if values.get(name) is None else {values.get(name) in answers}
        case ("answered", str() as name):
            return {values.get(name) is not None}
        case ("not", tuple() as inner):
            return {not value for value in slowly(inner, values)}
        case ("and", tuple() as left, tuple() as right):
            return {a and b for a in slowly(left, values) for b in slowly(right, values)}
        case ("or", tuple() as left, tuple() as right):
            return {a or b for a in slowly(left, values) for b in slowly(right, values)}
    raise AssertionError(node)


@given(NODES, st.dictionaries(NAMES, st.one_of(st.none(), ANSWERS)))
def test_against_the_slow_twin(node: Node, values: dict[str, str | None]) -> None:
    possible = slowly(node, values)
    expected = None if len(possible) == 2 else possible == {True}
    assert evaluate(write(node), values) is expected


@given(st.text(alphabet="abx-=!(),. \n01notdri", max_size=40))
def test_any_text_is_an_expression_or_a_fault(text: str) -> None:
    try:
        result = evaluate(text, {"a": "b"})
    except ExpressionFault as fault:
        assert 1 <= fault.column <= len(text) + 1  # noqa: PT017  # the text may also be an expression
    else:
        assert result in (True, False, None)
