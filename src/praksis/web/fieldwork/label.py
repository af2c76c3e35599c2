"""What strata, roles and pages are called, in the survey's own words."""

import re

from praksis.web.fieldwork.visit import Visit
from praksis.web.fieldwork.words import read_words

_THOUSANDS = re.compile(r"(?<=[0-9]) (?=[0-9]{3}\b)")
"""A space inside a number, where no line may break."""


def name_stratum(visit: Visit, stratum: str) -> str:
    """The categories of a stratum, as 'Municipality, small'."""
    labels = []
    for name, value in zip(visit.survey.design.strata, stratum.split("/"), strict=False):
        categories = {one.id: one.label for one in visit.survey.breakdowns[name].categories}
        labels += [categories[value][visit.content_language]] if value in categories else []
    return _THOUSANDS.sub("\N{NO-BREAK SPACE}", ", ".join(labels)) or read_words(visit.language)["all"]


def has_roles(visit: Visit) -> bool:
    """Do several roles answer in the wave, so that a page must say which?"""
    return sum(visit.wave in role.waves for role in visit.survey.header.roles) > 1


def name_role(visit: Visit, role: str) -> str:
    """What a role is called; its id where the survey has it no more."""
    known = visit.survey.roles.get(role)
    return known.title[visit.content_language] if known else role


def name_page(visit: Visit, page: str) -> str:
    """The question of a page, or its id where it is a text without a question."""
    question = next((one for one in visit.survey.questions if one.id == page), None)
    return question.text[visit.content_language] if question else page
