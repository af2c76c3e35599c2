"""The methodology pages, rendered from the specification: `python -m tests.spec.render docs/method.md`.

Writes the page and a folder of chapters beside it (docs/method/). What stands there comes from the texts and tests in
this folder and from a run of them, so that it cannot say anything else than the program does.
"""

import math
import sys
from pathlib import Path

from tests.spec.specification import FOLDER, ROOT, Chapter, Check, Paragraph, Section, Table, Value, read_chapters

NOTE = (
    "<!-- Made from tests/spec by `python -m tests.spec.render docs/method.md`; change the specification, "
    "not this page. -->"
)


def render_pages(chapters: list[Chapter]) -> dict[str, str]:
    """Path under docs/ -> Markdown."""
    pages = {"method.md": _render_front(chapters)}
    for place, chapter in enumerate(chapters):
        pages[f"method/{name_page(chapter)}"] = _render_chapter(chapter, chapters[:place], chapters[place + 1 :])
    return pages


def name_page(chapter: Chapter) -> str:
    """The file of a chapter."""
    return f"{int(chapter.number):02}-{chapter.name.replace('_', '-')}.md"


def _render_front(chapters: list[Chapter]) -> str:
    introduction, sources = (read_text(name) for name in ("introduction.md", "sources.md"))
    lines = [introduction, "", "## Contents", ""]
    for chapter in chapters:
        page = f"method/{name_page(chapter)}"
        lines += [f"### [{chapter.number} {chapter.title}]({page})", "", _move_up(chapter.text), ""]
        for section in chapter.sections:
            lines.append(f"- [{section.number} {section.title}]({page}#{anchor(section.number, section.title)})")
        lines += [""] if chapter.sections else []
    return _finish([NOTE, "", *lines, sources])


def _move_up(text: str) -> str:
    """A chapter's introduction with its links as they are from the folder above: its first paragraph only."""
    return text.partition("\n\n")[0].replace("](../", "](")


def _render_chapter(chapter: Chapter, before: list[Chapter], after: list[Chapter]) -> str:
    links = ["[Contents](../method.md)"]
    links += [f"[Before: {one.title}]({name_page(one)})" for one in before[-1:]]
    links += [f"[Next: {one.title}]({name_page(one)})" for one in after[:1]]
    way = " · ".join(links)
    lines = [NOTE, "", way, "", f"# {chapter.number} {chapter.title}", "", chapter.text, ""]
    for section in chapter.sections:
        lines += _render_section(section)
    return _finish([*lines, way])


def _render_section(section: Section) -> list[str]:
    lines = [f"## {section.number} {section.title}", "", section.text, ""] if section.text else []
    lines = lines or [f"## {section.number} {section.title}", ""]
    for paragraph in section.paragraphs:
        lines += _render_paragraph(paragraph)
    return lines


def _render_paragraph(paragraph: Paragraph) -> list[str]:
    title, text = paragraph.docstring
    lines = [f"### {paragraph.number} {title}", "", text, ""]
    for table in paragraph.spec.tables:
        lines += _render_table(table)
    asked, by_hand = paragraph.code
    for label, code in (("Asked", asked), ("By hand", by_hand)):
        if code:
            lines += [f"**{label}**", "", "```python", code, "```", ""]
    for refusal in paragraph.spec.refusals:
        lines += ["**Praksis refuses**", "", f"> {refusal}", ""]
    if paragraph.spec.checks:
        lines += ["**Found**", "", "| | Praksis | by hand |", "|---|---:|---:|"]
        checks = zip(paragraph.spec.checks, paragraph.expressions, strict=True)
        lines += [_render_check(check, expression) for check, expression in checks]
        lines.append("")
    path = paragraph.path.relative_to(ROOT).as_posix()
    return [*lines, f"Test: [`{path}::{paragraph.name}`](../../{path})", ""]


def _render_table(table: Table) -> list[str]:
    title = f"**Given** ({table.title})" if table.title else "**Given**"
    rows = [f"| {' | '.join(row)} |" for row in (table.header, ["---"] * len(table.header), *table.rows)]
    return [title, "", *rows, ""]


def _render_check(check: Check, expression: str) -> str:
    by_hand = say(check.by_hand)
    if expression:
        by_hand = f"`{expression.replace('|', chr(92) + '|')}` = {by_hand}"
    return f"| {check.what} | {say(check.found)} | {by_hand} |"


def say(value: Value) -> str:
    """A value with six digits that count."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, str):
        return str(value or "–")
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "infinite"
    if abs(value) < 1e-11:
        return "0"
    if float(value).is_integer() or abs(value - round(value)) < 1e-9 * abs(value):
        return str(round(value))
    return f"{value:.6g}"


def anchor(number: str, title: str) -> str:
    """The anchor that Markdown viewers give a heading."""
    kept = (letter for letter in f"{number} {title}".lower() if letter.isalnum() or letter in " -_")
    return "".join(kept).replace(" ", "-")


def read_text(name: str) -> str:
    """A text of the front page."""
    return (FOLDER / name).read_text(encoding="utf-8").strip()


def _finish(lines: list[str]) -> str:
    return "\n".join(lines).strip() + "\n"


def write_pages(front: Path) -> None:
    """Write the page and its chapters; chapters that are no more are removed."""
    pages = render_pages(read_chapters())
    folder = front.with_suffix("")
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.md"):
        if f"method/{old.name}" not in pages:
            old.unlink()
    for name, text in pages.items():
        (front.parent / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
