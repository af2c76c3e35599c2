"""Which file of a survey a new list belongs in, and what that file and its neighbours say now."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from praksis.define.codes import Findings
from praksis.define.frame import FrameDefinition, FrameSource
from praksis.define.frame_reader import Entry, FrameReader
from praksis.define.frame_table import TableRequest, read_table
from praksis.define.parts import Parts
from praksis.define.read import read_survey
from praksis.define.survey import Header
from praksis.define.yaml import read_yaml
from praksis.errors import Place, PraksisError, ProblemsFound

_STOPPING = ("F012", "F016", "F023", "F026")
"""Problems of frame.yaml itself, before which no file can be placed. Holes in the rows are what a new file may fill."""


class CannotLoad(PraksisError):
    """The call does not say enough, or asks for what cannot be done."""


@dataclass(frozen=True)
class Kept:
    """A frame file as it is now."""

    columns: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    delimiter: str = ","
    text: str | None = None
    """None where there is no file yet."""


@dataclass(frozen=True)
class FramePlace:
    """The frame of a survey, and which of its sources a new list of a wave is for."""

    folder: Path
    parts: Parts
    definition: FrameDefinition
    waves: tuple[str, ...]
    number: int
    wave: str
    _read: dict[int, Kept] = field(default_factory=dict, repr=False)

    @property
    def source(self) -> FrameSource:
        return self.definition.sources[self.number]

    @property
    def target(self) -> Path:
        return self.folder / self.source.file

    @property
    def earlier(self) -> tuple[str, ...]:
        """The waves before this one, oldest first."""
        return self.waves[: self.waves.index(self.wave)]

    @property
    def is_shared(self) -> bool:
        """Does the source hold the organisations of other waves too?"""
        return self.waves_of(self.source) != (self.wave,)

    @property
    def left_out(self) -> Mapping[str, set[str]]:
        """Reference -> the waves that frame.yaml leaves it out of."""
        found: dict[str, set[str]] = {}
        for out in self.definition.left_out:
            found.setdefault(out.reference, set()).update(out.waves)
        return found

    def waves_of(self, source: FrameSource) -> tuple[str, ...]:
        return tuple(wave for wave in self.waves if not source.waves or wave in source.waves)

    def list_others(self) -> list[Entry]:
        """The organisations that other sources have in the wave."""
        numbers = [
            number
            for number, other in enumerate(self.definition.sources)
            if number != self.number and self.wave in self.waves_of(other)
        ]
        return [entry for number in numbers for entry in self.read_kept(number).entries]

    def list_forerunners(self) -> list[Entry]:
        """The organisations of files for other waves that hold the same part of the frame (the same `set`)."""
        numbers = [
            number
            for number, other in enumerate(self.definition.sources)
            if number != self.number and other.set == self.source.set and self.wave not in self.waves_of(other)
        ]
        return [entry for number in numbers for entry in self.read_kept(number).entries]

    def read_kept(self, number: int) -> Kept:
        """A source as it is now; a column that frame.yaml names and the file lacks is empty in every row.

        What is wrong with its rows is the business of `praksis check`. Raises ProblemsFound if it is no table at all.
        """
        if number not in self._read:
            self._read[number] = self._read_source(self.definition.sources[number])
        return self._read[number]

    def _read_source(self, source: FrameSource) -> Kept:
        path, findings = self.folder / source.file, Findings()
        if not path.exists():
            return Kept()
        wanted = (source.key, source.reference, source.name)
        table = read_table(TableRequest(path, source.file, Place(source.file), wanted, source.sheet), findings)
        if table is None:
            raise ProblemsFound(findings.blocking())
        waves = self.waves_of(source)
        empty = dict.fromkeys(source.list_columns(waves), "")
        rows = tuple(replace(line, cells=empty | dict(line.cells)) for line in table.rows)
        entries = FrameReader(self.folder, self.parts, Findings()).read_rows(replace(table, rows=rows), source, waves)
        text = path.read_bytes().decode("utf-8") if path.suffix.lower() == ".csv" else None
        return Kept(table.columns, tuple(entries), table.delimiter, text)


def find_place(folder: Path, wave: str, named: str | None) -> FramePlace:
    """Where a new list of a wave belongs. `named` is a source's file, or its name without folder and ending.

    Raises CannotLoad, and ProblemsFound where the survey has problems other than holes in its frame.
    """
    stopping = [one for one in read_survey(folder).blocking if one.code[0] != "F" or one.code in _STOPPING]
    if stopping:
        raise ProblemsFound(stopping)
    document = read_yaml(folder / "frame.yaml")
    header = Header.model_validate(read_yaml(folder / "survey.yaml").tree)
    definition = FrameDefinition.model_validate(document.tree)
    parts = Parts(header, definition, None, None, None, None, None, {"frame.yaml": document})
    waves = tuple(one.id for one in header.waves)
    if wave not in waves:
        raise CannotLoad(f"the survey has no wave {wave}; add it to survey.yaml first (it has {', '.join(waves)})")
    serving = [number for number, one in enumerate(definition.sources) if not one.waves or wave in one.waves]
    files = [definition.sources[number].file for number in serving]
    chosen = [
        number
        for number, file in zip(serving, files, strict=True)
        if named is None or named in (file, PurePosixPath(file).stem)
    ]
    if len(chosen) != 1:
        raise CannotLoad(f"say with --source which file of {wave} the new list is for: {', '.join(files)}")
    place = FramePlace(folder, parts, definition, waves, chosen[0], wave)
    if not place.target.resolve().is_relative_to(folder.resolve()):
        raise CannotLoad(f"{place.source.file} leads out of the survey's folder")
    if place.target.suffix.lower() != ".csv":
        raise CannotLoad(f"{place.source.file} is a workbook, and only CSV is written; name a .csv file in frame.yaml")
    return place
