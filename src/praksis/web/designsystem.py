"""Designsystemet's style sheets in their layers, with a web app's own on top; and the fonts."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

VENDOR = Path(__file__).parent / "site" / "static" / "vendor"
"""What others made, each folder named with its version: handed out under `assets/vendor/`."""
_DESIGN = VENDOR / "designsystemet-css-1.22.0"
_FONTS = Path(__file__).parent / "site" / "styles" / "fonts.css"


FORMS = (
    "heading",
    "paragraph",
    "link",
    "list",
    "alert",
    "skip-link",
    "button",
    "fieldset",
    "field",
    "input",
    "label",
    "tag",
    "error-summary",
    "validation-message",
    "data-size-workaround",
)
"""The components of pages where something is filled in."""


def layer_styles(components: Iterable[str], own: Iterable[Path], vendor: str) -> str:
    """One style sheet for all pages: one request before the first paint. `vendor` is the way from it to VENDOR."""
    parts = ["@layer ds.theme, ds.base, ds.components, praksis;", _light_on_paper(_read(_DESIGN / "theme.css"))]
    parts.append(_in_layer("ds.base", _read(_DESIGN / "base.css")))
    parts.extend(_in_layer("ds.components", _read(_DESIGN / f"{name}.css")) for name in components)
    parts.append(write_fonts(vendor))
    parts.extend(_in_layer("praksis", _read(path)) for path in own)
    return "\n".join(parts)


def name_asset(stem: str, ending: str, data: bytes) -> str:
    """A name that holds the digest of what it names: asked for once, and again when it changes."""
    return f"{stem}-{hashlib.sha256(data).hexdigest()[:12]}.{ending}"


def write_fonts(vendor: str) -> str:
    """The fonts' rules, with the way from the style sheet to VENDOR."""
    return _read(_FONTS).replace('url("vendor/', f'url("{vendor}/')


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def _light_on_paper(theme: str) -> str:
    return theme.replace("@media (prefers-color-scheme:dark)", "@media screen and (prefers-color-scheme:dark)")


def _in_layer(layer: str, text: str) -> str:
    return f"@layer {layer} {{\n{text}\n}}"
