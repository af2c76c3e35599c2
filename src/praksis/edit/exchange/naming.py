"""Names of variables in files: items' ids, their names in SPSS, and the words for the missing classes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from praksis.define.freeze import hash_meaning
from praksis.define.question import Missing
from praksis.define.survey import Survey

ORGANISATION, ROLE = "organisation", "role"
MARKER = "praksis__file"
"""The column by which a file says that Praksis made it, and of what. No item and no SPSS name of one is called so."""

LONGEST_NAME = 64
_COMPANION = "__missing"
_ESCAPE = "x__"
_RESERVED = frozenset(("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"))
"""Words of SPSS that no variable can be called (IBM, Command Syntax Reference, *Variable names*)."""

MISSING_WORDS: Mapping[Missing, Mapping[str, str]] = {
    Missing.NOT_ASKED: {"nb": "Ikke spurt", "nn": "Ikkje spurd", "en": "Not asked"},
    Missing.NOT_ANSWERED: {"nb": "Ikke besvart", "nn": "Ikkje svara", "en": "Not answered"},
}
"""The two classes that no questionnaire has words for."""
ANSWERED_WORDS = {"nb": "Besvart", "nn": "Svara", "en": "Answered"}
ALSO_NOT_ANSWERED = ("Ubesvart", "Ikke svart", "Ikkje svart", "No answer")
"""What other tools call it, where it can mean nothing else."""


def say(words: Mapping[str, str], language: str) -> str:
    """The word in a language, or in English for one that Praksis has no words for."""
    return words.get(language, words["en"])


def name_variable(item: str) -> str:
    """An item's name in SPSS: its id with `_` for `-`, at most 64 bytes, the companion's end included.

    Different ids have different names: an id has single hyphens and no `_`, so `__` stands only in what is made here:
    before what SPSS does not let begin a name or be one, and before a digest where a long id is cut.
    """
    name = item.replace("-", "_")
    if not name[0].isalpha() or name in _RESERVED:
        name = _ESCAPE + name
    if len(name) > LONGEST_NAME - len(_COMPANION):
        name = f"{name[:40]}__{hashlib.sha256(item.encode()).hexdigest()[:12]}"
    return name


def name_companion(item: str) -> str:
    """The SPSS name of the variable that says why answers to an open item are missing."""
    return name_variable(item) + _COMPANION


@dataclass(frozen=True)
class Marker:
    """What a file of Praksis says about itself."""

    survey: str
    wave: str
    labels: str
    """The language of the labels that stand in place of codes; '' for codes."""
    synthetic: bool
    meaning: str
    """Start of the hash of what the answers meant."""

    def __str__(self) -> str:
        values = f"labels:{self.labels}" if self.labels else "codes"
        return f"{self.survey} {self.wave} {values} {'synthetic' if self.synthetic else 'real'} {self.meaning}"


def make_marker(survey: Survey, wave: str, *, labels: str, synthetic: bool) -> Marker:
    """The marker of a file that is made now."""
    return Marker(survey.header.id, wave, labels, synthetic, hash_meaning(survey, wave)[:12])


def parse_marker(text: str) -> Marker | None:
    """The inverse of `str(marker)`; None where it is not one."""
    parts = text.split()
    if len(parts) != 5 or parts[3] not in ("real", "synthetic"):
        return None
    survey, wave, values, real, meaning = parts
    kind, _, language = values.partition(":")
    if kind not in ("codes", "labels") or bool(language) != (kind == "labels"):
        return None
    return Marker(survey, wave, language, real == "synthetic", meaning)
