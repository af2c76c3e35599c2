"""A claim as conditions on counts: what was published, said exactly about whole numbers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from praksis.define.published import Claim, Measure, Relation
from praksis.define.rounding import Bounds
from praksis.define.survey import Survey
from praksis.rehearse.base import restrict_bases
from praksis.rehearse.counts import Counts, Ratio
from praksis.rehearse.program import ONE, Terms, add_terms

Share = Callable[[str, str, str, str], Fraction | None]
"""(wave, item, answer, group) -> the share in percent in a wave that is solved already, None where it is not."""

HUNDRED = Fraction(100)


@dataclass(frozen=True)
class Condition:
    """`sum >= low` with whole coefficients. `size` scales a lack of it to respondents (for claims that are wishes)."""

    terms: Terms
    low: int
    size: Fraction


def bound_ratio(ratio: Ratio, bounds: Bounds) -> Iterator[Condition]:
    """`low <= 100 part / base <= high`, strict where the bounds say so.

    Multiplied out to whole numbers, strict means at least 1 more: `a * part - b * base >= 1`.
    """
    if bounds.low > 0 or not bounds.low_included:
        yield _bound(ratio, bounds.low, 1, bounds.low_included)
    if bounds.high < HUNDRED or not bounds.high_included:
        yield _bound(ratio, bounds.high, -1, bounds.high_included)


def _bound(ratio: Ratio, limit: Fraction, sign: int, included: bool) -> Condition:
    share = limit / 100
    terms = add_terms(
        add_terms(ratio.part, factor=sign * share.denominator), add_terms(ratio.base, factor=-sign * share.numerator)
    )
    return Condition(terms, 0 if included else 1, Fraction(share.denominator))


def bound_number(terms: Terms, bounds: Bounds) -> Iterator[Condition]:
    """`low <= sum <= high` for a count."""
    for limit, sign, included in ((bounds.low, 1, bounds.low_included), (bounds.high, -1, bounds.high_included)):
        scaled = add_terms(add_terms(terms, factor=sign * limit.denominator), {ONE: -sign * limit.numerator})
        yield Condition(scaled, 0 if included else 1, Fraction(limit.denominator))


def shift_bounds(bounds: Bounds, claim: Claim, wave: str, known: Fraction) -> Bounds:
    """The shares in `wave` that meet a claim on change, given the share in its other wave."""
    if wave == claim.wave:
        return Bounds(known + bounds.low, known + bounds.high, bounds.low_included, bounds.high_included)
    return Bounds(known - bounds.high, known - bounds.low, bounds.high_included, bounds.low_included)


def _leave_room(survey: Survey, claim: Claim, answer: str, room: Fraction) -> Bounds:
    """The shares in the newer wave, solved first, that leave the older one a share: what is published of it, or any.

    Necessary, not sufficient: which share the older wave can have also depends on its numbers of answers.
    """
    bounds = claim.bounds(survey.design.larger_change)
    low, high = Fraction(0), Fraction(100)
    for other in survey.claims:
        about = (other.item, other.answer, other.group, other.wave)
        if other.measure is Measure.SHARE and other.must and about == (claim.item, answer, claim.group, claim.since):
            published = other.bounds(survey.design.larger_change)
            low, high = max(low, published.low), min(high, published.high)
    low, high = max(Fraction(0), low + bounds.low), min(HUNDRED, high + bounds.high)
    # What is said of a direction alone leaves room enough everywhere.
    edge = (high - low) * (1 - room) / 2 if claim.relation is Relation.EQUALS else Fraction(0)
    return Bounds(low + edge, high - edge)


def answers_of(claim: Claim, counts: Counts) -> tuple[str, ...]:
    """The answers a claim is about: the one it names, or every category of the scale."""
    if claim.answer is not None or claim.item is None:
        return (claim.answer or "",)
    return tuple(category.id for category in counts.layout.survey.scale_of(claim.item).categories)


def bound_claim(
    claim: Claim, counts: Counts, share: Share, room: Fraction = Fraction(1)
) -> Iterator[tuple[Ratio | Terms, Bounds]]:
    """What a claim bounds in this wave, a gap apart: shares, or numbers of respondents.

    A change from a wave that is not solved yet bounds the newer share to what leaves the older one room, or to the
    middle part of that (`room` of it): at the edge the older wave has hardly any.
    """
    survey, wave = counts.layout.survey, counts.layout.wave
    bounds = claim.bounds(survey.design.larger_change)
    match claim.measure:
        case Measure.SHARE if claim.item:
            for answer in answers_of(claim, counts):
                yield counts.ratio(claim.item, answer, claim.group), bounds
        case Measure.CHANGE if claim.item:
            other = claim.since if wave == claim.wave else claim.wave
            for answer in answers_of(claim, counts):
                known = share(other or "", claim.item, answer, claim.group)
                ratio = counts.ratio(claim.item, answer, claim.group)
                if known is not None:
                    yield ratio, shift_bounds(bounds, claim, wave, known)
                elif wave == claim.wave:
                    yield ratio, _leave_room(survey, claim, answer, room)
        case Measure.ANSWERED if claim.item:
            yield counts.ratio(claim.item, None, claim.group).base, bounds
        case Measure.INVITED:
            yield {ONE: counts.response(claim.group)[1]}, bounds
        case Measure.RESPONDED:
            yield counts.response(claim.group)[0], bounds
        case Measure.RESPONSE_RATE:
            responded, invited = counts.response(claim.group)
            yield Ratio(responded, {ONE: invited}), bounds
        case _:
            return


def require_claims(
    counts: Counts, claims: Sequence[Claim], share: Share, *, fine: bool = False, room: Fraction = Fraction(1)
) -> None:
    """Add the published claims as conditions that must hold."""
    program = counts.program
    for claim in claims:
        if claim.measure is Measure.GAP:
            _require_gap(counts, claim, fine)
        for bounded, bounds in bound_claim(claim, counts, share, room):
            conditions = bound_ratio(bounded, bounds) if isinstance(bounded, Ratio) else bound_number(bounded, bounds)
            for condition in conditions:
                program.require(condition.terms, condition.low)
            if isinstance(bounded, Ratio):
                program.require(bounded.base, 1)
                counts.tie(bounded)
    restrict_bases(counts, claims)


def wish_claims(counts: Counts, claims: Sequence[Claim], share: Share, cost: float) -> None:
    """Add assumed claims as wishes: `cost` for each respondent by which one is missed."""
    for claim in claims:
        for bounded, bounds in bound_claim(claim, counts, share):
            conditions = bound_ratio(bounded, bounds) if isinstance(bounded, Ratio) else bound_number(bounded, bounds)
            for condition in conditions:
                scaled = {variable: float(value / condition.size) for variable, value in condition.terms.items()}
                counts.program.wish(scaled, float(condition.low / condition.size), cost)


def _require_gap(counts: Counts, claim: Claim, fine: bool) -> None:
    """A difference of two shares with unknown bases is not linear; a threshold between them makes it so.

    For some threshold t of a grid: `share_b` in [t, t + w], `share_a` in [t + low + w, t + high], with w half the
    room between the bounds (none where a bound is +-100). What holds is then also true of the difference. A grid
    cannot find every difference, only those with a threshold between; `fine` takes ten times as many.
    """
    bounds = claim.bounds(counts.layout.survey.design.larger_change)
    first = counts.ratio(claim.item or "", claim.answer, claim.group)
    second = counts.ratio(claim.item or "", claim.answer, claim.against or "all")
    open_above, open_below = bounds.high >= 100, bounds.low <= -100
    room = Fraction(0) if open_above or open_below else (bounds.high - bounds.low) / 2
    step = (Fraction(1, 2) if fine else Fraction(5)) if not room else min(room, Fraction(5 if not fine else 1))
    program = counts.program
    program.require(first.base, 1)
    program.require(second.base, 1)
    counts.tie(first)
    counts.tie(second)
    chosen: Terms = {}
    for place in range(int(HUNDRED / step) + 1):
        switch = program.add_count(1)
        counts.sums.add(switch)
        chosen[switch] = 1
        t = place * step
        sides = []
        if not open_below:
            sides.append(_bound(first, t + bounds.low + room, 1, bounds.low_included))
        if not open_above:
            sides.append(_bound(first, t + bounds.high, -1, bounds.high_included))
        if not open_below:
            sides.append(_bound(second, t + room, -1, True))
        if not open_above:
            sides.append(_bound(second, t, 1, True))
        for side in sides:
            least = sum(value * program.most(variable) for variable, value in side.terms.items() if value < 0)
            program.require(add_terms(side.terms, {switch: least - side.low}), least)
    program.require(chosen, 1)
