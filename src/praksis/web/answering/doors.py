"""In and out: the personal link, the session it is exchanged for, and what is shown to everyone."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from praksis.collect.casework import CaseEvent
from praksis.collect.disposition import Found
from praksis.collect.journey import Journey
from praksis.collect.link import read_opt_out
from praksis.collect.response import enter
from praksis.web.answering.guard import offer_outside, pick_language, refuse_entry, show_not_found
from praksis.web.answering.render import answer_page, offer_languages
from praksis.web.answering.styles import list_assets
from praksis.web.answering.texts import Texts
from praksis.web.answering.visit import (
    ASSIGNMENT,
    GENERATION,
    NotEntered,
    Visit,
    find_fieldwork,
    find_journey,
    has_closed,
    open_visit,
    read_clock,
)
from praksis.web.answering.words import read_words
from praksis.web.store.cases import has_opted_out, note_case
from praksis.web.store.entrance import WINDOW, Entrance, find_assignment, is_too_many, note_wrong_link
from praksis.web.store.work import (
    Held,
    UnknownAssignment,
    change_response,
    hold_assignment,
    read_response,
    set_language,
)
from praksis.web.words import write_moment

_STATUS = {"unknown": 404, "revoked": 410, "expired": 410}


@require_safe
def show_link(request: HttpRequest, token: str) -> HttpResponse:
    """What a personal link leads to. Changes nothing: mail scanners and previews come by here too."""
    opened = _open_link(request, token)
    if isinstance(opened, HttpResponse):
        return opened
    held, journey = opened
    offered = journey.survey.header.languages
    language = _pick(request.GET.get("language", ""), held, offered)
    # A section's title may name an answer.
    response = read_response(held.response)
    texts = Texts(journey, language, response.answers)
    words = texts.words
    mine = [section for section, whom in response.holders.items() if whom == held.person.id]
    context = {
        "title": words.fill("arrive_title", organisation=texts.organisation),
        "sections": [texts.fill(section.title) for section in journey.sections if section.id in mine],
        "survey": texts.survey,
        "owner": texts.owner,
        "wave": held.wave,
        "role": texts.role,
        "coordinator": held.person.coordinator,
        "closed": has_closed(held, read_clock()),
        "deadline": write_moment(held.closes_at, words) if held.closes_at else "",
        "enter": reverse("answering:enter"),
        "token": token,
        "languages": offer_languages(offered, language, {one: f"?language={one}" for one in offered}),
    }
    return answer_page(request, "arrive.html", language, context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def opt_out(request: HttpRequest, token: str) -> HttpResponse:
    """No more letters: a button here, or one click in the mail program (RFC 8058), which sends no cookie to check."""
    assignment = read_opt_out(find_fieldwork().secret, token)
    try:
        held = hold_assignment(assignment)
    except UnknownAssignment:
        return show_not_found(request)
    words = read_words(pick_language(request, held.language))
    if request.method != "POST":
        context = {"title": words["out_title"], "text": words["out_text"], "press": words["out_press"]}
        return answer_page(request, "out.html", held.language, context)
    if not has_opted_out(held.response, assignment):
        note_case(held.response, CaseEvent(read_clock(), assignment, Found.OPTED_OUT, assignment))
    context = {"title": words["out_done_title"], "text": words["out_done_text"]}
    return answer_page(request, "message.html", held.language, context)


@require_POST
def enter_by_link(request: HttpRequest) -> HttpResponse:
    """The token for a session of its own, and on to an address without the token."""
    opened = _open_link(request, request.POST.get("token", ""))
    if isinstance(opened, HttpResponse):
        return opened
    held, journey = opened
    language = _pick(request.POST.get("language", ""), held, journey.survey.header.languages)
    set_language(held.assignment, language)
    change_response(held.response, lambda response: enter(response, held.person, read_clock()))
    # A new session: one that somebody else may know from before is worth nothing.
    request.session.flush()
    request.session[ASSIGNMENT], request.session[GENERATION] = held.assignment, held.generation
    return HttpResponseRedirect(reverse("answering:hub", args=[language]), status=303)


def _pick(chosen: str, held: Held, offered: tuple[str, ...]) -> str:
    # The person's own language may have left the survey since.
    return next((one for one in (chosen, held.language) if one in offered), offered[0])


def _open_link(request: HttpRequest, token: str) -> tuple[Held, Journey] | HttpResponse:
    """What a link stands for, or why it opens nothing."""
    entrance = find_assignment(token, read_clock())
    if entrance.reason:
        return _refuse_link(request, entrance)
    held = hold_assignment(entrance.assignment)
    try:
        return held, find_journey(held)
    except NotEntered as shut:
        return refuse_entry(request, shut.reason, held.language, _STATUS["unknown"])


def _refuse_link(request: HttpRequest, entrance: Entrance) -> HttpResponse:
    chosen = request.GET.get("language", "")
    if entrance.reason != "unknown":
        return refuse_entry(request, entrance.reason, chosen or entrance.language, _STATUS[entrance.reason])
    # Only wrong links are counted: a right one is let in whatever others behind the same address have tried.
    address, secret, now = request.META.get("REMOTE_ADDR", ""), find_fieldwork().secret, read_clock()
    if is_too_many(address, secret, now):
        answer = refuse_entry(request, "many", chosen, status=429)
        answer.headers["Retry-After"] = str(int(WINDOW.total_seconds()))
        return answer
    note_wrong_link(address, secret, now)
    return refuse_entry(request, "unknown", chosen, status=_STATUS["unknown"])


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """The end of the session, for shared computers."""
    request.session.flush()
    language = pick_language(request, request.POST.get("language", ""))
    return HttpResponseRedirect(reverse("answering:left", args=[language]), status=303)


@require_safe
def show_left(request: HttpRequest, language: str) -> HttpResponse:
    """The session has ended."""
    language = pick_language(request, language)
    words = read_words(language)
    context = {"title": words["left_title"], "text": words["left_text"], "languages": offer_outside(request, language)}
    return answer_page(request, "message.html", language, context)


@require_safe
def go_to_hub(request: HttpRequest) -> HttpResponse:
    """From the root of answering to the overview, where there is a session."""
    try:
        visit: Visit = open_visit(request, "")
    except NotEntered as shut:
        return refuse_entry(request, shut.reason)
    return HttpResponseRedirect(reverse("answering:hub", args=[visit.held.language]))


@require_safe
def show_asset(request: HttpRequest, name: str) -> HttpResponse:
    """A style sheet, script or icon; its name changes with what is in it."""
    if name not in list_assets():
        return show_not_found(request)
    media_type, data = list_assets()[name]
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(data, content_type=media_type, headers=headers)


def show_missing(request: HttpRequest) -> HttpResponse:
    """There is nothing at this address."""
    return show_not_found(request, _read_language(request))


def show_broken(request: HttpRequest) -> HttpResponse:
    """Something went wrong here. Reads no session and no database: they may be what is broken."""
    return refuse_entry(request, "broken", _read_language(request), status=500)


def show_unreadable(request: HttpRequest) -> HttpResponse:
    """What was sent cannot be read: it is too long, or not what a browser sends."""
    return refuse_entry(request, "unreadable", _read_language(request), status=400)


def show_form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without what it is checked against (Django's CSRF_FAILURE_VIEW)."""
    return refuse_entry(request, "form", _read_language(request))


def _read_language(request: HttpRequest) -> str:
    """The language an address begins with, if it does."""
    return request.path_info.removeprefix("/").partition("/")[2].partition("/")[0]
