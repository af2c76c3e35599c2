"""`show_if` as XPath, and XPath as `show_if`: trees are translated, never texts.

Our conditions have three truth values, XPath's two. A question is shown where its condition is true, so what is
written is "the condition is true": `not` is pushed down to the comparisons, and a comparison that could be unknown says
of itself that there is an answer. What is read is taken as what it means for each value an answer can have, also none
(XPath compares an empty answer like a text), and said in our language only if that can say the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from lark import Token, Tree

from praksis.define.expression import parse_expression
from praksis.define.xlsform.xpath import Call, Expression, Negative, NotUnderstood, Number, Operation, Reference, Text
from praksis.define.xlsform.xpath import join as join_xpath

CHOSEN, NOT_CHOSEN = "chosen", "not-chosen"
_EMPTY = ""
_GIVEN = "*"
"""Any answer to an open question."""
_TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class FieldKind(StrEnum):
    ONE = "one"
    SEVERAL = "several"
    OPEN = "open"


@dataclass(frozen=True)
class Field:
    """A question of a form that conditions can look at."""

    name: str
    """Its name in the form."""
    kind: FieldKind
    item: str = ""
    """Our name of it; '' for a choice of several, whose options are the items."""
    values: tuple[tuple[str, str], ...] = ()
    """Name of a choice in the form -> our answer, or the item that the option is."""
    missing: tuple[str, ...] = ()
    """Names of choices that are no answers: do not know, not applicable."""


# -- our language as XPath ---------------------------------------------------------------------------------------------


def write_condition(show_if: str, fields: Iterable[Field]) -> Expression:
    """XPath that is true where the condition is. Raises ExpressionFault, and NotUnderstood for what no field holds."""
    return _Writer(fields).write(parse_expression(show_if), True)


class _Writer:
    def __init__(self, fields: Iterable[Field]) -> None:
        self.single: dict[str, Field] = {}
        self.options: dict[str, tuple[Field, str]] = {}
        for field in fields:
            if field.kind is FieldKind.SEVERAL:
                self.options |= {item: (field, choice) for choice, item in field.values}
            else:
                self.single[field.item] = field

    def write(self, node: Tree[Token], wanted: bool) -> Expression:
        """XPath that is true where the node is (where it is false, if that is wanted)."""
        trees = [child for child in node.children if isinstance(child, Tree)]
        if node.data in ("either", "both"):
            parts = [self.write(child, wanted) for child in trees]
            return join_xpath("or" if (node.data == "either") is wanted else "and", parts)
        if node.data == "negation":
            return self.write(trees[0], not wanted)
        variable, *values = [str(child) for child in node.children if isinstance(child, Token) and child.type == "NAME"]
        if node.data == "answered":
            return self._write_answered(variable, wanted)
        if node.data == "different":
            return self._write_among(variable, values, not wanted)
        return self._write_among(variable, values, wanted)

    def _write_answered(self, variable: str, wanted: bool) -> Expression:
        field = self.options[variable][0] if variable in self.options else self._find(variable)
        sign, between = ("!=", "and") if wanted else ("=", "or")
        reference = Reference(field.name)
        return join_xpath(between, [Operation(sign, reference, Text(one)) for one in (_EMPTY, *field.missing)])

    def _write_among(self, variable: str, values: Sequence[str], wanted: bool) -> Expression:
        if variable in self.options:
            field, choice = self.options[variable]
            chosen = Call("selected", (Reference(field.name), Text(choice)))
            sides = {(value == CHOSEN) is wanted for value in values}
            parts: list[Expression] = [chosen] if True in sides else []
            if False in sides:
                parts.append(join_xpath("and", [self._write_answered(variable, True), Call("not", (chosen,))]))
            return join_xpath("or" if wanted else "and", parts)
        field = self._find(variable)
        names = {answer: choice for choice, answer in field.values}
        if unknown := [value for value in values if value not in names]:
            raise NotUnderstood(f"`{variable}` has no answer `{unknown[0]}`")
        reference = Reference(field.name)
        if wanted:
            return join_xpath("or", [Operation("=", reference, Text(names[value])) for value in values])
        others = [Operation("!=", reference, Text(names[value])) for value in values]
        return join_xpath("and", [self._write_answered(variable, True), *others])

    def _find(self, variable: str) -> Field:
        if variable not in self.single:
            raise NotUnderstood(f"nothing before it asks `{variable}`")
        return self.single[variable]


# -- XPath as our language ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Atom:
    """The values of one variable for which something is true. Variables of a choice of several are its options."""

    variable: str
    answers: tuple[str, ...]
    allowed: frozenset[str]
    missing: tuple[str, ...] = ()
    several: str = ""
    """The choice of several that it is an option of: all of its options are answered, or none."""

    @property
    def none(self) -> frozenset[str]:
        return frozenset((_EMPTY, *self.missing))

    @property
    def domain(self) -> frozenset[str]:
        return self.none | frozenset(self.answers)

    @property
    def constant(self) -> bool | None:
        """True or False where no answer matters."""
        return bool(self.allowed) if self.allowed in (frozenset(), self.domain) else None


@dataclass(frozen=True)
class _Several:
    """Parts that must all be true, or one of which must be."""

    both: bool
    parts: tuple["_Node", ...]


_Node = _Atom | _Several | bool


def read_condition(tree: Expression, fields: Mapping[str, Field]) -> str | bool:
    """Our condition that is true where the XPath is; True or False where no answer matters.

    Raises NotUnderstood, with what our language cannot say.
    """
    node = _simplify(_Reader(fields).read(tree, True))
    return node if isinstance(node, bool) else _say(node, False)


class _Reader:
    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = fields

    def read(self, tree: Expression, wanted: bool) -> _Node:
        match tree:
            case Operation(sign="and" | "or"):
                both = (tree.sign == "and") is wanted
                return _Several(both, (self.read(tree.left, wanted), self.read(tree.right, wanted)))
            case Operation(sign=sign) if sign in _TURNED:
                return self._read_comparison(tree, wanted)
            case Call(function="not", arguments=(inner,)):
                return self.read(inner, not wanted)
            case Call(function="true" | "false", arguments=()):
                return (tree.function == "true") is wanted
            case Call(function="selected", arguments=(Reference() as reference, Text() as text)):
                return self._read_selected(self._find(reference.name), text.value, wanted)
            case Call():
                raise NotUnderstood(f"`show_if` has no {tree.function}()")
            case _:
                raise NotUnderstood("`show_if` compares an item with an answer, and can do nothing else")

    def _find(self, name: str) -> Field:
        if name not in self.fields:
            raise NotUnderstood(f"no question before it that Praksis could take in is called `{name}`")
        return self.fields[name]

    def _read_comparison(self, tree: Operation, wanted: bool) -> _Node:
        left, right, sign = tree.left, tree.right, tree.sign
        if not isinstance(left, Reference | Call):
            left, right, sign = right, left, _TURNED[sign]
        value = _read_constant(right)
        if isinstance(left, Call):
            return self._read_count(left, sign, value, wanted)
        if not isinstance(left, Reference) or value is None:
            raise NotUnderstood("`show_if` compares an item with an answer, and can do nothing else")
        field = self._find(left.name)
        if field.kind is FieldKind.SEVERAL:
            return self._read_whole(field, sign, value, wanted)
        if value == _EMPTY and sign in ("=", "!="):
            return _make_atom(field, [_EMPTY], (sign == "=") is wanted)
        if field.kind is FieldKind.OPEN:
            what = "is answered in numbers, dates or words; `show_if` can only ask whether it was answered"
            raise NotUnderstood(f"`{field.name}` {what}")
        names = [choice for choice, _ in field.values] + list(field.missing)
        if isinstance(value, str) and sign in ("=", "!="):
            _check_choice(field, value, names)
            return _make_atom(field, [value], (sign == "=") is wanted)
        numbers = {name: number for name in names if (number := _read_number(name)) is not None}
        number = value if isinstance(value, Decimal) else _read_number(value)
        if number is None or (sign in ("=", "!=") and number not in numbers.values()):
            raise NotUnderstood(f"`{field.name}` has no choice {value}")
        # An empty answer and a name that is no number are NaN: they differ from every number and compare with none.
        true = [name for name, one in numbers.items() if _compare(one, sign, number)]
        if sign == "!=":
            true += [_EMPTY, *(name for name in names if name not in numbers)]
        return _make_atom(field, true, wanted)

    def _read_selected(self, field: Field, value: str, wanted: bool) -> _Node:
        _check_choice(field, value, [choice for choice, _ in field.values] + list(field.missing))
        if field.kind is FieldKind.ONE:
            return _make_atom(field, [value], wanted)
        return _make_option(field, dict(field.values)[value], [CHOSEN], wanted)

    def _read_whole(self, field: Field, sign: str, value: str | Decimal, wanted: bool) -> _Node:
        """A choice of several compared as a text: empty, or one option and no other."""
        if sign not in ("=", "!="):
            raise NotUnderstood(f"`{field.name}` holds several choices, which have no order")
        text = value if isinstance(value, str) else f"{value:f}"
        if text == _EMPTY:
            return _make_option(field, field.values[0][1], [_EMPTY], (sign == "=") is wanted)
        _check_choice(field, text, [choice for choice, _ in field.values])
        equal = (sign == "=") is wanted
        parts = tuple(
            _make_option(field, item, [CHOSEN if choice == text else NOT_CHOSEN], equal)
            for choice, item in field.values
        )
        return _Several(equal, parts)

    def _read_count(self, call: Call, sign: str, value: str | Decimal | None, wanted: bool) -> _Node:
        """How many are chosen, or how long a text is, where that only asks whether there is an answer."""
        match call:
            case Call(function="count-selected" | "string-length", arguments=(Reference() as reference,)):
                field = self._find(reference.name)
                empty = isinstance(value, Decimal) and _compare(Decimal(0), sign, value)
                others = {isinstance(value, Decimal) and _compare(Decimal(n), sign, value) for n in range(1, 100)}
                if others != {not empty}:
                    raise NotUnderstood(f"`show_if` cannot count: {call.function}()")
                if field.kind is FieldKind.SEVERAL:
                    return self._read_whole(field, "=" if empty else "!=", _EMPTY, wanted)
                return _make_atom(field, [_EMPTY], empty is wanted)
        raise NotUnderstood(f"`show_if` has no {call.function}()")


def _read_constant(tree: Expression) -> str | Decimal | None:
    match tree:
        case Text():
            return tree.value
        case Number():
            return tree.value
        case Negative(of=Number() as number):
            return -number.value
    return None


def _read_number(text: str) -> Decimal | None:
    """As XPath's number(): digits with a point and a minus, nothing else."""
    try:
        return Decimal(text) if text.strip("-0123456789.") == "" else None
    except InvalidOperation:
        return None


def _compare(left: Decimal, sign: str, right: Decimal) -> bool:
    match sign:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right


def _check_choice(field: Field, value: str, names: Sequence[str]) -> None:
    if value not in names:
        raise NotUnderstood(f"`{field.name}` has no choice `{value}`")


def _make_atom(field: Field, choices: Iterable[str], wanted: bool) -> _Atom:
    names = dict(field.values)
    answers = (_GIVEN,) if field.kind is FieldKind.OPEN else tuple(names.values())
    allowed = frozenset(names.get(choice, choice) for choice in choices)
    whole = _Atom(field.item, answers, allowed, field.missing)
    return whole if wanted else replace(whole, allowed=whole.domain - allowed)


def _make_option(field: Field, item: str, values: Iterable[str], wanted: bool) -> _Atom:
    whole = _Atom(item, (CHOSEN, NOT_CHOSEN), frozenset(values), several=field.name)
    return whole if wanted else replace(whole, allowed=whole.domain - whole.allowed)


def _simplify(node: _Node) -> _Node:
    """Nested parts of one kind as one, the values of one variable together, and constants gone."""
    if isinstance(node, bool):
        return node
    if isinstance(node, _Atom):
        return node if node.constant is None else node.constant
    parts: list[_Node] = []
    for part in map(_simplify, node.parts):
        parts += part.parts if isinstance(part, _Several) and part.both is node.both else [part]
    kept: list[_Atom | _Several] = []
    for part in parts:
        if isinstance(part, bool):
            if part is not node.both:
                return part
            continue
        same = [number for number, one in enumerate(kept) if isinstance(part, _Atom) and _same_variable(one, part)]
        if same and isinstance(part, _Atom):
            known = kept[same[0]]
            assert isinstance(known, _Atom)
            allowed = known.allowed & part.allowed if node.both else known.allowed | part.allowed
            kept[same[0]] = replace(known, allowed=allowed)
        else:
            kept.append(part)
    return _close(node.both, _join_options(node.both, kept))


def _same_variable(one: "_Atom | _Several", other: _Atom) -> bool:
    return isinstance(one, _Atom) and one.variable == other.variable


def _join_options(both: bool, parts: "list[_Atom | _Several]") -> "list[_Atom | _Several]":
    """Says of an option itself whether its choice was answered, where one beside it says so."""
    asks = frozenset((CHOSEN, NOT_CHOSEN)) if both else frozenset((_EMPTY,))
    kept = list(parts)
    for ask in parts:
        if not (isinstance(ask, _Atom) and ask.several and ask.allowed == asks):
            continue
        mates = [one for one in kept if isinstance(one, _Atom) and one.several == ask.several and one is not ask]
        if mates:
            kept = [
                replace(one, allowed=one.allowed & asks if both else one.allowed | asks) if one in mates else one
                for one in kept
                if one is not ask
            ]
    return [one for one in kept if isinstance(one, _Atom | _Several)]


def _close(both: bool, parts: "list[_Atom | _Several]") -> _Node:
    constants = [one.constant for one in parts if isinstance(one, _Atom)]
    if (not both) in constants:
        return not both
    left = [one for one in parts if isinstance(one, _Several) or one.constant is None]
    if not left:
        return both
    return left[0] if len(left) == 1 else _Several(both, tuple(left))


def _say(node: "_Atom | _Several", inside: bool) -> str:
    if isinstance(node, _Several):
        parts = [_say(part, node.both) for part in node.parts if not isinstance(part, bool)]
        said = f" {'and' if node.both else 'or'} ".join(parts)
        return f"({said})" if inside and not node.both else said
    return _say_atom(node, inside)


def _say_atom(atom: _Atom, inside: bool) -> str:
    if atom.allowed & atom.none not in (frozenset(), atom.none):
        raise NotUnderstood(f"it takes no answer to `{atom.variable}` for another thing than one that is missing")
    empty = bool(atom.allowed & atom.none)
    allowed = [value for value in atom.answers if value in atom.allowed]
    if not allowed:
        return f"not answered({atom.variable})"
    if len(allowed) == len(atom.answers):
        return f"answered({atom.variable})"
    if len(allowed) == 1:
        said = f"{atom.variable} = {allowed[0]}"
    elif len(allowed) == len(atom.answers) - 1:
        said = f"{atom.variable} != {next(value for value in atom.answers if value not in allowed)}"
    else:
        said = f"{atom.variable} in ({', '.join(allowed)})"
    if empty:
        said = f"{said} or not answered({atom.variable})"
        return f"({said})" if inside else said
    return said
