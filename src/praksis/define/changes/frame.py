"""Who is new in the frame, who is gone, and who changed stratum."""

from collections.abc import Iterable, Sequence

from praksis.define.changes.model import Change, ChangeKind, join_cut
from praksis.define.codes import join_known
from praksis.define.group import write_group
from praksis.define.organisation import Organisation
from praksis.define.survey import Survey

LONGEST = 20
"""Names in a list before it is cut."""


def compare_frames(old: Survey, old_wave: str, new: Survey, new_wave: str) -> Iterable[Change]:
    """Organisations by key; those left by the name of their row, which stays where a number is corrected."""
    before = {one.key: one for one in old.frame.of_wave(old_wave)}
    after = {one.key: one for one in new.frame.of_wave(new_wave)}
    gone = [one for one in before.values() if one.key not in after]
    come = [one for one in after.values() if one.key not in before]
    by_reference = {one.reference: one for one in gone}
    rekeyed = [(by_reference[one.reference], one) for one in come if one.reference in by_reference]
    pairs = [(before[key], one) for key, one in after.items() if key in before] + rekeyed
    come = [one for one in come if one.reference not in by_reference]
    gone = [one for one in gone if one not in [was for was, _ in rekeyed]]
    if len(before) != len(after):
        yield _tell(f"{len(before)} → {len(after)} organisations")
    yield from _tell_list("new", [one.name for one in come])
    yield from _tell_list("gone", [one.name for one in gone])
    yield from _tell_list("with another key", [f"{one.name} ({was.key} → {one.key})" for was, one in rekeyed])
    renamed = [f"{was.name} → {one.name}" for was, one in pairs if was.name != one.name]
    yield from _tell_list("with another name", renamed)
    strata = new.design.strata
    if old.design.strata != strata:
        yield _tell(f"strata are made of {join_known(strata)}, before of {join_known(old.design.strata)}")
    moved = [
        f"{one.name} ({_name_stratum(was, old_wave, strata)} → {_name_stratum(one, new_wave, strata)})"
        for was, one in pairs
        if _find_stratum(was, old_wave, strata) != _find_stratum(one, new_wave, strata)
    ]
    yield from _tell_list("in another stratum", moved)


def _tell(what: str) -> Change:
    return Change("frame", ChangeKind.FRAME, what)


def _tell_list(what: str, names: Sequence[str]) -> Iterable[Change]:
    if names:
        yield _tell(f"{len(names)} {what}: {join_cut(names, LONGEST)}")


def _find_stratum(organisation: Organisation, wave: str, strata: Sequence[str]) -> dict[str, str]:
    values = organisation.values[wave]
    return {name: values[name] for name in strata if name in values}


def _name_stratum(organisation: Organisation, wave: str, strata: Sequence[str]) -> str:
    return write_group(_find_stratum(organisation, wave, strata))
