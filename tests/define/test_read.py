"""Reading a folder: what is there, what is not, and what cannot be opened."""

from pathlib import Path

import pytest

from praksis.define.read import digest_folder, load_survey, read_survey
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
