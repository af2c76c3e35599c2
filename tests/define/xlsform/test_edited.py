"""Our own forms after someone has worked on them in a spreadsheet: what the form's own columns say counts."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from praksis.define.freeze import freeze_meaning
from praksis.define.question import Question, QuestionKind
from praksis.define.read import load_survey
from praksis.define.survey import Survey
from praksis.define.xlsform.folder import Imported, import_questionnaire
from praksis.define.xlsform.writer import write_questionnaire
from praksis.errors import ProblemsFound

EVERY_KIND = Path(__file__).parents[2] / "collect/every-kind"
STARTER = Path(__file__).parents[3] / "src/praksis/define/starter"
Change = Callable[["Book"], None]


class Book:
    """A workbook by its headings and names."""

    def __init__(self, path: Path) -> None:
        self.path, self.book = path, load_workbook(path)

    def sheet(self, name: str) -> Worksheet:
        sheet = self.book[name]
        assert isinstance(sheet, Worksheet)
        return sheet

    def column(self, sheet: str, heading: str) -> int:
        headings = [cell.value for cell in self.sheet(sheet)[1]]
        if heading not in headings:
            self.sheet(sheet).cell(1, len(headings) + 1, heading)
            return len(headings) + 1
        return headings.index(heading) + 1

    def row(self, sheet: str, name: str, listed: str = "") -> int:
        for number in range(2, self.sheet(sheet).max_row + 1):
            same = self.sheet(sheet).cell(number, self.column(sheet, "name")).value == name
            if same and (not listed or self.sheet(sheet).cell(number, 1).value == listed):
                return number
        raise AssertionError(name)

    def write(self, sheet: str, row: int, **cells: str | None) -> None:
        for heading, value in cells.items():
            self.sheet(sheet).cell(row, self.column(sheet, heading.replace("__", "::"))).value = value

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path


@pytest.fixture
def take(tmp_path: Path) -> Callable[..., tuple[Imported, Survey]]:
    def edit(change: Change, folder: Path = EVERY_KIND, wave: str = "2026") -> tuple[Imported, Survey]:
        path = write_questionnaire(load_survey(folder), tmp_path / "form.xlsx", wave)
        book = Book(path)
        change(book)
        taken = import_questionnaire(book.save(), tmp_path / "again")
        return taken, load_survey(taken.folder)

    return edit


Take = Callable[..., tuple[Imported, Survey]]


def tell(taken: Imported) -> list[str]:
    told = [f"{problem.place} {problem.code} {problem.what}" for problem in taken.account]
    return [one for one in told if one != "settings X024 a form does not hold the frame and the design"]


def find(survey: Survey, name: str) -> Question:
    return next(question for question in survey.questions if question.id == name)


NB = "label__Bokmål (nb)"


def test_a_text_that_was_changed_is_the_new_text(take: Take) -> None:
    def change(book: Book) -> None:
        book.write("survey", book.row("survey", "has-strategy"), **{NB: "Har dere en **ny** plan?"})
        book.write("choices", book.row("choices", "yes", "yes-no"), **{NB: "Ja, absolutt"})
        book.write("settings", 2, form_title="Ny tittel")

    taken, survey = take(change)
    assert tell(taken) == ["survey:12 X017 `label` is marked up; the words are kept, not the markup"]
    assert find(survey, "strategy").text["nb"] == "Har dere en ny plan?"
    assert find(survey, "strategy").text["en"] == "Does the organisation have a strategy for digital services?"
    assert survey.scale_by_id["yes-no"].categories[0].label["nb"] == "Ja, absolutt"
    assert survey.header.title.root == {"nb": "Ny tittel", "nn": "Digital kvardag", "en": "Everyday digital work"}
    # A slip of the pen changes no meaning.
    old = load_survey(EVERY_KIND)
    assert freeze_meaning(survey, "2026") == freeze_meaning(old, "2026")


OTHERWISE = "`relevant` says something else than `praksis::show_if`, which is left out"


def test_routing_that_was_changed_in_the_forms_column_counts(take: Take) -> None:
    def change(book: Book) -> None:
        row = book.row("survey", "barriers")
        book.write("survey", row, relevant="${services-are} = 'on-paper' and ${has-strategy} != ''")
        book.write("survey", book.row("survey", "strategy-adopted_group"), relevant=None)
        book.write("survey", book.row("survey", "budget-change"), **{"praksis__show_if": None})

    taken, survey = take(change)
    assert [one.split(" ", 2)[1:] for one in tell(taken)] == [
        ["X025", OTHERWISE],
        [
            "X013",
            "`${has-strategy} != ''`: it takes no answer to `has-strategy` for another thing than one that is missing",
        ],
        ["X025", OTHERWISE],
    ]
    assert find(survey, "barriers").show_if == "services-are = on-paper"
    assert find(survey, "strategy-day").show_if is None
    assert find(survey, "money-wanted").show_if == "lack-of-money = chosen"


def test_limits_that_were_changed_count(take: Take) -> None:
    def change(book: Book) -> None:
        book.write("survey", book.row("survey", "full-time-equivalents"), constraint=". >= 1 and . <= 10")
        book.write("survey", book.row("survey", "one-word"), constraint="string-length(.) <= 20", required="yes")
        book.write("survey", book.row("survey", "barriers"), constraint=None)
        book.write("survey", book.row("survey", "comment"), parameters="rows=3")

    taken, survey = take(change)
    assert find(survey, "staff").number.model_dump(exclude={"unit"}) == {"minimum": 1, "maximum": 10, "decimals": 2}
    assert find(survey, "word").free_text.longest == 20
    assert find(survey, "word").required
    assert find(survey, "comments").free_text.lines == 3
    assert not any(item.exclusive for item in find(survey, "barriers").items)
    # Messages that no longer fit the limits are told: Praksis has its own.
    assert [one.split(" ", 1)[1] for one in tell(taken)] == [
        "X016 the column `constraint_message` (rows 9, 27, 47)",
        "X027 a decimal number may have any number of decimals in a form, and 2 here",
    ]


def test_choices_and_questions_that_were_added_and_taken_away(take: Take) -> None:
    def change(book: Book) -> None:
        choices, survey = book.sheet("choices"), book.sheet("survey")
        choices.append(["agreement", "strongly", "Svært enig", "Svært einig", "Strongly agree"])
        choices.append(["barriers_options", "too-old", "Gamle systemer", "Gamle system", "Old systems"])
        choices.delete_rows(book.row("choices", "never", "frequency"))
        survey.delete_rows(book.row("survey", "goodbye"))
        survey.delete_rows(book.row("survey", "by-chat"))
        at = book.row("survey", "comment") + 1
        survey.insert_rows(at)
        book.write("survey", at, type="integer", name="newcomers", **{NB: "Hvor mange nye?"})

    taken, survey = take(change)
    strongly = survey.scale_by_id["agreement"].categories[-1]
    assert (strongly.id, strongly.code) == ("strongly", 4)
    assert find(survey, "barriers").items[-1].id == "too-old"
    assert find(survey, "barriers").items[-1].said["nb"] == "Gamle systemer"
    assert [category.id for category in survey.scale_by_id["frequency"].categories] == ["sometimes", "often", "always"]
    assert [item.id for item in find(survey, "contact").items] == ["by-phone", "in-person"]
    assert survey.questions[-1].id == "newcomers"
    assert survey.questions[-1].role == "head-of-it"
    codes = [one.split(" ", 2)[1] for one in tell(taken)]
    assert codes == ["X024", "X019"]
    assert "has no code of its own; it is 4" in tell(taken)[0]
    assert "`label` has no text in `nn`, `en`; it stands there in `nb`" in tell(taken)[1]


def test_a_question_that_others_hang_on_goes(take: Take) -> None:
    def change(book: Book) -> None:
        book.sheet("survey").delete_rows(book.row("survey", "services-are"), 2)

    taken, survey = take(change)
    assert find(survey, "barriers").show_if is None
    assert "{services-are}" not in find(survey, "barriers-follow").text["nb"]
    codes = [one.split(" ", 2)[1] for one in tell(taken)]
    # Two questions were shown by its answer; one of them also filled it in.
    assert sorted(set(codes)) == ["X013", "X018", "X025"]
    assert codes.count("X025") == 2


def test_a_language_more(take: Take) -> None:
    def more(book: Book) -> None:
        book.write(
            "survey", book.row("survey", "has-strategy"), **{"label__Davvisámegiella (se)": "Lea go strategiija?"}
        )

    taken, survey = take(more)
    assert survey.header.languages == ("nb", "nn", "en", "se")
    assert find(survey, "strategy").text["se"] == "Lea go strategiija?"
    assert find(survey, "staff").text["se"] == find(survey, "staff").text["nb"]
    assert {problem.code for problem in taken.account} == {"X019", "X024"}


def test_a_language_less(take: Take) -> None:
    def less(book: Book) -> None:
        for name in ("survey", "choices"):
            sheet = book.sheet(name)
            for column in range(sheet.max_column, 0, -1):
                if str(sheet.cell(1, column).value).endswith("(en)"):
                    sheet.delete_cols(column)

    taken, survey = take(less)
    assert tell(taken) == []
    assert survey.header.languages == ("nb", "nn")
    assert all(set(question.text.root) == {"nb", "nn"} for question in survey.questions)


def test_the_steps_of_a_staircase_are_named_as_the_form_says(take: Take) -> None:
    def change(book: Book) -> None:
        book.write("choices", book.row("choices", "lending", "staircase"), **{NB: "2 Utlån"})

    taken, survey = take(change, STARTER, "2024")
    assert survey.staircase
    assert survey.staircase.steps[1].label["nb"] == "2 Utlån"
    # The hint said the old name before the criteria: nobody can know that it should follow.
    assert [one.split(" ", 2)[1] for one in tell(taken)] == ["X025"]


def test_the_placing_question_goes(take: Take) -> None:
    def change(book: Book) -> None:
        sheet = book.sheet("survey")
        sheet.delete_rows(book.row("survey", "library-step"))

    _, survey = take(change, STARTER, "2024")
    assert survey.staircase is None
    assert find(survey, "obstacles").show_if is None


def test_answers_shown_as_one_go_with_their_answers(take: Take) -> None:
    def change(book: Book) -> None:
        book.sheet("choices").delete_rows(book.row("choices", "always", "frequency"))

    taken, survey = take(change, STARTER, "2024")
    assert survey.scale_by_id["frequency"].groups == ()
    assert tell(taken) == ["choices X024 `mostly` of `frequency` sums answers that are no longer there"]


def test_columns_of_ours_that_say_nothing_sensible_are_told(take: Take) -> None:
    def change(book: Book) -> None:
        row = book.row("survey", "has-strategy")
        cells = {"praksis__series": "Old Series", "praksis__wording": "first", "praksis__role": "nobody"}
        book.write("survey", row, **cells, default="yes", **{"praksis__question": "The Plan"})

    taken, survey = take(change)
    assert [one.split(" ", 2)[1:] for one in tell(taken)] == [
        ["X016", "the column `default` (rows 12)"],
        ["X020", "names became ids: `The Plan` is `the-plan`"],
        ["X024", "`has-strategy` has the series `Old Series` and the wording `first`"],
        ["X024", "there is no role `nobody`; `has-strategy` is asked of `head-of-it`"],
    ]
    assert find(survey, "the-plan").items[0].series == "old-series"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "Expecting property name"),
        ("[]", "no JSON object"),
        (json.dumps({"title": "x"}), "title"),
        (json.dumps({"tittel": {"nb": "x"}}), "title"),
    ],
)
def test_a_sheet_of_ours_that_cannot_be_read_stops_the_form(content: str, said: str, tmp_path: Path) -> None:
    path = write_questionnaire(load_survey(STARTER), tmp_path / "form.xlsx", "2024")
    book = Book(path)
    row = book.row("praksis", "teacher")
    book.write("praksis", row, content=content)
    with pytest.raises(ProblemsFound) as found:
        import_questionnaire(book.save(), tmp_path / "again")
    (problem,) = [one for one in found.value.problems if one.code == "X008"]
    assert str(problem.place) == f"praksis:{row}"
    assert said in problem.what
    assert not (tmp_path / "again").exists()


def test_without_our_columns_and_sheet_it_is_anyones_form(tmp_path: Path) -> None:
    """What other tools do to a form: the standard's columns stay. Shape, codes by order, routing and limits do too."""
    survey = load_survey(EVERY_KIND)
    path = write_questionnaire(survey, tmp_path / "form.xlsx", "2026")
    book = Book(path)
    for name in ("survey", "choices", "settings"):
        sheet = book.sheet(name)
        for column in range(sheet.max_column, 0, -1):
            if str(sheet.cell(1, column).value).startswith("praksis"):
                sheet.delete_cols(column)
    del book.book["praksis"]
    taken = import_questionnaire(book.save(), tmp_path / "again", wave="2026")
    again = load_survey(taken.folder)
    assert again.header.languages == survey.header.languages
    asked = [question for question in survey.questions if "2026" in question.waves]
    frame = [question.id for question in again.questions if question.id in ("organisation", "sector")]
    assert frame == ["organisation", "sector"]
    by_item = {item.id: question for question in again.questions for item in question.items}
    for question in asked:
        for item in question.items:
            name = f"barriers-{item.id}" if question.kind is QuestionKind.MULTIPLE else item.id
            mate = by_item[name]
            assert mate.kind is question.kind, item.id
            assert (mate.show_if or "") == (question.show_if or "").replace("lack-of", "barriers-lack-of")
            assert (mate.number.minimum, mate.number.maximum) == (question.number.minimum, question.number.maximum)
            assert (mate.date, mate.split.total) == (question.date, question.split.total)
            assert mate.free_text == question.free_text
    # "Do not know" is a choice among the others on a scale; beside a number it is a choice of one, which is told.
    assert "do-not-know" in [category.id for category in again.scale_by_id["agreement"].categories]
    lost = [problem.what for problem in taken.account if problem.code == "X021"]
    missing = [item.id for question in asked for item in question.items[:1] if question.missing]
    assert lost == [f"the list `{name}_missing` has no two answers" for name in [*missing[:3], "time-spent"]]
