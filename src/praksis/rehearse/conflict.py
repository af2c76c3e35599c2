"""Published figures that cannot all be true: which ones, and why."""

from collections.abc import Callable, Sequence

from praksis.define.group import parse_group
from praksis.define.published import Claim, Measure
from praksis.errors import Place, Problem, ProblemsFound
from praksis.rehearse.base import find_bases, group_by_base
from praksis.rehearse.counts import Counts
from praksis.rehearse.program import SolverFailed

_REMEDY = (
    "Compare these figures with their source; correct the one that is wrong, or set its `must` to "
    "false. If respondents may have skipped the question, allow skips."
)
_MOST_BASES = 12


class Conflict(ProblemsFound):
    """Claims that no whole numbers of answers meet together; without any one of them, some do."""

    def __init__(self, wave: str, role: str, claims: Sequence[Claim], reasons: Sequence[str]) -> None:
        self.wave, self.role, self.claims, self.reasons = wave, role, tuple(claims), tuple(reasons)
        names = ", ".join(claim.id for claim in claims)
        cannot = "cannot be true" if len(claims) == 1 else "cannot all be true together"
        what = " ".join([f"{wave}, {role}: {names} {cannot}{_qualify(claims)}.", *reasons])
        first = claims[0] if claims else None
        place = Place(first.file or "published", first.line) if first else Place("questions.yaml")
        super().__init__([Problem(place, "R001", what, _REMEDY)])


def _qualify(claims: Sequence[Claim]) -> str:
    """How sure the search is: it is exact but for changes and gaps."""
    measures = {claim.measure for claim in claims}
    if Measure.CHANGE in measures:
        return " with the answers that were found for the other wave (waves are solved one after the other)"
    if Measure.GAP in measures:
        return ", as far as was found (a gap is searched for in steps of half a point)"
    return " for any whole numbers of answers"


def find_conflict(build: Callable[[Sequence[Claim]], Counts], claims: Sequence[Claim]) -> Conflict:
    """A minimal set of claims that cannot hold together, where all of them cannot.

    `build` makes the program in which some claims must hold. Claims are taken in their order: the first ones that
    suffice for a conflict are found by halving, the last of them is needed, and the search goes on before it until
    the needed ones suffice. Where the solver cannot decide, a set counts as possible, so that the set found may then
    be larger than it need be, never wrong.
    """
    needed: list[Claim] = []
    candidates = list(claims)
    while candidates and _possible(build(needed)):
        least, most = 1, len(candidates)
        while least < most:
            middle = least + (most - least) * 3 // 4
            if _possible(build([*candidates[:middle], *needed])):
                least = middle + 1
            else:
                most = middle
        needed.insert(0, candidates[least - 1])
        candidates = candidates[: least - 1]
    counts = build(needed)
    return Conflict(counts.layout.wave, counts.layout.role, needed, explain_claims(counts, needed))


def _possible(counts: Counts) -> bool:
    try:
        return counts.program.solve(counts.bases, counts.sums) is not None
    except SolverFailed:
        return True


def explain_claims(counts: Counts, claims: Sequence[Claim]) -> list[str]:
    """The arithmetic in words: which numbers of answers shares allow, and which of them count the same answers."""
    reasons = []
    for (item, group), about in group_by_base(counts, claims).items():
        most = counts.invited_at_most(group)
        bases = find_bases(counts.layout.survey, about, most)
        if len(bases) == most:
            continue
        shares = " and ".join(f"{claim.id} ({claim.item} {claim.answer}: {claim.value})" for claim in about)
        numbers = ", ".join(str(base) for base in bases[:_MOST_BASES]) + (" ..." if len(bases) > _MOST_BASES else "")
        question = counts.layout.survey.question_of[item].id
        reasons.append(f"In {group}, {shares} fit only these numbers of answers to `{question}`: {numbers or 'none'}.")
    ways: dict[tuple[str, str], dict[tuple[str, ...], list[str]]] = {}
    for claim in claims:
        if claim.measure is Measure.SHARE and claim.item and claim.answer:
            way = tuple(sorted(parse_group(claim.group)))
            ways.setdefault((claim.item, claim.answer), {}).setdefault(way, []).append(claim.id)
    for (item, answer), by in ways.items():
        if len(by) > 1:
            listed = "; ".join(f"by {' and '.join(way) or 'nothing'}: {', '.join(names)}" for way, names in by.items())
            reasons.append(f"The answers `{answer}` to `{item}` are counted in more than one way ({listed}).")
    return reasons
