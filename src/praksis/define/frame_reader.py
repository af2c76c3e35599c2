"""Reads the frame's files; every hole is reported, and only the survey's own answers fill it."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from praksis.define.codes import Findings, join_known
from praksis.define.frame import Breakdown, FrameAnswer, FrameDefinition, FrameSource
from praksis.define.organisation import Frame, Organisation
from praksis.define.group import covers
from praksis.errors import Place

_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


def check_organisation_number(number: str) -> bool:
    """Is this a Norwegian organisation number? Nine digits, the last by modulus 11 (Brønnøysundregistrene)."""
    if not (len(number) == 9 and number.isascii() and number.isdigit()):
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11
    return (0 if rest == 0 else 11 - rest) == int(number[8])


@dataclass
class FrameReader:
    """Reads one survey's frame. `waves` are the survey's waves, `place` the place of frame.yaml."""

    folder: Path
    definition: FrameDefinition
    waves: Sequence[str]
    place: Place
    findings: Findings

    def __post_init__(self) -> None:
        self._used: set[int] = set()

    def read(self) -> Frame:
        """All organisations, with the problems added to the findings."""
        rows: list[Organisation] = []
        seen: dict[str, Place] = {}
        for source in self.definition.sources:
            for place, record in self._records(source):
                organisation = self._organisation(source, place, record)
                if organisation.key in seen:
                    what = f"the key {organisation.key} ({organisation.name}) stands also at {seen[organisation.key]}"
                    self.findings.add("F003", place, what)
                seen.setdefault(organisation.key, place)
                rows.append(organisation)
        frame = Frame(organisations=tuple(sorted(rows, key=lambda row: row.key)))
        self._check_left_out(rows)
        self._check_stated(frame)
        self._check_answers()
        return frame

    def _records(self, source: FrameSource) -> Iterable[tuple[Place, dict[str, str]]]:
        try:
            with (self.folder / source.file).open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file, strict=True)
                records = [(Place(source.file, reader.line_num), dict(record)) for record in reader]
                known = reader.fieldnames or []
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            self.findings.add("F008", Place(source.file), f"cannot be read: {error}")
            return []
        per_wave = [
            pattern.replace("{wave}", wave) for pattern in source.per_wave.values() for wave in self.waves
        ]
        wanted = [source.key, source.reference, source.name, *source.columns.values(), *per_wave]
        if lacking := [column for column in dict.fromkeys(wanted) if column not in known]:
            what = f"{source.file} has no column {join_known(lacking)}"
            self.findings.add("F005", self.place, what, known=join_known(known))
            return []
        ragged = [place for place, record in records if None in record or None in record.values()]
        for place in ragged:
            self.findings.add("F008", place, "the row has more or fewer fields than the heading")
        return [] if ragged else records

    def _organisation(self, source: FrameSource, place: Place, record: dict[str, str]) -> Organisation:
        reference, name = record[source.reference], record[source.name]
        left_out = {wave for out in self.definition.left_out if out.reference == reference for wave in out.waves}
        values = {
            wave: self._values(source, place, record, wave) for wave in self.waves if wave not in left_out
        }
        return Organisation(
            key=self._key(place, record[source.key], reference, name),
            reference=reference,
            name=name,
            values=values,
            variables={variable: record[column] for variable, column in source.columns.items()},
        )

    def _key(self, place: Place, key: str, reference: str, name: str) -> str:
        if not key:
            answer = self._answer("F001", reference)
            what = f"{name} ({reference}) has no organisation number"
            self.findings.add("F001", place, what, answered=answer.reason if answer and answer.key else "")
            return answer.key if answer and answer.key else f"missing-{reference}"
        if not check_organisation_number(key):
            answer = self._answer("F002", reference)
            what = f"{name}: {key} is not an organisation number"
            self.findings.add("F002", place, what, answered=answer.reason if answer else "")
        return key

    def _values(self, source: FrameSource, place: Place, record: dict[str, str], wave: str) -> dict[str, str]:
        values = dict(source.set)
        for breakdown in self.definition.breakdowns:
            if breakdown.answer_to or breakdown.id in values:
                continue
            if breakdown.within and not covers(breakdown.within, values):
                continue
            if breakdown.classes_of:
                value = self._class(source, place, record, wave, breakdown)
            else:
                value = record.get(source.columns.get(breakdown.id, ""), "")
            allowed = [category.id for category in breakdown.categories]
            if value in allowed:
                values[breakdown.id] = value
            elif value is not None and not breakdown.classes_of:
                what = f"{record[source.name]}: '{value}' is not a category of `{breakdown.id}`"
                self.findings.add("F010", place, what, allowed=join_known(allowed))
        return values

    def _class(
        self, source: FrameSource, place: Place, record: dict[str, str], wave: str, breakdown: Breakdown
    ) -> str | None:
        variable = breakdown.classes_of or ""
        column = source.per_wave.get(variable, source.columns.get(variable, "")).replace("{wave}", wave)
        text, reference = record.get(column, ""), record[source.reference]
        try:
            number = float(text)
        except ValueError:
            answer = self._answer("F004", reference, wave)
            what = f"{record[source.name]} has no {column or variable} (`{text}`), so its {breakdown.id} is unknown"
            self.findings.add("F004", place, what, answered=answer.reason if answer and answer.category else "")
            return answer.category if answer else None
        return next(
            (category.id for category in breakdown.categories if category.below is None or number < category.below),
            None,
        )

    def _answer(self, code: str, reference: str | None, wave: str | None = None) -> FrameAnswer | None:
        for number, answer in enumerate(self.definition.answers):
            here = answer.problem == code and answer.reference == reference
            if here and (wave is None or not answer.waves or wave in answer.waves):
                self._used.add(number)
                return answer
        return None

    def _check_left_out(self, rows: Iterable[Organisation]) -> None:
        references = {row.reference for row in rows}
        for out in self.definition.left_out:
            if out.reference not in references:
                self.findings.add("F009", self.place, f"`left_out` names '{out.reference}'")

    def _check_stated(self, frame: Frame) -> None:
        for stated in self.definition.stated:
            count = len(frame.of_wave(stated.wave, stated.group))
            if count == stated.organisations:
                continue
            answered = ""
            for number, answer in enumerate(self.definition.answers):
                if answer.problem == "F006" and answer.wave == stated.wave:
                    self._used.add(number)
                    answered = answer.reason
            what = f"wave {stated.wave}, {stated.group}: {count} in the files, {stated.organisations} stated"
            self.findings.add("F006", self.place, what, answered=answered)

    def _check_answers(self) -> None:
        for number, answer in enumerate(self.definition.answers):
            if number not in self._used:
                about = answer.reference or answer.wave
                self.findings.add("F007", self.place, f"the answer to {answer.problem} about '{about}' is not needed")
