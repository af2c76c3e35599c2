"""A dress rehearsal: the whole wave with real code, nothing to anybody real, nothing left however it ends."""

import contextlib
import datetime
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from praksis.cli import main
from praksis.collect.bounce import Bounce, read_mail
from praksis.collect.disposition import Found
from praksis.collect.event import EventKind
from praksis.collect.journey import Journey
from praksis.define.read import load_survey
from praksis.define.starter import write_starter
from praksis.define.survey import Survey
from praksis.web.fieldwork.rehearsal_cast import Fate, draw_organisations, list_cells, make_robots
from praksis.web.fieldwork.rehearsal_folder import open_folder
from praksis.web.settings import configure_answering
from praksis.web.store.database import close_connections
from tests.databases import SECRET
from tests.web.fieldwork.postman import Mailbox, open_mailbox
from tests.web.store.conftest import EVERY_KIND, WAVE

UTC = datetime.UTC
REFERENCE = Path(__file__).parents[3] / "surveys" / "it-i-praksis"
OVER = "The rehearsal is over, and everything of it is removed"
START, END = datetime.datetime(2026, 11, 2, 8, tzinfo=UTC), datetime.datetime(2026, 12, 2, 15, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the command is run; empty."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    yield folder
    close_connections()


def rehearse(folder: Path, *arguments: str) -> int:
    return main(["fieldwork", "rehearse", str(folder), "--no-serve", *arguments])


# -- the whole of it ---------------------------------------------------------------------------------------------------


def test_the_numbers_add_up(database: str, survey: Survey, tmp_path: Path) -> None:
    """What robots did, what the database holds and what the board says are the same."""
    configure_answering(database, SECRET, {survey.header.id: survey}, secure=False)
    from praksis.web.fieldwork import rehearsal
    from praksis.web.fieldwork.board import read_board
    from praksis.web.store.cases import list_facts
    from praksis.web.store.work import read_response

    stage = rehearsal.Stage(survey, WAVE, SECRET, tmp_path / "mails", "http://127.0.0.1:1", 1)
    calendar = rehearsal.make_calendar(survey, WAVE, START)
    outcome = rehearsal.play_wave(stage, calendar, lambda text: None)
    board = read_board(survey, WAVE, calendar.ends_at)
    total, strata = board.progress.total, board.progress.strata.values()
    submitted = {whom for whom, played in outcome.played.items() if played.submitted}
    assert (total.frame, total.opened, total.submitted) == (12, len(outcome.played), len(submitted))
    assert total.started == sum(facts.events[-1].number > 1 for facts in list_facts("every-kind", WAVE) if facts.events)
    assert (total.declined, total.undeliverable, outcome.unreached) == (outcome.declined, 1, [])
    assert len(submitted) == 8
    assert not any(played.hindered for played in outcome.played.values())
    for column in ("frame", "invited", "delivered", "opened", "started", "submitted", "declined"):
        assert getattr(total, column) == sum(getattr(one, column) for one in strata), column
    left = sum((count for _, count in outcome.letters), Counter())
    assert len(list((tmp_path / "mails").iterdir())) == left.total()
    assert left["invitation"] == total.invited == 12
    assert left["thanks"] == len(submitted), "by the calendar everybody who submitted is thanked after that"
    robots = {one.whom: one for one in make_robots(survey, WAVE, START, END, 1)}
    last = calendar.departures[2]
    stopped = [
        facts
        for facts in list_facts("every-kind", WAVE)
        if robots[facts.organisation, facts.role].fate is Fate.BOUNCES
        or any(one.kind is EventKind.SUBMITTED and one.at < last for one in facts.events)
        or any(one.kind is Found.DECLINED and one.at < last for one in facts.case_events)
    ]
    assert left["last-call"] == 12 - len(stopped), "not to those who said no, or whose letters came back"
    cells = list_cells(survey, WAVE, 1)
    for facts in list_facts("every-kind", WAVE):
        whom = (facts.organisation, facts.role)
        if whom in submitted:
            journey = Journey(survey, WAVE, facts.role, survey.find_asked(WAVE)[whom][0])
            answers = journey.keep_asked(read_response(facts.response).answers)
            assert answers == {item: cells[whom][item] for item in answers}
            asked = {item.id for page in journey.follow(answers) for item in journey.items_of(page)}
            assert set(answers) == asked & set(cells[whom]), "an answer was lost on the way"
            assert calendar.departures[0] < facts.events[0].at < facts.events[-1].at < calendar.closes_at


@pytest.mark.parametrize("is_invited", [True, False])
def test_who_is_invited_later_comes_later(is_invited: bool, database: str, tmp_path: Path) -> None:
    """Of two roles; who is never invited is named."""
    write_starter(tmp_path / "starter")
    whole = load_survey(tmp_path / "starter")
    letters = whole.letters
    assert letters
    survey = draw_organisations(whole, "2024", 8, 1)
    configure_answering(database, SECRET, {survey.header.id: survey}, secure=False)
    from praksis.web.fieldwork import rehearsal

    invited = [one for one in letters.plan if one.letter == "invitation"]
    others = [one for one in letters.plan if one.letter != "invitation"]
    roles = sorted({role for _, role in survey.find_asked("2024")})
    assert (len(invited), roles) == (1, ["head-of-library", "teacher"])
    late = invited[0].model_copy(update={"on": others[0].on, "roles": ("teacher",)})
    first = invited[0].model_copy(update={"roles": ("head-of-library",)})
    heads = [one.model_copy(update={"roles": ("head-of-library",)}) for one in others]

    plan = (first, late, *heads) if is_invited else (first, *heads)
    changed = survey.model_copy(update={"letters": letters.model_copy(update={"plan": plan})})
    stage = rehearsal.Stage(changed, "2024", SECRET, tmp_path / "mails", "http://127.0.0.1:1", 1)
    outcome = rehearsal.play_wave(stage, rehearsal.make_calendar(changed, "2024", START), lambda text: None)
    assert {role for _, role in outcome.played} == set(roles if is_invited else roles[:1])
    assert {role for _, role in outcome.unreached} == set([] if is_invited else roles[1:])
    from praksis.web.store.cases import list_facts

    for facts in list_facts(survey.header.id, "2024"):
        if facts.events:
            assert facts.events[0].at > min(one.sent_at for one in facts.letters if one.sent_at), facts.role


@pytest.mark.parametrize(
    ("survey", "number", "said"),
    [
        ("every-kind", "12", ["12 invitation", "8 submitted", "8 responses are frozen", "no figures.yaml"]),
        ("reference", "12", ["12 invitation", "8 submitted", "8 responses are frozen", "No release: "]),
        ("starter", "40", ["invitation", "responses are frozen", "Published: 1 pages of made-up figures"]),
        ("bare", "6", ["no letters.yaml: nobody is written to", "responses are frozen", "no figures.yaml"]),
        ("other-wave", "6", ["no plan of letters for the wave", "4 submitted"]),
    ],
)
def test_every_survey_rehearses(
    survey: str, number: str, said: list[str], home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = {"every-kind": EVERY_KIND, "other-wave": EVERY_KIND, "reference": REFERENCE}.get(survey)
    if folder is None:
        folder = tmp_path / survey
        write_starter(folder)
    if survey == "bare":
        for name in ("letters.yaml", "figures.yaml"):
            (folder / name).unlink()
    wave = ["--wave", "2025"] if survey == "other-wave" else []
    assert rehearse(folder, "--organisations", number, *wave) == 0
    output = " ".join(capsys.readouterr().out.split())
    for text in (*said, "margin of error", OVER):
        assert text in output, text
    assert list(home.iterdir()) == []


# -- nothing leaves ----------------------------------------------------------------------------------------------------


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Mailbox, str]]:
    """A mail server that the environment names too, as on a machine from which waves are run."""
    with open_mailbox(tmp_path / "mailbox") as opened:
        monkeypatch.setenv("PRAKSIS_SMTP", opened[1])
        monkeypatch.setenv("PRAKSIS_SENDER", "Praksis <post@praksis.example>")
        yield opened


def test_nobody_gets_a_letter(home: Path, post: tuple[Mailbox, str]) -> None:
    assert rehearse(EVERY_KIND) == 0
    assert post[0].read() == []


def test_only_the_lead_gets_one_of_each(home: Path, post: tuple[Mailbox, str]) -> None:
    assert rehearse(EVERY_KIND, "--to", "lead@praksis.example") == 0
    taken = post[0].read()
    assert {letter["X-Taken-For"] for letter in taken} == {letter["To"] for letter in taken} == {"lead@praksis.example"}
    assert all(letter["Subject"].startswith("[rehearsal] ") for letter in taken)
    assert all(letter["List-Unsubscribe"] is None for letter in taken)
    subjects = Counter(letter["Subject"].removeprefix("[rehearsal] ").split(":")[0] for letter in taken)
    assert subjects["Digital hverdag"] == subjects["Digital kvardag"] == 1
    assert subjects["Takk"] == 2, "in bokmål and nynorsk"
    assert rehearse(EVERY_KIND, "--organisations", "2", "--to", "lead@praksis.example") == 0
    more = post[0].read()
    assert len(more) > len(taken)
    assert len({letter["Message-ID"] for letter in more}) == len(more), "a mail program hides what it has had"


def test_what_is_real_is_not_opened(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = home / "data" / "every-kind" / "answers.sqlite"
    (real.parent / "microdata").mkdir(parents=True)
    for path in (real, real.parent / "secret", real.parent / "microdata" / f"{WAVE}.parquet"):
        path.write_bytes(b"not a database")
        path.chmod(0)
    monkeypatch.setenv("PRAKSIS_DATABASE", str(real))
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()}
    assert rehearse(EVERY_KIND) == 0
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()} == before


def test_a_bounce_is_as_servers_write_them() -> None:
    from praksis.web.fieldwork.rehearsal import write_bounce

    bounce = read_mail(write_bounce("rehearsal-1@rehearsal.invalid", "<abc@rehearsal.invalid>", START))
    assert isinstance(bounce, Bounce)
    assert (bounce.message_id, bounce.status, bounce.permanent) == ("abc@rehearsal.invalid", "5.1.1", True)


# -- nothing is left ---------------------------------------------------------------------------------------------------


def test_nothing_is_left_after_an_error(
    home: Path, post: tuple[Mailbox, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert rehearse(EVERY_KIND, "--to", "lead@praksis.example", "--sender", "nobody") == 1
    said = capsys.readouterr()
    assert "'nobody' is no sender" in said.err
    assert OVER in said.out
    with contextlib.suppress(ZeroDivisionError), open_folder(home / "a" / "b") as folder:
        (folder / "answers.sqlite").touch()
        assert folder.stat().st_mode & 0o777 == 0o700
        raise ZeroDivisionError
    assert list(home.iterdir()) == []


def start(home: Path, port: int) -> subprocess.Popen[str]:
    code = "import sys; from praksis.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "fieldwork", "rehearse", str(EVERY_KIND)]
    arguments = ["--organisations", "3", "--port", str(port)]
    return subprocess.Popen([*command, *arguments], cwd=home, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def read_until(output: Iterator[str], said: str) -> list[str]:
    lines = []
    for line in output:
        lines.append(line)
        if said in line:
            return lines
    raise AssertionError(f"never said {said}: {lines}")


def fetch(address: str) -> int:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return int(answer.status)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@pytest.mark.parametrize(
    ("stop", "moment", "code"),
    [
        (signal.SIGHUP, "Rehearsing", 129),
        (signal.SIGTERM, "Ctrl-C ends", 143),
        (signal.SIGINT, "Ctrl-C ends", 0),
    ],
)
def test_nothing_is_left_when_it_is_stopped(
    home: Path, port: int, stop: signal.Signals, moment: str, code: int
) -> None:
    with start(home, port) as process:
        try:
            assert process.stdout
            lines = read_until(process.stdout, moment)
            if moment != "Rehearsing":
                links = [line.split(": ", 1)[1].strip() for line in lines if line.startswith("Try it as")]
                assert [fetch(link) for link in links] == [200, 200]
            process.send_signal(stop)
            rest = process.communicate(timeout=60)[0]
        finally:
            process.kill()
    assert OVER in rest
    assert process.returncode == code
    assert list(home.iterdir()) == []


def test_what_a_killed_one_has_left_goes_with_the_next(home: Path, port: int) -> None:
    with start(home, port) as process:
        assert process.stdout
        lines = read_until(process.stdout, "Ctrl-C ends")
        link = next(line.split(": ", 1)[1].strip() for line in lines if line.startswith("Try it as"))
        assert fetch(link) == 200
        process.kill()
    (left,) = (home / "data" / "every-kind").iterdir()
    deadline = time.monotonic() + 60
    while True:
        # The server ends by itself when nobody is there any more who would stop it.
        with socket.socket() as there:
            if there.connect_ex(("127.0.0.1", port)):
                break
        assert time.monotonic() < deadline, "the server has outlived the rehearsal"
        time.sleep(0.05)
    while left.exists() and time.monotonic() < deadline:
        assert rehearse(EVERY_KIND, "--organisations", "2") == 0
    assert list(left.parent.iterdir()) == []


def test_one_that_runs_is_left_alone(home: Path) -> None:
    (home / "rehearsal-old").mkdir()
    (home / "real").mkdir()
    (home / "rehearsal-link").symlink_to(home / "real")
    with open_folder(home) as one:
        with open_folder(home) as two:
            assert one != two
            assert one.exists()
        assert {path.name for path in home.iterdir()} == {one.name, "real", "rehearsal-link"}
    assert {path.name for path in home.iterdir()} == {"real", "rehearsal-link"}
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


# -- who plays ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 4, 12, 40])
def test_organisations_are_drawn_across_strata(number: int, reference: Survey) -> None:
    drawn = draw_organisations(reference, "2023", number, 1)
    assert len(drawn.frame.organisations) == number
    whole = Counter(reference.name_stratum(one, "2023") for one in reference.frame.of_wave("2023"))
    part = Counter(drawn.name_stratum(one, "2023") for one in drawn.frame.of_wave("2023"))
    assert len(part) == min(number, len(whole))
    if number == 40:
        assert all(abs(part[name] - 40 * size / whole.total()) < 2 for name, size in whole.items())
    assert drawn == draw_organisations(reference, "2023", number, 1)
    assert drawn.frame != draw_organisations(reference, "2023", number, 2).frame
    assert reference.frame.of_wave("2023") != drawn.frame.of_wave("2023")


def test_robots_are_of_every_kind(reference: Survey) -> None:
    robots = make_robots(reference, "2023", START, END, 1)
    asked = reference.find_asked("2023")
    assert sorted(robot.whom for robot in robots) == sorted(asked)
    count = Counter(robot.fate for robot in robots)
    assert set(count) == set(Fate)
    assert count[Fate.SUBMITS] == round(0.65 * len(asked))
    assert START <= min(robot.at for robot in robots) < max(robot.at for robot in robots) <= END
    assert robots == make_robots(reference, "2023", START, END, 1)
    assert robots != make_robots(reference, "2023", START, END, 2)


def test_what_must_be_answered_is(survey: Survey) -> None:
    required = [one for one in survey.questions if one.required and WAVE in one.waves]
    assert required
    for seed in range(1, 8):
        for cells in list_cells(survey, WAVE, seed).values():
            for question in required:
                assert all(item.id in cells for item in question.items if question.show_if is None), question.id


def test_the_calendar_is_the_plans(survey: Survey, reference: Survey) -> None:
    from praksis.web.fieldwork.rehearsal import make_calendar

    calendar = make_calendar(survey, WAVE, END)
    assert [f"{one:%m-%d %H}" for one in calendar.departures] == ["11-02 07", "11-12 07", "11-26 07", "12-07 07"]
    assert calendar.closes_at == datetime.datetime(2026, 12, 2, 15, tzinfo=UTC), "six days after the last reminder"
    calendar = make_calendar(reference, "2023", END)
    assert calendar.closes_at == datetime.datetime(2023, 10, 11, 14, tzinfo=UTC), "before the thanks, in summer time"
    assert calendar.ends_at > calendar.departures[-1] > calendar.closes_at
    assert not make_calendar(reference, "2022", END).has_letters


def test_a_call_that_is_wrong_leaves_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearse(EVERY_KIND, "--wave", "2031") == 1
    assert "the survey has no wave 2031" in capsys.readouterr().err
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = ["fieldwork", "rehearse", str(EVERY_KIND), "--port", str(taken.getsockname()[1])]
        assert main(command) == 1
        assert "cannot listen here" in capsys.readouterr().err
    for wrong in (["--to", "lead"], ["--to", "lead@praksis.example"]):
        os.environ.pop("PRAKSIS_SMTP", None)
        assert rehearse(EVERY_KIND, *wrong) == 1
        assert "--to" in capsys.readouterr().err
    assert list(home.iterdir()) == []
