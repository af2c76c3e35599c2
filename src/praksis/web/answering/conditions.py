"""When a question is asked, in words: for whoever reads all questions before answering any."""

from dataclasses import dataclass
from enum import Enum

from lark import Token, Tree

from praksis.define.expression import parse_expression
from praksis.define.question import Question, QuestionKind
from praksis.web.answering.texts import Texts


class Certain(Enum):
    """What is known of a condition before anything is answered, from what the frame says of the organisation."""

    ALWAYS = "always"
    NEVER = "never"
    UNKNOWN = "unknown"
    """It compares with something the frame does not know of this organisation."""


@dataclass(frozen=True)
class _Said:
    """A part of a condition in words, and the word that joins what it is made of ('' if it is one thing)."""

    text: str
    joined: str = ""


_Part = _Said | Certain


def say_condition(question: Question, texts: Texts) -> str | None:
    """'' where the organisation is always asked, None where it never is, else what it depends on."""
    if question.show_if is None:
        return ""
    said: dict[int, _Part] = {}
    root = parse_expression(question.show_if)
    # From the leaves up, as conditions are evaluated too: they may be nested deeper than Python's stack.
    for node in root.iter_subtrees():
        parts = [said[id(child)] for child in node.children if isinstance(child, Tree)]
        said[id(node)] = _say_node(node, parts, texts)
    found = said[id(root)]
    if isinstance(found, _Said):
        return found.text
    return "" if found is Certain.ALWAYS else None


def _say_node(node: Tree[Token], parts: list[_Part], texts: Texts) -> _Part:
    if node.data == "both":
        return _join(parts, Certain.NEVER, Certain.ALWAYS, texts.words["condition_and"], texts)
    if node.data == "either":
        return _join(parts, Certain.ALWAYS, Certain.NEVER, texts.words["condition_or"], texts)
    if node.data == "negation":
        (part,) = parts
        if isinstance(part, _Said):
            inner = texts.words.fill("condition_group", condition=part.text) if part.joined else part.text
            return _Said(texts.words.fill("condition_not", condition=inner))
        return {Certain.ALWAYS: Certain.NEVER, Certain.NEVER: Certain.ALWAYS}.get(part, part)
    return _say_comparison(node, texts)


def _join(parts: list[_Part], decisive: Certain, empty: Certain, word: str, texts: Texts) -> _Part:
    """Several conditions as one: the decisive one settles all, and those that say nothing are left out."""
    if decisive in parts:
        return decisive
    said = [part for part in parts if isinstance(part, _Said)]
    if Certain.UNKNOWN in parts and (empty is Certain.ALWAYS or not said):
        # Not false, but it never becomes true, and neither does an `and` with it.
        return Certain.UNKNOWN
    if len(said) <= 1:
        return said[0] if said else empty
    group = "condition_group"
    texts_of = [
        texts.words.fill(group, condition=part.text) if part.joined not in ("", word) else part.text for part in said
    ]
    return _Said(f" {word} ".join(texts_of), word)


def _say_comparison(node: Tree[Token], texts: Texts) -> _Part:
    variable, *values = [str(child) for child in node.children if isinstance(child, Token) and child.type == "NAME"]
    journey, words = texts.journey, texts.words
    if variable not in journey.survey.items:
        frame = journey.organisation.values[journey.wave]
        if node.data == "answered":
            return Certain.ALWAYS if variable in frame else Certain.NEVER
        if variable not in frame:
            return Certain.UNKNOWN
        return Certain.ALWAYS if (frame[variable] in values) is not (node.data == "different") else Certain.NEVER
    if variable not in journey.items:
        # An item of another wave or role: nothing is ever answered to it here.
        return Certain.NEVER if node.data == "answered" else Certain.UNKNOWN
    item, question = journey.items[variable], journey.survey.question_of[variable]
    alone = len(question.items) == 1 and question.kind is not QuestionKind.GRID
    asked = texts.fill(question.text) if alone else texts.label(item)
    if node.data == "answered":
        return _Said(words.fill("condition_answered", question=asked))
    scale = journey.survey.scale_of(variable)
    if question.kind is QuestionKind.MULTIPLE:
        named = any(one.code == 1 and one.id in values for one in scale.categories)
        chosen = named is not (node.data == "different")
        return _Said(words.fill("condition_chosen" if chosen else "condition_not_chosen", option=asked))
    labels = [words.fill("quoted", text=texts.fill(scale.label(value))) for value in values]
    answers = labels[0] if len(labels) == 1 else words["list_or"].join((", ".join(labels[:-1]), labels[-1]))
    key = "condition_different" if node.data == "different" else "condition_equal"
    return _Said(words.fill(key, answers=answers, question=asked))
