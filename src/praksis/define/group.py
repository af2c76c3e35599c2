"""Groups of organisations, written `all` or `sector=municipality,size=small`."""

import re
from collections.abc import Iterable, Mapping

from praksis.define.frame import Breakdown

EVERYONE = "all"
_GROUP = re.compile(r"[a-z0-9-]+=([a-z0-9-]+|\*)(,[a-z0-9-]+=([a-z0-9-]+|\*))*")


def parse_group(text: str) -> dict[str, str]:
    """Breakdown -> category of a group; empty for `all`.

    Raises ValueError where the text is not a group.
    """
    if text == EVERYONE:
        return {}
    if not _GROUP.fullmatch(text):
        raise ValueError(f"'{text}' is not a group")
    pairs = [part.partition("=")[::2] for part in text.split(",")]
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError(f"'{text}' names a breakdown twice")
    return values


def write_group(values: Mapping[str, str]) -> str:
    """The inverse of `parse_group`."""
    return ",".join(f"{name}={value}" for name, value in values.items()) or EVERYONE


def expand_groups(patterns: Iterable[str], breakdowns: Mapping[str, Breakdown]) -> tuple[str, ...]:
    """The groups that patterns stand for, `sector=*` replaced by one group per category, in order, once each."""
    groups: dict[str, None] = {}
    for pattern in patterns:
        combinations: list[dict[str, str]] = [{}]
        for name, value in parse_group(pattern).items():
            chosen = [category.id for category in breakdowns[name].categories] if value == "*" else [value]
            combinations = [known | {name: one} for known in combinations for one in chosen]
        groups |= dict.fromkeys(write_group(values) for values in combinations)
    return tuple(groups)


def covers(group: str, values: Mapping[str, str]) -> bool:
    """Is an organisation with these breakdown values in the group?"""
    return all(values.get(name) == value for name, value in parse_group(group).items())
