"""Answers to and from files: `praksis answers export`, `import` and `map`."""

import argparse
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from praksis.command.target import check_free
from praksis.define.read import load_survey
from praksis.edit.exchange.draft import draft_map
from praksis.edit.exchange.file import FORMATS, export_answers, list_files
from praksis.edit.exchange.intake import import_answers, open_reader
from praksis.edit.microdata import read_microdata
from praksis.errors import PraksisError
from praksis.pipeline import Progress

Run = Callable[[argparse.Namespace, Console, Progress], int]


def add_answers_commands(parser: argparse.ArgumentParser) -> None:
    """`praksis answers ...`."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, text: str, run: Run, file: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        command.add_argument("survey", type=Path, help="the survey's folder")
        command.add_argument("file", type=Path, help=file)
        return command

    known = ", ".join(FORMATS)
    export = add("export", "write a wave's answers as a file", _export, f"where to: a name that ends in {known}")
    export.add_argument("--wave", help="the wave (the survey's last)")
    export.add_argument("--microdata", type=Path, help="folder of microdata (data/<survey>/microdata)")
    export.add_argument("--language", help="language of the labels (the survey's first)")
    export.add_argument("--labels", action="store_true", help="labels in place of codes, for .csv and .xlsx")
    export.add_argument("--force", action="store_true", help="replace a file that is there already")
    read = add("import", "make microdata of a file of answers, with an account of what became what", _import, known)
    _add_reading(read)
    read.add_argument(
        "--map", type=Path, help="what the file's columns and values are, where it does not say so itself"
    )
    read.add_argument("--to", type=Path, help="folder of microdata (data/<survey>/microdata)")
    read.add_argument("--force", action="store_true", help="replace answers that are there already")
    _add_reading(add("map", "print a draft of the map for a file, to be completed", _map, known))


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wave", required=True, help="the wave that was asked")
    parser.add_argument("--sheet", default="", help="sheet of a workbook that has several")
    parser.add_argument("--encoding", default="", help="of CSV or an old .sav file, as windows-1252 (found by itself)")


def _find_folder(options: argparse.Namespace, given: Path | None) -> Path:
    return given or Path("data") / options.survey.resolve().name / "microdata"


def _export(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    for path in list_files(options.file):
        check_free(path, options.force)
    survey = load_survey(options.survey)
    wave = options.wave or survey.wave_ids[-1]
    if wave not in survey.wave_ids:
        raise PraksisError(f"the survey has no wave {wave}, only {', '.join(survey.wave_ids)}")
    folder = _find_folder(options, options.microdata)
    progress("edit", f"{folder / wave}.parquet")
    microdata = read_microdata(survey, wave, folder)
    language = options.language or survey.header.languages[0]
    paths = export_answers(survey, microdata, options.file, language=language, labels=options.labels)
    said = f"Wrote {len(microdata.organisations)} responses to {', '.join(map(str, paths))}"
    output.print(said, soft_wrap=True, markup=False)
    if not microdata.synthetic:
        output.print("These are single responses: not for publishing.")
    return 0


def _import(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    survey = load_survey(options.survey)
    progress("edit", f"{options.file} as {options.wave}")
    imported = import_answers(
        survey,
        options.wave,
        options.file,
        _find_folder(options, options.to),
        map_path=options.map,
        sheet=options.sheet,
        encoding=options.encoding,
        force=options.force,
    )
    output.print(imported.text, soft_wrap=True, markup=False)
    output.print(f"Wrote {imported.microdata}, and this account to {imported.account}", soft_wrap=True, markup=False)
    return 0


def _map(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    survey = load_survey(options.survey)
    reader = open_reader(survey, options.wave, options.file, sheet=options.sheet, encoding=options.encoding)
    output.print(draft_map(reader), soft_wrap=True, markup=False, end="")
    return 0
