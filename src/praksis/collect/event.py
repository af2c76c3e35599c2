"""What has happened to a response, as dated events that never change. Answers and status are their sum."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from praksis.collect.routing import Cell

STAFF = "staff:"
"""What `who` begins with where it is the name of a member of staff, who did it for the organisation."""


class EventKind(StrEnum):
    ENTERED = "entered"
    """A person came in by a link."""
    SAVED = "saved"
    """A page was saved: old and new answers, and what could not be read."""
    DISPUTED = "disputed"
    """A page was saved by someone who had not seen what another saved meanwhile: kept, not yet among the answers."""
    HANDED_OVER = "handed-over"
    """A section was given to a colleague."""
    TAKEN_BACK = "taken-back"
    """The coordinator took a section back."""
    SUBMITTED = "submitted"
    REOPENED = "reopened"


@dataclass(frozen=True)
class Event:
    """One event of one response. `number` counts them from 1 without gaps."""

    number: int
    at: datetime.datetime
    """With time zone."""
    who: str
    """The person."""
    kind: EventKind
    page: str = ""
    section: str = ""
    whom: str = ""
    """The colleague a section went to, or was taken from."""
    old: Mapping[str, Cell | None] = field(default_factory=dict)
    """Item -> answer before, of the items that changed."""
    new: Mapping[str, Cell | None] = field(default_factory=dict)
    """Item -> answer now, of the items that changed; of all items of the page where it is disputed."""
    raw: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Field -> what was written, where something on the page could not be read."""
    paradata: Mapping[str, str] = field(default_factory=dict)
    """How it was answered: device class, layout, language, when the page was shown."""
