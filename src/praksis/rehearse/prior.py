"""What answers would look like by a plain guess: the starting point that published figures then correct.

A guess is an array per item: subcells x codes, each row a distribution. Claims tilt it (minimum relative entropy:
within a group every row is moved by the same factor), so that groups without claims stay like the others and an
ordered scale keeps its single peak.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from praksis.define.published import Claim, Measure, Relation
from praksis.define.question import Missing, Scale
from praksis.rehearse.cells import NOT_ANSWERED, NOT_ASKED, Layout, Subcell
from praksis.rehearse.condition import Share, shift_bounds

Floats = NDArray[np.float64]

Borrow = Callable[[str, Subcell], Mapping[int, float]]
"""(item, subcell) -> counts of the item's series in a like cell of another wave, empty where there are none."""

DO_NOT_KNOW = 0.03
NOT_APPLICABLE = 0.02
CHOSEN = 0.35
RESPONSE = 0.6
SPREAD = 0.25
"""Standard deviation of a guess on an ordered scale, in lengths of the scale."""

_MARGIN = 1.5  # percentage points inside a wide bound
_NARROW = 2.5  # bounds up to this wide (points) are aimed at in their middle
_SWEEPS = 30
_BORROWED = 8.0  # answers' worth of a guess mixed into the counts of another wave


def guess_scale(scale: Scale, codes: Sequence[int]) -> Floats:
    """A distribution over the codes of a scale, 0 for codes that are not on it (not answered)."""
    substantive = [category.code for category in scale.categories]
    if scale.ordered and len(substantive) > 2:
        places = np.linspace(-0.5, 0.5, len(substantive))
        weights = np.exp(-0.5 * (places / SPREAD) ** 2)
    elif len(substantive) == 2:
        weights = np.array([1 - CHOSEN, CHOSEN])
    else:
        weights = np.ones(len(substantive))
    guess = dict(zip(substantive, weights / weights.sum(), strict=True))
    for missing in scale.missing:
        guess[int(missing.code)] = DO_NOT_KNOW if missing.code is Missing.DO_NOT_KNOW else NOT_APPLICABLE
    row = np.array([guess.get(code, 0.0) for code in codes], dtype=np.float64)
    row /= row.sum()
    return row


@dataclass
class Guess:
    """Expected answers of one role in one wave."""

    layout: Layout
    rates: Floats
    """Cell -> response rate."""
    rows: dict[str, Floats]
    """Item -> subcells x codes; a row of zeros where the item is not asked."""


@dataclass(frozen=True)
class _Target:
    """A share (percent) that rows shall have; `against` is the other group of a gap."""

    rows: NDArray[np.bool_]
    codes: NDArray[np.bool_]
    low: float
    high: float
    against: NDArray[np.bool_] | None = None


def guess_answers(
    layout: Layout,
    claims: Sequence[Claim],
    share: Share,
    borrow: Borrow,
    rate: float,
) -> Guess:
    """Expected answers, with claims (published and assumed) taken into account; `rate`: response to start from."""
    guess = Guess(layout, _guess_rates(layout, claims, rate), {})
    for item in layout.order:
        subcells = layout.subcells(layout.given(item))
        sizes = np.array([_expect_size(guess, subcell) for subcell in subcells])
        about = [claim for claim in claims if claim.item == item]
        rows, borrowed = _start_rows(layout, item, subcells, borrow)
        sizes = sizes * (rows.sum(axis=1) > 0)
        targets = _find_targets(layout, item, subcells, about, share)
        if not borrowed:
            _tilt_all(rows, sizes, targets)
        for _ in range(_SWEEPS):
            moved = [_tilt_to(rows, sizes, target) for target in targets]
            if not any(moved):
                break
        _leave_unanswered(layout, item, subcells, about, rows, sizes)
        guess.rows[item] = rows
    return guess


def _start_rows(layout: Layout, item: str, subcells: Sequence[Subcell], borrow: Borrow) -> tuple[Floats, bool]:
    """Rows before any claim, and whether some are borrowed from another wave."""
    codes = layout.codes(item)
    base = guess_scale(layout.survey.scale_of(item), codes)
    rows, borrowed = np.zeros((len(subcells), len(codes))), False
    for place, subcell in enumerate(subcells):
        allowed = layout.codes_in(item, subcell)
        if NOT_ASKED in allowed:
            continue
        known = borrow(item, subcell)
        borrowed |= bool(known)
        counted = np.array([float(known.get(code, 0)) if code != NOT_ANSWERED else 0.0 for code in codes])
        row = (base * _BORROWED + counted) * np.array([code in allowed for code in codes])
        rows[place] = row / row.sum() if row.sum() else np.array([float(code in allowed) for code in codes])
    return rows, borrowed


def _leave_unanswered(
    layout: Layout, item: str, subcells: Sequence[Subcell], claims: Sequence[Claim], rows: Floats, sizes: Floats
) -> None:
    """Where the number of answers is claimed, the rest skipped: everywhere in the same proportion; in place."""
    for claim in claims:
        if claim.measure is Measure.ANSWERED:
            inside = np.array([layout.covers(claim.group, subcell) for subcell in subcells]) & (sizes > 0)
            respondents = float(sizes[inside].sum())
            answered = min(_find_middle(layout, claim) / respondents, 1.0) if respondents else 1.0
            rows[inside] *= answered
            rows[inside, layout.codes(item).index(NOT_ANSWERED)] = 1 - answered


def _expect_size(guess: Guess, subcell: Subcell) -> float:
    size = len(guess.layout.cells[subcell.cell].organisations) * float(guess.rates[subcell.cell])
    known: dict[str, int] = {}
    for item, code in subcell.given:
        hosts = guess.layout.subcells(guess.layout.given(item))
        codes = guess.layout.codes(item)
        for place, host in enumerate(hosts):
            if host.cell == subcell.cell and all(known.get(name) == other for name, other in host.given):
                asked = guess.rows[item][place].any()
                size *= float(guess.rows[item][place][codes.index(code)]) if code != NOT_ASKED else float(not asked)
        known[item] = code
    return size


def _find_middle(layout: Layout, claim: Claim) -> float:
    """A number that meets a claim: the middle of its bounds, or the bound it has ('more than 200')."""
    bounds = claim.bounds(layout.survey.design.larger_change)
    if claim.relation in (Relation.MORE_THAN, Relation.LESS_THAN):
        return float(claim.value or 0)
    return float((bounds.low + bounds.high) / 2)


def _guess_rates(layout: Layout, claims: Sequence[Claim], rate: float) -> Floats:
    """The response rate of each cell: the claims' for the groups they name, the same for the rest."""
    invited = np.array([len(cell.organisations) for cell in layout.cells], dtype=float)
    rates = np.full(len(layout.cells), rate)
    about = [claim for claim in claims if claim.value and claim.measure in (Measure.RESPONDED, Measure.RESPONSE_RATE)]
    if not about:  # then the number of answers to a question is the best there is
        about = [claim for claim in claims if claim.value and claim.measure is Measure.ANSWERED]
    for _ in range(_SWEEPS):
        for claim in about:
            inside = np.array([layout.covers(claim.group, Subcell(cell)) for cell in range(len(layout.cells))])
            wanted = min(_find_middle(layout, claim), float(invited[inside].sum()))
            if claim.measure is Measure.RESPONSE_RATE:
                wanted *= float(invited[inside].sum()) / 100
            expected = float((rates * invited)[inside].sum())
            rates[inside] = np.clip(rates[inside] * (wanted / expected if expected else 1), 0, 1)
    return rates


def _find_targets(
    layout: Layout, item: str, subcells: Sequence[Subcell], claims: Sequence[Claim], share: Share
) -> list[_Target]:
    survey, codes = layout.survey, layout.codes(item)
    targets = []
    for claim in claims:
        bounds = claim.bounds(survey.design.larger_change)
        inside = np.array([layout.covers(claim.group, subcell) for subcell in subcells])
        categories = tuple(category.id for category in survey.scale_of(item).categories)
        for answer in (claim.answer,) if claim.answer else categories:
            chosen = np.array([code in survey.scale_of(item).codes[answer] for code in codes])
            if claim.measure is Measure.SHARE:
                targets.append(_Target(inside, chosen, float(bounds.low), float(bounds.high)))
            elif claim.measure is Measure.GAP:
                other = np.array([layout.covers(claim.against or "all", subcell) for subcell in subcells])
                targets.append(_Target(inside, chosen, float(bounds.low), float(bounds.high), other))
            elif claim.measure is Measure.CHANGE:
                wave = claim.since if layout.wave == claim.wave else claim.wave
                known = share(wave or "", item, answer, claim.group)
                if known is not None:
                    shifted = shift_bounds(bounds, claim, layout.wave, known)
                    targets.append(_Target(inside, chosen, float(shifted.low), float(shifted.high)))
    return targets


def _aim(share: float, low: float, high: float) -> float | None:
    """Where a share should be moved to; None where it may stay."""
    low, high = max(low, 0.0), min(high, 100.0)
    if high - low <= _NARROW:
        return None if abs(share - (low + high) / 2) < 0.05 else (low + high) / 2
    margin = min(_MARGIN, (high - low) / 3)
    if low + margin <= share <= high - margin:
        return None
    return low + margin if share < low + margin else high - margin


def _tilt_all(rows: Floats, sizes: Floats, targets: Sequence[_Target]) -> None:
    """Move every row towards what the claims say of some: the rest is then like them."""
    for codes in dict.fromkeys(tuple(target.codes.tolist()) for target in targets if target.against is None):
        about = [target for target in targets if target.against is None and tuple(target.codes.tolist()) == codes]
        weights = np.array([sizes[target.rows].sum() for target in about])
        aims = np.array([(max(target.low, 0) + min(target.high, 100)) / 2 for target in about])
        if weights.sum() > 0:
            everyone = sizes >= 0
            _tilt(rows, sizes, everyone, np.array(codes), float(aims @ weights / weights.sum()) / 100)


def _tilt_to(rows: Floats, sizes: Floats, target: _Target) -> bool:
    """Move a group (of a gap: two) to its target; was anything moved?"""
    now = _share(rows, sizes, target.rows, target.codes)
    if target.against is None:
        aim = _aim(100 * now, target.low, target.high)
        if aim is None:
            return False
        _tilt(rows, sizes, target.rows, target.codes, aim / 100)
        return True
    other = _share(rows, sizes, target.against, target.codes)
    gap = 100 * (now - other)
    low = target.low + _MARGIN if target.low > -100 else -100.0
    high = target.high - _MARGIN if target.high < 100 else 100.0
    if low <= gap <= high:
        return False
    half = ((low if gap < low else high) - gap) / 200
    _tilt(rows, sizes, target.rows, target.codes, now + half)
    _tilt(rows, sizes, target.against, target.codes, other - half)
    return True


def _share(rows: Floats, sizes: Floats, inside: NDArray[np.bool_], codes: NDArray[np.bool_]) -> float:
    total = float(sizes[inside].sum())
    return float(sizes[inside] @ rows[inside][:, codes].sum(axis=1)) / total if total else 0.0


def _tilt(rows: Floats, sizes: Floats, inside: NDArray[np.bool_], codes: NDArray[np.bool_], aim: float) -> None:
    """Multiply the codes' chances in the group's rows by one factor, so that their share becomes `aim`; in place."""
    inside = inside & (sizes > 0)
    if not inside.any():
        return
    aim = min(max(aim, 0.001), 0.999)
    shares, weights = rows[inside][:, codes].sum(axis=1), sizes[inside] / sizes[inside].sum()
    low, high = -15.0, 15.0
    for _ in range(40):
        middle = (low + high) / 2
        factor = np.exp(middle)
        reached = float(weights @ (factor * shares / (1 - shares + factor * shares)))
        low, high = (middle, high) if reached < aim else (low, middle)
    rows[np.ix_(inside, codes)] *= np.exp((low + high) / 2)
    rows[inside] /= rows[inside].sum(axis=1, keepdims=True)
