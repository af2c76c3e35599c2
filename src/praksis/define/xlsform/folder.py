"""A questionnaire from an XLSForm as the folder of a new survey, which `praksis check` accepts."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from praksis.define.question import CHOICE, STAIRCASE
from praksis.define.read import read_survey
from praksis.define.starter import FolderInUse
from praksis.define.xlsform.account import Account
from praksis.define.xlsform.condition import CHOSEN, NOT_CHOSEN
from praksis.define.xlsform.language import read_language, say
from praksis.define.xlsform.naming import make_id
from praksis.define.xlsform.own import Own, Tree, read_own
from praksis.define.xlsform.reader import Questionnaire, read_questionnaire
from praksis.define.xlsform.sheet import PREFIX, SETTINGS, SURVEY, Form, read_form
from praksis.define.xlsform.yaml_text import write_yaml
from praksis.errors import Problem, ProblemsFound

ACCOUNT = "xlsform-import.txt"
"""The file in the new folder that tells what could not be taken in."""

_SETTINGS = ("form_title", "form_id", "default_language", "version")
_HEADS: Mapping[str, str] = {
    "survey.yaml": "# What the survey is.",
    "frame.yaml": "# Whom we ask. Write the organisations into frame.csv.",
    "scales.yaml": "# The answers.",
    "questions.yaml": "# What is asked, in the order of the questionnaire.",
    "staircase.yaml": "# The steps.",
    "design.yaml": "# How answers become numbers.",
}


@dataclass(frozen=True)
class Imported:
    """A form that has become a survey."""

    folder: Path
    questions: int
    account: tuple[Problem, ...]
    """What could not be taken in, in the order of the form."""


def import_questionnaire(path: Path, folder: Path, *, wave: str | None = None, language: str | None = None) -> Imported:
    """Write a new survey from an XLSForm workbook, with the account of what it lost.

    `wave` is needed unless the form is one of ours, `language` where the form does not name its own.
    Raises FolderInUse, and ProblemsFound with everything that stops the form; then nothing is written.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise FolderInUse(f"{folder} is in use; name a folder that is new or empty, so that nothing is overwritten")
    account = Account()
    form = read_form(path, account)
    languages = _find_languages(form, language, account)
    own = read_own(form, languages, account)
    asked = wave or own.wave
    if not asked:
        account.add("X003", SETTINGS, 0, "in which wave it is to be asked is not said", option="--wave")
    elif make_id(asked) != asked:
        what = f"`{asked}` is no name of a wave: lower-case letters, digits and single hyphens"
        account.add("X003", SETTINGS, 0, what, option="--wave")
    account.check()
    questionnaire = read_questionnaire(form, own, languages, asked, account)
    if not any(question.get("items") for question in questionnaire.questions):
        account.add("X005", SURVEY, 0, "the form asks nothing that Praksis could take in")
        account.check()
    _account_rest(form, own, account)
    files = _Files(path, form, own, questionnaire, asked, account).make()
    problems = tuple(sorted(account.problems))
    _write_folder(folder, files, problems)
    return Imported(folder, len(questionnaire.questions), problems)


def _find_languages(form: Form, given: str | None, account: Account) -> tuple[str, ...]:
    """The form's languages, its own first; a form that names none is in the one that is given."""
    settings = form.settings.rows[0] if form.settings.rows else None
    default = given or read_language(settings.get("default_language") if settings else "")
    if given and make_id(given) != given:
        account.add("X003", SETTINGS, 0, f"`{given}` is no code of a language, as nb", option="--language")
    columns = [*form.survey.columns, *form.choices.columns]
    texts = [column for column in columns if column.name in ("label", "hint")]
    named = list(dict.fromkeys(column.language for column in texts if column.language))
    unnamed = any(not column.language for column in texts)
    if not default and (unnamed or not named):
        account.add("X003", SETTINGS, 0, "in which language the form is written is not said", option="--language")
    first = default if unnamed or default in named else named[0] if named else default
    return tuple(dict.fromkeys((first, *named)))


def _account_rest(form: Form, own: Own, account: Account) -> None:
    for title in form.others:
        account.add("X016", title, 0, "the sheet is not read", need="Praksis has no place for it")
    for column in form.settings.columns:
        used = any(row.cells.get((column.name, column.language)) for row in form.settings.rows)
        if used and column.name not in _SETTINGS and not column.name.startswith(PREFIX):
            account.add("X016", SETTINGS, 1, f"the setting `{column.heading}`", need="Praksis has no place for it")
    if not own.is_ours:
        what = "a form does not say who owns the survey, what it is about, who is asked, how items are reported"
        need = "Write `owner`, `about` and the roles in survey.yaml, the frame, and `said` of each item"
        account.add("X024", SETTINGS, 0, what, need=need)
        what = "whether the answers of a list have an order from low to high is not in a form"
        account.add("X024", "choices", 0, what, need="Write `ordered: true` in scales.yaml where they have one")
    else:
        need = "Write frame.csv and design.yaml, or copy them from the survey that the form was made of"
        account.add("X024", SETTINGS, 0, "a form does not hold the frame and the design", need=need)


class _Files:
    """The files of the new survey, as trees."""

    def __init__(
        self, path: Path, form: Form, own: Own, questionnaire: Questionnaire, wave: str, account: Account
    ) -> None:
        self.path, self.form, self.own, self.wave, self.account = path, form, own, wave, account
        self.questionnaire, self.languages = questionnaire, questionnaire.languages

    def make(self) -> dict[str, object]:
        files: dict[str, object] = {
            "survey.yaml": self._make_header(),
            "frame.yaml": self._make_frame(),
            "scales.yaml": self._make_scales(),
            "questions.yaml": self.questionnaire.questions,
            "design.yaml": {"strata": [], "note": self._say("design")},
        }
        staircase = self._make_staircase()
        return files | ({"staircase.yaml": staircase} if staircase else {})

    def _say(self, word: str) -> dict[str, str]:
        return say(word, self.languages).root

    def _make_header(self) -> Tree:
        settings = self.form.settings.rows[0] if self.form.settings.rows else None
        title = (settings.get("form_title") if settings else "") or self.path.stem
        form_id = (settings.get("form_id") if settings else "") or self.path.stem
        about = self.own.about
        wave: Tree = {"id": self.wave}
        if about.get("note") and self.wave == self.own.wave:
            wave["note"] = about["note"]
        titles = self._change_title(about.get("title"), title)
        return {
            "id": self.own.survey or make_id(form_id) or "survey",
            "title": titles,
            "owner": about.get("owner") or self._say("owner"),
            "about": about.get("about") or [self._say("about")],
            "languages": list(self.languages),
            "waves": [wave],
            "roles": self._make_roles(),
        }

    def _change_title(self, known: object, title: str) -> dict[str, str]:
        """The title in every language; the one that the form's settings say now, in its own."""
        given = known if isinstance(known, dict) else {}
        plain = title.replace("{", "(").replace("}", ")")
        return {language: given.get(language, plain) for language in self.languages} | {self.languages[0]: plain}

    def _make_roles(self) -> list[Tree]:
        asked = dict.fromkeys(str(question["role"]) for question in self.questionnaire.questions if "items" in question)
        roles = []
        for role, known in self.own.roles.items():
            if role in asked:
                title = known.get("title") or self._say("respondent")
                rest = {name: value for name, value in known.items() if name != "title"}
                roles.append({"id": role, "title": title, **rest, "waves": [self.wave]})
        return roles

    def _make_frame(self) -> Tree:
        """The breakdowns that the form knows; each in a column of its own, or the number that its classes cut."""
        columns = {name: name for name, one in self.own.breakdowns.items() if not one.get("classes_of")}
        columns |= {str(one["classes_of"]): str(one["classes_of"]) for one in self.own.breakdowns.values()
                    if one.get("classes_of")}  # fmt: skip
        source: Tree = {
            "file": "frame.csv",
            "key": "organisation_number",
            "reference": "organisation_number",
            "name": "name",
        }
        everyone = self.own.everyone or {
            "id": "all",
            "label": self._say("everyone"),
            "who": self._say("everyone_who"),
        }
        breakdowns = [{"id": name, **one} for name, one in self.own.breakdowns.items()]
        tree: Tree = {"everyone": everyone, "sources": [source | ({"columns": columns} if columns else {})]}
        return tree | ({"breakdowns": breakdowns} if breakdowns else {})

    def _make_scales(self) -> list[Tree]:
        scales = [
            {**self._order(scale, self.own.scales.get(str(scale["id"]), {}))}
            for scale in self.questionnaire.scales
            if scale["id"] != STAIRCASE or not self.own.staircase
        ]
        kinds = [question["kind"] for question in self.questionnaire.questions]
        choice = self.own.scales.get(CHOICE)
        if not choice and not scales:
            # A survey is not read without a scale; that of options is in nobody's way.
            choice = {"ordered": False, "categories": [
                {"id": NOT_CHOSEN, "code": 0, "label": self._say(NOT_CHOSEN)},
                {"id": CHOSEN, "code": 1, "label": self._say(CHOSEN), "says": dict.fromkeys(self.languages, "{said}")},
            ]}  # fmt: skip
        return scales + ([{"id": CHOICE, **choice}] if choice and ("multiple" in kinds or not scales) else [])

    def _order(self, scale: Tree, known: Tree) -> Tree:
        """A scale of the form with what the sheet `praksis` says of it, but only of answers that are there."""
        categories = scale["categories"]
        assert isinstance(categories, list)
        answers = [category["id"] for category in categories]
        groups = known.get("groups", [])
        assert isinstance(groups, list)
        kept = [one for one in groups if all(answer in answers for answer in one["of"])]
        for group in (one for one in groups if one not in kept):
            what = f"`{group['id']}` of `{scale['id']}` sums answers that are no longer there"
            self.account.add("X024", "choices", 0, what, need="Write the group again in scales.yaml")
        ordered = {"ordered": known["ordered"]} if "ordered" in known else {}
        rest = {name: value for name, value in scale.items() if name != "id"}
        return {"id": scale["id"], **ordered, **rest, **({"groups": kept} if kept else {})}

    def _make_staircase(self) -> Tree | None:
        """The staircase with what the form has of it: the steps' names, what places and what stops."""
        scale = next((one for one in self.questionnaire.scales if one["id"] == STAIRCASE), None)
        if not self.own.staircase or scale is None:
            return None
        categories, steps, placed = scale["categories"], self.own.staircase["steps"], self.own.staircase["placed_by"]
        assert isinstance(categories, list)
        assert isinstance(steps, list)
        assert isinstance(placed, list)
        labels = {category["id"]: category["label"] for category in categories}
        if list(labels) != [step["id"] for step in steps]:
            what = "the list `staircase` has other steps than the sheet `praksis`, whose steps are kept"
            self.account.add("X024", "choices", 0, what, need="Write the steps in staircase.yaml")
        questions = self.questionnaire.questions
        first: dict[str, str] = {}
        for question in questions:
            if question.get("scale") == STAIRCASE:
                for item in _items(question):
                    first.setdefault(str(question["role"]), str(item["id"]))
        on_scale = {str(item["id"]) for one in questions if one.get("scale") == STAIRCASE for item in _items(one)}
        tree = self.own.staircase | {
            "placed_by": [item for item in placed if item in on_scale] or list(first.values()),
            "steps": [step | {"label": labels.get(step["id"], step["label"])} for step in steps],
        }
        if tree.get("barriers") not in [one["id"] for one in questions if one["kind"] == "multiple"]:
            tree.pop("barriers", None)
        return tree


def _items(question: Tree) -> list[Tree]:
    items = question.get("items", [])
    assert isinstance(items, list)
    return items


def _write_folder(folder: Path, files: Mapping[str, object], problems: tuple[Problem, ...]) -> None:
    """Write all files beside the folder, check them as a survey, and put them in its place."""
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".import-") as draft:
        beside = Path(draft) / folder.name
        beside.mkdir()
        for name, tree in files.items():
            (beside / name).write_text(f"{_HEADS[name]}\n{write_yaml(tree)}", encoding="utf-8")
        frame = files["frame.yaml"]
        assert isinstance(frame, dict)
        columns = ["organisation_number", "name", *frame["sources"][0].get("columns", {})]
        (beside / "frame.csv").write_text(",".join(columns) + "\n", encoding="utf-8")
        if problems:
            lines = "\n".join(str(problem) for problem in problems)
            (beside / ACCOUNT).write_text(f"What could not be taken in from the form:\n\n{lines}\n", encoding="utf-8")
        reading = read_survey(beside)
        if reading.blocking:
            raise ProblemsFound((*problems, *reading.blocking))
        if not folder.exists():
            beside.rename(folder)
            return
        # An empty folder that someone stands in keeps its place.
        for file in beside.iterdir():
            file.rename(folder / file.name)
