"""What is promised of hidden shares: how unsure a reader of the whole release must be left.

A reader knows the exact shares of every group that is shown (both levels of a change or gap too), how many answered in
every corner of the sample, and that counts are whole and not negative. A domain is small if fewer than `min_n` of it
answered the item; domains are the groups of the release, each category of each breakdown within each of them, and those
of a group who are in no category of a breakdown.

The rule: for every small domain, and every answer and group of answers, the least and the most of it that can have
given the answer are apart by half of the domain, or by as many as rare answers leave room for: groups of at least
`min_n` may say that few of them gave an answer (or that few did not), and nobody can be more unsure than that about
those of the domain who are in them. (The groups are the ones shown, and what is left of one when shown categories of
a breakdown are taken away.) Of a set of fewer than `min_n` that nothing names the number must not be known, with the
same exception. A group that a person has hidden is protected like a small one, by at most `min_n` where it is large. Of
a sensitive item, nobody or everybody must not be the only number possible in any domain, rare or not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from praksis.define.group import parse_group
from praksis.estimate.array import Bools, Floats, Ints
from praksis.estimate.disclosure.candidate import Domain
from praksis.estimate.disclosure.polytope import floor_count, maximise


@dataclass(frozen=True)
class Shown:
    """A group whose shares are shown, or whose counts of answers the sizes of other groups tell."""

    group: str
    weights: Floats
    """[A] what an answer counts in its shares; 0 outside."""
    answers: tuple[str, ...]
    size: int
    """Respondents, over all items and waves that show it: what hiding it takes from readers."""
    by_size: bool = False
    """Told by the sizes of other groups, which would have to be hidden with it."""

    @property
    def members(self) -> Bools:
        return self.weights > 0


@dataclass(frozen=True)
class Secret:
    """A number that must stay unsure: how many of a domain gave an answer."""

    domain: Domain
    answer: str
    codes: Bools
    """[C]"""
    need: int
    """How far apart the least and the most that are possible must be."""
    strict: bool = False
    """A sensitive item's nobody or everybody: no exception where an answer is rare."""


@dataclass(frozen=True)
class System:
    """One item in one wave: the true counts, what is shown of them, and what must stay unsure."""

    counts: Ints
    """[A, C] answers per atom and code."""
    answers: Mapping[str, Bools]
    """Answer or group of answers -> its codes [C]."""
    shown: Mapping[str, Shown]
    """Name -> what is shown under it."""
    secrets: tuple[Secret, ...]
    min_n: int

    def count(self, members: Bools) -> int:
        """How many answered in a domain."""
        return int(self.counts[members].sum())


def find_need(n: int, min_n: int) -> int:
    """How far apart the least and the most possible count of an answer in a domain of n must be."""
    return min((n + 1) // 2, max(min_n, 1))


@dataclass(frozen=True)
class Known:
    """A group of at least `min_n` of which the shown shares tell how many gave an answer, at most."""

    weights: Floats
    """[A]"""
    most: Mapping[str, tuple[float, float]]
    """Answer -> the weighted count that gave it, at most, and that did not, at most."""


def list_known(system: System, active: Sequence[str]) -> list[Known]:
    """The shown groups, and what is left of them when shown categories of one breakdown are taken away."""
    found: dict[tuple[bytes, tuple[str, ...]], Known] = {}
    for weights, answers in _list_groups(system, active):
        key = weights.tobytes(), answers
        if key not in found and system.count(weights > 0) >= system.min_n:
            found[key] = Known(weights, _find_most(weights @ system.counts, answers, system.answers))
    return list(found.values())


def _list_groups(system: System, active: Sequence[str]) -> Iterator[tuple[Floats, tuple[str, ...]]]:
    for name in active:
        whole = system.shown[name]
        yield whole.weights, whole.answers
        for parts in _list_parts(system, active, name):
            for left_out in (None, *parts):
                taken = [part for part in parts if part is not left_out]
                if not taken or any(
                    not np.allclose(part.weights[part.members], whole.weights[part.members]) for part in taken
                ):
                    continue
                gone = np.any([part.members for part in taken], axis=0)
                answers = tuple(answer for answer in whole.answers if all(answer in part.answers for part in taken))
                yield np.where(gone, 0.0, whole.weights), answers


def _list_parts(system: System, active: Sequence[str], name: str) -> list[list[Shown]]:
    """Per breakdown: the shown categories of it that lie within a group."""
    whole = system.shown[name].members
    by_breakdown: dict[tuple[frozenset[str], bool], list[Shown]] = {}
    for part in (system.shown[other] for other in active):
        if not np.any(part.members & ~whole) and np.any(whole & ~part.members):
            by_breakdown.setdefault((frozenset(parse_group(part.group)), part.by_size), []).append(part)
    return list(by_breakdown.values())


def _find_most(totals: Floats, shown: Sequence[str], answers: Mapping[str, Bools]) -> dict[str, tuple[float, float]]:
    """Answer -> the most of a group that can have given it, and that can not have, by the answers that are shown."""
    codes = np.array(list(answers.values()), dtype=np.float64)
    known = np.array([*(answers[answer] for answer in shown), np.ones(len(totals))], dtype=np.float64)
    told, *_ = np.linalg.lstsq(known.T, codes.T)
    exact: Bools = np.all(np.isclose(known.T @ told, codes.T), axis=0)
    given = codes @ totals
    most = {name: (float(one), float(totals.sum() - one)) for name, one in zip(answers, given, strict=True)}
    program = {"A_eq": known, "b_eq": known @ totals}
    for name, one in ((name, answers[name]) for name, is_exact in zip(answers, exact, strict=True) if not is_exact):
        most[name] = maximise(one.astype(np.float64), **program), maximise((~one).astype(np.float64), **program)
    return most


def find_room(known: Sequence[Known], place: Ints, part: Ints, answer: str) -> int:
    """How many of a domain can have given an answer, or can not have, whichever is less, for all that rareness tells.

    Of class q, in which `place[q]` is an atom, the domain has `part[q]`.
    """
    classes = np.flatnonzero(part)
    weights = np.array([one.weights[place[classes]] for one in known]).reshape(len(known), len(classes))
    most = np.array([one.most[answer] for one in known]).reshape(len(known), 2)
    bounds = np.column_stack([np.zeros(len(classes)), part[classes]])
    ends = [maximise(np.ones(len(classes)), A_ub=weights, b_ub=most[:, side], bounds=bounds) for side in (0, 1)]
    return int(floor_count(np.array(min(ends))))
