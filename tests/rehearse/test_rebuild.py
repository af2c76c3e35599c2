"""Rebuilt microdata give every published figure, and look like answers."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from praksis.collect.routing import route_answers
from praksis.define.published import Claim, Measure, Relation
from praksis.define.question import Missing, QuestionKind
from praksis.define.survey import Survey
from praksis.edit.microdata import Microdata, write_microdata
from praksis.errors import ProblemsFound
from praksis.rehearse.assumed import read_assumed
from praksis.rehearse.rebuild import rebuild_microdata
from praksis.rehearse.solve import Waves

SURVEY = Path(__file__).parents[2] / "surveys/it-i-praksis"


def test_every_published_figure_is_met(
    reference: Survey, rebuilt: dict[str, Microdata], check_rebuilt: Callable[..., list[Claim]]
) -> None:
    assert len(reference.claims) >= 92
    assert check_rebuilt(reference, list(rebuilt.values())) == []


def test_assumed_figures_are_met_within_two_points(
    reference: Survey, rebuilt: dict[str, Microdata], check_rebuilt: Callable[..., list[Claim]]
) -> None:
    assumed = read_assumed(SURVEY, reference)
    shares = [claim for claim in assumed if claim.measure is Measure.SHARE]
    near = [claim.model_copy(update={"relation": Relation.ABOUT}) for claim in shares]
    assert check_rebuilt(reference, list(rebuilt.values()), near) == []
    assert len(check_rebuilt(reference, list(rebuilt.values()), assumed)) <= 4


def test_a_wrong_figure_is_seen(
    reference: Survey, rebuilt: dict[str, Microdata], check_rebuilt: Callable[..., list[Claim]]
) -> None:
    wrong = [
        claim.model_copy(update={"value": str(int(claim.value or 0) + 1)})
        for claim in reference.claims
        if claim.relation is Relation.EQUALS
    ]
    assert check_rebuilt(reference, list(rebuilt.values()), wrong) == wrong


def test_few_skip(rebuilt: dict[str, Microdata]) -> None:
    skipped: dict[str, list[str]] = {wave: [] for wave in rebuilt}
    for wave, microdata in rebuilt.items():
        for item, codes in microdata.answers.items():
            skipped[wave] += [item] * int((codes == Missing.NOT_ANSWERED).sum())
    # 2023: 251 of 317 answered the one question (F19); 2019: one organisation skipped the ten barriers.
    assert skipped["2023"].count("realises-benefits") == 66
    assert len(skipped["2023"]) == 67
    assert len(skipped["2019"]) == 10
    assert not any(skipped[wave] for wave in ("2018", "2020", "2021", "2022"))


def test_answers_are_such_as_the_questionnaire_allows(
    reference: Survey, rebuilt: dict[str, Microdata], list_answers: Callable[[Microdata], Any]
) -> None:
    for microdata in rebuilt.values():
        _check_allowed(reference, microdata, list_answers)


def _check_allowed(survey: Survey, microdata: Microdata, list_answers: Callable[[Microdata], Any]) -> None:
    organisations = {organisation.key: organisation for organisation in survey.frame.organisations}
    assert microdata.synthetic
    for (role, key), answers in list_answers(microdata).items():
        asked = survey.items_asked(microdata.wave, role)
        own = {item: answers[item] for item in asked}
        assert route_answers(survey, microdata.wave, role, organisations[key], own) == own
        for question in survey.questions:
            codes = {item.id: own[item.id] for item in question.items if item.id in own}
            if question.kind is QuestionKind.MULTIPLE and codes:
                assert len({code for code in codes.values() if code < 0}) <= 1
                assert not any(code < 0 for code in codes.values()) or all(code < 0 for code in codes.values())
                alone = [item.id for item in question.items if item.exclusive and codes.get(item.id) == 1]
                assert not alone or sum(code == 1 for code in codes.values()) == 1
                assert any(code != 0 for code in codes.values())


def test_the_same_seed_gives_the_same_bytes(reference: Survey, reference_microdata: Path, tmp_path: Path) -> None:
    assumed = read_assumed(SURVEY, reference)
    heard: list[str] = []
    again = rebuild_microdata(reference, 1, assumed, heard.append)
    assert heard == list(reversed(reference.wave_ids))
    for microdata in again:
        path = write_microdata(microdata, reference, tmp_path)
        assert path.read_bytes() == (reference_microdata / path.name).read_bytes()
    other = rebuild_microdata(reference, 2, assumed)
    assert other[0].organisations != again[0].organisations


def test_mostly_the_same_organisations_answer_again(rebuilt: dict[str, Microdata]) -> None:
    for earlier, later in pairwise(rebuilt.values()):
        first, second = _rows(earlier), _rows(later)
        both = len(first.keys() & second.keys())
        assert 0.7 < 2 * both / (len(first) + len(second)) < 0.9


def test_an_organisation_answers_like_itself(reference: Survey, rebuilt: dict[str, Microdata]) -> None:
    found: dict[str, list[float]] = {}
    for earlier, later in pairwise(rebuilt.values()):
        for item in earlier.answers.keys() & later.answers.keys():
            before, after = _both(earlier, later, item)
            found.setdefault(item, []).append(float(np.corrcoef(before, after)[0, 1]))
    assert len(found) >= 15
    for item, correlations in found.items():
        # Of two answers, one of them rare, the correlation cannot come high.
        assert min(correlations) > (0.25 if reference.scale_of(item).id == "choice" else 0.5), item
    assert np.mean([one for correlations in found.values() for one in correlations]) > 0.5


def test_steps_are_seldom_stepped_down(rebuilt: dict[str, Microdata]) -> None:
    before, after = _both(rebuilt["2018"], rebuilt["2019"], "staircase")
    assert (after < before).mean() < 0.05
    assert (after > before).mean() > 0.1


def test_answers_have_one_peak(reference: Survey, rebuilt: dict[str, Microdata]) -> None:
    for microdata in rebuilt.values():
        for item, codes in microdata.answers.items():
            scale = reference.scale_of(item)
            if scale.ordered and scale.id != "staircase":
                counts = [int((codes == category.code).sum()) for category in scale.categories]
                peak = counts.index(max(counts))
                assert counts[: peak + 1] == sorted(counts[: peak + 1]), (microdata.wave, item, counts)
                assert counts[peak:] == sorted(counts[peak:], reverse=True), (microdata.wave, item, counts)


def test_a_survey_without_published_figures_is_rebuilt_from_guesses(
    starter: Survey, list_answers: Callable[[Microdata], Any]
) -> None:
    for microdata in rebuild_microdata(starter.model_copy(update={"claims": ()}), 1):
        assert len(microdata.organisations) > 10
        _check_allowed(starter, microdata, list_answers)


def test_the_starter_is_rebuilt(
    starter: Survey, check_rebuilt: Callable[..., list[Claim]], list_answers: Callable[[Microdata], Any]
) -> None:
    waves = rebuild_microdata(starter, 1)
    assert check_rebuilt(starter, waves) == []
    for microdata in waves:
        _check_allowed(starter, microdata, list_answers)


def test_progress_is_told_newest_first(starter: Survey) -> None:
    heard: list[str] = []
    rebuild_microdata(starter, 1, progress=heard.append)
    assert heard == ["2024", "2023"]


def test_a_wave_keeps_its_solution(starter: Survey) -> None:
    waves = Waves(starter)
    solution = waves.solve("2023", "head-of-library")
    share = waves.share("2023", "asks-users", "mostly", "all")
    assert share is not None
    assert 53.5 <= share < 54.5
    assert waves.share("2024", "asks-users", "mostly", "all") is None
    assert solution.skipped("asks-users") == 0


def _rows(microdata: Microdata) -> dict[str, int]:
    rows = enumerate(zip(microdata.organisations, microdata.roles, strict=True))
    return {key: row for row, (key, role) in rows if role == "head-of-it"}


def _both(earlier: Microdata, later: Microdata, item: str) -> tuple[Any, Any]:
    """The answers of those who answered an item in both waves."""
    first, second = _rows(earlier), _rows(later)
    keys = sorted(first.keys() & second.keys())
    before = np.array([earlier.answers[item][first[key]] for key in keys])
    after = np.array([later.answers[item][second[key]] for key in keys])
    answered = (before >= 0) & (after >= 0)
    return before[answered], after[answered]


@pytest.mark.parametrize("column", ["value", "group"])
def test_assumed_figures_are_checked_like_published_ones(column: str, reference: Survey, tmp_path: Path) -> None:
    text = (SURVEY / "rehearse/assumed.csv").read_text(encoding="utf-8")
    wrong = {"value": (",equals,126,", ",equals,many,"), "group": (",sector=state,", ",sector=moon,")}[column]
    (tmp_path / "rehearse").mkdir()
    (tmp_path / "rehearse/assumed.csv").write_text(text.replace(*wrong, 1), encoding="utf-8")
    with pytest.raises(ProblemsFound, match="rehearse/assumed.csv:"):
        read_assumed(tmp_path, reference)
    assert read_assumed(tmp_path / "nowhere", reference) == ()
