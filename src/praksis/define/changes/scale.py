"""What changed in a scale: answers added, dropped, relabelled, recoded."""

from collections.abc import Iterable

from praksis.define.changes.model import Change, ChangeKind, compare_texts, find_moved, quote
from praksis.define.changes.question import compare_missing
from praksis.define.codes import join_known
from praksis.define.question import AnswerGroup, Category, Scale


def compare_scales(old: Scale, new: Scale) -> Iterable[Change]:
    """The changes from one scale to another, which may have another id."""
    pairs = _pair_categories(old, new)
    back = {after: before for before, after in pairs.items()}
    before = {one.id: one for one in old.categories}
    for category in new.categories:
        if category.id in back:
            yield from _compare_categories(before[back[category.id]], category)
        else:
            what = f"answer {quote(category.id)} added (code {category.code})"
            yield Change("", ChangeKind.OPTION, what, compare_texts(None, category.label))
    for category in old.categories:
        if category.id not in pairs:
            what = f"answer {quote(category.id)} dropped (code {category.code})"
            yield Change("", ChangeKind.OPTION, what, compare_texts(category.label, None))
    there = [pairs[one.id] for one in old.categories if one.id in pairs]
    here = [one.id for one in new.categories if one.id in back]
    for name, (place, other) in find_moved(there, here).items():
        yield Change("", ChangeKind.MOVED, f"answer {quote(name)} moved from {place} to {other}")
    if old.ordered is not new.ordered:
        what = f"its answers {'have an order now' if new.ordered else 'no longer have an order'}"
        yield Change("", ChangeKind.SCALE, what)
    yield from compare_missing(old.missing, new.missing)
    yield from _compare_groups(old, new)


def _pair_categories(old: Scale, new: Scale) -> dict[str, str]:
    """Old id -> new id: the same id, or the same code with the same label under another id."""
    pairs = {one.id: one.id for one in old.categories if one.id in {other.id for other in new.categories}}
    for one in old.categories:
        for other in new.categories:
            free = one.id not in pairs and other.id not in pairs.values()
            if free and one.code == other.code and one.label == other.label:
                pairs[one.id] = other.id
    return pairs


def _compare_categories(old: Category, new: Category) -> Iterable[Change]:
    named = f"answer {quote(new.id)}"
    if old.id != new.id:
        yield Change("", ChangeKind.OPTION, f"{named} was called {quote(old.id)}")
    if old.label != new.label:
        yield Change("", ChangeKind.OPTION, f"{named} relabelled", compare_texts(old.label, new.label))
    if old.code != new.code:
        yield Change("", ChangeKind.OPTION, f"{named} recoded: {old.code} → {new.code}")
    if old.help != new.help:
        yield Change("", ChangeKind.HELP, f"{named}: help changed", compare_texts(old.help, new.help))
    if old.says != new.says:
        texts = compare_texts(old.says, new.says)
        yield Change("", ChangeKind.TOLD, f"{named}: `says` changed (words in reports)", texts)


def _compare_groups(old: Scale, new: Scale) -> Iterable[Change]:
    before, after = ({one.id: one for one in side.groups} for side in (old, new))
    for name in (*after, *(one for one in before if one not in after)):
        what = _say_group(before.get(name), after.get(name))
        if what:
            yield Change("", ChangeKind.TOLD, f"answers shown as one, {quote(name)}: {what}")


def _say_group(old: AnswerGroup | None, new: AnswerGroup | None) -> str:
    if old == new:
        return ""
    if old is None or new is None:
        return "new" if old is None else "gone"
    if old.of != new.of:
        return f"{join_known(old.of)} → {join_known(new.of)}"
    return "words changed"
