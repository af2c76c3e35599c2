"""What somebody should look at in the answers of a wave: broken checks, and what is unusual.

Nothing is changed here. A hit says which answers it is about, what was answered last time, and how much an estimate
could move if they were wrong, so that the work begins where it matters.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from praksis.collect.answering import write_number
from praksis.collect.routing import Cell
from praksis.define.editing import AnswerCheck, NumberHabit
from praksis.define.expression import Use, decide, find_uses
from praksis.define.question import Missing, QuestionKind
from praksis.define.survey import Survey
from praksis.edit.dossier import UNSAID, Dossier, Responses, Who, find_previous, list_dossiers
from praksis.edit.score import Scores, count_scores
from praksis.edit.unusual import find_changes, find_outliers


class Severity(StrEnum):
    """How much a hit asks for; the most first."""

    HARD = "hard"
    """It cannot be so."""
    SOFT = "soft"
    """It may be so; somebody must look."""
    NOTE = "note"
    """Worth knowing; nobody need do anything."""


@dataclass(frozen=True)
class Hit:
    """A check that has failed for a response."""

    organisation: str
    role: str
    check: str
    """Of the survey, or one of `praksis.define.editing.RESERVED`."""
    severity: Severity
    items: tuple[str, ...]
    """What to look at."""
    values: Mapping[str, Cell | None]
    """Item -> answer, of all that the hit rests on; None where there is none."""
    previous: Mapping[str, Cell | None]
    """Item -> what was answered in the last wave that asked it."""
    score: float
    """How much an estimate could move: see `praksis.edit.score`."""
    stratum: str
    facts: Mapping[str, str] = field(default_factory=dict)
    """For the words of an automatic check: limits, numbers of items, the others."""

    @property
    def key(self) -> tuple[str, str, str, tuple[str, ...]]:
        """What makes it the same hit when checks are run again."""
        return self.organisation, self.role, self.check, self.items


def run_checks(survey: Survey, wave: str, responses: Responses, previous: Mapping[str, Responses]) -> tuple[Hit, ...]:
    """Every check that fails: hard ones first, and of one severity those first that could move an estimate most.

    `previous` holds earlier waves' responses; a wave that is not there leaves `previous()` unknown. Raises
    UnknownResponse.
    """
    hits: list[Hit] = []
    dossiers = list_dossiers(survey, wave, responses, previous)
    for role in survey.roles:
        checker = _Checker(survey, wave, [one for one in dossiers if one.role == role])
        hits += checker.break_checks(role)
        hits += checker.find_unusual()
        hits += checker.find_unanswered()
        hits += checker.find_alike()
        hits += checker.find_twins()
    order = list(Severity)
    return tuple(sorted(hits, key=lambda hit: (order.index(hit.severity), -hit.score, *hit.key)))


def list_uses(survey: Survey, check: AnswerCheck) -> tuple[Use, ...]:
    """The variables of a check, in the order of its text."""

    def is_category(name: str) -> bool:
        return not survey.is_open(name) if name in survey.items else name in survey.breakdowns

    texts = [text for text in (check.when, check.holds) if text is not None]
    return tuple(use for text in texts for use in find_uses(text, is_category))


def list_waves(survey: Survey, check: AnswerCheck) -> tuple[str, ...]:
    """The waves a check is for: those it names, else all that have what it needs."""
    uses = [use for use in list_uses(survey, check) if use.variable in survey.items]

    def has(use: Use, wave: str) -> bool:
        name = use.variable
        return bool(find_previous(survey, name, wave)) if use.before else wave in survey.waves_of(name)

    return check.waves or tuple(wave for wave in survey.wave_ids if all(has(use, wave) for use in uses))


def _round(limit: float) -> str:
    """Three digits are enough to say what is usual."""
    return write_number(Decimal(f"{limit:.3g}"))


class _Checker:
    """The responses of one role in a wave."""

    def __init__(self, survey: Survey, wave: str, dossiers: Sequence[Dossier]) -> None:
        self.survey, self.wave, self.dossiers = survey, wave, dossiers
        self.automatic = survey.editing.automatic
        self.scores: Scores = count_scores(survey, dossiers)

    def _hit(self, dossier: Dossier, check: str, severity: Severity, items: Iterable[str], **facts: str) -> Hit:
        shown = tuple(item for item in items if item in dossier.cells)
        numbers = [(item, dossier.find_number(item)) for item in shown]
        return Hit(
            organisation=dossier.organisation.key,
            role=dossier.role,
            check=check,
            severity=severity,
            items=shown,
            values={item: None if dossier.cells[item] in UNSAID else dossier.cells[item] for item in shown},
            previous={item: dossier.before.get(item) for item in items},
            score=self.scores.score(dossier.who, numbers),
            stratum=dossier.stratum,
            facts=facts,
        )

    def break_checks(self, role: str) -> Iterator[Hit]:
        """The survey's own checks."""
        for check in self.survey.editing.checks:
            items = [use.variable for use in list_uses(self.survey, check) if use.variable in self.survey.items]
            asks = self.survey.question_of[items[0]].role == role and self.wave in list_waves(self.survey, check)
            for dossier in self.dossiers if asks else ():
                now, before = dossier.now_values, dossier.before_values
                if check.when is not None and decide(check.when, now, before) is not True:
                    continue
                if decide(check.holds, now, before) is False:
                    yield self._hit(dossier, check.id, Severity(check.kind), dict.fromkeys(items))

    # -- numbers

    def find_unusual(self) -> Iterator[Hit]:
        """Numbers unlike the others, and changes unlike the others'."""
        habits = {habit.item: habit for habit in self.survey.editing.numbers}
        for item, question in self.survey.question_of.items():
            default = NumberHabit(item=item) if question.kind is QuestionKind.NUMBER else None
            habit = habits.get(item, default)
            answered = [one for one in self.dossiers if one.find_number(item) is not None]
            if habit is None:
                continue
            for judged, among in self._group(answered):
                yield from self._find_outliers(habit, judged, among)
            changed = [one for one in answered if one.find_earlier(item) is not None]
            for judged, among in self._group(changed):
                yield from self._find_changes(habit, judged, among)

    def _group(self, dossiers: Sequence[Dossier]) -> list[tuple[Sequence[Dossier], Sequence[Dossier]]]:
        """Who is judged by whom: each stratum by itself, those with too few answers by all; nobody by too few."""
        strata: dict[str, list[Dossier]] = {}
        for one in dossiers:
            strata.setdefault(one.stratum, []).append(one)
        large = [members for members in strata.values() if len(members) >= self.automatic.least]
        others = [one for members in strata.values() if len(members) < self.automatic.least for one in members]
        groups: list[tuple[Sequence[Dossier], Sequence[Dossier]]] = [(members, members) for members in large]
        return groups + ([(others, dossiers)] if others and len(dossiers) >= self.automatic.least else [])

    def _find_outliers(self, habit: NumberHabit, judged: Sequence[Dossier], among: Sequence[Dossier]) -> Iterator[Hit]:
        if not habit.outlier:
            return
        numbers = {one.who: one.find_number(habit.item) or Fraction(0) for one in among}
        mine = {one.who: numbers[one.who] for one in judged}
        found, limits = find_outliers(mine, list(numbers.values()), habit.outlier, self.automatic.least)
        facts = {"low": _round(limits.low), "high": _round(limits.high)} if limits else {}
        yield from (
            self._hit(one, "outlier", Severity.SOFT, [habit.item], **facts) for one in judged if one.who in found
        )

    def _find_changes(self, habit: NumberHabit, judged: Sequence[Dossier], among: Sequence[Dossier]) -> Iterator[Hit]:
        if not habit.change:
            return
        pairs: dict[Who, tuple[Fraction, Fraction]] = {
            one.who: (one.find_number(habit.item) or Fraction(0), one.find_earlier(habit.item) or Fraction(0))
            for one in among
        }
        mine = {one.who: pairs[one.who] for one in judged}
        found = find_changes(mine, list(pairs.values()), habit.change, self.automatic.least)
        yield from (self._hit(one, "change", Severity.SOFT, [habit.item]) for one in judged if one.who in found)

    # -- whole responses

    def find_unanswered(self) -> Iterator[Hit]:
        """Responses with no answer to more than a share of what was asked."""
        for one in self.dossiers:
            asked = [item for item, cell in one.cells.items() if cell != Missing.NOT_ASKED]
            lacking = [item for item in asked if one.cells[item] == Missing.NOT_ANSWERED]
            answers, missing = self._count(asked), self._count(lacking)
            if missing > self.automatic.unanswered * answers:
                facts = {"count": str(missing), "asked": str(answers)}
                yield self._hit(one, "unanswered", Severity.SOFT, lacking, **facts)

    def _count(self, items: Iterable[str]) -> int:
        """How many answers it takes: the options of a multiple choice are one, and so are the parts of a whole."""
        together = (QuestionKind.MULTIPLE, QuestionKind.SPLIT)
        questions = {item: self.survey.question_of[item] for item in items}
        return len({(one.id, "" if one.kind in together else item) for item, one in questions.items()})

    def find_alike(self) -> Iterator[Hit]:
        """Grids with one answer in all rows. It may well be meant: it is only noted."""
        for question in self.survey.questions:
            rows = [item.id for item in question.items if self.wave in question.waves_of(item)]
            if question.kind is not QuestionKind.GRID or not 0 < self.automatic.alike <= len(rows):
                continue
            for one in self.dossiers:
                cells = {one.cells.get(row) for row in rows}
                if len(cells) == 1 and all(isinstance(cell, int) and cell >= 0 for cell in cells):
                    yield self._hit(one, "alike", Severity.NOTE, rows)

    def find_twins(self) -> Iterator[Hit]:
        """Responses with the very same answers. Where numbers, dates or texts are among them somebody must look."""
        same: dict[tuple[tuple[str, Cell], ...], list[Dossier]] = {}
        for one in self.dossiers:
            said = tuple((item, cell) for item, cell in one.cells.items() if isinstance(cell, str) or cell >= 0)
            same.setdefault(said, []).append(one)
        for said, group in same.items():
            if len(group) < 2 or not 0 < self.automatic.twins <= self._count(item for item, _ in said):
                continue
            severity = Severity.SOFT if any(isinstance(cell, str) for _, cell in said) else Severity.NOTE
            for one in group:
                others = ", ".join(other.organisation.key for other in group if other is not one)
                yield self._hit(one, "twins", severity, [item for item, _ in said], others=others)
