"""The XPath of forms: what is read is written again as the same, brackets and all; what is not read says where."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.define.xlsform.xpath import (
    LONGEST,
    Call,
    Expression,
    Here,
    Negative,
    NotUnderstood,
    Number,
    Operation,
    Reference,
    Text,
    join,
    parse_xpath,
    split,
    write_xpath,
)

SIGNS = ("or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod")
leaves = st.one_of(
    st.text(alphabet="ab -'æ.", max_size=5).map(Text),
    st.decimals(min_value=0, max_value=9999, places=2).map(Number),
    st.from_regex(r"[a-z_][a-z0-9_.-]{0,4}", fullmatch=True).map(Reference),
    st.just(Here()),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Operation, st.sampled_from(SIGNS), inner, inner),
        st.builds(Negative, inner),
        st.builds(Call, st.sampled_from(("not", "selected", "jr:choice-name")), st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=12,
)


@given(trees)
def test_what_is_written_reads_as_the_same(tree: Expression) -> None:
    assert parse_xpath(write_xpath(tree)) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("${a} = 'x'", Operation("=", Reference("a"), Text("x"))),
        ('${ a }="it\'s"', Operation("=", Reference("a"), Text("it's"))),
        (".>=0", Operation(">=", Here(), Number(Decimal(0)))),
        (". > -.5", Operation(">", Here(), Negative(Number(Decimal("0.5"))))),
        ("true()", Call("true")),
        ("jr:choice-name(${a}, '${a}')", Call("jr:choice-name", (Reference("a"), Text("${a}")))),
        (
            "1 = 2 and 3 = 4 or 5 = 6",
            Operation(
                "or",
                Operation(
                    "and",
                    Operation("=", Number(Decimal(1)), Number(Decimal(2))),
                    Operation("=", Number(Decimal(3)), Number(Decimal(4))),
                ),
                Operation("=", Number(Decimal(5)), Number(Decimal(6))),
            ),
        ),
        (
            "1 - 2 - 3",
            Operation("-", Operation("-", Number(Decimal(1)), Number(Decimal(2))), Number(Decimal(3))),
        ),
    ],
)
def test_it_is_read_as_the_standard_says(text: str, tree: Expression) -> None:
    assert parse_xpath(text) == tree


@pytest.mark.parametrize(
    "text",
    ["", "${a} =", "${a", "../a = 1", "/data/a = 1", "instance('x')/root/item", "(1", "1)", "f(1", "a = 1", "1 1", "..",
     "'open", "[1]", "@x", "1 = = 2", "f(,)"],
)  # fmt: skip
def test_what_is_not_read_is_said(text: str) -> None:
    with pytest.raises(NotUnderstood, match="is not understood at"):
        parse_xpath(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(" * 200 + "1" + ")" * 200, "levels"),
        ("-" * 200 + "1", "levels"),
        ("not(" * 200 + "1" + ")" * 200, "levels"),
        ("1+" * 3000 + "1", "operators"),
        ("1" * (LONGEST + 1), "characters"),
    ],
)
def test_expressions_beyond_reading_are_refused(text: str, said: str) -> None:
    with pytest.raises(NotUnderstood, match=said):
        parse_xpath(text)


def test_a_text_with_both_quotes_cannot_be_written() -> None:
    with pytest.raises(NotUnderstood, match="both kinds of quotes"):
        write_xpath(Text("'\""))


@given(st.lists(leaves, min_size=1, max_size=6))
def test_split_is_the_inverse_of_join(parts: list[Expression]) -> None:
    assert list(split("and", join("and", parts))) == parts
