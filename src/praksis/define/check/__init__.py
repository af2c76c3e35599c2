"""Checks of a survey's parts against each other. Each adds every problem it finds; none raises.

A part that did not parse is None, and what it would name is then unknown rather than wrong: a failure in
one file neither hides nor invents problems in the others.
"""

from praksis.define.check.bullets import check_bullets
from praksis.define.check.claims import check_claims
from praksis.define.check.editing import check_editing
from praksis.define.check.figures import check_figures
from praksis.define.check.frame import check_frame
from praksis.define.check.header import check_header
from praksis.define.check.letters import check_letters
from praksis.define.check.names import Names
from praksis.define.check.questions import check_questions
from praksis.define.check.routing import check_routing
from praksis.define.check.scales import check_scales
from praksis.define.check.staircase import check_staircase
from praksis.define.check.texts import check_texts
from praksis.define.codes import Findings
from praksis.define.parts import Parts

__all__ = ["check_claims", "check_parts"]


def check_parts(parts: Parts, findings: Findings) -> None:
    """All checks that need more than one model."""
    names = Names(parts, findings)
    for check in (
        check_texts,
        check_header,
        check_scales,
        check_questions,
        check_routing,
        check_staircase,
        check_frame,
        check_figures,
        check_bullets,
        check_letters,
        check_editing,
    ):
        check(names)
