"""The colours of the charts, once for light and once for dark pages, and the style sheet that carries them.

A chart names its colours twice: with a class, which the site's style sheet fills from custom properties (so that dark
mode works and no inline style is needed), and with a plain attribute, which a stand-alone SVG falls back to.
`tests/unit/test_chart.py` computes the contrasts.
"""

from functools import lru_cache

_LADDER = tuple(f"step-{number}" for number in range(1, 8))
_SCALE = ("cool-3", "cool-2", "cool-1", "middle", "warm-1", "warm-2", "warm-3")
_RUNGS: dict[int, tuple[int, ...]] = {
    1: (3,),
    2: (1, 5),
    3: (0, 3, 6),
    4: (0, 2, 4, 6),
    5: (0, 2, 3, 4, 6),
    6: (0, 1, 2, 4, 5, 6),
    7: (0, 1, 2, 3, 4, 5, 6),
}
"""Which of seven colours a scale of so many answers uses: as far apart as they come, the middle if odd."""

_STEP_RUNGS = _RUNGS | {5: (0, 1, 3, 5, 6)}
_SERIES = 8

INK = {
    "background": ("#ffffff", "#15181d"),
    "ink": ("#1b1f26", "#f1f3f6"),
    "muted": ("#565d68", "#aab1bd"),
    "axis": ("#767d88", "#868e9b"),
    "grid": ("#dfe2e7", "#333944"),
    "surface": ("#f4f6f8", "#1b1f25"),
}
"""Role -> colour on light, colour on dark: what is not data."""

HUES = {
    "cool-3": ("#02437a", "#9bccfe"),
    "cool-2": ("#0168b6", "#5b9fe4"),
    "cool-1": ("#3b8ede", "#2f78bd"),
    "middle": ("#9d937f", "#7d725c"),
    "warm-1": ("#d7722d", "#ad5a20"),
    "warm-2": ("#a74e04", "#dd854f"),
    "warm-3": ("#6f3000", "#feb790"),
    "other": ("#898e94", "#666b73"),
    "step-1": ("#0499c1", "#4269b0"),
    "step-2": ("#0289b8", "#477abf"),
    "step-3": ("#0175a9", "#4e90d2"),
    "step-4": ("#046198", "#58a8e5"),
    "step-5": ("#034d88", "#61c2f8"),
    "step-6": ("#013a78", "#83d9ff"),
    "step-7": ("#01226a", "#b3f0ff"),
    "series-1": ("#478bf9", "#b2d8fe"),
    "series-2": ("#de5d06", "#da5903"),
    "series-3": ("#02452b", "#0acc92"),
    "series-4": ("#822d9c", "#a043ac"),
    "series-5": ("#595801", "#d8ae20"),
    "series-6": ("#035e60", "#459ab4"),
    "series-7": ("#c17a77", "#b7434a"),
    "series-8": ("#7582bd", "#a1afff"),
}
"""Hue -> colour on light, colour on dark: what stands for a value. Text on it has the name `on-<hue>`."""


def measure_luminance(colour: str) -> float:
    """Relative luminance (WCAG 2) of a colour written as #rrggbb."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def measure_contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2) between two colours, 1 to 21."""
    low, high = sorted((measure_luminance(one), measure_luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _choose_text(colour: str) -> str:
    """Black or white, whichever reads best on the colour (one of them always reaches 4.58)."""
    return max(("#ffffff", "#000000"), key=lambda text: measure_contrast(text, colour))


def _list_colours(scheme: int) -> dict[str, str]:
    colours = {name: pair[scheme] for name, pair in (INK | HUES).items()}
    return colours | {f"on-{name}": _choose_text(pair[scheme]) for name, pair in HUES.items()}


LIGHT = _list_colours(0)
"""Colour name -> colour on a light page; also what a stand-alone SVG shows."""
DARK = _list_colours(1)
"""Colour name -> colour on a dark page."""


@lru_cache(maxsize=512)
def choose_hue(tone: str) -> str:
    """The hue of a series' tone: `other`, `scale-2-of-5`, `step-1-of-4` or `series-3`."""
    kind, *numbers = tone.replace("-of-", "-").split("-")
    if tone == "other":
        return tone
    if kind == "series" and len(numbers) == 1:
        return f"series-{(int(numbers[0]) - 1) % _SERIES + 1}"
    if kind in ("scale", "step") and len(numbers) == 2:
        place, count = int(numbers[0]), int(numbers[1])
        if 1 <= place <= count:
            return _choose_rung(kind, place, count)
    raise ValueError(f"no such tone: {tone!r}; known are other, scale-k-of-n, step-k-of-n and series-k")


def _choose_rung(kind: str, place: int, count: int) -> str:
    ladder, rungs = (_SCALE, _RUNGS) if kind == "scale" else (_LADDER, _STEP_RUNGS)
    if count in rungs:
        return ladder[rungs[count][place - 1]]
    # More answers than colours: neighbours may share one, the gap between segments still parts them.
    return ladder[(place - 1) * (len(ladder) - 1) // (count - 1)]


@lru_cache(maxsize=1024)
def paint(fill: str = "", stroke: str = "") -> str:
    """Attributes that colour an element: classes for a page with the style sheet, colours for a file without."""
    classes = " ".join(f"chart-{use}-{name}" for use, name in (("fill", fill), ("stroke", stroke)) if name)
    shown = f'class="{classes}" fill="{LIGHT[fill] if fill else "none"}"'
    return f'{shown} stroke="{LIGHT[stroke]}"' if stroke else shown


def css_text() -> str:
    """The style sheet that colours every chart on a page: custom properties for both schemes, and one class per use."""
    light, dark = ("".join(f"--chart-{name}:{c};" for name, c in scheme.items()) for scheme in (LIGHT, DARK))
    automatic = ":root:not([data-color-scheme=light]),[data-color-scheme=auto]"
    rules = [
        f":root,[data-color-scheme=light],[data-color-scheme=auto]{{{light}}}",
        f"[data-color-scheme=dark]{{{dark}}}",
        f"@media (prefers-color-scheme:dark){{{automatic}{{{dark}}}}}",
        f"@media print{{:root,:root[data-color-scheme],[data-color-scheme]{{{light}}}}}",
        # High-contrast modes would repaint the text but not the segment it stands on.
        ".chart{display:block;max-width:100%;height:auto;forced-color-adjust:none;print-color-adjust:exact}",
    ]
    rules += [
        ".chart-pair{container-type:inline-size}",
        "@container (width >= 720px){.chart-pair>.chart-narrow{display:none}}",
        "@container (width < 720px){.chart-pair>.chart-wide{display:none}}",
        # Paper is a little narrower than a wide chart, but its reader has no use for the one made for a phone.
        "@media print{.chart-pair>.chart-wide{display:block}.chart-pair>.chart-narrow{display:none}}",
    ]
    for name, colour in LIGHT.items():
        rules.append(f".chart-fill-{name}{{fill:var(--chart-{name},{colour})}}")
        if not name.startswith("on-"):
            rules.append(f".chart-stroke-{name}{{stroke:var(--chart-{name},{colour})}}")
    return "\n".join(rules) + "\n"
