"""The codebook of a frozen wave: what every column of its microdata is, in all languages of the survey, as JSON.

The Parquet file has a short one inside, in the survey's first language; this one can be read without knowing Praksis.
"""

import json
from collections.abc import Mapping

from praksis.define.freeze import hash_meaning, hash_questionnaire
from praksis.define.question import Missing, Question, QuestionKind
from praksis.define.survey import Survey
from praksis.edit.exchange.layout import label_codes, label_reasons
from praksis.edit.open_column import ANSWERED, name_missing
from praksis.localtext import LocalText

Tree = dict[str, object]


def write_codebook(survey: Survey, wave: str) -> bytes:
    """UTF-8, the same bytes for the same survey."""
    header = survey.header
    roles = [{"id": role.id, "title": role.title.root} for role in header.roles if wave in role.waves]
    strata = [
        {
            "id": name,
            "title": survey.breakdowns[name].title.root,
            "categories": [{"id": one.id, "label": one.label.root} for one in survey.breakdowns[name].categories],
        }
        for name in survey.design.strata
    ]
    tree = {
        "survey": header.id,
        "title": header.title.root,
        "owner": header.owner.root,
        "wave": wave,
        "languages": list(header.languages),
        "questionnaire": hash_questionnaire(survey, wave),
        "meaning": hash_meaning(survey, wave),
        "roles": roles,
        "strata": strata,
        "columns": [
            {"name": "organisation", "kind": "key", "key_of": "frame"},
            {"name": "role", "kind": "key", "key_of": "roles"},
            *(column for item in survey.items if wave in survey.waves_of(item) for column in _describe(survey, item)),
        ],
    }
    return (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode()


def _describe(survey: Survey, item: str) -> list[Tree]:
    """The column of an item, or its two columns if it is open."""
    question, one = survey.question_of[item], survey.items[item]
    about: Tree = {
        "name": item,
        "question": question.id,
        "kind": question.kind.value,
        "role": question.role,
        "question_text": question.text.root,
        "text": one.text.root,
        "series": one.series_id,
        "wording": one.wording,
    }
    if question.show_if:
        about["asked_if"] = question.show_if
    languages = survey.header.languages
    if not survey.is_open(item):
        scale = survey.scale_of(item)
        ids = {category.code: category.id for category in scale.categories}
        labels = {language: label_codes(survey, item, language) for language in languages}
        counted = {int(missing.code) for missing in scale.missing if missing.in_base}
        return [about | {"scale": scale.id, "codes": _list_codes(ids, labels, counted)}]
    if unit := _find_unit(question):
        about["unit"] = unit.root
    reasons = {language: label_reasons(question, language) for language in languages}
    companion = {"name": name_missing(item), "kind": "reason", "of": item}
    return [about, companion | {"codes": _list_codes({ANSWERED: "answered"}, reasons, set())}]


def _list_codes(ids: Mapping[int, str], labels: Mapping[str, Mapping[int, str]], counted: set[int]) -> list[Tree]:
    """Answers in the order of their scale, then why there may be none."""
    reasons = sorted(set(next(iter(labels.values()))) - set(ids), reverse=True)
    listed = []
    for code in (*ids, *reasons):
        name = ids.get(code) or Missing(code).name.lower().replace("_", "-")
        tree: Tree = {"code": code, "id": name, "label": {language: one[code] for language, one in labels.items()}}
        if code < 0:
            tree["missing"] = True
            tree["in_base"] = code in counted
        listed.append(tree)
    return listed


def _find_unit(question: Question) -> LocalText | None:
    match question.kind:
        case QuestionKind.NUMBER:
            return question.number.unit
        case QuestionKind.SPLIT:
            return question.split.unit
        case _:
            return None
