"""One organisation: who it is, whom we write to, what has happened, and what can be done."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from praksis.collect.casework import Change, find_stops
from praksis.collect.disposition import Case, Found, Rule, find_disposition, keep_until
from praksis.collect.event import EventKind
from praksis.collect.progress import MomentKind
from praksis.collect.roster import find_state
from praksis.define.organisation import Organisation
from praksis.web.fieldwork import acts
from praksis.web.fieldwork.board import read_case
from praksis.web.fieldwork.guard import for_staff, refuse_visit
from praksis.web.fieldwork.history import Doer, Happening, list_history
from praksis.web.fieldwork.label import name_role, name_stratum
from praksis.web.fieldwork.render import answer_visit, go_on, point
from praksis.web.fieldwork.views.case_forms import Desk, Form, do_act, list_forms, list_takebacks, name_language
from praksis.web.fieldwork.views.cases import name_letter
from praksis.web.fieldwork.visit import May, Visit
from praksis.web.fieldwork.words import read_words, write_day
from praksis.web.store.cases import AskedPerson, Facts, SentLetter
from praksis.web.words import Words, write_moment

_COMMAND = "command:"
"""What `who` begins with where it was done from the command line."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(May.SEE)
def show_case(request: HttpRequest, visit: Visit, organisation: str, role: str) -> HttpResponse:
    """Everything known of a case; and, by a form, something done to it."""
    if request.method == "POST" and not visit.may(May.WORK):
        return refuse_visit(request, visit, "not_yours", 403)
    try:
        facts = acts.find_case(visit.worker, organisation, role)
    except acts.CannotAct:
        raise Http404 from None
    asked = visit.survey.find_asked(visit.wave).get((organisation, role))
    if asked is None:
        return refuse_visit(request, visit, "case_gone", 404)
    if request.method != "POST":
        return _answer(request, Desk(visit, facts), asked[0])
    typed = {name: str(text) for name, text in request.POST.items()}
    outcome = do_act(Desk(visit, facts, typed))
    if outcome is None:
        return refuse_visit(request, visit, "unreadable", 400)
    if outcome.faults:
        return _answer(request, Desk(visit, facts, typed, outcome.faults), asked[0])
    if outcome.refused:
        context = {"title": read_words(visit.language)["refused_act"], "text": outcome.refused}
        return answer_visit(request, visit, "message.html", context, 409)
    return go_on(request, point(visit, "case", organisation, role), outcome.said)


def _answer(request: HttpRequest, desk: Desk, organisation: Organisation) -> HttpResponse:
    visit, facts, words = desk.visit, desk.facts, desk.words
    case = read_case(visit.survey, visit.wave, organisation, facts)
    context: dict[str, Any] = {
        "title": organisation.name,
        "asked_role": name_role(visit, facts.role),
        "organisations": point(visit, "organisations"),
        "facts": [*_describe_organisation(organisation, visit, words), *_describe_standing(case, facts, visit, words)],
        "history": _describe_history(case, facts, visit, words),
        "answers": point(visit, "answers", facts.organisation, facts.role)
        if visit.may(May.EDIT) and case.submitted
        else "",
    }
    if visit.may(May.CONTACT):
        # Whoever looks at somebody's address is noted, a form that comes back included: the page shows it again.
        visit.worker.note("see-case", f"{facts.organisation}/{facts.role}")
        context["people"] = [_describe_person(one, words) for one in facts.people]
        context["letters"] = [_describe_letter(one, facts, visit, words) for one in reversed(facts.letters)]
    if visit.may(May.WORK):
        takebacks, forms = list_takebacks(desk, _find_takebacks(facts)), list_forms(desk)
        context |= {"takebacks": takebacks, "forms": forms, "wrong": _list_faults([*takebacks, *forms])}
    return answer_visit(request, visit, "case.html", context, 422 if desk.faults else 200)


def _list_faults(forms: list[Form]) -> list[tuple[str, str]]:
    """Field -> what is wrong with it, for the summary."""
    return [(field.id, field.wrong) for form in forms for field in form.fields if field.wrong]


def _find_takebacks(facts: Facts) -> tuple[Found, ...]:
    stops = find_stops(facts.case_events, facts.people[0].id)
    since = {
        Found.TAKEN_BACK: stops.declined_at,
        Found.BELONGS: stops.not_eligible_at,
        Found.OPTED_IN: stops.opted_out_at,
    }
    return tuple(said for said, at in since.items() if at)


# -- what is known -----------------------------------------------------------------------------------------------------


def _describe_organisation(organisation: Organisation, visit: Visit, words: Words) -> list[tuple[str, str]]:
    """Its number, and what the frame says of it."""
    language = visit.content_language
    stratum = name_stratum(visit, visit.survey.name_stratum(organisation, visit.wave))
    lines = [(words["case_number"], organisation.key), (words["stratum"], stratum)]
    for name, value in organisation.values[visit.wave].items():
        if name in visit.survey.design.strata:
            continue
        breakdown = visit.survey.breakdowns[name]
        labels = {one.id: one.label[language] for one in breakdown.categories}
        lines.append((breakdown.title[language], labels.get(value, value)))
    form = visit.survey.frame_definition.written_form
    for name, value in {**organisation.variables, **organisation.per_wave.get(visit.wave, {})}.items():
        if form and name == form.variable:
            languages = visit.survey.header.languages
            lines.append((words["case_written_form"], name_language(form.languages.get(value, languages[0]), words)))
        elif name not in visit.survey.breakdowns:  # those stand above, as what they are called
            lines.append((name, value))
    return [line for line in lines if line[1]]


def _describe_standing(case: Case, facts: Facts, visit: Visit, words: Words) -> list[tuple[str, str]]:
    known = keep_until(case, visit.now)
    disposition = find_disposition(case, visit.now, Rule(closes_at=facts.wave_closes_at))
    state = words[f"state_{find_state(known, disposition)}"]
    final = words["case_final" if disposition.final else "case_not_final"]
    lines = [(words["cases_state"], words.fill("case_standing", state=state, code=disposition.code, final=final))]
    if known.steps:
        step = known.steps[-1]
        lines.append((words["cases_answered"], words.fill("cases_answers", answered=step.answered, asked=step.asked)))
    closes = write_moment(facts.closes_at, words) if facts.closes_at else words["case_no_deadline"]
    longer = facts.closes_at is not None and facts.closes_at != facts.wave_closes_at
    lines.append((words["case_deadline"], words.fill("case_longer", until=closes) if longer else closes))
    return lines


@dataclass(frozen=True)
class Line:
    """Something that happened, in words."""

    at: str
    text: str
    note: str
    who: str


def _describe_history(case: Case, facts: Facts, visit: Visit, words: Words) -> list[Line]:
    """Newest first."""
    zone = timezone.get_current_timezone()
    found = list_history(case, facts, visit.now, zone)
    # What was written may name somebody.
    may_read = visit.may(May.CONTACT)
    return [
        Line(
            write_moment(one.at, words),
            _write_happening(one, visit, words),
            one.note if may_read else "",
            _name_doer(one.who, words),
        )
        for one in reversed(found)
    ]


def _name_doer(who: Doer | str, words: Words) -> str:
    if isinstance(who, Doer):
        return words[f"case_by_{who}"]
    name = who.removeprefix(_COMMAND)
    return name if name == who else words.fill("case_by_command", who=name)


def _write_happening(one: Happening, visit: Visit, words: Words) -> str:
    match one.kind:
        case MomentKind.SAVED:
            key = "moment_saved_times" if one.times > 1 else "moment_saved_once"
            return words.fill(key, times=one.times, answered=one.answered)
        case MomentKind():
            return words.fill(f"moment_{one.kind}", letter=name_letter(one.about, visit, words))
        case Change.EXTENDED if one.until:
            return words.fill("change_extended", until=write_moment(one.until, words))
        case Change():
            return words[f"change_{one.kind}"]
        case EventKind():
            return words[f"event_{one.kind}"]
        case Found():
            return words[f"found_{one.kind}"]


@dataclass(frozen=True)
class Person:
    """Somebody who is asked to answer."""

    what: str
    name: str
    email: str
    phone: str
    language: str
    shut_out: str


def _describe_person(one: AskedPerson, words: Words) -> Person:
    return Person(
        words["case_coordinator" if one.coordinator else "case_colleague"],
        one.address.name,
        one.address.email,
        one.address.phone,
        name_language(one.language, words),
        write_day(one.shut_out_at, words) if one.shut_out_at else "",
    )


@dataclass(frozen=True)
class Posted:
    """A letter, and what came of it."""

    name: str
    id: str
    to: str
    sent: str
    returned: str
    reason: str


def _describe_letter(one: SentLetter, facts: Facts, visit: Visit, words: Words) -> Posted:
    person = next((person for person in facts.people if person.id == one.person), None)
    to = (person.address.name or person.address.email) if person else ""
    return Posted(
        name_letter(one.letter, visit, words),
        one.letter,
        (to or words["case_unnamed"]) + ("" if one.current else f" ({words['case_old_address']})"),
        write_moment(one.sent_at, words)
        if one.sent_at
        else words.fill("case_waiting", since=write_moment(one.queued_at, words)),
        write_day(one.bounced_at, words) if one.bounced_at else "",
        one.bounce,
    )
