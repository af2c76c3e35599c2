"""The pages of a visit over HTTP. What may be done, and what a form means, is decided in `collect`."""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from praksis.collect import response as acts
from praksis.collect.answering import Reading, list_fields, read_form
from praksis.collect.event import Event
from praksis.collect.journey import Page
from praksis.collect.response import NotAllowed, Response, check_can_see, find_unfinished
from praksis.collect.status import Stage, list_statuses
from praksis.define.question import QuestionKind
from praksis.web.answering import pages
from praksis.web.answering.device import name_device
from praksis.web.answering.guard import answer_visit, point, refuse_visit, with_visit
from praksis.web.answering.questions import list_questions
from praksis.web.answering.receipt import render_receipt, write_pdf
from praksis.web.answering.render import HEADERS
from praksis.web.answering.summary import list_unsaved
from praksis.web.answering.texts import Texts
from praksis.web.answering.visit import Visit
from praksis.web.store.work import change_response, read_response, set_language

_NEXT, _BACK, _LATER, _HUB, _CLEAR, _LANGUAGE = "next", "back", "later", "hub", "clear", "language"


@dataclass(frozen=True)
class Sent:
    """A page's form as it came."""

    form: Mapping[str, Sequence[str]]
    go: str
    language: str
    """The language to change to, where that was asked."""
    base: int
    """The version of the page that was answered."""
    paradata: dict[str, str]


@with_visit
def show_hub(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The overview."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    response = read_response(visit.held.response)
    texts = Texts(visit.journey, visit.language, response.answers)
    context = pages.describe_hub(visit, response, texts)
    context |= {"note": _read_note(request, visit, response, texts), "just_reopened": "reopened" in request.GET}
    return answer_visit(request, visit, "hub.html", context, texts=texts)


def _read_note(request: HttpRequest, visit: Visit, response: Response, texts: Texts) -> str:
    """What has just been done, which the address of the overview says."""
    if "saved" in request.GET:
        return texts.words["note_saved"]
    section = visit.journey.section_by_id.get(request.GET.get("section", ""))
    if section is None or not visit.person.coordinator:
        return ""
    title, holder = texts.fill(section.title), visit.held.people.get(response.holders.get(section.id, ""))
    # What the address says may be old: what is so now decides.
    if "handed" in request.GET and holder:
        said = texts.words.fill("note_handed", section=title, who=texts.name_person(holder))
        # Beside a name, the address: whoever has just written it sees here whether it is right.
        return f"{said} {texts.words.fill('note_address', email=holder.email)}" if holder.name else said
    return texts.words.fill("note_taken", section=title) if "taken" in request.GET and not holder else ""


@with_visit
def show_page(request: HttpRequest, visit: Visit, page: str) -> HttpResponse:
    """A page of the questionnaire: to answer, to settle, or to read."""
    if page not in visit.journey.pages:
        raise Http404
    whole = visit.journey.pages[page]
    if request.method == "POST":
        return _save(request, visit, whole)
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
    response = read_response(visit.held.response)
    check_can_see(response, visit.journey, visit.person, whole.section)
    texts = Texts(visit.journey, visit.language, response.answers)
    here = next((one for one in visit.journey.follow(response.answers) if one.id == page), None)
    if here is None:
        return _show_passed_by(request, visit, response, whole, texts)
    if visit.closed or response.submitted:
        return answer_visit(
            request, visit, "read.html", pages.describe_answers(visit, response, here, texts), texts=texts
        )
    return _show_form(request, visit, response, here, texts)


def _show_form(request: HttpRequest, visit: Visit, response: Response, page: Page, texts: Texts) -> HttpResponse:
    if page.id in response.disputes:
        context = pages.describe_dispute(visit, response, page, texts)
        return answer_visit(request, visit, "dispute.html", context, 409, texts=texts)
    context = pages.describe_page(visit, response, page, texts)
    return answer_visit(request, visit, "page.html", context, texts=texts, saves=True)


def _show_passed_by(request: HttpRequest, visit: Visit, response: Response, page: Page, texts: Texts) -> HttpResponse:
    before, after = visit.find_beside(response, page)
    on = after or before
    context = {
        "title": texts.words["passed_by_title"],
        "text": texts.words["passed_by_text"],
        "go_on": point(visit, "page", page=on.id) if on else "",
    }
    return answer_visit(request, visit, "refused.html", context, texts=texts)


# -- saving ------------------------------------------------------------------------------------------------------------


def _save(request: HttpRequest, visit: Visit, page: Page) -> HttpResponse:
    sent = _read_sent(request, visit, page)
    reading = read_form(visit.journey, page, sent.form)

    def decide(response: Response) -> Event | None:
        visit.check_open()
        return acts.save_page(response, visit.journey, visit.person, page, reading, sent.base, visit.now, sent.paradata)

    try:
        response, _ = change_response(visit.held.response, decide)
    except NotAllowed as refusal:
        return _refuse_save(request, visit, page, sent, refusal)
    if sent.language:
        set_language(visit.held.assignment, sent.language)
        visit = replace(visit, language=sent.language)
    return _answer_saved(request, visit, page, sent, reading, response)


def _answer_saved(
    request: HttpRequest, visit: Visit, page: Page, sent: Sent, reading: Reading, response: Response
) -> HttpResponse:
    """Where to go on from a page that has been saved; the same page again where something on it must be settled."""
    if sent.go in (_LANGUAGE, _CLEAR):
        return _go(point(visit, "page", page=page.id))
    if sent.go in (_LATER, _HUB):
        return _go(point(visit, "hub") + ("?saved" if sent.go == _LATER else ""))
    stays = next((one for one in visit.journey.follow(response.answers) if one.id == page.id), None)
    texts = Texts(visit.journey, visit.language, response.answers)
    written = pages.Written(sent.form, reading.faults)
    if stays and page.id in response.disputes:
        context = pages.describe_dispute(visit, response, stays, texts, written if reading.faults else None)
        return answer_visit(request, visit, "dispute.html", context, 409, texts=texts)
    if stays and sent.go == _NEXT and reading.faults:
        context = pages.describe_page(visit, response, stays, texts, written)
        return answer_visit(request, visit, "page.html", context, texts=texts, saves=True)
    before, after = visit.find_beside(response, page)
    beside = before if sent.go == _BACK else after
    if beside:
        return _go(point(visit, "page", page=beside.id))
    return _go(point(visit, "hub" if sent.go == _BACK else _find_end(visit, response)))


def _find_end(visit: Visit, response: Response) -> str:
    """What comes after the last page: looking over the answers, unless something is left or others do that."""
    complete = all(one.stage is Stage.COMPLETE for one in list_statuses(response, visit.journey))
    ready = visit.person.coordinator and complete and not find_unfinished(response, visit.journey)
    return "submit" if ready else "hub"


def _refuse_save(request: HttpRequest, visit: Visit, page: Page, sent: Sent, refusal: NotAllowed) -> HttpResponse:
    """Nothing could be saved: say so, and give back what was written."""
    texts = Texts(visit.journey, visit.language, {})
    lines = list_unsaved(visit.journey, page, sent.form, texts)
    question = texts.fill(page.question.text) if page.question else ""
    return refuse_visit(request, visit, refusal, {"unsaved": lines, "question": question})


def _read_sent(request: HttpRequest, visit: Visit, page: Page) -> Sent:
    posted = request.POST
    go, _, language = posted.get("go", _NEXT).partition(":")
    if go == _LANGUAGE and language not in visit.journey.survey.header.languages:
        go, language = _NEXT, ""
    form = {name: posted.getlist(name) for name in list_fields(visit.journey, page)}
    if go == _CLEAR:
        form = {}
    base = posted.get("base", "")
    paradata = {"device": name_device(request.headers.get("User-Agent", "")), "language": visit.language}
    if page.question and page.question.kind is QuestionKind.GRID:
        paradata["layout"] = page.question.layout.value
    shown = _read_moment(posted.get("shown", ""))
    if shown:
        paradata["shown"] = shown
    known = go if go in (_NEXT, _BACK, _LATER, _HUB, _CLEAR, _LANGUAGE) else _NEXT
    return Sent(form, known, language if go == _LANGUAGE else "", _read_count(base), paradata)


def _read_count(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


def _read_moment(text: str) -> str:
    """A moment as our own pages write it, or nothing: what a form says of itself is not trusted to be one."""
    try:
        at = datetime.datetime.fromisoformat(text)
    except ValueError:
        return ""
    return at.isoformat(timespec="seconds") if at.tzinfo else ""


def _go(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=303, headers=HEADERS)


# -- reading, submitting -----------------------------------------------------------------------------------------------


@require_safe
@with_visit
def show_questions(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every question the organisation may be asked, for reading and printing."""
    # An ellipsis in the middle of a sentence would be read as its end.
    texts = Texts(visit.journey, visit.language, {}, blank="[…]")
    context = {
        "title": texts.words.fill("questions_title", organisation=texts.organisation),
        "parts": list_questions(visit.journey, texts),
        "role": texts.role,
    }
    return answer_visit(request, visit, "questions.html", context, texts=texts)


@with_visit
def show_submit(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All answers to look over; by POST they are submitted."""
    visit.check_coordinates()
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
    refused = changed = False
    if request.method == "POST":
        seen = _read_count(request.POST.get("number", ""))

        def decide(response: Response) -> Event | None:
            nonlocal changed
            visit.check_open()
            event = acts.submit(response, visit.journey, visit.person, visit.now)
            # What is sent is what was looked over: a colleague may have saved something since.
            changed = event is not None and any(one > seen for one in response.versions.values())
            return None if changed else event

        try:
            change_response(visit.held.response, decide)
        except NotAllowed as refusal:
            if not refusal.pages:
                raise
            refused = True
        else:
            if not changed:
                return _go(point(visit, "receipt"))
    response = read_response(visit.held.response)
    texts = Texts(visit.journey, visit.language, response.answers)
    if response.submitted:
        return _go(point(visit, "receipt"))
    context = pages.describe_submit(visit, response, texts)
    title = context["title"]
    context |= {"refused": refused, "changed": changed, "number": response.number}
    context |= {"head_title": texts.words.fill("error_title", title=title) if refused else title}
    return answer_visit(request, visit, "submit.html", context, texts=texts)


def _read_submitted(visit: Visit) -> tuple[Response, Texts]:
    response = read_response(visit.held.response)
    if not response.submitted:
        raise NotAllowed("not-submitted")
    return response, Texts(visit.journey, visit.language, response.answers)


@require_safe
@with_visit
def show_receipt(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The receipt."""
    response, texts = _read_submitted(visit)
    return answer_visit(request, visit, "receipt.html", pages.describe_receipt(visit, response, texts), texts=texts)


@require_safe
@with_visit
def show_receipt_pdf(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The receipt as a tagged PDF."""
    response, texts = _read_submitted(visit)
    data = write_pdf(render_receipt(pages.describe_receipt(visit, response, texts), visit.language))
    name = texts.words.fill("receipt_file", survey=visit.held.survey, wave=visit.held.wave)
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


@require_POST
@with_visit
def reopen_response(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What was submitted is opened again, to be corrected and submitted anew."""

    def decide(response: Response) -> Event | None:
        visit.check_open()
        return acts.reopen(response, visit.person, visit.now)

    change_response(visit.held.response, decide)
    return _go(point(visit, "hub") + "?reopened")
