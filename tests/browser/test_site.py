"""The pages as a reader meets them: any width, light and dark, by keyboard, without JavaScript, from a folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from praksis.web.site.release import OpenRelease, open_release
from praksis.web.site.render import list_pages
from tests.browser.conftest import CHECK, TOO_WIDE, list_losses

pytestmark = pytest.mark.browser

WIDTHS = (320, 768, 1280)
SCHEMES = ("light", "dark")
_LANGUAGES = ("nb", "nn", "en")
_IMAGES = Path(__file__).parents[2] / "docs" / "images"


@pytest.fixture(scope="session")
def opened(reference_release: Path) -> OpenRelease:
    return open_release(reference_release)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def _topic(opened: OpenRelease) -> str:
    """A page with a figure, in the survey's first language."""
    language = opened.content.languages[0]
    text = opened.content.text[language]
    return next(
        f"{language}/{page}.html"
        for page in opened.content.page_ids
        if any(figure_ids_with_numbers(opened, language, section.figures) for section in text.pages[page].sections)
    )


def figure_ids_with_numbers(opened: OpenRelease, language: str, figures: tuple[str, ...]) -> list[str]:
    """Figures whose sentences have a number that leads to a cell."""
    texts = opened.content.text[language].figures
    return [name for name in figures if any(s.cell for bullet in texts[name].bullets for s in bullet.spans)]


def _tall(page: Page) -> None:
    # axe cannot tell colours of what it has to scroll to, and a tall window is quicker than scrolling.
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(int(height) + 50, 12_000)})


@pytest.mark.parametrize("language", _LANGUAGES)
def test_axe_finds_nothing(language: str, opened: OpenRelease, page: Page, live: str, axe: str) -> None:
    complaints = list_losses(page)
    page.on("console", lambda message: complaints.append(message.text))
    first = language == opened.content.languages[0]
    for path in list_pages(opened.content):
        if not path.startswith(f"{language}/") and not (first and "/" not in path):
            continue
        page.goto(f"{live}/{path}")
        page.evaluate(axe)
        for width in WIDTHS:
            for scheme in SCHEMES:
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                page.set_viewport_size({"width": width, "height": 900})
                if width == WIDTHS[0]:
                    assert page.evaluate(TOO_WIDE) == [], (path, width)
                _tall(page)
                assert page.evaluate(CHECK) == [], (path, width, scheme)
    assert not complaints


@pytest.mark.parametrize("language", _LANGUAGES)
def test_axe_finds_nothing_with_tables_open(
    language: str, opened: OpenRelease, page: Page, live: str, axe: str
) -> None:
    for name in opened.content.page_ids:
        page.goto(f"{live}/{language}/{name}.html")
        page.evaluate(axe)
        for width, scheme in ((320, "dark"), (1280, "light")):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.set_viewport_size({"width": width, "height": 900})
            for label in page.locator("label[for$='--view-table']").all():
                label.click()
            expect(page.locator(".tables").first).to_be_visible()
            assert page.evaluate(TOO_WIDE) == [], (name, width)
            _tall(page)
            assert page.evaluate(CHECK) == [], (name, width, scheme)


def test_missing_page_is_accessible_too(opened: OpenRelease, page: Page, live: str, axe: str) -> None:
    answer = page.goto(f"{live}/{opened.content.languages[0]}/not/here.html")
    assert answer is not None
    assert answer.status == 404
    page.evaluate(axe)
    assert page.evaluate(CHECK) == []


def test_text_can_be_spaced_and_doubled(opened: OpenRelease, page: Page, live: str) -> None:
    page.set_viewport_size({"width": 640, "height": 900})
    page.goto(f"{live}/{_topic(opened)}")
    page.evaluate(
        """() => {
          document.documentElement.style.fontSize = '200%';
          for (const e of document.querySelectorAll('body, body *:not(svg *)')) {
            e.style.lineHeight = '1.5'; e.style.letterSpacing = '0.12em'; e.style.wordSpacing = '0.16em';
          }
        }"""
    )
    assert page.evaluate(TOO_WIDE) == []


def test_skip_link_comes_first_and_leads_to_the_content(opened: OpenRelease, page: Page, live: str) -> None:
    page.goto(f"{live}/{_topic(opened)}")
    page.keyboard.press("Tab")
    expect(page.locator(".ds-skip-link")).to_be_focused()
    expect(page.locator(".ds-skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_number_opens_the_table_at_its_cell(opened: OpenRelease, page: Page, live: str) -> None:
    page.goto(f"{live}/{_topic(opened)}")
    number = page.locator(".figure .number").first
    figure = page.locator(".figure").filter(has=page.locator(".number")).first
    expect(figure.locator(".tables")).to_be_hidden()
    number.focus()
    page.keyboard.press("Enter")
    expect(figure.locator(".tables")).to_be_visible()
    expect(figure.locator(".drawing-wide")).to_be_visible()
    cell = page.locator("td:target")
    expect(cell).to_be_in_viewport()
    expect(cell).to_be_focused()
    close = figure.locator(".close-table a")
    close.focus()
    page.keyboard.press("Enter")
    expect(figure.locator(".tables")).to_be_hidden()
    expect(figure.locator(".switch")).to_be_visible()
    page.go_back()
    expect(figure.locator(".tables")).to_be_visible()


def test_chart_and_table_are_switched_by_keyboard(opened: OpenRelease, page: Page, live: str) -> None:
    page.goto(f"{live}/{_topic(opened)}")
    figure = page.locator(".figure").first
    chart, table = figure.locator(".view-chart"), figure.locator(".view-table")
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(table).to_be_checked()
    expect(figure.locator(".tables")).to_be_visible()
    expect(figure.locator(".drawing-wide")).to_be_hidden()
    outline = figure.locator(".view-table + label").evaluate("label => getComputedStyle(label).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("ArrowLeft")
    expect(figure.locator(".tables")).to_be_hidden()
    expect(figure.locator(".drawing-wide")).to_be_visible()


def test_each_width_has_its_own_drawing(opened: OpenRelease, page: Page, live: str) -> None:
    page.goto(f"{live}/{_topic(opened)}")
    figure = page.locator(".figure").first
    for width, shown, hidden in ((1280, "wide", "narrow"), (360, "narrow", "wide")):
        page.set_viewport_size({"width": width, "height": 900})
        expect(figure.locator(f".drawing-{shown}")).to_be_visible()
        expect(figure.locator(f".drawing-{hidden}")).to_be_hidden()


def test_language_switch_keeps_the_page(opened: OpenRelease, page: Page, live: str) -> None:
    first, *others = opened.content.languages
    path = _topic(opened)
    page.goto(f"{live}/{path}")
    for language in others:
        page.locator(f".top-languages a[hreflang='{language}']").click()
        expect(page).to_have_url(f"{live}/{path.replace(first, language, 1)}")
        assert page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("start", ["live", "files"])
def test_works_without_javascript(
    start: str, opened: OpenRelease, chromium: Browser, live: str, exported: Path
) -> None:
    root = live if start == "live" else exported.as_uri()
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.set_default_timeout(10_000)
    missing = list_losses(page)
    page.goto(f"{root}/index.html")
    page.locator("main section a").first.click()
    page.locator(f".topics a[href='{Path(_topic(opened)).name}']").click()
    figure = page.locator(".figure").first
    figure.locator(".view-table + label").click()
    expect(figure.locator(".tables")).to_be_visible()
    expect(figure.locator(".drawing-narrow")).to_be_hidden()
    page.locator(".bottom a[href$='about.html']").click()
    expect(page.locator("h1")).to_be_visible()
    assert not missing
    context.close()


def test_fonts_and_styles_load_from_a_folder(opened: OpenRelease, page: Page, exported: Path) -> None:
    page.goto(f"{exported.as_uri()}/{_topic(opened)}")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('16px \"Inter Variable\"')")
    assert page.evaluate("[...document.fonts].some(font => font.status === 'loaded')")
    assert page.evaluate("getComputedStyle(document.querySelector('.figure')).borderTopWidth") == "1px"


def test_paper_has_chart_and_numbers(opened: OpenRelease, page: Page, live: str) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{live}/{_topic(opened)}")
    figure = page.locator(".figure").first
    expect(figure.locator(".drawing-wide")).to_be_visible()
    expect(figure.locator(".tables")).to_be_visible()
    expect(figure.locator(".switch")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_take_pictures(opened: OpenRelease, chromium: Browser, live: str, tmp_path: Path) -> None:
    """The pictures of the README; kept only when asked for, so that a test run leaves the tree as it was."""
    folder = _IMAGES if os.environ.get("PRAKSIS_SCREENSHOTS") == "1" else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    for name, width, height, scheme in (("site", 1280, 1180, "light"), ("site-phone", 390, 1180, "dark")):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
        )
        page = context.new_page()
        page.goto(f"{live}/{_topic(opened)}")
        page.evaluate("document.fonts.ready")
        page.screenshot(path=folder / f"{name}.png")
        assert (folder / f"{name}.png").stat().st_size > 20_000
        context.close()
