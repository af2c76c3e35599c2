"""A survey to make wrong: every test changes a copy of `tiny/`, so a test shows only what differs."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from praksis.define.read import Reading, read_survey

TINY = Path(__file__).parent / "tiny"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A copy of the tiny survey."""
    folder = tmp_path / "survey"
    shutil.copytree(TINY, folder)
    return folder


Edit = tuple[str, str, str]


@pytest.fixture
def read_edited(tiny: Path) -> Callable[..., Reading]:
    """Reads the tiny survey after edits: (file, text that stands there, text to put in its place)."""

    def read(*edits: Edit) -> Reading:
        for file, old, new in edits:
            path = tiny / file
            text = path.read_text(encoding="utf-8")
            assert old in text, f"{old!r} does not stand in {file}"
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return read_survey(tiny)

    return read
