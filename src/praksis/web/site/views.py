"""HTTP for the public pages: reading only, with an ETag on everything.

They have no forms, so they are exempt from the check of those (CSRF): whatever is not reading is refused as that.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from praksis.web.site.release import OpenRelease
from praksis.web.site.render import list_pages, render_missing, render_page
from praksis.web.site.styles import write_styles

SITE = "praksis.site"
"""Key in the WSGI environment under which a request carries the site it asks."""


class LiveSite:
    """An open release with its pages, rendered at the first request for each."""

    def __init__(self, release: OpenRelease) -> None:
        self.release = release
        self.paths = frozenset(list_pages(release.content))
        # A release never changes, so a page is rendered once; all of them are some megabytes.
        self.read_page = lru_cache(maxsize=len(self.paths))(self._render)

    def _render(self, path: str) -> tuple[bytes, str]:
        body = render_page(self.release, path)
        return body, make_etag(body)


def make_etag(body: bytes) -> str:
    """A strong ETag of the bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _site(request: HttpRequest) -> LiveSite:
    return cast(LiveSite, cast(Mapping[str, object], request.META)[SITE])


def _answer(body: bytes, etag: str, content_type: str) -> HttpResponse:
    # no-cache lets everyone keep a copy but ask before using it: a new release shows at once, and asking costs a 304.
    headers = {"ETag": etag, "Cache-Control": "public, no-cache", "Content-Length": str(len(body))}
    return HttpResponse(body, content_type=content_type, headers=headers)


@csrf_exempt
@require_safe
def show_page(request: HttpRequest, path: str) -> HttpResponse:
    """A page of the release; a folder shows its index."""
    site = _site(request)
    path = f"{path}index.html" if path.endswith("/") else path
    if path not in site.paths:
        raise Http404
    return _answer(*site.read_page(path), "text/html; charset=utf-8")


@csrf_exempt
@require_safe
def show_styles(request: HttpRequest, name: str) -> HttpResponse:
    """A style sheet."""
    body = write_styles().get(f"assets/{name}.css")
    if body is None:
        raise Http404
    return _answer(body, make_etag(body), "text/css; charset=utf-8")


@csrf_exempt
@require_safe
def go_to_front_page(request: HttpRequest) -> HttpResponse:
    """From the root to the front page in the survey's first language."""
    return HttpResponseRedirect(f"{_site(request).release.content.languages[0]}/index.html")


@csrf_exempt
@require_safe
def go_to_language(request: HttpRequest, language: str) -> HttpResponse:
    """`/nb` is `/nb/`; and `/index.html` is the entrance with every language."""
    if language in _site(request).release.content.languages:
        return HttpResponseRedirect(f"{language}/index.html")
    return show_page(request, language)


def show_missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for what is not there, in the reader's language."""
    body = render_missing(_site(request).release.content, request.path_info.removeprefix("/"))
    return HttpResponse(body, status=404, headers={"Cache-Control": "no-cache"})
