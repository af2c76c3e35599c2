"""From responses to microdata: every answer in its place, and the four ways of not having one kept apart."""

from collections.abc import Mapping

import numpy as np

from praksis.collect.routing import Cell, route_answers
from praksis.define.question import Missing
from praksis.define.survey import Survey
from praksis.edit.microdata import Microdata
from praksis.errors import PraksisError


class UnknownResponse(PraksisError):
    """A response of someone the wave did not ask, or to what it did not ask."""


def gather_responses(survey: Survey, wave: str, responses: Mapping[tuple[str, str], Mapping[str, Cell]]) -> Microdata:
    """Real answers, (organisation, role) -> item -> answer, as microdata.

    An item without an answer is not answered; one that the routing passes by is not asked, whatever was answered there
    before. Raises UnknownResponse.
    """
    organisations = {who: organisation for who, (organisation, _) in survey.find_asked(wave).items()}
    routed: dict[tuple[str, str], dict[str, Cell]] = {}
    for (key, role), answers in responses.items():
        if (key, role) not in organisations:
            raise UnknownResponse(f"{wave} did not ask {key} as {role}.")
        asked = survey.items_asked(wave, role)
        if strange := [item for item in answers if item not in asked]:
            raise UnknownResponse(f"{key} as {role}: {wave} did not ask {', '.join(strange)}.")
        cells: dict[str, Cell] = {item: answers.get(item, int(Missing.NOT_ANSWERED)) for item in asked}
        routed[role, key] = route_answers(survey, wave, role, organisations[key, role], cells)
    return arrange_answers(survey, wave, routed, synthetic=False)


def arrange_answers(
    survey: Survey, wave: str, routed: Mapping[tuple[str, str], Mapping[str, Cell]], *, synthetic: bool
) -> Microdata:
    """Answers that follow the routing, (role, organisation) -> item -> answer, as columns in the order of microdata."""
    keys, not_asked = sorted(routed), int(Missing.NOT_ASKED)
    asked = [item for item in survey.items if wave in survey.waves_of(item)]
    columns = {item: [routed[key].get(item, not_asked) for key in keys] for item in asked}
    return Microdata(
        wave=wave,
        organisations=tuple(organisation for _, organisation in keys),
        roles=tuple(role for role, _ in keys),
        answers={item: np.array(cells, dtype=np.int16) for item, cells in columns.items() if not survey.is_open(item)},
        open_answers={item: tuple(cells) for item, cells in columns.items() if survey.is_open(item)},
        synthetic=synthetic,
    )
