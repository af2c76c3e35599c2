"""The map that a person writes where a file cannot be read with certainty (`map.yaml`)."""

from pathlib import Path

from pydantic import Field, ValidationError

from praksis.define.codes import Findings
from praksis.define.model import Definition, Id
from praksis.define.translate import translate_error
from praksis.define.yaml import YamlFault, read_yaml
from praksis.edit.exchange.codes import make_problem
from praksis.edit.exchange.table import fold
from praksis.errors import ProblemsFound


class ColumnMap(Definition):
    """What one column of the file is."""

    column: str = Field(description="the column's name in the file")
    item: Id | None = Field(None, description="the item whose answers it holds")
    values: dict[str, str | None] = Field(
        default_factory=dict,
        description="value in the file -> id of a category, or not-asked, not-answered, do-not-know, not-applicable",
    )
    date_form: str | None = Field(None, description="how dates are written, as `%d/%m/%Y`")
    off_path: str | None = Field(
        None, description="why answers where the routing passes the item by are dropped; they stop the import if not"
    )
    leave_out: str | None = Field(None, description="why the column is not imported")


class Drop(Definition):
    """Rows that are not imported."""

    row: int | None = Field(None, description="line, row of the sheet, or number of the case")
    organisation: str | None = Field(None, description="organisation number or reference")
    column: str | None = Field(None, description="a column that decides, with `values`")
    values: tuple[str, ...] = Field((), description="values of the column")
    reason: str = Field(min_length=1, description="why")


class Absent(Definition):
    """An item that the wave asked and the file does not hold."""

    item: Id = Field(description="the item")
    reason: str = Field(min_length=1, description="why it is not there")


class AnswerMap(Definition):
    """A whole map."""

    organisation: str | None = Field(None, description="the column that holds the organisation number")
    role: Id | None = Field(None, description="the role that every row answers as")
    role_column: str | None = Field(None, description="the column that says the role")
    role_values: dict[str, Id] = Field(default_factory=dict, description="value in that column -> role")
    columns: tuple[ColumnMap, ...] = Field((), description="the columns")
    drop: tuple[Drop, ...] = Field((), description="rows that are not imported")
    absent: tuple[Absent, ...] = Field((), description="items that the file does not hold")

    def find_column(self, name: str) -> ColumnMap:
        """What the map says about a column; an empty entry where it says nothing."""
        return next((one for one in self.columns if fold(one.column) == fold(name)), ColumnMap(column=name))


def read_map(path: Path) -> AnswerMap:
    """Read a map. Raises ProblemsFound with every field that is wrong."""
    findings = Findings()
    try:
        document = read_yaml(path)
    except YamlFault as fault:
        raise ProblemsFound([make_problem("V020", path.name, fault.what, line=fault.line)]) from None
    except (UnicodeDecodeError, OSError) as error:
        raise ProblemsFound([make_problem("V020", path.name, f"cannot be read: {error}")]) from None
    try:
        return AnswerMap.model_validate(document.tree or {})
    except ValidationError as error:
        translate_error(error, AnswerMap, document, path.name, findings)
        raise ProblemsFound(findings.problems) from None
