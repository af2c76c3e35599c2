"""Out as an XLSForm and in again: nothing is lost, and everyone else's tools take the form."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from pyxform.xls2xform import convert

from praksis.define.freeze import freeze_questionnaire, name_changes
from praksis.define.question import STAIRCASE, Question, Scale
from praksis.define.read import load_survey
from praksis.define.survey import Role, Survey
from praksis.define.xlsform.account import Account
from praksis.define.xlsform.folder import import_questionnaire
from praksis.define.xlsform.sheet import read_form
from praksis.define.xlsform.writer import NotAsked, write_questionnaire
from tests.define.xlsform.drawn import WAVE, surveys

ROOT = Path(__file__).parents[3]
EVERY_KIND = ROOT / "tests/collect/every-kind"
SURVEYS = {
    "every-kind": EVERY_KIND,
    "it-i-praksis": ROOT / "surveys/it-i-praksis",
    "starter": ROOT / "src/praksis/define/starter",
    "tiny": ROOT / "tests/define/tiny",
}
WAVES = [
    ("every-kind", "2025"), ("every-kind", "2026"), ("starter", "2023"), ("starter", "2024"), ("tiny", "2023"),
    ("tiny", "2024"), *(("it-i-praksis", str(year)) for year in range(2018, 2024)),
]  # fmt: skip
JAVA = shutil.which("java") is not None
"""ODK Validate comes with pyxform and needs Java: it builds the form as ODK Collect does, and finds cycles."""


@pytest.fixture(scope="module")
def loaded() -> dict[str, Survey]:
    return {name: load_survey(folder) for name, folder in SURVEYS.items()}


def ask(survey: Survey, wave: str, role: str | None = None) -> tuple[Question, ...]:
    """The questions of a wave as a survey of that wave alone would have them."""
    asked = []
    for question in survey.questions:
        if wave in question.waves and role in (None, question.role):
            items = [
                item.model_copy(update={"waves": ()}) for item in question.items if wave in question.waves_of(item)
            ]
            asked.append(question.model_copy(update={"waves": (wave,), "items": tuple(items)}))
    return tuple(asked)


def list_scales(survey: Survey, questions: tuple[Question, ...]) -> dict[str, Scale]:
    used = {item.id for question in questions for item in question.items if not survey.is_open(item.id)}
    return {survey.scale_of(item).id: survey.scale_of(item) for item in used}


def list_roles(survey: Survey, questions: tuple[Question, ...], wave: str) -> list[Role]:
    asked = {question.role for question in questions}
    return [one.model_copy(update={"waves": (wave,)}) for one in survey.header.roles if one.id in asked]


def check_same(survey: Survey, wave: str, again: Survey, role: str | None = None) -> None:
    questions = ask(survey, wave, role)
    assert again.questions == questions
    assert list_scales(again, again.questions) == list_scales(survey, questions)
    assert again.header.roles == tuple(list_roles(survey, questions, wave))
    assert again.header.languages == survey.header.languages
    assert (again.header.id, again.header.title, again.header.owner) == (
        survey.header.id, survey.header.title, survey.header.owner,
    )  # fmt: skip
    assert again.header.about == survey.header.about
    assert [one for one in again.header.waves if one.id != wave] == []
    if any(question.scale == STAIRCASE for question in questions):
        assert survey.staircase
        assert again.staircase
        items = [item.id for question in questions for item in question.items]
        placed = tuple(item for item in survey.staircase.placed_by if item in items)
        assert again.staircase.steps == survey.staircase.steps
        assert again.staircase.placed_by == placed


@pytest.mark.parametrize(("name", "wave"), WAVES)
def test_every_wave_of_our_surveys_comes_back_whole(
    name: str, wave: str, loaded: dict[str, Survey], tmp_path: Path
) -> None:
    survey = loaded[name]
    path = write_questionnaire(survey, tmp_path / "form.xlsx", wave)
    taken = import_questionnaire(path, tmp_path / "again")
    again = load_survey(taken.folder)
    before, after = freeze_questionnaire(survey, wave), freeze_questionnaire(again, wave)
    assert name_changes(before, after) == ()
    assert before == after
    check_same(survey, wave, again)
    # A form holds the questionnaire; that it holds neither frame nor design is all there is to tell.
    assert [problem.what for problem in taken.account] == ["a form does not hold the frame and the design"]


@pytest.mark.parametrize(("name", "wave"), WAVES)
def test_others_take_our_forms(name: str, wave: str, loaded: dict[str, Survey], tmp_path: Path) -> None:
    path = write_questionnaire(loaded[name], tmp_path / "form.xlsx", wave)
    converted = convert(xlsform=path, validate=JAVA)
    assert converted.warnings == []
    sections = [question.section for question in ask(loaded[name], wave) if question.section]
    for text in (text for section in sections for text in section.root.values()):
        assert f"<value>{text}</value>" in converted.xform


@pytest.mark.parametrize(("name", "wave", "role"), [
    ("starter", "2024", "teacher"), ("starter", "2024", "head-of-library"), ("it-i-praksis", "2019", "head-of-it"),
    ("it-i-praksis", "2019", "director-of-education"),
])  # fmt: skip
def test_one_role_alone(name: str, wave: str, role: str, loaded: dict[str, Survey], tmp_path: Path) -> None:
    path = write_questionnaire(loaded[name], tmp_path / "form.xlsx", wave, role)
    assert convert(xlsform=path, validate=JAVA).warnings == []
    again = load_survey(import_questionnaire(path, tmp_path / "again").folder)
    check_same(loaded[name], wave, again, role)


def test_another_wave_may_be_given(loaded: dict[str, Survey], tmp_path: Path) -> None:
    path = write_questionnaire(loaded["starter"], tmp_path / "form.xlsx", "2024")
    again = load_survey(import_questionnaire(path, tmp_path / "again", wave="2027").folder)
    assert again.wave_ids == ("2027",)
    assert {wave for question in again.questions for wave in question.waves} == {"2027"}
    # What was noted about the wave is not said of another.
    assert again.header.waves[0].note is None


def test_a_wave_or_a_role_that_asks_nothing(loaded: dict[str, Survey], tmp_path: Path) -> None:
    for wave, role in (("2031", None), ("2024", "nobody"), ("2023", "teacher")):
        with pytest.raises(NotAsked, match="has no questions"):
            write_questionnaire(loaded["starter"], tmp_path / "form.xlsx", wave, role)
    assert list(tmp_path.iterdir()) == []


BASE = load_survey(EVERY_KIND)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(surveys(BASE))
def test_any_questionnaire_comes_back_whole(survey: Survey) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write_questionnaire(survey, Path(folder) / "form.xlsx", WAVE)
        taken = import_questionnaire(path, Path(folder) / "again")
        again = load_survey(taken.folder)
        assert [problem.code for problem in taken.account] == ["X024"]
        check_same(survey, WAVE, again)
        assert freeze_questionnaire(survey, WAVE) == freeze_questionnaire(again, WAVE)
        assert convert(xlsform=path, validate=False).xform


def test_the_form_can_be_read_as_it_was_written(loaded: dict[str, Survey], tmp_path: Path) -> None:
    """A text that begins like a formula is a text, and the file is there whole or not at all."""
    text = loaded["tiny"].questions[0].text.map(lambda words: f"=HYPERLINK(1) {words}")
    question = loaded["tiny"].questions[0].model_copy(update={"text": text})
    fields = {name: getattr(loaded["tiny"], name) for name in Survey.model_fields} | {"questions": (question,)}
    path = write_questionnaire(Survey(**fields), tmp_path / "form.xlsx", "2024")
    form = read_form(path, Account())
    assert any(row.local("label", "nb").get("nb") == text["nb"] for row in form.survey.rows)
    assert [one.name for one in tmp_path.iterdir()] == ["form.xlsx"]
