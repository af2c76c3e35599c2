"""XPath 1.0 evaluated over texts, as forms do it: written for the tests from the standard, not from our translation.

https://www.w3.org/TR/1999/REC-xpath-19991116: section 3.4 (booleans and comparisons), 3.5 (numbers), 4.2 to 4.4.
"""

import math
from collections.abc import Mapping

from praksis.define.xlsform.xpath import Call, Expression, Here, Negative, Number, Operation, Reference, Text

Value = str | float | bool


def evaluate_xpath(tree: Expression, answers: Mapping[str, str], here: str = "") -> Value:
    """The value of an expression; every answer is a text, '' where there is none."""
    match tree:
        case Text():
            return tree.value
        case Number():
            return float(tree.value)
        case Reference():
            return answers[tree.name]
        case Here():
            return here
        case Negative():
            return -to_number(evaluate_xpath(tree.of, answers, here))
        case Call():
            return _call(tree, [evaluate_xpath(one, answers, here) for one in tree.arguments])
        case Operation(sign="and"):
            left, right = evaluate_xpath(tree.left, answers, here), evaluate_xpath(tree.right, answers, here)
            return to_truth(left) and to_truth(right)
        case Operation(sign="or"):
            left, right = evaluate_xpath(tree.left, answers, here), evaluate_xpath(tree.right, answers, here)
            return to_truth(left) or to_truth(right)
        case Operation():
            left, right = evaluate_xpath(tree.left, answers, here), evaluate_xpath(tree.right, answers, here)
            return _operate(tree.sign, left, right)
    raise AssertionError(tree)


def to_number(value: Value) -> float:
    if isinstance(value, str):
        text = value.strip()
        plain = text.removeprefix("-")
        return float(text) if plain.replace(".", "", 1).isdigit() else math.nan
    return float(value)


def to_truth(value: Value) -> bool:
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return value != "" if isinstance(value, str) else value


def _call(tree: Call, given: list[Value]) -> Value:
    match tree.function:
        case "true" | "false":
            return tree.function == "true"
        case "not":
            return not to_truth(given[0])
        case "selected":
            return given[1] in str(given[0]).split()
        case "count-selected":
            return float(len(str(given[0]).split()))
        case "string-length":
            return float(len(str(given[0])))
        case "if":
            return given[1] if to_truth(given[0]) else given[2]
        case "coalesce":
            return given[0] if given[0] != "" else given[1]
        case "round":
            return round(to_number(given[0]) + 1e-9, int(to_number(given[1])))
        case "date":
            return str(given[0])
    raise AssertionError(tree.function)


def _operate(sign: str, left: Value, right: Value) -> Value:
    if sign in ("=", "!="):
        if isinstance(left, bool) or isinstance(right, bool):
            same = to_truth(left) == to_truth(right)
        elif isinstance(left, float) or isinstance(right, float):
            first, second = to_number(left), to_number(right)
            if math.isnan(first) or math.isnan(second):
                return sign == "!="
            same = first == second
        else:
            same = left == right
        return same is (sign == "=")
    if sign in ("+", "-", "*"):
        first, second = to_number(left), to_number(right)
        return {"+": first + second, "-": first - second, "*": first * second}[sign]
    if all(isinstance(side, str) and len(side) == 10 and side[4:5] == "-" for side in (left, right)):
        first, second = float(str(left).replace("-", "")), float(str(right).replace("-", ""))
    else:
        first, second = to_number(left), to_number(right)
    return {"<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second}[sign]
