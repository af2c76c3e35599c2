"""A wave's questionnaire as an XLSForm.

What a form has no place for stands in columns of our own, `praksis::...` (`praksis_...` on `choices`), and on the sheet
`praksis`; programs that read forms pass them by, and `read_questionnaire` has everything back.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from praksis.define.expression import find_comparisons
from praksis.define.freeze import hash_questionnaire
from praksis.define.group import parse_group
from praksis.define.model import Definition
from praksis.define.question import (
    OPEN_KINDS,
    STAIRCASE,
    Item,
    Layout,
    MissingCategory,
    Question,
    QuestionKind,
    Scale,
)
from praksis.define.survey import Survey
from praksis.define.xlsform.account import Account
from praksis.define.xlsform.condition import Field, FieldKind
from praksis.define.xlsform.hint import add_lines, list_lines
from praksis.define.xlsform.language import name_language, say
from praksis.define.xlsform.limits import (
    write_date_limits,
    write_exclusive,
    write_number_limits,
    write_part_limits,
    write_sum,
    write_text_limits,
)
from praksis.define.xlsform.markup import find_placeholders, write_text
from praksis.define.xlsform.messages import (
    say_date_limits,
    say_number_limits,
    say_sum,
    say_text_limits,
)
from praksis.define.xlsform.naming import make_name
from praksis.define.xlsform.shape import (
    FRAME,
    ORGANISATION,
    ROLE,
    ROLES,
    compose_relevant,
    is_empty,
    name_answer,
    name_choice,
    say_required_part,
)
from praksis.define.xlsform.sheet import (
    CHOICE_PREFIX,
    CHOICES,
    OWN,
    PREFIX,
    SETTINGS,
    SURVEY,
    Page,
    check_cells,
    write_form,
)
from praksis.define.xlsform.xpath import Expression, write_xpath
from praksis.errors import PraksisError, ProblemsFound
from praksis.localtext import LocalText


class NotAsked(PraksisError):
    """A wave or a role that asks nothing."""


def write_questionnaire(survey: Survey, path: Path, wave: str, role: str | None = None) -> Path:
    """Write the questionnaire of a wave (of one role, if given) as an XLSForm workbook.

    Raises NotAsked, and ProblemsFound for what a workbook cannot hold.
    """
    pages = make_pages(survey, wave, role)
    account = Account()
    check_cells(pages, account)
    account.check()
    return write_form(pages, path)


def make_pages(survey: Survey, wave: str, role: str | None = None) -> tuple[Page, ...]:
    """The sheets of the form. Raises NotAsked, and ProblemsFound for conditions that are nested too deep."""
    return _Writer(survey, wave, role).write()


class _Writer:
    def __init__(self, survey: Survey, wave: str, role: str | None) -> None:
        self.survey, self.wave = survey, wave
        self.languages = survey.header.languages
        self.roles = [one for one in survey.header.roles if wave in one.waves and role in (None, one.id)]
        self.questions = [
            one.model_copy(update={"items": tuple(item for item in one.items if wave in one.waves_of(item))})
            for one in survey.questions
            if wave in one.waves and one.role in [role.id for role in self.roles]
        ]
        if not self.questions:
            of = f" of {role}" if role else ""
            raise NotAsked(f"{survey.header.id} has no questions{of} in wave {wave}")
        self.several_roles = len({question.role for question in self.questions}) > 1
        self.items = {item.id: question for question in self.questions for item in question.items}
        self.fields: list[Field] = []
        self.lists: dict[str, list[Mapping[str, str]]] = {}
        order = ("type", "name", *self._headings("label"), *self._headings("hint"), "required", "relevant")
        order += ("constraint", *self._headings("constraint_message"), "appearance", "parameters", "calculation")
        order += tuple(PREFIX + name for name in ("part", "question", "role", "show_if", "layout", "factual"))
        self.page = Page(SURVEY, order)

    def _headings(self, name: str) -> tuple[str, ...]:
        return tuple(f"{name}::{name_language(language)}" for language in self.languages)

    # -- the sheets ----------------------------------------------------------------------------------------------------

    def write(self) -> tuple[Page, ...]:
        self._write_frame()
        open_section = False
        for number, question in enumerate(self.questions):
            if question.section is not None:
                if open_section:
                    self.page.add({"type": "end_group"})
                open_section = True
                cells = {"type": "begin_group", "name": make_name(question.id, "section"), PREFIX + "part": "section"}
                self.page.add(cells | self._local("label", question.section))
            try:
                self._write_question(question)
            except RecursionError:
                account = Account()
                what = f"the `show_if` of `{question.id}` (question {number + 1}) is nested too deep"
                account.add("X007", "questions.yaml", 0, what)
                raise ProblemsFound(account.problems) from None
        if open_section:
            self.page.add({"type": "end_group"})
        return self.page, self._make_choices(), self._make_settings(), self._make_own()

    def _make_choices(self) -> Page:
        page = Page(CHOICES, ("list_name", "name", *self._headings("label")))
        for name, rows in self.lists.items():
            for row in rows:
                page.add({"list_name": name, **row})
        return page

    def _make_settings(self) -> Page:
        header = self.survey.header
        page = Page(SETTINGS)
        roles = [role.id for role in self.roles] if len(self.roles) == 1 and len(header.roles) > 1 else []
        version = f"{self.wave}-{hash_questionnaire(self.survey, self.wave)[:8]}"
        page.add(
            {
                "form_title": header.title[self.languages[0]],
                "form_id": "-".join([header.id, self.wave, *roles]),
                "version": version,
                "default_language": name_language(self.languages[0]),
                PREFIX + "survey": header.id,
                PREFIX + "wave": self.wave,
            }
        )
        return page

    def _make_own(self) -> Page:
        """What belongs to no question and no choice, each part as JSON."""
        page = Page(OWN, ("part", "name", "content"))

        def add(part: str, name: str, content: Mapping[str, object]) -> None:
            text = json.dumps(content, ensure_ascii=False)
            page.add({"part": part, "name": name, "content": text})

        header = self.survey.header
        note = next(one.note for one in header.waves if one.id == self.wave)
        about = {"title": header.title.root, "owner": header.owner.root, "about": [one.root for one in header.about]}
        add("survey", header.id, about | ({"note": note.root} if note else {}))
        for role in self.roles:
            add("role", role.id, _dump(role, {"id", "waves"}))
        for scale in self._list_scales():
            left = set() if scale.id == "choice" else {"categories", "missing"}
            if content := _dump(scale, {"id", *left}):
                add("scale", scale.id, content)
        if self.survey.staircase and any(question.scale == STAIRCASE for question in self.questions):
            add("staircase", STAIRCASE, self._dump_staircase())
        add("everyone", "all", _dump(self.survey.frame_definition.everyone, set()))
        for name in self._list_breakdowns():
            add("breakdown", name, _dump(self.survey.breakdowns[name], {"id"}))
        return page

    def _dump_staircase(self) -> dict[str, object]:
        staircase = self.survey.staircase
        assert staircase
        content = _dump(staircase, {"steps", "barriers", "placed_by"})
        content["placed_by"] = [item for item in staircase.placed_by if item in self.items]
        if staircase.barriers in [question.id for question in self.questions]:
            content["barriers"] = staircase.barriers
        return content | {"steps": [_dump(step, set()) for step in staircase.steps]}

    def _list_scales(self) -> list[Scale]:
        used = {self.survey.scale_of(item).id for item in self.items if not self.survey.is_open(item)}
        return [scale for scale in self.survey.scales if scale.id in used and scale.id != STAIRCASE]

    def _list_breakdowns(self) -> list[str]:
        """The breakdowns that conditions and roles name, and those that they are within."""
        wanted = set(self._list_asked_breakdowns())
        wanted |= {name for role in self.roles for name in parse_group(role.group)}
        found: list[str] = []
        for name, breakdown in reversed(self.survey.breakdowns.items()):
            if name in wanted:
                found.append(name)
                wanted |= set(parse_group(breakdown.within)) if breakdown.within else set()
        return found[::-1]

    def _list_asked_breakdowns(self) -> list[str]:
        named = {one.variable for q in self.questions if q.show_if for one in find_comparisons(q.show_if)}
        return [name for name in self.survey.breakdowns if name in named]

    # -- what the frame knows and a form must ask ----------------------------------------------------------------------

    def _write_frame(self) -> None:
        breakdowns = self._list_asked_breakdowns()
        piped = any(ORGANISATION in placeholders for placeholders in map(_list_placeholders, self.questions))
        if not (breakdowns or piped or self.several_roles):
            return
        frame = {PREFIX + "part": "frame"}
        label = self._local("label", say("frame", self.languages))
        self.page.add({"type": "begin_group", "name": FRAME, "appearance": "field-list", **label, **frame})
        if piped:
            label = self._local("label", say("organisation", self.languages))
            self.page.add({"type": "text", "name": ORGANISATION, **label, **frame})
        for name in breakdowns:
            breakdown = self.survey.breakdowns[name]
            answers = [category.id for category in breakdown.categories]
            field = Field(make_name(name), FieldKind.ONE, name, tuple((one, one) for one in answers))
            self.fields.append(field)
            listed = make_name(name, "frame")
            self.lists[listed] = [{"name": c.id, **self._local("label", c.label)} for c in breakdown.categories]
            label = self._local("label", breakdown.title)
            self.page.add({"type": f"select_one {listed}", "name": field.name, **label, **frame})
        if self.several_roles:
            self.lists[ROLES] = [{"name": one.id, **self._local("label", one.title)} for one in self.roles]
            label = self._local("label", say("role", self.languages))
            self.page.add({"type": f"select_one {ROLES}", "name": ROLE, "required": "yes", **label, **frame})
        self.page.add({"type": "end_group"})

    # -- questions -----------------------------------------------------------------------------------------------------

    def _write_question(self, question: Question) -> None:
        head = self._head(question)
        match question.kind:
            case QuestionKind.INFORMATION:
                self.page.add({"type": "note", "name": self._name(question), **head})
            case QuestionKind.SINGLE:
                (item,) = question.items
                self._add_item(question, item, {"type": f"select_one {self._list_scale(item)}", **head})
            case QuestionKind.GRID:
                self._write_grid(question, head)
            case QuestionKind.MULTIPLE:
                self._write_multiple(question, head)
            case QuestionKind.SPLIT:
                self._write_split(question, head)
            case _:
                self._write_open(question, head)
        for item in question.items:
            if item.id in self._piped and question.kind not in OPEN_KINDS:
                name = make_name(item.id)
                cells = {"type": "calculate", "name": make_name(item.id, "label"), PREFIX + "part": "piping"}
                self.page.add(cells | {"calculation": write_xpath(name_answer(name))})

    @property
    def _piped(self) -> set[str]:
        return {name for question in self.questions for name in _list_placeholders(question)}

    def _name(self, question: Question) -> str:
        """A question's name, which no item, no breakdown and nothing else in the form has."""
        taken = question.id in self.items or question.id in self.survey.breakdowns or question.id == ORGANISATION
        return make_name(question.id, "question" if taken else "")

    def _head(self, question: Question) -> dict[str, str]:
        """What a question says once, whatever its kind."""
        categories = [] if question.scale is None else self.survey.scale_by_id[question.scale].categories
        units = {QuestionKind.NUMBER: question.number.unit, QuestionKind.SPLIT: question.split.unit}
        unit = units.get(question.kind)
        lines = list_lines(self.languages, unit, [(one.label, one.help) for one in categories])
        hint = add_lines(question.help, lines)
        role = question.role if self.several_roles else ""
        relevant = compose_relevant(question.show_if, role, self.fields)
        return {
            **self._local("label", question.text),
            **(self._local("hint", hint) if hint else {}),
            "relevant": write_xpath(relevant) if relevant else "",
            PREFIX + "question": question.id,
            PREFIX + "role": question.role,
            PREFIX + "show_if": question.show_if or "",
            PREFIX + "factual": "yes" if question.factual else "",
            PREFIX + "layout": "" if question.layout is Layout.STACKED else question.layout.value,
            **self._own("unit", unit),
        }

    def _add_item(self, question: Question, item: Item, cells: Mapping[str, str]) -> None:
        """The row of an item that has one of its own, with what is known of it alone."""
        required = {"required": "yes"} if question.required else {}
        self.page.add({"name": make_name(item.id), **required, **cells, **self._describe(item, question)})
        kind = FieldKind.OPEN if question.kind in OPEN_KINDS else FieldKind.ONE
        field = Field(make_name(item.id), kind, item.id)
        if kind is FieldKind.ONE:
            scale = self.survey.scale_of(item.id)
            ids = [category.id for category in scale.categories]
            missing = tuple(name_choice(one.kind, ids) for one in scale.missing)
            field = Field(field.name, kind, item.id, tuple((one, one) for one in ids), missing)
        self.fields.append(field)

    def _describe(self, item: Item, question: Question) -> dict[str, str]:
        rows = question.kind in (QuestionKind.GRID, QuestionKind.SPLIT)
        return {
            **(self._local("label", item.text) if rows else self._own("text", item.text)),
            PREFIX + "series": item.series or "",
            PREFIX + "wording": "" if item.wording == 1 else str(item.wording),
            PREFIX + "sensitive": "yes" if item.sensitive else "",
            **self._own("said", item.said),
            **self._own("short", item.short),
        }

    def _write_grid(self, question: Question, head: Mapping[str, str]) -> None:
        self.page.add({"type": "begin_group", "name": self._name(question), "appearance": "table-list", **head})
        for item in question.items:
            self._add_item(question, item, {"type": f"select_one {self._list_scale(item)}"})
        self.page.add({"type": "end_group"})

    def _write_multiple(self, question: Question, head: Mapping[str, str]) -> None:
        name = self._name(question)
        listed = make_name(question.id, "options")
        self.lists[listed] = [
            {"name": item.id, **self._local("label", item.text), **self._describe_option(item)}
            for item in question.items
        ]
        alone = [item.id for item in question.items if item.exclusive]
        limits = {
            "constraint": write_xpath(write_exclusive(alone)) if alone else "",
            **(self._local("constraint_message", say("exclusive", self.languages)) if alone else {}),
        }
        required = "yes" if question.required else ""
        self.page.add({"type": f"select_multiple {listed}", "name": name, "required": required, **head, **limits})
        self.fields.append(Field(name, FieldKind.SEVERAL, "", tuple((item.id, item.id) for item in question.items)))

    def _describe_option(self, item: Item) -> dict[str, str]:
        return {
            CHOICE_PREFIX + "series": item.series or "",
            CHOICE_PREFIX + "wording": "" if item.wording == 1 else str(item.wording),
            CHOICE_PREFIX + "sensitive": "yes" if item.sensitive else "",
            **self._own("said", item.said, CHOICE_PREFIX),
            **self._own("short", item.short, CHOICE_PREFIX),
        }

    def _write_open(self, question: Question, head: Mapping[str, str]) -> None:
        (item,) = question.items
        kind, limits, message = self._limit(question)
        cells = {"type": kind, **head, "constraint": write_xpath(limits) if limits else ""}
        cells |= self._local("constraint_message", message) if message else {}
        if question.kind is QuestionKind.TEXT and question.free_text.lines > 1:
            cells |= {"appearance": "multiline", "parameters": f"rows={question.free_text.lines}"}
        if not question.missing:
            self._add_item(question, item, cells)
            return
        group = {"type": "begin_group", "name": make_name(item.id, "group"), "appearance": "field-list"}
        self.page.add({**group, "relevant": cells.pop("relevant"), PREFIX + "part": "group"})
        missing = make_name(item.id, "missing")
        if question.required:
            cells["required"] = write_xpath(is_empty([missing]))
        self._add_item(question, item, cells)
        self._write_missing(question.missing, missing, [make_name(item.id)])
        self.page.add({"type": "end_group"})

    def _limit(self, question: Question) -> tuple[str, Expression | None, LocalText | None]:
        """Type, constraint and message of an open question with one field."""
        match question.kind:
            case QuestionKind.NUMBER:
                number = question.number
                kind = "decimal" if number.decimals else "integer"
                return kind, write_number_limits(number), say_number_limits(number, self.languages)
            case QuestionKind.DATE:
                return "date", write_date_limits(question.date), say_date_limits(question.date, self.languages)
            case _:
                text = question.free_text
                return "text", write_text_limits(text), say_text_limits(text, self.languages)

    def _write_split(self, question: Question, head: Mapping[str, str]) -> None:
        rule = question.split
        missing = make_name(question.id, "missing") if question.missing else ""
        names = [make_name(item.id) for item in question.items]
        self.page.add({"type": "begin_group", "name": self._name(question), "appearance": "field-list", **head})
        kind = "decimal" if rule.decimals else "integer"
        for item in question.items:
            last = item is question.items[-1]
            limits = write_sum(rule, names[:-1]) if last else write_part_limits(rule)
            cells = {"type": kind, "constraint": write_xpath(limits), "required": ""}
            cells |= self._local("constraint_message", say_sum(rule, self.languages))
            if last and not question.required:
                cells["required"] = write_xpath(say_required_part(names[:-1], missing))
            elif last:
                cells["required"] = write_xpath(is_empty([missing])) if missing else "yes"
            self._add_item(question, item, cells)
        if missing:
            self._write_missing(question.missing, missing, names)
        self.page.add({"type": "end_group"})

    def _write_missing(self, missing: tuple[MissingCategory, ...], name: str, beside: list[str]) -> None:
        """A choice beside an open field, for those who cannot answer it."""
        self.lists[name] = [self._describe_missing(one, one.kind) for one in missing]
        cells = {"type": f"select_one {name}", "name": name, "constraint": write_xpath(is_empty(beside))}
        cells |= self._local("label", say("missing", self.languages))
        cells |= self._local("constraint_message", say("missing_fault", self.languages))
        self.page.add({**cells, PREFIX + "part": "missing"})

    def _list_scale(self, item: Item) -> str:
        scale = self.survey.scale_of(item.id)
        if scale.id not in self.lists:
            ids = [category.id for category in scale.categories]
            self.lists[scale.id] = [
                {
                    "name": one.id,
                    **self._local("label", one.label),
                    CHOICE_PREFIX + "code": str(one.code),
                    **(self._own("says", one.says, CHOICE_PREFIX) if scale.id != STAIRCASE else {}),
                    **(self._own("help", one.help, CHOICE_PREFIX) if scale.id != STAIRCASE else {}),
                }
                for one in scale.categories
            ]
            self.lists[scale.id] += [self._describe_missing(one, name_choice(one.kind, ids)) for one in scale.missing]
        return scale.id

    def _describe_missing(self, missing: MissingCategory, name: str) -> dict[str, str]:
        return {
            "name": name,
            **self._local("label", missing.label),
            CHOICE_PREFIX + "missing": missing.kind,
            CHOICE_PREFIX + "in_base": "yes" if missing.in_base else "",
        }

    # -- texts ---------------------------------------------------------------------------------------------------------

    def _local(self, name: str, text: LocalText) -> dict[str, str]:
        return {
            heading: write_text(text[language], self._name_placeholder)
            for heading, language in zip(self._headings(name), self.languages, strict=True)
        }

    def _own(self, name: str, text: LocalText | None, prefix: str = PREFIX) -> dict[str, str]:
        between = "_" if prefix == CHOICE_PREFIX else "::"
        return {f"{prefix}{name}{between}{one}": text[one] for one in self.languages} if text else {}

    def _name_placeholder(self, placeholder: str) -> str:
        if placeholder == ORGANISATION:
            return ORGANISATION
        return make_name(placeholder, "" if self.survey.is_open(placeholder) else "label")


def _list_placeholders(question: Question) -> Iterator[str]:
    for text in (question.text, question.help):
        for words in text.root.values() if text else ():
            yield from find_placeholders(words)


def _dump(part: Definition, without: set[str]) -> dict[str, object]:
    dumped: dict[str, object] = part.model_dump(mode="json", exclude=without, exclude_defaults=True)
    return dumped
