"""What stops a form: every fault is told at once, and then nothing is written."""

import argparse
import io
import re
from pathlib import Path

import pytest
from openpyxl import Workbook
from rich.console import Console

from praksis.command.questionnaire import add_questionnaire_commands
from praksis.define.read import load_survey
from praksis.define.starter import FolderInUse
from praksis.define.survey import Survey
from praksis.define.xlsform.account import REMEDIES, Account
from praksis.define.xlsform.folder import ACCOUNT, import_questionnaire
from praksis.define.xlsform.sheet import Page, check_cells
from praksis.define.xlsform.writer import write_questionnaire
from praksis.errors import PraksisError, ProblemsFound
from tests.define.xlsform.forms import CLINIC, LIBRARY, Sheet, save_form

STARTER = Path(__file__).parents[3] / "src/praksis/define/starter"
TINY = Path(__file__).parents[1] / "tiny"
TEXT: Sheet = (("type", "name", "label"), ("text", "a", "A"))
SETTINGS: Sheet = (("form_id", "default_language"), ("form", "English (en)"))


def find_faults(path: Path, folder: Path, **options: str) -> list[str]:
    with pytest.raises(ProblemsFound) as found:
        import_questionnaire(path, folder, **options)
    assert not folder.exists()
    assert not list(folder.parent.glob(".*.part"))
    return [f"{problem.place} {problem.code}" for problem in found.value.problems]


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_what_is_no_workbook(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)
    assert find_faults(path, tmp_path / "survey", wave="2027") == ["form.xlsx X001"]
    assert find_faults(tmp_path / "gone.xlsx", tmp_path / "survey", wave="2027") == ["gone.xlsx X001"]
    assert find_faults(tmp_path, tmp_path / "survey", wave="2027") == [f"{tmp_path.name} X001"]


@pytest.mark.parametrize(
    ("sheets", "faults"),
    [
        ({"other": TEXT}, ["survey X002"]),
        ({"survey": (("label",), ("A",))}, ["survey:1 X002", "survey:1 X002"]),
        ({"survey": TEXT, "choices": (("name",), ("x",))}, ["choices:1 X002"]),
        ({"survey": (("type", "name", "label", "label"), ("text", "a", "A", "B"))}, ["survey:1 X002"]),
        ({"survey": TEXT, "SURVEY ": TEXT}, ["SURVEY  X002"]),
        ({"survey": (("type", "name", "label"), ("begin_group", "g"), ("text", "a", "A"))}, ["survey:2 X004"]),
        ({"survey": (*TEXT, ("end_group",))}, ["survey:3 X004"]),
        (
            {"survey": (*TEXT, ("begin_repeat", "r"), ("end_group",))},
            ["survey:3 X004", "survey:3 X011", "survey:4 X004"],
        ),
        ({"survey": (("type", "name", "label"), ("geopoint", "a", "A"))}, ["survey X005", "survey:2 X010"]),
        ({"survey": (("type", "name", "label"), ("note", "a", "A"))}, ["survey X005"]),
        ({"survey": (("type", "name", "label"),)}, ["survey X005"]),
    ],
)
def test_forms_that_cannot_be_read(sheets: dict[str, Sheet], faults: list[str], tmp_path: Path) -> None:
    path = save_form({**sheets, "settings": SETTINGS}, tmp_path / "form.xlsx")
    assert find_faults(path, tmp_path / "survey", wave="2027") == faults


def test_what_the_form_does_not_say_must_be_said(tmp_path: Path) -> None:
    path = save_form({"survey": TEXT}, tmp_path / "form.xlsx")
    assert find_faults(path, tmp_path / "survey") == ["settings X003", "settings X003"]
    assert find_faults(path, tmp_path / "survey", wave="2027") == ["settings X003"]
    assert find_faults(path, tmp_path / "survey", language="nb") == ["settings X003"]
    assert find_faults(path, tmp_path / "survey", language="nb", wave="Year 1") == ["settings X003"]
    import_questionnaire(path, tmp_path / "survey", wave="2027", language="nb")
    survey = load_survey(tmp_path / "survey")
    assert (survey.header.id, survey.header.languages) == ("form", ("nb",))


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = save_form(CLINIC, tmp_path / "form.xlsx")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "survey.yaml").write_text("mine")
    for folder in (tmp_path / "mine", path):
        with pytest.raises(FolderInUse, match="is in use"):
            import_questionnaire(path, folder, wave="2027")
    assert (tmp_path / "mine" / "survey.yaml").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    import_questionnaire(path, tmp_path / "empty", wave="2027")
    import_questionnaire(path, tmp_path / "new" / "deep", wave="2027")
    assert load_survey(tmp_path / "new" / "deep") == load_survey(tmp_path / "empty")


def change_question(survey: Survey, **update: object) -> Survey:
    question = survey.questions[0].model_copy(update=update)
    fields = {name: getattr(survey, name) for name in Survey.model_fields}
    return Survey(**fields | {"questions": (question, *survey.questions[1:])})


def test_texts_that_no_cell_can_hold_are_told_all_at_once(tmp_path: Path) -> None:
    survey = load_survey(TINY)
    text = survey.questions[0].text
    wrong = change_question(survey, text=text.map(lambda _: "x" * 40_000), help=text.map(lambda _: "a\x07b"))
    with pytest.raises(ProblemsFound) as found:
        write_questionnaire(wrong, tmp_path / "form.xlsx", "2024")
    assert sorted(problem.what for problem in found.value.problems) == [
        "40000 characters under `label::Bokmål (nb)`, 32767 are the most",
        "40000 characters under `label::English (en)`, 32767 are the most",
        "the sign 0x0007 under `hint::Bokmål (nb)`",
        "the sign 0x0007 under `hint::English (en)`",
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_condition_nested_beyond_reading_is_told(tmp_path: Path) -> None:
    survey = load_survey(TINY)
    deep = survey.questions[1].model_copy(update={"show_if": "(" * 3000 + "place = one" + ")" * 3000})
    fields = {name: getattr(survey, name) for name in Survey.model_fields}
    with pytest.raises(ProblemsFound) as found:
        write_questionnaire(Survey(**fields | {"questions": (survey.questions[0], deep)}), tmp_path / "f.xlsx", "2024")
    assert [problem.code for problem in found.value.problems] == ["X007"]
    assert list(tmp_path.iterdir()) == []


def test_cells_of_every_kind_are_read_as_text(tmp_path: Path) -> None:
    """Spreadsheets make numbers, truths and dates of what people write."""
    import datetime

    book = Workbook()
    survey = book.active
    assert survey
    survey.title = "survey"
    for row in (
        ("type", "name", "label", "required", "constraint", None),
        ("integer", "a", 2024, True, None, "aside"),
        ("text", "b", 1.5, False),
        ("date", "c", datetime.date(2024, 1, 31)),
        (None, None, None),
        ("text", "d", "=1+1"),
    ):
        survey.append(row)
    survey["C6"].data_type = "s"
    book.save(tmp_path / "form.xlsx")
    taken = import_questionnaire(tmp_path / "form.xlsx", tmp_path / "survey", wave="2027", language="en")
    questions = load_survey(tmp_path / "survey").questions
    assert [(one.text["en"], one.required) for one in questions] == [
        ("2024", True), ("1.5", False), ("2024-01-31", False), ("=1+1", False),
    ]  # fmt: skip
    assert [f"{one.place} {one.code}" for one in taken.account if one.place.line == 2] == ["survey:2 X016"]


def test_a_formula_that_nobody_has_computed_is_not_an_empty_cell(tmp_path: Path) -> None:
    path = save_form({"survey": (*TEXT, ("text", "b", '="B" & 1')), "settings": SETTINGS}, tmp_path / "form.xlsx")
    assert find_faults(path, tmp_path / "survey", wave="2027") == ["survey:3 X009"]


def test_a_language_that_is_none(tmp_path: Path) -> None:
    path = save_form({"survey": TEXT}, tmp_path / "form.xlsx")
    assert find_faults(path, tmp_path / "survey", wave="2027", language="norsk_!") == ["settings X003"]


def test_into_the_folder_one_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a run that was killed left its draft."""
    form = save_form({"survey": TEXT, "settings": SETTINGS}, tmp_path / "form.xlsx")
    (tmp_path / "survey").mkdir()
    (tmp_path / ".survey.part").mkdir()
    monkeypatch.chdir(tmp_path / "survey")
    import_questionnaire(form, Path(), wave="2027")
    assert load_survey(Path()).questions[0].text["en"] == "A"
    assert not list(tmp_path.glob(".import-*"))
    write_questionnaire(load_survey(Path()), tmp_path / "new/form.xlsx", "2027")
    assert [one.name for one in (tmp_path / "new").iterdir()] == ["form.xlsx"]


def test_a_cell_is_measured_as_excel_does(tmp_path: Path) -> None:
    """32 767 units of UTF-16, of which a sign beyond the first plane takes two."""
    account = Account()
    page = Page("survey")
    page.add({"label": "\U0001d11e" * 16_384, "hint": "x" * 32_767})
    check_cells([page], account)
    assert [problem.what for problem in account.problems] == ["32768 characters under `label`, 32767 are the most"]


# -- the commands ------------------------------------------------------------------------------------------------------


def run(*arguments: str | Path) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    add_questionnaire_commands(parser.add_subparsers(required=True))
    options = parser.parse_args([str(one) for one in arguments])
    written = io.StringIO()
    return options.run(options, Console(file=written, width=400), lambda *told: None), written.getvalue()


def test_out_and_in_by_command(tmp_path: Path) -> None:
    form, folder = tmp_path / "form.xlsx", tmp_path / "survey"
    assert run("xlsform", "export", STARTER, form) == (0, f"Wrote {form}\n")
    code, written = run("xlsform", "import", form, folder, "--wave", "2027")
    assert code == 0
    assert written.splitlines() == [
        "settings: X024 a form does not hold the frame and the design",
        "    Write frame.csv and design.yaml, or copy them from the survey that the form was made of.",
        f"Wrote 7 questions to {folder}. 1 thing to look at, also in {folder / ACCOUNT}. Next: praksis check {folder}",
    ]
    assert load_survey(folder).wave_ids == ("2027",)
    with pytest.raises(PraksisError, match="form.xlsx is there already; name another file"):
        run("xlsform", "export", STARTER, form)
    run("xlsform", "export", STARTER, form, "--wave", "2023", "--role", "head-of-library", "--force")
    assert "Wrote 4 questions" in run("xlsform", "import", form, tmp_path / "other")[1]


def test_the_account_is_printed(tmp_path: Path) -> None:
    form = save_form(LIBRARY, tmp_path / "form.xlsx")
    code, written = run("xlsform", "import", form, tmp_path / "survey", "--wave", "2027", "--language", "en")
    assert code == 0
    assert "survey:8: X010 `location` is of the type `geopoint`, and left out\n" in written
    assert "survey:36: X014 `regex(., '[^@]+@[^@]+')` is no limit that Praksis has\n" in written


def test_a_workbook_has_its_name(tmp_path: Path) -> None:
    with pytest.raises(PraksisError, match="let the name end in .xlsx"):
        run("xlsform", "export", STARTER, tmp_path / "form.csv")


def test_the_guide_has_every_code() -> None:
    guide = (Path(__file__).parents[3] / "docs/xlsform.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (X\d{3}) \|", guide, re.MULTILINE) == list(REMEDIES)
