"""Surveys to load new lists into: a tiny one, and one with the municipalities of two real years."""

import csv
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from praksis.define.frame_numbers import find_day
from praksis.define.register.municipality import find_municipality, load_municipal_successions, load_municipalities
from praksis.define.successor import follow_successors

TINY = Path(__file__).parents[2] / "define/tiny"
HEADING = ("municipality_number", "name", "organisation_number", "inhabitants")
SOURCE = """\
  - file: municipalities-{wave}.csv
    waves: ["{wave}"]
    key: organisation_number
    reference: municipality_number
    name: name
    set: {{sector: local}}
    columns: {{staff: inhabitants}}
    municipality: {{number: municipality_number}}
"""


def make_key(number: str) -> str:
    """An organisation number made of a municipality number, with its check digit: no register knows it."""
    body = f"1{number}{number[-3:]}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, (3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
    return f"{body}{0 if rest == 0 else 11 - rest}" if rest != 1 else make_key(f"{int(number) + 1:04}")


def list_municipalities(wave: str) -> list[tuple[str, str, str, str]]:
    """The municipalities of a year, with the organisation numbers of 2024 where only another number changed."""
    day, today = find_day(wave), find_day("2024")
    assert day
    assert today
    old = sorted(number for number in load_municipalities() if find_municipality(number, day))
    heirs = {number: follow_successors(number, today, load_municipal_successions()) for number in old}
    times = Counter(heir for those in heirs.values() for heir in those)
    rows = []
    for number in old:
        municipality, heir = find_municipality(number, day), find_municipality(heirs[number][0], today)
        assert municipality
        assert heir
        same = len(heirs[number]) == 1 and times[heir.number] == 1
        rows.append((number, municipality.name, (heir.organisation_number if same else "") or make_key(number), "9000"))
    return rows


@pytest.fixture
def list_year() -> Callable[[str], list[tuple[str, str, str, str]]]:
    """Lists the municipalities of a year as rows of a frame file."""
    return list_municipalities


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A copy of the tiny survey: one file for both waves."""
    folder = tmp_path / "survey"
    shutil.copytree(TINY, folder)
    return folder


@pytest.fixture
def municipalities(tiny: Path) -> Path:
    """The tiny survey with the 356 municipalities of 2023 in a file of that wave, and a file to come for 2024."""
    text = (tiny / "frame.yaml").read_text(encoding="utf-8")
    begin, end = text.index("  - file:"), text.index("breakdowns:")
    sources = SOURCE.format(wave="2023") + SOURCE.format(wave="2024")
    (tiny / "frame.yaml").write_text(text[:begin] + sources + text[end:], encoding="utf-8")
    (tiny / "frame.csv").unlink()
    with (tiny / "municipalities-2023.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADING, *list_municipalities("2023")])
    return tiny
