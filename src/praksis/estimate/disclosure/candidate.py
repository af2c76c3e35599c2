"""Which domains the survey's breakdowns can name: those that are small must stay unknown, shown or not."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from praksis.define.frame import Breakdown
from praksis.define.group import EVERYONE, parse_group, write_group
from praksis.estimate.array import Bools


@dataclass(frozen=True)
class Domain:
    """A set of atoms with a name, and the breakdowns that divide it off."""

    name: str
    members: Bools
    breakdowns: frozenset[str]


def list_domains(
    groups: Iterable[str], breakdowns: Mapping[str, Breakdown], find_members: Callable[[str], Bools]
) -> list[Domain]:
    """Every domain that has an atom, each set of atoms once, under its first name.

    They are the groups themselves (`groups`, shown or hidden, and everyone), each category of each breakdown within
    each of them, and those of a group who are in no category of a breakdown.
    """
    found: dict[bytes, Domain] = {}
    for domain in _name_all(list(dict.fromkeys((*groups, EVERYONE))), breakdowns, find_members):
        if domain.members.any():
            found.setdefault(domain.members.tobytes(), domain)
    return list(found.values())


def _name_all(
    groups: list[str], breakdowns: Mapping[str, Breakdown], find_members: Callable[[str], Bools]
) -> Iterator[Domain]:
    own = {group: find_members(group) for group in groups}
    for group, members in own.items():
        yield Domain(group, members, frozenset(parse_group(group)))
    for group, members in own.items():
        values = parse_group(group)
        for name, breakdown in breakdowns.items():
            if name in values:
                continue
            names = frozenset((*values, name))
            rest = members.copy()
            for category in breakdown.categories:
                part = members & find_members(f"{name}={category.id}")
                rest &= ~part
                # In the order of the breakdowns, as groups are written everywhere.
                pair = values | {name: category.id}
                yield Domain(write_group({one: pair[one] for one in breakdowns if one in pair}), part, names)
            yield Domain(f"{group} without {name}", rest, names)
