"""Whoever sends letters is killed twenty times: each letter arrives, and arrives once.

With 300 letters at every run of the tests; with 3 000 by `make test-slow`.
"""

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from praksis.define.frame_numbers import check_organisation_number
from tests.databases import SECRET
from tests.web.fieldwork.postman import Mailbox, open_mailbox
from tests.web.store.conftest import EVERY_KIND

KILLS = 20

_PLAN = """
hour: 0
letters:
  - id: invitation
    kind: invitation
    subject: {nb: Vil dere svare?, nn: Vil de svare?, en: Will you answer?}
    text: {nb: "Hei, {name}! {link}", nn: "Hei, {name}! {link}", en: "Hello {name}, {link}"}
plan:
  - {wave: "2026", letter: invitation, on: 2020-01-01}
"""


def _make_survey(folder: Path, letters: int) -> tuple[Path, Path]:
    """A survey of so many organisations, and their contacts."""
    survey = shutil.copytree(EVERY_KIND, folder / "survey")
    (survey / "letters.yaml").write_text(_PLAN)
    keys = [str(key) for key in range(810_000_000, 810_100_000) if check_organisation_number(str(key))][:letters]
    rows = "".join(f"{key},Etaten nummer {place},state,\n" for place, key in enumerate(keys))
    (survey / "frame.csv").write_text("organisation_number,name,sector,written_form\n" + rows)
    contacts = folder / "contacts.csv"
    rows = "".join(f"{key},Person {place},person{place}@etat.example\n" for place, key in enumerate(keys))
    contacts.write_text("organisation,name,email\n" + rows)
    return survey, contacts


@pytest.mark.parametrize("letters", [300, pytest.param(3000, marks=pytest.mark.slow)])
def test_each_letter_arrives_once(database: str, tmp_path: Path, letters: int) -> None:
    survey, contacts = _make_survey(tmp_path, letters)
    environ = os.environ | {"PRAKSIS_SECRET": SECRET.decode()}

    def start(group: str, command: str, *arguments: str) -> subprocess.Popen[str]:
        call = [sys.executable, "-m", "praksis.cli", group, command, str(survey), "--database", database, *arguments]
        return subprocess.Popen(
            call, env=environ, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def finish(process: subprocess.Popen[str]) -> str:
        output, _ = process.communicate(timeout=300)
        assert process.returncode == 0, output
        return output

    finish(start("collect", "open"))
    assert f"{letters} new contacts" in finish(start("fieldwork", "contacts", str(contacts)))
    chance = random.Random(20)
    killed_in_the_middle = 0
    with open_mailbox(tmp_path / "mailbox") as (mailbox, address):
        arguments = (
            "--send",
            "--smtp",
            address,
            "--sender",
            "post@praksis.example",
            "--base",
            "https://survey.example",
        )
        send = ("fieldwork", "letters", *arguments, "--copies", str(mailbox.folder))
        for number in range(KILLS):
            process = start(*send)
            # Killed somewhere in its share of the letters, or while it puts them into the outbox.
            _wait_for(mailbox, process, chance.randrange((number + 1) * letters // (KILLS + 1)))
            killed_in_the_middle += process.poll() is None
            process.kill()
            process.wait()
        _pass_time()
        output = finish(start(*send))
        arrived = Counter(letter["To"] for letter in mailbox.read())
    assert killed_in_the_middle == KILLS
    assert set(arrived.values()) == {1}, output
    assert len(arrived) == letters
    marks = Counter(letter["Message-ID"] for letter in mailbox.read())
    assert len(marks) == letters


def _pass_time() -> None:
    """Until then those that were in the middle are left: a sender who is alive may be at them."""
    from django.db.models import F

    from praksis.web.store import models
    from praksis.web.store.database import close_connections
    from praksis.web.store.outbox import IN_DOUBT

    begun = models.Letter.objects.filter(sent_at=None).exclude(begun_at=None)
    begun.update(begun_at=F("begun_at") - IN_DOUBT)
    close_connections()


def _wait_for(mailbox: Mailbox, process: subprocess.Popen[str], letters: int) -> None:
    while process.poll() is None and mailbox.count() < letters:
        time.sleep(0.002)
