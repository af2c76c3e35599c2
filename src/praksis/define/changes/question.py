"""What changed in a question that is asked on both sides, and in its items."""

from collections.abc import Iterable, Mapping

from lark import Token, Tree

from praksis.define.changes.model import Change, ChangeKind, compare_texts, find_moved, quote
from praksis.define.codes import join_known
from praksis.define.expression import parse_expression
from praksis.define.model import Definition
from praksis.define.question import Item, MissingCategory, Question, QuestionKind
from praksis.localtext import LocalText

_PARTS = {QuestionKind.GRID: "row", QuestionKind.MULTIPLE: "option", QuestionKind.SPLIT: "part"}
_RULES = {
    QuestionKind.NUMBER: "number",
    QuestionKind.SPLIT: "split",
    QuestionKind.DATE: "date",
    QuestionKind.TEXT: "free_text",
}


def name_part(kind: QuestionKind) -> str:
    """What an item of such a question is to a respondent: row, option, part."""
    return _PARTS.get(kind, "item")


def compare_questions(
    old: Question,
    new: Question,
    items: Mapping[str, str],
    old_questions: Mapping[str, Question],
    new_questions: Mapping[str, Question],
) -> Iterable[Change]:
    """The changes of one question; `items` pairs old item ids with new ones, the last two find an item's question."""
    if old.id != new.id:
        yield Change("", ChangeKind.FORM, f"was question {quote(old.id)}")
    if old.kind is not new.kind:
        yield Change("", ChangeKind.FORM, f"kind `{old.kind}` → `{new.kind}`")
    if old.text != new.text:
        yield Change("", ChangeKind.REWORDED, "reworded", compare_texts(old.text, new.text))
    if old.help != new.help:
        yield Change("", ChangeKind.HELP, f"help {_say_change(old.help, new.help)}", compare_texts(old.help, new.help))
    if old.role != new.role:
        yield Change("", ChangeKind.ROLE, f"asked of {quote(new.role)}, before of {quote(old.role)}")
    if old.scale and new.scale and old.scale != new.scale:
        yield Change("", ChangeKind.SCALE, f"scale {quote(old.scale)} → {quote(new.scale)}")
    yield from _compare_routing(old.show_if, new.show_if, items)
    if old.required is not new.required:
        yield Change("", ChangeKind.REQUIRED, "must be answered now" if new.required else "need not be answered now")
    if old.factual is not new.factual:
        yield Change("", ChangeKind.FORM, f"{'is now' if new.factual else 'is no longer'} a matter of fact")
    if old.layout is not new.layout:
        yield Change("", ChangeKind.FORM, f"layout `{old.layout}` → `{new.layout}`")
    if old.kind is new.kind and old.kind in _RULES:
        yield from _compare_rules(getattr(old, _RULES[old.kind]), getattr(new, _RULES[old.kind]))
    yield from compare_missing(old.missing, new.missing)
    yield from _compare_items(old, new, items, old_questions, new_questions)


def _say_change(old: object, new: object) -> str:
    return "added" if old is None else "removed" if new is None else "changed"


def _compare_routing(old: str | None, new: str | None, items: Mapping[str, str]) -> Iterable[Change]:
    if old == new:
        return
    if old and new:
        try:
            was, is_now = _plain(parse_expression(old), {}), _plain(parse_expression(new), {})
            same, renamed = was == is_now, _plain(was, items) == is_now
        except RecursionError:  # nested beyond reading: told as another condition
            same = renamed = False
        if same:
            return
        if renamed:
            what = f"`show_if` follows the items' new ids: {quote(old)} → {quote(new)}"
            yield Change("", ChangeKind.ROUTING, what)
            return
    said = quote(old) if old else "everyone", quote(new) if new else "everyone"
    yield Change("", ChangeKind.ROUTING, f"shown if: {said[0]} → {said[1]}")


def _plain(tree: Tree[Token], items: Mapping[str, str]) -> Tree[Token]:
    """The expression without brackets that say nothing, its items under their new ids."""
    children: list[Token | Tree[Token]] = []
    named = False
    for child in tree.children:
        if isinstance(child, Tree):
            children.append(_plain(child, items))
        elif child.type == "NAME" and not named:
            # A comparison's first name is its variable.
            named = True
            children.append(Token("NAME", items.get(str(child), str(child))))
        elif child.type == "NAME":
            children.append(child)
    (first, *rest) = children
    return (
        first if tree.data in ("either", "both") and isinstance(first, Tree) and not rest else Tree(tree.data, children)
    )


def _compare_rules(old: Definition, new: Definition) -> Iterable[Change]:
    for name in type(old).model_fields:
        was, is_now = getattr(old, name), getattr(new, name)
        if was == is_now:
            continue
        if isinstance(was, LocalText) or isinstance(is_now, LocalText):
            texts = compare_texts(was, is_now)
            yield Change("", ChangeKind.LIMITS, f"`{name}` {_say_change(was, is_now)}", texts)
        else:
            yield Change("", ChangeKind.LIMITS, f"`{name}`: {_say_limit(was)} → {_say_limit(is_now)}")


def _say_limit(value: object) -> str:
    return "none" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)


def compare_missing(old: tuple[MissingCategory, ...], new: tuple[MissingCategory, ...]) -> Iterable[Change]:
    """Missing classes of a scale or an open question."""
    before, after = ({one.kind: one for one in side} for side in (old, new))
    for kind, one in after.items():
        if kind not in before:
            yield Change("", ChangeKind.OPTION, f"answer {quote(kind)} added", compare_texts(None, one.label))
            continue
        was = before[kind]
        if was.label != one.label:
            texts = compare_texts(was.label, one.label)
            yield Change("", ChangeKind.OPTION, f"answer {quote(kind)} relabelled", texts)
        if was.in_base is not one.in_base:
            what = f"answer {quote(kind)} {'counts' if one.in_base else 'no longer counts'} in the base of shares"
            yield Change("", ChangeKind.TOLD, what)
    for kind, was in before.items():
        if kind not in after:
            yield Change("", ChangeKind.OPTION, f"answer {quote(kind)} dropped", compare_texts(was.label, None))


def _compare_items(
    old: Question,
    new: Question,
    items: Mapping[str, str],
    old_questions: Mapping[str, Question],
    new_questions: Mapping[str, Question],
) -> Iterable[Change]:
    part = name_part(new.kind)
    back = {after: before for before, after in items.items()}
    before_items = {item.id: item for question in old_questions.values() for item in question.items}
    for item in new.items:
        named = f"{part} {quote(item.id)}"
        if item.id not in back:
            yield Change("", ChangeKind.ADDED, f"{named} added", compare_texts(None, item.text))
            continue
        was = before_items[back[item.id]]
        origin = old_questions[was.id]
        if origin.id != old.id:
            yield Change("", ChangeKind.MOVED, f"{named} comes from question {quote(origin.id)}")
        yield from _compare_item(was, item, named)
    for item in old.items:
        if item.id not in items:
            what = f"{name_part(old.kind)} {quote(item.id)} dropped"
            yield Change("", ChangeKind.DROPPED, what, compare_texts(item.text, None))
        elif (target := new_questions[items[item.id]]).id != new.id:
            what = f"{name_part(old.kind)} {quote(item.id)} has gone to question {quote(target.id)}"
            yield Change("", ChangeKind.MOVED, what)
    here = [item.id for item in new.items if item.id in back]
    there = [items[item.id] for item in old.items if item.id in items]
    both = set(here) & set(there)
    moved = find_moved([name for name in there if name in both], [name for name in here if name in both])
    for name, (place, other) in moved.items():
        yield Change("", ChangeKind.MOVED, f"{part} {quote(name)} moved from {place} to {other}")


def _compare_item(old: Item, new: Item, named: str) -> Iterable[Change]:
    if old.id != new.id:
        yield Change("", ChangeKind.FORM, f"{named} takes the place of {quote(old.id)}")
    if old.text != new.text:
        yield Change("", ChangeKind.REWORDED, f"{named} reworded", compare_texts(old.text, new.text))
    if old.exclusive is not new.exclusive:
        what = f"{named} {'excludes' if new.exclusive else 'no longer excludes'} the other options"
        yield Change("", ChangeKind.OPTION, what)
    if old.series_id != new.series_id or (old.id == new.id and old.wording != new.wording):
        was, is_now = (f"{quote(one.series_id)}, wording {one.wording}" for one in (old, new))
        yield Change("", ChangeKind.SERIES, f"{named}: series {was} → {is_now}")
    if old.sensitive is not new.sensitive:
        what = f"{named} is {'now' if new.sensitive else 'no longer'} sensitive: shares of 0 and 100 percent"
        yield Change("", ChangeKind.TOLD, f"{what} are {'hidden' if new.sensitive else 'shown'}")
    told = [name for name in ("said", "short") if getattr(old, name) != getattr(new, name)]
    if told and old.id == new.id:
        texts = [one for name in told for one in compare_texts(getattr(old, name), getattr(new, name))]
        yield Change("", ChangeKind.TOLD, f"{named}: {join_known(told)} changed (words in reports)", tuple(texts))
