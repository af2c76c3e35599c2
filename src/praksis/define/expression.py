"""The small expression language of `show_if` and checks, with a third truth value.

A comparison with an answer that is missing is unknown (None): `not unknown` is unknown, `unknown and
false` is false, `unknown or true` is true (Kleene's strong logic, *Introduction to Metamathematics*,
1952, section 64). A question whose condition is unknown is not shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

GRAMMAR = r"""
    ?start: either
    either: both (OR both)*
    both: negated (AND negated)*
    ?negated: NOT negated                -> negation
            | comparison
            | "(" either ")"
    comparison: NAME IS NAME             -> equal
              | NAME IS_NOT NAME         -> different
              | NAME IN "(" NAME ("," NAME)* ")" -> among
              | ANSWERED "(" NAME ")"    -> answered
    IS: "="
    IS_NOT: "!="
    AND: /and(?![a-z0-9-])/
    OR: /or(?![a-z0-9-])/
    NOT: /not(?![a-z0-9-])/
    IN: /in(?![a-z0-9-])/
    ANSWERED: /answered(?![a-z0-9-])/
    NAME: /(?!(and|or|not|in|answered)(?![a-z0-9-]))[a-z0-9]+(-[a-z0-9]+)*/
    %ignore /\s+/
"""

_PARSER = Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)
_COMPARISONS = ("equal", "different", "among", "answered")
_WORDS = {
    "IS": "=", "IS_NOT": "!=", "AND": "and", "OR": "or", "NOT": "not", "IN": "in", "ANSWERED": "answered",
    "NAME": "a name", "LPAR": "(", "RPAR": ")", "COMMA": ",", "$END": "the end",
}  # fmt: skip


class ExpressionFault(Exception):
    """The text is not an expression; `column` is 1-based."""

    def __init__(self, column: int, what: str) -> None:
        self.column, self.what = column, what
        super().__init__(what)


@dataclass(frozen=True)
class Comparison:
    """One comparison of an expression: the variable, and the values it is compared with (none for `answered`)."""

    variable: str
    values: tuple[str, ...]


@lru_cache(maxsize=1024)
def parse_expression(text: str) -> Tree[Token]:
    """Parse once, keep. Raises ExpressionFault."""
    try:
        return _PARSER.parse(text)
    except UnexpectedInput as error:
        ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        column = len(text) + 1 if ended else (error.pos_in_stream or 0) + 1
        allowed = error.allowed if isinstance(error, UnexpectedCharacters) else getattr(error, "expected", None)
        wanted = ", ".join(f"`{_WORDS[name]}`" for name in _WORDS if name in (allowed or ()))
        where = "the end" if ended else f"column {column}"
        raise ExpressionFault(column, f"not understood at {where}; expected {wanted}") from None


def find_comparisons(text: str) -> Iterator[Comparison]:
    """Every comparison of an expression, in the order of the text. Raises ExpressionFault."""
    for node in parse_expression(text).iter_subtrees_topdown():  # type: ignore[no-untyped-call]  # lark's own gap
        if node.data in _COMPARISONS:
            variable, *values = _names(node)
            yield Comparison(variable, tuple(values))


def evaluate(text: str, values: Mapping[str, str | None]) -> bool | None:
    """True, False, or None for unknown. `values` maps variable -> answer id, or None where it is missing."""
    root = parse_expression(text)
    known: dict[int, bool | None] = {}
    # From the leaves up, without recursion: an expression may be nested deeper than Python's stack.
    for node in root.iter_subtrees():
        parts = [known[id(child)] for child in node.children if isinstance(child, Tree)]
        known[id(node)] = _evaluate_node(node, parts, values)
    return known[id(root)]


def _evaluate_node(node: Tree[Token], parts: list[bool | None], values: Mapping[str, str | None]) -> bool | None:
    if node.data in ("either", "both"):
        decisive = node.data == "either"
        return decisive if decisive in parts else (None if None in parts else not decisive)
    if node.data == "negation":
        return None if parts[0] is None else not parts[0]
    variable, *compared = _names(node)
    value = values.get(variable)
    if node.data == "answered":
        return value is not None
    if value is None:
        return None
    return (value in compared) is not (node.data == "different")


def _names(node: Tree[Token]) -> list[str]:
    return [str(child) for child in node.children if isinstance(child, Token) and child.type == "NAME"]
