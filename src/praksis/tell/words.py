"""The program's own words in sentences, tables and charts, and how numbers are written in each language."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

from praksis.define.rounding import find_natural_frequency, round_half_away
from praksis.define.yaml import read_yaml
from praksis.tell.content import Span

FALLBACK = "en"
"""Language of the program's own words where a survey has a language that Praksis does not."""


@dataclass(frozen=True)
class Words:
    """One language's words."""

    language: str
    texts: dict[str, str]

    def __getitem__(self, key: str) -> str:
        return self.texts[key]

    def fill(self, key: str, **parts: str | Span | Sequence[Span]) -> tuple[Span, ...]:
        """The text `key` with its placeholders filled by text or spans."""
        return fill_template(self.texts[key], parts)

    def join(self, parts: Sequence[Sequence[Span]]) -> tuple[Span, ...]:
        """A list in words: a, b and c."""
        spans: list[Span] = []
        for place, part in enumerate(parts):
            if place:
                spans.append(Span(text=f" {self['and']} " if place == len(parts) - 1 else ", "))
            spans.extend(part)
        return tuple(spans)

    def write_number(self, value: float, decimals: int = 0) -> str:
        """1234.5 -> '1 235' in Norwegian, with a no-break space."""
        text = f"{abs(round_half_away(value, decimals)):,.{decimals}f}"
        text = text.replace(",", "\0").replace(".", self["decimal"]).replace("\0", self["thousands"])
        return f"−{text}" if round_half_away(value, decimals) < 0 else text

    def write_percent(self, value: float, decimals: int = 0) -> str:
        """Inside a sentence: '54 prosent'; never 0 or 100 percent of what is not none or all."""
        rounded = round_half_away(value, decimals)
        if value == 0:
            return self["none"]
        if rounded == 0:
            return self["under-one"]
        if rounded == 100 and value < 100:
            return self["over-99"]
        return self["percent"].replace("{number}", self.write_number(value, decimals))

    def write_points(self, value: float) -> str:
        """The size of a change or gap: '13 prosentpoeng'; the sentence says the direction."""
        return self.write("points", abs(value)) if round_half_away(value) else self["points-under-one"]

    def write_signed_points(self, value: float) -> str:
        """A change with its sign: '+13 prosentpoeng'."""
        return self["points"].replace("{number}", self.write_signed(value))

    def write_signed(self, value: float) -> str:
        """A whole number with its sign; 0 has none."""
        rounded = round_half_away(value)
        key = "quantity-down" if rounded < 0 else "quantity-up"
        return self[key].replace("{number}", self.write_number(abs(value))) if rounded else self.write_number(0)

    def write_about(self, percent: float) -> str:
        """'rundt 1 av 3' where a plain fraction is near, else the percentage."""
        fraction = find_natural_frequency(percent)
        if fraction is None:
            return self.write_percent(percent)
        text = self["about"].replace("{part}", str(fraction.numerator))
        return text.replace("{whole}", str(fraction.denominator))

    def write(self, key: str, value: float) -> str:
        """A number in the template `key`, rounded to a whole."""
        return self[key].replace("{number}", self.write_number(value))

    def write_interval(self, lower: float, upper: float, *, change: bool = False) -> str:
        """The limits as a table shows them: '46–62', or '1 til 12' where a minus may stand."""
        template = self["interval-of-change" if change else "interval"]
        return template.replace("{lower}", self.write_number(lower)).replace("{upper}", self.write_number(upper))


@cache
def read_words(language: str) -> Words:
    """The words of a language, English where Praksis does not have it."""
    folder = files("praksis.tell") / "words"
    name = language if (folder / f"{language}.yaml").is_file() else FALLBACK
    with as_file(folder / f"{name}.yaml") as path:
        tree = read_yaml(path).tree
    assert isinstance(tree, dict)
    return Words(language, {key: str(text) for key, text in tree.items()})


def fill_template(template: str, parts: dict[str, str | Span | Sequence[Span]]) -> tuple[Span, ...]:
    """Replace `{name}` by text or spans; neighbouring plain text becomes one span.

    Raises KeyError for a placeholder that has no part.
    """
    spans: list[Span] = []
    for place, piece in enumerate(_split(template)):
        if place % 2 == 0:
            spans.append(Span(text=piece))
            continue
        part = parts[piece]
        if isinstance(part, str):
            spans.append(Span(text=part))
        elif isinstance(part, Span):
            spans.append(part)
        else:
            spans.extend(part)
    return merge_spans(spans)


def _split(template: str) -> list[str]:
    """Plain text at even places, names of placeholders at odd ones."""
    pieces: list[str] = []
    rest = template
    while "{" in rest:
        before, _, after = rest.partition("{")
        name, _, rest = after.partition("}")
        pieces += [before, name]
    return [*pieces, rest]


def merge_spans(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Neighbours without an address as one; empty ones dropped."""
    merged: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        if merged and span.cell is None and merged[-1].cell is None:
            merged[-1] = Span(text=merged[-1].text + span.text)
        else:
            merged.append(span)
    return tuple(merged)


def capitalise(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The same sentence with a capital first letter."""
    first = spans[0]
    start = first.model_copy(update={"text": first.text[:1].upper() + first.text[1:]})
    return (start, *spans[1:])
