"""The words of the public pages."""

from pathlib import Path

from praksis.web import words

_FOLDER = Path(__file__).parent / "words"


def list_languages() -> tuple[str, ...]:
    """The languages that have a file of words."""
    return words.list_languages(_FOLDER)


def read_words(language: str) -> words.Words:
    """The words of a language, or the English ones where it has no file."""
    return words.read_words(_FOLDER, language)


def name_language(language: str) -> str:
    """What a language calls itself; its code where we do not know."""
    return words.name_language(_FOLDER, language)
