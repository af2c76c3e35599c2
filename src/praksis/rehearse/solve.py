"""The counts of every wave, newest first: each role's published claims together, as plausibly as they allow."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from praksis.define.published import Claim, Measure
from praksis.define.survey import Survey
from praksis.rehearse.cells import NOT_ANSWERED, Layout, Subcell
from praksis.rehearse.condition import require_claims, wish_claims
from praksis.rehearse.conflict import find_conflict
from praksis.rehearse.counts import Counts, Solution
from praksis.rehearse.prior import RESPONSE, Guess, guess_answers

SKIP, ASSUMED, RESPONSE_OFF, ANSWER_OFF = 25.0, 3.0, 0.5, 0.5
"""Costs of one skipped question, of one respondent off an assumed figure, off the expected response, or off an
expected number of answers."""


@dataclass
class Waves:
    """The waves solved so far. Newest first, so that a change since an older wave is linear in the older one.

    A compromise: a newer wave is solved without regard to the older ones, so a change could be impossible with the
    newer share that was chosen and possible with another one that is published the same.
    """

    survey: Survey
    assumed: Sequence[Claim] = ()
    allow_skips: bool = True
    solved: dict[tuple[str, str], Solution] = field(default_factory=dict)
    """(wave, role) -> solution."""

    def solve(self, wave: str, role: str) -> Solution:
        """Solve and keep one role's wave. Raises Conflict where its published claims cannot all be met."""
        claims = self._claims_of(wave, role, self.survey.claims)
        published = [claim for claim in claims if claim.must]
        # What need not be met is wished for, like what is assumed.
        assumed = [*self._claims_of(wave, role, self.assumed), *(claim for claim in claims if not claim.must)]
        layout = Layout(self.survey, wave, role, [*published, *assumed])
        guess = guess_answers(layout, [*assumed, *published], self.share, self._borrow(role), RESPONSE)
        gaps = any(claim.measure is Measure.GAP for claim in published)
        ahead = any(claim.measure is Measure.CHANGE and claim.wave == wave for claim in published)
        for grid in (False, True) if gaps else (False,):
            for room in (Fraction(1, 2), Fraction(1)) if ahead else (Fraction(1),):
                counts = self._require(layout, published, fine=grid, room=room)
                wish_claims(counts, assumed, self.share, ASSUMED)
                _wish_guess(counts, guess, published)
                values = counts.program.solve(counts.bases, counts.sums)
                if values is not None:
                    self.solved[wave, role] = Solution(counts, values)
                    return self.solved[wave, role]

        def build(claims: Sequence[Claim]) -> Counts:
            return self._require(Layout(self.survey, wave, role, claims), claims, fine=True)

        raise find_conflict(build, published)

    def _require(self, layout: Layout, claims: Sequence[Claim], *, fine: bool, room: Fraction = Fraction(1)) -> Counts:
        counts = Counts(layout, allow_skips=self.allow_skips)
        require_claims(counts, claims, self.share, fine=fine, room=room)
        return counts

    def share(self, wave: str, item: str, answer: str, group: str) -> Fraction | None:
        """A share (percent) in a wave that is solved."""
        solution = self.solved.get((wave, self.survey.question_of[item].role))
        return solution.share(item, answer, group) if solution and item in solution.layout.items else None

    def _claims_of(self, wave: str, role: str, claims: Sequence[Claim]) -> list[Claim]:
        """The claims about a role in a wave; those on response are about the wave's leading role."""
        leading = self.survey.find_leading_role(wave)
        first = leading.id if leading else ""
        return [
            claim
            for claim in claims
            if wave in (claim.wave, claim.since)
            and (self.survey.question_of[claim.item].role if claim.item else first) == role
        ]

    def _borrow(self, role: str) -> Callable[[str, Subcell], Mapping[int, float]]:
        """An item's counts in the nearest wave that is solved, for the same cell, else for everyone."""
        newest: dict[str, Solution] = {}
        for (_, solved_role), solution in self.solved.items():  # the last one solved is the nearest
            if solved_role == role:
                newest |= dict.fromkeys(solution.layout.items, solution)

        def borrow(item: str, subcell: Subcell) -> Mapping[int, float]:
            if item not in newest:
                return {}
            dealt = newest[item].dealt(item)
            return dealt.get(subcell) or _sum_counts(list(dealt.values()))

        return borrow


def _sum_counts(dealt: Sequence[Mapping[int, int]]) -> dict[int, float]:
    total: dict[int, float] = {}
    for counts in dealt:
        for code, number in counts.items():
            total[code] = total.get(code, 0) + number
    return total


def _wish_guess(counts: Counts, guess: Guess, published: Sequence[Claim]) -> None:
    """Prefer the expected answers. Less than one answer off costs nothing: whole numbers cannot do better, and a
    solver that tries to prove it never ends."""
    layout, program = counts.layout, counts.program
    for cell, variable in enumerate(counts.responses):
        expected = float(guess.rates[cell]) * len(layout.cells[cell].organisations)
        program.wish({variable: 1.0}, expected - 1, RESPONSE_OFF)
        program.wish({variable: -1.0}, -expected - 1, RESPONSE_OFF)
    # A published number of answers says how many skipped: they are then expected, and no cost.
    counted = {claim.item for claim in published if claim.measure is Measure.ANSWERED}
    for item, variables in counts.skips.items():
        if item not in counted:
            for variable in variables:
                program.add_cost(variable, SKIP)
    for item in layout.order:
        codes = layout.codes(item)
        for place, (subcell, numbers) in enumerate(counts.of[item].items()):
            size = counts.size(subcell)
            for code, terms in numbers.items():
                if code not in codes or len(numbers) == 1 or (code == NOT_ANSWERED and item not in counted):
                    continue
                chance = float(guess.rows[item][place][codes.index(code)])
                off: dict[int, float] = {variable: float(value) for variable, value in terms.items()}
                for variable, value in size.items():
                    off[variable] = off.get(variable, 0.0) - chance * value
                program.wish(off, -1, ANSWER_OFF)
                program.wish({variable: -value for variable, value in off.items()}, -1, ANSWER_OFF)
