"""All questions for reading and printing, and when each is asked, in words."""

import pytest

from praksis.collect.journey import Journey
from praksis.define.survey import Survey
from praksis.web.answering.conditions import say_condition
from praksis.web.answering.texts import Texts
from tests.web.answering.conftest import TOWN, WAVE, Visitor, come_in, find_token, read, read_words

STATE = "100000008"


def _texts(survey: Survey, organisation: str = TOWN, language: str = "nb") -> Texts:
    found = next(one for one in survey.frame.organisations if one.key == organisation)
    return Texts(Journey(survey, WAVE, "head-of-it", found), language, {})


def _say(survey: Survey, expression: str, organisation: str = TOWN, language: str = "nb") -> str | None:
    question = survey.questions[0].model_copy(update={"show_if": expression})
    return say_condition(question, _texts(survey, organisation, language))


STRATEGY = "«Har virksomheten en strategi for digitale tjenester?»"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("has-strategy = yes", f"dere har svart «Ja» på {STRATEGY}"),
        ("has-strategy != yes", f"dere har svart noe annet enn «Ja» på {STRATEGY}"),
        ("not has-strategy = yes", f"det ikke stemmer at dere har svart «Ja» på {STRATEGY}"),
        ("answered(partner)", "dere har gitt et svar på «Hvilken kommune samarbeider dere mest med?»"),
        (
            "users-first in (agree, neither)",
            "dere har svart «Enig» eller «Verken eller» på «Brukerne kommer først hos oss»",
        ),
        ("lack-of-money = chosen", "dere har valgt «Det mangler penger»"),
        ("lack-of-money != chosen", "dere ikke har valgt «Det mangler penger»"),
        ("lack-of-money = not-chosen", "dere ikke har valgt «Det mangler penger»"),
        (
            "(lack-of-money = chosen or lack-of-time = chosen) and lack-of-skills = chosen",
            "(dere har valgt «Det mangler penger» eller dere har valgt «Det mangler tid») og dere har valgt "
            "«Det mangler kompetanse»",
        ),
        (
            "not (lack-of-money = chosen or lack-of-time = chosen)",
            "det ikke stemmer at (dere har valgt «Det mangler penger» eller dere har valgt «Det mangler tid»)",
        ),
    ],
)
def test_conditions_are_said_in_words(survey: Survey, expression: str, said: str) -> None:
    assert _say(survey, expression) == said


@pytest.mark.parametrize(
    ("expression", "town", "state"),
    [
        ("sector = municipality", "", None),
        ("sector != municipality", None, ""),
        ("not sector = municipality", None, ""),
        ("sector in (municipality, state)", "", ""),
        ("answered(sector)", "", ""),
        ("sector = municipality and lack-of-money = chosen", "dere har valgt «Det mangler penger»", None),
        ("sector = municipality or lack-of-money = chosen", "", "dere har valgt «Det mangler penger»"),
        # What the frame does not know and what is not asked here can never make a question shown.
        ("region = north", None, None),
        ("not region = north", None, None),
        ("region = north and lack-of-money = chosen", None, None),
        ("region = north or lack-of-money = chosen", *["dere har valgt «Det mangler penger»"] * 2),
        ("answered(region)", None, None),
        ("not answered(region)", "", ""),
    ],
)
def test_what_the_frame_settles_is_not_said(
    survey: Survey, expression: str, town: str | None, state: str | None
) -> None:
    assert (_say(survey, expression), _say(survey, expression, STATE)) == (town, state)


def test_conditions_agree_with_the_routing(survey: Survey) -> None:
    """A question that is never asked is never shown, one that is always asked always, whatever is answered."""
    from praksis.collect.routing import is_shown

    for organisation in (TOWN, STATE):
        texts = _texts(survey, organisation)
        values = dict(texts.journey.organisation.values[WAVE])
        for question in survey.questions:
            said = say_condition(question, texts)
            if said in ("", None):
                assert is_shown(question, values) is (said == ""), question.id


def test_nested_deeply_is_said_too(survey: Survey) -> None:
    expression = "(" * 300 + "has-strategy = yes" + ")" * 300
    assert _say(survey, expression) == f"dere har svart «Ja» på {STRATEGY}"


@pytest.mark.parametrize(("language", "only"), [("nb", "Bare hvis dere"), ("nn", "Berre om de"), ("en", "Only if you")])
def test_all_questions_are_printed_with_their_conditions(visitor: Visitor, language: str, only: str) -> None:
    visitor.language = language
    said = read_words(visitor.get("questions"))
    assert said.count(only) >= 4
    assert "13." in said
    assert "14." not in said


def test_what_is_never_asked_of_an_organisation_is_left_out(visitor: Visitor) -> None:
    asked = "Hvilken kommune samarbeider dere mest med?"
    assert asked in read_words(visitor.get("questions"))
    state = come_in(find_token(STATE))
    assert asked not in read_words(state.get("questions"))
    assert "12." in read_words(state.get("questions"))


def test_nothing_can_be_pressed_on_the_printed_questions(visitor: Visitor) -> None:
    page = read(visitor.get("questions"))
    assert "<input" not in page
    assert "<form" not in page
