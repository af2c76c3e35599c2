"""Personal data: what is held on somebody, and deleting whom the wave was written to."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from praksis.web.fieldwork import acts
from praksis.web.fieldwork.guard import for_staff
from praksis.web.fieldwork.label import name_role
from praksis.web.fieldwork.render import answer_visit, go_on, point
from praksis.web.fieldwork.visit import May, Visit
from praksis.web.fieldwork.words import read_words, write_day
from praksis.web.forgetting import find_wave_forget_time
from praksis.web.store.contacts import Held, list_kept
from praksis.web.store.staff import HeldStaff, find_held_staff
from praksis.web.words import Words, write_moment


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(May.LEAD)
def show_people(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Both forms; what is asked for comes in the body of a request, so it is in no log and no history."""
    words = read_words(visit.language)
    if request.method != "POST":
        return _answer(request, visit, words)
    if request.POST.get("do") == "forget":
        return _forget(request, visit, words)
    email = request.POST.get("email", "").strip()
    if not email:
        return _answer(request, visit, words, wrong_email=words["people_email_lacks"])
    held, colleague = acts.find_person(visit.worker, email), find_held_staff(email)
    found = {
        "asked": True,
        "email": email,
        "held": [_describe(one, visit, words) for one in held],
        "colleague": _describe_staff(colleague, words) if colleague else None,
    }
    return _answer(request, visit, words, **found)


def _forget(request: HttpRequest, visit: Visit, words: Words) -> HttpResponse:
    typed = request.POST.get("wave", "").strip()
    if typed != visit.wave:
        wrong = words.fill("people_wave_wrong", wave=visit.wave)
        return _answer(request, visit, words, wrong_wave=wrong, typed=typed)
    gone = acts.forget_contacts(visit.worker)
    return go_on(request, point(visit, "people"), words.fill("people_gone", count=words.write_count(gone)))


def _answer(request: HttpRequest, visit: Visit, words: Words, **more: Any) -> HttpResponse:
    due = find_wave_forget_time(visit.survey, visit.wave)
    when = words["people_no_date"]
    if due:
        when = words.fill("people_were" if due <= visit.now else "people_will_be", date=write_day(due, words))
    context = {
        "title": words["people_title"],
        "when": when,
        "kept": visit.wave in list_kept(visit.survey.header.id),
        "forget_title": words.fill("people_forget", wave=visit.wave),
        "wave_label": words.fill("people_wave", wave=visit.wave),
        "wrong": bool(more.get("wrong_email") or more.get("wrong_wave")),
    }
    return answer_visit(request, visit, "people.html", context | more, 422 if context["wrong"] else 200)


def _describe(held: Held, visit: Visit, words: Words) -> dict[str, object]:
    ours = held.survey == visit.survey.header.id
    names = {one.key: one.name for one in visit.survey.frame.organisations} if ours else {}
    return {
        "title": f"{visit.survey.header.title[visit.content_language] if ours else held.survey}, {held.wave}",
        "organisation": names.get(held.organisation, ""),
        "key": held.organisation,
        "role": name_role(visit, held.role) if ours else held.role,
        "address": held.address,
        "letters": words.write_count(held.letters),
        "events": words.write_count(held.events),
        "shut_out": words["people_yes" if held.shut_out else "people_no"],
    }


def _describe_staff(colleague: HeldStaff, words: Words) -> dict[str, object]:
    return {
        "name": colleague.name,
        "role": words["people_removed"] if colleague.removed else words[f"role_{colleague.role}"],
        "last": write_moment(colleague.last_in, words) if colleague.last_in else words["people_never"],
        "acts": words.write_count(colleague.acts),
    }
