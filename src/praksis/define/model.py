"""The base of every definition: frozen, and deaf to unknown fields.

The models are the one schema: messages, the reference part of `docs/define.md` and the JSON Schema
for editors are all made from them, so every field carries its description.
"""

import datetime
import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Id = Annotated[str, Field(pattern=ID_PATTERN, description="lower-case letters, digits and single hyphens")]


def _read_day(given: object) -> object:
    """Dates are written in one way only: a plain number would otherwise be read as seconds since 1970."""
    if isinstance(given, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given.strip()):
        raise PydanticCustomError("date_form", "not a date")
    return given


Day = Annotated[datetime.date, BeforeValidator(_read_day)]


class Definition(BaseModel):
    """A part of a survey as read from its files."""

    model_config = ConfigDict(frozen=True, extra="forbid")
