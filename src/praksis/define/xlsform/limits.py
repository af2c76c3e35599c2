"""The limits of an answer as an XLSForm's `constraint`, and what a `constraint` says of limits: trees, both ways."""

import datetime
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext

from praksis.define.question import DateRule, NumberRule, SplitRule, TextRule
from praksis.define.xlsform.xpath import (
    LONGEST,
    Call,
    Expression,
    Here,
    Negative,
    Number,
    Operation,
    Reference,
    Text,
    join,
    split,
    write_xpath,
)

_TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_HERE = "."
_MOST_NAMED = 12
"""Options that a constraint may name for us to try every combination of them."""


# -- written -----------------------------------------------------------------------------------------------------------


def write_number_limits(rule: NumberRule) -> Expression | None:
    """What a number must be, or None if anything goes. Whole numbers are so by the question's type."""
    parts: list[Expression] = []
    if rule.minimum is not None:
        parts.append(Operation(">=", Here(), write_number(rule.minimum)))
    if rule.maximum is not None:
        parts.append(Operation("<=", Here(), write_number(rule.maximum)))
    if rule.decimals:
        parts.append(_write_decimals(rule.decimals))
    return join("and", parts) if parts else None


def write_part_limits(rule: SplitRule) -> Expression:
    """What one part of a whole must be."""
    parts: list[Expression] = [
        Operation(">=", Here(), Number(Decimal(0))),
        Operation("<=", Here(), write_number(rule.total)),
    ]
    return join("and", [*parts, *([_write_decimals(rule.decimals)] if rule.decimals else [])])


def write_sum(rule: SplitRule, others: Sequence[str]) -> Expression:
    """That the last part and the others, by their names in the form, make the whole; an empty one counts as 0."""
    parts: list[Expression] = [Here()]
    parts += [Call("coalesce", (Reference(name), Number(Decimal(0)))) for name in others]
    whole = Call("round", (join("+", parts), Number(Decimal(rule.decimals))))
    return join("and", [write_part_limits(rule), Operation("=", whole, write_number(rule.total))])


def write_date_limits(rule: DateRule) -> Expression | None:
    """What a date must be, or None if anything goes."""
    limits = ((">=", rule.earliest), ("<=", rule.latest))
    parts = [Operation(sign, Here(), Call("date", (Text(day.isoformat()),))) for sign, day in limits if day]
    return join("and", parts) if parts else None


def write_text_limits(rule: TextRule) -> Expression:
    """How long a text may be."""
    return Operation("<=", Call("string-length", (Here(),)), Number(Decimal(rule.longest)))


def write_exclusive(options: Sequence[str]) -> Expression:
    """That each of these options stands alone if it is chosen."""
    alone = Operation(">", Call("count-selected", (Here(),)), Number(Decimal(1)))
    chosen = [Call("selected", (Here(), Text(option))) for option in options]
    return join("and", [Call("not", (Operation("and", one, alone),)) for one in chosen])


def write_number(value: float) -> Expression:
    """A number as it was written: 0.1 is a tenth, and -3 is 3 with a minus before."""
    exact = Decimal(str(abs(value)))
    number = Number(Decimal(int(exact)) if exact == int(exact) else exact)
    return Negative(number) if value < 0 else number


def _write_decimals(decimals: int) -> Expression:
    return Operation("=", Here(), Call("round", (Here(), Number(Decimal(decimals)))))


# -- read --------------------------------------------------------------------------------------------------------------


@dataclass
class Limits:
    """What was understood of a constraint; `unheld` is the rest of it, as it was written."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    above: Decimal | None = None
    below: Decimal | None = None
    decimals: int | None = None
    earliest: datetime.date | None = None
    latest: datetime.date | None = None
    longest: int | None = None
    exclusive: tuple[str, ...] = ()
    total: Decimal | None = None
    """What the ones in `summed` must sum to."""
    summed: tuple[str, ...] = ()
    """Names of questions; `.` for the one itself."""
    unheld: tuple[str, ...] = ()

    def close(self, decimals: int) -> None:
        """Limits that are not reached themselves, as the nearest number with so many decimals that is."""
        step = Decimal(1).scaleb(-decimals)
        # Room for every digit that an expression can hold: someone may have written forty nines.
        with localcontext() as context:
            context.prec = LONGEST
            if self.above is not None:
                nearest = self.above.quantize(step, ROUND_FLOOR) + step
                self.minimum = max(nearest, self.minimum) if self.minimum is not None else nearest
            if self.below is not None:
                nearest = self.below.quantize(step, ROUND_CEILING) - step
                self.maximum = min(nearest, self.maximum) if self.maximum is not None else nearest
        self.above = self.below = None


def read_limits(tree: Expression, options: Sequence[str] = ()) -> Limits:
    """What a constraint says of the answer; `options` are the choices' names, where there are several to choose."""
    limits = Limits()
    for part in split("and", tree):
        if not (_read_comparison(part, limits) or _read_options(part, options, limits)):
            limits.unheld = (*limits.unheld, write_xpath(part))
    return limits


def _read_comparison(part: Expression, limits: Limits) -> bool:
    if not (isinstance(part, Operation) and part.sign in _TURNED):
        return False
    left, right, sign = part.left, part.right, part.sign
    if _read_constant(left) is not None:
        left, right, sign = right, left, _TURNED[sign]
    value = _read_constant(right)
    match left:
        case Here() if isinstance(value, Decimal):
            return _set_number(limits, sign, value)
        case Here() if isinstance(value, datetime.date):
            return _set_date(limits, sign, value)
        case Here() if sign == "=":
            match right:
                case Call(function="round", arguments=(Here(), Number() as digits)):
                    limits.decimals = int(digits.value)
                    return True
        case Call(function="string-length", arguments=(Here(),)) if isinstance(value, Decimal):
            if sign in ("<=", "<"):
                longest = int(value.to_integral_value(ROUND_FLOOR))
                longest -= sign == "<" and longest == value
                limits.longest = longest if limits.longest is None else min(longest, limits.longest)
                return True
        case _ if sign == "=" and isinstance(value, Decimal):
            return _read_sum(left, value, limits)
    return False


def _read_constant(tree: Expression) -> Decimal | datetime.date | None:
    match tree:
        case Number():
            return tree.value
        case Negative(of=Number() as number):
            return -number.value
        case Call(function="date", arguments=(Text() as day,)) | (Text() as day):
            try:
                return datetime.date.fromisoformat(day.value)
            except ValueError:
                return None
    return None


def _set_number(limits: Limits, sign: str, value: Decimal) -> bool:
    match sign:
        case ">=":
            limits.minimum = value if limits.minimum is None else max(value, limits.minimum)
        case "<=":
            limits.maximum = value if limits.maximum is None else min(value, limits.maximum)
        case ">":
            limits.above = value if limits.above is None else max(value, limits.above)
        case "<":
            limits.below = value if limits.below is None else min(value, limits.below)
        case _:
            return False
    return True


def _set_date(limits: Limits, sign: str, value: datetime.date) -> bool:
    steps = {">=": 0, ">": 1, "<=": 0, "<": -1}
    try:
        day = value + datetime.timedelta(days=steps[sign])
    except (KeyError, OverflowError):  # the first day there is, and the last
        return False
    if steps[sign] > 0 or sign == ">=":
        limits.earliest = max(day, limits.earliest or day)
    else:
        limits.latest = min(day, limits.latest or day)
    return True


def _read_sum(tree: Expression, total: Decimal, limits: Limits) -> bool:
    """`. + ${a} + ${b} = 100`, rounded or not, an empty one as 0 or not."""
    match tree:
        case Call(function="round", arguments=(inner, Number())):
            tree = inner
    names: list[str] = []
    for part in split("+", tree):
        match part:
            case Here():
                names.append(_HERE)
            case Reference():
                names.append(part.name)
            case Call(function="coalesce", arguments=(Reference() as one, Number() as instead)) if not instead.value:
                names.append(one.name)
            case _:
                return False
    if len(names) < 2 or len(set(names)) < len(names) or limits.total is not None:
        return False
    limits.total, limits.summed = total, tuple(names)
    return True


# -- options that stand alone: found by what the constraint allows, however it is written ------------------------------


def _read_options(part: Expression, options: Sequence[str], limits: Limits) -> bool:
    named = [option for option in options if option in _find_texts(part)]
    if not named or len(named) > _MOST_NAMED:
        return False
    others = len(options) - len(named)
    allowed: dict[tuple[frozenset[str], int], bool] = {}
    for size in range(len(named) + 1):
        for chosen in itertools.combinations(named, size):
            # Options that the constraint does not name differ in nothing: how many of them are chosen is enough.
            for rest in range(others + 1):
                if chosen or rest:
                    truth = _evaluate(part, frozenset(chosen), len(chosen) + rest)
                    if not isinstance(truth, bool):
                        return False
                    allowed[frozenset(chosen), rest] = truth
    alone = [one for one in named if not any(ok for (those, rest), ok in allowed.items() if _beside(one, those, rest))]
    said = {key: not any(_beside(one, *key) for one in alone) for key in allowed}
    if not alone or said != allowed:
        return False
    limits.exclusive = (*limits.exclusive, *(one for one in alone if one not in limits.exclusive))
    return True


def _beside(option: str, chosen: frozenset[str], rest: int) -> bool:
    return option in chosen and len(chosen) + rest > 1


def _find_texts(tree: Expression) -> Iterable[str]:
    match tree:
        case Text():
            return [tree.value]
        case Call():
            return [text for argument in tree.arguments for text in _find_texts(argument)]
        case Operation():
            return [*_find_texts(tree.left), *_find_texts(tree.right)]
    return []


def _evaluate(tree: Expression, chosen: frozenset[str], count: int) -> bool | Decimal | None:
    """What it is for the named options that are chosen and the number of all chosen; None where nobody can know."""
    match tree:
        case Number():
            return tree.value
        case Call(function="true" | "false", arguments=()):
            return tree.function == "true"
        case Call(function="selected", arguments=(Here(), Text() as text)):
            return text.value in chosen
        case Call(function="count-selected", arguments=(Here(),)):
            return Decimal(count)
        case Call(function="not", arguments=(inner,)):
            truth = _evaluate(inner, chosen, count)
            return not truth if isinstance(truth, bool) else None
        case Call(function="if", arguments=(first, second, third)):
            truth = _evaluate(first, chosen, count)
            return _evaluate(second if truth else third, chosen, count) if isinstance(truth, bool) else None
        case Operation():
            left, right = (_evaluate(side, chosen, count) for side in (tree.left, tree.right))
            return _combine(tree.sign, left, right)
    return None


def _combine(sign: str, left: bool | Decimal | None, right: bool | Decimal | None) -> bool | None:
    if isinstance(left, bool) and isinstance(right, bool):
        truths = {"and": left and right, "or": left or right, "=": left is right, "!=": left is not right}
        return truths.get(sign)
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        numbers = {"=": left == right, "!=": left != right, "<": left < right, "<=": left <= right}
        return (numbers | {">": left > right, ">=": left >= right}).get(sign)
    return None
