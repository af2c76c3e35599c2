"""The cube: addresses of cells and their estimates, disclosure-checked. Knows nothing of respondents."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Status(StrEnum):
    """Whether a cell has a number, and if not, why. The sign is what tables show."""

    SHOWN = "shown"
    CONFIDENTIAL = "confidential"
    NOT_ASKED = "not-asked"
    EMPTY = "empty"

    @property
    def sign(self) -> str:
        return {"confidential": ":", "not-asked": "..", "empty": "–"}.get(self.value, "")


class Rule(StrEnum):
    """Why the shares of a group are hidden."""

    FEW = "few"
    """Fewer than `min_n` answered."""
    EXTREME = "extreme"
    """Nobody or everybody gave an answer to a sensitive item."""
    SUBTRACTION = "subtraction"
    """With the rest of the release it would reveal what is hidden."""
    COUNT = "count"
    """How many are in the group would tell hidden answers: the answers decide who is in it, or who was asked."""
    DECISION = "decision"
    """A person decided it."""


@dataclass(frozen=True, order=True)
class Cell:
    """The address of one estimate.

    With `since` it is the change from that wave to `wave`, with `against` the gap from that group to `group`, with
    `over` the gap from that item to `item`; one of the three at most.
    """

    item: str
    answer: str
    group: str
    wave: str
    since: str = ""
    against: str = ""
    over: str = ""

    @property
    def levels(self) -> tuple["Cell", ...]:
        """The shares it is made of: itself, or the two that are compared."""
        here = Cell(self.item, self.answer, self.group, self.wave)
        if self.since:
            return here, Cell(self.item, self.answer, self.group, self.since)
        if self.against:
            return here, Cell(self.item, self.answer, self.against, self.wave)
        return (here, Cell(self.over, self.answer, self.group, self.wave)) if self.over else (here,)

    def __str__(self) -> str:
        parts = [self.item, self.answer, self.group, self.wave]
        parts += [f"since {self.since}"] if self.since else []
        parts += [f"against {self.against}"] if self.against else []
        parts += [f"over {self.over}"] if self.over else []
        return " / ".join(parts)


@dataclass(frozen=True)
class Estimate:
    """A number that keeps its uncertainty.

    Shares are percent, changes and gaps percentage points, all unrounded; `se`, `lower` and `upper` have the
    same unit. `n` is how many answered the item in the group (of a change or gap: the smaller of the two),
    `population` how many organisations the group has, 0 where it is not known.
    """

    status: Status
    value: float = 0.0
    se: float = 0.0
    lower: float = 0.0
    upper: float = 0.0
    n: int = 0
    population: int = 0
    uncertain: bool = False

    @property
    def shown(self) -> bool:
        return self.status is Status.SHOWN

    @property
    def clear(self) -> bool:
        """Of a change or gap: does the interval leave zero out?"""
        return self.shown and (self.lower > 0 or self.upper < 0)

    @property
    def full_count(self) -> bool:
        """Did everyone in the group answer, so that there is no sampling error?"""
        return self.shown and self.population > 0 and self.n == self.population


@dataclass(frozen=True)
class Fieldwork:
    """How many organisations of a group were asked and how many answered in a role."""

    invited: int
    responded: int

    @property
    def rate(self) -> float:
        """Percent of those asked; AAPOR RR1 where everyone asked is eligible."""
        return 100 * self.responded / self.invited if self.invited else 0.0


@dataclass(frozen=True, order=True)
class Hidden:
    """The record of one decision: the shares of a group are hidden, of all answers to an item in a wave."""

    wave: str
    item: str
    group: str
    rule: Rule
    n: int
    """How many answered the item in the group. Not for publishing."""
    by: str
    """Who decided: the survey's rule, or a person."""
    reason: str
    protects: str = ""
    """What it would reveal, for SUBTRACTION and COUNT: item / answer / group / wave. Not for publishing."""
    date: str = ""


class MissingCell(KeyError):
    """A number was asked for that the cube does not hold."""


@dataclass(frozen=True)
class Cube:
    """Cells and their estimates, and the fieldwork per (wave, role, group)."""

    cells: Mapping[Cell, Estimate]
    fieldwork: Mapping[tuple[str, str, str], Fieldwork]
    synthetic: bool
    hidden: tuple[Hidden, ...] = ()
    """What was hidden, by which rule, decided by whom; in the order of waves, items and groups."""

    def __getitem__(self, cell: Cell) -> Estimate:
        try:
            return self.cells[cell]
        except KeyError:
            raise MissingCell(str(cell)) from None

    @cached_property
    def hides_anything(self) -> bool:
        """Is a cell confidential? Then nothing may carry decimals that could undo it."""
        return any(estimate.status is Status.CONFIDENTIAL for estimate in self.cells.values())
