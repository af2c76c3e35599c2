"""A reader who has the whole release and works out what is hidden: the one that the rule is kept against."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from praksis.estimate.array import Bools, Floats, Ints
from praksis.estimate.disclosure.candidate import Domain
from praksis.estimate.disclosure.polytope import Extreme, Polytope, Row, ceil_count, floor_count
from praksis.estimate.disclosure.rule import Secret, System, find_room, list_known

_MOST_UNIONS = 50_000
"""Sets that no breakdown names and that are looked into, per answer; the smallest first."""


@dataclass(frozen=True)
class Exposure:
    """A secret that the reader comes too close to, and the names of what tells it."""

    secret: Secret
    owners: frozenset[str]


class Reader:
    """What can be worked out of one item in one wave from the groups that are shown."""

    def __init__(self, system: System, active: Sequence[str]) -> None:
        secrets = system.secrets
        codes = system.counts.shape[1]
        self.system = system
        self._sizes: Ints = system.counts.sum(axis=1)
        self._members = np.array([one.domain.members for one in secrets], dtype=bool).reshape(-1, len(self._sizes))
        self._codes = np.array([one.codes for one in secrets], dtype=bool).reshape(-1, codes)
        self._need = np.array([one.need for one in secrets], dtype=np.int64)
        self._strict = np.array([one.strict for one in secrets], dtype=bool)
        self._show(tuple(active))
        self._remember(self._truth[None].astype(np.float64))

    def _show(self, active: tuple[str, ...]) -> None:
        """Put together what nothing shown tells apart, and set up what is known of it."""
        system = self.system
        self.active = active
        weights = np.array([system.shown[name].weights for name in active]).reshape(-1, len(self._sizes)).T
        _, self._place, self._class = np.unique(weights, axis=0, return_index=True, return_inverse=True)
        self._class = self._class.ravel()
        picks = np.equal(self._class[:, None], np.arange(len(self._place)))
        self._truth: Ints = picks.T @ system.counts
        self._part: Ints = (self._members * self._sizes) @ picks
        """[S, Q] how many of a class are in the domain of a secret."""
        rows = [
            Row(name, one.weights[self._place] / one.weights.max(), system.answers[answer])
            for name, one in ((name, system.shown[name]) for name in active)
            for answer in one.answers
        ]
        self._polytope = Polytope(self._truth, rows)
        self._known = list_known(system, active)
        self._extremes: dict[tuple[bytes, bytes], Extreme] = {}
        self._tables = np.zeros((0, *self._truth.shape))
        """[P, Q, C] tables that agree with what is shown, the true one first: they prove that numbers can move."""
        self._most: Floats = np.zeros(len(self._part))
        self._least: Floats = self._part.sum(axis=1).astype(np.float64)
        """[S] by the tables so far, how many of the domain gave the answer, at most and at least."""

    def hide(self, name: str) -> None:
        """Take something out of what is shown. The tables that agreed with it agree still."""
        before, tables = self._class, self._tables
        self._show(tuple(one for one in self.active if one != name))
        merged = np.zeros((len(self._place), tables.shape[1]))
        merged[self._class, before] = 1
        self._remember(np.einsum("qo,poc->pqc", merged, tables))

    def find_exposure(self) -> Exposure | None:
        """The first secret that the reader comes closer to than the rule allows."""
        need, unsure = self._need, self._find_widths() < self._need
        if unsure.any():
            need = np.where(self._strict, need, np.minimum(need, self._bound_rooms()))
            unsure = self._find_widths() < need
        if unsure.sum() > self._codes.shape[1]:
            self._look_around(np.any(self._part[unsure], axis=0))
        for number in np.flatnonzero(unsure):
            if self._find_widths()[number] < need[number] and (
                exposure := self._test(self.system.secrets[number], self._part[number])
            ):
                return exposure
        for secret, part in self._list_unnamed():
            if exposure := self._test(secret, part):
                return exposure
        return None

    def _test(self, secret: Secret, part: Ints) -> Exposure | None:
        width, owners = self._bound(part, secret.codes)
        if width >= secret.need:
            return None
        if not secret.strict and width >= find_room(self._known, self._place, part, secret.answer):
            return None
        return Exposure(secret, owners)

    def _bound(self, part: Ints, codes: Bools) -> tuple[int, frozenset[str]]:
        """How far apart the least and the most are, and what tells it."""
        most, rest = self._find_most(part, codes), self._find_most(part, ~codes)
        width = floor_count(np.array(most.value)) - ceil_count(part.sum() - np.array(rest.value))
        return int(width), most.owners | rest.owners

    def _find_most(self, part: Ints, codes: Bools) -> Extreme:
        key = part.tobytes(), codes.tobytes()
        if key not in self._extremes:
            self._extremes[key] = self._polytope.find_most(part, codes)
            self._remember(self._extremes[key].table[None])
        return self._extremes[key]

    def _remember(self, tables: Floats) -> None:
        self._tables = np.concatenate([self._tables, tables])
        for table in tables:
            most, least = self._measure(table[None], self._part, self._codes)
            self._most, self._least = np.maximum(self._most, most), np.minimum(self._least, least)

    def _find_widths(self) -> Floats:
        """[S] how far apart the least and the most are at least, by the tables so far."""
        return floor_count(self._most) - ceil_count(self._least)

    def _measure(self, tables: Floats, part: Ints, codes: Bools) -> tuple[Floats, Floats]:
        """[S] how many of a domain can have given one of the codes in these tables, at most and at least."""
        given = np.einsum("pqc,sc->psq", tables, codes.astype(np.float64), optimize=True)
        outside = self._truth.sum(axis=1) - part
        most = np.minimum(part, given).sum(axis=2).max(axis=0)
        return most, np.maximum(0, given - outside).sum(axis=2).min(axis=0)

    def _bound_rooms(self) -> Floats:
        """[S] no less than `find_room`: seeing one known group that holds the domain at a time."""
        room: Floats = self._part.sum(axis=1).astype(np.float64)
        for one in self._known:
            weights = one.weights[self._place]
            (holds,) = np.nonzero(~(self._part[:, weights == 0] > 0).any(axis=1))
            lightest = np.where(self._part[holds] > 0, weights, np.inf).min(axis=1)
            most = np.array([min(one.most[self.system.secrets[number].answer]) for number in holds])
            room[holds] = np.minimum(room[holds], floor_count(most / lightest))
        return room

    def _look_around(self, classes: Bools) -> None:
        """Tables with as much as can be of one code in all these classes at once: most numbers move far in them."""
        part = np.where(classes, self._truth.sum(axis=1), 0)
        for code in np.eye(self._codes.shape[1], dtype=bool):
            self._find_most(part, code)

    def _list_unnamed(self) -> Iterator[tuple[Secret, Ints]]:
        """What is known of sets of fewer than `min_n` that no breakdown names, but that the groups shown divide off."""
        sizes = self._truth.sum(axis=1)
        small = [part for part in np.diag(sizes) if 0 < part.sum() < self.system.min_n]
        named = {part.tobytes() for part in self._part[~self._strict]} if small else set()
        for answer, codes in self.system.answers.items() if small else ():
            moving = []
            for part in small:
                if not self._is_still(part, codes):
                    moving.append(part)
                elif part.tobytes() not in named:
                    yield self._make_unnamed(answer, codes), part
            for part in _list_unions(moving, self.system.min_n):
                if part.tobytes() not in named and self._is_still(part, codes):
                    yield self._make_unnamed(answer, codes), part

    def _is_still(self, part: Ints, codes: Bools) -> bool:
        """Is there only one number that it can be?"""
        most, least = self._measure(self._tables, part[None], codes[None])
        return bool(floor_count(most) <= ceil_count(least)) and self._bound(part, codes)[0] < 1

    def _make_unnamed(self, answer: str, codes: Bools) -> Secret:
        nobody = np.zeros(len(self._sizes), dtype=bool)
        return Secret(Domain("a few", nobody, frozenset()), answer, codes, need=1)


def _list_unions(parts: Sequence[Ints], min_n: int) -> Iterator[Ints]:
    """Two or more of the parts together, fewer than `min_n`."""
    sizes = [int(part.sum()) for part in parts]
    tried = 0
    for count in range(2, min_n):
        for union in itertools.combinations(range(len(parts)), count):
            if sum(sizes[one] for one in union) < min_n:
                tried += 1
                if tried > _MOST_UNIONS:
                    return
                yield np.sum([parts[one] for one in union], axis=0)
