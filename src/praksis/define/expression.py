"""The small expression language of `show_if` and checks, with a third truth value.

A comparison with an answer that is missing is unknown (None): `not unknown` is unknown, `unknown and
false` is false, `unknown or true` is true (Kleene's strong logic, *Introduction to Metamathematics*,
1952, section 64). A question whose condition is unknown is not shown; a check that is unknown has not failed.

A *condition* (`show_if`) compares answers on scales. A *statement* (a check) also counts, with numbers, dates and
what was answered before. Its numbers are fractions of whole numbers, so 0.1 + 0.2 = 0.3 and 1 / 3 * 3 = 1.
"""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

_LOGIC = r"""
    ?start: either
    either: both (OR both)*
    both: negated (AND negated)*
    ?negated: NOT negated                -> negation
            | comparison
            | "(" either ")"
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

GRAMMAR = (
    _LOGIC
    + r"""
    comparison: NAME IS NAME             -> equal
              | NAME IS_NOT NAME         -> different
              | NAME IN "(" NAME ("," NAME)* ")" -> among
              | ANSWERED "(" NAME ")"    -> answered
"""
)

STATEMENT_GRAMMAR = (
    _LOGIC
    + r"""
    comparison: sum (IS | IS_NOT | ORDER) sum -> relation
              | variable IN "(" value ("," value)* ")" -> among
              | ANSWERED "(" variable ")" -> answered
    ?sum: product
        | sum PLUS product               -> plus
        | sum MINUS product              -> minus
    ?product: signed
            | product TIMES signed       -> times
            | product OVER signed        -> over
    ?signed: MINUS signed                -> negative
           | ABS "(" sum ")"             -> absolute
           | variable
           | NUMBER                      -> number
           | DATE                        -> date
           | "(" sum ")"
    ?variable: NAME                      -> now
             | PREVIOUS "(" NAME ")"     -> before
    value: NAME | NUMBER | DATE
    ORDER: "<=" | ">=" | "<" | ">"
    PLUS: "+"
    MINUS: "-"
    TIMES: "*"
    OVER: "/"
    ABS.2: /abs(?=\s*\()/
    PREVIOUS.2: /previous(?=\s*\()/
    DATE.3: /[0-9]{4}-[0-9]{2}-[0-9]{2}(?![a-z0-9]|-[a-z0-9])/
    NUMBER.2: /[0-9]+(\.[0-9]+)?(?![a-z0-9]|[-.][a-z0-9])/
"""
)

_PARSER = Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)
_STATEMENT_PARSER = Lark(STATEMENT_GRAMMAR, parser="lalr", maybe_placeholders=False)
_COMPARISONS = ("equal", "different", "among", "answered")
_WORDS = {
    "IS": "=", "IS_NOT": "!=", "ORDER": "<", "PLUS": "+", "MINUS": "-", "TIMES": "*", "OVER": "/",
    "AND": "and", "OR": "or", "NOT": "not", "IN": "in", "ANSWERED": "answered", "PREVIOUS": "previous", "ABS": "abs",
    "NAME": "a name", "NUMBER": "a number", "DATE": "a date", "LPAR": "(", "RPAR": ")", "COMMA": ",", "$END": "the end",
}  # fmt: skip
_MOST_DIGITS = 30
"""Of a number in a statement: more than any answer has."""

Value = Fraction | datetime.date | str
"""What a variable of a statement is: a number, a date, or the id of a category."""


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


@dataclass(frozen=True)
class Use:
    """A variable where it stands in a statement; `column` is 1-based."""

    variable: str
    before: bool
    """Is it the answer of the last wave, `previous(variable)`?"""
    column: int


@lru_cache(maxsize=1024)
def parse_expression(text: str) -> Tree[Token]:
    """Parse a condition once, keep. Raises ExpressionFault."""
    return _parse(_PARSER, text)


def _parse(parser: Lark, text: str) -> Tree[Token]:
    try:
        return parser.parse(text)
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
    if node.data in CONNECTIVES:
        return connect(node.data, parts)
    variable, *compared = _names(node)
    value = values.get(variable)
    if node.data == "answered":
        return value is not None
    if value is None:
        return None
    return (value in compared) is not (node.data == "different")


CONNECTIVES = ("either", "both", "negation")


def connect(word: str, parts: Sequence[bool | None]) -> bool | None:
    """Kleene's connectives over truth values, by the name of the node."""
    if word == "negation":
        return None if parts[0] is None else not parts[0]
    decisive = word == "either"
    return decisive if decisive in parts else (None if None in parts else not decisive)


def _names(node: Tree[Token]) -> list[str]:
    return [str(child) for child in node.children if isinstance(child, Token) and child.type == "NAME"]


# -- statements --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def parse_statement(text: str) -> Tree[Token]:
    """Parse a statement once, keep. Raises ExpressionFault, also for a date or a number that there is not."""
    root = _parse(_STATEMENT_PARSER, text)
    tokens = [child for node in root.iter_subtrees() for child in node.children if isinstance(child, Token)]
    for token in sorted(tokens, key=lambda token: token.start_pos or 0):
        at = (token.start_pos or 0) + 1
        if token.type == "NUMBER" and len(token) > _MOST_DIGITS:
            raise ExpressionFault(at, f"a number of more than {_MOST_DIGITS} signs at column {at}")
        if token.type == "DATE" and _read_date(token) is None:
            raise ExpressionFault(at, f"there is no date {token} (column {at})")
    return root


def find_uses(text: str, is_category: Callable[[str], bool]) -> tuple[Use, ...]:
    """The variables of a statement, in the order of the text. Raises ExpressionFault.

    `is_category` says of a name whether its answers are categories: a word beside such a one is an answer.
    """
    root = parse_statement(text)
    answers = {id(word) for node in root.iter_subtrees() if (word := find_answer(node, is_category)) is not None}
    uses = [find_use(node) for node in root.find_pred(is_variable) if id(node) not in answers]
    return tuple(sorted(uses, key=lambda use: use.column))


def find_answer(node: Tree[Token], is_category: Callable[[str], bool]) -> Tree[Token] | None:
    """The right side of a relation where it is an answer and no variable: one word beside a variable of categories."""
    if node.data != "relation":
        return None
    left, _, right = node.children
    if not (isinstance(left, Tree) and isinstance(right, Tree) and is_variable(left) and read_word(right) is not None):
        return None
    return right if is_category(find_use(left).variable) else None


def is_variable(node: Tree[Token]) -> bool:
    """Is it a variable, now or before?"""
    return node.data in ("now", "before")


def find_use(node: Tree[Token]) -> Use:
    """The variable of a node that `is_variable`."""
    name = next(child for child in node.children if isinstance(child, Token) and child.type == "NAME")
    return Use(str(name), node.data == "before", (name.start_pos or 0) + 1)


def find_column(node: Tree[Token]) -> int:
    """Where a part of a statement begins, 1-based."""
    tokens = (child for part in node.iter_subtrees() for child in part.children if isinstance(child, Token))
    return 1 + min((token.start_pos or 0 for token in tokens), default=0)


def read_word(node: Tree[Token] | Token) -> str | None:
    """The one word that a side of a relation or an entry of a list is; None where it is more than a word."""
    if isinstance(node, Tree) and node.data in ("now", "number", "date", "value"):
        return str(node.children[0])
    return None


def decide(text: str, now: Mapping[str, Value | None], before: Mapping[str, Value | None]) -> bool | None:
    """Is a statement true? None for unknown: something is missing, or a number is divided by zero.

    What cannot be compared (a date with a number) is unknown too; `praksis check` refuses it. Raises ExpressionFault.
    """
    root = parse_statement(text)
    known: dict[int, Value | bool | None] = {}
    for node in root.iter_subtrees():
        parts = [known[id(child)] for child in node.children if isinstance(child, Tree)]
        known[id(node)] = _decide_node(node, parts, now, before)
    found = known[id(root)]
    return found if isinstance(found, bool) else None


def _decide_node(
    node: Tree[Token],
    parts: list[Value | bool | None],
    now: Mapping[str, Value | None],
    before: Mapping[str, Value | None],
) -> Value | bool | None:
    if node.data in CONNECTIVES:
        return connect(node.data, [part if isinstance(part, bool) else None for part in parts])
    match node.data:
        case "now" | "before":
            return (now if node.data == "now" else before).get(find_use(node).variable)
        case "number" | "date":
            return read_literal(str(node.children[0]))
        case "value":
            return None
        case "answered":
            return parts[0] is not None
        case "among":
            found = [_compare(parts[0], "=", _fit(parts[0], child, None)) for child in node.children[2:]]
            return connect("either", found)
        case "relation":
            _, sign, right = node.children
            return _compare(parts[0], str(sign), _fit(parts[0], right, parts[1]))
        case _:
            return _calculate(node.data, parts)


def _fit(left: Value | bool | None, right: Tree[Token] | Token, value: Value | bool | None) -> Value | bool | None:
    """The right side as the left one needs it: a word beside a category is a category, not a variable."""
    word = read_word(right)
    if isinstance(left, str):
        return value if word is None else word
    return read_literal(word) if word is not None and value is None else value


def _compare(left: Value | bool | None, sign: str, right: Value | bool | None) -> bool | None:
    if left is None or right is None or type(left) is not type(right):
        return None
    if sign in ("=", "!="):
        return (left == right) is (sign == "=")
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return _is_ordered((left > right) - (left < right), sign)
    if isinstance(left, datetime.date) and isinstance(right, datetime.date):
        return _is_ordered((left > right) - (left < right), sign)
    return None


def _is_ordered(order: int, sign: str) -> bool:
    """`order` is -1, 0 or 1: the left one is smaller, the same, larger."""
    return order in {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[sign]


def _calculate(what: str, parts: list[Value | bool | None]) -> Fraction | None:
    numbers = [part for part in parts if isinstance(part, Fraction)]
    if len(numbers) < len(parts):
        return None
    match what, numbers:
        case "plus", [left, right]:
            return left + right
        case "minus", [left, right]:
            return left - right
        case "times", [left, right]:
            return left * right
        case "over", [left, right]:
            return left / right if right else None
        case "negative", [number]:
            return -number
        case _:
            return abs(numbers[0])


def read_literal(word: str) -> Fraction | datetime.date | None:
    """A number or a date as it is written in a statement; None where the word is neither."""
    if (date := _read_date(word)) is not None:
        return date
    plain = word.replace(".", "", 1)
    return Fraction(word) if plain.isdecimal() and plain.isascii() and len(word) <= _MOST_DIGITS else None


def _read_date(word: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(word) if len(word) == 10 and word.count("-") == 2 else None
    except ValueError:
        return None
