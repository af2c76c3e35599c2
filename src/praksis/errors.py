"""Problems a person can act on: place, what is wrong, what to do, and a code that never changes.

Problems are collected and reported together; an exception is only the envelope they travel in.
The catalogue of codes is `praksis.define.codes`; a code is never reused for something else.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Place:
    """Where a problem stands: a file relative to the survey folder, and a line (1-based) where known."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong (or, if `answered`, known and settled by the survey itself)."""

    place: Place
    code: str
    what: str
    remedy: str
    answered: str = ""

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.code} {self.what}", f"    {self.remedy}"]
        if self.answered:
            lines[1] = f"    answered by the survey: {self.answered}"
        return "\n".join(lines)


class PraksisError(Exception):
    """Base of the errors that are shown to a person without a traceback."""


class ProblemsFound(PraksisError):
    """Every problem found in one go, in the order of file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))
