"""What a survey names: waves, roles, scales, items, breakdowns, figures; and whether a reference finds them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from praksis.define.codes import Findings, join_known, suggest
from praksis.define.figure import Figure
from praksis.define.frame import Breakdown
from praksis.define.group import parse_group, write_group
from praksis.define.parts import Parts
from praksis.define.question import CHOICE, OPEN_KINDS, STAIRCASE, Item, Question, QuestionKind, Scale
from praksis.define.survey import Role
from praksis.define.yaml import Steps
from praksis.errors import Place


@dataclass(frozen=True)
class Asked:
    """An item with its question, the waves that ask it, and its scale (None where the scale is not known)."""

    item: Item
    question: Question
    waves: tuple[str, ...]
    scale: Scale | None
    steps: Steps
    """Where it stands in questions.yaml."""
    order: int
    """Its question's place in the questionnaire."""


@dataclass
class Names:
    """Looks names up and reports those that are not there. A collection is None where its file did not parse."""

    parts: Parts
    findings: Findings

    @cached_property
    def waves(self) -> tuple[str, ...] | None:
        return tuple(wave.id for wave in self.parts.header.waves) if self.parts.header else None

    @cached_property
    def roles(self) -> dict[str, Role] | None:
        return {role.id: role for role in self.parts.header.roles} if self.parts.header else None

    @cached_property
    def scales(self) -> dict[str, Scale]:
        """The scales that are known, the built-in ones too."""
        return {scale.id: scale for scale in self.parts.all_scales}

    @cached_property
    def items(self) -> dict[str, Asked] | None:
        if self.parts.questions is None:
            return None
        items: dict[str, Asked] = {}
        for order, question in enumerate(self.parts.questions):
            scale = self.scales.get(CHOICE if question.kind is QuestionKind.MULTIPLE else question.scale or "")
            for place, item in enumerate(question.items):
                waves = self.in_order(question.waves_of(item))
                asked = Asked(item, question, waves, scale, (order, "items", place), order)
                items.setdefault(item.id, asked)
        return items

    @cached_property
    def breakdowns(self) -> dict[str, Breakdown] | None:
        return self.parts.breakdowns if self.parts.frame else None

    @cached_property
    def figures(self) -> dict[str, Figure] | None:
        presentation = self.parts.presentation
        return {figure.id: figure for figure in presentation.figures} if presentation else None

    def in_order(self, waves: Iterable[str]) -> tuple[str, ...]:
        """Waves once each, in the survey's order."""
        given = dict.fromkeys(waves)
        return tuple(wave for wave in dict.fromkeys(self.waves or given) if wave in given)

    def find(self, code: str, lack: str, name: str, known: Collection[str] | None, place: Place) -> bool:
        """Is the name there? Reports `lack` if it is not, and says False also where nobody can know."""
        if known is None:
            return False
        if name not in known:
            what = f"{lack} `{name}`{suggest(name, known)}"
            self.findings.add(code, place, what, known=join_known(known))
            return False
        return True

    def find_wave(self, wave: str, place: Place) -> bool:
        return self.find("N003", "there is no wave", wave, self.waves, place)

    def find_role(self, role: str, place: Place) -> Role | None:
        return (
            self.roles[role] if self.find("N002", "there is no role", role, self.roles, place) and self.roles else None
        )

    def find_item(self, item: str, place: Place) -> Asked | None:
        """An item that answers can be counted of; None, and reported, where there is none or it has no scale."""
        if not self.find("N004", "there is no item", item, self.items, place) or not self.items:
            return None
        asked = self.items[item]
        if asked.question.kind in OPEN_KINDS:
            self.findings.add("N015", place, f"`{item}` is answered as `{asked.question.kind}`")
            return None
        return asked

    def find_scale(self, scale: str, place: Place) -> Scale | None:
        """The scale, or None; `staircase` is not reported here where staircase.yaml has problems of its own."""
        unsure = self.parts.failed("scales.yaml") or "scales.yaml" not in self.parts.given
        if scale in self.scales or (unsure and scale != STAIRCASE):
            return self.scales.get(scale)
        if scale == STAIRCASE:
            if not self.parts.failed("staircase.yaml"):
                self.findings.add("S001", place, "the scale is `staircase`, but there is no staircase.yaml")
            return None
        self.find("N001", "there is no scale", scale, self.scales, place)
        return None

    def find_answer(self, asked: Asked, answer: str, place: Place) -> bool:
        """Is the answer a category or a group of the item's scale?"""
        if asked.scale is None or answer in asked.scale.codes:
            return asked.scale is not None
        known = asked.scale.codes
        what = f"`{asked.item.id}` has no answer `{answer}`{suggest(answer, known)}"
        self.findings.add("N007", place, what, known=join_known(known))
        return False

    def say_asked(self, asked: Asked) -> str:
        """For a remedy: when an item was asked, and what its series was called in other waves."""
        said = f"`{asked.item.id}` was asked in {join_known(asked.waves)}."
        mates = [
            other.item.id
            for other in (self.items or {}).values()
            if other.item.series_id == asked.item.series_id and other.item.id != asked.item.id
        ]
        return said + (f" Its series has other wordings: {join_known(mates)}." if mates else "")

    def find_group(
        self, text: str, place: Place, *, stars: bool = False, frame_only: bool = False
    ) -> dict[str, str] | None:
        """Breakdown -> category of a group that is all right; None otherwise, with the problem reported."""
        try:
            values = parse_group(text)
        except ValueError as error:
            self.findings.add("B001", place, str(error))
            return None
        if self.breakdowns is None:
            return None
        found = [
            self._find_value(name, value, place, stars=stars, frame_only=frame_only) for name, value in values.items()
        ]
        if not all(found):
            return None
        self._check_order(values, place)
        return values if self._check_within(text, values, place) else None

    def _find_value(self, name: str, value: str, place: Place, *, stars: bool, frame_only: bool) -> bool:
        if not self.find("N005", "there is no breakdown", name, self.breakdowns, place) or not self.breakdowns:
            return False
        breakdown = self.breakdowns[name]
        categories = [category.id for category in breakdown.categories]
        if frame_only and breakdown.answer_to:
            self.findings.add("B011", place, f"`{name}` is decided by an answer, and is not known before")
            return False
        if value != "*":
            return self.find("N006", f"`{name}` has no category", value, categories, place)
        if not stars:
            self.findings.add("B002", place, f"`{name}=*` stands for several groups", known=join_known(categories))
        return stars

    def _check_order(self, values: dict[str, str], place: Place) -> None:
        # One spelling per group, so that cells, claims and sentences that name the same group also match as text.
        right = {name: values[name] for name in self.breakdowns or () if name in values}
        if list(right) != list(values):
            what = f"`{write_group(values)}` is not in the order of frame.yaml"
            self.findings.add("B003", place, what, group=write_group(right))

    def _check_within(self, text: str, values: dict[str, str], place: Place) -> bool:
        for name in values:
            breakdown = (self.breakdowns or {})[name]
            for outer, category in self.read_known(breakdown.within).items():
                if values.get(outer, category) != category:
                    what = f"`{text}` holds groups that are empty: `{name}` divides only `{breakdown.within}`"
                    self.findings.add("B008", place, what, need=f"`{outer}={values[outer]}`, or `{name}`")
                    return False
        return True

    def read_known(self, group: str | None) -> dict[str, str]:
        """The parts of a group that name what is there; what does not is reported where it stands."""
        breakdowns = self.breakdowns or {}
        return {
            name: value
            for name, value in read_group(group).items()
            if name in breakdowns and value in [category.id for category in breakdowns[name].categories]
        }

    def check_unique(self, kind: str, names: Sequence[tuple[str, Place]], code: str = "N011", **fill: str) -> None:
        """Report every name that stands also before."""
        first: dict[str, Place] = {}
        for name, place in names:
            if name in first:
                self.findings.add(code, place, f"{kind} `{name}` stands also at {first[name]}", **fill)
            first.setdefault(name, place)


def read_group(text: str | None) -> dict[str, str]:
    """A group that may be absent, or wrong and then reported elsewhere: both as everyone."""
    try:
        return parse_group(text or "all")
    except ValueError:
        return {}
