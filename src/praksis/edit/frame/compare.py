"""What a new frame changes: who is new, who is gone, what is said otherwise, and who may have taken over from whom."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from praksis.define.frame_reader import Entry
from praksis.define.register.municipality import load_municipal_successions
from praksis.define.successor import Succession, SuccessionKind, follow_successors


@dataclass(frozen=True)
class Listed:
    """An organisation as a frame has it."""

    key: str
    reference: str
    name: str
    municipality: str
    """Municipality number; '' where the frame has none."""
    said: Mapping[str, str]
    """What the file says of it: column -> text, name and numbers included."""
    strata: Mapping[str, str]
    """Breakdown -> category."""


@dataclass(frozen=True)
class Change:
    """Something said otherwise of an organisation that was there before."""

    organisation: Listed
    what: str
    """Column or breakdown."""
    old: str
    new: str
    is_stratum: bool


@dataclass(frozen=True)
class Suggestion:
    """Someone gone, and who may have taken over. Only a person knows."""

    old: Listed
    new: Listed
    why: str
    day: datetime.date | None
    kind: SuccessionKind | None


@dataclass(frozen=True)
class Comparison:
    """A new frame against the one before."""

    new: tuple[Listed, ...]
    gone: tuple[Listed, ...]
    changes: tuple[Change, ...]
    decided: tuple[tuple[Listed, tuple[Succession, ...]], ...]
    """Those gone of whom the survey's own list says who took over."""
    suggestions: tuple[Suggestion, ...]
    same: int
    """Organisations in both."""

    @property
    def changed(self) -> int:
        """How many of those in both are said otherwise."""
        return len({change.organisation.key for change in self.changes})

    @property
    def moved(self) -> int:
        """How many of those in both are in another class."""
        return len({change.organisation.key for change in self.changes if change.is_stratum})


def list_organisation(entry: Entry, wave: str | None, columns: Sequence[str]) -> Listed:
    """An organisation as its row has it, with its classes of a wave."""
    row = entry.row
    return Listed(
        key=entry.organisation.key,
        reference=row.reference,
        name=row.name,
        municipality=row.municipality,
        said={column: row.cells[column] for column in columns if column in row.cells},
        strata=entry.organisation.values.get(wave or "", {}),
    )


def compare_frames(
    before: Sequence[Listed], after: Sequence[Listed], day: datetime.date, successions: Sequence[Succession]
) -> Comparison:
    """Compare two frames by their keys. `day` is the one whose municipality numbers the new frame uses.

    Where `successions`, the survey's own list, say who took over from one that is gone, nothing is suggested.
    """
    old, new = ({one.key: one for one in those} for those in (before, after))
    gone = [one for one in before if one.key not in new]
    added = [one for one in after if one.key not in old]
    changes = [change for one in after if one.key in old for change in _find_changes(old[one.key], one)]
    told = [(one, tuple(other for other in successions if other.old_key == one.key)) for one in gone]
    decided = [(one, those) for one, those in told if those]
    suggestions = [found for one, those in told if not those for found in _suggest(one, added, after, day)]
    return Comparison(
        new=tuple(added),
        gone=tuple(gone),
        changes=tuple(changes),
        decided=tuple(decided),
        suggestions=tuple(suggestions),
        same=len(old.keys() & new.keys()),
    )


def _find_changes(old: Listed, new: Listed) -> Iterator[Change]:
    for column, text in new.said.items():
        if column in old.said and old.said[column] != text:
            yield Change(new, column, old.said[column], text, is_stratum=False)
    for breakdown in old.strata.keys() | new.strata.keys() if old.strata and new.strata else ():
        one, other = old.strata.get(breakdown, ""), new.strata.get(breakdown, "")
        if one != other:
            yield Change(new, breakdown, one, other, is_stratum=True)


def _suggest(
    gone: Listed, added: Sequence[Listed], after: Sequence[Listed], day: datetime.date
) -> tuple[Suggestion, ...]:
    """By the register of municipalities, else by what those who are new have in common with the one that is gone."""
    known = load_municipal_successions()
    heirs = follow_successors(gone.municipality, day, known) if gone.municipality else ()
    if heirs and heirs != (gone.municipality,):
        first = next(one for one in known if one.old_key == gone.municipality)
        why = f"the register: {gone.municipality} became {' and '.join(heirs)}"
        found = [one for one in after if one.municipality in heirs]
        # A chain of a merger and a split is neither: a person must say what it is for this organisation.
        is_plain = (len(heirs) > 1) is (first.kind is SuccessionKind.SPLIT)
        day_and_kind = (first.day, first.kind) if is_plain else (None, None)
        return tuple(Suggestion(gone, one, why, *day_and_kind) for one in found)
    for why, is_same in (
        ("same name", lambda one: _plain(one.name) == _plain(gone.name)),
        ("same reference", lambda one: one.reference == gone.reference),
        ("same municipality number", lambda one: gone.municipality and one.municipality == gone.municipality),
    ):
        if found := [one for one in added if is_same(one)]:
            return tuple(Suggestion(gone, one, why, None, None) for one in found)
    return ()


def _plain(name: str) -> str:
    """A name as people mean it: `Moss kommune` is Moss."""
    return " ".join(word for word in name.casefold().split() if word not in ("kommune", "kommunen"))
