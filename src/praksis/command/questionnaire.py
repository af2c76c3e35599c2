"""`praksis diff` and `praksis xlsform`: what changed in a questionnaire, and questionnaires as XLSForms."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from praksis.command.target import check_free
from praksis.define.changes.comparison import find_changes
from praksis.define.changes.text import write_markdown, write_text
from praksis.define.read import load_survey
from praksis.define.survey import Survey
from praksis.define.xlsform.folder import ACCOUNT, import_questionnaire
from praksis.define.xlsform.writer import write_questionnaire
from praksis.errors import PraksisError, Problem
from praksis.pipeline import Progress


def add_questionnaire_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`praksis diff` and `praksis xlsform ...`, among the commands of the top level."""
    text = "what changed since the last wave: questions, answers, routing, time series, the frame"
    diff = commands.add_parser("diff", help=text, description=text)
    diff.set_defaults(run=_diff)
    diff.add_argument("survey", type=Path, help="the survey's folder")
    diff.add_argument("--from", dest="old", metavar="WAVE", help="the wave before (the one before --to)")
    diff.add_argument("--to", dest="new", metavar="WAVE", help="the wave after (the survey's last)")
    diff.add_argument("--against", type=Path, metavar="FOLDER", help="compare with an older version of the folder")
    diff.add_argument("--wave", help="with --against: the wave to compare in both (the survey's last)")
    diff.add_argument("--format", choices=("text", "markdown"), default="text")

    text = "questionnaires as XLSForms, the workbooks of ODK and KoboToolbox"
    forms = commands.add_parser("xlsform", help=text, description=text).add_subparsers(required=True, metavar="COMMAND")
    text = "write a wave's questionnaire as an XLSForm"
    export = forms.add_parser("export", help=text, description=text)
    export.set_defaults(run=_export)
    export.add_argument("survey", type=Path, help="the survey's folder")
    export.add_argument("file", type=Path, help="the workbook to write (.xlsx)")
    export.add_argument("--wave", help="the wave (the survey's last)")
    export.add_argument("--role", help="only what this role is asked (everyone)")
    export.add_argument("--force", action="store_true", help="replace a file that is there already")
    text = "write a new survey from an XLSForm, and tell what could not be taken in"
    taken = forms.add_parser("import", help=text, description=text)
    taken.set_defaults(run=_import)
    taken.add_argument("file", type=Path, help="the workbook (.xlsx)")
    taken.add_argument("folder", type=Path, help="a new or empty folder")
    taken.add_argument("--wave", help="the wave it is to be asked in (the form's own, if Praksis wrote it)")
    taken.add_argument("--language", help="code of the form's own language, as nb (the form's `default_language`)")


def _diff(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    survey = load_survey(options.survey)
    if options.against is None:
        if options.wave:
            raise PraksisError("--wave is for --against; two waves of one folder are named by --from and --to")
        old, new = _find_waves(survey, options.old, options.new)
        changes = find_changes(survey, old, new)
    else:
        if options.wave and (options.old or options.new):
            raise PraksisError("name one wave with --wave, or two with --from and --to")
        new = options.wave or options.new or survey.wave_ids[-1]
        changes = find_changes(survey, options.old or new, new, against=load_survey(options.against))
    written = write_markdown(changes) if options.format == "markdown" else write_text(changes)
    output.print(written, markup=False, soft_wrap=True, end="")
    return 0


def _find_waves(survey: Survey, old: str | None, new: str | None) -> tuple[str, str]:
    """The two waves that are meant. Raises PraksisError where there is no wave before."""
    last = new or survey.wave_ids[-1]
    earlier = survey.wave_ids[: survey.wave_ids.index(last)] if last in survey.wave_ids else ()
    if old is None and not earlier and last in survey.wave_ids:
        raise PraksisError(f"there is no wave before {last}; name one with --from, or an older folder with --against")
    return old or (earlier[-1] if earlier else last), last


def _export(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    if options.file.suffix.lower() != ".xlsx":
        raise PraksisError(f"{options.file}: an XLSForm is written as a workbook; let the name end in .xlsx")
    check_free(options.file, options.force)
    survey = load_survey(options.survey)
    path = write_questionnaire(survey, options.file, options.wave or survey.wave_ids[-1], options.role)
    output.print(f"Wrote {path}", markup=False, soft_wrap=True)
    return 0


def _import(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    taken = import_questionnaire(options.file, options.folder, wave=options.wave, language=options.language)
    _print_account(output, taken.account)
    said = f"Wrote {_count(taken.questions, 'question')} to {taken.folder}."
    if taken.account:
        said += f" {_count(len(taken.account), 'thing')} to look at, also in {taken.folder / ACCOUNT}."
    output.print(f"{said} Next: praksis check {taken.folder}", markup=False, soft_wrap=True)
    return 0


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _print_account(output: Console, account: Sequence[Problem]) -> None:
    for problem in account:
        output.print(f"[bold]{escape(str(problem.place))}[/]: {problem.code} {escape(problem.what)}", soft_wrap=True)
        output.print(f"    {escape(problem.remedy)}", soft_wrap=True)
