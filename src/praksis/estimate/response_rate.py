"""How many of those asked answered, as everybody counts it.

The American Association for Public Opinion Research (2023), Standard Definitions, 10th edition, section "Calculating
outcome rates from final disposition distributions". Rates are proportions 0 to 1; nan where nobody is counted below the
line.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from praksis.errors import PraksisError


class FaultyDispositions(PraksisError):
    """Counts that are not counts."""


@dataclass(frozen=True)
class Dispositions:
    """What became of those asked: numbers, or sums of weights."""

    complete: float
    """I: answered all that is asked for."""
    partial: float = 0.0
    """P: answered enough to count, not all."""
    refusal: float = 0.0
    """R: refused, or broke off."""
    non_contact: float = 0.0
    """NC: never reached."""
    other: float = 0.0
    """O: eligible and reached, but could not answer (illness, language)."""
    unknown: float = 0.0
    """UH: not known whether there is anybody to ask."""
    unknown_other: float = 0.0
    """UO: otherwise not known whether they are eligible."""
    not_eligible: float = 0.0
    """Known not to belong to the population: only for the estimate of e."""
    unknown_respondent: float = 0.0
    """UR: not known whether whoever is there is eligible. New in the 10th edition, which took it out of UO."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not value >= 0:
                raise FaultyDispositions(f"dispositions: {name} is {value}; it must be a number of 0 or more.")

    @property
    def answered(self) -> float:
        """I + P."""
        return self.complete + self.partial

    @property
    def eligible(self) -> float:
        """I + P + R + NC + O: known to belong to the population."""
        return self.answered + self.refusal + self.non_contact + self.other

    @property
    def doubtful(self) -> float:
        """UH + UR + UO."""
        return self.unknown + self.unknown_respondent + self.unknown_other


@dataclass(frozen=True)
class ResponseRates:
    """The rates of the Standard Definitions; those with an odd number of RR count complete answers only."""

    rr1: float
    """Lowest: I over all, everyone in doubt counted as eligible."""
    rr2: float
    """As RR1, partial answers counted."""
    rr3: float
    """I over the eligible and the part e of those in doubt."""
    rr4: float
    """As RR3, partial answers counted."""
    rr5: float
    """Highest: I over the eligible, nobody in doubt counted. Only where nobody in doubt is eligible, or nobody is in
    doubt."""
    rr6: float
    """As RR5, partial answers counted."""
    coop1: float
    """Cooperation: I over those reached, (I+P)+R+O."""
    coop2: float
    coop3: float
    """As COOP1 without those who could not answer, (I+P)+R."""
    coop4: float
    ref1: float
    """Refusals, over the same as RR1 and RR2; REF2 as RR3, REF3 as RR5."""
    ref2: float
    ref3: float
    con1: float
    """Contacts: reached, over the same as RR1; CON2 as RR3, CON3 as RR5."""
    con2: float
    con3: float
    eligible_part: float
    """e: the part of those in doubt that is taken to be eligible."""


def estimate_eligible_part(dispositions: Dispositions) -> float:
    """e by proportional allocation: those in doubt are as often eligible as those who are not (CASRO)."""
    known = dispositions.eligible + dispositions.not_eligible
    return _divide(dispositions.eligible, known) if known else 1.0


def find_response_rates(dispositions: Dispositions, eligible_part: float | None = None) -> ResponseRates:
    """All rates from the dispositions.

    Args:
        dispositions: counts; sums of weights make weighted rates. eligible_part: e, 0 to 1; None: by proportional
            allocation. The Standard Definitions ask to say how e was found.

    Raises:
        FaultyDispositions: e is not within 0 to 1.
    """
    e = estimate_eligible_part(dispositions) if eligible_part is None else eligible_part
    if not 0 <= e <= 1:
        raise FaultyDispositions(f"response rates: e is {e}; a part is between 0 and 1.")
    complete, answered, refusal = dispositions.complete, dispositions.answered, dispositions.refusal
    low = dispositions.eligible + dispositions.doubtful
    middle = dispositions.eligible + e * dispositions.doubtful
    high = dispositions.eligible
    reached = answered + refusal + dispositions.other
    return ResponseRates(
        rr1=_divide(complete, low),
        rr2=_divide(answered, low),
        rr3=_divide(complete, middle),
        rr4=_divide(answered, middle),
        rr5=_divide(complete, high),
        rr6=_divide(answered, high),
        coop1=_divide(complete, reached),
        coop2=_divide(answered, reached),
        coop3=_divide(complete, answered + refusal),
        coop4=_divide(answered, answered + refusal),
        ref1=_divide(refusal, low),
        ref2=_divide(refusal, middle),
        ref3=_divide(refusal, high),
        con1=_divide(reached, low),
        con2=_divide(reached, middle),
        con3=_divide(reached, high),
        eligible_part=e,
    )


def count_dispositions(rows: Mapping[str, float]) -> Dispositions:
    """Dispositions from counts (or sums of weights) by name, such as `praksis.collect.disposition.count_groups` gives.

    Raises:
        FaultyDispositions: a name is not one of the fields of `Dispositions`.
    """
    names = Dispositions.__dataclass_fields__
    if unknown := [name for name in rows if name not in names]:
        raise FaultyDispositions(f'dispositions: there is none called "{unknown[0]}". There are {", ".join(names)}.')
    return Dispositions(**{"complete": 0.0, **rows})


def _divide(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
