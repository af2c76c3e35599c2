"""Reads the frame's files; every hole is reported, and only the survey's own answers fill it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from praksis.define.codes import Findings, join_known, suggest
from praksis.define.frame import ANSWER_NEEDS, FrameSource
from praksis.define.frame_numbers import check_municipality, check_organisation_number, find_days
from praksis.define.frame_row import Answers, Row, ValueReader
from praksis.define.frame_table import Table, TableRequest, read_table
from praksis.define.organisation import Frame, Organisation
from praksis.define.parts import Parts
from praksis.define.register.municipality import find_municipality, load_organisation_numbers
from praksis.define.successor_reader import read_successors

_FILE = "frame.yaml"


def read_frame(folder: Path, parts: Parts, findings: Findings) -> Frame | None:
    """All organisations of a survey, with the problems of their rows added to the findings."""
    return FrameReader(folder, parts, findings).read() if parts.frame and parts.header else None


@dataclass(frozen=True)
class Entry:
    """A row, and what it says of an organisation in the waves it is for."""

    row: Row
    organisation: Organisation


class FrameReader:
    """Reads the files that frame.yaml names; problems go to the findings."""

    def __init__(self, folder: Path, parts: Parts, findings: Findings) -> None:
        assert parts.frame
        assert parts.header
        self.folder, self.findings = folder, findings
        self.definition, self.place_of = parts.frame, parts.place
        self.waves: Sequence[str] = [wave.id for wave in parts.header.waves]
        self.answers = Answers(self.definition.answers)
        self.values = ValueReader(self.definition, self.answers, findings)

    def read(self) -> Frame:
        """Every file, checked row by row and as a whole."""
        known = self.findings.blocking()
        entries = [entry for number in range(len(self.definition.sources)) for entry in self.read_source(number)]
        unread = len(self.findings.blocking()) > len(known)
        self.check_entries(entries)
        organisations = _merge_entries(entries, self.waves)
        read_successors(self.folder, self.definition, organisations, self.place_of(_FILE, "successors"), self.findings)
        if not unread:
            # Counts and references would all seem wrong while a file is not read.
            self._check_left_out(entries)
            self._check_stated(organisations)
            self._check_written_form(organisations)
            self._check_answers()
        return Frame(organisations=tuple(sorted(organisations, key=lambda organisation: organisation.key)))

    def waves_of(self, source: FrameSource) -> list[str]:
        """The waves that a source holds the organisations of."""
        return [wave for wave in self.waves if not source.waves or wave in source.waves]

    def read_source(self, number: int) -> list[Entry]:
        """The rows of one source; none where its file cannot be read."""
        source = self.definition.sources[number]
        path = self.folder / source.file
        if not path.resolve().is_relative_to(self.folder.resolve()):
            return []
        request = TableRequest(
            path=path,
            file=source.file,
            at=self.place_of(_FILE, "sources", number, "file"),
            columns=source.list_columns(self.waves_of(source)),
            sheet=source.sheet,
            sheet_at=self.place_of(_FILE, "sources", number, "sheet"),
        )
        table = read_table(request, self.findings)
        return self.read_rows(table, source, self.waves_of(source)) if table else []

    def read_rows(self, table: Table, source: FrameSource, waves: Sequence[str]) -> list[Entry]:
        """The rows of a table as a source has them, in some of its waves."""
        rows = [Row(source, line) for line in table.rows]
        return [Entry(row, self._read_organisation(row, waves)) for row in rows]

    def check_entries(self, entries: Sequence[Entry]) -> None:
        """Duplicates among rows that are for the same waves."""
        keys: dict[str, list[Entry]] = {}
        references: dict[str, list[Entry]] = {}
        names: dict[tuple[object, ...], list[Entry]] = {}
        for entry in entries:
            row, organisation = entry.row, entry.organisation
            same = [other for other in keys.get(organisation.key, ()) if _are_together(entry, other)]
            named = [other for other in references.get(row.reference, ()) if _are_together(entry, other)]
            if same:
                what = f"the key {organisation.key} ({row.name}) stands also at {same[0].row.place}"
                self.findings.add("F003", row.place, what)
            elif named:
                what = f"the reference '{row.reference}' ({row.name}) stands also at {named[0].row.place}"
                self.findings.add("F011", row.place, what)
            else:
                kind = self._find_kind(entry)
                self._check_name(entry, [other for other in names.get(kind, ()) if _are_together(entry, other)])
                names.setdefault(kind, []).append(entry)
            keys.setdefault(organisation.key, []).append(entry)
            references.setdefault(row.reference, []).append(entry)

    def _find_kind(self, entry: Entry) -> tuple[object, ...]:
        """The name and the classes that hold as long as the organisation is what it is: not those of a number."""
        kinds = [one.id for one in self.definition.breakdowns if not one.classes_of and not one.answer_to]
        values = next(iter(entry.organisation.values.values()), {})
        return (" ".join(entry.row.name.casefold().split()), *(values.get(kind) for kind in kinds))

    def _check_name(self, entry: Entry, others: Sequence[Entry]) -> None:
        known = load_organisation_numbers()
        for other in others:
            # Two municipalities may have the same name, and the register knows them apart.
            if entry.organisation.key in known and other.organisation.key in known:
                continue
            answer = self.answers.find("F021", entry.row.reference)
            what = f"{entry.row.name} ({entry.row.reference}) is named and classed as the one at {other.row.place}"
            self.findings.add("F021", entry.row.place, what, answered=answer.reason if answer else "")
            return

    def _read_organisation(self, row: Row, waves: Sequence[str]) -> Organisation:
        left_out = {wave for out in self.definition.left_out if out.reference == row.reference for wave in out.waves}
        asked = [wave for wave in waves if wave not in left_out]
        values = self.values.read_waves(row, asked)
        key = self._read_key(row)
        check_municipality(row, key, asked, self.answers, self.findings)
        self._check_form(row, asked)
        return Organisation(
            key=key,
            reference=row.reference,
            name=row.name,
            values=values,
            variables={variable: row.cells[column].strip() for variable, column in row.source.columns.items()},
            per_wave={
                wave: {name: row.cells[column.replace("{wave}", wave)].strip() for name, column in columns.items()}
                for wave in values
                if (columns := row.source.per_wave)
            },
        )

    def _read_key(self, row: Row) -> str:
        key = row.key
        if not key:
            answer = self.answers.find("F001", row.reference)
            what = f"{row.name} ({row.reference}) has no organisation number"
            self.findings.add("F001", row.place, what, answered=answer.reason if answer and answer.key else "")
            return answer.key if answer and answer.key else f"missing-{row.reference}"
        if not check_organisation_number(key):
            answer = self.answers.find("F002", row.reference)
            what = f"{row.name}: {key} is not an organisation number"
            self.findings.add("F002", row.place, what, answered=answer.reason if answer else "")
            return (answer.key if answer else None) or key
        return key

    def _check_form(self, row: Row, waves: Sequence[str]) -> None:
        """An empty cell where a municipality's written form should stand; other bodies need not have one."""
        form, numbers = self.definition.written_form, row.source.municipality
        column = row.source.columns.get(form.variable) if form else None
        if not form or not numbers or not column or row.cells[column].strip() or not row.municipality:
            return
        answer = self.answers.find("F022", row.reference)
        answered = answer.reason if answer else ""
        found = [find_municipality(row.municipality, day) for day in find_days(numbers.as_of, waves).values()]
        known = next((one.written_form for one in found if one and one.written_form), "")
        official = f"The official form of {row.municipality} is `{known}`." if known else ""
        what = f"{row.name} has nothing in `{column}`"
        self.findings.add(
            "F022", row.place, what, known=join_known(form.languages), official=official, answered=answered
        )

    def _check_left_out(self, entries: Iterable[Entry]) -> None:
        references = {entry.row.reference for entry in entries}
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
                    self.answers.used.add(number)
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
            if number not in self.answers.used and answer.problem in ANSWER_NEEDS and not answer.lacking:
                about = answer.reference or answer.wave
                place = self.place_of(_FILE, "answers", number, "problem")
                self.findings.add("F007", place, f"the answer to {answer.problem} about '{about}' is not needed")


def _are_together(one: Entry, other: Entry) -> bool:
    """Are two rows for the same wave? Rows that no wave asked are taken to be."""
    mine, others = one.organisation.values.keys(), other.organisation.values.keys()
    return bool(mine & others) or not (mine and others)


def _merge_entries(entries: Sequence[Entry], waves: Sequence[str]) -> list[Organisation]:
    """One organisation a key: files of several waves each tell of theirs.

    Name, reference and variables are those of its last wave; only breakdown values differ from wave to wave.
    """
    found: dict[str, list[Organisation]] = {}
    for entry in entries:
        found.setdefault(entry.organisation.key, []).append(entry.organisation)
    merged = []
    for same in found.values():
        last = max(same, key=lambda one: max((waves.index(wave) for wave in one.values), default=-1))
        values = {wave: one.values[wave] for wave in waves for one in same if wave in one.values}
        per_wave = {wave: numbers for one in same for wave, numbers in one.per_wave.items()}
        merged.append(last.model_copy(update={"values": values, "per_wave": per_wave}) if len(same) > 1 else last)
    return merged
