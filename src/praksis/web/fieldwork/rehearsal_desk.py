"""`praksis fieldwork rehearse`: what is said and served of a wave that was played through."""

import argparse
import datetime
import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from django.utils import timezone
from rich.console import Console

from praksis.collect.contacts import is_email
from praksis.define.survey import Survey
from praksis.edit.microdata import read_microdata, write_microdata
from praksis.errors import PraksisError, ProblemsFound
from praksis.pipeline import Progress, build_release
from praksis.rehearse.random_answers import rehearse_random
from praksis.web.desk import write_link
from praksis.web.fieldwork import desk, editing_desk, rehearsal
from praksis.web.fieldwork.closing import NotReady, close_wave, say_remark
from praksis.web.fieldwork.editing import correct_answers, read_work
from praksis.web.mail import open_server
from praksis.web.serve import serve_site
from praksis.web.settings import Fieldwork, configure_answering
from praksis.web.store.database import close_connections

_SHOWN = 5
"""As many problems are shown of those that are many."""


@dataclass(frozen=True)
class Scene:
    """A rehearsal as the command has it."""

    options: argparse.Namespace
    stage: rehearsal.Stage
    folder: Path
    output: Console
    progress: Progress

    @property
    def database(self) -> Path:
        return self.folder / "answers.sqlite"

    @property
    def microdata(self) -> Path:
        return self.folder / "microdata"

    def say(self, text: str) -> None:
        self.output.print(text, soft_wrap=True, markup=False)

    def use(self, database: Path) -> None:
        """Let this process use a database of the folder."""
        survey = self.stage.survey
        close_connections()
        configure_answering(str(database), self.stage.secret, {survey.header.id: survey}, secure=False)


def run_rehearsal(
    options: argparse.Namespace,
    survey: Survey,
    wave: str,
    secret: bytes,
    folder: Path,
    output: Console,
    progress: Progress,
) -> int:
    """Play the wave, show what staff would see, serve what respondents and readers would; returns the exit code."""
    write = open_samples(options, survey)
    base = f"http://127.0.0.1:{options.port}"
    stage = rehearsal.Stage(survey, wave, secret, folder / "mails", base, options.seed)
    scene = Scene(options, stage, folder, output, progress)
    calendar = rehearsal.make_calendar(survey, wave, timezone.now())
    count = len(survey.frame.of_wave(wave))
    scene.say(f"Rehearsing {survey.header.id} {wave} with {count} organisations, in {folder}")
    if not calendar.has_letters:
        lacks = "no plan of letters for the wave" if survey.letters else "no letters.yaml"
        scene.say(f"It has {lacks}: nobody is written to, and the robots come by the links of `praksis collect link`")
    outcome = rehearsal.play_wave(stage, calendar, scene.say)
    code = 0
    if write:
        code = _deliver(scene, outcome, write)
    _say_outcome(scene, outcome)
    _show(scene, "board", calendar.ends_at)
    _show(scene, "stuck", calendar.ends_at)
    release = _finish(scene, calendar.ends_at)
    if not options.no_serve:
        _serve(scene, outcome, release)
    return code


def open_samples(options: argparse.Namespace, survey: Survey) -> Callable[..., Callable[[], None]] | None:
    """How samples of letters leave; None if nobody asked for them. Raises PraksisError."""
    if not options.to:
        return None
    if not is_email(options.to):
        raise PraksisError("--to takes one e-mail address, your own")
    if not options.smtp:
        raise PraksisError("--to needs a mail server: --smtp smtp://user:password@host:587, and --sender")
    reply_to = (survey.letters.reply_to if survey.letters else None) or ""
    return open_server(options.smtp, options.sender or "", "", reply_to)


def _deliver(scene: Scene, outcome: rehearsal.Outcome, write: Callable[..., Callable[[], None]]) -> int:
    try:
        rehearsal.deliver_samples(outcome, scene.options.to, scene.folder.name, write)
    except (PraksisError, OSError) as error:
        scene.say(f"The letters to you could not be sent: {error}")
        return 1
    scene.say(f"{len(outcome.samples)} letters sent to you, one of each and in each language; nobody else got any")
    return 0


def _say_outcome(scene: Scene, outcome: rehearsal.Outcome) -> None:
    played = outcome.played.values()
    submitted = sum(one.submitted for one in played)
    hindered = [one for one in played if one.hindered]
    scene.say(
        f"Robots: {len(outcome.played)} came in, {submitted} submitted, {outcome.declined} said no, "
        f"{outcome.bounced} letters came back"
    )
    if hindered:
        pages = sorted({page for one in hindered for page in one.hindered})
        scene.say(f"{len(hindered)} could not submit: look at {', '.join(pages)}")
    if outcome.unreached:
        whom = ", ".join(" ".join(one) for one in outcome.unreached[:_SHOWN])
        scene.say(f"{len(outcome.unreached)} would have answered and had got no letter with a link: {whom}")


def _show(scene: Scene, command: str, at: datetime.datetime) -> None:
    """As the command itself shows it to who gives it at that moment."""
    options = argparse.Namespace(
        survey=scene.options.survey, microdata=scene.microdata, at=timezone.localtime(at),
        role="", csv=False, language=None, all=False, sheet=None,
    )  # fmt: skip
    scene.say(f"\n`praksis fieldwork {command}` shows:")
    (dict(desk.COMMANDS) | dict(editing_desk.COMMANDS))[command](
        desk.Order(options, scene.stage.make_worker(at), scene.output)
    )


# -- closing and publishing --------------------------------------------------------------------------------------------


def _finish(scene: Scene, now: datetime.datetime) -> Path | None:
    """Close the wave and publish it, in a copy of the database: in the other one can still answer. The release."""
    close_connections()
    copy = scene.folder / "closed.sqlite"
    shutil.copy(scene.database, copy)
    scene.use(copy)
    try:
        _show(scene, "work", now)
        scene.say("")
        return _publish(scene) if _close(scene, now) else None
    except ProblemsFound as error:
        scene.say("No release: with random answers something does not hold, which may be right with real ones")
        for problem in error.problems[:_SHOWN]:
            scene.say(f"    {problem}")
        if len(error.problems) > _SHOWN:
            scene.say(f"    and {len(error.problems) - _SHOWN} more")
    except PraksisError as error:
        scene.say(f"No release: {error}")
    finally:
        scene.use(scene.database)
    return None


def _close(scene: Scene, now: datetime.datetime) -> bool:
    """Is the wave closed? What a hard check hits is taken away first, as staff would correct it."""
    worker = scene.stage.make_worker(now)
    work = read_work(worker, scene.microdata)
    for one in work.blocking:
        who = (one.hit.organisation, one.hit.role)
        there = work.answers.responses[who]
        changes = [(item, there[item], None) for item in one.hit.items if item in there]
        with suppress(ProblemsFound):  # another hit of the same answers has taken them away
            correct_answers(worker, who, changes, "a rehearsal: the answer is taken away")
    try:
        closed = close_wave(worker, scene.microdata)
    except NotReady as hindered:
        for remark in hindered.readiness.hinders:
            scene.say(f"The wave cannot be closed: {say_remark(remark)}")
        return False
    scene.say(f"Closed: {closed.frozen.responses} responses are frozen, in {len(closed.paths)} files")
    return True


def _publish(scene: Scene) -> Path | None:
    """The release, of answers that are marked as made up; earlier waves get random ones."""
    survey, wave = scene.stage.survey, scene.stage.wave
    if survey.presentation is None:
        scene.say("It has no figures.yaml: nothing is published")
        return None
    write_microdata(replace(read_microdata(survey, wave, scene.microdata), synthetic=True), survey, scene.microdata)
    for other in survey.wave_ids:
        if other != wave:
            write_microdata(rehearse_random(survey, other, scene.stage.seed), survey, scene.microdata)
    date = timezone.localdate().isoformat()
    built = build_release(
        scene.options.survey, scene.microdata, scene.folder / "releases", date=date, progress=scene.progress
    )
    scene.say(f"Published: {len(built.content.page_ids)} pages of made-up figures")
    return built.release


# -- serving -----------------------------------------------------------------------------------------------------------


def _serve(scene: Scene, outcome: rehearsal.Outcome, release: Path | None) -> None:
    """Serve answering, and the release if there is one, until Ctrl-C."""
    stage = scene.stage
    for kind, (name, token) in rehearsal.list_doors(stage, outcome, timezone.now()).items():
        scene.say(f"Try it as {name} ({kind}): {write_link(stage.base, token)}")
    if release:
        scene.say(f"The figures: {stage.base}/")
    scene.say("Ctrl-C ends the rehearsal and removes all of it")
    close_connections()
    fieldwork = Fieldwork(str(scene.database), stage.secret, {stage.survey.header.id: stage.survey}, secure=False)
    theirs, ours = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.Process(target=_serve_until, args=(theirs, ours, release, scene.options.port, fieldwork))
    server.start()
    theirs.close()
    try:
        server.join()
    except KeyboardInterrupt:
        scene.say("")
    finally:
        server.terminate()
        server.join(10)
        server.kill()
        server.join()
        ours.close()


def _serve_until(theirs: Connection, ours: Connection, release: Path | None, port: int, fieldwork: Fieldwork) -> None:
    """In a process of its own, which ends with the rehearsal: nobody writes into the pipe, and when the other end is
    gone, so is whoever held it, however they ended."""
    ours.close()

    def watch() -> None:
        with suppress(EOFError):
            theirs.recv_bytes()
        os.kill(os.getpid(), signal.SIGTERM)

    for kind in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(kind, signal.SIG_DFL)
    threading.Thread(target=watch, daemon=True).start()
    serve_site(release, "127.0.0.1", port, fieldwork=fieldwork)
