"""Who plays in a rehearsal: organisations drawn from the frame, and a robot for each, with a fate and answers."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

import numpy as np

from praksis.collect.routing import Cell
from praksis.define.organisation import Frame, Organisation
from praksis.define.question import Missing
from praksis.define.survey import Survey
from praksis.rehearse.random_answers import rehearse_random

Cells = Mapping[str, Cell]
Whom = tuple[str, str]
"""(organisation, role)."""

_UNSAID = (int(Missing.NOT_ASKED), int(Missing.NOT_ANSWERED))


class Fate(StrEnum):
    """What becomes of a robot."""

    SUBMITS = "submits"
    STOPS = "stops"
    """Begins, and stays in the middle."""
    DECLINES = "declines"
    """Says no to staff."""
    BOUNCES = "bounces"
    """Its letters come back."""
    OPENS = "opens"
    """Comes in, and answers nothing."""
    SILENT = "silent"


_SHARES = {Fate.SUBMITS: 0.65, Fate.STOPS: 0.13, Fate.DECLINES: 0.05, Fate.BOUNCES: 0.04, Fate.OPENS: 0.04}
"""Of all; the others are silent."""


@dataclass(frozen=True)
class Robot:
    """Who answers for one organisation in one role."""

    whom: Whom
    fate: Fate
    at: datetime.datetime
    """When it begins."""
    cells: Cells
    """What it will say, as if it were asked everything that it may be asked."""
    patience: float
    """Which part of the pages it answers before it stops, where it does."""


def draw_organisations(survey: Survey, wave: str, number: int, seed: int) -> Survey:
    """The survey with so many organisations of a wave in its frame, drawn across its strata and roles; at most all.

    Each stratum gives one before any gives two, and after that by its size.
    """
    groups: dict[tuple[str, ...], list[Organisation]] = {}
    asked = survey.find_asked(wave)
    for organisation in survey.frame.of_wave(wave):
        roles = [role for role in survey.roles if (organisation.key, role) in asked]
        if roles:
            groups.setdefault((survey.name_stratum(organisation, wave), *roles), []).append(organisation)
    rng = np.random.default_rng(seed)
    ranked: list[tuple[bool, float, str, Organisation]] = []
    for _, members in sorted(groups.items()):
        for place, chosen in enumerate(rng.permutation(len(members))):
            ranked.append((place > 0, (place + 0.5) / len(members), members[chosen].key, members[chosen]))
    kept = {one.key for *_, one in islice(sorted(ranked, key=lambda rank: rank[:3]), number)}
    frame = Frame(organisations=tuple(one for one in survey.frame.organisations if one.key in kept))
    return survey.model_copy(update={"frame": frame})


def make_robots(
    survey: Survey, wave: str, starts: datetime.datetime, ends: datetime.datetime, seed: int
) -> tuple[Robot, ...]:
    """One for everyone the wave asks, in the order in which they begin: most of them early."""
    cells = list_cells(survey, wave, seed)
    rng = np.random.default_rng(seed)
    order = [sorted(cells)[place] for place in rng.permutation(len(cells))]
    waits = rng.beta(1.2, 2.5, len(order))
    patience = rng.uniform(0.1, 0.9, len(order))
    robots = [
        Robot(whom, fate, starts + float(wait) * (ends - starts), cells[whom], float(part))
        for whom, fate, wait, part in zip(order, _deal_fates(len(order)), waits, patience, strict=False)
    ]
    return tuple(sorted(robots, key=lambda robot: (robot.at, robot.whom)))


def _deal_fates(number: int) -> list[Fate]:
    """By their shares; where there are few, one of each before there are two silent ones."""
    dealt = [fate for fate, share in _SHARES.items() for _ in range(max(1, round(share * number)))]
    return (dealt + [Fate.SILENT] * number)[:number]


def list_cells(survey: Survey, wave: str, seed: int) -> dict[Whom, Cells]:
    """Random answers of everyone; what one may not leave out is taken from another where chance has left it out."""
    microdata = rehearse_random(survey, wave, seed, response_rate=1.0)
    columns: dict[str, Sequence[Cell]] = {item: codes.tolist() for item, codes in microdata.answers.items()}
    columns |= microdata.open_answers
    whoms = list(zip(microdata.organisations, microdata.roles, strict=True))
    found: dict[Whom, Cells] = {
        whom: {item: column[row] for item, column in columns.items() if column[row] not in _UNSAID}
        for row, whom in enumerate(whoms)
    }
    asked = {role: survey.items_asked(wave, role) for role in survey.roles}
    others = list(found.items())
    return {whom: {**own, **_borrow(survey, asked[whom[1]], own, whom[1], others)} for whom, own in found.items()}


def _borrow(
    survey: Survey, asked: Sequence[str], own: Cells, role: str, others: Sequence[tuple[Whom, Cells]]
) -> dict[str, Cell]:
    """Answers to required items that lack one: those of a question from one lender, as they may belong together."""
    borrowed: dict[str, Cell] = {}
    for question in survey.questions:
        lacking = [item.id for item in question.items if item.id in asked and item.id not in own]
        if question.required and lacking:
            lenders = (cells for whom, cells in others if whom[1] == role and all(item in cells for item in lacking))
            lender = next(lenders, {})
            borrowed |= {item: lender[item] for item in lacking if item in lender}
    return borrowed
