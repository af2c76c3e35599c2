"""The secret: made once, for its owner alone, or given."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from praksis.errors import PraksisError
from praksis.web.secret import VARIABLE, read_secret


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def test_made_once_and_then_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    secret = read_secret(folder)
    assert len(secret) >= 32
    assert read_secret(folder) == secret
    assert [path.name for path in folder.iterdir()] == ["secret"]
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600
    assert read_secret(tmp_path / "other") != secret


def test_made_by_several_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(read_secret, [tmp_path] * 8))) == 1


def test_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "x" * 32)
    assert read_secret(None) == read_secret(tmp_path) == b"x" * 32
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv(VARIABLE, "x" * 31)
    with pytest.raises(PraksisError, match="at least 32"):
        read_secret(tmp_path)


def test_a_server_keeps_none(tmp_path: Path) -> None:
    with pytest.raises(PraksisError, match=VARIABLE):
        read_secret(None)


def test_open_to_others(tmp_path: Path) -> None:
    read_secret(tmp_path)
    (tmp_path / "secret").chmod(0o640)
    with pytest.raises(PraksisError, match="chmod 600"):
        read_secret(tmp_path)


def test_cut_short(tmp_path: Path) -> None:
    read_secret(tmp_path)
    (tmp_path / "secret").write_text("short")
    with pytest.raises(PraksisError, match="at least 32"):
        read_secret(tmp_path)
