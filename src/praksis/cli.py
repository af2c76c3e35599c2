"""The command line: every command reads, says what it does on standard error, and prints its result.

Exit codes: 0 done, 1 the survey or the data do not hold (problems; `confront`: claims not met), 2 the call was wrong.
"""

import argparse
import datetime
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from praksis.command.answers import add_answers_commands
from praksis.command.frame import add_frame_commands
from praksis.command.questionnaire import add_questionnaire_commands
from praksis.define.read import read_survey
from praksis.define.reference import write_schemas
from praksis.define.starter import write_starter
from praksis.errors import PraksisError, Problem, ProblemsFound
from praksis.pipeline import (
    Progress,
    build_release,
    confront_survey,
    rehearse_questionnaire,
    rehearse_survey,
    write_verdicts,
)
from praksis.rehearse.assumed import read_assumed
from praksis.tell.confront import Outcome, Verdict
from praksis.web.commands import add_collect_commands, add_database, add_serving, open_for_answers
from praksis.web.export import export_site
from praksis.web.fieldwork.commands import add_fieldwork_commands
from praksis.web.fieldwork.editing_commands import add_close_command
from praksis.web.serve import serve_site

_STYLES = {Outcome.MET: "green", Outcome.MET_ROUNDED: "green", Outcome.NOT_MET: "bold red", Outcome.NOT_COMPUTED: "red"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = make_parser().parse_args(arguments)
    output, progress = Console(highlight=False), Console(stderr=True, highlight=False)
    command: Callable[[argparse.Namespace, Console, Progress], int] = options.run
    try:
        return command(options, output, _show_progress(progress))
    except ProblemsFound as error:
        _print_problems(progress, error.problems)
        return 1
    except PraksisError as error:
        progress.print(f"[bold red]praksis:[/] {escape(str(error))}", soft_wrap=True)
        return 1
    except OSError as error:
        # A path that cannot be read or written: its name and the reason are all that helps.
        progress.print(f"[bold red]praksis:[/] {escape(str(error))}", soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        return 130


def _show_progress(console: Console) -> Progress:
    def show(step: str, detail: str) -> None:
        console.print(f"[cyan]{step:>9}[/]  {escape(detail)}", soft_wrap=True)

    return show


def make_parser() -> argparse.ArgumentParser:
    """Every command with its arguments; `run` is the function that does it."""
    parser = argparse.ArgumentParser(prog="praksis", description="From a survey in files to published figures.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[..., int], text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    check = add("check", _check, "read a survey and report every problem: place, what is wrong, what to do")
    check.add_argument("survey", type=Path, help="the survey's folder")
    check.add_argument("--quiet", action="store_true", help="leave out problems that the survey itself answers")
    new = add("new", _new, "write a small survey to start from")
    new.add_argument("folder", type=Path, help="a new or empty folder")
    schema = add("schema", _schema, "write JSON Schemas of the survey's files, for editors")
    schema.add_argument("folder", type=Path)

    rehearse = add("rehearse", _rehearse, "write synthetic microdata")
    _add_survey(rehearse)
    rehearse.add_argument("--random", action="store_true", help="random answers, in place of the published figures")
    rehearse.add_argument("--response-rate", type=_fraction, default=0.65, help="with --random: 0 to 1 (0.65)")
    rehearse.add_argument(
        "--no-skips", action="store_true", help="let everyone answer every question; says which figures then conflict"
    )
    rehearse.add_argument("--seed", type=_whole(2**31), default=1, help="another number gives other answers (1)")

    build = add("build", _build, "estimate, tell and publish: write a release")
    _add_survey(build)
    build.add_argument("--releases", type=Path, help="where releases are written (build/<survey>/releases)")
    build.add_argument("--date", type=datetime.date.fromisoformat, help="date of the release (today)")

    confront = add("confront", _confront, "computed against published, claim by claim; exit 1 if one is not met")
    _add_survey(confront)
    confront.add_argument("--file", type=Path, help="write the verdicts as CSV too")
    confront.add_argument("--failed", action="store_true", help="show only claims that are not met")

    export = add("export", _export, "write a release's pages as static files")
    export.add_argument("release", type=Path, help="the release's folder, or one that holds releases: the newest")
    export.add_argument("folder", type=Path, help="where the pages are written")
    serve = add("serve", _serve, "show a release's pages on this machine, and let respondents answer")
    serve.add_argument("release", type=Path, help="the release's folder, or one that holds releases: the newest")
    serve.add_argument("--answers", type=Path, dest="survey", metavar="SURVEY", help="let its respondents answer too")
    add_database(serve)
    add_serving(serve)
    add_questionnaire_commands(commands)
    add_answers_commands(commands.add_parser("answers", help="answers to and from files: export, import, draft a map"))
    add_frame_commands(
        commands.add_parser("frame", help="whom we ask: load a new list of organisations, check contacts")
    )
    _add_wave(commands)
    return parser


def _add_wave(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The commands that run a wave, which need the database."""
    add_fieldwork_commands(commands.add_parser("fieldwork", help="run a wave: contacts, letters, how it goes"))
    add_collect_commands(commands.add_parser("collect", help="collect answers: open a wave, links, letters, microdata"))
    close = "close a wave: nobody answers any more, and its corrected answers are frozen for `praksis build`"
    add_close_command(commands.add_parser("close", help=close, description=close))


def _add_survey(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("survey", type=Path, help="the survey's folder")
    parser.add_argument("--microdata", type=Path, help="folder of microdata (build/<survey>/microdata)")


def _whole(most: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        number = int(text)
        if not 0 <= number <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between 0 and {most}")
        return number

    return whole_number


def _fraction(text: str) -> float:
    number = float(text)
    if not 0 < number <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most 1")
    return number


def _microdata(options: argparse.Namespace) -> Path:
    given: Path | None = options.microdata
    return given or Path("build") / options.survey.resolve().name / "microdata"


def _print_problems(console: Console, problems: Sequence[Problem]) -> None:
    for problem in problems:
        style, first = ("dim", "answered by the survey: ") if problem.answered else ("bold red", "")
        console.print(
            f"[bold]{escape(str(problem.place))}[/]: [{style}]{problem.code}[/] {escape(problem.what)}", soft_wrap=True
        )
        console.print(f"    {first}{escape(problem.answered or problem.remedy)}", soft_wrap=True)


def _check(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    if not options.survey.is_dir():
        raise PraksisError(f"{options.survey} is not a folder; name the folder that holds survey.yaml")
    reading = read_survey(options.survey)
    problems = list(reading.problems)
    if reading.survey:
        try:
            read_assumed(options.survey, reading.survey)
        except ProblemsFound as error:
            problems += error.problems
    blocking = [problem for problem in problems if not problem.answered]
    _print_problems(output, blocking if options.quiet else problems)
    output.print(f"{len(blocking)} problems to solve, {len(problems) - len(blocking)} answered by the survey")
    return 1 if blocking else 0


def _new(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    write_starter(options.folder)
    output.print(f"Wrote a small survey to {options.folder}. Next: praksis check {options.folder}", soft_wrap=True)
    return 0


def _schema(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    write_schemas(options.folder)
    output.print(f"Wrote JSON Schemas to {options.folder}", soft_wrap=True)
    return 0


def _rehearse(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    target = _microdata(options)
    if options.random:
        paths = rehearse_questionnaire(
            options.survey, target, seed=options.seed, response_rate=options.response_rate, progress=progress
        )
    else:
        paths = rehearse_survey(
            options.survey, target, seed=options.seed, allow_skips=not options.no_skips, progress=progress
        )
    output.print(f"Wrote synthetic microdata: {', '.join(str(path) for path in paths)}", soft_wrap=True)
    return 0


def _build(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    releases = options.releases or Path("build") / options.survey.resolve().name / "releases"
    date = (options.date or datetime.date.today()).isoformat()
    built = build_release(options.survey, _microdata(options), releases, date=date, progress=progress)
    failed = [verdict.claim.id for verdict in built.verdicts if not verdict.met and verdict.claim.must]
    met = sum(verdict.met for verdict in built.verdicts)
    if built.verdicts:
        output.print(f"Published before: {met} of {len(built.verdicts)} claims met. See `praksis confront`.")
    output.print(f"Release: {built.release}", soft_wrap=True)
    if built.record:
        output.print(f"Some shares are hidden. Which and why, not for publishing: {built.record}", soft_wrap=True)
    if failed:
        output.print(f"[bold red]Not met:[/] {', '.join(failed)}")
    return 0


def _confront(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    verdicts, synthetic = confront_survey(options.survey, _microdata(options), progress)
    if options.file:
        options.file.write_text(write_verdicts(verdicts, synthetic=synthetic), encoding="utf-8", newline="")
    shown = [verdict for verdict in verdicts if not (options.failed and verdict.met)]
    if shown:
        output.print(_tabulate(shown))
        for verdict in shown:
            if verdict.reason:
                output.print(
                    f"[bold]{verdict.claim.id}[/] {verdict.outcome.value}: {escape(verdict.reason)}", soft_wrap=True
                )
    by_document: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_document.setdefault(verdict.claim.document, []).append(verdict)
    for document, group in by_document.items():
        output.print(f"{document}: {sum(verdict.met for verdict in group)} of {len(group)} met", soft_wrap=True)
    failed = [verdict for verdict in verdicts if verdict.claim.must and not verdict.met]
    of = "synthetic answers" if synthetic else "the answers"
    output.print(f"{sum(verdict.met for verdict in verdicts)} of {len(verdicts)} claims met by {of}")
    return 1 if failed else 0


def _tabulate(verdicts: Sequence[Verdict]) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    for name in ("claim", "number", "published"):
        table.add_column(name)
    for name in ("computed", "interval", "n"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("verdict")
    for verdict in verdicts:
        claim = verdict.claim
        wave = f"{claim.since}–{claim.wave}" if claim.since else claim.wave
        parts = (claim.item, claim.answer, claim.group, f"against {claim.against}" if claim.against else None, wave)
        style = _STYLES[verdict.outcome]
        table.add_row(
            claim.id,
            escape(f"{claim.measure.value}: " + " / ".join(part for part in parts if part)),
            f"{claim.relation.value} {claim.value or ''}".strip(),
            "" if verdict.computed is None else f"{verdict.computed:.2f}",
            "" if verdict.lower is None else f"{verdict.lower:.1f} to {verdict.upper:.1f}",
            "" if verdict.n is None else str(verdict.n),
            f"[{style}]{verdict.outcome.value}[/]",
        )
    return table


def _find_release(path: Path) -> Path:
    """The folder itself, or the release in it with the latest date; the newest written of one day."""
    if (path / "manifest.json").is_file():
        return path
    found = [manifest.parent for manifest in path.glob("[!.]*/manifest.json")]
    if not found:
        raise PraksisError(f"{path} holds no release; make one with `praksis build`")
    return max(found, key=lambda folder: (folder.name[:10], (folder / "manifest.json").stat().st_mtime))


def _export(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    release = _find_release(options.release)
    count = export_site(release, options.folder)
    output.print(f"Wrote {count} files. Open {options.folder / 'index.html'}", soft_wrap=True)
    return 0


def _serve(options: argparse.Namespace, output: Console, progress: Progress) -> int:
    release = _find_release(options.release)
    fieldwork = open_for_answers(options, output) if options.survey else None
    output.print(f"Release {release.name} on http://{options.host}:{options.port} (Ctrl-C stops)", soft_wrap=True)
    serve_site(release, options.host, options.port, fieldwork=fieldwork, workers=options.workers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
