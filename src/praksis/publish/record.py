"""What a release hides, as CSV: for everyone which shares; for those who keep the answers also why, and who decided.

Why can tell what is hidden: a share of many that is hidden because nobody or everybody gave the answer is all but said.
So readers are told no more than they can count, that few answered, or that something is protected.
"""

import csv
import io
from collections.abc import Iterable

from praksis.estimate.cube import Hidden, Rule

PUBLIC = ("wave", "item", "group", "rule")
FULL = ("wave", "item", "group", "rule", "n", "by", "date", "reason", "protects")
PROTECTION = "protection"
"""What readers are told of a rule that would say too much."""


def write_record(hidden: Iterable[Hidden], *, public: bool) -> str:
    """One row per item, group and wave whose shares are hidden; `public` without what must not be published."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(PUBLIC if public else FULL)
    for one in hidden:
        told = one.rule.value if not public or one.rule in (Rule.FEW, Rule.DECISION) else PROTECTION
        row = [one.wave, one.item, one.group, told]
        writer.writerow(row if public else [*row, one.n, one.by, one.date, one.reason, one.protects])
    return out.getvalue()
