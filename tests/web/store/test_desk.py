"""`praksis collect`: from an open wave to microdata, by its commands, in both databases."""

import csv
import datetime
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from praksis.cli import main
from praksis.collect.event import Event, EventKind
from praksis.collect.response import Response
from praksis.define.question import Missing
from praksis.define.survey import Survey
from praksis.edit.microdata import read_microdata
from praksis.web.secret import VARIABLE
from praksis.web.store.database import close_connections
from tests.databases import SECRET
from tests.web.store.conftest import EVERY_KIND, NOON, WAVE

FIRST, BAKKEBYGD = "100000008", "100000040"
SITE = "https://survey.example"

Collect = Callable[..., tuple[int, str, str]]


@pytest.fixture
def collect(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Collect:
    """Run `praksis collect` on the survey; exit code, output, complaints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, SECRET.decode())

    def run(command: str, *arguments: str) -> tuple[int, str, str]:
        code = main(["collect", command, str(EVERY_KIND), "--database", database, *arguments])
        said = capsys.readouterr()
        close_connections()
        return code, said.out, said.err

    return run


def read_links(output: str) -> dict[str, str]:
    return {row["organisation"]: row["link"] for row in csv.DictReader(io.StringIO(output))}


def open_token(link: str, now: datetime.datetime = NOON) -> str:
    """Why a printed link opens nothing; "" if it opens something."""
    from praksis.web.store.entrance import find_assignment

    address, _, token = link.rpartition("/")
    assert address == f"{SITE}/answer/l"
    return find_assignment(token, now).reason


def submit(key: str, *, finished: bool, **cells: int | str) -> None:
    from praksis.web.store.collection import list_responses
    from praksis.web.store.work import change_response

    stored = next(one for one in list_responses("every-kind", WAVE) if one.organisation == key)
    new = {name.replace("_", "-"): cell for name, cell in cells.items()}

    def save(response: Response) -> Event:
        return Event(response.number + 1, NOON, stored.coordinator, EventKind.SAVED, page="staff", new=new)

    change_response(stored.id, save)
    if finished:
        change_response(stored.id, lambda response: Event(2, NOON, stored.coordinator, EventKind.SUBMITTED))


def test_open_and_open_again(collect: Collect) -> None:
    assert collect("open") == (0, "every-kind 2026: 12 responses, 12 of them new\n", "")
    assert collect("open", "--closes", "2026-12-31T16:00") == (
        0,
        "every-kind 2026: 12 responses, 0 of them new, closes 2026-12-31 16:00\n",
        "",
    )
    assert collect("open", "--wave", "2025")[1].startswith("every-kind 2025: 12 responses, 12 of them new")
    code, _, complaint = collect("open", "--wave", "1999")
    assert (code, "it has 2025, 2026" in complaint) == (1, True)


def test_links(collect: Collect, survey: Survey) -> None:
    code, _, complaint = collect("link", "all")
    assert (code, "not open" in complaint) == (1, True)
    collect("open")
    everyone = read_links(collect("link", "all", "--base", SITE)[1])
    assert list(everyone) == [one.key for one in survey.frame.of_wave(WAVE)]
    assert {open_token(link) for link in everyone.values()} == {""}
    by_key, by_name = (read_links(collect("link", one, "--base", f"{SITE}/")[1]) for one in (BAKKEBYGD, "bakkeBYGD"))
    assert by_key == by_name == {BAKKEBYGD: everyone[BAKKEBYGD]}
    code, _, complaint = collect("link", "nobody")
    assert (code, "nobody fits 'nobody'" in complaint) == (1, True)


def test_a_link_for_some_days(collect: Collect) -> None:
    collect("open")
    (link,) = read_links(collect("link", BAKKEBYGD, "--base", SITE, "--days", "2")[1]).values()
    now = datetime.datetime.now(datetime.UTC)
    assert open_token(link, now + datetime.timedelta(days=1)) == ""
    assert open_token(link, now + datetime.timedelta(days=3)) == "expired"


def test_revoke(collect: Collect) -> None:
    collect("open")
    (old,) = read_links(collect("link", BAKKEBYGD, "--base", SITE)[1]).values()
    (new,) = read_links(collect("revoke", BAKKEBYGD, "--base", SITE)[1]).values()
    assert (open_token(old), open_token(new)) == ("revoked", "")
    code, _, complaint = collect("revoke", "kommune")
    assert (code, "8 people fit" in complaint) == (1, True)
    assert collect("revoke", BAKKEBYGD, "--no-new")[:2] == (
        0,
        f"The link of {BAKKEBYGD} head-of-it opens nothing any more\n",
    )
    assert open_token(new) == "revoked"
    assert read_links(collect("link", BAKKEBYGD)[1]) == {BAKKEBYGD: "revoked"}
    (newest,) = read_links(collect("revoke", BAKKEBYGD, "--base", SITE)[1]).values()
    assert open_token(newest) == ""


def test_a_colleague(collect: Collect) -> None:
    collect("open")
    from praksis.web.store.collection import list_responses
    from praksis.web.store.work import add_colleague

    stored = next(one for one in list_responses("every-kind", WAVE) if one.organisation == BAKKEBYGD)
    add_colleague(stored.id, "ola@bakkebygd.example", "Ola", "nb", SECRET, NOON)
    code, output, _ = collect("link", "kommune", "--email", "Ola@bakkebygd.example", "--base", SITE)
    (row,) = csv.DictReader(io.StringIO(output))
    assert (code, row["email"], row["name"], open_token(row["link"])) == (
        0,
        "ola@bakkebygd.example",
        "Bakkebygd kommune",
        "",
    )
    assert collect("link", "kommune", "--email", "ola@elsewhere.example")[0] == 1
    assert collect("link", BAKKEBYGD, "--role", "director")[0] == 1


def test_send(collect: Collect, tmp_path: Path) -> None:
    collect("open")
    from praksis.web.store.collection import list_responses
    from praksis.web.store.outbox import Draft, add_letters

    person = list_responses("every-kind", WAVE)[0].coordinator
    add_letters([Draft("a", "kari@bakkebygd.example", "Hello", "Go to {link}", "nb", person)], NOON)
    where = ("--folder", str(tmp_path / "letters"), "--base", SITE)
    code, _, complaint = collect("send", *where)
    assert (code, "no sender" in complaint) == (1, True)
    assert collect("send", *where, "--sender", "post@praksis.example")[:2] == (0, "1 letters sent\n")
    assert collect("send", *where, "--sender", "post@praksis.example")[:2] == (0, "0 letters sent\n")
    (letter,) = (tmp_path / "letters").iterdir()
    (line,) = (line for line in letter.read_text().splitlines() if line.startswith("Go to "))
    assert open_token(line.removeprefix("Go to ")) == ""
    code, _, complaint = collect("send", "--sender", "post@praksis.example")
    assert (code, "say where letters go" in complaint) == (1, True)


def test_microdata(collect: Collect, survey: Survey, tmp_path: Path) -> None:
    collect("open")
    code, _, complaint = collect("microdata")
    assert (code, "no submitted response yet; 0 are begun" in complaint) == (1, True)
    submit(BAKKEBYGD, finished=True, full_time_equivalents="12.5", has_strategy=1)
    submit(FIRST, finished=False, full_time_equivalents=int(Missing.DO_NOT_KNOW))
    code, output, _ = collect("microdata", "--to", str(tmp_path / "finished"))
    assert code == 0
    assert "Wrote 1 responses" in output
    assert "1 are begun and not submitted (left out" in output
    finished = read_microdata(survey, WAVE, tmp_path / "finished")
    assert (finished.organisations, finished.synthetic) == ((BAKKEBYGD,), False)
    assert finished.open_answers["full-time-equivalents"] == ("12.5",)
    assert finished.answers["has-strategy"].tolist() == [1]
    assert "Wrote 2 responses" in collect("microdata", "--unfinished", "--to", str(tmp_path / "all"))[1]
    both = read_microdata(survey, WAVE, tmp_path / "all")
    assert both.organisations == (FIRST, BAKKEBYGD)
    assert both.open_answers["full-time-equivalents"] == (Missing.DO_NOT_KNOW, "12.5")
    assert both.answers["has-strategy"].tolist() == [Missing.NOT_ANSWERED, 1]


def test_microdata_hold_what_was_submitted_last(collect: Collect, survey: Survey, tmp_path: Path) -> None:
    """Who opened it again and never submitted has stood by what was submitted."""
    from praksis.web.store.collection import list_responses
    from praksis.web.store.work import change_response

    collect("open")
    submit(BAKKEBYGD, finished=True, full_time_equivalents="12.5")
    stored = next(one for one in list_responses("every-kind", WAVE) if one.organisation == BAKKEBYGD)
    new = {"full-time-equivalents": "13"}
    change_response(stored.id, lambda now: Event(now.number + 1, NOON, stored.coordinator, EventKind.REOPENED))
    change_response(
        stored.id, lambda now: Event(now.number + 1, NOON, stored.coordinator, EventKind.SAVED, page="staff", new=new)
    )
    output = collect("microdata", "--to", str(tmp_path / "answers"))[1]
    assert f"Opened again and not submitted since, taken as it was submitted: {BAKKEBYGD} head-of-it" in output
    assert read_microdata(survey, WAVE, tmp_path / "answers").open_answers["full-time-equivalents"] == ("12.5",)


def test_microdata_of_a_survey_that_has_changed(
    collect: Collect, survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An organisation that has left the frame is left out by name; answers that would be turned round are refused."""
    from praksis.web import commands

    collect("open")
    submit(BAKKEBYGD, finished=True, has_strategy=1)
    submit(FIRST, finished=True, has_strategy=1)
    left = tuple(one for one in survey.frame.organisations if one.key != FIRST)
    smaller = survey.model_copy(update={"frame": survey.frame.model_copy(update={"organisations": left})})
    monkeypatch.setattr(commands, "load_survey", lambda folder: smaller)
    output = collect("microdata", "--to", str(tmp_path / "answers"))[1]
    assert f"No longer in the frame, left out: {FIRST} head-of-it" in output
    assert "Wrote 1 responses" in output

    scale = next(one for one in survey.scales if one.id == "yes-no")
    first, second = scale.categories
    turned = (first.model_copy(update={"code": second.code}), second.model_copy(update={"code": first.code}))
    scales = tuple(one if one is not scale else one.model_copy(update={"categories": turned}) for one in survey.scales)
    monkeypatch.setattr(commands, "load_survey", lambda folder: survey.model_copy(update={"scales": scales}))
    code, _, complaint = collect("microdata", "--to", str(tmp_path / "turned"))
    assert (code, "another meaning now: scale yes-no" in " ".join(complaint.split())) == (1, True)
    assert not (tmp_path / "turned").exists()


def test_another_secret_is_said_plainly(collect: Collect, monkeypatch: pytest.MonkeyPatch) -> None:
    collect("open")
    monkeypatch.setenv(VARIABLE, "another secret of at least 32 characters")
    code, output, complaint = collect("link", BAKKEBYGD)
    assert (code, output) == (1, "")
    assert "made from another secret" in complaint


def test_without_a_database_given_it_stands_under_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (VARIABLE, "PRAKSIS_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    assert main(["collect", "open", str(EVERY_KIND)]) == 0
    assert {path.name for path in (tmp_path / "data/every-kind").iterdir()} >= {"answers.sqlite", "secret"}
    assert "12 of them new" in capsys.readouterr().out
    close_connections()
