"""Which cells a figure, a text or a claim needs: the one list that estimation fills and telling reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from praksis.define.figure import (
    Bullet,
    Change,
    Chart,
    Figure,
    Gap,
    Largest,
    Level,
    NoLargerChange,
    NotAsked,
    Ref,
    Text,
)
from praksis.define.group import expand_groups
from praksis.define.published import Claim, Measure
from praksis.define.survey import Survey
from praksis.estimate.cube import Cell


@dataclass(frozen=True)
class FigurePlan:
    """A figure with every default filled in."""

    survey: Survey
    figure: Figure

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """The answers in the chart."""
        if self.figure.answers:
            return self.figure.answers
        scale = self.survey.scale_of(self.figure.items[0])
        categories = [category.id for category in scale.categories]
        if self.figure.chart is Chart.STACKED and scale.ordered:
            # The top first: it is what sentences report, and bars that begin at 0 are the easiest to compare.
            categories.reverse()
        return (*categories, *(missing.kind for missing in scale.missing if missing.in_base))

    @cached_property
    def table_answers(self) -> tuple[str, ...]:
        """The answers in the table: where the chart shows them all, their groups too."""
        if self.figure.answers:
            return self.figure.answers
        return (*self.answers, *(group.id for group in self.survey.scale_of(self.figure.items[0]).groups))

    @cached_property
    def groups(self) -> tuple[str, ...]:
        return expand_groups(self.figure.groups, self.survey.breakdowns)

    @cached_property
    def waves(self) -> tuple[str, ...]:
        asked = {wave for item in self.figure.items for wave in self.survey.waves_of(item)}
        chosen = self.figure.waves or asked
        return tuple(wave for wave in self.survey.wave_ids if wave in chosen)

    def waves_of(self, item: str) -> tuple[str, ...]:
        """The figure's waves that asked an item."""
        return tuple(wave for wave in self.waves if wave in self.survey.waves_of(item))

    def list_shares(self) -> Iterator[Cell]:
        """The cells of the figure's table of shares."""
        for item in self.figure.items:
            for group in self.groups:
                for wave in self.waves_of(item):
                    for answer in self.table_answers:
                        yield Cell(item, answer, group, wave)

    def list_changes(self) -> Iterator[Cell]:
        """The cells of the figure's table of changes: to the last wave from each earlier one that asked."""
        for item in self.figure.items:
            waves = self.waves_of(item)
            for group in self.groups:
                for since in waves[:-1]:
                    for answer in self.table_answers:
                        yield Cell(item, answer, group, waves[-1], since)


def cell_of_ref(ref: Ref) -> Cell:
    """The cell that a placeholder is bound to."""
    return Cell(ref.item, ref.answer, ref.group, ref.wave, ref.since or "")


def list_bullet_cells(survey: Survey, bullet: Bullet) -> Iterator[Cell]:
    """Every cell a sentence reads, those it only tests with too."""
    match bullet:
        case Text():
            cells = {name: cell_of_ref(ref) for name, ref in bullet.refs.items()}
            yield from cells.values()
            for holds in bullet.holds:
                if holds.above:
                    yield from list_gap_cells(cells[holds.above[0]], cells[holds.above[1]])
        case Level():
            yield from (Cell(bullet.item, bullet.answer, group, bullet.wave) for group in bullet.groups)
        case Change():
            for group in bullet.groups:
                yield Cell(bullet.item, bullet.answer, group, bullet.wave, bullet.since)
        case NoLargerChange():
            for answer in survey.scale_of(bullet.item).codes:
                yield Cell(bullet.item, answer, "all", bullet.wave, bullet.since)
        case Gap():
            first, second = (Cell(bullet.item, bullet.answer, group, bullet.wave) for group in bullet.groups)
            yield from (first, second, *list_gap_cells(first, second))
        case Largest():
            for item in bullet.items:
                yield Cell(item, bullet.answer, bullet.group, bullet.wave)
                for other in bullet.items:
                    if other != item:
                        yield Cell(item, bullet.answer, bullet.group, bullet.wave, over=other)
        case NotAsked():
            pass


def list_gap_cells(first: Cell, second: Cell) -> Iterator[Cell]:
    """The gap between two shares of one wave that differ in the group or in the item; none for other pairs."""
    if first.wave != second.wave or first.answer != second.answer:
        return
    if first.item == second.item and first.group != second.group:
        yield Cell(first.item, first.answer, first.group, first.wave, against=second.group)
    if first.item != second.item and first.group == second.group:
        yield Cell(first.item, first.answer, first.group, first.wave, over=second.item)


def list_claim_cells(survey: Survey, claim: Claim) -> tuple[Cell, ...]:
    """The cells a claim is about: one, or one per category where it speaks of all answers; none for fieldwork."""
    if not claim.item:
        return ()
    categories = tuple(category.id for category in survey.scale_of(claim.item).categories)
    answers = (claim.answer,) if claim.answer else categories
    if claim.measure is Measure.ANSWERED:
        answers = answers[:1]
    return tuple(
        Cell(claim.item, answer, claim.group, claim.wave, claim.since or "", claim.against or "") for answer in answers
    )


def list_cells(survey: Survey) -> tuple[Cell, ...]:
    """Every cell that a release of the survey needs."""
    cells: dict[Cell, None] = {}
    if survey.presentation:
        for figure in survey.presentation.figures:
            plan = FigurePlan(survey, figure)
            cells |= dict.fromkeys((*plan.list_shares(), *plan.list_changes()))
            for bullet in figure.bullets:
                cells |= dict.fromkeys(list_bullet_cells(survey, bullet))
        for page in survey.presentation.pages:
            for text in (*page.lead, *(text for section in page.sections for text in section.lead)):
                cells |= dict.fromkeys(list_bullet_cells(survey, text))
    for claim in survey.claims:
        for cell in list_claim_cells(survey, claim):
            cells[cell] = None
            if cell.since:
                cells |= dict.fromkeys(
                    Cell(cell.item, cell.answer, cell.group, wave) for wave in (cell.since, cell.wave)
                )
            if cell.against:
                groups = cell.group, cell.against
                cells |= dict.fromkeys(Cell(cell.item, cell.answer, group, cell.wave) for group in groups)
    return tuple(cells)
