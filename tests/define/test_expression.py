"""The expression language: Kleene's tables, a slow twin, and messages with a column."""

import datetime
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.define.expression import (
    Comparison,
    ExpressionFault,
    Use,
    Value,
    decide,
    evaluate,
    find_comparisons,
    find_uses,
)

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


# -- statements --------------------------------------------------------------------------------------------------------

NOW: dict[str, Value | None] = {
    "a": Fraction(3), "b": Fraction(1, 3), "day": datetime.date(2024, 2, 29), "step": "two", "gone": None,
}  # fmt: skip
BEFORE: dict[str, Value | None] = {"a": Fraction(2), "day": datetime.date(2020, 1, 1), "step": "one"}


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("a < 10", T), ("a < 3", F), ("a <= 3", T), ("a > 2.5", T), ("a >= 3.01", F), ("a = 3", T), ("a = 3.0", T),
        ("a != 3", F), ("a in (1, 2)", F), ("a in (1, 3)", T),
        ("0.1 + 0.2 = 0.3", T), ("b * 3 = 1", T), ("1 / 3 * 3 = 1", T),
        ("1 + 2 * 3 = 7", T), ("(1 + 2) * 3 = 9", T), ("10 - 4 - 3 = 3", T), ("8 / 4 / 2 = 1", T), ("2 - -a = 5", T),
        ("- a * 2 = -6", T), ("abs(b - a) > 2.6", T), ("abs(-3) = a", T), ("((a)) < ((10))", T), ("3 < a + 1", T),
        ("day >= 2024-02-29", T), ("day < 2024-02-29", F), ("2023-12-31 < day", T), ("day in (2024-02-29)", T),
        ("day > previous(day)", T), ("previous(day) = 2020-01-01", T),
        ("a <= previous(a) * 1.5", T), ("a - previous(a) = 1", T), ("previous( a ) < 2", F),
        ("step = two", T), ("step != two", F), ("step in (one, two)", T), ("step = previous(step)", F),
        ("previous(step) = one and step != one", T), ("answered(previous(a))", T), ("answered(previous(b))", F),
        ("answered(a) and not answered(gone)", T), ("a < 10 or gone < 1", T), ("a > 10 and gone < 1", F),
        ("gone < 1", U), ("not gone < 1", U), ("a + gone > 0", U), ("gone * 0 = 0", U), ("previous(b) = 1", U),
        ("a / 0 = 1", U), ("a / (b - b) > 0 or a = 3", T), ("gone = two", U), ("gone in (1, two)", U), ("never = 1", U),
        ("abs = 1", U), ("day = 3", U), ("step < 3", U), ("step = 3", F),
    ],
)  # fmt: skip
def test_statements(text: str, truth: bool | None) -> None:
    assert decide(text, NOW, BEFORE) is truth


def test_a_word_beside_a_category_is_a_category_even_where_an_item_has_the_name() -> None:
    assert decide("step = a", NOW | {"step": "a"}, {}) is True
    assert decide("step = 3", NOW | {"step": "3"}, {}) is True
    assert decide("step = 2024-01-31", NOW | {"step": "2024-01-31"}, {}) is True
    assert decide("a = b", NOW, {}) is False


def test_statements_as_deep_as_you_like() -> None:
    assert decide("not " * 5001 + "a = 3", NOW, {}) is False
    assert decide("(" * 5000 + "a" + ")" * 5000 + " = 3", NOW, {}) is True
    assert decide("1 + " * 5000 + "a = 5003", NOW, {}) is True
    assert decide("- " * 5001 + "a = 0 - 3", NOW, {}) is True


@pytest.mark.parametrize("text", ["a = b and (c in (d, e) or answered(f))", "not x = yes", "a != b or c = 10"])
def test_a_condition_is_a_statement_too(text: str) -> None:
    for values in ({"a": "b", "c": "d"}, {"a": "c", "c": "10"}, {"x": "yes"}, {"x": None}, {"f": "f"}):
        assert decide(text, dict(values), {}) is evaluate(text, values)


@pytest.mark.parametrize(
    "text", ["a < 10", "a + b = c", "previous(a) = b", "abs(a) = b", "a = 1.5", "a = (b)", "answered(previous(a))"]
)
def test_a_condition_cannot_count(text: str) -> None:
    assert find_uses(text, lambda name: False)
    with pytest.raises(ExpressionFault):
        evaluate(text, {})


@pytest.mark.parametrize(
    ("text", "column"),
    [("", 1), ("a", 2), ("a <", 4), ("a < < b", 5), ("1 < a < 3", 7), ("a ++ b = 1", 4), ("(a = 1) < 2", 9),
     ("(a + 1", 7), ("a = 1.5x", 6), ("a in (1.2.3)", 8), ("a in (b + 1)", 9), ("a ~ 1", 3), ("A < 1", 1),
     ("abs x = 1", 5), ("a = 1 and\nday < 2024-02-30", 17), ("a < " + "9" * 31, 5), ("previous(1 + a) = 1", 12),
     ("previous(previous(a)) = 1", 18), ("a = 1,5", 6)],
)  # fmt: skip
def test_what_is_no_statement_says_where(text: str, column: int) -> None:
    with pytest.raises(ExpressionFault) as caught:
        decide(text, {}, {})
    assert caught.value.column == column


def test_find_uses_in_the_order_of_the_text() -> None:
    text = "previous(a) + day-two < 3 and step = a and x in (b, c) or answered(y) and a = b"
    assert find_uses(text, lambda name: name == "step") == (
        Use("a", True, 10), Use("day-two", False, 15), Use("step", False, 31), Use("x", False, 44),
        Use("y", False, 68), Use("a", False, 75), Use("b", False, 79),
    )  # fmt: skip


NUMBERS = st.decimals(min_value=-1000, max_value=1000, allow_nan=False, allow_infinity=False, places=2)
AMOUNTS = st.recursive(
    st.one_of(
        st.tuples(st.just("now"), st.sampled_from(["a", "b", "c3"])),
        st.tuples(st.just("before"), st.sampled_from(["a", "b"])),
        st.tuples(st.just("number"), NUMBERS.map(abs)),
    ),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("+-*/"), inner, inner),
        st.tuples(st.just("abs"), inner),
        st.tuples(st.just("neg"), inner),
    ),
    max_leaves=8,
)
STATEMENTS = st.recursive(
    st.tuples(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), AMOUNTS, AMOUNTS),
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.just("and"), inner, inner),
        st.tuples(st.just("or"), inner, inner),
    ),
    max_leaves=5,
)
BINDS = {"or": 1, "and": 2, "not": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "=": 4, "!=": 4, "+": 5, "-": 5, "*": 6, "/": 6}


def spell(node: Node, outer: int = 0) -> str:
    """With no more parentheses than precedence needs, so that a wrong precedence reads something else."""
    match node:
        case ("now", name):
            return f"{name}"
        case ("before", name):
            return f"previous({name})"
        case ("number", number):
            return f"{number:f}"
        case ("abs", tuple() as inner):
            return f"abs({spell(inner)})"
        case ("neg", tuple() as inner):
            return wrap(f"- {spell(inner, 7)}", 7, outer)
        case ("not", tuple() as inner):
            return wrap(f"not {spell(inner, 3)}", 3, outer)
        case (str() as sign, tuple() as left, tuple() as right):
            mine = BINDS[sign]
            return wrap(f"{spell(left, mine)} {sign} {spell(right, mine + 1)}", mine, outer)
    raise AssertionError(node)


def wrap(text: str, mine: int, outer: int) -> str:
    return f"({text})" if mine < outer else text


def count_slowly(node: Node, now: dict[str, Decimal | None], before: dict[str, Decimal | None]) -> Decimal | None:
    """The twin: Decimal with digits enough that nothing is lost, but for thirds, which are compared with a margin."""
    match node:
        case ("now", str() as name):
            return now.get(name)
        case ("before", str() as name):
            return before.get(name)
        case ("number", Decimal() as number):
            return number
        case (str() as sign, *inner):
            parts = [count_slowly(part, now, before) for part in inner if isinstance(part, tuple)]
            known = [part for part in parts if part is not None]
            if len(known) < len(parts):
                return None
            if sign in ("abs", "neg"):
                return abs(known[0]) if sign == "abs" else -known[0]
            try:
                first, second = known
                return (
                    {"+": first + second, "-": first - second, "*": first * second}.get(sign)
                    if sign != "/"
                    else (first / second)
                )
            except (DivisionByZero, InvalidOperation):
                return None
    raise AssertionError(node)


def judge_slowly(node: Node, now: dict[str, Decimal | None], before: dict[str, Decimal | None]) -> set[bool]:
    """The truth values a statement may have, as in the twin of conditions."""
    match node:
        case ("not", tuple() as inner):
            return {not value for value in judge_slowly(inner, now, before)}
        case ("and", tuple() as left, tuple() as right):
            return {a and b for a in judge_slowly(left, now, before) for b in judge_slowly(right, now, before)}
        case ("or", tuple() as left, tuple() as right):
            return {a or b for a in judge_slowly(left, now, before) for b in judge_slowly(right, now, before)}
        case (str() as sign, tuple() as left, tuple() as right):
            first, second = count_slowly(left, now, before), count_slowly(right, now, before)
            if first is None or second is None:
                return {True, False}
            order = 0 if abs(first - second) < Decimal("1e-60") else (1 if first > second else -1)
            return {order in {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "=": (0,), "!=": (-1, 1)}[sign]}
    raise AssertionError(node)


SOME = st.one_of(st.none(), NUMBERS)


@given(
    STATEMENTS,
    st.dictionaries(st.sampled_from(["a", "b", "c3"]), SOME),
    st.dictionaries(st.sampled_from(["a", "b"]), SOME),
)
def test_statements_against_the_slow_twin(
    node: Node, now: dict[str, Decimal | None], before: dict[str, Decimal | None]
) -> None:
    with localcontext() as context:
        context.prec = 200
        possible = judge_slowly(node, now, before)
    expected = None if len(possible) == 2 else possible == {True}

    def exact(values: dict[str, Decimal | None]) -> dict[str, Value | None]:
        return {name: None if number is None else Fraction(number) for name, number in values.items()}

    assert decide(spell(node), exact(now), exact(before)) is expected


@given(st.text(alphabet="abs-=!<>+*/(),. \n0123notdripevu", max_size=40))
def test_any_text_is_a_statement_or_a_fault(text: str) -> None:
    try:
        result = decide(text, {"a": Fraction(1), "b": "a", "d": datetime.date(2024, 1, 31)}, {"a": Fraction(2)})
    except ExpressionFault as fault:
        assert 1 <= fault.column <= len(text) + 1  # noqa: PT017  # the text may also be a statement
    else:
        assert result in (True, False, None)


@given(NODES, st.dictionaries(NAMES, st.one_of(st.none(), ANSWERS)))
def test_every_condition_is_the_same_statement(node: Node, values: dict[str, str | None]) -> None:
    text = write(node)
    assert decide(text, dict(values), {}) is evaluate(text, values)
