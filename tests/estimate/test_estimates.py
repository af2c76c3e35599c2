"""Results: numbers that keep their covariance, and a table that says what it is."""

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from openpyxl import load_workbook
from scipy.stats import t

from praksis import Design, Survey
from praksis.estimate.estimates import Estimates, LostVariance, NoSuchEstimate
from praksis.estimate.workbook import NeedsPackage

ROWS = 40
ANSWERS = ["yes", "no", "no", "maybe", "yes"] * 8
SECTOR = ["state", "state", "municipality", "municipality"] * 10


@pytest.fixture(scope="module")
def survey() -> Survey:
    columns = {
        "id": list(range(ROWS)),
        "q": ANSWERS,
        "r": [*ANSWERS[3:], *ANSWERS[:3]],
        "lost": [None, *ANSWERS[1:]],
        "sector": SECTOR,
        "size": ["small", "large"] * 20,
        "v": [float(at % 7) for at in range(ROWS)],
        "N": [100] * ROWS,
    }
    return Survey(columns, Design(strata="sector", population="N", key="id"))


@pytest.fixture(scope="module")
def shares(survey: Survey) -> Estimates:
    return survey.share("q", each="sector")


# -- not numbers -------------------------------------------------------------------------------------------------------

ARITHMETIC: dict[str, Callable[[Any], object]] = {
    "+ 1": lambda one: one + 1,
    "1 +": lambda one: 1 + one,
    "-": lambda one: one - one,
    "1 -": lambda one: 1 - one,
    "* 2": lambda one: one * 2,
    "2 *": lambda one: 2 * one,
    "/ 2": lambda one: one / 2,
    "1 /": lambda one: 1 / one,
    "// 2": lambda one: one // 2,
    "** 2": lambda one: one**2,
    "minus": lambda one: -one,
    "<": lambda one: one < 0.5,
    ">": lambda one: one > 0.5,
    "<=": lambda one: one <= 0.5,
    ">=": lambda one: one >= 0.5,
    "float": float,
    "int": int,
    "round": round,
    "abs": abs,
    "sum": lambda one: sum([one, one]),
    "max": lambda one: max(one, one),
    "square root": math.sqrt,
    "numpy +": lambda one: np.float64(1) + one,
    "numpy *": lambda one: np.ones(3) * one,
    "mean": lambda one: np.mean(one),
}


@pytest.mark.parametrize("what", ARITHMETIC)
def test_refuses_arithmetic(what: str, shares: Estimates) -> None:
    with pytest.raises(LostVariance, match=r"contrast.*gap.*Survey\.change.*Survey\.ratio.*\.table"):
        ARITHMETIC[what](shares)
    assert issubclass(LostVariance, TypeError)


# -- choosing and combining --------------------------------------------------------------------------------------------


def test_find(shares: Estimates) -> None:
    assert shares.find(answer="yes").tolist() == [2, 5, 8]
    assert shares.find(answer="yes", sector="state").tolist() == [8]
    assert shares.find(answer="yes", sector=None).tolist() == [2]
    assert shares.find(answer="never").tolist() == []
    with pytest.raises(NoSuchEstimate, match='no label "size": item, answer, sector'):
        shares.find(size="small")


def test_contrast_by_hand(survey: Survey) -> None:
    """a = yes - no has the variance V(yes) + V(no) - 2 C; in a simple random sample C = -(1 - f) p q / (n - 1)."""
    simple = Survey(survey.data, Design(population="N")).share("q")
    no, yes = simple.find(answer="no")[0], simple.find(answer="yes")[0]
    p, q, left = 16 / 40, 16 / 40, (1 - 40 / 100) / 39
    found = simple.contrast({"more": {yes: 1, no: -1}, "either": {yes: 0.5, no: 0.5}})
    variances = left * (p * (1 - p) + q * (1 - q) + 2 * p * q), left * (p * (1 - p) + q * (1 - q) - 2 * p * q) / 4
    half = [t.ppf(0.975, 39) * math.sqrt(variance) for variance in variances]
    row = found.table.to_pydict()
    assert row["contrast"] == ["more", "either"]
    assert row["estimate"] == pytest.approx([0, 0.4], abs=1e-15)
    assert row["se"] == pytest.approx(np.sqrt(variances), rel=1e-12)
    assert row["lower"] == pytest.approx([-half[0], 0.4 - half[1]], rel=1e-12)
    assert row["upper"] == pytest.approx([half[0], 0.4 + half[1]], rel=1e-12)
    assert (row["n"], row["df"]) == ([40, 40], [39, 39])
    assert found.about.kind == "contrast of shares"
    assert found.covariance[0, 1] == pytest.approx(left * (p * (1 - p) - q * (1 - q)) / 2, abs=1e-15)


def test_contrast_of_everything_is_certain(survey: Survey) -> None:
    shares = survey.share("q")
    whole = shares.contrast({"all": dict.fromkeys(range(len(shares)), 1.0)})
    assert whole.numbers["estimate"] == pytest.approx(1)
    assert whole.numbers["se"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("sums", [{}, {"a": {}}, {"a": {99: 1}}, {"a": {-1: 1}}, {"a": {"yes": 1}}, {"a": {0.5: 1}}])
def test_contrast_of_what_is_not_there(sums: Any, shares: Estimates) -> None:
    with pytest.raises(NoSuchEstimate, match="name the rows|there is no row .*: the estimates have rows 0 to 8"):
        shares.contrast(sums)


def test_gap_is_a_contrast(survey: Survey) -> None:
    """Between strata the variances add up, and every answer gets its own gap."""
    means = survey.mean(["v"], each="sector")
    gap = means.gap({"sector": "state"}, {"sector": "municipality"})
    state, other = means.find(sector="state")[0], means.find(sector="municipality")[0]
    by_hand = means.contrast({"gap": {state: 1, other: -1}})
    for name in ("estimate", "se", "lower", "upper", "n", "df"):
        assert list(gap.numbers[name]) == pytest.approx(list(by_hand.numbers[name]), rel=1e-12)
    se = means.numbers["se"]
    assert gap.numbers["se"][0] == pytest.approx(math.hypot(se[state], se[other]), rel=1e-12)
    assert gap.table.column("gap").to_pylist() == ["sector=state less sector=municipality"]


def test_gap_of_shares_keeps_its_limits_honest(survey: Survey) -> None:
    """From the limits of both shares (MOVER): the difference of 0 and 0 is not certain."""
    shares = survey.share(["q", "r"], each="sector")
    gap = shares.gap({"sector": "state"}, {"sector": "municipality"})
    assert list(zip(*(gap.table.column(name).to_pylist() for name in ("item", "answer")), strict=True)) == [
        (item, answer) for item in ("q", "r") for answer in ("maybe", "no", "yes")
    ]
    one, two = shares.find(sector="state"), shares.find(sector="municipality")
    value, lower, upper, se = (shares.numbers[name] for name in ("estimate", "lower", "upper", "se"))
    below = np.hypot(value[one] - lower[one], upper[two] - value[two])
    assert gap.numbers["lower"] == pytest.approx(value[one] - value[two] - below, rel=1e-12)
    assert gap.numbers["se"] == pytest.approx(np.hypot(se[one], se[two]), rel=1e-12)
    assert "MOVER" in gap.about.interval
    never = Survey({"a": ["no"] * 20, "g": ["x", "y"] * 10}, Design()).share("a", by="g")
    none = never.gap({"g": "x"}, {"g": "y"})
    assert (none.numbers["estimate"][0], none.numbers["se"][0]) == (0, 0)
    assert none.numbers["lower"][0] < -0.2


def test_gap_of_what_is_not_there(shares: Estimates) -> None:
    with pytest.raises(NoSuchEstimate, match="no estimates differ only by"):
        shares.gap({"sector": "state"}, {"sector": "county"})
    with pytest.raises(NoSuchEstimate, match='no label "size"'):
        shares.gap({"size": "small"}, {"size": "large"})


def test_gap_between_items_and_answers(survey: Survey) -> None:
    shares = survey.share(["q", "r"])
    items = shares.gap({"item": "q"}, {"item": "r"})
    assert items.labels.column_names == ["answer", "gap"]
    assert items.numbers["estimate"] == pytest.approx([0, 0, 0], abs=1e-12)
    assert (np.asarray(items.numbers["se"]) > 0).all()


def test_test_and_holm_by_hand(survey: Survey) -> None:
    """t on the degrees of freedom, two-sided; Holm: smallest p times 3, next times 2, largest as it is, none below the
    one before, none above 1."""
    shares = survey.share("q")
    table = shares.test(null=0.4).to_pydict()
    statistic = [(p - 0.4) / se for p, se in zip(table["estimate"], table["se"], strict=True)]
    p = [2 * t.sf(abs(one), 38) for one in statistic]
    assert table["df"] == [38, 38, 38]
    assert table["t"] == pytest.approx(statistic, rel=1e-9, abs=1e-12)
    assert table["p"] == pytest.approx(p, rel=1e-9)
    order = sorted(range(3), key=p.__getitem__)
    raised, highest = {}, 0.0
    for place, at in enumerate(order):
        highest = max(highest, min((3 - place) * p[at], 1.0))
        raised[at] = highest
    assert table["p_holm"] == pytest.approx([raised[at] for at in range(3)], rel=1e-9)
    assert {"item", "answer"} <= table.keys()


def test_tipping_points_by_hand(survey: Survey) -> None:
    """80 percent of 40 of 200 say so: those 160 would have to be at 42.5 percent for everyone to be at half."""
    found = Survey({"a": ["yes"] * 32 + ["no"] * 8, "N": [200] * 40}, Design(population="N")).share("a")
    row = found.find_tipping_points(0.5, clear=False).to_pylist()[1]
    assert row["can_flip"]
    assert row["others"] == pytest.approx((0.5 - 0.2 * 0.8) / 0.8)
    assert row["distance"] == pytest.approx(0.8 - row["others"])
    assert row["extreme"] == pytest.approx(0.2 * 0.8)
    near = found.find_tipping_points(0.79).to_pylist()[1]
    assert (near["can_flip"], near["distance"]) == (None, None)


# -- covariance --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda one: one.share(["q", "r"], each=["sector", "size"], answers={"any": ["yes", "maybe"]}),
        lambda one: one.mean("v", by=["sector", "size"]),
        lambda one: one.total("v", each="size"),
        lambda one: one.calibrate({"all": 200, "v": 580}).share(["q", "r"]),
        lambda one: one.replicate("jackknife").share(["q", "r"], each="size"),
        lambda one: one.replicate("bootstrap", 60, np.random.default_rng(4)).share(["q", "r"]),
        lambda one: Survey(one.data, Design(strata="sector", population="N", key="id", unanswered="sample")).share(
            ["q", "lost"], each="size"
        ),
    ],
)
def test_covariance(make: Callable[[Survey], Estimates], survey: Survey) -> None:
    """Symmetric, positive semi-definite, and its diagonal is what the table says."""
    estimates = make(survey)
    covariance = estimates.covariance
    assert covariance.shape == (len(estimates),) * 2
    assert np.array_equal(covariance, covariance.T)
    assert np.diag(covariance) == pytest.approx(np.square(estimates.numbers["se"]), rel=1e-9, abs=1e-15)
    assert np.linalg.eigvalsh(covariance).min() > -1e-9 * np.trace(covariance)


def test_covariance_of_changes(survey: Survey) -> None:
    later = Survey(survey.data.slice(5), survey.design).derive()
    earlier = Survey(survey.data.slice(0, 36), survey.design)
    change = later.change(["q", "r"], earlier, each="sector")
    covariance = change.covariance
    assert np.allclose(covariance, covariance.T, rtol=0, atol=1e-18)
    assert np.diag(covariance) == pytest.approx(np.square(change.numbers["se"]), rel=1e-9, abs=1e-15)
    assert np.linalg.eigvalsh(covariance).min() > -1e-9 * np.trace(covariance)
    total = change.contrast({"sum": dict.fromkeys(change.find(item="q", sector=None).tolist(), 1.0)})
    assert (total.numbers["estimate"][0], total.numbers["se"][0]) == (
        pytest.approx(0, abs=1e-12),
        pytest.approx(0, abs=1e-8),
    )


# -- tables and print-outs ---------------------------------------------------------------------------------------------


def test_table(shares: Estimates) -> None:
    """Labels, then numbers; missing is null; the schema says what the numbers are."""
    table = shares.table
    assert table.column_names == [
        "item", "answer", "sector", "estimate", "se", "lower", "upper", "n", "nonresponse", "fraction", "df", "deff",
        "n_eff",
    ]  # fmt: skip
    assert table.schema.field("estimate").type == pa.float64()
    assert table.schema.field("n").type == pa.int64()
    assert {key.decode(): value.decode() for key, value in table.schema.metadata.items()} == {
        "kind": "share",
        "base": "those who answered the item",
        "inference": "these units, with finite population correction",
        "interval": "95 % Wilson intervals",
    }
    assert len(shares) == table.num_rows == 9


def test_metadata_say_how(survey: Survey) -> None:
    process = Survey(survey.data, Design(inference="process", confidence=0.9))
    about = process.share("q", leave_out="maybe", interval="beta").table.schema.metadata
    assert about[b"base"] == b"those who answered the item, without maybe"
    assert about[b"inference"] == b"the process that made the answers, without finite population correction"
    assert about[b"interval"] == b"90 % Korn-Graubard intervals"
    replicated = survey.replicate("jackknife").mean("v").table.schema.metadata
    assert replicated[b"inference"] == b"standard errors from 40 replicates"


def test_printing(survey: Survey) -> None:
    text = repr(survey.share("lost", answers={"any": ["yes", "maybe"]}))
    assert text.splitlines() == [
        "item  answer  estimate   se  lower  upper   n  nonresponse  fraction  df  deff  n_eff",
        "lost  maybe       20.5  5.9   11.1   34.7  39            1       0.2  37  1.03  46.32",
        "lost  no          41.0  7.2   27.7   55.8  39            1       0.2  37  1.03  46.33",
        "lost  yes         38.5  7.1   25.5   53.3  39            1       0.2  37  1.02  46.36",
        "lost  any         59.0  7.2   44.2   72.3  39            1       0.2  37  1.03  46.33",
        "(4 estimates)",
        "share; base: those who answered the item",
        "these units, with finite population correction",
        "95 % Wilson intervals",
        "estimates, standard errors and limits in percent",
    ]


def test_numbers_are_not_printed_as_percent(survey: Survey) -> None:
    lines = repr(survey.total("v")).splitlines()
    assert lines[1].split()[:3] == ["v", "575.00", "56.89"]
    assert "percent" not in lines[-1]


def test_long_tables_are_cut_in_the_middle(survey: Survey) -> None:
    by_id = survey.share("q", by="id")
    lines = repr(by_id).splitlines()
    assert "(120 estimates)" in lines
    assert len(lines) == 1 + 41 + 5
    assert set(lines[21].split()) == {"..."}
    widths = {len(line) for line in lines[:42]}
    assert len(widths) <= 3  # trailing blanks are cut, columns are not
    assert "..." not in repr(by_id.contrast({str(row): {row: 1} for row in range(40)}))


def test_exports(shares: Estimates, tmp_path: Path) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    frame = shares.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert frame["estimate"].tolist() == list(shares.numbers["estimate"])
    assert isinstance(shares.to_polars(), polars.DataFrame)
    assert shares.to_polars()["n"].to_list() == list(shares.numbers["n"])
    path = shares.to_excel(tmp_path / "shares.xlsx")
    book = load_workbook(path)
    assert book.sheetnames == ["estimates", "about"]
    rows = list(book["estimates"].values)
    assert rows[0] == tuple(shares.table.column_names)
    assert rows[1][:4] == ("q", "maybe", None, shares.numbers["estimate"][0])
    assert [row[0] for row in book["about"].values] == list(shares.describe())


def test_what_is_not_installed_is_said(shares: Estimates, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, module, None)
    for export in (shares.to_pandas, shares.to_polars):
        with pytest.raises(NeedsPackage, match="pip install"):
            export()


def test_label_columns_of_one_wave_go_with_another(survey: Survey) -> None:
    """Two items with different scales in one table: answers as one dictionary."""
    both = survey.share(["q", "sector"])
    assert pa.types.is_dictionary(both.table.schema.field("answer").type)
    assert both.table.column("answer").to_pylist() == ["maybe", "no", "yes", "municipality", "state"]
