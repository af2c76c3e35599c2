"""The cells that answers are counted in: crossings of frame breakdowns and, where needed, of earlier answers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from praksis.collect.routing import is_shown
from praksis.define.expression import find_comparisons
from praksis.define.group import EVERYONE, parse_group
from praksis.define.published import Claim
from praksis.define.question import OPEN_KINDS, Missing, Question, QuestionKind
from praksis.define.survey import Survey
from praksis.errors import Place, Problem, ProblemsFound

NOT_ASKED, NOT_ANSWERED = int(Missing.NOT_ASKED), int(Missing.NOT_ANSWERED)
CHOSEN = 1
_MOST_SUBCELLS = 40_000
"""About ten seconds of work for one item."""


@dataclass(frozen=True)
class Cell:
    """Organisations that the frame does not tell apart, as far as claims and routing go."""

    values: tuple[tuple[str, str], ...]
    organisations: tuple[str, ...]


@dataclass(frozen=True)
class Subcell:
    """The part of a cell with certain answers to certain items."""

    cell: int
    given: tuple[tuple[str, int], ...] = ()

    @property
    def answers(self) -> dict[str, int]:
        return dict(self.given)


class Layout:
    """How the answers of one role in one wave are counted.

    An item's subcells are the crossing of the frame cells with its `given` items: those its routing asks about and
    those a claim breaks it down by. They are closed (what the last given item is crossed with is given too), so that
    dealing codes out item by item, in `order`, always meets the counts.
    """

    def __init__(self, survey: Survey, wave: str, role: str, claims: Sequence[Claim]) -> None:
        self.survey, self.wave, self.role = survey, wave, role
        self.items = survey.items_on_scales(wave, role)
        self.questions = tuple(question for question in survey.questions if self._items_of(question))
        self.claims = tuple(claims)
        self.cells = self._find_cells()
        wanted = self._find_given()
        self.order = self._find_order(wanted)
        self._given = self._close(wanted)
        self._refuse_too_many()

    def _refuse_too_many(self) -> None:
        """A question routed by many earlier items at once makes a crossing that no program gets through."""
        sizes = {
            item: len(self.cells) * math.prod(len(self.codes(name)) + 1 for name in given)
            for item, given in self._given.items()
        }
        worst = max(sizes, key=lambda item: sizes[item], default="")
        if worst and sizes[worst] > _MOST_SUBCELLS:
            together = ", ".join(self._given[worst])
            what = f"`{worst}` depends on {together} together: {sizes[worst]} cells of answers to keep apart"
            remedy = "Let `show_if`, or the groups of claims, depend on fewer items at once, or rehearse with --random."
            raise ProblemsFound([Problem(Place("questions.yaml"), "R002", what, remedy)])

    def _items_of(self, question: Question) -> tuple[str, ...]:
        """A question's items in the order they are dealt: who chose an exclusive option is out for the others."""
        items = sorted(question.items, key=lambda item: not item.exclusive)
        return tuple(item.id for item in items if item.id in self.items)

    def _exclusive(self, question: Question) -> tuple[str, ...]:
        return tuple(item for item in self._items_of(question) if self.survey.items[item].exclusive)

    def given(self, item: str) -> tuple[str, ...]:
        """The items that an item's cells are crossed with, in the order they are dealt."""
        return self._given[item]

    def shared(self, question: Question) -> tuple[str, ...]:
        """The given items from other questions: the same for all items of a question."""
        items = self._items_of(question)
        return tuple(name for name in self._given[items[0]] if name not in items)

    def codes(self, item: str) -> tuple[int, ...]:
        """Every code that one who is shown the item may have: the scale's, its missing classes, not answered."""
        scale = self.survey.scale_of(item)
        substantive = tuple(category.code for category in scale.categories)
        return (*substantive, *(int(missing.code) for missing in scale.missing), NOT_ANSWERED)

    def subcells(self, given: Sequence[str]) -> tuple[Subcell, ...]:
        """All subcells of the crossing with some given items, also those a question is not shown in."""
        subcells = [Subcell(cell) for cell in range(len(self.cells))]
        for item in given:
            subcells = [
                Subcell(subcell.cell, (*subcell.given, (item, code)))
                for subcell in subcells
                for code in (*self.codes(item), NOT_ASKED)
                if self._possible(item, code, subcell)
            ]
        return tuple(subcells)

    def _possible(self, item: str, code: int, subcell: Subcell) -> bool:
        """Not every combination of given answers can be; leaving out those that routing forbids keeps it small."""
        known = subcell.answers
        if any(name not in known for name in self._given[item]):
            return True
        return code in self.codes_in(item, subcell)

    def codes_in(self, item: str, subcell: Subcell) -> tuple[int, ...]:
        """The codes an item may have in one of its subcells."""
        question = self.survey.question_of[item]
        if not self.is_shown(question, subcell):
            return (NOT_ASKED,)
        if question.kind is not QuestionKind.MULTIPLE:
            return self.codes(item)
        # Who skips a multiple choice skips all of it, and an exclusive option shuts the others out.
        beside = {name: code for name, code in subcell.given if self.survey.question_of[name] is question}
        if NOT_ANSWERED in beside.values():
            return (NOT_ANSWERED,)
        answered = tuple(code for code in self.codes(item) if code != NOT_ANSWERED)
        chosen = [name for name, code in beside.items() if code == CHOSEN]
        if any(self.survey.items[name].exclusive for name in chosen) or (chosen and self.survey.items[item].exclusive):
            return tuple(code for code in answered if code != CHOSEN)
        return answered if beside else self.codes(item)

    def is_shown(self, question: Question, subcell: Subcell) -> bool:
        """Is the question shown in a subcell that has at least its given items?"""
        values: dict[str, str | None] = dict(self.cells[subcell.cell].values)
        for item, code in subcell.given:
            names = {category.code: category.id for category in self.survey.scale_of(item).categories}
            values[item] = names.get(code)
        return self._is_shown(question, values)

    def _is_shown(self, question: Question, values: dict[str, str | None]) -> bool:
        """Whoever is shown an open question answers it: see `dealing`."""
        for found in find_comparisons(question.show_if) if question.show_if else ():
            asked = self.survey.question_of.get(found.variable)
            if asked and asked.kind in OPEN_KINDS:
                values[found.variable] = str(asked.kind) if self._is_shown(asked, values) else None
        return is_shown(question, values)

    def covers(self, group: str, subcell: Subcell) -> bool:
        """Are the organisations of a subcell in a group?"""
        frame, answers = dict(self.cells[subcell.cell].values), subcell.answers
        for name, category in parse_group(group).items():
            item = self._answer_item(name)
            if item is None:
                if frame.get(name) != category:
                    return False
            elif answers.get(item) not in self.survey.scale_of(item).codes.get(category, ()):
                return False
        return True

    def _answer_item(self, breakdown: str) -> str | None:
        """The item whose answer decides a breakdown for this role in this wave; None for the frame's breakdowns."""
        deciding = self.survey.breakdowns[breakdown].answer_to
        return next((item for item in deciding if item in self.items), None)

    def _find_cells(self) -> tuple[Cell, ...]:
        names = self._frame_breakdowns()
        keys: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for organisation in self.survey.frame.of_wave(self.wave, self.survey.roles[self.role].group):
            values = organisation.values[self.wave]
            key = tuple((name, values[name]) for name in names if name in values)
            keys.setdefault(key, []).append(organisation.key)
        return tuple(Cell(key, tuple(keys[key])) for key in sorted(keys))

    def _frame_breakdowns(self) -> list[str]:
        """Only the breakdowns that matter: a frame may know counties and more, and all crossings are too many."""
        used = set(self.survey.design.strata)
        for claim in self.claims:
            used |= {name for group in (claim.group, claim.against or EVERYONE) for name in parse_group(group)}
        for question in self.questions:
            used |= set(self.survey.find_deciders(question))
        return [name for name, breakdown in self.survey.breakdowns.items() if name in used and not breakdown.answer_to]

    def _find_given(self) -> dict[str, set[str]]:
        """Item -> the items its routing and the claims ask about."""
        given: dict[str, set[str]] = {}
        for question in self.questions:
            items = self._items_of(question)
            names = set(self.survey.find_deciders(question)) & set(self.items)
            for claim in self.claims:
                if claim.item in items:
                    groups = (claim.group, claim.against or EVERYONE)
                    names |= {self._answer_item(name) or "" for group in groups for name in parse_group(group)}
            given |= {item: names & set(self.items) - set(items) for item in items}
        return given

    def _find_order(self, given: Mapping[str, set[str]]) -> tuple[str, ...]:
        """Items such that what is given comes first, else in the questionnaire's order."""
        order: dict[str, None] = {}
        for question in self.questions:
            self._visit(question, (), order, given)
        return tuple(order)

    def _visit(
        self, question: Question, path: tuple[str, ...], order: dict[str, None], given: Mapping[str, set[str]]
    ) -> None:
        items = self._items_of(question)
        if items[0] in order:
            return
        if question.id in path:
            what = f"{self.wave}: the answers to {', '.join(path)} depend on each other in a ring"
            remedy = "Remove a claim that breaks one of them down by an answer that comes after it."
            raise ProblemsFound([Problem(Place("questions.yaml"), "R003", what, remedy)])
        for name in self.items:
            if name in given[items[0]]:
                self._visit(self.survey.question_of[name], (*path, question.id), order, given)
        order |= dict.fromkeys(items)

    def _close(self, wanted: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
        given = {item: set(names) for item, names in wanted.items()}
        for item in reversed(self.order):
            names = [name for name in self.order if name in given[item]]
            for place, name in enumerate(names):
                question = self.survey.question_of[name]
                for earlier in names[:place]:
                    beside = self.survey.question_of[earlier] is question
                    for host in (name,) if beside else self._items_of(question):
                        given[host].add(earlier)
                    if beside:
                        given[name] |= {other for other in self._exclusive(question) if other != name}
        return {item: tuple(name for name in self.order if name in given[item]) for item in self.order}
