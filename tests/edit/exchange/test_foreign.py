"""Files that other tools made come in whole: from PSPP, from R, from Excel with labels, and as CSV in Windows-1252."""

import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from praksis.define.question import Missing
from praksis.define.survey import Survey
from tests.edit.exchange.conftest import Import, write_csv, write_sheet

NOT_ASKED, NOT_ANSWERED, UNSURE, NOT_APPLICABLE = (int(missing) for missing in Missing)
MAP = """\
columns:
  - {column: RESPID, leave_out: the tool's own number}
  - {column: STATUS, leave_out: used under drop}
  - {column: vekt, leave_out: weights are made anew}
  - column: Q4_1
    values: {"8": not-applicable}
drop:
  - {column: STATUS, values: [noen svar], reason: not submitted}
"""


def test_an_old_wave_from_spss(bring_in: Import, old_wave: Path, tmp_path: Path) -> None:
    rows = bring_in(old_wave, MAP)
    assert sorted(rows) == ["100000008", "100000016", "100000040", "100000059"]
    assert rows["100000008"] == {
        "full-time-equivalents": "1250.5", "has-strategy": 1, "strategy-adopted": "2024-02-29", "services-are": 1,
        "lack-of-money": 1, "lack-of-time": 0, "lack-of-skills": 1, "no-barrier": 0,
        # The tool had 1, 3 and 5 where the survey has 1, 2 and 3: labels decide.
        "users-first": 3, "data-shared": UNSURE,
        "time-running": "60", "time-building": "40", "time-helping": "0",
        "comment": "Vi følger på, det går bra på Værøy",
    }  # fmt: skip
    assert rows["100000040"]["users-first"] == NOT_APPLICABLE
    assert rows["100000040"]["comment"] == "Små ressurser – «ikke aktuelt» å øke"
    # User-missing values by their labels, whatever case and spaces they have.
    assert rows["100000016"]["full-time-equivalents"] == UNSURE
    assert (rows["100000059"]["has-strategy"], rows["100000059"]["services-are"]) == (UNSURE, UNSURE)
    # System-missing: not asked where the routing passes by, else not answered.
    assert (rows["100000016"]["strategy-adopted"], rows["100000016"]["lack-of-money"]) == (NOT_ASKED, NOT_ASKED)
    assert (rows["100000059"]["users-first"], rows["100000016"]["comment"]) == (NOT_ANSWERED, NOT_ANSWERED)


def test_the_account_says_what_became_what(bring_in: Import, old_wave: Path, tmp_path: Path) -> None:
    bring_in(old_wave, MAP)
    account = (tmp_path / "microdata/2025.import.md").read_text(encoding="utf-8")
    for line in (
        "- File: `old-wave.sav`, SHA-256 `",
        "- Map: `map.yaml`, SHA-256 `",
        "- Responses: 4, 4 as head-of-it",
        "| Q3_1 | Hva hindrer dere? - Det mangler penger | lack-of-money | label |",
        "| users-first | 5 | Enig | agree | label | 1 |",
        "| users-first | 8 | Ikke relevant | not-applicable | map | 1 |",
        "| services-are | 1 | På papir | on-paper | code and label | 1 |",
        "| strategy-adopted | empty, passed by: not asked | 2 |",
        "| VEKT | weights are made anew |",
        "| no answer to any question | 1 | row 5 |",
        "| map: not submitted | 1 | row 6 |",
        "| services-are | 3 | 0 | 0 | 1 | 0 |",
    ):
        assert line in account, line
    # What people wrote themselves is counted, not repeated.
    assert "Værøy" not in account


def test_a_file_of_r_needs_no_map(bring_in: Import, sample: Path) -> None:
    rows = bring_in(sample)
    assert rows["100000008"]["strategy-adopted"] == "2024-02-29"
    assert rows["100000008"]["comment"] == "Øvelse gjør mester på Ås"
    assert rows["100000083"]["comment"] == ("blåbærsyltetøy " * 30).strip()
    assert [rows[key]["has-strategy"] for key in sorted(rows)] == [1, UNSURE, 0]
    assert (rows["100000113"]["users-first"], rows["100000113"]["data-shared"]) == (UNSURE, NOT_APPLICABLE)
    assert [rows["100000113"][item] for item in ("lack-of-money", "lack-of-time")] == [0, 1]


HEADING = (
    "Organisasjonsnummer", "Antall årsverk", "Strategi for digitale tjenester", "Dato for vedtaket",
    "De fleste tjenestene", "Det mangler penger", "Det mangler tid", "Det mangler kompetanse", "Ingenting hindrer oss",
    "Brukerne kommer først hos oss", "Vi deler data med andre", "Drift", "Utvikling", "Brukerstøtte", "Kommentar",
)  # fmt: skip


def test_a_workbook_with_labels_and_ticks(bring_in: Import, tmp_path: Path) -> None:
    path = write_sheet(
        tmp_path / "svar.xlsx",
        [
            HEADING,
            (100000008, "1 250,5", " JA", datetime.datetime(2024, 2, 29), "På  papir", "Ja", None, "Ja", None, "enig",
             "Veit ikkje", 60, 40, None, "=Ja, det går"),
            ("100\u00a0000\u00a0040", 12, "Nei", None, "Tjenesten kjenner deg", *[None] * 4, "Uenig", "Ubesvart",
             None, None, None, 2025),
            (None,) * 15,
            ("100000113", "vet ikke", "Ja", "31.01.2024", "digital form", None, None, None, "x", None, "Enig",
             33, 33.0, "34", " "),
        ],
    )  # fmt: skip
    book = load_workbook(path)
    book["Svar"]["O2"].data_type = "s"
    book.save(path)
    rows = bring_in(path)
    first, second, third = (rows[key] for key in ("100000008", "100000040", "100000113"))
    assert (first["full-time-equivalents"], first["strategy-adopted"]) == ("1250.5", "2024-02-29")
    assert [first[item] for item in ("lack-of-money", "lack-of-time", "lack-of-skills", "no-barrier")] == [1, 0, 1, 0]
    assert (first["users-first"], first["data-shared"], first["time-helping"]) == (3, UNSURE, "0")
    assert first["comment"] == "=Ja, det går"
    assert [second[item] for item in ("lack-of-money", "no-barrier")] == [NOT_ASKED, NOT_ASKED]
    assert (second["data-shared"], second["comment"]) == (NOT_ANSWERED, "2025")
    assert (third["full-time-equivalents"], third["strategy-adopted"]) == (UNSURE, "2024-01-31")
    assert (third["lack-of-money"], third["no-barrier"]) == (0, 1)
    assert (third["time-running"], third["time-helping"], third["comment"]) == ("33", "34", NOT_ANSWERED)


def test_csv_of_another_age(bring_in: Import, tmp_path: Path) -> None:
    """Commas, Windows-1252, bare codes, questions as headings."""
    heading = [f'"{name}"' for name in HEADING]
    rows = [
        "100000008,2.5,1,2024-02-29,1,1,0,0,0,3,-3,100,0,0,Små skritt",
        '100000016,"3,5",0,,3,,,,,1,2,,,,"Linje, to"',
    ]
    path = tmp_path / "svar.csv"
    path.write_bytes("\r\n".join([",".join(heading), *rows]).encode("cp1252"))
    found = bring_in(path)
    assert found["100000008"]["comment"] == "Små skritt"
    assert (found["100000016"]["full-time-equivalents"], found["100000016"]["comment"]) == ("3.5", "Linje, to")
    assert found["100000008"]["data-shared"] == UNSURE
    account = (tmp_path / "microdata/2025.import.md").read_text(encoding="utf-8")
    assert "CSV in Windows-1252 (it is not UTF-8), separated by ," in account


def test_tools_write_0_where_nothing_was_asked(bring_in: Import, tmp_path: Path) -> None:
    answers = ["100000016", "3", "Nei", "", "Tjenesten kjenner deg", "0", "0", "0", "0", "Enig", "Enig", "", "", "", ""]
    rows = bring_in(write_csv(tmp_path / "svar.csv", [HEADING, answers]))
    assert {rows["100000016"][item] for item in ("lack-of-money", "no-barrier")} == {NOT_ASKED}


def test_where_0_is_written_an_empty_option_is_not_answered(bring_in: Import, tmp_path: Path) -> None:
    answers = ["100000016", "3", "Nei", "", "På papir", "1", "", "0", "0", "Enig", "Enig", "", "", "", ""]
    rows = bring_in(write_csv(tmp_path / "svar.csv", [HEADING, answers]))
    assert [rows["100000016"][item] for item in ("lack-of-money", "lack-of-time", "no-barrier")] == [1, NOT_ANSWERED, 0]


def test_answers_off_the_path_can_be_dropped_knowingly(bring_in: Import, tmp_path: Path) -> None:
    answers = ["100000016", "3", "Nei", "2024-01-31", "Tjenesten kjenner deg", *[""] * 4, "Enig", "Enig", *[""] * 4]
    path = write_csv(tmp_path / "svar.csv", [HEADING, answers])
    rows = bring_in(path, "columns: [{column: Dato for vedtaket, off_path: asked of all then}]")
    assert rows["100000016"]["strategy-adopted"] == NOT_ASKED
    account = (tmp_path / "microdata/2025.import.md").read_text(encoding="utf-8")
    assert "| strategy-adopted | answer off the path, dropped by the map: not asked | 1 |" in account
    assert "| strategy-adopted | asked of all then |" in account


def test_a_map_for_everything(bring_in: Import, tmp_path: Path) -> None:
    """Own words for organisation and values, dates in another form, an item that is not there, a row that is a test."""
    path = write_csv(
        tmp_path / "svar.csv",
        [
            ["Virksomhet", "A", "B", "C", *HEADING[4:14]],
            ["100000016", "5", "Jepp", "01/02/2024", "papir", "1", "0", "0", "0", "Enig", "", "", "", ""],
            ["100000024", "99", "Nope", "", "Ikke aktuelt", "", "", "", "", "Enig", "Enig", "", "", ""],
            ["100000024", "1", "Nope", "", "papir", "1", "0", "0", "0", "Enig", "Enig", "", "", ""],
        ],
    )
    rows = bring_in(
        path,
        """\
organisation: Virksomhet
role: head-of-it
columns:
  - {column: a, item: full-time-equivalents, values: {"99": do-not-know}}
  - {column: B, item: has-strategy, values: {jepp: "yes", Nope: "no"}}
  - {column: C, item: strategy-adopted, date_form: "%d/%m/%Y"}
  - {column: De fleste tjenestene, values: {papir: on-paper}}
  - {column: Vi deler data med andre, values: {"": do-not-know}}
drop: [{row: 4, reason: a test}]
absent: [{item: comment, reason: removed before archiving}]
""",
    )
    assert (rows["100000016"]["strategy-adopted"], rows["100000016"]["services-are"]) == ("2024-02-01", 1)
    assert (rows["100000016"]["data-shared"], rows["100000016"]["comment"]) == (UNSURE, NOT_ANSWERED)
    assert (rows["100000024"]["full-time-equivalents"], rows["100000024"]["has-strategy"]) == (UNSURE, 0)


@pytest.mark.parametrize("language", ["nn", "en"])
def test_headings_in_every_language(language: str, bring_in: Import, every_kind: Survey, tmp_path: Path) -> None:
    items = [item for item in every_kind.items if "2025" in every_kind.waves_of(item)]
    heading = ["organisation_number"]
    for item in items:
        question = every_kind.question_of[item]
        heading.append(f"{question.text[language]}: {every_kind.items[item].text[language].upper()}")
    answers = ["100000008", *("" for _ in items)]
    answers[1 + items.index("lack-of-time")] = "1"
    answers[1 + items.index("services-are")] = every_kind.scale_of("services-are").categories[0].label[language]
    rows = bring_in(write_csv(tmp_path / "svar.csv", [heading, answers]))
    assert (rows["100000008"]["services-are"], rows["100000008"]["lack-of-time"]) == (1, 1)
