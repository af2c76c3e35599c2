"""The numbers of answers that published shares allow: 50 percent cannot be of 3, nor 35, 33 and 33 percent of 50.

It follows from the shares, but a solver that works in fractions does not see it. Said outright, it makes a search of
hours one of seconds, and it explains to a person why figures do not fit together.
"""

import math
from collections.abc import Sequence
from fractions import Fraction

from praksis.define.published import Claim, Measure
from praksis.define.question import QuestionKind
from praksis.define.rounding import Bounds
from praksis.define.survey import Survey
from praksis.rehearse.counts import Counts
from praksis.rehearse.program import ONE, add_terms

_FEW = 0.6  # the part of all numbers up to which it pays to list the bases


def group_by_base(counts: Counts, claims: Sequence[Claim]) -> dict[tuple[str, str], list[Claim]]:
    """(item, group) -> the claims whose shares have the same base; of a multiple choice: its first item."""
    survey = counts.layout.survey
    found: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        if claim.measure is Measure.SHARE and claim.item and claim.wave == counts.layout.wave:
            question = survey.question_of[claim.item]
            multiple = question.kind is QuestionKind.MULTIPLE
            same = next(item.id for item in question.items if item.id in counts.layout.items)
            found.setdefault((same if multiple else claim.item, claim.group), []).append(claim)
    return found


def find_bases(survey: Survey, claims: Sequence[Claim], most: int) -> list[int]:
    """The numbers of answers, up to `most`, of which each share is a whole number and shares of one item add up."""
    bounds = {claim.id: claim.bounds(survey.design.larger_change) for claim in claims}
    items = list(dict.fromkeys(claim.item for claim in claims if claim.item))
    apart = {item: _find_apart(survey, item, [claim for claim in claims if claim.item == item]) for item in items}
    bases = []
    for base in range(1, most + 1):
        parts = {claim.id: _find_parts(base, bounds[claim.id]) for claim in claims}
        if all(low <= high for low, high in parts.values()) and all(
            _adds_up(base, [parts[claim.id] for claim in about], whole) for about, whole in apart.values()
        ):
            bases.append(base)
    return bases


def _find_apart(survey: Survey, item: str, claims: Sequence[Claim]) -> tuple[list[Claim], bool]:
    """Claims on an item whose answers do not overlap, and whether they are all the answers there are."""
    scale, seen = survey.scale_of(item), set[int]()
    apart = []
    for claim in claims:
        codes = set(scale.codes[claim.answer or ""])
        if not codes & seen:
            seen |= codes
            apart.append(claim)
    return apart, seen >= set(scale.base_codes)


def _adds_up(base: int, parts: Sequence[tuple[int, int]], whole: bool) -> bool:
    least, most = sum(low for low, _ in parts), sum(high for _, high in parts)
    return least <= base and (most >= base or not whole)


def _find_parts(base: int, bounds: Bounds) -> tuple[int, int]:
    """The least and the greatest whole number whose share of `base` is within the bounds; crossed if there is none."""
    low, high = Fraction(bounds.low * base, 100), Fraction(bounds.high * base, 100)
    least = math.ceil(low) + (not bounds.low_included and low.denominator == 1)
    most = math.floor(high) - (not bounds.high_included and high.denominator == 1)
    return max(least, 0), min(most, base)


def restrict_bases(counts: Counts, claims: Sequence[Claim]) -> None:
    """Require that every base is one that its shares allow."""
    program = counts.program
    for (item, group), about in group_by_base(counts, claims).items():
        most = counts.invited_at_most(group)
        bases = find_bases(counts.layout.survey, about, most)
        if not bases:
            program.require({ONE: 1}, None, 0)  # nothing can: the solver need not search
        if not bases or len(bases) > _FEW * most:
            continue
        switches = {program.add_count(1): base for base in bases}
        counts.bases |= switches.keys()
        program.require(dict.fromkeys(switches, 1), 1, 1)
        program.require(add_terms(switches, add_terms(counts.ratio(item, None, group).base, factor=-1)), 0, 0)
