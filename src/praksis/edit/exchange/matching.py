"""Which column of a file is which item: by the map, by id, by SPSS name, or by the text that was asked.

Nothing is guessed: a column that fits no item, or more than one, is a problem that the map must settle.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from praksis.define.question import QuestionKind
from praksis.define.survey import Survey
from praksis.edit.exchange.codes import make_problem
from praksis.edit.exchange.labels import join_label
from praksis.edit.exchange.mapping import AnswerMap, ColumnMap
from praksis.edit.exchange.naming import MARKER, ORGANISATION, ROLE, name_companion, name_variable
from praksis.edit.exchange.table import Column, Table, fold, name_twice, shorten, strip_signs
from praksis.edit.open_column import name_missing
from praksis.errors import Problem

_NUMBER_WORDS = ("organisasjonsnummer", "organisasjonsnr", "orgnummer", "orgnr", "organisationnumber")
"""What headings call the organisation number, without spaces and signs."""


@dataclass(frozen=True)
class Target:
    """A column that holds answers to an item, and how that was seen."""

    column: Column
    item: str
    how: str
    is_reason: bool = False
    """Does it say why answers to an open item are missing?"""


@dataclass(frozen=True)
class Matches:
    """What the columns of a file are."""

    organisation: Column | None
    role: Column | None
    targets: tuple[Target, ...]
    left_out: tuple[tuple[str, str], ...]
    """Columns that are not imported, and why."""


@dataclass(frozen=True)
class _Names:
    """By what items are found: folded name or stripped text -> items."""

    ids: Mapping[str, str]
    variables: Mapping[str, str]
    texts: Mapping[str, frozenset[str]]


def match_columns(table: Table, survey: Survey, wave: str, answer_map: AnswerMap) -> tuple[Matches, list[Problem]]:
    """What every column is, and a problem for each that cannot be said with certainty."""
    problems: list[Problem] = []
    candidates = _find_organisation(table, survey, answer_map)
    organisation = candidates[0] if len(candidates) == 1 else None
    if organisation is None:
        several = f"{len(candidates)} columns could hold it: {', '.join(f'`{one.name}`' for one in candidates)}"
        what = several if candidates else "no column says which organisation has answered"
        problems.append(make_problem("V010", table.file, what))
    role = table.find_column(answer_map.role_column or ROLE)
    asked = _list_names(survey, [item for item in survey.items if wave in survey.waves_of(item)])
    others = _list_names(survey, [item for item in survey.items if wave not in survey.waves_of(item)])
    if table.find_column(MARKER):
        # Of a file of ours the names are certain, also where one item's text reads like another's id.
        asked, others = replace(asked, texts={}), replace(others, texts={})
    targets: list[Target] = []
    left_out: list[tuple[str, str]] = []
    for column in table.columns:
        said = answer_map.find_column(column.name)
        if column in candidates or column is role or fold(column.name) == MARKER:
            continue
        if said.leave_out is not None:
            left_out.append((column.name, said.leave_out))
            continue
        found = _match_column(table, column, said, survey, wave, (asked, others))
        if isinstance(found, Target):
            targets.append(found)
        elif all(value is None for value in column.values):
            left_out.append((column.name, "it is empty"))
        else:
            problems.append(found)
    for item in name_twice(f"{target.item} {target.is_reason}" for target in targets):
        same = [target for target in targets if f"{target.item} {target.is_reason}" == item]
        names = ", ".join(f"`{target.column.name}` (by {target.how})" for target in same)
        problems.append(make_problem("V007", table.file, f"{same[0].item} is in several columns: {names}"))
    return Matches(organisation, role, tuple(targets), tuple(left_out)), problems


def _match_column(
    table: Table, column: Column, said: ColumnMap, survey: Survey, wave: str, names: tuple[_Names, _Names]
) -> Target | Problem:
    if said.item is not None:
        if wave in survey.waves_of(said.item):
            return Target(column, said.item, "map")
        return make_problem("V014", table.file, f"{_show(column)} is {said.item}, which {wave} did not ask")
    for number, known in enumerate(names):
        found = _find_items(column, known)
        if len(found) > 1:
            what = f"{_show(column)} fits several items: {', '.join(item for item, _ in found)}"
            return make_problem("V006", table.file, what)
        if found:
            ((item, is_reason), how) = next(iter(found.items()))
            if number:
                return make_problem("V014", table.file, f"{_show(column)} is {item}, which {wave} did not ask")
            return Target(column, item, how, is_reason)
    count = sum(value is not None for value in column.values)
    return make_problem("V005", table.file, f"{_show(column)} is no item of {wave}; {count} rows have a value in it")


def _find_items(column: Column, known: _Names) -> dict[tuple[str, bool], str]:
    """(item, is a reason) -> how it was seen. Two, if what the names and the label say cannot both be true."""
    found: dict[tuple[str, bool], str] = {}
    name = fold(column.name)
    for names, how in ((known.ids, "id"), (known.variables, "SPSS name")):
        if name in names and not found:
            item, _, reason = names[name].partition(" ")
            found[item, bool(reason)] = how
    texts = [text for text in (column.label, column.name) if text]
    by_text = {item for text in texts for item in known.texts.get(strip_signs(text), ())}
    if not found:
        return {(item, False): "label" for item in sorted(by_text)}
    if by_text and not by_text & {item for item, _ in found}:
        return found | {(item, False): "label" for item in sorted(by_text)}
    return found


def _list_names(survey: Survey, items: Iterable[str]) -> _Names:
    ids: dict[str, str] = {}
    variables: dict[str, str] = {}
    texts: dict[str, set[str]] = {}
    for item in items:
        ids[item] = item
        variables[name_variable(item)] = item
        if survey.is_open(item):
            ids[name_missing(item)] = f"{item} reason"
            variables[name_companion(item)] = f"{item} reason"
        for text in _list_texts(survey, item):
            texts.setdefault(strip_signs(text), set()).add(item)
    return _Names(ids, variables, {text: frozenset(found) for text, found in texts.items() if text})


def _list_texts(survey: Survey, item: str) -> list[str]:
    """What a tool may write over the column: the item's text, the question's, or both, in any language."""
    question, own = survey.question_of[item], survey.items[item].text
    texts = []
    for language in survey.header.languages:
        asked, text = question.text[language], own[language]
        texts += [text, f"{asked} {text}", f"{text} {asked}", join_label(asked, text)]
        if len(question.items) == 1 and question.kind is not QuestionKind.MULTIPLE:
            texts.append(asked)
    return texts


def _find_organisation(table: Table, survey: Survey, answer_map: AnswerMap) -> list[Column]:
    """The column that the map names, or ours, or those whose headings can mean nothing else."""
    named = table.find_column(answer_map.organisation or ORGANISATION)
    if named is not None or answer_map.organisation is not None:
        return [named] if named else []
    sources = survey.frame_definition.sources
    wanted = {*_NUMBER_WORDS, *(strip_signs(name) for source in sources for name in (source.key, source.reference))}
    fit = [one for one in table.columns if {strip_signs(one.name), strip_signs(one.label)} & wanted]
    return [one for one in fit if answer_map.find_column(one.name).leave_out is None]


def _show(column: Column) -> str:
    return f"`{shorten(column.name)}`" + (f" ({shorten(column.label)})" if column.label else "")


def check_map(answer_map: AnswerMap, table: Table, survey: Survey, wave: str, file: str) -> list[Problem]:
    """Everything in a map that does not fit the file or the survey."""
    faults = [f"the column `{name}` stands twice" for name in name_twice(one.column for one in answer_map.columns)]
    named = [answer_map.organisation, answer_map.role_column, *(one.column for one in answer_map.columns)]
    named += [one.column for one in answer_map.drop]
    faults += [
        f"the file has no column `{name}`" for name in dict.fromkeys(named) if name and not table.find_column(name)
    ]
    for one in answer_map.columns:
        if one.item is not None and one.item not in survey.items:
            faults.append(f"`{one.column}`: there is no item {one.item}")
        if one.item is not None and one.leave_out is not None:
            faults.append(f"`{one.column}` is both {one.item} and left out")
    roles = [answer_map.role, *answer_map.role_values.values()]
    faults += [f"{wave} did not ask a role {role}" for role in roles if role and role not in _list_roles(survey, wave)]
    if answer_map.role and answer_map.role_column:
        faults.append("there is both `role:` and `role_column:`")
    for drop in answer_map.drop:
        if sum((drop.row is not None, drop.organisation is not None, drop.column is not None)) != 1:
            faults.append("an entry of `drop:` needs one of `row`, `organisation` and `column`")
        if (drop.column is None) == bool(drop.values):
            faults.append("an entry of `drop:` needs `values` with `column`, and only then")
        if drop.row is not None and drop.row not in table.lines:
            faults.append(f"`drop:` there is no row {drop.row} with values")
    for absent in answer_map.absent:
        if absent.item not in survey.items or wave not in survey.waves_of(absent.item):
            faults.append(f"`absent:` {wave} did not ask {absent.item}")
    return [make_problem("V020", file, what) for what in dict.fromkeys(faults)]


def _list_roles(survey: Survey, wave: str) -> list[str]:
    return [role.id for role in survey.header.roles if wave in role.waves]
