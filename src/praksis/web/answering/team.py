"""Sections to colleagues and back."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from praksis.collect import response as acts
from praksis.collect.event import Event
from praksis.collect.journey import Section
from praksis.collect.response import NotAllowed, Person, Response, check_can_write
from praksis.web.answering.guard import answer_visit, point, with_visit
from praksis.web.answering.render import HEADERS
from praksis.web.answering.texts import Texts
from praksis.web.answering.visit import Visit, find_fieldwork
from praksis.web.answering.words import write_moment
from praksis.web.store.outbox import LINK, Draft
from praksis.web.store.work import add_colleague, change_response, read_response


@require_http_methods(["GET", "HEAD", "POST"])
@with_visit
def show_hand_over(request: HttpRequest, visit: Visit, section: str) -> HttpResponse:
    """Who is to have a section; by POST they get it, and a letter with a link of their own."""
    response = read_response(visit.held.response)
    visit.check_coordinates()
    visit.check_open()
    check_can_write(response, visit.journey, visit.person, section)
    chosen = visit.journey.section_by_id[section]
    if request.method == "POST":
        email, name = request.POST.get("email", "").strip(), request.POST.get("name", "").strip()
        fault = _check_email(email) or _hand_over(visit, chosen, email, name)
        if not fault:
            return _go(visit, "handed", section)
        return _show_form(request, visit, response, chosen, fault, email, name)
    return _show_form(request, visit, response, chosen, "", "", "")


def _show_form(
    request: HttpRequest, visit: Visit, response: Response, section: Section, fault: str, email: str, name: str
) -> HttpResponse:
    texts = Texts(visit.journey, visit.language, response.answers)
    words = texts.words
    title = words.fill("hand_over_title", section=texts.fill(section.title))
    holder = visit.held.people.get(response.holders.get(section.id, ""))
    context = {
        "title": title,
        "head_title": words.fill("error_title", title=title) if fault else title,
        "holder": texts.name_person(holder) if holder else "",
        "fault": words[f"fault_{fault}"] if fault else "",
        "email": email,
        "name": name,
        "back": point(visit, "hub"),
    }
    return answer_visit(request, visit, "hand_over.html", context, texts=texts)


def _check_email(email: str) -> str:
    """A code of what is wrong with an e-mail address; '' for nothing."""
    if not email:
        return "email_missing"
    try:
        validate_email(email)
    except ValidationError:
        return "email_wrong"
    # Longer ones are not delivered (RFC 5321), and not kept.
    return "email_wrong" if len(email) > 254 else ""


def _hand_over(visit: Visit, section: Section, email: str, name: str) -> str:
    colleague = add_colleague(visit.held.response, email, name, visit.language, find_fieldwork().secret, visit.now)

    def decide(response: Response) -> Event | None:
        return acts.hand_over(response, visit.journey, visit.person, section.id, colleague, visit.now)

    def write_letters(response: Response, event: Event) -> Iterable[Draft]:
        return [_write_letter(visit, section, colleague, event)]

    try:
        change_response(visit.held.response, decide, write_letters)
    except NotAllowed as refusal:
        if refusal.reason != "no-colleague":
            raise
        return "email_own"
    return ""


def _write_letter(visit: Visit, section: Section, colleague: Person, event: Event) -> Draft:
    texts = Texts(visit.journey, visit.language, {})
    words = texts.words
    named = {
        "section": texts.fill(section.title),
        "organisation": texts.organisation,
        "survey": texts.survey,
        "wave": visit.held.wave,
        "owner": texts.owner,
    }
    closes_at = visit.held.closes_at
    deadline = words.fill("letter_deadline", moment=write_moment(closes_at, words)) if closes_at else ""
    greeting = words.fill("letter_greeting_name", name=colleague.name) if colleague.name else words["letter_greeting"]
    body = words.fill("letter_body", **named, link=LINK, greeting=greeting, deadline=deadline)
    return Draft(
        key=f"handed-over/{visit.held.response}/{event.number}",
        recipient=colleague.email,
        subject=words.fill("letter_subject", **named),
        body=body,
        language=visit.language,
        assignment=colleague.id,
    )


@require_POST
@with_visit
def take_section_back(request: HttpRequest, visit: Visit, section: str) -> HttpResponse:
    """The coordinator takes a section back; what the colleague answered stays."""

    def decide(response: Response) -> Event | None:
        visit.check_open()
        return acts.take_back(response, visit.journey, visit.person, section, visit.now)

    change_response(visit.held.response, decide)
    return _go(visit, "taken", section)


def _go(visit: Visit, note: str, section: str) -> HttpResponse:
    return HttpResponseRedirect(f"{point(visit, 'hub')}?{note}&section={section}", status=303, headers=HEADERS)
