"""What stands in the log: enough to find a fault, and no token, no e-mail and no answer."""

import logging
import re
import traceback
from types import TracebackType

_LINK = re.compile(r"(/answer/(?:l|out)/|/welcome/)[^\s/?#\"']+")
_EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")


class DiscreetFormatter(logging.Formatter):
    """Leaves out personal links and e-mail addresses, and what errors say: a database's error quotes what was written.

    Of an error stay its kind, and every line of code on the way to it; of those of the system, what they say too.
    """

    def format(self, record: logging.LogRecord) -> str:
        # Another handler may have left its own text of the error on the record.
        record.exc_text = None
        return hide_personal(super().format(record))

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        blocks: list[str] = []
        error = ei[1]
        while error is not None:
            kind = f"{type(error).__module__}.{type(error).__qualname__}"
            said = f": {error}" if isinstance(error, OSError) else ""
            blocks.append("".join(traceback.format_tb(error.__traceback__)) + kind + said)
            error = error.__cause__ or error.__context__
        return "\nand then\n".join(reversed(blocks))


def hide_personal(text: str) -> str:
    """The text without personal links and e-mail addresses."""
    return _EMAIL.sub("…@…", _LINK.sub(r"\1…", text))
