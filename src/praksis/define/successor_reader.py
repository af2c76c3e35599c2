"""Reads the survey's own list of which organisations took over from which."""

import datetime
import re
from collections.abc import Iterable
from pathlib import Path

from praksis.define.codes import Findings, join_known
from praksis.define.frame import FrameDefinition
from praksis.define.frame_numbers import check_organisation_number
from praksis.define.frame_table import Line, TableRequest, read_table, strip_number
from praksis.define.organisation import Organisation
from praksis.define.successor import Succession, SuccessionKind, find_contradictions
from praksis.errors import Place

SUCCESSOR_COLUMNS = ("old_key", "new_key", "date", "kind", "source")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_successors(
    folder: Path, definition: FrameDefinition, organisations: Iterable[Organisation], at: Place, findings: Findings
) -> tuple[Succession, ...]:
    """The successions of the file that frame.yaml names, with its problems added to the findings."""
    if not definition.successors or not (folder / definition.successors).resolve().is_relative_to(folder.resolve()):
        return ()
    request = TableRequest(folder / definition.successors, definition.successors, at, SUCCESSOR_COLUMNS)
    table = read_table(request, findings)
    if table is None:
        return ()
    keys = {organisation.key for organisation in organisations}
    read = [(line, _read_succession(line, keys, findings)) for line in table.rows]
    whole = [(line, succession) for line, succession in read if succession]
    successions = tuple(succession for _, succession in whole)
    for number, what in find_contradictions(successions).items():
        findings.add("F025", whole[number][0].place, what)
    return successions


def _read_succession(line: Line, keys: set[str], findings: Findings) -> Succession | None:
    old, new = (strip_number(line.cells[name]) for name in ("old_key", "new_key"))
    kinds = [kind.value for kind in SuccessionKind]
    day, kind = line.cells["date"], line.cells["kind"]
    known = len(findings.problems)
    for name, key in (("old_key", old), ("new_key", new)):
        if key not in keys and not check_organisation_number(key):
            what = f"`{name}` is {f'`{key}`' if key else 'empty'}, which no row of the frame has as its key"
            findings.add("F024", line.place, what, need="Write an organisation number, or a key of the frame")
    if not _is_day(day):
        findings.add("F024", line.place, f"`date` is `{day}`", need="Write the first day of the new one, as 2024-01-01")
    if kind not in kinds:
        findings.add("F024", line.place, f"`kind` is `{kind}`", need=f"Write one of: {join_known(kinds)}")
    if not line.cells["source"]:
        findings.add("F024", line.place, "`source` is empty", need="Write where it is known from")
    if len(findings.problems) > known:
        return None
    return Succession(old, new, datetime.date.fromisoformat(day), SuccessionKind(kind), line.cells["source"])


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and datetime.date.fromisoformat(text))
    except ValueError:
        return False
