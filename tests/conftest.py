"""What many tests share: the reference survey, its rebuilt microdata and its release, each made once a run."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from filelock import FileLock
from hypothesis import settings

from praksis.define.read import load_survey
from praksis.define.survey import Survey
from praksis.pipeline import build_release, rehearse_survey

pytest_plugins = ("tests.databases",)

# Playwright keeps an event loop in the thread of the browser tests, which Django takes for asynchronous code when
# tests of the store come after them in the same process.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

REFERENCE = Path(__file__).parents[1] / "surveys/it-i-praksis"
DATE = "2026-11-21"

# The same drawn examples in every run, so that a run that fails fails again; PRAKSIS_RANDOM=1 looks for new ones.
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("random", print_blob=True)
settings.load_profile("random" if os.environ.get("PRAKSIS_RANDOM") else "repeatable")

T = TypeVar("T")


def ignore_progress(step: str, detail: str) -> None:
    """Tests do not look at progress unless they are about it."""


@pytest.fixture(scope="session")
def reference() -> Survey:
    return load_survey(REFERENCE)


@pytest.fixture(scope="session")
def make_once(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str, Callable[[Path], object]], Path]:
    """Make a folder once, also where several workers of pytest-xdist need it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def make(name: str, fill: Callable[[Path], object]) -> Path:
        folder = shared / name
        with FileLock(f"{folder}.lock"):
            if not folder.exists():
                draft = shared / f"{name}.draft"
                shutil.rmtree(draft, ignore_errors=True)
                fill(draft)
                draft.rename(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def reference_microdata(make_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """Folder of the reference survey's microdata, rebuilt from its published figures."""
    return make_once(
        "reference-microdata", lambda folder: rehearse_survey(REFERENCE, folder, seed=1, progress=ignore_progress)
    )


@pytest.fixture(scope="session")
def reference_release(make_once: Callable[[str, Callable[[Path], object]], Path], reference_microdata: Path) -> Path:
    """The reference survey's release folder."""
    releases = make_once(
        "reference-releases",
        lambda folder: build_release(REFERENCE, reference_microdata, folder, date=DATE, progress=ignore_progress),
    )
    (release,) = (path for path in releases.iterdir() if path.is_dir())
    return release
