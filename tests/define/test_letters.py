"""letters.yaml: what a letter and a plan may be, and that one fault neither hides nor invents others."""

import shutil
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from praksis.define.letters import AUDIENCES, Audience, LetterKind
from praksis.define.read import Reading, digest_folder, load_survey, read_survey

ROOT = Path(__file__).parents[2]
TINY = Path(__file__).parent / "tiny"
SURVEYS = (ROOT / "surveys/it-i-praksis", ROOT / "tests/collect/every-kind", ROOT / "src/praksis/define/starter")
LETTERS = """\
timezone: Europe/Oslo
hour: 9
between: 5
letters:
  - id: invite
    kind: invitation
    subject: {nb: "Bli med, {name}", en: "Take part, {name}"}
    text: {nb: "Svar her: {link}", en: "Answer here: {link}"}
  - id: remind
    kind: reminder
    subject: {nb: Vi minner om, en: A reminder}
    text: {nb: "Svar her: {link}", en: "Answer here: {link}"}
  - id: last
    kind: reminder
    subject: {nb: Siste sjanse, en: Last call}
    text: {nb: "Svar her: {link}", en: "Answer here: {link}"}
  - id: thank
    kind: thanks
    subject: {nb: Takk, en: Thanks}
    text: {nb: Takk for svarene., en: Thank you for answering.}
plan:
  - {wave: 2024, letter: invite, on: 2024-09-02}
  - {wave: 2024, letter: remind, on: 2024-09-12, to: not-started}
  - {wave: 2024, letter: last, on: 2024-09-12, to: unfinished}
  - {wave: 2024, letter: thank, on: 2024-09-02}
"""


def read_with(tiny: Path, letters: str) -> list[str]:
    """What is reported where the tiny survey has these letters."""
    (tiny / "letters.yaml").write_text(letters, encoding="utf-8")
    return [str(problem).splitlines()[0] for problem in read_survey(tiny).problems]


def test_the_letters_here_are_valid_but_for_the_order(tiny: Path) -> None:
    assert read_with(tiny, LETTERS) == ["letters.yaml:25: C003 2024-09-02 stands after 2024-09-12"]
    in_order = LETTERS.replace("  - {wave: 2024, letter: thank, on: 2024-09-02}\n", "")
    assert read_with(tiny, in_order) == []


def test_what_is_read(tiny: Path) -> None:
    (tiny / "letters.yaml").write_text(LETTERS.replace("thank, on: 2024-09-02", "thank, on: 2024-10-02"))
    letters = load_survey(tiny).letters
    assert letters
    assert (letters.zone, letters.hour, letters.between, letters.reply_to) == (ZoneInfo("Europe/Oslo"), 9, 5, None)
    assert letters.forget_after == 90
    assert [letters.audience_of(sending) for sending in letters.plan] == list(Audience)
    assert letters.plan_for("2024", "lead") == letters.plan
    assert letters.plan_for("2023", "lead") == ()
    assert letters.letter_by_id["thank"].kind is LetterKind.THANKS


def test_a_survey_may_have_no_letters(tiny: Path) -> None:
    survey = load_survey(tiny)
    assert survey.letters is None
    before = survey.digest
    (tiny / "letters.yaml").write_text("letters: []\n")
    assert digest_folder(tiny, survey.frame_definition.sources) != before
    assert read_with(tiny, "letters: []\n") == ["letters.yaml:1: M003 `letters` is a list"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("timezone: Europe/Oslo", "timezone: Oslo",
         "letters.yaml:1: M003 `timezone` is 'Oslo'\n    Write the name of a time zone, as Europe/Oslo: whose days and"
         " hours these are, by its name in the time zone database."),
        ("timezone: Europe/Oslo", "timezone: Europe", "letters.yaml:1: M003 `timezone` is 'Europe'"),
        ("timezone: Europe/Oslo", "timezone: right/Europe/Oslo", "letters.yaml:1: M003"),
        ("timezone: Europe/Oslo", "timezone: +02:00", "letters.yaml:1: M003"),
        ("timezone: Europe/Oslo", "timezone: ../Europe/Oslo", "letters.yaml:1: M003"),
        ("hour: 9", "hour: 24", "letters.yaml:2: M003 `hour` is '24'\n    Write 23 or less"),
        ("between: 5", "between: 0", "letters.yaml:3: M003 `between` is '0'\n    Write 1 or more"),
        ("between: 5", "forget_after: 0", "letters.yaml:3: M003 `forget_after` is '0'\n    Write 1 or more"),
        ("between: 5", "forget_after: 3651", "letters.yaml:3: M003 `forget_after` is '3651'\n    Write 3650 or less"),
        ("between: 5", "reply_to: Kari <kari@example.org>",
         "letters.yaml:3: M003 `reply_to` is 'Kari <kari@example.org>'\n    Write an e-mail address, as"
         " name@example.org: where answers to letters go, if not to the sender."),
        ("between: 5", 'reply_to: "kari@example.org\\nBcc: a@b.no"', "letters.yaml:3: M003"),
        ("kind: thanks", "kind: thank", "letters.yaml:18: M004 `letters.4.kind` is 'thank'; did you mean `thanks`?"),
        ("on: 2024-09-12, to: not-started", "on: 12.9.2024, to: not-started",
         "letters.yaml:23: M003 `plan.2.on` is '12.9.2024'\n    Write a date, as 2024-01-31: the day it leaves."),
        ("on: 2024-09-12, to: not-started", "on: 2023-02-29, to: not-started", "letters.yaml:23: M003 `plan.2.on`"),
        ("to: not-started", "to: everybody", "letters.yaml:23: M004 `plan.2.to` is 'everybody'"),
    ],
)  # fmt: skip
def test_values(old: str, new: str, message: str, tiny: Path) -> None:
    assert LETTERS.count(old) == 1
    (tiny / "letters.yaml").write_text(LETTERS.replace(old, new))
    (problem,) = [one for one in read_survey(tiny).problems if one.code != "C003"]
    assert str(problem).startswith(message)


VALID = LETTERS.replace("  - {wave: 2024, letter: thank, on: 2024-09-02}\n", "")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # Placeholders: what may stand where, in every language, and whole.
        ('"Bli med, {name}", en: "Take part, {name}"', '"{link}", en: "{link}"',
         ["letters.yaml:7: L004 nothing fills {link} here"]),
        ('nb: "Bli med, {name}", en: "Take part, {name}"', 'nb: "Bli med, {nam}", en: "Take part, {name}"',
         ["letters.yaml:7: L004 nothing fills {nam} here; did you mean `name`?",
          "letters.yaml:7: L005 {name} is missing in `nb`, but not in the other languages"]),
        ('"Bli med, {name}", en: "Take part, {name}"', '"Bli med, {name", en: "Take part, {}"',
         ["letters.yaml:7: L006 braces that do not make a pair"]),
        ("{nb: Takk, en: Thanks}", "{nb: Takk}", ["letters.yaml:19: L001 `subject` has no text in `en`"]),
        ("{nb: Takk for svarene., en: Thank you for answering.}",
         '{nb: "{deadline} {owner} {role} {survey} {wave} {organisation} {opt_out}",'
         ' en: "{deadline} {owner} {role} {survey} {wave} {organisation} {opt_out}"}', []),
        # One unknown name is one problem, though the plan would lack an invitation without that line.
        ("letter: invite", "letter: invitation",
         ["letters.yaml:22: N017 there is no letter `invitation`; did you mean `invite`?"]),
        ("wave: 2024, letter: invite", "wave: 2042, letter: invite",
         ["letters.yaml:22: N003 there is no wave `2042`; did you mean `2024`?"]),
        ("letter: invite, on: 2024-09-02}", "letter: invite, on: 2024-09-02, roles: [led]}",
         ["letters.yaml:22: N002 there is no role `led`; did you mean `lead`?"]),
        ("letter: invite, on: 2024-09-02}", "letter: invite, on: 2024-09-02, to: not-started}",
         ["letters.yaml:22: C007 `invite` is of kind `invitation`, and goes to `not-started`"]),
        ("letter: invite, on: 2024-09-02}", "letter: invite, on: 2024-09-02, roles: [lead, lead]}",
         ["letters.yaml:22: N012 `roles` names `lead` twice"]),
        ("- id: last", "- id: remind", ["letters.yaml:13: N011 letter `remind` stands also at letters.yaml:9",
                                        "letters.yaml:24: N017 there is no letter `last`"]),
        # Dates.
        ("2024-09-12, to: unfinished", "2024-09-12, to: not-started",
         ["letters.yaml:24: C004 `last` leaves the same day as `remind`, to the same people"]),
        ("2024-09-12, to: unfinished", "2024-09-12",
         ["letters.yaml:24: C004 `last` leaves the same day as `remind`, to the same people"]),
        ("2024-09-12, to: unfinished", "2024-09-13, to: unfinished",
         ["letters.yaml:24: C004 `last` leaves 1 day after `remind`, to the same people"]),
        ("2024-09-12, to: unfinished", "2024-09-17, to: unfinished", []),
        ("on: 2024-09-02", "on: 2024-09-20",
         ["letters.yaml:23: C003 2024-09-12 stands after 2024-09-20",
          "letters.yaml:23: C006 `remind` leaves on 2024-09-12, and `lead` is invited on 2024-09-20",
          "letters.yaml:24: C006 `last` leaves on 2024-09-12, and `lead` is invited on 2024-09-20"]),
    ],
)  # fmt: skip
def test_faults(old: str, new: str, expected: list[str], tiny: Path) -> None:
    assert VALID.count(old) == 1
    assert read_with(tiny, VALID.replace(old, new)) == expected


def test_thanks_keep_their_own_distance(tiny: Path) -> None:
    """They go to others than reminders; whoever submits a day after one gets them when the days have passed."""
    soon = VALID + "  - {wave: 2024, letter: thank, on: 2024-09-13}\n"
    assert read_with(tiny, soon) == []


@pytest.mark.parametrize("file", ["survey.yaml", "frame.yaml", "scales.yaml", "questions.yaml"])
def test_a_fault_elsewhere_invents_none_here(file: str, tiny: Path) -> None:
    (tiny / "letters.yaml").write_text(VALID)
    (tiny / file).write_text("- nothing: of this kind\n")
    assert [str(problem) for problem in read_survey(tiny).problems if problem.place.file == "letters.yaml"] == []


def test_letters_for_one_role(tiny: Path) -> None:
    """Each role of a wave is invited once, be it by a letter of its own."""
    shutil.copy(Path(__file__).parent / "invalid/C009/survey.yaml", tiny)
    shutil.copy(Path(__file__).parent / "invalid/C009/questions.yaml", tiny)
    own = "  - {{wave: 2024, letter: {}, on: 2024-09-02, roles: [{}]}}\n"
    second = "  - id: second\n    kind: invitation\n" + "".join(VALID.splitlines(keepends=True)[6:8])
    head = VALID[: VALID.index("plan:")] + second + "plan:\n"
    assert read_with(tiny, head + own.format("invite", "lead") + own.format("second", "teacher")) == []
    lacking = "letters.yaml:26: C005 nobody of `teacher` is invited in 2024"
    assert read_with(tiny, head + own.format("invite", "lead")) == [lacking]
    twice = "letters.yaml:27: C005 `teacher` is invited twice in 2024"
    assert read_with(tiny, head + own.format("invite", "lead, teacher") + own.format("second", "teacher")) == [twice]


@pytest.mark.parametrize("folder", SURVEYS, ids=lambda folder: folder.name)
def test_our_own_letters(folder: Path) -> None:
    """They invite, remind and thank, and hold every language; whoever reads one is told how to get no more."""
    survey = load_survey(folder)
    letters = survey.letters
    assert letters
    assert {letter.kind for letter in letters.letters} == set(LetterKind)
    assert {sending.letter for sending in letters.plan} == set(letters.letter_by_id)
    for letter in letters.letters:
        assert set(letter.text) == set(survey.header.languages)
    assert set(AUDIENCES) == set(LetterKind)


def test_the_reference_survey_has_the_letters_of_a_whole_wave() -> None:
    letters = load_survey(SURVEYS[0]).letters
    assert letters
    kinds = [letters.letter_by_id[sending.letter].kind.value for sending in letters.plan]
    assert kinds == ["invitation", "reminder", "reminder", "reminder", "thanks"]
    assert {sending.wave for sending in letters.plan} == {"2023"}
    for letter in letters.letters:
        assert ("{opt_out}" in letter.text["nb"]) is (letter.kind is not LetterKind.THANKS)
        assert letter.text["nn"] != letter.text["nb"]
        # Words that only one of the two written forms has.
        assert not {"ikke", "jeg", "dere", "fra", "svarene", "lenken", "hvem", "hvert"} & words(letter.text["nn"])
        assert not {"ikkje", "eg", "dykk", "frå", "svara", "lenkja", "kven", "kvart"} & words(letter.text["nb"])


def words(text: str) -> set[str]:
    return {word.strip(".,:!?").lower() for word in text.split()}


PIECES = ["", " ", "\n  ", "- ", ": ", "{", "}", "[]", '"', "null", "2024-13-01", "-1", "{link}", "{name}", "all", "0",
          "everyone", "submitted", "reminder", "invitation", "lead", "2023", "roles: [lead]", "plan:", "é", "\x00",
          "0001-01-01", "9999-12-31", "UTC", "99999999999999999999"]  # fmt: skip
CUT = st.tuples(st.integers(0, 2_000), st.integers(0, 15), st.sampled_from(PIECES))


@settings(max_examples=100, deadline=None)
@given(st.lists(CUT, min_size=1, max_size=4))
def test_reading_never_raises(cuts: list[tuple[int, int, str]]) -> None:
    text = VALID
    for at, length, piece in cuts:
        start = at % (len(text) + 1)
        text = text[:start] + piece + text[start + length :]
    with tempfile.TemporaryDirectory() as folder:
        survey = Path(folder) / "survey"
        shutil.copytree(TINY, survey)
        (survey / "letters.yaml").write_text(text, encoding="utf-8")
        reading = read_survey(survey)
    assert isinstance(reading, Reading)
    assert (reading.survey is None) == bool(reading.blocking)
    assert all(problem.place.file == "letters.yaml" and problem.remedy for problem in reading.problems)
