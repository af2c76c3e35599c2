"""Closing a wave: nobody answers any more, and its answers are frozen as files that the pipeline takes.

What is done, in this order:

1. What stands in the way is looked for. If anything does, nothing is done.
2. The wave ends: nobody can answer from now on, those with a longer time neither. One transaction.
3. If 2 changed anything, what stands in the way is looked for again, with what came in at the last moment.
4. The files are written into a folder beside, read back as the pipeline reads them, and put in their places one by one:
   questionnaire, codebook, corrections, and last the microdata. Each is on the disk before the next step.
5. The closing is stored with the checksums, and letters that wait are taken out of the outbox. One transaction, which
   refuses if an answer or a correction has come in since 1.

Killed anywhere, it is done again by the same command: until 5 no closing is stored, so a reason is asked for only if
there was one before; the files depend on what is stored alone, so they are written again as they were. A wave killed
between 2 and 5 takes no answers and is not closed: `check_closing` says the one, and no closing the other. Where it
was closed anew and killed in 4, files are not those of the last closing, which `check_closing` says by name.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.timezone import localtime

from praksis.collect.casework import find_stops
from praksis.define.freeze import freeze_questionnaire
from praksis.edit.codebook import write_codebook
from praksis.edit.dossier import Who
from praksis.edit.gather import gather_responses
from praksis.edit.microdata import read_microdata, write_microdata
from praksis.edit.trail import write_corrections
from praksis.errors import PraksisError, Problem, ProblemsFound
from praksis.web.answers import Answers
from praksis.web.fieldwork.acts import Worker
from praksis.web.fieldwork.editing import WorkList, read_work
from praksis.web.store.cases import list_facts
from praksis.web.store.closing import (
    Frozen,
    add_closing,
    count_waiting,
    end_wave,
    find_closing,
    find_end,
    list_closings,
    measure_wave,
)
from praksis.web.store.collection import WaveRefused, check_questionnaire, read_questionnaire
from praksis.web.store.work import together


class Kind(StrEnum):
    """What stands in the way of closing a wave, or is worth knowing before."""

    NOT_OPEN = "not-open"
    """It was never opened."""
    QUESTIONNAIRE = "questionnaire"
    """It is not the one that was answered."""
    NOTHING_SUBMITTED = "nothing-submitted"
    CORRECTIONS = "corrections"
    """Some do not fit the answers that stand there now."""
    HARD = "hard"
    """Hard hits are still there."""
    UNREADABLE = "unreadable"
    """The pipeline would not take the answers."""
    # The others stand in the way of nothing.
    STILL_OPEN = "still-open"
    """Organisations can still answer."""
    LEFT = "left"
    """Other hits are not looked at."""
    BEGUN = "begun"
    """Begun and never submitted: left out."""
    REOPENED = "reopened"
    """Opened again and not submitted since: taken as submitted."""
    GONE = "gone"
    """No longer in the frame: left out."""
    OUTSIDE = "outside"
    """Found not to belong, and in the frame: taken with, unless the frame leaves them out."""
    LETTERS = "letters"
    """Letters wait in the outbox: they are taken out."""


@dataclass(frozen=True)
class Remark:
    """One thing that stands in the way, or is worth knowing."""

    kind: Kind
    count: int = 0
    who: tuple[Who, ...] = ()
    problems: tuple[Problem, ...] = ()
    text: str = ""
    """What is wrong, in English, where it has many words (the questionnaire); a time, of STILL_OPEN."""


@dataclass(frozen=True)
class Readiness:
    """Can the wave be closed?"""

    hinders: tuple[Remark, ...]
    said: tuple[Remark, ...]
    frozen: Frozen | None
    """The last closing, if there was one."""
    altered: tuple[str, ...] = ()
    """Files that are not what the last closing wrote, or are not there."""
    work: WorkList | None = None
    """None where the wave was never opened or the questionnaire is another."""


@dataclass(frozen=True)
class Closed:
    """What came of closing a wave."""

    frozen: Frozen
    paths: tuple[Path, ...]
    withdrawn: int
    """Letters that waited."""
    said: tuple[Remark, ...]


class AlreadyClosed(PraksisError):
    """To close a wave anew takes a reason."""


class NotReady(PraksisError):
    """Something stands in the way of closing the wave."""

    def __init__(self, readiness: Readiness) -> None:
        self.readiness = readiness
        super().__init__("; ".join(say_remark(one) for one in readiness.hinders))


def check_closing(worker: Worker, folder: Path) -> Readiness:
    """What stands in the way, and what is worth knowing. Changes nothing.

    Raises ProblemsFound where an earlier wave's file does not fit the survey.
    """
    with TemporaryDirectory(prefix="praksis-closing-") as draft:
        return _prepare(worker, folder, Path(draft))


def close_wave(worker: Worker, folder: Path, *, reason: str = "", seen: int | None = None) -> Closed:
    """Close a wave, see above; or close it anew, for a reason, with what was corrected since.

    `seen`: how many closings there were when it was asked for, so that pressing twice closes once. Raises
    AlreadyClosed, NotReady, ChangedMeanwhile, and ProblemsFound as `check_closing`.
    """
    survey, wave, why = worker.survey.header.id, worker.wave, reason.strip()
    with _hold(folder), _draft(worker, folder) as draft:
        before = list_closings(survey, wave)
        if before and not why or seen not in (None, len(before)):
            raise AlreadyClosed(
                f"wave {wave} was closed on {localtime(before[-1].at):%Y-%m-%d} by {before[-1].who}; give --why to "
                "close it anew, with what has been corrected since"
            )
        extent = measure_wave(survey, wave)
        readiness = _require(_prepare(worker, folder, draft))
        with together():
            ended = end_wave(survey, wave, worker.now)
            if ended:
                worker.note("end-wave")
        if ended:
            extent = measure_wave(survey, wave)
            readiness = _require(_prepare(worker, folder, draft))
        assert readiness.work
        frozen = Frozen(
            worker.now, worker.who, why, _hash_files(draft, wave), len(readiness.work.answers.responses), extent
        )
        paths = _put_in_place(draft, folder, tuple(frozen.files))
        return _store(worker, frozen, paths, readiness)


def _store(worker: Worker, frozen: Frozen, paths: tuple[Path, ...], readiness: Readiness) -> Closed:
    with together():
        withdrawn = add_closing(worker.survey.header.id, worker.wave, frozen)
        worker.note("close", details={"responses": str(frozen.responses), "letters-withdrawn": str(withdrawn)})
    return Closed(frozen, paths, withdrawn, tuple(one for one in readiness.said if one.kind is not Kind.STILL_OPEN))


def _require(readiness: Readiness) -> Readiness:
    if readiness.hinders:
        raise NotReady(readiness)
    return readiness


# -- what stands in the way --------------------------------------------------------------------------------------------


def _prepare(worker: Worker, folder: Path, draft: Path) -> Readiness:
    """What stands in the way; the files are in the draft where nothing does."""
    survey, wave = worker.survey, worker.wave
    opened, end = find_end(survey.header.id, wave)
    frozen = find_closing(survey.header.id, wave)
    if not opened:
        return Readiness((Remark(Kind.NOT_OPEN),), (), frozen)
    if wrong := _judge_questionnaire(worker):
        return Readiness((Remark(Kind.QUESTIONNAIRE, text=wrong),), (), frozen)
    work = read_work(worker, folder)
    answers = work.answers
    outside = _list_outside(worker, answers)
    hard = tuple(dict.fromkeys((one.hit.organisation, one.hit.role) for one in work.blocking))
    left = sum(one.is_left for one in work.work) - len(work.blocking)
    hinders = [
        Remark(Kind.NOTHING_SUBMITTED, count=int(not answers.responses), who=answers.begun),
        Remark(Kind.CORRECTIONS, count=len(answers.problems), problems=answers.problems),
        Remark(Kind.HARD, count=len(work.blocking), who=hard),
    ]
    if answers.responses:
        unread = _write_draft(worker, answers, draft)
        hinders.append(Remark(Kind.UNREADABLE, count=len(unread), problems=unread))
    until = f"{localtime(end):%Y-%m-%dT%H:%M%z}" if end else ""
    said = [
        Remark(Kind.STILL_OPEN, count=int(end is None or end > worker.now), text=until),
        Remark(Kind.LEFT, count=left),
        Remark(Kind.BEGUN, count=len(answers.begun), who=answers.begun),
        Remark(Kind.REOPENED, count=len(answers.reopened), who=answers.reopened),
        Remark(Kind.GONE, count=len(answers.gone), who=answers.gone),
        Remark(Kind.OUTSIDE, count=len(outside), who=outside),
        Remark(Kind.LETTERS, count=count_waiting(survey.header.id, wave)),
    ]
    return Readiness(
        tuple(one for one in hinders if one.count),
        tuple(one for one in said if one.count),
        frozen,
        _find_altered(frozen, folder),
        work,
    )


def _list_outside(worker: Worker, answers: Answers) -> tuple[Who, ...]:
    """Who has answered and was found not to belong: in the population by the frame, and not by the fieldwork."""
    facts = list_facts(worker.survey.header.id, worker.wave)
    found = [(one.organisation, one.role) for one in facts if find_stops(one.case_events, "").not_eligible_at]
    return tuple(who for who in found if who in answers.responses)


def _judge_questionnaire(worker: Worker) -> str:
    """What is wrong with it; '' if nothing is. What is frozen is what was answered, to the letter."""
    try:
        check_questionnaire(worker.survey, worker.wave)
    except WaveRefused as error:
        return str(error)
    if (
        read_questionnaire(worker.survey.header.id, worker.wave)
        != freeze_questionnaire(worker.survey, worker.wave).decode()
    ):
        return "its texts have been changed since it was last opened; run `praksis collect open`, which keeps both"
    return ""


def _find_altered(frozen: Frozen | None, folder: Path) -> tuple[str, ...]:
    files = frozen.files if frozen else {}
    return tuple(name for name, digest in files.items() if _hash(folder / name) != digest)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


# -- files -------------------------------------------------------------------------------------------------------------


def _name_files(wave: str) -> tuple[str, ...]:
    """In the order they are put in place: the microdata last, so that they are never there without the others."""
    return f"{wave}-questionnaire.json", f"{wave}-codebook.json", f"{wave}-corrections.csv", f"{wave}.parquet"


@contextmanager
def _hold(folder: Path) -> Iterator[None]:
    """One at a time in a folder: whoever comes second waits, and then sees that it is closed."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _draft(worker: Worker, folder: Path) -> Iterator[Path]:
    """A folder beside the files, for as long as they are made; what a killed one has left is thrown away."""
    draft = folder / f".closing-{worker.wave}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_draft(worker: Worker, answers: Answers, draft: Path) -> tuple[Problem, ...]:
    """Write all files; returns why the pipeline would not take the microdata."""
    survey, wave = worker.survey, worker.wave
    questionnaire, codebook, corrections, _ = _name_files(wave)
    (draft / questionnaire).write_bytes(freeze_questionnaire(survey, wave))
    (draft / codebook).write_bytes(write_codebook(survey, wave))
    (draft / corrections).write_bytes(write_corrections(survey, answers.corrections))
    write_microdata(gather_responses(survey, wave, answers.responses), survey, draft)
    try:
        read_microdata(survey, wave, draft)
    except ProblemsFound as error:
        return error.problems
    return ()


def _hash_files(draft: Path, wave: str) -> dict[str, str]:
    return {name: _hash(draft / name) for name in _name_files(wave)}


def _put_in_place(draft: Path, folder: Path, names: tuple[str, ...]) -> tuple[Path, ...]:
    """One by one, each on the disk before the next."""
    for name in names:
        _sync(draft / name)
        (draft / name).replace(folder / name)
        _sync(folder)
    return tuple(folder / name for name in names)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# -- words -------------------------------------------------------------------------------------------------------------


_WORDS = {
    Kind.NOT_OPEN: "the wave was never opened; open it with `praksis collect open`",
    Kind.QUESTIONNAIRE: "{text}",
    Kind.NOTHING_SUBMITTED: "no response is submitted",
    Kind.CORRECTIONS: "{count} corrections do not fit the answers that stand there now",
    Kind.HARD: "{count} hard hits are to be corrected",
    Kind.UNREADABLE: "the answers would not be taken by what comes after",
    Kind.STILL_OPEN: "organisations can still answer{until}: that ends when the wave is closed",
    Kind.LEFT: "{count} hits are not accepted, corrected or answered",
    Kind.BEGUN: "{count} responses are begun and not submitted: left out",
    Kind.REOPENED: "{count} responses were opened again and not submitted since: taken as they were submitted",
    Kind.GONE: "{count} responses are of organisations no longer in the frame: left out",
    Kind.OUTSIDE: "{count} responses are of organisations that were found not to belong: taken with, as the frame has "
    "them; take them out of the frame if they should not count",
    Kind.LETTERS: "{count} letters wait: they are taken out of the outbox when the wave is closed",
}


def say_remark(remark: Remark) -> str:
    """What it is, in English, for commands. Whom it is about, and problems, stand beside it."""
    until = f" until {remark.text}" if remark.text else ""
    return _WORDS[remark.kind].format(count=remark.count, text=remark.text, until=until)
