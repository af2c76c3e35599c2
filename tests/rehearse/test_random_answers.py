"""Random answers are such as the questionnaire allows, whatever the seed."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from praksis.collect.routing import route_answers
from praksis.define.group import covers
from praksis.define.published import Claim, Measure, Relation
from praksis.define.question import DateRule, Missing, NumberRule, QuestionKind, SplitRule, TextRule
from praksis.define.survey import Survey
from praksis.edit.microdata import Microdata, read_microdata, write_microdata
from praksis.rehearse.random_answers import rehearse_random
from praksis.rehearse.rebuild import rebuild_microdata

seeds = st.integers(0, 2**31 - 1)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check_answers(survey: Survey, microdata: Microdata, answers: Any) -> None:
    organisations = {organisation.key: organisation for organisation in survey.frame.organisations}
    assert microdata.synthetic
    assert list(answers) == sorted(answers)
    for (role, key), codes in answers.items():
        asked = survey.items_asked(microdata.wave, role)
        values = organisations[key].values[microdata.wave]
        assert covers(survey.roles[role].group, values)
        own = {item: codes[item] for item in asked}
        assert route_answers(survey, microdata.wave, role, organisations[key], own) == own
        assert all(code == Missing.NOT_ASKED for item, code in codes.items() if item not in asked)
        for item, code in own.items():
            if survey.is_open(item):
                offered = {int(known.code) for known in survey.question_of[item].missing}
                assert isinstance(code, str) or code in offered | {Missing.NOT_ASKED, Missing.NOT_ANSWERED}
                continue
            scale = survey.scale_of(item)
            allowed = {category.code for category in scale.categories} | {int(known.code) for known in scale.missing}
            assert code in allowed | {Missing.NOT_ASKED, Missing.NOT_ANSWERED}
        for question in survey.questions:
            options = {item.id: own[item.id] for item in question.items if item.id in own}
            if question.kind is QuestionKind.MULTIPLE and options:
                alone = [item.id for item in question.items if item.exclusive and options.get(item.id) == 1]
                assert not alone or sum(code == 1 for code in options.values()) == 1
                assert len(set(options.values()) & {int(missing) for missing in Missing}) <= 1
                assert any(code != 0 for code in options.values())


@quick
@given(seed=seeds, rate=st.floats(0.05, 0.95))
def test_starter(starter: Survey, list_answers: Callable[[Microdata], Any], seed: int, rate: float) -> None:
    for wave in starter.wave_ids:
        microdata = rehearse_random(starter, wave, seed, response_rate=rate)
        check_answers(starter, microdata, list_answers(microdata))


@settings(parent=quick, max_examples=40)
@given(seed=seeds)
def test_every_kind_of_question(
    every_kind: Survey, list_answers: Callable[[Microdata], Any], tmp_path: Path, seed: int
) -> None:
    """Random open answers are such as the question's own form takes: reading them back checks that."""
    for wave in every_kind.wave_ids:
        microdata = rehearse_random(every_kind, wave, seed)
        check_answers(every_kind, microdata, list_answers(microdata))
        write_microdata(microdata, every_kind, tmp_path)
        assert read_microdata(every_kind, wave, tmp_path).open_answers == microdata.open_answers


NUMBERS = [
    NumberRule(), NumberRule(minimum=5), NumberRule(maximum=-3), NumberRule(minimum=-1e12, maximum=1e12),
    NumberRule(minimum=0.25, maximum=0.5, decimals=2), NumberRule(minimum=1, maximum=1), NumberRule(minimum=-7.5),
]  # fmt: skip
SPLITS = [SplitRule(), SplitRule(total=1, decimals=2), SplitRule(total=7), SplitRule(total=0.5, decimals=1)]
DATES = [
    DateRule(), DateRule(earliest=date(2024, 2, 29)), DateRule(latest=date(1000, 1, 1)),
    DateRule(earliest=date(9999, 12, 30)), DateRule(earliest=date(2020, 1, 1), latest=date(2020, 1, 1)),
]  # fmt: skip
TEXTS = [TextRule(), TextRule(longest=1), TextRule(lines=3), TextRule(lines=3, longest=20)]


@pytest.mark.parametrize(
    ("question", "field", "rule"),
    [("staff", "number", rule) for rule in NUMBERS]
    + [("time-spent", "split", rule) for rule in SPLITS]
    + [("strategy-day", "date", rule) for rule in DATES]
    + [("comments", "free_text", rule) for rule in TEXTS],
)
def test_limits_of_every_sort(every_kind: Survey, tmp_path: Path, question: str, field: str, rule: object) -> None:
    questions = tuple(
        one.model_copy(update={field: rule}) if one.id == question else one for one in every_kind.questions
    )
    survey = every_kind.model_copy(update={"questions": questions})
    for seed in range(5):
        write_microdata(rehearse_random(survey, "2026", seed, response_rate=1), survey, tmp_path)
        microdata = read_microdata(survey, "2026", tmp_path)
    item = next(one.items[0].id for one in survey.questions if one.id == question)
    assert any(isinstance(cell, str) for cell in microdata.open_answers[item])


def test_open_answers_are_made_up_and_in_the_organisation_s_language(every_kind: Survey) -> None:
    microdata = rehearse_random(every_kind, "2026", 1, response_rate=1)
    words = dict(zip(microdata.organisations, microdata.open_answers["one-word"], strict=True))
    assert str(words["100000040"]).startswith("Oppdiktet svar")
    assert str(words["100000059"]).startswith("Oppdikta svar")


def test_figures_of_a_survey_with_open_questions_are_rebuilt(
    every_kind: Survey, check_rebuilt: Callable[..., list[Claim]], tmp_path: Path
) -> None:
    """Routing may ask whether an open question was answered; who rebuilds gives everyone an answer."""
    claims = (
        make_claim("R1", Measure.RESPONDED, "10"),
        make_claim("R2", Measure.SHARE, "50", item="has-strategy", answer="yes"),
        make_claim("R3", Measure.SHARE, "60", item="strategy-holds", answer="agree"),
    )
    survey = every_kind.model_copy(update={"claims": claims})
    waves = rebuild_microdata(survey, 1)
    assert check_rebuilt(survey, waves) == []
    for microdata in waves:
        write_microdata(microdata, survey, tmp_path)
        read = read_microdata(survey, microdata.wave, tmp_path)
        assert read.open_answers == microdata.open_answers
    with_strategy = [code == 1 for code in microdata.answers["has-strategy"]]
    assert with_strategy.count(True) > 2
    assert [isinstance(cell, str) for cell in microdata.open_answers["strategy-adopted"]] == with_strategy


def make_claim(name: str, measure: Measure, value: str, *, item: str | None = None, answer: str | None = None) -> Claim:
    return Claim(
        id=name, document="", wave="2026", item=item, answer=answer, group="all", measure=measure,
        relation=Relation.EQUALS, value=value,
    )  # fmt: skip


@settings(parent=quick, max_examples=5)
@given(seed=seeds)
def test_reference(reference: Survey, list_answers: Callable[[Microdata], Any], seed: int) -> None:
    for wave in reference.wave_ids:
        microdata = rehearse_random(reference, wave, seed)
        check_answers(reference, microdata, list_answers(microdata))


@settings(parent=quick, max_examples=12)
@given(seed=seeds)
@example(seed=24101)
def test_figures_of_random_answers_can_always_be_rebuilt(
    starter: Survey, check_rebuilt: Callable[..., list[Claim]], seed: int
) -> None:
    """Figures that come from answers cannot contradict each other, so a conflict would be a fault in the program."""
    claims = tuple(publish_some(starter, seed, check_rebuilt))
    survey = starter.model_copy(update={"claims": claims})
    assert check_rebuilt(survey, rebuild_microdata(survey, seed)) == []


def publish_some(survey: Survey, seed: int, check_rebuilt: Callable[..., list[Claim]]) -> list[Claim]:
    """Some rounded shares of random answers."""
    rng = np.random.default_rng(seed)
    microdata = [rehearse_random(survey, wave, seed, response_rate=0.7) for wave in survey.wave_ids]
    claims: list[Claim] = []
    groups = ("all", "kind=public", "kind=academic", "size=small", "step=information", "kind=public,step=lending")
    for number in range(14):
        wave = str(rng.choice(survey.wave_ids))
        item = str(
            rng.choice([name for name in survey.items if wave in survey.waves_of(name) and not survey.is_open(name)])
        )
        group = str(rng.choice(groups))
        if "step" in group and (survey.question_of[item].role != "head-of-library" or item == "library-step"):
            group = "all"
        answer = str(rng.choice(list(survey.scale_of(item).codes)))
        tried = Claim(
            id=f"R{number}", document="", wave=wave, item=item, answer=answer, group=group, measure=Measure.SHARE,
            relation=Relation.EQUALS, value="0",
        )  # fmt: skip
        claims += find_true(survey, microdata, tried, check_rebuilt)
    for wave, group in ((survey.wave_ids[0], "kind=public"), (survey.wave_ids[1], "all")):
        tried = Claim(
            id=f"N{wave}", document="", wave=wave, group=group, measure=Measure.RESPONDED, relation=Relation.EQUALS,
            value="0",
        )  # fmt: skip
        claims += find_true(survey, microdata, tried, check_rebuilt)
    return claims


def find_true(
    survey: Survey, microdata: list[Microdata], claim: Claim, check_rebuilt: Callable[..., list[Claim]]
) -> list[Claim]:
    """The claim with the value that the answers give; none where nobody answered."""
    tries = [claim.model_copy(update={"value": str(value)}) for value in range(101)]
    try:
        wrong = check_rebuilt(survey, microdata, tries)
    except ZeroDivisionError:
        return []
    return [one for one in tries if one not in wrong]


def test_the_same_seed_gives_the_same_answers(starter: Survey) -> None:
    first = rehearse_random(starter, "2024", 5)
    assert rehearse_random(starter, "2024", 5).organisations == first.organisations
    assert rehearse_random(starter, "2024", 6).organisations != first.organisations
    generators = [np.random.default_rng(9), np.random.default_rng(9)]
    drawn = [rehearse_random(starter, "2024", generator) for generator in generators]
    assert drawn[0].organisations == drawn[1].organisations
    assert all((drawn[0].answers[item] == drawn[1].answers[item]).all() for item in drawn[0].answers)


def test_missing_classes_occur(reference: Survey) -> None:
    microdata = rehearse_random(reference, "2022", 4)
    seen = {int(code) for codes in microdata.answers.values() for code in codes}
    assert {int(Missing.NOT_ANSWERED), int(Missing.DO_NOT_KNOW), 1, 2, 3, 4, 5} <= seen


def test_about_as_many_respond_as_wanted(reference: Survey) -> None:
    assert len(rehearse_random(reference, "2023", 1, response_rate=0.8).organisations) == pytest.approx(390, abs=30)
    assert not rehearse_random(reference, "2023", 1, response_rate=0).organisations
    assert len(rehearse_random(reference, "2023", 1, response_rate=1).organisations) == 488


def test_organisations_answer_like_themselves(reference: Survey) -> None:
    first, second = (rehearse_random(reference, wave, 1, response_rate=1) for wave in ("2022", "2023"))
    places = {key: row for row, key in enumerate(second.organisations)}
    pairs = [(row, places[key]) for row, key in enumerate(first.organisations) if key in places]
    before = np.array([first.answers["adapts-to-user-groups"][row] for row, _ in pairs])
    after = np.array([second.answers["adapts-to-user-groups"][row] for _, row in pairs])
    both = (before >= 0) & (after >= 0)
    assert np.corrcoef(before[both], after[both])[0, 1] > 0.5
    one = np.corrcoef(first.answers["adapts-to-user-groups"], first.answers["develops-coherent-services"])[0, 1]
    assert one > 0.1
