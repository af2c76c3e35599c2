"""Walks a model: every value in it with the steps that lead to it, which are also its steps in the file."""

from collections.abc import Iterator

from pydantic import BaseModel

from praksis.define.yaml import Steps
from praksis.localtext import LocalText


def walk(value: object, steps: Steps = ()) -> Iterator[tuple[Steps, object]]:
    """The value itself and everything in it, outermost first. A LocalText is one value."""
    yield steps, value
    if isinstance(value, BaseModel) and not isinstance(value, LocalText):
        for name in type(value).model_fields:
            yield from walk(getattr(value, name), (*steps, name))
    elif isinstance(value, tuple):
        for place, part in enumerate(value):
            yield from walk(part, (*steps, place))
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from walk(part, (*steps, name))
