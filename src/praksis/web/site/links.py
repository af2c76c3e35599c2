"""Relative addresses: the same page must work on a server, in a folder of a larger site and from file://."""

import posixpath
from dataclasses import dataclass

from praksis.tell.content import Span, SurveyText


@dataclass(frozen=True)
class Link:
    """A link as a template shows it."""

    text: str
    href: str
    language: str = ""
    current: bool = False


def point(here: str, there: str) -> str:
    """The address of page `there` as a link on page `here`; both are paths from the root of the site."""
    return posixpath.relpath(there, posixpath.dirname(here) or ".")


def find_page_of_figures(text: SurveyText, page_ids: tuple[str, ...]) -> dict[str, str]:
    """For each figure the first page that shows it."""
    found: dict[str, str] = {}
    for page in page_ids:
        for section in text.pages[page].sections:
            for figure in section.figures:
                found.setdefault(figure, page)
    return found


@dataclass(frozen=True)
class CellLinks:
    """Where the numbers of sentences lead. `here` is the page (a path) the sentences stand on."""

    here: str
    language: str
    shown_here: frozenset[str]
    """Ids of the figures on this page: a figure on several pages is looked up where the reader is."""
    page_of: dict[str, str]

    def find(self, span: Span) -> str | None:
        """The address of the cell a number was read from; None for words, and for figures on no page."""
        if not span.cell or not span.figure:
            return None
        if span.figure in self.shown_here:
            return f"#{span.cell}"
        if page := self.page_of.get(span.figure):
            return f"{point(self.here, f'{self.language}/{page}.html')}#{span.cell}"
        return None
