"""The hint under a question: our help, and what a form has no other place for: the unit and the help on each answer.

Writer and reader make the same lines, so that they can be taken off again.
"""

from collections.abc import Iterable, Mapping, Sequence

from praksis.define.xlsform.language import say
from praksis.localtext import LocalText

Lines = Mapping[str, Sequence[str]]
"""Language -> lines."""


def list_lines(
    languages: tuple[str, ...], unit: LocalText | None, answers: Iterable[tuple[LocalText, LocalText | None]]
) -> Lines:
    """The lines after the help: the unit, and each answer that has help of its own; `answers` is (label, help)."""
    explained = [(label, help) for label, help in answers if help]
    units = say("unit", languages, unit=unit) if unit else None
    return {
        language: [
            *([units[language]] if units else []),
            *(f"{label[language]}: {help[language]}" for label, help in explained),
        ]
        for language in languages
    }


def add_lines(help: LocalText | None, lines: Lines) -> LocalText | None:
    """The whole hint, or None where there is nothing to say."""
    found = {
        language: "\n".join([*([help[language]] if help else []), *more])
        for language, more in lines.items()
        if help or more
    }
    return LocalText(found) if found else None


def take_lines(hint: str, lines: Sequence[str]) -> tuple[str, bool]:
    """The help in a hint, and whether the lines stood after it as they should."""
    whole = "\n".join(lines)
    if not whole or hint == whole:
        return ("" if whole else hint), True
    if hint.endswith(f"\n{whole}"):
        return hint.removesuffix(f"\n{whole}"), True
    return hint, False
