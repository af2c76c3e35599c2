"""What we will show: pages, figures and the sentences under them."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from praksis.define.model import Definition, Id
from praksis.localtext import LocalText

RESERVED_PAGES = ("index", "about")
"""Pages that every site has, so that no page of figures can have their ids."""


class Chart(StrEnum):
    STACKED = "stacked"
    BARS = "bars"
    DEVELOPMENT = "development"
    STAIRCASE = "staircase"
    BARRIERS = "barriers"


class Ref(Definition):
    """One number in a text, bound to its cell; with `since` it is the change from that wave."""

    item: Id = Field(description="the item")
    answer: Id = Field(description="category or group of its scale")
    group: str = Field("all", description="`all`, or breakdown values as `sector=state,step=step-3`")
    wave: Id = Field(description="the wave")
    since: Id | None = Field(None, description="an earlier wave: the number is the change since then")
    show: Literal["percent", "about", "number"] = Field(
        "percent", description="`percent` (or percentage points), `about` ('1 in 3'), `number` (digits only)"
    )


class Holds(Definition):
    """What a hand-written text claims beyond its numbers; the build stops if the data say otherwise."""

    above: tuple[str, str] | None = Field(None, description="two refs: the first is clearly higher than the second")
    rises: str | None = Field(None, description="a ref with `since` that clearly rises")
    falls: str | None = Field(None, description="a ref with `since` that clearly falls")


class Text(Definition):
    """Hand-written text with numbers bound to cells."""

    tell: Literal["text"]
    text: LocalText = Field(description="text with placeholders `{name}`")
    refs: dict[str, Ref] = Field(default_factory=dict, description="the placeholders")
    holds: tuple[Holds, ...] = Field((), description="what must be true for the text to stand")


class Level(Definition):
    """The share of an answer, in one or more groups."""

    tell: Literal["level"]
    item: Id = Field(description="the item")
    answer: Id = Field(description="category or group of its scale")
    groups: tuple[str, ...] = Field(("all",), description="the groups to name")
    wave: Id = Field(description="the wave")


class Change(Definition):
    """How a share moved between two waves, in one or more groups."""

    tell: Literal["change"]
    item: Id = Field(description="the item")
    answer: Id = Field(description="category or group of its scale")
    groups: tuple[str, ...] = Field(("all",), description="the groups to name")
    wave: Id = Field(description="the later wave")
    since: Id = Field(description="the earlier wave")


class NoLargerChange(Definition):
    """That no share of an item moved much; stops the build if one did."""

    tell: Literal["no-larger-change"]
    item: Id = Field(description="the item")
    wave: Id = Field(description="the later wave")
    since: Id = Field(description="the earlier wave")


class Gap(Definition):
    """The difference between two groups in one wave; says so if it is not clear."""

    tell: Literal["gap"]
    item: Id = Field(description="the item")
    answer: Id = Field(description="category or group of its scale")
    groups: tuple[str, str] = Field(description="the two groups")
    wave: Id = Field(description="the wave")


class Largest(Definition):
    """The items with the largest shares in a group."""

    tell: Literal["largest"]
    items: tuple[Id, ...] = Field(min_length=2, description="the items to rank")
    answer: Id = Field(description="the answer to rank by")
    group: str = Field("all", description="the group")
    wave: Id = Field(description="the wave")
    count: int = Field(3, ge=1, description="how many to name")


class NotAsked(Definition):
    """That a wave did not ask an item, and which wave is shown instead."""

    tell: Literal["not-asked"]
    item: Id = Field(description="the item")
    wave: Id = Field(description="the wave that did not ask it")
    shown: Id = Field(description="the wave that the figure shows")


Bullet = Annotated[
    Text | Level | Change | NoLargerChange | Gap | Largest | NotAsked,
    Field(discriminator="tell"),
]


class Figure(Definition):
    """A chart, its table, bullets, source and notes."""

    id: Id = Field(description="name of the figure, part of its address")
    chart: Chart = Field(description="`stacked`, `bars`, `development`, `staircase` or `barriers`")
    title: LocalText = Field(description="the figure's heading")
    items: tuple[Id, ...] = Field(min_length=1, description="the items it shows")
    answers: tuple[Id, ...] = Field((), description="answers shown; every category of the scale if not given")
    groups: tuple[str, ...] = Field(("all",), description="groups shown; `sector=*` stands for every category")
    waves: tuple[Id, ...] = Field((), description="waves shown; every wave that asked if not given")
    bullets: tuple[Bullet, ...] = Field(min_length=1, description="what the figure shows")
    notes: tuple[LocalText, ...] = Field((), description="notes under the figure")


class Section(Definition):
    """A part of a page."""

    title: LocalText = Field(description="the section's heading")
    lead: tuple[Text, ...] = Field((), description="paragraphs before the figures")
    figures: tuple[Id, ...] = Field(min_length=1, description="the figures, in their order")


class Page(Definition):
    """A page of figures."""

    id: Id = Field(description="name of the page, part of its address")
    title: LocalText = Field(description="the page's heading")
    wave: Id = Field(description="the wave whose response rate stands at the foot of the page")
    lead: tuple[Text, ...] = Field((), description="paragraphs under the heading")
    sections: tuple[Section, ...] = Field(min_length=1, description="its sections")
    shows_steps: bool = Field(False, description="explain the staircase's steps on this page")


class Presentation(Definition):
    """What will be published (`figures.yaml`)."""

    pages: tuple[Page, ...] = Field(min_length=1, description="the pages")
    figures: tuple[Figure, ...] = Field(min_length=1, description="the figures")
