"""Where a time series goes on, breaks or ends between two waves."""

from collections.abc import Iterable, Mapping

from praksis.define.changes.model import Change, ChangeKind, quote
from praksis.define.codes import join_known
from praksis.define.question import Item
from praksis.define.survey import Survey

Series = Mapping[int, Item]
"""Wording -> the item that has it."""


def compare_series(old: Survey, old_wave: str, new: Survey, new_wave: str) -> Iterable[Change]:
    """What happened to every series that is asked on one of the two sides, in the new questionnaire's order."""
    before, after = _collect(old, old_wave), _collect(new, new_wave)
    doubts: dict[str, list[str]] = {}
    for name in (*after, *(one for one in before if one not in after)):
        about = f"series {quote(name)}"
        if name not in after:
            asked = join_known(item.id for item in before[name].values())
            yield Change(about, ChangeKind.SERIES, f"ends: last asked in {old_wave}, as {asked}")
        elif name not in before:
            yield from _tell_return(about, old, new, new_wave, name)
        else:
            for wording in (one for one in after[name] if one in before[name]):
                if other := _find_differences(old, before[name][wording], new, after[name][wording]):
                    doubts.setdefault(other, []).append(after[name][wording].id)
            for what in _compare_wordings(old, before[name], new, after[name], new_wave):
                yield Change(about, ChangeKind.SERIES, what)
    for other, items in doubts.items():
        what = f"{join_known(items)}: {other} changed, but not `wording`, so that waves are compared; if answers may "
        what += "differ, give a new id and the next `wording`"
        yield Change("comparable, or a break?", ChangeKind.SERIES, what)


def _collect(survey: Survey, wave: str) -> dict[str, dict[int, Item]]:
    found: dict[str, dict[int, Item]] = {}
    for item in survey.items.values():
        if wave in survey.waves_of(item.id):
            found.setdefault(item.series_id, {})[item.wording] = item
    return found


def _tell_return(about: str, old: Survey, new: Survey, wave: str, name: str) -> Iterable[Change]:
    """A series that is asked again after a pause. One that begins is a new item, which is told with its question."""
    earlier = new.wave_ids[: new.wave_ids.index(wave)]
    for last in reversed([one for one in earlier if one in old.wave_ids]):
        known = _collect(old, last).get(name)
        if known:
            now = _collect(new, wave)[name]
            same = "the same wording" if set(now) & set(known) else "another wording, a possible break"
            yield Change(about, ChangeKind.SERIES, f"is asked again: last in {last}; {same}")
            return


def _compare_wordings(old: Survey, before: Series, new: Survey, after: Series, wave: str) -> Iterable[str]:
    common = [wording for wording in after if wording in before]
    for wording in common:
        was, is_now = before[wording], after[wording]
        if was.id != is_now.id:
            yield f"goes on as item {quote(is_now.id)}, before {quote(was.id)}: the same wording ({wording})"
    come = [wording for wording in after if wording not in before]
    gone = [wording for wording in before if wording not in after]
    if not common:
        was, is_now = before[max(before)], after[max(after)]
        other = _find_differences(old, was, new, is_now)
        why = f"{other} changed" if other else "though texts, scale and role are the same: is it a break?"
        yield (
            f"breaks: wording {was.wording} ({quote(was.id)}) → wording {is_now.wording} ({quote(is_now.id)}), {why}; "
            "no change is computed across it"
        )
        return
    for wording in come:
        beside = join_known(after[one].id for one in common)
        yield f"wording {wording} ({quote(after[wording].id)}) is asked beside {beside}: {wave} can join the two"
    for wording in gone:
        rest = join_known(after[one].id for one in common)
        yield f"wording {wording} ({quote(before[wording].id)}) is no longer asked; {rest} goes on"


def _find_differences(old: Survey, was: Item, new: Survey, is_now: Item) -> str:
    """What differs in what is asked, for a sentence: 'its text and the scale'; '' if nothing does."""
    before, after = old.question_of[was.id], new.question_of[is_now.id]
    found = []
    if was.text != is_now.text:
        found.append("the text")
    if before.text != after.text:
        found.append("the question's text")
    if before.kind is not after.kind:
        found.append("the kind of question")
    elif not old.is_open(was.id) and _form(old, was) != _form(new, is_now):
        found.append("the scale")
    if before.role != after.role:
        found.append("the role")
    return " and ".join(", ".join(found).rsplit(", ", 1))


def _form(survey: Survey, item: Item) -> object:
    """A scale as the respondent meets it."""
    scale = survey.scale_of(item.id)
    seen = tuple((one.id, one.code, one.label, one.help) for one in scale.categories)
    return seen, tuple((one.kind, one.label) for one in scale.missing)
