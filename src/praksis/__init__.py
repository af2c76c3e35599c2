"""Praksis: from a survey in files to published figures that can be trusted.

For analysts: `from praksis import Design, Survey, open_wave`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from praksis.estimate.design import Design
    from praksis.estimate.survey import Survey
    from praksis.pipeline import open_wave

__all__ = ["Design", "Survey", "open_wave"]

_PLACES = {"Design": "praksis.estimate.design", "Survey": "praksis.estimate.survey", "open_wave": "praksis.pipeline"}


def __getattr__(name: str) -> Any:
    """Loaded when asked for: the pages and the command line need none of it."""
    if name not in _PLACES:
        raise AttributeError(f"module 'praksis' has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
