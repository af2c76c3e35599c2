"""What stands in the way of an XLSForm, and the account of what could not be taken in from one."""

from dataclasses import dataclass, field

from praksis.errors import Place, Problem, ProblemsFound

REMEDIES: dict[str, str] = {
    # what stops: nothing is written
    "X001": "Save the form as an Excel workbook (.xlsx), where it can be read.",
    "X002": "Write the sheets `survey` (columns `type` and `name`) and `choices` (`list_name` and `name`), each once.",
    "X003": "Say it with {option}: nothing in the form does.",
    "X004": "Let every `begin_group` and `begin_repeat` have its own end, in the right order.",
    "X005": "Ask something that Praksis has: a choice, a number, a date or a text.",
    "X006": "Shorten the text, or take out the sign: a workbook's cell cannot hold it.",
    "X007": "Write the expression with fewer levels; nobody can read it either.",
    "X008": "Correct it; or take `praksis::survey` off the sheet `settings`, and the form is read as anyone's.",
    "X009": "Open the workbook, let it calculate and save it, or write the value in place of the formula or the error.",
    # what could not be taken in
    "X010": "Ask it in another way, or leave it out: Praksis has {known}.",
    "X011": "Ask once in each response, or as a survey of its own with what is repeated as its frame.",
    "X012": "Leave it out, or work it out from the answers afterwards.",
    "X013": "Write `show_if` for it in questions.yaml. Until then {until}.",
    "X014": "Write what can be said of it under `{field}` in questions.yaml, or as a check of the answers.",
    "X015": "Ask with one list per case, and choose among the questions with `show_if`.",
    "X016": "{need}.",
    "X017": "Look at the text in questions.yaml: it has no bold, colours or links, and needs none.",
    "X018": "Write the text without it, or with {{organisation}} or an item of an earlier question.",
    "X019": "Translate it in {file}.",
    "X020": "Look at the names before anyone answers: they are columns in the microdata.",
    "X021": "Write at least two choices for the list on the sheet `choices`.",
    "X022": "Look at `section` in questions.yaml.",
    "X023": "Write `required: true` if it must always be answered.",
    "X024": "{need}.",
    "X025": "Nothing, if it was meant so; else write it in the column that belongs to Praksis, too.",
    "X026": "Move it to `missing` of the scale if it is no answer: it counts in shares now.",
    "X027": "Look at the limits in questions.yaml.",
    "X028": "Give each choice of a list a name of its own.",
}
"""Code -> what to do. X00x stop a form from being read or written; the others are what a form loses on its way in."""


@dataclass
class Account:
    """Everything that could not be taken in, each with its sheet and row."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, sheet: str, row: int, what: str, **fill: str) -> None:
        """Tell of one thing, once."""
        problem = Problem(Place(sheet, row), code, what, REMEDIES[code].format(**fill))
        if problem not in self.problems:
            self.problems.append(problem)

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """What stops the form from being read."""
        return tuple(one for one in self.problems if one.code < "X010")

    def check(self) -> None:
        """Raises ProblemsFound with everything, if something stops the form."""
        if self.blocking:
            raise ProblemsFound(self.problems)
