"""The style sheets: Designsystemet's components in their layers with our own on top, and the charts' colours."""

from functools import cache
from pathlib import Path

from praksis.tell.chart.palette import css_text
from praksis.web.designsystem import layer_styles

STATIC = Path(__file__).parent / "static"
_OWN = Path(__file__).parent / "styles"
_COMPONENTS = (
    "heading",
    "paragraph",
    "link",
    "list",
    "table",
    "alert",
    "breadcrumbs",
    "skip-link",
    "data-size-workaround",
)


@cache
def write_styles() -> dict[str, bytes]:
    """The style sheets by path from the root."""
    own = [_OWN / f"{name}.css" for name in ("page", "figure", "print")]
    return {
        "assets/site.css": layer_styles(_COMPONENTS, own, "vendor").encode(),
        "assets/charts.css": css_text().encode(),
    }
