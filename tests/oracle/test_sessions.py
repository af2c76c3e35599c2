"""What the oracle rests on: the R that a docstring quotes is the R that ran, and every value is compared."""

from collections.abc import Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).parent
MODULES = sorted(path for path in FOLDER.glob("test_*.py") if path.with_name(f"{path.stem[5:]}.csv").exists())


def load_module(path: Path) -> ModuleType:
    specification = spec_from_file_location(f"oracle_{path.stem}", path)
    assert specification is not None
    assert specification.loader is not None
    module = module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_the_docstring_quotes_the_session(path: Path) -> None:
    session = "".join(path.with_name(name).read_text(encoding="utf-8") for name in ("session.R", f"{path.stem[5:]}.R"))
    quoted = [line.strip() for line in str(load_module(path).__doc__).splitlines() if line.startswith("    ")]
    assert len(quoted) >= 5
    lines = {line.strip() for line in session.splitlines()}
    assert [line for line in quoted if line not in lines] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_case_is_compared(path: Path, topics: Mapping[str, Any]) -> None:
    """Praksis estimates what R did, no case more or less."""
    assert set(load_module(path).CASES) == {expected.case for expected in topics[path.stem[5:]]}


def test_there_are_enough_values(topics: Mapping[str, Any]) -> None:
    """Each value and each standard error is one; degrees of freedom that rows of a case share count once."""
    counted = {
        (topic, one.case, one.statistic, one.value if one.statistic == "df" else one.row)
        for topic, values in topics.items()
        for one in values
    }
    assert len(counted) >= 400
    assert len({(topic, one.case) for topic, values in topics.items() for one in values}) >= 200
