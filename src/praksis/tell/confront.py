"""Computed against published, claim by claim: what a publisher who moves a survey here needs to see.

A claim is met when the computed number lies where it would be published as claimed. For a number that is not
met the row says how far off it is, whether sampling error could explain it, and (for unweighted shares) how many
answers would have to be others: the difference between a wrong definition and a miscoded answer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from praksis.define.published import Claim, Measure, Relation
from praksis.define.rounding import Bounds, round_half_away
from praksis.define.survey import Survey
from praksis.estimate.cube import Cell, Cube, Estimate
from praksis.tell.plan import list_claim_cells


class Outcome(StrEnum):
    MET = "met"
    MET_ROUNDED = "met, rounded"
    """The change equals the difference of the two rounded shares, as many publishers compute it."""
    NOT_MET = "not met"
    NOT_COMPUTED = "not computed"


@dataclass(frozen=True)
class Verdict:
    """One claim and what the data say of it. Percent, percentage points, or a count."""

    claim: Claim
    outcome: Outcome
    computed: float | None
    lower: float | None = None
    upper: float | None = None
    n: int | None = None
    reason: str = ""

    @property
    def met(self) -> bool:
        return self.outcome in (Outcome.MET, Outcome.MET_ROUNDED)


def confront_claims(survey: Survey, cube: Cube) -> tuple[Verdict, ...]:
    """A verdict per claim, in the order of the files."""
    return tuple(_judge(survey, cube, claim) for claim in survey.claims)


def _judge(survey: Survey, cube: Cube, claim: Claim) -> Verdict:
    bounds = claim.bounds(survey.design.larger_change)
    if claim.measure in (Measure.INVITED, Measure.RESPONDED, Measure.RESPONSE_RATE):
        return _judge_fieldwork(survey, cube, claim, bounds)
    cells = list_claim_cells(survey, claim)
    estimates = [cube[cell] for cell in cells]
    for cell, estimate in zip(cells, estimates, strict=True):
        if not estimate.shown:
            return Verdict(claim, Outcome.NOT_COMPUTED, None, reason=f"{cell}: {estimate.status.value}")
    if claim.measure is Measure.ANSWERED:
        return _judge_count(claim, bounds, estimates[0].n)
    # A claim about every answer is decided by the one that is furthest from meeting it.
    cell, estimate = max(
        zip(cells, estimates, strict=True),
        key=lambda pair: (not bounds.contain(pair[1].value), _miss(bounds, pair[1].value)),
    )
    outcome, reason = _compare(survey, cube, claim, bounds, cell, estimate)
    return Verdict(claim, outcome, estimate.value, estimate.lower, estimate.upper, estimate.n, reason)


def _judge_fieldwork(survey: Survey, cube: Cube, claim: Claim, bounds: Bounds) -> Verdict:
    role = survey.find_leading_role(claim.wave)
    fieldwork = cube.fieldwork.get((claim.wave, role.id, claim.group)) if role else None
    if fieldwork is None:
        return Verdict(claim, Outcome.NOT_COMPUTED, None, reason=f"no fieldwork for {claim.group} in {claim.wave}")
    if claim.measure is Measure.RESPONSE_RATE:
        met = bounds.contain(fieldwork.rate)
        reason = "" if met else f"{fieldwork.responded} of {fieldwork.invited}"
        return Verdict(
            claim, Outcome.MET if met else Outcome.NOT_MET, fieldwork.rate, n=fieldwork.invited, reason=reason
        )
    return _judge_count(claim, bounds, fieldwork.invited if claim.measure is Measure.INVITED else fieldwork.responded)


def _judge_count(claim: Claim, bounds: Bounds, count: int) -> Verdict:
    if bounds.contain(count):
        return Verdict(claim, Outcome.MET, count)
    off = count - float(claim.value or 0)
    return Verdict(
        claim, Outcome.NOT_MET, count, reason=f"{abs(off):g} {'more' if off > 0 else 'fewer'} than published"
    )


def _compare(
    survey: Survey, cube: Cube, claim: Claim, bounds: Bounds, cell: Cell, estimate: Estimate
) -> tuple[Outcome, str]:
    if bounds.contain(estimate.value):
        unclear = claim.measure is not Measure.SHARE and claim.relation in _DIRECTIONS and not estimate.clear
        return Outcome.MET, "so in these answers, but not statistically clear" if unclear else ""
    if claim.measure is Measure.CHANGE and claim.relation is Relation.EQUALS:
        later, earlier = (cube[Cell(cell.item, cell.answer, cell.group, wave)] for wave in (cell.wave, cell.since))
        rounded = round_half_away(later.value) - round_half_away(earlier.value)
        if later.shown and earlier.shown and rounded == float(claim.value or 0):
            return Outcome.MET_ROUNDED, "as the difference of the rounded shares"
    reasons = [f"{_miss(bounds, estimate.value):.1f} points off"]
    if claim.measure is Measure.SHARE and survey.design.weights == "none":
        answers = _count_answers_off(bounds, estimate)
        reasons.append(f"{answers} of {estimate.n} answers would have to be others")
    reasons.append(
        "sampling error could explain it" if _touches(bounds, estimate) else "more than sampling error explains"
    )
    return Outcome.NOT_MET, "; ".join(reasons)


_DIRECTIONS = (Relation.RISES, Relation.RISES_SLIGHTLY, Relation.FALLS, Relation.HIGHER, Relation.LOWER)


def _miss(bounds: Bounds, value: float) -> float:
    """How far outside the bounds a value is, 0 inside."""
    return max(float(bounds.low) - value, value - float(bounds.high), 0.0)


def _count_answers_off(bounds: Bounds, estimate: Estimate) -> int:
    """How many answers stand between the share and the nearest one that meets the claim, the base unchanged."""
    count = round(estimate.value * estimate.n / 100)
    off = range(estimate.n + 1)
    meeting = [abs(other - count) for other in off if bounds.contain(100 * other / estimate.n)]
    return min(meeting) if meeting else math.ceil(_miss(bounds, estimate.value) * estimate.n / 100)


def _touches(bounds: Bounds, estimate: Estimate) -> bool:
    return estimate.lower <= bounds.high and estimate.upper >= bounds.low


COLUMNS = (
    "id", "document", "wave", "since", "item", "answer", "group", "against", "measure", "relation", "published",
    "computed", "lower", "upper", "n", "verdict", "reason", "must", "synthetic",
)  # fmt: skip


def list_rows(verdicts: Sequence[Verdict], *, synthetic: bool, whole: bool = False) -> list[dict[str, str]]:
    """The verdicts as rows of text for a file; `whole` percent where the release hides something."""
    rows = []
    for verdict in verdicts:
        claim = verdict.claim
        numbers = {"computed": verdict.computed, "lower": verdict.lower, "upper": verdict.upper}
        row = {name: str(getattr(claim, name) or "") for name in COLUMNS[1:8]}
        decimals = 0 if whole else 2
        row |= {
            name: "" if number is None else f"{round_half_away(number, decimals):.{decimals}f}"
            for name, number in numbers.items()
        }
        row |= {
            "id": claim.id,
            "measure": claim.measure.value,
            "relation": claim.relation.value,
            "published": claim.value or "",
            "n": "" if verdict.n is None else str(verdict.n),
            "verdict": verdict.outcome.value,
            "reason": "" if whole else verdict.reason,
            "must": "true" if claim.must else "false",
            "synthetic": "true" if synthetic else "false",
        }
        rows.append({name: row[name] for name in COLUMNS})
    return rows
