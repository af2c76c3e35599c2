"""A wave is closed: frozen files that the pipeline takes, whole or not at all, however often it is begun."""

import contextlib
import csv
import datetime
import hashlib
import io
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from praksis.cli import main
from praksis.collect.event import EventKind
from praksis.define.freeze import freeze_questionnaire
from praksis.define.question import Missing
from praksis.define.read import load_survey
from praksis.define.survey import Survey
from praksis.edit.dossier import list_responses
from praksis.edit.gather import gather_responses
from praksis.edit.microdata import read_microdata, write_microdata
from praksis.publish.release import check_release
from tests.databases import SECRET
from tests.web.fieldwork.answering import act, submit
from tests.web.fieldwork.conftest import BAKKEBYGD, FIRST, Praksis
from tests.web.fieldwork.test_editing import BUDGET, ROLE, STAFF, TOWN, make_worker, unwrap
from tests.web.store.conftest import EVERY_KIND, WAVE

NAMES = [f"{WAVE}-questionnaire.json", f"{WAVE}-codebook.json", f"{WAVE}-corrections.csv", f"{WAVE}.parquet"]
OTHER = "100000059"

Close = Callable[..., tuple[int, str, str]]


@pytest.fixture
def frozen_at(tmp_path: Path) -> Path:
    return tmp_path / "data/every-kind/microdata"


@pytest.fixture
def close(database: str, praksis: Praksis, capsys: pytest.CaptureFixture[str]) -> Close:
    """Run `praksis close` on the wave, in which two have submitted and a hard hit is left."""
    praksis("collect", "open", "--closes", "2040-12-01T16:00")
    submit(FIRST, BUDGET)
    submit(BAKKEBYGD, TOWN)

    def run(*arguments: str, folder: Path = EVERY_KIND) -> tuple[int, str, str]:
        from praksis.web.store.database import close_connections

        code = main(["close", str(folder), "--database", database, *arguments])
        said = capsys.readouterr()
        close_connections()
        return code, said.out, said.err

    return run


@pytest.fixture
def ready(close: Close, praksis: Praksis) -> Close:
    """The hard hit is corrected."""
    assert (
        praksis("fieldwork", "correct", FIRST, "budget-change=9", "--why", "Ringte kari@first.example om det")[0] == 0
    )
    return close


def hash_files(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def count_closings() -> int:
    from praksis.web.store.closing import list_closings

    return len(list_closings("every-kind", WAVE))


def closes_at(key: str) -> datetime.datetime | None:
    from praksis.web.store import collection, work

    stored = next(one for one in collection.list_responses("every-kind", WAVE) if one.organisation == key)
    return work.hold_assignment(stored.coordinator).closes_at


# -- what stands in the way --------------------------------------------------------------------------------------------


def test_a_hard_hit_stands_in_the_way(close: Close, frozen_at: Path) -> None:
    code, output, _ = close()
    assert (code, output.splitlines()) == (1, ["1 hard hits are to be corrected", f"    {FIRST} {ROLE}", "Not closed"])
    assert count_closings() == 0
    assert list(frozen_at.iterdir()) == [], "no file, and no draft of one"
    assert closes_at(FIRST) == datetime.datetime(2040, 12, 1, 15, tzinfo=datetime.UTC), "it can still be answered"


def test_everything_in_the_way_is_said_at_once(close: Close, praksis: Praksis) -> None:
    praksis("fieldwork", "correct", BAKKEBYGD, f"{STAFF}=14", "--why", "Ringte")
    praksis("fieldwork", "reopen", BAKKEBYGD, "--why", "mer")
    act(BAKKEBYGD, EventKind.SAVED, {STAFF: "15"})
    act(BAKKEBYGD, EventKind.SUBMITTED)
    act(OTHER, EventKind.SAVED, TOWN)
    code, output, _ = close("--check")
    assert code == 1
    said = [line for line in output.splitlines() if not line.startswith(" ")]
    assert said[0] == "1 corrections do not fit the answers that stand there now"
    assert said[1].startswith("E001 ")
    assert said[2] == "1 hard hits are to be corrected"
    assert said[3].startswith("Organisations can still answer until 2040-12-01T16:00+0100")
    assert "1 responses are begun and not submitted: left out" in said
    assert f"    {OTHER} {ROLE}" in output.splitlines()
    assert said[-1] == "Not ready to be closed"


def test_who_does_not_belong_but_is_in_the_frame_is_said(ready: Close, praksis: Praksis) -> None:
    praksis("fieldwork", "note", BAKKEBYGD, "merged", "--why", "ble del av en annen")
    code, output, _ = ready("--check")
    assert (code, "1 responses are of organisations that were found not to belong" in unwrap(output)) == (0, True), (
        output
    )
    assert f"    {BAKKEBYGD} {ROLE}" in output.splitlines()


def test_nothing_to_close(praksis: Praksis, database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["close", str(EVERY_KIND), "--database", database]) == 1
    assert "The wave was never opened" in capsys.readouterr().out
    praksis("collect", "open")
    act(OTHER, EventKind.SAVED, TOWN)
    assert main(["close", str(EVERY_KIND), "--database", database]) == 1
    assert "No response is submitted" in capsys.readouterr().out


def change(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of the survey with one word changed."""
    for path in EVERY_KIND.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_another_questionnaire_stands_in_the_way(ready: Close, praksis: Praksis, tmp_path: Path) -> None:
    copy = tmp_path / "every-kind"
    copy.mkdir()
    change(copy, "scales.yaml", "{id: never, code: 0,", "{id: never, code: 7,")
    code, output, _ = ready(folder=copy)
    assert (code, "have another meaning now: scale frequency" in unwrap(output)) == (1, True), output
    change(copy, "questions.yaml", "en: How many full-time equivalents did", "en: How many full-time staff did")
    code, output, _ = ready(folder=copy)
    assert (code, "run `praksis collect open`" in unwrap(output)) == (1, True)
    assert praksis("collect", "open", folder=copy)[0] == 0
    assert ready(folder=copy)[0] == 0
    frozen = (tmp_path / f"data/every-kind/microdata/{WAVE}-questionnaire.json").read_text(encoding="utf-8")
    assert "How many full-time staff did" in frozen


def test_what_the_pipeline_would_refuse_stands_in_the_way(ready: Close, praksis: Praksis, tmp_path: Path) -> None:
    """A limit was moved after an answer beyond it was given."""
    copy = tmp_path / "every-kind"
    copy.mkdir()
    change(copy, "questions.yaml", "maximum: 100000\n", "maximum: 10\n")
    assert praksis("collect", "open", folder=copy)[0] == 0
    code, output, _ = ready(folder=copy)
    assert (code, "D011 staff: 1 responses" in unwrap(output)) == (1, True), output
    assert praksis("fieldwork", "correct", BAKKEBYGD, f"{STAFF}=10", "--why", "Ringte", folder=copy)[0] == 0
    assert ready(folder=copy)[0] == 0


# -- what is frozen ----------------------------------------------------------------------------------------------------


def test_the_files(ready: Close, survey: Survey, frozen_at: Path) -> None:
    code, output, _ = ready()
    assert code == 0
    assert sorted(path.name for path in frozen_at.iterdir()) == sorted(NAMES)
    hashes = hash_files(frozen_at)
    for name, digest in hashes.items():
        assert f"{digest}  data/every-kind/microdata/{name}" in output.splitlines()
    from praksis.web.store.closing import Extent, find_closing

    closing = find_closing("every-kind", WAVE)
    assert closing
    assert dict(closing.files) == hashes
    assert (closing.responses, closing.extent, closing.reason) == (2, Extent(2, 1, 0), "")
    assert hashes[NAMES[0]] == hashlib.sha256(freeze_questionnaire(survey, WAVE)).hexdigest()
    metadata = pq.read_schema(frozen_at / NAMES[3]).metadata
    assert metadata[b"praksis.questionnaire"].decode() == hashes[NAMES[0]]
    microdata = read_microdata(survey, WAVE, frozen_at)
    assert not microdata.synthetic
    cells = list_responses(survey, microdata)
    assert cells[FIRST, ROLE]["budget-change"] == "9"
    assert cells[BAKKEBYGD, ROLE][STAFF] == "12.5"


def test_corrections_are_told_without_addresses(ready: Close, frozen_at: Path) -> None:
    from praksis.web.fieldwork.editing import correct_answers

    survey = load_survey(EVERY_KIND)
    correct_answers(make_worker(survey, "lead@praksis.example"), (FIRST, ROLE), [(STAFF, "2", "3")], "=1+1")
    assert ready()[0] == 0
    text = (frozen_at / NAMES[2]).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [(row["organisation"], row["item"], row["old"], row["new"]) for row in rows] == [
        (FIRST, "budget-change", "900,5", "9"),
        (FIRST, STAFF, "2", "3"),
    ]
    assert [row["reason"] for row in rows] == ["Ringte …@… om det", "'=1+1"]
    assert rows[1]["who"] == "lead"
    assert "@p" not in text
    assert "@f" not in text


def test_the_codebook_explains_every_cell(ready: Close, survey: Survey, frozen_at: Path) -> None:
    """Read by somebody who knows only JSON and Parquet: every column is there, with a label for every code."""
    submit(OTHER, TOWN | {"users-first": int(Missing.DO_NOT_KNOW), "partner": int(Missing.NOT_APPLICABLE)})
    assert ready()[0] == 0
    book = json.loads((frozen_at / NAMES[1]).read_bytes())
    table = pq.read_table(frozen_at / NAMES[3])
    columns = {column["name"]: column for column in book["columns"]}
    assert sorted(columns) == sorted(table.column_names)
    coded = 0
    for name, column in columns.items():
        if "codes" not in column:
            continue
        known = {one["code"]: one for one in column["codes"]}
        for code in set(table[name].to_pylist()):
            assert set(known[code]["label"]) == {"nb", "nn", "en"}, (name, code)
            assert bool(known[code].get("missing")) == (code < 0)
            coded += 1
    assert coded > 30
    asked = {one["id"]: one for one in columns["users-first"]["codes"]}
    assert asked["do-not-know"] == {
        "code": -3, "id": "do-not-know", "missing": True, "in_base": True,
        "label": {"nb": "Vet ikke", "nn": "Veit ikkje", "en": "Do not know"},
    }  # fmt: skip
    assert asked["agree"]["label"]["nn"] == "Einig"
    assert columns[STAFF]["unit"]["en"] == "full-time equivalents"
    assert columns[STAFF]["question_text"]["nb"].startswith("Hvor mange årsverk")
    assert columns["strategy-adopted"]["asked_if"] == "has-strategy = yes"
    assert book["strata"][0]["id"] == "sector"
    assert [one["id"] for one in book["strata"][0]["categories"]] == [
        one.id for one in survey.breakdowns["sector"].categories
    ]
    assert [one["id"] for one in book["roles"]] == [ROLE]
    assert book["questionnaire"] == hashlib.sha256((frozen_at / NAMES[0]).read_bytes()).hexdigest()


def test_who_is_left_out_is_said(ready: Close, praksis: Praksis, survey: Survey, frozen_at: Path) -> None:
    praksis("fieldwork", "reopen", BAKKEBYGD, "--why", "mer")
    act(BAKKEBYGD, EventKind.SAVED, {STAFF: "99"})
    act(OTHER, EventKind.SAVED, TOWN)
    code, output, _ = ready()
    assert code == 0
    assert "1 responses were opened again and not submitted since: taken as they were submitted" in output
    assert "1 responses are begun and not submitted: left out" in output
    cells = list_responses(survey, read_microdata(survey, WAVE, frozen_at))
    assert set(cells) == {(FIRST, ROLE), (BAKKEBYGD, ROLE)}
    assert cells[BAKKEBYGD, ROLE][STAFF] == "12.5"


def test_who_has_left_the_frame_stands_in_nobodys_way(ready: Close, praksis: Praksis, tmp_path: Path) -> None:
    """Also not the corrections of their answers, which stay in the database."""
    copy = tmp_path / "every-kind"
    copy.mkdir()
    line = next(one for one in (EVERY_KIND / "frame.csv").read_text(encoding="utf-8").splitlines() if FIRST in one)
    change(copy, "frame.csv", f"{line}\n", "")
    code, output, complaint = ready(folder=copy)
    assert code == 0, output + complaint
    assert f"    {FIRST} {ROLE}" in output
    survey = load_survey(copy)
    folder = tmp_path / "data/every-kind/microdata"
    assert read_microdata(survey, WAVE, folder).organisations == (BAKKEBYGD,)
    assert (folder / NAMES[2]).read_text(encoding="utf-8-sig").count("\n") == 1


# -- nobody answers and nobody is written to ---------------------------------------------------------------------------


def test_nobody_answers_any_more(ready: Close, praksis: Praksis) -> None:
    praksis("fieldwork", "extend", OTHER, "2041-01-01T12:00", "--why", "illness")
    assert ready()[0] == 0
    now = datetime.datetime.now(datetime.UTC)
    for key in (FIRST, OTHER):
        end = closes_at(key)
        assert end is not None
        assert end <= now
    soon = f"{now + datetime.timedelta(days=30):%Y-%m-%dT%H:%M}"
    for command in (("extend", OTHER, soon), ("reopen", FIRST, "--why", "x")):
        code, _, complaint = praksis("fieldwork", *command)
        assert (code, "takes no more answers" in unwrap(complaint)) == (1, True), command
    code, _, complaint = praksis("collect", "open", "--closes", "2041-01-01T12:00")
    assert (code, "takes no more answers" in unwrap(complaint)) == (1, True)
    assert praksis("collect", "open")[0] == 0, "to serve what was answered, to read"
    assert closes_at(FIRST) == end


def test_nobody_is_written_to_any_more(
    ready: Close, praksis: Praksis, contacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from praksis.web.store import models
    from praksis.web.store.collection import list_responses as list_stored
    from praksis.web.store.outbox import Draft, add_letters

    praksis("fieldwork", "contacts", str(contacts))
    person = list_stored("every-kind", WAVE)[0].coordinator
    now = datetime.datetime.now(datetime.UTC)
    add_letters([Draft("waits", "kari@first.example", "Hei", "Hei", "nb", person, "invitation")], now)
    add_letters([Draft("sent", "kari@first.example", "Hei", "Hei", "nb", person, "invitation")], now)
    add_letters([Draft("oneself", "lead@praksis.example", "Hei", "Hei", "nb")], now)
    models.Letter.objects.filter(key="sent").update(begun_at=now, sent_at=now)
    output = ready("--check")[1]
    assert "1 letters wait: they are taken out of the outbox when the wave is closed" in output
    # What was not sent before contacts were deleted has no words, and waits for nothing.
    add_letters([Draft("forgotten", "kari@first.example", "Hei", "Hei", "nb", person, "invitation")], now)
    models.Letter.objects.filter(key="forgotten").update(sealed="")
    assert "1 letters wait" in ready("--check")[1]
    models.Letter.objects.filter(key="forgotten").delete()
    assert "1 letters that waited are taken out of the outbox" in ready()[1]
    assert sorted(models.Letter.objects.values_list("key", flat=True)) == ["oneself", "sent"]
    # Thanks are planned for those who have submitted, and would be due by now.
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: datetime.datetime(2026, 12, 10, 12, tzinfo=datetime.UTC))
    how = ("--folder", str(tmp_path / "mail"), "--send", "--sender", "Praksis <post@praksis.example>")
    code, output, complaint = praksis("fieldwork", "letters", *how)
    assert (code, "0 letters are due" in output) == (0, True), complaint


# -- once more ---------------------------------------------------------------------------------------------------------


def test_closing_anew_takes_a_reason(ready: Close, praksis: Praksis, survey: Survey, frozen_at: Path) -> None:
    assert ready()[0] == 0
    before = hash_files(frozen_at)
    code, _, complaint = ready()
    assert (code, "give --why to close it anew" in unwrap(complaint)) == (1, True)
    code, output, _ = praksis("fieldwork", "correct", BAKKEBYGD, f"{STAFF}=13", "--why", "Ringte")
    assert (code, "only when it is closed anew" in unwrap(output)) == (0, True)
    assert hash_files(frozen_at) == before, "frozen"
    from praksis.web.fieldwork.editing import read_work

    worker = make_worker(survey)
    assert read_work(worker, frozen_at).is_behind
    assert ready("--why", "En feil var oversett")[0] == 0
    after = hash_files(frozen_at)
    assert {name for name in NAMES if after[name] != before[name]} == {NAMES[2], NAMES[3]}
    assert list_responses(survey, read_microdata(survey, WAVE, frozen_at))[BAKKEBYGD, ROLE][STAFF] == "13"
    assert not read_work(worker, frozen_at).is_behind
    assert count_closings() == 2


def test_what_is_frozen_is_not_written_over(ready: Close, praksis: Praksis, frozen_at: Path, tmp_path: Path) -> None:
    assert ready()[0] == 0
    before = hash_files(frozen_at)
    praksis("fieldwork", "correct", BAKKEBYGD, f"{STAFF}=13", "--why", "Ringte")
    code, _, complaint = praksis("collect", "microdata")
    assert (code, "was frozen when the wave was closed" in unwrap(complaint)) == (1, True)
    assert hash_files(frozen_at) == before
    assert praksis("collect", "microdata", "--to", str(tmp_path / "look"))[0] == 0


def test_files_that_were_changed_are_told(ready: Close, frozen_at: Path) -> None:
    ready()
    assert "is not what was written" not in ready("--check")[1]
    (frozen_at / NAMES[2]).write_bytes(b"x")
    (frozen_at / NAMES[0]).unlink()
    told = [line.split()[0] for line in ready("--check")[1].splitlines() if "is not what was written" in line]
    assert told == [f"data/every-kind/microdata/{name}" for name in (NAMES[0], NAMES[2])]


@pytest.mark.parametrize("step", range(6))
def test_killed_anywhere_and_done_again(
    ready: Close, survey: Survey, frozen_at: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Between any two of: the wave ends, four files, the closing."""
    from praksis.web.fieldwork import closing

    class Killed(BaseException):
        pass

    moved = 0
    real = closing._sync

    def sync(path: Path) -> None:
        nonlocal moved
        if moved == 2 * step:
            raise Killed
        moved += 1
        real(path)

    def store(*_: object) -> int:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(closing, "_sync", sync)
        if step >= 4:
            patch.setattr(closing, "add_closing", store)
        if step == 5:
            # A real kill leaves the draft behind.
            patch.setattr(closing.shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(Killed):
            ready()
    there = [name for name in NAMES if (frozen_at / name).exists()]
    assert there == NAMES[: min(step, 4)], "the microdata are there last"
    assert count_closings() == 0
    end = closes_at(FIRST)
    assert end is not None
    assert end <= datetime.datetime.now(datetime.UTC)
    before = hash_files(frozen_at) if step == 4 else {}
    code, output, complaint = ready()
    assert code == 0, output + complaint
    assert count_closings() == 1
    assert sorted(path.name for path in frozen_at.iterdir()) == sorted(NAMES)
    assert before in ({}, hash_files(frozen_at)), "the same bytes"
    assert closes_at(FIRST) == end


@pytest.mark.parametrize("what", ["correction", "answer", "opened"])
def test_what_comes_in_meanwhile_is_not_lost(
    ready: Close, praksis: Praksis, survey: Survey, frozen_at: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """After the files were made and before the closing is stored: refused, and done again with it."""
    from praksis.web.fieldwork import closing
    from praksis.web.fieldwork.editing import correct_answers
    from praksis.web.store.collection import open_wave

    real = closing._put_in_place
    later = datetime.datetime(2041, 1, 1, tzinfo=datetime.UTC)

    def put(*arguments: object) -> tuple[Path, ...]:
        if what == "correction":
            correct_answers(make_worker(survey), (BAKKEBYGD, ROLE), [(STAFF, "12.5", "13")], "x")
        elif what == "answer":
            submit(OTHER, TOWN)
        else:
            open_wave(survey, WAVE, SECRET, later, later)
        return real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(closing, "_put_in_place", put)
        code, _, complaint = ready()
    assert (code, "close it again" in unwrap(complaint)) == (1, True)
    assert count_closings() == 0
    assert ready()[0] == 0
    cells = list_responses(survey, read_microdata(survey, WAVE, frozen_at))
    assert cells[BAKKEBYGD, ROLE][STAFF] == ("13" if what == "correction" else "12.5")
    assert ((OTHER, ROLE) in cells) == (what == "answer")


def test_extended_reopened_and_closed_at_once(ready: Close, praksis: Praksis, survey: Survey, frozen_at: Path) -> None:
    """Nobody waits for ever, and once the wave is closed nobody can answer."""
    from praksis.web.fieldwork.acts import CannotAct, Worker, extend_case, find_case, reopen_case
    from praksis.web.fieldwork.closing import close_wave
    from praksis.web.store.closing import ChangedMeanwhile, WaveFrozen
    from praksis.web.store.database import close_connections

    now, start, broken = datetime.datetime.now(datetime.UTC), threading.Barrier(3), []
    worker = Worker("kari", survey, WAVE, SECRET, now)
    facts = find_case(worker, BAKKEBYGD)

    def repeat(act_once: Callable[[int], object]) -> None:
        start.wait()
        try:
            for number in range(12):
                with contextlib.suppress(WaveFrozen, CannotAct, ChangedMeanwhile):
                    act_once(number)
        except Exception as error:
            broken.append(error)
        finally:
            close_connections()

    def extend(number: int) -> None:
        extend_case(worker, facts, datetime.datetime(2041, 1, 1 + number, tzinfo=datetime.UTC), "x")

    acts = (extend, lambda _: reopen_case(worker, facts, "x"), lambda _: close_wave(worker, frozen_at, reason="x"))
    threads = [threading.Thread(target=repeat, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert count_closings() > 0
    end = closes_at(BAKKEBYGD)
    assert end is not None
    assert end <= now


# -- to the published figures ------------------------------------------------------------------------------------------


def test_from_a_closed_wave_to_a_release(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Answers of two waves come in, are corrected, the waves are closed, and `praksis build` takes the files."""
    from praksis.web.secret import VARIABLE

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, SECRET.decode())
    folder = tmp_path / "survey"
    main(["new", str(folder)])
    main(["rehearse", str(folder), "--microdata", str(tmp_path / "rehearsed")])
    survey = load_survey(folder)
    frozen = tmp_path / "frozen"
    refused = []
    for wave in survey.wave_ids:
        assert main(["collect", "open", str(folder), "--wave", wave, "--database", database]) == 0
        rehearsed = list_responses(survey, read_microdata(survey, wave, tmp_path / "rehearsed"))
        if wave == "2024":
            first = survey.scale_of("library-step").categories[0].code
            wrong = next(who for who, cells in rehearsed.items() if int(cells.get("library-step", -1)) > first)
            rehearsed[wrong][STAFF] = "0"
        _submit_all(survey.header.id, wave, rehearsed)
        where = ["--wave", wave, "--database", database]
        if main(["close", str(folder), *where, "--to", str(frozen)]):
            refused.append(wave)
            _correct_all(survey, wave, frozen)
            assert main(["close", str(folder), *where, "--to", str(frozen)]) == 0, capsys.readouterr()
    assert refused == ["2024"], "somebody has no staff"
    releases = tmp_path / "releases"
    code = main(["build", str(folder), "--microdata", str(frozen), "--releases", str(releases)])
    assert code == 0, capsys.readouterr().err
    assert list_responses(survey, read_microdata(survey, "2024", frozen))[wrong][STAFF] == "1.5"
    (release,) = releases.iterdir()
    assert not check_release(release).synthetic


def _submit_all(survey: str, wave: str, responses: dict[tuple[str, str], dict[str, int | str]]) -> None:
    from praksis.collect.event import Event
    from praksis.web.store import models
    from praksis.web.store.collection import list_responses as list_stored
    from praksis.web.store.trail import make_row

    for stored in list_stored(survey, wave):
        cells = responses.get((stored.organisation, stored.role))
        if cells is None:
            continue
        row = models.Response.objects.get(pk=stored.id)
        now = datetime.datetime(2024, 3, 1, tzinfo=datetime.UTC)
        said = {item: cell for item, cell in cells.items() if cell not in (-1, -2)}
        make_row(row, Event(1, now, stored.coordinator, EventKind.SAVED, page="x", new=said)).save()
        make_row(row, Event(2, now, stored.coordinator, EventKind.SUBMITTED)).save()
        models.Response.objects.filter(pk=stored.id).update(events=2)


def _correct_all(survey: Survey, wave: str, folder: Path) -> None:
    """Put every hard hit right, as a fieldworker would: nobody has no staff."""
    from praksis.web.fieldwork.acts import Worker
    from praksis.web.fieldwork.editing import correct_texts, read_work

    worker = Worker("kari", survey, wave, SECRET, datetime.datetime.now(datetime.UTC))
    for one in read_work(worker, folder).blocking:
        assert one.hit.check == "nobody-works-here"
        correct_texts(worker, (one.hit.organisation, one.hit.role), {STAFF: "1,5"}, "Ringte")


def test_an_earlier_wave_that_is_closed_is_what_the_next_is_compared_with(
    ready: Close, praksis: Praksis, survey: Survey, frozen_at: Path
) -> None:
    last = gather_responses(survey, "2025", {(BAKKEBYGD, ROLE): {STAFF: "60", "has-strategy": 1}})
    write_microdata(last, survey, frozen_at)
    assert f"half-the-staff  {BAKKEBYGD}" in praksis("fieldwork", "work")[1]
    code, output, _ = ready()
    assert code == 0
    assert "hits are not accepted, corrected or answered" in output
