"""A new list of organisations, written into the survey's folder while its staff pages are served."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock

from praksis.define.read import load_survey
from praksis.define.survey import Survey
from praksis.edit.frame.load import Load, NewFile, load_frame, write_frame
from praksis.errors import PraksisError, ProblemsFound
from praksis.web.fieldwork.acts import Worker
from praksis.web.settings import renew_survey
from praksis.web.store.work import together

_ONE_AT_A_TIME = Lock()
"""What a list changes is seen against the file as it is, which nobody may write meanwhile. Staff pages are one process;
a command beside them would not wait."""


def replace_frame(worker: Worker, folder: Path, new: NewFile, source: str) -> Load:
    """Write a new list as `praksis frame load --write` does, note it, and let this process see the survey as it is now.

    All of it is done or nothing: a survey that does not load with its new frame gets its old one back. Who is killed
    right between has written it without a note. Where the frame says all this already, nothing is written or noted.
    Raises as `load_frame`, and ProblemsFound with what is wrong in the list or would be in the survey.
    """
    with _ONE_AT_A_TIME:
        load = load_frame(folder, new, worker.wave, source)
        if load.blocking:
            raise ProblemsFound(load.blocking)
        if load.is_there:
            renew_survey(_load_same(worker, folder))
            return load
        with _put_back(load):
            write_frame(load)
            survey = _load_same(worker, folder)
            with together():
                worker.note("load-frame", details=_count(load))
        renew_survey(survey)
    return load


def _load_same(worker: Worker, folder: Path) -> Survey:
    survey = load_survey(folder)
    if survey.header.id != worker.survey.header.id:
        raise PraksisError(f"{folder} has another survey now, {survey.header.id}; start these pages again")
    return survey


@contextmanager
def _put_back(load: Load) -> Iterator[None]:
    """Put the file back as it was, byte by byte, if it comes to nothing."""
    before = load.target.read_bytes().decode() if load.target.exists() else None
    try:
        yield
    except BaseException:
        if before is None:
            load.target.unlink(missing_ok=True)
        else:
            write_frame(replace(load, text=before))
        raise


def _count(load: Load) -> dict[str, str]:
    """What the audit says of it: the file, how much it changed, and which bytes it has now."""
    comparison = load.comparison
    counts = {"new": len(comparison.new), "gone": len(comparison.gone), "same": comparison.same}
    counts |= {"changed": comparison.changed, "moved": comparison.moved}
    digest = hashlib.sha256(load.text.encode()).hexdigest()
    return {"file": load.file, **{name: str(count) for name, count in counts.items()}, "sha256": digest}
