"""Letters out of the house: what a command does at once, and a staff page in the background."""

import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils import timezone

from praksis.web.desk import send_all
from praksis.web.fieldwork import letters
from praksis.web.fieldwork.acts import Worker
from praksis.web.store.audit import Act, find_last_act
from praksis.web.store.database import close_connections
from praksis.web.store.outbox import NoMailbox, NoServer, NotTaken, Ready, Sent, Write, add_letters

_BEGUN, _ENDED = "send-letters", "letters-sent"
_LONGEST = 200
"""Characters kept of what a mail server says."""
_CODES = re.compile(r"[245]\d\d( [245]\.\d{1,3}\.\d{1,3})?")
"""RFC 5321 and RFC 3463."""


class Trouble(StrEnum):
    """Why not everything that could leave has left."""

    NO_SERVER = "no-server"
    """The mail server cannot be reached, or does not let us in."""
    NOT_TAKEN = "not-taken"
    """It would not have some of the letters."""
    BROKEN = "broken"
    """The connection broke while a letter was handed over."""
    STOPPED = "stopped"
    """The process that sent was told to stop."""
    FAULT = "fault"
    """Something of ours; the log has it."""


@dataclass(frozen=True)
class Outcome:
    """What came of sending, and what went wrong last."""

    sent: Sent
    trouble: Trouble | None = None
    said: str = ""
    """By the mail server, without what it said of a recipient."""


@dataclass(frozen=True)
class Run:
    """The last time letters of a wave were sent, by whomever."""

    begun: Act
    ended: Act | None
    """None while it is under way, and for ever where whoever sent was killed."""

    @property
    def trouble(self) -> Trouble | None:
        found = self.ended.details.get("trouble") if self.ended else None
        return Trouble(found) if found else None

    @property
    def said(self) -> str:
        """By the mail server."""
        return self.ended.details.get("said", "") if self.ended else ""

    def count(self, what: str) -> int:
        """How many were `sent`, `failed`, `returned` ..."""
        return int(self.ended.details.get(what, "0")) if self.ended else 0


def queue_due(worker: Worker) -> tuple[int, int]:
    """Put what is due now into the outbox, and take out what waits and is not needed; returns how many of each."""
    withdrawn = letters.withdraw_needless(worker.survey, worker.wave, worker.now)
    queued = letters.queue_letters(worker.survey, worker.wave, worker.now)
    worker.note(_BEGUN, details={"queued": str(queued), "withdrawn": str(withdrawn)})
    return queued, withdrawn


def send_waiting(worker: Worker, base: str, write: Write, stopping: Callable[[], bool] = lambda: False) -> Outcome:
    """Send what waits, and note what came of it. Where `stopping` says so it ends between two letters."""
    heard = _Heard(write, stopping)
    judge = letters.make_judge(worker.survey, worker.wave, timezone.now)
    try:
        sent = send_all(worker.secret, base, heard.write, judge)
    except Exception:
        _note_end(worker, Outcome(Sent(), Trouble.FAULT))
        raise
    outcome = Outcome(sent, heard.trouble, heard.said)
    _note_end(worker, outcome)
    return outcome


def try_letter(worker: Worker, letter: str, language: str, recipient: str, write: Write) -> Outcome:
    """Send one letter to oneself. Raises NoLetters, and NothingToFill. One that is not taken waits with the others."""
    draft = letters.write_example(worker.survey, worker.wave, letter, language, recipient, worker.now)
    add_letters([draft], worker.now)
    worker.note("try-letter", letter)
    heard = _Heard(write, lambda: False)
    sent = send_all(worker.secret, "", heard.write, only=draft.key)
    return Outcome(sent, heard.trouble, heard.said)


def find_last_run(worker: Worker) -> Run | None:
    """The last time letters of the wave were sent, as it was noted."""
    about = f"{worker.survey.header.id}/{worker.wave}"
    begun, ended = find_last_act(_BEGUN, about), find_last_act(_ENDED, about)
    if begun is None:
        return None
    return Run(begun, ended if ended and ended.at >= begun.at else None)


def _note_end(worker: Worker, outcome: Outcome) -> None:
    counts = {name: len(one) if isinstance(one, tuple) else one for name, one in vars(outcome.sent).items()}
    details = {name: str(number) for name, number in counts.items() if number}
    details |= {"trouble": outcome.trouble or "", "said": outcome.said[:_LONGEST]}
    replace(worker, now=timezone.now()).note(_ENDED, details={name: text for name, text in details.items() if text})


class _Heard:
    """Hands letters over, and remembers what went wrong last. What a server says of a recipient is not kept, but for
    its codes: it is noted where nothing is ever deleted."""

    def __init__(self, write: Write, stopping: Callable[[], bool]) -> None:
        self._write, self._stopping = write, stopping
        self.trouble: Trouble | None = None
        self.said = ""

    def write(self, letter: Ready) -> Callable[[], None]:
        try:
            hand_over = self._write(letter)
        except NotTaken:
            self._hear(Trouble.NOT_TAKEN, "")
            raise

        def listen() -> None:
            if self._stopping():
                self._hear(Trouble.STOPPED, "")
                raise NoServer("stopping")
            try:
                hand_over()
            except NoMailbox:
                raise
            except NoServer as error:
                self._hear(Trouble.NO_SERVER, str(error))
                raise
            except NotTaken as error:
                codes = _CODES.match(str(error))
                self._hear(Trouble.NOT_TAKEN, codes[0] if codes else "")
                raise
            except OSError as error:
                self._hear(Trouble.BROKEN, type(error).__name__)
                raise

        return listen

    def _hear(self, trouble: Trouble, said: str) -> None:
        self.trouble, self.said = trouble, said


# -- in the background -------------------------------------------------------------------------------------------------


class _Sender:
    """The one thread of this process that sends letters, while there are any to send.

    It is none of those that end with the process without a word: a letter would be cut off while it is handed over.
    A process that is told to stop waits for it, and it ends after the letter it is at.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Callable[[], object]] = {}
        self._thread: threading.Thread | None = None

    def start(self, name: str, job: Callable[[], object]) -> None:
        """Do it now, or after what is under way; the same once, however often it has been asked for meanwhile."""
        with self._lock:
            self._jobs[name] = job
            if self._thread is None:
                # Said, since it is inherited: the server's threads are of those that end with the process.
                self._thread = threading.Thread(target=self._work, name="letters", daemon=False)
                self._thread.start()

    def _work(self) -> None:
        try:
            while job := self._take():
                try:
                    job()
                except Exception:
                    logging.getLogger("django.praksis").exception("letters could not be sent")
        finally:
            close_connections()

    def _take(self) -> Callable[[], object] | None:
        with self._lock:
            if not self._jobs:
                self._thread = None
                return None
            return self._jobs.pop(next(iter(self._jobs)))


_SENDER = _Sender()


def start_sending(worker: Worker, base: str, write: Write) -> None:
    """Send what waits in the background; `find_last_run` and the outbox tell how it goes."""
    name = f"{worker.survey.header.id}/{worker.wave}"
    _SENDER.start(name, lambda: send_waiting(worker, base, write, _is_stopping))


def _is_stopping() -> bool:
    """Has the process come to its end but for threads like ours?"""
    return not threading.main_thread().is_alive()
