"""The catalogue of problems: code -> what it means and what to do.

A code is part of the interface: it is never given to something else, and tests hold one tiny invalid
survey for each (`tests/define/invalid/<code>/`). The remedy is a template; the reader fills it in.
Y = YAML, M = a part against its model, X = parts against each other, F = frame, P = published figures.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from praksis.errors import Place, Problem


@dataclass(frozen=True)
class Code:
    """`meaning` is for the list in the docs, `remedy` for the person who meets the problem."""

    meaning: str
    remedy: str


CODES: dict[str, Code] = {
    "Y001": Code("a file of the survey is missing", "Write {file}, or start from `praksis new`."),
    "Y002": Code("the file is not YAML we accept", "Correct the YAML; two spaces per level, text with : in quotes."),
    "Y003": Code("the file is not UTF-8", "Save the file as UTF-8."),
    "M001": Code("a field is missing", "Add `{field}`: {description}."),
    "M002": Code("an unknown field", "Remove it, or write one of: {known}."),
    "M003": Code("a value is not of the right kind", "Write {description}."),
    "M004": Code("a value is not among the allowed ones", "Write one of: {allowed}."),
    "F001": Code("an organisation has no key", "Add the number, or answer it under `answers` with a `key`."),
    "F002": Code("an organisation number has a wrong check digit", "Compare it with the register, and correct it."),
    "F003": Code("two organisations have the same key", "Remove one of the rows, or correct its number."),
    "F004": Code("a number that decides a class is unknown", "Add the number, or answer it with a `category`."),
    "F005": Code("a column is not in the file", "Name one of the columns: {known}."),
    "F006": Code(
        "the frame has another number of organisations than stated",
        "Correct the file or the number, or answer it with `wave` and a `reason`.",
    ),
    "F007": Code("an answer in frame.yaml answers no problem", "Remove it: the hole it was for is gone."),
    "F008": Code("the frame file cannot be read", "Write a CSV file in UTF-8 with a heading line."),
    "F009": Code("`left_out` names a row that is not in the files", "Write the row's reference as in the file."),
    "F010": Code("a breakdown's value is not one of its categories", "Write one of: {allowed}."),
    "P001": Code("the file of published figures cannot be read", "Write CSV in UTF-8 with these columns: {known}."),
    "P002": Code("a published figure names something the survey does not have", "Write one of: {known}."),
    "P003": Code("a published figure lacks something its measure or relation needs", "{need}."),
}
"""Extended by the checks of each part; see `praksis.define.check`."""


@dataclass
class Findings:
    """Collects problems while a survey is read."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, place: Place, what: str, *, answered: str = "", **fill: str) -> None:
        """Report a problem; `fill` completes the remedy of its code."""
        self.problems.append(Problem(place, code, what, CODES[code].remedy.format(**fill), answered))

    def blocking(self) -> tuple[Problem, ...]:
        """Problems that the survey has not answered itself."""
        return tuple(problem for problem in self.problems if not problem.answered)


def join_known(names: Iterable[str]) -> str:
    """Names for a remedy, in quotes and in their order."""
    return ", ".join(f"`{name}`" for name in names) or "(none)"
