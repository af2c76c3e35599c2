"""Lists that staff give as files: what is wrong with one before it is read, and the file for what reads it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

from praksis.web.settings import LARGEST_UPLOAD

_ENDINGS = (".csv", ".txt", ".xlsx")
_LONGEST_NAME = 60
SIZE = f"{LARGEST_UPLOAD // 1_000_000}\N{NO-BREAK SPACE}MB"
"""The most that is taken, in words."""


def find_fault(given: object) -> str:
    """The word for what is wrong with what was given; '' where nothing is."""
    if not isinstance(given, UploadedFile):
        return "upload_no_file"
    if (given.size or 0) > LARGEST_UPLOAD:
        return "upload_too_large"
    return "" if Path(given.name or "").suffix.lower() in _ENDINGS else "upload_no_list"


@contextmanager
def keep_upload(given: "UploadedFile[bytes]") -> Iterator[Path]:
    """What was given as a file of its own name: where only we can read it, for as long as it is read."""
    name = Path(given.name or "")
    with tempfile.TemporaryDirectory(prefix="praksis-") as folder:
        path = Path(folder) / f"{name.stem[:_LONGEST_NAME]}{name.suffix}"
        path.write_bytes(given.read())
        yield path
