"""Who took over from whom: organisations that merged, were divided, or only got another number."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


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


def follow_successors(key: str, day: datetime.date, successions: Sequence[Succession]) -> tuple[str, ...]:
    """The keys that on a day hold what `key` held: itself if nobody took over, several after a split, in order.

    Many keys may lead to one (a merger). Changes after the day do not count.
    """
    after: defaultdict[str, list[Succession]] = defaultdict(list)
    for succession in successions:
        if succession.day <= day:
            after[succession.old_key].append(succession)
    return tuple(sorted(set(_follow(key, datetime.date.min, after))))


def _follow(key: str, since: datetime.date, after: Mapping[str, Sequence[Succession]]) -> Iterator[str]:
    """What happened to a key after a day, the first first. Days rise with every step, so no circle is endless."""
    steps = [step for step in after.get(key, ()) if step.day > since]
    if not steps:
        yield key
        return
    first = min(step.day for step in steps)
    for step in steps:
        if step.day == first:
            yield from _follow(step.new_key, first, after)


def find_contradictions(successions: Sequence[Succession]) -> dict[int, str]:
    """Place in the list -> why it cannot be so together with the others.

    What happens to a key on one day belongs together. A key that was given up does not come back, and nobody takes
    over after they are gone: days rise along every chain.
    """
    found: dict[int, str] = {}
    seen: set[tuple[str, str, datetime.date]] = set()
    of_day: defaultdict[tuple[str, datetime.date], list[Succession]] = defaultdict(list)
    for succession in successions:
        of_day[succession.old_key, succession.day].append(succession)
    gone = _find_ends(of_day)
    for number, one in enumerate(successions):
        others = of_day[one.old_key, one.day]
        if (one.old_key, one.new_key, one.day) in seen:
            found[number] = f"{one.old_key} to {one.new_key} is told twice"
        elif one.old_key == one.new_key and (one.kind is not SuccessionKind.SPLIT or len(others) == 1):
            found[number] = f"{one.old_key} takes over from itself"
        elif one.kind is SuccessionKind.SPLIT and len(others) == 1:
            found[number] = f"{one.old_key} is split on {one.day}, but only {one.new_key} takes over then"
        elif one.kind is not SuccessionKind.SPLIT and len(others) > 1:
            found[number] = f"{one.old_key} has {len(others)} successors, and is not split"
        elif one.old_key in gone and one.day > gone[one.old_key]:
            found[number] = f"{one.old_key} was gone on {gone[one.old_key]}, before {one.day}"
        elif one.new_key != one.old_key and one.new_key in gone and one.day >= gone[one.new_key]:
            found[number] = f"{one.new_key} takes over on {one.day}, but was itself gone on {gone[one.new_key]}"
        seen.add((one.old_key, one.new_key, one.day))
    return found


def _find_ends(of_day: Mapping[tuple[str, datetime.date], Sequence[Succession]]) -> dict[str, datetime.date]:
    """The first day on which a key is no more: that of a change from which it does not go on under its own name."""
    ends: dict[str, datetime.date] = {}
    for (key, day), those in of_day.items():
        if key not in [one.new_key for one in those]:
            ends[key] = min(day, ends.get(key, day))
    return ends
