"""Whom we ask: the dated list of organisations, and the breakdowns made of what the frame knows."""

from collections.abc import Sequence

from pydantic import Field

from praksis.define.model import Day, Definition, Id
from praksis.localtext import LocalText


class MunicipalityNumbers(Definition):
    """Where municipality numbers stand, to be checked against the register that comes with Praksis."""

    number: str = Field(description="column with the municipality number")
    as_of: Day | None = Field(
        None, description="a day whose numbers the file uses; 1 January of each wave's year if not given"
    )


class FrameSource(Definition):
    """One file of organisations: CSV, or the sheet of a workbook (.xlsx)."""

    file: str = Field(description="path of the file, relative to the survey folder")
    sheet: str | None = Field(None, description="sheet of the workbook; the first if not given")
    waves: tuple[Id, ...] = Field((), description="the waves whose organisations the file holds; all if not given")
    key: str = Field(description="column with the organisation number")
    reference: str = Field(description="column by which the survey's answers name a row, also where the key is empty")
    name: str = Field(description="column with the organisation's name")
    set: dict[Id, Id] = Field(default_factory=dict, description="breakdown values that hold for the whole file")
    columns: dict[Id, str] = Field(default_factory=dict, description="frame variables and the columns they stand in")
    per_wave: dict[Id, str] = Field(
        default_factory=dict, description="frame variables with one column a wave; `{wave}` stands for the wave"
    )
    municipality: MunicipalityNumbers | None = Field(
        None, description="the municipality numbers of the file; not checked if not given"
    )

    def list_columns(self, waves: Sequence[str]) -> tuple[str, ...]:
        """The columns the file must have, to serve some waves."""
        per_wave = [pattern.replace("{wave}", wave) for pattern in self.per_wave.values() for wave in waves]
        number = [self.municipality.number] if self.municipality else []
        return tuple(dict.fromkeys([self.key, self.reference, self.name, *number, *self.columns.values(), *per_wave]))


class BreakdownCategory(Definition):
    """One class of a breakdown, with the words that charts and sentences need."""

    id: Id = Field(description="name used in figures, claims and files")
    below: float | None = Field(None, description="upper limit of a size class, itself not included")
    label: LocalText = Field(description="as it stands in charts and tables: 'State bodies'")
    who: LocalText | None = Field(None, description="inside a sentence after a share: '54 percent of {who}'")
    qualifier: LocalText | None = Field(
        None, description="added to another breakdown's `who`: 'state bodies {on step 3}'; for those without `who`"
    )


class Breakdown(Definition):
    """A way to divide organisations: given in the frame, by classes of a number, or by an answer."""

    id: Id = Field(description="name used in figures, claims, design and expressions")
    title: LocalText = Field(description="its name on screen")
    classes_of: Id | None = Field(None, description="frame variable (a number) that the categories' `below` cut")
    answer_to: tuple[Id, ...] = Field(
        (), description="items whose answer decides, one per role; the categories are those of their scale"
    )
    within: str | None = Field(None, description="group it divides, as `sector=municipality`; everyone if not given")
    categories: tuple[BreakdownCategory, ...] = Field(min_length=1, description="its classes, in their order")

    def category(self, name: str) -> BreakdownCategory:
        return next(category for category in self.categories if category.id == name)


class Stated(Definition):
    """How many organisations a wave is known to have asked; checked against the files."""

    wave: Id = Field(description="the wave")
    group: str = Field(description="group of organisations, as `sector=municipality`")
    organisations: int = Field(ge=0, description="number of organisations asked")
    source: str = Field(description="where the number is from")


class LeftOut(Definition):
    """An organisation in the file that was not in the frame of some waves."""

    reference: str = Field(description="the row, by its reference column")
    waves: tuple[Id, ...] = Field(min_length=1, description="the waves that did not ask it")
    reason: str = Field(description="why")


ANSWER_NEEDS = {
    "F001": ("reference", "key"),
    "F002": ("reference",),
    "F004": ("reference", "category"),
    "F006": ("wave",),
    "F019": ("reference",),
    "F020": ("reference",),
    "F021": ("reference",),
    "F022": ("reference",),
}
"""Holes that an answer can settle, and the fields it needs for that."""


class FrameAnswer(Definition):
    """The survey's answer to a hole in the frame. The hole stays a reported problem; this says what is done."""

    problem: str = Field(description="code of the problem it answers")
    reference: str | None = Field(None, description="the row, by its reference column; for problems of one row")
    wave: Id | None = Field(None, description="the wave, for a count that differs")
    group: str | None = Field(None, description="the group, for a count that differs; every group if not given")
    key: Id | None = Field(None, description="a key to use in place of the organisation number")
    category: Id | None = Field(None, description="the class to use where the number that decides it is unknown")
    waves: tuple[Id, ...] = Field((), description="the waves it holds for; all if not given")
    reason: str = Field(min_length=1, description="why this answer, and what it may do to the figures")

    @property
    def lacking(self) -> tuple[str, ...]:
        """Fields that its problem needs and that are not given."""
        return tuple(field for field in ANSWER_NEEDS.get(self.problem, ()) if getattr(self, field) is None)


class WrittenForm(Definition):
    """Which language an organisation is written to in, unless it asks for another."""

    variable: Id = Field(description="frame variable that says so, such as `written-form`")
    languages: dict[str, Id] = Field(
        min_length=1, description="value of the variable -> language of the survey; other values get the first language"
    )


class FrameDefinition(Definition):
    """Where the frame stands and how it is divided (`frame.yaml`)."""

    everyone: BreakdownCategory = Field(description="the words for all organisations together")
    sources: tuple[FrameSource, ...] = Field(min_length=1, description="the files that hold the organisations")
    breakdowns: tuple[Breakdown, ...] = Field((), description="ways to divide them")
    written_form: WrittenForm | None = Field(
        None, description="in which language organisations are written to; the survey's first language if not given"
    )
    stated: tuple[Stated, ...] = Field((), description="known numbers to check the files against")
    left_out: tuple[LeftOut, ...] = Field((), description="rows that are not in every wave")
    answers: tuple[FrameAnswer, ...] = Field((), description="what the survey does about holes in the frame")
    successors: str | None = Field(
        None,
        description="file in the survey folder (CSV or workbook) that says which organisations took over from which",
    )
