"""`praksis new`: a whole survey without problems, and never over something that is there."""

from pathlib import Path

import pytest

from praksis.define.read import KINDS, read_survey
from praksis.define.starter import FolderInUse, write_starter


def test_the_starter_survey_has_no_problems(tmp_path: Path) -> None:
    write_starter(tmp_path / "new" / "survey")
    reading = read_survey(tmp_path / "new" / "survey")
    assert [str(problem) for problem in reading.problems] == []
    survey = reading.survey
    assert survey
    assert survey.wave_ids == ("2023", "2024")
    assert survey.header.languages == ("nb", "en")
    assert len(survey.frame.organisations) == 30
    assert all("oppdiktet" in organisation.name for organisation in survey.frame.organisations)
    assert survey.staircase
    assert len(survey.staircase.steps) == 3
    assert len(survey.figures) == 3


def test_it_shows_every_file(tmp_path: Path) -> None:
    write_starter(tmp_path)
    assert {path.name for path in tmp_path.glob("*.yaml")} == set(KINDS)


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    write_starter(tmp_path)
    assert (tmp_path / "survey.yaml").is_file()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "survey.yaml").write_text("mine")
    with pytest.raises(FolderInUse, match="is not empty"):
        write_starter(tmp_path)
    with pytest.raises(FolderInUse, match="is a file"):
        write_starter(tmp_path / "survey.yaml")
    assert [path.name for path in tmp_path.iterdir()] == ["survey.yaml"]
    assert (tmp_path / "survey.yaml").read_text() == "mine"
