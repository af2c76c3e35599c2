"""Random but plausible answers, to try a questionnaire, its figures and its pages before anyone is asked."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from praksis.collect.routing import Cell, route_answers
from praksis.define.question import OPEN_KINDS, Question, QuestionKind
from praksis.define.survey import Survey
from praksis.edit.gather import arrange_answers
from praksis.edit.microdata import Microdata
from praksis.rehearse.cells import CHOSEN, NOT_ANSWERED
from praksis.rehearse.disposition import Dispositions
from praksis.rehearse.open_answers import draw_open_answers, leave_out
from praksis.rehearse.prior import guess_scale

Codes = NDArray[np.int64]
Marks = NDArray[np.bool_]

SKIPPED = 0.03
_EXCLUSIVE = 0.06


def rehearse_random(
    survey: Survey, wave: str, seed: int | np.random.Generator, *, response_rate: float = 0.65
) -> Microdata:
    """Synthetic microdata of one wave, as the questionnaire allows: roles, groups, routing, scales, missing classes.

    An organisation answers like itself, also from wave to wave where the seed is the same number. About
    `response_rate` (0 to 1) of those asked respond. The same arguments give the same answers.
    """
    number = int(seed.integers(2**31)) if isinstance(seed, np.random.Generator) else seed
    dispositions = Dispositions(survey, number, tuple(known.key for known in survey.frame.organisations))
    place = {key: row for row, key in enumerate(dispositions.organisations)}
    limit = float(ndtri(1 - response_rate))
    responses: dict[tuple[str, str], dict[str, Cell]] = {}
    for role in survey.header.roles:
        if wave not in role.waves:
            continue
        asked = survey.items_asked(wave, role.id)
        cells = _draw_cells(survey, wave, asked, dispositions)
        responds = dispositions.responding(wave, role.id) > limit
        for organisation in survey.frame.of_wave(wave, role.group):
            row = place[organisation.key]
            if responds[row]:
                own: dict[str, Cell] = {item: cells[item][row] for item in asked}
                responses[role.id, organisation.key] = route_answers(survey, wave, role.id, organisation, own)
    return arrange_answers(survey, wave, responses, synthetic=True)


def _draw_cells(survey: Survey, wave: str, items: Sequence[str], dispositions: Dispositions) -> dict[str, list[Cell]]:
    """Item -> answers, one per organisation, as if everyone were shown everything."""
    cells: dict[str, list[Cell]] = {}
    for question in survey.questions:
        own = [item.id for item in question.items if item.id in items]
        codes: dict[str, Codes] = {}
        if question.kind in OPEN_KINDS:
            answers = draw_open_answers(survey, question, own, wave, dispositions)
            cells |= leave_out(answers, _skips(question.id, wave, dispositions))
        elif question.kind is QuestionKind.MULTIPLE:
            codes = _draw_choices(survey, question, own, wave, dispositions)
        else:
            codes = {item: _draw_answers(survey, item, wave, dispositions) for item in own}
        cells |= {item: [int(code) for code in drawn] for item, drawn in codes.items()}
    return cells


def _draw_answers(survey: Survey, item: str, wave: str, dispositions: Dispositions) -> Codes:
    scale, series = survey.scale_of(item), survey.items[item].series_id
    substantive = np.array([category.code for category in scale.categories])
    chances = guess_scale(scale, [category.code for category in scale.categories])
    level = dispositions.level(item, wave) + _shift(series, dispositions)
    steps = np.searchsorted(np.cumsum(chances)[:-1], ndtr(level))
    codes: Codes = substantive[steps].astype(np.int64)
    unsure, taken = ndtr(dispositions.unsure(series, wave)), 0.0
    for missing in scale.missing:
        chance = float(guess_scale(scale, [int(missing.code), *substantive.tolist()])[0])
        codes[(unsure > taken) & (unsure <= taken + chance)] = int(missing.code)
        taken += chance
    codes[_skips(item, wave, dispositions)] = NOT_ANSWERED
    return codes


def _draw_choices(
    survey: Survey, question: Question, items: Sequence[str], wave: str, dispositions: Dispositions
) -> dict[str, Codes]:
    """Who answers a multiple choice chooses at least one option, and an exclusive one alone."""
    if not items:
        return {}
    exclusive = np.array([survey.items[item].exclusive for item in items])
    levels = np.array([dispositions.level(item, wave) + _shift(item, dispositions) for item in items])
    limits = np.where(exclusive, ndtri(1 - _EXCLUSIVE), 0.4)[:, None]
    chosen = levels > limits
    # The option furthest above its own limit stands for an organisation that is above none, and wins where it is
    # exclusive and others are chosen too.
    first = np.argmax(levels - limits, axis=0)
    alone = exclusive[first] | ~chosen.any(axis=0)
    chosen[exclusive] = False
    chosen[:, alone] = False
    chosen[first[alone], np.flatnonzero(alone)] = True
    chosen[first, np.arange(len(first))] = True
    codes = np.where(chosen, CHOSEN, 0)
    codes[:, _skips(question.id, wave, dispositions)] = NOT_ANSWERED
    return dict(zip(items, codes, strict=True))


def _shift(name: str, dispositions: Dispositions) -> float:
    """Items differ in how high they are answered: by up to 0.6 standard deviations."""
    draw = float(ndtr(dispositions.draw_one("shift", name)))
    return 1.2 * (draw - 0.5)


def _skips(name: str, wave: str, dispositions: Dispositions) -> Marks:
    skips: Marks = ndtr(dispositions.skipping(name, wave)) > 1 - SKIPPED
    return skips
