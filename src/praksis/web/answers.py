"""The answers of a wave as microdata are made of them: what was submitted last, with its corrections."""

from collections.abc import Mapping
from dataclasses import dataclass

from praksis.collect.response import find_submitted, fold_events
from praksis.collect.routing import Cell
from praksis.define.survey import Survey
from praksis.edit.correction import Correction, Decision, Verdict, correct_responses
from praksis.edit.dossier import Responses, Who
from praksis.errors import Problem
from praksis.web.store import editing
from praksis.web.store.collection import list_trails
from praksis.web.store.editing import KeptCorrection, KeptDecision


@dataclass(frozen=True)
class Answers:
    """What there is of a wave, of those in the frame."""

    submitted: Responses
    """As the organisations submitted it last."""
    responses: Responses
    """The same with its corrections."""
    corrections: tuple[Correction, ...]
    """In their order; of these responses."""
    decisions: tuple[Decision, ...]
    problems: tuple[Problem, ...]
    """Of corrections that are not applied."""
    unfinished: Responses
    """Of those who have begun and never submitted."""
    gone: tuple[Who, ...]
    """Who has answered and is no longer in the frame: in nothing here."""
    reopened: tuple[Who, ...]
    """Opened again and not submitted since: what was submitted stands."""

    @property
    def begun(self) -> tuple[Who, ...]:
        """Who has begun and never submitted."""
        return tuple(self.unfinished)


def read_answers(survey: Survey, wave: str) -> Answers:
    """Everything of a wave; nothing where it was never opened."""
    asked = survey.find_asked(wave)
    submitted: dict[Who, Mapping[str, Cell]] = {}
    unfinished: dict[Who, Mapping[str, Cell]] = {}
    gone, reopened = [], []
    for who, events in list_trails(survey.header.id, wave).items():
        now, stood = fold_events(events), find_submitted(events)
        if not stood and not now.visited:
            continue
        if who not in asked:
            gone.append(who)
        elif stood is None:
            unfinished[who] = now.answers
        else:
            submitted[who] = stood.answers
            if not now.submitted:
                reopened.append(who)
    made = map(read_correction, editing.list_corrections(survey.header.id, wave))
    corrections = tuple(one for one in made if (one.organisation, one.role) in submitted)
    taken = map(read_decision, editing.list_decisions(survey.header.id, wave))
    corrected, problems = correct_responses(survey, wave, submitted, corrections)
    return Answers(
        submitted=submitted,
        responses=corrected,
        corrections=corrections,
        decisions=tuple(taken),
        problems=problems,
        unfinished=unfinished,
        gone=tuple(gone),
        reopened=tuple(reopened),
    )


def read_correction(kept: KeptCorrection) -> Correction:
    """As it was stored: the store knows nothing of what is made of answers."""
    return Correction(**vars(kept))


def read_decision(kept: KeptDecision) -> Decision:
    """As it was stored."""
    return Decision(**{**vars(kept), "verdict": Verdict(kept.verdict)})
