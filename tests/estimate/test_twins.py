"""Fast ways against slow ones: counts against linearised values, and both against plain Python.

The twin below is written from the formulas of docs/method.md row by row, without numpy and without anything of the
package: shares from dictionaries, a standard error from its definition, the covariance of two waves from a loop over
those in both. Hypothesis draws small surveys with everything that can go wrong in one: strata of one unit, strata drawn
whole, weights of 0, missing answers, empty domains, units that move, join and leave.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from praksis import Design, Survey
from praksis.estimate import share_numbers
from praksis.estimate.estimates import Estimates
from praksis.estimate.share_change import NothingToCompare

Row = Mapping[str, Any]
Chosen = Callable[[Row], bool]

QUICK = settings(max_examples=60, deadline=None)
GROUPS = {"any": ["a", "b"], "other": ["c", "b"]}
ITEMS = ["q", "r", "s"]
CATEGORIES = {"q": ("a", "b", "c"), "r": ("a", "b", "c"), "s": ("b", "a")}
"""Of the items: dictionaries keep their order, and categories that nobody chose."""


# -- the twin ----------------------------------------------------------------------------------------------------------


@dataclass
class Twin:
    """Rows, and per row what the design says: stratum, clusters, weight, and sizes of stratum and cluster."""

    rows: Sequence[Row]
    weight: Sequence[float]
    stratum: Sequence[Hashable]
    clusters: Sequence[tuple[Hashable, ...]]
    """Per row the unit of each stage, the last being what was drawn at last."""
    sizes: Sequence[tuple[float, ...]] | None
    """Per row how many there are in the stratum, then in the cluster; None: infinite."""
    lonely: str

    def share(self, base: Chosen, chosen: Chosen) -> tuple[float, list[float], int]:
        """The share, its linearised value per row, and how many are in the base."""
        total = sum(w for w, row in zip(self.weight, self.rows, strict=True) if base(row))
        n = sum(map(base, self.rows))
        if total == 0:
            return math.nan, [0.0] * len(self.rows), n
        p = sum(w for w, row in zip(self.weight, self.rows, strict=True) if base(row) and chosen(row)) / total
        z = [w * (chosen(row) - p) / total if base(row) else 0.0 for w, row in zip(self.weight, self.rows, strict=True)]
        return p, z, n

    def covariance(self, one: Sequence[float], two: Sequence[float]) -> float:
        """The first stage between clusters, the second between rows within them."""
        total = self._between(one, two, [units[0] for units in self.clusters], self.stratum, 0, lambda _: 1.0)
        if len(self.clusters[0]) > 1 and self.sizes is not None:
            drawn = Counter({units[0]: self.stratum[row] for row, units in enumerate(self.clusters)}.values())
            fraction = {
                units[0]: drawn[self.stratum[row]] / self.sizes[row][0] for row, units in enumerate(self.clusters)
            }
            groups = [units[0] for units in self.clusters]
            total += self._between(one, two, [units[1] for units in self.clusters], groups, 1, fraction.__getitem__)
        return total

    def _between(
        self,
        one: Sequence[float],
        two: Sequence[float],
        unit: Sequence[Hashable],
        group: Sequence[Hashable],
        stage: int,
        before: Callable[[Hashable], float],
    ) -> float:
        sums: dict[Hashable, list[float]] = defaultdict(lambda: [0.0, 0.0])
        group_of, size_of = {}, {}
        for row in range(len(self.rows)):
            sums[unit[row]][0] += one[row]
            sums[unit[row]][1] += two[row]
            group_of[unit[row]] = group[row]
            size_of[group[row]] = math.inf if self.sizes is None else self.sizes[row][stage]
        members = defaultdict(list)
        for name, place in group_of.items():
            members[place].append(sums[name])
        everyone = [sum(pair[side] for pair in sums.values()) / len(sums) for side in (0, 1)]
        total, lonely = 0.0, 0
        for name, pairs in members.items():
            n = len(pairs)
            left = 1 - n / size_of[name]
            if left <= 0:
                continue
            if n > 1:
                means = [sum(pair[side] for pair in pairs) / n for side in (0, 1)]
                products = sum((a - means[0]) * (b - means[1]) for a, b in pairs)
                total += before(name) * left * n / (n - 1) * products
            elif stage == 0:
                lonely += 1
                if self.lonely == "adjust":
                    total += left * (pairs[0][0] - everyone[0]) * (pairs[0][1] - everyone[1])
        if stage == 0 and self.lonely == "average" and lonely:
            total *= len(members) / max(len(members) - lonely, 1)
        return total

    def degrees(self, base: Chosen) -> int:
        units = {(self.stratum[at], self.clusters[at][0]) for at, row in enumerate(self.rows) if base(row)}
        return len(units) - len({stratum for stratum, _ in units})


def list_categories(rows: Sequence[Row], item: str) -> list[Any]:
    """Those of a dictionary, else those that occur."""
    return list(CATEGORIES.get(item, ())) or sorted({row[item] for row in rows if row[item] is not None})


def list_domains(rows: Sequence[Row], inside: Chosen, by: Sequence[str], each: Sequence[str]) -> list[dict[str, Any]]:
    """The crossings of `by` that occur among those inside, each whole and then split by every column in turn."""
    crossings = sorted(
        {tuple(row[name] for name in by) for row in rows if inside(row) and None not in [row[name] for name in by]}
    )
    domains = []
    for crossing in crossings:
        fixed = dict(zip(by, crossing, strict=True))
        domains.append(fixed)
        domains += [{**fixed, name: value} for name in each for value in list_categories(rows, name)]
    return domains


def list_answers(
    rows: Sequence[Row], item: str, groups: Mapping[str, Sequence[str]], leave_out: Sequence[str]
) -> list[tuple[str, list[str]]]:
    kept = [value for value in list_categories(rows, item) if value not in leave_out]
    return [(value, [value]) for value in kept] + [
        (name, [one for one in values if one in kept]) for name, values in groups.items()
    ]


@dataclass
class Expected:
    """What the twin says of every row of a table of shares."""

    labels: list[tuple[Any, ...]] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    z: list[list[float]] = field(default_factory=list)
    n: list[int] = field(default_factory=list)
    nonresponse: list[int] = field(default_factory=list)
    df: list[int] = field(default_factory=list)


def expect_shares(
    twin: Twin,
    items: Sequence[str],
    by: Sequence[str] = (),
    each: Sequence[str] = (),
    groups: Mapping[str, Sequence[str]] | None = None,
    leave_out: Sequence[str] = (),
    inside: Chosen = lambda _: True,
) -> Expected:
    found = Expected()
    names = list(dict.fromkeys([*by, *each]))
    for item in items:
        for domain in list_domains(twin.rows, inside, by, each):

            def belongs(row: Row, domain: Mapping[str, Any] = domain) -> bool:
                return inside(row) and all(row[name] == value for name, value in domain.items())

            def counts(row: Row, item: str = item, belongs: Chosen = belongs) -> bool:
                return belongs(row) and row[item] is not None and row[item] not in leave_out

            for answer, values in list_answers(twin.rows, item, groups or {}, leave_out):
                p, z, n = twin.share(counts, lambda row, item=item, values=values: row[item] in values)
                found.labels.append((item, answer, *(domain.get(name) for name in names)))
                found.values.append(p)
                found.z.append(z)
                found.n.append(n)
                found.nonresponse.append(sum(belongs(row) and row[item] is None for row in twin.rows))
                found.df.append(twin.degrees(counts))
    return found


def near(expected: Any, size: float = 1.0) -> Any:
    return pytest.approx(expected, rel=1e-9, abs=1e-12 * size, nan_ok=True)


def check_shares(estimates: Estimates, expected: Expected, twin: Twin) -> None:
    """Labels, values, counts, standard errors by counts and by linearised values, and all covariances."""
    table = estimates.table
    names = estimates.labels.column_names
    assert list(zip(*(table.column(name).to_pylist() for name in names), strict=True)) == expected.labels
    assert list(estimates.numbers["estimate"]) == near(expected.values)
    for name in ("n", "nonresponse", "df"):
        assert list(estimates.numbers[name]) == getattr(expected, name), name
    variances = [twin.covariance(z, z) for z in expected.z]
    known = ~np.isnan(expected.values)
    counted = np.where(known, np.asarray(estimates.numbers["se"], dtype=float) ** 2, 0)
    assert list(counted) == near(variances)
    assert list(estimates.combination.variances) == near(variances)
    assert list(np.nan_to_num(estimates.combination.values)) == near(
        [value if value == value else 0 for value in expected.values]
    )
    places = range(0, len(expected.z), max(len(expected.z) // 6, 1))
    covariance = estimates.covariance
    for one in places:
        for two in places:
            assert covariance[one, two] == near(twin.covariance(expected.z[one], expected.z[two]))


# -- one wave ----------------------------------------------------------------------------------------------------------

FIELDS: dict[str, Sequence[Any]] = {
    "q": ["a", "b", "c", None],
    "r": ["a", "b", "c"],
    "s": ["a", "b", None],
    "g": ["x", "y", None],
    "h": [1, 2],
    "stratum": ["north", "south", "east"],
    "cluster": [0, 1, 2],
    "extra": [0, 1, 2],
    "w": [1.0, 0.5, 2.5, 0.0],
}


def draw_rows(fields: Mapping[str, Sequence[Any]], least: int, most: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows drawn as few numbers each: a fraction of the work of drawing every value. Numbers are small, for large ones
    are mostly drawn near 0."""
    parts: list[dict[str, Sequence[Any]]] = [{}]
    for name, values in fields.items():
        if count_kinds(parts[-1]) * len(values) > 1000:
            parts.append({})
        parts[-1][name] = values

    def decode(numbers: tuple[int, ...]) -> dict[str, Any]:
        row = {}
        for number, part in zip(numbers, parts, strict=True):
            for name, values in part.items():
                number, place = divmod(number, len(values))
                row[name] = values[place]
        return row

    numbers = st.tuples(*(st.integers(0, count_kinds(part) - 1) for part in parts))
    return st.lists(numbers.map(decode), min_size=least, max_size=most)


def count_kinds(fields: Mapping[str, Sequence[Any]]) -> int:
    return math.prod(map(len, fields.values()))


def make_table(rows: Sequence[Row], plain: bool = False) -> pa.Table:
    """Items as dictionaries, or plain: with the categories that occur, in the order of the alphabet."""
    columns = {name: pa.array([row[name] for row in rows]) for name in rows[0]}
    for name, categories in CATEGORIES.items():
        codes = [categories.index(row[name]) if row[name] is not None else None for row in rows]
        encoded = pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8()), pa.array(categories))
        columns[name] = encoded.cast(pa.string()) if plain else encoded
    return pa.table(columns)


@dataclass
class Drawn:
    """A survey and its twin."""

    survey: Survey
    twin: Twin


@st.composite
def draw_survey(draw: st.DrawFn, kinds: Sequence[str] = ("rows", "clusters", "two stages")) -> Drawn:
    rows = draw(draw_rows(FIELDS, 2, 14))
    kind, weights = draw(st.sampled_from(kinds)), draw(st.sampled_from(["w", "none", None]))
    finite, inference = draw(st.booleans()), draw(st.sampled_from(["organisations", "process"]))
    lonely = draw(st.sampled_from(["adjust", "certainty", "average"]))
    units = [(row["stratum"], at if kind == "rows" else row["cluster"]) for at, row in enumerate(rows)]
    more = {name: draw(st.integers(0, 2)) for name in ("north", "south", "east")}
    drawn = Counter(stratum for stratum, _ in set(units))
    within = Counter(units)
    for at, row in enumerate(rows):
        row["N"] = drawn[row["stratum"]] + more[row["stratum"]]
        row["M"] = within[units[at]] + rows[units.index(units[at])]["extra"]
        row["id"] = at
    two = kind == "two stages"
    population = (["N", "M"] if two else ["N"]) if finite else []
    design = Design(
        strata="stratum",
        clusters={"rows": [], "clusters": ["cluster"], "two stages": ["cluster", "id"]}[kind],
        population=population,
        weights=weights,
        lonely=lonely,
        inference=inference,
    )
    sizes = [(row["N"], row["M"]) if two else (row["N"],) for row in rows]
    weight = [1.0] * len(rows)
    if weights == "w":
        weight = [row["w"] for row in rows]
    elif weights is None and finite:
        weight = [
            row["N"] / drawn[row["stratum"]] * (row["M"] / within[units[at]] if two else 1)
            for at, row in enumerate(rows)
        ]
    corrected = finite and inference == "organisations"
    twin = Twin(
        rows=rows,
        weight=weight,
        stratum=[row["stratum"] for row in rows],
        clusters=[(unit, at) if two else (unit,) for at, unit in enumerate(units)],
        sizes=sizes if corrected else None,
        lonely=lonely,
    )  # fmt: skip
    return Drawn(Survey(make_table(rows), design), twin)


@QUICK
@given(draw_survey(), st.sampled_from([(), ("g",), ("g", "h")]), st.booleans(), st.booleans())
def test_shares(drawn: Drawn, by: tuple[str, ...], grouped: bool, left: bool) -> None:
    groups, leave_out = GROUPS if grouped else {}, ["b"] if left else []
    estimates = drawn.survey.share(ITEMS, by=by, answers=groups, leave_out=leave_out)
    check_shares(estimates, expect_shares(drawn.twin, ITEMS, by, (), groups, leave_out), drawn.twin)


@QUICK
@given(draw_survey(), st.sampled_from([(), ("stratum",)]), st.sampled_from([("g",), ("h", "g")]))
def test_shares_in_parts(drawn: Drawn, by: tuple[str, ...], each: tuple[str, ...]) -> None:
    check_shares(drawn.survey.share(ITEMS, by, each), expect_shares(drawn.twin, ITEMS, by, each), drawn.twin)


@QUICK
@given(draw_survey(), st.sampled_from(["h", "stratum"]), st.data())
def test_domains_keep_the_design(drawn: Drawn, column: str, data: st.DataObject) -> None:
    """`where`: the other rows stay in the sample, with z = 0."""
    chosen = data.draw(st.sampled_from(list_categories(drawn.twin.rows, column)))
    estimates = drawn.survey.where(column, chosen).share(ITEMS, each="g")
    expected = expect_shares(drawn.twin, ITEMS, each=["g"], inside=lambda row: row[column] == chosen)
    check_shares(estimates, expected, drawn.twin)


@QUICK
@given(draw_survey())
def test_derived_answers(drawn: Drawn) -> None:
    """True where any item has its answer, unknown where none has and one is missing."""
    survey = drawn.survey.with_any("met", {"q": ["a", "b"], "s": "a"})
    rows = []
    for row in drawn.twin.rows:
        met = row["q"] in ("a", "b") or row["s"] == "a"
        rows.append({**row, "met": met or (None if None in (row["q"], row["s"]) else False)})
    assert survey.data.column("met").to_pylist() == [row["met"] for row in rows]
    twin = replace(drawn.twin, rows=rows)
    check_shares(survey.share("met", by="h"), expect_shares(twin, ["met"], by=["h"]), twin)


@QUICK
@given(draw_survey(kinds=("rows", "clusters")), st.sampled_from([1, 60, 400]))
def test_crossings_too_wide_to_count_at_once(drawn: Drawn, widest: int) -> None:
    """Split by column and by item, the numbers are those of one table."""
    ask: dict[str, Any] = {"by": "stratum", "each": ["g", "h"], "answers": GROUPS}
    whole = drawn.survey.share([*ITEMS, "q"], **ask)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(share_numbers, "_WIDEST", widest)
        split = drawn.survey.share([*ITEMS, "q"], **ask)
    assert split.labels.equals(whole.labels)
    for name, values in whole.numbers.items():
        assert list(split.numbers[name]) == near(list(values)), name


@QUICK
@given(draw_survey(), st.sampled_from([(), ("g",)]))
def test_means_and_totals(drawn: Drawn, by: tuple[str, ...]) -> None:
    """A total has z = w y, a mean is a share of numbers."""
    twin, found = drawn.twin, []
    for domain in list_domains(twin.rows, lambda _: True, by, ()):
        inside = [all(row[name] == value for name, value in domain.items()) for row in twin.rows]
        z = [w * row["h"] * one for w, row, one in zip(twin.weight, twin.rows, inside, strict=True)]
        total = sum(w * one for w, one in zip(twin.weight, inside, strict=True))
        mean = sum(z) / total if total else math.nan
        centred = [
            w * (row["h"] - mean) * one / total if total else 0.0
            for w, row, one in zip(twin.weight, twin.rows, inside, strict=True)
        ]
        found.append((sum(z), twin.covariance(z, z), mean, twin.covariance(centred, centred)))
    totals, means = drawn.survey.total("h", by), drawn.survey.mean("h", by)
    assert list(totals.numbers["estimate"]) == near([row[0] for row in found])
    assert list(np.square(totals.numbers["se"])) == near([row[1] for row in found], size=1e3)
    assert list(means.numbers["estimate"]) == near([row[2] for row in found])
    assert list(np.square(means.numbers["se"])) == near([row[3] for row in found], size=1e3)


# -- those who did not answer, as if they had not been in the sample ------------------------------------------------


@QUICK
@given(draw_survey(kinds=("rows",)), st.sampled_from([(), ("g",)]))
def test_unanswered_as_if_not_in_the_sample(drawn: Drawn, each: tuple[str, ...]) -> None:
    """The twin of a survey from which those who did not answer are gone; their number is kept."""
    design = replace(drawn.survey.design, unanswered="sample")
    survey = Survey(drawn.survey.data, design)
    for item in ITEMS:
        rows = [row for row in drawn.twin.rows if row[item] is not None]
        assume(rows)
        kept = [at for at, row in enumerate(drawn.twin.rows) if row[item] is not None]
        left = Counter(row["stratum"] for row in rows)
        twin = replace(
            drawn.twin,
            rows=rows,
            weight=[drawn.twin.weight[at] for at in kept],
            stratum=[row["stratum"] for row in rows],
            clusters=[(at,) for at in kept],
            sizes=[drawn.twin.sizes[at] for at in kept] if drawn.twin.sizes else None,
        )
        if design.weights is None and design.population:
            twin.weight = [row["N"] / left[row["stratum"]] for row in rows]
        expected = expect_shares(twin, [item], each=each)
        missing = [row for row in drawn.twin.rows if row[item] is None]
        expected.nonresponse = [
            sum(len(label) < 3 or label[2] is None or row["g"] == label[2] for row in missing)
            for label in expected.labels
        ]
        check_shares(survey.share(item, each=each), expected, twin)


# -- two waves ---------------------------------------------------------------------------------------------------------

PERSON: dict[str, Sequence[Any]] = {
    "in": [(True, True), (True, False), (False, True), (True, True)],
    "stratum": [("n", "n"), ("s", "s"), ("n", "s"), ("n", "n")],
    "g": [("x", "x"), ("y", "y"), ("x", "y"), (None, "x")],
    **{item: [(one, two) for one in FIELDS[item] for two in FIELDS[item]] for item in (*ITEMS, "w")},
    "drawn": [(True, True), (True, True), (True, False), (False, True)],
}
"""What a unit is at both waves."""


@dataclass
class Waves:
    """Two surveys of one population, their frames, and their twins."""

    surveys: tuple[Survey, Survey]
    twins: tuple[Twin, Twin]
    frames: tuple[dict[int, str], dict[int, str]]
    """Unit -> stratum, of both waves."""
    corrected: bool


@st.composite
def draw_waves(draw: st.DrawFn, unanswered: str = "domain", plain: bool = False) -> Waves:
    people = draw(draw_rows(PERSON, 4, 16))
    weights, inference = draw(st.sampled_from(["w", "none", None])), draw(st.sampled_from(["organisations", "process"]))
    lonely = draw(st.sampled_from(["adjust", "certainty", "average"]))
    design = Design(
        strata="stratum", weights=weights, inference=inference, lonely=lonely, key="id", unanswered=unanswered
    )
    frames, surveys, twins = [], [], []
    for wave in (0, 1):
        frame = {at: one["stratum"][wave] for at, one in enumerate(people) if one["in"][wave]}
        rows = [
            {"id": at, "stratum": frame[at], **{name: one[name][wave] for name in ("g", "q", "r", "s", "w")}}
            for at, one in enumerate(people)
            if at in frame and one["drawn"][wave]
        ]
        assume(rows)
        there = {"id": list(frame), "stratum": list(frame.values())}
        surveys.append(Survey(make_table(rows, plain), design, there))
        frames.append(frame)
        twins.append(make_twin(rows, frame, design))
    return Waves((surveys[0], surveys[1]), (twins[0], twins[1]), (frames[0], frames[1]), design.corrected)


def make_twin(rows: Sequence[Row], frame: Mapping[int, str], design: Design) -> Twin:
    size, drawn = Counter(frame.values()), Counter(row["stratum"] for row in rows)
    weight = [row["w"] if design.weights == "w" else 1.0 for row in rows]
    if design.weights is None:
        weight = [size[row["stratum"]] / drawn[row["stratum"]] for row in rows]
    sizes = [(float(size[row["stratum"]]),) for row in rows] if design.corrected else None
    units = [(row["id"],) for row in rows]
    return Twin(rows, weight, [row["stratum"] for row in rows], units, sizes, str(design.lonely))


def expect_covariance(waves: Waves, twins: tuple[Twin, Twin], one: Sequence[float], two: Sequence[float]) -> float:
    """sum_hg (1 - f1h f2g / f12hg) / d_hg sum z1 z2 over those in both samples, each centred on its own stratum's mean;
    no further from 0 than the variances allow."""
    centred = []
    for twin, z in zip(twins, (one, two), strict=True):
        parts = defaultdict(list)
        for stratum, value in zip(twin.stratum, z, strict=True):
            parts[stratum].append(value)
        mean = {stratum: sum(found) / len(found) if len(found) > 1 else 0.0 for stratum, found in parts.items()}
        centred.append(
            {
                row["id"]: (stratum, value - mean[stratum], len(parts[stratum]))
                for row, stratum, value in zip(twin.rows, twin.stratum, z, strict=True)
            }
        )
    first, second = centred
    pairs = defaultdict(list)
    for key in first.keys() & second.keys():
        pairs[first[key][0], second[key][0]].append(key)
    total = 0.0
    for (h, g), keys in pairs.items():
        m, n1, n2 = len(keys), first[keys[0]][2], second[keys[0]][2]
        factor = 1.0
        if waves.corrected:
            old, new = waves.frames
            size1, size2 = Counter(old.values()), Counter(new.values())
            both = sum(old[key] == h and new[key] == g for key in old.keys() & new.keys())
            factor = 1 - n1 / size1[h] * n2 / size2[g] / (m / both)
        lost = 1 - 1 / n1 - 1 / n2 + m / (n1 * n2)
        factor /= lost if lost > 1e-12 else 1.0
        factor *= weigh_lonely(twins[0], h) * weigh_lonely(twins[1], g)
        total += factor * sum(first[key][1] * second[key][1] for key in keys)
    limit = math.sqrt(twins[0].covariance(one, one) * twins[1].covariance(two, two))
    return min(max(total, -limit), limit)


def weigh_lonely(twin: Twin, stratum: str) -> float:
    """What a stratum's products count: nothing if it is lonely and adds no variance, more if others stand for such."""
    if twin.lonely == "adjust":
        return 1.0
    counts = Counter(twin.stratum)
    size = {} if twin.sizes is None else {name: twin.sizes[row][0] for row, name in enumerate(twin.stratum)}
    alone = {name for name, n in counts.items() if n == 1 and n < size.get(name, math.inf)}
    if stratum in alone:
        return 0.0
    return math.sqrt(len(counts) / max(len(counts) - len(alone), 1)) if twin.lonely == "average" else 1.0


def check_change(estimates: Estimates, waves: Waves, twins: tuple[Twin, Twin], asked: Sequence[Any]) -> None:
    """`asked`: items, by, each, groups, left out."""
    old, new = (expect_shares(twin, *asked) for twin in twins)
    place = {label: at for at, label in enumerate(old.labels)}
    pairs = [(place[label], at) for at, label in enumerate(new.labels) if label in place]
    table = estimates.table
    marks = [table.column(name).to_pylist() for name in estimates.labels.column_names]
    assert list(zip(*marks, strict=True)) == [new.labels[at] for _, at in pairs]
    assert list(estimates.numbers["estimate"]) == near([new.values[b] - old.values[a] for a, b in pairs])
    variances = []
    for a, b in pairs:
        total = twins[0].covariance(old.z[a], old.z[a]) + twins[1].covariance(new.z[b], new.z[b])
        variances.append(max(total - 2 * expect_covariance(waves, twins, old.z[a], new.z[b]), 0.0))
    known = ~np.isnan(estimates.numbers["estimate"])
    assert list(np.where(known, np.square(estimates.numbers["se"]), 0)) == near(list(np.where(known, variances, 0)))
    assert list(np.where(known, estimates.combination.variances, 0)) == near(list(np.where(known, variances, 0)))


DOMAINS = st.sampled_from([((), ()), (("g",), ()), ((), ("g", "stratum")), (("stratum",), ("g",))])


@QUICK
@given(draw_waves(), DOMAINS, st.booleans(), st.booleans())
def test_change(waves: Waves, domains: tuple[tuple[str, ...], tuple[str, ...]], grouped: bool, left: bool) -> None:
    """Joint counts, the covariance of linearised values and the twin: one standard error."""
    groups, leave_out = GROUPS if grouped else {}, ["c"] if left else []
    estimates = find_change(waves, ITEMS, *domains, groups, leave_out)
    if estimates is not None:
        check_change(estimates, waves, waves.twins, (ITEMS, *domains, groups, leave_out))


@settings(QUICK, max_examples=120)
@given(draw_waves(plain=True), st.sampled_from(ITEMS), st.sampled_from(["a", "b"]))
def test_change_between_other_categories(waves: Waves, item: str, left: str) -> None:
    """An answer has another code in each wave where one of them lacks a category before it."""
    leave_out = [left] if any(row[item] == left for twin in waves.twins for row in twin.rows) else []
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(globals(), "CATEGORIES", {})
        estimates = find_change(waves, [item], (), (), {}, leave_out)
        if estimates is not None:
            check_change(estimates, waves, waves.twins, ([item], (), (), {}, leave_out))


@QUICK
@given(draw_waves(unanswered="sample"), st.booleans())
def test_change_where_unanswered_are_not_in_the_sample(waves: Waves, split: bool) -> None:
    """Every item has samples of its own in both waves."""
    each = ("stratum",) if split else ()
    for item in ITEMS:
        twins = []
        for survey, twin, frame in zip(waves.surveys, waves.twins, waves.frames, strict=True):
            rows = [row for row in twin.rows if row[item] is not None]
            assume(rows)
            twins.append(make_twin(rows, frame, survey.design))
        estimates = find_change(waves, [item], (), each, {}, [])
        if estimates is not None:
            check_change(estimates, waves, (twins[0], twins[1]), ([item], (), each, {}, []))


def find_change(waves: Waves, items: Sequence[str], by: Any, each: Any, groups: Any, leave_out: Any) -> Any:
    """The change; None where the waves have nothing in common, which is said."""
    since, later = waves.surveys
    try:
        return later.change(items, since, by, each, answers=groups, leave_out=leave_out)
    except NothingToCompare:
        return None
