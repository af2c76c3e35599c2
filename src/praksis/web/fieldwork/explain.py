"""Problems of corrections and of filled-in work lists, in the words of a page.

The functions say them in English, as commands do, with codes that never change. A page has its own words for each
code, and for why a form would not take an answer; what it has no words for stays in English, and is marked so.
"""

import re
from dataclasses import dataclass
from functools import cache

from praksis.collect.answering import Fault
from praksis.edit.correction import say_fault
from praksis.errors import Problem
from praksis.web.words import Words

_ABOUT = re.compile(r"(?P<organisation>\S+) as (?P<role>\S+), `(?P<name>[^`]*)`: (?P<what>.*)", re.DOTALL)
"""As `praksis.edit.correction.make_problem` writes it; the sentences of files are alike."""
_PARAMS = ("minimum", "maximum", "decimals", "sum", "total", "earliest", "latest", "length", "longest")
_FAULT = "work_fault_"
_NUMBER = re.compile(r"-?[0-9]+\.[0-9]+")


@dataclass(frozen=True)
class Explained:
    """A problem in words."""

    code: str
    what: str
    remedy: str
    lang: str
    """`en` where the page has no words for it; else ''."""
    line: int = 0
    organisation: str = ""
    role: str = ""
    name: str = ""
    """The item, or the check."""


def tell_problem(problem: Problem, words: Words) -> dict[str, str]:
    """A problem of a list as a page shows it: in general in its language, then in English with names and numbers."""
    key = f"problem_{problem.code}"
    told = words[key] if words.language != "en" and key in words.keys() else ""  # noqa: SIM118  # not a mapping
    return {
        "place": str(problem.place),
        "code": problem.code,
        "what": problem.what,
        "remedy": problem.remedy,
        "told": told,
    }


def explain_problem(problem: Problem, words: Words) -> Explained:
    """What is wrong and what to do, in the words of the page where it has them."""
    found = _ABOUT.fullmatch(problem.what)
    about = (found["organisation"], found["role"], found["name"]) if found else ("", "", "")
    key, known = f"work_problem_{problem.code}", words.keys()
    if key not in known:
        return Explained(problem.code, problem.what, problem.remedy, "en", problem.place.line, *about)
    fault = explain_fault(found["what"].rpartition("`: ")[2], words) if found else ""
    return Explained(problem.code, fault or words[key], words[f"{key}_do"], "", problem.place.line, *about)


def explain_fault(text: str, words: Words) -> str:
    """What `say_fault` has said, in the words of the page; '' where it is something else."""
    known = words.keys()
    for code, pattern in _list_patterns(tuple(sorted(key for key in known if key.startswith(_FAULT)))).items():
        if found := pattern.fullmatch(text):
            return words.fill(code, **{name: _write(param, words) for name, param in found.groupdict().items()})
    return ""


@cache
def _list_patterns(keys: tuple[str, ...]) -> dict[str, re.Pattern[str]]:
    """Key of a word -> what its fault looks like in English, made from the sentence itself."""
    marks = {name: f"<{name}>" for name in _PARAMS}
    patterns = {}
    for key in keys:
        text = re.escape(say_fault(Fault(key.removeprefix(_FAULT), "", params=marks)))
        for name, mark in marks.items():
            text = text.replace(re.escape(mark), f"(?P<{name}>.+?)")
        patterns[key] = re.compile(text)
    return patterns


def _write(param: str, words: Words) -> str:
    return param.replace(".", words["decimal_sign"]) if _NUMBER.fullmatch(param) else words.write_date(param)
