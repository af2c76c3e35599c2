"""Turns pydantic's messages into ours: place, what is wrong, what to do."""

from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from praksis.define.codes import Findings, join_known, suggest
from praksis.define.model import ID_PATTERN
from praksis.define.yaml import Document, Steps
from praksis.errors import Place
from praksis.localtext import LocalText

_WANTED = {
    "bool": "`true` or `false`",
    "int": "a whole number",
    "float": "a number",
    "string": "a text",
    "tuple": "a list, each entry on its own line after `- `",
    "model": "fields, as `name: value`",
    "dict": "fields, as `name: value`",
    "date": "a date, as 2024-01-31",
    "finite": "a number",
    "zone": "the name of a time zone, as Europe/Oslo",
    "email": "an e-mail address, as name@example.org",
}
"""First word of pydantic's error type -> what to write."""


def translate_error(error: ValidationError, kind: Any, document: Document, file: str, findings: Findings) -> None:
    """Add one problem per detail of a validation error."""
    for detail in error.errors(include_url=False):
        if detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]:
            # Pydantic does not count entries that have problems of their own.
            continue
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
    location = detail["loc"]
    last = max((place for place, step in enumerate(location) if isinstance(step, str)), default=-1)
    name = str(location[last]) if last >= 0 else ""
    field = ".".join(str(step + 1) if isinstance(step, int) else step for step in location)
    subject = f"`{field}`" if field else "the file"
    holders = _find_models(kind, location[: max(last, 0)])
    fields = holders[0].model_fields if holders else {}
    known = fields.get(name)
    description = (known.description if known else None) or detail["msg"]
    match detail["type"]:
        case "missing":
            findings.add("M001", place, f"{subject} is missing", field=name, description=description)
        case "extra_forbidden":
            what = f"{subject} is not a field here{suggest(name, fields)}"
            findings.add("M002", place, what, known=join_known(fields))
        case "enum" | "literal_error" | "union_tag_invalid":
            allowed = str(detail["ctx"].get("expected") or detail["ctx"].get("expected_tags", ""))
            given = detail["ctx"].get("tag", detail["input"])
            what = f"{subject} is '{given}'{suggest(str(given), _words(allowed))}"
            findings.add("M004", place, what, allowed=allowed)
        case "union_tag_not_found":
            tags = dict.fromkeys(tag for model in _models_in(kind, deep=True) for tag in _tags_of(model))
            findings.add("M001", place, f"{subject} lacks `tell`", field="tell", description=join_known(tags))
        case _:
            wanted = _wanted(detail, known.annotation if known and location[-1] == name else None)
            what = f"{subject} {'is empty' if detail['input'] is None else 'is ' + _shorten(detail['input'])}"
            findings.add("M003", place, what, wanted=wanted, description=description)


def _wanted(detail: ErrorDetails, annotation: Any) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "string_pattern_mismatch" if context["pattern"] == ID_PATTERN:
            return "lower-case letters a-z, digits and single hyphens"
        case "too_short" | "too_long":
            least = context.get("min_length", context.get("max_length"))
            return f"{'at least' if 'min_length' in context else 'at most'} {least} of them"
        case "greater_than_equal":
            return f"{_plain(context['ge'])} or more"
        case "less_than_equal":
            return f"{_plain(context['le'])} or less"
        case "greater_than":
            return f"more than {_plain(context['gt'])}"
        case "less_than":
            return f"less than {_plain(context['lt'])}"
        case "dict_type" if LocalText in (annotation, *get_args(annotation)):
            return "one text per language, each on its own line as `nb: ...`"
        case kind:
            return _WANTED.get(kind.partition("_")[0], "one of the values it can have")


def _plain(limit: float) -> str:
    return str(int(limit) if limit == int(limit) else limit)


def _shorten(value: object) -> str:
    if isinstance(value, dict | list | tuple):
        return "a list" if not isinstance(value, dict) else "fields"
    shown = f"'{value}'"
    return shown if len(shown) <= 60 else shown[:56] + "...'"


def _words(allowed: str) -> list[str]:
    return [word for word in allowed.split("'") if word.strip(" ,") not in ("", "or")]


def _find_models(kind: Any, location: tuple[str | int, ...]) -> list[type[BaseModel]]:
    """The models that a location points into, found by walking the annotations."""
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
        tagged = [model for model in candidates if step in _tags_of(model)]
        candidates = inner or tagged or candidates
    return candidates


def _tags_of(model: type[BaseModel]) -> tuple[str, ...]:
    """What `tell` is in a model of a tagged union; empty for other models."""
    tell = model.model_fields.get("tell")
    return get_args(tell.annotation) if tell else ()


def _models_in(annotation: Any, *, deep: bool = False) -> list[type[BaseModel]]:
    """The models an annotation is made of; with `deep` also those in their fields."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields.values() if deep else ()
        return [annotation, *(model for field in fields for model in _models_in(field.annotation, deep=True))]
    return [model for part in get_args(annotation) for model in _models_in(part, deep=deep)]
