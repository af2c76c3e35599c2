"""An XLSForm as a questionnaire: what can be held, and an account of everything that cannot."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from praksis.define.question import DateRule, NumberRule, Question, SplitRule, TextRule
from praksis.define.xlsform.account import Account
from praksis.define.xlsform.choices import Choice, Lists, ScaleReading, Tree, join_changed
from praksis.define.xlsform.columns import Columns
from praksis.define.xlsform.condition import Field, FieldKind
from praksis.define.xlsform.hint import list_lines, take_lines
from praksis.define.xlsform.language import say
from praksis.define.xlsform.limits import Limits
from praksis.define.xlsform.messages import say_date_limits, say_number_limits, say_sum, say_text_limits
from praksis.define.xlsform.naming import Ids, make_id
from praksis.define.xlsform.own import Own
from praksis.define.xlsform.routing import NEVER, Condition, read_routing
from praksis.define.xlsform.rules import (
    can_divide,
    lose,
    make_date_rule,
    make_number_rule,
    make_text_rule,
    read_constraint,
    read_range,
)
from praksis.define.xlsform.shape import FRAME, ORGANISATION, ROLE, is_empty, name_answer, say_required_part
from praksis.define.xlsform.sheet import CHOICE_PREFIX, CHOICES, PREFIX, SURVEY, Form, Row
from praksis.define.xlsform.texts import Local, Texts
from praksis.define.xlsform.tree import KNOWN, Node, RowKind, build_tree, read_yes
from praksis.define.xlsform.xpath import NotUnderstood, parse_xpath, write_xpath
from praksis.localtext import LocalText

_OPEN = (RowKind.INTEGER, RowKind.DECIMAL, RowKind.RANGE, RowKind.DATE, RowKind.TEXT)
_NUMBERS = (RowKind.INTEGER, RowKind.DECIMAL)
_NOTED = ("start", "end", "today", "audit", "deviceid", "username", "phonenumber", "email", "subscriberid", "simserial")
"""Types that ask nothing: what a device says of itself and of the time."""


@dataclass
class Questionnaire:
    """What was read, as the trees that go into the files of a survey."""

    languages: tuple[str, ...]
    questions: list[Tree] = field(default_factory=list)
    scales: list[Tree] = field(default_factory=list)


@dataclass(frozen=True)
class _Place:
    """Where a row stands: the conditions and the heading around it."""

    conditions: tuple[Condition, ...] = ()
    heading: Node | None = None


def read_questionnaire(form: Form, own: Own, languages: tuple[str, ...], wave: str, account: Account) -> Questionnaire:
    """The questions and scales of a form, all asked in one wave."""
    return _Reader(form, own, languages, wave, account).read()


class _Reader:
    def __init__(self, form: Form, own: Own, languages: tuple[str, ...], wave: str, account: Account) -> None:
        self.form, self.own, self.languages, self.wave, self.account = form, own, languages, wave, account
        self.texts = Texts(languages, account)
        self.columns = Columns(languages, own.is_ours)
        self.lists = Lists(form, self.texts, account, own)
        self.questions: list[Tree] = []
        self.fields: dict[str, tuple[Field, str]] = {}
        """Name in the form -> the field, and the role that answers it ('' for what the frame knows)."""
        self.fills: dict[str, tuple[str, str]] = {}
        """Name in the form -> our placeholder, and the role."""
        self.items = Ids((ORGANISATION, "role", *own.breakdowns))
        self.names = Ids()
        self.heading: Node | None = None
        self.role = next(iter(own.roles))
        """Who answers the question that is being read: as it says, or as the one before it."""
        self.asks_role = False
        self.waiting: tuple[Tree, list[str]] | None = None
        """The open question that a choice beside it may belong to, and the names of its fields."""

    def read(self) -> Questionnaire:
        for node in build_tree(self.form.survey, self.account):
            self._read_node(node, _Place())
        self.account.check()
        self.columns.tell(self.account)
        changed = self.items.changed | self.names.changed
        if changed:
            both = Ids()
            both.changed = changed
            self.account.add("X020", SURVEY, 1, f"names became ids: {join_changed(both)}")
        scales = [reading.tree for reading in self.lists.scales.values() if reading]
        order = tuple(Question.model_fields)
        questions = [{name: tree[name] for name in order if name in tree} for tree in self.questions]
        return Questionnaire(self.languages, questions, scales)

    # -- groups --------------------------------------------------------------------------------------------------------

    def _read_node(self, node: Node, place: _Place) -> None:
        row = node.row
        inside = self._enter(node, place)
        if node.kind is RowKind.REPEAT:
            names = ", ".join(f"`{one}`" for one in _list_names(node)) or "nothing"
            self.account.add("X011", SURVEY, row.number, f"`{node.name}` is asked several times: {names} left out")
        elif row.get(PREFIX + "part") == "frame" and self.own.is_ours:
            self._read_frame(node)
        elif node.kind is not RowKind.GROUP:
            self._read_question(node, inside)
        elif not (self._read_grid(node, inside) or self._read_split(node, inside)):
            self._read_group(node, inside)

    def _enter(self, node: Node, place: _Place) -> _Place:
        relevant = node.row.get("relevant")
        own = (Condition(node.row.number, relevant),) if relevant else ()
        return _Place((*place.conditions, *own), place.heading)

    def _read_group(self, node: Node, place: _Place) -> None:
        row = node.row
        if "table-list" in row.get("appearance").split():
            what = f"`{node.name}` is a table of other things than choices from one list; it is a section here"
            self.account.add("X022", SURVEY, row.number, what)
        headed = "label" in row.names
        if headed and place.heading is not None:
            what = f"the heading of `{node.name}` stands inside another; sections have one level"
            self.account.add("X022", SURVEY, row.number, what)
        if "hint" in row.names:
            self.columns.lose("hint", row)
        self.columns.check(node)
        inside = _Place(place.conditions, node if headed else place.heading)
        for child in node.children:
            self._read_node(child, inside)

    def _read_frame(self, node: Node) -> None:
        """What the frame knows and a form of ours asks: it is no question, but conditions and texts use it."""
        for child in node.children:
            if child.name == ORGANISATION:
                self.fills[child.name] = (ORGANISATION, "")
            elif child.name == ROLE:
                self.asks_role = True
            elif child.listed in self.lists.lists:
                name = child.name.removeprefix("_")
                answers = tuple((one.name, one.name) for one in self.lists.lists[child.listed])
                self.fields[child.name] = (Field(child.name, FieldKind.ONE, name, answers), "")
        if node.name != FRAME:
            self._read_group(node, _Place())

    def _read_grid(self, node: Node, place: _Place) -> bool:
        rows = node.children
        if "table-list" not in node.row.get("appearance").split() or not rows:
            return False
        same = {(row.kind, row.listed) for row in rows} == {(RowKind.ONE, rows[0].listed)}
        if not same or any(row.row.get("relevant") or row.or_other for row in rows):
            return False
        scale = self.lists.find_scale(rows[0].listed, node.row.number)
        if scale is None:
            return True
        tree = self._begin(node, "grid", place, scale.explained)
        if tree is None:
            return True
        layout = self._own_cell(node.row, "layout") or ("" if self.own.is_ours else "table")
        tree |= {"scale": scale.tree["id"]} | ({"layout": layout} if layout in ("table", "stacked") else {})
        required = [self._read_required(row.row) for row in rows]
        self._require(tree, node, all(required), sometimes=any(required))
        tree["items"] = [self._make_item(row, self.texts.need(SURVEY, row.row, "label", row.name)) for row in rows]
        for row, item in zip(rows, _items(tree), strict=True):
            self._add_choice_field(row, scale, item)
            self.columns.check(row)
        self.columns.check(node)
        self._end(tree)
        return True

    def _read_split(self, node: Node, place: _Place) -> bool:
        """Parts of a whole, known by their sum; what else stands in the group comes after them."""
        parts = list(itertools.takewhile(lambda child: child.kind in _NUMBERS, node.children))
        rest = node.children[len(parts) :]
        if len(parts) < 2 or any(part.row.get("relevant") or part.kind is not parts[0].kind for part in parts):
            return False
        quiet = [read_constraint(part.row, Account(), "split") for part in parts]
        sums = [number for number, one in enumerate(quiet) if one.total is not None]
        names = [part.name for part in parts]
        if len(sums) != 1:
            return False
        summed = [names[sums[0]] if name == "." else name for name in quiet[sums[0]].summed]
        total = quiet[sums[0]].total or Decimal(0)
        decimals = 0 if parts[0].kind is RowKind.INTEGER else max(one.decimals or 0 for one in quiet)
        if sorted(summed) != sorted(names) or not can_divide(total, decimals):
            return False
        limits = [read_constraint(part.row, self.account, "split") for part in parts]
        rule: Tree = ({} if total == 100 else {"total": total}) | ({"decimals": decimals} if decimals else {})
        expected = say_sum(SplitRule(total=float(total), decimals=decimals), self.languages)
        tree = self._begin(node, "split", place, [])
        if tree is None:
            return True
        unit = self.texts.own(SURVEY, node.row, PREFIX + "unit")
        rule |= {"unit": unit} if unit else {}
        for part, one in zip(parts, limits, strict=True):
            lose(part.row, one, self.account, "split", "above", "below", "earliest", "latest", "longest")
            if one.minimum not in (None, 0) or one.maximum not in (None, total):
                what = f"`{part.name}` has limits of its own; here each part is from 0 to {total}"
                self.account.add("X014", SURVEY, part.row.number, what, field="split")
            self.columns.check(part, {"constraint"}, expected)
        tree |= {"split": rule} if rule else {}
        last = names[-1]
        others = [name for name in names if name != last]
        beside = next((child.name for child in rest if self._is_missing(child)), "")
        unforced = {write_xpath(say_required_part(others, one)) for one in {"", beside}}
        required = [one.row.get("required") not in unforced and self._read_required(one.row, beside) for one in parts]
        self._require(tree, node, any(required), sometimes=any(required))
        tree["items"] = [self._make_item(one, self.texts.need(SURVEY, one.row, "label", one.name)) for one in parts]
        self._add_open_fields(tree, parts)
        self.waiting = tree, names
        self.columns.check(node)
        self._end(tree)
        for child in rest:
            self._read_node(child, place)
        return True

    # -- questions -----------------------------------------------------------------------------------------------------

    def _read_question(self, node: Node, place: _Place) -> None:
        row = node.row
        if row.get("choice_filter") and node.kind in (RowKind.ONE, RowKind.SEVERAL):
            what = f"`{node.name}` shows only some choices (`{row.get('choice_filter')}`); here all are shown"
            self.account.add("X015", SURVEY, row.number, what)
        if node.or_other:
            what = f"`{node.name}` adds “other” to its choices, with a text to specify it; both are left out"
            need = "Write a choice `other` on the list, and a text question with `show_if`"
            self.account.add("X016", SURVEY, row.number, what, need=need)
        if self._is_missing(node) and self._read_missing(node):
            return
        match node.kind:
            case RowKind.NOTE:
                self._read_note(node, place)
            case RowKind.ONE:
                self._read_single(node, place)
            case RowKind.SEVERAL:
                self._read_multiple(node, place)
            case RowKind.CALCULATE:
                self._read_calculation(node)
            case kind if kind in _OPEN:
                self._read_open(node, place)
            case _:
                noted = "; Praksis itself notes when and how it was answered" if node.type.lower() in _NOTED else ""
                what = f"`{node.name}` is of the type `{node.type}`, and left out{noted}"
                self.account.add("X010", SURVEY, row.number, what, known=KNOWN)

    def _read_note(self, node: Node, place: _Place) -> None:
        tree = self._begin(node, "information", place, [])
        if tree is not None:
            if read_yes(node.row.get("required")) is not False:
                self.columns.lose("required", node.row)
            self.columns.check(node)
            self._end(tree)

    def _read_single(self, node: Node, place: _Place) -> None:
        scale = self.lists.find_scale(node.listed, node.row.number)
        tree = self._begin(node, "single", place, scale.explained) if scale else None
        if scale and tree is not None:
            tree["scale"] = scale.tree["id"]
            self._require(tree, node, self._read_required(node.row))
            tree["items"] = [self._make_item(node, None, tree)]
            self._add_choice_field(node, scale, _items(tree)[0])
            if "constraint" in node.row.names:
                limits = read_constraint(node.row, self.account, "scale")
                names = ("minimum", "maximum", "above", "below", "decimals", "earliest", "latest", "longest", "total")
                lose(node.row, limits, self.account, "scale", *names)
            self.columns.check(node, {"constraint", "choice_filter"})
            self._end(tree)

    def _read_multiple(self, node: Node, place: _Place) -> None:
        options = self.lists.find_options(node.listed, node.row.number)
        tree = self._begin(node, "multiple", place, []) if options else None
        if tree is None:
            return
        self._require(tree, node, self._read_required(node.row))
        limits = read_constraint(node.row, self.account, "items", [one.name for one in options])
        names = ("minimum", "maximum", "above", "below", "decimals", "earliest", "latest", "longest", "total")
        lose(node.row, limits, self.account, "items", *names)
        tree["items"] = [self._make_option(node, one, one.name in limits.exclusive) for one in options]
        answers = tuple((one.name, str(item["id"])) for one, item in zip(options, _items(tree), strict=True))
        self.fields[node.name] = (Field(node.name, FieldKind.SEVERAL, "", answers), self.role)
        expected = say("exclusive", self.languages) if limits.exclusive else None
        self.columns.check(node, {"constraint", "choice_filter"}, expected)
        self._end(tree)

    def _read_open(self, node: Node, place: _Place) -> None:
        row = node.row
        field_name = {RowKind.DATE: "date", RowKind.TEXT: "free_text"}.get(node.kind, "number")
        if node.kind is RowKind.RANGE:
            limits = read_range(row, self.account)
        else:
            limits = read_constraint(row, self.account, field_name)
        kind = {"free_text": "text"}.get(field_name, field_name)
        tree = self._begin(node, kind, place, [])
        if tree is None:
            return
        rule, expected = self._make_rule(node, limits)
        unit = self.texts.own(SURVEY, row, PREFIX + "unit")
        if unit and kind == "number":
            rule["unit"] = unit
        tree |= {field_name: rule} if rule else {}
        self._require(tree, node, self._read_required(row, f"{node.name}_missing"))
        tree["items"] = [self._make_item(node, None, tree)]
        self._add_open_fields(tree, [node])
        handled = {"constraint"} | ({"parameters"} if node.kind in (RowKind.TEXT, RowKind.RANGE) else set())
        self.columns.check(node, handled, expected)
        self.waiting = tree, [node.name]
        self._end(tree)

    def _make_rule(self, node: Node, limits: Limits) -> tuple[Tree, LocalText | None]:
        """The limits of an open question, and what a form of ours says about them."""
        match node.kind:
            case RowKind.DATE:
                rule = make_date_rule(node.row, limits, self.account)
                return rule, say_date_limits(DateRule.model_validate(rule), self.languages)
            case RowKind.TEXT:
                rule = make_text_rule(node.row, limits, self.account)
                return rule, say_text_limits(TextRule.model_validate(rule), self.languages)
            case _:
                whole = node.kind is RowKind.INTEGER or (node.kind is RowKind.RANGE and not limits.decimals)
                rule = make_number_rule(node.row, limits, whole, self.account)
                return rule, say_number_limits(NumberRule.model_validate(rule), self.languages)

    def _read_calculation(self, node: Node) -> None:
        """The label of an earlier answer, for texts, is piping; other calculations are not taken in."""
        try:
            calculation = parse_xpath(node.row.get("calculation"))
        except NotUnderstood:
            calculation = None
        for name, (field_, role) in self.fields.items():
            if calculation == name_answer(name) and field_.kind is FieldKind.ONE and role:
                self.fills[node.name] = (field_.item, role)
                return
        what = f"`{node.name}` is worked out: `{node.row.get('calculation')}`"
        self.account.add("X012", SURVEY, node.row.number, what)

    def _is_missing(self, node: Node) -> bool:
        return self.own.is_ours and node.row.get(PREFIX + "part") == "missing"

    def _read_missing(self, node: Node) -> bool:
        """The choice beside an open field, for those who cannot answer it: its missing classes."""
        if self.waiting is None or node.row.get("constraint") != write_xpath(is_empty(self.waiting[1])):
            return False
        found = self.lists.read_missing(self.lists.lists.get(node.listed, []))
        if found:
            tree = self.waiting[0]
            tree["missing"] = found
        return bool(found)

    # -- what every question has ---------------------------------------------------------------------------------------

    def _begin(
        self, node: Node, kind: str, place: _Place, explained: Sequence[tuple[Local, Local | None]]
    ) -> Tree | None:
        """A question with all that does not depend on its kind; None if nobody is ever asked."""
        row = node.row
        role = self._own_cell(row, "role") or self.role
        if role not in self.own.roles:
            what = f"there is no role `{role}`; `{node.name}` is asked of `{self.role}`"
            self.account.add("X024", SURVEY, row.number, what, need="Write the role in survey.yaml")
        self.role = role if role in self.own.roles else self.role
        asks_role = self.role if self.asks_role else ""
        fields = {name: one for name, (one, of) in self.fields.items() if of in ("", self.role)}
        show_if = read_routing(row, place.conditions, asks_role, fields, self.account)
        if show_if is NEVER:
            return None
        name = self._own_cell(row, "question") or node.name
        tree: Tree = {"id": self.names.give(name, f"question-{row.number}"), "kind": kind}
        self._add_section(tree, place, row)
        tree |= {"role": self.role, "waves": [self.wave]}
        tree |= {"show_if": show_if} if isinstance(show_if, str) else {}
        if read_yes(self._own_cell(row, "factual")) and kind != "information":
            tree["factual"] = True
        tree["text"] = self.texts.need(SURVEY, row, "label", node.name or "note", self._find_fill)
        hint = self.texts.read(SURVEY, row, "hint", self._find_fill)
        if hint:
            tree |= self._read_help(row, hint, explained)
        return tree

    def _read_help(self, row: Row, hint: Local, explained: Sequence[tuple[Local, Local | None]]) -> Tree:
        unit = self.texts.own(SURVEY, row, PREFIX + "unit")
        answers = [(LocalText(label), LocalText(help) if help else None) for label, help in explained]
        lines = list_lines(self.languages, LocalText(unit) if unit else None, answers)
        # A language that was added in the form has the text of another, and none of the lines.
        written = row.local("hint", self.languages[0])
        first = next(language for language in self.languages if written.get(language, "").strip())
        told = {language: language if written.get(language, "").strip() else first for language in self.languages}
        taken = {language: take_lines(hint[language], lines[one]) for language, one in told.items()}
        if not all(right for _, right in taken.values()):
            what = "the hint ends in other words than the unit and the help on the answers say; it is kept as it stands"
            self.account.add("X025", SURVEY, row.number, what)
            return {"help": hint}
        texts = {language: text for language, (text, _) in taken.items()}
        return {"help": texts} if all(text.strip() for text in texts.values()) else {}

    def _end(self, tree: Tree) -> None:
        self.questions.append(tree)

    def _add_section(self, tree: Tree, place: _Place, row: Row) -> None:
        heading = place.heading
        if heading is self.heading:
            return
        if heading is None:
            what = f"`{tree['id']}` stands after the group, but under its heading here"
            self.account.add("X022", SURVEY, row.number, what)
        else:
            tree["section"] = self.texts.need(SURVEY, heading.row, "label", heading.name)
        self.heading = heading

    def _find_fill(self, name: str) -> str | None:
        found = self.fills.get(name)
        if found is None and name in self.fields:
            field_, role = self.fields[name]
            found = (field_.item, role) if field_.kind is FieldKind.ONE and role else None
        return found[0] if found and found[1] in ("", self.role) else None

    def _make_item(self, node: Node, text: Local | None, question: Tree | None = None) -> Tree:
        """The item of a row: its text is the row's label in grids and splits, else a column of ours."""
        row = node.row
        name = node.name.removeprefix("_") if self.own.is_ours else node.name
        text = text or self.texts.own(SURVEY, row, PREFIX + "text")
        if text is None and question is not None:
            text = self._plain(question)
        assert text is not None
        return self._describe(row, PREFIX, self.items.give(name, "item"), text)

    def _plain(self, question: Tree) -> Local:
        """A question's text as the text of its item, where nothing can be filled in."""
        text = question["text"]
        assert isinstance(text, dict)
        return {language: str(words).replace("{", "(").replace("}", ")") for language, words in text.items()}

    def _make_option(self, node: Node, choice: Choice, exclusive: bool) -> Tree:
        name = choice.name if self.own.is_ours else f"{node.name}-{choice.name}"
        item = self._describe(choice.row, CHOICE_PREFIX, self.items.give(name, "option"), self.lists.label(choice))
        if not self.own.is_ours:
            # The question's name before the choice's is our own doing, for every option alike.
            self.items.changed.pop(name, None)
        return item | ({"exclusive": True} if exclusive else {})

    def _describe(self, row: Row, prefix: str, item: str, text: Local) -> Tree:
        sheet = SURVEY if prefix == PREFIX else CHOICES
        tree: Tree = {"id": item}
        series, wording = row.get(prefix + "series"), row.get(prefix + "wording")
        if series and make_id(series):
            tree["series"] = make_id(series)
        if wording.isascii() and wording.isdigit() and int(wording):
            tree["wording"] = int(wording)
        if series != tree.get("series", "") or (wording and "wording" not in tree):
            what = f"`{item}` has the series `{series}` and the wording `{wording}`"
            need = "Write a series as an id and a wording as a whole number from 1"
            self.account.add("X024", sheet, row.number, what, need=need)
        tree |= {"text": text, "said": self.texts.own(sheet, row, prefix + "said") or text}
        if short := self.texts.own(sheet, row, prefix + "short"):
            tree["short"] = short
        return tree | ({"sensitive": True} if read_yes(row.get(prefix + "sensitive")) else {})

    def _add_choice_field(self, node: Node, scale: ScaleReading, item: Tree) -> None:
        found = Field(node.name, FieldKind.ONE, str(item["id"]), scale.values, scale.missing)
        self.fields[node.name] = (found, self.role)

    def _add_open_fields(self, tree: Tree, nodes: Sequence[Node]) -> None:
        for node, item in zip(nodes, _items(tree), strict=True):
            self.fields[node.name] = (Field(node.name, FieldKind.OPEN, str(item["id"])), self.role)
            self.fills[node.name] = (str(item["id"]), self.role)

    def _read_required(self, row: Row, beside: str = "") -> bool:
        given = row.get("required")
        said = read_yes(given)
        if said is None and beside and given == write_xpath(is_empty([beside])):
            return True
        if said is None:
            what = f"`{row.get('name')}` must be answered only if `{given}`; here it need not be"
            self.account.add("X023", SURVEY, row.number, what)
        return said is True

    def _require(self, tree: Tree, node: Node, required: bool, *, sometimes: bool = False) -> None:
        if required:
            tree["required"] = True
        elif sometimes:
            what = f"only some rows of `{node.name}` must be answered; here none must"
            self.account.add("X023", SURVEY, node.row.number, what)

    def _own_cell(self, row: Row, name: str) -> str:
        return row.get(PREFIX + name) if self.own.is_ours else ""


def _items(tree: Mapping[str, object]) -> list[Tree]:
    items = tree["items"]
    assert isinstance(items, list)
    return items


def _list_names(node: Node) -> list[str]:
    return [name for child in node.children for name in (child.name, *_list_names(child)) if name]
