"""Who took over from whom: organisations that merged, were divided, or only got another number."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from praksis.errors import PraksisError


class SuccessionKind(StrEnum):
    MERGER = "merger"
    """Went into another, which is new or was there before."""
    SPLIT = "split"
    """One of several that took over; one of them may be the old one itself, under its own key."""
    RENUMBERED = "renumbered"
    """The same organisation under another key."""


@dataclass(frozen=True)
class Succession:
    """From a day on, a key (or municipality number) holds what another held."""

    old_key: str
    new_key: str
    day: datetime.date
    """The first day of the new one."""
    kind: SuccessionKind
    source: str = ""


class CircularSuccession(PraksisError):
    """Successions that lead back to where they began."""


def follow_successors(key: str, day: datetime.date, successions: Sequence[Succession]) -> tuple[str, ...]:
    """The keys that on a day hold what `key` held: itself if nobody took over, several after a split, in order.

    Many keys may lead to one (a merger). Changes after the day do not count. Raises CircularSuccession, which
    `find_contradictions` would have reported.
    """
    after: defaultdict[str, list[Succession]] = defaultdict(list)
    for succession in successions:
        if succession.day <= day:
            after[succession.old_key].append(succession)
    return tuple(sorted(set(_follow(key, after, ()))))


def _follow(key: str, after: Mapping[str, Sequence[Succession]], before: tuple[str, ...]) -> Iterator[str]:
    if key in before:
        raise CircularSuccession(f"successions go in a circle: {' > '.join((*before, key))}")
    steps = after.get(key, ())
    if not steps or any(step.new_key == key for step in steps):
        yield key
    for step in steps:
        if step.new_key != key:
            yield from _follow(step.new_key, after, (*before, key))


def find_contradictions(successions: Sequence[Succession]) -> dict[int, str]:
    """Place in the list -> why it cannot be so together with the others.

    A key that was given up does not come back, and nobody takes over after they are gone: days rise along
    every chain, so that no chain is a circle.
    """
    found: dict[int, str] = {}
    seen: dict[tuple[str, str], int] = {}
    gone = _find_ends(successions)
    of_old: defaultdict[str, list[Succession]] = defaultdict(list)
    for succession in successions:
        of_old[succession.old_key].append(succession)
    for number, one in enumerate(successions):
        others = of_old[one.old_key]
        if (one.old_key, one.new_key) in seen:
            found[number] = f"{one.old_key} to {one.new_key} is told twice"
        elif one.old_key == one.new_key and (one.kind is not SuccessionKind.SPLIT or len(others) == 1):
            found[number] = f"{one.old_key} takes over from itself"
        elif one.kind is SuccessionKind.SPLIT and len(others) == 1:
            found[number] = f"{one.old_key} is split, but only {one.new_key} takes over"
        elif one.kind is not SuccessionKind.SPLIT and len(others) > 1:
            found[number] = f"{one.old_key} has {len(others)} successors, and is not split"
        elif one.old_key in gone and one.day > gone[one.old_key]:
            found[number] = f"{one.old_key} was gone on {gone[one.old_key]}, before {one.day}"
        elif one.new_key != one.old_key and one.new_key in gone and one.day >= gone[one.new_key]:
            found[number] = f"{one.new_key} takes over on {one.day}, but was itself gone on {gone[one.new_key]}"
        seen.setdefault((one.old_key, one.new_key), number)
    return found


def _find_ends(successions: Sequence[Succession]) -> dict[str, datetime.date]:
    """The first day on which a key is no more: of those that do not go on under their own key."""
    staying = {one.old_key for one in successions if one.old_key == one.new_key}
    ends: dict[str, datetime.date] = {}
    for one in successions:
        if one.old_key not in staying:
            ends[one.old_key] = min(one.day, ends.get(one.old_key, one.day))
    return ends
