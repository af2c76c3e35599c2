"""The specification as it stands in this folder: chapter = folder, section = file, paragraph = test.

A chapter has a `chapter.md` (title and introduction). A section is the docstring of its file, a paragraph that of its
test: the first line is the title. A test reads a small table, asks Praksis, does the same by hand and checks that both
are equal; `render.py` shows each of these parts. A test marked as failing (`xfail`) is a fault that is known, and is
left out of the pages.
"""

import ast
import importlib.util
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from inspect import cleandoc
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

from praksis.errors import PraksisError
from praksis.tell.sentence import TextFault

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
BY_HAND = "# By hand"
CLOSE = 1e-9
"""How near two numbers must be to be equal, relative to their size."""

Value = float | int | str | bool | None
Columns = dict[str, list[Any]]


@dataclass(frozen=True)
class Table:
    """What was given: a table as it stands in the test."""

    title: str
    header: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Check:
    """A number as Praksis has it, and as it is by hand."""

    what: str
    found: Value
    by_hand: Value


@dataclass
class Spec:
    """Writes down what a test reads and checks. Tests get it as `spec`."""

    tables: list[Table] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def read(self, text: str, title: str = "") -> Columns:
        """A Markdown table as columns: numbers are numbers, an empty cell is a missing answer."""
        lines = [line.strip().strip("|") for line in dedent(text).strip().splitlines()]
        header, _, *rows = ([cell.strip() for cell in line.split("|")] for line in lines)
        self.tables.append(Table(title, header, rows))
        return {name: _read_column([row[place] for row in rows]) for place, name in enumerate(header)}

    def pick(self, found: Any, **labels: object) -> dict[str, Any]:
        """The one row of estimates, or of a table, with these labels."""
        rows = getattr(found, "table", found).to_pylist()
        picked = [row for row in rows if all(row[name] == value for name, value in labels.items())]
        assert len(picked) == 1, f"{labels}: {len(picked)} rows"
        return dict(picked[0])

    def list_factors(self, survey: Any) -> list[list[float]]:
        """What the weights of the rows are multiplied with, a list per replicate."""
        factors: list[list[float]] = survey.replicates.factors.T.tolist()
        return factors

    def check(self, what: str, found: Value, by_hand: Value, close: float = CLOSE) -> None:
        """Praksis' number is the one by hand."""
        self.checks.append(Check(what, found, by_hand))
        if isinstance(found, str | bool | None) or isinstance(by_hand, str | bool | None):
            assert found == by_hand, what
        elif math.isnan(by_hand):
            assert math.isnan(found), what
        else:
            assert math.isclose(found, by_hand, rel_tol=close, abs_tol=1e-12), f"{what}: {found!r}, not {by_hand!r}"

    def refuse(self, ask: Callable[[], object], says: str) -> None:
        """Praksis refuses, and says why."""
        said = ""
        try:
            ask()
        except (PraksisError, TextFault) as error:
            said = str(error)
        self.refusals.append(said)
        assert says in said, said if said else "nothing was refused"


def _read_column(cells: list[str]) -> list[Any]:
    given = [cell for cell in cells if cell]
    for kind in (int, float):
        try:
            numbers = [kind(cell) for cell in given]
        except ValueError:
            continue
        left = iter(numbers)
        return [next(left) if cell else None for cell in cells]
    return [cell or None for cell in cells]


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


@dataclass(frozen=True)
class Paragraph:
    """One test."""

    number: str
    node: ast.FunctionDef
    test: Callable[[Spec], None]
    path: Path
    lines: list[str]

    @property
    def name(self) -> str:
        return self.node.name

    @cached_property
    def docstring(self) -> tuple[str, str]:
        """Title and text."""
        return split_docstring(ast.get_docstring(self.node, clean=False) or "")

    @cached_property
    def spec(self) -> Spec:
        """What the test read and checked, from a run of it."""
        spec = Spec()
        self.test(spec)
        return spec

    @cached_property
    def code(self) -> tuple[str, str]:
        """What is asked of Praksis, and what is done by hand: the statements that do not use `spec`."""
        asked: list[str] = []
        by_hand: list[str] = []
        after = False
        for statement in self.node.body[1:]:
            lines = self._take(statement)
            after = after or any(line.strip().startswith(BY_HAND) for line in lines)
            if not any(isinstance(node, ast.Name) and node.id == "spec" for node in ast.walk(statement)):
                (by_hand if after else asked).extend(
                    line.replace(f"{BY_HAND}: ", "# ") for line in lines if line.strip() != BY_HAND
                )
        return dedent("\n".join(asked)).strip(), dedent("\n".join(by_hand)).strip()

    @cached_property
    def expressions(self) -> list[str]:
        """What each number by hand is made of, as it stands in the test; empty where that is not known."""
        calls = [
            node
            for node in ast.walk(self.node)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "check"
        ]
        calls.sort(key=lambda call: call.lineno)
        if len(calls) != len(self.spec.checks):
            return [""] * len(self.spec.checks)
        return ["" if _is_literal(call.args[2]) else ast.unparse(call.args[2]) for call in calls]

    def _take(self, statement: ast.stmt) -> list[str]:
        """The lines of a statement and of the comments just above it."""
        first = statement.lineno - 1
        while self.lines[first - 1].strip().startswith("#"):
            first -= 1
        return self.lines[first : statement.end_lineno]


@dataclass(frozen=True)
class Section:
    """One file."""

    number: str
    title: str
    text: str
    path: Path
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Chapter:
    """One folder."""

    number: str
    name: str
    title: str
    text: str
    sections: tuple[Section, ...]


def read_chapters() -> list[Chapter]:
    """The specification, in order."""
    return [_read_chapter(path.parent) for path in sorted(FOLDER.glob("[0-9][0-9]_*/chapter.md"))]


def _read_chapter(folder: Path) -> Chapter:
    title, _, text = (folder / "chapter.md").read_text(encoding="utf-8").partition("\n")
    number, _, name = folder.name.partition("_")
    sections = [
        _read_section(path, f"{int(number)}.{place}") for place, path in enumerate(sorted(folder.glob("test_*.py")), 1)
    ]
    return Chapter(str(int(number)), name, title.lstrip("# "), text.strip(), tuple(sections))


def _read_section(path: Path, number: str) -> Section:
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    title, text = split_docstring(ast.get_docstring(tree, clean=False) or "")
    module = _load(path)
    nodes = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    tests = [(node, getattr(module, node.name)) for node in nodes]
    held = [
        (node, test) for node, test in tests if not any(one.name == "xfail" for one in getattr(test, "pytestmark", []))
    ]
    paragraphs = [
        Paragraph(f"{number}.{place}", node, test, path, source.splitlines())
        for place, (node, test) in enumerate(held, 1)
    ]
    return Section(number, title, text, path, tuple(paragraphs))


def _load(path: Path) -> ModuleType:
    name = f"specification.{path.parent.name}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def split_docstring(text: str) -> tuple[str, str]:
    """The first line, and what is below it."""
    title, _, rest = cleandoc(text).partition("\n")
    return title.strip(), rest.strip("\n").rstrip()
