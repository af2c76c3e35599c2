"""The work list: what is still to be looked at, what has been said of it, and how much is left."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from praksis.define.survey import Survey
from praksis.edit.checking import Hit, Severity
from praksis.edit.correction import Correction, Decision, Verdict

_WORDS: Mapping[str, Mapping[str, str]] = {
    "outlier": {
        "nb": "Tallet er langt fra de andres. Vanlig er {low} til {high}.",
        "nn": "Talet er langt frå dei andre sine. Vanleg er {low} til {high}.",
        "en": "The number is far from the others'. Usual is {low} to {high}.",
    },
    "change": {
        "nb": "Tallet har endret seg siden sist på en annen måte enn hos de andre.",
        "nn": "Talet har endra seg sidan sist på ein annan måte enn hos dei andre.",
        "en": "The number has changed since last time in another way than the others'.",
    },
    "unanswered": {
        "nb": "{count} av {asked} svar mangler.",
        "nn": "{count} av {asked} svar manglar.",
        "en": "{count} of {asked} answers are missing.",
    },
    "alike": {
        "nb": "Alle radene har samme svar.",
        "nn": "Alle radene har same svar.",
        "en": "All rows have the same answer.",
    },
    "twins": {
        "nb": "Svarene er nøyaktig de samme som fra {others}.",
        "nn": "Svara er nøyaktig dei same som frå {others}.",
        "en": "The answers are the very same as those from {others}.",
    },
}
"""Of the automatic checks; languages that Praksis has no words for get English."""


class State(StrEnum):
    """How far the work with a hit has come."""

    OPEN = "open"
    ASKED = "asked"
    """The organisation has been asked."""
    ACCEPTED = "accepted"
    """The answers are right as they are."""
    CORRECTED = "corrected"
    """The hit is gone after corrections."""
    NOTED = "noted"
    """Nobody need do anything."""


@dataclass(frozen=True)
class Work:
    """A hit and what has been done about it."""

    hit: Hit
    state: State
    decision: Decision | None = None
    """The last one about these answers."""
    corrections: tuple[Correction, ...] = ()
    """Of the answers that the hit rests on."""

    @property
    def is_left(self) -> bool:
        """Is there something to do still?"""
        return self.state in (State.OPEN, State.ASKED)


def list_work(
    before: Sequence[Hit], after: Sequence[Hit], corrections: Sequence[Correction], decisions: Sequence[Decision]
) -> tuple[Work, ...]:
    """The work list: the hits of the answers as they are after corrections, then those that corrections have settled.

    `before`: the hits of the answers as they came in; `decisions` in the order they were taken. A decision holds as
    long as the answers are those it was about. A hard hit cannot be accepted.
    """
    said: dict[tuple[str, str, str, tuple[str, ...]], list[Decision]] = {}
    for decision in decisions:
        key = (decision.organisation, decision.role, decision.check, decision.items)
        said.setdefault(key, []).append(decision)
    work = []
    for hit in after:
        valid = [one for one in said.get(hit.key, ()) if dict(one.values) == dict(hit.values)]
        last = valid[-1] if valid else None
        work.append(Work(hit, _find_state(hit, last), last, _find_corrections(hit, corrections)))
    left = {hit.key for hit in after}
    for hit in before:
        mine = _find_corrections(hit, corrections)
        if hit.key not in left and mine:
            work.append(Work(hit, State.CORRECTED, None, mine))
    return tuple(work)


def _find_state(hit: Hit, decision: Decision | None) -> State:
    if hit.severity is Severity.NOTE:
        return State.NOTED
    if decision is None or (decision.verdict is Verdict.ACCEPTED and hit.severity is Severity.HARD):
        return State.OPEN
    return State(decision.verdict)


def _find_corrections(hit: Hit, corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    return tuple(
        one
        for one in corrections
        if (one.organisation, one.role) == (hit.organisation, hit.role) and one.item in hit.values
    )


def list_blocking(work: Iterable[Work]) -> tuple[Work, ...]:
    """What a wave cannot be closed with: hard hits that are still there."""
    return tuple(one for one in work if one.is_left and one.hit.severity is Severity.HARD)


@dataclass(frozen=True)
class Tally:
    """How far the work with one check has come in one stratum."""

    check: str
    severity: Severity
    stratum: str
    states: Mapping[State, int]

    @property
    def left(self) -> int:
        """Hits with something to do still."""
        return self.states.get(State.OPEN, 0) + self.states.get(State.ASKED, 0)


def count_work(work: Iterable[Work]) -> tuple[Tally, ...]:
    """Counts by check and stratum: hard checks first, then by name."""
    counts: dict[tuple[int, str, str], Counter[State]] = {}
    order = list(Severity)
    for one in work:
        key = (order.index(one.hit.severity), one.hit.check, one.hit.stratum)
        counts.setdefault(key, Counter())[one.state] += 1
    return tuple(
        Tally(check, order[severity], stratum, dict(states))
        for (severity, check, stratum), states in sorted(counts.items())
    )


def say_hit(survey: Survey, hit: Hit, language: str) -> str:
    """What to look at, in words."""
    own = next((check for check in survey.editing.checks if check.id == hit.check), None)
    if own:
        return own.text[language]
    words = _WORDS[hit.check]
    comma = language in ("nb", "nn")
    facts = {name: fact.replace(".", ",") if comma else fact for name, fact in hit.facts.items()}
    return words.get(language, words["en"]).format(**facts)


def say_question(survey: Survey, hit: Hit, language: str) -> str:
    """What to ask the organisation, in words; '' where the check does not say."""
    own = next((check for check in survey.editing.checks if check.id == hit.check), None)
    return own.asks[language] if own and own.asks else ""
