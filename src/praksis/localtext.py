"""A text in every language of a survey."""

from collections.abc import Callable, Iterator

from pydantic import ConfigDict, RootModel


class LocalText(RootModel[dict[str, str]]):
    """One text per language, keyed by the language's code (`nb`, `nn`, `en` ...).

    That every language of the survey is there is checked once, when the survey is read; after that
    `text[language]` cannot fail.
    """

    model_config = ConfigDict(frozen=True)

    def __getitem__(self, language: str) -> str:
        return self.root[language]

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]  # pydantic iterates fields, a text its languages
        return iter(self.root)

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.root.items())))

    def map(self, change: Callable[[str], str]) -> "LocalText":
        """The same text with `change` applied to each language."""
        return LocalText({language: change(text) for language, text in self.root.items()})
