"""A list of changes as plain text or Markdown, with the words that changed marked."""

import difflib
import re
from collections.abc import Callable, Iterable
from itertools import groupby

from praksis.define.changes.model import Change, ChangeKind, Changes, Group, Rewording

NOTHING = "No changes."

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_SIGNS = {ChangeKind.NEW: "+", ChangeKind.GONE: "-"}
_MARKUP = re.compile(r"([\\*_~<>\[\]#])")

Mark = Callable[[str], str]


def write_text(changes: Changes) -> str:
    """Plain text for a terminal or a mail: `[-old-]` and `{+new+}` around the words that changed."""
    if not changes.groups:
        return NOTHING + "\n"
    lines = [f"{changes.title}: {changes.old} → {changes.new}"]
    for group in changes.groups:
        lines += ["", _title(group)]
        for about, found in _by_subject(group):
            first, *rest = found
            lines.append(f"  {_SIGNS.get(first.kind, '~')} {about}: {first.what}")
            lines += [f"        {line}" for line in _write_texts(first, _mark_text, str)]
            for change in rest:
                lines.append(f"      {change.what}")
                lines += [f"        {line}" for line in _write_texts(change, _mark_text, str)]
    return "\n".join(lines) + "\n"


def write_markdown(changes: Changes) -> str:
    """Markdown for a report or an issue: ~~old~~ and **new** words."""
    lines = [f"# {_escape(changes.title)}: {changes.old} → {changes.new}"]
    if not changes.groups:
        return f"{lines[0]}\n\n{NOTHING}\n"
    for group in changes.groups:
        lines += ["", f"## {_title(group)}", ""]
        for about, found in _by_subject(group):
            lines.append(f"- **{about}**")
            for change in found:
                lines.append(f"  - {_escape_outside_code(change.what)}")
                lines += [f"    - {line}" for line in _write_texts(change, _mark_markdown, _escape)]
    return "\n".join(lines) + "\n"


def mark_words(old: str, new: str, mark: Callable[[str, str], str], plain: Mark) -> str:
    """One text with what went and what came marked, word by word."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    parts = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        went, came = "".join(before[a:b]), "".join(after[c:d])
        parts.append(plain(went) if tag == "equal" else mark(went, came))
    return "".join(parts)


def _title(group: Group) -> str:
    """The heading, with how many questions are new, gone or changed."""
    whole = {change.about: change.kind for change in group.changes if change.kind in _SIGNS}
    changed = {change.about for change in group.changes if change.about.startswith("question ")} - set(whole)
    numbers = {kind.value: list(whole.values()).count(kind) for kind in _SIGNS} | {"changed": len(changed)}
    counts = [f"{number} {word}" for word, number in numbers.items() if number]
    return group.title + (f" ({', '.join(counts)})" if counts else "")


def _by_subject(group: Group) -> Iterable[tuple[str, list[Change]]]:
    for about, found in groupby(group.changes, key=lambda change: change.about):
        yield about, list(found)


def _write_texts(change: Change, mark: Callable[[str, str], str], plain: Mark) -> list[str]:
    return [f"{text.language}: {_write_rewording(text, mark, plain)}" for text in change.texts]


def _write_rewording(text: Rewording, mark: Callable[[str, str], str], plain: Mark) -> str:
    if text.old is None or text.new is None:
        written = plain(text.new or text.old or "")
    else:
        written = mark_words(text.old, text.new, mark, plain)
    return " / ".join(written.splitlines())


def _mark_text(old: str, new: str) -> str:
    return (f"[-{old}-]" if old else "") + (f"{{+{new}+}}" if new else "")


def _mark_markdown(old: str, new: str) -> str:
    return _wrap(old, "~~") + _wrap(new, "**")


def _wrap(text: str, sign: str) -> str:
    """Signs of Markdown hold only where they touch a word, so spaces stay outside."""
    inner = text.strip()
    if not inner:
        return text
    start = text.index(inner)
    return text[:start] + sign + _escape(inner) + sign + text[start + len(inner) :]


def _escape(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def _escape_outside_code(text: str) -> str:
    """Ids and expressions stand in backticks, where Markdown leaves signs alone."""
    return "".join(part if number % 2 else _escape(part) for number, part in enumerate(re.split(r"(`[^`]*`)", text)))
