"""Who has answered: organisation and role of every row, and the rows that are no responses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from praksis.define.survey import Survey
from praksis.edit.exchange.codes import make_problem
from praksis.edit.exchange.mapping import AnswerMap, Drop
from praksis.edit.exchange.matching import Matches
from praksis.edit.exchange.table import Table, Value, fold, shorten, show_value
from praksis.errors import Problem

_SHOWN = 5


@dataclass(frozen=True)
class Row:
    """One response: its place in the columns, and who gave it."""

    number: int
    """Place in the columns, from 0."""
    line: int
    """Where it stands in the file."""
    organisation: str
    role: str


@dataclass(frozen=True)
class Dropped:
    """Rows that are not imported, for one reason."""

    reason: str
    lines: tuple[int, ...]


def find_rows(
    table: Table, matches: Matches, survey: Survey, wave: str, answer_map: AnswerMap
) -> tuple[list[Row], list[Dropped], list[Problem]]:
    """The responses, the rows that are none, and a problem for every row of which it cannot be said whose it is."""
    dropped: dict[str, list[int]] = {}
    problems: list[Problem] = []
    rows: list[Row] = []
    asked = survey.find_asked(wave)
    keys = {organisation.reference: organisation.key for organisation, _ in asked.values()}
    keys |= {organisation.key: organisation.key for organisation, _ in asked.values()}
    for number, line in enumerate(table.lines):
        number_text = write_key(matches.organisation.values[number]) if matches.organisation else ""
        if reason := _find_reason(table, matches, number, line, keys.get(number_text, number_text), answer_map, keys):
            dropped.setdefault(reason, []).append(line)
            continue
        role = _find_role(table, matches, survey, wave, number, answer_map, problems)
        if matches.organisation is None or role is None:
            continue
        key = keys.get(number_text)
        if key is None or (key, role) not in asked:
            said = (
                f"{number_text} was not asked as {role} in {wave}" if number_text else "there is no organisation number"
            )
            problems.append(make_problem("V011", table.file, said, line=line))
        else:
            rows.append(Row(number, line, key, role))
    problems += _find_doubled(table, rows)
    return rows, [Dropped(reason, tuple(lines)) for reason, lines in dropped.items()], problems


def write_key(value: Value) -> str:
    """An organisation number as the frame has it: spaces of any kind are taken out of nine digits."""
    shown = show_value(value)
    joined = "".join(shown.split())
    return joined if joined.isdecimal() else shown


def show_lines(lines: Iterable[int]) -> str:
    """`rows 4, 9 and 12 more`, for messages and the account."""
    every = sorted(set(lines))
    named = ", ".join(map(str, every[:_SHOWN]))
    more = f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    return f"{'row' if len(every) == 1 else 'rows'} {named}{more}"


def _find_reason(
    table: Table, matches: Matches, number: int, line: int, key: str, answer_map: AnswerMap, keys: dict[str, str]
) -> str:
    """Why a row is no response; '' if it is one."""
    for drop in answer_map.drop:
        if _covers(drop, table, number, line, key, keys):
            return f"map: {drop.reason}"
    if matches.targets and all(target.column.values[number] is None for target in matches.targets):
        return "no answer to any question"
    return ""


def _covers(drop: Drop, table: Table, number: int, line: int, key: str, keys: dict[str, str]) -> bool:
    if drop.organisation is not None:
        wanted = write_key(drop.organisation)
        return keys.get(wanted, wanted) == key
    if drop.row is not None:
        return drop.row == line
    column = table.find_column(drop.column or "")
    if column is None:
        return False
    shown = show_value(column.values[number])
    return {fold(shown), fold(column.labels.get(shown, shown))} & {fold(value) for value in drop.values} != set()


def _find_role(
    table: Table,
    matches: Matches,
    survey: Survey,
    wave: str,
    number: int,
    answer_map: AnswerMap,
    problems: list[Problem],
) -> str | None:
    roles = [role for role in survey.header.roles if wave in role.waves]
    if answer_map.role:
        return answer_map.role
    if matches.role is None:
        if len(roles) == 1:
            return roles[0].id
        known = ", ".join(role.id for role in roles)
        problem = make_problem(
            "V013", table.file, f"{wave} asked several roles ({known}), and no column says which one answered"
        )
        if problem not in problems:
            problems.append(problem)
        return None
    shown = show_value(matches.role.values[number])
    words = {fold(shown), fold(matches.role.labels.get(shown, shown))}
    mapped = next((role for value, role in answer_map.role_values.items() if fold(value) in words), None)
    if mapped:
        return mapped
    found = [role.id for role in roles if {fold(role.id), *(fold(text) for text in role.title.root.values())} & words]
    if len(found) == 1:
        return found[0]
    what = f"`{matches.role.name}`: `{shorten(shown)}` is no role that {wave} asked"
    problems.append(make_problem("V013", table.file, what, line=table.lines[number]))
    return None


def _find_doubled(table: Table, rows: Sequence[Row]) -> list[Problem]:
    seen: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        seen.setdefault((row.organisation, row.role), []).append(row.line)
    return [
        make_problem(
            "V012", table.file, f"{key} has answered as {role} in {len(lines)} rows: {show_lines(lines)}", line=lines[0]
        )
        for (key, role), lines in seen.items()
        if len(lines) > 1
    ]
