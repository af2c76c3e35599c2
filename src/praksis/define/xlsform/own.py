"""The sheet `praksis` of a form that we wrote: what belongs to no question and no choice."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from praksis.define.frame import Breakdown, BreakdownCategory
from praksis.define.model import Definition
from praksis.define.parts import Parts
from praksis.define.question import STAIRCASE, AnswerGroup, Category, MissingCategory
from praksis.define.staircase import Staircase
from praksis.define.survey import Role
from praksis.define.xlsform.account import Account
from praksis.define.xlsform.sheet import OWN, PREFIX, SETTINGS, Form
from praksis.localtext import LocalText

Tree = dict[str, object]

RESPONDENT = "respondent"
"""The role of a form that says nothing of roles."""


@dataclass
class Own:
    """What a form of ours says of its survey; of anyone's form nothing but a role."""

    survey: str = ""
    wave: str = ""
    about: Tree = field(default_factory=dict)
    roles: dict[str, Tree] = field(default_factory=dict)
    scales: dict[str, Tree] = field(default_factory=dict)
    breakdowns: dict[str, Tree] = field(default_factory=dict)
    everyone: Tree | None = None
    staircase: Tree | None = None

    @property
    def is_ours(self) -> bool:
        return bool(self.survey)

    def explain_steps(self) -> dict[str, Category]:
        """Step -> the answer that the staircase makes of it, with its help."""
        if self.staircase is None:
            return {}
        staircase = Staircase.model_validate(self.staircase)
        (scale,) = Parts(None, None, None, None, staircase, None, None, {}).all_scales
        return {category.id: category for category in scale.categories}


class _About(Definition):
    title: LocalText
    owner: LocalText
    about: tuple[LocalText, ...]
    note: LocalText | None = None


class _Scale(Definition):
    ordered: bool = True
    categories: tuple[Category, ...] = ()
    missing: tuple[MissingCategory, ...] = ()
    groups: tuple[AnswerGroup, ...] = ()


_MODELS: Mapping[str, tuple[type[Definition], Tree]] = {
    "survey": (_About, {}),
    "role": (Role, {"waves": ["1"]}),
    "scale": (_Scale, {}),
    "breakdown": (Breakdown, {}),
    "everyone": (BreakdownCategory, {}),
    STAIRCASE: (Staircase, {}),
}
"""Part -> the model it must fit, and what stands elsewhere."""


def read_own(form: Form, languages: tuple[str, ...], account: Account) -> Own:
    """What the sheet says, if the form is one of ours; what cannot be read goes into the account and stops the form."""
    settings = form.settings.rows[0] if form.settings.rows else None
    survey = settings.get(PREFIX + "survey") if settings else ""
    if not survey or settings is None:
        return Own(roles={RESPONDENT: {}})
    own = Own(survey, settings.get(PREFIX + "wave"))
    places: Mapping[str, dict[str, Tree]] = {"role": own.roles, "scale": own.scales, "breakdown": own.breakdowns}
    for row in form.own.rows:
        part, name = row.get("part"), row.get("name")
        try:
            content = _read_part(part, name, row.get("content"), languages)
        except ValueError as error:  # pydantic's errors are such, too
            told = (
                f"{error.errors()[0]['loc']}: {error.errors()[0]['msg']}"
                if isinstance(error, ValidationError)
                else error
            )
            account.add("X008", OWN, row.number, f"`{part}` `{name}`: {told}")
            continue
        if part in places:
            places[part][name] = content
        elif part == "survey":
            own.about = content
        elif part == "everyone":
            own.everyone = content
        else:
            own.staircase = content
    if not own.roles:
        account.add("X008", SETTINGS, 2, "the form is one of ours, but the sheet `praksis` names no role")
    return own


def _read_part(part: str, name: str, text: str, languages: tuple[str, ...]) -> Tree:
    """A part of the sheet, its texts in the form's languages. Raises ValueError."""
    if part not in _MODELS:
        raise ValueError(f"there is no such part; there are {', '.join(_MODELS)}")
    content = json.loads(text)
    if not isinstance(content, dict):
        raise ValueError("no JSON object")
    model, rest = _MODELS[part]
    named = {"id": name} if "id" in model.model_fields else {}
    tree = _level(model.model_validate(named | rest | content), languages)
    assert isinstance(tree, dict)
    return {key: value for key, value in tree.items() if key in content}


def _level(value: object, languages: tuple[str, ...]) -> object:
    """A model as a tree, its texts in these languages: one that lacks a language says there what it says in another."""
    match value:
        case LocalText():
            instead = next((value.root[one] for one in languages if one in value.root), next(iter(value.root.values())))
            return {language: value.root.get(language, instead) for language in languages}
        case Definition():
            given = (
                (name, getattr(value, name)) for name in type(value).model_fields if name in value.model_fields_set
            )
            return {name: _level(one, languages) for name, one in given}
        case tuple() | list():
            return [_level(one, languages) for one in value]
        case _:
            return value
