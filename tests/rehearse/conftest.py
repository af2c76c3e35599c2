"""The slow, obvious twin of the integer program: computes each claim from rows, one answer at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from praksis.collect.routing import Cell
from praksis.define.group import parse_group
from praksis.define.published import Claim, Measure
from praksis.define.read import load_survey
from praksis.define.starter import write_starter
from praksis.define.survey import Survey
from praksis.edit.microdata import Microdata, read_microdata

CheckRebuilt = Callable[..., list[Claim]]


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """The survey that `praksis new` writes: exclusive options, two roles, routing, two waves."""
    folder = tmp_path_factory.mktemp("starter") / "survey"
    write_starter(folder)
    return load_survey(folder)


@pytest.fixture(scope="session")
def every_kind() -> Survey:
    """A survey with every kind of question."""
    return load_survey(Path(__file__).parents[1] / "collect" / "every-kind")


@pytest.fixture(scope="session")
def rebuilt(reference: Survey, reference_microdata: Path) -> dict[str, Microdata]:
    """The reference survey's rebuilt microdata by wave, as read back from its files."""
    return {wave: read_microdata(reference, wave, reference_microdata) for wave in reference.wave_ids}


@pytest.fixture(scope="session", name="check_rebuilt")
def give_check_rebuilt() -> CheckRebuilt:
    return check_rebuilt


@pytest.fixture(scope="session", name="list_answers")
def give_list_answers() -> Callable[[Microdata], dict[tuple[str, str], dict[str, Cell]]]:
    return list_answers


def list_answers(microdata: Microdata) -> dict[tuple[str, str], dict[str, Cell]]:
    """(role, organisation) -> item -> code, or the text of an open answer."""
    found: dict[tuple[str, str], dict[str, Cell]] = {}
    for row, (key, role) in enumerate(zip(microdata.organisations, microdata.roles, strict=True)):
        found[role, key] = {item: int(codes[row]) for item, codes in microdata.answers.items()}
        found[role, key] |= {item: cells[row] for item, cells in microdata.open_answers.items()}
    return found


def check_rebuilt(survey: Survey, microdata: Sequence[Microdata], claims: Sequence[Claim] | None = None) -> list[Claim]:
    """The published claims that the microdata do not meet, exactly."""
    waves = {one.wave: one for one in microdata}
    return [claim for claim in (survey.claims if claims is None else claims) if not _is_met(survey, waves, claim)]


def _is_met(survey: Survey, waves: Mapping[str, Microdata], claim: Claim) -> bool:
    bounds = claim.bounds(survey.design.larger_change)
    for value in _values(survey, waves, claim):
        above = value >= bounds.low if bounds.low_included else value > bounds.low
        below = value <= bounds.high if bounds.high_included else value < bounds.high
        if not (above and below):
            return False
    return True


def _values(survey: Survey, waves: Mapping[str, Microdata], claim: Claim) -> Iterator[Fraction]:
    now = waves[claim.wave]
    answers = [claim.answer]
    if claim.item and claim.answer is None:
        answers = [category.id for category in survey.scale_of(claim.item).categories]
    invited = len(survey.frame.of_wave(claim.wave, claim.group)) if claim.item is None else 0
    if claim.measure is Measure.INVITED:
        yield Fraction(invited)
    elif claim.measure is Measure.RESPONDED:
        yield Fraction(_responded(survey, now, claim.group))
    elif claim.measure is Measure.RESPONSE_RATE:
        yield Fraction(100 * _responded(survey, now, claim.group), invited)
    elif claim.measure is Measure.ANSWERED:
        yield Fraction(share(survey, now, claim.item, None, claim.group)[1])
    else:
        for answer in answers:
            value = percent(survey, now, claim.item, answer, claim.group)
            if claim.measure is Measure.CHANGE:
                value -= percent(survey, waves[claim.since or ""], claim.item, answer, claim.group)
            if claim.measure is Measure.GAP:
                value -= percent(survey, now, claim.item, answer, claim.against or "all")
            yield value


def _responded(survey: Survey, microdata: Microdata, group: str) -> int:
    first = next(role.id for role in survey.header.roles if microdata.wave in role.waves)
    keys = {organisation.key for organisation in survey.frame.of_wave(microdata.wave, group)}
    rows = zip(microdata.organisations, microdata.roles, strict=True)
    return sum(1 for key, role in rows if role == first and key in keys)


def percent(survey: Survey, microdata: Microdata, item: str | None, answer: str | None, group: str) -> Fraction:
    """A share in percent, exactly."""
    part, base = share(survey, microdata, item, answer, group)
    return Fraction(100 * part, base)


def share(survey: Survey, microdata: Microdata, item: str | None, answer: str | None, group: str) -> tuple[int, int]:
    """How many of a group gave an answer, and how many are in the base."""
    assert item is not None
    scale, role = survey.scale_of(item), survey.question_of[item].role
    organisations = {organisation.key: organisation for organisation in survey.frame.organisations}
    part = base = 0
    for row, key in enumerate(microdata.organisations):
        if microdata.roles[row] != role:
            continue
        inside = True
        for name, category in parse_group(group).items():
            breakdown = survey.breakdowns[name]
            if breakdown.answer_to:
                given = [other for other in breakdown.answer_to if survey.question_of[other].role == role]
                codes = {one.id: one.code for one in survey.scale_of(given[0]).categories}
                inside = inside and int(microdata.answers[given[0]][row]) == codes[category]
            else:
                inside = inside and organisations[key].values[microdata.wave].get(name) == category
        code = int(microdata.answers[item][row])
        if inside and code in scale.base_codes:
            base += 1
            part += answer is None or code in scale.codes[answer]
    return part, base
