"""The words of the answering pages, and how numbers, dates and faults are written in them."""

from collections.abc import Mapping
from pathlib import Path

from praksis.collect.answering import Fault
from praksis.web import words
from praksis.web.words import Words

FOLDER = Path(__file__).parent / "words"
_SPACE = "\N{NO-BREAK SPACE}"


def list_languages() -> tuple[str, ...]:
    """The languages that have a file of words."""
    return words.list_languages(FOLDER)


def read_words(language: str) -> Words:
    """The words of a language, or the English ones where it has no file."""
    return words.read_words(FOLDER, language)


def name_language(language: str) -> str:
    """What a language calls itself; its code where we do not know."""
    return words.name_language(FOLDER, language)


def choose_language(accepted: str, offered: tuple[str, ...]) -> str:
    """The first offered language that a browser's Accept-Language names; else the first offered."""
    for part in accepted.lower().split(","):
        name = part.partition(";")[0].strip().partition("-")[0]
        name = "nb" if name == "no" else name
        if name in offered:
            return name
    return offered[0]


def write_number(number: str, words: Words) -> str:
    """'-1234.5' as '−1 234,5', with spaces that do not break."""
    whole, point, part = number.lstrip("-").partition(".")
    sign = "\N{MINUS SIGN}" if number.startswith("-") else ""
    return sign + words.write_count(int(whole)) + (words["decimal_sign"] + part if point else "")


def write_field(number: str, words: Words) -> str:
    """'1234.5' as it is put into a field to be changed: '1234,5'."""
    return number.replace(".", words["decimal_sign"])


def say_fault(fault: Fault, words: Words, labels: Mapping[str, str]) -> str:
    """What is wrong with a field and what to do. `labels` are those of the items, for where one is named."""
    params = dict(fault.params)
    for name in ("minimum", "maximum", "sum", "total"):
        if name in params:
            params[name] = write_number(params[name], words)
    for name in ("earliest", "latest"):
        if name in params:
            params[name] = words.write_date(params[name])
    for name in ("length", "longest"):
        if name in params:
            params[name] = words.write_count(int(params[name]))
    if "part" in params:
        params["part"] = words[f"part_{params['part']}"]
    key = f"fault_{fault.code}"
    if fault.code == "decimals" and params["decimals"] == "0":
        key = "fault_decimals_none"
    return words.fill(key, **params, option=labels.get(fault.item, ""))


def say_reason(reason: str, words: Words) -> tuple[str, str]:
    """Why something may not be done, as a heading and what to do about it."""
    return words[f"reason_{reason}"], words[f"reason_{reason}_text"]
