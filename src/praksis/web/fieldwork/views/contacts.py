"""Whom each organisation is written to: who lacks somebody, how long they are kept, and a list of them to load."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from praksis.collect.contacts import ContactList, read_contact_list
from praksis.web.fieldwork import acts
from praksis.web.fieldwork.guard import for_staff, refuse_visit
from praksis.web.fieldwork.label import name_role
from praksis.web.fieldwork.render import answer_visit, go_on, point
from praksis.web.fieldwork.upload import SIZE, find_fault, keep_upload
from praksis.web.fieldwork.visit import May, Visit
from praksis.web.fieldwork.words import read_words, write_day
from praksis.web.forgetting import find_wave_forget_time
from praksis.web.store.cases import Facts, list_facts

"""Characters of a file's name that its problems are shown with."""


@dataclass(frozen=True)
class Lacking:
    """A case without a contact."""

    name: str
    role: str
    href: str


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(May.CONTACT)
def show_contacts(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who has a contact and who lacks one; and a list to check or to load."""
    facts = list_facts(visit.survey.header.id, visit.wave)
    if request.method != "POST":
        return _answer(request, visit, facts)
    if not visit.may(May.WORK):
        return refuse_visit(request, visit, "not_yours", 403)
    words, given = read_words(visit.language), request.FILES.get("file")
    if wrong := _find_fault(visit, facts, given):
        return _answer(request, visit, facts, wrong=words.fill(wrong, size=SIZE))
    assert isinstance(given, UploadedFile)
    listed = _read_list(visit, given, request.POST.get("sheet", "").strip())
    known = {(one.organisation, one.role) for one in facts}
    if gone := [one for one in listed.contacts if (one.organisation, one.role) not in known]:
        names = ", ".join(dict.fromkeys(_name(visit, (one.organisation, one.role)) for one in gone))
        return _answer(request, visit, facts, wrong=words.fill("contacts_not_opened", names=names))
    if request.POST.get("do") != "load":
        return _answer(request, visit, facts, checked=_describe(visit, listed))
    loaded = acts.load_contacts(visit.worker, listed.contacts)
    said = words.fill("contacts_loaded", new=loaded.new, changed=loaded.changed, same=loaded.same)
    if loaded.helpers:
        said += " " + words.fill("contacts_helpers", count=loaded.helpers)
    return go_on(request, point(visit, "contacts"), said)


def _find_fault(visit: Visit, facts: tuple[Facts, ...], given: object) -> str:
    """What is wrong with a list before it is read, as a word of ours."""
    due = find_wave_forget_time(visit.survey, visit.wave)
    if not facts:
        return "contacts_not_open"
    if due is not None and due <= visit.now:
        return "contacts_too_late"
    return find_fault(given)


def _read_list(visit: Visit, given: "UploadedFile[bytes]", sheet: str) -> ContactList:
    """Raises ProblemsFound with everything that is wrong."""
    with keep_upload(given) as path:
        return read_contact_list(path, visit.survey, visit.wave, sheet or None)


def _describe(visit: Visit, listed: ContactList) -> dict[str, object]:
    """What loading a list would do."""
    found = acts.check_contacts(visit.worker, listed.contacts)
    return {
        "found": found,
        "without": [_name(visit, whom) for whom in listed.without],
        "shared": _name_all(visit, listed.shared),
    }


def _answer(
    request: HttpRequest,
    visit: Visit,
    facts: tuple[Facts, ...],
    *,
    wrong: str = "",
    checked: dict[str, object] | None = None,
) -> HttpResponse:
    words = read_words(visit.language)
    asked = visit.survey.find_asked(visit.wave)
    cases = [one for one in facts if (one.organisation, one.role) in asked]
    lacking = [one for one in cases if not one.people[0].address.email]
    due = find_wave_forget_time(visit.survey, visit.wave)
    context = {
        "title": words["contacts_title"],
        "wrong": wrong,
        "open": bool(facts),
        "tiles": [
            (words["contacts_have"], words.write_count(len(cases) - len(lacking))),
            (words["contacts_lack"], words.write_count(len(lacking))),
        ],
        "lacking": [_point_out(visit, one) for one in lacking],
        "shared": _name_all(visit, _find_shared(cases)),
        "due": write_day(due, words) if due else "",
        "gone": due is not None and due <= visit.now,
        "may_load": visit.may(May.WORK),
        "checked": checked,
        "sheet": request.POST.get("sheet", ""),
        "help": words.fill("contacts_help", size=SIZE, languages=", ".join(visit.survey.header.languages)),
    }
    return answer_visit(request, visit, "contacts.html", context, 422 if wrong else 200)


def _point_out(visit: Visit, facts: Facts) -> Lacking:
    whom = (facts.organisation, facts.role)
    organisation, role = visit.survey.find_asked(visit.wave)[whom]
    roles = {role for _, role in visit.survey.find_asked(visit.wave)}
    return Lacking(organisation.name, name_role(visit, role.id) if len(roles) > 1 else "", point(visit, "case", *whom))


def _name(visit: Visit, whom: tuple[str, str]) -> str:
    return visit.survey.find_asked(visit.wave)[whom][0].name


def _name_all(visit: Visit, groups: Iterable[tuple[str, ...]]) -> list[str]:
    """Organisations that share an address, each group as one text. The address is not shown: nobody needs it here."""
    names = {one.key: one.name for one in visit.survey.frame.of_wave(visit.wave)}
    return [", ".join(names[key] for key in keys if key in names) for keys in groups]


def _find_shared(cases: Iterable[Facts]) -> list[tuple[str, ...]]:
    """Organisations whose coordinators have one address."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for one in cases:
        found[one.people[0].address.email][one.organisation] = None
    return [tuple(keys) for email, keys in found.items() if email and len(keys) > 1]
