"""`praksis frame`: what is printed, what is written, and how it ends."""

import argparse
import io
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from praksis.command.frame import add_frame_commands
from praksis.define.read import read_survey
from praksis.errors import ProblemsFound

REFERENCE = Path(__file__).parents[3] / "surveys/it-i-praksis"
HEADING = "short,number,name,sector,staff\n"
A, B = "a,100000008,Body A,state,10\n", "b,100000016,Body B,state,90\n"
C, D = "c,100000024,Town C,local,10\n", "d,100000032,Town D,local,90\n"


def run(*arguments: object, told: list[str] | None = None) -> tuple[int, str]:
    """The exit code and what is printed; `told` gets what is said of the progress."""
    said = told if told is not None else []
    parser = argparse.ArgumentParser()
    add_frame_commands(parser)
    options = parser.parse_args([str(argument) for argument in arguments])
    printed = io.StringIO()
    return options.run(
        options, Console(file=printed, width=200), lambda step, detail: said.append(detail)
    ), printed.getvalue()


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "new.csv"
    path.write_text(HEADING + A.replace("Body A", "Body [A]") + B + C.replace(",10\n", ",70\n") + D, encoding="utf-8")
    return path


def test_look_first_then_write(tiny: Path, new: Path) -> None:
    before = (tiny / "frame.csv").read_bytes()
    code, printed = run("load", tiny, new, "--wave", "2024")
    assert code == 0
    assert printed.splitlines() == [
        "0 new, 0 gone, 4 in both; 2 of them changed, 1 in another class",
        "Changed:",
        "  a  Body [A]: name Body A > Body [A]",
        "  c  Town C: size small > large",
        "Nothing is written. When the list is as it should be: the same again with --write.",
    ]
    assert (tiny / "frame.csv").read_bytes() == before
    code, printed = run("load", tiny, new, "--wave", "2024", "--write")
    assert code == 0
    assert printed.splitlines()[-1] == f"Wrote {tiny / 'frame.csv'}. Next: praksis check {tiny}"
    assert (tiny / "frame.csv").read_bytes() == new.read_bytes()
    assert read_survey(tiny).survey
    code, printed = run("load", tiny, new, "--wave", "2024", "--write")
    assert (code, printed.splitlines()[-1]) == (0, "frame.csv says all this already.")


def test_problems_stop_writing(tiny: Path, new: Path) -> None:
    before = (tiny / "frame.csv").read_bytes()
    new.write_text(HEADING + A + B + C + "e,100000041,Town E,local,x\n", encoding="utf-8")
    with pytest.raises(ProblemsFound) as found:
        run("load", tiny, new, "--wave", "2024", "--write")
    assert [(one.code, str(one.place)) for one in found.value.problems] == [
        ("U002", "frame.csv"), ("F002", "new.csv:5"), ("F004", "new.csv:5"), ("U001", "new.csv:5"),
    ]  # fmt: skip
    assert (tiny / "frame.csv").read_bytes() == before


def test_columns_with_other_names(tiny: Path, new: Path) -> None:
    new.write_text("orgnr;virksomhet;antall\n" + "100 000 008;Body A;11\n", encoding="utf-8")
    columns = ("--column", "number=Orgnr", "--column", "name=Virksomhet", "--column", "staff=Antall")
    with pytest.raises(ProblemsFound, match="U002 Body B") as found:
        run("load", tiny, new, "--wave", "2024", *columns)
    assert {problem.code for problem in found.value.problems} == {"U002"}
    told: list[str] = []
    with pytest.raises(ProblemsFound, match="F005 new.csv has no column `number`, `name`"):
        run("load", tiny, new, "--wave", "2024", told=told)
    assert told == ["a column may be called something else in the list: --column OURS=THEIRS"]
    with pytest.raises(SystemExit):
        run("load", tiny, new, "--wave", "2024", "--column", "number")


def test_contacts_are_counted_and_not_named(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    rows = ("958935420,Kari Nordmann,kari@example.no", "964965226,Kari,kari@example.no", "1106,Ola,ola@example.no")
    path.write_text("\n".join(("organisation,name,email", *rows, "")), encoding="utf-8")
    code, printed = run("contacts", REFERENCE, path, "--wave", "2023")
    lines = printed.splitlines()
    assert code == 0
    assert lines[0] == "head-of-it: 3 contacts for 3 of 488 organisations"
    assert lines.count("  no contact: Sandnes (1108)") == 1
    assert len([line for line in lines if line.startswith("  no contact:")]) == 485
    assert lines[-1] == "One address for 2: Oslo (0301), Stavanger (1103)"
    assert "Kari" not in printed
    assert "example.no" not in printed


def test_contacts_with_problems(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text("organisation,name,email\n123,Kari,kari\n", encoding="utf-8")
    with pytest.raises(ProblemsFound) as found:
        run("contacts", REFERENCE, path, "--wave", "2023")
    assert [problem.code for problem in found.value.problems] == ["A001", "A003"]
    assert "kari" not in str(found.value).casefold()


def test_it_works_on_a_copy_of_the_reference_survey(tmp_path: Path) -> None:
    """Its own file as a new list of its last wave changes nothing at all."""
    folder = tmp_path / "survey"
    shutil.copytree(REFERENCE, folder)
    new = shutil.copy(folder / "frame/municipalities.csv", tmp_path / "list.csv")
    code, printed = run("load", folder, new, "--wave", "2023", "--source", "municipalities", "--write")
    assert (code, printed.splitlines()[-1]) == (0, "frame/municipalities.csv says all this already.")
    assert "0 new, 0 gone, 357 in both" in printed
    assert "answered by the survey" in printed
