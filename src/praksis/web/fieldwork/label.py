"""What strata, roles and pages are called, in the survey's own words."""

from praksis.web.fieldwork.visit import Visit
from praksis.web.fieldwork.words import read_words


def name_stratum(visit: Visit, stratum: str) -> str:
    """The categories of a stratum, as 'Municipality, small'."""
    labels = []
    for name, value in zip(visit.survey.design.strata, stratum.split("/"), strict=False):
        categories = {one.id: one.label for one in visit.survey.breakdowns[name].categories}
        labels += [categories[value][visit.content_language]] if value in categories else []
    return ", ".join(labels) or read_words(visit.language)["all"]


def name_role(visit: Visit, role: str) -> str:
    """What a role is called."""
    return visit.survey.roles[role].title[visit.content_language]


def name_page(visit: Visit, page: str) -> str:
    """The question of a page, or its id where it is a text without a question."""
    question = next((one for one in visit.survey.questions if one.id == page), None)
    return question.text[visit.content_language] if question else page
