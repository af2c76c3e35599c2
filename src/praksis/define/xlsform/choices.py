"""The sheet `choices`: lists as scales, and as the options of a multiple choice."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from praksis.define.question import CHOICE, STAIRCASE
from praksis.define.xlsform.account import Account
from praksis.define.xlsform.naming import Ids
from praksis.define.xlsform.own import Own
from praksis.define.xlsform.sheet import CHOICE_PREFIX, CHOICES, Form, Row
from praksis.define.xlsform.texts import Local, Texts
from praksis.define.xlsform.tree import read_yes

Tree = dict[str, object]

MISSING_KINDS = ("do-not-know", "not-applicable")
_CODES = range(0, 32_768)
_WHOLE = re.compile("-?[0-9]+")
_NO_ANSWERS = frozenset(
    ("vet ikke", "veit ikkje", "ikke aktuelt", "ikkje aktuelt", "ønsker ikke å svare", "ønskjer ikkje å svare",
     "do not know", "don't know", "dont know", "not applicable", "n/a", "prefer not to say", "refused", "no answer")
)  # fmt: skip
"""Labels that are seldom an answer. They are taken in as answers all the same, and the survey lead is told."""
_OWN = ("code", "missing", "in_base", "series", "wording", "sensitive", "said", "short", "says", "help")
_KNOWN = {"list_name", "name", "label"} | {CHOICE_PREFIX + name for name in _OWN}


@dataclass(frozen=True)
class Choice:
    """One row of the sheet."""

    row: Row
    name: str


@dataclass
class ScaleReading:
    """A list as a scale."""

    tree: Tree
    values: tuple[tuple[str, str], ...]
    """Name of a choice -> our answer."""
    missing: tuple[str, ...] = ()
    """Names of the choices that are missing classes."""
    explained: list[tuple[Local, Local | None]] = field(default_factory=list)
    """Label and help of each answer, for the hint of the questions."""


class Lists:
    """The lists of a form, read as scales when a question first needs them."""

    def __init__(self, form: Form, texts: Texts, account: Account, own: Own) -> None:
        self.texts, self.account, self.is_own = texts, account, own.is_ours
        self.steps = own.explain_steps()
        self.lists: dict[str, list[Choice]] = {}
        self.scales: dict[str, ScaleReading | None] = {}
        # Two scales are built in; only a form of ours can mean them.
        self.ids = Ids((CHOICE,) if own.staircase else (CHOICE, STAIRCASE))
        for row in form.choices.rows:
            self._read_row(row)
        self._account_columns(form)

    def _read_row(self, row: Row) -> None:
        listed, name = row.get("list_name"), row.get("name")
        if not listed or not name:
            if listed or name:
                what = f"a choice without its {'name' if listed else 'list'}"
                self.account.add("X021", CHOICES, row.number, what)
            return
        known = self.lists.setdefault(listed, [])
        if name in [one.name for one in known]:
            what = f"`{listed}` has a choice `{name}` already; this one is left out"
            self.account.add("X028", CHOICES, row.number, what)
            return
        known.append(Choice(row, name))

    def _account_columns(self, form: Form) -> None:
        for column in form.choices.columns:
            rows = [row.number for row in form.choices.rows if (column.name, column.language) in row.cells]
            if column.name not in _KNOWN and rows:
                what = f"the column `{column.heading}` (rows {join_rows(rows)})"
                need = "Nothing, if it only chooses among the answers; Praksis has no pictures and sound on answers"
                self.account.add("X016", CHOICES, 1, what, need=need)

    def find_scale(self, name: str, row: int) -> ScaleReading | None:
        """The scale of a list; None, and in the account, where it has no two answers."""
        if name not in self.lists:
            self.account.add("X021", "survey", row, f"there is no list `{name}`")
            return None
        if name not in self.scales:
            self.scales[name] = self._read_scale(name)
        if self.scales[name] is None:
            self.account.add("X021", "survey", row, f"the list `{name}` has no two answers")
        return self.scales[name]

    def find_options(self, name: str, row: int) -> list[Choice]:
        """The options of a list; none, and in the account, where there are not two of them."""
        options = self.lists.get(name, [])
        if len(options) < 2:
            self.account.add("X021", "survey", row, f"the list `{name}` has no two choices")
            return []
        return options

    def label(self, choice: Choice) -> Local:
        return self.texts.need(CHOICES, choice.row, "label", choice.name)

    def read_missing(self, choices: Iterable[Choice]) -> list[Tree]:
        """The missing classes among some choices."""
        found: list[Tree] = []
        for choice in choices:
            kind = choice.row.get(CHOICE_PREFIX + "missing")
            if kind in MISSING_KINDS:
                tree: Tree = {"kind": kind, "label": self.label(choice)}
                found.append(tree | ({"in_base": True} if read_yes(choice.row.get(CHOICE_PREFIX + "in_base")) else {}))
        return found

    def _read_scale(self, name: str) -> ScaleReading | None:
        choices = self.lists[name]
        absent = [one for one in choices if one.row.get(CHOICE_PREFIX + "missing") in MISSING_KINDS]
        answers = [one for one in choices if one not in absent]
        if len(answers) < 2:
            return None
        names = Ids()
        reading = ScaleReading({"id": self.ids.give(name, "scale")}, (), tuple(one.name for one in absent))
        categories: list[Tree] = []
        codes = self._give_codes(name, answers)
        for choice in answers:
            answer = names.give(choice.name, "answer")
            label = self.label(choice)
            tree: Tree = {"id": answer, "code": codes[choice.name], "label": label}
            step = self.steps.get(answer) if name == STAIRCASE else None
            help = step.help.root if step and step.help else self.texts.own(CHOICES, choice.row, CHOICE_PREFIX + "help")
            for field_name in ("says", "help"):
                if given := self.texts.own(CHOICES, choice.row, CHOICE_PREFIX + field_name):
                    tree[field_name] = given
            categories.append(tree)
            reading.explained.append((label, help))
            reading.values = (*reading.values, (choice.name, answer))
            said = {text.strip().casefold().rstrip(".") for text in label.values()}
            if said & _NO_ANSWERS and not self.is_own:
                what = f"`{choice.name}` of `{name}` looks like no answer, and is taken in as one"
                self.account.add("X026", CHOICES, choice.row.number, what)
        self._account_names(name, names)
        # An order that nobody has said is not taken for granted.
        reading.tree |= {} if self.is_own else {"ordered": False}
        reading.tree["categories"] = categories
        if missing := self.read_missing(absent):
            reading.tree["missing"] = missing
        return reading

    def _account_names(self, name: str, names: Ids) -> None:
        if names.changed:
            what = f"names of `{name}`: {join_changed(names)}"
            self.account.add("X020", CHOICES, self.lists[name][0].row.number, what)

    def _give_codes(self, name: str, answers: list[Choice]) -> dict[str, int]:
        """The codes that the form gives; names that are all whole numbers; else the order, from 1."""
        given: dict[str, int] = {}
        for choice in answers:
            text = choice.row.get(CHOICE_PREFIX + "code")
            if text.isascii() and text.isdigit() and int(text) in _CODES and int(text) not in given.values():
                given[choice.name] = int(text)
        if not given:
            names = [one.name for one in answers]
            if all(one.isascii() and one.isdigit() and int(one) in _CODES for one in names) and len(
                {int(one) for one in names}
            ) == len(names):
                return {one: int(one) for one in names}
            if any(_WHOLE.fullmatch(one) for one in names):
                what = f"not all names of `{name}` can be codes; the codes are 1 to {len(names)}, in order"
                need = "Write the codes in scales.yaml, if data that were collected by the names are to fit"
                self.account.add("X024", CHOICES, answers[0].row.number, what, need=need)
            return {one: code for code, one in enumerate(names, start=1)}
        for choice in answers:
            if choice.name not in given:
                given[choice.name] = next(code for code in _CODES if code not in given.values() and code)
                what = f"`{choice.name}` of `{name}` has no code of its own; it is {given[choice.name]}"
                need = f"Write another under `{CHOICE_PREFIX}code`, or in scales.yaml"
                self.account.add("X024", CHOICES, choice.row.number, what, need=need)
        return given


def join_rows(rows: list[int]) -> str:
    """Rows for a message: 3, 5, 6."""
    return ", ".join(map(str, rows))


def join_changed(ids: Ids) -> str:
    """Which names became which ids."""
    return ", ".join(f"`{name}` is `{given}`" for name, given in ids.changed.items())
