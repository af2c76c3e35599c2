"""docs/define.md: its examples give what it says, and its reference is that of the code.

The examples of a section (`## ...`) are laid over the starter survey together. A comment before each says where
it goes: `example: FILE` is the whole file, `example: FILE, added` goes to its end, `example: FILE, WORD` takes the
place of the top-level field (or the row) that begins with the word. `without: FILE` removes one. A section without
`messages` has no problems.
"""

import re
from pathlib import Path

import pytest

from praksis.define.read import read_survey
from praksis.define.reference import BEGIN, rewrite_guide
from praksis.define.starter import write_starter

GUIDE = Path(__file__).parents[2] / "docs" / "define.md"
TEXT = GUIDE.read_text(encoding="utf-8")
MARKED = re.compile(r"<!-- (example|without|messages)(?:: (.*?))? -->\n(?:```\w+\n(.*?)```)?", re.DOTALL)
SECTIONS = {
    part.partition("\n")[0]: part for part in TEXT.partition(BEGIN)[0].split("\n## ")[1:] if MARKED.search(part)
}


@pytest.mark.parametrize("section", SECTIONS)
def test_examples(section: str, tmp_path: Path) -> None:
    write_starter(tmp_path)
    expected = ""
    for kind, where, body in MARKED.findall(SECTIONS[section]):
        if kind == "messages":
            expected = body
        elif kind == "without":
            (tmp_path / where).unlink()
        else:
            lay_over(tmp_path, where, body)
    assert "".join(f"{problem}\n" for problem in read_survey(tmp_path).problems) == expected


def lay_over(folder: Path, where: str, body: str) -> None:
    file, _, place = where.partition(", ")
    path = folder / file
    text = path.read_text(encoding="utf-8")
    if not place:
        text = body
    elif place == "added":
        text += body
    else:
        lines = text.splitlines(keepends=True)
        first = next(number for number, line in enumerate(lines) if line.startswith(place))
        after = next((n for n in range(first + 1, len(lines)) if not lines[n].startswith((" ", "\n"))), len(lines))
        text = "".join(lines[:first]) + body + "".join(lines[after:])
    path.write_text(text, encoding="utf-8")


def test_the_reference_is_that_of_the_code() -> None:
    assert rewrite_guide(TEXT) == TEXT, "run `python -m praksis.define.reference docs/define.md`"


def test_every_link_within_the_guide_leads_somewhere() -> None:
    headings = re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#(.*?)\)", TEXT)) <= anchors
