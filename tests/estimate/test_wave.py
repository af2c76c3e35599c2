"""A wave opened for analysis gives the published numbers: the cube's, cell by cell, limits included."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from praksis import Survey, open_wave
from praksis.define.question import Missing
from praksis.define.survey import Survey as Definition
from praksis.edit.microdata import read_microdata
from praksis.errors import PraksisError
from praksis.estimate.cube import Cell, Estimate
from praksis.estimate.estimator import Estimator
from praksis.estimate.wave import make_wave

REFERENCE = Path(__file__).parents[2] / "surveys/it-i-praksis"
SPLITS = ("sector", "size", "step")
WAVES = ("2018", "2019", "2021", "2023")
NUMBERS = ("estimate", "se", "lower", "upper", "n")


@pytest.fixture(scope="module")
def waves(reference: Definition, reference_microdata: Path) -> Mapping[str, Survey]:
    return {
        wave: make_wave(reference, read_microdata(reference, wave, reference_microdata), "head-of-it") for wave in WAVES
    }


@pytest.fixture(scope="module")
def estimator(reference: Definition, reference_microdata: Path) -> Estimator:
    return Estimator(reference, {wave: read_microdata(reference, wave, reference_microdata) for wave in WAVES})


def list_items(definition: Definition, *waves: Survey) -> list[str]:
    return [
        name
        for name in waves[0].data.column_names
        if name in definition.question_of and all(name in wave.data.column_names for wave in waves)
    ]


def name_group(row: Mapping[str, Any]) -> str:
    return next((f"{name}={row[name]}" for name in SPLITS if row.get(name) is not None), "all")


def list_published(
    definition: Definition, estimator: Estimator, table: list[dict[str, Any]], wave: str, since: str = ""
) -> list[tuple[dict[str, Any], Cell, Estimate]]:
    """Rows of a table beside their cells; not those that are not published (state bodies have no size)."""
    pairs = []
    for row in table:
        if row.get("size") != "(none)":
            assert row["answer"] in definition.scale_of(row["item"]).codes
            cell = Cell(row["item"], str(row["answer"]), name_group(row), wave, since)
            pairs.append((row, cell, estimator.estimate(cell)))
    return pairs


def percent(value: float) -> Any:
    return pytest.approx(value / 100, rel=1e-9, abs=1e-12)


def list_numbers(published: Estimate) -> list[Any]:
    return [*map(percent, (published.value, published.se, published.lower, published.upper)), published.n]


@pytest.mark.parametrize("wave", WAVES)
def test_shares_are_the_published(
    wave: str, reference: Definition, estimator: Estimator, waves: Mapping[str, Survey]
) -> None:
    survey = waves[wave]
    items, splits = list_items(reference, survey), [name for name in SPLITS if name in survey.data.column_names]
    table = survey.share(items, each=splits).table.to_pylist()
    shown = [one for one in list_published(reference, estimator, table, wave) if one[2].shown]
    assert {row["item"] for row, _, _ in shown} == set(items)
    assert {name_group(row) for row, _, _ in shown} >= {"all", "sector=state", "size=small"}
    for row, cell, published in shown:
        assert [row[name] for name in NUMBERS] == list_numbers(published), cell


@pytest.mark.parametrize(("later", "earlier"), [("2019", "2018"), ("2023", "2021")])
def test_changes_are_the_published(
    later: str, earlier: str, reference: Definition, estimator: Estimator, waves: Mapping[str, Survey]
) -> None:
    items = list_items(reference, waves[later], waves[earlier])
    splits = [name for name in SPLITS if name in waves[later].data.column_names]
    table = waves[later].change(items, waves[earlier], each=splits).table.to_pylist()
    shown = [one for one in list_published(reference, estimator, table, later, since=earlier) if one[2].shown]
    assert len(shown) > 50
    for row, cell, published in shown:
        assert [row[name] for name in NUMBERS] == list_numbers(published), cell
        shares = [estimator.estimate(Cell(cell.item, cell.answer, cell.group, wave)) for wave in (earlier, later)]
        assert [row["before"], row["after"]] == [percent(one.value) for one in shares]


def test_groups_of_answers_are_the_published(
    reference: Definition, estimator: Estimator, waves: Mapping[str, Survey]
) -> None:
    """A group of the scale is published too, also its change."""
    agree = {"agree": ["rather-agree", "strongly-agree"], "disagree": ["strongly-disagree", "rather-disagree"]}
    item = "develops-coherent-services"
    for since, estimates in {
        "": waves["2023"].share(item, each="sector", answers=agree),
        "2021": waves["2023"].change(item, waves["2021"], each="sector", answers=agree),
    }.items():
        pairs = list_published(reference, estimator, estimates.table.to_pylist(), "2023", since)
        assert {row["answer"] for row, _, _ in pairs} > agree.keys()
        for row, cell, published in pairs:
            assert [row[name] for name in NUMBERS] == list_numbers(published), cell


def test_unanswered_are_counted_beside_the_base(waves: Mapping[str, Survey]) -> None:
    """66 of 317 left `realises-benefits` out, and those who do not know are in the base of its scale."""
    estimates = waves["2023"].share("realises-benefits")
    assert set(estimates.table.column("n").to_pylist()) == {251}
    assert set(estimates.table.column("nonresponse").to_pylist()) == {66}
    assert estimates.table.column("answer").to_pylist()[-1] == "do-not-know"
    assert sum(estimates.table.column("estimate").to_pylist()) == pytest.approx(1)


def test_those_not_asked_are_in_no_base(waves: Mapping[str, Survey]) -> None:
    """Who stands on the top step is not asked what stops the next one: outside the base, and not non-response."""
    survey = waves["2019"]
    asked = survey.data.column("lack-of-funding").to_pylist()
    assert asked.count("(not asked)") == survey.data.column("staircase").to_pylist().count("step-4")
    table = survey.share("lack-of-funding").table
    assert table.column("answer").to_pylist() == ["not-chosen", "chosen"]
    assert set(table.column("n").to_pylist()) == {len(asked) - asked.count("(not asked)") - asked.count(None)}
    assert set(table.column("nonresponse").to_pylist()) == {asked.count(None)}


def test_answers_keep_the_order_of_the_scale(waves: Mapping[str, Survey]) -> None:
    answers = waves["2023"].share("develops-coherent-services").table.column("answer").to_pylist()
    assert answers == [
        "strongly-disagree", "rather-disagree", "neither", "rather-agree", "strongly-agree", "do-not-know",
    ]  # fmt: skip


def test_transitions(waves: Mapping[str, Survey]) -> None:
    """From each step of 2018 the shares of 2019 add up to everyone, in the order of the staircase; by hand."""
    earlier, later = waves["2018"], waves["2019"]
    estimates = later.transitions("staircase", since=earlier, each="sector")
    table = estimates.table.to_pylist()
    before, after = (
        dict(zip(*(one.data.column(name).to_pylist() for name in ("organisation", "staircase")), strict=True))
        for one in (earlier, later)
    )
    sector = dict(zip(*(earlier.data.column(name).to_pylist() for name in ("organisation", "sector")), strict=True))
    assert {row["sector"] for row in table} == {None, "state", "municipality"}
    for row in table:
        panel = [
            after[key]
            for key in before.keys() & after.keys()
            if before[key] == row["before"] and row["sector"] in (None, sector[key])
        ]
        assert row["n"] == len(panel)
        if panel:
            assert row["estimate"] == pytest.approx(panel.count(row["answer"]) / len(panel))
    assert [row["answer"] for row in table[:4]] == ["step-1", "step-2", "step-3", "step-4"]


def test_independence_leaves_out_who_was_not_asked(waves: Mapping[str, Survey]) -> None:
    survey = waves["2019"]
    found = survey.test_independence("sector", "lack-of-funding")
    assert found.n == survey.share("lack-of-funding").numbers["n"][0]
    assert found.df == pytest.approx(1)


def test_opening(reference_microdata: Path) -> None:
    survey = open_wave(REFERENCE, reference_microdata, "2019", "director-of-education")
    assert "Survey of" in repr(survey)
    assert "with finite population correction" in repr(survey)
    assert set(survey.data.column("sector").to_pylist()) == {"municipality"}
    assert survey.share("staircase-of-sector").numbers["n"][0] == len(survey)


@pytest.mark.parametrize(
    ("wave", "role", "said"),
    [
        ("2023", "head", "no role head: it has head-of-it, director-of-education"),
        ("2030", "head-of-it", "no microdata of wave 2030"),
        ("2023", "director-of-education", "nobody answered as director-of-education"),
    ],
)
def test_what_is_not_there_is_said(wave: str, role: str, said: str, reference_microdata: Path) -> None:
    with pytest.raises(PraksisError, match=said):
        open_wave(REFERENCE, reference_microdata, wave, role)


def test_routing_that_is_unknown_is_missing(reference: Definition, reference_microdata: Path) -> None:
    """Who skipped the staircase was never asked about barriers: not answered, not "not asked"."""
    microdata = read_microdata(reference, "2019", reference_microdata)
    row = microdata.roles.index("head-of-it")
    microdata.answers["staircase"][row] = Missing.NOT_ANSWERED
    microdata.answers["lack-of-funding"][row] = Missing.NOT_ASKED
    survey = make_wave(reference, microdata, "head-of-it")
    at = survey.data.column("organisation").to_pylist().index(microdata.organisations[row])
    assert survey.data.column("lack-of-funding")[at].as_py() is None
    assert survey.data.column("step")[at].as_py() is None
