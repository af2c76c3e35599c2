"""Corrections and decisions: records of who, when, why, old and new. The original answers stay; the view is computed.

A correction says which answer it takes the place of. If another stands there now (the organisation has changed it, or
somebody else has corrected it), the two must meet: it is not applied, and reported until a later correction of the
same item settles it. So is one that the question's own form would not take (any more), or that the routing passes by.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from praksis.collect.answering import Fault, read_form, write_form
from praksis.collect.journey import Journey
from praksis.collect.routing import Cell
from praksis.define.question import CHOICE, Question, QuestionKind
from praksis.define.survey import Survey
from praksis.edit.dossier import UNSAID, Responses, Who
from praksis.errors import Place, Problem

REMEDIES = {
    "E001": "Look at the answer that stands there now: correct that, or put it in place of itself if it is right.",
    "E002": "Correct an item that the wave asks the role, of an organisation that has responded.",
    "E003": "Write an answer that the question's form would take, or take the answer away.",
    "E004": "Correct the answer that leads to the question first, or with it.",
    "E005": "Write why: it stays with the correction.",
    "E006": "Leave it out; if the answer is right, accept it.",
}
"""What to do about a correction that cannot be applied."""

_FAULTS = {
    "choice": "it is none of the answers",
    "exclusive": "it excludes the other options",
    "number": "it is no number",
    "thousands": "it could be a decimal or thousands",
    "small": "the smallest is {minimum}",
    "large": "the largest is {maximum}",
    "decimals": "it has more than {decimals} decimals",
    "both": "it is an answer and a missing class at once",
    "sum": "the parts sum to {sum}, not {total}",
    "date-part": "it is no date",
    "date-lacks": "it is no whole date",
    "date-year": "its year has not four digits",
    "date": "there is no such date",
    "early": "the first date is {earliest}",
    "late": "the last date is {latest}",
    "long": "it has {length} signs, at most {longest} can be",
}
"""Code of a form's fault -> what it is, for a fieldworker."""


@dataclass(frozen=True)
class Correction:
    """One answer put right. Nothing is ever changed in it."""

    organisation: str
    role: str
    item: str
    old: Cell | None
    """The answer it takes the place of; None for not answered."""
    new: Cell | None
    reason: str
    who: str
    at: datetime.datetime
    """With time zone. Corrections of one person at one moment belong together."""


class Verdict(StrEnum):
    """What a fieldworker has said of a hit."""

    ACCEPTED = "accepted"
    """The answers are right as they are."""
    ASKED = "asked"
    """The organisation has been asked."""


@dataclass(frozen=True)
class Decision:
    """What was said of a hit, while its answers were these. Nothing is ever changed in it."""

    organisation: str
    role: str
    check: str
    items: tuple[str, ...]
    values: Mapping[str, Cell | None]
    """Item -> the answer it is about: with other answers it says nothing."""
    verdict: Verdict
    reason: str
    who: str
    at: datetime.datetime


@dataclass(frozen=True)
class Corrected:
    """A response with its corrections applied."""

    answers: Mapping[str, Cell]
    """Item -> answer, as a response has them: those that the routing passes by may still have one."""
    opened: tuple[str, ...] = ()
    """Items that are asked now and were not, and have no answer."""
    closed: tuple[str, ...] = ()
    """Items that had an answer, which the routing now passes by."""
    problems: tuple[Problem, ...] = ()


def apply_corrections(
    journey: Journey,
    answers: Mapping[str, Cell],
    corrections: Sequence[Correction],
    places: Sequence[Place] = (),
) -> Corrected:
    """The response with its corrections, in their order; what cannot be applied is left out and reported.

    `places` says where each stands; without, they are numbered. Corrections of one person at one moment are taken
    together, so that parts of a whole, and an answer with what it leads to, can be put right at once.
    """
    given = {item: cell for item, cell in answers.items() if cell not in UNSAID}
    where = places or [Place("corrections", number) for number in range(1, len(corrections) + 1)]
    current: dict[str, Cell] = given
    problems: list[Problem] = []
    conflicts: dict[str, list[Problem]] = {}
    placed = zip(where, corrections, strict=True)
    for _, batch in groupby(placed, key=lambda one: (one[1].who, one[1].at)):
        made = _Batch(journey, current, conflicts)
        for place, correction in batch:
            made.take(place, correction)
        made.check_forms()
        made.check_path()
        current, problems = made.draft, [*problems, *made.problems]
        for item in made.taken:
            conflicts.pop(item, None)
    problems += [problem for found in conflicts.values() for problem in found]
    before, after = journey.keep_asked(given), journey.follow(current)
    asked = {item.id for page in after for item in journey.items_of(page)}
    was_asked = {item.id for page in journey.follow(given) for item in journey.items_of(page)}
    return Corrected(
        answers=current,
        opened=tuple(item for item in journey.items if item in asked - was_asked and item not in current),
        closed=tuple(item for item in before if item not in asked),
        problems=tuple(problems),
    )


@dataclass
class _Batch:
    """Corrections of one person at one moment, on the way into the answers."""

    journey: Journey
    before: Mapping[str, Cell]
    conflicts: dict[str, list[Problem]]
    """Item -> corrections of it that could not be applied to what stood there, until a later one settles them."""
    draft: dict[str, Cell] = field(init=False)
    taken: dict[str, tuple[Place, Correction]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.draft = dict(self.before)
        self.seen = self.journey.keep_asked(self.before)
        """What somebody who corrects sees: answers that the routing passes by are not shown."""

    def take(self, place: Place, correction: Correction) -> None:
        """Into the draft, if it fits what stands there."""
        item, old, new = correction.item, correction.old, correction.new
        now = self.draft.get(item)
        unseen = old is None and item not in self.seen and item not in self.taken
        if item not in self.journey.items:
            self._report("E002", place, correction, f"{self.journey.wave} did not ask it")
        elif old != now and new == now:
            # The organisation, or somebody before, has put it right in the same way.
            self.conflicts.pop(item, None)
        elif old != now and not unseen:
            what = f"it corrects {_show(old)}, but {_show(now)} stands there"
            self._keep_waiting("E001", place, correction, what)
        elif not correction.reason.strip():
            self._report("E005", place, correction, "no reason is given")
        elif new == old and item in self.conflicts:
            self.conflicts.pop(item)
        elif new == old:
            self._report("E006", place, correction, f"{_show(old)} is put in place of itself")
        elif not _may_be(self.journey.survey, item, new):
            self._keep_waiting("E003", place, correction, f"{_show(new)} is no answer to it")
        else:
            self.taken[item] = place, correction
            self._put(item, new)

    def check_forms(self) -> None:
        """Questions whose form would not take what they now have keep what they had."""
        for page in self.journey.pages.values():
            items = [item.id for item in self.journey.items_of(page)]
            corrected = [item for item in items if item in self.taken]
            if not corrected:
                continue
            reading = read_form(self.journey, page, write_form(self.journey, page, self.draft))
            unlike = [item for item in corrected if reading.answers[item] != self.draft.get(item)]
            if reading.faults or unlike:
                for item in corrected:
                    wrong = say_fault(reading.faults[0]) if reading.faults else ""
                    read = next((one for one in (item, *unlike) if one in unlike), item)
                    wrong = wrong or f"the form would take {_show(reading.answers[read])} for `{read}`"
                    self._give_up("E003", item, f"{_show(self.taken[item][1].new)}: {wrong}")
                for item in items:
                    self._put(item, self.before.get(item))
            else:
                # Parts and options that nobody has answered are 0 beside others that are: the form says so.
                for item, cell in reading.answers.items():
                    self._put(item, cell)

    def check_path(self) -> None:
        """An answer to what is not asked is none."""
        asked = {item.id for page in self.journey.follow(self.draft) for item in self.journey.items_of(page)}
        for item in [one for one in self.taken if one not in asked and self.taken[one][1].new is not None]:
            self._put(item, self.before.get(item))
            self._give_up("E004", item, "the routing passes it by")

    def _put(self, item: str, cell: Cell | None) -> None:
        if cell is None:
            self.draft.pop(item, None)
        else:
            self.draft[item] = cell

    def _give_up(self, code: str, item: str, what: str) -> None:
        place, correction = self.taken.pop(item)
        self._keep_waiting(code, place, correction, what)

    def _keep_waiting(self, code: str, place: Place, correction: Correction, what: str) -> None:
        self.conflicts.setdefault(correction.item, []).append(_describe(code, place, correction, what))

    def _report(self, code: str, place: Place, correction: Correction, what: str) -> None:
        self.problems.append(_describe(code, place, correction, what))


def _describe(code: str, place: Place, correction: Correction, what: str) -> Problem:
    return make_problem(code, place, (correction.organisation, correction.role), correction.item, what)


def correct_responses(
    survey: Survey, wave: str, responses: Responses, corrections: Sequence[Correction]
) -> tuple[dict[Who, dict[str, Cell]], tuple[Problem, ...]]:
    """All responses of a wave with their corrections, and every problem of these; a place is the number in the list."""
    asked = survey.find_asked(wave)
    mine: dict[Who, list[tuple[Place, Correction]]] = {}
    for number, one in enumerate(corrections, start=1):
        mine.setdefault((one.organisation, one.role), []).append((Place("corrections", number), one))
    corrected = {who: dict(answers) for who, answers in responses.items()}
    problems = []
    for who, placed in mine.items():
        if who not in responses or who not in asked:
            problems += [make_problem("E002", place, who, one.item, "there is no response") for place, one in placed]
            continue
        journey = Journey(survey, wave, who[1], asked[who][0])
        made = apply_corrections(journey, responses[who], [one for _, one in placed], [place for place, _ in placed])
        corrected[who] = dict(made.answers)
        problems += made.problems
    return corrected, tuple(sorted(problems))


def make_problem(code: str, place: Place, who: Who, item: str, what: str) -> Problem:
    """A problem of a correction."""
    return Problem(place, code, f"{who[0]} as {who[1]}, `{item}`: {what}", REMEDIES[code])


def say_fault(fault: Fault) -> str:
    """Why a form would not take an answer."""
    return _FAULTS[fault.code].format(**fault.params)


def _may_be(survey: Survey, item: str, cell: Cell | None) -> bool:
    """Can it be a cell of the item at all? Limits, sums and the like are the form's business."""
    question = survey.question_of[item]
    if cell is None:
        return True
    if question.kind is QuestionKind.MULTIPLE:
        return cell in [category.code for category in survey.scale_by_id[CHOICE].categories]
    if isinstance(cell, int):
        return cell in _list_codes(survey, question)
    return survey.is_open(item) and bool(cell) and (question.kind is not QuestionKind.DATE or _is_date(cell))


def _list_codes(survey: Survey, question: Question) -> list[int]:
    if question.scale is None:
        return [int(missing.code) for missing in question.missing]
    scale = survey.scale_by_id[question.scale]
    return [category.code for category in scale.categories] + [int(missing.code) for missing in scale.missing]


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _show(cell: Cell | None) -> str:
    return "nothing" if cell is None else f"`{cell}`"
