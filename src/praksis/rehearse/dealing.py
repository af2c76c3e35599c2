"""From counts to organisations: codes are dealt out in every cell so that the counts are met exactly.

Published figures say nothing of open answers: everyone who is asked gives one, and the routing counts on it.
"""

from collections.abc import Mapping, Sequence

from praksis.collect.routing import Cell, route_answers
from praksis.define.question import OPEN_KINDS, Question, QuestionKind
from praksis.define.survey import Survey
from praksis.edit.gather import arrange_answers
from praksis.edit.microdata import Microdata
from praksis.rehearse.cells import CHOSEN, NOT_ANSWERED, NOT_ASKED, Subcell
from praksis.rehearse.counts import Solution
from praksis.rehearse.disposition import Dispositions, Floats
from praksis.rehearse.open_answers import draw_open_answers

Answers = dict[str, int]
"""Item -> code of one response."""


def deal_wave(survey: Survey, wave: str, solutions: Sequence[Solution], dispositions: Dispositions) -> Microdata:
    """The microdata of a wave from the counts of its roles."""
    responses: dict[tuple[str, str], dict[str, Cell]] = {}
    organisations = {organisation.key: organisation for organisation in survey.frame.of_wave(wave)}
    places = {key: place for place, key in enumerate(dispositions.organisations)}
    for solution in solutions:
        role = solution.layout.role
        opened = _draw_open(survey, wave, role, dispositions)
        for organisation, answers in _Dealer(solution, dispositions).deal().items():
            place = places[organisation]
            own = answers | {item: cells[place] for item, cells in opened.items()}
            asked = {item: own[item] for item in survey.items_asked(wave, role)}
            responses[role, organisation] = route_answers(survey, wave, role, organisations[organisation], asked)
    return arrange_answers(survey, wave, responses, synthetic=True)


def _draw_open(survey: Survey, wave: str, role: str, dispositions: Dispositions) -> dict[str, list[Cell]]:
    asked = survey.items_asked(wave, role)
    drawn: dict[str, list[Cell]] = {}
    for question in survey.questions:
        if question.kind in OPEN_KINDS:
            items = [item.id for item in question.items if item.id in asked]
            certain = question.model_copy(update={"missing": ()})
            drawn |= draw_open_answers(survey, certain, items, wave, dispositions)
    return drawn


class _Dealer:
    """Deals one role's wave. Organisations are known by their place in the dispositions."""

    def __init__(self, solution: Solution, dispositions: Dispositions) -> None:
        self.solution, self.dispositions = solution, dispositions
        self.layout = solution.layout
        self.place = {key: place for place, key in enumerate(dispositions.organisations)}
        self.answers: dict[int, Answers] = {}
        self.cell_of: dict[int, int] = {}

    def deal(self) -> dict[str, Answers]:
        """Organisation -> item -> code."""
        self._choose_respondents()
        for item in self.layout.order:
            self._deal_item(item)
        for question in self.layout.questions:
            if question.kind is QuestionKind.MULTIPLE:
                self._spread_choices([item for item in self.layout.order if self._question(item) is question])
        return {self.dispositions.organisations[place]: answers for place, answers in self.answers.items()}

    def _choose_respondents(self) -> None:
        score = self.dispositions.responding(self.layout.wave, self.layout.role)
        for number, cell in enumerate(self.layout.cells):
            places = [self.place[key] for key in cell.organisations]
            wanted = int(self.solution.values[self.solution.counts.responses[number]])
            for place in _highest(places, score, wanted):
                self.answers[place], self.cell_of[place] = {}, number

    def _deal_item(self, item: str) -> None:
        groups: dict[Subcell, list[int]] = {}
        for place in self.answers:
            groups.setdefault(self._subcell(item, place), []).append(place)
        dealt = self.solution.dealt(item)
        for subcell, places in groups.items():
            if subcell in dealt:
                self._deal_codes(item, places, dealt[subcell])
            else:
                for place in places:
                    self.answers[place][item] = NOT_ASKED

    def _deal_codes(self, item: str, places: list[int], counts: Mapping[int, int]) -> None:
        survey, wave = self.layout.survey, self.layout.wave
        question = survey.question_of[item]
        multiple = question.kind is QuestionKind.MULTIPLE
        left = list(places)
        for code in sorted(code for code in counts if code < 0):
            if code == NOT_ANSWERED:
                score = self.dispositions.skipping(question.id if multiple else item, wave)
            else:
                score = self.dispositions.unsure(survey.items[item].series_id, wave)
            left = self._give(item, code, _highest(left, score, counts[code]), left)
        level = self.dispositions.level(item, wave)
        if multiple:
            free = [place for place in left if not self._shut_out(item, place)]
            left = self._give(item, CHOSEN, _highest(free, level, counts.get(CHOSEN, 0)), left)
        for category in reversed(survey.scale_of(item).categories):
            if category.code in counts and not (multiple and category.code == CHOSEN):
                left = self._give(item, category.code, _highest(left, level, counts[category.code]), left)

    def _give(self, item: str, code: int, chosen: list[int], left: list[int]) -> list[int]:
        for place in chosen:
            self.answers[place][item] = code
        taken = set(chosen)
        return [place for place in left if place not in taken]

    def _spread_choices(self, items: Sequence[str]) -> None:
        """Who answers a multiple choice chooses something, as far as the counts allow.

        One without any choice takes over one from another in the same subcell who has several: of all such swaps the
        one that fits their levels best. Items that others are crossed with stay as they are.
        """
        kept = {name for item in self.layout.order for name in self.layout.given(item)}
        free = [item for item in items if item not in kept and not self.layout.survey.items[item].exclusive]
        levels = {item: self.dispositions.level(item, self.layout.wave) for item in free}
        for place in sorted(self.answers):
            if any(self.answers[place][item] != 0 for item in items):
                continue
            swaps = [
                (float(levels[item][donor] - levels[item][place]), donor, item)
                for donor in sorted(self.answers)
                if sum(self.answers[donor][item] == CHOSEN for item in items) > 1
                for item in free
                if self.answers[donor][item] == CHOSEN and self._subcell(item, donor) == self._subcell(item, place)
            ]
            if swaps:
                _, donor, item = min(swaps)
                self.answers[place][item], self.answers[donor][item] = CHOSEN, 0

    def _subcell(self, item: str, place: int) -> Subcell:
        given = self.layout.given(item)
        return Subcell(self.cell_of[place], tuple((name, self.answers[place][name]) for name in given))

    def _question(self, item: str) -> Question:
        return self.layout.survey.question_of[item]

    def _shut_out(self, item: str, place: int) -> bool:
        """Has one who chose an exclusive option, or chose others where this one is exclusive. Those are dealt first."""
        survey, answers = self.layout.survey, self.answers[place]
        others = [other.id for other in survey.question_of[item].items if answers.get(other.id) == CHOSEN]
        return bool(others) and (survey.items[item].exclusive or any(survey.items[name].exclusive for name in others))


def _highest(places: Sequence[int], score: Floats, wanted: int) -> list[int]:
    return sorted(places, key=lambda place: (-float(score[place]), place))[:wanted]
