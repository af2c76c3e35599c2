"""What a release says, in the form the site and other readers take it from: words, tables, addresses of cells.

Everything here is already in its language, rounded and disclosure-checked. The models are written to
`content.json` in the release and read back by the site; nothing else passes between the two.
"""

from pydantic import BaseModel, ConfigDict


class Content(BaseModel):
    """A part of what a release says."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Content):
    """A piece of a sentence; a number carries the figure and the id of the table cell it was read from."""

    text: str
    figure: str | None = None
    cell: str | None = None


class Sentence(Content):
    """One sentence or paragraph. `plain` joins it."""

    spans: tuple[Span, ...]

    @property
    def plain(self) -> str:
        return "".join(span.text for span in self.spans)


class TableCell(Content):
    """One estimate in a table. `text` is '54 %' or a sign (':', '..'); `explain` says a sign in words."""

    id: str
    text: str
    interval: str = ""
    explain: str = ""
    uncertain: bool = False


class TableRow(Content):
    """A row: its headings (as many as the table's `headings`), its cells, and how many answered."""

    headings: tuple[str, ...]
    cells: tuple[TableCell, ...]
    n: str = ""


class Table(Content):
    """The numbers behind a figure; `n_label` heads the last column, '' where there is none."""

    caption: str
    headings: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    n_label: str = ""


class Download(Content):
    """A file of the release with the numbers or the picture of a figure."""

    format: str
    path: str
    bytes: int


class FigureText(Content):
    """A figure in one language.

    `wide` and `narrow` are SVG texts for a page (720 and 340 px); `picture` is one that stands alone, with title,
    source and notes. It becomes a file of the release and is then left out here.
    """

    title: str
    description: str
    wide: str
    narrow: str
    picture: str = ""
    key: str = ""
    """What the chart's whiskers, bands and hollow or hatched signs mean; '' where it has none."""
    bullets: tuple[Sentence, ...]
    notes: tuple[str, ...]
    source: str
    tables: tuple[Table, ...]
    downloads: tuple[Download, ...] = ()


class SectionText(Content):
    """A part of a page in one language; `figures` are ids."""

    title: str
    lead: tuple[Sentence, ...]
    figures: tuple[str, ...]


class StepText(Content):
    """A step of the staircase as the page explains it."""

    title: str
    criteria: tuple[str, ...]


class FieldworkRow(Content):
    """How many were asked and answered, per group."""

    label: str
    invited: int
    responded: int
    rate: str


class PageText(Content):
    """A page in one language."""

    title: str
    lead: tuple[Sentence, ...]
    sections: tuple[SectionText, ...]
    steps_title: str = ""
    steps_measure: str = ""
    steps: tuple[StepText, ...] = ()
    fieldwork_title: str
    fieldwork: tuple[FieldworkRow, ...]
    fieldwork_sentence: str


class SurveyText(Content):
    """The survey in one language."""

    title: str
    owner: str
    about: tuple[str, ...]
    design: str
    pages: dict[str, PageText]
    figures: dict[str, FigureText]


class ReleaseContent(Content):
    """A whole release as the site sees it. Pages are shown in the order of `page_ids`."""

    survey: str
    release: str
    date: str
    synthetic: bool
    languages: tuple[str, ...]
    page_ids: tuple[str, ...]
    text: dict[str, SurveyText]
