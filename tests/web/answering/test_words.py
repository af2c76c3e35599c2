"""Words in three languages: the same ones, all of them used, and one for everything that can go wrong."""

import ast
import datetime
import inspect
import re
from pathlib import Path

import pytest

from praksis.collect import answering, response
from praksis.collect.answering import Fault
from praksis.web.answering import words as module
from praksis.web.answering.words import (
    choose_language,
    list_languages,
    read_words,
    say_fault,
    say_reason,
    write_field,
    write_number,
)
from praksis.web.settings import configure_site
from praksis.web.words import Words, write_moment

_LANGUAGES = ("en", "nb", "nn")
_PARAMS = {
    "small": {"minimum": "-1.5"},
    "large": {"maximum": "1250"},
    "decimals": {"decimals": "2"},
    "sum": {"sum": "110", "total": "100"},
    "date-part": {"part": "day"},
    "date-lacks": {"part": "year"},
    "early": {"earliest": "2010-01-01"},
    "late": {"latest": "2026-12-31"},
    "long": {"length": "1501", "longest": "1000"},
}


def _find_first_arguments(of: object, call: str) -> set[str]:
    """The texts that a module's calls of a function have as their first argument."""
    tree = ast.parse(inspect.getsource(of))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == call:
            found |= {
                part.value
                for part in ast.walk(node.args[0])
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            }
    return found


FAULTS = _find_first_arguments(answering, "Fault")
_IN_LOOPS = {"disputed", "unread", "required"}
REASONS = _find_first_arguments(response, "NotAllowed") | _IN_LOOPS
REASONS |= set(re.findall(r"`([a-z-]+)`", (response.NotAllowed.__doc__ or "").partition("code:")[2]))


def test_the_codes_were_found() -> None:
    assert {"choice", "exclusive", "sum", "date-lacks", "both"} <= FAULTS
    assert {"not-yours", "closed", "unknown", "required", "not-submitted"} <= REASONS


@pytest.mark.parametrize("language", _LANGUAGES)
def test_every_fault_has_words(language: str) -> None:
    words = read_words(language)
    for code in FAULTS:
        fault = Fault(code, "item", "item", _PARAMS.get(code, {}))
        said = say_fault(fault, words, {"item": "The option"})
        assert len(said) > 10, code
        assert not re.search(r"[{}]|\d{4}-\d\d", said), (code, said)


@pytest.mark.parametrize("language", _LANGUAGES)
def test_every_reason_has_a_heading_and_a_way_on(language: str) -> None:
    words = read_words(language)
    for reason in REASONS:
        title, text = say_reason(reason, words)
        assert title
        assert text.endswith("."), reason


def test_words_are_the_same_in_every_language() -> None:
    words = {language: read_words(language) for language in list_languages()}
    assert tuple(words) == _LANGUAGES
    english = words["en"]
    for language, other in words.items():
        assert other.keys() == english.keys(), language
        for key in english.keys() - {"thousands_sign"}:
            assert other[key].strip(), (language, key)
            holes = sorted(re.findall(r"\{\w+\}", other[key]))
            assert holes == sorted(re.findall(r"\{\w+\}", english[key])), (language, key)
        assert len(other["months"].split(",")) == 12


def test_nynorsk_is_nynorsk_and_bokmal_is_bokmal() -> None:
    keys = read_words("en").keys()
    nynorsk, bokmal = (" ".join(read_words(language)[key] for key in keys).lower() for language in ("nn", "nb"))
    for word in (
        "ikke",
        "jeg",
        "hvem",
        "hva",
        "noe",
        "spørsmålene",
        "svarene",
        "lenke",
        "ble",
        "kun",
        "besvarelse",
        "gjøre",
    ):
        assert not re.search(rf"\b{word}\b", nynorsk), word
    for word in ("ikkje", "kva", "noko", "svara", "lenkje", "blei", "berre", "verksemda", "då"):
        assert not re.search(rf"\b{word}\b", bokmal), word


def test_every_word_is_used_and_every_used_word_exists() -> None:
    folder = Path(module.__file__).parent
    templates = "".join(path.read_text(encoding="utf-8") for path in (folder / "templates").rglob("*.html"))
    paths = (*folder.glob("*.py"), folder.parent / "words.py")
    code = "".join(path.read_text(encoding="utf-8") for path in paths)
    in_templates = set(re.findall(r"words\.(\w+)", templates))
    known = read_words("en").keys()
    assert in_templates <= known
    # Families whose last part is a code of something else.
    families = re.findall(r'f"(\w+_)\{', code) + ["fault_"]
    named = {key for key in known if f'"{key}"' in code or f"'{key}'" in code}
    lost = [key for key in known - in_templates - named if not key.startswith(tuple(families))]
    assert lost == []


@pytest.mark.parametrize("language", _LANGUAGES)
def test_no_line_ends_within_e_mail(language: str) -> None:
    """A word joiner after the hyphen; in letters, which mail programs set, there is none."""
    words = read_words(language)
    for key in sorted(words.keys()):
        broken = re.findall(r"\be-(?:post|mail)", words[key].lower())
        assert not broken or key.startswith("letter_"), (key, "write e-\\u2060post, e-\\u2060mail")
        assert "\u2060" not in words[key] or not key.startswith("letter_"), key


def test_numbers_are_written_as_the_language_does() -> None:
    nb, en = read_words("nb"), read_words("en")
    assert write_number("1234567.5", nb) == "1\u00a0234\u00a0567,5"
    assert write_number("-12", nb) == "\u221212"
    # A comma between thousands would be read as a decimal sign if it were written back into a field.
    assert write_number("1234.25", en) == "1\u00a0234.25"
    assert write_field("1234.5", nb) == "1234,5"
    assert write_field("-0.5", en) == "-0.5"


def test_moments_are_in_the_time_of_the_country() -> None:
    configure_site()
    summer = datetime.datetime(2026, 7, 1, 21, 59, tzinfo=datetime.UTC)
    winter = datetime.datetime(2026, 12, 31, 23, 30, tzinfo=datetime.UTC)
    assert write_moment(summer, read_words("nb")) == "1. juli 2026 kl.\u00a023.59"
    assert write_moment(winter, read_words("nn")) == "1. januar 2027 kl.\u00a000.30"
    assert write_moment(winter, read_words("en")) == "1 January 2027 at\u00a000:30"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("nn-NO,nb;q=0.8", "nn"), ("no", "nb"), ("de,en-GB;q=0.7", "en"), ("", "nb"), ("fr", "nb"), (",;=", "nb")],
)
def test_the_browsers_language_is_taken_where_we_have_it(accepted: str, language: str) -> None:
    assert choose_language(accepted, ("nb", "nn", "en")) == language


def test_a_language_without_words_is_shown_in_english() -> None:
    sami: Words = read_words("se")
    assert sami["next"] == "Next"
