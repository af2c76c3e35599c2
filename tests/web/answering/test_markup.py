"""What a screen reader and a keyboard need of every page, in three languages, read from the HTML itself."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest

from tests.web.answering.conftest import Form, Visitor, come_in, find_token, read
from tests.web.answering.test_pages import FILLED, WRONG, fill_all

_EMPTY = {"meta", "link", "input", "br", "img", "hr"}
_REFERENCES = ("aria-describedby", "aria-labelledby", "for")


@dataclass
class Page(HTMLParser):
    """Tags with their attributes, and the order of headings; complains about tags that are not closed in order."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    title: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, attrs)
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _EMPTY:
            self.open.append(tag)
        if tag[0] == "h" and tag[1:].isdigit():
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.open)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title":
            self.title += data


def check_markup(source: str, language: str, *, headed: bool = True) -> None:
    """`headed`: has it a survey or languages to show above it?"""
    page = Page()
    page.feed(source)
    assert page.open == []
    assert page.headings.count(1) == 1
    for before, after in zip(page.headings, page.headings[1:], strict=False):
        assert after <= before + 1, page.headings
    ids = [one["id"] for _, one in page.tags if "id" in one]
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)
    for tag, attributes in page.tags:
        for name in _REFERENCES:
            assert set(attributes.get(name, "").split()) <= set(ids), (tag, attributes)
        assert not any(name.startswith("on") or name == "style" for name in attributes), (tag, attributes)
        href = attributes.get("href", "")
        assert not href.startswith("#") or href[1:] in ids, href
    assert next(one for tag, one in page.tags if tag == "html")["lang"] == language
    assert page.title.strip()
    landmarks = [tag for tag, _ in page.tags if tag in ("main", "header", "footer")]
    assert landmarks[: 1 + headed] == ["header", "main"][not headed :]
    assert all("src" in one for tag, one in page.tags if tag == "script")
    _check_fields(page)


def _check_fields(page: Page) -> None:
    labelled = {one["for"] for tag, one in page.tags if tag == "label"}
    inputs = [one for tag, one in page.tags if tag in ("input", "textarea") and one.get("type") != "hidden"]
    assert {one["id"] for one in inputs} == labelled
    forms = [one for tag, one in page.tags if tag == "form"]
    assert all(one["method"] == "post" for one in forms)
    tokens = [one for _, one in page.tags if one.get("name") == "csrfmiddlewaretoken"]
    assert len(tokens) == len(forms)
    # A button of another form than the one it stands in must name one that is there.
    named = {one["id"] for one in forms if "id" in one}
    assert {one["form"] for tag, one in page.tags if tag == "button" and "form" in one} <= named


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_page_is_sound(visitor: Visitor, language: str) -> None:
    visitor.language = language
    client = visitor.client
    check_markup(read(client.get(f"/answer/l/{find_token()}?language={language}")), language)
    for path in ("", "questions", "submit", "section/level/hand-over", "receipt"):
        check_markup(read(visitor.get(path)), language)
    for page, form in FILLED.items():
        check_markup(read(visitor.get(f"page/{page}")), language)
        if page in WRONG:
            check_markup(read(visitor.save(page, WRONG[page][0])), language)
        visitor.save(page, form)
        check_markup(read(visitor.get(f"page/{page}")), language)
    check_markup(read(visitor.save("comments", WRONG["comments"][0])), language)
    check_markup(read(visitor.post("submit")), language)
    check_markup(read(visitor.post("section/level/hand-over", {"email": "x"})), language)
    visitor.post("section/level/hand-over", {"email": "k@bakkebygd.kommune.no"})
    check_markup(read(visitor.get("", handed="", section="level")), language)
    check_markup(read(visitor.get("page/no-such")), language)
    check_markup(read(visitor.get("page/strategy-day/x")), language, headed=False)


OTHER: dict[str, Form] = {
    "statements": {"users-first": "disagree"},
    "word": {"one-word": "Rolig"},
    "strategy-since": {"strategy-holds": "disagree"},
    "level": {"services-are": "do-not-know"},
}
"""Another answer, to pages where every form that a browser sends can be read."""


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("page", [page for page, form in FILLED.items() if form])
def test_two_answers_are_shown_soundly_for_every_kind(visitor: Visitor, language: str, page: str) -> None:
    visitor.language = language
    fill_all(visitor, (page,))
    other = come_in(find_token(), language)
    seen = other.base_of(page)
    visitor.save(page, FILLED[page])
    form: Form = WRONG[page][0] if page in WRONG else OTHER[page]
    answer = other.save(page, form, base=seen)
    assert answer.status_code == 409
    check_markup(read(answer), language)
    chosen = other.save(page, form)
    if page in WRONG:
        check_markup(read(chosen), language)
    else:
        assert chosen.status_code == 303, "what can be read settles it"


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_what_is_submitted_is_shown_soundly(visitor: Visitor, language: str) -> None:
    visitor.language = language
    fill_all(visitor)
    visitor.post("submit")
    for path in ("", "receipt", "page/staff", "page/statements", "page/goodbye", "page/barriers"):
        check_markup(read(visitor.get(path)), language)
    check_markup(read(visitor.save("word", {"one-word": "x"}, base="1")), language)
    visitor.post("reopen")
    for path in ("", "submit"):
        check_markup(read(visitor.get(path, reopened="")), language)
    visitor.client.post("/answer/leave", {"language": language})
    check_markup(read(visitor.get("left")), language)
    check_markup(read(visitor.get("page/staff")), language)
