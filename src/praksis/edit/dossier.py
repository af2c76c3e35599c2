"""A response as checks see it: the answers on the path, beside what was answered before and what the frame knows."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from praksis.collect.routing import Cell, name_answer
from praksis.define.expression import Value
from praksis.define.organisation import Organisation
from praksis.define.question import Missing, QuestionKind
from praksis.define.survey import Survey
from praksis.edit.gather import gather_responses
from praksis.edit.microdata import Microdata

Who = tuple[str, str]
"""Organisation and role."""
Responses = Mapping[Who, Mapping[str, Cell]]
"""Who -> item -> answer; items without an answer may be left out."""

UNSAID = (int(Missing.NOT_ASKED), int(Missing.NOT_ANSWERED))
"""No answer at all; do not know and not applicable are answers."""
NUMBERS = (QuestionKind.NUMBER, QuestionKind.SPLIT)
_FRAME_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?")


@dataclass(frozen=True)
class Dossier:
    """A response as checks see it."""

    survey: Survey
    wave: str
    organisation: Organisation
    role: str
    cells: Mapping[str, Cell]
    """Of every item that the role is asked, after the routing."""
    before: Mapping[str, Cell]
    """Item -> what the organisation answered in the last wave that asked it, where it did."""
    stratum: str

    @property
    def who(self) -> Who:
        return self.organisation.key, self.role

    @cached_property
    def now_values(self) -> Mapping[str, Value | None]:
        """What statements count with now: what the frame knows, and the answers."""
        frame = read_frame(self.organisation, self.wave)
        return frame | {item: read_value(self.survey, item, cell) for item, cell in self.cells.items()}

    @cached_property
    def before_values(self) -> Mapping[str, Value | None]:
        return {item: read_value(self.survey, item, cell) for item, cell in self.before.items()}

    def find_number(self, item: str) -> Fraction | None:
        """The number answered to an item, if one was."""
        value = self.now_values[item] if item in self.cells else None
        return value if isinstance(value, Fraction) else None

    def find_earlier(self, item: str) -> Fraction | None:
        """The number answered last time, if one was."""
        value = self.before_values.get(item)
        return value if isinstance(value, Fraction) else None


def list_dossiers(survey: Survey, wave: str, responses: Responses, previous: Mapping[str, Responses]) -> list[Dossier]:
    """The responses of a wave after the routing, with what was answered before. Raises UnknownResponse."""
    earlier = {item: found for item in survey.items if (found := find_previous(survey, item, wave))}
    then_said = {
        then: list_responses(survey, gather_responses(survey, then, previous[then]))
        for then in {then for then, _ in earlier.values()} & previous.keys()
    }
    asked = survey.find_asked(wave)
    dossiers = []
    for who, cells in list_responses(survey, gather_responses(survey, wave, responses)).items():
        organisation, role = asked[who]
        last = {item: then_said.get(then, {}).get(who, {}).get(name) for item, (then, name) in earlier.items()}
        before = {item: cell for item, cell in last.items() if cell is not None and cell not in UNSAID}
        stratum = survey.name_stratum(organisation, wave)
        dossiers.append(Dossier(survey, wave, organisation, role.id, cells, before, stratum))
    return dossiers


def list_responses(survey: Survey, microdata: Microdata) -> dict[Who, dict[str, Cell]]:
    """The rows of microdata as responses: an earlier wave's file as `run_checks` takes it."""
    found: dict[Who, dict[str, Cell]] = {}
    for row, who in enumerate(zip(microdata.organisations, microdata.roles, strict=True)):
        items = survey.items_asked(microdata.wave, who[1])
        found[who] = {
            item: microdata.open_answers[item][row] if survey.is_open(item) else int(microdata.answers[item][row])
            for item in items
        }
    return found


def find_previous(survey: Survey, item: str, wave: str) -> tuple[str, str] | None:
    """The last wave before this that asked the item, and the item's id there; None if no wave did.

    An item of the same series with the same wording is the same item.
    """
    mine, role = survey.items[item], survey.question_of[item].role
    for then in reversed(survey.wave_ids[: survey.wave_ids.index(wave)]):
        for other in survey.items_asked(then, role):
            one = survey.items[other]
            if (one.series_id, one.wording) == (mine.series_id, mine.wording):
                return then, other
    return None


def read_value(survey: Survey, item: str, cell: Cell | None) -> Value | None:
    """An answer as statements count with it; None where it is missing."""
    said = name_answer(survey, item, cell)
    if said is None:
        return None
    kind = survey.question_of[item].kind
    if kind in NUMBERS:
        return Fraction(said)
    return datetime.date.fromisoformat(said) if kind is QuestionKind.DATE else said


def read_frame(organisation: Organisation, wave: str) -> dict[str, Value | None]:
    """What the frame knows of an organisation: its categories, and those of its variables that are numbers."""
    texts = {**organisation.variables, **organisation.per_wave.get(wave, {})}
    numbers = {name: Fraction(text) for name, text in texts.items() if _FRAME_NUMBER.fullmatch(text)}
    return {**numbers, **organisation.values[wave]}
