"""The texts of a form's rows in every language, and the account of what they lose."""

from collections.abc import Callable

from praksis.define.xlsform.account import Account
from praksis.define.xlsform.markup import NOTHING, find_placeholders, read_text
from praksis.define.xlsform.sheet import Row

Local = dict[str, str]
Find = Callable[[str], str | None]


class Texts:
    """Reads the texts of one sheet after the other in the form's languages, its own first."""

    def __init__(self, languages: tuple[str, ...], account: Account) -> None:
        self.languages, self.account = languages, account

    def read(self, sheet: str, row: Row, column: str, find: Find | None = None) -> Local | None:
        """A text in every language; None where the row has none. What it loses goes into the account."""
        cells = {one: text for one, text in row.local(column, self.languages[0]).items() if text.strip()}
        if not any(one in cells for one in self.languages):
            return None
        texts: Local = {}
        for language in self.languages:
            if language in cells:
                texts[language] = self._read_one(sheet, row, column, cells[language], find)
        whole = self._complete(sheet, row, column, texts)
        return self._level(sheet, row, column, whole)

    def need(self, sheet: str, row: Row, column: str, instead: str, find: Find | None = None) -> Local:
        """The same, with something in place of a text that is not there."""
        found = self.read(sheet, row, column, find)
        if found is None:
            what = f"`{instead}` has no {column}; its name stands in its place"
            self.account.add("X024", sheet, row.number, what, need="Write the text in questions.yaml")
            return dict.fromkeys(self.languages, instead.replace("{", "(").replace("}", ")") or NOTHING)
        return found

    def own(self, sheet: str, row: Row, column: str) -> Local | None:
        """A text from a column of ours, as it is; None if it is not there in any of the languages."""
        given = row.local(column, self.languages[0])
        cells = {one: given[one] for one in self.languages if given.get(one, "").strip()}
        return self._complete(sheet, row, column, cells) if cells else None

    def _complete(self, sheet: str, row: Row, column: str, texts: Local) -> Local:
        lacking = [language for language in self.languages if language not in texts]
        instead = next(iter(texts))
        if lacking:
            what = f"`{column}` has no text in {_quote(lacking)}; it stands there in `{instead}`"
            self.account.add("X019", sheet, row.number, what, file=_FILES.get(sheet, "the survey"))
        return {language: texts.get(language, texts[instead]) for language in self.languages}

    def _read_one(self, sheet: str, row: Row, column: str, cell: str, find: Find | None) -> str:
        reading = read_text(cell, find)
        if reading.markup:
            self.account.add("X017", sheet, row.number, f"`{column}` is marked up; the words are kept, not the markup")
        if reading.braces:
            what = f"`{column}` holds braces, which stand for what is filled in; they are brackets now"
            self.account.add("X017", sheet, row.number, what)
        for name in reading.unknown:
            what = f"`{column}` fills in `{name}`, which cannot be filled in there; {NOTHING} stands in its place"
            self.account.add("X018", sheet, row.number, what)
        return reading.text if reading.text.strip() else NOTHING

    def _level(self, sheet: str, row: Row, column: str, texts: Local) -> Local:
        """What is filled in, is so in every language."""
        used = {one for text in texts.values() for one in find_placeholders(text)}
        uneven = [one for one in sorted(used) if any(one not in find_placeholders(text) for text in texts.values())]
        for name in uneven:
            what = f"`{column}` fills in `{name}` in some of the languages only; {NOTHING} stands in its place"
            self.account.add("X018", sheet, row.number, what)
            texts = {language: text.replace(f"{{{name}}}", NOTHING) for language, text in texts.items()}
        return texts


_FILES = {"survey": "questions.yaml", "choices": "scales.yaml"}


def _quote(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
