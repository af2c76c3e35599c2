"""The frame's rows: holes are reported, and filled only by the survey's own answers."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from praksis.define.frame_numbers import check_organisation_number
from praksis.define.organisation import Organisation
from praksis.define.read import Reading, read_survey

Read = Callable[..., Reading]


def answer(*lines: str) -> tuple[str, str, str]:
    return "frame.yaml", "sources:", "answers:\n" + "".join(f"  - {line}\n" for line in lines) + "sources:"


def organisations(reading: Reading) -> dict[str, Organisation]:
    assert reading.survey, reading.problems
    return {row.reference: row for row in reading.survey.frame.organisations}


@pytest.mark.parametrize("number", ["974760673", "889640782", "958935420", "100000008"])
def test_right_check_digits(number: str) -> None:
    assert check_organisation_number(number)


@pytest.mark.parametrize("number", ["974760674", "", "97476067", "9747606730", "97476067x", "٩٧٤٧٦٠٦٧٣", "100000010"])
def test_wrong_check_digits(number: str) -> None:
    assert not check_organisation_number(number)


def test_values_and_variables(tiny: Path) -> None:
    rows = organisations(read_survey(tiny))
    assert rows["a"].values["2024"] == {"sector": "state"}
    assert rows["c"].values["2023"] == {"sector": "local", "size": "small"}
    assert rows["d"].values["2024"] == {"sector": "local", "size": "large"}
    assert rows["a"].variables == {"sector": "state", "staff": "10"}


def test_a_missing_key_is_answered_but_still_reported(read_edited: Read) -> None:
    reading = read_edited(
        ("frame.csv", "a,100000008", "a,"), answer("{problem: F001, reference: a, key: a-1, reason: New body.}")
    )
    (problem,) = reading.problems
    assert (problem.code, problem.answered) == ("F001", "New body.")
    assert "answered by the survey: New body." in str(problem)
    assert organisations(reading)["a"].key == "a-1"


def test_a_wrong_number_may_be_kept_or_replaced(read_edited: Read) -> None:
    wrong = ("frame.csv", "a,100000008", "a,100000009")
    reading = read_edited(wrong, answer("{problem: F002, reference: a, reason: As registered.}"))
    assert organisations(reading)["a"].key == "100000009"
    reading = read_edited(("frame.yaml", "reference: a,", "reference: a, key: body-a,"))
    assert organisations(reading)["a"].key == "body-a"


def test_a_missing_number_is_answered_wave_by_wave(read_edited: Read) -> None:
    hole = ("frame.csv", "Town C,local,10", "Town C,local,")
    first = answer("{problem: F004, reference: c, category: large, waves: [2023], reason: Was large.}")
    reading = read_edited(hole, first)
    assert [(problem.code, problem.answered) for problem in reading.problems] == [("F004", "Was large."), ("F004", "")]
    assert reading.survey is None
    reading = read_edited(
        (
            "frame.yaml",
            "reason: Was large.}",
            "reason: Was large.}\n  - {problem: F004, reference: c, category: small, reason: Split.}",
        )
    )
    values = organisations(reading)["c"].values
    assert (values["2023"]["size"], values["2024"]["size"]) == ("large", "small")


@pytest.mark.parametrize("text", ["nan", "inf", "many", "10 000"])
def test_what_is_no_number_decides_no_class(text: str, read_edited: Read) -> None:
    reading = read_edited(("frame.csv", "Town C,local,10", f"Town C,local,{text}"))
    assert [problem.code for problem in reading.problems] == ["F004"]


def test_limits_belong_to_the_class_above(read_edited: Read) -> None:
    reading = read_edited(("frame.csv", "Town C,local,10", "Town C,local,50"))
    assert organisations(reading)["c"].values["2024"]["size"] == "large"


def test_left_out_of_a_wave(read_edited: Read) -> None:
    reading = read_edited(
        ("frame.yaml", "sources:", "left_out: [{reference: a, waves: [2023], reason: New.}]\nsources:")
    )
    assert list(organisations(reading)["a"].values) == ["2024"]
    assert reading.survey
    assert len(reading.survey.frame.of_wave("2023")) == 3
    assert len(reading.survey.frame.of_wave("2024", "sector=state")) == 2


def test_a_stated_number_that_differs_may_be_answered(read_edited: Read) -> None:
    stated = ("frame.yaml", "sources:", "stated: [{wave: 2023, group: all, organisations: 5, source: x}]\nsources:")
    reading = read_edited(stated, answer("{problem: F006, wave: 2023, reason: One is closed.}"))
    assert [(problem.code, problem.answered) for problem in reading.problems] == [("F006", "One is closed.")]
    assert reading.survey


def test_columns_per_wave(read_edited: Read, tiny: Path) -> None:
    rows = (tiny / "frame.csv").read_text().splitlines()
    grown = [rows[0] + ",staff_2024"] + [row + "," + {"c": "90"}.get(row[0], "10") for row in rows[1:]]
    (tiny / "frame.csv").write_text("\n".join(grown).replace("sector,staff,", "sector,staff_2023,"))
    reading = read_edited(
        ("frame.yaml", "columns: {sector: sector, staff: staff}",
         'columns: {sector: sector}\n    per_wave: {staff: "staff_{wave}"}'),
    )  # fmt: skip
    values = organisations(reading)["c"].values
    assert (values["2023"]["size"], values["2024"]["size"]) == ("small", "large")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "frame.yaml:6: F005"),
        ("short,number,name,sector,staff,staff\n", "frame.csv:1: F008"),
        ('short,number,name,sector,staff\na,"100000008', "frame.yaml:6: F008"),
        ("short,number,name,sector,staff\na,100000008,A,state,1,2\n", "frame.csv:2: F008"),
    ],
)
def test_files_that_cannot_be_read(text: str, place: str, tiny: Path) -> None:
    (tiny / "frame.csv").write_text(text)
    assert [f"{problem.place}: {problem.code}" for problem in read_survey(tiny).problems] == [place]


def test_a_file_in_another_encoding(tiny: Path) -> None:
    (tiny / "frame.csv").write_bytes("short,number,name,sector,staff\na,1,Å,state,1\n".encode("latin-1"))
    assert [problem.code for problem in read_survey(tiny).problems] == ["F014"]


def test_a_file_that_is_not_there(tiny: Path) -> None:
    (tiny / "frame.csv").unlink()
    (problem,) = read_survey(tiny).problems
    assert str(problem).startswith("frame.yaml:6: F008 there is no file frame.csv")


def test_a_file_outside_the_folder_is_not_opened(read_edited: Read, tiny: Path) -> None:
    (tiny.parent / "secret.csv").write_text("short,number,name,sector,staff\n")
    reading = read_edited(("frame.yaml", "file: frame.csv", "file: ../secret.csv"))
    assert [problem.code for problem in reading.problems] == ["F012"]


def test_the_same_frame_from_a_workbook(read_edited: Read, tiny: Path) -> None:
    before = read_survey(tiny).survey
    book = Workbook()
    sheet = book.active
    assert sheet
    for row in csv.reader((tiny / "frame.csv").read_text(encoding="utf-8").splitlines()):
        sheet.append([float(cell) if cell.isdigit() else cell for cell in row])
    book.save(tiny / "frame.xlsx")
    (tiny / "frame.csv").unlink()
    reading = read_edited(("frame.yaml", "file: frame.csv", "file: frame.xlsx\n    sheet: Sheet"))
    assert reading.survey, reading.problems
    assert before
    assert reading.survey.frame == before.frame
    assert reading.survey.digest != before.digest


def test_spaces_between_the_digits_of_a_number(read_edited: Read) -> None:
    rows = organisations(read_edited(("frame.csv", "a,100000008", "a,100 000 008")))
    assert rows["a"].key == "100000008"


def test_semicolons(tiny: Path) -> None:
    before = read_survey(tiny).survey
    text = (tiny / "frame.csv").read_text(encoding="utf-8").replace(",", ";")
    (tiny / "frame.csv").write_bytes(text.encode("utf-8-sig"))
    survey = read_survey(tiny).survey
    assert survey
    assert before
    assert survey.frame == before.frame


NEWER = """short,number,name,sector,staff
a,100000008,Body A of 2024,state,10
c2,100000024,Town C,local,60
e,100000040,Town E,local,7
"""


def use_two_files(read_edited: Read, tiny: Path, newer: str = NEWER) -> Reading:
    (tiny / "newer.csv").write_text(newer, encoding="utf-8")
    source = "  - file: frame.csv\n    key: number\n    reference: short\n    name: name\n"
    columns = "    columns: {sector: sector, staff: staff}\n"
    newest = source.replace("frame.csv", "newer.csv") + "    waves: [2024]\n" + columns
    return read_edited(("frame.yaml", source + columns, f"{source}    waves: [2023]\n{columns}{newest}"))


def test_a_file_for_each_wave(read_edited: Read, tiny: Path) -> None:
    """Who is in both has one key, with the classes of each wave, and what the last one says of the rest."""
    reading = use_two_files(read_edited, tiny)
    assert reading.survey, reading.problems
    frame = reading.survey.frame
    assert [row.reference for row in frame.of_wave("2023")] == ["a", "b", "c2", "d"]
    assert [row.reference for row in frame.of_wave("2024")] == ["a", "c2", "e"]
    rows = organisations(reading)
    assert rows["a"].name == "Body A of 2024"
    assert {wave: values["size"] for wave, values in rows["c2"].values.items()} == {"2023": "small", "2024": "large"}


def test_duplicates_are_those_of_one_wave(read_edited: Read, tiny: Path) -> None:
    """A name, a reference and a number may come back in another wave's file, in one way or another."""
    heirs = NEWER.replace("e,100000040,Town E", "d,100000040,Town D")
    assert use_two_files(read_edited, tiny, heirs).problems == ()
    doubled = f"{heirs}d,100000059,Town F,local,7\nf,100000024,Town G,local,7\ng,100000067,TOWN D,local,7\n"
    (tiny / "newer.csv").write_text(doubled, encoding="utf-8")
    assert [str(problem).splitlines()[0] for problem in read_survey(tiny).problems] == [
        "newer.csv:5: F011 the reference 'd' (Town F) stands also at newer.csv:4",
        "newer.csv:6: F003 the key 100000024 (Town G) stands also at newer.csv:3",
        "newer.csv:7: F021 TOWN D (g) is named and classed as the one at newer.csv:4",
    ]


def test_one_name_may_be_answered_and_the_register_knows_its_own(read_edited: Read, tiny: Path) -> None:
    reading = read_edited(
        ("frame.csv", "Town D", "Town C"), answer("{problem: F021, reference: d, reason: Two towns.}")
    )
    assert [(problem.code, problem.answered) for problem in reading.problems] == [("F021", "Two towns.")]
    assert reading.survey
    # Oslo and Eigersund by number: nobody need say that they are two.
    text = (tiny / "frame.csv").read_text(encoding="utf-8")
    text = text.replace("100000024", "958935420").replace("100000032", "944496394")
    (tiny / "frame.csv").write_text(text, encoding="utf-8")
    assert [problem.code for problem in read_survey(tiny).problems] == ["F007"]


def test_a_state_body_may_have_the_name_of_a_town(read_edited: Read) -> None:
    assert read_edited(("frame.csv", "Body A", "Town C")).problems == ()
