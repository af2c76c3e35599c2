"""An open wave of the survey with every kind of question, in both databases."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from praksis.define.read import load_survey
from praksis.define.survey import Survey
from praksis.web.settings import configure_answering
from tests.databases import SECRET

EVERY_KIND = Path(__file__).parents[2] / "collect/every-kind"
NOON = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
WAVE = "2026"


@pytest.fixture(scope="session")
def survey() -> Survey:
    return load_survey(EVERY_KIND)


@pytest.fixture
def open_in(survey: Survey) -> Callable[[str], str]:
    """Open the wave in a database; returns the wave's name."""

    def open_it(database: str) -> str:
        configure_answering(database, SECRET, {survey.header.id: survey}, secure=False)
        from praksis.web.store.collection import open_wave

        open_wave(survey, WAVE, SECRET, NOON)
        return WAVE

    return open_it


@pytest.fixture
def wave(database: str, open_in: Callable[[str], str]) -> str:
    """The name of an open wave, in both databases."""
    return open_in(database)
