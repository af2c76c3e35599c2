"""A draft of a map says what is known and asks for the rest; completed, it is a map."""

from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from praksis.define.survey import Survey
from praksis.define.yaml import parse_yaml
from praksis.edit.exchange.draft import draft_map
from praksis.edit.exchange.intake import Reader, open_reader
from praksis.edit.exchange.mapping import AnswerMap
from praksis.edit.exchange.table import Column, Table
from tests.edit.exchange.conftest import Import, write_csv

Refuse = Callable[..., list[str]]


def test_the_draft_asks_for_what_is_not_known(every_kind: Survey, old_wave: Path, refuse: Refuse) -> None:
    draft = draft_map(open_reader(every_kind, "2025", old_wave))
    said = AnswerMap.model_validate(parse_yaml(draft).tree)
    assert [one.column for one in said.columns] == ["RESPID", "STATUS", "Q4_1", "VEKT"]
    assert said.find_column("Q4_1").values == {"8": None}
    assert '# "Q3_1": lack-of-money (by label)' in draft
    # As it stands it settles nothing, and breaks nothing.
    assert refuse(old_wave, draft) == refuse(old_wave)


def test_the_draft_completed_is_a_map(every_kind: Survey, old_wave: Path, bring_in: Import) -> None:
    draft = draft_map(open_reader(every_kind, "2025", old_wave))
    draft = draft.replace("    item:\n    # leave_out: ", "    leave_out: not an answer").replace(
        '"8":', '"8": not-applicable'
    )
    draft += 'drop: [{column: STATUS, values: ["1", "2"], reason: not submitted}]\n'
    assert len(bring_in(old_wave, draft)) == 4


def test_the_draft_suggests_and_asks_who(every_kind: Survey, reference: Survey, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "svar.csv", [["hvem", "Kommentarer", "comments"], ["100000008", "Ja", ""]])
    draft = draft_map(open_reader(every_kind, "2025", path))
    assert "\norganisation:  # the column with the organisation number\n" in draft
    assert "    item:  # perhaps comment\n" in draft
    assert '# "comments": left out, it is empty' in draft
    assert "# Items that no column holds yet: full-time-equivalents, has-strategy, " in draft
    draft = draft_map(open_reader(reference, "2019", path))
    assert "\nrole:  # who answered: head-of-it, director-of-education; or role_column:\n" in draft


def test_many_unknown_values_raise_a_question(every_kind: Survey, tmp_path: Path) -> None:
    rows = [["100000008", f"fri tekst {number}"] for number in range(40)]
    path = write_csv(tmp_path / "svar.csv", [["organisation", "services-are"], *rows])
    assert "# and 10 other values: is this the right item?" in draft_map(open_reader(every_kind, "2025", path))


@settings(deadline=None, max_examples=60)
@given(
    names=st.lists(st.text(min_size=1), min_size=1, unique_by=str.casefold),
    values=st.lists(st.text(min_size=1), min_size=1),
)
def test_a_draft_is_yaml_whatever_the_file_holds(names: list[str], values: list[str], every_kind: Survey) -> None:
    columns = [Column(name, tuple(values), label=values[0], labels={values[-1]: names[0]}) for name in names]
    columns.append(Column("services_are", tuple(values)))
    table = Table("svar.sav", "0" * 64, tuple(columns), tuple(range(1, len(values) + 1)), "SPSS file")
    draft = draft_map(Reader(every_kind, "2025", table, AnswerMap(), None))
    said = AnswerMap.model_validate(parse_yaml(draft).tree)
    assert {one.column for one in said.columns} <= {column.name for column in columns}
    assert len(said.columns) >= len(names) - 1
