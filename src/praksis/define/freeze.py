"""The questionnaire of a wave as canonical JSON: what was asked, fixed, and what the answers mean."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TypeVar

from praksis.define.model import Definition
from praksis.define.question import (
    Category,
    DateRule,
    Item,
    MissingCategory,
    NumberRule,
    Question,
    Scale,
    SplitRule,
    TextRule,
)
from praksis.define.survey import Survey
from praksis.localtext import LocalText

Named = TypeVar("Named", Question, Item, Scale)
Names = Mapping[type[Definition], frozenset[str]]

_UNSEEN: Names = {
    Item: frozenset({"said", "short", "series", "wording", "sensitive", "waves"}),
    Category: frozenset({"says"}),
    MissingCategory: frozenset({"in_base"}),
    Scale: frozenset({"groups"}),
    Question: frozenset({"waves"}),
}
"""What no respondent meets: how answers are told, and what is asked when."""

_HARMLESS: Names = {
    Question: frozenset({"required", "factual", "layout", "section"}),
    NumberRule: frozenset({"minimum", "maximum", "decimals"}),
    SplitRule: frozenset({"decimals"}),
    DateRule: frozenset({"earliest", "latest"}),
    TextRule: frozenset({"lines", "longest"}),
}
"""What may change without that an answer given before comes to mean something else. Answers beyond narrower limits are
found where microdata are read."""


def freeze_questionnaire(survey: Survey, wave: str) -> bytes:
    """Canonical JSON (UTF-8, sorted keys, no spaces) of everything a respondent of the wave could meet.

    Fields as they are if not given are left out, so that a Praksis that knows more fields says the same; and so are
    other waves' questions and scales, so that a survey may go on.
    """
    return _write({**_collect(survey, wave, _UNSEEN, texts=True), "languages": list(survey.header.languages)})


def freeze_meaning(survey: Survey, wave: str) -> bytes:
    """Canonical JSON of what gives answers of the wave their meaning: questions, items, categories, codes and routing.

    Neither texts nor order: a slip of the pen can be put right while the wave is in the field, and a later wave may ask
    the same in another place. A text that asks something else needs an item of its own; no machine can tell the two
    apart.
    """
    return _write(_collect(survey, wave, _join(_UNSEEN, _HARMLESS), texts=False))


def hash_questionnaire(survey: Survey, wave: str) -> str:
    """SHA-256 of the frozen questionnaire, in hexadecimal."""
    return hashlib.sha256(freeze_questionnaire(survey, wave)).hexdigest()


def hash_meaning(survey: Survey, wave: str) -> str:
    """SHA-256 of the frozen meaning, in hexadecimal."""
    return hashlib.sha256(freeze_meaning(survey, wave)).hexdigest()


def name_changes(before: bytes, after: bytes) -> tuple[str, ...]:
    """What differs between two frozen forms, as `question x`, `scale y (new)`, `scale z (gone)`."""
    old, new = json.loads(before), json.loads(after)
    found = []
    for part in ("questions", "scales"):
        then, now = ({one["id"]: one for one in tree[part]} for tree in (old, new))
        found += [f"{part[:-1]} {name} (gone)" for name in then if name not in now]
        found += [f"{part[:-1]} {name} (new)" for name in now if name not in then]
        found += [f"{part[:-1]} {name}" for name in now if name in then and now[name] != then[name]]
        if [name for name in then if name in now] != [name for name in now if name in then]:
            found.append(f"the order of the {part}")
    found += [name for name in sorted(old) if name not in ("questions", "scales") and old[name] != new.get(name)]
    return tuple(found)


def _collect(survey: Survey, wave: str, without: Names, *, texts: bool) -> dict[str, object]:
    questions = []
    used: set[str] = set()
    for question in survey.questions:
        if wave in question.waves:
            asked = tuple(item for item in question.items if wave in question.waves_of(item))
            asked = asked if texts else _sort(asked)
            questions.append(question.model_copy(update={"items": asked}))
            used |= {survey.scale_of(item.id).id for item in asked if not survey.is_open(item.id)}
    scales = [scale for scale in survey.scales if scale.id in used]
    return {
        "survey": survey.header.id,
        "wave": wave,
        "questions": [_dump(one, without, texts=texts) for one in (questions if texts else _sort(questions))],
        "scales": [_dump(one, without, texts=texts) for one in _sort(scales)],
    }


def _sort(parts: Iterable[Named]) -> tuple[Named, ...]:
    return tuple(sorted(parts, key=lambda part: part.id))


def _dump(value: object, without: Names, *, texts: bool) -> object:
    match value:
        case LocalText():
            return value.root
        case Definition():
            left = without.get(type(value), frozenset())
            fields = {name: info.default for name, info in type(value).model_fields.items() if name not in left}
            given = {name: one for name, default in fields.items() if (one := getattr(value, name)) != default}
            kept = {name: one for name, one in given.items() if texts or not isinstance(one, LocalText)}
            # A part of which nothing is kept is as if it were not given.
            return {name: tree for name, one in kept.items() if (tree := _dump(one, without, texts=texts)) != {}}
        case tuple():
            return [_dump(one, without, texts=texts) for one in value]
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)


def _join(first: Names, second: Names) -> Names:
    return {kind: first.get(kind, frozenset()) | second.get(kind, frozenset()) for kind in {*first, *second}}


def _write(tree: Mapping[str, object]) -> bytes:
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
