"""Can a check fail at all? Not where the routing never brings together what it is about."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from lark import Token, Tree

from praksis.define.check.names import Names
from praksis.define.check.statement import Statements
from praksis.define.expression import (
    CONNECTIVES,
    connect,
    evaluate,
    find_answer,
    find_comparisons,
    find_use,
    find_uses,
    is_variable,
    parse_statement,
    read_word,
)
from praksis.define.question import OPEN_KINDS

_MOST = 4096
"""Combinations of answers to try; where there are more, the check is taken to be one that can fail."""

Known = Mapping[str, str | None]
Truths = frozenset[bool | None]


def can_fail(statements: Statements, wave: str, when: str | None, holds: str) -> bool:
    """May some answers of the wave break the check?

    Every combination of answers that decide the routing is tried; numbers, dates and earlier answers may be anything,
    each for itself. So it says no only where it is sure.
    """
    names = statements.names
    domains = _find_domains(statements, wave, [holds, *([when] if when else [])])
    if not all(domains.values()) or math.prod(len(domain) for domain in domains.values()) > _MOST:
        return True
    for chosen in product(*domains.values()):
        known = _route(names, dict(zip(domains, chosen, strict=True)))
        if when is not None and True not in _find_truths(statements, when, known):
            continue
        if False in _find_truths(statements, holds, known):
            return True
    return False


def _find_domains(statements: Statements, wave: str, texts: Iterable[str]) -> dict[str, tuple[str | None, ...]]:
    """What the variables may be, and those that decide whether they are asked; nothing for one of an unknown scale."""
    items, breakdowns = statements.names.items or {}, statements.names.breakdowns or {}
    uses = [use for text in texts for use in find_uses(text, statements.is_category)]
    waiting = [use.variable for use in uses if not use.before]
    domains: dict[str, tuple[str | None, ...]] = {}
    while waiting:
        name = waiting.pop()
        if name in domains:
            continue
        if asked := items.get(name):
            is_open = asked.question.kind in OPEN_KINDS
            some = tuple(one.id for one in asked.scale.categories) if asked.scale else ("something",)
            domains[name] = (None, *(some if wave in asked.waves else ())) if asked.scale or is_open else ()
            condition = asked.question.show_if
            waiting += [one.variable for one in find_comparisons(condition)] if condition else []
        elif breakdown := breakdowns.get(name):
            domains[name] = (None, *(category.id for category in breakdown.categories))
    return domains


def _route(names: Names, chosen: Known) -> Known:
    """The same without the answers that the routing passes by."""
    items = names.items or {}
    known = {name: value for name, value in chosen.items() if name not in items}
    for question in names.parts.questions or ():
        shown = question.show_if is None or evaluate(question.show_if, known) is True
        known |= {item.id: chosen[item.id] if shown else None for item in question.items if item.id in chosen}
    return known


def _find_truths(statements: Statements, text: str, known: Known) -> Truths:
    """What a statement may be."""
    root = parse_statement(text)
    truths: dict[int, Truths] = {}
    for node in root.iter_subtrees():
        if node.data in CONNECTIVES:
            parts = [truths[id(child)] for child in node.children if isinstance(child, Tree)]
            truths[id(node)] = _connect(node.data, parts)
        elif node.data in ("relation", "among", "answered"):
            truths[id(node)] = _compare(statements, node, known)
    return truths[id(root)]


def _compare(statements: Statements, node: Tree[Token], known: Known) -> Truths:
    answer = find_answer(node, statements.is_category)
    uses = [find_use(one) for one in node.find_pred(is_variable) if one is not answer]
    now = [use.variable for use in uses if not use.before and use.variable in known]
    if node.data == "answered":
        return frozenset({known[now[0]] is not None}) if now else frozenset({True, False})
    if any(known[name] is None for name in now):
        return frozenset({None})
    if len(now) == len(uses) == 1 and statements.is_category(now[0]):
        words = [read_word(child) for child in node.children[1:] if isinstance(child, Tree)]
        return frozenset({(known[now[0]] in words) is not ("!=" in node.children)})
    return frozenset({True, False, None})


def _connect(word: str, parts: Sequence[Truths]) -> Truths:
    found = parts[0]
    if word == "negation":
        return frozenset(connect(word, [one]) for one in found)
    for part in parts[1:]:
        found = frozenset(connect(word, pair) for pair in product(found, part))
    return found
