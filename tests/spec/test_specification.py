"""The methodology pages are what the specification renders, and the specification keeps its form."""

import os
import re
from pathlib import Path

import pytest

from tests.spec.render import anchor, read_text, render_pages
from tests.spec.specification import ROOT, Chapter, read_chapters

DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def chapters() -> list[Chapter]:
    return read_chapters()


@pytest.fixture(scope="module")
def pages(chapters: list[Chapter]) -> dict[str, str]:
    return render_pages(chapters)


def test_the_pages_are_rendered_from_the_specification(pages: dict[str, str]) -> None:
    found = {path.relative_to(DOCS).as_posix() for path in [DOCS / "method.md", *(DOCS / "method").glob("*.md")]}
    assert found == set(pages)
    for name, text in pages.items():
        written = (DOCS / name).read_text(encoding="utf-8")
        assert written == text, f"{name}: run `python -m tests.spec.render docs/method.md`"


def test_every_paragraph_checks_something_and_has_a_source(chapters: list[Chapter]) -> None:
    for chapter in chapters:
        for section in chapter.sections:
            assert section.title, section.path
            assert section.paragraphs, section.path
            for paragraph in section.paragraphs:
                title, text = paragraph.docstring
                assert title, paragraph.name
                assert not title.endswith("."), paragraph.name
                assert paragraph.spec.tables, paragraph.name
                assert paragraph.spec.checks or paragraph.spec.refusals, paragraph.name
                sources = (text, section.text, chapter.text)
                assert any("Source:" in one for one in sources), f"{paragraph.name} has no source"


def test_every_source_is_listed(pages: dict[str, str]) -> None:
    """Whatever is cited as "Cochran (1977)" is in the list of sources, and what is listed is cited."""
    listed = set(re.findall(r"^- \*\*(.+? \(\d{4}\))\*\*", read_text("sources.md"), re.MULTILINE))
    texts = [text.partition("## Sources")[0] for text in pages.values()]
    cited = {" ".join(one.split()) for text in texts for one in find_citations(text)}
    assert cited == listed


def find_citations(text: str) -> list[str]:
    names = r"(?:[A-ZÅÄÖØÉ][\wåäöéü'-]+|van [A-Z]\w+)"
    pattern = rf"(?:The )?({names}(?:(?:,\s+|\s+&\s+|\s+for\s+|\s+et\s+al\.|\s+){names}?)*)\s+\((\d{{4}})\)"
    return [f"{found[0]} ({found[1]})" for found in re.findall(pattern, text)]


def test_every_link_leads_somewhere(pages: dict[str, str]) -> None:
    made = {DOCS / name: text for name, text in pages.items()}
    for name, text in pages.items():
        prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", prose):
            file, _, heading = target.partition("#")
            path = Path(os.path.normpath((DOCS / name).parent / file)) if file else DOCS / name
            assert path in made or path.exists(), f"{name} links to {target}"
            if heading:
                assert heading in list_anchors(made[path]), f"{name} links to {target}"


def list_anchors(page: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {anchor(*heading.split(" ", 1)) for heading in headings if " " in heading}
