"""Every question that an organisation may be asked, for reading and printing before anything is answered."""

from dataclasses import dataclass

from praksis.collect.journey import Journey
from praksis.define.question import QuestionKind
from praksis.web.answering.conditions import say_condition
from praksis.web.answering.fields import QuestionView, show_question
from praksis.web.answering.texts import Texts


@dataclass(frozen=True)
class Listed:
    """A question as it is printed."""

    paragraphs: tuple[str, ...]
    """Information stands as text; else empty."""
    condition: str
    """What it depends on; '' if it is always asked."""
    question: QuestionView | None
    number: int


@dataclass(frozen=True)
class Part:
    """A section with its questions."""

    title: str
    listed: tuple[Listed, ...]


def list_questions(journey: Journey, texts: Texts) -> tuple[Part, ...]:
    """All questions by section; left out is what this organisation is never asked. The questions are numbered."""
    parts, number = [], 0
    for section in journey.sections:
        listed = []
        for page in section.pages:
            for question in page.questions:
                condition = say_condition(question, texts)
                if condition is None:
                    continue
                if question.kind is QuestionKind.INFORMATION:
                    listed.append(Listed(tuple(texts.split(question.text)), _only_if(condition, texts), None, 0))
                    continue
                number += 1
                shown = show_question(journey, page, texts, {}, (), {})
                listed.append(Listed((), _only_if(condition, texts), shown, number))
        if listed:
            parts.append(Part(texts.fill(section.title), tuple(listed)))
    return tuple(parts)


def _only_if(condition: str, texts: Texts) -> str:
    return texts.words.fill("only_if", condition=condition) if condition else ""
