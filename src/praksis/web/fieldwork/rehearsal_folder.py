"""Where a rehearsal is: a folder of its own that is gone when it ends, however it ends.

Who rehearses holds a lock on the folder (flock, which the system lets go when a process dies). So a folder nobody holds
was left by one that was killed, and the next rehearsal removes it.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

_PREFIX = "rehearsal-"
_ENDS = (signal.SIGTERM, signal.SIGHUP)
"""Asked to stop; the terminal was closed. Ctrl-C is Python's own."""


@contextlib.contextmanager
def open_folder(beside: Path) -> Iterator[Path]:
    """A new folder in `beside`, for its owner alone; it is removed at the end, on an error and when asked to stop.

    First of all what killed rehearsals left there is removed. `beside` is made if it is missing, and then goes too.
    """
    made = [path for path in (beside, *beside.parents) if not path.exists()]
    before = {kind: signal.signal(kind, _stop) for kind in _ENDS}
    try:
        beside.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _lock(beside):
            # Nobody makes a folder meanwhile, which would not be locked yet.
            remove_leftovers(beside)
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=beside))
            held = os.open(folder, os.O_RDONLY)
            fcntl.flock(held, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            with _undisturbed():
                shutil.rmtree(folder)
                os.close(held)
    finally:
        for path in made:
            # Something else may have been put there meanwhile; then it stays.
            with contextlib.suppress(OSError):
                path.rmdir()
        for kind, handler in before.items():
            signal.signal(kind, handler)


def remove_leftovers(beside: Path) -> int:
    """Remove the folders of rehearsals that nobody holds any more; returns how many."""
    removed = 0
    for folder in beside.glob(f"{_PREFIX}*"):
        if folder.is_symlink() or not folder.is_dir():
            continue
        held = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            shutil.rmtree(folder)
            removed += 1
        finally:
            os.close(held)
    return removed


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _stop(number: int, frame: FrameType | None) -> None:
    """As Ctrl-C, but with the exit code that says which signal it was."""
    raise SystemExit(128 + number)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Who presses Ctrl-C twice is not to be left with half of a rehearsal."""
    before = {kind: signal.signal(kind, signal.SIG_IGN) for kind in (*_ENDS, signal.SIGINT)}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
