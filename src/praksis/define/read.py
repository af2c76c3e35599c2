"""Reads a survey folder: every file, every problem at once, and the survey if nothing blocks it."""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from praksis.define.check import check_claims, check_parts
from praksis.define.check.frame import READING_NEEDS
from praksis.define.codes import Findings, join_known, suggest
from praksis.define.design import Design
from praksis.define.editing import Editing
from praksis.define.figure import Presentation
from praksis.define.frame import FrameDefinition, FrameSource
from praksis.define.frame_reader import read_frame
from praksis.define.letters import Correspondence
from praksis.define.organisation import Frame
from praksis.define.parts import CLAIM_COLUMNS, Parts
from praksis.define.published import Claim
from praksis.define.question import Question, Scale
from praksis.define.staircase import Staircase
from praksis.define.survey import Header, Survey
from praksis.define.translate import translate_error
from praksis.define.yaml import Document, YamlFault, read_yaml
from praksis.errors import Place, Problem, ProblemsFound

REQUIRED = ("survey.yaml", "frame.yaml", "scales.yaml", "questions.yaml", "design.yaml")
KINDS: dict[str, Any] = {
    "survey.yaml": Header,
    "frame.yaml": FrameDefinition,
    "scales.yaml": tuple[Scale, ...],
    "questions.yaml": tuple[Question, ...],
    "staircase.yaml": Staircase,
    "design.yaml": Design,
    "figures.yaml": Presentation,
    "letters.yaml": Correspondence,
    "checks.yaml": Editing,
}
"""Every file of a survey and what it is read as; those not required may be left out."""

_FIGURES = ("published", "rehearse")
"""Folders of a survey that hold claims: published ones, and what is assumed where nothing was published."""


@dataclass
class Reading:
    """What came of reading: the survey (None where a problem blocks it) and every problem, answered ones too."""

    survey: Survey | None
    problems: tuple[Problem, ...] = field(default=())

    @property
    def blocking(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if not problem.answered)


def load_survey(folder: Path) -> Survey:
    """The survey in a folder. Raises ProblemsFound with every problem the survey has not answered."""
    reading = read_survey(folder)
    if reading.survey is None:
        raise ProblemsFound(reading.blocking)
    return reading.survey


def read_survey(folder: Path) -> Reading:
    """Read and check a survey folder."""
    reader = _Reader(folder)
    parts = reader.read_parts()
    check_parts(parts, reader.findings)
    frame = reader.read_organisations(parts)
    claims = reader.read_claims(parts)
    problems = tuple(sorted(reader.findings.problems))
    if reader.findings.blocking() or not (
        parts.header and parts.frame and parts.design and parts.scales is not None and parts.questions and frame
    ):
        return Reading(None, problems)
    survey = Survey(
        header=parts.header,
        scales=parts.all_scales,
        questions=parts.questions,
        staircase=parts.staircase,
        frame_definition=parts.frame,
        design=parts.design,
        presentation=parts.presentation,
        letters=parts.letters,
        editing=parts.editing or Editing(),
        claims=claims,
        frame=frame,
        digest=digest_folder(folder, parts.frame.sources, parts.frame.successors),
    )
    return Reading(survey, problems)


def digest_folder(folder: Path, sources: Iterable[FrameSource] = (), successors: str | None = None) -> str:
    """SHA-256 over the names and bytes of the files a survey is read from, in the order of their names.

    Not of all there is below the folder: what is built from a survey may stand inside it.
    """
    digest = hashlib.sha256()
    names = [*KINDS, *(source.file for source in sources), *([successors] if successors else [])]
    found = [folder / name for name in names] + [path for place in _FIGURES for path in folder.glob(f"{place}/*.csv")]
    for path in sorted({path for path in found if path.is_file()}):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.findings = Findings()
        self.documents: dict[str, Document] = {}

    def read_parts(self) -> Parts:
        given = frozenset(name for name in KINDS if (self.folder / name).exists())
        others = [path.name for path in self.folder.glob("*.y*ml") if path.name not in KINDS]
        for name in others:
            what = f"nothing reads {name}{suggest(name, KINDS)}"
            self.findings.add("Y005", Place(name), what, known=join_known(KINDS))
        if not given and not others:
            self.findings.add("Y004", Place(self.folder.name or "."), "there is no survey in this folder")
            return Parts(None, None, None, None, None, None, None, {})
        return Parts(
            header=self._part("survey.yaml", Header),
            frame=self._part("frame.yaml", FrameDefinition),
            scales=self._part("scales.yaml", KINDS["scales.yaml"]),
            questions=self._part("questions.yaml", KINDS["questions.yaml"]),
            staircase=self._part("staircase.yaml", Staircase),
            design=self._part("design.yaml", Design),
            presentation=self._part("figures.yaml", Presentation),
            letters=self._part("letters.yaml", Correspondence),
            editing=self._part("checks.yaml", Editing),
            documents=self.documents,
            given=given,
        )

    def _part(self, name: str, kind: Any) -> Any:
        """One file as its model; None where it is not there or has problems, which are then reported."""
        path = self.folder / name
        if not path.exists():
            if name in REQUIRED:
                self.findings.add("Y001", Place(name), "the file is missing", file=name)
            return None
        try:
            document = read_yaml(path)
        except YamlFault as fault:
            self.findings.add("Y002", Place(name, fault.line), fault.what)
            return None
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            self.findings.add("Y003", Place(name, line), "a byte that is not UTF-8")
            return None
        except OSError as error:
            self.findings.add("Y003", Place(name), f"cannot be read: {error.strerror}")
            return None
        self.documents[name] = document
        try:
            return TypeAdapter(kind).validate_python(document.tree)
        except ValidationError as error:
            translate_error(error, kind, document, name, self.findings)
            return None

    def read_organisations(self, parts: Parts) -> Frame | None:
        here = {problem.code for problem in self.findings.problems if problem.place.file == "frame.yaml"}
        return None if here & READING_NEEDS else read_frame(self.folder, parts, self.findings)

    def read_claims(self, parts: Parts) -> tuple[Claim, ...]:
        claims: list[Claim] = []
        for path in sorted(self.folder.glob("published/*.csv")):
            name = path.relative_to(self.folder).as_posix()
            for line, row in self._claim_rows(path, name):
                tree = {key: value for key, value in row.items() if value} | {"file": name, "line": str(line)}
                try:
                    claims.append(Claim.model_validate(tree))
                except ValidationError as error:
                    translate_error(error, Claim, Document(None, {(): line}), name, self.findings)
        check_claims(claims, parts, self.findings)
        return tuple(claims)

    def _claim_rows(self, path: Path, name: str) -> list[tuple[int, dict[str, str]]]:
        known = join_known(CLAIM_COLUMNS)
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file, strict=True)
                rows = [(reader.line_num, row) for row in reader]
                columns = list(reader.fieldnames or ())
        except (OSError, ValueError, csv.Error) as error:
            self.findings.add("P001", Place(name), f"cannot be read: {error}", known=known)
            return []
        if sorted(columns) != sorted(CLAIM_COLUMNS):
            what = f"the columns are {join_known(columns)}"
            self.findings.add("P001", Place(name, 1), what, known=known)
            return []
        whole = [(line, row) for line, row in rows if None not in row and None not in row.values()]
        for line in sorted({line for line, _ in rows} - {line for line, _ in whole}):
            what = "the row has more or fewer fields than the heading"
            self.findings.add("P001", Place(name, line), what, known=known)
        return whole
