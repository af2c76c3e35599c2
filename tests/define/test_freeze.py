"""What was asked, and what the answers mean, as bytes: which changes tell, and which do not."""

import json
from collections.abc import Callable, Mapping

import pytest

from praksis.define.freeze import freeze_meaning, freeze_questionnaire, hash_meaning, hash_questionnaire, name_changes
from praksis.define.read import Reading
from praksis.define.survey import Survey

WAVE = "2024"


@pytest.fixture
def survey(read_edited: Callable[..., Reading]) -> Survey:
    return _of(read_edited())


def _of(reading: Reading) -> Survey:
    assert reading.survey, reading.problems
    return reading.survey


def _change(survey: Survey, question: str, update: Mapping[str, object]) -> Survey:
    questions = [one.model_copy(update=update) if one.id == question else one for one in survey.questions]
    return survey.model_copy(update={"questions": tuple(questions)})


def test_what_is_the_default_said_in_so_many_words_is_the_same(
    survey: Survey, read_edited: Callable[..., Reading]
) -> None:
    said = _of(read_edited(("questions.yaml", "- id: where\n", "- id: where\n  required: false\n")))
    assert freeze_questionnaire(said, WAVE) == freeze_questionnaire(survey, WAVE)
    assert hash_questionnaire(said, WAVE) != hash_questionnaire(said, "2023")


def test_what_a_respondent_meets_tells_and_means_the_same(survey: Survey) -> None:
    """A text, what must be answered, limits."""
    (asked, *_) = [one for one in survey.questions if WAVE in one.waves]
    for update in (
        {"text": asked.text.map(str.upper)},
        {"help": asked.text},
        {"required": True},
        {"number": asked.number.model_copy(update={"maximum": 7})},
    ):
        other = _change(survey, asked.id, update)
        assert hash_questionnaire(other, WAVE) != hash_questionnaire(survey, WAVE), update
        assert hash_meaning(other, WAVE) == hash_meaning(survey, WAVE), update
        assert name_changes(freeze_questionnaire(survey, WAVE), freeze_questionnaire(other, WAVE)) == (
            f"question {asked.id}",
        )


def test_what_no_respondent_meets_does_not_tell(survey: Survey) -> None:
    """How answers are told, and what other waves ask and on which scales."""
    (asked, *_) = [one for one in survey.questions if WAVE in one.waves and one.items]
    item = asked.items[0].model_copy(update={"said": asked.text, "series": "other", "sensitive": True})
    scale = survey.scales[0]
    later = asked.model_copy(update={"id": "later", "waves": ("2031",)})
    told = scale.model_copy(
        update={"groups": (), "categories": tuple(one.model_copy(update={"says": None}) for one in scale.categories)}
    )
    for other in (
        _change(survey, asked.id, {"items": (item, *asked.items[1:])}),
        _change(survey, asked.id, {"waves": (*asked.waves, "2031")}),
        survey.model_copy(update={"questions": (*survey.questions, later)}),
        survey.model_copy(update={"scales": (told, *survey.scales[1:])}),
        survey.model_copy(update={"scales": (*survey.scales, scale.model_copy(update={"id": "new"}))}),
    ):
        assert freeze_questionnaire(other, WAVE) == freeze_questionnaire(survey, WAVE)
        assert freeze_meaning(other, WAVE) == freeze_meaning(survey, WAVE)


def test_what_gives_answers_another_meaning(survey: Survey) -> None:
    asked = next(one for one in survey.questions if WAVE in one.waves and one.scale)
    scale = survey.scale_by_id[asked.scale or ""]
    first, second, *rest = scale.categories
    swapped = (first.model_copy(update={"code": second.code}), second.model_copy(update={"code": first.code}), *rest)
    before = freeze_meaning(survey, WAVE)
    cases = {
        f"question {asked.id}": _change(survey, asked.id, {"show_if": "where = here"}),
        f"question {asked.id} (gone)": _change(survey, asked.id, {"waves": ("2023",)}),
        f"scale {scale.id}": survey.model_copy(
            update={
                "scales": tuple(
                    one.model_copy(update={"categories": swapped}) if one is scale else one for one in survey.scales
                )
            }
        ),
    }
    for named, other in cases.items():
        assert named in name_changes(before, freeze_meaning(other, WAVE))


def test_the_order_tells_and_means_the_same(survey: Survey) -> None:
    turned = survey.model_copy(update={"questions": survey.questions[::-1]})
    assert freeze_meaning(turned, WAVE) == freeze_meaning(survey, WAVE)
    changes = name_changes(freeze_questionnaire(survey, WAVE), freeze_questionnaire(turned, WAVE))
    assert changes == ("the order of the questions",)


def test_it_is_json(survey: Survey) -> None:
    tree = json.loads(freeze_questionnaire(survey, WAVE))
    assert [one["id"] for one in tree["questions"]] == [one.id for one in survey.questions if WAVE in one.waves]
    assert tree["questions"][0]["text"] == survey.questions[0].text.root
