"""The answers of every row: read by the rules of the columns, then by the question's own form, then by the routing."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from praksis.collect.answering import read_form, write_form
from praksis.collect.journey import Journey, Page
from praksis.collect.routing import Cell, route_answers
from praksis.define.question import OPEN_KINDS, Missing, Question, QuestionKind
from praksis.define.survey import Survey
from praksis.edit.exchange.codes import make_problem
from praksis.edit.exchange.rows import Row, show_lines
from praksis.errors import Problem

_UNSAID = (None, int(Missing.NOT_ASKED), int(Missing.NOT_ANSWERED))

_FAULTS: Mapping[str, str] = {
    "number": "what is not a number",
    "thousands": "a number with a sign that may be decimal or stand between thousands",
    "small": "a number below the smallest",
    "large": "a number above the largest",
    "decimals": "more decimals than the question takes",
    "sum": "parts that do not sum to the total",
    "early": "a date before the first",
    "late": "a date after the last",
    "date-year": "a year before 1000",
    "long": "a text longer than the question takes",
    "both": "an answer and a missing class",
}

Raw = dict[str, Cell | None]
"""Item -> what its cell says; None where it is empty."""


@dataclass
class Settled:
    """What was decided about cells that do not say it themselves: item -> what -> how many. For the account."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def count(self, item: str, what: str) -> None:
        self.counts.setdefault(item, Counter())[what] += 1


def settle_answers(
    survey: Survey,
    wave: str,
    file: str,
    rows: Sequence[Row],
    raw: Sequence[Raw],
    off_path: Container[str],
    unsure: Container[int],
) -> tuple[dict[tuple[str, str], dict[str, Cell]], Settled, list[Problem]]:
    """(role, organisation) -> item -> answer, as microdata have them; how empty cells were read; what does not fit.

    Answers where the routing passes by are dropped for the items in `off_path`. Rows with something that could not be
    read are `unsure` (by line): for that reason alone their routing would seem wrong.
    """
    settler = _Settler(survey, wave, file, off_path, unsure)
    filled = [dict(cells) for cells in raw]
    for question in survey.questions:
        if question.kind is QuestionKind.MULTIPLE:
            _fill_options(question, wave, filled, settler.settled)
    routed = {(row.role, row.organisation): settler.settle(row, cells) for row, cells in zip(rows, filled, strict=True)}
    return routed, settler.settled, settler.list_problems()


class _Settler:
    def __init__(self, survey: Survey, wave: str, file: str, off_path: Container[str], unsure: Container[int]) -> None:
        self.survey, self.wave, self.file, self.unsure = survey, wave, file, unsure
        self.settled = Settled()
        self.lines: dict[tuple[str, str], list[int]] = {}
        """(code, what) -> the lines it is about."""
        self.organisations = {one.key: one for one in survey.frame.of_wave(wave)}
        self.off_path = off_path
        self.pages: dict[str, tuple[Journey, list[Page]]] = {}

    def list_problems(self) -> list[Problem]:
        return [
            make_problem(code, self.file, f"{what}: {len(lines)} responses, {show_lines(lines)}")
            for (code, what), lines in self.lines.items()
        ]

    def settle(self, row: Row, cells: Raw) -> dict[str, Cell]:
        items = self.survey.items_asked(self.wave, row.role)
        for item, cell in cells.items():
            if item not in items and cell not in (None, int(Missing.NOT_ASKED)):
                self._report("V015", f"{item} is not asked of {row.role}", row)
        own = {item: cells.get(item) for item in items}
        self._read_forms(row, own)
        self._check_exclusive(row, own)
        return self._route(row, own)

    def _report(self, code: str, what: str, row: Row) -> None:
        self.lines.setdefault((code, what), []).append(row.line)

    def _read_forms(self, row: Row, cells: Raw) -> None:
        """Open answers as the question's form reads them: cleaned, and refused where the form would refuse them."""
        journey, pages = self._find_pages(row)
        for page in pages:
            given = {item.id: None if cells[item.id] in _UNSAID else cells[item.id] for item in journey.items_of(page)}
            reading = read_form(journey, page, write_form(journey, page, given))
            for fault in reading.faults:
                why = _FAULTS.get(fault.code, fault.code)
                self._report("V018", f"{fault.item or page.id} has {why}", row)
            for item, cell in reading.answers.items():
                if reading.faults or cell == given[item] or cell is None:
                    continue
                self.settled.count(
                    item, "empty part beside others: 0" if given[item] is None else "tidied, as the form does"
                )
                cells[item] = cell

    def _find_pages(self, row: Row) -> tuple[Journey, list[Page]]:
        if row.role not in self.pages:
            journey = Journey(self.survey, self.wave, row.role, self.organisations[row.organisation])
            pages = [page for page in journey.pages.values() if page.question and page.question.kind in OPEN_KINDS]
            self.pages[row.role] = journey, pages
        return self.pages[row.role]

    def _check_exclusive(self, row: Row, cells: Raw) -> None:
        for question in self.survey.questions:
            if question.kind is QuestionKind.MULTIPLE:
                chosen = [item for item in question.items if cells.get(item.id) == 1]
                for item in chosen:
                    if item.exclusive and len(chosen) > 1:
                        self._report("V018", f"{item.id} is chosen beside others, which it excludes", row)

    def _route(self, row: Row, cells: Raw) -> dict[str, Cell]:
        not_asked, not_answered = int(Missing.NOT_ASKED), int(Missing.NOT_ANSWERED)
        filled: dict[str, Cell] = {
            item: not_answered if cell is None or cell == not_asked else cell for item, cell in cells.items()
        }
        routed = route_answers(self.survey, self.wave, row.role, self.organisations[row.organisation], filled)
        for item, cell in cells.items():
            if row.line in self.unsure:
                continue
            if routed[item] != not_asked:
                if cell == not_asked:
                    self._report("V017", f"{item} is said not to be asked, but the routing asks it", row)
                elif cell is None:
                    self.settled.count(item, "empty: not answered")
            elif cell is None:
                self.settled.count(item, "empty, passed by: not asked")
            elif cell == not_answered or self._is_unchosen(item, cells):
                self.settled.count(item, "no answer, passed by: not asked")
            elif cell != not_asked:
                if item in self.off_path:
                    self.settled.count(item, "answer off the path, dropped by the map: not asked")
                else:
                    self._report("V016", f"{item} has an answer where the routing passes it by", row)
        return routed

    def _is_unchosen(self, item: str, cells: Raw) -> bool:
        """An option that is not chosen, of a question where nothing is: tools write 0 also where nothing was asked."""
        question = self.survey.question_of[item]
        unchosen = question.kind is QuestionKind.MULTIPLE and cells[item] == 0
        return unchosen and not any(cells.get(option.id) == 1 for option in question.items)


def _fill_options(question: Question, wave: str, raw: Sequence[Raw], settled: Settled) -> None:
    """Empty cells beside a chosen option mean that this one was not, if the file marks only what was chosen."""
    items = [item.id for item in question.items if wave in question.waves_of(item)]
    if any(cells.get(item) == 0 for cells in raw for item in items):
        return
    for cells in raw:
        if any(cells.get(item) == 1 for item in items):
            for item in items:
                if item in cells and cells[item] is None:
                    cells[item] = 0
                    settled.count(item, "empty beside a chosen option: not chosen")
