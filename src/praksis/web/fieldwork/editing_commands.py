"""The arguments of the commands of the work list and of closing; what they do stands in `editing_desk`."""

import argparse
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from praksis.pipeline import Progress
from praksis.web.commands import add_database, set_up

Add = Callable[[str, str], argparse.ArgumentParser]


def add_editing_commands(add: Add) -> None:
    """`praksis fieldwork work`, `take`, `correct`, `accept` and `ask`."""
    work = add("work", "what is to be looked at in the answers, and how far it has come")
    work.add_argument("--language", help="of the words (the survey's first)")
    work.add_argument("--all", action="store_true", help="also what is settled, and notes")
    work.add_argument("--sheet", type=Path, metavar="FILE", help="write it as CSV to fill in, for `take`")
    take = add("take", "read a work list that was filled in: all of it, or every problem")
    take.add_argument("file", type=Path)
    correct = add("correct", "put answers of one organisation right")
    _add_whom(correct)
    correct.add_argument(
        "answers",
        nargs="+",
        metavar="ITEM=ANSWER",
        help="as in the work list's file; `ITEM=-` takes the answer away; parts of a whole in one command",
    )
    accept = add("accept", "say that the answers a check is about are right as they are")
    ask = add("ask", "note that an organisation has been asked")
    for command in (accept, ask):
        _add_whom(command)
        command.add_argument("check", help="its name in the work list")
        command.add_argument("--item", default="", help="where the check has several hits of it")
    for command in (correct, accept, ask):
        command.add_argument("--why", required=True, help="in a few words: it stays with it")
    for command in (work, take, accept, ask):
        command.add_argument("--microdata", type=Path, help="folder of earlier waves' files (data/<survey>/microdata)")
    for command in (work, take, correct, accept, ask):
        command.set_defaults(run=_work)


def add_close_command(parser: argparse.ArgumentParser) -> None:
    """`praksis close`."""
    parser.set_defaults(run=_work, fieldwork="close")
    parser.add_argument("survey", type=Path, help="the survey's folder")
    add_database(parser)
    parser.add_argument(
        "--to", type=Path, dest="microdata", metavar="FOLDER", help="folder of microdata (data/<survey>/microdata)"
    )
    parser.add_argument("--check", action="store_true", help="only say what stands in the way")
    parser.add_argument("--why", default="", help="to close anew a wave that has been closed, with what was corrected")


def _add_whom(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("organisation", help="key")
    parser.add_argument("--role", default="", help="where several roles answer for it")


def _work(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    fieldwork = set_up(options)
    from praksis.web.fieldwork import desk, editing_desk

    (survey,) = fieldwork.surveys.values()
    order = desk.make_order(options, survey, fieldwork.secret, output)
    return editing_desk.COMMANDS[options.fieldwork](order)
