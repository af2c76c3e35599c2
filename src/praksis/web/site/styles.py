"""The style sheets: Designsystemet's components in their layers with our own on top, and the charts' colours."""

from functools import cache
from pathlib import Path

from praksis.tell.chart.palette import css_text

STATIC = Path(__file__).parent / "static"
_OWN = Path(__file__).parent / "styles"
_DESIGN = STATIC / "vendor" / "designsystemet-css-1.22.0"
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
    """The style sheets by path from the root; one file for all pages: one request before the first paint."""
    parts = ["@layer ds.theme, ds.base, ds.components, praksis;", _light_on_paper(_read(_DESIGN, "theme"))]
    parts.append(_in_layer("ds.base", _read(_DESIGN, "base")))
    parts.extend(_in_layer("ds.components", _read(_DESIGN, name)) for name in _COMPONENTS)
    parts.append(_read(_OWN, "fonts"))
    parts.extend(_in_layer("praksis", _read(_OWN, name)) for name in ("page", "figure", "print"))
    return {
        "assets/site.css": "\n".join(parts).encode(),
        "assets/charts.css": css_text().encode(),
    }


def _read(folder: Path, name: str) -> str:
    return (folder / f"{name}.css").read_text(encoding="utf-8").strip()


def _light_on_paper(theme: str) -> str:
    return theme.replace("@media (prefers-color-scheme:dark)", "@media screen and (prefers-color-scheme:dark)")


def _in_layer(layer: str, text: str) -> str:
    return f"@layer {layer} {{\n{text}\n}}"
