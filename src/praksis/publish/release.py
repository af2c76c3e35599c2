"""The release: an immutable folder of what was published on a date, with a manifest of checksums.

Built twice from the same inputs it has the same bytes. It is written beside its place and renamed, so that no
one ever sees half a release, and an existing one is never changed.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from praksis.define.survey import Survey
from praksis.errors import PraksisError
from praksis.estimate.cube import Cube
from praksis.publish.csvw import write_csv, write_csvw
from praksis.publish.jsonstat import write_jsonstat
from praksis.tell.content import Download, FigureText, ReleaseContent
from praksis.tell.plan import FigurePlan
from praksis.tell.words import read_words

MANIFEST, CONTENT = "manifest.json", "content.json"


class ReleaseExists(PraksisError):
    """Another release already has this name."""


@dataclass(frozen=True)
class Provenance:
    """What a release was made from: hashes that let anyone check that it is the same."""

    survey_digest: str
    microdata: Mapping[str, str]
    """Wave -> SHA-256 of its microdata file."""


def write_figures(survey: Survey, cube: Cube, content: ReleaseContent) -> tuple[dict[str, bytes], ReleaseContent]:
    """The files of every figure (path -> bytes), and the content with these files as downloads."""
    files: dict[str, bytes] = {}
    texts = {}
    whole = cube.hides_anything
    for language, text in content.text.items():
        figures: dict[str, FigureText] = {}
        for name, figure in text.figures.items():
            written = _write_figure(survey, cube, figure, name, language, content.date, whole)
            files |= {path: data for path, (_, data) in written.items()}
            downloads = tuple(
                Download(format=kind, path=path, bytes=len(data)) for path, (kind, data) in written.items() if kind
            )
            figures[name] = figure.model_copy(update={"downloads": downloads, "picture": ""})
        texts[language] = text.model_copy(update={"figures": figures})
    return files, content.model_copy(update={"text": texts})


def _write_figure(
    survey: Survey, cube: Cube, figure: FigureText, name: str, language: str, date: str, whole: bool
) -> dict[str, tuple[str, bytes]]:
    """Path -> (format as a reader knows it, '' for files that go with another, bytes)."""
    plan, words = FigurePlan(survey, survey.figures[name]), read_words(language)
    stem = f"figures/{name}.{language}"
    table = write_csv(plan, cube, words, whole=whole)
    described = write_csvw(plan, cube, words, file=f"{name}.{language}.csv", date=date)
    dataset = write_jsonstat(plan, cube, words, updated=date, whole=whole)
    return {
        f"{stem}.csv": ("CSV", table.encode()),
        f"{stem}.csv-metadata.json": ("", _dump(described)),
        f"{stem}.json": ("JSON-stat", _dump(dataset)),
        f"{stem}.svg": ("SVG", figure.picture.encode()),
    }


def _dump(tree: Any) -> bytes:
    return (json.dumps(tree, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def write_release(folder: Path, content: ReleaseContent, files: Mapping[str, bytes], provenance: Provenance) -> Path:
    """Write a release to `folder`/<release id> and return its path.

    `files` are all but the content and the manifest. The same release may be written again: nothing happens. Raises
    ReleaseExists if what is there differs.
    """
    files = dict(sorted({**files, CONTENT: _dump(content.model_dump(mode="json"))}.items()))
    manifest = {
        "survey": content.survey,
        "release": content.release,
        "date": content.date,
        "synthetic": content.synthetic,
        "made-from": {"survey": provenance.survey_digest, "microdata": dict(provenance.microdata)},
        "files": {
            path: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for path, data in files.items()
        },
    }
    target = folder / content.release
    if target.exists():
        if (target / MANIFEST).is_file() and (target / MANIFEST).read_bytes() == _dump(manifest):
            check_release(target)
            return target
        raise ReleaseExists(
            f"{target} holds another release. A release is never changed: give the new one another name or date."
        )
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))
    try:
        for path, data in {**files, MANIFEST: _dump(manifest)}.items():
            (draft / path).parent.mkdir(parents=True, exist_ok=True)
            (draft / path).write_bytes(data)
            (draft / path).chmod(0o444)
        for place in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
            place.chmod(0o755)  # whatever the umask: a web server under another name reads it
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return target


class DamagedRelease(PraksisError):
    """A file of a release is not what the manifest says."""


def check_release(folder: Path) -> ReleaseContent:
    """The content of a release whose every file matches the manifest. Raises DamagedRelease naming all that do not."""
    try:
        files = json.loads((folder / MANIFEST).read_bytes())["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedRelease(f"{folder} is not a release: {error!r}") from None
    wrong = [
        path
        for path, known in files.items()
        if not (folder / path).is_file() or hashlib.sha256((folder / path).read_bytes()).hexdigest() != known["sha256"]
    ]
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    wrong += sorted(present - set(files) - {MANIFEST})
    if wrong:
        raise DamagedRelease(f"{folder}: not as published: {', '.join(wrong)}. Build the release again elsewhere.")
    return ReleaseContent.model_validate_json((folder / CONTENT).read_bytes())
