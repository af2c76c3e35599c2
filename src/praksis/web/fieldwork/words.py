"""The words of the staff pages, in bokmål and English."""

import datetime
from pathlib import Path

from django.utils import timezone

from praksis.web import words
from praksis.web.words import Words

FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("nb", "en")


def read_words(language: str) -> Words:
    """The words of a language."""
    return words.read_words(FOLDER, language)


def name_language(language: str) -> str:
    """What a language calls itself."""
    return words.name_language(FOLDER, language)


def write_day(at: datetime.datetime, words: Words) -> str:
    """'22. november 2026'."""
    return words.write_date(timezone.localtime(at).date().isoformat())


def write_percent(share: float, words: Words, decimals: int = 1) -> str:
    """0.654 as '65,4 %'; nothing where there is no share."""
    if share != share:
        return ""
    number = f"{100 * share:.{decimals}f}".replace(".", words["decimal_sign"])
    return f"{number}{words['percent']}"
