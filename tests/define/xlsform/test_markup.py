"""Texts: what we write is read as it was, and what is markup in a form goes, leaving the words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.define.xlsform.markup import Reading, read_text, write_text
from praksis.define.xlsform.yaml_text import write_yaml
from praksis.define.yaml import parse_yaml

SIGNS = "ab _*#\\&;<>[]()/!-amplt#39xX\n.1 $æ"
plain = st.text(alphabet=SIGNS, max_size=24)


@given(plain)
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    assert read_text(write_text(text)) == Reading(text)


@given(st.lists(st.one_of(plain, st.sampled_from(("{organisation}", "{item-1}")))).map("".join))
def test_what_is_filled_in_is_so_again(text: str) -> None:
    written = write_text(text, lambda name: f"{name}_label")
    assert read_text(written, lambda name: name.removesuffix("_label")) == Reading(text)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("**bold** and __bold__", "bold and bold"),
        ("*it* and _it_", "it and it"),
        ("first_name_here and 2 * 3 * 4", "first_name_here and 2 * 3 * 4"),
        ("# Heading\nText", "Heading\nText"),
        ("[Read more](https://example.org)", "Read more (https://example.org)"),
        ('<span style="color:red">red</span> <b>b</b>', "red b"),
        ("one<br/>two", "one\ntwo"),
        ("R&amp;D &lt;5 &#38; &nbsp;", "R&D <5 & \u00a0"),
        (r"\*not bold\* \\", "*not bold* \\"),
        ("a < b and c > d", "a < b and c > d"),
    ],
)
def test_markup_goes_and_the_words_stay(cell: str, text: str) -> None:
    reading = read_text(cell)
    assert reading.text == text
    assert reading.markup is (cell not in (text, r"\*not bold\* \\", "R&amp;D &lt;5 &#38; &nbsp;"))


def test_what_cannot_be_filled_in_is_told() -> None:
    reading = read_text("${known}, ${other}, ${other} and {braces}", {"known": "item"}.get)
    assert reading == Reading("{item}, …, … and (braces)", braces=True, unknown=("other",))


# -- YAML --------------------------------------------------------------------------------------------------------------

scalars = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8),
    st.text(alphabet="ab:-#,'\"{}[]?!~%@`|>&* \n\t\\nul=é0.1\u2028\x85\ufeff", max_size=10),
    st.sampled_from(("null", "Null", "~", "yes", "no", "true", "1.0", "2024", "0x1", "- a", "a: b", "a #b", "")),
)


@given(
    st.recursive(
        scalars,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(scalars, inner, max_size=3)),
        max_leaves=12,
    )
)
def test_yaml_is_read_as_it_was_written(tree: object) -> None:
    assert parse_yaml(write_yaml(tree)).tree == tree
