"""What a figure's chart is drawn from: rows and series chosen by the kind of chart."""

from collections.abc import Sequence
from dataclasses import dataclass

from praksis.define.figure import Chart
from praksis.define.group import parse_group
from praksis.define.question import STAIRCASE
from praksis.define.rounding import round_half_away
from praksis.estimate.cube import Cell, Cube
from praksis.tell.chart.data import ChartData, Mark, Row, Series
from praksis.tell.naming import label_answer, label_group, label_item
from praksis.tell.plan import FigurePlan
from praksis.tell.words import Words


@dataclass(frozen=True)
class Picture:
    """The chart of one figure in one language."""

    plan: FigurePlan
    cube: Cube
    language: str
    words: Words
    description: str

    def make_data(self) -> ChartData:
        """Rows x series; the answer's own wave where items were asked in different ones."""
        match self.plan.figure.chart:
            case Chart.STACKED | Chart.STAIRCASE:
                rows, series, cells = self._by_answer()
            case Chart.DEVELOPMENT:
                rows, series, cells = self._by_wave()
            case Chart.BARS | Chart.BARRIERS:
                rows, series, cells = self._by_item()
        return ChartData(
            id=self.plan.figure.id,
            language=self.language,
            title=self.plan.figure.title[self.language],
            description=self.description,
            rows=tuple(rows),
            series=tuple(series),
            marks=tuple(tuple(self._mark(cell) for cell in line) for line in cells),
        )

    def _mark(self, cell: Cell | None) -> Mark:
        estimate = self.cube[cell] if cell else None
        if estimate is None or not estimate.shown:
            return Mark(None, estimate.status.sign if estimate else "..")
        text = self.words.write("percent-short", estimate.value)
        numbers = [estimate.value, estimate.lower, estimate.upper]
        if self.cube.hides_anything:
            # The length of a bar is a number too.
            numbers = [round_half_away(number) for number in numbers]
        return Mark(numbers[0], text, numbers[1], numbers[2], estimate.uncertain)

    def _by_answer(self) -> tuple[list[Row], list[Series], list[list[Cell | None]]]:
        """Answers as series. Several rows of one item stand under its heading; single ones carry it as label."""
        plan, rows, cells = self.plan, [], []
        item_has_rows = len(plan.groups) > 1 or any(len(plan.waves_of(item)) > 1 for item in plan.figure.items)
        for item in plan.figure.items:
            heading = label_item(plan.survey, item, self.language) if len(plan.figure.items) > 1 else ""
            for group in plan.groups:
                for wave in plan.waves_of(item):
                    line: list[Cell | None] = [Cell(item, answer, group, wave) for answer in plan.answers]
                    parts = [label_group(plan.survey, group, self.language)] if len(plan.groups) > 1 else []
                    parts += [wave] if len(plan.waves) > 1 else []
                    if not item_has_rows:
                        parts, heading = [heading or label_item(plan.survey, item, self.language), *parts], ""
                    label = ", ".join(parts) or label_group(plan.survey, group, self.language)
                    rows.append(Row(label, heading, self._note(line)))
                    cells.append(line)
        item = plan.figure.items[0]
        series = [
            Series(label_answer(plan.survey, item, answer, self.language), self._tone(item, answer))
            for answer in plan.answers
        ]
        return rows, series, cells

    def _by_wave(self) -> tuple[list[Row], list[Series], list[list[Cell | None]]]:
        """Waves as rows, groups (or, of one group, answers) as lines; one panel per item."""
        plan, rows, cells = self.plan, [], []
        several = len(plan.groups) > 1 or len(plan.answers) == 1
        for item in plan.figure.items:
            heading = label_item(plan.survey, item, self.language) if len(plan.figure.items) > 1 else ""
            for wave in plan.waves:
                lines = (
                    [(plan.answers[0], group) for group in plan.groups]
                    if several
                    else [(answer, plan.groups[0]) for answer in plan.answers]
                )
                rows.append(Row(wave, heading))
                cells.append([self._asked(item, answer, group, wave) for answer, group in lines])
        if several:
            return rows, self._group_series(plan.groups), cells
        item = plan.figure.items[0]
        labels = [label_answer(plan.survey, item, answer, self.language) for answer in plan.answers]
        return rows, [Series(label, f"series-{place}") for place, label in enumerate(labels, start=1)], cells

    def _by_item(self) -> tuple[list[Row], list[Series], list[list[Cell | None]]]:
        """Items as rows; groups as series, or waves where there is one group."""
        plan = self.plan
        answer = plan.answers[0]
        waves = plan.waves
        # Several groups of items that were last asked in different waves: each row says its own.
        last = {item: plan.waves_of(item)[-1] for item in plan.figure.items}
        several = len(plan.groups) > 1 and len(set(last.values())) > 1
        labels = {item: label_item(plan.survey, item, self.language) for item in plan.figure.items}
        rows = [Row(f"{labels[item]}, {last[item]}" if several else labels[item]) for item in plan.figure.items]
        if len(plan.groups) == 1 and len(waves) > 1:
            series = [Series(wave, f"series-{place}") for place, wave in enumerate(waves, start=1)]
            cells = [[self._asked(item, answer, plan.groups[0], wave) for wave in waves] for item in plan.figure.items]
            return rows, series, cells
        cells = [
            [self._asked(item, answer, group, plan.waves_of(item)[-1]) for group in plan.groups]
            for item in plan.figure.items
        ]
        return rows, self._group_series(plan.groups), cells

    def _asked(self, item: str, answer: str, group: str, wave: str) -> Cell | None:
        return Cell(item, answer, group, wave) if wave in self.plan.waves_of(item) else None

    def _group_series(self, groups: Sequence[str]) -> list[Series]:
        series = []
        for place, group in enumerate(groups, start=1):
            tone = f"series-{place}"
            for name, value in parse_group(group).items():
                items = self.plan.survey.breakdowns[name].answer_to
                if items and self.plan.survey.question_of[items[0]].scale == STAIRCASE:
                    tone = self._tone(items[0], value)
            series.append(Series(label_group(self.plan.survey, group, self.language), tone))
        return series

    def _tone(self, item: str, answer: str) -> str:
        scale = self.plan.survey.scale_of(item)
        names = [category.id for category in scale.categories]
        if answer not in names:
            return "other"
        if scale.id == STAIRCASE:
            return f"step-{names.index(answer) + 1}-of-{len(names)}"
        # Colour 1 is the one that stands for agreement, the top of a scale.
        return f"scale-{len(names) - names.index(answer)}-of-{len(names)}"

    def _note(self, cells: Sequence[Cell | None]) -> str:
        sizes = [self.cube[cell].n for cell in cells if cell and self.cube[cell].shown]
        return self.words["n"].replace("{n}", self.words.write_number(sizes[0])) if sizes else ""
