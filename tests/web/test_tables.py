"""Tables as they are shown: what is said once, what is said in the cell, what a sign is heard as."""

from praksis.tell.content import Table, TableCell, TableRow
from praksis.web.site.figures import show_table


def make(*rows: tuple[tuple[str, ...], tuple[TableCell, ...]], n_label: str = "") -> Table:
    width = len(rows[0][1])
    return Table(
        caption="Shares",
        headings=tuple(f"Heading {place}" for place, _ in enumerate(rows[0][0])),
        columns=tuple(f"Column {place}" for place in range(width)),
        rows=tuple(TableRow(headings=headings, cells=cells, n="80") for headings, cells in rows),
        n_label=n_label,
    )


def cell(identity: str, text: str, explain: str = "", uncertain: bool = False) -> TableCell:
    return TableCell(id=identity, text=text, explain=explain, uncertain=uncertain)


def test_rows_under_a_shared_heading_stand_below_it() -> None:
    one, two, three = ((cell(name, "5 %"),) for name in "abc")
    view = show_table(
        "t", make((("Statement", "State"), one), (("Statement", "All"), two), (("Other", "All"), three)), ""
    )
    assert view.headings == ("Heading 1",)
    assert [(group.heading, len(group.lines)) for group in view.groups] == [("Statement", 2), ("Other", 1)]
    assert view.groups[0].lines[1].headings == ("All",)
    assert view.width == 2


def test_headings_that_nothing_shares_stay_in_the_row() -> None:
    view = show_table("t", make((("One", "State"), (cell("a", "5 %"),)), (("Two", "All"), (cell("b", "6 %"),))), "")
    assert [(group.heading, len(group.lines)) for group in view.groups] == [("", 2)]
    assert view.groups[0].lines[0].headings == ("One", "State")


def test_what_a_whole_column_explains_is_said_at_its_head() -> None:
    first = (cell("a", "5 %", "n = 80"), cell("b", "5 %", "n = 70"))
    second = (cell("c", "9 %", "n = 80. Uncertain", uncertain=True), cell("d", "9 %", "n = 60"))
    view = show_table("t", make((("One",), first), (("Two",), second)), "")
    assert view.columns == (("Column 0", "n = 80"), ("Column 1", ""))
    cells = [cell for line in view.groups[0].lines for cell in line.cells]
    assert [cell.note for cell in cells] == ["", "n = 70", "", "n = 60"]
    assert [cell.uncertain for cell in cells] == [False, False, True, False]


def test_a_number_does_not_repeat_the_count_its_row_has() -> None:
    view = show_table("t", make((("One",), (cell("a", "5 %", "n = 80"),)), n_label="Answers"), "")
    assert view.columns == (("Column 0", ""),)
    assert view.groups[0].lines[0].cells[0].note == ""


def test_signs_have_a_meaning_and_numbers_have_none() -> None:
    view = show_table("t", make((("One",), (cell("a", ":", "Hidden"), cell("b", "5 %", "n = 80")))), "Shares")
    assert [cell.meaning for cell in view.groups[0].lines[0].cells] == ["Hidden", ""]
    assert view.signs == ((":", "Hidden"),)
    assert view.caption_said
