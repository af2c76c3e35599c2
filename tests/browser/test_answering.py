"""Answering as people do it: on a phone, by keyboard, without JavaScript, two at once, on another machine."""

import csv
import email
import email.policy
import io
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from praksis.collect.link import make_opt_out
from tests.browser.conftest import CHECK, TOO_WIDE, wait_for

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SURVEY = ROOT / "tests/collect/every-kind"
IMAGES = ROOT / "docs" / "images"
WIDTHS = (320, 768, 1280)
LANGUAGES = ("nb", "nn", "en")
PRAKSIS = Path(sys.executable).with_name("praksis")

Answer = Mapping[str, str | Sequence[str]]
WAY: dict[str, Answer] = {
    "staff": {"full-time-equivalents": "1 234,5"},
    "strategy": {"has-strategy": "yes"},
    "strategy-day": {"strategy-adopted.day": "17", "strategy-adopted.month": "5", "strategy-adopted.year": "2024"},
    "strategy-since": {"strategy-holds": "agree"},
    "local-cooperation": {"partner": "Fjordheim"},
    "level": {"services-are": "on-paper"},
    "barriers": {"barriers": ["lack-of-money", "lack-of-time"]},
    "money-wanted": {"budget-change": "-2,5"},
    "statements": {"users-first": "agree", "data-shared": "do-not-know", "services-tested": "not-applicable"},
    "contact": {"by-phone": "often", "by-chat": "sometimes", "in-person": "often"},
    "time-spent": {"time-running": "60", "time-building": "30", "time-helping": "10"},
    "word": {"one-word": "Ærlig"},
    "comments": {"comment": "Første linje\nandre linje"},
    "goodbye": {},
}
"""Every page on the way of a municipality, in order."""


@dataclass
class Desk:
    """A server with an open wave, and the commands of whoever runs it."""

    address: str
    database: Path

    def run(self, command: str, *arguments: str) -> str:
        call = [PRAKSIS, "collect", command, SURVEY, *arguments, "--database", self.database]
        done = subprocess.run(call, capture_output=True, text=True, check=True)
        return done.stdout

    def find_link(self, name: str) -> str:
        rows = csv.DictReader(io.StringIO(self.run("link", name, "--base", self.address)))
        return next(row["link"] for row in rows)

    def read_letters(self, folder: Path) -> dict[str, str]:
        """Sends what waits to a folder: recipient -> the link in the last letter."""
        self.run("send", "--folder", str(folder), "--base", self.address, "--sender", "survey@praksis.example")
        found = {}
        for path in sorted(folder.iterdir()):
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = letter.get_body()
            assert body is not None
            link = re.search(r"http\S+/answer/l/\S+", body.get_content())
            assert link, body.get_content()
            found[str(letter["To"])] = link[0]
        return found


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    database = tmp_path_factory.mktemp("answers") / "answers.sqlite"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [PRAKSIS, "collect", "serve", SURVEY, "--database", database, "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            wait_for(f"{address}/answer/")
            yield Desk(address, database)
        finally:
            server.terminate()


@dataclass
class Visitor:
    """One person's browser."""

    page: Page
    context: BrowserContext

    def enter(self, link: str) -> "Visitor":
        self.page.goto(link)
        self.page.locator("main form button").click()
        expect(self.page.locator(".tasks")).to_be_visible()
        assert "/l/" not in self.page.url
        return self

    def open(self, name: str) -> "Visitor":
        self.page.goto(f"{self.home}page/{name}")
        return self

    @property
    def home(self) -> str:
        found = re.match(r"(.*/answer/[a-z]+/)", self.page.url)
        assert found, self.page.url
        return found[1]

    @property
    def here(self) -> str:
        return self.page.url.rpartition("/page/")[2]

    def fill(self, answer: Answer) -> None:
        for name, value in answer.items():
            field = self.page.locator(f'form.page [name="{name}"]')
            kind = field.first.get_attribute("type")
            if kind in ("radio", "checkbox"):
                for one in [value] if isinstance(value, str) else value:
                    self.page.locator(f'form.page [name="{name}"][value="{one}"]').check()
            else:
                assert isinstance(value, str)
                field.fill(value)

    def press(self, go: str) -> None:
        self.page.locator(f'main [name="go"][value="{go}"]').first.click()

    def play(self, way: Mapping[str, Answer] = WAY) -> None:
        """From the first page of the way to its last."""
        self.open(next(iter(way)))
        for name, answer in way.items():
            assert self.here == name, f"at {self.page.url}, not at {name}"
            self.fill(answer)
            self.press("next")


@pytest.fixture
def visit(chromium: Browser) -> Iterator[object]:
    contexts: list[BrowserContext] = []

    def make(*, javascript: bool = True, width: int = 1280, dark: bool = False) -> Visitor:
        context = chromium.new_context(
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
        context.on("close", lambda _: faults and pytest.fail(f"errors in the page: {faults}"))
        return Visitor(page, context)

    yield make
    for context in contexts:
        context.close()


# Every test has an organisation of its own, or pages that no other test opens.


@pytest.mark.parametrize(("name", "javascript"), [("Bakkebygd", True), ("Granli", False)])
def test_every_kind_of_question_to_the_receipt(desk: Desk, visit, name: str, javascript: bool) -> None:
    visitor = visit(javascript=javascript).enter(desk.find_link(name))
    visitor.play()
    assert visitor.page.url.endswith("/submit"), visitor.page.url
    shown = visitor.page.locator("main").inner_text()
    for said in ("1\u00a0234,5", "17. mai 2024", "Fjordheim", "Ærlig", "andre linje", "60\u00a0%"):
        assert said in shown.replace("\u202f", "\u00a0"), said
    visitor.page.locator("main form button").click()
    expect(visitor.page).to_have_url(re.compile("/receipt$"))
    assert "Ærlig" in visitor.page.locator("main").inner_text()
    pdf = visitor.context.request.get(visitor.page.url + ".pdf")
    assert pdf.ok
    assert pdf.body().startswith(b"%PDF-")
    visitor.open("staff")
    assert visitor.page.locator("main input").count() == 0


def test_what_cannot_be_read_is_shown_with_where_and_why(desk: Desk, visit) -> None:
    visitor = visit(javascript=False).enter(desk.find_link("Storvik")).open("staff")
    visitor.fill({"full-time-equivalents": "omtrent ti"})
    visitor.press("next")
    page = visitor.page
    expect(page).to_have_title(re.compile("^Feil:"))
    summary = page.locator("[role=alert]")
    expect(summary).to_be_focused()
    expect(page.locator('[name="full-time-equivalents"]')).to_have_value("omtrent ti")
    summary.locator("a").click()
    expect(page.locator('[name="full-time-equivalents"]')).to_be_focused()
    visitor.press("later")
    visitor.open("staff")
    expect(page.locator('[name="full-time-equivalents"]')).to_have_value("omtrent ti")
    visitor.fill({"full-time-equivalents": "10"})
    visitor.press("next")
    assert visitor.here == "strategy"


def test_stopped_here_and_resumed_on_a_phone(desk: Desk, visit) -> None:
    link = desk.find_link("Kystvær")
    first = visit().enter(link).open("staff")
    first.fill(WAY["staff"])
    first.press("next")
    first.fill({"has-strategy": "no"})
    first.press("later")
    phone = visit(javascript=False, width=320).enter(link)
    phone.page.locator("main a.ds-button").first.click()
    assert phone.here == "local-cooperation", phone.page.url
    phone.open("strategy")
    expect(phone.page.locator('[name="has-strategy"][value="no"]')).to_be_checked()


def test_a_section_handed_over_and_two_on_a_page(desk: Desk, visit, tmp_path: Path) -> None:
    """A colleague gets a letter, sees only their section, and meets the coordinator on a page; one chooses."""
    kari = visit().enter(desk.find_link("Lauvdal"))
    page = kari.page
    page.locator('a[href$="/section/time-spent/hand-over"]').click()
    page.fill('[name="email"]', "ola@lauvdal.example")
    page.fill('[name="name"]', "Ola Nordmann")
    page.locator("main form.page button").click()
    expect(page.locator("[role=alert]")).to_contain_text("Ola Nordmann")
    letters = desk.read_letters(tmp_path / "letters")
    ola = visit(javascript=False).enter(letters["ola@lauvdal.example"])
    assert ola.page.locator(".tasks > li").count() == 1
    refused = ola.page.goto(f"{ola.home}page/staff")
    assert refused is not None
    assert refused.status == 403
    ola.page.go_back()
    ola.open("word")
    kari.open("word")
    ola.fill({"one-word": "Slit"})
    ola.press("next")
    kari.fill({"one-word": "Moro"})
    kari.press("next")
    assert kari.here == "word"
    versions = kari.page.locator(".version")
    assert versions.count() == 2
    assert {"Slit", "Moro"} <= set(re.findall(r"\w+", kari.page.locator(".versions").inner_text()))
    versions.filter(has_text="Moro").locator("button").click()
    assert kari.here == "comments"
    ola.open("word")
    expect(ola.page.locator('[name="one-word"]')).to_have_value("Moro")
    kari.page.goto(kari.home)
    kari.page.locator("form[action$='/take-back'] button").click()
    gone = ola.page.goto(f"{ola.home}page/word")
    assert gone is not None
    assert gone.status == 403


def test_a_doubled_click_is_one_answer(desk: Desk, visit) -> None:
    visitor = visit().enter(desk.find_link("Museet")).open("staff")
    visitor.fill({"full-time-equivalents": "3"})
    visitor.page.locator('main [name="go"][value="next"]').first.dblclick()
    expect(visitor.page).to_have_url(re.compile("/page/strategy$"))
    visitor.open("staff")
    expect(visitor.page.locator('[name="full-time-equivalents"]')).to_have_value("3")
    assert visitor.page.locator(".version").count() == 0


def test_by_keyboard_alone(desk: Desk, visit) -> None:
    """From the letter's link to the third question with Tab, arrows, Space and Enter."""
    visitor = visit()
    page = visitor.page
    page.goto(desk.find_link("Ytre"))
    _tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.locator(".tasks")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".ds-skip-link")).to_be_focused()
    _tab_to(page, "main a.ds-button")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/page/staff$"))
    _tab_to(page, '[name="full-time-equivalents"]')
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/page/strategy$"))
    _tab_to(page, '[name="has-strategy"]')
    page.keyboard.press("ArrowDown")
    expect(page.locator('[name="has-strategy"]').nth(1)).to_be_checked()
    _tab_to(page, 'main [name="go"][value="next"]')
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/page/strategy$"))


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            shown = "() => (s => `${s.outlineStyle} ${s.boxShadow}`)(getComputedStyle(document.activeElement))"
            assert page.evaluate(shown) != "none none", selector
            return
    pytest.fail(f"Tab never comes to {selector}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_accessible_at_every_width(desk: Desk, visit, axe: str, language: str) -> None:
    """axe finds nothing and nothing is cut off, on every kind of page."""
    name = {"nb": "Tilsynet", "nn": "Etaten", "en": "Direktoratet"}[language]
    link = desk.find_link(name)
    visitor, page = (visitor := visit()).enter(link), visitor.page
    page.goto(f"{desk.address}/answer/{language}/")
    other = visit().enter(link)

    def check(what: str) -> None:
        assert page.locator("html").get_attribute("lang") == language, what
        page.evaluate(axe)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(CHECK) == [], (what, width)
            assert page.evaluate(TOO_WIDE) == [], (what, width)
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert page.evaluate(CHECK) == [], (what, scheme)

    check("hub")
    way = {name: answer for name, answer in WAY.items() if name != "local-cooperation"}
    visitor.open("staff")
    for here, answer in way.items():
        assert visitor.here == here, (visitor.page.url, here)
        check(here)
        if here == "staff":
            visitor.fill({"full-time-equivalents": "ti"})
            visitor.press("next")
            check("staff with an error")
        if here == "word":
            other.open("word")
            other.fill({"one-word": "Moro"})
            other.press("next")
        visitor.fill(answer)
        visitor.press("next")
        if here == "word":
            check("dispute")
            page.locator(".version button").first.click()
    for path in ("", "questions", "section/level/hand-over", "submit"):
        page.goto(f"{visitor.home}{path}")
        check(path or "hub, all answered")
    page.locator("main form button").click()
    for path in ("receipt", "", "page/staff"):
        page.goto(f"{visitor.home}{path}")
        check(path or "hub, submitted")


def test_pages_without_a_visit_are_accessible(desk: Desk, visit, axe: str) -> None:
    """A link that opens nothing, and the page where one says no to more letters."""
    visitor = visit().enter(desk.find_link("Kystvær"))
    page = visitor.open("staff").page
    person = page.locator("[name=who]").first.get_attribute("value")
    assert person
    secret = (desk.database.parent / "secret").read_bytes().strip()
    for path in (f"out/{make_opt_out(secret, person)}", f"l/{'a' * 26}"):
        page.goto(f"{desk.address}/answer/{path}")
        page.evaluate(axe)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(CHECK) == [], (path, width)
            assert page.evaluate(TOO_WIDE) == [], (path, width)
    page.goto(f"{desk.address}/answer/out/{make_opt_out(secret, person)}")
    page.locator("main form button").click()
    expect(page.locator("h1")).to_have_text(re.compile("Du får ikke flere e"))


@pytest.mark.skipif(not os.environ.get("PRAKSIS_SCREENSHOTS"), reason="`make pictures` takes them")
def test_take_pictures(desk: Desk, visit) -> None:
    """The pictures of docs/answering.md."""
    visitor = visit(width=900)
    page = visitor.page
    page.goto(desk.find_link("Høgfjell"))
    page.screenshot(path=IMAGES / "answering-arrive.png", full_page=True)
    visitor.enter(page.url)
    page.screenshot(path=IMAGES / "answering-hub.png", full_page=True)
    visitor.open("level")
    page.screenshot(path=IMAGES / "answering-choice.png", full_page=True)
    visitor.play()
    page.screenshot(path=IMAGES / "answering-submit.png", full_page=True)
    page.locator("main form button").click()
    page.screenshot(path=IMAGES / "answering-receipt.png", full_page=True)
    phone = visit(width=360, dark=True)
    phone.enter(desk.find_link("Fjordheim")).open("statements")
    phone.page.screenshot(path=IMAGES / "answering-phone.png", full_page=True)
    phone.open("staff")
    phone.fill({"full-time-equivalents": "omtrent ti"})
    phone.press("next")
    phone.page.screenshot(path=IMAGES / "answering-error.png", full_page=True)
