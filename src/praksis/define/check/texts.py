"""Every text of the survey: its languages, its placeholders; and every list that names something twice."""

import re
from collections.abc import Iterable, Iterator, Mapping

from praksis.define.check.names import Names
from praksis.define.check.piping import PIPED, check_piped
from praksis.define.check.walk import walk
from praksis.define.codes import join_known, suggest
from praksis.define.figure import Text
from praksis.define.letters import LINK, OPT_OUT, PLACEHOLDERS
from praksis.define.yaml import Steps
from praksis.localtext import LocalText

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
SAID = "said"
"""The one placeholder that scales may use in `says`."""


def find_placeholders(text: str) -> tuple[str, ...]:
    """The names in braces, in their order."""
    return tuple(match[1] for match in PLACEHOLDER.finditer(text))


def check_texts(names: Names) -> None:
    """Languages, placeholders and doubled entries, found by walking every part."""
    for file, part in _parts(names).items():
        bound: set[Steps] = set()
        for steps, value in walk(part):
            if isinstance(value, Text):
                # The placeholders of a bullet are its refs; the check of figures knows them.
                bound.add((*steps, "text"))
            if isinstance(value, LocalText):
                _check_languages(names, file, steps, value)
                _check_braces(names, file, steps, value)
                if steps not in bound:
                    _check_placeholders(names, file, steps, value)
            if isinstance(value, tuple):
                _check_doubled(names, file, steps, value)


def _parts(names: Names) -> Mapping[str, object]:
    parts = names.parts
    return {
        "survey.yaml": parts.header,
        "frame.yaml": parts.frame,
        "scales.yaml": parts.scales,
        "questions.yaml": parts.questions,
        "staircase.yaml": parts.staircase,
        "design.yaml": parts.design,
        "figures.yaml": parts.presentation,
        "letters.yaml": parts.letters,
        "checks.yaml": parts.editing,
    }


def _check_languages(names: Names, file: str, steps: Steps, text: LocalText) -> None:
    languages = names.parts.languages
    for language, words in text.root.items():
        place = names.parts.place(file, *steps, language)
        if languages and language not in languages:
            what = f"a text in `{language}`, which is not a language of the survey{suggest(language, languages)}"
            names.findings.add("L002", place, what, language=f"`{language}`")
        if not words.strip():
            names.findings.add("L003", place, f"the text in `{language}` is empty")
    if lacking := [language for language in languages if language not in text.root]:
        what = f"{_name(steps)} has no text in {join_known(lacking)}"
        names.findings.add("L001", names.parts.place(file, *steps), what, language=join_known(lacking))


def _check_braces(names: Names, file: str, steps: Steps, text: LocalText) -> None:
    for language, words in text.root.items():
        rest = PLACEHOLDER.sub("", words)
        if "{" in rest or "}" in rest or "" in find_placeholders(words):
            names.findings.add("L006", names.parts.place(file, *steps, language), "braces that do not make a pair")


def _check_placeholders(names: Names, file: str, steps: Steps, text: LocalText) -> None:
    used = {language: set(find_placeholders(words)) - {""} for language, words in text.root.items()}
    if file == "questions.yaml" and len(steps) == 2 and steps[1] in PIPED:
        _check_piping(names, steps, used)
        return
    allowed = _find_allowed(file, steps)
    for language, found in used.items():
        for placeholder in sorted(found.difference(allowed)):
            what = f"nothing fills {{{placeholder}}} here{suggest(placeholder, allowed)}"
            written = ", ".join(f"{{{name}}}" for name in allowed)
            need = f"Write {written}, or no placeholder" if allowed else "Write the text without braces"
            names.findings.add("L004", names.parts.place(file, *steps, language), what, need=need)
    _check_everywhere(names, file, steps, used, allowed)


def _find_allowed(file: str, steps: Steps) -> tuple[str, ...]:
    """What may stand in braces where neither a bullet nor a question says so itself."""
    if file == "letters.yaml":
        return PLACEHOLDERS if steps[-1] == "text" else tuple(n for n in PLACEHOLDERS if n not in (LINK, OPT_OUT))
    return (SAID,) if file == "scales.yaml" and steps[-1] == "says" else ()


def _check_piping(names: Names, steps: Steps, used: Mapping[str, set[str]]) -> None:
    number = int(steps[0])
    for language, found in used.items():
        for placeholder in sorted(found):
            place = names.parts.place("questions.yaml", *steps, language)
            check_piped(names, number, (names.parts.questions or ())[number], placeholder, place)
    _check_everywhere(names, "questions.yaml", steps, used, sorted(set().union(*used.values())))


def _check_everywhere(
    names: Names, file: str, steps: Steps, used: Mapping[str, set[str]], placeholders: Iterable[str]
) -> None:
    """A placeholder of one language stands in all of them."""
    for placeholder in placeholders:
        without = [language for language, found in used.items() if placeholder not in found]
        if without and len(without) < len(used):
            what = f"{{{placeholder}}} is missing in {join_known(without)}, but not in the other languages"
            place = names.parts.place(file, *steps, without[0])
            names.findings.add("L005", place, what, placeholder=placeholder)


def _check_doubled(names: Names, file: str, steps: Steps, entries: tuple[object, ...]) -> None:
    for place, entry in _doubled(entries):
        what = f"{_name(steps)} names `{entry}` twice"
        names.findings.add("N012", names.parts.place(file, *steps, place), what)


def _doubled(entries: tuple[object, ...]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for place, entry in enumerate(entries):
        if isinstance(entry, str):
            if entry in seen:
                yield place, entry
            seen.add(entry)


def _name(steps: Steps) -> str:
    """The field that a message is about, as `title` or `about` (2)."""
    field = next((str(step) for step in reversed(steps) if isinstance(step, str)), "the file")
    return f"`{field}` ({steps[-1] + 1})" if steps and isinstance(steps[-1], int) else f"`{field}`"
