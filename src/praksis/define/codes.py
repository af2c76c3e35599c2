"""The catalogue of problems: code -> what it means and what to do.

A code is part of the interface: it is never given to something else, and tests hold one tiny invalid
survey for each (`tests/define/invalid/<code>/`). The remedy is a template; the check fills it in.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from praksis.errors import Place, Problem


@dataclass(frozen=True)
class Code:
    """`meaning` is for the list in the docs, `remedy` for the person who meets the problem."""

    meaning: str
    remedy: str


GROUPS: dict[str, str] = {
    "Y": "Files that cannot be read",
    "M": "A file against its model",
    "N": "Names: what refers to what",
    "L": "Texts and their languages",
    "H": "The survey's header and design",
    "Q": "Questions, items, scales and routing",
    "S": "The staircase",
    "B": "Breakdowns and groups of organisations",
    "G": "Figures, bullets and pages",
    "F": "The frame's files and their holes",
    "P": "Published figures",
    "C": "Letters and when they leave",
    "K": "Checks of answers",
}
"""First letter of a code -> what the group is about.

Other letters belong to other folders: `A` to contacts, `D` to microdata, `E` to corrections, `U` to loading a frame,
`V` to exchange, `X` to XLSForms, `R` to rehearsing, `T` to what is told.
"""

_FILES = {
    "Y001": Code("a file of the survey is missing", "Write {file}, or start from `praksis new`."),
    "Y002": Code("the file is not YAML we accept", "Correct the YAML; two spaces per level, text with : in quotes."),
    "Y003": Code("the file is not text in UTF-8", "Save the file as UTF-8 text, where it can be read."),
    "Y004": Code("the folder holds no survey", "Name the folder that holds survey.yaml, or start with `praksis new`."),
    "Y005": Code("a YAML file that nothing reads", "Give it one of these names, or move it elsewhere: {known}."),
}
_MODELS = {
    "M001": Code("a field is missing", "Add `{field}`: {description}."),
    "M002": Code("an unknown field", "Remove it, or write one of: {known}."),
    "M003": Code("a value is not of the right kind", "Write {wanted}: {description}."),
    "M004": Code("a value is not among the allowed ones", "Write one of: {allowed}."),
}
_NAMES = {
    "N001": Code("an unknown scale", "Write one of: {known}, or add the scale to scales.yaml."),
    "N002": Code("an unknown role", "Write one of: {known}, or add the role to survey.yaml."),
    "N003": Code("an unknown wave", "Write one of: {known}, or add the wave to survey.yaml."),
    "N004": Code("an unknown item", "Write an item of questions.yaml (the `id` under `items`, not the question's)."),
    "N005": Code("an unknown breakdown", "Write one of: {known}, or add the breakdown to frame.yaml."),
    "N006": Code("an unknown category of a breakdown", "Write one of: {known}."),
    "N007": Code("an unknown answer", "Write a category or a group of the scale: {known}."),
    "N008": Code("an unknown question", "Write the `id` of a question in questions.yaml."),
    "N009": Code("an unknown figure", "Write the `id` of a figure under `figures`, or add the figure."),
    "N010": Code("an unknown frame variable", "Write one of: {known}, or give the source a column for it."),
    "N011": Code("two things of one kind have the same id", "Give one of them another id."),
    "N012": Code("a list names the same thing twice", "Remove one of them."),
    "N013": Code("an id that Praksis needs itself", "Choose another id."),
    "N014": Code("an item and a breakdown share an id", "Rename one: in `show_if` nobody could tell which is meant."),
    "N015": Code(
        "an item answered in numbers, dates or words, where answers are counted",
        "Name an item with a scale: of a question of kind `single`, `grid` or `multiple`.",
    ),
    "N016": Code("an unknown language", "Write one of: {known}, or add the language to `languages` in survey.yaml."),
    "N017": Code("an unknown letter", "Write one of: {known}, or add the letter under `letters`."),
}
_LANGUAGES = {
    "L001": Code("a text lacks a language of the survey", "Add the text in {language}, or drop the language."),
    "L002": Code("a text in a language the survey does not have", "Remove it, or add {language} to `languages`."),
    "L003": Code("an empty text", "Write the text, or leave the field out if it is optional."),
    "L004": Code("a placeholder that nothing fills", "{need}."),
    "L005": Code("a placeholder stands in some languages only", "Use {{{placeholder}}} in every language or in none."),
    "L006": Code("braces that are no placeholder", "Write a placeholder as {{name}}; other braces cannot be used."),
    "L007": Code("a placeholder for an answer that is not known there", "{need}."),
}
_HEADER = {
    "H001": Code("the waves are not oldest first", "Put the waves in the order of time."),
    "H002": Code("every answer is public, but no reason is given", "Write `public_reason`, or set `min_n` above 0."),
    "H003": Code("a role is asked nothing", "Remove the role, or write questions with `role: {role}`."),
    "H004": Code("a decision to hide what a wave did not ask", "Name a wave that did. {asked}"),
}
_QUESTIONS = {
    "Q001": Code("the number of items does not fit the kind of question", "{need}."),
    "Q002": Code("a question lacks its scale", "Add `scale`, one of: {known}."),
    "Q003": Code("a question that can have no scale has one", "Remove `scale`: {need}."),
    "Q004": Code("a question in a wave that does not ask its role", "Drop the wave here, or add it to the role."),
    "Q005": Code("an item in a wave that does not ask its question", "Drop the wave here, or add it to the question."),
    "Q006": Code("two items of one series with one wording in one wave", "Give one another `series` or `waves`."),
    "Q007": Code("one wording of a series on different scales", "Give one another `wording` or `series`."),
    "Q008": Code("a `show_if` that cannot be read", "{need}."),
    "Q009": Code("a `show_if` about something that cannot decide it", "{need}."),
    "Q010": Code("a `show_if` compares with a value that cannot occur", "{need}."),
    "Q011": Code("a `show_if` about a later question", "Ask `{item}` before this question, or drop the condition."),
    "Q012": Code("a `show_if` about what another role answers", "Use an item that `{role}` answers, or a breakdown."),
    "Q013": Code(
        "a `show_if` about an item that a wave did not ask",
        "Drop the wave here, or ask the item: otherwise nobody is shown the question in that wave.",
    ),
    "Q014": Code("`exclusive` outside a multiple choice", "Remove `exclusive`, or make the question `multiple`."),
    "Q015": Code("two categories of a scale have the same code", "Give each category its own code."),
    "Q016": Code("a missing class stands twice on a scale or a question", "Keep one of them."),
    "Q017": Code("a scale `choice` that does not fit", "Give it `not-chosen` (code 0) and `chosen` (code 1), only."),
    "Q018": Code("a setting that a question of this kind does not use", "{need}."),
    "Q019": Code("limits that leave nothing to answer", "{need}."),
    "Q020": Code(
        "numbers with more digits than are kept exactly",
        "Write `minimum` and `maximum`, or fewer `decimals`: {digits} digits in all, before and after the point.",
    ),
}
_STAIRCASE = {
    "S001": Code("the staircase is used, but there is no staircase.yaml", "Write staircase.yaml, or drop it here."),
    "S002": Code("an item that places organisations is on another scale", "Give its question `scale: staircase`."),
    "S003": Code("two items place the same role in the same wave", "Keep one, or let them be asked in other waves."),
    "S004": Code("the barriers are not a multiple choice", "Name a question of kind `multiple`."),
}
_BREAKDOWNS = {
    "B001": Code("a group that cannot be read", "Write `all`, or `breakdown=category` with commas between."),
    "B002": Code("`*` where one group is needed", "Write one category: {known}."),
    "B003": Code("a group's breakdowns in another order than in frame.yaml", "Write `{group}`."),
    "B004": Code("it is not clear what decides a breakdown", "{need}."),
    "B005": Code("size classes whose limits do not work", "{need}."),
    "B006": Code("a breakdown by an answer does not fit the scale", "Write the categories as on the scale: {known}."),
    "B007": Code("`within` about something not yet known", "Name breakdowns that stand before this one."),
    "B008": Code("a group that nobody is in", "Drop what contradicts: {need}."),
    "B009": Code("a group that no sentence can name in full", "{need}."),
    "B010": Code("columns per wave without `{{wave}}`", "Write `{{wave}}` where the wave stands in the column's name."),
    "B011": Code("a breakdown by an answer where only the frame counts", "Use breakdowns that the frame decides."),
    "B012": Code("an answer to a hole lacks what it needs", "{need}."),
}
_FIGURES = {
    "G001": Code("a figure with a wave that asked none of its items", "Drop the wave. {asked}"),
    "G002": Code("a figure with an item that none of its waves asked", "Add a wave that asked it. {asked}"),
    "G003": Code("the chart does not fit what is shown", "{need}."),
    "G004": Code("a stacked chart whose answers overlap", "Show answers that share no category."),
    "G005": Code(
        "answers that do not mean the same for every item",
        "Split the figure, or choose `answers` that have the same id and label on every scale.",
    ),
    "G006": Code("groups by an answer that was not given in a wave", "Drop the group or the wave. {asked}"),
    "G007": Code("a group that was not asked", "Drop the group: {need}."),
    "G008": Code("a bullet about something the figure does not show", "Add it to the figure, or move the bullet."),
    "G009": Code("a bullet about a wave that did not ask the item", "Name a wave that did. {asked}"),
    "G010": Code("`since` is not before `wave`", "Write an earlier wave in `since`."),
    "G011": Code("`not-asked` about a wave that did ask", "Remove the bullet, or correct its wave."),
    "G012": Code("no words for an answer", "{need}."),
    "G013": Code("a placeholder without its ref", "Add `{placeholder}` under `refs`, or correct the placeholder."),
    "G014": Code(
        "a ref that a text does not use", "Use {{{ref}}} in every language, name it in `holds`, or remove it."
    ),
    "G015": Code("`holds` names an unknown ref", "Write one of: {known}."),
    "G016": Code("`holds` about something the ref does not say", "{need}."),
    "G017": Code("a ranking of everything", "Let `count` be less than the number of items."),
    "G018": Code("a change told as a fraction", "Write `show: percent` or `show: number`; `about` is for levels."),
    "G019": Code("a figure that stands on no page", "Add it to a section of a page, or remove it."),
    "G020": Code("a figure that stands twice", "Keep it in one section; link to it in text elsewhere."),
    "G021": Code("a page about a wave that asked no role", "Write a wave that a role was asked in."),
    "G022": Code(
        "groups by an answer that another role gave", "Show items that {roles} answers too, or drop the group."
    ),
}
_FRAME = {
    "F001": Code("an organisation has no key", "Add the number, or answer it under `answers` with a `key`."),
    "F002": Code("an organisation number has a wrong check digit", "Compare it with the register, and correct it."),
    "F003": Code("two organisations have the same key", "Remove one of the rows, or correct its number."),
    "F004": Code("a number that decides a class is unknown", "Add the number, or answer it with a `category`."),
    "F005": Code("a column is not in the file", "Name one of the columns: {known}."),
    "F006": Code(
        "the frame has another number of organisations than stated",
        "Correct the file or the number, or answer it with `wave` and a `reason`.",
    ),
    "F007": Code("an answer in frame.yaml answers no problem", "Remove it: the hole it was for is gone."),
    "F008": Code(
        "the frame file cannot be read", "Write a CSV file in UTF-8, or a workbook (.xlsx), with a heading line."
    ),
    "F009": Code("`left_out` names a row that is not in the files", "Write the row's reference as in the file."),
    "F010": Code("a breakdown's value is not one of its categories", "Write one of: {allowed}."),
    "F011": Code("two rows have the same reference", "Give each row its own reference: answers name rows by it."),
    "F012": Code(
        "a frame file outside the survey's folder", "Put a .csv or .xlsx file in the folder, and name it from there."
    ),
    "F013": Code("a written form that no organisation has", "Write one of: {known}, or remove the line."),
    "F014": Code(
        "a file that is not text in UTF-8",
        "Save it anew: in Excel as `CSV UTF-8`, in LibreOffice with the character set `Unicode (UTF-8)`.",
    ),
    "F015": Code(
        "something stands above the heading, or cells are merged",
        "Let the heading be the first line, with a name over every column, and give every row its own cells.",
    ),
    "F016": Code("a sheet that is not there", "{need}."),
    "F017": Code("a cell without a value", "Write the value itself in place of the formula or the error."),
    "F018": Code(
        "a municipality number without four digits",
        "Write all four, as `0301`: a spreadsheet takes a leading zero away unless the column is text.",
    ),
    "F019": Code("a municipality number that was not in force", "{need}, or answer it with `reference`."),
    "F020": Code(
        "a municipality number and an organisation number that do not belong together",
        "Correct the one that is wrong, or answer it with `reference`.",
    ),
    "F021": Code(
        "two organisations of one kind with the same name",
        "Remove the one that is a duplicate, tell them apart by name, or answer it with the `reference` of this one.",
    ),
    "F022": Code(
        "a municipality's written form is missing", "Write one of: {known}; or answer it with `reference`. {official}"
    ),
    "F023": Code(
        "a wave that no frame file is for", "Add the wave to `waves` of the source that holds its organisations."
    ),
    "F024": Code("a row of the file of successors that cannot be read", "{need}."),
    "F025": Code("successors that contradict each other", "Correct the keys or the days, or remove the row."),
    "F026": Code(
        "municipality numbers of a day that is not known",
        "Write `as_of` under `municipality`: a day, as 2024-01-01, whose numbers the file uses.",
    ),
}
_PUBLISHED = {
    "P001": Code("the file of published figures cannot be read", "Write CSV in UTF-8 with these columns: {known}."),
    "P002": Code("a published figure names something the survey does not have", "Write one of: {known}."),
    "P003": Code("a published figure lacks something its measure or relation needs", "{need}."),
    "P004": Code("a published value that is not a number of the right kind", "{need}."),
    "P005": Code("a published figure from a wave that did not ask the item", "Name a wave that did. {asked}"),
    "P006": Code("`since` is not before `wave`", "Write the earlier wave in `since`, the later one in `wave`."),
    "P007": Code("the relation does not fit the measure", "With {measure}, write one of: {known}."),
    "P008": Code("two published figures have the same id", "Give one of them another id; it stands also at {other}."),
    "P009": Code("a published figure says something its measure does not use", "{need}."),
}
_LETTERS = {
    "C001": Code("an invitation or a reminder without the personal link", "Put {{link}} on a line of its own."),
    "C002": Code("a subject that is too long", "Write it on one line of at most 200 characters."),
    "C003": Code("a wave's plan that is not in the order of its dates", "Move the line up, or correct the date."),
    "C004": Code(
        "two letters to the same people too close",
        "Let {between} days pass, or change `between`. Those `not-started` and `unfinished` may be told on one day.",
    ),
    "C005": Code("not one invitation for a role in a wave", "Plan one invitation to `{role}` in {wave}, and no other."),
    "C006": Code("a letter that leaves before the invitation", "Write a later date, or invite earlier."),
    "C007": Code("a letter to people it is not for", "Write one of: {known}; or give the letter another `kind`."),
    "C008": Code("one letter twice to the same people", "Write another letter; nobody gets the same one twice."),
    "C009": Code("a letter to a role that the wave does not ask", "Drop the role here; it is asked in {known}."),
}
_EDITING = {
    "K001": Code("a check that cannot be read", "{need}."),
    "K002": Code("a check about something that is not there", "{need}."),
    "K003": Code("a check that compares or counts with what cannot be", "{need}."),
    "K004": Code("a check compares with an answer that cannot occur", "{need}."),
    "K005": Code("a check about an item that its waves did not ask", "{need}."),
    "K006": Code("`previous()` of an item that no earlier wave asked", "{need}."),
    "K007": Code("a check about what several roles answer", "{need}."),
    "K008": Code("a check that no answers can break", "{need}."),
    "K009": Code("a habit of something that is no number", "Name an item of a question of kind `number` or `split`."),
    "K010": Code("a check that checks no item", "{need}."),
}
CODES: dict[str, Code] = (
    (_FILES | _MODELS | _NAMES | _LANGUAGES | _HEADER)
    | (_QUESTIONS | _STAIRCASE | _BREAKDOWNS | _FIGURES)
    | (_FRAME | _PUBLISHED | _LETTERS | _EDITING)
)
"""Every code of `praksis.define`, in the order of the groups."""


@dataclass
class Findings:
    """Collects problems while a survey is read."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, place: Place, what: str, *, answered: str = "", **fill: str) -> None:
        """Report a problem once; `fill` completes the remedy of its code."""
        problem = Problem(place, code, what, CODES[code].remedy.format(**fill).strip(), answered)
        if problem not in self.problems:
            self.problems.append(problem)

    def blocking(self) -> tuple[Problem, ...]:
        """Problems that the survey has not answered itself."""
        return tuple(problem for problem in self.problems if not problem.answered)


def join_known(names: Iterable[str]) -> str:
    """Names for a remedy, in quotes and in their order."""
    return ", ".join(f"`{name}`" for name in names) or "(none)"


def suggest(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: '; did you mean `x`?', or nothing."""
    near = difflib.get_close_matches(name, tuple(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""
