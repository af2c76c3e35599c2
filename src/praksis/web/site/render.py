"""The pages of a release as bytes. The live site and the static export both call `render_page`, and nothing else."""

from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from praksis.publish.release import CONTENT
from praksis.tell.content import PageText, ReleaseContent, SectionText
from praksis.web.site import typography
from praksis.web.site.figures import FigureView, show_figure, write_sentence
from praksis.web.site.links import CellLinks, Link, find_page_of_figures, point
from praksis.web.site.release import OpenRelease
from praksis.web.site.words import name_language, read_words
from praksis.web.words import Words

ENTRANCE = "index.html"


@cache
def _engine() -> Engine:
    # An engine of our own: pages need no Django settings, so they can be written from a plain command.
    return Engine(dirs=[str(Path(__file__).parent / "templates")], autoescape=True, builtins=[typography.__name__])


def list_pages(content: ReleaseContent) -> tuple[str, ...]:
    """Paths of every page from the root of the site, the entrance with all languages first."""
    names = ("index", *content.page_ids, "about")
    return (ENTRANCE, *(f"{language}/{name}.html" for language in content.languages for name in names))


def render_page(release: OpenRelease, path: str) -> bytes:
    """One of the pages of `list_pages`; raises KeyError for any other path."""
    if path not in list_pages(release.content):
        raise KeyError(path)
    if path == ENTRANCE:
        return _render_entrance(release.content)
    language, _, file = path.partition("/")
    name = file.removesuffix(".html")
    if name == "index":
        return _render_front(release.content, language)
    if name == "about":
        return _render_about(release, language)
    return _render_topic(release.content, language, name)


def render_missing(content: ReleaseContent, path: str) -> bytes:
    """What is shown where there is no page, in the language the path begins with."""
    language = path.partition("/")[0]
    if language not in content.languages:
        language = content.languages[0]
    # Whatever stands between the slashes, a browser goes up one step for each of them.
    here = "-/" * path.count("/") + "-"
    frame = _frame(content, language, here, "index")
    title = frame["words"]["missing_title"]
    return _fill("missing.html", frame | {"title": title, "crumbs": (), "missing": True})


def _render_entrance(content: ReleaseContent) -> bytes:
    language = content.languages[0]
    choices = [
        {
            "language": other,
            "name": name_language(other),
            "title": content.text[other].title,
            "home": f"{other}/index.html",
            "pages": _link_pages(content, other, ENTRANCE),
        }
        for other in content.languages
    ]
    frame = _frame(content, language, ENTRANCE, "index")
    title = frame["words"]["languages_title"]
    return _fill("entrance.html", frame | {"title": title, "choices": choices, "crumbs": ()})


def _render_front(content: ReleaseContent, language: str) -> bytes:
    here = f"{language}/index.html"
    text = content.text[language]
    links = _cell_links(content, language, here)
    pages = [
        {"link": link, "lead": [write_sentence(sentence, links) for sentence in text.pages[page].lead]}
        for link, page in zip(_link_pages(content, language, here), content.page_ids, strict=True)
    ]
    frame = _frame(content, language, here, "index")
    return _fill("front.html", frame | {"title": text.title, "pages": pages, "crumbs": (), "front": True})


def _render_about(release: OpenRelease, language: str) -> bytes:
    content, here = release.content, f"{language}/about.html"
    text = content.text[language]
    frame = _frame(content, language, here, "about")
    words: Words = frame["words"]
    offered = {download.path for figure in text.figures.values() for download in figure.downloads}
    offered |= {d.path for other in content.text.values() for f in other.figures.values() for d in f.downloads}
    files = [
        Link(f"{path} ({words.write_size(listed.bytes)})", point(here, f"files/{path}"))
        for path, listed in sorted(release.files.items())
        if "/" not in path and path not in offered and path != CONTENT
    ]
    fieldwork = list(dict.fromkeys(text.pages[page].fieldwork for page in content.page_ids))
    first = {text.pages[page].fieldwork: text.pages[page] for page in reversed(content.page_ids)}
    title = words["about_survey"]
    extra = {
        "title": title,
        "crumbs": (Link(text.title, "index.html"), Link(title, "about.html", current=True)),
        "files": files,
        "fieldworks": [_show_fieldwork(first[rows], words, place) for place, rows in enumerate(fieldwork, start=1)],
    }
    return _fill("about.html", frame | extra)


def _render_topic(content: ReleaseContent, language: str, name: str) -> bytes:
    here = f"{language}/{name}.html"
    text = content.text[language]
    page = text.pages[name]
    links = _cell_links(content, language, here, name)
    frame = _frame(content, language, here, name)
    words: Words = frame["words"]

    def show(section: SectionText, place: int) -> dict[str, Any]:
        figures: list[FigureView] = [show_figure(f, text.figures[f], links, words) for f in section.figures]
        lead = [write_sentence(sentence, links) for sentence in section.lead]
        return {"id": f"page--section-{place}", "title": section.title, "lead": lead, "figures": figures}

    extra = {
        "title": page.title,
        "description": " ".join(sentence.plain for sentence in page.lead),
        "crumbs": (Link(text.title, "index.html"), Link(page.title, f"{name}.html", current=True)),
        "page": page,
        "lead": [write_sentence(sentence, links) for sentence in page.lead],
        "sections": [show(section, place) for place, section in enumerate(page.sections, start=1)],
        "steps": [
            {"number": words.fill("steps_no", number=place), "step": step}
            for place, step in enumerate(page.steps, start=1)
        ],
        "fieldwork": _show_fieldwork(page, words, 1),
        "others": [link for link in _link_pages(content, language, here) if not link.current],
    }
    return _fill("topic.html", frame | extra)


def _show_fieldwork(page: PageText, words: Words, place: int) -> dict[str, Any]:
    rows = [
        {
            "label": row.label,
            "invited": words.write_count(row.invited),
            "responded": words.write_count(row.responded),
            "rate": row.rate,
        }
        for row in page.fieldwork
    ]
    return {
        "id": f"page--fieldwork-{place}",
        "title": page.fieldwork_title,
        "sentence": page.fieldwork_sentence,
        "rows": rows,
    }


def _cell_links(content: ReleaseContent, language: str, here: str, name: str = "") -> CellLinks:
    text = content.text[language]
    sections = text.pages[name].sections if name else ()
    shown = frozenset(figure for section in sections for figure in section.figures)
    return CellLinks(here, language, shown, find_page_of_figures(text, content.page_ids))


def _link_pages(content: ReleaseContent, language: str, here: str) -> list[Link]:
    paths = {page: f"{language}/{page}.html" for page in content.page_ids}
    pages = content.text[language].pages
    return [Link(pages[page].title, point(here, path), language, path == here) for page, path in paths.items()]


def _frame(content: ReleaseContent, language: str, here: str, name: str) -> dict[str, Any]:
    """What the layout shows around every page; `name` is the page the other languages are offered of."""
    words, text = read_words(language), content.text[language]
    languages = [
        Link(name_language(other), point(here, f"{other}/{name}.html"), other, other == language)
        for other in content.languages
    ]
    date = words.write_date(content.date)
    return {
        "language": language,
        "words": words,
        "content": content,
        "survey": text,
        "home": point(here, f"{language}/index.html"),
        "about": point(here, f"{language}/about.html"),
        "on_about": name == "about",
        "assets": point(here, "assets"),
        "languages": languages,
        "pages_nav": _link_pages(content, language, here),
        "published": words.fill("published", date=date),
        "cite_as": words.fill(
            "cite_as", owner=text.owner, year=content.date[:4], title=text.title, release=content.release, date=date
        ),
    }


def _fill(template: str, context: dict[str, Any]) -> bytes:
    # use_l10n and use_tz given: nothing is looked up in Django's settings.
    return _engine().get_template(template).render(Context(context, use_l10n=False, use_tz=False)).encode()
