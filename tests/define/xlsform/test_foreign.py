"""Forms that others wrote: what can be held is, and everything that cannot is told with its sheet and row."""

from pathlib import Path

import pytest
from pyxform.xls2xform import convert

from praksis.define.question import Layout, Missing, QuestionKind
from praksis.define.read import load_survey
from praksis.define.survey import Survey
from praksis.define.xlsform.account import REMEDIES
from praksis.define.xlsform.folder import ACCOUNT, Imported, import_questionnaire
from tests.define.xlsform.forms import CLINIC, LIBRARY, Sheet, save_form
from tests.define.xlsform.test_round_trip import JAVA

HEAD = ("type", "name", "label", "relevant")
OPEN = "is answered in numbers, dates or words; `show_if` can only ask whether it was answered"
SETTINGS: Sheet = (("form_id", "default_language"), ("form", "English (en)"))


def take(sheets: dict[str, Sheet], folder: Path, **options: str) -> tuple[Imported, Survey]:
    path = save_form(sheets, folder / "form.xlsx")
    taken = import_questionnaire(path, folder / "survey", **{"wave": "2027", **options})
    return taken, load_survey(taken.folder)


@pytest.fixture
def library(tmp_path: Path) -> tuple[Imported, Survey]:
    return take(dict(LIBRARY), tmp_path, language="en")


def test_the_forms_are_real_ones(tmp_path: Path) -> None:
    for sheets in (LIBRARY, CLINIC):
        assert convert(xlsform=save_form(sheets, tmp_path / "form.xlsx"), validate=JAVA).xform


def test_every_loss_is_told_with_its_place(library: tuple[Imported, Survey]) -> None:
    taken, _ = library
    told = [f"{problem.place} {problem.code} {problem.what}" for problem in taken.account]
    assert told == [
        "choices X024 whether the answers of a list have an order from low to high is not in a form",
        "choices:1 X016 the column `image` (rows 10)",
        "choices:1 X016 the column `region` (rows 7, 8, 9)",
        "choices:2 X020 names of `type`: `dont_know` is `dont-know`",
        "choices:4 X026 `dont_know` of `type` looks like no answer, and is taken in as one",
        "external_choices X016 the sheet is not read",
        "settings X024 a form does not say who owns the survey, what it is about, who is asked, how items are reported",
        "settings:1 X016 the setting `instance_name`",
        "survey:1 X016 the column `appearance` (rows 11)",
        "survey:1 X016 the column `constraint_message` (rows 12, 17, 28, 36)",
        "survey:1 X016 the column `default` (rows 37)",
        "survey:1 X020 names became ids: `libraryName` is `library-name`, `library_type` is `library-type`, "
        "`staff_count` is `staff-count`, `wants_more` is `wants-more`, `rate_loans` is `rate-loans`, "
        "`rate_events` is `rate-events`, `opened_late` is `opened-late`",
        "survey:2 X010 `start` is of the type `start`, and left out; Praksis itself notes when and how it was answered",
        "survey:3 X010 `deviceid` is of the type `deviceid`, and left out; Praksis itself notes when and how it was "
        "answered",
        "survey:4 X017 `label` is marked up; the words are kept, not the markup",
        "survey:8 X010 `location` is of the type `geopoint`, and left out",
        "survey:9 X010 `photo` is of the type `image`, and left out",
        "survey:11 X015 `district` shows only some choices (`region = ${region}`); here all are shown",
        f"survey:13 X013 `${{staff_count}} > 10`: `staff_count` {OPEN}",
        "survey:13 X014 `. != 13` is no limit that Praksis has",
        "survey:13 X027 a decimal number may have any number of decimals in a form, and 2 here",
        "survey:14 X012 `per_head` is worked out: `${budget} div ${staff_count}`",
        "survey:19 X016 `reason` adds “other” to its choices, with a text to specify it; both are left out",
        "survey:24 X027 a slider from 0 to 10; it is a field for a number, and the steps of 2 are gone",
        "survey:26 X022 `hours` stands after the group, but under its heading here",
        "survey:30 X011 `branch` is asked several times: `branch_name`, `branch_staff` left out",
        "survey:34 X014 `. <= today()` is no limit that Praksis has",
        f"survey:35 X013 `${{opened}} > '2020-01-01'`: `opened` {OPEN}",
        "survey:36 X014 `regex(., '[^@]+@[^@]+')` is no limit that Praksis has",
        "survey:37 X018 `label` fills in `per_head`, which cannot be filled in there; … stands in its place",
        "survey:37 X018 `label` fills in `photo`, which cannot be filled in there; … stands in its place",
    ]
    written = (taken.folder / ACCOUNT).read_text(encoding="utf-8")
    assert all(str(problem) in written for problem in taken.account)


def test_everything_else_is_held(library: tuple[Imported, Survey]) -> None:
    _, survey = library
    questions = {question.id: question for question in survey.questions}
    assert list(questions) == [
        "intro", "library-name", "library-type", "region", "district", "staff-count", "budget", "offered", "wants-more",
        "reason", "rating", "satisfaction", "hours", "opened", "opened-late", "email", "comment",
    ]  # fmt: skip
    assert survey.header.languages == ("en",)
    assert (survey.header.id, survey.header.title["en"]) == ("libraries-2024", "Libraries 2024")
    assert questions["intro"].text["en"] == "Welcome! This takes five minutes. Write to us (https://library.example)."
    assert questions["library-name"].section
    assert questions["library-name"].section["en"] == "About the library"
    assert questions["library-name"].help
    assert questions["library-name"].required
    assert questions["library-type"].text["en"] == "What kind of library is {library-name}?"
    assert questions["staff-count"].number.minimum == 1
    assert questions["staff-count"].number.maximum == 500
    assert questions["hours"].kind is QuestionKind.SPLIT
    assert [item.id for item in questions["hours"].items] == ["morning", "evening"]
    rating = questions["rating"]
    assert (rating.kind, rating.layout, rating.required) == (QuestionKind.GRID, Layout.TABLE, True)
    assert [category.code for category in survey.scale_by_id["rate"].categories] == [1, 2, 3]
    assert [category.code for category in survey.scale_by_id["yesno"].categories] == [1, 2]
    assert [item.exclusive for item in questions["offered"].items] == [False, False, True]
    assert questions["comment"].free_text.longest == 499
    asked = "library-type != school or not answered(library-type)"
    assert questions["offered"].show_if == asked
    assert questions["wants-more"].show_if == f"({asked}) and offered-none = not-chosen"
    assert questions["reason"].show_if == f"({asked}) and wants-more = no"
    assert questions["comment"].show_if == "library-type = public or wants-more = yes"
    assert questions["budget"].show_if is None


def test_a_form_in_two_languages_is_held_whole(tmp_path: Path) -> None:
    taken, survey = take(dict(CLINIC), tmp_path)
    assert [f"{problem.place} {problem.code}" for problem in taken.account] == [
        "choices X024", "settings X024", "survey:1 X020", "survey:10 X019",
    ]  # fmt: skip
    assert survey.header.languages == ("en", "fr")
    questions = {question.id: question for question in survey.questions}
    assert questions["has-power"].text.root == {"en": "Is there electricity?", "fr": "Y a-t-il de l'électricité ?"}
    assert questions["staff-kinds"].text["fr"] == "Qui travaille dans {has-power} ?"
    assert questions["visits"].section
    assert questions["visits"].section["fr"] == "Visites"
    assert [questions[name].required for name in ("has-power", "power-source", "visits")] == [True, False, True]
    assert questions["pressure"].show_if == (
        "has-power = yes and staff-kinds-nurse = chosen and (power-source != sun or not answered(power-source))"
    )
    assert questions["why"].show_if == "has-power = yes and pressure in (4, 5) and answered(visits)"
    assert questions["why"].text.root == {"en": "Why?", "fr": "Why?"}


def test_the_columns_of_older_forms_are_known(tmp_path: Path) -> None:
    sheets: dict[str, Sheet] = {
        "Survey": (
            ("Type", "Name", "label:English", "label:Norsk", "relevance", "Constraint Message"),
            ("select one from yn", "a", "A", "Æ"),
            ("string", "b", "B", "B", "selected(${a}, 'y')"),
        ),
        "choices": (
            ("list name", "name", "label:English", "label:Norsk"),
            ("yn", "y", "Y", "J"),
            ("yn", "n", "N", "N"),
        ),
        "settings": (("set form title", "default_language"), ("Old", "Norsk")),
    }
    _, survey = take(sheets, tmp_path)
    assert survey.header.languages == ("nb", "en")
    assert [question.show_if for question in survey.questions] == [None, "a = y"]


def say(taken: Imported, code: str) -> list[str]:
    return [f"{problem.place.line} {problem.what}" for problem in taken.account if problem.code == code]


def test_a_condition_about_what_was_left_out_is_told(tmp_path: Path) -> None:
    sheets: dict[str, Sheet] = {
        "survey": (
            HEAD,
            ("text", "a", "A"),
            ("geopoint", "b", "B"),
            ("text", "c", "C", "${b} != ''"),
            ("text", "d", "D", "${e} != ''"),
            ("text", "e", "E", "${a} != '' and ${b} != ''"),
            ("text", "f", "F", "${a} != '' and ../x = 1"),
            ("text", "g", "G", "${a} != '' and ${a} = ''"),
            ("text", "h", "H", "${a} = '' or ${b} = ''"),
        ),
        "settings": SETTINGS,
    }
    taken, survey = take(sheets, tmp_path)
    assert {question.id: question.show_if for question in survey.questions} == {
        "a": None, "c": None, "d": None, "e": "answered(a)", "f": None, "h": None,
    }  # fmt: skip
    assert say(taken, "X013") == [
        "4 `${b} != ''`: no question before it that Praksis could take in is called `b`",
        "5 `${e} != ''`: no question before it that Praksis could take in is called `e`",
        "6 `${b} != ''`: no question before it that Praksis could take in is called `b`",
        "7 `${a} != '' and ../x = 1` is not understood at `../x = 1`",
        "8 `relevant` is never true; the question is left out",
        "9 `${a} = '' or ${b} = ''`: no question before it that Praksis could take in is called `b`",
    ]


def test_what_is_marked_required_under_conditions_is_told(tmp_path: Path) -> None:
    sheets: dict[str, Sheet] = {
        "survey": (
            ("type", "name", "label", "required", "appearance"),
            ("text", "a", "A", "${b} = 1"),
            ("note", "n", "N", "yes"),
            ("begin_group", "g", "G", None, "table-list"),
            ("select_one yn", "r1", "R", "yes"),
            ("select_one yn", "r2", "R", "no"),
            ("end_group",),
        ),
        "choices": (("list_name", "name", "label"), ("yn", "y", "Y"), ("yn", "n", "N")),
        "settings": SETTINGS,
    }
    taken, survey = take(sheets, tmp_path)
    assert not any(question.required for question in survey.questions)
    assert say(taken, "X023") == [
        "2 `a` must be answered only if `${b} = 1`; here it need not be",
        "4 only some rows of `g` must be answered; here none must",
    ]
    assert say(taken, "X016") == ["1 the column `required` (rows 3)"]


def test_names_that_cannot_be_ids_and_lists_that_are_none(tmp_path: Path) -> None:
    sheets: dict[str, Sheet] = {
        "survey": (
            ("type", "name", "label"),
            ("text", "a_b", "A"),
            ("text", "a.b", "B"),
            ("text", "role", "C"),
            ("text", "Ærlig_Svar", "D"),
            ("note", "", "E"),
            ("select_one gone", "f", "F"),
            ("select_one one", "g", "G"),
            ("select_multiple one", "h", "H"),
            ("select_one twice", "i", "I"),
            ("rank twice", "j", "J"),
            ("select_one_from_file x.csv", "k", "K"),
            (None, "l", "L"),
            (None, None, None, "aside"),
        ),
        "choices": (
            ("list_name", "name", "label"),
            ("one", "x", "X"),
            ("twice", "x", "X"),
            ("twice", "x", "X2"),
            ("twice", "X", "X3"),
            ("twice", "y", None),
            ("twice", None, "no name"),
        ),  # fmt: skip
        "settings": SETTINGS,
    }
    taken, survey = take(sheets, tmp_path)
    assert [item for question in survey.questions for item in (question.id, *(one.id for one in question.items))] == [
        "a-b", "a-b", "a-b-2", "a-b-2", "role", "role-2", "aerlig-svar", "aerlig-svar", "question-6", "i", "i",
    ]  # fmt: skip
    assert say(taken, "X010") == [
        "11 `j` is of the type `rank twice`, and left out",
        "12 `k` is of the type `select_one_from_file x.csv`, and left out",
        "13 `l` has no type",
    ]
    assert say(taken, "X021") == [
        "7 a choice without its name",
        "7 there is no list `gone`",
        "8 the list `one` has no two answers",
        "9 the list `one` has no two choices",
    ]
    assert say(taken, "X028") == ["4 `twice` has a choice `x` already; this one is left out"]
    assert [category.id for category in survey.scale_by_id["twice"].categories] == ["x", "x-2", "y"]
    assert say(taken, "X024")[1:] == [
        "6 `y` has no label; its name stands in its place",
        "0 a form does not say who owns the survey, what it is about, who is asked, how items are reported",
    ]


def test_headings_inside_headings_become_sections_of_one_level(tmp_path: Path) -> None:
    sheets: dict[str, Sheet] = {
        "survey": (
            HEAD,
            ("begin_group", "outer", "Outer"),
            ("text", "a", "A"),
            ("begin_group", "inner", "Inner", "${a} != ''"),
            ("text", "b", "B"),
            ("end_group",),
            ("text", "c", "C"),
            ("begin_group", "bare", None),
            ("text", "d", "D"),
            ("end_group",),
            ("end_group",),
        ),
        "settings": SETTINGS,
    }
    taken, survey = take(sheets, tmp_path)
    assert [(one.id, one.section and one.section["en"], one.show_if) for one in survey.questions] == [
        ("a", "Outer", None), ("b", "Inner", "answered(a)"), ("c", "Outer", None), ("d", None, None),
    ]  # fmt: skip
    assert say(taken, "X022") == ["4 the heading of `inner` stands inside another; sections have one level"]


def test_tables_of_other_things_are_sections(tmp_path: Path) -> None:
    sheets: dict[str, Sheet] = {
        "survey": (
            ("type", "name", "label", "appearance", "relevant"),
            ("begin_group", "g", "G", "table-list"),
            ("select_one yn", "a", "A"),
            ("text", "b", "B"),
            ("end_group",),
            ("begin_group", "h", "H", "table-list"),
            ("select_one yn", "c", "C"),
            ("select_one yn", "d", "D", None, "${c} = 'y'"),
            ("end_group",),
        ),
        "choices": (("list_name", "name", "label"), ("yn", "y", "Y"), ("yn", "n", "N")),
        "settings": SETTINGS,
    }
    taken, survey = take(sheets, tmp_path)
    assert [(one.id, one.kind.value, one.show_if) for one in survey.questions] == [
        ("a", "single", None), ("b", "text", None), ("c", "single", None), ("d", "single", "c = y"),
    ]  # fmt: skip
    assert len(say(taken, "X022")) == 2


@pytest.mark.parametrize(
    ("constraint", "kinds"),
    [
        (". + ${morning} = 100", ["split"]),
        ("${evening} + coalesce(${morning}, 0) = 100", ["split"]),
        (". + ${morning} = 100 and . >= 10", ["split"]),
        (". + ${morning} + ${evening} = 100", ["number", "number"]),
        ("${morning} = 100", ["number", "number"]),
        (". + ${morning} <= 100", ["number", "number"]),
        (". + ${morning} = 0", ["number", "number"]),
        (". + ${morning} = -5", ["number", "number"]),
        (". + ${morning} = 33.5", ["number", "number"]),
        (". + ${morning} = 9999999999999", ["number", "number"]),
    ],
)
def test_parts_of_a_whole_are_known_by_their_sum(constraint: str, kinds: list[str], tmp_path: Path) -> None:
    sheets: dict[str, Sheet] = {
        "survey": (
            ("type", "name", "label", "constraint"),
            ("begin_group", "g", "G"),
            ("integer", "morning", "M"),
            ("integer", "evening", "E", constraint),
            ("end_group",),
        ),
        "settings": SETTINGS,
    }
    taken, survey = take(sheets, tmp_path)
    assert [question.kind.value for question in survey.questions] == kinds
    held = kinds == ["split"] and ">=" not in constraint
    assert len(say(taken, "X014")) == (0 if held else 1)


def test_what_is_read_can_be_answered(library: tuple[Imported, Survey]) -> None:
    """The scales are whole: every answer has a code, none of them negative."""
    _, survey = library
    for scale in survey.scales:
        codes = [category.code for category in scale.categories]
        assert len(codes) == len(set(codes)) >= 2
        assert min(codes) > max(Missing)


def test_every_code_has_a_remedy_and_none_is_left_over(library: tuple[Imported, Survey]) -> None:
    source = Path(__file__).parents[3] / "src/praksis/define/xlsform"
    used = "".join(path.read_text(encoding="utf-8") for path in source.glob("*.py") if path.name != "account.py")
    assert [code for code in REMEDIES if f'"{code}"' not in used] == []


def test_names_that_are_numbers_but_no_codes(tmp_path: Path) -> None:
    """-99 is no code, so that the answer named 1 has another code than 1: whoever has data by these names is told."""
    choices = (("list_name", "name", "label"), ("l", -99, "Unknown"), ("l", 1, "Yes"))
    survey = (("type", "name", "label"), ("select_one l", "q", "Q"))
    taken, read = take({"survey": survey, "choices": choices, "settings": SETTINGS}, tmp_path)
    assert [(one.id, one.code) for one in read.scales[-1].categories] == [("99", 1), ("1", 2)]
    assert "choices:2 X024 not all names of `l` can be codes; the codes are 1 to 2, in order" in [
        f"{problem.place} {problem.code} {problem.what}" for problem in taken.account
    ]


def test_a_limit_longer_than_any_number(tmp_path: Path) -> None:
    survey = (("type", "name", "label", "constraint"), ("integer", "a", "A", f". > {'9' * 40}"))
    taken, read = take({"survey": survey, "settings": SETTINGS}, tmp_path)
    assert read.questions[0].number.minimum is None
    assert any(one.code == "X014" and one.what.startswith("the limit 1000") for one in taken.account)
