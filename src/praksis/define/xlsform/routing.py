"""`relevant` of a row and of the groups around it, as one `show_if`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from praksis.define.expression import ExpressionFault
from praksis.define.xlsform.account import Account
from praksis.define.xlsform.condition import Field, read_condition
from praksis.define.xlsform.shape import ROLE, compose_relevant
from praksis.define.xlsform.sheet import PREFIX, SURVEY, Row
from praksis.define.xlsform.xpath import (
    Expression,
    NotUnderstood,
    Operation,
    Reference,
    Text,
    join,
    parse_xpath,
    split,
    write_xpath,
)

NEVER = False
"""A question that no answer ever shows."""


@dataclass(frozen=True)
class Condition:
    """A `relevant` that holds for a question: its own, or that of a group around it."""

    row: int
    text: str


def read_routing(
    row: Row, conditions: Sequence[Condition], role: str, fields: Mapping[str, Field], account: Account
) -> str | bool:
    """The question's `show_if`: True for everyone, NEVER for no one. What it loses goes into the account.

    `role` is '' where the form is for one role only.
    """
    own = row.get(PREFIX + "show_if")
    if own or not conditions:
        expected = _compose(own, role, fields.values())
        if [one.text for one in conditions] == ([expected] if expected else []):
            return own or True
    if own:
        what = f"`relevant` says something else than `{PREFIX}show_if`, which is left out"
        account.add("X025", SURVEY, row.number, what)
    parts: list[Expression] = []
    for condition in conditions:
        for part in _parse(condition, account):
            if part != Operation("=", Reference(ROLE), Text(role)):
                parts += _keep(part, condition, fields, account)
    if not parts:
        return True
    try:
        show_if = read_condition(join("and", parts), fields)
    except NotUnderstood as error:  # each part can be said, but not all of them together
        _tell(conditions[0], str(error), account)
        return True
    if show_if is NEVER:
        what = "`relevant` is never true; the question is left out"
        account.add("X013", SURVEY, row.number, what, until="it is asked of nobody")
    return show_if


def _compose(show_if: str, role: str, fields: Iterable[Field]) -> str | None:
    try:
        expected = compose_relevant(show_if or None, role, fields)
        return write_xpath(expected) if expected else None
    except (ExpressionFault, NotUnderstood, RecursionError):
        return None


def _parse(condition: Condition, account: Account) -> list[Expression]:
    try:
        return list(split("and", parse_xpath(condition.text)))
    except NotUnderstood as error:
        _tell(condition, str(error), account)
        return []


def _keep(part: Expression, condition: Condition, fields: Mapping[str, Field], account: Account) -> list[Expression]:
    try:
        read_condition(part, fields)
    except NotUnderstood as error:
        _tell(condition, f"`{write_xpath(part)}`: {error}", account)
        return []
    return [part]


def _tell(condition: Condition, what: str, account: Account) -> None:
    until = "the question is asked also where this would not hold"
    account.add("X013", SURVEY, condition.row, what, until=until)
