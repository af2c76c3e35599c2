"""Who did not answer, and how different they would have to be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from praksis.errors import PraksisError
from praksis.estimate.column import code_column
from praksis.estimate.nonresponse import (
    Composition,
    Representativity,
    compare_respondents,
    measure_representativity,
)
from praksis.estimate.plan import name_rows
from praksis.estimate.sampled import Sampled


class NoFrame(PraksisError):
    """It is not known who could have answered."""


@dataclass(frozen=True)
class ResponseAssessment:
    """Respondents beside those who did not respond."""

    representativity: Representativity
    composition: tuple[Composition, ...]

    @property
    def table(self) -> pa.Table:
        """One row per category of the frame."""
        names = ("variable", "category", "respondents", "others", "everyone", "difference", "standardised")
        columns = {name: [getattr(row, name) for row in self.composition] for name in names}
        return pa.table({**columns, "category": [str(value) for value in columns["category"]]})

    def __str__(self) -> str:
        found = self.representativity
        lines = [
            f"response rate {100 * found.rate:.1f} %, R-indicator {found.indicator:.3f} "
            f"(adjusted {found.adjusted:.3f}; 1: everyone as likely to respond)",
            f"respondents' mean is off by at most {found.worst_bias:.3f} standard deviations, as far as these "
            "variables go",
        ]
        lines += [
            f"{row.variable}={row.category}: {100 * row.respondents:.1f} % of respondents, {100 * row.others:.1f} % of "
            f"the others ({100 * row.difference:+.1f} points)"
            for row in self.composition
        ]
        return "\n".join(lines)


def assess_response(survey: Sampled, by: Sequence[str]) -> ResponseAssessment:
    """Who answered, by variables of the frame. See `Survey.assess_response`."""
    if survey.frame is None or not survey.design.key:
        raise NoFrame("assess_response: give the survey its frame and the design its key: who could have answered.")
    answered = set(name_rows(survey.data, survey.design.key))
    responded = np.array([key in answered for key in name_rows(survey.frame, survey.design.key)], dtype=bool)
    variables = {}
    for name in by:
        coded = code_column(survey.frame, name)
        variables[name] = [coded.categories[code] if code >= 0 else "(missing)" for code in coded.codes.tolist()]
    return ResponseAssessment(measure_representativity(responded, variables), compare_respondents(responded, variables))
