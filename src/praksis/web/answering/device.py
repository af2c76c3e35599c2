"""What kind of device answers: one word of a browser's description of itself, which is not kept."""

import re

_TABLET = re.compile(r"iPad|Tablet|PlayBook|Silk|Android(?!.*Mobile)")
_PHONE = re.compile(r"Mobi|iPhone|iPod")
_COMPUTER = re.compile(r"Windows NT|Macintosh|X11|CrOS|Linux")


def name_device(user_agent: str) -> str:
    """`tablet`, `phone`, `computer` or `other`."""
    for name, pattern in (("tablet", _TABLET), ("phone", _PHONE), ("computer", _COMPUTER)):
        if pattern.search(user_agent):
            return name
    return "other"
