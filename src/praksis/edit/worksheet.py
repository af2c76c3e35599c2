"""The work list as a file that a fieldworker fills in, and reading it back: all of it, or every problem at once.

One row per hit and item, and one for every other part or option of the item's question, which can only be put right
together. In `new` goes the right answer (`-` for not answered), or in `verdict` `accepted` or `asked`; always with a
`reason`. Rows that nothing is written in say nothing. It is CSV as Excel in Norwegian opens it.
"""

import csv
import datetime
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from praksis.collect.answering import DATE_PARTS, MISSING, read_form, write_form
from praksis.collect.journey import Journey
from praksis.collect.routing import Cell
from praksis.define.codes import join_known, suggest
from praksis.define.question import CHOICE, Question, QuestionKind
from praksis.define.survey import Survey
from praksis.edit.checking import Hit, Severity
from praksis.edit.correction import Correction, Decision, Verdict, apply_corrections, make_problem, say_fault
from praksis.edit.dossier import NUMBERS, UNSAID, Responses, Who
from praksis.edit.exchange.delimited import guard, read_delimited, unguard
from praksis.edit.worklist import Work, say_hit, say_question
from praksis.errors import Place, Problem, ProblemsFound

COLUMNS = (
    "severity", "check", "organisation", "name", "role", "stratum", "effect", "state", "item", "question", "answer",
    "previous", "text", "asks", "answers", "new", "verdict", "reason",
)  # fmt: skip
_NEEDED = ("check", "organisation", "role", "item", "answer", "new", "verdict", "reason")
NOTHING = "-"
"""Written in `new` where the answer is to be taken away."""

_WHOLE = ("alike", "twins")
"""Checks of so many answers that they have one row, without an item."""
SHEET_REMEDIES = {
    "E007": "Keep the columns as they were exported; order and other columns do not matter.",
    "E008": "Export the work list again: the answers have changed since, or the row has.",
    "E009": "Write `accepted` or `asked`, or an answer in `new`; never both `accepted` and an answer.",
    "E010": "Correct the answer, or take it away with `-`: it cannot be so.",
    "E011": "Write the same in both rows, or in one of them only.",
}
"""What to do about a file that cannot be read back; E001 to E006 are those of corrections."""
_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")


# -- writing -----------------------------------------------------------------------------------------------------------


def write_worksheet(survey: Survey, wave: str, work: Iterable[Work], responses: Responses, language: str) -> bytes:
    """The hits that are left, in the order of the work list, as a file to fill in.

    `responses` are those the work list is of, with their corrections.
    """
    sheet = _Sheet(survey, wave, responses)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, delimiter=";")
    writer.writeheader()
    for one in work:
        hit = one.hit
        shared = {
            "severity": hit.severity, "check": hit.check, "organisation": hit.organisation,
            "name": sheet.asked[hit.organisation, hit.role][0].name, "role": hit.role, "stratum": hit.stratum,
            "effect": f"{hit.score:.4f}".replace(".", ","), "state": one.state,
            "text": say_hit(survey, hit, language), "asks": say_question(survey, hit, language),
        }  # fmt: skip
        for item in sheet.list_rows(hit) if one.is_left else ():
            row = shared | (sheet.describe_item(hit, item, language) if item else {})
            writer.writerow({name: guard(str(cell)) for name, cell in row.items()})
    return out.getvalue().encode("utf-8-sig")


@dataclass
class _Sheet:
    """What stands in the answers that a file is about."""

    survey: Survey
    wave: str
    responses: Responses

    def __post_init__(self) -> None:
        self.asked = self.survey.find_asked(self.wave)
        self._journeys: dict[Who, Journey] = {}

    def list_rows(self, hit: Hit) -> tuple[str, ...]:
        """The items of a hit's rows: its own, and those that can only be put right with them; '' for a row without."""
        if hit.check in _WHOLE or not hit.items:
            return ("",)
        rows: dict[str, None] = {}
        for item in hit.items:
            question = self.survey.question_of[item]
            together = question.kind in (QuestionKind.MULTIPLE, QuestionKind.SPLIT)
            others = [one.id for one in question.items if self.wave in question.waves_of(one)]
            rows |= dict.fromkeys(others if together else [item])
        return tuple(rows)

    def describe_item(self, hit: Hit, item: str, language: str) -> dict[str, str]:
        """The cells of a row about an item."""
        return {
            "item": item,
            "question": self.survey.items[item].text[language],
            "answer": write_answer(self.survey, item, self.find_answers(hit.organisation, hit.role).get(item)),
            "previous": write_answer(self.survey, item, hit.previous.get(item)),
            "answers": " | ".join(name_answers(self.survey, item).values()),
        }

    def find_journey(self, organisation: str, role: str) -> Journey:
        """The way through the questionnaire of who has responded."""
        who = organisation, role
        return self._journeys.setdefault(who, Journey(self.survey, self.wave, role, self.asked[who][0]))

    def find_answers(self, organisation: str, role: str) -> dict[str, Cell]:
        """Item -> answer, of what is on the path."""
        given = {item: cell for item, cell in self.responses[organisation, role].items() if cell not in UNSAID}
        return self.find_journey(organisation, role).keep_asked(given)


def write_answer(survey: Survey, item: str, cell: Cell | None) -> str:
    """An answer as it is written in the file: the category's id, the number with a comma, the date or the text."""
    if cell is None:
        return ""
    if isinstance(cell, int):
        return name_answers(survey, item)[cell]
    return cell.replace(".", ",") if survey.question_of[item].kind in NUMBERS else cell


def name_answers(survey: Survey, item: str) -> dict[int, str]:
    """Code -> the word for it in the file, of the answers that are chosen and not written."""
    question = survey.question_of[item]
    if survey.is_open(item):
        return {int(missing.code): missing.kind for missing in question.missing}
    scale = survey.scale_of(item)
    return {category.code: category.id for category in scale.categories} | {
        int(missing.code): missing.kind for missing in scale.missing
    }


# -- reading -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filled:
    """What a fieldworker has written in a file."""

    corrections: tuple[Correction, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class _Row:
    place: Place
    who: Who
    check: str
    item: str
    answer: str
    new: str
    verdict: str
    reason: str


def read_worksheet(
    survey: Survey,
    wave: str,
    data: bytes,
    file: str,
    *,
    hits: Sequence[Hit],
    responses: Responses,
    who: str,
    at: datetime.datetime,
) -> Filled:
    """The corrections and decisions of a file.

    `hits` and `responses` are as they are now, after the corrections there are. Raises ProblemsFound with every problem
    of the file; nothing of it is then to be used.
    """
    reader = _Reader(_Sheet(survey, wave, responses), hits, who, at)
    for row in _read_rows(data, file):
        reader.read(row)
    reader.finish()
    if reader.problems:
        raise ProblemsFound(reader.problems)
    return Filled(tuple(reader.corrections), tuple(reader.decisions.values()))


def _read_rows(data: bytes, file: str) -> list[_Row]:
    """The rows that something is written in."""
    table = read_delimited(file, data, hashlib.sha256(data).hexdigest())
    columns = {name: column for name in _NEEDED if (column := table.find_column(name))}
    if lacking := [name for name in _NEEDED if name not in columns]:
        what = f"there is no column {join_known(lacking)}"
        raise ProblemsFound([Problem(Place(file, 1), "E007", what, SHEET_REMEDIES["E007"])])
    rows = []
    for number, line in enumerate(table.lines):
        cell = {name: unguard(str(column.values[number] or "").strip()) for name, column in columns.items()}
        if cell["new"] or cell["verdict"] or cell["reason"]:
            who = cell["organisation"], cell["role"]
            texts = (cell[name] for name in ("check", "item", "answer", "new", "verdict", "reason"))
            rows.append(_Row(Place(file, line), who, *texts))
    return rows


@dataclass
class _Reader:
    sheet: _Sheet
    hits: Sequence[Hit]
    who: str
    at: datetime.datetime
    problems: list[Problem] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    decisions: dict[tuple[str, str, str, tuple[str, ...]], Decision] = field(default_factory=dict)
    filled: dict[Who, dict[str, _Row]] = field(default_factory=dict)
    """Who -> item -> the row with its new answer."""

    def __post_init__(self) -> None:
        rows = ((hit, item) for hit in self.hits for item in self.sheet.list_rows(hit))
        self.by_row = {(hit.organisation, hit.role, hit.check, item): hit for hit, item in rows}

    def read(self, row: _Row) -> None:
        """One row: what it is about, and whether it says one thing."""
        hit = self.by_row.get((*row.who, row.check, row.item))
        now = self.sheet.find_answers(*row.who).get(row.item) if hit else None
        if hit is None:
            self._add("E008", row, f"`{row.check}` is no hit of it")
        elif row.item and not self._is_same(row.item, row.answer, now):
            shown = write_answer(self.sheet.survey, row.item, now)
            self._add("E008", row, f"`{row.answer}` was answered when it was exported, and now `{shown}`")
        elif row.verdict and row.verdict not in list(Verdict):
            self._add("E009", row, f"`{row.verdict}` is no verdict{suggest(row.verdict, list(Verdict))}")
        elif (row.verdict == Verdict.ACCEPTED and row.new) or not (row.verdict or row.new):
            self._add("E009", row, "a reason for nothing" if not row.new else "both accepted and corrected")
        elif row.verdict == Verdict.ACCEPTED and hit.severity is Severity.HARD:
            self._add("E010", row, "a hard check cannot be accepted")
        elif row.new and not row.item:
            self._add("E009", row, "there is no item to correct in this row")
        elif not row.reason:
            self.problems.append(make_problem("E005", row.place, row.who, row.item, "no reason is given"))
        else:
            self._keep(row, hit)

    def _keep(self, row: _Row, hit: Hit) -> None:
        if row.new:
            before = self.filled.setdefault(row.who, {}).setdefault(row.item, row)
            if before.new != row.new:
                self._add("E011", row, f"`{row.new}` here, but `{before.new}` in line {before.place.line}")
        if row.verdict:
            decision = Decision(
                *row.who, hit.check, hit.items, dict(hit.values), Verdict(row.verdict), row.reason, self.who, self.at
            )
            if (first := self.decisions.setdefault(hit.key, decision)).verdict != decision.verdict:
                self._add("E011", row, f"`{row.verdict}` here, but `{first.verdict}` in another row of the check")

    def finish(self) -> None:
        """The new answers of each response together, as its forms would take them."""
        for who, rows in self.filled.items():
            journey = self.sheet.find_journey(*who)
            answers = {item: cell for item, cell in self.sheet.responses[who].items() if cell not in UNSAID}
            changes, refused = read_texts(journey, answers, {item: row.new for item, row in rows.items()})
            for item, why in refused:
                row = rows[item]
                self.problems.append(make_problem("E003", row.place, who, item, f"`{row.new}`: {why}"))
            places, corrections = [], []
            for item, old, new in changes:
                # A part that changes with others is corrected for the same reason as the first of these.
                row = rows.get(item) or next(row for other, row in rows.items() if self._belong(item, other))
                places.append(row.place)
                corrections.append(Correction(*who, item, old, new, row.reason, self.who, self.at))
            self.problems += apply_corrections(journey, answers, corrections, places).problems
            self.corrections += corrections

    def _belong(self, item: str, other: str) -> bool:
        question_of = self.sheet.survey.question_of
        return question_of[item].id == question_of[other].id

    def _is_same(self, item: str, text: str, cell: Cell | None) -> bool:
        """Does the file show the answer, perhaps as Excel has rewritten it?"""
        shown = write_answer(self.sheet.survey, item, cell)
        kind = self.sheet.survey.question_of[item].kind
        if kind in NUMBERS and isinstance(cell, str):
            return _read_number(text) == Decimal(cell)
        if kind is QuestionKind.DATE and isinstance(cell, str):
            return _read_day(text) == _read_day(shown)
        return " ".join(text.split()) == " ".join(shown.split())

    def _add(self, code: str, row: _Row, what: str) -> None:
        about = f"{row.who[0]} as {row.who[1]}, `{row.item or row.check}`"
        self.problems.append(Problem(row.place, code, f"{about}: {what}", SHEET_REMEDIES[code]))


Change = tuple[str, Cell | None, Cell | None]
"""Item, the answer that stands there (None where none is seen), and the right one."""


def read_texts(
    journey: Journey, answers: Mapping[str, Cell], texts: Mapping[str, str]
) -> tuple[list[Change], list[tuple[str, str]]]:
    """What becomes of a response by answers that are written as in the file: item -> text, of items that are asked.

    Returns what changes, with the parts and options that change along, and (item, why) of what no form would take.
    """
    changes: list[Change] = []
    refused: list[tuple[str, str]] = []
    seen = journey.keep_asked(answers)
    for page in journey.pages.values():
        items = [item.id for item in journey.items_of(page) if item.id in texts]
        if not items or page.question is None:
            continue
        form = dict(write_form(journey, page, answers))
        for item in items:
            _fill_in(journey.survey, page.question, item, texts[item], form)
        reading = read_form(journey, page, form)
        refused += [(fault.item if fault.item in items else items[0], say_fault(fault)) for fault in reading.faults]
        if not reading.faults:
            changes += [
                (item, seen.get(item), cell)
                for item, cell in reading.answers.items()
                if item in items or cell != answers.get(item)
            ]
    return changes, refused


def _fill_in(survey: Survey, question: Question, item: str, text: str, form: dict[str, tuple[str, ...]]) -> None:
    """Put an answer as it is written in the file into a form."""
    given = () if text == NOTHING else (text,)
    owner = question.id if question.kind is QuestionKind.SPLIT else item
    fields = [item + part for part in DATE_PARTS] if question.kind is QuestionKind.DATE else [item]
    if question.kind is QuestionKind.MULTIPLE:
        others = tuple(one for one in form.get(question.id, ()) if one != item)
        codes = {category.id: category.code for category in survey.scale_by_id[CHOICE].categories}
        # What is no choice is given to the form as it is, which refuses it.
        chosen = {0: (), 1: (item,)}.get(codes.get(text, 0 if not given else -1), given)
        form[question.id] = (*others, *chosen)
        return
    if question.kind not in (QuestionKind.SINGLE, QuestionKind.GRID):
        form.pop(owner + MISSING, None)
        if text in [missing.kind for missing in question.missing]:
            whole = [one.id for one in question.items] if question.kind is QuestionKind.SPLIT else fields
            form |= dict.fromkeys(whole, ())
            form[owner + MISSING] = given
            return
    values = _split_day(text) if question.kind is QuestionKind.DATE and given else [text if given else ""] * len(fields)
    form |= {name: (value,) for name, value in zip(fields, values, strict=True)}


def _split_day(text: str) -> list[str]:
    """Day, month and year; what is no date becomes one that no form takes."""
    day = _read_day(text)
    return [text, "", ""] if day is None else [str(day.day), str(day.month), str(day.year)]


def _read_day(text: str) -> datetime.date | None:
    """2024-01-31, or 31.01.2024 as Excel makes of it."""
    found = _DAY.fullmatch(text)
    try:
        if found:
            return datetime.date(int(found[3]), int(found[2]), int(found[1]))
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _read_number(text: str) -> Decimal | None:
    try:
        return Decimal("".join(text.split()).replace(",", "."))
    except InvalidOperation:
        return None
