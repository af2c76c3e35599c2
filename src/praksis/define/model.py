"""The base of every definition: frozen, and deaf to unknown fields.

The models are the one schema: messages, the reference part of `docs/define.md` and the JSON Schema
for editors are all made from them, so every field carries its description.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Id = Annotated[str, Field(pattern=ID_PATTERN, description="lower-case letters, digits and single hyphens")]


class Definition(BaseModel):
    """A part of a survey as read from its files."""

    model_config = ConfigDict(frozen=True, extra="forbid")
