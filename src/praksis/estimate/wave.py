"""A wave of a survey in files as an analyst's `Survey`: the published design, and answers by name."""

import numpy as np
import pyarrow as pa

from praksis.define.question import Missing, QuestionKind
from praksis.define.survey import Survey as Definition
from praksis.edit.microdata import Microdata
from praksis.errors import PraksisError
from praksis.estimate.array import Bools
from praksis.estimate.design import Design, Lonely, Unanswered
from praksis.estimate.sample import Sample, draw_sample
from praksis.estimate.sampled import name_reasons
from praksis.estimate.survey import Survey

OUTSIDE = ("(not asked)", "(do not know)", "(not applicable)")
"""What is in the column but in no base; where the scale counts it in, it stands without brackets."""

UNANSWERED = "(not answered)"
"""Why a number lacks where it was asked for."""

NONE = "(none)"
"""Of a breakdown that makes strata: what a state body has for the size of a municipality."""

_KINDS = {Missing.NOT_ASKED: 0, Missing.DO_NOT_KNOW: 1, Missing.NOT_APPLICABLE: 2}


class NoResponses(PraksisError):
    """Nobody in the role answered in the wave."""


def make_wave(definition: Definition, microdata: Microdata, role: str, unanswered: str = Unanswered.SAMPLE) -> Survey:
    """The responses of a role in a wave: one row per organisation.

    Columns: `organisation`, the breakdowns, and the items the role is asked, with the answers' ids in the order of the
    scale; null is not answered (or not known whether it was to be asked). Numbers and parts of a split are numbers,
    with a column `<item>_missing` that says why one lacks; dates and texts are not here but in the microdata. The
    design and the frame are those that figures are published with, so that `share` gives the published numbers.
    """
    sample = draw_sample(definition, microdata, role)
    if not sample.organisations:
        raise NoResponses(f"wave {microdata.wave}: nobody answered as {role}.")
    design, strata = definition.design, definition.design.strata
    columns = {"organisation": pa.array(sample.organisations)}
    given = _fill_strata({name: [value or None for value in values] for name, values in sample.values.items()}, strata)
    columns |= {name: pa.array(values, pa.string()) for name, values in given.items()}
    columns |= {name: column for name in definition.breakdowns if (column := _read_breakdown(sample, name)) is not None}
    columns |= {item: _read_item(sample, item) for item in sample.answers}
    for item in sample.open_answers:
        if definition.question_of[item].kind in (QuestionKind.NUMBER, QuestionKind.SPLIT):
            columns |= _read_number(sample, item)
    frame = definition.frame.of_wave(microdata.wave, definition.roles[role].group)
    population: dict[str, list[str | None]] = {"organisation": [organisation.key for organisation in frame]}
    for name in sample.values:
        population[name] = [organisation.values[microdata.wave].get(name) or None for organisation in frame]
    return Survey(
        pa.table(columns),
        Design(
            strata=strata,
            weights="none" if design.weights == "none" else None,
            lonely=Lonely.ADJUST,
            inference=design.inference,
            unanswered=unanswered,
            key="organisation",
            confidence=design.confidence,
        ),
        pa.table(_fill_strata(population, strata)),
        OUTSIDE,
    )


def _fill_strata(columns: dict[str, list[str | None]], strata: tuple[str, ...]) -> dict[str, list[str | None]]:
    """Breakdowns that make strata need a value in every row."""
    return {name: [value or NONE for value in values] if name in strata else values for name, values in columns.items()}


def _read_item(sample: Sample, item: str) -> pa.DictionaryArray:
    scale = sample.survey.scale_of(item)
    names = [category.id for category in scale.categories]
    place = {category.code: number for number, category in enumerate(scale.categories)}
    for missing in scale.missing:
        if missing.in_base:
            place[missing.code] = len(names)
            names.append(missing.kind)
    for code, kind in _KINDS.items():
        place.setdefault(int(code), len(names) + kind)
    codes = np.array([place.get(int(code), -1) for code in sample.answers[item]], dtype=np.int32)
    return _label(codes, [*names, *OUTSIDE], (codes < 0) | sample.find_lost(item))


def _read_number(sample: Sample, item: str) -> dict[str, pa.Array]:
    """Numbers, and the reasons: who was not asked, does not know or has none is no case of not answering."""
    cells = sample.open_answers[item]
    values = pa.array([float(cell) if isinstance(cell, str) else None for cell in cells], pa.float64())
    kinds = np.array([-1 if isinstance(cell, str) else _KINDS.get(Missing(cell), len(OUTSIDE)) for cell in cells])
    kinds[sample.find_lost(item)] = len(OUTSIDE)
    reasons = _label(kinds.astype(np.int32), [*OUTSIDE, UNANSWERED], kinds < 0)
    return {item: values, name_reasons(item): reasons}


def _read_breakdown(sample: Sample, name: str) -> pa.DictionaryArray | None:
    """A breakdown that is an answer, such as the step of the staircase; None for the others."""
    items = sample.survey.breakdowns[name].answer_to
    item = next((item for item in items if item in sample.answers), None) if items else None
    if item is None:
        return None
    scale = sample.survey.scale_of(item)
    categories = [category.id for category in sample.survey.breakdowns[name].categories]
    codes = np.full(len(sample.organisations), -1, dtype=np.int32)
    for number, category in enumerate(categories):
        codes[np.isin(sample.answers[item], scale.codes[category])] = number
    return _label(codes, categories, codes < 0)


def _label(codes: np.ndarray, names: list[str], missing: Bools) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.maximum(codes, 0), mask=missing), pa.array(names))
