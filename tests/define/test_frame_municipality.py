"""The register of municipalities holds together, and rows of the frame are checked against it."""

import csv
import datetime
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from praksis.define.frame_numbers import check_organisation_number, find_day, restore_number
from praksis.define.read import Reading, read_survey
from praksis.define.register.municipality import (
    REGISTER_BEGINS,
    REGISTER_DAY,
    find_municipality,
    load_municipal_successions,
    load_municipalities,
    load_organisation_numbers,
)
from praksis.define.successor import SuccessionKind, find_contradictions, follow_successors

Read = Callable[..., Reading]
REFERENCE = Path(__file__).parents[2] / "surveys/it-i-praksis"
REFORM = datetime.date(2020, 1, 1)
DAY = datetime.timedelta(days=1)


def numbers(day: datetime.date) -> set[str]:
    return {number for number in load_municipalities() if find_municipality(number, day)}


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (REGISTER_BEGINS, 422),
        (datetime.date(2019, 1, 1), 422),
        (datetime.date(2019, 12, 31), 422),
        (REFORM, 356),
        (datetime.date(2023, 12, 31), 356),
        (REGISTER_DAY, 357),
    ],
)
def test_the_known_numbers_of_municipalities(day: datetime.date, count: int) -> None:
    assert len(numbers(day)) == count


def test_the_municipalities_of_2024_are_those_of_the_reference_frame() -> None:
    with (REFERENCE / "frame/municipalities.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["municipality_number"]: row for row in csv.DictReader(file)}
    assert rows.keys() == numbers(REGISTER_DAY)
    for number, row in rows.items():
        known = find_municipality(number, REGISTER_DAY)
        assert known
        assert (known.name, known.county, known.organisation_number, known.written_form) == (
            row["name"].strip(), row["county"], row["organisation_number"], row["written_form"],
        )  # fmt: skip


def test_every_organisation_number_is_one_and_no_number_changes_county() -> None:
    assert len(load_organisation_numbers()) == 356  # all but Haram
    assert all(check_organisation_number(number) for number in load_organisation_numbers())
    counties: defaultdict[tuple[str, bool], set[str]] = defaultdict(set)
    for those in load_municipalities().values():
        for one in those:
            # Since 2024 some have their Sámi and Kven names too.
            counties[one.number[:2], one.in_force(REGISTER_BEGINS)].add(one.county.split(" - ")[0])
    assert all(len(names) == 1 for names in counties.values())


def test_successions_meet_the_periods_of_the_register() -> None:
    successions = load_municipal_successions()
    assert find_contradictions(successions) == {}
    for one in successions:
        assert find_municipality(one.old_key, one.day - DAY), one
        assert find_municipality(one.new_key, one.day), one
        assert not find_municipality(one.old_key, one.day), one
    ended = {one.number for those in load_municipalities().values() for one in those if one.valid_to}
    assert ended == {one.old_key for one in successions}
    begun = {one.number for those in load_municipalities().values() for one in those if one.valid_from}
    assert begun == {one.new_key for one in successions if one.new_key not in numbers(REGISTER_BEGINS)}


@pytest.mark.parametrize("day", [datetime.date(2019, 6, 1), REFORM, REGISTER_DAY])
def test_the_422_of_2018_lead_to_all_of_a_later_day_and_no_others(day: datetime.date) -> None:
    followed = {
        key
        for number in numbers(REGISTER_BEGINS)
        for key in follow_successors(number, day, load_municipal_successions())
    }
    assert followed == numbers(day)


def test_the_reforms_have_their_published_counts() -> None:
    """109 into 43 in 2020 (Ringeriksavisa), two of them divided (Ambita); 114 changed number in 2024 (KS)."""
    at_2020 = [one for one in load_municipal_successions() if one.day == REFORM]
    heirs: defaultdict[str, set[str]] = defaultdict(set)
    for number in numbers(REFORM - DAY):
        for heir in follow_successors(number, REFORM, load_municipal_successions()):
            heirs[heir].add(number)
    merged = [those for those in heirs.values() if len(those) > 1]
    assert (len(set().union(*merged)), len(merged)) == (109, 43)
    assert {one.old_key for one in at_2020 if one.kind is SuccessionKind.SPLIT} == {"1850", "5012"}
    changed = {one.old_key for one in load_municipal_successions() if one.day == REGISTER_DAY}
    assert len(changed) == 114
    assert (
        Counter(one.kind for one in load_municipal_successions() if one.day == REGISTER_DAY)[SuccessionKind.SPLIT] == 2
    )


@pytest.mark.parametrize(
    ("number", "day", "heirs"),
    [
        ("1567", datetime.date(2018, 6, 1), ("1567",)),
        ("1567", datetime.date(2019, 6, 1), ("5061",)),
        ("0136", REGISTER_DAY, ("3103",)),  # Rygge: into Moss, which got another number with its county
        ("5012", REFORM, ("5055", "5056", "5059")),  # Snillfjord
        ("1534", REGISTER_DAY, ("1508", "1580")),  # Haram: into Ålesund, and Ålesund was divided
        ("1103", REGISTER_DAY, ("1103",)),
    ],
)
def test_some_that_are_known(number: str, day: datetime.date, heirs: tuple[str, ...]) -> None:
    assert follow_successors(number, day, load_municipal_successions()) == heirs


@pytest.mark.parametrize(
    ("wave", "day"),
    [
        ("2026", datetime.date(2026, 1, 1)),
        ("spring-2019", datetime.date(2019, 1, 1)),
        ("2017", None),
        ("first", None),
        ("12019", None),
    ],
)
def test_the_year_of_a_wave(wave: str, day: datetime.date | None) -> None:
    assert find_day(wave) == day


def test_only_a_zero_is_restored() -> None:
    assert [restore_number(text) for text in ("301", "0301", "31", "30 1", "", "1508")] == [
        "0301", "0301", "31", "30 1", "", "1508",
    ]  # fmt: skip


def declare(as_of: str = "", *, answers: str = "") -> tuple[str, str, str]:
    old = "    columns: {sector: sector, staff: staff}\n"
    day = f", as_of: {as_of}" if as_of else ""
    return "frame.yaml", old, f"{old}    municipality: {{number: place{day}}}\n{answers}"


def test_numbers_of_each_waves_own_year(tiny: Path, read_edited: Read) -> None:
    rows = (tiny / "frame.csv").read_text(encoding="utf-8").splitlines()
    places = ["place", "", "", "1507", "1508"]
    (tiny / "frame.csv").write_text("\n".join(f"{row},{place}" for row, place in zip(rows, places, strict=True)))
    reading = read_edited(declare())
    assert [str(problem).splitlines()[0] for problem in reading.problems if problem.code == "F019"] == [
        "frame.csv:4: F019 Town C: 1507 was not the number of a municipality in `2024`: `1508`, `1580` took over on "
        "2024-01-01",
        "frame.csv:5: F019 Town D: 1508 was not the number of a municipality in `2023`: it took over from `1507` on "
        "2024-01-01",
    ]
    reading = read_edited(("frame.yaml", "{number: place}", "{number: place, as_of: 2020-06-01}"))
    assert [problem.place.line for problem in reading.problems if problem.code == "F019"] == [5]
    answer = "answers:\n  - {problem: F019, reference: d, reason: Counted as it will be.}\n"
    reading = read_edited(("frame.yaml", "breakdowns:", f"{answer}breakdowns:"))
    assert [problem.answered for problem in reading.problems if problem.code == "F019"] == ["Counted as it will be."]


def test_numbers_that_do_not_belong_together(tiny: Path, read_edited: Read) -> None:
    """Stavanger's organisation number is not compared before others were merged into it: it may have been another."""
    text = (tiny / "frame.csv").read_text(encoding="utf-8").replace("staff\n", "staff,place\n")
    for letter, place in (("a", ""), ("b", ""), ("c", "1103"), ("d", "301")):
        text = "\n".join(f"{row},{place}" if row.startswith(f"{letter},") else row for row in text.splitlines())
    (tiny / "frame.csv").write_text(text.replace("100000032", "958935420"), encoding="utf-8")
    reading = read_edited(declare("2019-06-01"))
    assert [str(problem).splitlines()[0] for problem in reading.problems] == [
        "frame.csv:5: F018 Town D: 301 is not a municipality number; it is 0301"
    ]
    reading = read_edited(("frame.yaml", "2019-06-01", "2020-06-01"))
    assert "frame.csv:4: F020 Town C: 1103 is Stavanger, whose organisation number is 964965226, not 100000024" in [
        str(problem).splitlines()[0] for problem in reading.problems
    ]


def test_the_reference_frame_stands_the_checks(tmp_path: Path) -> None:
    """With the day of its numbers; without it, those of 2024 are not those of the years before."""
    folder = tmp_path / "survey"
    shutil.copytree(REFERENCE, folder)
    text = (folder / "frame.yaml").read_text(encoding="utf-8")
    old = "    columns: {county: county, written-form: written_form}\n"
    assert old in text or "municipality: {number: municipality_number" in text
    new = f"{old}    municipality: {{number: municipality_number, as_of: 2024-01-01}}\n"
    declared = text if "municipality: {number" in text else text.replace(old, new)
    (folder / "frame.yaml").write_text(declared, encoding="utf-8")
    assert read_survey(folder).blocking == ()
    (folder / "frame.yaml").write_text(declared.replace(", as_of: 2024-01-01", ""), encoding="utf-8")
    assert {problem.code for problem in read_survey(folder).blocking} == {"F019"}
