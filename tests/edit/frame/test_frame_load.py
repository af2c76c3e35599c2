"""A new list of organisations: what it changes is shown, what is wrong is told, and only what is right is written."""

import csv
import datetime
import io
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from praksis.command.frame import describe_load
from praksis.define.read import read_survey
from praksis.define.successor import SuccessionKind
from praksis.edit.frame.compare import Listed, compare_frames
from praksis.edit.frame.load import Load, NewFile, load_frame, write_frame
from praksis.edit.frame.place import CannotLoad
from praksis.edit.frame.weave import split_text
from praksis.errors import ProblemsFound

TINY_HEADING = ("short", "number", "name", "sector", "staff")
A, B = ("a", "100000008", "Body A", "state", "10"), ("b", "100000016", "Body B", "state", "90")
C, D = ("c", "100000024", "Town C", "local", "10"), ("d", "100000032", "Town D", "local", "90")
E = ("e", "100000040", "Town E", "local", "10")


HEADING = ("municipality_number", "name", "organisation_number", "inhabitants")

ListYear = Callable[[str], list[tuple[str, str, str, str]]]


def write_rows(path: Path, rows: Iterable[Iterable[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def load(folder: Path, rows: Iterable[Iterable[str]], wave: str = "2024", source: str | None = None) -> Load:
    return load_frame(folder, NewFile(write_rows(folder.parent / "new list.csv", rows)), wave, source)


def codes(load: Load) -> list[tuple[str, int]]:
    return [(problem.code, problem.place.line) for problem in load.blocking]


def add_to_frame(folder: Path, text: str) -> None:
    path = folder / "frame.yaml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_from_356_municipalities_to_357(municipalities: Path, list_year: ListYear) -> None:
    """The list of 2024 against that of 2023: everyone renumbered is the same, and Ålesund became two."""
    rows = list_year("2024")
    assert len(rows) == 357
    loaded = load(municipalities, [HEADING, *rows])
    assert loaded.problems == ()
    comparison = loaded.comparison
    assert ([one.name for one in comparison.gone], [one.name for one in comparison.new]) == (
        ["Ålesund"],
        ["Ålesund", "Haram"],
    )
    assert comparison.same == 355
    assert [(one.old.name, one.new.name, one.day and one.day.year, one.kind) for one in comparison.suggestions] == [
        ("Ålesund", "Ålesund", 2024, SuccessionKind.SPLIT),
        ("Ålesund", "Haram", 2024, SuccessionKind.SPLIT),
    ]
    renumbered = {change.organisation.key for change in comparison.changes if change.what == "municipality_number"}
    assert len(renumbered) == 113
    assert not any(change.is_stratum for change in comparison.changes)
    write_frame(loaded)
    reading = read_survey(municipalities)
    assert reading.survey, reading.problems
    assert (len(reading.survey.frame.of_wave("2023")), len(reading.survey.frame.of_wave("2024"))) == (356, 357)
    again = load(municipalities, [HEADING, *rows])
    assert again.is_there
    assert (again.comparison.new, again.comparison.gone, again.comparison.changes) == ((), (), ())


def test_many_into_one_are_suggested_too(municipalities: Path, list_year: ListYear) -> None:
    """A list of 2023 that is loaded over the one of 2019: those that went into others are led to them."""
    text = (municipalities / "frame.yaml").read_text(encoding="utf-8").replace("2024", "2019")
    (municipalities / "frame.yaml").write_text(
        text.replace('"2023"', '"2024"').replace("2023", "2024"), encoding="utf-8"
    )
    header = municipalities / "survey.yaml"
    header.write_text(header.read_text(encoding="utf-8").replace("2023", "2019"), encoding="utf-8")
    for name in ("questions.yaml", "figures.yaml", "design.yaml", "frame.yaml", "published/old.csv"):
        path = municipalities / name
        path.write_text(re.sub(r"\b2023\b", "2019", path.read_text(encoding="utf-8")), encoding="utf-8")
    write_rows(municipalities / "municipalities-2019.csv", [HEADING, *list_year("2019")])
    (municipalities / "municipalities-2023.csv").unlink()
    loaded = load(municipalities, [HEADING, *list_year("2024")])
    heirs: dict[str, set[str]] = {}
    for one in loaded.comparison.suggestions:
        heirs.setdefault(one.old.name, set()).add(one.new.name)
    assert heirs["Rygge"] == {"Moss"}
    assert heirs["Snillfjord"] == {"Heim", "Hitra", "Orkland"}
    assert heirs["Klæbu"] == {"Trondheim - Tråante"}
    assert heirs["Sandøy"] == {"Ålesund", "Haram"}


def test_a_workbook_with_other_names_and_lost_zeros(municipalities: Path, list_year: ListYear) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet
    sheet.append(["Knr", "Kommune", "Orgnr", "Innbyggere", "note"])
    for number, name, key, staff in list_year("2024"):
        sheet.append([int(number), name, f"{key[:3]} {key[3:6]} {key[6:]}", float(staff), "=1/0"])
    path = municipalities.parent / "KOMMUNER.XLSX"
    book.save(path)
    names = dict(zip(HEADING, ("knr", "KOMMUNE", "Orgnr", "Innbyggere"), strict=True))
    loaded = load_frame(municipalities, NewFile(path, names=names), "2024")
    assert loaded.problems == ()
    assert loaded.restored == 1  # Oslo
    plain = load(municipalities, [HEADING, *list_year("2024")])
    assert loaded.text == plain.text
    with pytest.raises(ProblemsFound, match="F005 KOMMUNER.XLSX has no column `organisation_number`"):
        load_frame(municipalities, NewFile(path), "2024")


def test_everything_wrong_is_told_at_once_and_nothing_is_written(municipalities: Path, list_year: ListYear) -> None:
    rows = [list(row) for row in list_year("2024")]
    rows[0][2] = "958935421"  # a wrong check digit
    rows[1][2] = rows[2][2]  # someone else's, twice
    rows[3][0] = "1507"  # no longer in force
    rows[4][3] = "many"
    rows[5][1] = rows[6][1]
    rows[6][2] = "100000008"  # not the municipality's
    loaded = load(municipalities, [HEADING, *rows])
    assert codes(loaded) == [
        ("F002", 2), ("F020", 3), ("F003", 4), ("F019", 5), ("F004", 6), ("F020", 8), ("F021", 8),
    ]  # fmt: skip
    assert all(problem.place.file == "new list.csv" for problem in loaded.blocking)
    with pytest.raises(ProblemsFound):
        write_frame(loaded)
    assert sorted(path.name for path in municipalities.glob("*.csv")) == ["municipalities-2023.csv"]


def test_only_the_lines_that_differ_are_written_anew(municipalities: Path, list_year: ListYear) -> None:
    """Quotes, spaces, line ends, other columns and the order stay as they are."""
    header = "note;municipality_number;name;organisation_number;inhabitants\r\n"
    own = [f'"kept; {n}";{row[0]};"{row[1]}"; {row[2]} ;{row[3]}\r\n' for n, row in enumerate(list_year("2024"))]
    target = municipalities / "municipalities-2024.csv"
    target.write_bytes(("\ufeff" + header + "".join(own)).encode())
    rows = [list(row) for row in list_year("2024")]
    rows[7][1] = "Another; name"
    gone = rows.pop(100)
    loaded = load(municipalities, [HEADING, *reversed(rows)])
    assert loaded.problems == ()
    assert [one.key for one in loaded.comparison.gone] == [gone[2]]
    target.chmod(0o640)
    write_frame(loaded)
    written = target.read_bytes().decode()
    expected = own[:7] + [f"kept; 7;{rows[7][0]};Another; name;{rows[7][2]};9000\r\n"] + own[8:100] + own[101:]
    expected[7] = f'"kept; 7";{rows[7][0]};"Another; name"; {rows[7][2]} ;{rows[7][3]}\r\n'
    assert written == "\ufeff" + header + "".join(expected)
    assert target.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in municipalities.iterdir() if path.name.startswith(".")] == []


def test_who_is_new_stands_where_the_order_says(municipalities: Path, list_year: ListYear) -> None:
    rows = list_year("2024")
    write_frame(load(municipalities, [HEADING, *rows[:50], *rows[51:]]))
    write_frame(load(municipalities, [HEADING, *rows]))
    lines = (municipalities / "municipalities-2024.csv").read_text(encoding="utf-8").splitlines()
    assert lines[51].split(",")[1] == rows[50][0]


def test_a_shared_file_is_not_changed_for_other_waves_in_silence(tiny: Path) -> None:
    moved = (*C[:4], "70")
    loaded = load(tiny, [TINY_HEADING, A, moved, D, E])
    assert [str(problem) for problem in loaded.blocking] == [
        "frame.csv: U002 Body B (b) is not in new list.csv, and would stay in 2024\n"
        '    Write under `left_out` of frame.yaml: {reference: "b", waves: ["2024"], reason: ...}; '
        "or give 2024 a source with a file and `waves` of its own.",
        "new list.csv:5: U001 Town E (e) is new, and frame.csv is also for 2023\n"
        '    Write under `left_out` of frame.yaml: {reference: "e", waves: ["2023"], reason: ...}; '
        "or give 2024 a source with a file and `waves` of its own.",
    ]
    assert [(one.what, one.old, one.new) for one in loaded.comparison.changes] == [("size", "small", "large")]
    add_to_frame(
        tiny,
        "left_out:\n"
        "  - {reference: b, waves: [2024], reason: Closed.}\n"
        "  - {reference: e, waves: [2023], reason: New.}\n",
    )
    loaded = load(tiny, [TINY_HEADING, A, moved, D, E])
    assert loaded.blocking == ()
    write_frame(loaded)
    rows = [TINY_HEADING, A, B, moved, D, E]
    assert (tiny / "frame.csv").read_text(encoding="utf-8") == "".join(f"{','.join(row)}\n" for row in rows)
    survey = read_survey(tiny).survey
    assert survey
    assert [one.reference for one in survey.frame.of_wave("2024")] == ["a", "c", "d", "e"]


def test_a_column_for_the_wave_is_put_after_the_one_before(tiny: Path) -> None:
    frame, text = tiny / "frame.yaml", (tiny / "frame.csv").read_text(encoding="utf-8")
    new = 'columns: {sector: sector}\n    per_wave: {staff: "staff_{wave}"}'
    frame.write_text(frame.read_text(encoding="utf-8").replace("columns: {sector: sector, staff: staff}", new))
    rows = [f"{row},{'note' if row.startswith('short') else '!'}" for row in text.splitlines()]
    (tiny / "frame.csv").write_text("\n".join(rows).replace("staff", "staff_2023"), encoding="utf-8")
    heading = ("number", "name", "staff_2024")
    loaded = load(tiny, [heading, *((row[1], row[2], "20") for row in (A, B, C, D))])
    assert loaded.problems == ()
    assert loaded.text.splitlines()[:2] == [
        "short,number,name,sector,staff_2023,staff_2024,note",
        "a,100000008,Body A,state,10,20,!",
    ]
    assert [(one.organisation.name, one.old, one.new) for one in loaded.comparison.changes] == [
        ("Town D", "large", "small")
    ]


def test_answers_of_the_survey_hold_for_the_new_list_too(tiny: Path) -> None:
    add_to_frame(tiny, "answers: [{problem: F002, reference: a, reason: As registered.}]\n")
    loaded = load(tiny, [TINY_HEADING, ("a", "100000009", *A[2:]), B, C, D])
    assert [(problem.code, problem.answered) for problem in loaded.problems if problem.code == "F002"] == [
        ("F002", "As registered.")
    ]


def test_who_may_have_taken_over_without_a_register(tiny: Path) -> None:
    again = (("x", "100000059", "body a", *A[3:]), ("b", "100000067", "Body B and more", *B[3:]))
    loaded = load(tiny, [TINY_HEADING, *again, C, D])
    assert [(one.old.name, one.new.key, one.why, one.day) for one in loaded.comparison.suggestions] == [
        ("Body A", "100000059", "same name", None),
        ("Body B", "100000067", "same reference", None),
    ]


def test_those_of_other_files_are_duplicates_too(municipalities: Path, list_year: ListYear) -> None:
    (municipalities / "bodies.csv").write_text("number,name\n100000008,Body A\n", encoding="utf-8")
    text = (municipalities / "frame.yaml").read_text(encoding="utf-8")
    source = "  - {file: bodies.csv, key: number, reference: number, name: name, set: {sector: state}}\n"
    (municipalities / "frame.yaml").write_text(text.replace("breakdowns:", f"{source}breakdowns:"), encoding="utf-8")
    loaded = load(
        municipalities,
        [HEADING, *list_year("2024"), ("", "Body A", "100 000 008", "1")],
        source="municipalities-2024",
    )
    assert [(problem.code, problem.what) for problem in loaded.blocking] == [
        ("F003", "the key 100000008 (Body A) stands also at bodies.csv:2")
    ]
    with pytest.raises(
        CannotLoad, match="say with --source which file of 2024 .*: municipalities-2024.csv, bodies.csv"
    ):
        load(municipalities, [HEADING])
    loaded = load(
        municipalities, [("number", "name"), ("100000008", "Body A"), ("100000016", "B")], source="bodies.csv"
    )
    assert codes(loaded) == [("U001", 3)]


@pytest.mark.parametrize(
    ("edit", "wave", "said"),
    [
        (("", ""), "2025", "the survey has no wave 2025; add it to survey.yaml first"),
        (("frame.csv", "frame.xlsx"), "2024", "frame.xlsx is a workbook, and only CSV is written"),
    ],
)
def test_what_cannot_be_loaded(edit: tuple[str, str], wave: str, said: str, tiny: Path) -> None:
    path = tiny / "frame.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(*edit) if edit[0] else path.read_text(encoding="utf-8"))
    with pytest.raises(CannotLoad, match=said):
        load(tiny, [TINY_HEADING, A], wave)


def test_the_surveys_own_file_is_not_a_new_list(tiny: Path) -> None:
    with pytest.raises(CannotLoad, match="is the survey's own file"):
        load_frame(tiny, NewFile(tiny / "frame.csv"), "2024")


def test_a_survey_with_other_problems_is_mended_first(tiny: Path) -> None:
    (tiny / "scales.yaml").write_text("- id: x\n", encoding="utf-8")
    with pytest.raises(ProblemsFound, match="scales.yaml"):
        load(tiny, [TINY_HEADING, A])


def test_a_link_out_of_the_folder_is_not_written_through(tiny: Path) -> None:
    (tiny / "frame.csv").rename(tiny.parent / "elsewhere.csv")
    (tiny / "frame.csv").symlink_to(tiny.parent / "elsewhere.csv")
    with pytest.raises(CannotLoad, match="leads out of the survey's folder"):
        load(tiny, [TINY_HEADING, A])


def test_a_disk_that_is_full_leaves_the_old_file(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (tiny / "frame.csv").read_bytes()
    loaded = load(tiny, [TINY_HEADING, A, B, C, (*D[:2], "Town of D", *D[3:])])

    def fail(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_frame(loaded)
    assert (tiny / "frame.csv").read_bytes() == before
    assert [path.name for path in tiny.iterdir() if path.name.startswith(".")] == []


FIELD = st.text(st.sampled_from('ab ";,\nå'), max_size=5)


@given(st.lists(st.lists(FIELD, min_size=2, max_size=2), min_size=1, max_size=5), st.sampled_from(",;"), st.booleans())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_file_in_pieces_is_the_same_file(rows: list[list[str]], delimiter: str, bom: bool) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows(row for row in rows if any(row))
    text = ("\ufeff" if bom else "") + out.getvalue()
    if any(any(row) for row in rows):
        assert split_text(text, delimiter).write() == text


TWO_WITHOUT_NUMBER = """\
answers:
  - {problem: F001, reference: c, key: town-c, reason: not registered yet}
  - {problem: F001, reference: d, key: town-d, reason: not registered yet}
"""


def test_rows_without_a_number_keep_what_is_theirs(tiny: Path) -> None:
    """Two rows without an organisation number: what the list does not tell of must not come from the other one."""
    add_to_frame(tiny, TWO_WITHOUT_NUMBER)
    rows = [A, B, ("c", "", *C[2:]), ("d", "", *D[2:])]
    write_rows(tiny / "frame.csv", [TINY_HEADING, *rows])
    loaded = load(tiny, [("short", "number", "name"), *[row[:3] for row in rows]])
    assert (loaded.blocking, loaded.comparison.changes, loaded.is_there) == ((), (), True)
    # By the reference alone a row is known; without one, it is nobody's.
    loaded = load(tiny, [("number", "name"), *[row[1:3] for row in rows]])
    assert ("F001", 4) in codes(loaded)


@pytest.mark.parametrize(
    ("names", "error", "what"),
    [
        ({"staff": "Antall"}, ProblemsFound, "F005 new list.csv has no column `staff`"),
        ({"stff": "Ansatte"}, CannotLoad, "--column names stff, but frame.csv has number, short, name, sector, staff"),
    ],
)
def test_a_slip_in_a_columns_name_is_not_passed_by(
    names: dict[str, str], error: type[Exception], what: str, tiny: Path
) -> None:
    rows = [(*row[:4], str(int(row[4]) + 1)) for row in (A, B, C, D)]
    path = write_rows(tiny.parent / "new list.csv", [(*TINY_HEADING[:4], "Ansatte"), *rows])
    with pytest.raises(error, match=re.escape(what)):
        load_frame(tiny, NewFile(path, names=names), "2024")
    loaded = load_frame(tiny, NewFile(path, names={"staff": "Ansatte"}), "2024")
    assert "c,100000024,Town C,local,11" in loaded.text


def test_spaces_in_other_numbers_are_put_right(tiny: Path) -> None:
    """Organisation numbers are read with spaces between their digits; a number of staff is not (F004)."""
    write_rows(tiny / "frame.csv", [TINY_HEADING, ("a", "100 000 008", *A[2:]), B, C, (*D[:4], " 9 0")])
    loaded = load(tiny, [TINY_HEADING, A, B, C, D])
    assert loaded.text.splitlines()[1:] == [
        "a,100 000 008,Body A,state,10", *(",".join(row) for row in (B, C, D))
    ]  # fmt: skip


def test_who_took_over_is_not_suggested_once_it_is_decided(tiny: Path) -> None:
    text = (tiny / "frame.yaml").read_text(encoding="utf-8")
    (tiny / "frame.yaml").write_text(text.replace("  - file: frame.csv\n", SOURCES), encoding="utf-8")
    same_name = ("e", "100000040", "Town D", "local", "90")
    rows = [TINY_HEADING, A, B, C, same_name]
    assert [one.new.key for one in load(tiny, rows).comparison.suggestions] == ["100000040"]
    add_to_frame(tiny, "successors: successors.csv\n")
    row = "100000032,100000040,2024-01-01,renumbered,decided in 2023"
    (tiny / "successors.csv").write_text(f"old_key,new_key,date,kind,source\n{row}\n", encoding="utf-8")
    loaded = load(tiny, rows)
    assert loaded.comparison.suggestions == ()
    said = describe_load(loaded)
    assert said[said.index("Took over, as the file under `successors` says:") + 1] == (
        "  Town D (100000032) > 100000040: renumbered, 2024-01-01"
    )
    assert not any(line.startswith("Perhaps") for line in said)


SOURCES = """\
  - file: frame-2024.csv
    waves: ["2024"]
    key: number
    reference: short
    name: name
    columns: {sector: sector, staff: staff}
  - file: frame.csv
    waves: ["2023"]
"""


def test_a_chain_of_a_merger_and_a_split_is_left_to_a_person() -> None:
    """Haram of 2019 went into Ålesund in 2020, which was divided in 2024: two mergers would contradict each other."""

    def make(key: str, name: str, number: str) -> Listed:
        return Listed(key, number, name, number, {}, {})

    heirs = [make("2", "Ålesund", "1508"), make("3", "Haram", "1580")]
    found = compare_frames([make("1", "Haram", "1534")], heirs, datetime.date(2024, 1, 1), ()).suggestions
    assert [(one.new.name, one.day, one.kind) for one in found] == [("Ålesund", None, None), ("Haram", None, None)]
    into = [make("2", "Moss", "3103")]
    (one,) = compare_frames([make("1", "Rygge", "0136")], into, datetime.date(2024, 1, 1), ()).suggestions
    assert (one.day, one.kind) == (datetime.date(2020, 1, 1), SuccessionKind.MERGER)
