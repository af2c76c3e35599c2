"""The staff pages' style sheet and icon, under names that hold their digest."""

from functools import cache
from pathlib import Path

from praksis.web.designsystem import FORMS, layer_styles, name_asset

_HERE = Path(__file__).parent


@cache
def list_assets() -> dict[str, tuple[str, bytes]]:
    """Name -> media type and bytes."""
    styles = layer_styles((*FORMS, "table"), [_HERE / "styles" / "fieldwork.css"], "../assets/vendor").encode()
    icon = (_HERE / "static" / "icon.svg").read_bytes()
    return {
        name_asset("fieldwork", "css", styles): ("text/css; charset=utf-8", styles),
        name_asset("icon", "svg", icon): ("image/svg+xml", icon),
    }


@cache
def find_asset(ending: str) -> str:
    """The name of the only asset with an ending, as `css`."""
    (name,) = (name for name in list_assets() if name.endswith(f".{ending}"))
    return name
