"""The parts of a survey while it is being read: what parsed, and what can be derived from it."""

from dataclasses import dataclass
from functools import cached_property

from praksis.define.design import Design
from praksis.define.editing import Editing
from praksis.define.figure import Presentation
from praksis.define.frame import Breakdown, FrameDefinition
from praksis.define.letters import Correspondence
from praksis.define.question import CHOICE, STAIRCASE, Category, Question, QuestionKind, Scale
from praksis.define.staircase import Staircase, Step
from praksis.define.survey import Header
from praksis.define.yaml import Document, Steps
from praksis.errors import Place
from praksis.localtext import LocalText

CLAIM_COLUMNS = (
    "id", "document", "wave", "since", "item", "answer", "group", "against", "measure", "relation", "value", "must",
    "note",
)  # fmt: skip

_CHOSEN = {"nb": "Valgt", "nn": "Vald", "en": "Chosen"}
_NOT_CHOSEN = {"nb": "Ikke valgt", "nn": "Ikkje vald", "en": "Not chosen"}


@dataclass
class Parts:
    """Each part is None where it is missing or has problems; checks use what is there."""

    header: Header | None
    frame: FrameDefinition | None
    scales: tuple[Scale, ...] | None
    questions: tuple[Question, ...] | None
    staircase: Staircase | None
    design: Design | None
    presentation: Presentation | None
    documents: dict[str, Document]
    given: frozenset[str] = frozenset()
    """The files that exist. One that exists and is None has problems: nothing can be said about what it names."""
    letters: Correspondence | None = None
    editing: Editing | None = None

    def failed(self, file: str) -> bool:
        """Is the file there, but with problems of its own?"""
        models = {
            "survey.yaml": self.header,
            "frame.yaml": self.frame,
            "scales.yaml": self.scales,
            "questions.yaml": self.questions,
            "staircase.yaml": self.staircase,
            "design.yaml": self.design,
            "figures.yaml": self.presentation,
            "letters.yaml": self.letters,
            "checks.yaml": self.editing,
        }
        return file in self.given and models[file] is None

    def place(self, file: str, *steps: str | int) -> Place:
        """The place of a part of a file, as `place("questions.yaml", 3, "items", 0)`."""
        key: Steps = steps
        return Place(file, self.documents[file].line_of(key)) if file in self.documents else Place(file)

    @cached_property
    def all_scales(self) -> tuple[Scale, ...]:
        """The survey's scales, and the two that are built in: options of a multiple choice, and steps."""
        built: list[Scale] = list(self.scales or ())
        if self.staircase:
            steps = enumerate(self.staircase.steps, start=1)
            categories = tuple(
                Category(id=step.id, code=number, label=step.label, says=step.says, help=_explain(step))
                for number, step in steps
            )
            built.append(Scale(id=STAIRCASE, categories=categories))
        if any(question.kind is QuestionKind.MULTIPLE for question in self.questions or ()):
            built += [] if any(scale.id == CHOICE for scale in built) else [_choice_scale(self.languages)]
        return tuple(built)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        return self.header.languages if self.header else ()

    @cached_property
    def breakdowns(self) -> dict[str, Breakdown]:
        return {breakdown.id: breakdown for breakdown in self.frame.breakdowns} if self.frame else {}


def _explain(step: Step) -> LocalText:
    """What a respondent should know to choose a step: its full name and its criteria."""
    return LocalText(
        {
            language: " ".join((f"{title}.", *(one.root.get(language, "") for one in step.criteria)))
            for language, title in step.title.root.items()
        }
    )


def _choice_scale(languages: tuple[str, ...]) -> Scale:
    """A survey that wants other words for chosen options declares a scale `choice` of its own."""

    def local(words: dict[str, str]) -> LocalText:
        return LocalText({language: words.get(language, words["en"]) for language in languages})

    said = LocalText(dict.fromkeys(languages, "{said}"))
    return Scale(
        id=CHOICE,
        ordered=False,
        categories=(
            Category(id="not-chosen", code=0, label=local(_NOT_CHOSEN)),
            Category(id="chosen", code=1, label=local(_CHOSEN), says=said),
        ),
    )
