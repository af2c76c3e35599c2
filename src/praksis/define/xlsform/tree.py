"""The rows of the sheet `survey` as a tree of groups, each with what its `type` says."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from praksis.define.xlsform.account import Account
from praksis.define.xlsform.sheet import Row, Sheet


class RowKind(StrEnum):
    GROUP = "group"
    REPEAT = "repeat"
    NOTE = "note"
    ONE = "select_one"
    SEVERAL = "select_multiple"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RANGE = "range"
    DATE = "date"
    TEXT = "text"
    CALCULATE = "calculate"
    OTHER = "other"
    """A type that Praksis has no question for."""


@dataclass
class Node:
    """A row, and the rows inside it if it begins a group."""

    row: Row
    kind: RowKind
    type: str
    """As it was written."""
    listed: str = ""
    """The list it chooses from."""
    or_other: bool = False
    children: list["Node"] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.row.get("name")


_GROUPS = re.compile(r"(begin|end)[ _]+(group|repeat|loop|lgroup|looped group)\b.*", re.IGNORECASE)
_SELECTS = re.compile(
    r"(?P<one>select[_ ]one(?: from)?|select1|add select one prompt using)\s+(?P<list>\S+)(?P<other>.*)"
    r"|(?P<several>select[_ ]multiple(?: from)?|select all that apply(?: from)?|add select multiple prompt using)"
    r"\s+(?P<lists>\S+)(?P<others>.*)",
    re.IGNORECASE,
)
_PLAIN = {
    "note": RowKind.NOTE,
    "integer": RowKind.INTEGER,
    "int": RowKind.INTEGER,
    "decimal": RowKind.DECIMAL,
    "range": RowKind.RANGE,
    "date": RowKind.DATE,
    "text": RowKind.TEXT,
    "string": RowKind.TEXT,
    "calculate": RowKind.CALCULATE,
}
_YES = ("yes", "true", "true()")
_NO = ("no", "false", "false()", "")


def read_yes(text: str) -> bool | None:
    """Yes or no as forms write it; None for anything else, such as an expression."""
    plain = text.strip().lower()
    return True if plain in _YES else False if plain in _NO else None


def build_tree(sheet: Sheet, account: Account) -> list[Node]:
    """All rows in their groups. Groups that do not end, or end twice, go into the account and stop the form."""
    top: list[Node] = []
    stack: list[Node] = []
    for row in sheet.rows:
        if read_yes(row.get("disabled")) is True:
            account.add(
                "X016", sheet.name, row.number, f"`{row.get('name')}` is switched off", need="Remove `disabled`"
            )
            continue
        given = " ".join(row.get("type").split())
        if not given:
            if row.get("name") or "label" in row.names:
                what = f"`{row.get('name')}` has no type"
                account.add("X010", sheet.name, row.number, what, known=KNOWN)
            continue
        group = _GROUPS.fullmatch(given)
        if group and group[1].lower() == "end":
            kind = RowKind.GROUP if group[2].lower() == "group" else RowKind.REPEAT
            if not stack or stack[-1].kind is not kind:
                account.add("X004", sheet.name, row.number, f"`{given}` ends what has not begun")
            else:
                stack.pop()
            continue
        node = _read_node(row, given)
        (stack[-1].children if stack else top).append(node)
        if group:
            stack.append(node)
    for node in stack:
        account.add("X004", sheet.name, node.row.number, f"`{node.type}` `{node.name}` has no end")
    return top


KNOWN = "select_one, select_multiple, integer, decimal, range, date, text and note"


def _read_node(row: Row, given: str) -> Node:
    if group := _GROUPS.fullmatch(given):
        return Node(row, RowKind.GROUP if group[2].lower() == "group" else RowKind.REPEAT, given)
    if select := _SELECTS.fullmatch(given):
        kind = RowKind.ONE if select["one"] else RowKind.SEVERAL
        rest = (select["other"] or select["others"] or "").strip()
        other = rest.lower().replace("_", " ") in ("or other", "or specify other")
        if rest and not other:
            return Node(row, RowKind.OTHER, given)
        return Node(row, kind, given, select["list"] or select["lists"], other)
    return Node(row, _PLAIN.get(given.lower(), RowKind.OTHER), given)
