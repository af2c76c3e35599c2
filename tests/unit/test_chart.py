"""The charts: that nothing collides, nothing is lost, and every colour can be seen."""

import itertools
import math
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from praksis.tell.chart import palette
from praksis.tell.chart.axis import find_maximum
from praksis.tell.chart.data import ChartData, Mark, Row, Series
from praksis.tell.chart.draw import NARROW, WIDE, draw_chart, draw_picture, list_signs
from praksis.tell.chart.lines import EndLabel, spread_labels
from praksis.tell.chart.measure import measure_text, wrap_text
from praksis.tell.chart.svg import number
from praksis.tell.chart.waves import place_waves

NBSP = "\u00a0"


def mark(value: float | None, half: float = 0.0, text: str = "", uncertain: bool = False, percent: str = " %") -> Mark:
    """A value with an interval of `half` points on either side."""
    if value is None:
        return Mark(None, text or ":")
    shown = text or f"{value:.0f}{percent.replace(' ', NBSP)}"
    if not half:
        return Mark(value, shown, uncertain=uncertain)
    return Mark(value, shown, max(value - half, 0.0), min(value + half, 100.0), uncertain)


def chart(id: str, rows: list[Row], series: list[Series], marks: list[list[Mark]], language: str = "nb") -> ChartData:
    return ChartData(
        id, language, "Tittel", "Beskrivelse", tuple(rows), tuple(series), tuple(tuple(row) for row in marks)
    )


def values(*rows: Sequence[float | None], half: float = 0.0) -> list[list[Mark]]:
    return [[mark(value, half) for value in row] for row in rows]


AGREE = [
    Series("Helt enig", "scale-1-of-5"),
    Series("Enig", "scale-2-of-5"),
    Series("Verken enig eller uenig", "scale-3-of-5"),
    Series("Uenig", "scale-4-of-5"),
    Series("Helt uenig", "scale-5-of-5"),
    Series("Vet ikke", "other"),
]
AGREE_EN = [
    Series("Strongly agree", "scale-1-of-5"),
    Series("Agree", "scale-2-of-5"),
    Series("Neither agree nor disagree", "scale-3-of-5"),
    Series("Disagree", "scale-4-of-5"),
    Series("Strongly disagree", "scale-5-of-5"),
    Series("Do not know", "other"),
]
STEPS = [
    Series("Informasjon på nett", "step-1-of-4"),
    Series("Digitale skjemaer", "step-2-of-4"),
    Series("Digitale tjenester med gjenbruk av data", "step-3-of-4"),
    Series("Sammenhengende tjenester på tvers", "step-4-of-4"),
]
STATEMENTS = (
    "Virksomheten har tilstrekkelig kompetanse til å utvikle digitale tjenester som brukerne trenger",
    "Samarbeidet mellom stat og kommune om digitalisering fungerer godt",
)
BARRIERS = {
    "Kapasitet": (91, 90, 88),
    "Kompetanse": (76, 70, 42),
    "Manglende standardløsninger": (55, 66, 46),
    "Manglende sentral støtte og veiledning": (40, 50, 58),
    "Lover og regler": (30, 40, 60),
    "Finansiering": (55, 54, 50),
    "Forankring i ledelsen": (20, 14, 8),
    "Uklar ansvarsfordeling mellom sentrale aktører": (45, 50, 55),
    "Tilgang til data fra andre": (30, 36, 44),
    "Datakvalitet": (25, 33, 50),
}
SECTORS = [Series("Statlige virksomheter", "series-1"), Series("Kommuner og fylkeskommuner", "series-2")]


def stacked_by_statement() -> ChartData:
    rows = [
        Row("Statlige virksomheter", STATEMENTS[0], "n = 187"),
        Row("Kommuner", "", "n = 301"),
        Row("Statlige virksomheter", STATEMENTS[1], "n = 185"),
        Row("Kommuner", STATEMENTS[1], "n = 298"),
    ]
    marks = values(
        [14.2, 39.8, 22, 15.4, 4.1, 4.5], [6, 24, 33, 25, 8, 4], [8, 34, 31, 6, 0, 21], [5.5, 27.1, 30.4, 27, 5, 5]
    )
    return chart("enig", rows, AGREE, marks)


def stacked_extremes() -> ChartData:
    rows = [
        Row("Alle virksomheter i undersøkelsen, både statlige og kommunale, uansett størrelse og sentralitet i 2023"),
        Row("Universiteter"),
        Row("Fylkeskommuner", note="n = 4"),
        Row("Delvis skjult"),
        Row("Usikker"),
    ]
    marks = [
        *values([100, 0, 0, 0, 0, 0], [0, 0.3, 1, 3, 95.7, 0]),
        [mark(None)] * 6,
        [mark(40), mark(None), mark(None), mark(30), mark(10), mark(2)],
        [mark(v, uncertain=True) for v in (20, 20, 20, 20, 10, 10)],
    ]
    return chart("ytterpunkter", rows, AGREE_EN, marks, "en")


def bars_by_sector() -> ChartData:
    rows = [Row(label) for label in list(BARRIERS)[:6]]
    rows[3] = Row(rows[3].label, note="n = 87")
    marks = [[mark(a, 4.2), mark(c, 6.1)] for a, _, c in list(BARRIERS.values())[:6]]
    marks[2] = [mark(None), mark(46, 17, uncertain=True)]
    return chart("stolper", rows, SECTORS, marks)


def bars_extremes() -> ChartData:
    rows = [
        Row("Uklar ansvarsfordeling mellom sentrale aktører", "Menneskerettighetsorganisasjonssekretariatet"),
        Row("Ingen", ""),
        Row("Alle", "Etter størrelse"),
        Row("Ikke spurt"),
    ]
    marks = [[mark(99.6, 0.4)], [mark(0.0, 0)], [mark(100)], [mark(None, text="..")]]
    return chart("stolpeytter", rows, [Series("Del som er helt eller delvis enig", "series-3")], marks, "nn")


def development_by_sector() -> ChartData:
    rows = [Row(str(year)) for year in (2015, 2016, 2017, 2019, 2020, 2023)]
    marks = [
        [mark(31, 5), mark(18, 3), mark(24, 2)],
        [mark(36, 5), mark(20, 3), mark(27, 2)],
        [mark(None, text=".."), mark(None, text=".."), mark(None, text="..")],
        [mark(44, 5), mark(None), mark(36, 2.4)],
        [mark(50, 5), mark(36, 3), mark(42, 2)],
        [mark(54, 5), mark(50, 4), mark(52, 2)],
    ]
    return chart("utvikling", rows, [*SECTORS, Series("Alle virksomheter", "series-3")], marks)


def development_single() -> ChartData:
    rows = [Row(str(year), note=f"n = {year - 1700}") for year in (2015, 2017, 2019, 2021, 2023)]
    marks = [[mark(v, 3)] for v in (12, 17, 16, 24, 31)]
    return chart("en-linje", rows, [Series("Bruker kunstig intelligens", "series-1")], marks)


def development_multiples() -> ChartData:
    years = (2017, 2019, 2021, 2023)
    rows = [Row(str(year), statement) for statement in (*STATEMENTS, "Tredje") for year in years]
    marks = [
        [mark(a, 4), mark(b, 5, uncertain=b == 37)]
        for a, b in zip(
            (20, 30, 44, 66, 80, 70, 60, 55, 0, 1, 2, 0),
            (22, 26, 30, 37, 80, 71, 61, 54, 100, 99, 98, 100),
            strict=True,
        )
    ]
    return chart("paneler", rows, SECTORS, marks)


def development_crowded() -> ChartData:
    rows = [Row(str(year)) for year in range(2008, 2024)]
    series = [Series(f"Kommuner i størrelsesgruppe {size}", f"series-{size}") for size in range(1, 7)]
    marks = [[mark(40 + (year * (size + 3) * 7) % 11 + size / 3, 3) for size in range(6)] for year in range(16)]
    return chart("trangt", rows, series, marks)


def staircase_by_sector() -> ChartData:
    return chart(
        "trapp",
        [Row("Statlige virksomheter"), Row("Kommuner")],
        STEPS,
        values([35, 33, 33, 0], [22, 68, 10, 0], half=4),
    )


def staircase_by_size() -> ChartData:
    rows = [
        Row("Under 5 000 innbyggere", note="n = 120"),
        Row("5 000–20 000 innbyggere", note="n = 110"),
        Row("Over 20 000 innbyggere", note="n = 71"),
    ]
    marks = values([39, 58, 3, 0], [10, 80, 10, 0], [20, 62, 18, 0])
    marks[2][2] = mark(18, 14, uncertain=True)
    marks[0][3] = mark(None)
    return chart("trapp-storrelse", rows, STEPS, marks)


def staircase_two_steps() -> ChartData:
    steps = [Series("Not digital", "step-1-of-2"), Series("Digital", "step-2-of-2")]
    return chart(
        "two", [Row("All bodies", note="n = 488")], steps, [[mark(100, percent="%"), mark(0, percent="%")]], "en"
    )


def staircase_six_steps() -> ChartData:
    labels = [
        "Ikke startet",
        "Planlegger",
        "Prøver ut",
        "Tatt i bruk i noen tjenester",
        "Tatt i bruk i de fleste",
        "Overalt",
    ]
    steps = [Series(label, f"step-{k}-of-6") for k, label in enumerate(labels, 1)]
    rows = [Row(label) for label in ("2017", "2019", "2021", "2023")]
    marks = values(
        [30, 30, 20, 10, 10, 0], [20, 25, 25, 15, 10, 5], [10, 20, 25, 20, 15, 10], [5, 10, 15, 20, 30, 20], half=3
    )
    return chart("trapp-seks", rows, steps, marks)


def barriers_by_step() -> ChartData:
    series = [Series(f"Trinn {k}", f"step-{k}-of-4") for k in (1, 2, 3)]
    marks = values(*BARRIERS.values())
    return chart("hindre", [Row(label) for label in BARRIERS], series, marks)


def barriers_extremes() -> ChartData:
    rows = [Row("Alle"), Row("Ingen"), Row("Likt"), Row("Skjult"), Row("Alt skjult"), Row("Usikkert", "Med overskrift")]
    marks = values([100, 100], [0, 0], [50, 50], [None, 0], [None, None], [10, 96])
    marks[5] = [mark(10, 20, uncertain=True), mark(96)]
    return chart("hindreytter", rows, SECTORS, marks)


def barriers_single() -> ChartData:
    marks = [[mark(a, 4)] for a, _, _ in BARRIERS.values()]
    return chart("hinder", [Row(label) for label in BARRIERS], [Series("Kommuner", "series-2")], marks)


SAMPLES: list[tuple[str, ChartData]] = [
    ("stacked", stacked_by_statement()),
    ("stacked", stacked_extremes()),
    ("bars", bars_by_sector()),
    ("bars", bars_extremes()),
    ("development", development_by_sector()),
    ("development", development_single()),
    ("development", development_multiples()),
    ("development", development_crowded()),
    ("staircase", staircase_by_sector()),
    ("staircase", staircase_by_size()),
    ("staircase", staircase_two_steps()),
    ("staircase", staircase_six_steps()),
    ("barriers", barriers_by_step()),
    ("barriers", barriers_extremes()),
    ("barriers", barriers_single()),
]


def staircase_alone() -> ChartData:
    """One group, whose bars take the colours of the steps."""
    marks = [[mark(28, 3), mark(52, 3), mark(17, 3), mark(3, 2)]]
    return chart("trapp-alene", [Row("Alle", "2023")], STEPS, marks, "nn")


SAMPLES.append(("staircase", staircase_alone()))

KINDS = ("stacked", "bars", "development", "staircase", "barriers")
LONG = "Uklar ansvarsfordeling mellom sentrale aktører og manglende samordning av virkemidler på tvers"
CASES = [
    pytest.param(kind, data, width, id=f"{kind}-{data.id}-{width}")
    for kind, data in SAMPLES
    for width in (WIDE, NARROW)
]


def invent(kind: str, rows: int, series: int, *, long: bool, seed: int) -> ChartData:
    """Charts of every size, with zeros, hundreds, gaps and wide intervals strewn in."""
    tone = {"stacked": f"scale-{{}}-of-{series}", "staircase": f"step-{{}}-of-{series}"}.get(kind, "series-{}")
    names = [f"{LONG[:28]} {place}" if long else f"Serie {place}" for place in range(1, series + 1)]
    labels = [
        str(2010 + place) if kind == "development" else f"{LONG if long else 'Rad'} {place}" for place in range(rows)
    ]
    marks = []
    for row in range(rows):
        line = []
        for place in range(series):
            step = (row * 7 + place * 13 + seed * 29) % 37
            if step == 5:
                line.append(mark(None, text=(":", "..")[row % 2]))
            else:
                value = (0.0, 100.0, step * 2.7)[0 if step < 3 else 1 if step == 36 else 2]
                line.append(mark(value, step % 11, uncertain=step % 9 == 0))
        marks.append(line)
    heading = [LONG if long and row == rows // 2 else "" for row in range(rows)]
    return chart(
        f"{kind}-{rows}-{series}",
        [Row(label, head, "n = 12" if seed == 2 else "") for label, head in zip(labels, heading, strict=True)],
        [Series(name, tone.format(place)) for place, name in enumerate(names, 1)],
        marks,
    )


def draw(kind: str, data: ChartData, width: int) -> ElementTree.Element:
    return ElementTree.fromstring(draw_chart(kind, data, width))


def find_all(svg: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return list(svg.iter(f"{{http://www.w3.org/2000/svg}}{name}"))


def words(element: ElementTree.Element) -> str:
    return element.text or ""


def list_boxes(svg: ElementTree.Element) -> list[tuple[str, float, float, float, float]]:
    """Every text with left, top, right and bottom: from the top of its capitals to under its descenders."""
    boxes = []
    for text in find_all(svg, "text"):
        size = float(text.attrib["font-size"])
        wide = measure_text(words(text), size, int(text.get("font-weight", "400")))
        left = float(text.attrib["x"]) - {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor", "start")] * wide
        y = float(text.attrib["y"])
        boxes.append((words(text), left, y - 0.73 * size, left + wide, y + 0.2 * size))
    return boxes


def find_collisions(svg: ElementTree.Element) -> list[tuple[str, str]]:
    return [
        (one[0], two[0])
        for one, two in itertools.combinations(list_boxes(svg), 2)
        if one[1] < two[3] and two[1] < one[3] and one[2] < two[4] and two[2] < one[4]
    ]


def find_overflow(svg: ElementTree.Element) -> list[str]:
    _, _, width, height = map(float, svg.attrib["viewBox"].split())
    return [
        text
        for text, left, top, right, bottom in list_boxes(svg)
        if left < -0.01 or top < 0 or right > width + 0.01 or bottom > height
    ]


@pytest.mark.parametrize(("kind", "data", "width"), CASES)
class TestEveryChart:
    def test_is_valid_and_named(self, kind: str, data: ChartData, width: int) -> None:
        svg = draw(kind, data, width)
        title, desc = svg[0], svg[1]
        assert (title.text, desc.text) == (data.title, data.description)
        assert svg.attrib["role"] == "img"
        assert svg.attrib["aria-labelledby"] == f"{title.attrib['id']} {desc.attrib['id']}"
        assert svg.attrib["viewBox"] == f"0 0 {svg.attrib['width']} {svg.attrib['height']}"
        assert svg.attrib["width"] == str(width)

    def test_no_text_lies_on_another(self, kind: str, data: ChartData, width: int) -> None:
        assert find_collisions(draw(kind, data, width)) == []

    def test_no_text_leaves_the_picture(self, kind: str, data: ChartData, width: int) -> None:
        assert find_overflow(draw(kind, data, width)) == []

    def test_every_value_can_be_read(self, kind: str, data: ChartData, width: int) -> None:
        svg = draw(kind, data, width)
        shown = [words(text) for text in find_all(svg, "text")]
        titles = " | ".join(words(title) for title in find_all(svg, "title"))
        for row, series in itertools.product(range(len(data.rows)), range(len(data.series))):
            value = data.marks[row][series]
            if value.value is None:
                assert value.text in shown
            elif value.value > 0 or kind != "stacked":
                told = f"{data.series[series].label}: {value.text}"
                assert told in titles

    def test_every_label_is_drawn(self, kind: str, data: ChartData, width: int) -> None:
        drawn = " ".join(words(text) for text in find_all(draw(kind, data, width), "text")).replace("- ", "-")
        for label in (*(series.label for series in data.series), *(row.heading for row in data.rows)):
            assert all(word in drawn for word in label.split())
        if kind != "development":  # where years stand too close, some are left to the ticks
            assert all(word in drawn for row in data.rows for word in row.label.split())

    def test_small_text_is_not_too_small(self, kind: str, data: ChartData, width: int) -> None:
        assert min(float(text.attrib["font-size"]) for text in find_all(draw(kind, data, width), "text")) >= 12

    def test_needs_no_inline_style_and_no_reference(self, kind: str, data: ChartData, width: int) -> None:
        drawn = draw_chart(kind, data, width)
        assert not re.search(r"style|url\(|href", drawn)
        css = palette.css_text()
        for element in draw(kind, data, width).iter():
            for name in element.get("class", "").split():
                assert f".{name}{{" in css or re.fullmatch(f"chart-({kind}|wide|narrow)", name)

    def test_is_the_same_bytes_every_time(self, kind: str, data: ChartData, width: int) -> None:
        first = draw_chart(kind, data, width)
        measure_text.cache_clear()
        wrap_text.cache_clear()
        assert draw_chart(kind, data, width) == first


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("kind", KINDS)
def test_charts_of_every_size_are_legible(kind: str, width: int) -> None:
    sizes = itertools.product((1, 2, 3, 4, 7, 12), (1, 2, 3, 4, 6), (False, True), (0, 1, 2))
    for rows, series, long, seed in sizes:
        if kind == "staircase" and series < 2:
            continue
        svg = draw(kind, invent(kind, rows, series, long=long, seed=seed), width)
        assert (rows, series, long, seed, find_collisions(svg), find_overflow(svg)) == (
            rows,
            series,
            long,
            seed,
            [],
            [],
        )


def test_drawing_is_fast() -> None:
    data = barriers_by_step()
    draw_chart("barriers", data, WIDE)
    start = time.perf_counter()
    for _ in range(20):
        draw_chart("barriers", data, WIDE)
    assert (time.perf_counter() - start) / 20 < 0.02  # takes about 0.001 s; a library took 0.08


def test_text_is_escaped() -> None:
    data = bars_by_sector()
    nasty = '<script>alert("1")</script> & \x00 ]]>'
    rows = (replace(data.rows[0], label=nasty, heading=nasty, note=nasty), *data.rows[1:])
    data = replace(data, title=nasty, description=nasty, rows=rows, id='a"b', series=(Series(nasty, "other"),) * 2)
    for kind, width in itertools.product(KINDS, (WIDE, NARROW)):
        svg = draw(kind, data, width)
        assert words(svg[0]) == nasty.replace("\x00", "\ufffd")
        assert not find_all(svg, "script")


@pytest.mark.parametrize(("kind", "width"), [("pie", WIDE), ("bars", 500)])
def test_unknown_kind_or_width_is_refused(kind: str, width: int) -> None:
    with pytest.raises(ValueError, match=r"no such chart|720 or 340"):
        draw_chart(kind, bars_by_sector(), width)


# Stacked


def list_segments(data: ChartData, width: int) -> dict[str, list[tuple[float, float]]]:
    """Left and right of every segment, by row."""
    rows: dict[str, list[tuple[float, float]]] = {}
    for part in find_all(draw("stacked", data, width), "g"):
        rect = part.find("{http://www.w3.org/2000/svg}rect")
        if rect is not None:
            left = float(rect.attrib["x"])
            rows.setdefault(rect.attrib["y"], []).append((left, left + float(rect.attrib["width"])))
    return rows


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_segments_fill_the_bar_in_proportion(width: int) -> None:
    data = stacked_by_statement()
    rows = list_segments(data, width)
    assert len(rows) == 4
    for segments, marks in zip(rows.values(), data.marks, strict=True):
        known = [value.value for value in marks if value.value]
        whole = segments[-1][1] - segments[0][0]
        assert segments[-1][1] == width
        for (start, end), value in zip(segments, known, strict=True):
            assert end - start == pytest.approx(value / sum(known) * whole, abs=2.02)
        assert all(0.9 < after[0] - before[1] <= 2.02 for before, after in itertools.pairwise(segments))


def test_hidden_answers_leave_an_empty_frame_and_no_hint_of_their_shares() -> None:
    rows = [Row("a"), Row("b")]
    one = chart("a", rows, AGREE[:3], [[mark(40), mark(None), mark(None)], [mark(50), mark(30), mark(20)]])
    drawn = draw("stacked", one, WIDE)
    frames = [rect for rect in find_all(drawn, "rect") if rect.get("stroke-dasharray")]
    assert len(frames) == 1
    title = next(words(t) for t in find_all(drawn, "title") if "Enig" in words(t))
    assert title == "a, Enig: :; a, Verken enig eller uenig: :"


def test_a_label_stands_only_where_its_segment_has_room() -> None:
    for kind, data in SAMPLES:
        for width in (WIDE, NARROW) if kind == "stacked" else ():
            for part in find_all(draw(kind, data, width), "g"):
                rect, text = part.find("{*}rect"), part.find("{*}text")
                if rect is not None and text is not None and not rect.get("stroke-dasharray"):
                    assert float(rect.attrib["width"]) + 1.5 >= max(24, measure_text(words(text), 13, 600))


# Bars, staircase, barriers


def test_bars_are_as_long_as_their_values_and_values_stand_behind_the_whisker() -> None:
    data = bars_by_sector()
    svg = draw("bars", data, WIDE)
    drawn = {words(part[0]): part for part in find_all(svg, "g")}
    long = drawn[f"Kapasitet, Statlige virksomheter: 91{NBSP}%"]
    short = drawn[f"Kompetanse, Kommuner og fylkeskommuner: 42{NBSP}%"]
    ratio = float(long[1].attrib["width"]) / float(short[1].attrib["width"])
    assert ratio == pytest.approx(91 / 42, rel=0.001)
    end = float(re.findall(r"H([\d.]+)", long[2].attrib["d"])[0])
    assert float(long[-1].attrib["x"]) > end


def test_axis_is_written_as_the_values_are() -> None:
    english = replace(bars_extremes(), marks=tuple((mark(50, percent="%"),) for _ in range(4)))
    assert "20%" in [words(text) for text in find_all(draw("bars", english, WIDE), "text")]
    assert f"20{NBSP}%" in [words(text) for text in find_all(draw("bars", bars_extremes(), WIDE), "text")]


@pytest.mark.parametrize("data", [staircase_by_sector(), staircase_by_size()])
def test_treads_rise_from_left_to_right(data: ChartData) -> None:
    svg = draw("staircase", data, WIDE)
    line = find_all(svg, "path")[-1].attrib["d"]
    heights = [float(y) for y in re.findall(r"V([\d.]+)", line)]
    places = [float(x) for x in re.findall(r"H([\d.]+)", line)]
    assert heights == sorted(heights, reverse=True)
    assert len(heights) == 3
    assert places == [180, 360, 540, 720]


def test_narrow_staircase_has_its_highest_step_on_top_and_rises_too() -> None:
    svg = draw("staircase", staircase_by_sector(), NARROW)
    line = find_all(svg, "path")[-1].attrib["d"]
    heights = [float(y) for y in re.findall(r"V([\d.]+)", line)]
    places = [float(x) for x in re.findall(r"H([\d.]+)", line)]
    assert heights == sorted(heights, reverse=True)
    assert places == sorted(places)
    labels = [box for box in list_boxes(svg) if box[0] in {"Informasjon på nett", "Sammenhengende tjenester på tvers"}]
    low, high = sorted(labels, key=lambda box: box[0])
    assert high[2] < low[2]
    assert high[1] > low[1]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_nobody_on_a_step_is_said_and_bars_share_one_scale(width: int) -> None:
    exact = values([35, 33, 33, 0], [22, 68, 10, 0])
    data = replace(staircase_by_sector(), marks=tuple(tuple(row) for row in exact))
    svg = draw("staircase", data, width)
    side = "height" if width == WIDE else "width"
    lengths = {words(g[0]): float(g[1].attrib[side]) for g in find_all(svg, "g") if g[1].tag.endswith("rect")}
    scales = [length / float(name.split(": ")[1].split(NBSP)[0]) for name, length in lengths.items()]
    assert len(scales) == 6
    assert max(scales) == pytest.approx(min(scales), rel=0.01)
    assert [words(text) for text in find_all(svg, "text")].count(f"0{NBSP}%") == 2


def test_markers_of_equal_values_do_not_cover_one_another() -> None:
    svg = draw("barriers", barriers_extremes(), WIDE)
    circle = next(c for c in find_all(svg, "circle") if float(c.attrib["cy"]) > 150)
    title = [g for g in find_all(svg, "g") if words(g[0]).startswith("Likt")]
    texts = [g.find("{*}text") for g in title]
    assert len({t.attrib["y"] for t in texts if t is not None}) == 2
    assert circle.attrib["r"] == "6"


def test_a_single_series_of_barriers_is_bars() -> None:
    data = barriers_single()
    as_bars = draw_chart("bars", data, WIDE).replace("chart-bars", "chart-barriers")
    assert draw_chart("barriers", data, WIDE) == as_bars


# Development


def list_line_starts(svg: ElementTree.Element) -> Iterator[str]:
    return (path.attrib["d"] for path in find_all(svg, "path") if path.get("stroke-width") == "2.25")


def test_a_missing_wave_breaks_the_line_and_shows_its_sign_once() -> None:
    svg = draw("development", development_by_sector(), WIDE)
    assert len(list(list_line_starts(svg))) == 6
    assert [words(text) for text in find_all(svg, "text")].count("..") == 1


def test_waves_stand_at_their_distance_in_time() -> None:
    assert place_waves(["2015", "2016", "2020"], 0, 100) == [0, 20, 100]
    assert place_waves(["Vår 2015", "Høst 2015", "Vår 2019"], 0, 100) == [0, 50, 100]
    assert place_waves(["2019"], 0, 100) == [50]


def test_series_differ_in_shape_not_only_in_colour() -> None:
    shapes: dict[str, tuple[tuple[int, int], ...]] = {}
    for part in find_all(draw("development", development_crowded(), WIDE), "g"):
        name = words(part[0]).split(", ")[1].split(":")[0]
        corners = [float(place) for place in re.findall(r"-?[\d.]+", part[1].get("d", ""))]  # a circle has none
        x, y = corners[:2] or (0, 0)
        shapes[name] = tuple((round(a - x), round(b - y)) for a, b in zip(corners[::2], corners[1::2], strict=True))
    assert len(shapes) == 6
    assert len(set(shapes.values())) == 6


def test_panels_share_one_axis() -> None:
    svg = draw("development", development_multiples(), WIDE)
    ticks = [
        words(text)
        for text in find_all(svg, "text")
        if words(text) == f"100{NBSP}%" and text.get("text-anchor") == "end"
    ]
    assert len(ticks) == 3


def test_end_labels_move_apart_but_stay_in_order() -> None:
    wanted = [EndLabel(0, 50, 16), EndLabel(1, 52, 16), EndLabel(2, 51, 16), EndLabel(3, 200, 16)]
    placed = {label.key: label.middle for label in spread_labels(wanted, 0, 205)}
    assert placed[0] < placed[2] < placed[1]
    assert placed[2] == pytest.approx(51)
    assert placed[2] - placed[0] == 16
    assert placed[3] == 197


# Parts


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (-0.001, "0"), (1.5, "1.5"), (100, "100"), (2 / 3, "0.67"), (-3.10, "-3.1")]
)
def test_numbers_are_short(value: float, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize(
    ("highest", "axis"),
    [(3, (5, 1)), (18, (20, 5)), (20.05, (20, 5)), (54, (60, 20)), (91, (100, 20)), (100, (100, 20))],
)
def test_axis_ends_on_a_round_number(highest: float, axis: tuple[float, float]) -> None:
    assert find_maximum([mark(1), mark(highest), mark(None)]) == axis


def test_text_wraps_within_its_width() -> None:
    for width, lines, weight, size in itertools.product((60, 90, 140, 250), (1, 2, 4), (400, 600), (12, 14)):
        for text in (LONG, "Menneskerettighetsorganisasjonssekretariatet", "5\u00a0000\u201320\u00a0000 innbyggere"):
            for balance in (False, True):
                broken = wrap_text(text, width, size, weight, lines, balance)
                assert len(broken) <= lines
                assert all(measure_text(line, size, weight) <= width for line in broken)


def test_wrapping_loses_no_word_and_breaks_where_it_may() -> None:
    assert " ".join(wrap_text(LONG, 200, 14, 400, 9)) == LONG
    assert wrap_text("5 000\u201320 000".replace(" ", NBSP), 60, 12) == (f"5{NBSP}000\u2013", f"20{NBSP}000")
    assert wrap_text("ansvars\u00adfordeling", 70, 12) == ("ansvars-", "fordeling")
    assert wrap_text("ansvars\u00adfordeling", 200, 12) == ("ansvarsfordeling",)
    assert wrap_text("", 200, 12) == ()
    assert wrap_text("for mange ord til en linje", 80, 12, 400, 1)[0].endswith("\u2026")


def test_inter_is_measured_as_browsers_do() -> None:
    # Chromium's getComputedTextLength with the same font; kerning is the difference.
    assert measure_text("Uklar ansvarsfordeling mellom sentrale aktører", 14) == pytest.approx(308.4, abs=1.5)


# Colours


def simulate(colour: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """A colour in OKLab as someone with the colour vision sees it (Machado, Oliveira & Fernandes 2009)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    rgb = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    r, g, b = (min(1, max(0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in matrix)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


VISIONS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "typical": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}
SCHEMES = pytest.mark.parametrize("scheme", [palette.LIGHT, palette.DARK], ids=["light", "dark"])


@SCHEMES
def test_everything_can_be_seen(scheme: dict[str, str]) -> None:
    for page in ("background", "surface"):
        for ink in ("ink", "muted"):
            assert palette.measure_contrast(scheme[ink], scheme[page]) >= 4.5
        assert palette.measure_contrast(scheme["axis"], scheme[page]) >= 3
    for hue in palette.HUES:
        assert palette.measure_contrast(scheme[hue], scheme["background"]) >= 3
        assert palette.measure_contrast(scheme[f"on-{hue}"], scheme[hue]) >= 4.5
        if hue.startswith(("step", "series")):  # these also stand on the body of the staircase
            assert palette.measure_contrast(scheme[hue], scheme["surface"]) >= 3


@SCHEMES
@pytest.mark.parametrize("vision", VISIONS)
def test_colours_are_told_apart_by_every_vision(scheme: dict[str, str], vision: str) -> None:
    agree = [palette.choose_hue(f"scale-{k}-of-5") for k in range(1, 6)] + ["other"]
    neighbours = [*itertools.pairwise(agree), *itertools.combinations([f"series-{k}" for k in range(1, 5)], 2)]
    for one, two in neighbours:
        colours = (simulate(scheme[hue], VISIONS[vision]) for hue in (one, two))
        assert math.dist(*colours) > 0.05, (one, two)


@pytest.mark.parametrize("count", range(1, 12))
def test_tones_run_from_end_to_end(count: int) -> None:
    for kind in ("scale", "step"):
        hues = [palette.choose_hue(f"{kind}-{place}-of-{count}") for place in range(1, count + 1)]
        assert len(set(hues)) == min(count, 7)
        if count > 2:
            ends = ("cool-3", "warm-3") if kind == "scale" else ("step-1", "step-7")
            assert (hues[0], hues[-1]) == ends


@pytest.mark.parametrize("tone", ["", "red", "scale-6-of-5", "step-1", "series-1-of-2", "scale-0-of-3"])
def test_unknown_tone_is_refused(tone: str) -> None:
    with pytest.raises(ValueError, match="no such tone"):
        palette.choose_hue(tone)


def test_style_sheet_carries_both_schemes() -> None:
    css = palette.css_text()
    light, dark = palette.HUES["cool-3"]
    assert css.count(f"--chart-cool-3:{dark}") == 2
    assert css.count(f"--chart-cool-3:{light}") == 2
    assert css.count("{") == css.count("}")
    assert "@media (prefers-color-scheme:dark)" in css
    assert f".chart-fill-cool-3{{fill:var(--chart-cool-3,{light})}}" in css


@pytest.mark.parametrize(
    ("kind", "series", "expected"),
    [
        ("bars", 2, ["whiskers", "hatching"]),
        ("barriers", 1, ["whiskers", "hatching"]),
        ("barriers", 2, ["hollow"]),
        ("development", 2, ["bands", "hollow"]),
        ("development", 4, ["hollow"]),
        ("stacked", 2, ["hatching"]),
    ],
)
def test_a_chart_lists_what_its_reader_needs_a_key_to(kind: str, series: int, expected: list[str]) -> None:
    names = [Series(f"Gruppe {place}", f"series-{place + 1}") for place in range(series)]
    marks = [[mark(40 + 5 * place, 4, uncertain=place == 0) for place in range(series)] for _ in range(2)]
    assert list(list_signs(kind, chart("nøkkel", [Row("2018"), Row("2019")], names, marks))) == expected
    sure = [[replace(value, lower=None, upper=None, uncertain=False) for value in row] for row in marks]
    assert list_signs(kind, chart("nøkkel", [Row("2018"), Row("2019")], names, sure)) == ()


def test_lines_of_a_picture_that_stands_alone_keep_their_width() -> None:
    """A reader without the font gets another one, which must not run into what stands beside it."""
    names = [Series("Statlige virksomheter & andre", "series-1"), Series("Kommuner", "series-2")]
    marks = [[mark(40, 4), mark(60, 4)]]
    picture = draw_picture("bars", chart("bilde", [Row("2019", note="n = 87")], names, marks), ["Kilde: IT i praksis"])
    lines = ElementTree.fromstring(picture).findall(".//{http://www.w3.org/2000/svg}text")
    assert {"Statlige virksomheter & andre", "Kilde: IT i praksis"} <= {line.text for line in lines}
    for line in lines:
        weight = int(line.get("font-weight", "400"))
        wide = measure_text(line.text or "", int(line.get("font-size", "0")), weight)
        assert float(line.get("textLength", "0")) == pytest.approx(wide, abs=0.01)
