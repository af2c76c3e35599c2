"""Any form at all: it becomes a survey without problems, or is refused for faults of its own; never anything else."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from praksis.define.read import read_survey
from praksis.define.xlsform.folder import import_questionnaire
from praksis.errors import Problem, ProblemsFound
from tests.define.xlsform.forms import save_form

TYPES = (
    "text", "integer", "decimal", "date", "note", "select_one yn", "select_multiple yn", "select_one five", "range",
    "select_multiple five", "select_one gone", "calculate", "geopoint", "select_one yn or_other", "rank yn", "start",
    "Select one from yn", "integer", "select_one yn", "select_one five", "",
)  # fmt: skip
NAMES = ("a", "b", "A", "a_b", "a-b", "_1", "role", "organisation", "staircase", "choice", "å", "", "meta", "x" * 50)
LABELS = (
    "A",
    "**b**",
    "${a}",
    "{a}",
    "${b} and ${gone}",
    "",
    None,
    "<b>",
    "…",
    "{",
    "=1",
    "1",
    " x ",
    "\n",
    "a: b # c",
)
RELEVANTS = (
    "${a} = 'y'", "${a} != ''", "${a} > 3", "selected(${a}, 'y')", "not(${b} = '1')", "${a} = 1 and ${b} = 2", "(", "x",
    "true()", "false()", "count-selected(${b}) > 0", "../a = 1", None, None, None,
)  # fmt: skip
CONSTRAINTS = (
    ". > 0", ". >= 5 and . <= 2", ". <= 1e9", "string-length(.) < 0", "string-length(.) > 99999", ". + ${a} = 100",
    "regex(., 'x')", ". >= '2020-01-01'", ". < date('0001-01-01')", "not(selected(., 'y') and count-selected(.) > 1)",
    ". <= 99999999999999999999", ". = round(., 9)", "${a} + ${b} = 0", ". + ${b} = 2.5", None, None, None,
)  # fmt: skip
APPEARANCES = ("table-list", "field-list", "multiline", "minimal", None, None)
rows = st.tuples(
    *(st.sampled_from(pool) for pool in (TYPES, NAMES, LABELS, LABELS, RELEVANTS, CONSTRAINTS, APPEARANCES)),
    st.sampled_from(("yes", "no", "${a} = 1", None, "TRUE")),
    st.sampled_from(("start=1 end=5 step=0.5", "rows=0", "rows=999", None)),
)
GROUPS = (("begin_group", "end_group"), ("begin group", "end group"), ("begin_repeat", "end_repeat"))


@st.composite
def blocks(draw: st.DrawFn) -> list[tuple[str | None, ...]]:
    """A row, or a group of rows; now and then one that does not end."""
    if draw(st.booleans()):
        return [draw(rows)]
    begin, end = draw(st.sampled_from((*GROUPS[:1] * 3, *GROUPS)))
    inside = draw(st.lists(rows, max_size=4))
    open_end = draw(st.integers(0, 9)) == 9
    return [(begin, *draw(rows)[1:]), *inside, *([] if open_end else [(end,)])]


SURVEY = ("type", "name", "label::en", "hint::nb", "relevant", "constraint", "appearance", "required", "parameters")
choices = st.tuples(
    st.sampled_from(("yn", "five", "")), st.sampled_from(("y", "n", "1", "2", "-9", "Ja!", "", "do-not-know")),
    st.sampled_from(LABELS), st.sampled_from(("1", "99999", "x", None)),
)  # fmt: skip
CHOICES = ("list_name", "name", "label::en", "praksis_code")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(blocks(), max_size=5), st.lists(choices, max_size=8), st.sampled_from(("English (en)", "nb", None)))
def test_any_form_becomes_a_survey_or_is_refused(
    drawn: list[list[tuple[str | None, ...]]], listed: list[tuple[str, ...]], language: str | None
) -> None:
    sheets = {
        "survey": (SURVEY, ("text", "first", "First", "Hjelp"), *(row for block in drawn for row in block)),
        "choices": (CHOICES, ("yn", "y", "Y"), ("yn", "n", "N"), ("five", "1", "1"), ("five", "2", "2"), *listed),
        "settings": (("form_id", "default_language"), ("form", language)),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = save_form(sheets, Path(folder) / "form.xlsx")
        target = Path(folder) / "survey"
        problems, taken = take(path, target)
        assert {problem.code[0] for problem in problems} <= {"X"}, problems
        assert target.exists() is taken
        assert any(problem.code < "X010" for problem in problems) is not taken
        assert not taken or read_survey(target).problems == ()


def take(path: Path, target: Path) -> tuple[tuple[Problem, ...], bool]:
    try:
        return import_questionnaire(path, target, wave="2027").account, True
    except ProblemsFound as error:
        return error.problems, False
