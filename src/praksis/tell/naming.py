"""What groups, items and answers are called, in charts and inside sentences."""

from praksis.define.group import parse_group
from praksis.define.survey import Survey


def label_group(survey: Survey, group: str, language: str) -> str:
    """As in a chart: 'Statlige virksomheter', 'Statlige virksomheter, trinn 3'."""
    values = parse_group(group)
    if not values:
        return survey.frame_definition.everyone.label[language]
    labels = [survey.breakdowns[name].category(value).label[language] for name, value in values.items()]
    return ", ".join([labels[0], *(label[:1].lower() + label[1:] for label in labels[1:])])


def name_group(survey: Survey, group: str, language: str, item: str) -> tuple[str, str]:
    """Inside a sentence after a share: the organisations, and what singles them out ('' if nothing does).

    ('de statlige virksomhetene', 'på trinn 3'). The last breakdown with words of its own names the organisations; the
    others qualify. Where the item is answered by a role that speaks for itself, the role is named instead of everyone.
    """
    role = survey.roles[survey.question_of[item].role]
    everyone = role.who or survey.frame_definition.everyone.who or survey.frame_definition.everyone.label
    who, qualifiers = everyone[language], []
    for name, value in parse_group(group).items():
        category = survey.breakdowns[name].category(value)
        if category.who:
            who = category.who[language]
        else:
            qualifiers.append((category.qualifier or category.label)[language])
    return who, " ".join(qualifiers)


def label_item(survey: Survey, item: str, language: str) -> str:
    """As in a chart."""
    return survey.items[item].label[language]


def label_answer(survey: Survey, item: str, answer: str, language: str) -> str:
    """As in a legend or the head of a table."""
    scale = survey.scale_of(item)
    for missing in scale.missing:
        if missing.kind == answer:
            return missing.label[language]
    return scale.label(answer)[language]


def say_answer(survey: Survey, item: str, answer: str, language: str) -> str:
    """Inside a sentence: 'at de er enige eller svært enige i at virksomheten ...'."""
    says = survey.scale_of(item).says(answer)
    if says is None:
        # The check of the survey's files refuses a sentence about an answer that has no words for it.
        raise ValueError(f"the answer `{answer}` of `{item}` has no `says`")
    return says[language].replace("{said}", survey.items[item].said[language])
