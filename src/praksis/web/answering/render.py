"""Pages as HTML and as answers to a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import Context, Engine
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from praksis.web.answering.styles import find_asset
from praksis.web.answering.words import name_language, read_words

HEADERS = {
    # Answers are on the pages: nothing between the server and the reader may keep them.
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True)
class Language:
    """A language to change to: by a link, or by a button where a form must be saved first."""

    code: str
    name: str
    href: str = ""
    current: bool = False


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(Path(__file__).parent / "templates")], autoescape=True)


def fill_template(template: str, language: str, context: Mapping[str, Any]) -> str:
    """A page in a language."""
    assets = {name: reverse("answering:asset", args=[find_asset(name)]) for name in ("css", "js", "svg")}
    filled = {"language": language, "words": read_words(language), "assets": assets, **context}
    # use_l10n and use_tz given: nothing is looked up in Django's settings.
    return _engine().get_template(template).render(Context(filled, use_l10n=False, use_tz=False))


def answer_page(
    request: HttpRequest, template: str, language: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """A page as the answer to a request. If it has a form, this sets the cookie that the form is checked against."""
    token = SimpleLazyObject(lambda: get_token(request))
    page = fill_template(template, language, {"csrf_token": token, **context})
    # Of an address with a token nothing but the host may be told, not even to ourselves, whatever is answered there.
    hides = request.path_info.startswith(reverse("answering:link", args=["-"])[:-1])
    headers = HEADERS | ({"Referrer-Policy": "strict-origin"} if hides else {})
    return HttpResponse(page, status=status, headers=headers)


def offer_languages(offered: tuple[str, ...], current: str, make_href: Mapping[str, str] | None) -> list[Language]:
    """The languages to change to, this one too; `make_href` gives the address of each, None where a form is saved."""
    return [Language(one, name_language(one), (make_href or {}).get(one, ""), one == current) for one in offered]
