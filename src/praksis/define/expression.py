"""The small expression language of `show_if` and checks, with a third truth value.

A comparison with an answer that is missing is unknown (None): `not unknown` is unknown, `unknown and
false` is false, `unknown or true` is true (Kleene's strong logic, *Introduction to Metamathematics*,
1952, section 64). A question whose condition is unknown is not shown.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

GRAMMAR = r"""
    ?start: either
    ?either: both ("or" both)*           -> either
    ?both: negated ("and" negated)*      -> both
    ?negated: "not" negated              -> negation
            | comparison
            | "(" either ")"
    comparison: NAME IS NAME             -> equal
              | NAME IS_NOT NAME         -> different
              | NAME "in" "(" NAME ("," NAME)* ")" -> among
              | "answered" "(" NAME ")"  -> answered
    IS: "="
    IS_NOT: "!="
    NAME: /(?!(and|or|not|in|answered)\b(?!-))[a-z0-9]+(-[a-z0-9]+)*/
    %ignore /\s+/
"""

_PARSER = Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


class ExpressionFault(Exception):
    """The text is not an expression; `column` is 1-based."""

    def __init__(self, column: int, what: str) -> None:
        self.column, self.what = column, what
        super().__init__(what)


@lru_cache(maxsize=1024)
def parse_expression(text: str) -> Tree[Token]:
    """Parse once, keep. Raises ExpressionFault."""
    try:
        return _PARSER.parse(text)
    except UnexpectedInput as error:
        column = getattr(error, "column", 0) or 0
        raise ExpressionFault(max(column, 1), f"not understood at column {max(column, 1)}") from None


def find_comparisons(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every variable in an expression with the values it is compared with (none for `answered`)."""
    for node in parse_expression(text).iter_subtrees():
        if node.data in ("equal", "different", "among", "answered"):
            names = [str(child) for child in node.children if isinstance(child, Token) and child.type == "NAME"]
            yield names[0], tuple(names[1:])


def evaluate(text: str, values: Mapping[str, str | None]) -> bool | None:
    """True, False, or None for unknown. `values` maps variable -> answer id, or None where it is missing."""
    return _evaluate(parse_expression(text), values)


def _evaluate(node: Tree[Token], values: Mapping[str, str | None]) -> bool | None:
    if node.data in ("either", "both"):
        parts = [_evaluate(child, values) for child in node.children if isinstance(child, Tree)]
        decisive = node.data == "either"
        return decisive if decisive in parts else (None if None in parts else not decisive)
    if node.data == "negation":
        (child,) = (child for child in node.children if isinstance(child, Tree))
        inner = _evaluate(child, values)
        return None if inner is None else not inner
    names = [str(child) for child in node.children if isinstance(child, Token) and child.type == "NAME"]
    value = values.get(names[0])
    if node.data == "answered":
        return value is not None
    if value is None:
        return None
    return (value in names[1:]) is not (node.data == "different")
