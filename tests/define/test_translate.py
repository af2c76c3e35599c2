"""Pydantic's messages in our words: place, what is wrong, what to do."""

from collections.abc import Callable

import pytest

from praksis.define.read import Reading

Read = Callable[..., Reading]
FIGURES, Q, D = "figures.yaml", "questions.yaml", "design.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            D, "strata: [sector]", "strata: sector",
            "design.yaml:1: M003 `strata` is 'sector'\n"
            "    Write a list, each entry on its own line after `- `: breakdowns whose crossing makes the strata.",
        ),
        (
            D, "note: {nb: Alle spurt., en: All asked.}", "note: All asked.",
            "design.yaml:2: M003 `note` is 'All asked.'\n    Write one text per language, each on its own line as"
            " `nb: ...`: the design in plain words, for the page about the survey.",
        ),
        (
            D, "strata:", "confidence: 1.5\nstrata:",
            "design.yaml:1: M003 `confidence` is '1.5'\n    Write less than 1: coverage of the intervals.",
        ),
        (
            D, "strata:", "inference: organisation\nstrata:",
            "design.yaml:1: M004 `inference` is 'organisation'; did you mean `organisations`?\n"
            "    Write one of: 'organisations' or 'process'.",
        ),
        (
            "scales.yaml", "code: 2", "code: two",
            "scales.yaml:7: M003 `1.categories.2.code` is 'two'\n"
            "    Write a whole number: code in the microdata, a whole number from 0 to 32767.",
        ),
        (
            Q, "    - id: asks\n", "    - id: asks\n      exclusive: perhaps\n",
            "questions.yaml:22: M003 `2.items.2.exclusive` is 'perhaps'\n"
            "    Write `true` or `false`: in a multiple choice: excludes all other options.",
        ),
        (
            Q, "- id: habits", "- id: Habits",
            "questions.yaml:11: M003 `2.id` is 'Habits'\n"
            "    Write lower-case letters a-z, digits and single hyphens: name of the question.",
        ),
        (
            FIGURES, "{tell: level, item: shares, answer", "{tell: level, items: shares, answer",
            "figures.yaml:16: M001 `figures.1.bullets.1.level.item` is missing\n    Add `item`: the item.",
        ),
        (
            FIGURES, "{tell: level, item: place,", "{item: place,",
            "figures.yaml:29: M001 `figures.2.bullets.1` lacks `tell`\n    Add `tell`: `text`, `level`, `change`,"
            " `no-larger-change`, `gap`, `largest`, `not-asked`.",
        ),
        (
            FIGURES, "    title: {nb: Deler, en: Shares}\n", "    title:\n",
            "figures.yaml:11: M003 `figures.1.title` is empty\n    Write one text per language, each on its own line"
            " as `nb: ...`: the figure's heading.",
        ),
        (
            FIGURES, "answers: [any]\n", "answer: [any]\n",
            "figures.yaml:13: M002 `figures.1.answer` is not a field here; did you mean `answers`?",
        ),
        (
            Q, "earliest: 2000-01-01", "earliest: 1999",
            "questions.yaml:67: M003 `6.date.earliest` is '1999'\n"
            "    Write a date, as 2024-01-31: the first date that can be answered, as 2024-01-31.",
        ),
        (
            Q, "earliest: 2000-01-01", "earliest: 2000-02-30",
            "questions.yaml:67: M003 `6.date.earliest` is '2000-02-30'\n    Write a date, as 2024-01-31:",
        ),
        (
            Q, "maximum: 5000", "maximum: .inf",
            "questions.yaml:42: M003 `4.number.maximum` is '.inf'\n    Write a number: the largest",
        ),
        (
            Q, "maximum: 5000", "maximum: inf",
            "questions.yaml:42: M003 `4.number.maximum` is 'inf'\n    Write a number: the largest",
        ),
        (
            Q, "minimum: 0", "minimum: -1e13",
            "questions.yaml:42: M003 `4.number.minimum` is '-1e13'\n    Write -1000000000000 or more: the smallest",
        ),
    ],
)  # fmt: skip
def test_messages(file: str, old: str, new: str, message: str, read_edited: Read) -> None:
    assert any(str(problem).startswith(message) for problem in read_edited((file, old, new)).problems), [
        str(problem) for problem in read_edited().problems
    ]


def test_an_empty_file_says_so(read_edited: Read, tiny: object) -> None:
    from pathlib import Path

    assert isinstance(tiny, Path)
    (tiny / D).write_text("# nothing yet\n")
    (problem,) = read_edited().problems
    assert str(problem).startswith("design.yaml:1: M003 the file is empty\n    Write fields, as `name: value`")
