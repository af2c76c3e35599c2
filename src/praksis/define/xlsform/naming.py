"""Names: our ids as names of a form's questions, and a form's names as ids."""

import re
import unicodedata

_PLAIN = {"ø": "o", "æ": "ae", "å": "a", "ß": "ss", "đ": "d", "ŋ": "n", "ŧ": "t", "ł": "l", "œ": "oe"}
_RESERVED = ("meta", "audit")
"""Names that a form's own elements have."""


def make_name(name: str, suffix: str = "") -> str:
    """An id as the name of a question. XML names begin with a letter or `_`; ids hold no `_`, so no two names meet.

    Source: Extensible Markup Language (XML) 1.0, fifth edition, production 4 (NameStartChar).
    """
    first = f"_{name}" if name[:1].isdigit() or name in _RESERVED else name
    return f"{first}_{suffix}" if suffix else first


def make_id(name: str) -> str:
    """Any name as an id: lower-case letters a-z, digits and single hyphens; '' if nothing of it is left."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name)
    plain = "".join(_PLAIN.get(sign, sign) for sign in parted.lower())
    letters = unicodedata.normalize("NFKD", plain)
    ascii_only = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")


class Ids:
    """Gives each name an id of its own, and remembers those that had to be changed."""

    def __init__(self, reserved: tuple[str, ...] = ()) -> None:
        self.taken: set[str] = set(reserved)
        self.changed: dict[str, str] = {}

    def give(self, name: str, instead: str) -> str:
        """An id for a name; `instead` where nothing of the name is left."""
        wanted = make_id(name) or instead
        found, number = wanted, 2
        while found in self.taken:
            found, number = f"{wanted}-{number}", number + 1
        self.taken.add(found)
        if name and found != name:
            self.changed[name] = found
        return found
