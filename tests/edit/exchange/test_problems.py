"""Everything that cannot be said with certainty is reported, all at once, with its place; nothing is written."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from openpyxl import Workbook
from pandas import DataFrame

from praksis.collect.routing import Cell
from praksis.define.survey import Survey
from praksis.edit.exchange.file import export_answers, read_file
from praksis.edit.exchange.intake import import_answers
from praksis.edit.gather import gather_responses
from praksis.edit.microdata import write_microdata
from praksis.errors import PraksisError, ProblemsFound
from tests.edit.exchange.conftest import FILES, Import, write_csv, write_sheet

Refuse = Callable[..., list[str]]

HEADING = [
    "organisation", "full-time-equivalents", "has-strategy", "strategy-adopted", "services-are", "lack-of-money",
    "lack-of-time", "lack-of-skills", "no-barrier", "users-first", "data-shared", "time-running", "time-building",
    "time-helping", "comment",
]  # fmt: skip
ANSWERS = ["100000008", "2", "Ja", "2024-02-29", "1", "1", "0", "0", "0", "3", "3", "50", "50", "0", "Ja"]


def change(**cells: str) -> list[str]:
    """The usual answers with other cells; `_` stands for `-`."""
    given = {name.replace("_", "-"): value for name, value in cells.items()}
    return [given.get(name, value) for name, value in zip(HEADING, ANSWERS, strict=True)]


@pytest.fixture
def csv_of(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: list[str], heading: list[str] = HEADING) -> Path:
        return write_csv(tmp_path / "svar.csv", [heading, *rows])

    return write


def test_the_usual_answers_have_no_problem(bring_in: Import, csv_of: Callable[..., Path]) -> None:
    assert bring_in(csv_of(ANSWERS))["100000008"]["services-are"] == 1


def test_all_problems_come_at_once(refuse: Refuse, old_wave: Path) -> None:
    assert refuse(old_wave) == [
        "V005 `RESPID` (Respondentnummer) is no item of 2025; 6 rows have a value in it",
        "V005 `STATUS` (Status) is no item of 2025; 6 rows have a value in it",
        "V005 `VEKT` (Vekt) is no item of 2025; 6 rows have a value in it",
        "V008 `Q4_1`, which is users-first: 8 (Ikke relevant) is not an answer of the scale (row 3)",
    ]


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({"organisation": "999999999"}, "V011 999999999 was not asked as head-of-it in 2025"),
        ({"organisation": ""}, "V011 there is no organisation number"),
        ({"services_are": "5"}, "V008 `services-are`, which is services-are: 5 is not an answer of the scale (row 2)"),
        ({"services_are": "På skjerm"},
         "V008 `services-are`, which is services-are: På skjerm is not an answer of the scale (row 2)"),
        ({"has_strategy": "0", "strategy_adopted": "2024-02-29"},
         "V016 strategy-adopted has an answer where the routing passes it by: 1 responses, row 2"),
        ({"strategy_adopted": "Ikke spurt"},
         "V017 strategy-adopted is said not to be asked, but the routing asks it: 1 responses, row 2"),
        ({"strategy_adopted": "02/03/2024"},
         "V018 `strategy-adopted`, which is strategy-adopted: 02/03/2024 is not a date as 2024-01-31 or 31.01.2024"
         " (row 2)"),
        ({"strategy_adopted": "1999-12-31"},
         "V018 strategy-adopted has a date before the first: 1 responses, row 2"),
        ({"full_time_equivalents": "mange"}, "V018 full-time-equivalents has what is not a number: 1 responses, row 2"),
        ({"full_time_equivalents": "1.500"},
         "V018 full-time-equivalents has a number with a sign that may be decimal or stand between thousands:"
         " 1 responses, row 2"),
        ({"full_time_equivalents": "-1"},
         "V018 full-time-equivalents has a number below the smallest: 1 responses, row 2"),
        ({"time_running": "60"}, "V018 time-spent has parts that do not sum to the total: 1 responses, row 2"),
        ({"comment": "x" * 501}, "V018 comment has a text longer than the question takes: 1 responses, row 2"),
        ({"no_barrier": "1"}, "V018 no-barrier is chosen beside others, which it excludes: 1 responses, row 2"),
    ],
)  # fmt: skip
def test_an_answer_that_does_not_fit(
    cells: dict[str, str], what: str, refuse: Refuse, csv_of: Callable[..., Path]
) -> None:
    assert refuse(csv_of(change(**cells), change(organisation="100000016"))) == [what]


def test_an_organisation_twice(refuse: Refuse, csv_of: Callable[..., Path]) -> None:
    assert refuse(csv_of(ANSWERS, change(organisation="100 000 008"))) == [
        "V012 100000008 has answered as head-of-it in 2 rows: rows 2, 3"
    ]


def test_columns_that_lack_or_stand_twice(refuse: Refuse, csv_of: Callable[..., Path]) -> None:
    assert refuse(csv_of(ANSWERS[:-1], heading=HEADING[:-1])) == ["V019 no column holds comment, which 2025 asked"]
    # What the lacking column decides would seem off the path; that is not said as well.
    assert refuse(csv_of([*ANSWERS[:2], *ANSWERS[3:]], heading=[*HEADING[:2], *HEADING[3:]])) == [
        "V019 no column holds has-strategy, which 2025 asked"
    ]
    assert refuse(csv_of([*ANSWERS, "Nei"], heading=[*HEADING, "Er det noe mer dere vil fortelle?"])) == [
        "V007 comment is in several columns: `comment` (by id), `Er det noe mer dere vil fortelle?` (by label)"
    ]
    assert refuse(csv_of([*ANSWERS, "1"], heading=[*HEADING, "Comment"])) == ["V002 two columns are called `comment`"]


def test_a_column_that_fits_two_items(refuse: Refuse, tmp_path: Path, every_kind: Survey) -> None:
    """An id of ours over the text of another question."""
    path = tmp_path / "svar.sav"
    frame = DataFrame({name.replace("-", "_"): [value] for name, value in zip(HEADING, ANSWERS, strict=True)})
    pyreadstat.write_sav(frame, path, column_labels={"users_first": "Vi deler data med andre"})
    assert refuse(path) == [
        "V006 `users_first` (Vi deler data med andre) fits several items: users-first, data-shared",
        "V019 no column holds users-first, which 2025 asked",
    ]


def test_codes_that_contradict_labels(refuse: Refuse, tmp_path: Path) -> None:
    """A reversed scale with values that have no label; a category declared missing; a missing value without a name."""
    rows = [change(organisation=key) for key in ("100000008", "100000016", "100000024")]
    columns = {name.replace("-", "_"): values for name, *values in zip(HEADING, *rows, strict=True)}
    columns |= {
        "users_first": [3, 2, 3],
        "data_shared": [1, 2, 3],
        "services_are": [1, 2, 2],
        "full_time_equivalents": [1, 2, 99],
    }
    path = tmp_path / "svar.sav"
    pyreadstat.write_sav(
        DataFrame(columns),
        path,
        variable_value_labels={"users_first": {3: "Uenig", 1: "Enig"}, "data_shared": {1: "Uenig", 2: "Verken eller"}},
        missing_ranges={"data_shared": [2], "services_are": [2], "full_time_equivalents": [99]},
    )
    assert refuse(path) == [
        "V008 `full_time_equivalents`, which is full-time-equivalents: 99, which the file declares missing, is no"
        " answer and no missing class of the question (row 3)",
        "V009 `data_shared`, which is data-shared: 2 (Verken eller) is `neither`, but the file declares it missing"
        " (row 2)",
        "V009 `services_are`, which is services-are: 2 has no label, and the file declares it missing (rows 2, 3)",
        "V009 `users_first`, which is users-first: 2 has no label, and 3 (Uenig) has another code here (row 2)",
    ]


def test_a_wave_that_did_not_ask(refuse: Refuse, csv_of: Callable[..., Path]) -> None:
    path = csv_of([*ANSWERS, "ord"], heading=[*HEADING, "Hvilket ord beskriver året best?"])
    assert refuse(path) == ["V014 `Hvilket ord beskriver året best?` is one-word, which 2025 did not ask"]


def test_who_answered_is_not_said(
    refuse: Refuse, csv_of: Callable[..., Path], reference: Survey, tmp_path: Path
) -> None:
    assert refuse(csv_of(ANSWERS, heading=["hvem", *HEADING[1:]])) == [
        "V005 `hvem` is no item of 2025; 1 rows have a value in it",
        "V010 no column says which organisation has answered",
    ]
    assert refuse(csv_of([*ANSWERS, "1"], heading=["Org.nr.", *HEADING[1:], "organisation_number"]))[0] == (
        "V010 2 columns could hold it: `Org.nr.`, `organisation_number`"
    )
    key = reference.frame.of_wave("2019", "sector=municipality")[0].key
    path = csv_of([key, "1"], heading=["organisation", "staircase"])
    assert refuse(path, wave="2019", survey=reference)[0] == (
        "V013 2019 asked several roles (head-of-it, director-of-education), and no column says which one answered"
    )
    path = csv_of([key, "Rådmann", "1"], heading=["organisation", "role", "staircase"])
    assert refuse(path, wave="2019", survey=reference) == ["V013 `role`: `Rådmann` is no role that 2019 asked"]
    heading = ["organisation", "role", "staircase", "staircase-of-sector"]
    path = csv_of([key, "Kommunalsjef for oppvekst og utdanning", "1", "2"], heading=heading)
    assert "V015 staircase is not asked of director-of-education: 1 responses, row 2" in refuse(
        path, wave="2019", survey=reference
    )


def test_hundreds_of_values_are_few_problems(refuse: Refuse, csv_of: Callable[..., Path], every_kind: Survey) -> None:
    keys = [one.key for one in every_kind.frame.of_wave("2025")]
    rows = [change(organisation=key, services_are=f"fri tekst {key}", users_first=f"og {key}") for key in keys]
    assert len(refuse(csv_of(*rows))) == 2 * len(keys)
    path = csv_of(*[change(organisation=keys[0], services_are=f"fri tekst {number}") for number in range(30)])
    problems = refuse(path)
    assert problems[-1] == "V012 100000008 has answered as head-of-it in 30 rows: rows 2, 3, 4, 5, 6 and 25 more"
    assert problems[-2].startswith("V008 `services-are`, which is services-are: fri tekst ")
    assert "V008 `services-are`, which is services-are: 10 other values cannot be read either" in problems


def test_files_that_cannot_be_read(refuse: Refuse, tmp_path: Path) -> None:
    for name in ("svar.sav", "svar.xlsx", "svar.parquet"):
        path = tmp_path / name
        path.write_bytes(b"organisation;role\n")
        (problem,) = refuse(path)
        assert problem.startswith("V001 cannot be read: ")
        assert refuse(tmp_path / f"ikke-{name}") == ["V001 cannot be read: No such file or directory"]
    (tmp_path / "svar.ods").write_bytes(b"")
    assert refuse(tmp_path / "svar.ods") == ["V001 `.ods` is not a format that is read"]
    (tmp_path / "svar.csv").write_bytes(b"\n \n")
    assert refuse(tmp_path / "svar.csv") == ["V001 is empty"]
    (tmp_path / "svar.csv").write_bytes(b"organisation;comment\n")
    assert refuse(tmp_path / "svar.csv") == ["V001 holds no responses"]
    (tmp_path / "svar.csv").write_bytes(b'organisation;comment\n1;"never closed')
    assert refuse(tmp_path / "svar.csv") == ["V001 cannot be read: unexpected end of data"]
    cut = tmp_path / "cut.sav"
    cut.write_bytes((FILES / "sample.sav").read_bytes()[:3000])
    assert refuse(cut)[0].startswith("V001 cannot be read: ")
    with pytest.raises(ProblemsFound, match="V001 cannot be read: unknown encoding: klingon"):
        read_file(tmp_path / "svar.csv", encoding="klingon")
    with pytest.raises(ProblemsFound, match="V001 cannot be read: "):
        read_file(FILES / "old-wave.sav", encoding="klingon")


def test_ragged_rows(refuse: Refuse, csv_of: Callable[..., Path], tmp_path: Path) -> None:
    assert refuse(csv_of(ANSWERS[:-1], [*ANSWERS, "to"])) == [
        "V002 the row has fewer fields than the heading",
        "V002 the row has more fields than the heading",
    ]
    path = write_sheet(tmp_path / "svar.xlsx", [[*HEADING[:-1], None, "comment"], [*ANSWERS[:-1], "hva?", "Ja"]])
    assert refuse(path) == ["V002 a value stands in a column without a name (column 15)"]


def test_sheets_and_formulas(bring_in: Import, refuse: Refuse, every_kind: Survey, tmp_path: Path) -> None:
    book = Workbook()
    first = book.create_sheet("Svar", 0)
    first.append(HEADING)
    first.append(ANSWERS)
    del book["Sheet"]
    other = book.create_sheet("Notat")
    other["A1"] = "Husk"
    path = tmp_path / "svar.xlsx"
    book.save(path)
    assert refuse(path) == ["V003 the workbook has several sheets: Svar, Notat"]
    assert bring_in(path, sheet="Svar")["100000008"]["users-first"] == 3
    with pytest.raises(ProblemsFound, match="V003 there is no sheet `Nei`"):
        read_file(path, sheet="Nei")
    first["B2"] = "=1+1"
    del book["Notat"]
    book.save(path)
    first["O2"] = "#REF!"
    book.save(path)
    assert refuse(path) == ["V004 in B2 stands a formula that nobody has computed", "V004 in O2 stands the error #REF!"]


def test_a_damaged_workbook(refuse: Refuse, tmp_path: Path) -> None:
    (tmp_path / "svar.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    (said,) = refuse(tmp_path / "svar.xlsx")
    assert said.startswith("V001 cannot be read: it is an old Excel file (.xls), or protected by a password")


def test_commas_in_the_heading_separate_nothing(bring_in: Import, csv_of: Callable[..., Path]) -> None:
    heading = [*HEADING[:-1], "A, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p"]
    path = csv_of(ANSWERS, heading=heading)
    path.write_text(
        path.read_text(encoding="utf-8").replace("A, b", '"A, b').replace("o, p", 'o, p"'), encoding="utf-8"
    )
    read = bring_in(path, f'columns: [{{column: "{heading[-1]}", item: comment}}]')
    assert read["100000008"]["comment"] == "Ja"


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        (pa.array([10**9], pa.date32()), "V001 cannot be read: days=1000000000"),
        (pa.array([b"\xff"]), "V001 cannot be read: 'utf-8' codec"),
        (pa.array([["a", "b"]]), "V001 cannot be read: a cell holds list, not one value"),
    ],
)
def test_cells_of_parquet_that_are_no_answers(cell: pa.Array, what: str, refuse: Refuse, tmp_path: Path) -> None:
    columns = [pa.array([value]) for value in ANSWERS[:-1]]
    pq.write_table(pa.Table.from_arrays([*columns, cell], names=HEADING), tmp_path / "svar.parquet")
    (said,) = refuse(tmp_path / "svar.parquet")
    assert said.startswith(what)


def test_parquet_of_tools_that_write_bytes_or_a_name_twice(bring_in: Import, refuse: Refuse, tmp_path: Path) -> None:
    """Text without a logical type is bytes (Apache Parquet, *Logical Types*); it is read as UTF-8."""
    columns = [pa.array([value.encode()]) for value in [*ANSWERS[:-1], "Æ"]]
    path = tmp_path / "svar.parquet"
    table = pa.Table.from_arrays(columns, names=HEADING)
    pq.write_table(table.replace_schema_metadata({b"praksis.meaning": b"of someone else"}), path)
    assert bring_in(path)["100000008"]["comment"] == "Æ"
    pq.write_table(pa.Table.from_arrays([*columns, columns[0]], names=[*HEADING, "comment"]), path)
    assert refuse(path) == ["V002 two columns are called `comment`"]


@pytest.fixture
def exported(every_kind: Survey, tmp_path: Path) -> Path:
    answers: dict[str, Cell] = {"has-strategy": 1, "services-are": 1}
    microdata = gather_responses(every_kind, "2025", {("100000008", "head-of-it"): answers})
    return export_answers(every_kind, microdata, tmp_path / "ut.csv", language="nb")[0]


def test_a_file_of_ours_is_of_one_wave_and_questionnaire(
    exported: Path, refuse: Refuse, every_kind: Survey, reference: Survey
) -> None:
    assert refuse(exported, wave="2026") == ["V021 the file was exported from every-kind, 2025"]
    assert refuse(exported, wave="2019", survey=reference) == ["V021 the file was exported from every-kind, 2025"]
    strategy = next(one for one in every_kind.questions if one.id == "strategy-day")
    changed = strategy.model_copy(update={"show_if": None})
    questions = tuple(changed if one is strategy else one for one in every_kind.questions)
    survey = every_kind.model_copy(update={"questions": questions})
    assert refuse(exported, survey=survey) == [
        "V021 the file was exported from every-kind, 2025, and what its answers mean has been changed since"
    ]
    lines = exported.read_text(encoding="utf-8-sig").splitlines()
    exported.write_text("\n".join([*lines, lines[1].replace(" real ", " synthetic ")]) + "\n", encoding="utf-8")
    assert refuse(exported) == ["V021 `praksis__file` does not say the same in every row"]


def test_a_file_of_ours_that_was_changed(exported: Path, refuse: Refuse) -> None:
    text = exported.read_text(encoding="utf-8-sig")
    row = text.splitlines()[1].split(";")
    heading = text.splitlines()[0].split(";")
    row[heading.index("services-are")] = "7"
    row[heading.index("comment_missing")] = "0"
    exported.write_text("\n".join([";".join(heading), ";".join(row)]) + "\n", encoding="utf-8")
    assert refuse(exported) == [
        "V008 `services-are`, which is services-are: 7 is not an answer of the scale (row 2)",
        "V018 comment has an answer and a reason for none, or neither, in row 2",
    ]


def test_answers_that_are_there_are_kept(every_kind: Survey, csv_of: Callable[..., Path], tmp_path: Path) -> None:
    target = tmp_path / "data"
    there: dict[str, Cell] = {"has-strategy": 0}
    write_microdata(gather_responses(every_kind, "2025", {("100000113", "head-of-it"): there}), every_kind, target)
    before = (target / "2025.parquet").read_bytes()
    with pytest.raises(ProblemsFound, match="V022 .* holds answers for 2025 that are not synthetic"):
        import_answers(every_kind, "2025", csv_of(ANSWERS), target)
    assert (target / "2025.parquet").read_bytes() == before
    assert [path.name for path in target.iterdir()] == ["2025.parquet"]
    import_answers(every_kind, "2025", csv_of(ANSWERS), target, force=True)
    assert (target / "2025.parquet").read_bytes() != before
    assert sorted(path.name for path in target.iterdir()) == ["2025.import.md", "2025.parquet"]


def test_no_such_wave(every_kind: Survey, csv_of: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(PraksisError, match="the survey has no wave 2019, only 2025, 2026"):
        import_answers(every_kind, "2019", csv_of(ANSWERS), tmp_path)


def test_parquet_of_others(bring_in: Import, tmp_path: Path) -> None:
    columns = {name: pa.array([value]) for name, value in zip(HEADING, ANSWERS, strict=True)}
    columns |= {"services-are": pa.array([2], pa.int64()), "full-time-equivalents": pa.array([2.5])}
    columns |= {"has-strategy": pa.array([True]), "comment": pa.array([None], pa.string())}
    columns |= {"has-strategy": pa.array(["yes"]), "users-first": pa.array(["agree"])}
    pq.write_table(pa.table(columns), tmp_path / "svar.parquet")
    rows = bring_in(tmp_path / "svar.parquet")
    assert (rows["100000008"]["services-are"], rows["100000008"]["users-first"]) == (2, 3)
    assert rows["100000008"]["full-time-equivalents"] == "2.5"


MAPS = [
    ("columns: [", "V020"),
    ("columns: [{column: comment, itm: comment}]", "M002"),
    ("drop: [{row: 2}]", "M001"),
    ("- a list", "M003"),
    ("columns: [{column: hva, leave_out: x}]", "V020 the file has no column `hva`"),
    ("columns: [{column: comment, item: komment}]", "V020 `comment`: there is no item komment"),
    ("columns: [{column: comment, item: comment, leave_out: x}]", "V020 `comment` is both comment and left out"),
    ("columns: [{column: comment}, {column: Comment}]", "V020 the column `comment` stands twice"),
    ("role: director", "V020 2025 did not ask a role director"),
    ("{role: head-of-it, role_column: comment}", "V020 there is both `role:` and `role_column:`"),
    ("drop: [{row: 2, organisation: x, reason: x}]",
     "V020 an entry of `drop:` needs one of `row`, `organisation` and `column`"),
    ("drop: [{column: comment, reason: x}]", "V020 an entry of `drop:` needs `values` with `column`, and only then"),
    ("drop: [{row: 9, reason: x}]", "V020 `drop:` there is no row 9 with values"),
    ("absent: [{item: one-word, reason: x}]", "V020 `absent:` 2025 did not ask one-word"),
    ("absent: [{item: comment, reason: x}]", "V020 `absent:` names comment, which a column holds"),
    ("columns: [{column: comment, item: one-word}]", "V014 `comment` is one-word, which 2025 did not ask"),
    ('columns: [{column: users-first, values: {"3": enig}}]',
     "V020 `users-first`: `3` cannot be enig; write one of `disagree`, `neither`, `agree`, `not-asked`, `not-answered`,"
     " `do-not-know`, `not-applicable`"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "what"), MAPS)
def test_maps_that_do_not_fit(text: str, what: str, refuse: Refuse, csv_of: Callable[..., Path]) -> None:
    problems = refuse(csv_of(ANSWERS), text)
    assert any(problem.startswith(what) for problem in problems), problems


def test_nothing_is_left(refuse: Refuse, csv_of: Callable[..., Path]) -> None:
    left = "V001 holds no responses once rows are left out"
    assert refuse(csv_of(["100000008", *[""] * 14])) == [left]
    assert refuse(csv_of(ANSWERS), "drop: [{row: 2, reason: a test}]") == [left]


def test_rows_can_be_left_out_by_organisation(bring_in: Import, csv_of: Callable[..., Path], tmp_path: Path) -> None:
    path = csv_of(ANSWERS, change(organisation="999999999"))
    rows = bring_in(path, 'drop: [{organisation: "999 999 999", reason: closed before the wave}]')
    assert list(rows) == ["100000008"]
    assert "| map: closed before the wave | 1 | row 3 |" in (tmp_path / "microdata/2025.import.md").read_text("utf-8")


@pytest.mark.parametrize("seconds", [float("inf"), -1e20])
def test_a_date_of_spss_beyond_the_calendar(seconds: float, refuse: Refuse, tmp_path: Path) -> None:
    columns: dict[str, list[object]] = {
        name.replace("-", "_"): [value] for name, value in zip(HEADING, ANSWERS, strict=True)
    }
    frame = DataFrame({**columns, "strategy_adopted": [seconds]})
    pyreadstat.write_sav(frame, tmp_path / "svar.sav", variable_format={"strategy_adopted": "DATE11"})
    (said,) = refuse(tmp_path / "svar.sav")
    assert said.startswith("V018 `strategy_adopted`, which is strategy-adopted: ")
