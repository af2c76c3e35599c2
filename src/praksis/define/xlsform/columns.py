"""The cells of `survey` that nothing has used: each column is told of once, with its rows."""

from collections.abc import Collection

from praksis.define.xlsform.account import Account
from praksis.define.xlsform.sheet import PREFIX, SURVEY, Row
from praksis.define.xlsform.tree import Node, RowKind
from praksis.localtext import LocalText

_HANDLED = frozenset(("type", "name", "label", "hint", "required", "relevant", "appearance", "disabled"))
_APPEARANCES = {RowKind.TEXT: ("multiline",), RowKind.GROUP: ("table-list", "field-list")}
_NEEDS = {
    "constraint_message": "Nothing: Praksis says what is wrong in words of its own",
    "required_message": "Nothing: Praksis says what is wrong in words of its own",
    "guidance_hint": "Move what the respondent must know to the hint, which becomes `help`",
    "appearance": "Nothing: Praksis shows each kind of question in its own way",
    "default": "Nothing is filled in beforehand; `factual: true` shows last wave's answer beside a question",
    "read_only": "Write it as information if nobody is to answer it",
}
_NO_PLACE = "Praksis has no place for it"


class Columns:
    """Collects columns with cells that could not be taken in."""

    def __init__(self, languages: tuple[str, ...], is_ours: bool) -> None:
        self.languages, self.is_ours = languages, is_ours
        self.unheld: dict[str, list[int]] = {}

    def check(self, node: Node, handled: Collection[str] = (), expected: LocalText | None = None) -> None:
        """Every cell of a row that is not handled; `expected` is what a form of ours says of the limits."""
        row = node.row
        left = {name for name in row.names if name not in _HANDLED and name not in handled}
        if self.is_ours:
            left = {name for name in left if not name.startswith(PREFIX)}
            said = row.local("constraint_message", self.languages[0])
            if expected is not None and all(expected.root.get(one) == text for one, text in said.items()):
                left.discard("constraint_message")
        if any(word not in _APPEARANCES.get(node.kind, ()) for word in row.get("appearance").split()):
            left.add("appearance")
        for name in sorted(left):
            self.lose(name, row)

    def lose(self, column: str, row: Row) -> None:
        """One cell that could not be taken in."""
        rows = self.unheld.setdefault(column, [])
        if row.number not in rows:
            rows.append(row.number)

    def tell(self, account: Account) -> None:
        """All of them, into the account."""
        for column, rows in self.unheld.items():
            what = f"the column `{column}` (rows {', '.join(map(str, rows))})"
            account.add("X016", SURVEY, 1, what, need=_NEEDS.get(column, _NO_PLACE))
