"""A file of answers becomes microdata of a wave: everything is mapped and accounted for, or nothing is written."""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from praksis.define.survey import Survey
from praksis.edit.exchange.account import Account, ReadColumn, ReadValue, write_account
from praksis.edit.exchange.codes import make_problem
from praksis.edit.exchange.file import read_file
from praksis.edit.exchange.mapping import AnswerMap, read_map
from praksis.edit.exchange.matching import Matches, Target, check_map, match_columns
from praksis.edit.exchange.naming import MARKER, Marker, make_marker, parse_marker
from praksis.edit.exchange.responses import Raw, settle_answers
from praksis.edit.exchange.rows import Row, find_rows, show_lines
from praksis.edit.exchange.table import Table, Value, shorten, show_value
from praksis.edit.exchange.values import Lexicon, Reading, make_lexicon, make_own_lexicon, read_value
from praksis.edit.gather import arrange_answers
from praksis.edit.microdata import Microdata, is_replaceable, read_microdata, write_microdata
from praksis.edit.open_column import ANSWERED
from praksis.errors import PraksisError, Problem, ProblemsFound

_MOST_VALUES = 20
"""So many values of a column are reported one by one: a text in the wrong place has hundreds."""


@dataclass(frozen=True)
class Imported:
    """What an import wrote."""

    microdata: Path
    account: Path
    text: str
    """The account."""


@dataclass(frozen=True)
class Reader:
    """A file and its map, against a wave of a survey."""

    survey: Survey
    wave: str
    table: Table
    answer_map: AnswerMap
    marker: Marker | None


def import_answers(
    survey: Survey,
    wave: str,
    path: Path,
    target: Path,
    *,
    map_path: Path | None = None,
    sheet: str = "",
    encoding: str = "",
    force: bool = False,
) -> Imported:
    """Import a file as the microdata of a wave, with its account beside: `<wave>.parquet` and `<wave>.import.md`.

    Raises ProblemsFound with everything that cannot be said with certainty; nothing is written then.
    """
    reader = open_reader(survey, wave, path, map_path=map_path, sheet=sheet, encoding=encoding)
    microdata, account, problems = _read_answers(reader, path, map_path)
    stands = target / f"{wave}.parquet"
    if not (force or is_replaceable(stands)):
        problems.append(make_problem("V022", stands.name, f"{target} holds answers for {wave} that are not synthetic"))
    if problems:
        raise ProblemsFound(problems)
    text = write_account(account)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target, prefix=".import-") as draft:
        written = write_microdata(microdata, survey, Path(draft))
        # What is written passes the same gate as any microdata, before it takes its place.
        read_microdata(survey, wave, Path(draft))
        said = Path(draft) / f"{wave}.import.md"
        said.write_text(text, encoding="utf-8", newline="\n")
        account_path = said.replace(target / said.name)
        return Imported(written.replace(stands), account_path, text)


def open_reader(
    survey: Survey, wave: str, path: Path, *, map_path: Path | None = None, sheet: str = "", encoding: str = ""
) -> Reader:
    """The file and the map, checked against each other. Raises ProblemsFound, PraksisError for no such wave."""
    if wave not in survey.wave_ids:
        raise PraksisError(f"the survey has no wave {wave}, only {', '.join(survey.wave_ids)}")
    table = read_file(path, sheet=sheet, encoding=encoding)
    answer_map = AnswerMap()
    if map_path is not None:
        answer_map = read_map(map_path)
        if faults := check_map(answer_map, table, survey, wave, map_path.name):
            raise ProblemsFound(faults)
    return Reader(survey, wave, table, answer_map, _read_marker(table, survey, wave))


def _read_marker(table: Table, survey: Survey, wave: str) -> Marker | None:
    """What a file of Praksis says of itself; None for others. Raises ProblemsFound where it is of something else."""
    column = table.find_column(MARKER)
    if column is None:
        return None
    said = {show_value(value) for value in column.values}
    marker = parse_marker(next(iter(said))) if len(said) == 1 else None
    if marker is None:
        raise ProblemsFound([make_problem("V021", table.file, f"`{MARKER}` does not say the same in every row")])
    now = make_marker(survey, wave, labels=marker.labels, synthetic=marker.synthetic)
    if marker != now or (marker.labels and marker.labels not in survey.header.languages):
        what = f"the file was exported from {marker.survey}, {marker.wave}"
        if (marker.survey, marker.wave) == (now.survey, now.wave):
            what += ", and what its answers mean has been changed since"
        raise ProblemsFound([make_problem("V021", table.file, what)])
    return marker


@dataclass(frozen=True)
class ReadTarget:
    """A column of answers: what its values may mean, and what each was read as."""

    target: Target
    lexicon: Lexicon
    readings: Mapping[Value, Reading]


def read_target(reader: Reader, target: Target) -> ReadTarget:
    """Read every value of a column once."""
    survey = reader.survey
    language = reader.marker.labels if reader.marker else ""
    known = make_own_lexicon(survey, target, language) if language else None
    lexicon = known or make_lexicon(survey, target, survey.header.languages)
    said = reader.answer_map.find_column(target.column.name)
    kind = survey.question_of[target.item].kind
    values = dict.fromkeys(target.column.values)
    readings = {value: read_value(value, target, lexicon, said, kind, reader.marker) for value in values}
    return ReadTarget(target, lexicon, readings)


def _read_answers(reader: Reader, path: Path, map_path: Path | None) -> tuple[Microdata, Account, list[Problem]]:
    survey, wave, table, answer_map = reader.survey, reader.wave, reader.table, reader.answer_map
    matches, unknown = match_columns(table, survey, wave, answer_map)
    problems = list(unknown)
    rows, dropped, strangers = find_rows(table, matches, survey, wave, answer_map)
    problems += strangers
    read = [read_target(reader, target) for target in matches.targets]
    problems += _check_map_values(reader, read, map_path)
    raw: list[Raw] = [{} for _ in rows]
    for one in read:
        if not one.target.is_reason:
            problems += list_faults(table, one, [row.number for row in rows])
            for row, cells in zip(rows, raw, strict=True):
                cells[one.target.item] = one.readings[one.target.column.values[row.number]].cell
    for one in read:
        if one.target.is_reason:
            problems += list_faults(table, one, [row.number for row in rows])
            problems += _add_reasons(table, one, rows, raw)
    absent = _find_absent(reader, matches, rows)
    problems += absent
    # Where an item is not found, or found twice, all that its answers route would seem wrong.
    unclear = bool(absent) or any(problem.code == "V007" for problem in unknown)
    unsure = {
        row.line
        for row in rows
        if unclear or any(one.readings[one.target.column.values[row.number]].fault for one in read)
    }
    off_path = {
        target.item: said
        for target in matches.targets
        if (said := answer_map.find_column(target.column.name).off_path) is not None
    }
    routed, settled, unfit = settle_answers(survey, wave, table.file, rows, raw, off_path, unsure)
    problems += unfit
    if not rows and not problems:
        problems.append(make_problem("V001", table.file, "holds no responses once rows are left out"))
    synthetic = reader.marker is not None and reader.marker.synthetic
    microdata = arrange_answers(survey, wave, routed, synthetic=synthetic)
    account = Account(
        survey=survey.header.id,
        wave=wave,
        file=table.file,
        digest=table.digest,
        form=table.form + (f"; made by Praksis ({reader.marker})" if reader.marker else ""),
        map_file=map_path.name if map_path else "",
        map_digest=hashlib.sha256(map_path.read_bytes()).hexdigest() if map_path else "",
        organisation=f"column `{matches.organisation.name}`" if matches.organisation else "",
        role=_describe_role(reader, matches),
        columns=tuple(_describe(one, [row.number for row in rows]) for one in read),
        left_out=matches.left_out,
        dropped=tuple(dropped),
        absent=tuple((one.item, one.reason) for one in answer_map.absent),
        off_path=tuple(off_path.items()),
        settled=settled.counts,
        microdata=microdata,
    )
    return microdata, account, problems


def list_faults(table: Table, read: ReadTarget, numbers: Sequence[int]) -> list[Problem]:
    """A problem per value of a column that cannot be read, with the rows it stands in."""
    lines: dict[tuple[str, str], list[int]] = {}
    for number in numbers:
        reading = read.readings[read.target.column.values[number]]
        if reading.fault:
            lines.setdefault((reading.fault, reading.what), []).append(table.lines[number])
    known = read.lexicon.list_names()
    name = f"`{shorten(read.target.column.name)}`, which is {read.target.item}"
    problems = []
    for (code, what), where in list(lines.items())[:_MOST_VALUES]:
        problems.append(make_problem(code, table.file, f"{name}: {what} ({show_lines(where)})", known=known))
    if len(lines) > _MOST_VALUES:
        what = f"{name}: {len(lines) - _MOST_VALUES} other values cannot be read either"
        problems.append(make_problem("V008", table.file, what, known=known))
    return problems


def _check_map_values(reader: Reader, read: Sequence[ReadTarget], map_path: Path | None) -> list[Problem]:
    file = map_path.name if map_path else ""
    return [
        make_problem(
            "V020", file, f"`{said.column}`: `{value}` cannot be {name}; write one of {one.lexicon.list_names()}"
        )
        for one in read
        for said in (reader.answer_map.find_column(one.target.column.name),)
        for value, name in said.values.items()
        if name is not None and name not in one.lexicon.names
    ]


def _add_reasons(table: Table, read: ReadTarget, rows: Sequence[Row], raw: Sequence[Raw]) -> list[Problem]:
    """Puts the missing classes of an open item in their cells; a problem where there is an answer too, or neither."""
    item = read.target.item
    unlike = []
    for row, cells in zip(rows, raw, strict=True):
        reason = read.readings[read.target.column.values[row.number]].cell
        if item not in cells or reason is None:
            continue
        if (cells[item] is None) == (reason == ANSWERED):
            unlike.append(row.line)
        elif reason != ANSWERED:
            cells[item] = reason
    if not unlike:
        return []
    what = f"{item} has an answer and a reason for none, or neither, in {show_lines(unlike)}"
    return [make_problem("V018", table.file, what)]


def _find_absent(reader: Reader, matches: Matches, rows: Sequence[Row]) -> list[Problem]:
    """Items that were asked of someone who has answered, and that no column holds."""
    there = {target.item for target in matches.targets if not target.is_reason}
    named = {one.item for one in reader.answer_map.absent}
    faults = [
        make_problem("V020", reader.table.file, f"`absent:` names {item}, which a column holds")
        for item in sorted(named & there)
    ]
    roles = list(dict.fromkeys(row.role for row in rows))
    asked = [item for role in roles for item in reader.survey.items_asked(reader.wave, role)]
    return faults + [
        make_problem("V019", reader.table.file, f"no column holds {item}, which {reader.wave} asked")
        for item in asked
        if item not in there and item not in named
    ]


def _describe_role(reader: Reader, matches: Matches) -> str:
    if reader.answer_map.role:
        return f"{reader.answer_map.role} (map)"
    return f"column `{matches.role.name}`" if matches.role else "the only one of the wave"


def _describe(read: ReadTarget, numbers: Sequence[int]) -> ReadColumn:
    """The account of a column. Answers in words, numbers and dates are counted, not repeated."""
    column = read.target.column
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for number in numbers:
        value = column.values[number]
        reading = read.readings[value]
        if isinstance(reading.cell, int):
            shown = show_value(value)
            meaning = read.lexicon.name_code(reading.cell)
            counts[shown, column.labels.get(shown, ""), meaning, reading.how] += 1
        elif reading.cell is None:
            counts["", "", "(empty)", ""] += 1
        else:
            counts["(open answers)", "", "as they stand", reading.how] += 1
    values = tuple(ReadValue(*parts, count) for parts, count in sorted(counts.items()))
    return ReadColumn(column.name, column.label, read.target.item, read.target.how, values)
