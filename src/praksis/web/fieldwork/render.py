"""Staff pages as HTML and as answers to a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template import Context, Engine
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from praksis.web.fieldwork.styles import find_asset
from praksis.web.fieldwork.visit import SAID, May, Visit, say_done
from praksis.web.fieldwork.words import LANGUAGES, name_language, read_words

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; script-src 'none'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}

_MENU = (
    ("board", May.SEE),
    ("organisations", May.SEE),
    ("stuck", May.SEE),
    ("frame", May.LEAD),
    ("contacts", May.CONTACT),
    ("letters", May.SEND),
    ("work", May.EDIT),
    ("close", May.LEAD),
    ("people", May.LEAD),
    ("audit", May.AUDIT),
)
"""Pages that every page leads to, and who may."""
_UNDER = {
    "case": "organisations",
    "letter": "letters",
    "letters-send": "letters",
    "letters-mails": "letters",
    "sheet": "work",
    "answers": "work",
}
"""Page -> the page of the menu that it is found from."""


@dataclass(frozen=True)
class Entry:
    """A line of a menu."""

    text: str
    href: str
    current: bool
    code: str = ""
    is_page: bool = True
    """Or a page that is found from it."""


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(Path(__file__).parent / "templates")], autoescape=True)


def answer_page(
    request: HttpRequest, template: str, language: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """A page as the answer to a request, with the words of its language as `words`."""
    assets = {name: reverse("asset", args=[find_asset(name)]) for name in ("css", "svg")}
    filled = {
        "language": language,
        "words": read_words(language),
        "assets": assets,
        "languages": _offer_languages(request, language),
        "csrf_token": SimpleLazyObject(lambda: get_token(request)),
        **context,
    }
    # use_l10n and use_tz given: nothing is looked up in Django's settings.
    page = _engine().get_template(template).render(Context(filled, use_l10n=False, use_tz=False))
    return HttpResponse(page, status=status, headers=HEADERS)


def answer_visit(
    request: HttpRequest, visit: Visit, template: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """A page for somebody who is signed in: with the menu, and what was done by the page before.

    `context` has `title`, and what the template needs.
    """
    words = read_words(visit.language)
    match = request.resolver_match
    here = (match.url_name or "") if match else ""
    frame = {
        "survey": visit.survey.header.title[visit.content_language],
        "wave": visit.wave,
        "waves": [
            Entry(wave, reverse("board", args=[visit.language, wave]), wave == visit.wave)
            for wave in reversed(visit.survey.wave_ids)
        ],
        "name": visit.name,
        "role": words[f"role_{visit.role}"],
        "home": point(visit, "board"),
        "sign_out": reverse("sign-out", args=[visit.language]),
        "menu": [
            Entry(words[f"menu_{page}"], point(visit, page), page == _UNDER.get(here, here), is_page=page == here)
            for page, may in _MENU
            if visit.may(may)
        ],
        "frame_page": point(visit, "frame") if visit.may(May.LEAD) else "",
        "said": request.session.pop(SAID, ""),
        "may": {one.name.lower(): visit.may(one) for one in May},
    }
    return answer_page(request, template, visit.language, {**frame, **context}, status)


def point(visit: Visit, page: str, *parts: str) -> str:
    """The address of a page of the visit's wave, in its language."""
    return reverse(page, args=[visit.language, visit.wave, *parts])


def go_on(request: HttpRequest, address: str, said: str = "") -> HttpResponse:
    """After a form: the next page, which says what was done. Reloading it does nothing again."""
    if said:
        say_done(request, said)
    return HttpResponseRedirect(address, status=303)


def _offer_languages(request: HttpRequest, current: str) -> list[Entry]:
    match = request.resolver_match
    # The page after a form that failed is at an address that only takes forms, or shows what was written: it stays.
    if match is None or "language" not in match.kwargs or request.method not in ("GET", "HEAD"):
        return []
    return [
        Entry(
            name_language(one),
            reverse(match.view_name, kwargs={**match.kwargs, "language": one}) + _query(request),
            one == current,
            one,
        )
        for one in LANGUAGES
    ]


def _query(request: HttpRequest) -> str:
    query = request.META.get("QUERY_STRING", "")
    return f"?{query}" if query else ""
