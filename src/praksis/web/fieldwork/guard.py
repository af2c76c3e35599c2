"""Before any page of staff: are they signed in, and may they?"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from praksis.errors import PraksisError, ProblemsFound
from praksis.web.fieldwork.explain import tell_problem
from praksis.web.fieldwork.render import answer_page, answer_visit
from praksis.web.fieldwork.visit import May, Visit, find_survey, open_visit
from praksis.web.fieldwork.words import LANGUAGES, read_words
from praksis.web.store.staff import StaffRefused

Rest = ParamSpec("Rest")


def for_staff(
    *needs: May,
) -> Callable[[Callable[Concatenate[HttpRequest, Visit, Rest], HttpResponse]], Callable[..., HttpResponse]]:
    """The view with the visit in place of the language and wave of its address, for those who may; else a page that
    says why not. What a view raises as PraksisError is shown as a page too."""

    def guard(view: Callable[Concatenate[HttpRequest, Visit, Rest], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(
            request: HttpRequest, language: str, wave: str, *args: Rest.args, **kwargs: Rest.kwargs
        ) -> HttpResponse:
            if language not in LANGUAGES or wave not in find_survey().wave_ids:
                raise Http404
            try:
                visit = open_visit(request, language, wave)
            except StaffRefused:
                return refuse(request, language, "no_role", 403)
            if visit is None:
                query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
                return HttpResponseRedirect(f"{reverse('sign-in', args=[language])}?{query}".rstrip("?"))
            if not all(visit.may(need) for need in needs):
                return refuse_visit(request, visit, "not_yours", 403)
            try:
                return view(request, visit, *args, **kwargs)
            except ProblemsFound as error:
                return show_problems(request, visit, error)
            except (PraksisError, OSError) as error:
                # Of a folder that cannot be written, its name and the reason are what helps, as by command.
                return _show_refusal(request, visit, str(error))

        guarded.needs = needs  # type: ignore[attr-defined]  # for the test that looks at every address
        return guarded

    return guard


def refuse(request: HttpRequest, language: str, reason: str, status: int) -> HttpResponse:
    """Why a page is not shown, for somebody who is not signed in."""
    words = read_words(language)
    start = reverse("home", args=[language])
    context = {"title": words[f"refused_{reason}"], "text": words[f"refused_{reason}_text"], "start": start}
    return answer_page(request, "message.html", language, context, status)


def refuse_visit(request: HttpRequest, visit: Visit, reason: str, status: int) -> HttpResponse:
    """Why a page is not shown."""
    words = read_words(visit.language)
    context = {"title": words[f"refused_{reason}"], "text": words[f"refused_{reason}_text"]}
    return answer_visit(request, visit, "message.html", context, status)


def _show_refusal(request: HttpRequest, visit: Visit, text: str) -> HttpResponse:
    # Commands speak English, and what they refuse is said in the same words here.
    context = {"title": read_words(visit.language)["refused_act"], "text": text, "lang": "en"}
    return answer_visit(request, visit, "message.html", context, 409)


def show_problems(request: HttpRequest, visit: Visit, error: ProblemsFound) -> HttpResponse:
    """Every problem of a file or a set of answers: place, what is wrong, what to do."""
    words = read_words(visit.language)
    told = [tell_problem(one, words) for one in error.problems]
    back = request.path if request.method == "POST" else ""
    context = {"title": words["problems_title"], "problems": told, "back": back}
    return answer_visit(request, visit, "problems.html", context, 422)
