"""The words of a list of changes, and what all its parts use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from praksis.localtext import LocalText


class ChangeKind(StrEnum):
    """What kind of change it is."""

    NEW = "new"
    """A whole question, on the new side only."""
    GONE = "gone"
    ADDED = "added"
    """A part of a question that is on both sides, or of a new one."""
    DROPPED = "dropped"
    MOVED = "moved"
    REWORDED = "reworded"
    HELP = "help"
    OPTION = "option"
    SCALE = "scale"
    ROUTING = "routing"
    REQUIRED = "required"
    LIMITS = "limits"
    ROLE = "role"
    SECTION = "section"
    FORM = "form"
    TOLD = "told"
    SERIES = "series"
    LANGUAGES = "languages"
    FRAME = "frame"


@dataclass(frozen=True)
class Rewording:
    """A text in one language before and after; None where there was or is none."""

    language: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Change:
    """One change: what it is about, and what it is."""

    about: str
    kind: ChangeKind
    what: str
    texts: tuple[Rewording, ...] = ()


@dataclass(frozen=True)
class Group:
    """Changes under one heading."""

    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Changes:
    """Everything that changed from the old to the new."""

    title: str
    old: str
    new: str
    groups: tuple[Group, ...]

    @property
    def all(self) -> tuple[Change, ...]:
        return tuple(change for group in self.groups for change in group.changes)


def quote(name: str) -> str:
    """A name as it stands in messages."""
    return f"`{name}`"


def compare_texts(old: LocalText | None, new: LocalText | None) -> tuple[Rewording, ...]:
    """The languages in which a text differs, in the order of the new one."""
    before, after = (old.root if old else {}), (new.root if new else {})
    languages = dict.fromkeys((*after, *before))
    return tuple(
        Rewording(one, before.get(one), after.get(one)) for one in languages if before.get(one) != after.get(one)
    )


def find_moved(old: Sequence[str], new: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Which names stand in another order -> where they stood and where they stand; both lists hold the same names.

    The fewest that explain the new order: all but a longest increasing subsequence (Fredman, *On computing the length
    of longest increasing subsequences*, Discrete Mathematics 11, 1975), found here in the simple quadratic way.
    """
    place = {name: position for position, name in enumerate(old)}
    best: list[tuple[int, int]] = []
    for here, name in enumerate(new):
        before = [(best[at][0], at) for at in range(here) if place[new[at]] < place[name]]
        length, last = max(before, default=(0, -1), key=lambda one: (one[0], -one[1]))
        best.append((length + 1, last))
    at = max(range(len(best)), key=lambda one: best[one][0], default=-1)
    kept = set()
    while at >= 0:
        kept.add(new[at])
        at = best[at][1]
    return {name: (_say_place(old, name), _say_place(new, name)) for name in new if name not in kept}


def _say_place(names: Sequence[str], name: str) -> str:
    position = names.index(name)
    return f"after {quote(names[position - 1])}" if position else "the beginning"


def join_cut(names: Iterable[str], longest: int) -> str:
    """Names with commas between, a long list cut with how many are left."""
    given = tuple(names)
    rest = len(given) - longest
    return ", ".join(given[:longest]) + (f" and {rest} more" if rest > 0 else "")
