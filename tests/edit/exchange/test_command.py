"""`praksis answers` as it is called."""

import argparse
import io
from pathlib import Path

import pytest
from rich.console import Console

from praksis.command.answers import add_answers_commands
from praksis.define.survey import Survey
from praksis.edit.microdata import read_microdata
from praksis.errors import PraksisError, ProblemsFound
from praksis.pipeline import rehearse_questionnaire
from tests.edit.exchange.conftest import FILES

EVERY_KIND = Path(__file__).parents[2] / "collect/every-kind"


def run(*arguments: str | Path) -> str:
    """What a call prints; it must say that all went well."""
    parser = argparse.ArgumentParser()
    add_answers_commands(parser)
    options = parser.parse_args([str(argument) for argument in arguments])
    said = io.StringIO()
    assert options.run(options, Console(file=said, width=80, highlight=False), lambda step, detail: None) == 0
    return said.getvalue()


@pytest.fixture
def microdata(tmp_path: Path) -> Path:
    rehearse_questionnaire(
        EVERY_KIND, tmp_path / "microdata", seed=4, response_rate=0.9, progress=lambda step, detail: None
    )
    return tmp_path / "microdata"


def test_out_and_in_again(every_kind: Survey, microdata: Path, tmp_path: Path) -> None:
    path = tmp_path / "svar.xlsx"
    said = run("export", EVERY_KIND, path, "--microdata", microdata, "--language", "en", "--labels")
    assert "responses to" in said
    assert "not for publishing" not in said
    said = run("import", EVERY_KIND, path, "--wave", "2026", "--to", tmp_path / "again")
    assert "# every-kind 2026: what was imported" in said
    before, after = (read_microdata(every_kind, "2026", folder) for folder in (microdata, tmp_path / "again"))
    assert (before.organisations, before.open_answers) == (after.organisations, after.open_answers)
    assert after.synthetic
    with pytest.raises(PraksisError, match="the survey has no wave 2019"):
        run("export", EVERY_KIND, path, "--wave", "2019", "--microdata", microdata, "--force")


def test_nothing_is_overwritten_unasked(microdata: Path, tmp_path: Path) -> None:
    path, codebook = tmp_path / "[ut].csv", tmp_path / "[ut].codebook.csv"
    codebook.write_text("mine", encoding="utf-8")
    with pytest.raises(PraksisError, match="codebook.csv is there already; name another file"):
        run("export", EVERY_KIND, path, "--microdata", microdata)
    assert (codebook.read_text(encoding="utf-8"), path.exists()) == ("mine", False)
    said = run("export", EVERY_KIND, path, "--microdata", microdata, "--force")
    assert str(path) in said
    assert codebook.read_text(encoding="utf-8") != "mine"
    with pytest.raises(PraksisError, match="is a folder"):
        run("export", EVERY_KIND, tmp_path, "--microdata", microdata, "--force")


def test_a_map_and_then_the_import(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match="V005"):
        run("import", EVERY_KIND, FILES / "old-wave.sav", "--wave", "2025", "--to", tmp_path)
    draft = run("map", EVERY_KIND, FILES / "old-wave.sav", "--wave", "2025")
    draft = draft.replace("    item:\n    # leave_out: ", "    leave_out: no").replace('"8":', '"8": not-applicable')
    (tmp_path / "map.yaml").write_text(
        draft + "drop: [{column: STATUS, values: [Noen svar], reason: unfinished}]\n", encoding="utf-8"
    )
    said = run(
        "import", EVERY_KIND, FILES / "old-wave.sav", "--wave", "2025", "--to", tmp_path / "data",
        "--map", tmp_path / "map.yaml",
    )  # fmt: skip
    assert "| map: unfinished | 1 | row 6 |" in said
    assert said.startswith((tmp_path / "data/2025.import.md").read_text(encoding="utf-8"))
    said = run("export", EVERY_KIND, tmp_path / "ut.sav", "--wave", "2025", "--microdata", tmp_path / "data")
    assert "These are single responses: not for publishing." in said
