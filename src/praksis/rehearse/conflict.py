"""Published figures that cannot all be true: which ones, and why."""

from collections.abc import Sequence

from praksis.define.published import Claim
from praksis.errors import Place, Problem, ProblemsFound
from praksis.rehearse.condition import find_bases, group_by_base
from praksis.rehearse.counts import Counts
from praksis.rehearse.program import SolverFailed

_REMEDY = (
    "Compare these figures with their source; correct the one that is wrong, or set `must` to false and move it out of "
    "`published/`. If respondents may have skipped the question, allow skips."
)
_MOST_BASES = 12


class Conflict(ProblemsFound):
    """Claims that no whole numbers of answers meet together; without any one of them, some do."""

    def __init__(self, wave: str, role: str, claims: Sequence[Claim], reasons: Sequence[str]) -> None:
        self.wave, self.role, self.claims, self.reasons = wave, role, tuple(claims), tuple(reasons)
        names = ", ".join(claim.id for claim in claims)
        cannot = "cannot be true" if len(claims) == 1 else "cannot all be true together"
        what = " ".join([f"{wave}, {role}: {names} {cannot} for any whole numbers of answers.", *reasons])
        first = claims[0] if claims else None
        place = Place(first.file or "published", first.line) if first else Place("questions.yaml")
        super().__init__([Problem(place, "R001", what, _REMEDY)])


def find_conflict(counts: Counts, claims: Sequence[Claim]) -> Conflict:
    """A minimal set of claims that cannot hold together; `counts` holds them as conditions that are infeasible.

    Claims are taken in their order: the first claims that suffice for a conflict are found by halving, the last of
    them is needed, and the search goes on before it until the needed ones suffice. Where the solver cannot decide,
    a set counts as possible, so that the set found may then be larger than it need be, never wrong.
    """
    needed: list[int] = []
    candidates = list(range(len(claims)))
    while _possible(counts, needed):
        least, most = 1, len(candidates)
        while least < most:
            middle = (least + most) // 2
            if _possible(counts, [*needed, *candidates[:middle]]):
                least = middle + 1
            else:
                most = middle
        if not candidates:
            break
        needed.insert(0, candidates[least - 1])
        candidates = candidates[: least - 1]
    found = [claims[source] for source in sorted(needed)]
    return Conflict(counts.layout.wave, counts.layout.role, found, explain_bases(counts, found))


def _possible(counts: Counts, sources: Sequence[int]) -> bool:
    try:
        return counts.program.solve(frozenset(sources)) is not None
    except SolverFailed:
        return True


def explain_bases(counts: Counts, claims: Sequence[Claim]) -> list[str]:
    """For each group and question: the numbers of answers that its published shares allow one by one."""
    larger_change = counts.layout.survey.design.larger_change
    reasons = []
    for (item, group), sources in group_by_base(counts, claims).items():
        about = [claims[source] for source in sources]
        most = counts.invited_at_most(group)
        bases = find_bases(about, larger_change, most)
        if len(bases) == most:
            continue
        shares = " and ".join(f"{claim.id} ({claim.item} {claim.answer}: {claim.value})" for claim in about)
        numbers = ", ".join(str(base) for base in bases[:_MOST_BASES]) + (" ..." if len(bases) > _MOST_BASES else "")
        question = counts.layout.survey.question_of[item].id
        reasons.append(f"In {group}, {shares} fit only these numbers of answers to `{question}`: {numbers or 'none'}.")
    return reasons
