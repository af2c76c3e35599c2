"""Content made ready for templates: sentences with links, rows under shared headings, signs explained once."""

from dataclasses import dataclass
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from praksis.tell.content import FigureText, Sentence, Span, Table, TableCell
from praksis.web.site.links import CellLinks, Link, point
from praksis.web.site.typography import keep_together
from praksis.web.words import Words


@dataclass(frozen=True)
class CellView:
    """A cell as it is shown. A sign is heard as its meaning; `note` is what is said below a number."""

    id: str
    text: str
    interval: str
    meaning: str
    note: str
    uncertain: bool


@dataclass(frozen=True)
class Line:
    """A row of a table as it is shown."""

    headings: tuple[str, ...]
    cells: tuple[CellView, ...]
    n: str


@dataclass(frozen=True)
class Group:
    """Rows that share a heading, which stands on a line of its own above them ('' = no such line)."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class TableView:
    """A table as it is shown; `signs` are the signs used in it, with their meaning."""

    id: str
    table: Table
    headings: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    """Each column's heading, and what is said once for all its cells ('' = nothing)."""
    groups: tuple[Group, ...]
    width: int
    """How many columns."""
    signs: tuple[tuple[str, str], ...]
    any_uncertain: bool
    caption_said: bool
    """Does the figure's title just above say the same?"""


@dataclass(frozen=True)
class FigureView:
    """A figure as it is shown."""

    id: str
    text: FigureText
    wide: SafeString
    narrow: SafeString
    bullets: tuple[SafeString, ...]
    tables: tuple[TableView, ...]
    downloads: tuple[Link, ...]
    legend: str


def write_sentence(sentence: Sentence, links: CellLinks) -> SafeString:
    """A sentence with its numbers as links to their cells."""
    return format_html_join("", "{}", ((_write_span(span, links),) for span in sentence.spans))


def _write_span(span: Span, links: CellLinks) -> str:
    address = links.find(span)
    text = keep_together(span.text)
    return text if address is None else format_html('<a class="number" href="{}">{}</a>', address, text)


def show_figure(name: str, figure: FigureText, links: CellLinks, words: Words) -> FigureView:
    """Make a figure ready for its template."""
    return FigureView(
        id=name,
        text=figure,
        # Drawings were checked when the release was opened (praksis.web.site.drawing).
        wide=mark_safe(figure.wide),
        narrow=mark_safe(figure.narrow),
        bullets=tuple(write_sentence(bullet, links) for bullet in figure.bullets),
        tables=tuple(
            show_table(f"{name}--table-{place}", table, figure.title)
            for place, table in enumerate(figure.tables, start=1)
        ),
        downloads=tuple(
            Link(
                words.fill("download_as", format=download.format, size=words.write_size(download.bytes)),
                point(links.here, f"files/{download.path}"),
            )
            for download in figure.downloads
        ),
        legend=words.fill("show_as", title=figure.title),
    )


def show_table(identity: str, table: Table, title: str) -> TableView:
    """Make a table ready for its template.

    Where rows share their first headings, these stand once above the rows: columns are dear on a phone.
    """
    shared = [(outer, tuple(rows)) for outer, rows in groupby(table.rows, lambda row: row.headings[:-1])]
    grouped = len(table.headings) > 1 and len(shared) < len(table.rows)
    if not grouped:
        shared = [((), table.rows)]
    headings = table.headings[-1:] if grouped else table.headings
    cells = [cell for row in table.rows for cell in row.cells]
    columns = tuple(
        (column, "" if table.n_label else _find_note([row.cells[place] for row in table.rows]))
        for place, column in enumerate(table.columns)
    )
    return TableView(
        id=identity,
        table=table,
        headings=headings,
        columns=columns,
        groups=tuple(
            Group(
                " – ".join(outer),
                tuple(
                    Line(
                        row.headings[-1:] if grouped else row.headings,
                        tuple(
                            _show_cell(cell, said=bool(table.n_label or note))
                            for cell, (_, note) in zip(row.cells, columns, strict=True)
                        ),
                        row.n,
                    )
                    for row in rows
                ),
            )
            for outer, rows in shared
        ),
        width=len(headings) + len(table.columns) + bool(table.n_label),
        signs=tuple(dict.fromkeys((cell.text, cell.explain) for cell in cells if _is_sign(cell))),
        any_uncertain=any(cell.uncertain for cell in cells),
        caption_said=table.caption == title,
    )


def _is_sign(cell: TableCell) -> bool:
    return bool(cell.explain) and not any(character.isdigit() for character in cell.text)


def _find_note(column: list[TableCell]) -> str:
    """What a column's cells all explain ('n = 87'), to be said once at its head; '' where they differ."""
    explained = [cell for cell in column if not _is_sign(cell)]
    notes = {cell.explain for cell in explained if not cell.uncertain}
    note = notes.pop() if len(notes) == 1 else ""
    return note if all(cell.explain.startswith(note) for cell in explained) else ""


def _show_cell(cell: TableCell, *, said: bool) -> CellView:
    """`said` tells that the explanation of a number stands elsewhere: in its row or at the head of its column."""
    sign = _is_sign(cell)
    return CellView(
        id=cell.id,
        text=cell.text,
        interval=cell.interval,
        meaning=cell.explain if sign else "",
        note="" if sign or said else cell.explain,
        uncertain=cell.uncertain and (said or not cell.explain),
    )
