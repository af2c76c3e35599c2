"""The arguments of the commands that run a wave; what they do stands in `desk`, which needs Django to be set up."""

import argparse
import datetime
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from praksis.pipeline import Progress
from praksis.web.commands import add_base, add_database, add_mail, set_up

Add = Callable[[str, str], argparse.ArgumentParser]
_SAID = (
    "declined", "unable", "taken-back", "merged", "closed", "outside", "duplicate", "belongs", "opted-out", "opted-in",
    "note",
)  # fmt: skip


def add_fieldwork_commands(parser: argparse.ArgumentParser) -> None:
    """`praksis fieldwork ...`."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=_work, fieldwork=name)
        command.add_argument("survey", type=Path, help="the survey's folder")
        add_database(command)
        return command

    _add_letters(add)
    _add_progress(add)
    _add_cases(add)
    add("forget", "delete the wave's contacts and what the letters said")
    person = add("person", "what do you hold on me: everything that is held on an e-mail address")
    person.add_argument("email")
    audit = add("audit", "what staff have done, newest first")
    audit.add_argument("--limit", type=int, default=50)


def _add_letters(add: Add) -> None:
    contacts = add("contacts", "enter whom each organisation is written to, from a CSV file or a workbook")
    contacts.add_argument("file", type=Path)
    contacts.add_argument("--sheet", help="sheet of the workbook (the first)")
    letters = add("letters", "what is due by the plan: show it, write to oneself, or send it")
    act = letters.add_mutually_exclusive_group()
    act.add_argument("--try", dest="recipient", metavar="EMAIL", help="send one letter to yourself, to look at")
    act.add_argument("--send", action="store_true", help="send what is due now, and what waits")
    letters.add_argument("--letter", help="with --try: which letter (the first)")
    letters.add_argument("--language", help="with --try: in which language (the survey's first)")
    letters.add_argument("--examples", action="store_true", help="show the words too")
    letters.add_argument(
        "--copies",
        type=Path,
        help="folder of all copies (--copy-to): tells which letters had left when an earlier run was killed",
    )
    add_base(letters)
    add_mail(letters)
    bounces = add("bounces", "read what came back: a folder of mails (Maildir, or .eml files)")
    bounces.add_argument("mails", type=Path)


def _add_progress(add: Add) -> None:
    board = add("board", "how it goes, per stratum: invited to submitted, response rates, margin of error")
    board.add_argument("--at", type=_read_moment, help="as it was then, as 2026-11-20T12:00 (now)")
    board.add_argument("--role", default="", help="only this role")
    board.add_argument("--csv", action="store_true", help="as CSV, every number")
    stuck = add("stuck", "who has begun and not submitted, and where they are")
    stuck.add_argument("--at", type=_read_moment, help="as it was then (now)")
    _add_case(add("case", "everything that has happened to one organisation, with dates"))


def _add_cases(add: Add) -> None:
    note = add("note", "note something about a case: declined, merged, belongs after all, or just a note")
    _add_case(note)
    note.add_argument("said", choices=_SAID)
    note.add_argument("--why", default="", help="in a few words")
    extend = add("extend", "let one organisation answer longer than the others")
    _add_case(extend)
    extend.add_argument("until", type=_read_moment, help="as 2026-12-31T16:00")
    extend.add_argument("--why", default="", help="in a few words")
    reopen = add("reopen", "open what was submitted, for the organisation to correct")
    _add_case(reopen)
    reopen.add_argument("--why", required=True, help="in a few words")
    reassign = add("reassign", "let somebody else answer for an organisation")
    _add_case(reassign)
    reassign.add_argument("email")
    reassign.add_argument("--name", default="")
    reassign.add_argument("--phone", default="")
    reassign.add_argument("--language", help="in which language (as before)")


def _add_case(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("organisation", help="key")
    parser.add_argument("--role", default="", help="where several roles answer for it")


def _read_moment(text: str) -> datetime.datetime:
    """Local time where no zone is said."""
    return datetime.datetime.fromisoformat(text)


def _work(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    fieldwork = set_up(options)
    from praksis.web.fieldwork import desk

    (survey,) = fieldwork.surveys.values()
    return desk.run(options, survey, fieldwork.secret, output)
