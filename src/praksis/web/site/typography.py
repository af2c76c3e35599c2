"""Line breaks that would part what belongs together: a number keeps its digits, and the word it counts or numbers."""

import re

from django.template import Library

_SPACE = "\N{NO-BREAK SPACE}"
_JOINER = "\N{WORD JOINER}"
_THOUSANDS = re.compile(r"(?<!\d)(\d{1,3}) (?=\d{3}(?!\d))")
"""'5 000'."""
_NUMBERED = re.compile(r"(?<=[^\W\d_]) (?=\d{1,2}(?![\d\u00a0-]|[.,]\d))")
"""'trinn 3', but neither a year nor the beginning of a long number."""
_LABEL = re.compile(r"^(\d{1,2}) (?=[^\W\d_])")
"""'3 Avanserte'."""
_COMPOUND = re.compile(r"(?<=\d-)(?=[^\W\d_]{4})")
"""'95-prosentintervall'."""
_UNIT = re.compile(r"(?<=\d) (?=(?:prosent|percent))")


def keep_together(text: str) -> str:
    """The text with no-break spaces between such a number and its word, and no break after a number's hyphen."""
    text = _THOUSANDS.sub(rf"\1{_SPACE}", text)
    text = _LABEL.sub(rf"\1{_SPACE}", _NUMBERED.sub(_SPACE, text))
    return _COMPOUND.sub(_JOINER, _UNIT.sub(_SPACE, text))


register = Library()
register.filter("together", keep_together, is_safe=True)
