"""Questions, their items, and the scales they are answered on."""

from enum import IntEnum, StrEnum
from functools import cached_property

from pydantic import Field

from praksis.define.model import Definition, Id
from praksis.localtext import LocalText

CHOICE = "choice"
"""The built-in scale of an option in a multiple choice: 1 chosen, 0 not chosen."""

STAIRCASE = "staircase"
"""The built-in scale made of the steps of the survey's staircase."""


class Missing(IntEnum):
    """Why there is no substantive answer. The codes stand in the microdata; they are always negative."""

    NOT_ASKED = -1
    NOT_ANSWERED = -2
    DO_NOT_KNOW = -3
    NOT_APPLICABLE = -4


class Category(Definition):
    """One answer on a scale."""

    id: Id = Field(description="name used in figures, claims and files")
    code: int = Field(ge=0, le=32767, description="code in the microdata, a whole number from 0 to 32767")
    label: LocalText = Field(description="the answer as the respondent reads it")
    says: LocalText | None = Field(
        None, description="how a sentence reports it; `{said}` is replaced by the item's `said`"
    )
    help: LocalText | None = Field(None, description="longer help shown with the answer")


class MissingCategory(Definition):
    """An answer that is not a substantive one: do not know, not applicable."""

    kind: str = Field(pattern="^(do-not-know|not-applicable)$", description="`do-not-know` or `not-applicable`")
    label: LocalText = Field(description="the answer as the respondent reads it")
    in_base: bool = Field(False, description="does it count in the denominator of shares?")

    @property
    def code(self) -> Missing:
        return Missing.DO_NOT_KNOW if self.kind == "do-not-know" else Missing.NOT_APPLICABLE


class AnswerGroup(Definition):
    """Several answers shown as one, such as the top two of five."""

    id: Id = Field(description="name used in figures, claims and files")
    of: tuple[Id, ...] = Field(min_length=1, description="the categories it sums")
    label: LocalText = Field(description="its name in charts and tables; names the categories")
    says: LocalText = Field(description="how a sentence reports it; `{said}` is replaced by the item's `said`")


class Scale(Definition):
    """Answer categories, with missing classes kept apart."""

    id: Id = Field(description="name that questions refer to")
    ordered: bool = Field(True, description="do the categories have an order, from low to high?")
    categories: tuple[Category, ...] = Field(min_length=2, description="the substantive answers, in their order")
    missing: tuple[MissingCategory, ...] = Field((), description="do not know, not applicable")
    groups: tuple[AnswerGroup, ...] = Field((), description="answers shown as one")

    @cached_property
    def codes(self) -> dict[str, tuple[int, ...]]:
        """Category, group or counted missing class -> the codes it sums."""
        single = {category.id: (category.code,) for category in self.categories}
        counted = {missing.kind: (int(missing.code),) for missing in self.missing if missing.in_base}
        groups = {group.id: tuple(code for name in group.of for code in single.get(name, ())) for group in self.groups}
        return single | counted | groups

    @cached_property
    def base_codes(self) -> tuple[int, ...]:
        """The codes in the denominator of shares: substantive answers, and missing classes declared `in_base`."""
        extra = tuple(int(missing.code) for missing in self.missing if missing.in_base)
        return tuple(category.code for category in self.categories) + extra

    def label(self, answer: str) -> LocalText:
        """The label of a category, group or missing class."""
        labels = {missing.kind: missing.label for missing in self.missing}
        labels |= {category.id: category.label for category in self.categories}
        return (labels | {group.id: group.label for group in self.groups})[answer]

    def says(self, answer: str) -> LocalText | None:
        """How a sentence reports a category or group, or None where the scale does not say."""
        words = {category.id: category.says for category in self.categories}
        return (words | {group.id: group.says for group in self.groups}).get(answer)


class QuestionKind(StrEnum):
    SINGLE = "single"
    GRID = "grid"
    MULTIPLE = "multiple"
    INFORMATION = "information"


class Item(Definition):
    """What a variable is: a single question, one row of a grid or one option of a multiple choice."""

    id: Id = Field(description="name of the variable, the column in the microdata")
    series: Id | None = Field(None, description="time series it belongs to; the item's id if not given")
    wording: int = Field(1, ge=1, description="wording number within the series; a new one is a possible break")
    waves: tuple[Id, ...] = Field((), description="waves that ask it; the question's waves if not given")
    text: LocalText = Field(description="the statement or option as asked")
    said: LocalText = Field(description="the item inside a reported sentence, as in '... that they {said}'")
    short: LocalText | None = Field(None, description="row label in charts; `text` if not given")
    exclusive: bool = Field(False, description="in a multiple choice: excludes all other options")
    sensitive: bool = Field(False, description="shares of 0 and 100 percent are hidden too")

    @property
    def label(self) -> LocalText:
        return self.short or self.text

    @property
    def series_id(self) -> str:
        return self.series or self.id


class Question(Definition):
    """A question with one item (single), several (grid, multiple) or none (information)."""

    id: Id = Field(description="name of the question")
    kind: QuestionKind = Field(description="`single`, `grid`, `multiple` or `information`")
    section: LocalText | None = Field(None, description="heading that starts a new section of the questionnaire")
    role: Id = Field(description="the role that answers it")
    scale: Id | None = Field(
        None,
        description="the scale its items are answered on; `staircase` is made from the steps; not for `multiple`",
    )
    waves: tuple[Id, ...] = Field(min_length=1, description="the waves that ask it")
    show_if: str | None = Field(None, description="expression over earlier items and breakdowns; see Expressions")
    text: LocalText = Field(description="the question as asked")
    help: LocalText | None = Field(None, description="help under the question")
    items: tuple[Item, ...] = Field((), description="its items")

    def waves_of(self, item: Item) -> tuple[str, ...]:
        """The waves that ask one of its items."""
        return item.waves or self.waves
