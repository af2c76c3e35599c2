"""Staff pages beside commands, on the same answers."""

import html
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from praksis.cli import main
from praksis.define.survey import Survey
from praksis.web.secret import VARIABLE
from praksis.web.store.database import close_connections
from tests.databases import SECRET
from tests.web.fieldwork.staff import open_office
from tests.web.store.conftest import EVERY_KIND

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of microdata, for pages and for commands."""
    return tmp_path / "microdata"


@pytest.fixture
def run(
    database: str,
    survey: Survey,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run a command, as in another process: the pages are as they were afterwards. Exit code, output, complaints."""
    monkeypatch.setenv(VARIABLE, SECRET.decode())

    def run_it(*words: str) -> tuple[int, str, str]:
        group = words[:1] if words[0] == "close" else words[:2]
        rest = words[len(group) :]
        code = main([*group, str(EVERY_KIND), "--database", database, *rest])
        said = capsys.readouterr()
        close_connections()
        open_office(database, survey, folder)
        return code, said.out, said.err

    return run_it


def read(client: Client, address: str, status: int = 200) -> str:
    """A page as text, with what stands for signs read."""
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()
    return html.unescape(answer.content.decode())
