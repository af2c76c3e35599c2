"""One tiny invalid survey per code: the message, its place, and that nothing else is reported.

A folder under `invalid/` holds only the files that differ from `tiny/`, `absent.txt` with the files to
leave out, and `expected.txt` with every line that `praksis check` gives (without the remedies).
"""

import shutil
import string
from pathlib import Path

import pytest

from praksis.define.codes import CODES, GROUPS
from praksis.define.read import read_survey

INVALID = Path(__file__).parent / "invalid"
NOTES = ("absent.txt", "expected.txt")


def test_the_tiny_survey_itself_is_valid(tiny: Path) -> None:
    reading = read_survey(tiny)
    assert reading.problems == ()
    assert reading.survey is not None


def test_every_code_has_its_survey() -> None:
    assert sorted(path.name for path in INVALID.iterdir()) == sorted(CODES)


def test_every_code_has_a_group_a_meaning_and_a_remedy() -> None:
    for name, code in CODES.items():
        assert name[0] in GROUPS
        assert code.meaning
        assert code.remedy
        assert not code.meaning.endswith("."), name
        assert [field for _, field, _, _ in string.Formatter().parse(code.remedy) if field == ""] == [], name


@pytest.mark.parametrize("code", sorted(CODES))
def test_invalid_survey(code: str, tiny: Path) -> None:
    overlay = INVALID / code
    for path in overlay.rglob("*"):
        if path.is_file() and path.name not in NOTES:
            shutil.copy(path, tiny / path.relative_to(overlay))
    if (overlay / "absent.txt").exists():
        for name in (overlay / "absent.txt").read_text().split():
            (tiny / name).unlink()
    reading = read_survey(tiny)
    found = [str(problem).splitlines()[0] for problem in reading.problems]
    assert found == (overlay / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert {problem.code for problem in reading.problems} == {code}
    assert all(problem.remedy for problem in reading.problems)
    assert reading.survey is None
