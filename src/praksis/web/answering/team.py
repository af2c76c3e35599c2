"""Sections to colleagues and back."""

from collections.abc import Iterable
from dataclasses import replace

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
from praksis.web.mail import encode_address
from praksis.web.store.outbox import LETTERS_A_DAY, LINK, Draft, TooManyLetters, name_handed_over
from praksis.web.store.work import add_colleague, change_response, hold_assignment, read_response
from praksis.web.words import write_moment


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
        fault = check_email(email) or _hand_over(visit, chosen, email, name)
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
        "holder": texts.name_person(holder, address=True) if holder else "",
        "fault": words.fill(f"fault_{fault}", count=LETTERS_A_DAY) if fault else "",
        "email": email,
        "name": name,
        "back": point(visit, "hub"),
    }
    return answer_visit(request, visit, "hand_over.html", context, texts=texts)


def check_email(email: str) -> str:
    """A code of what is wrong with an e-mail address; '' for nothing."""
    if not email:
        return "email_missing"
    kept = email.lower()
    try:
        # As the mail server gets it. A domain may have letters that are not ASCII; what they become is looked at too.
        written = encode_address(kept)
        validate_email(written)
    except (ValueError, ValidationError):
        return "email_wrong"
    # Longer ones are not delivered (RFC 5321), and not kept; nor are signs that nobody can see.
    return "" if max(len(kept), len(written)) <= 254 and kept.isprintable() else "email_wrong"


def _hand_over(visit: Visit, section: Section, email: str, name: str) -> str:
    secret = find_fieldwork().secret

    def decide(response: Response) -> Event | None:
        colleague, renewed = add_colleague(visit.held.response, email, name, visit.language, secret, visit.now)
        if renewed and response.holders.get(section.id) == colleague.id:
            # They have it but could not come in any more: it is handed over anew, with a letter.
            holders = {one: whom for one, whom in response.holders.items() if one != section.id}
            response = replace(response, holders=holders)
        return acts.hand_over(response, visit.journey, visit.person, section.id, colleague, visit.now)

    def write_letters(response: Response, event: Event) -> Iterable[Draft]:
        key = name_handed_over(visit.held.response, event.number, visit.now)
        return [_write_letter(visit, section, hold_assignment(event.whom).person, key)]

    try:
        change_response(visit.held.response, decide, write_letters)
    except TooManyLetters:
        return "email_many"
    except NotAllowed as refusal:
        if refusal.reason != "no-colleague":
            raise
        return "email_own"
    return ""


def _write_letter(visit: Visit, section: Section, colleague: Person, key: str) -> Draft:
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
        key=key,
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
