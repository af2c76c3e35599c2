"""The work list of a wave, and what staff do about it: correct answers, accept them, ask. Each act is noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from praksis.collect.journey import Journey
from praksis.collect.response import find_submitted
from praksis.collect.routing import Cell
from praksis.define.codes import suggest
from praksis.edit.checking import Hit, Severity, run_checks
from praksis.edit.correction import REMEDIES, Corrected, Correction, Decision, Verdict, apply_corrections, make_problem
from praksis.edit.dossier import Responses, Who, list_responses
from praksis.edit.microdata import read_microdata
from praksis.edit.worklist import State, Tally, Work, count_work, list_blocking, list_work
from praksis.edit.worksheet import Change, read_texts, read_worksheet, write_answer, write_worksheet
from praksis.errors import Place, Problem, ProblemsFound
from praksis.web.answers import Answers, read_answers, read_correction, read_decision
from praksis.web.fieldwork.acts import CannotAct, Worker
from praksis.web.store import editing
from praksis.web.store.closing import Frozen, find_closing, measure_wave
from praksis.web.store.collection import read_events
from praksis.web.store.editing import KeptCorrection, KeptDecision, find_responses, hold_responses

_NEW, _BEFORE = "new", "before"
"""Where a correction stands: in what is to be stored, or in what was stored before."""
_CHANGED = "Look at the answers as they are now, and decide again."


@dataclass(frozen=True)
class WorkList:
    """The work list of a wave as it is now."""

    answers: Answers
    work: tuple[Work, ...]
    """What comes first, first."""
    earlier: tuple[str, ...]
    """The earlier waves that answers are compared with."""
    synthetic: tuple[str, ...]
    """Earlier waves whose files are synthetic: nothing is compared with them."""
    frozen: Frozen | None
    """The last closing of the wave."""
    is_behind: bool
    """Are there answers, corrections or decisions that had not come when the wave was closed last?"""

    @cached_property
    def tallies(self) -> tuple[Tally, ...]:
        """How far the work has come, by check and stratum."""
        return count_work(self.work)

    @cached_property
    def blocking(self) -> tuple[Work, ...]:
        """What the wave cannot be closed with."""
        return list_blocking(self.work)

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """Of the answers as they are with their corrections."""
        return tuple(one.hit for one in self.work if one.state is not State.CORRECTED)


def read_work(worker: Worker, microdata: Path) -> WorkList:
    """The work list. `microdata` is the folder of earlier waves' files; those that are not there are not compared with.

    Raises ProblemsFound where an earlier wave's file does not fit the survey.
    """
    survey, wave = worker.survey, worker.wave
    answers = read_answers(survey, wave)
    previous, synthetic = _read_earlier(worker, microdata)
    after = run_checks(survey, wave, answers.responses, previous)
    before = run_checks(survey, wave, answers.submitted, previous) if answers.corrections else after
    frozen = find_closing(survey.header.id, wave)
    return WorkList(
        answers=answers,
        work=list_work(before, after, answers.corrections, answers.decisions),
        earlier=tuple(previous),
        synthetic=synthetic,
        frozen=frozen,
        is_behind=frozen is not None and frozen.extent != measure_wave(survey.header.id, wave),
    )


def _read_earlier(worker: Worker, folder: Path) -> tuple[dict[str, Responses], tuple[str, ...]]:
    survey = worker.survey
    found: dict[str, Responses] = {}
    synthetic = []
    for wave in survey.wave_ids[: survey.wave_ids.index(worker.wave)]:
        if not (folder / f"{wave}.parquet").is_file():
            continue
        microdata = read_microdata(survey, wave, folder)
        if microdata.synthetic:
            synthetic.append(wave)
        else:
            found[wave] = list_responses(survey, microdata)
    return found, tuple(synthetic)


def find_work(work_list: WorkList, organisation: str, check: str, role: str = "", item: str = "") -> Work:
    """The hit that is meant. Raises CannotAct where none fits, or several."""
    mine = [
        one
        for one in work_list.work
        if one.hit.organisation == organisation and role in ("", one.hit.role) and one.state is not State.CORRECTED
    ]
    found = [one for one in mine if one.hit.check == check and (not item or item in one.hit.items)]
    if not found:
        there = ", ".join(dict.fromkeys(one.hit.check for one in mine)) or "nothing"
        raise CannotAct(f"`{check}` is no hit of {organisation} {role}".rstrip() + f"; on its list is {there}")
    if len(found) > 1:
        several = "; ".join(f"{one.hit.role} {' '.join(one.hit.items)}" for one in found)
        raise CannotAct(f"{organisation} has several hits of `{check}`: name a role or an item of {several}")
    return found[0]


# -- one response ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CaseAnswers:
    """A response that was submitted, and what has been done to it."""

    response: int
    journey: Journey
    submitted: Mapping[str, Cell]
    corrections: tuple[Correction, ...]
    decisions: tuple[Decision, ...]
    corrected: Corrected

    @cached_property
    def answers(self) -> dict[str, Cell]:
        """Item -> answer after the corrections, of what is on the path."""
        return self.journey.keep_asked(self.corrected.answers)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Of corrections that are not applied."""
        return self.corrected.problems


def read_case_answers(worker: Worker, who: Who) -> CaseAnswers:
    """One response. Raises CannotAct where nothing was submitted, or the frame does not have it."""
    response = find_responses(worker.survey.header.id, worker.wave).get(who)
    asked = worker.survey.find_asked(worker.wave)
    if response is None or who not in asked:
        raise CannotAct(f"{' '.join(who)} is no response of wave {worker.wave}")
    stood = find_submitted(read_events(response))
    if stood is None:
        raise CannotAct(f"{' '.join(who)} has not submitted; answers are corrected after that")
    journey = Journey(worker.survey, worker.wave, who[1], asked[who][0])
    about = worker.survey.header.id, worker.wave, response
    corrections = tuple(map(read_correction, editing.list_corrections(*about)))
    places = [Place(_BEFORE, number) for number in range(1, len(corrections) + 1)]
    return CaseAnswers(
        response,
        journey,
        stood.answers,
        corrections,
        tuple(map(read_decision, editing.list_decisions(*about))),
        apply_corrections(journey, stood.answers, corrections, places),
    )


def correct_answers(worker: Worker, who: Who, changes: Sequence[Change], reason: str) -> None:
    """Put answers of one response right, all of them or none: (item, the answer that was seen, the right one).

    What belongs together (parts of a whole; an answer and what it leads to) goes in one call. Raises CannotAct, and
    ProblemsFound with every problem: E001 where somebody has changed an answer since it was seen.
    """
    why = reason.strip()
    _keep(worker, [Correction(*who, item, old, new, why, worker.who, worker.now) for item, old, new in changes], [])


def correct_texts(
    worker: Worker, who: Who, texts: Mapping[str, str], reason: str, shown: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """As `correct_answers`, with answers written as in the work list's file (`-` takes one away); returns the items.

    `shown`: item -> the answer as it was shown to whoever corrects it. Raises CannotAct and ProblemsFound.
    """
    case = read_case_answers(worker, who)
    place = Place("answers")
    problems = []
    for item in texts:
        now = write_answer(worker.survey, item, case.answers.get(item)) if item in case.journey.items else ""
        if item not in case.journey.items:
            what = f"{worker.wave} did not ask it{suggest(item, list(case.journey.items))}"
            problems.append(make_problem("E002", place, who, item, what))
        elif shown is not None and shown.get(item, "") != now:
            what = f"`{shown.get(item, '')}` was shown, but `{now}` stands there"
            problems.append(make_problem("E001", place, who, item, what))
    asked = {item: text.strip() for item, text in texts.items() if item in case.journey.items}
    changes, refused = read_texts(case.journey, case.corrected.answers, asked)
    problems += [make_problem("E003", place, who, item, f"`{asked[item]}`: {why}") for item, why in refused]
    if problems:
        raise ProblemsFound(problems)
    correct_answers(worker, who, changes, reason)
    return tuple(item for item, _, _ in changes)


def decide_hit(worker: Worker, hit: Hit, verdict: Verdict, reason: str) -> None:
    """Say of a hit that its answers are right, or that the organisation has been asked.

    Raises CannotAct for what must be corrected and for what asks for nothing, ProblemsFound where no reason is given or
    the answers have changed since.
    """
    if hit.severity is Severity.HARD and verdict is Verdict.ACCEPTED:
        raise CannotAct(f"`{hit.check}` is a hard check: correct the answer, or take it away; it cannot be accepted")
    if hit.severity is Severity.NOTE:
        raise CannotAct(f"`{hit.check}` is only a note, which asks for nothing")
    about = hit.organisation, hit.role, hit.check, hit.items, dict(hit.values)
    _keep(worker, [], [Decision(*about, verdict, reason.strip(), worker.who, worker.now)])


def _keep(worker: Worker, corrections: Sequence[Correction], decisions: Sequence[Decision]) -> None:
    """Store all of it, judged by the answers as they are in that moment, or nothing."""
    mine: dict[Who, tuple[list[Correction], list[Decision]]] = {}
    for correction in corrections:
        mine.setdefault((correction.organisation, correction.role), ([], []))[0].append(correction)
    for decision in decisions:
        mine.setdefault((decision.organisation, decision.role), ([], []))[1].append(decision)
    known = find_responses(worker.survey.header.id, worker.wave)
    problems: list[Problem] = []
    with hold_responses(known[who] for who in mine if who in known):
        for who, (right, said) in mine.items():
            case = read_case_answers(worker, who)
            problems += _judge_corrections(case, right) + _judge_decisions(case, said)
            if problems:
                continue
            for correction in right:
                editing.add_correction(case.response, KeptCorrection(**vars(correction)))
            for decision in said:
                editing.add_decision(
                    case.response, KeptDecision(**{**vars(decision), "verdict": decision.verdict.value})
                )
                worker.note(f"say-{decision.verdict}", "/".join(who), {"check": decision.check})
            if right:
                worker.note("correct", "/".join(who), {"items": " ".join(one.item for one in right)})
        if problems:
            # Within the transaction, so that nothing of it is stored.
            raise ProblemsFound(problems)


def _judge_corrections(case: CaseAnswers, new: Sequence[Correction]) -> list[Problem]:
    places = [Place(_BEFORE, number) for number in range(1, len(case.corrections) + 1)]
    places += [Place(_NEW, number) for number in range(1, len(new) + 1)]
    made = apply_corrections(case.journey, case.submitted, [*case.corrections, *new], places)
    return [one for one in made.problems if one.place.file == _NEW]


def _judge_decisions(case: CaseAnswers, new: Sequence[Decision]) -> list[Problem]:
    problems = []
    for one in new:
        place, about = Place(_NEW), f"{one.organisation} as {one.role}, `{one.check}`"
        if not one.reason:
            problems.append(Problem(place, "E005", f"{about}: no reason is given", REMEDIES["E005"]))
        if any(cell != case.answers.get(item) for item, cell in one.values.items()):
            problems.append(Problem(place, "E008", f"{about}: its answers have changed since it was shown", _CHANGED))
    return problems


# -- the work list as a file -------------------------------------------------------------------------------------------


def make_worksheet(worker: Worker, microdata: Path, language: str) -> bytes:
    """The work list as a file to fill in. Raises CannotAct for a language that the survey is not in."""
    languages = worker.survey.header.languages
    if language not in languages:
        raise CannotAct(f"the survey is not in {language}; it is in {', '.join(languages)}")
    work = read_work(worker, microdata)
    worker.note("export-work", details={"hits": str(sum(one.is_left for one in work.work))})
    return write_worksheet(worker.survey, worker.wave, work.work, work.answers.responses, language)


def take_worksheet(worker: Worker, data: bytes, file: str, microdata: Path) -> tuple[int, int]:
    """Store what was filled in; returns how many corrections and decisions. Raises ProblemsFound with every problem."""
    work = read_work(worker, microdata)
    filled = read_worksheet(
        worker.survey,
        worker.wave,
        data,
        file,
        hits=work.hits,
        responses=work.answers.responses,
        who=worker.who,
        at=worker.now,
    )
    _keep(worker, filled.corrections, filled.decisions)
    return len(filled.corrections), len(filled.decisions)
