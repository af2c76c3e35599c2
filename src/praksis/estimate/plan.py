"""A design compiled to arrays: who was drawn with whom, from how many, and how much each row counts."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from praksis.estimate.array import Bools, Floats, Ints, sum_by
from praksis.estimate.calibration import Adjustment
from praksis.estimate.column import Coded, code_column, number_rows, read_numbers
from praksis.estimate.design import Design, FaultyDesign, Lonely

Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Stage:
    """One stage of the sampling: units drawn within groups.

    At the first stage the groups are the strata; at the next they are the units of the one before.
    """

    unit: Ints
    """[n] the unit of every row, 0 to U-1."""
    group: Ints
    """[U] the group of every unit, 0 to G-1."""
    units: Ints
    """[G] units in the sample."""
    fraction: Floats
    """[G] units drawn over units there are; 0 where the population counts as infinite."""
    share: Floats
    """[G] product of the fractions of the stages before; 1 at the first."""
    names: tuple[str, ...] = ()
    """The groups' names, for messages."""

    @cached_property
    def population(self) -> Ints:
        """[G] units there are; 0 where the population counts as infinite."""
        fraction = np.where(self.fraction > 0, self.fraction, np.inf)
        return np.rint(self.units / fraction).astype(np.int64)

    @cached_property
    def row_units(self) -> bool:
        """Is every row a unit of its own, in the order of the rows?"""
        return len(self.unit) == len(self.group) and bool((self.unit == np.arange(len(self.unit))).all())

    def add_up(self, z: Floats) -> Floats:
        """Sums per unit, [n, J] -> [U, J]."""
        if self.row_units:
            return z
        return sum_by(self.unit, len(self.group), z)


@dataclass(frozen=True)
class Plan:
    """The sample as variance sees it."""

    weight: Floats
    """[n] how much each row counts."""
    stages: tuple[Stage, ...]
    lonely: Lonely = Lonely.FAIL
    calibrations: tuple[Adjustment, ...] = ()
    """What the weights were fitted to, in the order it was done."""
    keys: tuple[Key, ...] | None = None
    """[U] what names the first-stage units from wave to wave; None where the design does not say."""
    frame: Mapping[Key, int] | None = None
    """Every unit of the population -> its stratum; None where only the sizes are known."""
    corrected: bool = True
    """Is there to be a finite population correction?"""

    @property
    def first(self) -> Stage:
        return self.stages[0]

    @property
    def stratum(self) -> Ints:
        """[n] the stratum of every row."""
        return self.first.group[self.first.unit]

    def find_degrees(self, inside: Bools) -> int:
        """Degrees of freedom of a domain: units with a row in it less strata with one (R: `degf(subset(design))`)."""
        touched = np.bincount(self.first.unit[inside], minlength=len(self.first.group)) > 0
        strata = np.bincount(self.first.group[touched], minlength=len(self.first.fraction)) > 0
        return int(touched.sum() - strata.sum())


def make_stage(unit: Ints, group: Ints, fraction: Floats, share: Floats, names: tuple[str, ...] = ()) -> Stage:
    """A stage, its units counted."""
    return Stage(unit, group, np.bincount(group, minlength=len(fraction)), fraction, share, names)


def compile_plan(table: pa.Table, design: Design, frame: pa.Table | None) -> Plan:
    """The plan of the rows of a table. `frame`: one row per unit of the population, with the strata and the key.

    Raises FaultyDesign or UnknownColumn where design and data do not fit.
    """
    rows = table.num_rows
    if rows == 0:
        raise FaultyDesign("data: there are no rows.")
    strata = [_code(table, name) for name in design.strata]
    stratum, firsts = number_rows([one.codes for one in strata], rows)
    names = _name_combinations(design.strata, strata, firsts)
    clusters = [_code(table, name).codes for name in design.clusters]
    populations = [read_numbers(table, name) for name in design.population]
    if frame is not None:
        if populations:
            raise FaultyDesign("design: population and frame both say how many there are; give one of them.")
        if design.clusters:
            raise FaultyDesign("frame: with clusters, give the population column of each stage instead.")
        populations = [_count_frame(frame, design, names)[stratum]]
    stages = compile_stages(stratum, [_say(name) for name in names], clusters, populations)
    weight = np.ones(rows)
    if design.weights not in (None, "none"):
        weight = _read_weights(table, str(design.weights))
    elif design.weights is None:
        for stage in stages:
            fraction = stage.fraction[stage.group[stage.unit]]
            weight = weight / np.where(fraction > 0, fraction, 1.0)
    if not design.corrected:
        stages = (replace(stages[0], fraction=np.zeros_like(stages[0].fraction)),)
    # Clusters are nested: where two strata use the same name, the stratum is part of it.
    keyed = (*design.strata, *design.clusters[:1]) if design.clusters else design.key
    keys = _name_units(table, keyed, stages[0]) if keyed else None
    places = _place_frame(frame, design, names) if frame is not None and design.key else None
    if keys is not None and places is not None:
        _refuse_strangers(keys, stages[0], places)
    return Plan(
        weight=weight,
        stages=stages,
        lonely=Lonely(design.lonely),
        keys=keys,
        frame=places,
        corrected=design.corrected and bool(stages[0].fraction.any()),
    )


def _code(table: pa.Table, name: str) -> Coded:
    coded = code_column(table, name)
    if (coded.codes < 0).any():
        row = int(np.flatnonzero(coded.codes < 0)[0]) + 1
        raise FaultyDesign(f'column "{name}" of the design is empty in row {row}: every row needs its place.')
    return coded


def _say(name: Key) -> str:
    return "/".join(str(part) for part in name) or "everyone"


def _name_combinations(columns: Sequence[str], coded: Sequence[Coded], firsts: Ints) -> list[Key]:
    return [tuple(one.categories[one.codes[first]] for one in coded) for first in firsts.tolist()] if columns else [()]


def _read_weights(table: pa.Table, name: str) -> Floats:
    weight = read_numbers(table, name)
    if (wrong := np.flatnonzero(~(weight >= 0) | ~np.isfinite(weight))).size:
        raise FaultyDesign(
            f'weights "{name}": row {int(wrong[0]) + 1} has {weight[wrong[0]]}, not a number of 0 or more.'
        )
    return weight


def name_rows(frame: pa.Table, columns: Sequence[str]) -> list[Key]:
    """What names each row."""
    values = [_code(frame, name) for name in columns]
    if not columns:
        return [()] * int(frame.num_rows)
    return list(zip(*([one.categories[code] for code in one.codes.tolist()] for one in values), strict=True))


def _count_frame(frame: pa.Table, design: Design, names: Sequence[Key]) -> Floats:
    """[H] the units of the frame per stratum of the sample."""
    sizes = Counter(name_rows(frame, design.strata))
    if lacking := [name for name in names if name not in sizes]:
        raise FaultyDesign(f"frame: it has nobody in stratum {_say(lacking[0])}, which the data have.")
    return np.array([sizes[name] for name in names], dtype=np.float64)


def _place_frame(frame: pa.Table, design: Design, names: Sequence[Key]) -> dict[Key, int]:
    """Key -> stratum; -1 for strata where nobody answered."""
    place = {name: number for number, name in enumerate(names)}
    strata = name_rows(frame, design.strata)
    keys = name_rows(frame, design.key)
    if len(set(keys)) < len(keys):
        twice = next(key for key, times in Counter(keys).items() if times > 1)
        raise FaultyDesign(f"frame: {_say(twice)} is there twice; the key must name one unit.")
    return {key: place.get(stratum, -1) for key, stratum in zip(keys, strata, strict=True)}


def _refuse_strangers(keys: Sequence[Key], stage: Stage, frame: Mapping[Key, int]) -> None:
    for key, stratum in zip(keys, stage.group.tolist(), strict=True):
        if key not in frame:
            raise FaultyDesign(f"frame: {_say(key)} is in the data and not in the frame, which is of everyone.")
        if frame[key] != stratum:
            raise FaultyDesign(f"frame: {_say(key)} is in another stratum than in the data; one of them is wrong.")


def _name_units(table: pa.Table, columns: Sequence[str], stage: Stage) -> tuple[Key, ...]:
    coded = [_code(table, name) for name in columns]
    _, firsts = np.unique(stage.unit, return_index=True)
    names = _name_combinations(columns, coded, firsts)
    if len(set(names)) < len(names):
        twice = next(name for name, times in Counter(names).items() if times > 1)
        raise FaultyDesign(f"data: {_say(twice)} is there twice; the key must name one unit of the sample.")
    return tuple(names)


def compile_stages(
    strata: Ints, names: Sequence[str], clusters: Sequence[Ints], populations: Sequence[Floats]
) -> tuple[Stage, ...]:
    """The stages from code columns.

    Args:
        strata: [n] 0 to H-1. names: [H]. clusters: per stage [n], any codes. populations: per stage [n], counts, or
            fractions where all are at most 1.

    Raises FaultyDesign where a population differs within a group or is smaller than the sample.
    """
    rows = len(strata)
    group, names, share = strata, list(names), np.ones(len(names))
    stages: list[Stage] = []
    for place in range(max(len(clusters), 1)):
        if place < len(clusters):
            unit, firsts = number_rows([group, clusters[place]], rows)
        else:
            unit = firsts = np.arange(rows)
        of_unit = group[firsts]
        fraction = np.zeros(len(names))
        if place < len(populations):
            fraction = _find_fractions(of_unit, group, populations[place], names, place)
        stages.append(make_stage(unit, of_unit, fraction, share, tuple(names)))
        if not fraction.any():
            break  # without a correction the first stage holds all the variance (Särndal et al. 1992, result 4.5.1)
        share = (share * fraction)[of_unit]
        names = [f"{names[one]}, cluster {number}" for number, one in enumerate(of_unit.tolist())]
        group = unit
    return tuple(stages)


def _find_fractions(of_unit: Ints, group: Ints, population: Floats, names: Sequence[str], place: int) -> Floats:
    groups = len(names)
    drawn = np.bincount(of_unit, minlength=groups)
    stage = f"population of stage {place + 1}"
    if (wrong := np.flatnonzero(~(np.isfinite(population) & (population > 0)))).size:
        raise FaultyDesign(f"{stage}: row {int(wrong[0]) + 1} has no number above 0.")
    highest = np.zeros(groups)
    np.maximum.at(highest, group, population)
    lowest = np.full(groups, np.inf)
    np.minimum.at(lowest, group, population)
    if (uneven := np.flatnonzero(highest != np.where(drawn > 0, lowest, highest))).size:
        raise FaultyDesign(f"{stage}: it is not the same for all rows of {names[int(uneven[0])]}.")
    if (population <= 1).all() and not (drawn == highest).all():
        return highest
    if (short := np.flatnonzero(drawn > highest)).size:
        one = int(short[0])
        raise FaultyDesign(
            f"{stage}: {names[one]} has {int(drawn[one])} units in the data but a population of {highest[one]:g}; "
            "count the population again, or correct the strata."
        )
    return drawn / np.where(highest > 0, highest, 1.0)
