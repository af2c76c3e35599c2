"""What stands in braces."""

from praksis.collect.journey import Journey
from praksis.collect.piping import NOTHING, fill_text, show_answer
from praksis.define.question import Missing
from praksis.localtext import LocalText


def fill(journey: Journey, words: str, answers: dict[str, int | str]) -> str:
    return fill_text(journey.survey, LocalText({"en": words}), "en", journey.organisation, answers)


def test_the_organisation_and_its_answers(journey: Journey) -> None:
    yes = journey.survey.scale_of("has-strategy").codes["yes"][0]
    said = fill(
        journey,
        "{organisation}: {has-strategy}, {full-time-equivalents}, {partner}",
        {"has-strategy": yes, "full-time-equivalents": "12.5"},
    )
    assert said == f"Bakkebygd kommune: Yes, 12.5, {NOTHING}"


def test_missing_classes_have_words(journey: Journey) -> None:
    do_not_know = int(Missing.DO_NOT_KNOW)
    assert show_answer(journey.survey, "full-time-equivalents", do_not_know, "nn") == "Veit ikkje"
    assert show_answer(journey.survey, "users-first", do_not_know, "nb") == "Vet ikke"
    assert show_answer(journey.survey, "users-first", None, "nb") == ""


def test_an_answer_is_never_read_as_a_placeholder(journey: Journey) -> None:
    assert fill(journey, "With {partner}", {"partner": "{organisation}"}) == "With {organisation}"
