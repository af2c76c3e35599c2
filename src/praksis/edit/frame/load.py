"""Loads a new list of organisations into a survey folder: read, checked, compared, and written if nothing is wrong.

A source that is for one wave alone becomes the new list. One that several waves share keeps its rows: those who are
gone stay for the waves they were in, and `left_out` of frame.yaml, which a person writes, says who is in which wave.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from praksis.define.codes import Findings
from praksis.define.frame_numbers import find_day, restore_number
from praksis.define.frame_reader import Entry, FrameReader
from praksis.define.frame_table import Line, Table, TableRequest, read_table, strip_number
from praksis.define.register.municipality import REGISTER_DAY
from praksis.define.successor import Succession
from praksis.define.successor_reader import read_successors
from praksis.edit.frame.compare import Comparison, Listed, compare_frames, list_organisation
from praksis.edit.frame.place import CannotLoad, FramePlace, Kept, find_place
from praksis.edit.frame.weave import weave_frame
from praksis.errors import Place, Problem, ProblemsFound

_REMEDY = (
    'Write under `left_out` of frame.yaml: {{reference: "{reference}", waves: [{waves}], reason: ...}}; '
    "or give {wave} a source with a file and `waves` of its own."
)
"""Of U001, a new organisation in a file that earlier waves use too, and U002, one that is gone from the new list."""


@dataclass(frozen=True)
class Load:
    """A new list that has been read against a survey; nothing is written yet."""

    wave: str
    file: str
    """The source, in the survey folder."""
    target: Path
    comparison: Comparison
    problems: tuple[Problem, ...]
    """Those that the survey answers too."""
    restored: int
    """Municipality numbers that got back the zero a spreadsheet took away."""
    left_out: tuple[str, ...]
    """References that the new list has, and that frame.yaml leaves out of the wave."""
    text: str
    """The source's new content."""
    is_there: bool
    """Does the source say all this already?"""

    @property
    def blocking(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if not problem.answered)


@dataclass(frozen=True)
class NewFile:
    """The file to load: its sheet, and columns of the source -> what the file calls them."""

    path: Path
    sheet: str | None = None
    names: Mapping[str, str] | None = None


def load_frame(folder: Path, new: NewFile, wave: str, source: str | None = None) -> Load:
    """Read a new list for a wave against the survey's frame; writes nothing.

    `source` names a source of frame.yaml by its file, where several serve the wave. Raises CannotLoad; ProblemsFound
    where the list cannot be read as a table, or the survey has problems other than holes in its frame.
    """
    place = find_place(folder, wave, source)
    if new.path.resolve() == place.target.resolve():
        raise CannotLoad(f"{new.path} is the survey's own file; name the new list")
    kept, findings, known = place.read_kept(place.number), Findings(), Findings()
    table, restored = _read_new(place, kept, new, findings)
    reader = FrameReader(folder, place.parts, findings)
    entries = reader.read_rows(table, place.source, [wave])
    others = place.list_others()
    FrameReader(folder, place.parts, known).check_entries(others)
    reader.check_entries([*others, *entries])
    problems = [problem for problem in findings.problems if problem not in known.problems]
    decided = read_successors(
        folder, place.definition, [one.organisation for one in kept.entries], Place("frame.yaml"), Findings()
    )
    comparison = _compare(place, kept, entries, table.columns, decided)
    if place.is_shared and kept.text is not None:
        problems += _check_shared(place, comparison, entries, new.path.name)
    text = weave_frame(place, kept, entries, table.columns)
    return Load(
        wave=wave,
        file=place.source.file,
        target=place.target,
        comparison=comparison,
        problems=tuple(sorted(problems)),
        restored=restored,
        left_out=tuple(entry.row.reference for entry in entries if wave not in entry.organisation.values),
        text=text,
        is_there=text == kept.text,
    )


def write_frame(load: Load) -> None:
    """Put the new content in the source's place, whole or not at all. Raises ProblemsFound while something is wrong."""
    if load.blocking:
        raise ProblemsFound(load.blocking)
    load.target.parent.mkdir(parents=True, exist_ok=True)
    mode = load.target.stat().st_mode & 0o777 if load.target.exists() else 0o644
    with tempfile.NamedTemporaryFile(dir=load.target.parent, prefix=".", delete=False) as draft:
        try:
            draft.write(load.text.encode())
            draft.flush()
            os.fsync(draft.fileno())
            Path(draft.name).chmod(mode)
            Path(draft.name).replace(load.target)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise


def _read_new(place: FramePlace, kept: Kept, new: NewFile, findings: Findings) -> tuple[Table, int]:
    """The new list with the source's columns. What it does not tell of at all is kept as it was."""
    source, name = place.source, new.path.name
    wanted = source.list_columns([place.wave])
    number = source.municipality.number if source.municipality else ""
    # A reference that is no official number is the survey's own: those who are new get their key.
    own = source.reference if source.reference != number else ""
    needed = [one for one in wanted if one in (source.key, source.name) or one not in (*kept.columns, own)]
    called = new.names or {}
    if strange := [ours for ours in called if ours not in (*wanted, *kept.columns)]:
        raise CannotLoad(f"--column names {', '.join(strange)}, but {source.file} has {', '.join(wanted)}")
    # What someone says a column is called must be there: a slip would leave the old numbers as they were.
    needed = list(dict.fromkeys([*needed, *called]))
    names = {theirs.casefold(): ours for ours, theirs in called.items()}
    request = TableRequest(new.path, name, Place(name), tuple(needed), new.sheet, names=names)
    table = read_table(request, findings)
    if table is None:
        raise ProblemsFound(findings.blocking())
    # Those without an organisation number are known by their reference.
    known = {(entry.row.key, "" if entry.row.key else entry.row.reference): entry.row.cells for entry in kept.entries}
    rows, restored = [], 0
    for line in table.rows:
        given = {**line.cells, source.key: strip_number(line.cells[source.key])}
        if number in given:
            plain = strip_number(given[number])
            given[number] = restore_number(plain)
            restored += given[number] != plain
        key = given[source.key]
        before = known.get((key, "" if key else given.get(source.reference, "")), {})
        cells = {**{one: before.get(one, "") for one in wanted}, **given}
        if own and own not in table.columns:
            cells[own] = cells[own] or key
        rows.append(Line(line.place, cells))
    return replace(table, rows=tuple(rows)), restored


def _compare(
    place: FramePlace, kept: Kept, entries: Sequence[Entry], given: Sequence[str], decided: Sequence[Succession]
) -> Comparison:
    source = place.source
    numbers = {one.classes_of for one in place.definition.breakdowns}
    named = [column for variable, column in source.columns.items() if variable not in numbers]
    official = [source.municipality.number] if source.municipality else []
    # Numbers change in every wave; what matters of them is the class.
    columns = [one for one in dict.fromkeys([source.name, source.reference, *official, *named]) if one in given]
    after = [list_organisation(entry, place.wave, columns) for entry in entries]
    day = (source.municipality.as_of if source.municipality else None) or find_day(place.wave) or REGISTER_DAY
    return compare_frames(_list_before(place, kept, columns), after, day, decided)


def _list_before(place: FramePlace, kept: Kept, columns: Sequence[str]) -> list[Listed]:
    """The frame that the new one is compared with: the source as it is, else the last one before it of its kind."""
    columns = [column for column in columns if column in kept.columns or not kept.columns]
    told = [entry for entry in kept.entries if place.wave in entry.organisation.values]
    waves = [*reversed(place.earlier), place.wave]
    if kept.text is not None:
        earlier = [next(wave for wave in waves if wave in entry.organisation.values) for entry in told]
        return [list_organisation(entry, wave, columns) for entry, wave in zip(told, earlier, strict=True)]
    entries = place.list_forerunners()
    last = next((wave for wave in waves if any(wave in entry.organisation.values for entry in entries)), None)
    return [list_organisation(entry, last, columns) for entry in entries if last in entry.organisation.values]


def _check_shared(place: FramePlace, comparison: Comparison, entries: Sequence[Entry], file: str) -> list[Problem]:
    """A file of several waves must not put anyone into a wave, or keep anyone in one, without being told."""
    problems = []
    lines = {entry.organisation.key: entry.row.place for entry in entries}
    earlier = [wave for wave in place.earlier if wave in place.waves_of(place.source)]
    for one in comparison.new:
        if lacking := [wave for wave in earlier if wave not in place.left_out.get(one.reference, ())]:
            what = f"{one.name} ({one.reference}) is new, and {place.source.file} is also for {', '.join(lacking)}"
            problems.append(_report(place, "U001", lines[one.key], what, one.reference, lacking))
    for one in comparison.gone:
        what = f"{one.name} ({one.reference}) is not in {file}, and would stay in {place.wave}"
        problems.append(_report(place, "U002", Place(place.source.file), what, one.reference, [place.wave]))
    return problems


def _report(place: FramePlace, code: str, at: Place, what: str, reference: str, waves: Sequence[str]) -> Problem:
    named = ", ".join(f'"{wave}"' for wave in waves)
    return Problem(at, code, what, _REMEDY.format(reference=reference, waves=named, wave=place.wave))
