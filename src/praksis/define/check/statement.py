"""One statement of a check: that it can be read, and that it compares and counts with what can be."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from lark import Token, Tree

from praksis.define.check.names import Asked, Names
from praksis.define.codes import join_known, suggest
from praksis.define.expression import (
    CONNECTIVES,
    ExpressionFault,
    Use,
    find_answer,
    find_column,
    find_use,
    find_uses,
    is_variable,
    parse_statement,
    read_word,
)
from praksis.define.question import QuestionKind
from praksis.errors import Place


class Kind(StrEnum):
    """What a part of a statement is."""

    NUMBER = "a number"
    DATE = "a date"
    CATEGORY = "an answer on a scale"
    TEXT = "a text"


KIND_OF = {
    QuestionKind.NUMBER: Kind.NUMBER,
    QuestionKind.SPLIT: Kind.NUMBER,
    QuestionKind.DATE: Kind.DATE,
    QuestionKind.TEXT: Kind.TEXT,
}
"""Of the questions that are not answered on a scale."""


@dataclass(frozen=True)
class Variable:
    """What a name in a statement stands for."""

    kind: Kind
    categories: tuple[str, ...] = ()
    asked: Asked | None = None
    """The item; None for what the frame knows."""


@dataclass
class Statements:
    """Reads the statements of a survey's checks."""

    names: Names

    @cached_property
    def frame_variables(self) -> frozenset[str]:
        sources = self.names.parts.frame.sources if self.names.parts.frame else ()
        return frozenset(name for source in sources for name in (*source.columns, *source.per_wave))

    def look_up(self, name: str) -> Variable | None:
        """What a name stands for: an item, a breakdown, or a number of the frame, in this order."""
        asked = (self.names.items or {}).get(name)
        breakdown = (self.names.breakdowns or {}).get(name)
        if asked:
            kind = KIND_OF.get(asked.question.kind, Kind.CATEGORY)
            return Variable(kind, tuple(one.id for one in asked.scale.categories) if asked.scale else (), asked)
        if breakdown:
            categories = tuple(category.id for category in breakdown.categories)
            return None if breakdown.answer_to else Variable(Kind.CATEGORY, categories)
        return Variable(Kind.NUMBER) if name in self.frame_variables else None

    def is_category(self, name: str) -> bool:
        """Is the name answered on a scale, or a breakdown?"""
        variable = self.look_up(name)
        return variable is not None and variable.kind is Kind.CATEGORY

    def check(self, text: str, place: Place) -> tuple[Use, ...] | None:
        """The variables of a statement; None where it has problems, which are reported, or nobody can know."""
        try:
            root = parse_statement(text)
        except ExpressionFault as fault:
            need = "Compare items with answers, numbers and dates: `a <= b + 1`, `a = yes`, with and, or, not"
            self.names.findings.add("K001", place, f"`{text}`: {fault.what}", need=need)
            return None
        if self.names.items is None or self.names.breakdowns is None:
            return None
        checker = _Checker(self, place)
        checker.check(root)
        return None if checker.found else find_uses(text, self.is_category)


class _Checker:
    """Goes through one statement from the leaves up."""

    def __init__(self, statements: Statements, place: Place) -> None:
        self.statements, self.place = statements, place
        self.found = False
        """Has a problem been reported?"""

    def check(self, root: Tree[Token]) -> None:
        """What each part is, and whether what is done with it can be done."""
        nodes = list(root.iter_subtrees())
        answers = {id(word) for node in nodes if (word := find_answer(node, self._may_be_answered)) is not None}
        kinds: dict[int, Kind | None] = {}
        """None where there is no kind, or a problem has been reported."""
        for node in nodes:
            parts = [kinds[id(child)] for child in node.children if isinstance(child, Tree)]
            kind = None
            if is_variable(node):
                variable = None if id(node) in answers else self._find(node)
                kind = variable.kind if variable else None
            elif node.data in ("number", "date"):
                kind = Kind.NUMBER if node.data == "number" else Kind.DATE
            elif node.data == "relation":
                if None not in parts or id(node.children[2]) in answers:
                    self._check_relation(node, parts)
            elif node.data == "among":
                self._check_among(node, parts[0])
            elif node.data not in (*CONNECTIVES, "answered", "value"):
                kind = self._check_sum(node, parts)
            kinds[id(node)] = kind

    def _may_be_answered(self, name: str) -> bool:
        """May a word beside the name be an answer? Also beside an unknown name, so that one slip is one problem."""
        variable = self.statements.look_up(name)
        return variable is None or variable.kind in (Kind.CATEGORY, Kind.TEXT)

    def _add(self, code: str, node: Tree[Token], what: str, need: str) -> None:
        self.found = True
        what = f"column {find_column(node)}: {what}"
        self.statements.names.findings.add(code, self.place, what, need=need)

    def _find(self, node: Tree[Token]) -> Variable | None:
        """What a name stands for; None, and reported, where it stands for nothing that can be checked."""
        use, names = find_use(node), self.statements.names
        variable = self.statements.look_up(use.variable)
        if variable is None:
            if breakdown := (names.breakdowns or {}).get(use.variable):
                what = f"`{use.variable}` is decided by the answer to {join_known(breakdown.answer_to)}"
                self._add("K002", node, what, "Write the item itself")
                return None
            known = (*(names.items or ()), *(names.breakdowns or ()), *sorted(self.statements.frame_variables))
            what = f"there is no item, breakdown or frame variable `{use.variable}`{suggest(use.variable, known)}"
            hint = "; a minus has a space on both sides" if "-" in use.variable else ""
            self._add("K002", node, what, f"Write the `id` of an item{hint}")
        elif use.before and not variable.asked:
            what = f"`previous({use.variable})` is not of an item"
            self._add("K002", node, what, "Write an item in `previous()`: of the frame only what is now is known")
            return None
        return variable

    def _check_relation(self, node: Tree[Token], parts: list[Kind | None]) -> None:
        left, sign, right = node.children
        mine, theirs = parts
        if Kind.TEXT in parts:
            self._add("K003", node, "a text is compared", "Write `answered(item)`: texts cannot be compared")
        elif mine is Kind.CATEGORY and isinstance(left, Tree):
            self._check_category(node, find_use(left), str(sign), right)
        elif mine is not theirs and mine and theirs:
            turn = "; write the item on a scale first: `item = answer`" if theirs is Kind.CATEGORY else ""
            need = "Compare numbers with numbers, dates with dates (2024-01-31)"
            self._add("K003", node, f"{mine.value} is compared with {theirs.value}", need + turn)

    def _check_category(self, node: Tree[Token], use: Use, sign: str, right: Tree[Token] | Token) -> None:
        variable = self.statements.look_up(use.variable)
        if sign not in ("=", "!="):
            what = f"`{use.variable}` is {Kind.CATEGORY.value}, and none is `{sign}` another"
            self._add("K003", node, what, f"Write `{use.variable} = answer` or `{use.variable} in (one, two)`")
        elif (word := read_word(right)) is not None:
            self._check_answer(node, use, word)
        elif not (isinstance(right, Tree) and is_variable(right) and self._find_categories(right) == variable):
            what = f"`{use.variable}` is {Kind.CATEGORY.value}, and is compared with something else"
            self._add(
                "K003", node, what, f"Write `{use.variable} = answer` or `{use.variable} = previous({use.variable})`"
            )

    def _find_categories(self, node: Tree[Token]) -> Variable | None:
        return self.statements.look_up(find_use(node).variable)

    def _check_answer(self, node: Tree[Token], use: Use, word: str) -> None:
        variable = self.statements.look_up(use.variable)
        known = variable.categories if variable else ()
        if known and word not in known:
            what = f"`{use.variable}` can never be `{word}`{suggest(word, known)}"
            self._add("K004", node, what, f"Write one of: {join_known(known)}")

    def _check_among(self, node: Tree[Token], kind: Kind | None) -> None:
        operand, *values = (child for child in node.children if isinstance(child, Tree))
        if kind is Kind.TEXT:
            self._add("K003", node, "a text is compared", "Write `answered(item)`: texts cannot be compared")
            return
        for token in (value.children[0] for value in values):
            if kind is Kind.CATEGORY:
                self._check_answer(node, find_use(operand), str(token))
            elif kind and isinstance(token, Token) and token.type != kind.name:
                self._add(
                    "K003", node, f"{kind.value} is compared with `{token}`", f"Write only {kind.value} in the list"
                )

    def _check_sum(self, node: Tree[Token], parts: list[Kind | None]) -> Kind | None:
        if wrong := next((kind for kind in parts if kind not in (None, Kind.NUMBER)), None):
            what = f"{wrong.value} is calculated with"
            self._add("K003", node, what, "Calculate with numbers only; compare dates and answers as they are")
            return None
        divisor = node.children[-1]
        if node.data == "over" and (read_word(divisor) or "1").strip("0.") == "":
            self._add("K003", node, "a number is divided by zero", "Divide by something else")
        return None if None in parts else Kind.NUMBER
