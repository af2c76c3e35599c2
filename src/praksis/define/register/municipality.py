"""The municipalities of Norway and their numbers, from 2018 on. Where the facts are from: `praksis.define.register`."""

import csv
import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from praksis.define.successor import Succession, SuccessionKind

REGISTER_BEGINS = datetime.date(2018, 1, 1)
REGISTER_DAY = datetime.date(2024, 1, 1)
"""The last day the register was brought up to; numbers in force then are taken to be so still."""


@dataclass(frozen=True)
class Municipality:
    """A municipality while it had one number."""

    number: str
    name: str
    county: str
    organisation_number: str
    """Of those in force on the register's last day; '' where it is not known."""
    written_form: str
    """Official written form, `nb`, `nn` or `neutral`; as the organisation number."""
    valid_from: datetime.date | None
    """None: since the register begins, or longer."""
    valid_to: datetime.date | None
    """None: in force on the register's last day."""

    def in_force(self, day: datetime.date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@cache
def load_municipalities() -> Mapping[str, tuple[Municipality, ...]]:
    """Number -> the municipalities that have had it."""
    found: defaultdict[str, list[Municipality]] = defaultdict(list)
    for row in _read_rows("municipalities.csv"):
        found[row["number"]].append(
            Municipality(
                number=row["number"],
                name=row["name"],
                county=row["county"],
                organisation_number=row["organisation_number"],
                written_form=row["written_form"],
                valid_from=datetime.date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
                valid_to=datetime.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            )
        )
    return {number: tuple(those) for number, those in found.items()}


@cache
def load_municipal_successions() -> tuple[Succession, ...]:
    """Every municipality number that was given up since the register begins, and the number that took over."""
    return tuple(
        Succession(
            old_key=row["old_number"],
            new_key=row["new_number"],
            day=datetime.date.fromisoformat(row["date"]),
            kind=SuccessionKind(row["kind"]),
            source="praksis.define.register",
        )
        for row in _read_rows("successions.csv")
    )


def find_municipality(number: str, day: datetime.date) -> Municipality | None:
    """The municipality that had a number on a day. Nothing is known of days before the register begins."""
    return next((one for one in load_municipalities().get(number, ()) if one.in_force(day)), None)


@cache
def load_organisation_numbers() -> Mapping[str, Municipality]:
    """Organisation number -> the municipality, of those in force on the register's last day."""
    those = (one for same in load_municipalities().values() for one in same)
    return {one.organisation_number: one for one in those if one.organisation_number}


def _read_rows(name: str) -> list[dict[str, str]]:
    text = (files("praksis.define.register") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), strict=True))
