"""The models as documentation: the reference part of `docs/define.md`, and JSON Schemas for editors.

`python -m praksis.define.reference docs/define.md` rewrites the part between the markers.
"""

import datetime
import json
import string
import sys
from collections.abc import Iterable, Iterator
from enum import EnumType
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from praksis.define.codes import CODES, GROUPS, join_known
from praksis.define.model import ID_PATTERN
from praksis.define.parts import CLAIM_COLUMNS
from praksis.define.published import Claim
from praksis.define.read import KINDS, REQUIRED
from praksis.localtext import LocalText

BEGIN = "<!-- reference: made by `python -m praksis.define.reference docs/define.md`; do not edit below -->"
END = "<!-- reference: end -->"

EXPRESSIONS = """\
### Expressions

`show_if` is written in a small language:

| write | it is true when |
|---|---|
| `item = answer` | the item was answered so |
| `item != answer` | the item was answered otherwise |
| `item in (one, two)` | the item was answered with one of these |
| `answered(item)` | the item has a substantive answer |
| `not x`, `x and y`, `x or y`, `( )` | as usual; `not` binds tighter than `and`, `and` tighter than `or` |

A variable is an item of an earlier question that the same role answers, or a breakdown that the frame decides; a value
is the `id` of a category. Open items (`number`, `split`, `date`, `text`) have no categories: only `answered(item)` can
be asked of them. A comparison with an answer that is missing (not answered, do not know, not applicable) is unknown,
and so is `not` of it; `unknown and false` is false, `unknown or true` is true. A question whose condition is unknown is
not shown.

`when` and `holds` of a check are *statements*, which can do all this and count too:

| write | what it is |
|---|---|
| `a < b`, `<=`, `>`, `>=`, `=`, `!=` | two numbers, or two dates, compared |
| `a + b`, `a - b`, `a * b`, `a / b`, `-a`, `abs(a)` | calculation, exact; a minus has a space on both sides |
| `12.5`, `2024-01-31` | a number, a date |
| `item in (1, 2)` | the number, date or answer is one of these |
| `previous(item)` | what the organisation answered in the last wave that asked the item |

A variable is an item answered on a scale, with a number or with a date; a breakdown that the frame decides; or a
variable of the frame that holds a number. `*` and `/` bind tighter than `+` and `-`, these tighter than comparisons.
What is calculated with a missing answer, or divided by zero, is missing. A check whose statement is unknown has not
failed.
"""

_KINDS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    datetime.date: "date",
    LocalText: "text per language",
}


def write_reference() -> str:
    """The reference part of the guide, in Markdown."""
    lines = ["## Reference", "", "### Files and fields", ""]
    written: set[type[BaseModel]] = set()
    for file, kind in KINDS.items():
        needed = "" if file in REQUIRED else " (optional)"
        lines += [f"#### {file}{needed}", "", f"{_describe_file(kind)}", ""]
        for model in list_models(kind):
            # One that two files use stands once: links lead to the first of two headings.
            lines += _write_model(model) if model not in written else []
            written.add(model)
    lines += _write_claims()
    lines += [EXPRESSIONS, "### Problems", "", "What `praksis check` may report. A code never changes its meaning.", ""]
    lines += _write_codes()
    return "\n".join(lines)


def rewrite_guide(guide: str) -> str:
    """A guide with its reference part written anew."""
    before, _, rest = guide.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{write_reference()}\n{END}{after}"


def write_schemas(target: Path) -> tuple[Path, ...]:
    """One JSON Schema per file of a survey, for editors that complete and check YAML. Returns their paths."""
    target.mkdir(parents=True, exist_ok=True)
    paths = []
    for file, kind in KINDS.items():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": file}
        schema |= _accept_scalars(TypeAdapter(kind).json_schema())
        path = target / f"{file.removesuffix('.yaml')}.schema.json"
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        paths.append(path)
    return tuple(paths)


def _accept_scalars(schema: Any) -> Any:
    """Praksis reads `2024` and `yes` as text where a text belongs; an editor reads a number and a truth value."""
    if isinstance(schema, list):
        return [_accept_scalars(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {name: _accept_scalars(part) for name, part in schema.items()}
    if changed.get("type") == "string" and not {"enum", "const", "format"} & changed.keys():
        changed["type"] = ["string", "number", "boolean"]
    return changed


def _describe_file(kind: Any) -> str:
    if get_origin(kind) is tuple:
        return f"A list; each entry is a {_link(get_args(kind)[0])}."
    return f"One {_link(kind)}."


def list_models(kind: Any) -> Iterator[type[BaseModel]]:
    """The models of a file, each once, those that hold others first."""
    seen: dict[type[BaseModel], None] = {}
    waiting = list(_models_in(kind))
    while waiting:
        model = waiting.pop(0)
        if model not in seen:
            seen[model] = None
            inner = [part for field in model.model_fields.values() for part in _models_in(field.annotation)]
            waiting = inner + waiting
    yield from seen


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation is not LocalText:
            yield annotation
        return
    for part in get_args(annotation):
        yield from _models_in(part)


def _write_model(model: type[BaseModel]) -> list[str]:
    lines = [f"##### {model.__name__}", "", (model.__doc__ or "").strip().replace("\n\n", "\n").replace("\n    ", "\n")]
    lines += ["", "| field | kind | if not given | what it is |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        description = _escape(field.description or "")
        lines.append(f"| `{name}` | {_escape(_name_field(field))} | {_name_default(field)} | {description} |")
    return [*lines, ""]


def _name_field(field: FieldInfo) -> str:
    return "name" if _is_name(field.metadata) else _name_kind(field.annotation)


def _is_name(metadata: Iterable[Any]) -> bool:
    """Is it the pattern of an id, on a field or in the parts of a list?"""
    inner = [part for one in metadata for part in (getattr(one, "metadata", None) or [one])]
    return any(getattr(part, "pattern", None) == ID_PATTERN for part in inner)


def _name_kind(annotation: Any) -> str:
    if annotation in _KINDS:
        return _KINDS[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return "name" if _is_name(arguments[1:]) else _name_kind(arguments[0])
    if origin is tuple:
        many = arguments[-1] is Ellipsis
        return (
            f"list of {_name_kind(arguments[0])}" if many else f"list of {len(arguments)}: {_name_kind(arguments[0])}"
        )
    if origin is dict:
        return f"{_name_kind(arguments[0])}: {_name_kind(arguments[1])}"
    if origin in (Union, UnionType):
        return " or ".join(_name_kind(part) for part in arguments if part is not NoneType)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if isinstance(annotation, EnumType):
        return ", ".join(f"`{member}`" for member in list[Any](annotation))
    return _link(annotation)


def _name_default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ((), {}):
        return "nothing"
    if isinstance(value, BaseModel):
        return "its defaults"
    values = value if isinstance(value, tuple) else (value,)
    words = [str(one).lower() if isinstance(one, bool) else str(getattr(one, "value", one)) for one in values]
    return _escape(join_known(words)) if words != [""] else "nothing"


def _link(model: Any) -> str:
    return f"[{model.__name__}](#{model.__name__.lower()})"


def _write_claims() -> list[str]:
    lines = [
        "#### published/*.csv (optional)",
        "",
        "One row per published figure, with these columns (all must be there):",
    ]
    lines += ["", "| column | kind | if empty | what it is |", "|---|---|---|---|"]
    for name in CLAIM_COLUMNS:
        field = Claim.model_fields[name]
        lines.append(
            f"| `{name}` | {_name_field(field)} | {_name_default(field)} | {_escape(field.description or '')} |"
        )
    return [*lines, ""]


def _write_codes() -> list[str]:
    lines: list[str] = []
    for letter, title in GROUPS.items():
        lines += [f"#### {letter}: {title}", "", "| code | what is wrong | what to do |", "|---|---|---|"]
        for name, code in CODES.items():
            if name.startswith(letter):
                lines.append(f"| {name} | {_escape(_open(code.meaning))} | {_escape(_open(code.remedy))} |")
        lines.append("")
    return lines


def _open(template: str) -> str:
    """A template with its fields left open."""
    if template == "{need}.":
        return "As the message says."
    return "".join(
        text + ("…" if field is not None else "") for text, field, _, _ in string.Formatter().parse(template)
    ).strip()


def _escape(cell: str) -> str:
    return cell.replace("|", r"\|")


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(rewrite_guide(path.read_text(encoding="utf-8")), encoding="utf-8")
