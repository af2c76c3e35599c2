"""`checks.yaml`: what it may say, and what is wrong with it in other ways than `invalid/` shows."""

from collections.abc import Callable
from pathlib import Path

import pytest

from praksis.define.editing import Automatic, CheckKind, Editing, NumberHabit
from praksis.define.read import Reading, read_survey
from praksis.define.yaml import parse_yaml

Read = Callable[..., Reading]
TEXT = "text: {nb: Se., en: Look.}"


def check(holds: str, *fields: str, name: str = "one") -> str:
    lines = [f"id: {name}", "kind: soft", *fields, f"holds: {holds}", TEXT]
    return "  - " + "\n    ".join(lines) + "\n"


def read_checks(folder: Path, *checks: str, rest: str = "") -> Reading:
    body = "checks:\n" + "".join(checks) if checks else ""
    (folder / "checks.yaml").write_text(body + rest, encoding="utf-8")
    return read_survey(folder)


def test_a_survey_without_the_file_has_the_automatic_checks(tiny: Path) -> None:
    survey = read_survey(tiny).survey
    assert survey
    assert survey.editing == Editing() == Editing(checks=(), numbers=(), automatic=Automatic())


def test_what_the_file_says(tiny: Path) -> None:
    fields = ("waves: [2024]", "when: sector = local and place = one")
    rest = "numbers: [{item: heads, outlier: 4}]\nautomatic: {least: 20, unanswered: 0.25, alike: 0, twins: 5}\n"
    asks = check("heads <= staff * 1.5", *fields).replace(TEXT, f"{TEXT}\n    asks: {{nb: Hvor mange?, en: How many?}}")
    survey = read_checks(tiny, asks, rest=rest).survey
    assert survey
    (one,) = survey.editing.checks
    assert (one.kind, one.waves, one.when) == (CheckKind.SOFT, ("2024",), "sector = local and place = one")
    assert one.asks
    assert one.asks["nb"] == "Hvor mange?"
    assert survey.editing.numbers == (NumberHabit(item="heads", outlier=4, change=7),)
    assert survey.editing.automatic == Automatic(least=20, unanswered=0.25, alike=0, twins=5)


GOOD = (
    "heads < 10", "heads + inside <= outside * 1.5", "began >= 2010-01-01", "began in (2020-01-01, 2021-01-01)",
    "inside in (0, 50, 100)", "time = chosen or money != chosen", "place = previous(place)", "previous(shares) = large",
    "shares in (some, large) and staff > 10", "answered(remark) or heads < 5",
    "not (previous(place) = two and place = one)", "abs(inside - outside) < 90", "heads / staff < 10",
    "(place) = one", "2 * heads > 4 or answered(previous(place))",
)  # fmt: skip


@pytest.mark.parametrize("holds", GOOD)
def test_good_ones(holds: str, tiny: Path) -> None:
    assert read_checks(tiny, check(holds)).problems == ()


def test_the_frame_in_when(tiny: Path) -> None:
    assert read_checks(tiny, check("heads > 0", "when: sector = state or size = small and staff < 50")).problems == ()


WRONG = {
    "a text compared": ("remark = yes", ["K003"]),
    "a text in a list": ("remark in (yes)", ["K003"]),
    "a text counted with": ("remark + 1 < 2", ["K003"]),
    "a date counted with": ("began + 30 > 2024-01-31", ["K003"]),
    "a date with a number": ("began > 2024", ["K003"]),
    "a number with an answer": ("heads = shares", ["K003"]),
    "a scale has no order": ("shares > some", ["K003"]),
    "a scale counted with": ("shares + 1 = 2", ["K003"]),
    "a scale against a sum": ("shares = heads + 1", ["K003"]),
    "a scale against a number in words": ("shares = 2", ["K004"]),
    "another item's previous": ("shares = previous(place)", ["K003"]),
    "an unknown answer in a list": ("shares in (some, huge)", ["K004"]),
    "two unknown answers": ("place = three or shares = huge", ["K004", "K004"]),
    "a breakdown's value": ("sector = locals or heads > 1", ["K004"]),
    "a number in a list of dates": ("began in (2024-01-31, 5)", ["K003"]),
    "a word in a list of numbers": ("heads in (5, many)", ["K003"]),
    "by zero": ("heads / 0.0 < 1", ["K003"]),
    "a breakdown by an answer": ("step = one or heads > 1", ["K002"]),
    "previous of the frame": ("previous(staff) < heads", ["K002"]),
    "previous of a breakdown": ("previous(sector) = state or heads > 1", ["K002"]),
    "a minus without spaces": ("inside-outside > 1", ["K002"]),
    "the question in place of the item": ("habits = large", ["K002"]),
    "all at once": ("heads < began and remark = x and nobody > 2", ["K002", "K003", "K003"]),
    "not one statement": ("heads < 10 heads > 5", ["K001"]),
    "a date that is none": ("began < 2023-02-29", ["K001"]),
    "waves that never meet": ("previous(heads) < 5 or heads > 1", ["K006"]),
    "no wave asks both": ("asks = large or previous(asks) = some", ["K006"]),
    "only the frame": ("staff > 10 and sector = state", ["K010"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_ones(case: str, tiny: Path) -> None:
    holds, codes = WRONG[case]
    reading = read_checks(tiny, check(holds))
    assert sorted(problem.code for problem in reading.problems) == codes
    assert all(problem.place.file == "checks.yaml" and problem.place.line == 4 for problem in reading.problems)


def test_where_in_the_statement(tiny: Path) -> None:
    (problem,) = read_checks(tiny, check("heads > 1 and (shares = some or shares = huge)")).problems
    assert problem.what == "column 33: `shares` can never be `huge`"


def test_what_could_have_been_meant(tiny: Path) -> None:
    def say(holds: str) -> str:
        (problem,) = read_checks(tiny, check(holds)).problems
        return f"{problem.what} {problem.remedy}"

    assert say("heades > 1").endswith("`heades`; did you mean `heads`? Write the `id` of an item.")
    assert "did you mean `sector`?" in say("sectors = state or heads > 1")
    assert "did you mean `staff`?" in say("staf > 5 and heads > 1")
    assert say("step = one or heads > 1") == (
        "column 1: `step` is decided by the answer to `place` Write the item itself."
    )
    assert "a minus has a space on both sides" in say("heads-1 > 1")


def test_a_number_on_the_right_is_looked_up(tiny: Path) -> None:
    reading = read_checks(tiny, check("heads = inside", "waves: [2023]"))
    assert [problem.what for problem in reading.problems] == [
        "`heads` was not asked in `2023`", "`inside` was not asked in `2023`",
    ]  # fmt: skip


def test_both_statements_are_looked_at(tiny: Path) -> None:
    reading = read_checks(tiny, check("heads < began", "when: shares = huge"))
    assert [(problem.code, problem.place.line) for problem in reading.problems] == [("K004", 4), ("K003", 5)]


def test_waves(tiny: Path) -> None:
    def list_problems(*checks: str) -> list[str]:
        return [f"{problem.code} {problem.what}" for problem in read_checks(tiny, *checks).problems]

    assert list_problems(check("place = one", "waves: [2023, 2025]")) == [
        "N003 there is no wave `2025`; did you mean `2024`?"
    ]
    assert list_problems(check("place = previous(place)", "waves: [2023, 2024]")) == [
        "K006 no wave before `2023` asked `place`"
    ]
    assert list_problems(check("asks = large or heads > 3", "waves: [2023, 2024]")) == [
        "K005 `asks` was not asked in `2023`", "K005 `heads` was not asked in `2023`",
    ]  # fmt: skip
    assert list_problems(check("asks = large or heads > 3")) == []


def list_codes(reading: Reading) -> list[str]:
    return [problem.code for problem in reading.problems if problem.place.file == "checks.yaml"]


SHARES = "    - id: shares\n      text: {nb: Deler data, en: Shares data}\n      said: {nb: deler, en: share}\n"
THEN = SHARES.replace("id: shares", "id: shares-then\n      series: shares\n      waves: [2023]")
NOW = SHARES.replace("      text", "      waves: [2024]\n      text")


@pytest.mark.parametrize(("wording", "codes"), [(1, []), (2, ["K006"])])
def test_an_item_is_the_same_by_series_and_wording(
    wording: int, codes: list[str], tiny: Path, read_edited: Read
) -> None:
    """Not by its id; another wording is another measure."""
    (tiny / "checks.yaml").write_text("checks:\n" + check("shares = previous(shares)"), encoding="utf-8")
    now = NOW.replace("      waves", f"      wording: {wording}\n      waves")
    assert list_codes(read_edited(("questions.yaml", SHARES, THEN + now))) == codes


CAN_FAIL = {
    "beside its condition": ("time = chosen", "when: place = one and sector = local", True),
    "against its condition": ("time = chosen", "when: place = two", False),
    "against the frame": ("time = chosen", "when: sector = state", False),
    "not asked, by way of another item": ("inside > 10", "when: not answered(heads)", False),
    "asked, by way of another item": ("inside > 10", "when: answered(heads)", True),
    "always so": ("answered(place) or not answered(place)", "when: heads > 1", False),
    "what is only known before": ("previous(place) = one", "when: place = two", True),
    "contradiction": ("heads > 1", "when: place = one and place = two", False),
}


@pytest.mark.parametrize("case", CAN_FAIL)
def test_can_it_fail(case: str, tiny: Path) -> None:
    holds, when, possible = CAN_FAIL[case]
    reading = read_checks(tiny, check(holds, when))
    assert [problem.code for problem in reading.problems] == ([] if possible else ["K008"])


def test_names_and_numbers(tiny: Path) -> None:
    rest = "numbers:\n  - {item: heads}\n  - {item: heads}\n  - {item: head}\n  - {item: began}\n"
    reading = read_checks(tiny, check("heads > 1"), check("heads > 2"), check("heads > 3", name="outlier"), rest=rest)
    found = [f"{problem.place.line} {problem.code}" for problem in reading.problems]
    assert found == ["6 N011", "10 N013", "16 N012", "17 N004", "18 K009"]


def test_problems_of_the_questions_are_not_problems_of_the_checks(tiny: Path, read_edited: Read) -> None:
    (tiny / "checks.yaml").write_text("checks:\n" + check("heads > tails"), encoding="utf-8")
    assert {problem.place.file for problem in read_edited(("questions.yaml", "kind: date", "kind: day")).problems} == {
        "questions.yaml"
    }


def test_models(tiny: Path) -> None:
    reading = read_checks(tiny, check("heads > 1", "kinds: hard"), rest="automatic: {least: 2, unanswered: 1.5}\n")
    assert sorted(problem.code for problem in reading.problems) == ["M002", "M003", "M003"]


def test_the_example_of_the_guide() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
    example = guide.partition("```yaml\n")[2].partition("```")[0]
    (one,) = Editing.model_validate(parse_yaml(example).tree).checks
    real = Path(__file__).parents[1] / "collect" / "every-kind" / "checks.yaml"
    (same,) = (
        two for two in Editing.model_validate(parse_yaml(real.read_text("utf-8")).tree).checks if two.id == one.id
    )
    assert (one.kind, one.when, one.holds) == (same.kind, same.when, same.holds)
