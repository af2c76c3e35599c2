"""What has been published before: claims to confront, and to rebuild microdata from."""

from enum import StrEnum
from fractions import Fraction

from pydantic import Field

from praksis.define.model import Definition
from praksis.define.rounding import Bounds, bound_natural_frequency, bound_rounded, bound_slight_change

ABOUT = Fraction(5)
"""'Around 90 percent' is met within this many points."""

_ANY_COUNT = Fraction(10**9)
"""No upper limit: the number of organisations that answered may also be said to be more than something."""


class Measure(StrEnum):
    SHARE = "share"
    CHANGE = "change"
    GAP = "gap"
    INVITED = "invited"
    RESPONDED = "responded"
    RESPONSE_RATE = "response-rate"
    ANSWERED = "answered"


class Relation(StrEnum):
    EQUALS = "equals"
    ABOUT = "about"
    ONE_IN = "one-in"
    MORE_THAN = "more-than"
    LESS_THAN = "less-than"
    RISES = "rises"
    RISES_SLIGHTLY = "rises-slightly"
    FALLS = "falls"
    HIGHER = "higher"
    LOWER = "lower"
    NO_LARGER_CHANGE = "no-larger-change"


class Claim(Definition):
    """One published statement about one number (a row of a file under `published/`)."""

    id: str = Field(min_length=1, description="name of the claim")
    document: str = Field(description="where it was published")
    wave: str = Field(description="the wave")
    since: str | None = Field(None, description="for a change: the earlier wave")
    item: str | None = Field(None, description="the item; empty for invited, responded, response-rate")
    answer: str | None = Field(None, description="category or group of its scale; empty: every one of them")
    group: str = Field("all", description="group of organisations")
    against: str | None = Field(None, description="for a gap: the group to compare with")
    measure: Measure = Field(description="what number is meant")
    relation: Relation = Field(description="what is said of it")
    value: str | None = Field(None, description="the number as published, with its decimals; `1/3` for one-in")
    note: str = Field("", description="free text")
    must: bool = Field(True, description="does confront fail if it is not met?")
    line: int = Field(0, description="line in its file")
    file: str = Field("", description="its file")

    def bounds(self, larger_change: float) -> Bounds:
        """The values that meet the claim: percent, points of change, or a count.

        `larger_change` is the design's limit between a slight and a larger change (percentage points).
        """
        larger = Fraction(larger_change)
        match self.relation:
            case Relation.EQUALS:
                return bound_rounded(self.value or "")
            case Relation.ABOUT:
                return Bounds(Fraction(self.value or "") - ABOUT, Fraction(self.value or "") + ABOUT)
            case Relation.ONE_IN:
                return bound_natural_frequency(Fraction(self.value or ""))
            case Relation.MORE_THAN:
                return Bounds(Fraction(self.value or ""), _ANY_COUNT, low_included=False)
            case Relation.LESS_THAN:
                return Bounds(Fraction(-100), Fraction(self.value or ""), high_included=False)
            case Relation.RISES | Relation.HIGHER:
                return Bounds(Fraction(0), Fraction(100), low_included=False)
            case Relation.FALLS | Relation.LOWER:
                return Bounds(Fraction(-100), Fraction(0), high_included=False)
            case Relation.RISES_SLIGHTLY:
                return Bounds(Fraction(0), larger, low_included=False, high_included=False)
            case Relation.NO_LARGER_CHANGE:
                return bound_slight_change(larger_change)
