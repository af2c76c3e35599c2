"""The whole site as files, for any web server or none."""

from pathlib import Path

from praksis.errors import PraksisError
from praksis.web.site.release import open_release
from praksis.web.site.render import list_pages, render_page
from praksis.web.site.styles import STATIC, write_styles


def export_site(release: Path, target: Path) -> int:
    """Write every page, style sheet and file of a release under `target`; returns how many files were written.

    The same release gives the same bytes, so writing it again changes nothing. A folder that holds anything else is
    refused: a page left over from another release would look as if it belonged to this one.
    """
    opened = open_release(release)
    if target.resolve().is_relative_to(release.resolve()):
        raise PraksisError(f"{target}: lies inside the release, which is never changed; give a folder elsewhere")
    files = {path: render_page(opened, path) for path in list_pages(opened.content)} | write_styles()
    for asset in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        files[f"assets/{asset.relative_to(STATIC).as_posix()}"] = asset.read_bytes()
    _refuse_strangers(target, {*files, *(f"files/{path}" for path in opened.files)})
    for path, data in files.items():
        _write(target / path, data)
    # Downloads can be large: read and checked one at a time.
    for path in opened.files:
        _write(target / "files" / path, opened.read_file(path))
    return len(files) + len(opened.files)


def _refuse_strangers(target: Path, ours: set[str]) -> None:
    there = (path for path in target.rglob("*") if path.is_symlink() or not path.is_dir()) if target.is_dir() else ()
    # A link is never ours: writing through it would change something elsewhere.
    strangers = sorted(
        name for path in there if (name := path.relative_to(target).as_posix()) not in ours or path.is_symlink()
    )
    if strangers:
        raise PraksisError(
            f"{target}: holds '{strangers[0]}', which is not of this release; give a new or empty folder"
        )


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
