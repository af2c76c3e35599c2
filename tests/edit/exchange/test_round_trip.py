"""Whatever is exported can be imported again, and is the same: every format, every kind of question, any answer."""

import csv
import datetime
import shutil
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from praksis.collect.answering import write_number
from praksis.collect.routing import Cell
from praksis.define.question import Item, Missing, Question, QuestionKind
from praksis.define.read import load_survey
from praksis.define.survey import Survey
from praksis.edit.exchange.file import export_answers
from praksis.edit.exchange.intake import import_answers
from praksis.edit.gather import gather_responses
from praksis.edit.microdata import Microdata, read_microdata
from praksis.errors import PraksisError, ProblemsFound

FORMS = [(".sav", False), (".csv", False), (".csv", True), (".xlsx", False), (".xlsx", True), (".parquet", False)]
NAMES = [f"{kind}{' labels' if labels else ''}" for kind, labels in FORMS]


def assert_same(one: Microdata, other: Microdata) -> None:
    assert (one.wave, one.organisations, one.roles) == (other.wave, other.organisations, other.roles)
    assert one.synthetic == other.synthetic
    assert list(one.answers) == list(other.answers)
    assert all((codes == other.answers[item]).all() for item, codes in one.answers.items())
    assert one.open_answers == other.open_answers


def go_round(survey: Survey, microdata: Microdata, kind: str, labels: bool, language: str) -> Microdata:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"answers{kind}"
        export_answers(survey, microdata, path, language=language, labels=labels)
        import_answers(survey, microdata.wave, path, Path(folder) / "microdata")
        return read_microdata(survey, microdata.wave, Path(folder) / "microdata")


TEXTS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20) | st.sampled_from(
    ("=1+1", "+47 22", "-5", "-lite", "@havn", "'sitat'", "''", "\uff1dA1", "_x0041_", "æøåÆØÅ", "1", "true",
     "Vet ikke", "#N/A", "2024-01-31", "a;b", 'si "ja"', "Ikke besvart", "\U0001d11e", "5,0")
)  # fmt: skip


def draw_number(least: float, most: float, decimals: int) -> st.SearchStrategy[str]:
    unit = 10**decimals
    whole = st.integers(round(least * unit), round(most * unit))
    return whole.map(lambda one: write_number(Decimal(one).scaleb(-decimals)))


@st.composite
def draw_question(draw: st.DrawFn, survey: Survey, question: Question, items: list[Item]) -> dict[str, Cell]:
    """Answers to a question such as its form gives; nothing where it is not answered."""
    classes = [int(missing.code) for missing in question.missing]
    if draw(st.integers(0, 4)) == 0:
        return dict.fromkeys((item.id for item in items), draw(st.sampled_from(classes))) if classes else {}
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.GRID:
            scale = survey.scale_of(items[0].id)
            codes = [one.code for one in scale.categories] + [int(one.code) for one in scale.missing]
            return {item.id: draw(st.sampled_from(codes)) for item in items if draw(st.integers(0, 9))}
        case QuestionKind.MULTIPLE:
            alone = [item.id for item in items if item.exclusive]
            others = [item.id for item in items if not item.exclusive]
            chosen = draw(st.sampled_from([[one] for one in alone] + [others[:1], others[1:], others]))
            return {item.id: int(item.id in chosen) for item in items} if chosen else {}
        case QuestionKind.NUMBER:
            rule = question.number
            return {items[0].id: draw(draw_number(rule.least, rule.most, rule.decimals))}
        case QuestionKind.SPLIT:
            cuts = [0, *sorted(draw(st.integers(0, 100)) for _ in items[1:]), 100]
            return {item.id: str(high - low) for item, low, high in zip(items, cuts, cuts[1:], strict=False)}
        case QuestionKind.DATE:
            earliest = question.date.earliest or datetime.date(1000, 1, 1)
            latest = question.date.latest or datetime.date(2100, 1, 1)
            return {items[0].id: draw(st.dates(earliest, latest)).isoformat()}
        case _:
            rule_lines = question.free_text.lines
            lines = draw(st.lists(TEXTS, min_size=1, max_size=3 if rule_lines > 1 else 1))
            return {items[0].id: "\n".join(lines)[: question.free_text.longest]}


@st.composite
def draw_wave(draw: st.DrawFn, survey: Survey, wave: str) -> Microdata:
    responses: dict[tuple[str, str], dict[str, Cell]] = {}
    who = sorted(survey.find_asked(wave))
    for key, role in draw(st.lists(st.sampled_from(who), min_size=1, max_size=4, unique=True)):
        answers: dict[str, Cell] = {}
        for question in survey.questions:
            items = [item for item in question.items if wave in question.waves_of(item)]
            if question.role == role and items:
                answers |= draw(draw_question(survey, question, items))
        responses[key, role] = answers
    return gather_responses(survey, wave, responses)


COMMON = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(("kind", "labels"), FORMS, ids=NAMES)
@COMMON
@given(data=st.data(), language=st.sampled_from(("nb", "nn", "en")))
def test_every_kind_of_question(
    kind: str, labels: bool, every_kind: Survey, data: st.DataObject, language: str
) -> None:
    microdata = data.draw(draw_wave(every_kind, "2026"))
    assert_same(microdata, go_round(every_kind, microdata, kind, labels, language))


@pytest.mark.parametrize(("kind", "labels"), FORMS, ids=NAMES)
@COMMON
@given(data=st.data())
def test_two_roles_of_the_reference_survey(kind: str, labels: bool, reference: Survey, data: st.DataObject) -> None:
    microdata = data.draw(draw_wave(reference, "2019"))
    assert_same(microdata, go_round(reference, microdata, kind, labels, "nb"))


@pytest.mark.parametrize(("kind", "labels"), FORMS, ids=NAMES)
def test_every_wave_of_the_reference_survey(
    kind: str, labels: bool, reference: Survey, reference_microdata: Path
) -> None:
    for wave in reference.wave_ids:
        microdata = read_microdata(reference, wave, reference_microdata)
        assert microdata.synthetic
        assert_same(microdata, go_round(reference, microdata, kind, labels, "nn"))


@pytest.fixture
def one_response(every_kind: Survey) -> Microdata:
    answers: dict[str, Cell] = {"has-strategy": 1, "strategy-adopted": "2024-02-29", "full-time-equivalents": "1250.5"}
    answers |= {"comment": "=HYPERLINK(1)", "services-are": int(Missing.DO_NOT_KNOW)}
    return gather_responses(every_kind, "2026", {("100000113", "head-of-it"): answers})


def test_csv_can_be_read_alone_and_runs_nothing(every_kind: Survey, one_response: Microdata, tmp_path: Path) -> None:
    path, codebook = export_answers(every_kind, one_response, tmp_path / "svar.csv", language="nb")
    assert path.read_bytes().startswith(b"\xef\xbb\xbforganisation;role;praksis__file;full-time-equivalents;")
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file, delimiter=";")
    assert (row["full-time-equivalents"], row["strategy-adopted"]) == ("1250,5", "2024-02-29")
    assert (row["comment"], row["comment_missing"], row["services-are"]) == ("'=HYPERLINK(1)", "0", "-3")
    with codebook.open(encoding="utf-8-sig", newline="") as file:
        book = [line for line in csv.DictReader(file, delimiter=";") if line["column"] == "services-are"]
    assert [(line["value"], line["label"], line["missing"]) for line in book] == [
        ("-4", "Ikke aktuelt", "yes"), ("-3", "Vet ikke", "yes"), ("-2", "Ikke besvart", "yes"),
        ("-1", "Ikke spurt", "yes"), ("1", "På papir", "no"), ("2", "Digitalt skjema", "no"),
        ("3", "Tjenesten kjenner deg", "no"),
    ]  # fmt: skip
    assert book[0]["question_text"] == "Hvordan er de fleste av tjenestene deres?"


def test_a_workbook_holds_texts_dates_and_numbers(every_kind: Survey, one_response: Microdata, tmp_path: Path) -> None:
    (path,) = export_answers(every_kind, one_response, tmp_path / "svar.xlsx", language="nb", labels=True)
    sheet = load_workbook(path)["answers"]
    row = {heading.value: cell for heading, cell in zip(*sheet.iter_rows(), strict=True)}
    assert (row["comment"].value, row["comment"].data_type) == ("=HYPERLINK(1)", "s")
    assert row["comment"].quotePrefix
    assert row["organisation"].value == "100000113"
    assert row["strategy-adopted"].value == datetime.datetime(2024, 2, 29)
    assert row["full-time-equivalents"].value == 1250.5
    assert row["services-are"].value == "Vet ikke"
    assert load_workbook(path)["codebook"].max_row > 60


def test_labels_that_cannot_be_told_apart(every_kind: Survey, one_response: Microdata, tmp_path: Path) -> None:
    scale = every_kind.scale_by_id["maturity"]
    first, second, third = scale.categories
    same = scale.model_copy(update={"categories": (first, second.model_copy(update={"label": first.label}), third)})
    scales = tuple(same if one.id == "maturity" else one for one in every_kind.scales)
    survey = every_kind.model_copy(update={"scales": scales})
    survey.__dict__.pop("scale_by_id", None)
    with pytest.raises(ProblemsFound, match="V024 services-are: two answers have the same label"):
        export_answers(survey, one_response, tmp_path / "svar.csv", language="nb", labels=True)
    assert not list(tmp_path.iterdir())


def test_answers_too_long_for_the_format(every_kind: Survey, tmp_path: Path) -> None:
    answers: dict[str, Cell] = {"comment": "\U0001d11e" * 9000}
    long = gather_responses(every_kind, "2026", {("100000113", "head-of-it"): answers})
    with pytest.raises(ProblemsFound, match="V023 comment: 1 answers are longer than 32767 bytes"):
        export_answers(every_kind, long, tmp_path / "svar.sav", language="nb")
    answers["comment"] = "\U0001d11e" * 16_400
    long = gather_responses(every_kind, "2026", {("100000113", "head-of-it"): answers})
    with pytest.raises(ProblemsFound, match="V023 comment: 1 answers are longer than the 32767 signs of a cell"):
        export_answers(every_kind, long, tmp_path / "svar.xlsx", language="nb")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "language", "labels", "what"),
    [
        ("svar.ods", "nb", False, "end the name in one of .sav, .csv, .xlsx, .parquet"),
        ("svar.sav", "nb", True, "labels in place of codes are for .csv and .xlsx"),
        ("svar.csv", "se", False, "the survey has no texts in se"),
    ],
)
def test_calls_that_cannot_be_met(
    name: str, language: str, labels: bool, what: str, every_kind: Survey, one_response: Microdata, tmp_path: Path
) -> None:
    with pytest.raises(PraksisError, match=what):
        export_answers(every_kind, one_response, tmp_path / name, language=language, labels=labels)


def test_nobody_has_answered(every_kind: Survey, tmp_path: Path) -> None:
    with pytest.raises(PraksisError, match="nobody has answered in 2026"):
        export_answers(every_kind, gather_responses(every_kind, "2026", {}), tmp_path / "a.csv", language="nb")


@pytest.mark.parametrize(("kind", "labels"), FORMS, ids=NAMES)
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        # The text of one option reads like the id of another.
        ("questions.yaml", "en: Time is lacking}", "en: Lack of money}"),
        # Labels that mean a missing class where others write them.
        ("scales.yaml", "{nb: Nei, nn: Nei", "{nb: Ubesvart, nn: Nei"),
        ("scales.yaml", "{nb: Nei, nn: Nei", "{nb: Not answered, nn: Nei"),
    ],
)
def test_words_that_mean_something_else_elsewhere(
    kind: str, labels: bool, file: str, old: str, new: str, tmp_path: Path
) -> None:
    """What a file of ours says of itself is certain, whatever else its words could mean."""
    folder = tmp_path / "survey"
    shutil.copytree(Path(__file__).parents[2] / "collect/every-kind", folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    text = text.replace("en: Money is lacking}", "en: Funds are lacking}").replace(old, new, 1)
    (folder / file).write_text(text, encoding="utf-8")
    survey = load_survey(folder)
    answers: dict[str, Cell] = {"has-strategy": 0, "services-are": 1, "lack-of-money": 1, "lack-of-time": 0}
    answers |= {"lack-of-skills": 0, "no-barrier": 0}
    microdata = gather_responses(survey, "2025", {("100000008", "head-of-it"): answers})
    assert_same(microdata, go_round(survey, microdata, kind, labels, "nb"))
