"""What a release hides: what the rules name, and what subtraction over the whole release would reveal.

Every item in every wave is a system of its own: no share of another says anything of its counts. A change or gap tells
one of its levels to whoever knows the other: it is shown only where both may be, and both count as shown. What the
tables of one item can tell of another is how many there are: where answers decide who is in a group or who is asked,
the group's size is a count of answers, which is read with the shares of those answers.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from praksis.define.design import Withheld
from praksis.define.group import parse_group, write_group
from praksis.define.survey import Survey
from praksis.estimate.array import Bools
from praksis.estimate.cube import Cell, Estimate, Hidden, Rule, Status
from praksis.estimate.disclosure.atom import Division, Tally, count_answers, divide_sample
from praksis.estimate.disclosure.candidate import Domain, list_domains
from praksis.estimate.disclosure.rule import Secret, Shown, System, find_need
from praksis.estimate.disclosure.suppression import suppress_groups
from praksis.estimate.sample import Sample

DESIGN = "design.yaml"
"""Who decides where no person does."""

Key = tuple[str, str]
"""(wave, item)"""
Found = dict[str, Hidden]
"""Group (or group and BY_SIZE) -> why it is hidden."""
BY_SIZE = " by size"
"""Ends the names of what is not shown as shares of a group, but told by the sizes of others."""


@dataclass(frozen=True)
class Told:
    """Counts of answers in a group."""

    key: Key
    group: str
    answers: tuple[str, ...]


class OtherShares(RuntimeError):
    """What was checked is not what is shown; nothing may be published on the strength of that."""


def hide_cells(
    survey: Survey, cells: Mapping[Cell, Estimate], draw: Callable[[str, str], Sample]
) -> tuple[dict[Cell, Estimate], tuple[Hidden, ...]]:
    """The cells, those that may not be shown made confidential, and the record of what was hidden.

    `draw` gives the sample of a wave and a role. Raises OtherShares if the cells are not shares of these samples.
    """
    hiding = Hiding(survey, cells, draw)
    hidden = hiding.find_hidden()
    kept = {
        cell: Estimate(Status.CONFIDENTIAL)
        if estimate.status in (Status.SHOWN, Status.EMPTY)
        and any(level.group in hidden.get((level.wave, level.item), ()) for level in cell.levels)
        else estimate
        for cell, estimate in cells.items()
    }
    return kept, hiding.list_records(hidden)


@dataclass
class Hiding:
    """The hiding of one release's cells."""

    survey: Survey
    cells: Mapping[Cell, Estimate]
    draw: Callable[[str, str], Sample]
    _divisions: dict[tuple[str, str], Division] = field(default_factory=dict)
    _tallies: dict[Key, Tally] = field(default_factory=dict)
    _codes: dict[str, dict[str, Bools]] = field(default_factory=dict)
    _fellows: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._asked: dict[Key, dict[str, dict[str, None]]] = {}
        """(wave, item) -> group -> the answers whose shares are in the release."""
        self._told: dict[tuple[Key, str], tuple[Told, ...]] = {}
        """Shares of a group -> the counts of answers that its size tells. That nobody is in it tells as much."""
        for cell, estimate in self.cells.items():
            if estimate.shown and cell.levels == (cell,):
                self._confirm(cell, estimate)
            for level in cell.levels:
                self._ask(level)
        self._by_size: dict[Key, dict[str, dict[str, None]]] = {}
        for (key, group), told in self._told.items():
            asked = self._asked.get(key, {}).get(group)
            for one in told if asked is None or not self._hide_first(key, group, asked) else ():
                self._by_size.setdefault(one.key, {}).setdefault(one.group, {}).update(dict.fromkeys(one.answers))
        self._sizes: Counter[str] = Counter()
        for key, groups in self._asked.items():
            self._sizes.update({group: self._count(key, group) for group in groups})

    def find_hidden(self) -> dict[Key, Found]:
        """What to hide. Hiding the shares that sizes tell can take several rounds, each of which hides more."""
        forced: dict[Key, Found] = {}
        hidden: dict[Key, Found] = {}
        waiting = [*dict.fromkeys((*self._asked, *self._by_size))]
        while waiting:
            hidden |= {key: self._hide(key, forced.get(key, {})) for key in waiting}
            waiting = []
            for (key, group), told in self._told.items():
                secret = next((one for one in told if one.group + BY_SIZE in hidden.get(one.key, ())), None)
                if secret and group not in hidden.get(key, ()):
                    record = self._record(key, group, Rule.COUNT, _write_place(secret.key, secret.group))
                    forced.setdefault(key, {})[group] = record
                    waiting.append(key)
        return hidden

    def list_records(self, hidden: Mapping[Key, Found]) -> tuple[Hidden, ...]:
        """What is hidden and would have been shown, in the order of waves, items and groups of the release."""
        order = sorted(self._told, key=lambda place: self.survey.wave_ids.index(place[0][0]))
        return tuple(hidden[key][group] for key, group in order if group in hidden.get(key, ()))

    def _ask(self, level: Cell) -> None:
        key = level.wave, level.item
        if level.wave not in self.survey.waves_of(level.item):
            return
        if (key, level.group) not in self._told:
            self._told[key, level.group] = tuple(self._list_told(key, level.group))
        if self._count(key, level.group):
            self._asked.setdefault(key, {}).setdefault(level.group, {})[level.answer] = None

    def _confirm(self, cell: Cell, estimate: Estimate) -> None:
        tally = self._tally((cell.wave, cell.item))
        weights = tally.weigh(cell.group)
        codes = self._answers(cell.item)[cell.answer]
        share = float(weights @ tally.counts[:, codes].sum(axis=1)) / float(weights @ tally.counts.sum(axis=1))
        if abs(100 * share - estimate.value) > 1e-6:
            raise OtherShares(f"{cell}: {estimate.value} is shown, {100 * share} was checked")

    def _list_told(self, key: Key, group: str) -> Iterator[Told]:
        """The counts that a group's size tells, directly or by way of others."""
        seen = {(key, group)}
        waiting = [(key, group)]
        while waiting:
            for told in self._list_deciders(*waiting.pop()):
                if (told.key, told.group) not in seen and self._count(told.key, told.group):
                    seen.add((told.key, told.group))
                    waiting.append((told.key, told.group))
                    yield told

    def _list_deciders(self, key: Key, group: str) -> Iterator[Told]:
        wave, item = key
        question = self.survey.question_of[item]
        asked = self._find_fellows(key)
        values = parse_group(group)
        deciding = {name: self._find_decider(name, asked) for name in values}
        told: list[tuple[str, tuple[str, ...]]] = [
            (decider, (values[name],)) for name, decider in deciding.items() if decider
        ]
        for name in self.survey.find_deciders(question):
            if name in asked:
                told.append((name, tuple(self._answers(name))))
        for decider, answers in told:
            rest = {name: value for name, value in values.items() if deciding[name] != decider}
            yield Told((wave, decider), write_group(rest), answers)

    def _find_fellows(self, key: Key) -> tuple[str, ...]:
        """The items that the same role was asked in the same wave."""
        wave, role = key[0], self.survey.question_of[key[1]].role
        if (wave, role) not in self._fellows:
            self._fellows[wave, role] = self.survey.items_on_scales(wave, role)
        return self._fellows[wave, role]

    def _find_decider(self, breakdown: str, asked: tuple[str, ...]) -> str:
        """The item whose answer decides a breakdown; '' where the frame does."""
        return next((item for item in self.survey.breakdowns[breakdown].answer_to if item in asked), "")

    def _hide(self, key: Key, forced: Found) -> Found:
        """What is hidden of one item in one wave: groups, and counts that the sizes of others tell."""
        asked, by_size = self._asked.get(key, {}), self._by_size.get(key, {})
        found = dict(forced)
        withheld: dict[str, tuple[str, ...]] = dict.fromkeys(self._withheld(key), ())
        for suffix, groups in (("", withheld | asked), (BY_SIZE, withheld | by_size)):
            first = {group + suffix: self._hide_first(key, group, answers) for group, answers in groups.items()}
            found |= {name: record for name, record in first.items() if record}
        system = self._describe(key, found)
        for name, secret in suppress_groups(system).items():
            shown = system.shown[name]
            if secret.strict and np.array_equal(shown.members, secret.domain.members):
                found[name] = self._record(key, shown.group, Rule.EXTREME)
            else:
                place = _write_place(key, secret.domain.name, secret.answer)
                found[name] = self._record(key, shown.group, Rule.SUBTRACTION, place)
        return found

    def _hide_first(self, key: Key, group: str, answers: Iterable[str]) -> Hidden | None:
        """Why the shares of these answers in a group are hidden whatever else is shown."""
        if decision := self._withheld(key).get(group):
            record = self._record(key, group, Rule.DECISION)
            return replace(record, by=decision.by, reason=decision.reason, date=decision.date or "")
        if self._count(key, group) < self.survey.design.min_n:
            return self._record(key, group, Rule.FEW)
        if self.survey.items[key[1]].sensitive and any(self._is_extreme(key, group, answer) for answer in answers):
            return self._record(key, group, Rule.EXTREME)
        return None

    def _withheld(self, key: Key) -> dict[str, Withheld]:
        """Group -> the decision of a person to hide it."""
        return {one.group: one for one in self.survey.design.hidden if (one.wave, one.item) == key}

    def _is_extreme(self, key: Key, group: str, answer: str) -> bool:
        tally = self._tally(key)
        counts = tally.counts[tally.find_members(group)]
        return int(counts[:, self._answers(key[1])[answer]].sum()) in (0, int(counts.sum()))

    def _describe(self, key: Key, hidden: Collection[str]) -> System:
        """The system of one item in one wave: what is not hidden already, and what must stay unsure."""
        _, item = key
        tally, answers, asked = self._tally(key), self._answers(item), self._find_fellows(key)
        # Groups by the item itself are all or nothing of it; what their sizes tell is told by size.
        breakdowns = {
            name: breakdown
            for name, breakdown in self.survey.breakdowns.items()
            if self._find_decider(name, asked) != item
        }
        shown = {
            group: Shown(group, tally.weigh(group), tuple(answers), self._sizes[group])
            for group, answers in self._asked.get(key, {}).items()
        }
        shown |= {
            group + BY_SIZE: Shown(
                group, tally.find_members(group).astype(np.float64), tuple(answers), self._sizes[group], by_size=True
            )
            for group, answers in self._by_size.get(key, {}).items()
        }
        shown = {name: one for name, one in shown.items() if parse_group(one.group).keys() <= breakdowns.keys()}
        groups = dict.fromkeys((*(one.group for one in shown.values()), *self._withheld(key)))
        domains = list_domains(groups, breakdowns, tally.find_members)
        secrets = tuple(self._list_secrets(key, groups, domains))
        left = {name: one for name, one in shown.items() if name not in hidden}
        return System(tally.counts, answers, left, secrets, self.survey.design.min_n)

    def _list_secrets(self, key: Key, groups: Collection[str], domains: Sequence[Domain]) -> Iterator[Secret]:
        """What must stay unsure: groups of the release first, small before large."""
        min_n, tally = self.survey.design.min_n, self._tally(key)
        sensitive = self.survey.items[key[1]].sensitive
        decided = {tally.find_members(group).tobytes() for group in self._withheld(key)}
        sizes = [int(tally.counts[domain.members].sum()) for domain in domains]
        order = sorted(range(len(domains)), key=lambda place: (domains[place].name not in groups, sizes[place]))
        for domain, n in ((domains[place], sizes[place]) for place in order):
            count = tally.counts[domain.members]
            is_secret = 0 < n < min_n or (n and domain.members.tobytes() in decided)
            for answer, codes in self._answers(key[1]).items() if is_secret or (sensitive and n) else ():
                if is_secret:
                    yield Secret(domain, answer, codes, find_need(n, min_n))
                if sensitive and int(count[:, codes].sum()) in (0, n):
                    yield Secret(domain, answer, codes, need=1, strict=True)

    def _record(self, key: Key, group: str, rule: Rule, protects: str = "") -> Hidden:
        reason = _REASONS[rule].replace("{min_n}", str(self.survey.design.min_n))
        return Hidden(key[0], key[1], group, rule, self._count(key, group), DESIGN, reason, protects)

    def _count(self, key: Key, group: str) -> int:
        tally = self._tally(key)
        return int(tally.counts[tally.find_members(group)].sum())

    def _answers(self, item: str) -> dict[str, Bools]:
        """Every answer and group of answers -> its codes among those of the base."""
        scale = self.survey.scale_of(item)
        if scale.id not in self._codes:
            self._codes[scale.id] = {name: np.isin(scale.base_codes, codes) for name, codes in scale.codes.items()}
        return self._codes[scale.id]

    def _tally(self, key: Key) -> Tally:
        if key not in self._tallies:
            wave, item = key
            role = self.survey.question_of[item].role
            sample = self.draw(wave, role)
            if (wave, role) not in self._divisions:
                self._divisions[wave, role] = divide_sample(sample)
            self._tallies[key] = count_answers(sample, self._divisions[wave, role], item)
        return self._tallies[key]


_REASONS = {
    Rule.FEW: "fewer than {min_n} answered",
    Rule.EXTREME: "nobody or everybody gave an answer to a sensitive item",
    Rule.SUBTRACTION: "with the rest of the release it would reveal what is hidden",
    Rule.COUNT: "the size of the group would tell answers that are hidden",
    Rule.DECISION: "",
}


def _write_place(key: Key, group: str, answer: str = "") -> str:
    return " / ".join(part for part in (key[1], answer, group, key[0]) if part)
