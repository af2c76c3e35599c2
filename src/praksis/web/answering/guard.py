"""Before any view: is there a visit, and may it do this? The answers where not are pages too, that say what to do."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from praksis.collect.response import NotAllowed
from praksis.web.answering.render import Language, answer_page, offer_languages
from praksis.web.answering.texts import Texts
from praksis.web.answering.visit import NotEntered, Visit, open_visit
from praksis.web.answering.words import choose_language, list_languages, read_words, say_reason

Rest = ParamSpec("Rest")

_STATUS = {"unknown": 404, "not-submitted": 404, "not-yours": 403, "not-coordinator": 403}
"""Of refusals; the others are a state of the response that the page did not know of: 409."""

_UNSAVED = {
    "session": "door_unsaved",
    "revoked": "door_unsaved",
    "expired": "door_unsaved",
    "form": "door_unsaved",
    "broken": "door_perhaps_unsaved",
}
"""Reason -> what is said of a form that came with it. It may be after saving that something went wrong."""
_OURS = ("csrfmiddlewaretoken", "who", "base", "shown", "number", "go", "token", "language")
_LONG = 30


def with_visit(
    view: Callable[Concatenate[HttpRequest, Visit, Rest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """The view with the visit in place of the language of its address; or a page that says why it is not shown."""

    @wraps(view)
    def guarded(request: HttpRequest, language: str, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        try:
            visit = open_visit(request, language)
        except NotEntered as shut:
            return refuse_entry(request, shut.reason, language)
        if request.method == "POST" and request.POST.get("who") != visit.held.assignment:
            return _refuse_other(request, visit)
        if language not in visit.journey.survey.header.languages:
            return show_not_found(request, visit=replace(visit, language=visit.held.language))
        try:
            return view(request, visit, *args, **kwargs)
        except NotAllowed as refusal:
            return refuse_visit(request, visit, refusal)
        except Http404:
            return show_not_found(request, visit=visit)

    return guarded


def _refuse_other(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A form that was opened for another organisation, or another person: someone may answer for several."""
    texts = Texts(visit.journey, visit.language, {})
    words = texts.words
    given = _list_texts(request)
    context = {
        "title": words["other_title"],
        "unsaved": words["door_unsaved"] if given else "",
        "texts": given,
        "text": words.fill("other_text", organisation=texts.organisation),
    }
    return answer_visit(request, visit, "message.html", context, 409, texts=texts)


def refuse_entry(request: HttpRequest, reason: str, language: str = "", status: int = 403) -> HttpResponse:
    """Why a link or a session opens nothing, and what to do."""
    language = pick_language(request, language)
    words = read_words(language)
    title, text = words[f"door_{reason}"], words[f"door_{reason}_text"]
    context: dict[str, Any] = {"title": title, "text": text}
    broken = reason == "broken"
    # A page of another site must not have us show its words, so for a form that failed its check, or that may have
    # gone wrong before it, the browser must say that it is ours.
    ours = not (broken or reason == "form") or request.headers.get("Sec-Fetch-Site") == "same-origin"
    if request.method == "POST" and reason in _UNSAVED and ours:
        # What was on the page has not been saved. A choice is soon made again, but a longer text is given back.
        context |= {"unsaved": words[_UNSAVED[reason]], "texts": _list_texts(request)}
    if broken:
        context |= {"broken": True, "way_back": reverse("answering:root")}
    context["languages"] = offer_outside(request, language)
    return answer_page(request, "message.html", language, context, status)


def _list_texts(request: HttpRequest) -> list[str]:
    try:
        fields = [values for name, values in request.POST.lists() if name not in _OURS]
    except Exception:
        # Whatever it is: where reading the form is what went wrong, the page that says so must not go wrong as well.
        return []
    return [value for values in fields for value in values if isinstance(value, str) and len(value) >= _LONG]


def refuse_visit(
    request: HttpRequest, visit: Visit, refusal: NotAllowed, context: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Why this may not be done now, and where to go on."""
    title, text = say_reason(refusal.reason, read_words(visit.language))
    status = _STATUS.get(refusal.reason, 409)
    return answer_visit(request, visit, "refused.html", {"title": title, "text": text, **(context or {})}, status)


def show_not_found(request: HttpRequest, language: str = "", visit: Visit | None = None) -> HttpResponse:
    """There is no such page."""
    language = visit.language if visit else pick_language(request, language)
    words = read_words(language)
    context = {"title": words["missing_title"], "text": words["missing_text"]}
    if visit:
        return answer_visit(request, visit, "message.html", context, 404)
    return answer_page(request, "message.html", language, context | {"way_back": reverse("answering:root")}, 404)


def pick_language(request: HttpRequest, language: str = "") -> str:
    """A language that has words: the one given, else one that the browser asks for."""
    known = _order_languages()
    return language if language in known else choose_language(request.headers.get("Accept-Language", ""), known)


def offer_outside(request: HttpRequest, language: str) -> list[Language]:
    """The languages of a page without a visit; none where its address cannot name another, or was sent a form."""
    match = request.resolver_match
    if match is None or request.method not in ("GET", "HEAD"):
        return []
    known = _order_languages()
    if match.url_name == "link":
        return offer_languages(known, language, {one: f"?language={one}" for one in known})
    if "language" not in match.kwargs:
        return []
    hrefs = {one: reverse(f"answering:{match.url_name}", kwargs={**match.kwargs, "language": one}) for one in known}
    return offer_languages(known, language, hrefs)


def _order_languages() -> tuple[str, ...]:
    known = list_languages()
    return tuple(one for one in ("nb", "nn", "en") if one in known) or known


def answer_visit(
    request: HttpRequest,
    visit: Visit,
    template: str,
    context: Mapping[str, Any],
    status: int = 200,
    *,
    texts: Texts | None = None,
    saves: bool = False,
) -> HttpResponse:
    """A page of a visit. Where a form is open (`saves`), another language is chosen by a button of that form."""
    texts = texts or Texts(visit.journey, visit.language, {})
    frame = {
        "survey": texts.survey,
        "owner": texts.owner,
        "wave": visit.held.wave,
        "organisation": texts.organisation,
        "home": "" if saves else point(visit, "hub"),
        "who": visit.held.assignment,
        "languages": offer_languages(
            visit.journey.survey.header.languages, visit.language, None if saves else _hrefs(request, visit)
        ),
    }
    return answer_page(request, template, visit.language, {**frame, **context}, status)


def point(visit: Visit, name: str, **parts: str) -> str:
    """The address of a page in the visit's language."""
    return reverse(f"answering:{name}", kwargs={"language": visit.language, **parts})


def _hrefs(request: HttpRequest, visit: Visit) -> dict[str, str]:
    match = request.resolver_match
    assert match is not None
    return {
        language: reverse(f"answering:{match.url_name}", kwargs={**match.kwargs, "language": language})
        for language in visit.journey.survey.header.languages
    }
