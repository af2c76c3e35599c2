"""Who did not answer an item, where each item has a sample of its own."""

from dataclasses import replace

import numpy as np

from praksis.estimate.estimates import Estimates
from praksis.estimate.sampled import Sampled


def count_unanswered(survey: Sampled, item: str, estimates: Estimates) -> Estimates:
    """Estimates from those who answered, with the number of those who did not."""
    columns = [name for name in estimates.labels.column_names if name not in ("item", "answer")]
    labels = list(zip(*(estimates.labels.column(name).to_pylist() for name in columns), strict=True))
    counts = {}
    for mark in dict.fromkeys(labels):
        missing = survey.within & survey.find_unanswered(item)
        for name, value in zip(columns, mark, strict=True):
            if value is not None:
                missing &= survey.code(name).codes == survey.code(name).find(value)
        counts[mark] = int(missing.sum())
    if not columns:
        counts, labels = {(): int((survey.within & survey.find_unanswered(item)).sum())}, [()] * len(estimates)
    found = np.array([counts[mark] for mark in labels], dtype=np.int64)
    return replace(estimates, numbers={**estimates.numbers, "nonresponse": found})
