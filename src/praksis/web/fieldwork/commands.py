"""The arguments of the commands that run a wave; what they do stands in `desk`, which needs Django to be set up."""

import argparse
import datetime
import os
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from praksis.collect.roster import Sorting, State
from praksis.define.read import load_survey
from praksis.errors import PraksisError
from praksis.pipeline import Progress
from praksis.web.commands import (
    add_base,
    add_database,
    add_mail,
    add_serving,
    add_smtp,
    check_address,
    read_whole,
    set_up,
)
from praksis.web.fieldwork.editing_commands import add_editing_commands
from praksis.web.fieldwork.provider import read_provider
from praksis.web.fieldwork.rehearsal_cast import draw_organisations
from praksis.web.mail import open_server
from praksis.web.serve import check_free, serve_staff
from praksis.web.settings import Office, configure_answering
from praksis.web.store.database import close_connections, prepare_database

Add = Callable[[str, str], argparse.ArgumentParser]
_REHEARSING = 60
"""Organisations in a rehearsal, if nobody says how many: enough for every stratum, and done in seconds."""
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
    add_editing_commands(add)
    _add_office(add)
    _add_rehearse(commands)
    add("forget", "delete the wave's contacts and what the letters said")
    person = add("person", "what do you hold on me: everything that is held on an e-mail address")
    person.add_argument("email")
    audit = add("audit", "what staff have done, newest first")
    audit.add_argument("--limit", type=int, default=50, help="so many (50); 0: all of them")
    audit.add_argument("--who", default="", help="only what this one has done, as `command:kari`")
    audit.add_argument("--act", default="", help="only this, as `see-case`")
    audit.add_argument("--csv", type=Path, metavar="FILE", help="write them as CSV, all of them")


def _add_letters(add: Add) -> None:
    contacts = add("contacts", "enter whom each organisation is written to, from a CSV file or a workbook")
    contacts.add_argument("file", type=Path)
    contacts.add_argument("--sheet", help="sheet of the workbook (the first)")
    contacts.add_argument("--check", action="store_true", help="say what would be entered, and change nothing")
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
    listed = add("organisations", "everyone asked, and where each stands: to be worked through")
    listed.add_argument("--stratum", default="", help="only this stratum, as the board names it")
    listed.add_argument("--role", default="", help="only this role")
    listed.add_argument("--state", choices=tuple(State), help="only those that stand here")
    listed.add_argument("--find", default="", metavar="TEXT", help="only those with this in their name or number")
    listed.add_argument(
        "--sort", choices=tuple(Sorting), default=Sorting.NAME,
        help="silent: who has not been heard from for longest first; last: where nothing has happened for longest",
    )  # fmt: skip
    listed.add_argument("--csv", action="store_true", help="as CSV, with semicolons; no contacts in it")
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


def _add_office(add: Add) -> None:
    serve = add("serve", "the staff pages: the board, letters, answers to check, for those who may sign in")
    serve.set_defaults(run=_serve)
    add_serving(serve, port=8001, base="http://127.0.0.1:8000", alone=True)
    serve.add_argument("--office", help="address of the staff pages themselves (http://HOST:PORT)")
    serve.add_argument("--microdata", type=Path, help="folder of microdata (data/<survey>/microdata)")
    add_smtp(serve)
    staff = add("staff", "who may sign in to the staff pages; without a name: all of them")
    staff.add_argument("name", nargs="?", default="", help="what they sign in as; an e-mail address will do")
    staff.add_argument("--role", choices=("lead", "fieldworker", "analyst", "auditor"), help="add them, or change it")
    staff.add_argument("--reset", action="store_true", help="password and code are lost: give a new link")
    staff.add_argument("--remove", action="store_true", help="they may not sign in any more")
    staff.add_argument("--office", default="http://127.0.0.1:8001", help="address of the staff pages, for the link")


def _add_rehearse(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "play the whole wave with robots, in a folder of its own that is removed at the end; nobody is written to"
    rehearse = commands.add_parser("rehearse", help=text, description=text)
    rehearse.set_defaults(run=_rehearse)
    rehearse.add_argument("survey", type=Path, help="the survey's folder")
    rehearse.add_argument("--wave", help="the wave (the survey's last)")
    rehearse.add_argument(
        "--organisations", type=read_whole(1, 100_000), help="how many, drawn across strata (all, at most 60)"
    )
    rehearse.add_argument("--seed", type=read_whole(0, 2**31 - 1), default=1, help="other robots (1)")
    rehearse.add_argument("--to", metavar="EMAIL", help="send yourself one of each letter, in each language")
    rehearse.add_argument("--smtp", default=os.environ.get("PRAKSIS_SMTP"), help="mail server for --to (PRAKSIS_SMTP)")
    rehearse.add_argument("--sender", default=os.environ.get("PRAKSIS_SENDER"), help="who it is from (PRAKSIS_SENDER)")
    rehearse.add_argument("--port", type=read_whole(1, 65535), default=8000, help="where the pages are served (8000)")
    rehearse.add_argument("--no-serve", action="store_true", help="end when all has been shown")


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


def _serve(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    address = options.office or f"http://{options.host}:{options.port}"
    secure = check_address(address)
    fieldwork = set_up(options, secure=secure)
    close_connections()
    office = Office(
        base=options.base,
        microdata=options.microdata or Path("data") / options.survey.resolve().name / "microdata",
        survey=options.survey.resolve(),
        smtp=options.smtp or "",
        sender=options.sender or "",
        copy_to=options.copy_to or "",
        provider=read_provider(os.environ, address),
    )
    if office.smtp:
        # What cannot send is told now, and not when letters are due.
        open_server(office.smtp, office.sender, office.copy_to)
    output.print(f"Staff pages on {address} (Ctrl-C stops)", soft_wrap=True)
    fieldwork = replace(fieldwork, proxies=(*fieldwork.proxies, *options.proxy))
    serve_staff(fieldwork, office, options.host, options.port)
    return 0


def _rehearse(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    survey = load_survey(options.survey)
    wave = options.wave or survey.wave_ids[-1]
    if wave not in survey.wave_ids:
        raise PraksisError(f"the survey has no wave {wave}; it has {', '.join(survey.wave_ids)}")
    if not options.no_serve:
        check_free("127.0.0.1", options.port)
    drawn = draw_organisations(survey, wave, options.organisations or _REHEARSING, options.seed)
    # Here, as locks and signals of this kind are not on every system that other commands run on.
    from praksis.web.fieldwork.rehearsal_folder import open_folder

    secret = secrets.token_urlsafe(48).encode()
    made: list[Path] = []
    try:
        with open_folder(Path("data") / options.survey.resolve().name) as folder:
            made.append(folder)
            try:
                configure_answering(str(folder / "answers.sqlite"), secret, {drawn.header.id: drawn}, secure=False)
                prepare_database()
                from praksis.web.fieldwork.rehearsal_desk import run_rehearsal

                return run_rehearsal(options, drawn, wave, secret, folder, output, progress)
            finally:
                close_connections()
    finally:
        if made and not made[0].exists():
            output.print("The rehearsal is over, and everything of it is removed", soft_wrap=True)
