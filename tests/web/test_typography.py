"""Line breaks on the pages, and the key to what a chart shows beside its values."""

import pytest

from praksis.web.site.typography import keep_together


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
