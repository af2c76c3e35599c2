"""An open wave of the survey with every kind of question, and people who answer in a browser without JavaScript."""

import datetime
import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client

from praksis.define.read import load_survey
from praksis.define.survey import Survey
from praksis.web.settings import configure_answering
from tests.databases import SECRET

EVERY_KIND = Path(__file__).parents[2] / "collect/every-kind"
WAVE = "2026"
TOWN = "100000040"
"""Bakkebygd kommune, written to in bokmål."""
NYNORSK_TOWN = "100000059"
CLOSES = datetime.datetime(2040, 12, 1, 22, 59, tzinfo=datetime.UTC)
Form = Mapping[str, str | Sequence[str]]

_FIELD = re.compile(r"<(?:input|textarea)[^>]*>")


@dataclass
class Visitor:
    """A browser with the page it shows."""

    client: Client
    language: str = "nb"
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str = "", **query: str) -> HttpResponse:
        answer: HttpResponse = self.client.get(f"/answer/{self.language}/{path}", query, headers=self.headers)
        return answer

    def post(self, path: str, form: Form | None = None) -> HttpResponse:
        """Send a form with what its page puts in beside what the visitor writes."""
        signed = {"who": self.client.session.get("assignment", "")}
        if path == "submit":
            page = read(self.get("submit"))
            signed["number"] = find_value(page, "number") if 'name="number"' in page else ""
        sent = {**signed, **(form or {})}
        answer: HttpResponse = self.client.post(f"/answer/{self.language}/{path}", sent, headers=self.headers)
        return answer

    def base_of(self, page: str) -> str:
        """The version of a page as its form carries it."""
        return find_value(read(self.get(f"page/{page}")), "base")

    def save(self, page: str, form: Form | None = None, go: str = "next", base: str | None = None) -> HttpResponse:
        """Open a page, fill it in and press a button."""
        seen = self.base_of(page) if base is None else base
        return self.post(f"page/{page}", {**(form or {}), "go": go, "base": seen})


def read(answer: HttpResponse) -> str:
    """A page's HTML, without the signs that keep `e-mail` on one line."""
    return answer.content.decode().replace("\N{WORD JOINER}", "")


def read_words(answer: HttpResponse) -> str:
    """What a page says, without its tags."""
    body = read(answer).partition("<body>")[2]
    return re.sub(r"[ \n]+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def find_value(page: str, name: str) -> str:
    """The value of the first field of a name."""
    tag = next(tag for tag in _FIELD.findall(page) if f'name="{name}"' in tag)
    found = re.search(r'value="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


@pytest.fixture(scope="session")
def survey() -> Survey:
    return load_survey(EVERY_KIND)


@pytest.fixture
def opened(make_database: Callable[[str], str], survey: Survey) -> None:
    """The wave is open, in a fresh database."""
    open_wave_until(make_database("sqlite"), survey, CLOSES)


def open_wave_until(database: str, survey: Survey, closes_at: datetime.datetime) -> None:
    configure_answering(database, SECRET, {survey.header.id: survey}, secure=False)
    from praksis.web.store.collection import open_wave

    earlier = {
        (TOWN, "head-of-it"): {"full-time-equivalents": "12.5", "has-strategy": 1, "strategy-adopted": "2019-03-04"}
    }
    open_wave(survey, WAVE, SECRET, datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC), closes_at, earlier)


def find_token(organisation: str = TOWN) -> str:
    """The coordinator's token."""
    from praksis.web.store.collection import list_responses
    from praksis.web.store.entrance import issue_link

    stored = next(one for one in list_responses("every-kind", WAVE) if one.organisation == organisation)
    return issue_link(stored.coordinator, SECRET, datetime.datetime.now(datetime.UTC))


def come_in(token: str, language: str = "nb") -> Visitor:
    """A browser of its own, come in by a link."""
    client = Client()
    answer = client.post("/answer/enter", {"token": token, "language": language})
    assert answer.status_code == 303, answer.content
    return Visitor(client, language)


@pytest.fixture
def visitor(opened: None) -> Visitor:
    """The coordinator of Bakkebygd kommune."""
    return come_in(find_token())
