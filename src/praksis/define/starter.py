"""`praksis new`: a small, whole survey to begin from. The files are in the folder `starter` beside this module."""

from importlib.resources import as_file, files
from pathlib import Path
from shutil import copytree, ignore_patterns

from praksis.errors import PraksisError


class FolderInUse(PraksisError):
    """There is something where a new survey was to be written."""


def write_starter(target: Path) -> None:
    """Write the starter survey to a folder that is new or empty. Raises FolderInUse."""
    if target.exists() and not target.is_dir():
        raise FolderInUse(f"{target} is a file; name a folder for the new survey")
    if target.is_dir() and any(target.iterdir()):
        raise FolderInUse(f"{target} is not empty; name a folder that is new or empty, so that nothing is overwritten")
    with as_file(files("praksis.define") / "starter") as source:
        copytree(source, target, ignore=ignore_patterns("__pycache__"), dirs_exist_ok=True)
