"""Respondents for the load run: each has a personal link, reads, thinks, answers and turns the page, again and again.

Run by `answering.py`, which gives links (PRAKSIS_LINKS, one a line) and reads what was acknowledged (PRAKSIS_SAVED).
"""

import json
import os
import random  # noqa: TID251  # seeded by the respondent's number; numpy is not installed here
import threading
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from locust import HttpUser, between, events, task

LINKS = Path(os.environ["PRAKSIS_LINKS"]).read_text(encoding="utf-8").split()
SAVED = Path(os.environ["PRAKSIS_SAVED"])
_LOCK = threading.Lock()
_IGNORED = ("csrfmiddlewaretoken", "base", "shown")


class Page(HTMLParser):
    """The forms of a page: action, hidden fields, choices and texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(
                {"action": given.get("action", ""), "hidden": {}, "choices": {}, "texts": [], "go": set()}
            )
        if not self.forms:
            return
        form, name, kind = self.forms[-1], given.get("name", ""), given.get("type", "text")
        if tag == "button" and name == "go":
            form["go"].add(given.get("value", ""))
        elif tag == "textarea" and name:
            form["texts"].append(name)
        elif tag == "input" and name:
            if kind == "hidden":
                form["hidden"][name] = given.get("value", "")
            elif kind in ("radio", "checkbox"):
                form["choices"].setdefault((name, kind), []).append(given.get("value", ""))
            elif kind in ("text", "number"):
                form["texts"].append(name)

    def find_form(self, needed: str) -> dict[str, Any] | None:
        return next((form for form in self.forms if needed in form["go"] or needed in form["action"]), None)


class Respondent(HttpUser):
    """One organisation's coordinator."""

    wait_time = between(1, 3)
    numbers = iter(range(10**9))

    def on_start(self) -> None:
        self.random = random.Random(next(self.numbers))
        with _LOCK:
            self.link = LINKS.pop() if LINKS else ""
        if not self.link:
            raise RuntimeError("more respondents than links")
        landing = self.client.get(self.link, name="GET link")
        form = Page(landing.text).find_form("enter")
        assert form is not None, landing.text[:500]
        hub = self.send(landing.url, form, {}, "POST enter")
        assert hub.status_code == 200, hub.status_code
        self.home = hub.url
        self.first = self.home + "page/" + os.environ["PRAKSIS_FIRST"]
        self.here = self.client.get(self.first, name="GET page")

    @task
    def turn_page(self) -> None:
        """Answers what is shown and goes on; from the last page starts again from the first."""
        form = Page(self.here.text).find_form("next")
        if form is None:
            self.here = self.client.get(self.first, name="GET page")
            return
        data: dict[str, Any] = dict(form["hidden"])
        for (name, kind), values in form["choices"].items():
            if kind == "radio":
                data[name] = self.random.choice(values)
            else:
                data[name] = self.random.sample(values, self.random.randint(0, min(3, len(values))))
        for name in form["texts"]:
            data[name] = str(self.random.randint(0, 50))
        where = self.here.url
        self.here = self.send(where, form, data | {"go": "next"}, "POST page")
        if self.here.ok:
            said = {name: value for name, value in data.items() if name not in _IGNORED}
            line = json.dumps({"link": self.link, "page": where.rsplit("/page/", 1)[-1], "said": said})
            with _LOCK, SAVED.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def send(self, where: str, form: dict[str, Any], data: dict[str, Any], name: str) -> Any:
        """Sends a form of a page, through the redirect to the next one."""
        return self.client.post(
            urljoin(where, form["action"]), data=form["hidden"] | data, name=name, headers={"Referer": where}
        )


@events.quitting.add_listener
def fail_on_errors(environment: Any, **_: Any) -> None:
    environment.process_exit_code = 1 if environment.stats.total.num_failures else 0
