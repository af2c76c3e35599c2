"""Reading never raises, whatever stands in the files: it gives a Reading, with problems or a survey."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from praksis.define.read import Reading, read_survey

TINY = Path(__file__).parent / "tiny"
FILES = sorted(path.relative_to(TINY).as_posix() for path in TINY.rglob("*") if path.is_file())
SNIPPETS = ["", " ", "\n", "\n  ", "- ", ": ", "{", "}", "[", "]", '"', "'", "#", "*", "&a ", "!x ", "all", "sector=*",
            "a=b,a=c", "null", "2023", "-1", "1e999", "nan", ",", "\t", "\x00", "é", "{said}", "{}", "one", "step",
            "not (", "show_if: x", "|\n", ">", "%YAML 1.1\n", "---\n", "\ufeff", "1/0", "place", "size"]  # fmt: skip
MUTATION = st.tuples(st.integers(0, 10_000), st.integers(0, 12), st.sampled_from(SNIPPETS))
LINES = st.tuples(st.integers(0, 300), st.integers(0, 300))


def read_mutated(file: str, data: bytes) -> Reading:
    with tempfile.TemporaryDirectory() as folder:
        survey = Path(folder) / "survey"
        shutil.copytree(TINY, survey)
        (survey / file).write_bytes(data)
        return read_survey(survey)


def check(reading: Reading) -> None:
    assert isinstance(reading, Reading)
    assert (reading.survey is None) == bool(reading.blocking)
    for problem in reading.problems:
        assert problem.place.file
        assert problem.what
        assert problem.remedy


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(FILES), st.lists(MUTATION, min_size=1, max_size=4))
def test_mutated_text(file: str, mutations: list[tuple[int, int, str]]) -> None:
    text = (TINY / file).read_text(encoding="utf-8")
    for at, length, snippet in mutations:
        start = at % (len(text) + 1)
        text = text[:start] + snippet + text[start + length :]
    check(read_mutated(file, text.encode()))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FILES), st.lists(LINES, min_size=1, max_size=3))
def test_lines_moved_and_lost(file: str, moves: list[tuple[int, int]]) -> None:
    lines = (TINY / file).read_text(encoding="utf-8").splitlines(keepends=True)
    for source, target in moves:
        if lines:
            line = lines.pop(source % len(lines))
            if target % 3:
                lines.insert(target % (len(lines) + 1), line)
    check(read_mutated(file, "".join(lines).encode()))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FILES), st.randoms(use_true_random=False), st.integers(1, 3))
def test_words_exchanged(file: str, random: object, count: int) -> None:
    """Words of the survey in other places: still well-formed, so the checks meet it."""
    import random as module
    import re

    assert isinstance(random, module.Random)
    text = (TINY / file).read_text(encoding="utf-8")
    words = list(re.finditer(r"[a-z0-9-]+", text))
    every = re.findall(r"[a-z0-9=*-]+", "".join((TINY / name).read_text(encoding="utf-8") for name in FILES))
    for word in sorted(random.sample(words, min(count, len(words))), key=lambda match: -match.start()):
        text = text[: word.start()] + random.choice(every) + text[word.end() :]
    check(read_mutated(file, text.encode()))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FILES), st.binary(max_size=200))
def test_any_bytes(file: str, data: bytes) -> None:
    check(read_mutated(file, data))
