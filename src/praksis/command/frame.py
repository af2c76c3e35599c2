"""`praksis frame ...`: a new list of organisations into the survey's frame, and a check of the list of contacts."""

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console

from praksis.collect.contacts import ContactList, read_contact_list
from praksis.define.read import load_survey
from praksis.define.successor import Succession
from praksis.define.survey import Survey
from praksis.edit.frame.compare import Change, Comparison, Listed, Suggestion
from praksis.edit.frame.load import Load, NewFile, load_frame, write_frame
from praksis.errors import ProblemsFound
from praksis.pipeline import Progress

Run = Callable[[argparse.Namespace, Console, Progress], int]


def add_frame_commands(parser: argparse.ArgumentParser) -> None:
    """`praksis frame ...`."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, text: str, run: Run) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        command.add_argument("survey", type=Path, help="the survey's folder")
        command.add_argument("file", type=Path, help="CSV, or a workbook (.xlsx)")
        command.add_argument("--wave", required=True, help="the wave it is for")
        command.add_argument("--sheet", help="sheet of the workbook (the first)")
        return command

    load = add("load", "compare a new list of organisations with the frame, and write it when nothing is wrong", _load)
    load.add_argument(
        "--source", help="which source of frame.yaml it is for: its file, with or without folder and ending"
    )
    load.add_argument(
        "--column",
        action="append",
        default=[],
        type=_column,
        metavar="OURS=THEIRS",
        help="a column of the source, and what the new list calls it: may repeat",
    )
    load.add_argument("--write", action="store_true", help="write it into the survey folder")
    add("contacts", "check a list of contacts: counts and problems, no names or addresses", _check_contacts)


def _column(text: str) -> tuple[str, str]:
    ours, _, theirs = text.partition("=")
    if not ours or not theirs:
        raise argparse.ArgumentTypeError(f"{text} is not as name=Kommunenavn")
    return ours, theirs


def _load(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    def say(text: str) -> None:
        output.print(text, soft_wrap=True, markup=False)

    new = NewFile(options.file, options.sheet, dict(options.column))
    try:
        load = load_frame(options.survey, new, options.wave, options.source)
    except ProblemsFound as error:
        if any(problem.code == "F005" for problem in error.problems):
            progress("define", "a column may be called something else in the list: --column OURS=THEIRS")
        raise
    progress("define", f"{options.file} against {load.file} for {load.wave}")
    for line in describe_load(load):
        say(line)
    if load.blocking:
        say("Nothing is written: there are problems to solve.")
        raise ProblemsFound(load.blocking)
    if load.is_there:
        say(f"{load.file} says all this already.")
    elif options.write:
        write_frame(load)
        say(f"Wrote {load.target}. Next: praksis check {options.survey}")
    else:
        say("Nothing is written. When the list is as it should be: the same again with --write.")
    return 0


def describe_load(load: Load) -> list[str]:
    """What a new list changes, one line a thing, to be read by the one who decides."""
    comparison = load.comparison
    lines = [_count(comparison)]
    lines += _describe("New", comparison.new)
    lines += _describe("Gone", comparison.gone)
    if comparison.changes:
        lines.append("Changed:")
        for organisation, changes in groupby(comparison.changes, lambda change: change.organisation):
            said = "; ".join(_describe_change(change) for change in changes)
            lines.append(f"  {organisation.reference}  {organisation.name}: {said}")
    if comparison.decided:
        lines.append("Took over, as the file under `successors` says:")
        lines += [f"  {line}" for one in comparison.decided for line in _describe_decided(*one)]
    if comparison.suggestions:
        lines += ["Perhaps took over (for the file under `successors` in frame.yaml, once a person knows):"]
        lines += [f"  {_describe_suggestion(one)}" for one in comparison.suggestions]
    if load.restored:
        lines.append(f"{load.restored} municipality numbers got back the zero that a spreadsheet took away.")
    if load.left_out:
        lines.append(f"In the list, but `left_out` of {load.wave} in frame.yaml: {', '.join(load.left_out)}")
    lines += [str(problem) for problem in load.problems if problem.answered]
    return lines


def _count(comparison: Comparison) -> str:
    return (
        f"{len(comparison.new)} new, {len(comparison.gone)} gone, {comparison.same} in both; "
        f"{comparison.changed} of them changed, {comparison.moved} in another class"
    )


def _describe(title: str, those: Sequence[Listed]) -> list[str]:
    return [f"{title}:", *(f"  {one.reference}  {one.name} ({one.key})" for one in those)] if those else []


def _describe_change(change: Change) -> str:
    return f"{change.what} {change.old or '(nothing)'} > {change.new or '(nothing)'}"


def _describe_decided(old: Listed, successions: Sequence[Succession]) -> list[str]:
    return [f"{old.name} ({old.key}) > {one.new_key}: {one.kind.value}, {one.day}" for one in successions]


def _describe_suggestion(one: Suggestion) -> str:
    day, kind = one.day.isoformat() if one.day else "", one.kind.value if one.kind else ""
    return f"{one.old.key},{one.new.key},{day},{kind},   {one.old.name} > {one.new.name}: {one.why}"


def _check_contacts(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    survey = load_survey(options.survey)
    contacts = read_contact_list(options.file, survey, options.wave, options.sheet)
    for line in describe_contacts(contacts, survey, options.wave):
        output.print(line, soft_wrap=True, markup=False)
    return 0


def describe_contacts(contacts: ContactList, survey: Survey, wave: str) -> list[str]:
    """Counts, who has no contact, and where one person answers for several. Nothing that says who a person is."""
    names = {one.key: f"{one.name} ({one.reference})" for one in survey.frame.of_wave(wave)}
    found = Counter(contact.role for contact in contacts.contacts)
    lacking = Counter(role for _, role in contacts.without)
    lines = []
    for role in survey.header.roles:
        if wave in role.waves:
            asked = len(survey.frame.of_wave(wave, role.group))
            reached = asked - lacking[role.id]
            lines.append(f"{role.id}: {found[role.id]} contacts for {reached} of {asked} organisations")
            without = [names[key] for key, name in contacts.without if name == role.id]
            lines += [f"  no contact: {name}" for name in without]
    lines += [f"One address for {len(those)}: {', '.join(names[key] for key in those)}" for those in contacts.shared]
    return lines
