"""What is said of what is hidden: to readers only what they can count, in the record everything."""

import csv

from praksis.estimate.cube import Hidden, Rule
from praksis.publish.record import write_record

HIDDEN = tuple(
    Hidden("2023", "breach", f"sector={rule}", rule, 17, "design.yaml", "a reason", "breach / yes / all / 2023")
    for rule in Rule
)


def test_readers_are_told_no_rule_that_says_what_the_number_is() -> None:
    """That a share of 17 is hidden because nobody or everybody said so, or how it could be worked out, stays inside."""
    text = write_record(HIDDEN, public=True)
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["rule"] for row in rows] == ["few", "protection", "protection", "protection", "decision"]
    assert list(rows[0]) == ["wave", "item", "group", "rule"]
    assert "17" not in text


def test_the_record_says_who_decided_and_why() -> None:
    rows = list(csv.DictReader(write_record(HIDDEN, public=False).splitlines()))
    assert [row["rule"] for row in rows] == [rule.value for rule in Rule]
    assert {(row["n"], row["by"], row["reason"]) for row in rows} == {("17", "design.yaml", "a reason")}
