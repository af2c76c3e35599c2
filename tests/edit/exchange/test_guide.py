"""docs/exchange.md is true: its example says what it says, and its map is a map."""

import re
from collections.abc import Callable
from pathlib import Path

from praksis.edit.exchange.codes import REMEDIES
from tests.edit.exchange.conftest import Import

GUIDE = (Path(__file__).parents[3] / "docs/exchange.md").read_text(encoding="utf-8")


def find_block(language: str) -> str:
    (block,) = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    return str(block)


def test_the_messages_of_the_example(refuse: Callable[..., list[str]], old_wave: Path) -> None:
    said = [line.removeprefix("old-wave.sav: ") for line in find_block("text").splitlines()]
    assert set(said) < set(refuse(old_wave))
    assert len(refuse(old_wave)) == len(said) + 2


def test_the_map_of_the_example(bring_in: Import, old_wave: Path) -> None:
    assert sorted(bring_in(old_wave, find_block("yaml"))) == ["100000008", "100000016", "100000040", "100000059"]


def test_every_code_stands_in_the_guide() -> None:
    assert sorted(REMEDIES) == re.findall(r"V\d{3}", GUIDE.partition("## Problems")[2])
