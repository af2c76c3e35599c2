"""Turns pydantic's messages into ours: place, what is wrong, what to do."""

import difflib
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from praksis.define.codes import Findings, join_known
from praksis.define.yaml import Document, Steps
from praksis.errors import Place


def translate_error(error: ValidationError, kind: Any, document: Document, file: str, findings: Findings) -> None:
    """Add one problem per detail of a validation error."""
    for detail in error.errors(include_url=False):
        steps = _steps_in_file(detail["loc"], document)
        place = Place(file, document.line_of(steps))
        _add(detail, kind, place, findings)


def _steps_in_file(location: tuple[str | int, ...], document: Document) -> Steps:
    """Pydantic's location without the steps that are not in the file, such as the tag of a union."""
    steps: Steps = ()
    for step in location:
        if (*steps, step) in document.lines:
            steps = (*steps, step)
    return steps


def _add(detail: ErrorDetails, kind: Any, place: Place, findings: Findings) -> None:
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    field = ".".join(str(step + 1) if isinstance(step, int) else step for step in detail["loc"])
    model = _find_model(kind, detail["loc"][:-1])
    fields = model.model_fields if model else {}
    description = (fields[name].description if name in fields else None) or detail["msg"]
    match detail["type"]:
        case "missing":
            findings.add("M001", place, f"`{field}` is missing", field=name, description=description)
        case "extra_forbidden":
            near = difflib.get_close_matches(name, fields, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            findings.add("M002", place, f"`{field}` is not a field here{hint}", known=join_known(fields))
        case "enum" | "literal_error" | "union_tag_invalid" | "union_tag_not_found":
            allowed = str(detail.get("ctx", {}).get("expected") or detail.get("ctx", {}).get("expected_tags", ""))
            what = f"`{field}` is {detail['input']!r}" if isinstance(detail["input"], str) else f"`{field}` lacks `tell`"
            findings.add("M004", place, what, allowed=allowed)
        case _:
            shown = repr(detail["input"])
            shown = shown if len(shown) <= 60 else shown[:57] + "..."
            findings.add("M003", place, f"`{field}` is {shown}: {detail['msg']}", description=description)


def _find_model(kind: Any, location: tuple[str | int, ...]) -> type[BaseModel] | None:
    """The model that a location points into, found by walking the annotations."""
    candidates = _models_in(kind)
    for step in location:
        if isinstance(step, int):
            continue
        inner = [
            model
            for candidate in candidates
            if step in candidate.model_fields
            for model in _models_in(candidate.model_fields[step].annotation)
        ]
        tagged = [
            model
            for model in candidates
            if "tell" in model.model_fields and step in getattr(model.model_fields["tell"].annotation, "__args__", ())
        ]
        candidates = inner or tagged or candidates
    return candidates[0] if candidates else None


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]
