"""The work list by its commands and functions: what stands on it, and what is done about it by one and by two."""

import csv
import datetime
import io
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from praksis.collect.event import EventKind
from praksis.collect.routing import Cell
from praksis.define.question import Missing
from praksis.define.survey import Survey
from praksis.edit.correction import Correction
from praksis.edit.gather import gather_responses
from praksis.edit.microdata import read_microdata, write_microdata
from praksis.errors import Problem, ProblemsFound
from praksis.web.store.database import close_connections
from tests.databases import SECRET
from tests.web.fieldwork.answering import act, submit
from tests.web.fieldwork.conftest import BAKKEBYGD, FIRST, Praksis
from tests.web.store.conftest import WAVE

ROLE = "head-of-it"
STAFF, DAY = "full-time-equivalents", "strategy-adopted"
PARTS = ("time-running", "time-building", "time-helping")
NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
BUDGET: dict[str, Cell] = {STAFF: "2", "services-are": 1, "lack-of-money": 1, "budget-change": "900.5"}
TOWN: dict[str, Cell] = {
    STAFF: "12.5", "has-strategy": 1, DAY: "2019-01-31", "services-are": 3,
    "time-running": "100", "time-building": "0", "time-helping": "0",
}  # fmt: skip


@pytest.fixture
def submitted(praksis: Praksis) -> Praksis:
    """Two have submitted: one with a hard hit, one with a soft one."""
    assert praksis("collect", "open", "--closes", "2040-12-01T16:00")[0] == 0
    submit(FIRST, BUDGET)
    submit(BAKKEBYGD, TOWN)
    return praksis


def make_worker(survey: Survey, who: str = "kari", minute: int = 0) -> "object":
    from praksis.web.fieldwork.acts import Worker

    return Worker(who, survey, WAVE, SECRET, NOON + datetime.timedelta(minutes=minute))


def count_rows() -> tuple[int, int]:
    from praksis.web.store import models

    return models.Correction.objects.count(), models.Decision.objects.count()


def unwrap(text: str) -> str:
    return " ".join(text.split())


# -- the list ----------------------------------------------------------------------------------------------------------


def test_the_list(submitted: Praksis) -> None:
    code, output, _ = submitted("fieldwork", "work", "--language", "en")
    assert code == 0
    lines = output.splitlines()
    assert lines[0] == f"hard  budget-per-person  {FIRST} {ROLE}  open", "what cannot be so comes first"
    assert "more than 10 million NOK per full-time equivalent" in lines[1]
    assert lines[2].strip() == f"budget-change=900,5, {STAFF}=2"
    assert f"soft  nobody-builds  {BAKKEBYGD} {ROLE}  open" in lines
    assert "hard budget-per-person in state: 1 open" in lines
    assert "2 responses, compared with no earlier wave: there is no file of one (data/every-kind/microdata)" in lines
    code, _, complaint = submitted("fieldwork", "work", "--language", "se")
    assert (code, "the survey is not in se" in complaint) == (1, True)


def test_nothing_is_looked_at_that_is_not_submitted(submitted: Praksis) -> None:
    act("100000059", EventKind.SAVED, BUDGET)
    assert "100000059" not in submitted("fieldwork", "work")[1]
    code, _, complaint = submitted("fieldwork", "correct", "100000059", f"{STAFF}=3", "--why", "x")
    assert (code, "has not submitted" in unwrap(complaint)) == (1, True)


def test_earlier_waves_are_files(submitted: Praksis, survey: Survey, tmp_path: Path) -> None:
    folder = tmp_path / "data/every-kind/microdata"
    last = gather_responses(survey, "2025", {(BAKKEBYGD, ROLE): {STAFF: "60", "has-strategy": 1, DAY: "2020-02-29"}})
    write_microdata(last, survey, folder)
    output = submitted("fieldwork", "work", "--language", "en")[1]
    assert f"soft  half-the-staff  {BAKKEBYGD} {ROLE}  open" in output
    assert "Has the organisation been divided" in output
    assert f"{STAFF}=12,5 (last 60)" in output
    assert "compared with 2025" in output
    elsewhere = submitted("fieldwork", "work", "--microdata", str(tmp_path / "nowhere"))[1]
    assert "half-the-staff" not in elsewhere


def test_synthetic_answers_are_nothing_to_compare_with(submitted: Praksis, tmp_path: Path, survey: Survey) -> None:
    from praksis.rehearse.random_answers import rehearse_random

    folder = tmp_path / "data/every-kind/microdata"
    write_microdata(rehearse_random(survey, "2025", 1, response_rate=1), survey, folder)
    output = submitted("fieldwork", "work")[1]
    assert "The answers of 2025 there are synthetic: nothing is compared with them" in output
    assert "compared with no earlier wave" in output
    assert "(last " not in output


# -- corrections -------------------------------------------------------------------------------------------------------


def test_a_correction(submitted: Praksis, tmp_path: Path, survey: Survey) -> None:
    code, output, _ = submitted("fieldwork", "correct", FIRST, "budget-change=0,9005", "--why", "Skrevet i kroner")
    assert (code, "E003" in _) == (1, True), "two decimals at most, as in the form"
    code, output, _ = submitted("fieldwork", "correct", FIRST, "budget-change=0,9", "--why", "Skrevet i kroner")
    assert (code, output) == (0, "budget-change: 0,9 in place of 900,5\n")
    listed = submitted("fieldwork", "work", "--all")[1]
    assert f"hard  budget-per-person  {FIRST} {ROLE}  corrected" in listed
    assert "budget-per-person  " not in submitted("fieldwork", "work")[1]
    submitted("collect", "microdata", "--to", str(tmp_path / "m"))
    microdata = read_microdata(survey, WAVE, tmp_path / "m")
    assert microdata.open_answers["budget-change"][microdata.organisations.index(FIRST)] == "0.9"
    from praksis.collect.response import find_submitted
    from praksis.web.store.collection import list_trails

    stood = find_submitted(list_trails("every-kind", WAVE)[FIRST, ROLE])
    assert stood
    assert stood.answers["budget-change"] == "900.5", "what was answered stays"


def test_parts_of_a_whole_are_corrected_together(submitted: Praksis) -> None:
    code, _, complaint = submitted("fieldwork", "correct", BAKKEBYGD, "time-running=80", "--why", "x")
    assert (code, "the parts sum to 80, not 100" in unwrap(complaint)) == (1, True)
    assert count_rows() == (0, 0)
    code, output, _ = submitted(
        "fieldwork", "correct", BAKKEBYGD, "time-running=80", "time-building=20", "--why", "Ringte"
    )
    assert (code, output.splitlines()[:2]) == (
        0,
        ["time-running: 80 in place of 100", "time-building: 20 in place of 0"],
    )
    assert f"nobody-builds  {BAKKEBYGD}" not in submitted("fieldwork", "work")[1]


def test_what_a_correction_opens_and_closes_is_said(submitted: Praksis) -> None:
    output = submitted("fieldwork", "correct", BAKKEBYGD, "has-strategy=no", "--why", "x")[1]
    assert f"Not asked any more: {DAY}" in output
    output = submitted("fieldwork", "correct", FIRST, "has-strategy=yes", "--why", "x")[1]
    assert f"Asked now, and not answered: {DAY}" in output
    assert submitted("fieldwork", "correct", FIRST, f"{DAY}=31.01.2024", "--why", "x")[0] == 0
    output = submitted("fieldwork", "correct", FIRST, f"{DAY}=-", "--why", "x")[1]
    assert output.splitlines()[0] == f"{DAY}: nothing in place of 2024-01-31"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["staff=3"], "E002"),
        (["budget-change=mange"], "it is no number"),
        (["budget-change=900,5"], "E006"),
        (["one-word"], "write ITEM=ANSWER"),
        (["budget-change="], "or ITEM=- to take the answer away"),
        (["budget-change=1", "budget-change=2"], "is given twice"),
        ([f"{DAY}=2020-01-01"], "E004"),
        (["services-are=perfect"], "it is none of the answers"),
    ],
)
def test_what_is_no_correction(submitted: Praksis, given: list[str], said: str) -> None:
    code, _, complaint = submitted("fieldwork", "correct", FIRST, *given, "--why", "x")
    assert (code, said in unwrap(complaint)) == (1, True), complaint
    assert count_rows() == (0, 0)


def test_a_reason_is_given(submitted: Praksis) -> None:
    code, _, complaint = submitted("fieldwork", "correct", FIRST, "budget-change=1", "--why", "  ")
    assert (code, "E005" in complaint) == (1, True)
    code, _, complaint = submitted("fieldwork", "accept", BAKKEBYGD, "nobody-builds", "--why", "")
    assert (code, "E005" in complaint) == (1, True)
    assert count_rows() == (0, 0)


def test_everything_wrong_with_a_correction_is_said_at_once(submitted: Praksis) -> None:
    complaint = submitted("fieldwork", "correct", FIRST, "staff=3", "services-are=x", f"{STAFF}=-1", "--why", "x")[2]
    assert [code for code in ("E002", "E003") if code in complaint] == ["E002", "E003"]
    assert complaint.count("E003") == 2


# -- two at once -------------------------------------------------------------------------------------------------------


def test_one_who_saw_an_older_answer_is_refused(submitted: Praksis, survey: Survey) -> None:
    from praksis.web.fieldwork.editing import correct_answers, correct_texts, read_case_answers

    who = (FIRST, ROLE)
    kari, ola = make_worker(survey, "kari"), make_worker(survey, "ola", 1)
    correct_answers(kari, who, [("budget-change", "900.5", "9")], "Ringte.")
    with pytest.raises(ProblemsFound, match=r"E001 .*it corrects `900.5`, but `9` stands there") as found:
        correct_answers(ola, who, [("budget-change", "900.5", "0.9"), (STAFF, "2", "20")], "Ringte.")
    assert len(found.value.problems) == 1
    with pytest.raises(ProblemsFound, match=r"`900,5` was shown, but `9` stands there"):
        correct_texts(ola, who, {"budget-change": "0,9"}, "Ringte.", {"budget-change": "900,5"})
    assert count_rows() == (1, 0), "nothing of it is stored"
    correct_texts(ola, who, {"budget-change": "0,9"}, "Ringte.", {"budget-change": "9"})
    assert read_case_answers(ola, who).answers["budget-change"] == "0.9"


def test_two_correct_at_the_same_moment(submitted: Praksis, survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    """All have seen the same answer; one is stored, the others hear of it, however slow the judging is."""
    from praksis.web.fieldwork import editing
    from praksis.web.fieldwork.editing import correct_answers

    start, said = threading.Barrier(4), []
    judge = editing._judge_corrections

    def judge_slowly(case: editing.CaseAnswers, new: Sequence[Correction]) -> list[Problem]:
        found = judge(case, new)
        time.sleep(0.3)
        return found

    monkeypatch.setattr(editing, "_judge_corrections", judge_slowly)

    def correct(number: int) -> None:
        try:
            start.wait()
            correct_answers(
                make_worker(survey, f"editor {number}"), (FIRST, ROLE), [("budget-change", "900.5", str(number))], "x"
            )
            said.append("stored")
        except ProblemsFound as error:
            said.append(error.problems[0].code)
        finally:
            close_connections()

    threads = [threading.Thread(target=correct, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["E001", "E001", "E001", "stored"]
    assert count_rows() == (1, 0)


def test_the_organisation_changes_what_was_corrected(submitted: Praksis) -> None:
    """Its new answer stands, and the conflict is told until somebody settles it."""
    submitted("fieldwork", "correct", FIRST, "budget-change=9", "--why", "Ringte")
    submitted("fieldwork", "reopen", FIRST, "--why", "mer")
    act(FIRST, EventKind.SAVED, {"budget-change": "12"})
    assert "E001" not in submitted("fieldwork", "work")[1], "not submitted yet"
    act(FIRST, EventKind.SUBMITTED)
    assert "it corrects `900.5`, but `12` stands there" in submitted("fieldwork", "work")[1]
    code, output, _ = submitted("fieldwork", "correct", FIRST, "budget-change=12", "--why", "Det stemmer")
    assert (code, output) == (0, "budget-change: 12 in place of 12\n")
    output = submitted("fieldwork", "work")[1]
    assert "E0" not in output


def test_a_correction_that_fits_no_more_can_be_settled(submitted: Praksis) -> None:
    """The routing passes it by since the organisation has changed another answer: told until it is taken away."""
    submitted("fieldwork", "correct", FIRST, "budget-change=9", "--why", "Ringte")
    submitted("fieldwork", "reopen", FIRST, "--why", "mer")
    act(FIRST, EventKind.SAVED, {"services-are": 3})
    act(FIRST, EventKind.SUBMITTED)
    assert "E004" in submitted("fieldwork", "work")[1]
    assert submitted("fieldwork", "correct", FIRST, "budget-change=-", "--why", "Gjelder ikke")[0] == 0
    assert "E0" not in submitted("fieldwork", "work")[1]


def test_what_was_settled_comes_up_again_where_the_answer_is_another(submitted: Praksis) -> None:
    """A new answer was said to be right; then the organisation goes back to the one that had been corrected."""
    submitted("fieldwork", "correct", FIRST, "budget-change=12", "--why", "Ringte")
    for answer in ("12.5", "900.5"):
        submitted("fieldwork", "reopen", FIRST, "--why", "mer")
        act(FIRST, EventKind.SAVED, {"budget-change": answer})
        act(FIRST, EventKind.SUBMITTED)
        if answer == "12.5":
            submitted("fieldwork", "correct", FIRST, "budget-change=12,5", "--why", "Det stemmer")
    output = submitted("fieldwork", "work")[1]
    assert "it corrects `12.5`, but `12` stands there" in output
    assert submitted("fieldwork", "correct", FIRST, "budget-change=12", "--why", "Ringte igjen")[0] == 0
    assert "E0" not in submitted("fieldwork", "work")[1]


# -- decisions ---------------------------------------------------------------------------------------------------------


def test_accepted_and_asked(submitted: Praksis) -> None:
    assert submitted("fieldwork", "ask", BAKKEBYGD, "nobody-builds", "--why", "E-post")[0] == 0
    assert f"soft  nobody-builds  {BAKKEBYGD} {ROLE}  asked" in submitted("fieldwork", "work")[1]
    code, output, _ = submitted("fieldwork", "accept", BAKKEBYGD, "nobody-builds", "--why", "Det er riktig")
    assert (code, output) == (0, f"nobody-builds of {BAKKEBYGD} {ROLE}: accepted\n")
    assert "nobody-builds  " not in submitted("fieldwork", "work")[1]
    shown = submitted("fieldwork", "work", "--all")[1]
    assert f"soft  nobody-builds  {BAKKEBYGD} {ROLE}  accepted" in shown
    assert "Det er riktig" in shown
    submitted("fieldwork", "correct", BAKKEBYGD, "time-running=90", "time-helping=10", "--why", "x")
    submitted("fieldwork", "correct", BAKKEBYGD, "time-running=100", "time-helping=0", "--why", "x")
    assert "accepted" in submitted("fieldwork", "work", "--all")[1], "it is about the answers, whatever came between"


def test_what_cannot_be_decided(submitted: Praksis, survey: Survey, tmp_path: Path) -> None:
    code, _, complaint = submitted("fieldwork", "accept", FIRST, "budget-per-person", "--why", "x")
    assert (code, "it cannot be accepted" in unwrap(complaint)) == (1, True)
    code, _, complaint = submitted("fieldwork", "accept", FIRST, "nobody-builds", "--why", "x")
    assert (code, "on its list is budget-per-person" in unwrap(complaint)) == (1, True)
    assert submitted("fieldwork", "ask", FIRST, "budget-per-person", "--why", "x")[0] == 0
    from praksis.edit.correction import Verdict
    from praksis.web.fieldwork.editing import correct_answers, decide_hit, find_work, read_work

    worker = make_worker(survey)
    hit = find_work(read_work(worker, tmp_path), BAKKEBYGD, "nobody-builds").hit
    parts = [("time-running", "100", "99"), ("time-helping", "0", "1")]
    correct_answers(make_worker(survey, "ola", 1), (BAKKEBYGD, ROLE), parts, "x")
    with pytest.raises(ProblemsFound, match="its answers have changed since it was shown"):
        decide_hit(worker, hit, Verdict.ACCEPTED, "Det stemmer")
    assert count_rows() == (2, 1)


# -- the file ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def fill(submitted: Praksis, tmp_path: Path) -> Callable[[Mapping[tuple[str, str], Mapping[str, str]]], Path]:
    """Export the work list and write in it: (check, item) -> columns."""
    path = tmp_path / "work.csv"

    def write(filled: Mapping[tuple[str, str], Mapping[str, str]]) -> Path:
        assert submitted("fieldwork", "work", "--sheet", str(path), "--language", "en")[0] == 0
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";"))
        for (check, item), cells in filled.items():
            (row,) = [one for one in rows if (one["check"], one["item"]) == (check, item)]
            row.update(cells)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


WHY = {"reason": "Ringte 3. desember"}


def test_a_file_there_and_back(submitted: Praksis, fill: Callable[..., Path]) -> None:
    path = fill(
        {
            ("budget-per-person", "budget-change"): {"new": "9,5", **WHY},
            ("nobody-builds", "time-running"): {"verdict": "accepted", **WHY},
        }
    )
    code, output, complaint = submitted("fieldwork", "take", str(path))
    assert (code, output) == (0, "Took 1 corrections and 1 decisions\n"), complaint
    assert count_rows() == (1, 1)
    assert "hard  " not in submitted("fieldwork", "work")[1]
    code, _, complaint = submitted("fieldwork", "take", str(path))
    assert (code, "E008" in complaint) == (1, True), "it has been taken"
    assert count_rows() == (1, 1)


def test_a_file_with_problems_leaves_nothing(submitted: Praksis, fill: Callable[..., Path]) -> None:
    path = fill(
        {
            ("budget-per-person", "budget-change"): {"new": "mange", **WHY},
            ("budget-per-person", STAFF): {"new": "3"},
            ("nobody-builds", "time-running"): {"verdict": "accepted", **WHY},
        }
    )
    code, _, complaint = submitted("fieldwork", "take", str(path))
    assert code == 1
    assert [one for one in ("E003", "E005") if one in complaint] == ["E003", "E005"]
    assert "work.csv:" in complaint
    assert count_rows() == (0, 0)


def test_an_answer_that_was_corrected_meanwhile_is_not_overwritten(
    submitted: Praksis, fill: Callable[..., Path]
) -> None:
    path = fill({("budget-per-person", "budget-change"): {"new": "9,5", **WHY}})
    submitted("fieldwork", "correct", FIRST, "budget-change=800", "--why", "x")
    code, _, complaint = submitted("fieldwork", "take", str(path))
    assert (code, "E008" in complaint) == (1, True)
    assert count_rows() == (1, 0)


# -- who did what ------------------------------------------------------------------------------------------------------


def test_everything_is_noted_without_answers(submitted: Praksis, fill: Callable[..., Path]) -> None:
    submitted("fieldwork", "correct", FIRST, "budget-change=7,25", "--why", "etter samtale")
    submitted("fieldwork", "accept", BAKKEBYGD, "nobody-builds", "--why", "etter samtale")
    submitted("fieldwork", "work")
    fill({})
    output = submitted("fieldwork", "audit")[1]
    acts = [line.split("  ")[2] for line in output.splitlines()]
    assert acts == ["export-work", "see-work", "say-accepted", "correct", "open-wave"]
    assert f"every-kind/{WAVE}/{FIRST}/{ROLE}  items=budget-change" in output
    assert "check=nobody-builds" in output
    assert not [word for word in ("7,25", "7.25", "900", "samtale") if word in output]


def test_answers_of_every_kind_are_kept_as_they_were(submitted: Praksis, survey: Survey) -> None:
    """Through the store: texts with any sign, codes, dates, nothing."""
    from praksis.web.fieldwork.editing import correct_answers, read_case_answers

    hostile = '\'; DROP TABLE store_event; -- 🜁 {"a": 1} æøå'
    changes = [
        ("partner", None, "Ytre Øy"), ("one-word", None, hostile[:20]), (DAY, "2019-01-31", "2024-02-29"),
        ("users-first", None, int(Missing.DO_NOT_KNOW)), ("services-are", 3, None),
    ]  # fmt: skip
    correct_answers(make_worker(survey), (BAKKEBYGD, ROLE), changes, hostile)
    case = read_case_answers(make_worker(survey), (BAKKEBYGD, ROLE))
    assert [(one.item, one.old, one.new) for one in case.corrections] == changes
    assert {one.reason for one in case.corrections} == {hostile}
    assert {one.at for one in case.corrections} == {NOON}
    assert case.problems == ()
    assert case.answers["partner"] == "Ytre Øy"
    assert "services-are" not in case.answers
    assert json.dumps(case.answers["one-word"]) == json.dumps(hostile[:20])
