"""The organisations of the frame, as read and with the survey's answers to its holes applied."""

from collections.abc import Mapping

from pydantic import Field

from praksis.define.group import covers
from praksis.define.model import Definition


class Organisation(Definition):
    """One row of the frame. Its breakdown values may differ from wave to wave."""

    key: str = Field(description="organisation number, or the key the survey answered where it is unknown")
    reference: str = Field(description="the row's own name in its file")
    name: str
    values: Mapping[str, Mapping[str, str]] = Field(
        description="wave -> breakdown -> category; waves that did not ask the organisation are absent"
    )
    variables: Mapping[str, str] = Field(description="other frame variables, such as county and written form")
    per_wave: Mapping[str, Mapping[str, str]] = Field(
        default_factory=dict, description="wave -> frame variable with a column for each wave, such as population"
    )


class Frame(Definition):
    """Every organisation that was in the frame of at least one wave, sorted by key."""

    organisations: tuple[Organisation, ...]

    def of_wave(self, wave: str, group: str = "all") -> tuple[Organisation, ...]:
        """The organisations a wave asked, in a group."""
        return tuple(
            organisation
            for organisation in self.organisations
            if wave in organisation.values and covers(group, organisation.values[wave])
        )
