"""The program's own words on the pages of a web app, one YAML file per language; English where a language has none."""

import datetime
from functools import cache
from pathlib import Path

from django.utils import timezone

from praksis.define.yaml import read_yaml

FALLBACK = "en"


class Words:
    """The words of one language. Templates read them as `words.key`, code fills them with `fill`."""

    def __init__(self, language: str, texts: dict[str, str]) -> None:
        self.language, self._texts = language, texts

    def __getitem__(self, key: str) -> str:
        return self._texts[key]

    def keys(self) -> set[str]:
        """Every word the language has."""
        return set(self._texts)

    def fill(self, key: str, **parts: object) -> str:
        """A word with its `{placeholders}` filled."""
        return self._texts[key].format(**parts)

    def write_date(self, iso: str) -> str:
        """'2026-03-01' as '1. mars 2026'; anything that is not a full date is left as it is."""
        parts = iso.split("-")
        if len(parts) != 3 or not all(part.isdecimal() for part in parts) or not 1 <= int(parts[1]) <= 12:
            return iso
        month = self["months"].split(",")[int(parts[1]) - 1]
        return self.fill("date", day=int(parts[2]), month=month, year=int(parts[0]))

    def write_count(self, number: int) -> str:
        """1234 as '1 234' (no-break space) or '1,234'."""
        # Four digits are read as easily without a sign in Norwegian, but columns of numbers must look alike.
        return f"{number:,}".replace(",", self["thousands_sign"].replace(" ", "\N{NO-BREAK SPACE}"))

    def write_size(self, size: int) -> str:
        """A number of bytes as '3 kB' or '1,2 MB'."""
        if size < 1_000_000:
            return f"{max(1, round(size / 1000))}\N{NO-BREAK SPACE}kB"
        return f"{size / 1_000_000:.1f}".replace(".", self["decimal_sign"]) + "\N{NO-BREAK SPACE}MB"


def write_moment(at: datetime.datetime, words: Words) -> str:
    """'22. november 2026 kl. 14.05', in the time of the survey's country."""
    local = timezone.localtime(at)
    time = f"{local.hour:02}{words['time_sign']}{local.minute:02}"
    # A clock's time is not parted from its word.
    return words.fill("moment", date=words.write_date(local.date().isoformat()), time=time).replace(
        f" {time}", f"\N{NO-BREAK SPACE}{time}"
    )


def list_languages(folder: Path) -> tuple[str, ...]:
    """The languages that have a file of words."""
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


@cache
def read_words(folder: Path, language: str) -> Words:
    """The words of a language, or the English ones where it has no file."""
    known = language if language in list_languages(folder) else FALLBACK
    tree = read_yaml(folder / f"{known}.yaml").tree
    assert isinstance(tree, dict)
    return Words(language, {key: str(text) for key, text in tree.items()})


def name_language(folder: Path, language: str) -> str:
    """What a language calls itself; its code where we do not know."""
    return read_words(folder, language)["language_name"] if language in list_languages(folder) else language
