"""The corrections of a wave as a file, for whoever works with the microdata: what was put right, when and why."""

import csv
import io
import re
from collections.abc import Iterable

from praksis.define.survey import Survey
from praksis.edit.correction import Correction
from praksis.edit.exchange.delimited import guard
from praksis.edit.worksheet import write_answer

COLUMNS = ("organisation", "role", "item", "old", "new", "reason", "who", "at")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:]+@[^\s<>()\[\],;:]+")


def write_corrections(survey: Survey, corrections: Iterable[Correction]) -> bytes:
    """One row each, in their order, answers as in the work list's file; CSV as Excel in Norwegian opens it.

    E-mail addresses are not in it: staff who sign in with one are named by what stands before the @, and in reasons
    there are none.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(COLUMNS)
    for one in corrections:
        answers = (write_answer(survey, one.item, cell) for cell in (one.old, one.new))
        who, reason = one.who.partition("@")[0], _ADDRESS.sub("…@…", one.reason)
        row = (one.organisation, one.role, one.item, *answers, reason, who, one.at.isoformat(timespec="seconds"))
        writer.writerow(guard(cell) for cell in row)
    return out.getvalue().encode("utf-8-sig")
