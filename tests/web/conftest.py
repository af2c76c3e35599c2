"""A small release: three languages and one without words of its own, hostile text, two pages, signs and downloads."""

import hashlib
import json
from pathlib import Path

import pytest

from praksis.tell.content import (
    Download,
    FieldworkRow,
    FigureText,
    PageText,
    ReleaseContent,
    SectionText,
    Sentence,
    Span,
    StepText,
    SurveyText,
    Table,
    TableCell,
    TableRow,
)

HOSTILE = "<script>alert('x')</script>\"&{{ words }}"
LANGUAGES = ("nb", "nn", "en", "se")


def _draw(name: str, width: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {width} 20" role="img" '
        f'aria-labelledby="{name}-{width}-title"><title id="{name}-{width}-title">Chart</title></svg>'
    )


def _figure(name: str, bullets: tuple[Sentence, ...]) -> FigureText:
    cells = (
        TableCell(id=f"{name}-1", text="54 %", interval="48–60", uncertain=True),
        TableCell(id=f"{name}-2", text=":", explain="Too few answers"),
    )
    rows = (
        TableRow(headings=("Statement", "State"), cells=cells, n="89"),
        TableRow(
            headings=("Statement", HOSTILE),
            cells=(TableCell(id=f"{name}-3", text="30 %"), TableCell(id=f"{name}-4", text="..", explain="Not asked")),
            n="228",
        ),
    )
    return FigureText(
        title=f"Figure {name} {HOSTILE}",
        description="",
        wide=_draw(name, 720),
        narrow=_draw(name, 340),
        bullets=bullets,
        notes=("A note",),
        source="The source",
        tables=(Table(caption="Numbers", headings=("What", "Who"), columns=("Yes", HOSTILE), rows=rows, n_label="n"),),
        downloads=(Download(format="CSV", path=f"figures/{name} æ.csv", bytes=2345),),
    )


def _survey(language: str) -> SurveyText:
    def say(figure: str, cell: str) -> Sentence:
        return Sentence(spans=(Span(text=f"{HOSTILE} "), Span(text="54 %", figure=figure, cell=cell), Span(text=".")))

    fieldwork = (FieldworkRow(label=HOSTILE, invited=1357, responded=228, rate="17 %"),)

    def page(title: str, figure: str, other: str) -> PageText:
        section = SectionText(title=f"Section {HOSTILE}", lead=(say(figure, f"{figure}-1"),), figures=(figure,))
        return PageText(
            title=f"{title} {language}",
            lead=(say(figure, f"{figure}-1"), say(other, f"{other}-3"), say("nowhere", "nowhere-1")),
            sections=(section,),
            steps_title="Steps",
            steps_measure=HOSTILE,
            steps=(StepText(title="One", criteria=(HOSTILE,)), StepText(title="Two", criteria=())),
            fieldwork_title="Fieldwork",
            fieldwork=fieldwork,
            fieldwork_sentence="1357 were asked.",
        )

    return SurveyText(
        title=f"Survey {language}",
        owner=HOSTILE,
        about=("First.", HOSTILE),
        design="Everyone was asked.",
        pages={"services": page("Services", "one", "two"), "steps": page("Steps", "two", "one")},
        figures={name: _figure(name, (say(name, f"{name}-1"),)) for name in ("one", "two")},
    )


@pytest.fixture
def content() -> ReleaseContent:
    return ReleaseContent(
        survey="small",
        release="small-2023.1",
        date="2024-03-01",
        synthetic=True,
        languages=LANGUAGES,
        page_ids=("services", "steps"),
        text={language: _survey(language) for language in LANGUAGES},
    )


def write_release(folder: Path, content: ReleaseContent) -> Path:
    """Write a release folder the way `publish` does."""
    downloads = {d.path for text in content.text.values() for f in text.figures.values() for d in f.downloads}
    files = dict.fromkeys(sorted(downloads), b"group,share\nstate,54\n")
    files |= {"content.json": content.model_dump_json().encode(), "cube.json": b"{}"}
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    listed = {path: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for path, data in files.items()}
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "files": listed}), encoding="utf-8")
    (folder / "secret.txt").write_text("not listed", encoding="utf-8")
    return folder


@pytest.fixture
def release(tmp_path: Path, content: ReleaseContent) -> Path:
    return write_release(tmp_path / "release", content)
