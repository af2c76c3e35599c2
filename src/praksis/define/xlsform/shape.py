"""How we shape a form where the standard leaves it open: said once, for the writer and for the reader."""

from collections.abc import Iterable

from praksis.define.xlsform.condition import Field, write_condition
from praksis.define.xlsform.xpath import Call, Expression, Operation, Reference, Text, join

ORGANISATION = "organisation"
"""The question that stands in for the organisation's name, which we know and a form must ask."""
FRAME = "frame_"
ROLE = "role_"
ROLES = "roles_"


def compose_relevant(show_if: str | None, role: str, fields: Iterable[Field]) -> Expression | None:
    """When a question is shown: to its role, if the form is for several ('' if not), and if its condition holds.

    Raises ExpressionFault and NotUnderstood.
    """
    parts: list[Expression] = [Operation("=", Reference(ROLE), Text(role))] if role else []
    parts += [write_condition(show_if, fields)] if show_if else []
    return join("and", parts) if parts else None


def is_empty(names: Iterable[str]) -> Expression:
    """That these have no answer."""
    return join("and", [Operation("=", Reference(name), Text("")) for name in names])


def say_required_part(others: Iterable[str], missing: str) -> Expression:
    """The last part of a whole must be answered if another is, so that the sum is looked at."""
    given = join("or", [Operation("!=", Reference(name), Text("")) for name in others])
    return join("and", [given, is_empty([missing])]) if missing else given


def name_answer(name: str) -> Expression:
    """The label of a chosen answer, to be filled into a text: a reference alone would give the choice's name."""
    return Call("jr:choice-name", (Reference(name), Text(f"${{{name}}}")))


def name_choice(kind: str, categories: Iterable[str]) -> str:
    """The name of a missing class among the choices of a scale, none of which has it."""
    return f"{kind}_" if kind in categories else kind
