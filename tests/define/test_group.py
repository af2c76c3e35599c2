"""Groups of organisations as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.define.frame import Breakdown, BreakdownCategory
from praksis.define.group import covers, expand_groups, parse_group, write_group
from praksis.localtext import LocalText

WORDS = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)


def breakdown(name: str, *categories: str) -> Breakdown:
    title = LocalText({"en": name})
    return Breakdown(id=name, title=title, categories=tuple(BreakdownCategory(id=c, label=title) for c in categories))


BREAKDOWNS = {"sector": breakdown("sector", "state", "local"), "step": breakdown("step", "one", "two")}


def test_everyone() -> None:
    assert parse_group("all") == {}
    assert write_group({}) == "all"
    assert covers("all", {})


@given(st.dictionaries(WORDS, WORDS, min_size=1, max_size=4))
def test_what_is_written_is_read_again(values: dict[str, str]) -> None:
    assert parse_group(write_group(values)) == values
    assert list(parse_group(write_group(values))) == list(values)


@pytest.mark.parametrize("text", ["", "state", "sector=", "=state", "sector=state,", "sector=a b", "a=b,a=c", "A=b"])
def test_what_is_no_group(text: str) -> None:
    with pytest.raises(ValueError, match="group|twice"):
        parse_group(text)


def test_stars_stand_for_every_category_in_order_and_once() -> None:
    assert expand_groups(["all", "sector=*", "sector=state"], BREAKDOWNS) == ("all", "sector=state", "sector=local")
    assert expand_groups(["sector=*,step=*"], BREAKDOWNS) == (
        "sector=state,step=one", "sector=state,step=two", "sector=local,step=one", "sector=local,step=two",
    )  # fmt: skip


def test_covers() -> None:
    values = {"sector": "state", "size": "small"}
    assert covers("sector=state", values)
    assert covers("sector=state,size=small", values)
    assert not covers("sector=local", values)
    assert not covers("step=one", values)
