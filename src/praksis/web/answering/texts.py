"""What stands on a page: the survey's own texts filled for one organisation, and answers in words."""

import re
from collections.abc import Mapping

from praksis.collect.journey import Journey
from praksis.collect.piping import fill_text, show_answer
from praksis.collect.response import Person
from praksis.collect.routing import Cell
from praksis.define.question import Item, Question, QuestionKind
from praksis.localtext import LocalText
from praksis.web.answering.words import read_words, write_number

_NUMBERS = (QuestionKind.NUMBER, QuestionKind.SPLIT)
_EMPTY_LINE = re.compile(r"\n\s*\n")


class Texts:
    """One language, one organisation, and the answers that later texts may name."""

    def __init__(self, journey: Journey, language: str, answers: Mapping[str, Cell], blank: str = "") -> None:
        """`blank` stands for an answer that a text names and that is not given; without it, that is an ellipsis."""
        self.journey, self.language, self.words = journey, language, read_words(language)
        survey = journey.survey
        # Written as people write them: a text that names an answer shows '12,5', not the '12.5' that is kept.
        self._answers: dict[str, Cell] = {
            item: self._write_open(survey.question_of[item], cell) if isinstance(cell, str) else cell
            for item, cell in journey.keep_asked(answers).items()
        }
        if blank:
            self._answers = {**dict.fromkeys(survey.items, blank), **self._answers}

    @property
    def organisation(self) -> str:
        return self.journey.organisation.name

    @property
    def survey(self) -> str:
        return self.journey.survey.header.title[self.language]

    @property
    def owner(self) -> str:
        return self.journey.survey.header.owner[self.language]

    @property
    def role(self) -> str:
        return self.journey.survey.roles[self.journey.role].title[self.language]

    def fill(self, text: LocalText | None) -> str:
        """A text of the survey with its placeholders filled; '' where there is none."""
        if text is None:
            return ""
        return fill_text(self.journey.survey, text, self.language, self.journey.organisation, self._answers)

    def split(self, text: LocalText | None) -> list[str]:
        """The paragraphs of a text."""
        return [part.strip() for part in _EMPTY_LINE.split(self.fill(text)) if part.strip()]

    def show(self, item: str, cell: Cell | None) -> str:
        """An answer in words, with its unit; '' where there is none."""
        question = self.journey.survey.question_of[item]
        if not isinstance(cell, str):
            return show_answer(self.journey.survey, item, cell, self.language)
        written = self._write_open(question, cell)
        unit = self.unit_of(question)
        if unit == "%":
            return self.words.fill("percent", number=written)
        return f"{written}\N{NO-BREAK SPACE}{unit}" if unit else written

    def unit_of(self, question: Question) -> str:
        """What the numbers of a question count; '' for none."""
        if question.kind is QuestionKind.NUMBER:
            return self.fill(question.number.unit)
        if question.kind is QuestionKind.SPLIT:
            return self.fill(question.split.unit) or ("%" if question.split.total == 100 else "")
        return ""

    def label(self, item: Item) -> str:
        """What an item is called where its answer is shown."""
        return self.fill(item.text)

    def name_person(self, person: Person | None, me: str = "", *, address: bool = False) -> str:
        """A person as others know them: name, else e-mail, else what they are. With `address`, name and e-mail."""
        if person is None:
            return self.words["somebody"]
        if person.id == me:
            return self.words["you"]
        if address and person.name and person.email:
            return f"{person.name} ({person.email})"
        return person.name or person.email or self.words["coordinator" if person.coordinator else "colleague"]

    def _write_open(self, question: Question, text: str) -> str:
        if question.kind in _NUMBERS:
            return write_number(text, self.words)
        return self.words.write_date(text) if question.kind is QuestionKind.DATE else text
