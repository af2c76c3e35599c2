"""One row of the frame: what it says, and which of the survey's answers are about it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from praksis.define.codes import Findings, join_known
from praksis.define.frame import Breakdown, FrameAnswer, FrameDefinition, FrameSource
from praksis.define.frame_table import Line, strip_number
from praksis.define.group import covers
from praksis.errors import Place

_NUMBER = re.compile(r"\d{1,15}(\.\d{1,15})?", re.ASCII)

Unknown = dict[tuple[str, str, str, str], list[str]]
"""(breakdown, column, text, answer's reason) -> the waves in which the number that decides a class is unknown."""


@dataclass(frozen=True)
class Row:
    """One line of a frame file."""

    source: FrameSource
    line: Line

    @property
    def place(self) -> Place:
        return self.line.place

    @property
    def cells(self) -> Mapping[str, str]:
        return self.line.cells

    @property
    def key(self) -> str:
        """The organisation number as it stands, without spaces between its digits."""
        return strip_number(self.cells[self.source.key])

    @property
    def reference(self) -> str:
        return self.key if self.source.reference == self.source.key else self.cells[self.source.reference].strip()

    @property
    def name(self) -> str:
        return self.cells[self.source.name].strip()

    @property
    def municipality(self) -> str:
        """The municipality number; '' where the source has none."""
        return strip_number(self.cells[self.source.municipality.number]) if self.source.municipality else ""


@dataclass
class Answers:
    """The survey's answers to holes, and which of them were needed."""

    all: Sequence[FrameAnswer]
    used: set[int] = field(default_factory=set)

    def find(
        self, code: str, reference: str, wave: str | None = None, categories: Sequence[str] = ()
    ) -> FrameAnswer | None:
        for number, answer in enumerate(self.all):
            here = answer.problem == code and answer.reference == reference
            if categories and answer.category not in categories:
                continue
            if here and (wave is None or not answer.waves or wave in answer.waves):
                self.used.add(number)
                return answer
        return None


@dataclass(frozen=True)
class ValueReader:
    """Reads the breakdown values of rows."""

    definition: FrameDefinition
    answers: Answers
    findings: Findings

    def read_waves(self, row: Row, waves: Sequence[str]) -> dict[str, dict[str, str]]:
        """Wave -> breakdown -> category. One problem a row for an unknown number, not one a wave."""
        unknown: Unknown = {}
        values = {wave: self._read_values(row, wave, unknown) for wave in waves}
        for (breakdown, column, text, answered), those in unknown.items():
            what = f"{row.name} has {f'`{text}`' if text else 'nothing'} in `{column}`, so its `{breakdown}` is unknown"
            self.findings.add("F004", row.place, f"{what} in {join_known(those)}", answered=answered)
        return values

    def _read_values(self, row: Row, wave: str, unknown: Unknown) -> dict[str, str]:
        values = dict(row.source.set)
        for breakdown in self.definition.breakdowns:
            if breakdown.answer_to or breakdown.id in values:
                continue
            if breakdown.within and not covers(breakdown.within, values):
                continue
            if breakdown.classes_of:
                value = self._read_class(row, wave, breakdown, unknown)
            else:
                value = self._read_category(row, breakdown)
            if value is not None:
                values[breakdown.id] = value
        return values

    def _read_category(self, row: Row, breakdown: Breakdown) -> str | None:
        value = row.cells[row.source.columns[breakdown.id]].strip()
        allowed = [category.id for category in breakdown.categories]
        if value in allowed:
            return value
        what = f"{row.name}: '{value}' is not a category of `{breakdown.id}`"
        self.findings.add("F010", row.place, what, allowed=join_known(allowed))
        return None

    def _read_class(self, row: Row, wave: str, breakdown: Breakdown, unknown: Unknown) -> str | None:
        variable = breakdown.classes_of or ""
        pattern = row.source.per_wave.get(variable, row.source.columns.get(variable, ""))
        text = row.cells[pattern.replace("{wave}", wave)].strip()
        number = _read_number(text)
        if number is not None:
            limits = ((category.id, category.below) for category in breakdown.categories)
            return next((name for name, below in limits if below is None or number < below), None)
        categories = [category.id for category in breakdown.categories]
        answer = self.answers.find("F004", row.reference, wave, categories)
        unknown.setdefault((breakdown.id, pattern, text, answer.reason if answer else ""), []).append(wave)
        return answer.category if answer else None


def _read_number(text: str) -> float | None:
    """A number of 0 or more as registers write it: digits, with a point before decimals."""
    return float(text) if _NUMBER.fullmatch(text.strip()) else None
