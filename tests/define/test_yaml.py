"""The YAML reader: scalars stay text, every part knows its line, and what could mislead is refused."""

import pytest

from praksis.define.yaml import YamlFault, parse_yaml


@pytest.mark.parametrize("word", ["no", "Yes", "12:30", "007", "1e3", "0x1F", "2024-01-01", "on", ".inf", "1_000"])
def test_scalars_stay_text(word: str) -> None:
    assert parse_yaml(f"{word}: {word}").tree == {word: word}


@pytest.mark.parametrize("word", ["", "~", "null"])
def test_nothing_is_none_unless_quoted(word: str) -> None:
    assert parse_yaml(f"a: {word}").tree == {"a": None}
    assert parse_yaml(f'a: "{word}"').tree == {"a": word}


def test_an_empty_file_is_none() -> None:
    assert parse_yaml("# only a comment\n").tree is None
    assert parse_yaml("").line_of(("a",)) == 1


def test_lines_of_parts() -> None:
    document = parse_yaml("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n")
    assert document.tree == {"a": "1", "b": ["x", {"c": "2", "d": "3"}]}
    assert document.line_of(("b",)) == 2
    assert document.line_of(("b", 1)) == 4
    assert document.line_of(("b", 1, "d")) == 5


def test_the_line_of_what_is_not_there_is_its_holders() -> None:
    document = parse_yaml("a:\n  b: 1\n")
    assert document.line_of(("a", "c", 3)) == 1
    assert document.line_of(("z",)) == 1


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands twice; the first is on line 1"),
        ("a: &x 1\nb: *x\n", 1, "anchor"),
        ("a: 1\nb: *x\n", 2, "alias"),
        ("a: !!int 1\n", 1, "tag"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("? [a, b]\n: 1\n", 1, "a key that is not a plain word"),
        ("a: 1\n b: 2\n", 2, ""),
        ("a: [1, 2\nb: 3\n", 2, ""),
        ("a: b: c\n", 1, ""),
        ("a: 1\nb: \x07\n", 2, ""),
        ("\n" + "[" * 60 + "]" * 60, 2, "levels"),
    ],
)
def test_refused(text: str, line: int, what: str) -> None:
    with pytest.raises(YamlFault) as caught:
        parse_yaml(text)
    assert caught.value.line == line
    assert what in caught.value.what


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: object) -> None:
    from pathlib import Path

    from praksis.define.yaml import read_yaml

    path = Path(str(tmp_path)) / "a.yaml"
    path.write_text("a: 1\n", encoding="utf-8-sig")
    assert read_yaml(path).tree == {"a": "1"}
