"""What the values of a column mean: codes, labels in any language, and the map's word where there is one."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from praksis.collect.routing import Cell
from praksis.define.question import Missing, MissingCategory, QuestionKind
from praksis.define.survey import Survey
from praksis.edit.exchange.labels import LONGEST_VALUE_LABEL, cut_bytes
from praksis.edit.exchange.layout import label_codes, label_reasons
from praksis.edit.exchange.mapping import ColumnMap
from praksis.edit.exchange.matching import Target
from praksis.edit.exchange.naming import ALSO_NOT_ANSWERED, ANSWERED_WORDS, MISSING_WORDS, Marker
from praksis.edit.exchange.table import Column, Value, find_whole, fold, shorten, show_value
from praksis.edit.open_column import ANSWERED

_YES, _NO = ("ja", "yes", "true", "x"), ("nei", "no", "false")
"""What tools write in the column of an option, beside its label and 1 and 0."""


@dataclass(frozen=True)
class Reading:
    """What a value means, or why that cannot be said (`fault`, a code of the catalogue)."""

    cell: Cell | None = None
    """None where the cell is empty."""
    how: str = ""
    fault: str = ""
    what: str = ""


@dataclass(frozen=True)
class Lexicon:
    """What the values of an item may be called."""

    names: Mapping[str, int]
    """Ids of categories and names of missing classes, as maps say them."""
    words: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Folded label -> codes that have it, in any of the languages."""

    @property
    def codes(self) -> frozenset[int]:
        return frozenset(self.names.values())

    def name_code(self, code: int) -> str:
        """The category or missing class of a code."""
        return next((name for name, one in self.names.items() if one == code), str(code))

    def list_names(self) -> str:
        """For remedies."""
        return ", ".join(f"`{name}`" for name in self.names)


def make_lexicon(survey: Survey, target: Target, languages: Iterable[str]) -> Lexicon:
    """The lexicon of an item, or of the column that says why answers to it are missing."""
    spoken = tuple(languages)
    question = survey.question_of[target.item]
    words: dict[str, set[int]] = {}

    def add(text: str, code: int) -> None:
        for one in (text, cut_bytes(text, LONGEST_VALUE_LABEL)):
            words.setdefault(fold(one), set()).add(code)

    names: dict[str, int] = {}
    offered: tuple[MissingCategory, ...] = question.missing
    if not survey.is_open(target.item):
        scale = survey.scale_of(target.item)
        offered = scale.missing
        for category in scale.categories:
            names[category.id] = category.code
            for language in spoken:
                add(category.label[language], category.code)
    if target.is_reason:
        names["answered"] = ANSWERED
        for word in ANSWERED_WORDS.values():
            add(word, ANSWERED)
    for missing, said in MISSING_WORDS.items():
        names.setdefault(missing.name.lower().replace("_", "-"), int(missing))
        for word in said.values():
            add(word, int(missing))
    for word in ALSO_NOT_ANSWERED:
        add(word, int(Missing.NOT_ANSWERED))
    for one in offered:
        names.setdefault(one.kind, int(one.code))
        for language in spoken:
            add(one.label[language], int(one.code))
    if question.kind is QuestionKind.MULTIPLE:
        for text in survey.items[target.item].text.root.values():
            add(text, 1)
        for code, said_so in ((1, _YES), (0, _NO)):
            for word in said_so:
                add(word, code)
    return Lexicon(names, {word: frozenset(codes) for word, codes in words.items()})


def make_own_lexicon(survey: Survey, target: Target, language: str) -> Lexicon:
    """The lexicon of a file of ours with labels: they are those that were written, in their one language."""
    question, item = survey.question_of[target.item], target.item
    written = {}
    if target.is_reason:
        written = label_reasons(question, language)
    elif not survey.is_open(item):
        written = label_codes(survey, item, language)
    words = {fold(label): frozenset((code,)) for code, label in written.items()}
    return replace(make_lexicon(survey, target, (language,)), words=words)


def read_value(
    value: Value, target: Target, lexicon: Lexicon, said: ColumnMap, kind: QuestionKind, own: Marker | None
) -> Reading:
    """What one value of a column means."""
    shown = show_value(value)
    by_map = _read_by_map(shown, target.column, lexicon, said)
    if by_map is not None:
        return by_map
    if value is None:
        return Reading()
    on_scale = target.is_reason or kind in (QuestionKind.SINGLE, QuestionKind.GRID, QuestionKind.MULTIPLE)
    if own is not None and on_scale:
        return _read_own(shown, lexicon, own)
    if own is not None:
        return _read_open(value, shown, kind, said)
    label = target.column.labels.get(shown)
    if on_scale:
        if label is not None:
            return _read_label(shown, label, target.column, lexicon)
        return _read_plain(shown, target.column, lexicon)
    word = label if label is not None else shown if isinstance(value, str) and kind is not QuestionKind.TEXT else None
    classes = {code for code in lexicon.words.get(fold(word or ""), ()) if code < 0}
    if len(classes) == 1:
        return Reading(classes.pop(), "label")
    if label is not None or shown in target.column.missing:
        about = f" ({shorten(label)})" if label else ", which the file declares missing,"
        return Reading(fault="V008", what=f"{shown}{about} is no answer and no missing class of the question")
    return _read_open(value, shown, kind, said)


def _read_by_map(shown: str, column: Column, lexicon: Lexicon, said: ColumnMap) -> Reading | None:
    """What the map says; that it names what the item cannot be is reported once, where the map is checked."""
    for key in (shown, column.labels.get(shown)):
        if key is None:
            continue
        found = next((name for value, name in said.values.items() if name and fold(value) == fold(key)), "")
        if found in lexicon.names:
            return Reading(lexicon.names[found], "map")
    return None


def _read_own(shown: str, lexicon: Lexicon, own: Marker) -> Reading:
    if own.labels:
        found = lexicon.words.get(fold(shown), frozenset())
        if len(found) == 1:
            return Reading(next(iter(found)), "label")
    elif find_whole(shown) in lexicon.codes:
        return Reading(find_whole(shown), "code")
    return Reading(fault="V008", what=f"{shorten(shown)} is not an answer of the scale")


def _read_label(shown: str, label: str, column: Column, lexicon: Lexicon) -> Reading:
    found = lexicon.words.get(fold(label), frozenset()) | _find_name(label, lexicon)
    code = find_whole(shown)
    about = f"{shown} ({shorten(label)})"
    if not found:
        return Reading(fault="V008", what=f"{about} is not an answer of the scale")
    if code in found:
        meant, how = code, "code and label"
    elif len(found) == 1:
        meant, how = next(iter(found)), "label"
    else:
        return Reading(fault="V009", what=f"{about} may be {_list_meant(found, lexicon)}")
    if meant is not None and meant >= 0 and shown in column.missing:
        return Reading(fault="V009", what=f"{about} is `{lexicon.name_code(meant)}`, but the file declares it missing")
    return Reading(meant, how)


def _read_plain(shown: str, column: Column, lexicon: Lexicon) -> Reading:
    """A value without a label in the file: a label itself, or a code."""
    found = lexicon.words.get(fold(shown), frozenset()) | _find_name(shown, lexicon)
    code = find_whole(shown)
    if code not in lexicon.codes:
        code = None
    if code is not None and found and code not in found:
        return Reading(
            fault="V009", what=f"{shown} may be the code or the label of {_list_meant({*found, code}, lexicon)}"
        )
    if code is None and len(found) != 1:
        if found:
            return Reading(fault="V009", what=f"{shorten(shown)} may be {_list_meant(found, lexicon)}")
        return Reading(fault="V008", what=f"{shorten(shown)} is not an answer of the scale")
    if code is None:
        return Reading(next(iter(found)), "label")
    if code >= 0 and shown in column.missing:
        return Reading(fault="V009", what=f"{shown} has no label, and the file declares it missing")
    if other := _find_recoded(column, lexicon):
        return Reading(fault="V009", what=f"{shown} has no label, and {other} has another code here")
    return Reading(code, "code")


def _find_recoded(column: Column, lexicon: Lexicon) -> str:
    """A label of the column that stands at another code than in the survey: bare codes cannot be trusted then."""
    for shown, label in column.labels.items():
        found = lexicon.words.get(fold(label), frozenset())
        if found and find_whole(shown) not in found and min(found) >= 0:
            return f"{shown} ({shorten(label)})"
    return ""


def _find_name(text: str, lexicon: Lexicon) -> frozenset[int]:
    return frozenset({lexicon.names[text]} if text in lexicon.names else ())


def _list_meant(codes: Iterable[int], lexicon: Lexicon) -> str:
    return " or ".join(f"`{lexicon.name_code(code)}`" for code in sorted(codes))


def _read_open(value: Value, shown: str, kind: QuestionKind, said: ColumnMap) -> Reading:
    """A number, date or text as the form of the question would be given it."""
    if kind is QuestionKind.TEXT:
        return Reading(value if isinstance(value, str) else shown, "value")
    if kind is not QuestionKind.DATE:
        return Reading(shown, "value")
    if isinstance(value, datetime.date):
        return Reading(value.isoformat(), "value")
    for form in (said.date_form,) if said.date_form else ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return Reading(datetime.datetime.strptime(shown, form).date().isoformat(), "value")
        except ValueError:
            continue
    known = said.date_form or "2024-01-31 or 31.01.2024"
    return Reading(fault="V018", what=f"{shorten(shown)} is not a date as {known}")
