"""One whole wave of a small survey, in a real browser: from the list of whom we ask to the published figure.

Letters go through a real mail server into a mailbox; forty robots read them there, follow their links and answer in
Chromium, in the language they were written to in. Staff do their part on the staff pages.
"""

import contextlib
import csv
import datetime
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import CHECK, TOO_WIDE, wait_for
from tests.browser.office import PRAKSIS, Office, open_office
from tests.web.fieldwork.postman import Mailbox, open_mailbox

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
IMAGES = HERE.parents[1] / "docs" / "images"
WAVE = "2026"
ROLE = "head-of-services"
LIST = list(csv.DictReader((HERE / "wave-list.csv").open(encoding="utf-8")))
ANSWERING = [*LIST[:20], *LIST[24:44]]
"""Who submits: twenty of each sector."""
DECLINES, STOPS, BOUNCES, LATE = LIST[20], LIST[21], LIST[22], LIST[44]
EMPTY = LIST[2]
"""Says that nobody works on its services, which are on the top step."""


def answer_for(number: int, organisation: Mapping[str, str]) -> dict[str, dict[str, str | Sequence[str]]]:
    """Page -> field -> what a robot answers."""
    step = ("information", "interaction", "connected")[number % 3]
    way: dict[str, dict[str, str | Sequence[str]]] = {"placement": {"step": step}}
    if step != "connected":
        way["obstacles"] = {"obstacles": ["no-money", "old-systems"] if number % 2 else ["no-people"]}
    way["statements"] = {
        "asks-users": "agree" if number % 5 else "disagree",
        "shares-data": ("neither", "agree", "do-not-know")[number % 3],
    }
    way["people"] = {"full-time-equivalents": "0" if organisation is EMPTY else f"{10 + number % 7},5"}
    return way


@dataclass
class Town:
    """Everything a wave runs on."""

    folder: Path
    survey: Path
    mailbox: Mailbox
    answering: str
    """Where those who answer go: nobody is there until `let_in`."""
    office: Office
    servers: contextlib.ExitStack

    def let_in(self) -> None:
        """Start the server for those who answer, which reads the frame as it is then."""
        port = self.answering.rpartition(":")[2]
        serve = [PRAKSIS, "collect", "serve", self.survey, "--database", self.office.database, "--port", port]
        server = self.servers.enter_context(subprocess.Popen(serve, stdout=subprocess.DEVNULL))
        self.servers.callback(server.terminate)
        wait_for(f"{self.answering}/answer/")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("wave")
    survey, database = folder / "survey", folder / "answers.sqlite"
    shutil.copytree(HERE / "wave", survey)
    _date_letters(survey / "letters.yaml")
    answering = f"http://127.0.0.1:{_find_port()}"
    with open_mailbox(folder / "mail") as (mailbox, smtp), contextlib.ExitStack() as servers:
        mail = ("--smtp", smtp, "--sender", "Tjenestesjekken <svar@praksis.example>", "--base", answering)
        with open_office(survey, database, *mail, "--microdata", str(folder / "microdata")) as office:
            yield Town(folder, survey, mailbox, answering, office, servers)


def _find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _run(*arguments: object) -> str:
    done = subprocess.run([PRAKSIS, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _date_letters(path: Path) -> None:
    """Move the plan, so that the invitation is due when the test runs."""
    text, today = path.read_text(encoding="utf-8"), datetime.date.today()
    text = text.replace("2026-11-02", f"{today:%Y-%m-%d}")
    path.write_text(text.replace("2026-11-16", f"{today + datetime.timedelta(days=9):%Y-%m-%d}"), encoding="utf-8")


def _write_contacts(path: Path) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("organisation", "name", "email", "phone"))
        for number, one in enumerate(LIST):
            writer.writerow((one["organisation_number"], f"Kontakt {number}", _address(one), "99 88 77 66"))
    return path


def _address(organisation: Mapping[str, str]) -> str:
    return f"post@{organisation['organisation_number']}.example"


# -- robots ------------------------------------------------------------------------------------------------------------


def play(browser: Browser, link: str, way: Mapping[str, Mapping[str, str | Sequence[str]]], *, submit: bool) -> str:
    """One robot's way through; returns the language it was met in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    language = page.locator("html").get_attribute("lang") or ""
    page.locator("main form button").click()
    page.locator("main a.ds-button").first.click()
    for name, answers in way.items():
        assert page.url.endswith(f"/page/{name}"), (page.url, name)
        for field, value in answers.items():
            fill(page, field, value)
        page.locator('main [name="go"][value="next"]').first.click()
    if submit:
        expect(page).to_have_url(re.compile("/submit$"))
        page.locator("main form button").click()
        expect(page).to_have_url(re.compile("/receipt$"))
    context.close()
    return language


def fill(page: Page, field: str, value: str | Sequence[str]) -> None:
    controls = page.locator(f'form.page [name="{field}"]')
    if controls.first.get_attribute("type") in ("radio", "checkbox"):
        for one in [value] if isinstance(value, str) else value:
            page.locator(f'form.page [name="{field}"][value="{one}"]').check()
    else:
        assert isinstance(value, str)
        controls.fill(value)


def read_links(mailbox: Mailbox) -> dict[str, tuple[str, str]]:
    """Recipient -> the language and the personal link of their letter."""
    found = {}
    for letter in mailbox.read():
        body = letter.get_body()
        assert body is not None
        link = re.search(r"http\S+/answer/l/\S+", body.get_content())
        if link:
            found[str(letter["To"])] = (str(letter["Content-Language"]), link[0])
    return found


# -- staff -------------------------------------------------------------------------------------------------------------


@dataclass
class Lead:
    """The survey lead at work; every page they come to is judged as it is met."""

    town: Town
    page: Page
    axe: str

    def open(self, path: str, language: str = "nb") -> Page:
        self.page.goto(f"{self.town.office.address}/{language}/{WAVE}/{path}")
        self.judge()
        self.page.emulate_media(color_scheme="dark")
        assert self.page.evaluate(CHECK) == [], (self.page.url, "dark")
        self.page.emulate_media(color_scheme="light")
        return self.page

    def judge(self) -> None:
        """Accessible, nothing cut off, in both languages, on a phone and on a desk."""
        self.page.evaluate(self.axe)
        for width in (320, 1280):
            self.page.set_viewport_size({"width": width, "height": 900})
            assert self.page.evaluate(CHECK) == [], (self.page.url, width)
            assert self.page.evaluate(TOO_WIDE) == [], (self.page.url, width)

    def press(self, selector: str) -> None:
        """A button, and a look at what comes of it."""
        self.page.locator(selector).first.click()
        self.judge()

    def keep(self, name: str) -> None:
        """The picture of docs/fieldwork.md, when pictures are taken (`make pictures`)."""
        if os.environ.get("PRAKSIS_SCREENSHOTS"):
            # A list of everyone shows what it is by its beginning.
            whole = name not in ("organisations", "audit")
            self.page.screenshot(path=IMAGES / f"fieldwork-{name}.png", full_page=whole)

    def case(self, organisation: Mapping[str, str]) -> Page:
        return self.open(f"organisations/{organisation['organisation_number']}/{ROLE}")


def test_whole_wave(town: Town, chromium: Browser, axe: str) -> None:
    page = town.office.employ(chromium, "kari.leder", "lead")
    lead = Lead(town, page, axe)
    lead.judge()
    _load_list(lead)
    _open_wave(lead)
    town.let_in()
    _enter_contacts(lead)
    links = _send_letters(lead)
    _answer(town, chromium, links)
    _follow(lead)
    _work_on_cases(lead)
    link = links[_address(LATE)][1]
    _correct(lead)
    _close(lead)
    _try_after(chromium, link)
    _see_rest(lead)
    _publish(town, chromium)


def _load_list(lead: Lead) -> None:
    """Two are new in the list, and the wave asks them when it is opened."""
    frame = lead.town.survey / "frame.csv"
    before, page = frame.read_bytes(), lead.open("frame")
    page.set_input_files("#file", HERE / "wave-list.csv")
    lead.press('main button[value="check"]')
    for name in ("Østøy kommune", "Vestøy kommune"):
        expect(page.locator("main")).to_contain_text(name)
    assert frame.read_bytes() == before
    page.set_input_files("#file", HERE / "wave-list.csv")
    lead.press('main button[value="write"]')
    expect(page.locator(".said")).to_contain_text("2 nye, 0 borte")
    assert frame.read_bytes() != before


def _open_wave(lead: Lead) -> None:
    page = lead.open("frame")
    closes = datetime.datetime.now() + datetime.timedelta(days=14)
    page.fill("#closes", f"{closes:%Y-%m-%dT16:00}")
    lead.press('main button[value="open"]')
    expect(page.locator(".said")).to_contain_text("48 besvarelser")
    lead.open("frame", "en")
    lead.open("frame")
    lead.keep("frame")


def _enter_contacts(lead: Lead) -> None:
    page = lead.open("contacts")
    page.set_input_files("#file", _write_contacts(lead.town.folder / "contacts.csv"))
    lead.press('main button[value="check"]')
    expect(page.locator("main")).to_contain_text("48")
    assert "0 changed" not in page.content()
    page.set_input_files("#file", lead.town.folder / "contacts.csv")
    lead.press('main button[value="load"]')
    expect(page.locator(".said")).to_contain_text("48")
    lead.keep("contacts")


def _send_letters(lead: Lead) -> dict[str, tuple[str, str]]:
    mailbox, page = lead.town.mailbox, lead.open("letters")
    page.get_by_role("link", name="invitation").first.click()
    lead.judge()
    for said in ("Her er lenken din", "Her er lenkja di", "Here is your link"):
        expect(page.locator("main")).to_contain_text(said)
    page.fill("#email", "kari@praksis.example")
    lead.keep("letter")
    lead.press("main form button")
    _wait_for_letters(mailbox, 1)
    assert mailbox.read()[0]["To"] == "kari@praksis.example"
    # One address is not there, as its server says when the letter comes.
    mailbox.answers[_address(BOUNCES)] = "550 5.1.1 no such user"
    page = lead.open("letters")
    lead.keep("letters")
    lead.press('main a[href$="/letters/send"]')
    lead.press("main form button")
    _wait_for_letters(mailbox, 48)
    links = read_links(mailbox)
    assert len(links) == 47
    assert {language for language, _ in links.values()} == {"nb", "nn", "en"}
    return links


def _wait_for_letters(mailbox: Mailbox, wanted: int) -> None:
    deadline = time.monotonic() + 60
    while mailbox.count() < wanted:
        assert time.monotonic() < deadline, f"{mailbox.count()} of {wanted} letters"
        time.sleep(0.1)


def _answer(town: Town, chromium: Browser, links: Mapping[str, tuple[str, str]]) -> None:
    met = set()
    for number, one in enumerate(ANSWERING):
        language, link = links[_address(one)]
        assert play(chromium, link, answer_for(number, one), submit=True) == language
        met.add(language)
    assert met == {"nb", "nn", "en"}
    play(chromium, links[_address(STOPS)][1], {"placement": {"step": "information"}}, submit=False)


def _follow(lead: Lead) -> None:
    """The board says what has happened, to the number."""
    page = lead.open("")
    shown = [_read_row(page, "strata", row) for row in (0, 1)]
    # In the frame, invited, delivered, undeliverable, opened, begun, submitted, declined.
    assert shown == [["24", "24", "24", "0", "20", "20", "20", "0"], ["24", "24", "23", "1", "21", "21", "20", "0"]]
    assert page.locator("table").nth(1).locator("tfoot td").first.inner_text().replace("\u00a0", " ") == "83,3 %"
    lead.keep("board")
    lead.open("", "en")
    page = lead.open("stuck")
    expect(page.locator("main")).to_contain_text(STOPS["name"])
    expect(page.locator("main")).to_contain_text("Hva hindrer dere i å nå neste trinn?")


def _read_row(page: Page, caption: str, row: int) -> list[str]:
    table = page.locator(f"table:has(#{caption})")
    return table.locator("tbody tr").nth(row).locator("td").all_inner_texts()


def _work_on_cases(lead: Lead) -> None:
    page = lead.case(DECLINES)
    form = page.locator('form:has(input[name="act"][value="note"])')
    form.locator("select").select_option("declined")
    form.locator("textarea, input[type=text]").first.fill("Har ikke tid i år")
    form.locator("button").click()
    lead.judge()
    expect(page.locator(".said")).to_be_visible()
    lead.keep("case")
    page = lead.case(LATE)
    until = datetime.datetime.now() + datetime.timedelta(days=20)
    form = page.locator('form:has(input[name="act"][value="extend"])')
    form.locator("input[type=datetime-local]").fill(f"{until:%Y-%m-%dT16:00}")
    form.locator("textarea, input[type=text]").first.fill("Sykdom")
    form.locator("button").click()
    lead.judge()
    expect(page.locator(".said")).to_be_visible()
    assert _read_row(lead.open(""), "strata", 1)[-1] == "1"


def _correct(lead: Lead) -> None:
    """A hard check stands in the way of closing until the answer has been put right."""
    page = lead.open("close")
    assert page.locator('main form[method="post"] button').count() == 0
    page = lead.open("work")
    lead.keep("work")
    page.locator(f'main a[href*="/work/{EMPTY["organisation_number"]}/{ROLE}"]').first.click()
    lead.judge()
    form = page.locator('form:has([name="new-full-time-equivalents"])').first
    form.locator('[name="new-full-time-equivalents"]').fill("3,5")
    form.locator('button[value="correct"]').click()
    lead.judge()
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(form.locator('[name="new-full-time-equivalents"]')).to_have_value("3,5")
    form.locator('[name="reason"]').fill("Opplyst på telefon")
    form.locator('button[value="correct"]').click()
    lead.judge()
    expect(page.locator(".said")).to_be_visible()
    lead.keep("answers")


def _close(lead: Lead) -> None:
    page = lead.open("close")
    lead.keep("close")
    page.fill("#name", WAVE)
    lead.press("main form button.ds-button")
    expect(page.locator(".said")).to_be_visible()
    lead.open("close", "en")
    assert (lead.town.folder / "microdata" / f"{WAVE}.parquet").is_file()


def _try_after(chromium: Browser, link: str) -> None:
    """Also who was given more time may only read now."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(link)
    page.locator("main form button").click()
    assert page.locator("main a.ds-button, main form.page").count() == 0, page.content()
    context.close()


def _see_rest(lead: Lead) -> None:
    for path in ("organisations", "frame", "people", "audit", "letters", "contacts", "work", "stuck"):
        for language in ("nb", "en"):
            lead.open(path, language)
        if path in ("organisations", "audit"):
            lead.keep(path)


def _publish(town: Town, chromium: Browser) -> None:
    """The figure says what the robots said, each sector by itself."""
    releases = town.folder / "releases"
    _run("build", town.survey, "--microdata", town.folder / "microdata", "--releases", releases)
    port = _find_port()
    with subprocess.Popen([PRAKSIS, "serve", releases, "--port", str(port)], stdout=subprocess.DEVNULL) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/nb/services.html")
            _read_figure(chromium, f"http://127.0.0.1:{port}")
        finally:
            server.terminate()


def _read_figure(chromium: Browser, address: str) -> None:
    state, local = (_count_on_top(number) for number in (0, 20))
    page = chromium.new_page()
    for language, said in (
        ("nb", f"{5 * state} prosent av de statlige virksomhetene og {5 * local} prosent av kommunene"),
        ("nn", f"{5 * state} prosent av dei statlege verksemdene og {5 * local} prosent av kommunane"),
        ("en", f"{5 * state} percent of state bodies and {5 * local} percent of municipalities"),
    ):
        page.goto(f"{address}/{language}/services.html")
        assert said in page.locator("main").inner_text().replace("\u00a0", " "), language
    rows = page.locator("table tbody tr")
    assert [rows.nth(row).locator("td").last.inner_text() for row in (0, 1)] == ["20", "20"]
    page.close()


def _count_on_top(first: int) -> int:
    """How many of twenty who answer say that they are on the top step: each is five percent."""
    twenty = enumerate(ANSWERING[first : first + 20], start=first)
    return sum(answer_for(number, one)["placement"]["step"] == "connected" for number, one in twenty)
