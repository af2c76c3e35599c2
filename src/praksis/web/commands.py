"""The arguments of the commands that collect answers, and of `praksis serve` where it lets respondents in.

What they do stands in `desk`: its imports need Django to be set up, which needs the arguments.
"""

import argparse
import datetime
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console

from praksis.define.read import load_survey
from praksis.errors import PraksisError
from praksis.pipeline import Progress
from praksis.web.secret import read_secret
from praksis.web.serve import serve_site
from praksis.web.settings import Fieldwork, configure_answering
from praksis.web.store.database import is_file, prepare_database

Run = Callable[[argparse.Namespace, Console, Progress], int]
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def add_collect_commands(parser: argparse.ArgumentParser) -> None:
    """`praksis collect ...`."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, text: str, run: Run = _work) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run, collect=name)
        command.add_argument("survey", type=Path, help="the survey's folder")
        add_database(command)
        return command

    opened = add("open", "open a wave for answers, or add who is new in the frame")
    opened.add_argument(
        "--closes", type=datetime.datetime.fromisoformat, help="when it closes, as 2026-12-31T16:00 (stays open)"
    )
    add_serving(add("serve", "let respondents answer, without public pages beside it", _serve))
    link = add("link", "print personal links, as CSV")
    _add_whom(link)
    add_base(link)
    link.add_argument("--days", type=int, help="let the links work for so many days (until the wave closes)")
    revoke = add("revoke", "make a personal link and its sessions worthless, and print a new one")
    _add_whom(revoke)
    add_base(revoke)
    revoke.add_argument("--no-new", action="store_true", help="give no new link: the person is shut out")
    send = add("send", "send the letters that wait")
    add_base(send)
    add_mail(send)
    send.add_argument("--unknown", action="store_true", help="also those of which nobody knows whether they were sent")
    microdata = add("microdata", "write the answers as microdata")
    microdata.add_argument("--to", type=Path, help="folder of microdata (data/<survey>/microdata)")
    microdata.add_argument("--unfinished", action="store_true", help="also responses that are not submitted")


def add_database(parser: argparse.ArgumentParser) -> None:
    """What says which wave, and where its answers are kept."""
    parser.add_argument("--wave", help="the wave (the survey's last)")
    parser.add_argument(
        "--database",
        default=os.environ.get("PRAKSIS_DATABASE"),
        help="an SQLite file, or postgresql://... (PRAKSIS_DATABASE, else data/<survey>/answers.sqlite)",
    )


def add_serving(
    parser: argparse.ArgumentParser, port: int = 8000, base: str | None = None, *, alone: bool = False
) -> None:
    """Where it is served; `alone`: by one process."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=read_whole(0, 65535), default=port)
    parser.add_argument(
        "--base", default=base, help=f"address of the site as respondents see it ({base or 'http://HOST:PORT'})"
    )
    parser.add_argument(
        "--proxy",
        action="append",
        default=[],
        help="address of a proxy in front, beside this machine's own: may repeat",
    )
    if not alone:
        parser.add_argument("--workers", type=read_whole(1, 64), default=1, help="processes that answer requests (1)")


def read_whole(least: int, most: int) -> Callable[[str], int]:
    """Reads an argument that is a whole number between two."""

    def whole_number(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least} and {most}")
        return number

    return whole_number


def _add_whom(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("organisation", help="key, or a part of the name; `all` for everyone")
    parser.add_argument("--role", help="only this role")
    parser.add_argument("--email", help="a colleague, in place of the coordinator")


def add_mail(parser: argparse.ArgumentParser) -> None:
    """How letters leave, or where they are written."""
    add_smtp(parser)
    parser.add_argument("--folder", type=Path, help="write the letters here in place of sending them")


def add_smtp(parser: argparse.ArgumentParser) -> None:
    """How letters leave."""
    parser.add_argument("--smtp", default=os.environ.get("PRAKSIS_SMTP"), help="mail server (PRAKSIS_SMTP)")
    parser.add_argument("--sender", default=os.environ.get("PRAKSIS_SENDER"), help="who it is from (PRAKSIS_SENDER)")
    parser.add_argument("--copy-to", help="an address of your own that gets a copy of each letter")


def add_base(parser: argparse.ArgumentParser) -> None:
    """Where the site is, for links."""
    parser.add_argument("--base", default="http://127.0.0.1:8000", help="address of the site, as respondents see it")


def _work(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    fieldwork = set_up(options)
    from praksis.web import desk

    (survey,) = fieldwork.surveys.values()
    wave = options.wave or survey.wave_ids[-1]
    return desk.COMMANDS[options.collect](desk.Desk(survey, wave, fieldwork.secret, options, output))


def set_up(options: argparse.Namespace, *, secure: bool = True) -> Fieldwork:
    """Read the survey, open the database (made if there is none) and set Django up for them.

    Contacts whose date has come are deleted before anything else is done.
    """
    survey = load_survey(options.survey)
    database = options.database or str(Path("data") / options.survey.resolve().name / "answers.sqlite")
    secret = read_secret(Path(database).parent if is_file(database) else None)
    surveys = {survey.header.id: survey}
    configure_answering(database, secret, surveys, secure=secure)
    prepare_database()
    from django.utils import timezone

    from praksis.web.forgetting import forget_due

    forget_due(survey, timezone.now())
    return Fieldwork(database, secret, surveys, secure)


def open_for_answers(options: argparse.Namespace, output: Console) -> Fieldwork:
    """Open the wave, to be served, and print one personal link to try; leaves no connection to the database."""
    base = options.base or f"http://{options.host}:{options.port}"
    fieldwork = set_up(options, secure=check_address(base))
    from praksis.web import desk

    (survey,) = fieldwork.surveys.values()
    desk.open_and_show(desk.Desk(survey, options.wave or survey.wave_ids[-1], fieldwork.secret, options, output), base)
    return replace(fieldwork, proxies=(*fieldwork.proxies, *options.proxy))


def check_address(base: str) -> bool:
    """Is it https? Raises PraksisError where it should be, and is not."""
    address = urlsplit(base)
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        raise PraksisError(
            f"{base}: what is sent would travel in the clear; put a proxy with https in front, and give its address"
        )
    return address.scheme == "https"


def _serve(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    fieldwork = open_for_answers(options, output)
    output.print(f"Answering on http://{options.host}:{options.port} (Ctrl-C stops)", soft_wrap=True)
    serve_site(None, options.host, options.port, fieldwork=fieldwork, workers=options.workers)
    return 0
