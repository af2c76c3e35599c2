"""What sentences say, in three languages, and when they refuse."""

from collections.abc import Mapping

import pytest

from praksis.define.figure import Change, Gap, Holds, Largest, Level, NoLargerChange, NotAsked, Ref, Text
from praksis.define.survey import Survey
from praksis.estimate.cube import Cell, Cube, Estimate, Status
from praksis.localtext import LocalText
from praksis.tell.sentence import Teller, TextFault
from praksis.tell.words import read_words

ITEM = "develops-coherent-services"


def share(value: float, n: int = 90) -> Estimate:
    return Estimate(Status.SHOWN, value, 2.0, value - 4, value + 4, n, 131)


def move(value: float, half: float = 4) -> Estimate:
    return Estimate(Status.SHOWN, value, half / 2, value - half, value + half, 90)


def make_teller(survey: Survey, cells: Mapping[Cell, Estimate], language: str = "nb") -> Teller:
    addresses = {cell: ("figure", f"id-{place}") for place, cell in enumerate(cells)}
    return Teller(survey, Cube(cells, {}, synthetic=True), language, read_words(language), addresses)


def cell(group: str = "all", wave: str = "2023", since: str = "", item: str = ITEM, answer: str = "agree") -> Cell:
    return Cell(item, answer, group, wave, since)


LEVEL = Level(tell="level", item=ITEM, answer="agree", groups=("sector=state", "sector=municipality"), wave="2023")
CHANGE = Change(
    tell="change", item=ITEM, answer="agree", groups=("sector=state", "sector=municipality"), wave="2023", since="2021"
)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "nb",
            "I 2023 oppgir 54 prosent av de statlige virksomhetene og 30 prosent av kommunene at de er enige eller "
            "svært enige i at virksomheten utvikler sammenhengende tjenester for brukerne sine.",
        ),
        (
            "nn",
            "I 2023 oppgir 54 prosent av dei statlege verksemdene og 30 prosent av kommunane at dei er einige eller "
            "svært einige i at verksemda utviklar samanhengande tenester for brukarane sine.",
        ),
        (
            "en",
            "In 2023, 54 percent of state bodies and 30 percent of municipalities say that they agree or strongly "
            "agree that their organisation develops coherent services for its users.",
        ),
    ],
)
def test_level(reference: Survey, language: str, said: str) -> None:
    cells = {cell("sector=state"): share(53.93), cell("sector=municipality"): share(30.2)}
    sentence = make_teller(reference, cells, language).tell(LEVEL)
    assert sentence.plain == said
    assert [(span.cell, span.text.split()[0]) for span in sentence.spans if span.cell] == [
        ("id-0", "54"),
        ("id-1", "30"),
    ]


def test_none_is_said_only_of_none(reference: Survey) -> None:
    cells = {cell("sector=state"): share(0.0), cell("sector=municipality"): share(0.3)}
    plain = make_teller(reference, cells).tell(LEVEL).plain
    assert "ingen av de statlige virksomhetene og under 1 prosent av kommunene" in plain


def test_groups_that_differ_by_their_step_alone_are_named_once(reference: Survey) -> None:
    steps = ("step=step-1", "step=step-2", "step=step-3")
    item = "lack-of-competence"
    cells = {
        cell(group, "2019", item=item, answer="chosen"): share(value)
        for group, value in zip(steps, (76, 70, 42), strict=True)
    }
    level = Level(tell="level", item=item, answer="chosen", groups=steps, wave="2019")
    plain = make_teller(reference, cells).tell(level).plain
    assert (
        "76 prosent av de offentlige virksomhetene på trinn 1, 70 prosent på trinn 2 og 42 prosent på trinn 3" in plain
    )
    gap = Gap(tell="gap", item=item, answer="chosen", groups=(steps[2], steps[0]), wave="2019")
    cells[Cell(item, "chosen", steps[2], "2019", against=steps[0])] = move(-34)
    plain = make_teller(reference, cells, "en").tell(gap).plain
    assert "among public bodies on step 1 (76 percent) than among those on step 3 (42 percent)" in plain


def test_none_in_english_needs_no_article(reference: Survey) -> None:
    cells = {cell("sector=state"): share(0.0), cell("sector=municipality"): share(30)}
    assert (
        "no state bodies and 30 percent of municipalities say" in make_teller(reference, cells, "en").tell(LEVEL).plain
    )


def test_hidden_groups_are_not_named(reference: Survey) -> None:
    cells = {cell("sector=state"): Estimate(Status.CONFIDENTIAL), cell("sector=municipality"): share(30)}
    assert "statlige" not in make_teller(reference, cells).tell(LEVEL).plain
    cells[cell("sector=municipality")] = Estimate(Status.EMPTY)
    with pytest.raises(TextFault, match="T004"):
        make_teller(reference, cells).tell(LEVEL)


def test_change_says_rise_only_where_it_is_clear(reference: Survey) -> None:
    cells = {cell("sector=state", since="2021"): move(13), cell("sector=municipality", since="2021"): move(3)}
    plain = make_teller(reference, cells).tell(CHANGE).plain
    assert "økt med 13 prosentpoeng blant de statlige virksomhetene." in plain
    assert "ikke endret seg klart fra 2021 til 2023: Endringen er +3 prosentpoeng blant kommunene." in plain


def test_change_says_fall(reference: Survey) -> None:
    cells = {cell(group, since="2021"): move(-12) for group in ("sector=state", "sector=municipality")}
    plain = make_teller(reference, cells, "en").tell(CHANGE).plain
    assert "fell by 12 percentage points among state bodies and 12 percentage points among municipalities" in plain


def test_no_larger_change_stops_the_build(reference: Survey) -> None:
    bullet = NoLargerChange(tell="no-larger-change", item="life-events-as-starting-point", wave="2023", since="2022")
    answers = reference.scale_of(bullet.item).codes
    cells = {cell(item=bullet.item, answer=answer, since="2022"): move(4.9) for answer in answers}
    assert "ikke endret seg mye" in make_teller(reference, cells).tell(bullet).plain
    cells[cell(item=bullet.item, answer="neither", since="2022")] = move(-5.0)
    with pytest.raises(TextFault, match="T003"):
        make_teller(reference, cells).tell(bullet)


def test_no_larger_change_needs_every_answer(reference: Survey) -> None:
    bullet = NoLargerChange(tell="no-larger-change", item="life-events-as-starting-point", wave="2023", since="2022")
    answers = reference.scale_of(bullet.item).codes
    cells = {cell(item=bullet.item, answer=answer, since="2022"): move(1) for answer in answers}
    cells[cell(item=bullet.item, answer="neither", since="2022")] = Estimate(Status.CONFIDENTIAL)
    with pytest.raises(TextFault, match="T001"):
        make_teller(reference, cells).tell(bullet)


def test_a_clear_gap_never_shows_two_equal_numbers(reference: Survey) -> None:
    bullet = Gap(tell="gap", item=ITEM, answer="agree", groups=("sector=state", "sector=municipality"), wave="2023")
    gap = Cell(ITEM, "agree", "sector=state", "2023", against="sector=municipality")
    cells = {cell("sector=state"): share(54.4), cell("sector=municipality"): share(53.6), gap: move(0.8, half=0.1)}
    assert "(54,4 prosent) enn blant kommunene (53,6 prosent)" in make_teller(reference, cells).tell(bullet).plain


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "ingen"), (0.3, "under 1 prosent"), (99.7, "over 99 prosent"), (100.0, "100 prosent"), (54.5, "55 prosent")],
)
def test_percent_is_never_none_or_all_of_what_is_not(value: float, text: str) -> None:
    assert read_words("nb").write_percent(value) == text


def test_a_clear_change_is_never_told_as_0_points() -> None:
    assert read_words("en").write_points(0.25) == "less than 1 percentage point"
    assert read_words("en").write_signed_points(-0.3) == "0 percentage points"


def test_gap_names_the_higher_first_and_says_when_it_is_unclear(reference: Survey) -> None:
    bullet = Gap(tell="gap", item=ITEM, answer="agree", groups=("sector=state", "sector=municipality"), wave="2023")
    gap = Cell(ITEM, "agree", "sector=state", "2023", against="sector=municipality")
    cells = {cell("sector=state"): share(30), cell("sector=municipality"): share(54), gap: move(-24)}
    plain = make_teller(reference, cells).tell(bullet).plain
    assert "klart høyere blant kommunene (54 prosent) enn blant de statlige virksomhetene (30 prosent)" in plain
    plain = make_teller(reference, cells | {gap: move(-24, half=30)}).tell(bullet).plain
    assert "ingen klar forskjell" in plain


def test_largest_says_when_the_next_is_as_near(reference: Survey) -> None:
    items = ("lack-of-capacity", "lack-of-competence", "lack-of-funding")
    bullet = Largest(tell="largest", items=items, answer="chosen", wave="2019", count=1)
    cells = {
        cell(item=item, answer="chosen", wave="2019"): share(value)
        for item, value in zip(items, (85, 80, 52), strict=True)
    }
    gap = Cell("lack-of-capacity", "chosen", "all", "2019", over="lack-of-competence")
    plain = make_teller(reference, cells | {gap: move(5)}).tell(bullet).plain
    assert plain == "Vanligst blant de offentlige virksomhetene i 2019 er «Manglende kapasitet» (85 prosent)."
    plain = make_teller(reference, cells | {gap: move(5, half=6)}).tell(bullet).plain
    assert "neste, «Manglende kompetanse» (80 prosent), er ikke statistisk sikker" in plain


def test_largest_is_silent_where_one_is_hidden(reference: Survey) -> None:
    items = ("lack-of-capacity", "lack-of-competence", "lack-of-funding")
    bullet = Largest(tell="largest", items=items, answer="chosen", wave="2019", count=1)
    cells = {cell(item=item, answer="chosen", wave="2019"): share(50) for item in items}
    cells[cell(item="lack-of-funding", answer="chosen", wave="2019")] = Estimate(Status.CONFIDENTIAL)
    with pytest.raises(TextFault, match="T001"):
        make_teller(reference, cells).tell(bullet)


def test_not_asked(reference: Survey) -> None:
    bullet = NotAsked(tell="not-asked", item="maps-user-journeys", wave="2023", shown="2022")
    plain = make_teller(reference, {}, "nn").tell(bullet).plain
    assert plain == "Spørsmålet «Kartlegg brukarreiser» blei ikkje stilt i 2023. Figuren viser svara frå 2022."


class TestHandWrittenText:
    STATE = Ref(item=ITEM, answer="agree", group="sector=state", wave="2023", show="about")
    RISE = Ref(item=ITEM, answer="agree", group="sector=state", wave="2023", since="2021")

    def make_text(self, *holds: Holds) -> Text:
        words = dict.fromkeys(("nb", "nn", "en"), "{state} sier det; {rise} flere enn før.")
        return Text(tell="text", text=LocalText(words), refs={"state": self.STATE, "rise": self.RISE}, holds=holds)

    @pytest.fixture
    def cells(self) -> dict[Cell, Estimate]:
        return {cell("sector=state"): share(54), cell("sector=state", since="2021"): move(13)}

    def test_numbers_come_from_cells(self, reference: Survey, cells: dict[Cell, Estimate]) -> None:
        sentence = make_teller(reference, cells).tell(self.make_text(Holds(rises="rise")))
        assert sentence.plain == "Rundt 1 av 2 sier det; 13 prosentpoeng flere enn før."

    def test_a_change_that_nobody_tested_keeps_its_sign(self, reference: Survey, cells: dict[Cell, Estimate]) -> None:
        cells[cell("sector=state", since="2021")] = move(-13)
        assert "; −13 prosentpoeng flere" in make_teller(reference, cells).tell(self.make_text()).plain

    def test_no_plain_fraction_near_gives_the_percentage(self, reference: Survey, cells: dict[Cell, Estimate]) -> None:
        cells[cell("sector=state")] = share(41)
        assert make_teller(reference, cells).tell(self.make_text()).plain.startswith("41 prosent sier")

    @pytest.mark.parametrize("change", [move(3), move(-13)], ids=["unclear", "falls"])
    def test_a_rise_that_is_not_stops_the_build(
        self, reference: Survey, cells: dict[Cell, Estimate], change: Estimate
    ) -> None:
        text = self.make_text(Holds(rises="rise"))
        assert make_teller(reference, cells).tell(text)
        with pytest.raises(TextFault, match=r"T002 .* does not clearly rise"):
            make_teller(reference, cells | {cell("sector=state", since="2021"): change}).tell(text)

    def test_a_hidden_number_stops_the_build(self, reference: Survey, cells: dict[Cell, Estimate]) -> None:
        cells[cell("sector=state")] = Estimate(Status.CONFIDENTIAL)
        with pytest.raises(TextFault, match="T001"):
            make_teller(reference, cells).tell(self.make_text())


def test_every_language_has_the_same_words() -> None:
    keys = {language: set(read_words(language).texts) for language in ("nb", "nn", "en")}
    assert keys["nb"] == keys["nn"] == keys["en"]


@pytest.mark.parametrize(
    ("language", "value", "text"),
    [("nb", 1234.5, "1\u00a0235"), ("en", 1234.5, "1,235"), ("nb", -12.5, "−13"), ("nb", -0.4, "0")],
)
def test_numbers(language: str, value: float, text: str) -> None:
    assert read_words(language).write_number(value) == text
