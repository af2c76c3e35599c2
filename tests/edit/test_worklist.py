"""The work list: what is left is not lost, what is settled does not come back; and the file that is filled in."""

import csv
import dataclasses
import datetime
import functools
import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from praksis.collect.routing import Cell
from praksis.define.editing import Automatic
from praksis.define.question import Missing
from praksis.define.read import load_survey
from praksis.define.survey import Survey
from praksis.edit.checking import Hit, Severity, run_checks
from praksis.edit.correction import REMEDIES, Correction, Decision, Verdict, correct_responses
from praksis.edit.worklist import State, Work, count_work, list_blocking, list_work, say_hit
from praksis.edit.worksheet import COLUMNS, SHEET_REMEDIES, Filled, read_worksheet, write_answer, write_worksheet
from praksis.errors import ProblemsFound

WAVE, LAST, ROLE = "2026", "2025", "head-of-it"
STATE, TOWN, OTHER = "100000008", "100000040", "100000059"
STAFF, DAY = "full-time-equivalents", "strategy-adopted"
PARTS = ("time-running", "time-building", "time-helping")
UNSURE = int(Missing.DO_NOT_KNOW)
NOON = datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC)

Answers = dict[str, Cell]
Row = dict[str, str]
BUDGET: Answers = {STAFF: "2", "services-are": 1, "lack-of-money": 1, "budget-change": "900.5"}
IDLE: Answers = {"services-are": 3, "time-running": "100", "time-building": "0", "time-helping": "0"}
NOW: dict[str, Answers] = {
    STATE: BUDGET,
    TOWN: {STAFF: "12.5", "has-strategy": 1, DAY: "2019-01-31"} | IDLE,
    OTHER: {STAFF: "30", "users-first": 3, "data-shared": 3, "services-tested": 3, "by-phone": 1},
}
BEFORE: dict[str, Answers] = {TOWN: {STAFF: "60", "has-strategy": 1, DAY: "2020-02-29"}}


@functools.cache
def load_every_kind() -> Survey:
    """With checks of its own, and rows of grids that are all alike noted."""
    survey = load_survey(Path(__file__).parents[1] / "collect" / "every-kind")
    automatic = Automatic(unanswered=1, alike=3, twins=0)
    return survey.model_copy(update={"editing": survey.editing.model_copy(update={"automatic": automatic})})


SURVEY = load_every_kind()


def hits_of(corrections: Sequence[Correction] = (), now: Mapping[str, Answers] = NOW) -> tuple[Hit, ...]:
    responses = {(key, ROLE): answers for key, answers in now.items()}
    corrected, problems = correct_responses(SURVEY, WAVE, responses, corrections)
    assert problems == ()
    return run_checks(SURVEY, WAVE, corrected, {LAST: {(key, ROLE): answers for key, answers in BEFORE.items()}})


def decide(hit: Hit, verdict: Verdict, reason: str = "Ringte.") -> Decision:
    return Decision(hit.organisation, hit.role, hit.check, hit.items, dict(hit.values), verdict, reason, "kari", NOON)


def correct(key: str, item: str, old: Cell | None, new: Cell | None) -> Correction:
    return Correction(key, ROLE, item, old, new, "Ringte.", "kari", NOON)


def find(check: str) -> Hit:
    return next(hit for hit in hits_of() if hit.check == check)


def states(work: Sequence[Work]) -> dict[tuple[str, str], State]:
    return {(one.hit.check, one.hit.organisation): one.state for one in work}


def test_what_there_is_to_do() -> None:
    work = list_work(hits_of(), hits_of(), (), ())
    assert states(work) == {
        ("budget-per-person", STATE): State.OPEN,
        ("half-the-staff", TOWN): State.OPEN,
        ("older-strategy", TOWN): State.OPEN,
        ("nobody-builds", TOWN): State.OPEN,
        ("alike", OTHER): State.NOTED,
    }
    assert [one.hit.check for one in list_blocking(work)] == ["budget-per-person"]
    assert [one.hit for one in work] == list(hits_of())


def test_what_has_been_said_of_it() -> None:
    decisions = [
        decide(find("half-the-staff"), Verdict.ASKED), decide(find("half-the-staff"), Verdict.ACCEPTED),
        decide(find("older-strategy"), Verdict.ASKED), decide(find("alike"), Verdict.ACCEPTED),
    ]  # fmt: skip
    work = list_work(hits_of(), hits_of(), (), decisions)
    assert states(work) == {
        ("budget-per-person", STATE): State.OPEN,
        ("half-the-staff", TOWN): State.ACCEPTED,
        ("older-strategy", TOWN): State.ASKED,
        ("nobody-builds", TOWN): State.OPEN,
        ("alike", OTHER): State.NOTED,
    }
    assert {one.hit.check for one in work if one.is_left} == {"budget-per-person", "older-strategy", "nobody-builds"}
    # The last word counts.
    again = list_work(hits_of(), hits_of(), (), decisions[::-1])
    assert states(again)["half-the-staff", TOWN] is State.ASKED


def test_a_hard_hit_cannot_be_accepted() -> None:
    hit = find("budget-per-person")
    (first, *_) = list_work(hits_of(), hits_of(), (), [decide(hit, Verdict.ACCEPTED)])
    assert (first.hit, first.state) == (hit, State.OPEN)
    (asked, *_) = list_work(hits_of(), hits_of(), (), [decide(hit, Verdict.ASKED)])
    assert asked.state is State.ASKED
    assert list_blocking([asked]) == (asked,)


def test_accepted_until_the_answer_changes() -> None:
    accepted = decide(find("half-the-staff"), Verdict.ACCEPTED)
    still = correct(TOWN, STAFF, "12.5", "13")
    work = list_work(hits_of(), hits_of([still]), [still], [accepted])
    assert states(work)["half-the-staff", TOWN] is State.OPEN
    (mine,) = (one for one in work if one.hit.check == "half-the-staff")
    assert mine.corrections == (still,)
    other = correct(TOWN, "time-running", "100", "100")
    assert states(list_work(hits_of(), hits_of(), [other], [accepted]))["half-the-staff", TOWN] is State.ACCEPTED


def test_corrected_is_gone() -> None:
    right = correct(TOWN, STAFF, "12.5", "55")
    work = list_work(hits_of(), hits_of([right]), [right], [decide(find("half-the-staff"), Verdict.ASKED)])
    assert states(work)["half-the-staff", TOWN] is State.CORRECTED
    (mine,) = (one for one in work if one.state is State.CORRECTED)
    assert (mine.corrections, mine.is_left) == ((right,), False)
    assert work[-1] == mine
    # A hit that is gone for another reason than a correction of its answers has not been corrected.
    for beside in ([], [correct(TOWN, "one-word", None, "ja")], [correct(OTHER, STAFF, "30", "31")]):
        assert ("half-the-staff", TOWN) not in states(list_work(hits_of(), hits_of([right]), beside, ()))


def test_counts_by_check_and_stratum() -> None:
    now = NOW | {STATE: IDLE | {STAFF: "3"}, "100000067": IDLE, "100000075": IDLE}
    hits = hits_of(now=now)
    accepted = decide(next(hit for hit in hits if hit.organisation == "100000067"), Verdict.ACCEPTED)
    tallies = count_work(list_work(hits, hits, (), [accepted]))
    assert [(one.severity, one.check, one.stratum, one.states) for one in tallies] == [
        (Severity.SOFT, "half-the-staff", "municipality", {State.OPEN: 1}),
        (Severity.SOFT, "nobody-builds", "municipality", {State.OPEN: 2, State.ACCEPTED: 1}),
        (Severity.SOFT, "older-strategy", "municipality", {State.OPEN: 1}),
        (Severity.NOTE, "alike", "municipality", {State.NOTED: 1}),
    ]
    assert [one.left for one in tallies] == [1, 2, 1, 0]
    assert count_work(()) == ()


@pytest.mark.parametrize("language", ["nb", "nn", "en", "se"])
def test_automatic_checks_have_words(language: str) -> None:
    hit = dataclasses.replace(
        find("alike"), facts={"low": "1.5", "high": "2", "count": "3", "asked": "4", "others": TOWN}
    )
    said = {check: say_hit(SURVEY, dataclasses.replace(hit, check=check), language) for check in ("outlier", "alike")}
    assert "{" not in "".join(said.values())
    assert ("1,5" in said["outlier"]) is (language in ("nb", "nn"))
    assert ("1.5" in said["outlier"]) is (language in ("en", "se"))
    for check in ("change", "unanswered", "twins"):
        assert "{" not in say_hit(SURVEY, dataclasses.replace(hit, check=check), language)


# -- the file ----------------------------------------------------------------------------------------------------------

Fill = Callable[[list[Row]], None]


def export(work: Sequence[Work] | None = None) -> bytes:
    responses = {(key, ROLE): answers for key, answers in NOW.items()}
    return write_worksheet(
        SURVEY, WAVE, list_work(hits_of(), hits_of(), (), ()) if work is None else work, responses, "nb"
    )


def parse(data: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def unparse(rows: Sequence[Row], columns: Sequence[str] = COLUMNS, separator: str = ";") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, delimiter=separator, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def read(data: bytes, now: Mapping[str, Answers] = NOW) -> Filled:
    responses = {(key, ROLE): answers for key, answers in now.items()}
    return read_worksheet(
        SURVEY, WAVE, data, "list.csv", hits=hits_of(now=now), responses=responses, who="kari", at=NOON
    )


def fill(*cells: tuple[str, str, dict[str, str]]) -> bytes:
    """The exported file with cells of (check, item) filled in."""
    rows = parse(export())
    for check, item, filled in cells:
        (row,) = (one for one in rows if (one["check"], one["item"]) == (check, item))
        row |= filled
    return unparse(rows)


def problems_of(data: bytes, now: Mapping[str, Answers] = NOW) -> list[str]:
    with pytest.raises(ProblemsFound) as found:
        read(data, now)
    assert all(problem.remedy and problem.place.file == "list.csv" for problem in found.value.problems)
    return [f"{problem.place.line} {problem.code}" for problem in found.value.problems]


def test_what_the_file_shows() -> None:
    rows = parse(export())
    assert [(row["check"], row["item"], row["answer"], row["previous"]) for row in rows] == [
        ("budget-per-person", "budget-change", "900,5", ""), ("budget-per-person", STAFF, "2", ""),
        ("half-the-staff", STAFF, "12,5", "60"),
        ("nobody-builds", "services-are", "knows-you", ""),
        # All parts, though the check is about two of them: they are put right together.
        ("nobody-builds", "time-running", "100", ""), ("nobody-builds", "time-building", "0", ""),
        ("nobody-builds", "time-helping", "0", ""),
        ("older-strategy", DAY, "2019-01-31", "2020-02-29"),
    ]  # fmt: skip
    first = rows[0]
    assert (first["severity"], first["organisation"], first["name"]) == ("hard", STATE, "Tilsynet for fiktive saker")
    assert (first["stratum"], first["state"], first["question"]) == ("state", "open", "Endring i budsjettet")
    assert first["text"].startswith("Endringen i budsjettet er over 10 millioner")
    assert first["new"] == first["verdict"] == first["reason"] == ""
    (level,) = (row for row in rows if row["item"] == "services-are")
    assert level["answers"] == "on-paper | digital-form | knows-you | do-not-know | not-applicable"
    assert next(row for row in rows if row["check"] == "half-the-staff")["asks"].startswith(
        "Har virksomheten blitt delt"
    )


def test_what_is_done_is_not_in_the_file() -> None:
    accepted = decide(find("half-the-staff"), Verdict.ACCEPTED)
    asked = decide(find("older-strategy"), Verdict.ASKED)
    rows = parse(export(list_work(hits_of(), hits_of(), (), [accepted, asked])))
    assert {row["check"]: row["state"] for row in rows} == {
        "budget-per-person": "open", "nobody-builds": "open", "older-strategy": "asked",
    }  # fmt: skip


def test_a_file_as_it_was_says_nothing() -> None:
    assert read(export()) == Filled((), ())


def test_what_a_fieldworker_writes() -> None:
    data = fill(
        ("budget-per-person", "budget-change", {"new": "0,9", "reason": "Skrevet i tusen."}),
        ("half-the-staff", STAFF, {"verdict": "accepted", "reason": "Delt i to."}),
        ("older-strategy", DAY, {"new": "2021-02-28", "reason": "Feil år."}),
        ("nobody-builds", "services-are", {"verdict": "asked", "reason": "Sendt e-post; venter."}),
    )
    filled = read(data)
    assert filled.corrections == (
        Correction(STATE, ROLE, "budget-change", "900.5", "0.9", "Skrevet i tusen.", "kari", NOON),
        Correction(TOWN, ROLE, DAY, "2019-01-31", "2021-02-28", "Feil år.", "kari", NOON),
    )
    assert {(one.check, one.verdict, one.reason) for one in filled.decisions} == {
        ("half-the-staff", Verdict.ACCEPTED, "Delt i to."), ("nobody-builds", Verdict.ASKED, "Sendt e-post; venter."),
    }  # fmt: skip
    after = hits_of(filled.corrections)
    work = list_work(hits_of(), after, filled.corrections, filled.decisions)
    assert states(work) == {
        ("nobody-builds", TOWN): State.ASKED,
        ("half-the-staff", TOWN): State.ACCEPTED,
        ("budget-per-person", STATE): State.CORRECTED,
        ("older-strategy", TOWN): State.CORRECTED,
        ("alike", OTHER): State.NOTED,
    }


@pytest.mark.parametrize(
    ("check", "item", "written", "cells"),
    [
        ("half-the-staff", STAFF, "1 234,5", {STAFF: "1234.5"}), ("half-the-staff", STAFF, "40.5", {STAFF: "40.5"}),
        ("half-the-staff", STAFF, "do-not-know", {STAFF: UNSURE}), ("half-the-staff", STAFF, "-", {STAFF: None}),
        ("older-strategy", DAY, "28.2.2021", {DAY: "2021-02-28"}),
        ("older-strategy", DAY, "do-not-know", {DAY: UNSURE}),
        ("older-strategy", DAY, "-", {DAY: None}), ("nobody-builds", "services-are", "on-paper", {"services-are": 1}),
        ("nobody-builds", "services-are", "not-applicable", {"services-are": -4}),
        ("nobody-builds", "services-are", "-", {"services-are": None}),
        ("nobody-builds", "time-building", "do-not-know", dict.fromkeys(PARTS, UNSURE)),
    ],
)  # fmt: skip
def test_how_answers_are_written(check: str, item: str, written: str, cells: Mapping[str, Cell | None]) -> None:
    filled = read(fill((check, item, {"new": written, "reason": "Ringte."})))
    assert {one.item: one.new for one in filled.corrections} == cells
    assert {one.item: one.old for one in filled.corrections} == {item: NOW[TOWN][item] for item in cells}


def test_options_of_a_multiple_choice() -> None:
    """A check of an option, and its answer in the file."""
    survey = SURVEY.editing.checks[0].model_copy(
        update={"id": "money", "holds": "lack-of-money = not-chosen", "kind": "soft"}
    )
    checks = SURVEY.model_copy(update={"editing": SURVEY.editing.model_copy(update={"checks": (survey,)})})
    responses = {(STATE, ROLE): BUDGET | {"lack-of-time": 0, "lack-of-skills": 0, "no-barrier": 0}}
    hits = run_checks(checks, WAVE, responses, {})
    rows = parse(write_worksheet(checks, WAVE, list_work(hits, hits, (), ()), responses, "en"))
    assert [(row["item"], row["answer"]) for row in rows] == [
        ("lack-of-money", "chosen"), ("lack-of-time", "not-chosen"), ("lack-of-skills", "not-chosen"),
        ("no-barrier", "not-chosen"),
    ]  # fmt: skip
    assert {row["answers"] for row in rows} == {"not-chosen | chosen"}

    def read_new(*texts: str) -> dict[str, Cell | None]:
        for row, text in zip(rows, texts, strict=False):
            row.update(new=text, reason="Asked." if text else "")
        data = unparse(rows)
        filled = read_worksheet(checks, WAVE, data, "list.csv", hits=hits, responses=responses, who="kari", at=NOON)
        return {one.item: one.new for one in filled.corrections}

    assert read_new("not-chosen", "chosen") == {"lack-of-money": 0, "lack-of-time": 1}
    assert read_new("-", "", "", "chosen") == {"lack-of-money": 0, "no-barrier": 1}
    # Nothing chosen at all is no answer to any of them.
    assert read_new("not-chosen", "", "", "") == dict.fromkeys(
        ("lack-of-money", "lack-of-time", "lack-of-skills", "no-barrier")
    )
    for texts, line in ((("perhaps",), 2), (("chosen", "", "", "chosen"), 5)):
        with pytest.raises(ProblemsFound) as found:
            read_new(*texts)
        assert [(problem.code, problem.place.line) for problem in found.value.problems] == [("E003", line)]


def test_parts_are_written_together() -> None:
    def fill_parts(**parts: str) -> bytes:
        return fill(*(("nobody-builds", f"time-{one}", {"new": new, "reason": "Asked."}) for one, new in parts.items()))

    filled = read(fill_parts(running="60", building="30,0", helping="10"))
    assert {one.item: (one.old, one.new) for one in filled.corrections} == {
        "time-running": ("100", "60"), "time-building": ("0", "30"), "time-helping": ("0", "10"),
    }  # fmt: skip
    assert problems_of(fill_parts(building="30", helping="70")) == ["7 E003"]
    assert problems_of(fill_parts(building="0,0")) == ["7 E006"]
    assert read(fill_parts(running="50", building="50")).corrections[0].new == "50"


@pytest.mark.parametrize(
    ("check", "item", "filled", "code"),
    [
        ("half-the-staff", STAFF, {"new": "40"}, "E005"), ("half-the-staff", STAFF, {"verdict": "accepted"}, "E005"),
        ("half-the-staff", STAFF, {"reason": "Ringte."}, "E009"),
        ("half-the-staff", STAFF, {"verdict": "ok", "reason": "Ringte."}, "E009"),
        ("half-the-staff", STAFF, {"verdict": "accepted", "new": "40", "reason": "Ringte."}, "E009"),
        ("budget-per-person", STAFF, {"verdict": "accepted", "reason": "Ringte."}, "E010"),
        ("half-the-staff", STAFF, {"new": "many", "reason": "Ringte."}, "E003"),
        ("half-the-staff", STAFF, {"new": "1.250.000", "reason": "Ringte."}, "E003"),
        ("half-the-staff", STAFF, {"new": "not-applicable", "reason": "Ringte."}, "E003"),
        ("half-the-staff", STAFF, {"new": "12,50", "reason": "Ringte."}, "E006"),
        ("older-strategy", DAY, {"new": "31.02.2021", "reason": "Ringte."}, "E003"),
        ("older-strategy", DAY, {"new": "2021", "reason": "Ringte."}, "E003"),
        ("older-strategy", DAY, {"new": "1999-12-31", "reason": "Ringte."}, "E003"),
        ("nobody-builds", "services-are", {"new": "På papir", "reason": "Ringte."}, "E003"),
        ("half-the-staff", STAFF, {"answer": "13", "new": "40", "reason": "Ringte."}, "E008"),
        ("half-the-staff", STAFF, {"organisation": OTHER, "new": "40", "reason": "Ringte."}, "E008"),
        ("half-the-staff", STAFF, {"check": "half", "new": "40", "reason": "Ringte."}, "E008"),
        ("half-the-staff", STAFF, {"item": DAY, "new": "40", "reason": "Ringte."}, "E008"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_row(check: str, item: str, filled: dict[str, str], code: str) -> None:
    rows = parse(export())
    line = 2 + next(n for n, row in enumerate(rows) if (row["check"], row["item"]) == (check, item))
    assert problems_of(fill((check, item, filled))) == [f"{line} {code}"]


def test_what_is_said_of_a_row() -> None:
    both = {"verdict": "accepted", "new": "40", "reason": "Ringte."}
    for filled, said in (({"reason": "Ringte."}, "a reason for nothing"), (both, "both accepted and corrected")):
        with pytest.raises(ProblemsFound) as found:
            read(fill(("half-the-staff", STAFF, filled)))
        assert [problem.what for problem in found.value.problems] == [f"{TOWN} as {ROLE}, `{STAFF}`: {said}"]


def test_every_problem_at_once_and_nothing_half_read() -> None:
    data = fill(
        ("budget-per-person", "budget-change", {"new": "2000", "reason": "Ringte."}),
        ("budget-per-person", STAFF, {"verdict": "accepted", "reason": "Ringte."}),
        ("half-the-staff", STAFF, {"new": "40"}),
        ("older-strategy", DAY, {"new": "2021-02-28", "reason": "Ringte."}),
        ("nobody-builds", "services-are", {"new": "digital", "reason": "Ringte."}),
    )
    assert problems_of(data) == ["2 E003", "3 E010", "4 E005", "5 E003"]


def test_the_answers_have_changed_since() -> None:
    data = fill(("half-the-staff", STAFF, {"new": "40", "reason": "Ringte."}))
    assert problems_of(data, NOW | {TOWN: NOW[TOWN] | {STAFF: "13"}}) == ["4 E008"]
    assert problems_of(data, NOW | {TOWN: NOW[TOWN] | {STAFF: "59"}}) == ["4 E008"]


def test_the_answer_that_is_shown_is_the_one_that_is_there() -> None:
    now = NOW | {TOWN: NOW[TOWN] | {DAY: UNSURE, STAFF: UNSURE}}
    check = SURVEY.editing.checks[1].model_copy(
        update={"when": None, "holds": f"services-are != knows-you or answered({DAY}) and answered({STAFF})"}
    )
    survey = SURVEY.model_copy(update={"editing": SURVEY.editing.model_copy(update={"checks": (check,)})})
    responses = {(TOWN, ROLE): now[TOWN]}
    hits = run_checks(survey, WAVE, responses, {})
    for item, shown, same in (
        (DAY, "do-not-know", True),
        (DAY, "2019-01-31", False),
        (STAFF, "", False),
        (DAY, "x", False),
    ):
        rows = parse(write_worksheet(survey, WAVE, list_work(hits, hits, (), ()), responses, "en"))
        (row,) = (one for one in rows if one["item"] == item)
        row |= {"answer": shown, "verdict": "asked", "reason": "Asked."}
        try:
            read_worksheet(survey, WAVE, unparse(rows), "list.csv", hits=hits, responses=responses, who="k", at=NOON)
            assert same
        except ProblemsFound as found:
            assert [problem.code for problem in found.problems] == ["E008"]  # noqa: PT017  # one of the cases is right
            assert not same


def test_two_rows_about_one_answer() -> None:
    extra = SURVEY.editing.checks[1].model_copy(update={"id": "also"})
    survey = SURVEY.model_copy(
        update={"editing": SURVEY.editing.model_copy(update={"checks": (SURVEY.editing.checks[1], extra)})}
    )
    responses = {(TOWN, ROLE): NOW[TOWN]}
    hits = run_checks(survey, WAVE, responses, {LAST: {(TOWN, ROLE): BEFORE[TOWN]}})
    rows = parse(write_worksheet(survey, WAVE, list_work(hits, hits, (), ()), responses, "en"))

    def read_rows() -> Filled:
        return read_worksheet(
            survey, WAVE, unparse(rows), "list.csv", hits=hits, responses=responses, who="kari", at=NOON
        )

    for row in rows:
        row |= {"new": "40", "reason": "Asked."}
    assert [one.new for one in read_rows().corrections] == ["40"]
    rows[1]["new"] = "41"
    with pytest.raises(ProblemsFound) as found:
        read_rows()
    assert [(problem.code, problem.place.line) for problem in found.value.problems] == [("E011", 3)]


def test_two_verdicts_of_one_check() -> None:
    said = {"reason": "Ringte."}
    same = fill(
        ("nobody-builds", "services-are", {"verdict": "asked"} | said),
        ("nobody-builds", "time-building", {"verdict": "asked"} | said),
    )
    assert len(read(same).decisions) == 1
    other = fill(
        ("nobody-builds", "services-are", {"verdict": "asked"} | said),
        ("nobody-builds", "time-building", {"verdict": "accepted"} | said),
    )
    assert problems_of(other) == ["7 E011"]


def test_columns_in_any_order_and_as_excel_leaves_them() -> None:
    rows = parse(
        fill(
            ("half-the-staff", STAFF, {"new": "40", "reason": "Æ"}),
            ("older-strategy", DAY, {"answer": "31.01.2019"} | {"verdict": "asked", "reason": "=1"}),
        )
    )
    needed = ["reason", "new", "verdict", "item", "answer", "check", "role", "organisation"]
    plain = unparse(rows, needed, ",").decode("utf-8-sig")
    for data in (plain.encode("cp1252"), plain.encode("utf-16"), unparse(rows, needed, "\t")):
        filled = read(data)
        assert [(one.new, one.reason) for one in filled.corrections] == [("40", "Æ")]
        assert [one.reason for one in filled.decisions] == ["=1"]
    with pytest.raises(ProblemsFound) as found:
        read(unparse(rows, needed[1:]))
    assert [(problem.code, problem.what) for problem in found.value.problems] == [
        ("E007", "there is no column `reason`")
    ]
    with pytest.raises(ProblemsFound):
        read(b"")


def test_no_cell_is_a_formula() -> None:
    text = {"one-word": "=1+1", STAFF: "12.5"}
    check = SURVEY.editing.checks[1].model_copy(
        update={"when": None, "holds": f"{STAFF} > 20 and not answered(one-word)"}
    )
    survey = SURVEY.model_copy(update={"editing": SURVEY.editing.model_copy(update={"checks": (check,)})})
    responses = {(TOWN, ROLE): text}
    hits = run_checks(survey, WAVE, responses, {})
    rows = parse(write_worksheet(survey, WAVE, list_work(hits, hits, (), ()), responses, "en"))
    assert [row["answer"] for row in rows] == ["12,5", "'=1+1"]
    rows[1] |= {"new": "'=2", "reason": "Asked."}
    filled = read_worksheet(survey, WAVE, unparse(rows), "list.csv", hits=hits, responses=responses, who="k", at=NOON)
    assert [(one.old, one.new) for one in filled.corrections] == [("=1+1", "=2")]


def test_checks_of_whole_responses_have_one_row() -> None:
    twins = SURVEY.model_copy(
        update={"editing": SURVEY.editing.model_copy(update={"automatic": Automatic(unanswered=0.5, alike=0, twins=4)})}
    )
    responses = {(key, ROLE): NOW[OTHER] for key in (TOWN, OTHER)}
    hits = run_checks(twins, WAVE, responses, {})
    rows = parse(write_worksheet(twins, WAVE, list_work(hits, hits, (), ()), responses, "en"))
    about = [row for row in rows if row["check"] == "twins"]
    assert [(row["organisation"], row["item"]) for row in about] == [(TOWN, ""), (OTHER, "")]
    assert len([row for row in rows if row["check"] == "unanswered"]) > 10
    about[0] |= {"verdict": "accepted", "reason": "Same office."}
    filled = read_worksheet(twins, WAVE, unparse(rows), "list.csv", hits=hits, responses=responses, who="k", at=NOON)
    work = list_work(hits, hits, (), filled.decisions)
    assert [one.state for one in work if one.hit.check == "twins"] == [State.ACCEPTED, State.OPEN]
    # It is about all answers: with one of them changed it says nothing.
    changed = {**responses, (TOWN, ROLE): NOW[OTHER] | {STAFF: "31"}, (OTHER, ROLE): NOW[OTHER] | {STAFF: "31"}}
    after = run_checks(twins, WAVE, changed, {})
    assert [one.state for one in list_work(hits, after, (), filled.decisions) if one.hit.check == "twins"] == [
        State.OPEN
    ] * 2
    about[0] |= {"new": "30", "verdict": ""}
    with pytest.raises(ProblemsFound) as found:
        read_worksheet(twins, WAVE, unparse(rows), "list.csv", hits=hits, responses=responses, who="k", at=NOON)
    assert [problem.code for problem in found.value.problems] == ["E009"]


REASONS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30)
NEW: dict[tuple[str, str, str], st.SearchStrategy[Cell | None]] = {
    (STATE, "budget-per-person", STAFF): st.integers(0, 1_000_000).map(lambda n: write(n, 1))
    | st.just(UNSURE)
    | st.none(),
    (STATE, "budget-per-person", "budget-change"): st.integers(-1000, 100_000).map(lambda n: write(n, 2)) | st.none(),
    (TOWN, "half-the-staff", STAFF): st.integers(0, 1_000_000).map(lambda n: write(n, 1)) | st.just(UNSURE) | st.none(),
    (TOWN, "older-strategy", DAY): (
        st.dates(datetime.date(2010, 1, 1), datetime.date(2026, 12, 31)).map(str) | st.just(UNSURE) | st.none()
    ),
    (TOWN, "nobody-builds", "services-are"): st.sampled_from([1, 2, UNSURE, -4, None]),
}


def write(number: int, decimals: int) -> str:
    """As answers are kept."""
    text = f"{number / 10**decimals:.{decimals}f}"
    return text.rstrip("0").rstrip(".").replace("-0", "0") if float(text) == 0 else text.rstrip("0").rstrip(".")


@settings(deadline=None)
@given(st.fixed_dictionaries({}, optional={key: st.tuples(cells, REASONS) for key, cells in NEW.items()}))
def test_what_is_written_is_read(filled: dict[tuple[str, str, str], tuple[Cell | None, str]]) -> None:
    changed = {key: one for key, one in filled.items() if one[0] != NOW[key[0]][key[2]]}
    rows = parse(export())
    for row in rows:
        if one := changed.get((row["organisation"], row["check"], row["item"])):
            row |= {"new": write_answer(SURVEY, row["item"], one[0]) or "-", "reason": one[1]}
    made = read(unparse(rows)).corrections
    expected = {(key, item): (NOW[key][item], new, reason) for (key, _, item), (new, reason) in changed.items()}
    assert {(one.organisation, one.item): (one.old, one.new, one.reason) for one in made} == expected


def test_the_guide_has_every_code() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (E\d{3}) ", guide, re.MULTILINE) == sorted({**REMEDIES, **SHEET_REMEDIES})
