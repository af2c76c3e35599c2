"""What we write to those we ask, and when: templates of letters, and a plan by dates."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from praksis.define.model import Day, Definition, Id
from praksis.localtext import LocalText

PLACEHOLDERS = ("name", "organisation", "survey", "wave", "owner", "role", "deadline", "link", "opt_out")
"""What a letter may have filled in."""

LINK, OPT_OUT = "link", "opt_out"
"""The two placeholders that are addresses: they stand in the text, never in the subject."""

LONGEST_SUBJECT = 200

ZONE = ZoneInfo("Europe/Oslo")
FORGET_AFTER = 90
"""Days after a wave has closed: long enough to ask about an answer, short enough to be right to those who gave it."""

_ZONE = re.compile(r"UTC|(?!posix/|right/)[A-Za-z_]+(/[A-Za-z0-9_+-]+)+")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@\w[\w-]*(\.[\w-]+)*\.\w[\w-]*\w")


class LetterKind(StrEnum):
    """What a letter is for."""

    INVITATION = "invitation"
    """The first: with the personal link."""
    REMINDER = "reminder"
    """To those who have not submitted."""
    THANKS = "thanks"
    """To those who have."""


class Audience(StrEnum):
    """Whom a letter goes to. Each person belongs to `everyone`, and to one of the next two, or to the last alone."""

    EVERYONE = "everyone"
    """Everyone who has not submitted."""
    NOT_STARTED = "not-started"
    """Of these, whoever has answered nothing."""
    UNFINISHED = "unfinished"
    """Of these, whoever had begun when the letter was to leave."""
    SUBMITTED = "submitted"


AUDIENCES: Mapping[LetterKind, tuple[Audience, ...]] = {
    LetterKind.INVITATION: (Audience.EVERYONE,),
    LetterKind.REMINDER: (Audience.EVERYONE, Audience.NOT_STARTED, Audience.UNFINISHED),
    LetterKind.THANKS: (Audience.SUBMITTED,),
}
"""Whom each kind may go to; the first is whom it goes to if the plan does not say."""


def _check_zone(name: str) -> str:
    """Only names of the time zone database: an offset would know nothing of summer time."""
    try:
        known = bool(_ZONE.fullmatch(name)) and ZoneInfo(name).key == name
    except (KeyError, ValueError, OSError):  # not there; no name at all; a folder of the database
        known = False
    if not known:
        raise PydanticCustomError("zone_form", "not a time zone")
    return name


def _check_email(address: str) -> str:
    if not _EMAIL.fullmatch(address):
        raise PydanticCustomError("email_form", "not an e-mail address")
    return address


class Letter(Definition):
    """A template: what a letter says in each language."""

    id: Id = Field(description="name of the letter")
    kind: LetterKind = Field(description="`invitation`, `reminder` or `thanks`")
    subject: LocalText = Field(description=f"one line of at most {LONGEST_SUBJECT} characters")
    text: LocalText = Field(description="the letter itself, in plain text; an invitation and a reminder hold `{link}`")


class Sending(Definition):
    """One line of the plan: which letter leaves on which day, and to whom."""

    wave: Id = Field(description="the wave")
    letter: Id = Field(description="the letter")
    on: Day = Field(description="the day it leaves")
    to: Audience | None = Field(
        None,
        description="`everyone` who has not submitted, or of them those `not-started` or `unfinished`; `submitted`."
        " If not given: `submitted` for thanks, else `everyone`",
    )
    roles: tuple[Id, ...] = Field((), description="only these roles")


class Correspondence(Definition):
    """The letters of a survey and when they leave (`letters.yaml`)."""

    timezone: Annotated[str, AfterValidator(_check_zone)] = Field(
        ZONE.key, description="whose days and hours these are, by its name in the time zone database"
    )
    hour: int = Field(9, ge=0, le=23, description="no letter leaves before this hour of the day, local time")
    between: int = Field(5, ge=1, le=365, description="least days from one letter to the next to the same person")
    reply_to: Annotated[str, AfterValidator(_check_email)] | None = Field(
        None, description="where answers to letters go, if not to the sender"
    )
    forget_after: int = Field(
        FORGET_AFTER,
        ge=1,
        le=3650,
        description="days after the wave has closed when contacts, and the words of letters, are deleted",
    )
    letters: tuple[Letter, ...] = Field(min_length=1, description="the templates")
    plan: tuple[Sending, ...] = Field((), description="when they leave, each wave's in the order of the dates")

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def letter_by_id(self) -> dict[str, Letter]:
        return {letter.id: letter for letter in self.letters}

    def audience_of(self, sending: Sending) -> Audience:
        """Whom a line of the plan is for."""
        return sending.to or AUDIENCES[self.letter_by_id[sending.letter].kind][0]

    def plan_for(self, wave: str, role: str) -> tuple[Sending, ...]:
        """The lines of the plan that are for a role in a wave, in the order of their dates."""
        return tuple(
            sending for sending in self.plan if sending.wave == wave and (not sending.roles or role in sending.roles)
        )
