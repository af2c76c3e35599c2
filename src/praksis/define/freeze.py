"""The questionnaire of a wave as canonical JSON, and its hash: what was asked, fixed."""

import hashlib
import json

from praksis.define.model import Definition
from praksis.define.survey import Survey


def freeze_questionnaire(survey: Survey, wave: str) -> bytes:
    """Canonical JSON (UTF-8, sorted keys, no spaces) of everything a respondent of the wave could meet.

    Fields as they are if not given are left out, so that a Praksis that knows more fields says the same.
    """
    questions = []
    for question in survey.questions:
        if wave in question.waves:
            items = [_dump(item) for item in question.items if wave in question.waves_of(item)]
            questions.append(_dump(question) | {"items": items, "waves": [wave]})
    tree = {
        "survey": survey.header.id,
        "wave": wave,
        "languages": survey.header.languages,
        "questions": questions,
        "scales": [_dump(scale) for scale in survey.scales],
        "staircase": _dump(survey.staircase) if survey.staircase else None,
    }
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _dump(part: Definition) -> dict[str, object]:
    return part.model_dump(mode="json", exclude_defaults=True)


def hash_questionnaire(survey: Survey, wave: str) -> str:
    """SHA-256 of the frozen questionnaire, in hexadecimal."""
    return hashlib.sha256(freeze_questionnaire(survey, wave)).hexdigest()
