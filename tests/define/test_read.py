"""Reading a folder: what is there, what is not, and what cannot be opened."""

from collections.abc import Callable
from pathlib import Path

import pytest

from praksis.define.organisation import Organisation
from praksis.define.read import Reading, digest_folder, load_survey, read_survey
from praksis.define.survey import Survey
from praksis.errors import ProblemsFound


def test_load_gives_the_survey_or_every_problem(tiny: Path) -> None:
    assert load_survey(tiny).header.id == "tiny"
    (tiny / "design.yaml").unlink()
    (tiny / "scales.yaml").write_text("- 1\n")
    with pytest.raises(ProblemsFound) as caught:
        load_survey(tiny)
    assert {problem.code for problem in caught.value.problems} >= {"Y001", "M003"}


def test_the_digest_is_of_names_and_bytes(tiny: Path) -> None:
    survey = load_survey(tiny)
    sources = survey.frame_definition.sources
    assert survey.digest == digest_folder(tiny, sources)
    # What is built from a survey may stand inside its folder.
    (tiny / "build").mkdir()
    (tiny / "build/content.csv").write_text("not a part of the survey")
    assert digest_folder(tiny, sources) == survey.digest
    for name in ("frame.csv", "published/old.csv", "design.yaml"):
        text = (tiny / name).read_text()
        (tiny / name).write_text(text + "\n")
        assert digest_folder(tiny, sources) != survey.digest
        (tiny / name).write_text(text)
    (tiny / "frame.csv").rename(tiny / "frame2.csv")
    assert digest_folder(tiny, sources) != survey.digest


def test_folders_where_files_should_be(tiny: Path) -> None:
    for name in ("design.yaml", "frame.csv", "published/old.csv"):
        (tiny / name).unlink()
        (tiny / name).mkdir()
    assert {problem.code for problem in read_survey(tiny).problems} == {"Y003", "F008", "P001"}


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (problem,) = read_survey(tmp_path / "nowhere").problems
    assert str(problem).startswith("nowhere: Y004")


def test_optional_files(tiny: Path) -> None:
    (tiny / "figures.yaml").unlink()
    (tiny / "published" / "old.csv").unlink()
    survey = load_survey(tiny)
    assert survey.presentation is None
    assert survey.figures == {}
    assert survey.claims == ()
    assert survey.scale_of("time").id == "choice"
    assert survey.scale_of("place").label("one")["en"] == "One"
    assert survey.items_asked("2023", "lead") == ("place", "shares")


def test_who_chooses_a_step_reads_what_it_takes(tiny: Path) -> None:
    step = load_survey(tiny).scale_of("place").categories[0]
    assert step.help
    assert step.help.root == {"nb": "Trinn én. Lite", "en": "Step one. Little"}


def test_open_items_have_no_scale(tiny: Path) -> None:
    survey = load_survey(tiny)
    assert [item for item in survey.items if survey.is_open(item)] == ["heads", "inside", "outside", "began", "remark"]
    assert survey.items_on_scales("2024", "lead") == ("place", "shares", "asks", "time", "money")
    with pytest.raises(KeyError):
        survey.scale_of("heads")


def test_what_decides_a_question_is_found_through_open_items(read_edited: Callable[..., Reading]) -> None:
    edits = [("questions.yaml", "  date: {e", "  show_if: answered(inside) and sector = state\n  date: {e")]
    edits += [("questions.yaml", "  show_if: answered(heads)", "  show_if: answered(heads) or shares = large")]
    edits += [("questions.yaml", "  number: {", "  show_if: place = one\n  number: {")]
    survey = read_edited(*edits).survey
    assert survey
    deciders = {question.id: survey.find_deciders(question) for question in survey.questions}
    assert deciders == {
        "where": (), "habits": (), "stops": ("place", "sector"), "staff": ("place",), "parts": ("place", "shares"),
        "start": ("place", "shares", "sector"), "words": (),
    }  # fmt: skip


def test_the_language_an_organisation_is_written_to_in(read_edited: Callable[..., Reading]) -> None:
    form = "written_form: {variable: sector, languages: {local: en}}\nbreakdowns:"
    survey = read_edited(("frame.yaml", "breakdowns:", form)).survey
    assert survey
    assert [survey.language_of(one) for one in survey.frame.organisations] == ["nb", "nb", "en", "en"]
    assert {load_default(one, survey) for one in survey.frame.organisations} == {"nb"}


def load_default(organisation: Organisation, survey: Survey) -> str:
    """Without `written_form` it is the survey's first language."""
    plain = survey.frame_definition.model_copy(update={"written_form": None})
    return survey.model_copy(update={"frame_definition": plain}).language_of(organisation)
