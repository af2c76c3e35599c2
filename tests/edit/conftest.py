"""The survey with every kind of question, and a way to change one cell of a file."""

from pathlib import Path

import pytest

from praksis.define.read import load_survey
from praksis.define.survey import Survey

EVERY_KIND = Path(__file__).parents[1] / "collect" / "every-kind"


@pytest.fixture(scope="session")
def every_kind() -> Survey:
    return load_survey(EVERY_KIND)
