"""The survey as a whole: header, waves, roles, and all parts put together."""

from functools import cached_property

from pydantic import Field

from praksis.define.design import Design
from praksis.define.editing import Editing
from praksis.define.expression import find_comparisons
from praksis.define.figure import Figure, Presentation
from praksis.define.frame import Breakdown, FrameDefinition
from praksis.define.letters import Correspondence
from praksis.define.model import Definition, Id
from praksis.define.organisation import Frame, Organisation
from praksis.define.published import Claim
from praksis.define.question import CHOICE, OPEN_KINDS, Item, Question, QuestionKind, Scale
from praksis.define.staircase import Staircase
from praksis.localtext import LocalText


class Wave(Definition):
    """One run of the survey."""

    id: Id = Field(description="name of the wave, usually the year")
    note: LocalText | None = Field(None, description="what a reader should know about this wave")


class Role(Definition):
    """Which kind of person answers."""

    id: Id = Field(description="name of the role")
    title: LocalText = Field(description="the role's name on screen")
    group: str = Field("all", description="the organisations that have it, as `sector=municipality`")
    who: LocalText | None = Field(
        None, description="inside a sentence after a share, where it is not the organisation that is named"
    )
    waves: tuple[Id, ...] = Field(min_length=1, description="the waves that asked it")


class Header(Definition):
    """What the survey is (`survey.yaml`)."""

    id: Id = Field(description="name of the survey, part of addresses and files")
    title: LocalText = Field(description="the survey's name")
    owner: LocalText = Field(description="who publishes it")
    about: tuple[LocalText, ...] = Field(min_length=1, description="paragraphs for the page about the survey")
    languages: tuple[Id, ...] = Field(min_length=1, description="its languages; the first is the default")
    waves: tuple[Wave, ...] = Field(min_length=1, description="its waves, oldest first")
    roles: tuple[Role, ...] = Field(min_length=1, description="who answers")


class Survey(Definition):
    """A survey read, checked and put together."""

    header: Header
    scales: tuple[Scale, ...]
    questions: tuple[Question, ...]
    staircase: Staircase | None
    frame_definition: FrameDefinition
    design: Design
    presentation: Presentation | None
    letters: Correspondence | None = None
    editing: Editing = Editing()
    claims: tuple[Claim, ...]
    frame: Frame
    digest: str = Field(description="SHA-256 of every file the survey was read from")

    @cached_property
    def wave_ids(self) -> tuple[str, ...]:
        return tuple(wave.id for wave in self.header.waves)

    @cached_property
    def items(self) -> dict[str, Item]:
        return {item.id: item for question in self.questions for item in question.items}

    @cached_property
    def question_of(self) -> dict[str, Question]:
        """Item id -> its question."""
        return {item.id: question for question in self.questions for item in question.items}

    @cached_property
    def scale_by_id(self) -> dict[str, Scale]:
        return {scale.id: scale for scale in self.scales}

    @cached_property
    def breakdowns(self) -> dict[str, Breakdown]:
        return {breakdown.id: breakdown for breakdown in self.frame_definition.breakdowns}

    @cached_property
    def roles(self) -> dict[str, Role]:
        return {role.id: role for role in self.header.roles}

    @cached_property
    def figures(self) -> dict[str, Figure]:
        return {figure.id: figure for figure in self.presentation.figures} if self.presentation else {}

    def language_of(self, organisation: Organisation) -> str:
        """The language an organisation is written to in."""
        form = self.frame_definition.written_form
        said = organisation.variables.get(form.variable) if form else None
        return form.languages.get(said or "", self.header.languages[0]) if form else self.header.languages[0]

    def is_open(self, item: str) -> bool:
        """Is the item answered in numbers, dates or words? It has no scale then."""
        return self.question_of[item].kind in OPEN_KINDS

    def scale_of(self, item: str) -> Scale:
        """The scale an item is answered on. Raises KeyError for an open one, which has none."""
        question = self.question_of[item]
        return self.scale_by_id[CHOICE if question.kind is QuestionKind.MULTIPLE else question.scale or ""]

    def waves_of(self, item: str) -> tuple[str, ...]:
        """The waves that asked an item, oldest first."""
        asked = self.question_of[item].waves_of(self.items[item])
        return tuple(wave for wave in self.wave_ids if wave in asked)

    def items_asked(self, wave: str, role: str) -> tuple[str, ...]:
        """The items a role was asked in a wave, in the questionnaire's order."""
        return tuple(
            item for item, question in self.question_of.items() if question.role == role and wave in self.waves_of(item)
        )

    def find_asked(self, wave: str) -> dict[tuple[str, str], tuple[Organisation, Role]]:
        """(key, role id) -> organisation and role: who was asked to respond in a wave."""
        return {
            (organisation.key, role.id): (organisation, role)
            for role in self.header.roles
            if wave in role.waves
            for organisation in self.frame.of_wave(wave, role.group)
        }

    def name_stratum(self, organisation: Organisation, wave: str) -> str:
        """The design's stratum of an organisation: its categories joined by `/`, empty where it has none."""
        return "/".join(organisation.values[wave].get(name, "") for name in self.design.strata)

    def items_on_scales(self, wave: str, role: str) -> tuple[str, ...]:
        """Those of the items asked whose answers can be counted: all but the open ones."""
        return tuple(item for item in self.items_asked(wave, role) if not self.is_open(item))

    def find_deciders(self, question: Question) -> tuple[str, ...]:
        """The breakdowns and items on scales that decide whether a question is shown, also by way of open items."""
        found: dict[str, None] = {}
        for one in find_comparisons(question.show_if) if question.show_if else ():
            asked = self.question_of.get(one.variable)
            if asked and asked.kind in OPEN_KINDS:
                found |= dict.fromkeys(self.find_deciders(asked))
            else:
                found[one.variable] = None
        return tuple(found)

    def find_leading_role(self, wave: str) -> Role | None:
        """The role whose responses count as the wave's: the first that every organisation has, else the first asked."""
        asked = [role for role in self.header.roles if wave in role.waves]
        return next((role for role in asked if role.group == "all"), asked[0] if asked else None)
