"""YAML 1.2 read with line numbers; the only module that knows ruamel.yaml.

Scalars stay text: `no: Nei` keeps its key and `12:30` its minutes. What a field should be is the
model's business. Built from parser events: anchors, aliases and tags are refused where they stand, so a
file means what it says on its lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | None"
Steps: TypeAlias = tuple[str | int, ...]

_NOTHING = ("", "~", "null")
_DEEPEST = 50


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
    return parse_yaml(path.read_text(encoding="utf-8-sig"))


def parse_yaml(text: str) -> Document:
    """Read YAML from a text. Raises YamlFault."""
    builder = _Builder()
    try:
        tree = builder.build_document(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlFault(line, str(error.problem or error.context or "not YAML")) from None
    except YAMLError as error:
        # Characters that YAML forbids; the reader knows their place as an offset only.
        at = getattr(error, "position", 0)
        raise YamlFault(text[:at].count("\n") + 1, f"{str(error).splitlines()[0]}") from None
    except (ValueError, TypeError, AssertionError, IndexError, AttributeError, KeyError) as error:
        # ruamel.yaml lets some malformed texts out as plain Python errors; none of them may reach a survey lead.
        raise YamlFault(1, f"not YAML ({type(error).__name__})") from None
    return Document(tree, builder.lines)


class _Builder:
    def __init__(self) -> None:
        self.lines: dict[Steps, int] = {(): 1}

    def build_document(self, events: Iterator[Event]) -> Tree:
        tree: Tree = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    _refuse(event, "a second document (`---`); one file holds one document")
                tree = self._build(next(events), events, ())
        return tree

    def _build(self, event: Event, events: Iterator[Event], steps: Steps) -> Tree:
        self.lines.setdefault(steps, _line(event))
        if isinstance(event, AliasEvent):
            _refuse(event, f"the alias `*{event.anchor}`; write the text out")
        if isinstance(event, NodeEvent) and event.anchor is not None:
            _refuse(event, f"the anchor `&{event.anchor}`; write the text out where it is needed")
        if getattr(event, "tag", None) is not None:
            _refuse(event, "a tag (`!`); put the text in quotes if it starts with !")
        if len(steps) > _DEEPEST:
            _refuse(event, f"more than {_DEEPEST} levels")
        if isinstance(event, MappingStartEvent):
            return self._build_mapping(events, steps)
        if isinstance(event, SequenceStartEvent):
            return self._build_list(events, steps)
        if not isinstance(event, ScalarEvent):
            _refuse(event, "this kind of YAML is not used here")
        return None if event.style is None and event.value in _NOTHING else str(event.value)

    def _build_list(self, events: Iterator[Event], steps: Steps) -> Tree:
        parts: list[Tree] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            parts.append(self._build(event, events, (*steps, len(parts))))
        return parts

    def _build_mapping(self, events: Iterator[Event], steps: Steps) -> Tree:
        tree: dict[str, Tree] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                _refuse(event, "a key that is not a plain word")
            name = str(event.value)
            if name in tree:
                _refuse(event, f"the key '{name}' stands twice; the first is on line {self.lines[*steps, name]}")
            self.lines[*steps, name] = _line(event)
            tree[name] = self._build(next(events), events, (*steps, name))
        return tree


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def _refuse(event: Event, what: str) -> NoReturn:
    raise YamlFault(_line(event), what)
