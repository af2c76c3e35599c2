"""A browser without a screen and without JavaScript: follows links, fills in the forms it is shown, keeps cookies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client


@dataclass
class Form:
    """A form as it stands on a page."""

    action: str
    method: str
    id: str = ""
    filled: dict[str, list[str]] = field(default_factory=dict)
    """Field -> what it holds when it is shown: hidden fields, chosen options, texts."""
    fields: set[str] = field(default_factory=set)
    """Everything one can answer in."""
    hidden: dict[str, str] = field(default_factory=dict)
    buttons: set[tuple[str, str]] = field(default_factory=set)


class Reader(HTMLParser):
    """The forms, headings and links of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.title = self.language = ""
        self._open: list[Form] = []
        self._text: tuple[Form, str] | None = None
        self._in_title = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value if value is not None else "" for name, value in attrs}
        match tag:
            case "html":
                self.language = given.get("lang", "")
            case "title":
                self._in_title = True
            case "a":
                self.links.append(given.get("href", ""))
            case "form":
                form = Form(given.get("action", ""), given.get("method", "get").lower(), given.get("id", ""))
                self.forms.append(form)
                self._open.append(form)
            case "input" | "textarea" | "button":
                self._read_control(tag, given)

    def _read_control(self, tag: str, given: Mapping[str, str]) -> None:
        owner = given.get("form")
        form = next((one for one in self.forms if one.id == owner), None) if owner else None
        form = form or (self._open[-1] if self._open else None)
        name, kind, value = given.get("name", ""), given.get("type", "text"), given.get("value", "")
        if form is None or not name:
            return
        if tag == "button" or kind == "submit":
            form.buttons.add((name, value))
        elif tag == "textarea":
            form.fields.add(name)
            form.filled[name] = [""]
            self._text = form, name
        elif kind == "hidden":
            form.hidden[name] = value
        else:
            form.fields.add(name)
            if kind in ("radio", "checkbox") and "checked" in given:
                form.filled.setdefault(name, []).append(value or "on")
            elif kind not in ("radio", "checkbox"):
                form.filled[name] = [value]

    def handle_data(self, data: str) -> None:
        if self._text:
            form, name = self._text
            form.filled[name][0] += data
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._open:
            self._open.pop()
        elif tag == "textarea":
            self._text = None
        elif tag == "title":
            self._in_title = False


class Browser:
    """One person's browser."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.address = "/"
        self.status = 0
        self.html = ""
        self.page = Reader("")
        self.headers: Mapping[str, str] = {}

    def get(self, address: str) -> "Browser":
        """Goes to an address, through redirects."""
        return self._follow(self.client.get(urljoin(self.address, address)), address)

    def send(self, form: Form, fields: Mapping[str, Sequence[str]], button: tuple[str, str] | None = None) -> "Browser":
        """Sends a form with its hidden fields, with these in place of what it holds."""
        data: dict[str, Any] = {name: list(values) for name, values in fields.items()}
        data |= form.hidden
        if button:
            assert button in form.buttons, f"{self.address} has no button {button}, but {sorted(form.buttons)}"
            data[button[0]] = button[1]
        target = urljoin(self.address, form.action) if form.action else self.address
        return self._follow(self.client.post(target, data), target)

    def find_form(self, button: tuple[str, str] | None = None, action: str = "") -> Form:
        """The form with a button, or whose action ends so."""
        found = [
            form
            for form in self.page.forms
            if (button is None or button in form.buttons)
            and urljoin(self.address, form.action).partition("?")[0].endswith(action)
        ]
        assert found, f"{self.address} has no such form: {button} {action}\n{self.html[:3000]}"
        return found[0]

    def _follow(self, response: Any, address: str) -> "Browser":
        self.address = urljoin(self.address, address)
        hops = 0
        while response.status_code in (301, 302, 303):
            assert response.status_code == 303 or response.wsgi_request.method == "GET"
            self.address = urljoin(self.address, response["Location"])
            response = self.client.get(self.address)
            hops += 1
            assert hops < 5, f"redirects in a circle at {self.address}"
        self.status, self.headers = response.status_code, dict(response.items())
        self.html = response.content.decode() if "html" in response.get("Content-Type", "") else ""
        self.page = Reader(self.html)
        self.address = urlsplit(self.address)._replace(query="", fragment="").geturl()
        return self


def enter(link: str) -> Browser:
    """A browser that has come in by a personal link."""
    browser = Browser().get(link)
    assert browser.status == 200, (browser.status, browser.html[:2000])
    form = browser.find_form(action="enter")
    return browser.send(form, {})
