"""In and out for staff: password, then a code; the link that a newcomer gets; and what is shown to everyone."""

import datetime
from typing import Any
from urllib.parse import urlencode

import segno
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import User
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp import login as remember_device  # type: ignore[import-untyped]  # ships no types

from praksis.web.fieldwork.guard import refuse
from praksis.web.fieldwork.render import answer_page, go_on
from praksis.web.fieldwork.styles import list_assets
from praksis.web.fieldwork.visit import find_fieldwork, find_office, find_survey, is_sure, read_clock
from praksis.web.fieldwork.words import LANGUAGES, read_words
from praksis.web.settings import ACCOUNTS, PASSWORDS, SHORTEST_PASSWORD, STAFF_HOURS
from praksis.web.store.audit import Act, note_act
from praksis.web.store.entrance import is_too_many, note_wrong_link
from praksis.web.store.staff import (
    PasswordRefused,
    check_code,
    confirm_code,
    find_marked,
    find_named,
    find_welcome,
    fold_name,
    has_code,
    mark_password,
    set_password,
    start_code,
)

_HALF, _MARK, _NEW, _SINCE, _NEXT = "half", "mark", "new", "since", "next"
"""Where a session keeps who has given their password, which one, whether they just chose it, when, and where they were
going."""
_PATIENCE = datetime.timedelta(minutes=15)
"""Between the password and the code."""


@require_safe
def go_home(request: HttpRequest, language: str = "") -> HttpResponse:
    """The board of the last wave."""
    if language not in ("", *LANGUAGES):
        raise Http404
    wave = find_survey().wave_ids[-1]
    return HttpResponseRedirect(reverse("board", args=[language or pick_language(request), wave]))


@require_safe
def show_asset(request: HttpRequest, name: str) -> HttpResponse:
    """The style sheet or the icon, to be kept for ever: the name changes with what is in it."""
    if name not in list_assets():
        raise Http404
    media_type, data = list_assets()[name]
    return HttpResponse(data, content_type=media_type, headers={"Cache-Control": "public, max-age=31536000, immutable"})


def pick_language(request: HttpRequest) -> str:
    """English for a browser that asks for it before any Scandinavian language, else bokmål."""
    for part in request.headers.get("Accept-Language", "").lower().split(","):
        name = part.partition(";")[0].strip().partition("-")[0]
        if name in ("nb", "no", "nn", "da", "sv"):
            return "nb"
        if name == "en":
            return "en"
    return LANGUAGES[0]


# -- in ----------------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, language: str) -> HttpResponse:
    """Name and password."""
    _check_language(language)
    going = request.GET.get("next", "")
    if request.method != "POST":
        if is_sure(request):
            return HttpResponseRedirect(find_way(going, language))
        return _ask_password(request, language)
    name = fold_name(request.POST.get("name", "").strip())
    # Guesses are counted by where they come from, and by whom they are about: many machines may guess at one.
    asked = (find_address(request), f"staff\0{name}")
    if is_tired(*asked):
        return refuse(request, language, "too_many", 429)
    # A name that is none (PostgreSQL cannot take every sign) takes as long to refuse as one that is.
    known = name if find_named(name) else ""
    user = authenticate(request, username=known, password=request.POST.get("password", ""))
    if not isinstance(user, User):
        note_failure(*asked)
        return _ask_password(request, language, name, wrong=True)
    return _begin(request, user, language, going)


def is_tired(*asked: str) -> bool:
    """Have there been too many tries lately, from an address or at a name?"""
    secret, now = find_fieldwork().secret, read_clock()
    return any(is_too_many(one, secret, now) for one in asked)


def note_failure(*asked: str) -> None:
    """A try that failed, from an address or at a name."""
    for one in asked:
        note_wrong_link(one, find_fieldwork().secret, read_clock())


def find_address(request: HttpRequest) -> str:
    """Where a request comes from, as the nearest proxy that is believed says."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _ask_password(request: HttpRequest, language: str, name: str = "", *, wrong: bool = False) -> HttpResponse:
    words = read_words(language)
    context = {
        "title": words["sign_in"],
        "survey": find_survey().header.title[_content(language)],
        "name_given": name,
        "wrong": words["sign_in_wrong"] if wrong else "",
        "elsewhere": _offer_account(request, language),
    }
    return answer_page(request, "sign_in.html", language, context, 422 if wrong else 200)


def _offer_account(request: HttpRequest, language: str) -> str:
    """The address that leads to the provider of accounts; empty where there is none."""
    if not find_office().provider:
        return ""
    return f"{reverse('account')}?{urlencode({'language': language, 'next': request.GET.get('next', '')})}"


def _begin(request: HttpRequest, user: User, language: str, going: str, *, new: bool = False) -> HttpResponse:
    """The password is right: a new session, which may be asked for a code and nothing else."""
    request.session.flush()
    request.session.update({_HALF: user.pk, _MARK: mark_password(user), _NEW: new, _NEXT: going})
    request.session[_SINCE] = read_clock().isoformat()
    return go_on(request, reverse("code", args=[language]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give_code(request: HttpRequest, language: str) -> HttpResponse:
    """The code of the app; whoever has none yet sets it up here."""
    _check_language(language)
    user = _find_half(request)
    if user is None:
        return HttpResponseRedirect(reverse("sign-in", args=[language]))
    if not has_code(user) and not request.session.get(_NEW):
        # Else a password alone, of somebody who has not been here since they chose it, would be enough.
        return refuse(request, language, "no_code", 403)
    if request.method != "POST":
        return _ask_code(request, user, language)
    token = request.POST.get("code", "")
    device = check_code(user, token) if has_code(user) else confirm_code(user, token)
    if device is None:
        return _ask_code(request, user, language, wrong=True)
    going = request.session.get(_NEXT, "")
    let_in(request, user, PASSWORDS)
    remember_device(request, device)
    return go_on(request, find_way(going, language))


def let_in(request: HttpRequest, user: User, by: str) -> None:
    """A session of somebody who has shown who they are; of what the browser came with nothing is left."""
    request.session.flush()
    login(request, user, backend=by)
    # From now, and not from the last thing done.
    request.session.set_expiry(read_clock() + datetime.timedelta(hours=STAFF_HOURS))
    _note(user, "sign-in-account" if by == ACCOUNTS else "sign-in")


def _find_half(request: HttpRequest) -> User | None:
    since = request.session.get(_SINCE)
    if not since or read_clock() - datetime.datetime.fromisoformat(since) > _PATIENCE:
        return None
    return find_marked(request.session[_HALF], request.session[_MARK])


def _ask_code(request: HttpRequest, user: User, language: str, *, wrong: bool = False) -> HttpResponse:
    words = read_words(language)
    known = has_code(user)
    context: dict[str, Any] = {
        "title": words["code" if known else "code_new"],
        "survey": find_survey().header.title[_content(language)],
        "wrong": words["code_wrong"] if wrong else "",
    }
    if not known:
        device = start_code(user)
        picture = segno.make(device.config_url, micro=False)
        context["picture"] = picture.svg_data_uri(scale=5, border=4, dark="#000", light="#fff")
        context["key"] = _write_key(device.config_url)
    return answer_page(request, "code.html", language, context, 422 if wrong else 200)


def _write_key(address: str) -> str:
    """The secret of the app in groups of four, for who cannot take the picture."""
    key = address.partition("secret=")[2].partition("&")[0]
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, language: str, token: str) -> HttpResponse:
    """A newcomer, or somebody who has forgotten: chooses a password."""
    _check_language(language)
    user = find_welcome(token)
    if user is None:
        return refuse(request, language, "old_link", 410)
    if request.method != "POST":
        return _ask_new(request, user, language)
    password = request.POST.get("password", "")
    if password != request.POST.get("again", ""):
        return _ask_new(request, user, language, ("unlike",))
    try:
        set_password(user, password)
    except PasswordRefused as refusal:
        return _ask_new(request, user, language, refusal.codes)
    _note(user, "choose-password")
    return _begin(request, user, language, "", new=True)


def _ask_new(request: HttpRequest, user: User, language: str, wrong: tuple[str, ...] = ()) -> HttpResponse:
    words = read_words(language)
    context = {
        "title": words["welcome"],
        "survey": find_survey().header.title[_content(language)],
        "name_given": user.username,
        "rule": words.fill("password_rule", shortest=SHORTEST_PASSWORD),
        "wrong": [words.fill(f"wrong_{code}", shortest=SHORTEST_PASSWORD) for code in wrong],
    }
    return answer_page(request, "welcome.html", language, context, 422 if wrong else 200)


@require_POST
def sign_out(request: HttpRequest, language: str) -> HttpResponse:
    """The session ends."""
    _check_language(language)
    logout(request)
    return go_on(request, reverse("sign-in", args=[language]))


def _note(user: User, act: str) -> None:
    note_act(Act(read_clock(), user.username, act, find_survey().header.id))


def find_way(going: str, language: str) -> str:
    """Where they were going, if that is here; else home."""
    here = going.startswith("/") and url_has_allowed_host_and_scheme(going, allowed_hosts=None)
    return going if here else reverse("home", args=[language])


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise Http404


def _content(language: str) -> str:
    languages = find_survey().header.languages
    return language if language in languages else languages[0]


# -- what went wrong ---------------------------------------------------------------------------------------------------


def show_missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page."""
    return refuse(request, _read_language(request), "missing", 404)


def show_broken(request: HttpRequest) -> HttpResponse:
    """Something went wrong here."""
    return refuse(request, _read_language(request), "broken", 500)


def show_unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return refuse(request, _read_language(request), "too_large", 413)
    return refuse(request, _read_language(request), "unreadable", 400)


def show_form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that cannot be known to come from our own page."""
    return refuse(request, _read_language(request), "form", 403)


def _read_language(request: HttpRequest) -> str:
    first = request.path_info.lstrip("/").partition("/")[0]
    return first if first in LANGUAGES else pick_language(request)
