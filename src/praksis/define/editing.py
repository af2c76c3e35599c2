"""What is looked at when answers come in: the survey's own checks, and what is unusual (`checks.yaml`)."""

from enum import StrEnum

from pydantic import Field

from praksis.define.model import Definition, Id
from praksis.localtext import LocalText


class CheckKind(StrEnum):
    """How sure it is that something is wrong."""

    HARD = "hard"
    SOFT = "soft"


class AnswerCheck(Definition):
    """A rule that answers should keep. An answer that is missing breaks none."""

    id: Id = Field(description="name of the check, in the work list")
    kind: CheckKind = Field(description="`hard`: it cannot be so and must be corrected; `soft`: somebody must look")
    waves: tuple[Id, ...] = Field(
        (), description="waves it is for; if not given those that ask its items and have what `previous()` needs"
    )
    when: str | None = Field(None, description="statement that says whom it is about; everyone if not given")
    holds: str = Field(description="statement that should be true; see Expressions")
    text: LocalText = Field(description="what to look at, for the fieldworker")
    asks: LocalText | None = Field(None, description="what to ask the organisation, where it must be asked")


class NumberHabit(Definition):
    """How unusual a number must be to be looked at."""

    item: Id = Field(description="an item answered with a number; parts of a whole (`split`) are judged only if named")
    outlier: float = Field(
        7, ge=0, allow_inf_nan=False, description="quartile distances from the median; 0: not looked at"
    )
    change: float = Field(
        7, ge=0, allow_inf_nan=False, description="the same for changes since the last wave; 0: not looked at"
    )


class Automatic(Definition):
    """What is looked at in every survey."""

    least: int = Field(10, ge=5, description="answers there must be before anybody says what is usual")
    unanswered: float = Field(0.5, ge=0, le=1, description="share of what was asked that may be unanswered; 1: all")
    alike: int = Field(4, ge=0, description="rows of a grid that, all answered alike, are noted; 0: never")
    twins: int = Field(
        10, ge=0, description="answers that two responses must share, all of them, to be noted; 0: never"
    )


class Editing(Definition):
    """The checks of answers (`checks.yaml`)."""

    checks: tuple[AnswerCheck, ...] = Field((), description="the survey's own checks")
    numbers: tuple[NumberHabit, ...] = Field((), description="numbers that are judged otherwise than by default")
    automatic: Automatic = Field(Automatic(), description="what is looked at in every survey")


RESERVED = ("outlier", "change", "alike", "twins", "unanswered")
"""Names of the automatic checks, which no check of a survey can have."""
