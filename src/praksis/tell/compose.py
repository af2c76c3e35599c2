"""Puts a release's words together: every page and figure in every language, or every fault at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from praksis.define.figure import Bullet, Figure, Page, Text
from praksis.define.survey import Survey
from praksis.estimate.cube import Cell, Cube
from praksis.tell.chart.data import ChartData
from praksis.tell.chart.draw import NARROW, WIDE, draw_chart, draw_picture, list_signs
from praksis.tell.content import (
    FieldworkRow,
    FigureText,
    PageText,
    ReleaseContent,
    SectionText,
    Sentence,
    StepText,
    SurveyText,
)
from praksis.tell.naming import label_group
from praksis.tell.picture import Picture
from praksis.tell.plan import FigurePlan
from praksis.tell.sentence import Teller, TextFault
from praksis.tell.table import TableMaker, address_cell
from praksis.tell.words import Words, read_words


@dataclass(frozen=True)
class Fault:
    """A text that the data do not bear: where it stands in figures.yaml, and why."""

    steps: tuple[str | int, ...]
    code: str
    what: str


class FaultyTexts(Exception):
    """Every fault of the texts; the release is not made."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__("; ".join(fault.what for fault in self.faults))


@dataclass
class Composer:
    """Composes one survey's release."""

    survey: Survey
    cube: Cube
    faults: list[Fault] = field(default_factory=list)

    def compose(self, release: str, date: str) -> ReleaseContent:
        """All words of a release. Raises FaultyTexts if any text says what the data do not."""
        presentation = self.survey.presentation
        text = {language: self._compose_language(language) for language in self.survey.header.languages}
        if self.faults:
            raise FaultyTexts(self.faults)
        return ReleaseContent(
            survey=self.survey.header.id,
            release=release,
            date=date,
            synthetic=self.cube.synthetic,
            languages=self.survey.header.languages,
            page_ids=tuple(page.id for page in presentation.pages) if presentation else (),
            text=text,
        )

    def _compose_language(self, language: str) -> SurveyText:
        header, presentation = self.survey.header, self.survey.presentation
        pages = enumerate(presentation.pages) if presentation else ()
        figures = enumerate(presentation.figures) if presentation else ()
        return SurveyText(
            title=header.title[language],
            owner=header.owner[language],
            about=tuple(paragraph[language] for paragraph in header.about),
            design=self.survey.design.note[language],
            pages={page.id: self._compose_page(place, page, language) for place, page in pages},
            figures={figure.id: self._compose_figure(place, figure, language) for place, figure in figures},
        )

    def _compose_figure(self, place: int, figure: Figure, language: str) -> FigureText:
        plan, words = FigurePlan(self.survey, figure), read_words(language)
        own = {cell: (figure.id, address_cell(figure.id, cell)) for cell in (*plan.list_shares(), *plan.list_changes())}
        teller = Teller(self.survey, self.cube, language, words, own)
        bullets = self._tell_all(teller, figure.bullets, ("figures", place, "bullets"))
        description = " ".join(bullet.plain for bullet in bullets)
        data = Picture(plan, self.cube, language, words, description).make_data()
        source = self._write_source(plan, words, language)
        key = self._write_key(figure.chart.value, data, words)
        notes = [note[language] for note in figure.notes]
        notes += [words["synthetic-note"]] if self.cube.synthetic else []
        return FigureText(
            title=figure.title[language],
            description=description,
            wide=draw_chart(figure.chart.value, data, WIDE),
            narrow=draw_chart(figure.chart.value, data, NARROW),
            picture=draw_picture(figure.chart.value, data, [text for text in (key, source, *notes) if text]),
            key=key,
            bullets=bullets,
            notes=tuple(notes),
            source=source,
            tables=TableMaker(plan, self.cube, language, words).make_tables(),
        )

    def _write_key(self, chart: str, data: ChartData, words: Words) -> str:
        """A sentence for each sign in the drawing that does not explain itself."""
        confidence = words.write_number(100 * self.survey.design.confidence)
        return " ".join(words[f"key-{sign}"].replace("{confidence}", confidence) for sign in list_signs(chart, data))

    def _write_source(self, plan: FigurePlan, words: Words, language: str) -> str:
        roles = dict.fromkeys(self.survey.question_of[item].role for item in plan.figure.items)
        titles = ", ".join(self.survey.roles[role].title[language] for role in roles)
        text = words["source"].replace("{survey}", self.survey.header.title[language])
        return text.replace("{waves}", ", ".join(plan.waves)).replace("{who}", titles)

    def _compose_page(self, place: int, page: Page, language: str) -> PageText:
        words = read_words(language)
        teller = Teller(self.survey, self.cube, language, words, self._addresses(page))
        sections = tuple(
            SectionText(
                title=section.title[language],
                lead=self._tell_all(teller, section.lead, ("pages", place, "sections", number, "lead")),
                figures=section.figures,
            )
            for number, section in enumerate(page.sections)
        )
        staircase = self.survey.staircase if page.shows_steps else None
        steps = staircase.steps if staircase else ()
        rows, sentence = self._write_fieldwork(page.wave, words, language)
        return PageText(
            title=page.title[language],
            lead=self._tell_all(teller, page.lead, ("pages", place, "lead")),
            sections=sections,
            steps_title=staircase.title[language] if staircase else "",
            steps_measure=staircase.measures[language] if staircase else "",
            steps=tuple(
                StepText(title=step.title[language], criteria=tuple(text[language] for text in step.criteria))
                for step in steps
            ),
            fieldwork_title=words["fieldwork-title"].replace("{wave}", page.wave),
            fieldwork=rows,
            fieldwork_sentence=sentence,
        )

    def _addresses(self, page: Page) -> Mapping[Cell, tuple[str, str]]:
        """Cell -> the first of the page's figures whose table has it."""
        addresses: dict[Cell, tuple[str, str]] = {}
        for section in page.sections:
            for name in section.figures:
                plan = FigurePlan(self.survey, self.survey.figures[name])
                for cell in (*plan.list_shares(), *plan.list_changes()):
                    addresses.setdefault(cell, (name, address_cell(name, cell)))
        return addresses

    def _tell_all(
        self, teller: Teller, bullets: Sequence[Bullet | Text], steps: tuple[str | int, ...]
    ) -> tuple[Sentence, ...]:
        told: list[Sentence] = []
        for place, bullet in enumerate(bullets):
            try:
                told.append(teller.tell(bullet))
            except TextFault as fault:
                self.faults.append(Fault((*steps, place), fault.code, fault.what))
        return tuple(told)

    def _write_fieldwork(self, wave: str, words: Words, language: str) -> tuple[tuple[FieldworkRow, ...], str]:
        """Everyone and the categories of the first breakdown, of the wave's leading role."""
        role = self.survey.find_leading_role(wave)
        assert role is not None, "the check of the survey's files sees to it that a role was asked in a page's wave"
        first = next((name for name, breakdown in self.survey.breakdowns.items() if not breakdown.answer_to), None)
        groups = [f"{first}={category.id}" for category in self.survey.breakdowns[first].categories] if first else []
        rows = []
        for group in ["all", *groups]:
            fieldwork = self.cube.fieldwork[wave, role.id, group]
            if not fieldwork.invited:
                continue
            rows.append(
                FieldworkRow(
                    label=label_group(self.survey, group, language),
                    invited=fieldwork.invited,
                    responded=fieldwork.responded,
                    rate=words.write("percent-short", fieldwork.rate),
                )
            )
        total = self.cube.fieldwork[wave, role.id, "all"]
        sentence = words["fieldwork-sentence"]
        for name, text in {
            "wave": wave,
            "invited": words.write_number(total.invited),
            "responded": words.write_number(total.responded),
            "rate": words.write("percent", total.rate),
        }.items():
            sentence = sentence.replace(f"{{{name}}}", text)
        return tuple(rows), sentence
