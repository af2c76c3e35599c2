"""Checks of a survey's parts against each other. Each adds every problem it finds."""

from praksis.define.codes import Findings
from praksis.define.parts import Parts
from praksis.define.published import Claim


def check_parts(parts: Parts, findings: Findings) -> None:
    """All checks that need more than one model."""


def check_claims(claims: list[Claim], parts: Parts, findings: Findings) -> None:
    """Published figures against the survey."""
