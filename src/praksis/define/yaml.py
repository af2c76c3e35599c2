"""YAML 1.2 read with line numbers; the only module that knows ruamel.yaml.

Scalars stay text: `no: Nei` keeps its key and `12:30` its minutes. What a field should be is the
model's business.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | None"
Steps: TypeAlias = tuple[str | int, ...]

_NOTHING = ("", "~", "null")


class YamlFault(Exception):
    """The text is not YAML we accept; `line` is 1-based."""

    def __init__(self, line: int, what: str) -> None:
        self.line, self.what = line, what
        super().__init__(f"line {line}: {what}")


@dataclass(frozen=True)
class Document:
    """A file's content as plain dicts, lists and text, and the line each part starts on."""

    tree: Tree
    lines: dict[Steps, int]

    def line_of(self, steps: Steps) -> int:
        """The line of a part, or of the nearest part that holds it."""
        for length in range(len(steps), -1, -1):
            if steps[:length] in self.lines:
                return self.lines[steps[:length]]
        return 0


def read_yaml(path: Path) -> Document:
    """Read one YAML file.

    Raises YamlFault on a syntax error, a duplicate key, an alias or a tag; OSError and UnicodeDecodeError pass.
    """
    try:
        root = YAML(typ="rt", pure=True).compose(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise YamlFault(line, error.problem or "not YAML") from None
    lines: dict[Steps, int] = {(): 1}
    return Document(_plain(root, (), lines) if root else None, lines)


def _plain(node: Node, steps: Steps, lines: dict[Steps, int]) -> Tree:
    lines.setdefault(steps, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        return _plain_mapping(node, steps, lines)
    if isinstance(node, SequenceNode):
        return [_plain(part, (*steps, place), lines) for place, part in enumerate(node.value)]
    if isinstance(node, ScalarNode):
        return None if node.style is None and node.value in _NOTHING else str(node.value)
    raise YamlFault(node.start_mark.line + 1, "this kind of YAML is not used here")


def _plain_mapping(node: MappingNode, steps: Steps, lines: dict[Steps, int]) -> Tree:
    tree: dict[str, Tree] = {}
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name in tree:
            raise YamlFault(line, f"the key '{name}' stands twice; the first is on line {lines[*steps, name]}")
        lines[*steps, name] = line
        tree[name] = _plain(value, (*steps, name), lines)
    return tree
