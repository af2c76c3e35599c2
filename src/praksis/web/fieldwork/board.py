"""How fieldwork goes, read from the store."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from praksis.collect.casework import list_findings
from praksis.collect.disposition import Case, Group, Letter, Rule, make_case
from praksis.collect.journey import Journey
from praksis.collect.progress import Progress, count_progress, list_coded
from praksis.define.organisation import Organisation
from praksis.define.survey import Survey
from praksis.estimate.precision import Precision, Standing, find_precision, find_standing, list_precisions
from praksis.estimate.response_rate import ResponseRates, count_dispositions, find_response_rates
from praksis.web.store.cases import Facts, list_facts


@dataclass(frozen=True)
class Board:
    """A wave as it was at a moment."""

    survey: Survey
    wave: str
    at: datetime.datetime
    rule: Rule
    cases: tuple[Case, ...]
    gone: tuple[tuple[str, str], ...]
    """(organisation, role) of cases that the frame no longer has: in no number here."""
    role: str = ""
    """Whose responses these are, where not everybody's."""

    @cached_property
    def progress(self) -> Progress:
        return count_progress(self.cases, self.at, self.rule)

    @cached_property
    def rates(self) -> ResponseRates:
        """AAPOR's, of all cases."""
        return find_response_rates(count_dispositions(self.progress.total.groups))

    def rate_stratum(self, stratum: str) -> ResponseRates:
        """AAPOR's, of one stratum."""
        return find_response_rates(count_dispositions(self.progress.strata[stratum].groups))

    @cached_property
    def standing(self) -> Standing | None:
        """For the role whose responses count as the wave's; None where no role is asked, or only others are here."""
        role = self.survey.find_leading_role(self.wave)
        if role is None or self.role not in ("", role.id):
            return None
        theirs = [case for case in self.cases if case.role == role.id]
        answered = [key for key, _ in list_coded(theirs, self.at, self.rule, (Group.COMPLETE,))]
        outside = [key for key, _ in list_coded(theirs, self.at, self.rule, (Group.NOT_ELIGIBLE,))]
        return find_standing(self.survey, self.wave, role.id, answered, outside)

    @cached_property
    def precision(self) -> Precision | None:
        """Answers and margin of error of all, if the wave closed at that moment."""
        return find_precision(self.standing) if self.standing else None

    @cached_property
    def precisions(self) -> dict[str, Precision]:
        """The same by stratum."""
        return {one.group: one for one in list_precisions(self.standing)} if self.standing else {}


def read_board(
    survey: Survey, wave: str, at: datetime.datetime, responses: Iterable[int] | None = None, role: str = ""
) -> Board:
    """The board of a wave, or of some of its responses."""
    asked = survey.find_asked(wave)
    cases, gone = [], []
    closes_at = None
    for facts in list_facts(survey.header.id, wave, responses):
        if role and facts.role != role:
            continue
        whom = (facts.organisation, facts.role)
        if whom not in asked:
            gone.append(whom)
            continue
        closes_at = facts.wave_closes_at
        cases.append(read_case(survey, wave, asked[whom][0], facts))
    return Board(survey, wave, at, Rule(closes_at=closes_at), tuple(cases), tuple(gone), role)


def read_case(survey: Survey, wave: str, organisation: Organisation, facts: Facts) -> Case:
    """The case as fieldwork judges it: letters to the coordinators, what was found, and the way through the answers."""
    coordinators = {one.id for one in facts.people if one.coordinator}
    letters = [
        Letter(one.sent_at, bounced_at=one.bounced_at, about=one.letter, reason=one.bounce)
        for one in facts.letters
        if one.sent_at and one.letter
    ]
    case = make_case(
        Journey(survey, wave, facts.role, organisation),
        survey.name_stratum(organisation, wave),
        facts.events,
        letters,
        list_findings(facts.case_events, next(iter(coordinators), "")),
    )
    return replace(case, extended_until=facts.closes_at) if facts.extended else case
