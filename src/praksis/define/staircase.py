"""The service staircase: the steps, what each one asks of an organisation, and what stops the next."""

from pydantic import Field

from praksis.define.model import Definition, Id
from praksis.localtext import LocalText


class Step(Definition):
    """One step of the staircase."""

    id: Id = Field(description="name used in figures, claims and files")
    label: LocalText = Field(description="short name in charts")
    title: LocalText = Field(description="full name")
    criteria: tuple[LocalText, ...] = Field(min_length=1, description="what must hold for services on this step")
    says: LocalText = Field(description="how a sentence reports an organisation that stands here")


class Staircase(Definition):
    """Steps from the lowest to the highest (`staircase.yaml`). The step's code is its number from 1."""

    title: LocalText = Field(description="name of the staircase")
    version: int = Field(
        1, ge=1, description="version of the criteria; with a new one, give the placing items a new id and `wording`"
    )
    measures: LocalText = Field(description="what is measured, and what it does not say")
    placed_by: tuple[Id, ...] = Field(min_length=1, description="items (on scale `staircase`) that place, one per role")
    barriers: Id | None = Field(None, description="the multiple-choice question that asks what stops the next step")
    steps: tuple[Step, ...] = Field(min_length=2, description="the steps, lowest first")
