"""Everything that is published hangs on the answers: change one, and figure, sentence and verdict change."""

import csv
import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from praksis.cli import main
from praksis.define.survey import Survey
from praksis.edit.microdata import read_microdata, write_microdata
from praksis.pipeline import build_release
from praksis.publish.release import check_release

REFERENCE = Path(__file__).parents[2] / "surveys/it-i-praksis"
DATE = "2026-11-21"
ITEM, CLAIM = "develops-coherent-services", "A01"


@pytest.fixture(scope="module")
def changed_microdata(reference: Survey, reference_microdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference microdata with one state body's 'agree' of 2023 turned into 'disagree'."""
    folder = tmp_path_factory.mktemp("changed") / "microdata"
    shutil.copytree(reference_microdata, folder)
    microdata = read_microdata(reference, "2023", folder)
    states = {body.key for body in reference.frame.of_wave("2023", "sector=state")}
    codes = microdata.answers[ITEM].copy()
    row = next(
        row
        for row, key in enumerate(microdata.organisations)
        if key in states and microdata.roles[row] == "head-of-it" and codes[row] == 4
    )
    codes[row] = 2
    assert int(np.sum(codes != microdata.answers[ITEM])) == 1
    write_microdata(dataclasses.replace(microdata, answers={**microdata.answers, ITEM: codes}), reference, folder)
    return folder


@pytest.fixture(scope="module")
def changed_release(changed_microdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("changed-releases")
    return build_release(REFERENCE, changed_microdata, folder, date=DATE, progress=lambda step, detail: None).release


def test_the_figure_changes(reference_release: Path, changed_release: Path) -> None:
    before, after = (
        check_release(release).text["nb"].figures["developing-now"] for release in (reference_release, changed_release)
    )
    assert before.wide != after.wide
    assert before.narrow != after.narrow
    cell = "developing-now.develops-coherent-services.agree.sector-state.2023"
    texts = [
        next(one.text for table in figure.tables for row in table.rows for one in row.cells if one.id == cell)
        for figure in (before, after)
    ]
    assert texts == ["54\u00a0%", "53\u00a0%"]


def test_the_sentence_changes(reference_release: Path, changed_release: Path) -> None:
    for language, before, after in (("nb", "54 prosent", "53 prosent"), ("en", "54 percent", "53 percent")):
        sentences = [
            check_release(release).text[language].figures["developing-now"].bullets[0].plain
            for release in (reference_release, changed_release)
        ]
        assert before in sentences[0]
        assert sentences[1] == sentences[0].replace(before, after)


def test_the_verdict_changes(
    reference_microdata: Path, changed_microdata: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "verdicts.csv"
    arguments = ["confront", str(REFERENCE), "--file", str(file), "--microdata"]
    assert main([*arguments, str(reference_microdata)]) == 0
    assert main([*arguments, str(changed_microdata)]) == 1
    with file.open(encoding="utf-8", newline="") as opened:
        verdicts = {row["id"]: row for row in csv.DictReader(opened)}
    assert verdicts[CLAIM]["verdict"] == "not met"
    assert "1 of" in verdicts[CLAIM]["reason"]
    assert "not met" in capsys.readouterr().out


def test_the_checksums_change(reference_release: Path, changed_release: Path) -> None:
    before, after = (
        json.loads((release / "manifest.json").read_text(encoding="utf-8"))
        for release in (reference_release, changed_release)
    )
    changed = {path for path, known in before["files"].items() if after["files"][path] != known}
    assert "figures/developing-now.nb.csv" in changed
    assert "figures/staircase-by-sector.nb.csv" not in changed
    assert before["release"] != after["release"]
    waves = {
        wave
        for wave, known in before["made-from"]["microdata"].items()
        if after["made-from"]["microdata"][wave] != known
    }
    assert waves == {"2023"}


def test_a_text_that_would_be_untrue_stops_the_build(
    reference: Survey, reference_microdata: Path, tmp_path: Path
) -> None:
    """All state bodies disagree in 2023: the hand-written 'more than in 2021' must not be published."""
    folder = tmp_path / "microdata"
    shutil.copytree(reference_microdata, folder)
    microdata = read_microdata(reference, "2023", folder)
    codes = np.where(microdata.answers[ITEM] >= 1, 2, microdata.answers[ITEM]).astype(np.int16)
    write_microdata(dataclasses.replace(microdata, answers={**microdata.answers, ITEM: codes}), reference, folder)
    arguments = [str(REFERENCE), "--microdata", str(folder), "--releases", str(tmp_path / "releases")]
    assert main(["build", *arguments]) == 1
    assert not (tmp_path / "releases").exists()
