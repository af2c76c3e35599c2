"""The questionnaire of a wave as canonical JSON, and its hash: what was asked, fixed."""

import hashlib
import json

from praksis.define.survey import Survey


def freeze_questionnaire(survey: Survey, wave: str) -> bytes:
    """Canonical JSON (UTF-8, sorted keys, no spaces) of everything a respondent of the wave could meet."""
    questions = []
    for question in survey.questions:
        if wave in question.waves:
            items = [item.model_dump(mode="json") for item in question.items if wave in question.waves_of(item)]
            questions.append(question.model_dump(mode="json") | {"items": items, "waves": [wave]})
    tree = {
        "survey": survey.header.id,
        "wave": wave,
        "languages": survey.header.languages,
        "questions": questions,
        "scales": [scale.model_dump(mode="json") for scale in survey.scales],
        "staircase": survey.staircase.model_dump(mode="json") if survey.staircase else None,
    }
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hash_questionnaire(survey: Survey, wave: str) -> str:
    """SHA-256 of the frozen questionnaire, in hexadecimal."""
    return hashlib.sha256(freeze_questionnaire(survey, wave)).hexdigest()
