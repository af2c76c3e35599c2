"""A draft of a map: every column and what it was found to be, with blanks where a person must say."""

import difflib
from collections import Counter
from collections.abc import Sequence

from praksis.define.survey import Survey
from praksis.edit.exchange.intake import Reader, read_target
from praksis.edit.exchange.matching import Target, match_columns
from praksis.edit.exchange.naming import MARKER
from praksis.edit.exchange.table import Column, fold, shorten, show_value

_MOST_VALUES = 30
_HEAD = """\
# What the columns of {file} are, for {survey} {wave}: a draft. SHA-256 of the file: {digest}
# Fill in what is blank, and import with --map. Columns that are known stand as comments: they need nothing.
# A column without `item:` needs `leave_out:` and why. Values are mapped to the id of a category, or to
# not-asked, not-answered, do-not-know, not-applicable; "" is an empty cell. Rows are left out by
#   drop: [{{row: 17, reason: a test}}, {{column: Status, values: [Noen svar], reason: not submitted}}]
# and items that the file does not hold are named by
#   absent: [{{item: {item}, reason: removed before archiving}}]
"""


def draft_map(reader: Reader) -> str:
    """The draft in YAML. What could be read with certainty is a comment; what could not is to be completed."""
    table, survey, wave = reader.table, reader.survey, reader.wave
    matches, _ = match_columns(table, survey, wave, reader.answer_map)
    targets = {target.column.name: target for target in matches.targets}
    several = {
        item
        for item, count in Counter(target.item for target in matches.targets if not target.is_reason).items()
        if count > 1
    }
    left_out = dict(matches.left_out)
    asked = [item for item in survey.items if wave in survey.waves_of(item)]
    lines = [_HEAD.format(file=table.file, survey=survey.header.id, wave=wave, digest=table.digest, item=asked[-1])]
    if matches.organisation is None:
        lines.append("organisation:  # the column with the organisation number")
    lines += _draft_role(reader, matches.role is not None)
    entries: list[str] = []
    for column in table.columns:
        target = targets.get(column.name)
        if column is matches.organisation or column is matches.role or fold(column.name) == MARKER:
            entries.append(
                f"  # {_quote(column.name)}: {'organisation' if column is matches.organisation else 'known'}"
            )
        elif column.name in left_out:
            entries.append(f"  # {_quote(column.name)}: left out, {_say(left_out[column.name])}")
        elif target is None or target.item in several:
            entries += _draft_unknown(column, survey, asked)
        else:
            entries += _draft_known(reader, target)
    needed = any(not entry.lstrip().startswith("#") for entry in entries)
    there = {target.item for target in matches.targets}
    lacking = [item for item in asked if item not in there]
    return "\n".join([
        *lines,
        "columns:" if needed else "# Every column is known.",
        *entries,
        *(["", "# Items that no column holds yet: " + ", ".join(lacking)] if lacking else []),
        "",
    ])  # fmt: skip


def _draft_role(reader: Reader, known: bool) -> list[str]:
    roles = [role.id for role in reader.survey.header.roles if reader.wave in role.waves]
    return [] if known or len(roles) == 1 else [f"role:  # who answered: {', '.join(roles)}; or role_column:"]


def _draft_unknown(column: Column, survey: Survey, asked: Sequence[str]) -> list[str]:
    count = sum(value is not None for value in column.values)
    examples = [_say(show_value(value), 20) for value, _ in Counter(column.values).most_common(4) if value is not None]
    label = f"{_say(column.label, 100)}; " if column.label else ""
    near = _suggest(column, survey, asked)
    lines = [
        f"  - column: {_quote(column.name)}",
        f"    # {label}{count} values, as {', '.join(examples) or 'none'}",
        f"    item:{f'  # perhaps {near}' if near else ''}",
    ]
    return [*lines, "    # leave_out: "]


def _suggest(column: Column, survey: Survey, asked: Sequence[str]) -> str:
    texts = {fold(survey.items[item].text[language]): item for item in asked for language in survey.header.languages}
    texts |= {item: item for item in asked}
    for text in (column.label, column.name):
        near = difflib.get_close_matches(fold(text), texts, n=1, cutoff=0.6) if text else []
        if near:
            return texts[near[0]]
    return ""


def _draft_known(reader: Reader, target: Target) -> list[str]:
    """A comment where every value is known; an entry with the values that are not."""
    column = target.column
    read = read_target(reader, target)
    unknown = [value for value, reading in read.readings.items() if reading.fault in ("V008", "V009")]
    if not unknown:
        return [f"  # {_quote(column.name)}: {target.item} (by {target.how})"]
    lines = [f"  - column: {_quote(column.name)}", f"    item: {target.item}  # by {target.how}"]
    counts = Counter(column.values)
    lines.append(f"    values:  # {read.lexicon.list_names()}")
    for value in sorted(unknown, key=lambda value: (-counts[value], show_value(value)))[:_MOST_VALUES]:
        shown = show_value(value)
        label = column.labels.get(shown, "")
        about = f"{_say(label)}, " if label else ""
        lines.append(f"      {_quote(shown)}:  # {about}{counts[value]} rows")
    if len(unknown) > _MOST_VALUES:
        lines.append(f"      # and {len(unknown) - _MOST_VALUES} other values: is this the right item?")
    return lines


def _quote(text: str) -> str:
    """A text as YAML takes it, whatever stands in it."""
    return '"' + "".join(f"\\{sign}" if sign in '"\\' else _escape(sign) for sign in text) + '"'


def _escape(sign: str) -> str:
    return sign if sign.isprintable() else f"\\U{ord(sign):08X}"


def _say(text: str, most: int = 60) -> str:
    """A text for a comment, which YAML holds to one line of signs that can be seen."""
    return shorten("".join(sign if sign.isprintable() else " " for sign in text), most)
