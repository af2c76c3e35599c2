"""Questions, their items, and the scales they are answered on."""

from enum import IntEnum, StrEnum
from functools import cached_property

from pydantic import Field

from praksis.define.model import Day, Definition, Id
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
    NUMBER = "number"
    SPLIT = "split"
    DATE = "date"
    TEXT = "text"
    INFORMATION = "information"


OPEN_KINDS = (QuestionKind.NUMBER, QuestionKind.SPLIT, QuestionKind.DATE, QuestionKind.TEXT)
"""Answered in the respondent's own numbers or words, not on a scale. A figure cannot show them as shares."""


MOST = 10**12
"""No number is larger."""

DIGITS = 15
"""Numbers of so many digits, before and after the point, are kept exactly, in microdata too."""


class NumberRule(Definition):
    """What numbers are answers."""

    minimum: float | None = Field(
        None, ge=-MOST, le=MOST, allow_inf_nan=False, description="the smallest that can be answered; else -10^12"
    )
    maximum: float | None = Field(
        None, ge=-MOST, le=MOST, allow_inf_nan=False, description="the largest that can be answered; else 10^12"
    )
    decimals: int = Field(0, ge=0, le=6, description="how many decimals an answer may have")
    unit: LocalText | None = Field(None, description="what is counted, shown after the field: 'employees', 'NOK'")

    @property
    def least(self) -> float:
        return -MOST if self.minimum is None else self.minimum

    @property
    def most(self) -> float:
        return MOST if self.maximum is None else self.maximum


class SplitRule(Definition):
    """How a whole is divided among the items."""

    total: float = Field(100, gt=0, le=MOST, allow_inf_nan=False, description="what the parts must sum to")
    decimals: int = Field(0, ge=0, le=6, description="how many decimals a part may have")
    unit: LocalText | None = Field(None, description="shown after each field; `%` if not given and the total is 100")


FIRST_YEAR = 1000
"""Years have four digits: who writes 24 means another one."""


class DateRule(Definition):
    """What dates are answers."""

    earliest: Day | None = Field(None, description="the first date that can be answered, as 2024-01-31")
    latest: Day | None = Field(None, description="the last date that can be answered")


class TextRule(Definition):
    """How long a free text may be."""

    lines: int = Field(1, ge=1, le=40, description="height of the field; 1 is a short text without line breaks")
    longest: int = Field(1000, ge=1, le=20_000, description="the most characters")


class Layout(StrEnum):
    STACKED = "stacked"
    TABLE = "table"


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
    """A question with one item, several (grid, multiple, split) or none (information)."""

    id: Id = Field(description="name of the question")
    kind: QuestionKind = Field(
        description="`single`, `grid`, `multiple`, `number`, `split`, `date`, `text` or `information`"
    )
    section: LocalText | None = Field(None, description="heading that starts a new section of the questionnaire")
    role: Id = Field(description="the role that answers it")
    scale: Id | None = Field(
        None,
        description="the scale its items are answered on; `staircase` is made from the steps; for `single` and `grid`",
    )
    waves: tuple[Id, ...] = Field(min_length=1, description="the waves that ask it")
    show_if: str | None = Field(None, description="expression over earlier items and breakdowns; see Expressions")
    required: bool = Field(False, description="must it be answered before the response can be submitted?")
    factual: bool = Field(
        False, description="a matter of fact, so that the organisation's last answer may be shown beside the question"
    )
    layout: Layout = Field(Layout.STACKED, description="of a grid on wide screens: `stacked` or `table`")
    number: NumberRule = Field(NumberRule(), description="for `number`: which numbers are answers")
    split: SplitRule = Field(SplitRule(), description="for `split`: what the parts sum to")
    date: DateRule = Field(DateRule(), description="for `date`: which dates are answers")
    free_text: TextRule = Field(TextRule(), description="for `text`: how long it may be")
    missing: tuple[MissingCategory, ...] = Field(
        (), description="do not know, not applicable: for kinds without a scale (`number`, `split`, `date`, `text`)"
    )
    text: LocalText = Field(description="the question as asked")
    help: LocalText | None = Field(None, description="help under the question")
    items: tuple[Item, ...] = Field((), description="its items")

    def waves_of(self, item: Item) -> tuple[str, ...]:
        """The waves that ask one of its items."""
        return item.waves or self.waves
