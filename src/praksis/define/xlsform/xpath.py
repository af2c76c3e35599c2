"""The XPath that XLSForms use in `relevant`, `constraint` and `calculation`: read into a tree, and written from one.

A part of XPath 1.0 (W3C Recommendation, 16 November 1999): comparisons, and, or, arithmetic, functions, text and
numbers, `.` for the question's own answer and `${name}` for another's. Paths (`../x`, `instance(...)/root`) are not
read; whoever meets one is told so.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from praksis.errors import PraksisError

LONGEST = 20_000
"""Characters of an expression that is read; people write far shorter ones."""

_DEEPEST = 50
_MOST = 250
"""Operators in one expression: trees are walked by recursion."""
_TOKEN = re.compile(
    r"\s*(?:(?P<ref>\$\{\s*(?P<name>[^{}\s]+)\s*\})"
    r"|(?P<text>\"[^\"]*\"|'[^']*')"
    r"|(?P<number>\d+(?:\.\d*)?|\.\d+)"
    r"|(?P<sign><=|>=|!=|[=<>+\-*(),])"
    r"|(?P<here>\.(?![.\w/]))"
    r"|(?P<word>[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?))"
)
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"),
)  # fmt: skip
"""Operators from the loosest to the tightest, as XPath 1.0 has them (section 3)."""
_TIGHTEST = len(_LEVELS)


class NotUnderstood(PraksisError):
    """An expression that is not in the part of XPath read here."""


@dataclass(frozen=True)
class Text:
    value: str


@dataclass(frozen=True)
class Number:
    value: Decimal


@dataclass(frozen=True)
class Reference:
    """`${name}`: the answer to another question."""

    name: str


@dataclass(frozen=True)
class Here:
    """`.`: the answer to the question itself."""


@dataclass(frozen=True)
class Call:
    function: str
    arguments: "tuple[Expression, ...]" = ()


@dataclass(frozen=True)
class Operation:
    sign: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True)
class Negative:
    of: "Expression"


Expression = Text | Number | Reference | Here | Call | Operation | Negative


def parse_xpath(text: str) -> Expression:
    """Read an expression. Raises NotUnderstood."""
    if len(text) > LONGEST:
        raise NotUnderstood(f"an expression of {len(text)} characters; at most {LONGEST} are read")
    return _Parser(text).parse()


def write_xpath(tree: Expression) -> str:
    """The expression as text, with the brackets it needs. Raises NotUnderstood for a text with both kinds of quotes."""
    return _write(tree, 0)


def join(sign: str, parts: Sequence[Expression]) -> Expression:
    """One or more expressions with a sign between them, from the left."""
    return reduce(lambda left, right: Operation(sign, left, right), parts)


def split(sign: str, tree: Expression) -> Iterator[Expression]:
    """The inverse of `join`, however the parts are nested."""
    if isinstance(tree, Operation) and tree.sign == sign:
        yield from split(sign, tree.left)
        yield from split(sign, tree.right)
    else:
        yield tree


@dataclass(frozen=True)
class _Token:
    kind: str
    value: str


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tuple(self._split())
        self.at = 0
        self.depth = 0
        self.operators = 0

    def _split(self) -> Iterator[_Token]:
        at = 0
        while self.text[at:].strip():
            match = _TOKEN.match(self.text, at)
            if not match:
                rest = self.text[at:].strip()
                raise NotUnderstood(f"`{self.text.strip()}` is not understood at `{rest[:20]}`")
            kind = match.lastgroup or ""
            kind = "ref" if kind == "name" else kind
            yield _Token(kind, match["name"] if kind == "ref" else match[kind])
            at = match.end()

    def parse(self) -> Expression:
        tree = self._parse_level(0)
        if self.at < len(self.tokens):
            self._fail()
        return tree

    def _fail(self) -> None:
        where = f"at `{self.tokens[self.at].value}`" if self.at < len(self.tokens) else "at the end"
        raise NotUnderstood(f"`{self.text.strip()}` is not understood {where}")

    def _peek(self) -> _Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _Token("", "")

    def _take(self, value: str) -> bool:
        token = self._peek()
        found = token.value == value and token.kind in ("sign", "word")
        self.at += found
        return found

    def _parse_level(self, level: int) -> Expression:
        if level == _TIGHTEST:
            return self._parse_single()
        tree = self._parse_level(level + 1)
        while (sign := self._peek()).value in _LEVELS[level] and sign.kind in ("sign", "word"):
            self.at += 1
            self.operators += 1
            if self.operators > _MOST:
                raise NotUnderstood(f"an expression with more than {_MOST} operators")
            tree = Operation(sign.value, tree, self._parse_level(level + 1))
        return tree

    def _parse_single(self) -> Expression:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotUnderstood(f"an expression with more than {_DEEPEST} levels")
        tree = self._parse_atom()
        self.depth -= 1
        return tree

    def _parse_atom(self) -> Expression:
        token = self._peek()
        if self._take("-"):
            return Negative(self._parse_single())
        if self._take("("):
            tree = self._parse_level(0)
            self._expect(")")
            return tree
        self.at += 1
        match token.kind:
            case "ref":
                return Reference(token.value)
            case "text":
                return Text(token.value[1:-1])
            case "number":
                return Number(Decimal(token.value))
            case "here":
                return Here()
            case "word" if self._peek().value == "(":
                return Call(token.value, self._parse_arguments())
        self.at -= 1
        self._fail()
        raise AssertionError  # pragma: no cover - the line above raises

    def _parse_arguments(self) -> tuple[Expression, ...]:
        self._expect("(")
        if self._take(")"):
            return ()
        arguments = [self._parse_level(0)]
        while self._take(","):
            arguments.append(self._parse_level(0))
        self._expect(")")
        return tuple(arguments)

    def _expect(self, value: str) -> None:
        if not self._take(value):
            self._fail()


def _write(tree: Expression, outer: int) -> str:
    match tree:
        case Text():
            if "'" in tree.value and '"' in tree.value:
                raise NotUnderstood(f"XPath has no way to write a text with both kinds of quotes: {tree.value}")
            mark = '"' if "'" in tree.value else "'"
            return f"{mark}{tree.value}{mark}"
        case Number():
            return f"{tree.value:f}"
        case Reference():
            return f"${{{tree.name}}}"
        case Here():
            return "."
        case Call():
            return f"{tree.function}({', '.join(_write(argument, 0) for argument in tree.arguments)})"
        case Negative():
            return f"-{_write(tree.of, _TIGHTEST)}"
        case Operation():
            level = next(number for number, signs in enumerate(_LEVELS) if tree.sign in signs)
            written = f"{_write(tree.left, level)} {tree.sign} {_write(tree.right, level + 1)}"
            return f"({written})" if level < outer else written
