"""How far a response has come, from its events: for the hub, the coordinator and the fieldworker."""

from dataclasses import dataclass
from enum import StrEnum

from praksis.collect.journey import Journey, Page, Section
from praksis.collect.response import Response, find_unfinished
from praksis.define.question import QuestionKind


class Stage(StrEnum):
    """Where a section is; each is later than those before it."""

    OPENED = "opened"
    """Nothing is saved."""
    STARTED = "started"
    COMPLETE = "complete"
    """Every page on the path has been saved, and nothing is left to check."""


@dataclass(frozen=True)
class SectionStatus:
    """How far one section has come."""

    section: Section
    pages: tuple[str, ...]
    """Its pages on the path now."""
    visited: int
    """How many of them have been saved."""
    items: int
    """Items that are asked on the path."""
    answered: int
    """How many of them have an answer; `do not know` is one."""
    questions: int
    """Questions that are asked on the path: what a person counts, who sees one question in a grid of ten items."""
    questions_answered: int
    """How many of them have an answer to each item; of a multiple choice, to any."""
    to_check: tuple[str, ...]
    """Pages with something that could not be read, answers to choose between, or none where there must be one."""
    holder: str
    """The colleague who has it; '' where the coordinator has."""

    @property
    def stage(self) -> Stage:
        if not self.visited:
            return Stage.OPENED
        return Stage.COMPLETE if self.visited == len(self.pages) and not self.to_check else Stage.STARTED

    @property
    def next_page(self) -> str:
        """Where to go on: what is to be checked, else the first page never saved, else the first."""
        return self._next or (self.pages[0] if self.pages else "")

    _next: str = ""


def list_statuses(response: Response, journey: Journey) -> tuple[SectionStatus, ...]:
    """Of every section with a page on the path now, in the questionnaire's order."""
    path = journey.follow(response.answers)
    hindering = {page for pages in find_unfinished(response, journey).values() for page in pages}
    found = []
    for section in journey.sections:
        pages = [page for page in path if page.section == section.id]
        if not pages:
            continue
        items = [item.id for page in pages for item in journey.items_of(page)]
        asked = [page for page in pages if page.question]
        names = tuple(page.id for page in pages)
        check = tuple(page for page in names if page in hindering and page in response.versions)
        unsaved = [page for page in names if page not in response.visited]
        found.append(
            SectionStatus(
                section=section,
                pages=names,
                visited=len(names) - len(unsaved),
                items=len(items),
                answered=sum(item in response.answers for item in items),
                questions=len(asked),
                questions_answered=sum(_is_answered(page, response, journey) for page in asked),
                to_check=check,
                holder=response.holders.get(section.id, ""),
                _next=(*check, *unsaved, "")[0],
            )
        )
    return tuple(found)


def _is_answered(page: Page, response: Response, journey: Journey) -> bool:
    given = [item.id in response.answers for item in journey.items_of(page)]
    return any(given) if page.question and page.question.kind is QuestionKind.MULTIPLE else all(given)
