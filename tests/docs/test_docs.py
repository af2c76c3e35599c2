"""The documents are true where a machine can tell: links lead somewhere, commands are commands, figures are so."""

import re
import shlex
from pathlib import Path

import pytest

from praksis.cli import make_parser
from praksis.define.survey import Survey

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "surveys").glob("*/README.md")]
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"


def list_commands() -> list[str]:
    lines = (line for document in DOCUMENTS for line in document.read_text(encoding="utf-8").splitlines())
    indented = (line.strip() for line in lines if line.startswith("    praksis "))
    return sorted({re.split(r"\s{2,}|\s#", command)[0] for command in indented})


@pytest.mark.parametrize("command", list_commands())
def test_commands_are_commands(command: str) -> None:
    assert make_parser().parse_args(shlex.split(command)[1:])


def test_the_readme_counts_right(reference: Survey) -> None:
    claims = [claim for claim in reference.claims if claim.file == "published/claims.csv"]
    assert len(claims) == 72
    assert all(claim.must for claim in claims)
    assert "72 published claims" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_is_short() -> None:
    """Ten lines of text, without the heading, the picture and empty lines."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line and not line.startswith(("#", "!["))]) <= 10


def test_every_decision_has_its_number() -> None:
    numbers = re.findall(r"^\*\*(\d+)\. ", (ROOT / "docs/decisions.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number in numbers] == list(range(1, len(numbers) + 1))
