"""What an analyst may get wrong, and odd but sound data: an error says where, what and what to do, or there is none."""

import datetime
import decimal
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from praksis import Design, Survey
from praksis.errors import PraksisError

N = 24
COLUMNS: dict[str, list[Any]] = {
    "id": [f"o{at}" for at in range(N)],
    "g": ["a", "b"] * 12,
    "h": ["x", "x", "y"] * 8,
    "q": ["yes", "no", None, "yes", "yes", "no"] * 4,
    "r": ["yes", "no", "no", "yes"] * 6,
    "v": [float(at) for at in range(N)],
    "k": [at % 3 for at in range(N)],
    "flag": [at % 2 == 1 for at in range(N)],
    "empty": [None] * N,
    "N": [40] * N,
    "w": [1.0 + at % 3 for at in range(N)],
}
DESIGN = Design(strata="g", population="N", key="id")
FRAME = {"id": [f"o{at}" for at in range(80)], "g": ["a", "b"] * 40, "h": ["x", "y"] * 40}
BY_FRAME = Design(strata="g", key="id")


def make(design: Design = DESIGN, frame: Any = None, **columns: Any) -> Survey:
    """The survey with other columns; None takes one away."""
    given = {name: values for name, values in {**COLUMNS, **columns}.items() if values is not None}
    return Survey(given, design, frame)


def ones(value: Any, others: Any = 40) -> list[Any]:
    """A value for the first row, another for the others."""
    return [value, *([others] * (N - 1))]


Wrong = Callable[[], object]

DATA: dict[str, tuple[Wrong, str]] = {
    "no rows": (lambda: Survey({"a": []}, Design()), "data: there are no rows"),
    "uneven columns": (lambda: Survey({"a": [1], "b": [1, 2]}, Design()), "make no table .* as many values"),
    "two kinds in a column": (lambda: Survey({"a": [1, "x"]}, Design()), "make no table .* of one kind"),
    "one value": (lambda: Survey({"a": 5}, Design()), "make no table"),
    "no table": (lambda: Survey("data.csv", Design()), "a str is no table; give an Arrow, pandas or Polars table"),
    "a name twice": (
        lambda: Survey(pa.table([[1], [2]], names=["a", "a"]), Design()),
        'two columns are called "a"; give each a name of its own',
    ),
    "lists in a column": (lambda: Survey({"a": [[1], [2]]}, Design()).share("a"), '"a" holds list.*one value per row'),
    "text for numbers": (lambda: make().mean("g"), '"g" holds string, not numbers; ask for the share'),
    "design of another kind": (lambda: Survey(COLUMNS, {"strata": "g"}), "the design is a praksis.Design"),  # type: ignore[arg-type]
}

DESIGNS: dict[str, tuple[Wrong, str]] = {
    "unknown column": (lambda: make(Design(strata="gg")), 'no column "gg": did you mean g'),
    "stratum missing": (lambda: make(Design(strata="q")), '"q" of the design is empty in row 3: every row needs'),
    "population too small": (lambda: make(N=[3] * N), "a has 12 units in the data but a population of 3; count"),
    "population that differs": (lambda: make(N=ones(41)), "stage 1: it is not the same for all rows of a"),
    "population missing": (lambda: make(N=ones(None)), "stage 1: row 1 has no number above 0"),
    "population without end": (lambda: make(N=ones(float("inf"))), "stage 1: row 1 has no number above 0"),
    "population of text": (lambda: make(Design(population="g")), '"g" holds string, not numbers'),
    "weights missing": (lambda: make(Design(weights="w"), w=ones(None, 1.0)), '"w": row 1 has nan, not a number'),
    "weights below 0": (lambda: make(Design(weights="w"), w=ones(-1.0, 1.0)), "row 1 has -1.0, not a number of 0"),
    "lonely strata": (
        lambda: make(Design(strata="id")).share("r"),
        'one unit only in stratum o0, .* Merge strata, or say .* lonely="adjust"',
    ),
    "lonely strata, means": (lambda: make(Design(strata="id")).mean("v"), "one unit only in stratum o0"),
    "unknown choice": (lambda: Design(lonely="remove"), 'lonely="remove" is not one of "fail", "adjust"'),
    "confidence in percent": (lambda: Design(confidence=95), "confidence=95 must lie between 0 and 1, such as 0.95"),
    "no name": (lambda: Design(strata=5), "strata=5 must be the name of a column, or several"),  # type: ignore[arg-type]
    "too many stages": (lambda: Design(population=["N", "M"]), "2 columns for 1 stage.*one column per stage"),
    "clusters as samples": (lambda: Design(clusters="g", unanswered="sample"), "for samples of rows, not of clusters"),
    "key that is not one": (lambda: make(Design(key="g")), "a is there twice; the key must name one unit"),
    "key missing": (lambda: make(Design(key="q")), '"q" of the design is empty in row 3'),
    "frame and population": (lambda: make(DESIGN, FRAME), "population and frame both say .* give one of them"),
    "frame and clusters": (lambda: make(Design(clusters="h"), FRAME), "give the population column of each"),
    "frame without a stratum": (
        lambda: make(BY_FRAME, {"id": ["o0"], "g": ["a"]}),
        "frame: it has nobody in stratum b, which the data have",
    ),
    "frame without the key": (lambda: make(BY_FRAME, {"g": ["a", "b"]}), 'no column "id"'),
    "frame with one twice": (
        lambda: make(BY_FRAME, {"id": ["o0", "o0"], "g": ["a", "b"]}),
        "frame: o0 is there twice; the key must name one unit",
    ),
    "frame without some of the data": (
        lambda: make(BY_FRAME, {"id": ["o0", "o2"], "g": ["a", "b"]}),
        "frame: o1 is in the data and not in the frame",
    ),
    "frame with other strata": (
        lambda: make(BY_FRAME, {**FRAME, "g": ["b", "a"] * 40}),
        "frame: o0 is in another stratum than in the data",
    ),
}  # fmt: skip

QUESTIONS: dict[str, tuple[Wrong, str]] = {
    "unknown item": (lambda: make().share("R"), 'there is no column "R"'),
    "near item": (lambda: make().share("flagg"), "did you mean flag?"),
    "no item": (lambda: make().share([]), "name at least one column"),
    "no column to mean": (lambda: make().mean([]), "name at least one column"),
    "nothing to count": (lambda: make().count("empty"), '"empty" has no answers to count'),
    "unknown interval": (lambda: make().share("r", interval="exact"), 'interval="exact" is not one of wilson, logit'),
    "unknown category": (lambda: make().where("g", "c"), "\"g\" has no 'c': it has 'a', 'b'"),
    "no category": (lambda: make().where("g"), "say which of \"g\": 'a', 'b'"),
    "unknown answers": (lambda: make().share("r", answers={"top": ["ja"]}), "'ja' of \"top\" is no answer of r"),
    "group named as an answer": (
        lambda: make().share("r", answers={"yes": ["yes", "no"]}),
        '"yes" is an answer of the item already; call the group something else',
    ),
    "unknown answer left out": (lambda: make().share("r", leave_out=["dk"]), "leave_out: 'dk' is no answer of r"),
    "column of the result": (lambda: make(n=["p"] * N).share("r", by="n"), 'results have a column "n" .* rename'),
    "item as a domain": (lambda: make(item=["p"] * N).mean("v", each="item"), 'results have a column "item"'),
    "by and each": (lambda: make().share("r", by="g", each="g"), '"g" is there twice; crossed .* or one by one'),
    "before": (lambda: make(before=["p"] * N).transitions("before", make(before=["p"] * N)), 'column "before"'),
    "derived column that is there": (lambda: make().with_any("q", {"r": "yes"}), 'have a column "q" already'),
    "derived from no answer": (lambda: make().with_any("z", {"r": "ja"}), "\"r\" has not all of 'ja'; it has"),
    "quantile of percent": (lambda: make().quantile("v", [50]), "must lie between 0 and 1, such as"),
    "quantile of nothing": (lambda: make().quantile("v", []), "must lie between 0 and 1"),
    "covariance of quantiles": (lambda: make().quantile("v", 0.5).covariance, "is not known: .* shares below a value"),
    "unknown test": (lambda: make().test_independence("q", "h", "G"), 'statistic="G" is not "F" or "Chisq"'),
    "nothing to test": (lambda: make().where("g", "a").test_independence("g", "h"), "a table of 1 x 2 categories"),
    "tipping points of means": (lambda: make().mean("v").find_tipping_points(), "asked for shares and for changes"),
    "nobody answered": (
        lambda: make(Design(unanswered="sample")).share("empty"),
        '"empty": nobody answered it, so it has no sample',
    ),
    "calibrated, answers missing": (
        lambda: make(Design(unanswered="sample")).calibrate({"all": 80}).share("q"),
        '"q" has answers missing: .* Design\\(unanswered="domain"\\)',
    ),
    "replicates, answers missing": (
        lambda: make(Design(unanswered="sample")).replicate("jackknife").share("q"),
        '"q" has answers missing',
    ),
}

WAVES: dict[str, tuple[Wrong, str]] = {
    "one wave": (lambda: (one := make()).change("r", one), "both waves are the same sample; use gap"),
    "part of one wave": (lambda: (one := make()).where("g", "a").change("r", one), "both waves are the same sample"),
    "no survey": (lambda: make().change("r", COLUMNS), "since is a dict; give the Survey of the earlier wave"),  # type: ignore[arg-type]
    "no survey to come from": (lambda: make().transitions("r", COLUMNS), "since is a dict"),  # type: ignore[arg-type]
    "no key": (
        lambda: make(Design(strata="g")).change("r", make(Design(strata="g"))),
        'nothing names the units .* Design\\(key="organisation"\\)',
    ),
    "keys of two kinds": (
        lambda: make().change("r", make(id=list(range(N)))),
        "key is \\(0,\\) in one wave and \\('o0',\\) in the other.* make them of one kind",
    ),
    "no frame": (lambda: make().change("r", make(N=[50] * N)), 'both waves need their frame .* inference="process"'),
    "item of one wave": (lambda: make().change("r", make(r=None)), 'no column "r"'),
    "no answer in common": (lambda: make().change("r", make(r=["ja", "nei"] * 12)), "have no item, answer and domain"),
    "other confidence": (
        lambda: make(Design(key="id", confidence=0.9)).change("r", make(Design(key="id"))),
        "different confidence; give both the same",
    ),
    "clusters": (
        lambda: make(Design(clusters="h")).transitions("r", make(Design(clusters="h"))),
        "rows must be the units of the sample",
    ),
    "nobody twice": (
        lambda: make().transitions("r", make(id=[f"p{at}" for at in range(N)])),
        'nobody answered "r" in both waves',
    ),
}

WEIGHTS: dict[str, tuple[Wrong, str]] = {
    "group without a total": (lambda: make().poststratify("h", {"x": 30}), "by h: there is no total for y"),
    "total without a group": (lambda: make().poststratify("h", {"x": 3, "y": 5, "z": 2}), 'nobody .* in "z" .* Merge'),
    "no totals": (lambda: make().poststratify("h"), "give totals=.*, or the survey a frame"),
    "group missing": (lambda: make().poststratify("q", {"yes": 9, "no": 9}), '"q" is missing in row 3; give it'),
    "margin without a total": (lambda: make().rake({"h": {"x": 30}}), "raking: h has no total for 'y'"),
    "margin missing": (lambda: make().rake({"q": {"yes": 9, "no": 9}}), "q is missing in some rows; give"),
    "margins that differ": (
        lambda: make().rake({"h": {"x": 30, "y": 50}, "g": {"a": 40, "b": 41}}),
        "contradict each other.* Do all margins have the same sum",
    ),
    "no margins": (lambda: make().rake({}), "no margins are given, such as"),
    "no totals to calibrate to": (lambda: make().calibrate({}), "no totals are given, such as"),
    "unknown auxiliary": (lambda: make().calibrate({"vv": 3}), 'no column "vv": did you mean v'),
    "unknown category": (lambda: make().calibrate({"h=z": 3}), '"h" has no z: x, y'),
    "auxiliary missing": (lambda: make(v=ones(None, 1.0)).calibrate({"v": 3}), '"v" is missing in row 1; it must'),
    "unknown method": (lambda: make().calibrate({"all": 80}, "greg"), 'no method is called "greg"; there are "linear"'),  # type: ignore[arg-type]
    "replicates after calibration": (
        lambda: make().calibrate({"all": 80}).replicate("jackknife"),
        "make the replicates first, then calibrate",
    ),
    "given replicates after calibration": (
        lambda: make().calibrate({"all": 80}).with_replicates(np.ones((N, 4))),
        "give the replicates first, then calibrate",
    ),
    "unknown replicates": (lambda: make().replicate("brr"), '"jackknife", or "bootstrap" with rng='),
    "bootstrap without a generator": (lambda: make().replicate("bootstrap"), "rng=numpy.random.default_rng"),
    "bootstrap with a seed": (lambda: make().replicate("bootstrap", rng=1), "rng=numpy.random.default_rng"),  # type: ignore[arg-type]
    "replicates of other size": (lambda: make().with_replicates(np.ones((3, 2))), "24 rows need a matrix of 24 x"),
    "response groups of a sample": (lambda: make().weigh_responses("h"), "give the survey a frame, or the column"),
    "responded of three kinds": (lambda: make().weigh_responses("h", "k"), '"k" must be yes or no'),
    "a group that did not respond": (lambda: make().weigh_responses("flag", "flag"), 'nobody .* is in "False"'),
    "response without a frame": (lambda: make().assess_response("h"), "give the survey its frame and the design"),
    "response by nothing": (lambda: make(BY_FRAME, FRAME).assess_response([]), "Name at least one variable"),
    "response by an answer": (lambda: make(BY_FRAME, FRAME).assess_response("r"), 'no column "r"'),
    "calibrated to R": (lambda: make().calibrate({"all": 80}).export_r("unused"), "export before calibrating"),
}  # fmt: skip

ERRORS = {**DATA, **DESIGNS, **QUESTIONS, **WAVES, **WEIGHTS}


@pytest.mark.parametrize("name", ERRORS)
def test_what_is_wrong_is_said(name: str) -> None:
    wrong, said = ERRORS[name]
    with pytest.raises(PraksisError, match=said):
        wrong()


# -- odd but sound ---------------------------------------------------------------------------------------------------


@pytest.fixture
def strict() -> Iterator[None]:
    """A warning is an error: nobody should see numpy's."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def rows_of(estimates: Any, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(estimates.table.column(name).to_pylist() for name in names), strict=True))


@pytest.mark.usefixtures("strict")
def test_nobody_is_left() -> None:
    """An empty domain has no estimates, and none of it raises or warns."""
    survey = make().where("q", "yes").where("q", "no")
    assert len(survey) == 0
    for estimates in (
        survey.share("r"), survey.share("r", each="h"), survey.mean("v"), survey.ratio("v", "k"),
        survey.quantile("v", [0.5]), survey.change("r", make()), survey.replicate("jackknife").share("r"),
    ):  # fmt: skip
        assert set(estimates.table.column("estimate").to_pylist()) == {None}
        assert set(estimates.table.column("n").to_pylist()) == {0}
        assert "-" in repr(estimates)
    assert rows_of(survey.total("v"), "estimate", "se") == [(0.0, 0.0)]
    for estimates in (survey.share("r", by="h"), survey.mean("v", by="h")):
        assert len(estimates) == 0
        assert "(0 estimates)" in repr(estimates)
    assert np.array_equal(survey.share("r").covariance, np.zeros((2, 2)))


@pytest.mark.usefixtures("strict")
def test_item_nobody_answered() -> None:
    assert len(make().share("empty")) == 0
    both = make().share(["r", "empty"], each="empty")
    assert rows_of(both, "item", "answer") == [("r", "no"), ("r", "yes")]
    of_scale = pa.DictionaryArray.from_arrays(pa.array([None] * N, pa.int8()), pa.array(["yes", "no"]))
    assert rows_of(make(empty=of_scale).share("empty"), "answer", "estimate", "n", "nonresponse") == [
        ("yes", None, 0, N), ("no", None, 0, N),
    ]  # fmt: skip


def test_one_row() -> None:
    assert rows_of(Survey({"a": ["x"]}, Design(lonely="adjust")).share("a"), "estimate", "n", "df") == [(1.0, 1, 0)]
    everyone = Survey({"a": ["x"], "N": [1]}, Design(population="N")).share("a")
    assert rows_of(everyone, "estimate", "se", "lower", "upper") == [(1.0, 0.0, 1.0, 1.0)]


def test_kinds_of_columns() -> None:
    """Yes/no, whole and decimal numbers, dates: categories in their order; of one kind they stay what they are."""
    survey = make(
        day=[datetime.date(2024, 1, 1 + at % 2) for at in range(N)], f=[0.0, 1.0] * 12, d=[decimal.Decimal("1.5")] * N
    )
    answers = {name: survey.share(name).table.column("answer").to_pylist() for name in ("flag", "k", "f", "day")}
    assert answers["flag"] == [False, True]
    assert answers["k"] == [0, 1, 2]
    assert answers["f"] == [0.0, 1.0]
    assert answers["day"] == [datetime.date(2024, 1, 1), datetime.date(2024, 1, 2)]
    assert [type(one) for name in ("flag", "k", "f") for one in answers[name][:1]] == [bool, int, float]
    mixed = survey.share(["flag", "k", "f", "r"]).table.column("answer").to_pylist()
    assert mixed == ["False", "True", "0", "1", "2", "0.0", "1.0", "no", "yes"]
    assert rows_of(survey.mean(["flag", "d"]), "estimate") == [(pytest.approx(0.5),), (pytest.approx(1.5),)]
    assert rows_of(survey.mean("empty"), "estimate", "nonresponse") == [(None, N)]
    assert len(survey.where("flag", True)) == len(survey.where("k", 0, 1).where("flag", True, False)) * 12 // 16


def test_answers_that_are_equal_are_not_the_same() -> None:
    """False == 0 == 0.0: one scale must not stand in for another."""
    for values in ([0, 1], [False, True], [0.0, 1.0]):
        (first, *_) = Survey({"a": values * 3}, Design()).share("a").table.column("answer").to_pylist()
        assert type(first) is type(values[0])


def test_names_of_columns() -> None:
    """Items may be called what results call their columns; any letters will do."""
    odd = dict.fromkeys(("estimate", "n", "item", "answer", "æøå =,:", ""), COLUMNS["r"])
    survey = make(**odd)
    for name in odd:
        assert rows_of(survey.share(name), "item", "n") == [(name, N)] * 2
    assert rows_of(survey.share("r", by="æøå =,:"), "æøå =,:", "estimate") == [
        ("no", 1.0), ("no", 0.0), ("yes", 0.0), ("yes", 1.0),
    ]  # fmt: skip


def test_one_or_several() -> None:
    """A name, a list, a tuple, nothing; one category or several."""
    survey = make()
    for by in ("h", ["h"], ("h",)):
        assert repr(survey.share("r", by=by)) == repr(survey.share(["r"], by="h"))
    assert repr(survey.share("r", by=None)) == repr(survey.share("r"))  # type: ignore[arg-type]
    for one in ("yes", ["yes"], ("yes",), {"yes"}):
        assert rows_of(survey.share("r", answers={"any": one}), "estimate")[2] == (0.5,)
        assert rows_of(survey.share("r", leave_out=one), "answer", "n") == [("no", 12)]
        assert survey.with_any("z", {"r": one}).data.column("z").to_pylist() == [
            value == "yes" for value in COLUMNS["r"]
        ]
    assert Design(strata=None) == Design()  # type: ignore[arg-type]


def test_items_repeated() -> None:
    twice = make().share(["r", "r"], each="h")
    assert rows_of(twice, "item", "h", "estimate")[:6] == rows_of(twice, "item", "h", "estimate")[6:]


def test_chunks_slices_and_dictionaries() -> None:
    """However Arrow has cut or coded the rows."""
    table = pa.table(COLUMNS)
    cut = pa.concat_tables([table.slice(0, 5), table.slice(5, 0), table.slice(5, 11), table.slice(16)])
    coded = cut.set_column(4, "r", pa.chunked_array([one.dictionary_encode() for one in cut.column("r").chunks]))
    whole = Survey(table, DESIGN).share(["r", "q"], each="h")
    for other in (cut, coded, pa.concat_tables([table, table]).slice(N)):
        found = Survey(other, DESIGN).share(["r", "q"], each="h")
        assert sorted(rows_of(found, "item", "answer", "h", "estimate", "se"), key=repr) == sorted(
            rows_of(whole, "item", "answer", "h", "estimate", "se"), key=repr
        )
    unused = pa.DictionaryArray.from_arrays(pa.array([0, 1] * 12), pa.array(["z", None, "a"]))
    assert rows_of(make(u=unused).share("u"), "answer", "estimate", "nonresponse") == [("z", 1.0, 12), ("a", 0.0, 12)]
    assert rows_of(Survey({"a": np.array([1, 2, 1])}, Design()).share("a"), "answer") == [(1,), (2,)]


def test_pandas_and_polars_give_what_arrow_gives() -> None:
    expected = repr(make().share(["r", "q"], each="h"))
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for frame in (pandas.DataFrame(COLUMNS), polars.DataFrame(COLUMNS)):
        assert repr(Survey(frame, DESIGN).share(["r", "q"], each="h")) == expected
    ordered = pandas.Categorical(COLUMNS["r"], categories=["yes", "no", "maybe"])
    survey = Survey(pandas.DataFrame({**COLUMNS, "r": ordered}), DESIGN)
    assert rows_of(survey.share("r"), "answer", "estimate") == [("yes", 0.5), ("no", 0.5), ("maybe", 0.0)]


def test_weights_of_nothing() -> None:
    """Rows of weight 0 stay in the sample; where all are 0 there is no estimate."""
    survey = make(Design(weights="w"), w=[0.0] * N)
    assert set(survey.share("r").table.column("estimate").to_pylist()) == {None}
    assert survey.mean("v").table.column("estimate").to_pylist() == [None]


def test_post_stratification_by_the_frame() -> None:
    """Without totals the frame is counted, and weights sum to it in every group."""
    survey = make(BY_FRAME, FRAME, h=["x", "y"] * 12).poststratify("h")
    assert rows_of(survey.count("h"), "answer", "estimate", "se") == [
        ("x", pytest.approx(40), pytest.approx(0, abs=1e-9)), ("y", pytest.approx(40), pytest.approx(0, abs=1e-9)),
    ]  # fmt: skip


def test_response_groups_by_the_frame_are_strata() -> None:
    survey = make(BY_FRAME, {**FRAME, "h": (COLUMNS["h"] * 4)[:80]}).weigh_responses("h")
    counts = {value: COLUMNS["h"].count(value) for value in ("x", "y")}
    sizes = {value: (COLUMNS["h"] * 4)[:80].count(value) for value in ("x", "y")}
    assert survey.plan.weight.tolist() == pytest.approx([sizes[one] / counts[one] for one in COLUMNS["h"]])


def test_unweighted_beside_weighted() -> None:
    survey = make(Design(strata="g", weights="w"))
    assert rows_of(survey.unweighted().mean("w"), "estimate") == [(2.0,)]
    assert rows_of(survey.mean("w"), "estimate") == [(pytest.approx(28 / 12),)]


def test_representation() -> None:
    assert repr(make()) == "Survey of 24 rows, 2 strata; these units, with finite population correction"
    clusters = make(Design(clusters="h")).replicate("jackknife")
    assert repr(clusters) == "Survey of 24 rows, 2 clusters, 1 strata, 2 replicates; standard errors from 2 replicates"
    assert len(make().where("g", "a")) == 12


def test_large_surveys_are_opened_by_path(tmp_path: Path) -> None:
    with pytest.raises(PraksisError, match="there is no Parquet file. Give the path"):
        Survey.open(tmp_path / "none.parquet", Design())
