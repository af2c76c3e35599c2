"""A form's `constraint` on an open question as our limits, and the account of what we have no limit for."""

import re
from collections.abc import Sequence
from decimal import Decimal

from praksis.define.question import DIGITS, MOST
from praksis.define.xlsform.account import Account
from praksis.define.xlsform.limits import Limits, read_limits
from praksis.define.xlsform.sheet import SURVEY, Row
from praksis.define.xlsform.xpath import NotUnderstood, parse_xpath

Tree = dict[str, object]

_MOST_DECIMALS = 6
_USUAL_DECIMALS = 2
_LONGEST = 20_000
_TALLEST = 40
_LINES = 4
"""Of a text that may have several and does not say how many."""


def read_constraint(row: Row, account: Account, field: str, options: Sequence[str] = ()) -> Limits:
    """What a row's constraint says; what of it we have no limit for goes into the account."""
    text = row.get("constraint")
    if not text:
        return Limits()
    try:
        limits = read_limits(parse_xpath(text), options)
    except NotUnderstood as error:
        account.add("X014", SURVEY, row.number, str(error), field=field)
        return Limits()
    for part in limits.unheld:
        account.add("X014", SURVEY, row.number, f"`{part}` is no limit that Praksis has", field=field)
    return limits


def make_number_rule(row: Row, limits: Limits, whole: bool, account: Account) -> Tree:
    """`number` of a question, without what is the default."""
    lose(row, limits, account, "number", "earliest", "latest", "longest", "total")
    sides = [Decimal(MOST) if one is None else abs(one) for one in (limits.minimum, limits.maximum)]
    room = max(0, DIGITS - len(str(int(min(max(sides), Decimal(MOST))))))
    decimals = 0 if whole else min(limits.decimals or 0, _MOST_DECIMALS, room)
    if not whole and limits.decimals is None:
        decimals = min(_USUAL_DECIMALS, room)
        what = f"a decimal number may have any number of decimals in a form, and {decimals} here"
        account.add("X027", SURVEY, row.number, what)
    elif not whole and limits.decimals is not None and limits.decimals > decimals:
        what = f"a number with {limits.decimals} decimals; {decimals} can be kept exactly"
        account.add("X027", SURVEY, row.number, what)
    limits.close(decimals)
    rule: Tree = {}
    for name, value in (("minimum", limits.minimum), ("maximum", limits.maximum)):
        if value is not None and abs(value) <= MOST:
            rule[name] = value
        elif value is not None:
            account.add(
                "X014", SURVEY, row.number, f"the limit {value}: no number is larger than {MOST}", field="number"
            )
    least, most = limits.minimum, limits.maximum
    if least is not None and most is not None and least > most:
        account.add("X014", SURVEY, row.number, f"no number is from {least} to {most}", field="number")
        rule = {}
    return rule | ({"decimals": decimals} if decimals else {})


def can_divide(total: Decimal, decimals: int) -> bool:
    """Is it a whole that parts with so many decimals can make?"""
    fits = 0 < total <= MOST and 0 <= decimals <= _MOST_DECIMALS
    return fits and not total.scaleb(decimals) % 1 and len(str(int(total))) + decimals <= DIGITS


def make_date_rule(row: Row, limits: Limits, account: Account) -> Tree:
    """`date` of a question, without what is the default."""
    lose(row, limits, account, "date", "minimum", "maximum", "above", "below", "decimals", "longest", "total")
    if limits.earliest and limits.latest and limits.earliest > limits.latest:
        what = f"no date is from {limits.earliest} to {limits.latest}"
        account.add("X014", SURVEY, row.number, what, field="date")
        return {}
    days = (("earliest", limits.earliest), ("latest", limits.latest))
    return {name: day.isoformat() for name, day in days if day}


def make_text_rule(row: Row, limits: Limits, account: Account) -> Tree:
    """`free_text` of a question, without what is the default."""
    names = ("minimum", "maximum", "above", "below", "decimals", "earliest", "latest", "total")
    lose(row, limits, account, "free_text", *names)
    rule: Tree = {}
    rows = re.search(r"\brows\s*=\s*([0-9]+)", row.get("parameters"))
    if rows or "multiline" in row.get("appearance").split():
        rule["lines"] = min(max(int(rows[1]), 1), _TALLEST) if rows else _LINES
    if limits.longest is not None:
        longest = min(max(limits.longest, 1), _LONGEST)
        if longest != limits.longest:
            what = f"at most {limits.longest} characters; here {longest}"
            account.add("X014", SURVEY, row.number, what, field="free_text")
        rule["longest"] = longest
    return {name: value for name, value in rule.items() if (name, value) not in (("lines", 1), ("longest", 1000))}


def read_range(row: Row, account: Account) -> Limits:
    """The limits of a slider, whose parameters are `start`, `end` and `step`; 0, 10 and 1 if not given."""
    given = dict(re.findall(r"\b(start|end|step)\s*=\s*(-?[0-9]+(?:\.[0-9]+)?)", row.get("parameters")))
    start, end, step = (
        Decimal(given.get(name, usual)) for name, usual in (("start", "0"), ("end", "10"), ("step", "1"))
    )
    exponents = [int(one.normalize().as_tuple().exponent) for one in (start, end, step)]
    what = f"a slider from {start} to {end}; it is a field for a number"
    if step != Decimal(1).scaleb(min(0, min(exponents))):
        what += f", and the steps of {step} are gone"
    account.add("X027", SURVEY, row.number, what)
    limits = read_constraint(row, account, "number")
    least, most = min(start, end), max(start, end)
    limits.minimum = least if limits.minimum is None else max(least, limits.minimum)
    limits.maximum = most if limits.maximum is None else min(most, limits.maximum)
    limits.decimals = max(0, -min(exponents))
    return limits


def lose(row: Row, limits: Limits, account: Account, field: str, *names: str) -> None:
    """Tell of limits that this kind of question does not have."""
    for name in names:
        value = getattr(limits, name)
        if value is not None:
            what = f"`{row.get('constraint')}` limits what such an answer does not have ({name})"
            account.add("X014", SURVEY, row.number, what, field=field)
