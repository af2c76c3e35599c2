"""YAML written so that `praksis.define.yaml` reads the same: plain where a person would write it so, else in quotes."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

_UNSEEN = "\x00-\x1f\x7f-\x9f\xad\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff"
_PLAIN = re.compile(rf"[^\W_](?:[^{_UNSEEN}:#\\\"'{{}}\[\],&*!|>%@`]|:(?! |$))*")
_PLAIN_IN_BLOCK = re.compile(rf"[^\W_](?:[^{_UNSEEN}:#\\\"'{{}}\[\]&*!|>%@`]|:(?! |$))*")
"""In a block a comma is a comma."""
_WORDS = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
"""Words that other readers of YAML take for something else than text."""
_HIDDEN = re.compile(f"[{_UNSEEN}]")
_WIDTH = 100


def write_yaml(tree: object) -> str:
    """A tree of dicts, lists, texts, numbers and truths as a YAML document; the entries of a list with air between."""
    if isinstance(tree, list) and tree:
        return "\n\n".join("\n".join(_write([one], "")) for one in tree) + "\n"
    return "\n".join(_write(tree, "")) + "\n"


def _write(tree: object, indent: str) -> Iterator[str]:
    if isinstance(tree, Mapping) and tree:
        for name, value in tree.items():
            yield from _write_entry(f"{indent}{_write_scalar(name)}:", value, indent + "  ")
    elif isinstance(tree, list | tuple) and tree:
        for value in tree:
            first, *rest = _write(value, indent + "  ") if isinstance(value, Mapping) else [_flow(value)]
            yield f"{indent}- {first.strip() if isinstance(value, Mapping) else first}"
            yield from rest
    else:
        yield f"{indent}{_flow(tree)}"


def _write_entry(start: str, value: object, indent: str) -> Iterator[str]:
    flow = f"{start} {_flow(value)}"
    nested = isinstance(value, Mapping) or (isinstance(value, list | tuple) and any(map(_is_tree, value)))
    deep = isinstance(value, Mapping) and any(map(_is_tree, value.values()))
    if not nested and not isinstance(value, list | tuple):
        yield f"{start} {_write_scalar(value, _PLAIN_IN_BLOCK)}"
    elif not nested or not value or (isinstance(value, Mapping) and not deep and len(flow) <= _WIDTH):
        yield flow
    else:
        yield start
        yield from _write(value, indent)


def _is_tree(value: object) -> bool:
    return isinstance(value, Mapping | list | tuple)


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_write_scalar(name)}: {_flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return _write_scalar(value)


def _write_scalar(value: object, plain: re.Pattern[str] = _PLAIN) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case int() | float():
            return f"{Decimal(str(value)):f}"
    text = str(value)
    if plain.fullmatch(text) and text.strip() == text and text.casefold() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
