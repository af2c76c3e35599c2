"""The design: strata, finite population correction, intervals and what may be shown."""

from enum import StrEnum

from pydantic import Field

from praksis.define.model import Definition, Id
from praksis.localtext import LocalText


class Inference(StrEnum):
    """What the uncertainty is about."""

    ORGANISATIONS = "organisations"
    PROCESS = "process"


class Withheld(Definition):
    """Shares that a person has decided to hide, beside those that the rules hide."""

    item: Id = Field(description="the item")
    group: str = Field("all", description="the group, as `sector=state,size=small`")
    wave: Id = Field(description="the wave")
    by: str = Field(min_length=1, description="who decided it; stays in the record beside the answers")
    reason: str = Field(min_length=1, description="why; stays in the record beside the answers")
    date: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="when it was decided, as `2024-11-30`")


class Design(Definition):
    """How answers become estimates (`design.yaml`)."""

    strata: tuple[Id, ...] = Field((), description="breakdowns whose crossing makes the strata")
    weights: str = Field(
        "none", pattern="^(none|response)$", description="`none`: each answer counts once; `response`: N/n per stratum"
    )
    inference: Inference = Field(
        Inference.ORGANISATIONS,
        description="`organisations`: with finite population correction; `process`: without",
    )
    confidence: float = Field(0.95, gt=0.5, lt=1, description="coverage of the intervals")
    larger_change: float = Field(
        5, gt=0, lt=100, description="percentage points from which a change is called a larger one"
    )
    min_n: int = Field(5, ge=0, description="shares of fewer respondents are hidden; 0: answers are public")
    public_reason: str | None = Field(None, description="why answers are public; needed when `min_n` is 0")
    hidden: tuple[Withheld, ...] = Field((), description="shares that are hidden by decision of a person")
    too_uncertain: float = Field(30, gt=0, description="intervals wider than this (points) are marked as uncertain")
    note: LocalText = Field(description="the design in plain words, for the page about the survey")
