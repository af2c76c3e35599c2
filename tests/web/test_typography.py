"""Line breaks on the pages, and the key to what a chart shows beside its values."""

import pytest

from praksis.tell.content import FigureText
from praksis.web.site.figures import show_figure
from praksis.web.site.links import CellLinks
from praksis.web.site.typography import keep_together
from praksis.web.site.words import read_words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("på trinn 3 at", "på trinn\u00a03 at"),
        ("Kommuner, trinn 1", "Kommuner, trinn\u00a01"),
        ("1 Generelle", "1\u00a0Generelle"),
        ("så mye som 5 prosentpoeng", "så mye som\u00a05\u00a0prosentpoeng"),
        ("med 95-prosentintervall", "med 95-\u2060prosentintervall"),
        ("fra 2018 til 2019", "fra 2018 til 2019"),
        ("små (under 5 000)", "små (under 5\u00a0000)"),
        ("(5 000–19 999)", "(5\u00a0000–19\u00a0999)"),
        ("i 2018 245 svar", "i 2018 245 svar"),
        ("under 5\u00a0000 innbyggere", "under 5\u00a0000 innbyggere"),
        ("of 5,000 or 2.5", "of 5,000 or 2.5"),
        ("2020–2023", "2020–2023"),
    ],
)
def test_a_number_stays_with_its_word(text: str, shown: str) -> None:
    assert keep_together(text) == shown


@pytest.mark.parametrize(
    ("listed", "keys"),
    [
        ("", []),
        (" chart-shows-whiskers chart-shows-hatching", ["key_whiskers", "key_hatching"]),
        (" chart-shows-hollow", ["key_hollow"]),
        (" chart-shows-bands", ["key_bands"]),
    ],
)
def test_a_figure_explains_the_signs_of_its_chart(listed: str, keys: list[str]) -> None:
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" class="chart{listed}"><title>chart-shows-bands</title></svg>'
    figure = FigureText(
        title="T", description="", wide=drawing, narrow=drawing, bullets=(), notes=(), source="", tables=()
    )
    words = read_words("nb")
    view = show_figure("f", figure, CellLinks("nb/p.html", "nb", frozenset(), {}), words)
    assert view.key == " ".join(words[key] for key in keys)
