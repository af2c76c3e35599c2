"""The release: same bytes twice, never changed, and every format says that the data are synthetic."""

import csv
import html
import json
import re
import shutil
from pathlib import Path

import pytest

from praksis.define.survey import Survey
from praksis.estimate.cube import Cell, Cube, Estimate, Status
from praksis.pipeline import build_release
from praksis.publish.csvw import write_csv
from praksis.publish.jsonstat import CONTENTS, write_jsonstat
from praksis.publish.release import DamagedRelease, check_release
from praksis.tell.plan import FigurePlan
from praksis.tell.words import read_words

REFERENCE = Path(__file__).parents[2] / "surveys/it-i-praksis"
DATE = "2026-11-21"


def list_bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_built_twice_it_has_the_same_bytes(reference_release: Path, reference_microdata: Path, tmp_path: Path) -> None:
    again = build_release(REFERENCE, reference_microdata, tmp_path, date=DATE, progress=lambda step, detail: None)
    assert again.release.name == reference_release.name
    assert list_bytes(again.release) == list_bytes(reference_release)


def test_building_again_in_the_same_place_changes_nothing(reference_microdata: Path, tmp_path: Path) -> None:
    def build() -> Path:
        return build_release(
            REFERENCE, reference_microdata, tmp_path, date=DATE, progress=lambda step, detail: None
        ).release

    first = build()
    times = {path: path.stat().st_mtime_ns for path in first.rglob("*")}
    assert build() == first
    assert {path: path.stat().st_mtime_ns for path in first.rglob("*")} == times


@pytest.mark.parametrize("damage", ["changed", "removed", "added"])
def test_a_damaged_release_is_refused(damage: str, reference_release: Path, tmp_path: Path) -> None:
    folder = tmp_path / reference_release.name
    shutil.copytree(reference_release, folder)
    victim = folder / "figures/routines.en.csv"
    victim.chmod(0o644)
    if damage == "changed":
        victim.write_bytes(victim.read_bytes().replace(b"share", b"shape", 1))
    elif damage == "removed":
        victim.unlink()
    else:
        victim = folder / "stranger.txt"
        victim.write_text("x", encoding="utf-8")
    with pytest.raises(DamagedRelease, match=victim.name):
        check_release(folder)


def test_every_file_says_that_it_is_synthetic(reference_release: Path) -> None:
    content = check_release(reference_release)
    assert content.synthetic
    assert json.loads((reference_release / "manifest.json").read_bytes())["synthetic"] is True
    files = sorted((reference_release / "figures").iterdir())
    assert {path.suffix for path in files} == {".csv", ".json", ".svg"}
    for path in files:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".csv":
            rows = list(csv.DictReader(text.splitlines()))
            assert rows
            assert {row["synthetic"] for row in rows} == {"true"}
        else:
            assert any(word in text for word in ("Syntetiske data", "Synthetic data")), path.name


def test_a_picture_that_stands_alone_says_what_it_needs(reference_release: Path) -> None:
    """Title, key to the whiskers, source and notes stand in the drawing, and on the page the key is the same."""
    picture = (reference_release / "figures/staircase-by-sector.en.svg").read_text(encoding="utf-8")
    figure = check_release(reference_release).text["en"].figures["staircase-by-sector"]
    assert figure.key.startswith("The line at the end of a bar shows the 95 percent interval")
    drawn = html.unescape(" ".join(re.findall(r">([^<>]+)</text>", picture)))
    for text in (figure.title, figure.key, figure.source, *figure.notes):
        assert text in drawn


def test_jsonstat_is_dense_and_carries_the_uncertainty(reference_release: Path) -> None:
    tree = json.loads((reference_release / "figures/developing-now.en.json").read_bytes())
    size = 1
    for number in tree["size"]:
        size *= number
    assert isinstance(tree["value"], list)
    assert len(tree["value"]) == size
    assert [len(tree["dimension"][name]["category"]["index"]) for name in tree["id"]] == tree["size"]
    place = 0
    for name, category in zip(
        tree["id"], ["develops-coherent-services", "agree", "sector=state", "2023", "share"], strict=True
    ):
        index = tree["dimension"][name]["category"]["index"]
        place = place * len(index) + index[category]
    share, lower, upper, se, respondents = tree["value"][place : place + len(CONTENTS)]
    assert round(share) == 54
    assert lower < share < upper
    assert 0 < se < 10
    assert respondents == 89


def test_hidden_cells_have_no_number_and_cost_everyone_the_decimals(reference: Survey) -> None:
    plan = FigurePlan(reference, reference.figures["developing-now"])
    cells = {cell: Estimate(Status.SHOWN, 33.33, 2.0, 29.3, 37.4, 80, 131) for cell in plan.list_shares()}
    shown = Cube(dict(cells), {}, synthetic=False)
    hidden_cell = Cell("develops-coherent-services", "agree", "sector=state", "2023")
    hidden = Cube({**cells, hidden_cell: Estimate(Status.CONFIDENTIAL)}, {}, synthetic=False)
    assert (shown.hides_anything, hidden.hides_anything) == (False, True)
    words = read_words("en")
    rows = list(csv.DictReader(write_csv(plan, hidden, words, whole=hidden.hides_anything).splitlines()))
    signs = [row for row in rows if row["sign"]]
    assert [(row["group"], row["value"], row["respondents"], row["sign"]) for row in signs] == [
        ("sector=state", "", "", ":")
    ]
    assert {row["value"] for row in rows if not row["sign"]} == {"33"}
    tree = write_jsonstat(plan, hidden, words, updated=DATE, whole=True)
    assert sorted(set(map(str, tree["status"].values()))) == [":"]  # type: ignore[attr-defined]
    rows = list(csv.DictReader(write_csv(plan, shown, words, whole=shown.hides_anything).splitlines()))
    assert {row["value"] for row in rows} == {"33.3"}
