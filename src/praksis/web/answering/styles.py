"""The style sheet and the script, under names that hold their digest: asked for once, and again when they change."""

from functools import cache
from pathlib import Path

from praksis.web.designsystem import FORMS, layer_styles, name_asset

_HERE = Path(__file__).parent
_VENDOR = "../../assets/vendor"
"""From /answer/assets/ to where the site hands out fonts."""


@cache
def list_assets() -> dict[str, tuple[str, bytes]]:
    """Name -> media type and bytes."""
    own = [_HERE / "styles" / f"{name}.css" for name in ("answering", "print")]
    styles = layer_styles(FORMS, own, _VENDOR).encode()
    script = (_HERE / "static" / "answering.js").read_bytes()
    icon = (_HERE / "static" / "icon.svg").read_bytes()
    return {
        name_asset("answering", "css", styles): ("text/css; charset=utf-8", styles),
        name_asset("answering", "js", script): ("text/javascript; charset=utf-8", script),
        name_asset("icon", "svg", icon): ("image/svg+xml", icon),
    }


@cache
def find_asset(ending: str) -> str:
    """The name of the only asset with an ending, as `css`."""
    (name,) = (name for name in list_assets() if name.endswith(f".{ending}"))
    return name
