"""A release folder as the site opens it: its content, and the list of files that may be handed out."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from praksis.define.figure import RESERVED_PAGES
from praksis.errors import PraksisError
from praksis.publish.release import CONTENT, MANIFEST
from praksis.tell.content import ReleaseContent, SurveyText
from praksis.web.site.drawing import find_fault

_PAGE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class ListedFile(BaseModel):
    """A file as the manifest lists it."""

    model_config = ConfigDict(frozen=True)

    sha256: str
    bytes: int = Field(ge=0)


class Manifest(BaseModel):
    """The list of a release's files; other parts of the manifest are not the site's business."""

    model_config = ConfigDict(frozen=True)

    files: dict[str, ListedFile]


class ReleaseUnfit(PraksisError):
    """The folder is not a release that can be shown."""


@dataclass(frozen=True)
class OpenRelease:
    """A release that has been read and found fit to show."""

    folder: Path
    content: ReleaseContent
    files: dict[str, ListedFile]

    def read_file(self, path: str) -> bytes:
        """A listed file, if it is still what the manifest says."""
        data = (self.folder / path).read_bytes()
        if hashlib.sha256(data).hexdigest() != self.files[path].sha256:
            raise ReleaseUnfit(f"{self.folder / path}: the file is not the one {MANIFEST} lists; publish again")
        return data


def open_release(folder: Path) -> OpenRelease:
    """Read `content.json` and `manifest.json` of a release; raises ReleaseUnfit with every fault found."""
    try:
        content = ReleaseContent.model_validate_json((folder / CONTENT).read_bytes())
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except OSError as error:
        raise ReleaseUnfit(f"{folder}: not a release folder ({error.strerror}: {error.filename})") from None
    except ValidationError as error:
        raise ReleaseUnfit(
            f"{folder}: {CONTENT} or {MANIFEST} is not in the form this version reads\n{error}"
        ) from None
    faults = [*_check_pages(content), *_check_files(content, manifest, folder)]
    for language in content.languages:
        faults.extend(_check_text(content.text[language], language) if language in content.text else ())
    if faults:
        raise ReleaseUnfit("\n".join(f"{folder}: {fault}" for fault in faults))
    return OpenRelease(folder, content, dict(manifest.files))


def _check_pages(content: ReleaseContent) -> list[str]:
    faults = [] if content.languages else ["no language"]
    for name in (*content.page_ids, *content.languages):
        if not _PAGE_NAME.fullmatch(name) or name in RESERVED_PAGES:
            faults.append(f"'{name}' cannot be the name of a page or a language; use other letters, digits and hyphens")
    for language in content.languages:
        pages = content.text[language].pages if language in content.text else {}
        faults.extend(f"page '{page}' has no text in '{language}'" for page in content.page_ids if page not in pages)
    return faults


def _check_files(content: ReleaseContent, manifest: Manifest, folder: Path) -> list[str]:
    faults: list[str] = []
    home = folder.resolve()
    for path in manifest.files:
        parts = PurePosixPath(path).parts
        if path.startswith("/") or "\\" in path or ".." in parts or not (home / path).resolve().is_relative_to(home):
            faults.append(f"{MANIFEST} lists '{path}', which is outside the release")
        elif not (home / path).is_file():
            faults.append(f"{MANIFEST} lists '{path}', which is not there")
    linked = {
        download.path
        for text in content.text.values()
        for figure in text.figures.values()
        for download in figure.downloads
    }
    faults.extend(f"a figure offers '{path}', which {MANIFEST} does not list" for path in linked - set(manifest.files))
    return sorted(faults)


def _check_text(text: SurveyText, language: str) -> list[str]:
    faults: list[str] = []
    for page in text.pages.values():
        shown = [figure for section in page.sections for figure in section.figures]
        faults.extend(f"'{page.title}' shows figure '{name}' twice" for name in set(shown) if shown.count(name) > 1)
        faults.extend(f"figure '{name}' has no text in '{language}'" for name in shown if name not in text.figures)
    for name, figure in text.figures.items():
        for drawing in (figure.wide, figure.narrow):
            if fault := find_fault(drawing):
                faults.append(f"the drawing of figure '{name}' in '{language}' {fault}")
    return faults
