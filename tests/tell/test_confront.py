"""Verdicts: what counts as met, and what a row says when it is not."""

import pytest

from praksis.define.published import Claim, Measure, Relation
from praksis.define.survey import Survey
from praksis.estimate.cube import Cell, Cube, Estimate, Fieldwork, Status
from praksis.tell.confront import Outcome, Verdict, confront_claims

ITEM = "develops-coherent-services"


def make_claim(**fields: object) -> Claim:
    given = {"id": "X", "document": "test", "wave": "2023", "item": ITEM, "answer": "agree", "measure": "share"}
    return Claim.model_validate(given | fields)


def judge(survey: Survey, claim: Claim, cells: dict[Cell, Estimate], fieldwork: Fieldwork | None = None) -> Verdict:
    counted = {("2023", "head-of-it", "all"): fieldwork} if fieldwork else {}
    changed = survey.model_copy(update={"claims": (claim,)})
    (verdict,) = confront_claims(changed, Cube(cells, counted, synthetic=True))
    return verdict


def shown(value: float, half: float = 5, n: int = 100) -> Estimate:
    return Estimate(Status.SHOWN, value, half / 2, value - half, value + half, n, 131)


@pytest.mark.parametrize(
    ("relation", "published", "value", "met"),
    [
        ("equals", "54", 53.5, True),
        ("equals", "54", 54.5, False),
        ("equals", "67.5", 67.54, True),
        ("equals", "0", 0.4, True),
        ("about", "90", 85.0, True),
        ("about", "90", 84.9, False),
        ("one-in", "1/3", 30.2, True),
        ("one-in", "1/3", 28.0, False),
        ("more-than", "50", 50.0, False),
        ("more-than", "50", 50.1, True),
    ],
)
def test_shares(reference: Survey, relation: str, published: str, value: float, met: bool) -> None:
    verdict = judge(
        reference, make_claim(relation=relation, value=published), {Cell(ITEM, "agree", "all", "2023"): shown(value)}
    )
    assert verdict.met is met


def test_a_near_miss_says_how_many_answers_it_takes(reference: Survey) -> None:
    cells = {Cell(ITEM, "agree", "all", "2023"): shown(52.0, n=100)}
    verdict = judge(reference, make_claim(relation="equals", value="54"), cells)
    assert verdict.outcome is Outcome.NOT_MET
    assert verdict.reason == "1.5 points off; 2 of 100 answers would have to be others; sampling error could explain it"


def test_a_wrong_definition_is_more_than_sampling_error(reference: Survey) -> None:
    cells = {Cell(ITEM, "agree", "all", "2023"): shown(20.0)}
    verdict = judge(reference, make_claim(relation="equals", value="54"), cells)
    assert verdict.reason.endswith("more than sampling error explains")


class TestChanges:
    CLAIM = make_claim(measure=Measure.CHANGE, relation=Relation.EQUALS, value="13", since="2021")

    def cells(self, before: float, after: float) -> dict[Cell, Estimate]:
        return {
            Cell(ITEM, "agree", "all", "2021"): shown(before),
            Cell(ITEM, "agree", "all", "2023"): shown(after),
            Cell(ITEM, "agree", "all", "2023", since="2021"): shown(after - before),
        }

    def test_the_rounded_change(self, reference: Survey) -> None:
        assert judge(reference, self.CLAIM, self.cells(41.0, 54.0)).outcome is Outcome.MET

    def test_the_change_of_the_rounded_shares(self, reference: Survey) -> None:
        verdict = judge(reference, self.CLAIM, self.cells(41.4, 53.6))
        assert verdict.outcome is Outcome.MET_ROUNDED
        assert "rounded shares" in verdict.reason

    def test_neither(self, reference: Survey) -> None:
        assert judge(reference, self.CLAIM, self.cells(40.0, 55.0)).outcome is Outcome.NOT_MET

    def test_a_direction_that_is_not_clear_is_met_and_said(self, reference: Survey) -> None:
        claim = make_claim(measure="change", relation="rises", since="2021")
        assert "not statistically clear" in judge(reference, claim, self.cells(50, 53)).reason
        assert judge(reference, claim, self.cells(50, 60)).reason == ""
        assert not judge(reference, claim, self.cells(53, 50)).met

    def test_no_larger_change_is_about_every_answer(self, reference: Survey) -> None:
        claim = make_claim(measure="change", relation="no-larger-change", since="2021", answer=None)
        answers = [category.id for category in reference.scale_of(ITEM).categories]
        cells = {Cell(ITEM, answer, "all", "2023", since="2021"): shown(2) for answer in answers}
        assert judge(reference, claim, cells).met
        cells[Cell(ITEM, "neither", "all", "2023", since="2021")] = shown(-6)
        verdict = judge(reference, claim, cells)
        assert (verdict.met, verdict.computed) == (False, -6)


def test_hidden_and_unasked_numbers_are_not_met(reference: Survey) -> None:
    claim = make_claim(relation="equals", value="54")
    verdict = judge(reference, claim, {Cell(ITEM, "agree", "all", "2023"): Estimate(Status.CONFIDENTIAL)})
    assert (verdict.outcome, verdict.met) == (Outcome.NOT_COMPUTED, False)
    assert "confidential" in verdict.reason


@pytest.mark.parametrize(
    ("measure", "value", "met"),
    [
        ("invited", "488", True),
        ("responded", "316", False),
        ("response-rate", "65", True),
        ("response-rate", "66", False),
    ],
)
def test_fieldwork(reference: Survey, measure: str, value: str, met: bool) -> None:
    claim = make_claim(measure=measure, relation="equals", value=value, item=None, answer=None)
    verdict = judge(reference, claim, {}, Fieldwork(488, 317))
    assert verdict.met is met
    assert bool(verdict.reason) is not met
