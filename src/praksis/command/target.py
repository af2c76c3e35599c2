"""Where a command may write."""

from pathlib import Path

from praksis.errors import PraksisError


def check_free(path: Path, force: bool) -> None:
    """Raises PraksisError for a file that is there already: someone may have worked on it since it was written."""
    if path.is_dir():
        raise PraksisError(f"{path} is a folder; name a file in it")
    if path.exists() and not force:
        raise PraksisError(f"{path} is there already; name another file, or replace it with --force")
