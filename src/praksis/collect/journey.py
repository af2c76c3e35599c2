"""The way through a questionnaire. The page to show is a function of the definition and the answers given so far.

A page is one question, with the information that stands before it: routing then never waits for an answer on the
same page, a fault is never far from its question, and two people seldom meet on one page. Information that is shown
also where its question is passed by has a page of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from praksis.collect.routing import Cell, is_shown, name_answer
from praksis.define.organisation import Organisation
from praksis.define.question import Item, Question, QuestionKind
from praksis.define.survey import Survey
from praksis.localtext import LocalText

Answers = Mapping[str, Cell]


@dataclass(frozen=True)
class Page:
    """Information questions (any number) and at most one question that is answered, the last."""

    id: str
    """The id of its answered question, or of its last information."""
    section: str
    questions: tuple[Question, ...]

    @property
    def question(self) -> Question | None:
        """The one that is answered, if any."""
        last = self.questions[-1]
        return None if last.kind is QuestionKind.INFORMATION else last


@dataclass(frozen=True)
class Section:
    """Pages under one heading: what can be handed to a colleague."""

    id: str
    """The id of its first question."""
    title: LocalText
    pages: tuple[Page, ...]


@dataclass(frozen=True, eq=False)
class Journey:
    """What one role of one organisation may meet in a wave."""

    survey: Survey
    wave: str
    role: str
    organisation: Organisation

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All of them, whatever has been answered; questions before the first heading are under the survey's title."""
        sections: list[Section] = []
        waiting: list[Question] = []
        heading: tuple[str, LocalText] | None = None
        pages: list[Page] = []
        for question in self._asked:
            if question.section is not None or heading is None:
                if waiting and heading:
                    pages.append(_make_page(heading[0], waiting))
                    waiting = []
                if pages and heading:
                    sections.append(Section(*heading, tuple(pages)))
                heading, pages = (question.id, question.section or self.survey.header.title), []
            waiting.append(question)
            if question.kind is not QuestionKind.INFORMATION:
                pages += self._make_pages(heading[0], waiting)
                waiting = []
        if waiting and heading:
            pages.append(_make_page(heading[0], waiting))
        if pages and heading:
            sections.append(Section(*heading, tuple(pages)))
        return tuple(sections)

    @cached_property
    def pages(self) -> dict[str, Page]:
        return {page.id: page for section in self.sections for page in section.pages}

    @cached_property
    def section_by_id(self) -> dict[str, Section]:
        return {section.id: section for section in self.sections}

    @cached_property
    def items(self) -> dict[str, Item]:
        """Item id -> item, of all that the role is asked in the wave, in the questionnaire's order."""
        return {item.id: item for page in self.pages.values() for item in self.items_of(page)}

    def items_of(self, page: Page) -> tuple[Item, ...]:
        """The items of the page's question that this wave asks."""
        question = page.question
        return tuple(i for i in question.items if self.wave in question.waves_of(i)) if question else ()

    def follow(self, answers: Answers) -> tuple[Page, ...]:
        """The pages on the path, in order: those of which something is shown, with only what is shown on them."""
        values: dict[str, str | None] = dict(self.organisation.values[self.wave])
        path = []
        for page in self.pages.values():
            shown = tuple(question for question in page.questions if is_shown(question, values))
            items = self.items_of(page)
            asked = bool(items) and page.question in shown
            for item in items:
                values[item.id] = name_answer(self.survey, item.id, answers.get(item.id)) if asked else None
            if page.question is None and shown or asked:
                path.append(Page(page.id, page.section, shown))
        return tuple(path)

    def keep_asked(self, answers: Answers) -> dict[str, Cell]:
        """The answers on the path; those that the routing now passes by are left out (they come back with it)."""
        asked = {item.id for page in self.follow(answers) for item in self.items_of(page)}
        return {item: cell for item, cell in answers.items() if item in asked}

    def _make_pages(self, section: str, waiting: list[Question]) -> list[Page]:
        """A question and the information before it, on one page, or on two where some of that is shown without it."""
        *before, question = waiting
        asks = any(self.wave in question.waves_of(item) for item in question.items)
        # Conditions that mean the same but are written differently are taken for different ones: a page more, no less.
        free = [n for n, one in enumerate(before, 1) if not asks or question.show_if not in (None, one.show_if)]
        cut = max(free, default=0)
        return [_make_page(section, part) for part in (waiting[:cut], waiting[cut:]) if part]

    @cached_property
    def _asked(self) -> tuple[Question, ...]:
        return tuple(one for one in self.survey.questions if one.role == self.role and self.wave in one.waves)


def _make_page(section: str, questions: list[Question]) -> Page:
    return Page(questions[-1].id, section, tuple(questions))


def find_beside(path: tuple[Page, ...], pages: Mapping[str, Page], page: str) -> tuple[Page | None, Page | None]:
    """The pages before and after a page on the path, which itself need not be on it (any more)."""
    order = list(pages)
    here = order.index(page)
    before = [one for one in path if order.index(one.id) < here]
    after = [one for one in path if order.index(one.id) > here]
    return (before[-1] if before else None), (after[0] if after else None)
