"""Reads the frame's files; every hole is reported, and only the survey's own answers fill it."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from praksis.define.codes import Findings, join_known, suggest
from praksis.define.frame import ANSWER_NEEDS, Breakdown, FrameAnswer, FrameSource
from praksis.define.group import covers
from praksis.define.organisation import Frame, Organisation
from praksis.define.parts import Parts
from praksis.errors import Place

_FILE = "frame.yaml"
_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,15})?", re.ASCII)


def check_organisation_number(number: str) -> bool:
    """Is this a Norwegian organisation number? Nine digits, the last by modulus 11 (Brønnøysundregistrene)."""
    if not (len(number) == 9 and number.isascii() and number.isdigit()):
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11
    return (0 if rest == 0 else 11 - rest) == int(number[8])


def read_frame(folder: Path, parts: Parts, findings: Findings) -> Frame | None:
    """All organisations of a survey, with the problems of their rows added to the findings."""
    return _FrameReader(folder, parts, findings).read() if parts.frame and parts.header else None


@dataclass(frozen=True)
class _Row:
    """One line of a frame file."""

    source: FrameSource
    place: Place
    record: Mapping[str, str]

    @property
    def reference(self) -> str:
        return self.record[self.source.reference].strip()

    @property
    def name(self) -> str:
        return self.record[self.source.name].strip()


class _FrameReader:
    def __init__(self, folder: Path, parts: Parts, findings: Findings) -> None:
        assert parts.frame
        assert parts.header
        self.folder, self.findings = folder, findings
        self.definition, self.place_of = parts.frame, parts.place
        self.waves: Sequence[str] = [wave.id for wave in parts.header.waves]
        self.used: set[int] = set()
        """The answers of frame.yaml that settled a hole."""

    def read(self) -> Frame:
        known = self.findings.blocking()
        rows = [row for number, source in enumerate(self.definition.sources) for row in self._read_rows(number, source)]
        unread = len(self.findings.blocking()) > len(known)
        organisations = [self._read_organisation(row) for row in rows]
        self._check_doubled(rows, organisations)
        if not unread:
            # Counts and references would all seem wrong while a file is not read.
            self._check_left_out(organisations)
            self._check_stated(organisations)
            self._check_written_form(organisations)
            self._check_answers()
        return Frame(organisations=tuple(sorted(organisations, key=lambda organisation: organisation.key)))

    def _read_rows(self, number: int, source: FrameSource) -> list[_Row]:
        path = self.folder / source.file
        if not path.resolve().is_relative_to(self.folder.resolve()):
            return []
        at = self.place_of(_FILE, "sources", number, "file")
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file, strict=True)
                rows = [_Row(source, Place(source.file, reader.line_num), record) for record in reader]
                known = list(reader.fieldnames or ())
        except FileNotFoundError:
            self.findings.add("F008", at, f"there is no file {source.file}")
            return []
        except (OSError, ValueError, csv.Error) as error:
            self.findings.add("F008", at, f"{source.file} cannot be read: {error}")
            return []
        if doubled := {column for column in known if known.count(column) > 1}:
            self.findings.add("F008", Place(source.file, 1), f"two columns are called {join_known(sorted(doubled))}")
        per_wave = [pattern.replace("{wave}", wave) for pattern in source.per_wave.values() for wave in self.waves]
        wanted = [source.key, source.reference, source.name, *source.columns.values(), *per_wave]
        if lacking := [column for column in dict.fromkeys(wanted) if column not in known]:
            self.findings.add("F005", at, f"{source.file} has no column {join_known(lacking)}", known=join_known(known))
            return []
        ragged = [row.place for row in rows if None in row.record or None in row.record.values()]
        for place in ragged:
            self.findings.add("F008", place, "the row has more or fewer fields than the heading")
        return [row for row in rows if row.place not in ragged]

    def _read_organisation(self, row: _Row) -> Organisation:
        left_out = {wave for out in self.definition.left_out if out.reference == row.reference for wave in out.waves}
        unknown: dict[tuple[str, str, str, str], list[str]] = {}
        values = {wave: self._read_values(row, wave, unknown) for wave in self.waves if wave not in left_out}
        for (breakdown, column, text, answered), waves in unknown.items():
            # One problem per organisation, not one per wave.
            what = f"{row.name} has {f'`{text}`' if text else 'nothing'} in `{column}`, so its `{breakdown}` is unknown"
            self.findings.add("F004", row.place, f"{what} in {join_known(waves)}", answered=answered)
        return Organisation(
            key=self._read_key(row),
            reference=row.reference,
            name=row.name,
            values=values,
            variables={variable: row.record[column].strip() for variable, column in row.source.columns.items()},
        )

    def _read_key(self, row: _Row) -> str:
        key = row.record[row.source.key].strip()
        if not key:
            answer = self._find_answer("F001", row.reference)
            what = f"{row.name} ({row.reference}) has no organisation number"
            self.findings.add("F001", row.place, what, answered=answer.reason if answer and answer.key else "")
            return answer.key if answer and answer.key else f"missing-{row.reference}"
        if not check_organisation_number(key):
            answer = self._find_answer("F002", row.reference)
            what = f"{row.name}: {key} is not an organisation number"
            self.findings.add("F002", row.place, what, answered=answer.reason if answer else "")
            return (answer.key if answer else None) or key
        return key

    def _read_values(self, row: _Row, wave: str, unknown: dict[tuple[str, str, str, str], list[str]]) -> dict[str, str]:
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

    def _read_category(self, row: _Row, breakdown: Breakdown) -> str | None:
        value = row.record[row.source.columns[breakdown.id]].strip()
        allowed = [category.id for category in breakdown.categories]
        if value in allowed:
            return value
        what = f"{row.name}: '{value}' is not a category of `{breakdown.id}`"
        self.findings.add("F010", row.place, what, allowed=join_known(allowed))
        return None

    def _read_class(
        self, row: _Row, wave: str, breakdown: Breakdown, unknown: dict[tuple[str, str, str, str], list[str]]
    ) -> str | None:
        variable = breakdown.classes_of or ""
        pattern = row.source.per_wave.get(variable, row.source.columns.get(variable, ""))
        text = row.record[pattern.replace("{wave}", wave)].strip()
        number = _read_number(text)
        if number is not None:
            limits = ((category.id, category.below) for category in breakdown.categories)
            return next((name for name, below in limits if below is None or number < below), None)
        answer = self._find_answer("F004", row.reference, wave, [category.id for category in breakdown.categories])
        key = (breakdown.id, pattern, text, answer.reason if answer else "")
        unknown.setdefault(key, []).append(wave)
        return answer.category if answer else None

    def _find_answer(
        self, code: str, reference: str, wave: str | None = None, categories: Sequence[str] = ()
    ) -> FrameAnswer | None:
        for number, answer in enumerate(self.definition.answers):
            here = answer.problem == code and answer.reference == reference
            if categories and answer.category not in categories:
                continue
            if here and (wave is None or not answer.waves or wave in answer.waves):
                self.used.add(number)
                return answer
        return None

    def _check_doubled(self, rows: Sequence[_Row], organisations: Sequence[Organisation]) -> None:
        keys: dict[str, Place] = {}
        references: dict[str, Place] = {}
        for row, organisation in zip(rows, organisations, strict=True):
            if organisation.key in keys:
                what = f"the key {organisation.key} ({row.name}) stands also at {keys[organisation.key]}"
                self.findings.add("F003", row.place, what)
            elif row.reference in references:
                what = f"the reference '{row.reference}' ({row.name}) stands also at {references[row.reference]}"
                self.findings.add("F011", row.place, what)
            keys.setdefault(organisation.key, row.place)
            references.setdefault(row.reference, row.place)

    def _check_left_out(self, organisations: Iterable[Organisation]) -> None:
        references = {organisation.reference for organisation in organisations}
        for number, out in enumerate(self.definition.left_out):
            if out.reference not in references:
                place = self.place_of(_FILE, "left_out", number, "reference")
                self.findings.add("F009", place, f"`left_out` names '{out.reference}'")

    def _check_stated(self, organisations: Sequence[Organisation]) -> None:
        frame = Frame(organisations=tuple(organisations))
        for place, stated in enumerate(self.definition.stated):
            count = len(frame.of_wave(stated.wave, stated.group))
            if count == stated.organisations or stated.wave not in self.waves:
                continue
            answered = ""
            for number, answer in enumerate(self.definition.answers):
                if answer.problem == "F006" and answer.wave == stated.wave and answer.group in (None, stated.group):
                    self.used.add(number)
                    answered = answer.reason
            what = f"wave {stated.wave}, {stated.group}: {count} in the files, {stated.organisations} stated"
            at = self.place_of(_FILE, "stated", place, "organisations")
            self.findings.add("F006", at, what, answered=answered)

    def _check_written_form(self, organisations: Sequence[Organisation]) -> None:
        form = self.definition.written_form
        found = sorted({one.variables.get(form.variable, "") for one in organisations} - {""}) if form else []
        # Without one value of the variable it is unknown as a whole, which is reported where it is named.
        for value in form.languages if form and found else ():
            if value not in found:
                at = self.place_of(_FILE, "written_form", "languages", value)
                what = f"nobody would be written to as `{value}` says: no row has it{suggest(value, found)}"
                self.findings.add("F013", at, what, known=join_known(found))

    def _check_answers(self) -> None:
        for number, answer in enumerate(self.definition.answers):
            # One that lacks something, or answers what cannot be answered, is reported as that.
            if number not in self.used and answer.problem in ANSWER_NEEDS and not answer.lacking:
                about = answer.reference or answer.wave
                place = self.place_of(_FILE, "answers", number, "problem")
                self.findings.add("F007", place, f"the answer to {answer.problem} about '{about}' is not needed")


def _read_number(text: str) -> float | None:
    """A number of 0 or more as registers write it: digits, with a point before decimals."""
    return float(text) if _NUMBER.fullmatch(text.strip()) else None
