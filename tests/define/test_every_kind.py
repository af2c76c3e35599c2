"""The survey that the tests of answering use has what its name says, so that none of them passes for want of it."""

from pathlib import Path

from praksis.define.question import Layout, QuestionKind
from praksis.define.read import read_survey

EVERY_KIND = Path(__file__).parents[1] / "collect" / "every-kind"


def test_it_has_every_kind_of_question() -> None:
    reading = read_survey(EVERY_KIND)
    assert [str(problem) for problem in reading.problems] == []
    survey = reading.survey
    assert survey
    assert {question.kind for question in survey.questions} == set(QuestionKind)
    assert {question.layout for question in survey.questions if question.kind is QuestionKind.GRID} == set(Layout)
    assert any(item.exclusive for item in survey.items.values())
    assert any(category.help for scale in survey.scales for category in scale.categories)
    texts = [question for question in survey.questions if question.kind is QuestionKind.TEXT]
    assert {question.free_text.lines > 1 for question in texts} == {True, False}
    assert any(question.required for question in survey.questions)
    assert any(question.factual for question in survey.questions)
    assert any(question.section is None for question in survey.questions)
    assert sum(question.section is not None for question in survey.questions) >= 2


def test_it_is_written_in_all_languages_and_to_each_in_its_own() -> None:
    survey = read_survey(EVERY_KIND).survey
    assert survey
    assert survey.header.languages == ("nb", "nn", "en")
    assert len(survey.frame.organisations) == 12
    assert {survey.language_of(organisation) for organisation in survey.frame.organisations} == {"nb", "nn"}
    texts = [text for question in survey.questions for text in (question.text, question.help) if text]
    assert any("{organisation}" in text["nb"] for text in texts)
    assert any("{services-are}" in text["nb"] for text in texts)
