"""The receipt on paper: the page's own template as a tagged PDF that screen readers can read (PDF/UA-1)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from praksis.web.answering.render import fill_template
from praksis.web.designsystem import VENDOR, write_fonts

_STYLES = Path(__file__).parent / "styles" / "paper.css"


def render_receipt(context: Mapping[str, Any], language: str) -> str:
    """The receipt as a page with nothing to press."""
    return fill_template("receipt.html", language, {**context, "paper": True})


def write_pdf(page: str) -> bytes:
    """The page as a PDF. Takes about a second, and reads no file but the fonts."""
    # Loads a shaping engine and its tables: only where a receipt is asked for.
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class FontFetcher(URLFetcher):  # type: ignore[misc]  # ships no types
        """Whatever a page may come to hold, nothing else on this machine or any other is read."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            if not url.startswith(f"{VENDOR.as_uri()}/inter-"):
                raise FatalURLFetchingError(f"a receipt has no use for {url}")
            return super().fetch(url, headers)

    fonts, fetcher = FontConfiguration(), FontFetcher()
    # A range of weights is not understood, nor needed: the font itself says what it has.
    faces = write_fonts(VENDOR.as_uri()).replace("font-weight: 100 900;", "")
    rules = faces + "\n" + _STYLES.read_text(encoding="utf-8")
    style = CSS(string=rules, font_config=fonts, url_fetcher=fetcher)
    document = HTML(string=page, url_fetcher=fetcher)
    written = document.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")
    assert isinstance(written, bytes)
    return written
