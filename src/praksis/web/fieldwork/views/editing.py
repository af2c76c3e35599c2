"""Answers to check: the work list of the wave, and the same list as a spreadsheet to fill in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from praksis.define.organisation import Organisation
from praksis.define.survey import Role
from praksis.edit.checking import Severity
from praksis.edit.worklist import State, Tally, Work, say_hit
from praksis.errors import Problem, ProblemsFound
from praksis.web.fieldwork.editing import WorkList, make_worksheet, read_work, take_worksheet
from praksis.web.fieldwork.explain import Explained, explain_problem
from praksis.web.fieldwork.guard import for_staff
from praksis.web.fieldwork.label import has_roles, name_role, name_stratum
from praksis.web.fieldwork.render import HEADERS, answer_visit, go_on, point
from praksis.web.fieldwork.views.audit import name_actor
from praksis.web.fieldwork.visit import May, Visit, find_office
from praksis.web.fieldwork.words import read_words, write_percent
from praksis.web.words import Words, write_moment

_PAGE = 50
"""Hits on a page."""
LARGEST = 2_000_000
"""Bytes of a filled-in list that is taken."""
LEFT = "left"
"""What is open or asked: shown where nobody has chosen anything else."""

TAGS = {Severity.HARD: "danger", Severity.SOFT: "warning", Severity.NOTE: "neutral"}
"""Colours; the words stand there too."""


Rest = ParamSpec("Rest")


def say_misfit(view: Callable[Concatenate[HttpRequest, Visit, Rest], HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, or what is wrong with the file of an earlier wave that its answers are compared with."""

    @wraps(view)
    def say(request: HttpRequest, visit: Visit, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        try:
            return view(request, visit, *args, **kwargs)
        except ProblemsFound as error:
            context = {"title": read_words(visit.language)["work_misfit"], "problems": error.problems}
            return answer_visit(request, visit, "problems.html", context, 409)

    return say


def name_check(visit: Visit, check: str, words: Words) -> str:
    """What a check is called: the survey's own by what they say, the automatic ones by what they find."""
    own = next((one for one in visit.survey.editing.checks if one.id == check), None)
    return own.text[visit.content_language] if own else words[f"work_check_{check}"]


def point_hit(visit: Visit, work: Work) -> str:
    """The address of a hit on the page of its response."""
    hit = work.hit
    address = point(visit, "answers", hit.organisation, hit.role)
    return address if work.state is State.CORRECTED else f"{address}#{name_hit(work)}"


def name_hit(work: Work) -> str:
    """What its part of the page is called in addresses."""
    return "-".join(("hit", work.hit.check, *work.hit.items[:1]))


def describe_standing(visit: Visit, work: WorkList, words: Words) -> dict[str, object]:
    """What every page of the work list says first: is the wave closed, and do its files lack something?"""
    frozen = work.frozen
    closed = (
        words.fill("work_closed", moment=write_moment(frozen.at, words), who=name_actor(frozen.who, words))
        if frozen
        else ""
    )
    return {
        "closed": closed,
        "behind": words["work_behind"] if work.is_behind else "",
        "close": point(visit, "close") if visit.may(May.LEAD) else "",
    }


# -- the list ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filter:
    """What is shown of the list."""

    severity: str = ""
    check: str = ""
    state: str = LEFT
    stratum: str = ""

    def takes(self, work: Work) -> bool:
        """Is it shown?"""
        hit = work.hit
        states = {LEFT: work.is_left, "": True}
        return (
            self.severity in ("", hit.severity)
            and self.check in ("", hit.check)
            and self.stratum in ("", hit.stratum)
            and states.get(self.state, self.state == work.state)
        )

    def write(self, **other: str) -> str:
        """As the end of an address."""
        return urlencode({**vars(self), **other})


@dataclass(frozen=True)
class Option:
    """A choice in a list."""

    value: str
    text: str
    current: bool


@require_safe
@for_staff(May.EDIT)
@say_misfit
def show_work(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The list: what comes first, first."""
    words, work = read_words(visit.language), read_work(visit.worker, find_office().microdata)
    visit.worker.note("see-work")
    asked = visit.survey.find_asked(visit.wave)
    chosen = _read_filter(request, work)
    shown = [one for one in work.work if chosen.takes(one)]
    pages = max(1, -(-len(shown) // _PAGE))
    given = request.GET.get("page", "")
    page = min(max(1, int(given)), pages) if given.isdecimal() and len(given) < 9 else 1
    first = (page - 1) * _PAGE
    context = {
        "title": words["work_title"],
        **describe_standing(visit, work, words),
        "some": bool(work.answers.responses),
        "summary": _summarise(work, words),
        "unseen": "" if work.earlier else words["work_no_earlier"],
        "compared": words.fill("work_compared", waves=", ".join(work.earlier)) if work.earlier else "",
        "synthetic": words.fill("work_synthetic", waves=", ".join(work.synthetic)) if work.synthetic else "",
        "unapplied": _explain(visit, work.answers.problems, words),
        "table": _count(visit, work, words),
        "filters": _offer_filters(visit, work, chosen, words),
        "found": words.fill("work_found", count=words.write_count(len(shown))),
        "rows": [
            _describe_row(visit, one, asked[one.hit.organisation, one.hit.role], words)
            for one in shown[first : first + _PAGE]
        ],
        "pages": _offer_pages(chosen, page, pages, words),
        "sheet": point(visit, "sheet"),
    }
    return answer_visit(request, visit, "work.html", context)


def _summarise(work: WorkList, words: Words) -> str:
    left = sum(one.is_left for one in work.work)
    parts = {"left": left, "hard": len(work.blocking), "responses": len(work.answers.responses)}
    return words.fill(
        "work_summary" if left else "work_nothing_left",
        **{name: words.write_count(count) for name, count in parts.items()},
    )


def _read_filter(request: HttpRequest, work: WorkList) -> Filter:
    """What is asked for, as far as there is such a thing."""
    known = {
        "severity": {str(one) for one in Severity},
        "check": {one.hit.check for one in work.work},
        "state": {str(one) for one in State} | {LEFT, ""},
        "stratum": {one.hit.stratum for one in work.work},
    }
    asked = {name: request.GET[name] for name in known if request.GET.get(name) in known[name]}
    return Filter(**asked)


def _offer_filters(visit: Visit, work: WorkList, chosen: Filter, words: Words) -> list[dict[str, object]]:
    checks = list(dict.fromkeys(one.check for one in work.tallies))
    strata = sorted({one.hit.stratum for one in work.work} - {""})
    offered = {
        "severity": [("", words["work_any"]), *((one, words[f"work_severity_{one}"]) for one in Severity)],
        "check": [("", words["work_any"]), *((one, _shorten(name_check(visit, one, words))) for one in checks)],
        "state": [
            (LEFT, words["work_state_left"]),
            *((one, words[f"work_state_{one}"]) for one in State),
            ("", words["work_any"]),
        ],
        "stratum": [("", words["work_any"]), *((one, name_stratum(visit, one)) for one in strata)],
    }
    return [
        {
            "name": name,
            "label": words[f"work_filter_{name}"],
            "options": [Option(value, text, getattr(chosen, name) == value) for value, text in options],
        }
        for name, options in offered.items()
        if len(options) > 2
    ]


def _shorten(text: str) -> str:
    """A list of choices is as wide as its longest, on a phone too."""
    return text if len(text) <= 60 else f"{text[:59].rstrip()}…"


def _offer_pages(chosen: Filter, page: int, pages: int, words: Words) -> dict[str, str] | None:
    if pages == 1:
        return None
    return {
        "here": words.fill("work_page", page=page, pages=pages),
        "before": chosen.write(page=str(page - 1)) if page > 1 else "",
        "after": chosen.write(page=str(page + 1)) if page < pages else "",
    }


def _describe_row(visit: Visit, work: Work, asked: tuple[Organisation, Role], words: Words) -> dict[str, object]:
    hit, (organisation, role) = work.hit, asked
    return {
        "severity": words[f"work_severity_{hit.severity}"],
        "colour": TAGS[hit.severity],
        "text": say_hit(visit.survey, hit, visit.content_language),
        "href": point_hit(visit, work),
        "name": organisation.name,
        "key": organisation.key,
        "role": role.title[visit.content_language] if has_roles(visit) else "",
        "case": point(visit, "case", hit.organisation, hit.role),
        "state": words[f"work_state_{work.state}"],
        "effect": write_percent(hit.score, words),
    }


def _count(visit: Visit, work: WorkList, words: Words) -> dict[str, object]:
    """Checks down, strata across: how many are left of how many."""
    strata = list(dict.fromkeys(one.stratum for one in sorted(work.tallies, key=lambda one: one.stratum)))
    checks: dict[str, list[Tally]] = {}
    for one in work.tallies:
        checks.setdefault(one.check, []).append(one)
    rows = [
        {
            "name": name_check(visit, check, words),
            "severity": " / ".join(dict.fromkeys(words[f"work_severity_{one.severity}"] for one in tallies)),
            "href": Filter(check=check, state=LEFT if any(one.left for one in tallies) else "").write(),
            "cells": [
                _say_left([one for one in tallies if stratum in (None, one.stratum)], words)
                for stratum in (*(strata if len(strata) > 1 else ()), None)
            ],
        }
        for check, tallies in checks.items()
    ]
    names = [*(name_stratum(visit, one) for one in strata)] if len(strata) > 1 else []
    return {"columns": [*names, words["all"]], "rows": rows}


def _say_left(tallies: Iterable[Tally], words: Words) -> str:
    """'2 of 7'; nothing where there is none. Notes have nothing left."""
    mine = list(tallies)
    left, total = sum(one.left for one in mine), sum(sum(one.states.values()) for one in mine)
    return words.fill("work_left_of", left=words.write_count(left), total=words.write_count(total)) if total else ""


def _explain(visit: Visit, problems: Iterable[Problem], words: Words) -> list[dict[str, object]]:
    return [describe_problem(visit, explain_problem(one, words), words) for one in problems]


def describe_problem(visit: Visit, problem: Explained, words: Words) -> dict[str, object]:
    """A problem as a page shows it."""
    who = problem.organisation, problem.role
    found = visit.survey.find_asked(visit.wave).get(who)
    item = visit.survey.items.get(problem.name)
    return {
        "code": problem.code,
        "line": words.fill("work_line", line=problem.line) if problem.line else "",
        "who": f"{found[0].name} ({found[0].key})" if found else problem.organisation,
        "role": name_role(visit, problem.role) if found and has_roles(visit) else "",
        "href": point(visit, "answers", *who) if found else "",
        "item": item.text[visit.content_language] if item else problem.name,
        "what": problem.what,
        "remedy": problem.remedy,
        "lang": problem.lang,
    }


# -- the list as a spreadsheet -----------------------------------------------------------------------------------------


@require_safe
@for_staff(May.EDIT)
@say_misfit
def give_sheet(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The list to fill in, as a file."""
    data = make_worksheet(visit.worker, find_office().microdata, visit.content_language)
    name = f"{visit.survey.header.id}-{visit.wave}-{read_words(visit.language)['sheet_name']}.csv"
    headers: Mapping[str, str] = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(May.EDIT)
def show_sheet(request: HttpRequest, visit: Visit) -> HttpResponse:
    """How the file is filled in, and taking it back: all of it, or every problem."""
    words = read_words(visit.language)
    wrong, problems = "", list[dict[str, object]]()
    if request.method == "POST":
        upload = request.FILES.get("file")
        data = upload.read(LARGEST + 1) if upload else b""
        wrong = _judge_file(data, words)
        if not wrong:
            try:
                corrections, decisions = take_worksheet(
                    visit.worker, data, (upload and upload.name) or "file", find_office().microdata
                )
            except ProblemsFound as error:
                problems = _explain(visit, error.problems, words)
            else:
                said = words.fill("sheet_taken", corrections=corrections, decisions=decisions)
                return go_on(request, point(visit, "work"), said if corrections or decisions else words["sheet_empty"])
    context = {
        "title": words["sheet_title"],
        "back": point(visit, "work"),
        "file": point(visit, "sheet-file"),
        "columns": [(name, words[f"sheet_column_{name}"]) for name in ("new", "verdict", "reason")],
        "largest": words.fill("sheet_largest", size=words.write_size(LARGEST)),
        "wrong": wrong,
        "problems": problems,
        "many": words.fill("sheet_problems", count=words.write_count(len(problems))),
    }
    return answer_visit(request, visit, "sheet.html", context, 422 if wrong or problems else 200)


def _judge_file(data: bytes, words: Words) -> str:
    """What is wrong with a file before it is read; '' if nothing is."""
    if not data.strip():
        return words["sheet_none"]
    if len(data) > LARGEST:
        return words.fill("sheet_large", size=words.write_size(LARGEST))
    # A workbook is a zip file.
    return words["sheet_workbook"] if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) else ""
