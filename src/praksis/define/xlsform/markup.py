"""Texts: ours are plain with `{placeholders}`; a form's are Markdown and HTML with `${references}`.

Which signs forms take for markup: https://docs.getodk.org/form-styling/. They are escaped where a text holds them, so
that a respondent reads what was written; and what is markup in a form is taken away, since we have no place for it.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_REFERENCE = re.compile(r"\$\{\s*([^{}\s]+)\s*\}")
_KEEP = "\x00", "\x01"
"""Around what is put aside while a text is read. No workbook can hold them."""
_KEPT = re.compile("\x00([0-9]+)\x01")
_ESCAPED = re.compile(r"\\([\\*_#])")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6])>", re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s]*)\)")
_STRESS = (
    re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*"),
    re.compile(r"(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)"),
    re.compile(r"\*(?=[^\s*])(.+?)(?<=[^\s*])\*"),
    re.compile(r"(?<!\w)_(?=[^\s_])(.+?)(?<=[^\s_])_(?!\w)"),
)
_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
_HEADING = re.compile(r"^#{1,6}[ \t]+", re.MULTILINE)
NOTHING = "…"
"""In place of what cannot be filled in, as where an answer has not been given."""


@dataclass(frozen=True)
class Reading:
    """A text of a form as one of ours, and what of it could not be kept."""

    text: str
    markup: bool = False
    braces: bool = False
    unknown: tuple[str, ...] = ()
    """References to what is not known there."""


def find_placeholders(text: str) -> tuple[str, ...]:
    """What is filled into one of our texts, in its order."""
    return tuple(match[1] for match in _PLACEHOLDER.finditer(text))


def write_text(text: str, name: Callable[[str], str] | None = None) -> str:
    """Our text as a form's; `name` says what a placeholder is called in the form, if there are any."""
    plain = text.replace("\\", r"\\")
    for sign in "*_":
        # One alone marks nothing.
        plain = plain.replace(sign, f"\\{sign}") if plain.count(sign) > 1 else plain
    plain = re.sub(r"^#", r"\\#", plain, flags=re.MULTILINE)
    plain = re.sub(rf"&(?={_ENTITY.pattern[1:]})", "&amp;", plain)
    plain = re.sub(r"<(?=[A-Za-z/!])", "&lt;", plain)
    plain = re.sub(r"\[(?=[^\[\]]*\]\()", "&#91;", plain)
    return _PLACEHOLDER.sub(lambda match: f"${{{name(match[1])}}}", plain) if name else plain


def read_text(cell: str, find: Callable[[str], str | None] | None = None) -> Reading:
    """A form's text as ours; `find` says which placeholder a reference is, or None where nothing fills it."""
    aside: list[str] = []
    unknown: list[str] = []

    def put_aside(text: str) -> str:
        aside.append(text)
        return f"{_KEEP[0]}{len(aside) - 1}{_KEEP[1]}"

    def refer(match: re.Match[str]) -> str:
        found = find(match[1]) if find else None
        if found is None:
            unknown.append(match[1])
            return NOTHING
        return put_aside(f"{{{found}}}")

    text = _REFERENCE.sub(refer, cell)
    text = _ESCAPED.sub(lambda match: put_aside(match[1]), text)
    marked = _BREAK.sub("\n", text)
    marked = _TAG.sub("", marked)
    marked = _LINK.sub(lambda match: f"{match[1]} ({match[2]})" if match[2] else match[1], marked)
    for stress in _STRESS:
        marked = stress.sub(r"\1", marked)
    marked = _HEADING.sub("", marked)
    plain = _ENTITY.sub(lambda match: html.unescape(match[0]), marked)
    without = plain.replace("{", "(").replace("}", ")")
    whole = _KEPT.sub(lambda match: aside[int(match[1])], without)
    return Reading(whole, marked != text, without != plain, tuple(dict.fromkeys(unknown)))
