"""Rows and how they were drawn: what every estimate is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import pyarrow as pa

from praksis.estimate.array import Bools, Floats, Ints
from praksis.estimate.column import Coded, Value, code_column, find_missing, read_numbers, read_table
from praksis.estimate.design import Design, FaultyDesign, Unanswered
from praksis.estimate.domain import RESERVED, Domains, UnclearDomains
from praksis.estimate.linear import Block
from praksis.estimate.plan import Plan, compile_plan
from praksis.estimate.replicates import Replicates, count_degrees
from praksis.estimate.scale import Answers, UnknownAnswer, list_values, read_answers


def name_reasons(item: str) -> str:
    """The column that says why numbers of an item are missing."""
    return f"{item}_missing"


_PARTS = ("data", "design", "frame", "plan", "leave_out", "within", "replicates")


@dataclass(frozen=True, eq=False)
class Sampled:
    """A table, its design compiled, and the columns as codes, read once."""

    data: pa.Table
    design: Design
    frame: pa.Table | None
    plan: Plan
    leave_out: tuple[Value, ...]
    """Categories that are in no base, such as "not asked"."""
    within: Bools
    """[n] the rows of the domain that `where` chose; the others stay part of the sample."""
    replicates: Replicates | None = None

    def __init__(self, data: Any, design: Design, frame: Any = None, leave_out: Sequence[Value] = ()) -> None:
        if not isinstance(design, Design):
            raise FaultyDesign('Survey(data, design): the design is a praksis.Design, such as Design(strata="sector").')
        table = read_table(data)
        population = read_table(frame) if frame is not None else None
        plan = compile_plan(table, design, population)
        within = np.ones(table.num_rows, dtype=bool)
        for name, value in zip(_PARTS, (table, design, population, plan, tuple(leave_out), within, None), strict=True):
            object.__setattr__(self, name, value)

    def derive(self, **changes: Any) -> Self:
        """The same with some parts changed; for domains, weights and replicates."""
        derived = object.__new__(type(self))
        for name in _PARTS:
            object.__setattr__(derived, name, changes.get(name, getattr(self, name)))
        if "data" not in changes:  # the columns are the same, so they need not be read again
            for name in ("_coded", "_stacks", "_scales"):
                derived.__dict__[name] = getattr(self, name)
        return derived

    def describe_inference(self) -> str:
        """What standard errors allow for."""
        if self.replicates is not None:
            return f"standard errors from {self.replicates.count} replicates"
        if self.plan.corrected:
            return "these units, with finite population correction"
        return "the process that made the answers, without finite population correction"

    def where(self, column: str, *values: Value) -> Self:
        """A domain: the rows where the column has one of the values. The design stays that of the whole sample."""
        coded = self.code(column)
        places = [coded.find(value) for value in values]
        if not values:
            raise FaultyDesign(f'where: say which of "{column}": {", ".join(map(repr, coded.categories))}.')
        if -1 in places:
            unknown = values[places.index(-1)]
            raise FaultyDesign(
                f'column "{column}" has no {unknown!r}: it has {", ".join(map(repr, coded.categories))}.'
            )
        return self.derive(within=self.within & np.isin(coded.codes, places))

    def answering(self, *items: str) -> Self:
        """Those who answered the items, as if the others had not been in the sample.

        Sampling fractions, and weights that are made from them, are those of who answered: item non-response is treated
        like not answering at all, as Praksis publishes. Weights that were given are kept.
        """
        if self.plan.calibrations or self.replicates is not None:
            raise FaultyDesign(
                f'"{items[0]}" has answers missing: with unanswered="sample" it has a sample of its own, which '
                "calibrated weights and replicates are not for. Make the survey with "
                'Design(unanswered="domain") before them.'
            )
        populations = [read_numbers(self.data, name) for name in self.design.population]
        if any((one <= 1).all() and (one < 1).any() for one in populations):
            raise FaultyDesign(
                f'"{items[0]}" has answers missing: with unanswered="sample" the population must be counts, '
                "not fractions."
            )
        rows = ~np.logical_or.reduce([self.find_unanswered(item) for item in items])
        if not rows.any():
            raise FaultyDesign(f'"{items[0]}": nobody answered it, so it has no sample; leave it out.')
        data = self.data.filter(pa.array(rows))
        return type(self)(data, self.design, self.frame, self.leave_out).derive(within=self.within[rows])

    def lacks_answers(self, items: Sequence[str]) -> bool:
        """Is each item to have a sample of its own, of those who answered it?"""
        if self.design.unanswered != Unanswered.SAMPLE:
            return False
        return any(self.find_unanswered(item).any() for item in items)

    def find_unanswered(self, item: str) -> Bools:
        """[n] who did not answer an item.

        Null is not answered. A column of numbers cannot say "not asked" in the place of a number, so a column
        `<item>_missing` may say why one lacks: where its reason is in `leave_out`, there was nothing to answer.
        """
        missing = find_missing(self.data, item)
        if name_reasons(item) in self.data.column_names:
            reasons = self.code(name_reasons(item))
            missing &= ~np.isin(reasons.codes, [place for one in self.leave_out if (place := reasons.find(one)) >= 0])
        return missing

    def code(self, column: str) -> Coded:
        """A column as codes."""
        if column not in self._coded:
            self._coded[column] = code_column(self.data, column)
        return self._coded[column]

    def stack_codes(self, items: tuple[str, ...]) -> Ints:
        """[n, I] the codes of items with one number of categories, A for missing."""
        if items not in self._stacks:
            missing = len(self.code(items[0]).categories)
            stack = np.stack([self.code(item).codes for item in items]).T  # a column at a time, where rows are many
            stack = np.where(stack < 0, missing, stack) if stack.min() < 0 else stack
            self._stacks[items] = stack if len(stack) > len(items) * 1000 else np.ascontiguousarray(stack)
        return self._stacks[items]

    @cached_property
    def _stacks(self) -> dict[tuple[str, ...], Ints]:
        return {}

    @cached_property
    def _coded(self) -> dict[str, Coded]:
        return {}

    def list_domains(self, by: tuple[str, ...], each: tuple[str, ...]) -> Domains:
        """The domains that `by` and `each` make."""
        if wrong := [name for name in (*by, *each) if name in RESERVED]:
            raise UnclearDomains(f'by, each: results have a column "{wrong[0]}" of their own; rename that of the data.')
        if twice := [name for name in each if name in by or each.count(name) > 1]:
            raise UnclearDomains(f'by, each: "{twice[0]}" is there twice; crossed (by) or one by one (each)?')
        kind = by, each
        if kind not in self._domains:
            coded = {name: self.code(name) for name in (*by, *each)}
            self._domains[kind] = Domains(coded, self.within, by, each)
        return self._domains[kind]

    @cached_property
    def _domains(self) -> dict[tuple[tuple[str, ...], tuple[str, ...]], Domains]:
        return {}

    def count_frame(self, domains: Domains) -> Floats | None:
        """[G] how many of the frame are in each domain, 0 where it does not know; None where it is of no use."""
        if self.frame is None or not self.plan.corrected or not self.within.all():
            return None
        kind = domains.by, domains.each
        if kind not in self._frame_sizes:
            names = [name for name in domains.names if name in self.frame.column_names]
            coded = {name: code_column(self.frame, name) for name in names}
            sizes = np.zeros(len(domains))
            for at, domain in enumerate(domains.listed):
                places = {name: coded[name].find(value) for name, value in domain.values.items() if name in coded}
                if len(places) == len(domain.values) and -1 not in places.values():
                    inside = [coded[name].codes == place for name, place in places.items()]
                    sizes[at] = np.logical_and.reduce(inside).sum() if inside else self.frame.num_rows
            contradicted = sizes < domains.inside.sum(axis=0)
            self._frame_sizes[kind] = np.where(contradicted, 0, sizes)
        return self._frame_sizes[kind]

    @cached_property
    def _frame_sizes(self) -> dict[tuple[tuple[str, ...], tuple[str, ...]], Floats]:
        return {}

    def list_scales(
        self, items: Sequence[str], answers: Mapping[str, Sequence[Value]] | None, leave_out: Sequence[Value]
    ) -> list[Answers]:
        """The answers of each item; one object for items that have the same."""
        groups = tuple((name, list_values(values)) for name, values in (answers or {}).items())
        for name, values in groups:
            for value in values:
                if all(self.code(item).find(value) < 0 for item in items):
                    raise UnknownAnswer(f'answers: {value!r} of "{name}" is no answer of {", ".join(items)}.')
        known = self._scales.setdefault((groups, tuple(leave_out)), {})
        for item in items:
            if item not in known:
                known[item] = read_answers(self.code(item).categories, groups, tuple(leave_out))
        return [known[item] for item in items]

    @cached_property
    def _scales(self) -> dict[tuple[object, ...], dict[str, Answers]]:
        return {}

    def make_share(self, item: str, scale: Answers, domains: Domains) -> Block:
        """The shares of an item as ratios of two sums."""
        codes = np.where(self.code(item).codes < 0, len(scale.base) - 1, self.code(item).codes)
        base = scale.base[codes][:, None]
        return Block(scale.chosen[codes], base, domains.inside)

    def find_degrees(self, inside: Bools) -> int:
        """Degrees of freedom of what rests on these rows."""
        if self.replicates is None:
            return self.plan.find_degrees(inside)
        mark = np.packbits(inside).tobytes()
        if mark not in self._degrees:
            self._degrees[mark] = count_degrees(self.replicates, self.plan.first, np.flatnonzero(inside))
        return self._degrees[mark]

    @cached_property
    def _degrees(self) -> dict[bytes, int]:
        """Rows -> degrees of freedom, which of replicates take a while to find."""
        return {}
