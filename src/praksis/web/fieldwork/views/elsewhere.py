"""In with an account that staff have elsewhere: to its provider, and back."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from praksis.web.fieldwork.doors import find_address, find_way, is_tired, let_in, note_failure, pick_language
from praksis.web.fieldwork.guard import refuse
from praksis.web.fieldwork.render import answer_page, go_on
from praksis.web.fieldwork.visit import find_office, find_survey
from praksis.web.fieldwork.words import LANGUAGES, read_words
from praksis.web.settings import ACCOUNTS

_LANGUAGE, _NEXT, _STATES = "account_language", "oidc_login_next", "oidc_states"
"""Where a session keeps what is needed after the way out and back; the last two are mozilla-django-oidc's."""


@never_cache
@require_safe
def go_to_provider(request: HttpRequest) -> HttpResponse:
    """To where the account is; in the address a state, a nonce and half of a key, which the session has the rest of."""
    _check_provider()
    from praksis.web.fieldwork.account import Start

    language = request.GET.get("language", "")
    request.session[_LANGUAGE] = language if language in LANGUAGES else pick_language(request)
    answer: HttpResponse = Start.as_view()(request)
    return answer


@never_cache
@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    """From the provider, with a code that is worth an account, or without."""
    _check_provider()
    from praksis.web.fieldwork.account import AccountRefused, find_user

    language = request.session.get(_LANGUAGE) or pick_language(request)
    # Each try makes us ask the provider something.
    if is_tired(find_address(request)):
        return refuse(request, language, "too_many", 429)
    try:
        if "error" in request.GET or request.GET.get("state", "") not in request.session.get(_STATES, {}):
            raise AccountRefused("failed")
        user = find_user(request)
    except AccountRefused as refusal:
        return _refuse(request, language, refusal.reason, refusal.name)
    going = request.session.get(_NEXT) or ""
    let_in(request, user, ACCOUNTS)
    return go_on(request, find_way(going, language))


def _check_provider() -> None:
    if not find_office().provider:
        raise Http404


def _refuse(request: HttpRequest, language: str, reason: str, name: str) -> HttpResponse:
    note_failure(find_address(request))
    words = read_words(language)
    languages = find_survey().header.languages
    context = {
        "title": words["account_failed" if reason in ("failed", "unsound") else "account_refused"],
        "survey": find_survey().header.title[language if language in languages else languages[0]],
        "text": words[f"account_{reason}_text"],
        "account": name,
        "sign_in": reverse("sign-in", args=[language]),
    }
    return answer_page(request, "account.html", language, context, 403)
