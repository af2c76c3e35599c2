"""A form where staff put answers of one response right: what stands there, what stood last time, and a field for each.

Answers are written as in the work list's file: a category's id, a number with a comma, a date; `-` takes one away.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from praksis.collect.journey import Journey
from praksis.collect.piping import fill_text, show_answer
from praksis.collect.routing import Cell
from praksis.define.question import Item, Question, QuestionKind
from praksis.edit.dossier import NUMBERS
from praksis.edit.worksheet import NOTHING, name_answers, write_answer
from praksis.web.fieldwork.editing import CaseAnswers
from praksis.web.words import Words

NEW, WAY = "new-", "way-"
"""Before an item: what is written for it, and what is chosen in place of writing."""


@dataclass(frozen=True)
class Option:
    """A choice."""

    value: str
    text: str
    current: bool


@dataclass(frozen=True)
class Field:
    """An item with its answers and the field for the right one."""

    item: str
    id: str
    text: str
    now: str
    submitted: str
    """What the organisation answered, where that has been corrected."""
    before: str
    options: tuple[Option, ...]
    is_open: bool
    """Is it answered in words or numbers? The options then stand beside a field."""
    typed: str
    lines: int
    unit: str
    error: str


@dataclass(frozen=True)
class Group:
    """The items of one question."""

    question: str
    """'' where the only item says it all."""
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Given:
    """What somebody has sent: item -> text, and what was wrong with it."""

    typed: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""

    @property
    def texts(self) -> dict[str, str]:
        """Item -> the new answer, of those that have one."""
        merged = {item: self.typed.get(item) or self.chosen.get(item, "") for item in {**self.typed, **self.chosen}}
        return {item: text for item, text in merged.items() if text}

    @property
    def both(self) -> tuple[str, ...]:
        """Items with something written and something chosen."""
        return tuple(item for item, text in self.typed.items() if text and self.chosen.get(item))


def read_given(fields: Mapping[str, str]) -> Given:
    """What a form says."""
    try:
        shown = json.loads(fields.get("shown", ""))
    except ValueError:
        shown = {}
    texts = shown.items() if isinstance(shown, dict) else ()
    return Given(
        typed=_collect(fields, NEW),
        chosen=_collect(fields, WAY),
        shown={str(item): str(text) for item, text in texts},
        reason=fields.get("reason", "").strip(),
    )


def _collect(fields: Mapping[str, str], start: str) -> dict[str, str]:
    return {name.removeprefix(start): text.strip() for name, text in fields.items() if name.startswith(start)}


@dataclass(frozen=True)
class AnswerForm:
    """Makes the fields of a response."""

    journey: Journey
    case: CaseAnswers
    before: Mapping[str, Cell]
    language: str
    """Of the survey's texts."""
    words: Words

    def gather_items(self, items: Iterable[str]) -> tuple[str, ...]:
        """The items, with the parts and options that can only be put right together with them."""
        found: dict[str, None] = {}
        for item in items:
            question = self.journey.survey.question_of[item]
            together = question.kind in (QuestionKind.MULTIPLE, QuestionKind.SPLIT)
            others = [one.id for one in question.items if one.id in self.journey.items]
            found |= dict.fromkeys(others if together else [item])
        return tuple(item for item in self.journey.items if item in found)

    def write_shown(self, items: Iterable[str]) -> str:
        """What stands there now, to be sent back with what is put right."""
        texts = {item: self.write(item, self.case.answers.get(item)) for item in items}
        return json.dumps({item: text for item, text in texts.items() if text}, ensure_ascii=False)

    def write(self, item: str, cell: Cell | None) -> str:
        """An answer as forms and files write it."""
        return write_answer(self.journey.survey, item, cell)

    def make_groups(
        self, items: Iterable[str], start: str, given: Given, errors: Mapping[str, str]
    ) -> tuple[Group, ...]:
        """Fields of items, by question. `start` makes their ids unlike those of other forms on the page."""
        mine = set(items)
        path = self.journey.follow(self.case.corrected.answers)
        asked = {item.id for page in path for item in self.journey.items_of(page)}
        groups = []
        for page in self.journey.pages.values():
            fields = [item for item in self.journey.items_of(page) if item.id in mine]
            if not fields or page.question is None:
                continue
            alone = page.question.kind not in (QuestionKind.GRID, QuestionKind.MULTIPLE, QuestionKind.SPLIT)
            text = self._fill(page.question)
            made = tuple(
                self._make_field(page.question, one, text if alone else one.text[self.language], start, given, errors,
                                 one.id in asked)
                for one in fields
            )  # fmt: skip
            groups.append(Group("" if alone else text, made))
        return tuple(groups)

    def _fill(self, question: Question) -> str:
        written = {item: self._write_open(item, cell) for item, cell in self.case.answers.items()}
        answers = {item: cell for item, cell in written.items() if cell is not None}
        return fill_text(self.journey.survey, question.text, self.language, self.journey.organisation, answers)

    def _make_field(
        self, question: Question, item: Item, text: str, start: str, given: Given, errors: Mapping[str, str],
        is_asked: bool,
    ) -> Field:  # fmt: skip
        is_open = self.journey.survey.is_open(item.id)
        now, submitted = self.case.answers.get(item.id), self.case.submitted.get(item.id)
        chosen = (given.chosen if is_open else given.typed).get(item.id, "")
        return Field(
            item=item.id,
            id=f"{start}-{item.id}",
            text=text,
            now=self.show(item.id, now) or self.words["answers_nothing" if is_asked else "answers_not_asked"],
            submitted=self.show(item.id, submitted) if submitted != now and submitted is not None else "",
            before=self.show(item.id, self.before.get(item.id)),
            options=self._offer(item.id, is_open, chosen),
            is_open=is_open,
            typed=given.typed.get(item.id, "") if is_open else "",
            lines=question.free_text.lines if question.kind is QuestionKind.TEXT else 1,
            unit=self._name_unit(question),
            error=errors.get(item.id, ""),
        )

    def _offer(self, item: str, is_open: bool, chosen: str) -> tuple[Option, ...]:
        names = name_answers(self.journey.survey, item)
        first = self.words["answers_or" if is_open else "answers_leave"]
        offered = [("", first), *((name, self.show(item, code)) for code, name in names.items())]
        offered.append((NOTHING, self.words["answers_take_away"]))
        return tuple(Option(value, text, value == chosen) for value, text in offered)

    def show(self, item: str, cell: Cell | None) -> str:
        """An answer in words; '' where there is none."""
        return show_answer(self.journey.survey, item, self._write_open(item, cell), self.language)

    def show_text(self, item: str, text: str) -> str:
        """An answer as forms write it, in words; '' where there is none."""
        chosen = {name: self.show(item, code) for code, name in name_answers(self.journey.survey, item).items()}
        is_day = self.journey.survey.question_of[item].kind is QuestionKind.DATE
        return chosen.get(text) or (self.words.write_date(text) if is_day else text)

    def _write_open(self, item: str, cell: Cell | None) -> Cell | None:
        question = self.journey.survey.question_of[item]
        if not isinstance(cell, str):
            return cell
        if question.kind in NUMBERS:
            whole, point, part = cell.partition(".")
            sign, digits = ("\N{MINUS SIGN}", whole[1:]) if whole.startswith("-") else ("", whole)
            return sign + self.words.write_count(int(digits)) + (self.words["decimal_sign"] + part if point else "")
        return self.words.write_date(cell) if question.kind is QuestionKind.DATE else cell

    def _name_unit(self, question: Question) -> str:
        unit = {QuestionKind.NUMBER: question.number.unit, QuestionKind.SPLIT: question.split.unit}.get(question.kind)
        if unit:
            return unit[self.language]
        return "%" if question.kind is QuestionKind.SPLIT and question.split.total == 100 else ""
