"""`praksis fieldwork` and `praksis collect` on the survey with every kind of question, in both databases."""

from collections.abc import Callable
from pathlib import Path

import pytest

from praksis.cli import main
from praksis.web.secret import VARIABLE
from praksis.web.store.database import close_connections
from tests.databases import SECRET
from tests.web.store.conftest import EVERY_KIND, open_in, survey, wave

__all__ = ["open_in", "survey", "wave"]

Praksis = Callable[..., tuple[int, str, str]]
FIRST, BAKKEBYGD = "100000008", "100000040"


@pytest.fixture
def praksis(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Praksis:
    """Run a command on the survey and the database; exit code, output, complaints, each on one line per line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, SECRET.decode())

    def run(group: str, command: str, *arguments: str, folder: Path = EVERY_KIND) -> tuple[int, str, str]:
        code = main([group, command, str(folder), *arguments, "--database", database])
        said = capsys.readouterr()
        close_connections()
        return code, said.out, said.err

    return run


@pytest.fixture
def contacts(tmp_path: Path) -> Path:
    """Whom three organisations are written to."""
    path = tmp_path / "contacts.csv"
    path.write_text(
        "organisation,name,email,phone,language\n"
        f"{FIRST},Kari Nordmann,Kari@first.example,99887766,\n"
        f"{BAKKEBYGD},Ola,ola@bakkebygd.example,,nn\n"
        "100000059,,post@fjordheim.example,,\n",
        encoding="utf-8",
    )
    return path
