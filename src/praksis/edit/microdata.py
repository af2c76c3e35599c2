"""Microdata: one Parquet file a wave, one row per (organisation, role), one column per item.

A cell holds the code of the answer on the item's scale, or a negative code that says why there is none
(`praksis.define.question.Missing`). Open answers have two columns, see `open_column`. The file carries the
questionnaire's hash, a codebook, and whether the answers are synthetic.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from praksis.collect.answering import read_form, write_form
from praksis.collect.journey import Journey, Page
from praksis.collect.routing import Cell, route_answers
from praksis.define.freeze import hash_meaning, hash_questionnaire
from praksis.define.question import OPEN_KINDS, Missing, QuestionKind
from praksis.define.survey import Survey
from praksis.edit.open_column import ANSWERED, find_misfit, name_missing, read_cells, write_cells
from praksis.errors import Place, Problem, ProblemsFound

Codes = NDArray[np.int16]

_UNSAID = (int(Missing.NOT_ASKED), int(Missing.NOT_ANSWERED))

_REMEDIES = {
    "D001": "Write the file with `praksis rehearse`, or convert it with one column per item.",
    "D002": "Use the organisation's key as in the frame of this wave.",
    "D003": "Keep one row per organisation and role.",
    "D004": "Use a code of the item's scale, or a negative code for a missing class.",
    "D005": "Add the column; fill it with -1 where the item was not asked.",
    "D007": "Use -1 (not asked) where the routing passes an item by, and an answer or -2 where it does not.",
    "D008": "Keep the exclusive option alone, or take it away.",
    "D009": "Write whole numbers from -32768 to 32767 without empty cells; -2 is not answered, -1 not asked.",
    "D006": "Rehearse again, or convert the answers to the questionnaire as it is now.",
    "D010": "Give numbers, dates or texts as the question asks; empty, with a negative code beside, where none is.",
    "D011": "Use an answer that the question's form would take: within its limits, parts that sum to the total.",
}


@dataclass(frozen=True)
class Microdata:
    """The responses of one wave, sorted by role and organisation."""

    wave: str
    organisations: tuple[str, ...]
    roles: tuple[str, ...]
    answers: Mapping[str, Codes]
    """Item -> codes, one per row; NOT_ASKED where the row's role is not asked the item."""
    synthetic: bool
    open_answers: Mapping[str, tuple[Cell, ...]] = field(default_factory=dict)
    """Open item -> answers as texts, or negative codes; one per row."""


def write_microdata(microdata: Microdata, survey: Survey, folder: Path) -> Path:
    """Write `<wave>.parquet` and return its path. The bytes depend on the arguments alone."""
    columns: dict[str, pa.Array] = {
        "organisation": pa.array(microdata.organisations, pa.string()),
        "role": pa.array(microdata.roles, pa.string()),
    }
    columns |= {item: pa.array(codes, pa.int16()) for item, codes in microdata.answers.items()}
    for item, cells in microdata.open_answers.items():
        columns |= write_cells(survey.question_of[item], item, cells)
    items = [item for item in survey.items if item in microdata.answers or item in microdata.open_answers]
    metadata = {
        "praksis.survey": survey.header.id,
        "praksis.wave": microdata.wave,
        "praksis.questionnaire": hash_questionnaire(survey, microdata.wave),
        "praksis.meaning": hash_meaning(survey, microdata.wave),
        "praksis.synthetic": json.dumps(microdata.synthetic),
        "praksis.codebook": json.dumps(_codebook(survey, items), ensure_ascii=False, sort_keys=True),
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{microdata.wave}.parquet"
    pq.write_table(pa.table(columns).replace_schema_metadata(metadata), path, compression="zstd")
    return path


def is_replaceable(path: Path) -> bool:
    """May synthetic answers be written here? Only where there is no file, or one that says it is synthetic."""
    if not path.exists():
        return True
    try:
        return (pq.read_schema(path).metadata or {}).get(b"praksis.synthetic") == b"true"
    except (OSError, pa.ArrowInvalid):
        return False


def _codebook(survey: Survey, items: Sequence[str]) -> dict[str, dict[str, object]]:
    language = survey.header.languages[0]
    book: dict[str, dict[str, object]] = {}
    for item in items:
        missing = {str(int(missing)): missing.name.lower().replace("_", "-") for missing in Missing}
        text = survey.items[item].text[language]
        if survey.is_open(item):
            question = survey.question_of[item]
            unit = {QuestionKind.NUMBER: question.number.unit, QuestionKind.SPLIT: question.split.unit}
            said = unit.get(question.kind)
            book[item] = {"text": text, "kind": question.kind.value, "unit": said[language] if said else ""}
            book[name_missing(item)] = {"text": text, "codes": {"0": "answered"} | missing}
        else:
            labels = {str(category.code): category.label[language] for category in survey.scale_of(item).categories}
            book[item] = {"text": text, "codes": labels | missing}
    return book


def read_microdata(survey: Survey, wave: str, folder: Path) -> Microdata:
    """Read and check one wave. Raises ProblemsFound with everything that does not fit the survey."""
    path = folder / f"{wave}.parquet"
    place = Place(path.name)
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise ProblemsFound([Problem(place, "D001", f"cannot be read: {error}", _REMEDIES["D001"])]) from None
    metadata = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    lacking = [name for name in ("organisation", "role") if name not in table.column_names]
    if lacking:
        raise ProblemsFound([Problem(place, "D001", f"no column {', '.join(lacking)}", _REMEDIES["D001"])])
    asked = {item: question.role for item, question in survey.question_of.items() if wave in survey.waves_of(item)}
    counted = {item: role for item, role in asked.items() if not survey.is_open(item)}
    opened = {item: role for item, role in asked.items() if survey.is_open(item) and _has_open(table, item)}
    unfit = [Problem(place, "D009", what, _REMEDIES["D009"]) for item in counted if (what := _find_unfit(table, item))]
    for item in opened:
        if what := find_misfit(table, survey.question_of[item], item):
            unfit.append(Problem(place, "D010", what, _REMEDIES["D010"]))
    if unfit:
        raise ProblemsFound(unfit)
    microdata = Microdata(
        wave=wave,
        organisations=tuple(table["organisation"].to_pylist()),
        roles=tuple(table["role"].to_pylist()),
        answers={item: table[item].to_numpy().astype(np.int16) for item in counted if item in table.column_names},
        open_answers={item: read_cells(table, survey.question_of[item], item) for item in opened},
        synthetic=metadata.get("praksis.synthetic") == "true",
    )
    problems = [*_check_rows(microdata, survey, place), *_check_codes(microdata, survey, asked, place)]
    if metadata.get("praksis.meaning") != hash_meaning(survey, wave):
        what = f"the answers of {wave} were given to another version of the questionnaire"
        problems.append(Problem(place, "D006", what, _REMEDIES["D006"]))
    # Whether answers follow the routing can be asked only of answers that are on their scales.
    problems = problems or [
        *_check_routing(microdata, survey, place),
        *_check_exclusive(microdata, survey, place),
        *_check_open(microdata, survey, place),
    ]
    if problems:
        raise ProblemsFound(problems)
    return microdata


def _has_open(table: pa.Table, item: str) -> bool:
    return item in table.column_names and name_missing(item) in table.column_names


def _find_unfit(table: pa.Table, item: str) -> str:
    """What keeps a column from holding codes; '' if nothing does or the column is not there."""
    if item not in table.column_names:
        return ""
    column = table[item]
    if not pa.types.is_integer(column.type):
        return f"{item} holds {column.type}, not whole numbers"
    if column.null_count:
        return f"{item} has {column.null_count} empty cells"
    limits = np.iinfo(np.int16)
    numbers = column.to_numpy()
    outside = len(numbers) and (int(numbers.min()) < limits.min or int(numbers.max()) > limits.max)
    return f"{item} has codes outside {limits.min} to {limits.max}" if outside else ""


def _check_rows(microdata: Microdata, survey: Survey, place: Place) -> list[Problem]:
    problems: list[Problem] = []
    asked = {
        role.id: {organisation.key for organisation in survey.frame.of_wave(microdata.wave, role.group)}
        for role in survey.header.roles
        if microdata.wave in role.waves
    }
    seen: set[tuple[str, str]] = set()
    for row, pair in enumerate(zip(microdata.organisations, microdata.roles, strict=True), start=1):
        organisation, role = pair
        if organisation not in asked.get(role, ()):
            what = f"row {row}: {organisation} was not asked as {role} in {microdata.wave}"
            problems.append(Problem(place, "D002", what, _REMEDIES["D002"]))
        if pair in seen:
            what = f"row {row}: {organisation} has answered as {role} more than once"
            problems.append(Problem(place, "D003", what, _REMEDIES["D003"]))
        seen.add(pair)
    return problems


def _check_codes(microdata: Microdata, survey: Survey, asked: Mapping[str, str], place: Place) -> list[Problem]:
    problems: list[Problem] = []
    roles = np.array(microdata.roles)
    for item, role in asked.items():
        question = survey.question_of[item]
        if item not in microdata.answers and item not in microdata.open_answers:
            both = f" or for {name_missing(item)}" if survey.is_open(item) else ""
            problems.append(Problem(place, "D005", f"no column for {item}{both}", _REMEDIES["D005"]))
            continue
        if survey.is_open(item):
            codes = _code_open(microdata.open_answers[item])
            allowed = {ANSWERED, *(int(missing.code) for missing in question.missing)}
        else:
            codes, scale = microdata.answers[item], survey.scale_of(item)
            allowed = {category.code for category in scale.categories} | {int(one.code) for one in scale.missing}
        allowed |= {int(Missing.NOT_ASKED), int(Missing.NOT_ANSWERED)}
        wrong = sorted({int(code) for code in codes} - allowed)
        if wrong:
            problems.append(Problem(place, "D004", f"{item} has the codes {wrong}", _REMEDIES["D004"]))
        if np.any(codes[roles != role] != Missing.NOT_ASKED):
            what = f"{item} is asked of {role} only, but others have answers"
            problems.append(Problem(place, "D004", what, _REMEDIES["D004"]))
    return problems


def _code_open(cells: Sequence[Cell]) -> Codes:
    return np.array([ANSWERED if isinstance(cell, str) else cell for cell in cells], dtype=np.int16)


def _check_routing(microdata: Microdata, survey: Survey, place: Place) -> list[Problem]:
    """Answers off the path, and answers that lack where the path asked: one problem an item, with how many."""
    organisations = {organisation.key: organisation for organisation in survey.frame.of_wave(microdata.wave)}
    off: Counter[str] = Counter()
    for row, (key, role) in enumerate(zip(microdata.organisations, microdata.roles, strict=True)):
        items = survey.items_asked(microdata.wave, role)
        codes = {item: _read_cell(microdata, item, row) for item in items}
        asked = {item: code if code != Missing.NOT_ASKED else int(Missing.NOT_ANSWERED) for item, code in codes.items()}
        routed = route_answers(survey, microdata.wave, role, organisations[key], asked)
        off.update(item for item in items if (routed[item] == Missing.NOT_ASKED) != (codes[item] == Missing.NOT_ASKED))
    return [
        Problem(place, "D007", f"{item}: {count} responses do not follow the routing", _REMEDIES["D007"])
        for item, count in sorted(off.items())
    ]


def _read_cell(microdata: Microdata, item: str, row: int) -> Cell:
    return microdata.open_answers[item][row] if item in microdata.open_answers else int(microdata.answers[item][row])


def _check_open(microdata: Microdata, survey: Survey, place: Place) -> list[Problem]:
    """Open answers that the question's own form would not take: its rules are the only ones."""
    wrong: Counter[str] = Counter()
    frame = {organisation.key: organisation for organisation in survey.frame.of_wave(microdata.wave)}
    journeys: dict[str, tuple[Journey, list[Page]]] = {}
    for row, (key, role) in enumerate(zip(microdata.organisations, microdata.roles, strict=True)):
        if role not in journeys:
            journey = Journey(survey, microdata.wave, role, frame[key])
            pages = [page for page in journey.pages.values() if page.question and page.question.kind in OPEN_KINDS]
            journeys[role] = journey, pages
        journey, pages = journeys[role]
        for page in pages:
            items = [item.id for item in journey.items_of(page)]
            cells = {item: microdata.open_answers[item][row] for item in items}
            given = {item: None if cell in _UNSAID else cell for item, cell in cells.items()}
            reading = read_form(journey, page, write_form(journey, page, given))
            if reading.faults or dict(reading.answers) != given:
                wrong[page.id] += 1
    return [
        Problem(place, "D011", f"{question}: {count} responses have what it cannot be answered with", _REMEDIES["D011"])
        for question, count in sorted(wrong.items())
    ]


def _check_exclusive(microdata: Microdata, survey: Survey, place: Place) -> list[Problem]:
    """An exclusive option chosen beside others of its question."""
    problems = []
    for question in survey.questions:
        options = [item for item in question.items if item.id in microdata.answers]
        if question.kind is not QuestionKind.MULTIPLE or not options:
            continue
        chosen = np.array([microdata.answers[item.id] == 1 for item in options])
        for item, mine in zip(options, chosen, strict=True):
            both = int(np.sum(mine & (chosen.sum(axis=0) > 1))) if item.exclusive else 0
            if both:
                what = f"{item.id}: {both} responses chose it beside other options"
                problems.append(Problem(place, "D008", what, _REMEDIES["D008"]))
    return problems
