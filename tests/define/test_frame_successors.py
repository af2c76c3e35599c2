"""Successors: chains, mergers, splits, and what cannot be so."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praksis.define.codes import Findings
from praksis.define.read import Reading, read_survey
from praksis.define.successor import (
    Succession,
    SuccessionKind,
    find_contradictions,
    follow_successors,
)
from praksis.define.successor_reader import read_successors
from praksis.define.survey import Survey
from praksis.errors import Place

Read = Callable[..., Reading]
MERGER, SPLIT, RENUMBERED = SuccessionKind


def year(number: int) -> datetime.date:
    return datetime.date(number, 1, 1)


def make(old: str, new: str, when: int, kind: SuccessionKind = MERGER) -> Succession:
    return Succession(old, new, year(when), kind, "a test")


CHAIN = (
    make("a", "b", 2018, RENUMBERED), make("b", "c", 2020), make("d", "c", 2020), make("c", "e", 2024, SPLIT),
    make("c", "f", 2024, SPLIT),
)  # fmt: skip


@pytest.mark.parametrize(
    ("key", "when", "keys"),
    [
        ("a", 2017, ("a",)),
        ("a", 2018, ("b",)),
        ("a", 2020, ("c",)),
        ("d", 2020, ("c",)),
        ("d", 2019, ("d",)),
        ("a", 2024, ("e", "f")),
        ("c", 2024, ("e", "f")),
        ("e", 2024, ("e",)),
        ("unknown", 2024, ("unknown",)),
    ],
)
def test_chains_mergers_and_splits(key: str, when: int, keys: tuple[str, ...]) -> None:
    assert follow_successors(key, year(when), CHAIN) == keys
    assert follow_successors(key, year(when), CHAIN[::-1]) == keys
    assert find_contradictions(CHAIN) == {}


def test_one_that_goes_on_beside_what_was_split_off() -> None:
    split = (make("a", "a", 2024, SPLIT), make("a", "b", 2024, SPLIT), make("a", "c", 2026, MERGER))
    assert find_contradictions(split) == {}
    assert follow_successors("a", year(2026), split) == ("b", "c")
    assert follow_successors("a", year(2024), split[:2]) == ("a", "b")
    assert follow_successors("a", year(2023), split[:2]) == ("a",)


def test_what_joins_one_that_was_split_before_does_not_go_to_its_parts() -> None:
    later = (make("a", "a", 2020, SPLIT), make("a", "b", 2020, SPLIT), make("z", "a", 2024))
    assert find_contradictions(later) == {}
    assert follow_successors("z", year(2024), later) == ("a",)
    twice = (*later[:2], make("a", "a", 2022, SPLIT), make("a", "c", 2022, SPLIT))
    assert find_contradictions(twice) == {}
    assert follow_successors("a", year(2024), twice) == ("a", "b", "c")


def test_parts_that_come_together_again_are_counted_once() -> None:
    again = (make("a", "b", 2020, SPLIT), make("a", "c", 2020, SPLIT), make("b", "d", 2024), make("c", "d", 2024))
    assert find_contradictions(again) == {}
    assert follow_successors("a", year(2024), again) == ("d",)


@pytest.mark.parametrize(
    ("successions", "what"),
    [
        ((make("a", "b", 2020), make("b", "a", 2024)), {
            1: "a takes over on 2024-01-01, but was itself gone on 2020-01-01",
        }),
        ((make("a", "b", 2020), make("b", "a", 2020)), {
            0: "b takes over on 2020-01-01, but was itself gone on 2020-01-01",
            1: "a takes over on 2020-01-01, but was itself gone on 2020-01-01",
        }),
        ((make("a", "a", 2020),), {0: "a takes over from itself"}),
        ((make("a", "a", 2020, SPLIT),), {0: "a takes over from itself"}),
        ((make("a", "b", 2020, SPLIT),), {0: "a is split on 2020-01-01, but only b takes over then"}),
        ((make("a", "b", 2020), make("a", "b", 2020)), {
            0: "a has 2 successors, and is not split", 1: "a to b is told twice",
        }),
        ((make("a", "b", 2020, SPLIT), make("a", "c", 2021, SPLIT)), {
            0: "a is split on 2020-01-01, but only b takes over then",
            1: "a is split on 2021-01-01, but only c takes over then",
        }),
        ((make("a", "b", 2020), make("a", "c", 2021)), {
            1: "a was gone on 2020-01-01, before 2021-01-01",
        }),
    ],
)  # fmt: skip
def test_what_cannot_be_so(successions: tuple[Succession, ...], what: dict[int, str]) -> None:
    assert find_contradictions(successions) == what


def test_a_circle_is_not_followed_for_ever() -> None:
    circle = (make("a", "b", 2020), make("b", "c", 2021), make("c", "a", 2022))
    assert find_contradictions(circle)
    assert follow_successors("a", year(2024), circle) == ("a",)
    assert follow_successors("a", year(2021), circle) == ("c",)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[set[str]], tuple[Succession, ...]]:
    """The keys of each year, and what led from one year to the next."""
    years, successions, number = [{"0", "1", "2", "3"}], [], 4
    for when in range(2019, 2019 + draw(st.integers(1, 4))):
        now, following = sorted(years[-1]), set(years[-1])
        for key in draw(st.lists(st.sampled_from(now), unique=True, max_size=2)):
            kind = draw(st.sampled_from(SuccessionKind))
            others = [one for one in now if one != key and one in following]
            if kind is MERGER and others:
                heirs = [draw(st.sampled_from(others))]
            else:
                kind = SPLIT if kind is SPLIT else RENUMBERED
                heirs = [str(number + place) for place in range(2 if kind is SPLIT else 1)]
                number += len(heirs)
                if kind is SPLIT and draw(st.booleans()):
                    heirs[0] = key
            following = following - {key} | set(heirs)
            successions += [make(key, heir, when, kind) for heir in heirs]
        # Whoever takes over must be there still: one that is renumbered in the same year is not.
        if any(one.new_key not in following for one in successions if one.day == year(when)):
            successions = [one for one in successions if one.day != year(when)]
            following = set(years[-1])
        years.append(following)
    return years, tuple(successions)


@given(histories())
def test_every_key_leads_to_those_of_the_year_and_together_to_all(
    history: tuple[list[set[str]], tuple[Succession, ...]],
) -> None:
    years, successions = history
    assert find_contradictions(successions) == {}
    for begin, first in enumerate(years):
        for end in range(begin, len(years)):
            led = {key: follow_successors(key, year(2018 + end), successions) for key in first}
            assert set().union(*led.values()) == years[end]


HEAD = "old_key,new_key,date,kind,source\n"


def read(folder: Path, survey: Survey) -> tuple[Succession, ...]:
    findings = Findings()
    found = read_successors(folder, survey.frame_definition, survey.frame.organisations, Place("frame.yaml"), findings)
    assert findings.problems == []
    return found


def declare(tiny: Path, *rows: str) -> None:
    (tiny / "successors.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    path = tiny / "frame.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "successors: successors.csv\n", encoding="utf-8")


def test_the_surveys_own_list(tiny: Path) -> None:
    declare(
        tiny, "100 000 040,100000032,2024-01-01,merger,decided 2022", "100000059,100000032,2024-01-01,merger,decided"
    )
    reading = read_survey(tiny)
    assert reading.survey, reading.problems
    successions = read(tiny, reading.survey)
    assert follow_successors("100000040", year(2024), successions) == ("100000032",)
    assert [one.source for one in successions] == ["decided 2022", "decided"]
    (tiny / "successors.csv").write_text(HEAD, encoding="utf-8")
    without = read_survey(tiny).survey
    assert without
    assert without.digest != reading.survey.digest


def test_a_survey_without_a_list(tiny: Path) -> None:
    survey = read_survey(tiny).survey
    assert survey
    assert read(tiny, survey) == ()


def test_everything_wrong_with_a_row_at_once(tiny: Path) -> None:
    declare(tiny, "12,,2024-02-30,sold,")
    assert [str(problem).splitlines()[0] for problem in read_survey(tiny).problems] == [
        "successors.csv:2: F024 `date` is `2024-02-30`",
        "successors.csv:2: F024 `kind` is `sold`",
        "successors.csv:2: F024 `new_key` is empty, which no row of the frame has as its key",
        "successors.csv:2: F024 `old_key` is `12`, which no row of the frame has as its key",
        "successors.csv:2: F024 `source` is empty",
    ]


def test_a_list_without_its_columns(tiny: Path) -> None:
    declare(tiny)
    (tiny / "successors.csv").write_text("old,new\n", encoding="utf-8")
    (problem,) = read_survey(tiny).problems
    assert str(problem).startswith("frame.yaml:43: F005 successors.csv has no column")


@pytest.mark.parametrize("name", ["../successors.csv", "successors.txt"])
def test_a_list_somewhere_else(name: str, tiny: Path, read_edited: Read) -> None:
    (tiny.parent / "successors.csv").write_text(HEAD, encoding="utf-8")
    (tiny / "successors.txt").write_text(HEAD, encoding="utf-8")
    reading = read_edited(("frame.yaml", "breakdowns:", f"successors: {name}\nbreakdowns:"))
    assert [problem.code for problem in reading.problems] == ["F012"]
