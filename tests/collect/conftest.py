"""The survey with every kind of question, and one municipality's way through it."""

import datetime
import shutil
from pathlib import Path

import pytest

from praksis.collect.journey import Journey
from praksis.collect.response import Person
from praksis.define.read import load_survey
from praksis.define.survey import Survey

EVERY_KIND = Path(__file__).parent / "every-kind"
ROLE = "head-of-it"
WAVE = "2026"
NOON = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
KARI = Person("kari", "kari@bakkebygd.example", "Kari", coordinator=True)
OLA = Person("ola", "ola@bakkebygd.example", "Ola")


@pytest.fixture(scope="session")
def survey() -> Survey:
    return load_survey(EVERY_KIND)


def change_survey(folder: Path, old: str, new: str) -> Survey:
    """The survey with something else in its questions."""
    shutil.copytree(EVERY_KIND, folder / "changed")
    path = folder / "changed/questions.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return load_survey(folder / "changed")


def make_journey(survey: Survey, key: str = "100000040", wave: str = WAVE) -> Journey:
    organisation = next(one for one in survey.frame.of_wave(wave) if one.key == key)
    return Journey(survey, wave, ROLE, organisation)


@pytest.fixture(scope="session")
def journey(survey: Survey) -> Journey:
    """A municipality's in 2026."""
    return make_journey(survey)
