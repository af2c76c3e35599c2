"""The list of everyone asked, read from the store, and as a file."""

import csv
import datetime
import io
from collections.abc import Iterable

from praksis.collect.roster import Entry, list_entries
from praksis.define.survey import Survey
from praksis.edit.exchange.delimited import guard
from praksis.web.fieldwork.board import read_board

COLUMNS = (
    "organisation", "name", "role", "stratum", "state", "code", "answered", "asked", "last", "last_at", "heard_at",
)  # fmt: skip


def read_roster(survey: Survey, wave: str, now: datetime.datetime) -> tuple[Entry, ...]:
    """Everyone the wave was opened for and the frame still has, by name; nobody where it is not open."""
    board = read_board(survey, wave, now)
    names = {one.key: one.name for one in survey.frame.of_wave(wave)}
    return list_entries(board.cases, names, now, board.rule)


def write_roster(entries: Iterable[Entry], zone: datetime.tzinfo) -> str:
    """As CSV with semicolons, as `praksis answers export` writes it; no contact and no note in it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in entries:
        last = " ".join(part for part in (one.last.kind, one.last.about) if part) if one.last else ""
        texts = (one.organisation, one.name, one.role, one.stratum, one.state, one.code)
        moments = (_write(one.last.at if one.last else None, zone), _write(one.heard_at, zone))
        writer.writerow((*map(guard, texts), one.answered, one.asked, guard(last), *moments))
    return out.getvalue()


def _write(moment: datetime.datetime | None, zone: datetime.tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""
