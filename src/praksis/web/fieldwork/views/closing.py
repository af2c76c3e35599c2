"""Closing the wave: what stands in the way, what it does, and what was written when it was closed."""

import datetime
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from praksis.errors import Problem
from praksis.web.fieldwork.closing import (
    AlreadyClosed,
    Closed,
    Kind,
    NotReady,
    Readiness,
    Remark,
    check_closing,
    close_wave,
)
from praksis.web.fieldwork.explain import explain_problem
from praksis.web.fieldwork.guard import for_staff
from praksis.web.fieldwork.label import has_roles, name_role
from praksis.web.fieldwork.render import answer_visit, go_on, point
from praksis.web.fieldwork.views.audit import name_actor
from praksis.web.fieldwork.views.editing import describe_problem, say_misfit
from praksis.web.fieldwork.visit import May, Visit, find_office
from praksis.web.fieldwork.words import read_words
from praksis.web.store.closing import ChangedMeanwhile, Frozen, list_closings
from praksis.web.words import Words, write_moment

_MANY = 10
"""More organisations than this are folded away."""
_ANSWERS = (Kind.HARD,)
"""Remarks whose organisations are linked to their answers; the others to what has happened to them."""


@dataclass(frozen=True)
class Sent:
    """What was written in the form, and what is wrong with it."""

    name: str = ""
    reason: str = ""
    name_wrong: str = ""
    reason_wrong: str = ""
    wrong: str = ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.name_wrong or self.reason_wrong or self.wrong)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(May.LEAD)
@say_misfit
def show_closing(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ready or not, and the form that closes the wave."""
    words, folder = read_words(visit.language), find_office().microdata
    sent = Sent()
    if request.method == "POST":
        before = list_closings(visit.survey.header.id, visit.wave)
        if request.POST.get("closings") != str(len(before)):
            # Pressed twice, or by two: it is closed, which is what was wanted.
            said = words.fill("close_was_done", **_say_who(before[-1], words)) if before else ""
            return go_on(request, request.path, said)
        name, reason = (request.POST.get(field, "").strip() for field in ("name", "reason"))
        sent = _judge_form(visit, name, reason, words)
        if not sent.is_wrong:
            done = _close(visit, sent, len(before), words)
            if isinstance(done, Closed):
                return go_on(request, request.path, _say_closed(done, words))
            sent = done
    ready = check_closing(visit.worker, folder)
    status = 422 if sent.is_wrong else 200
    return answer_visit(request, visit, "close.html", _describe(visit, ready, sent, words), status)


def _judge_form(visit: Visit, name: str, reason: str, words: Words) -> Sent:
    return Sent(
        name,
        reason,
        "" if name == visit.wave else words.fill("close_name_wrong", wave=visit.wave),
        words["close_reason_wrong"] if _find_last(visit) and not reason else "",
    )


def _close(visit: Visit, sent: Sent, seen: int, words: Words) -> Closed | Sent:
    """Close it, or say why not."""
    try:
        return close_wave(visit.worker, find_office().microdata, reason=sent.reason, seen=seen)
    except NotReady:
        return Sent(sent.name, sent.reason, wrong=words["close_not_ready"])
    except ChangedMeanwhile:
        return Sent(sent.name, sent.reason, wrong=words["close_meanwhile"])
    except AlreadyClosed:
        last = _find_last(visit)
        assert last
        return Sent(sent.name, sent.reason, wrong=words.fill("close_was_done", **_say_who(last, words)))


def _find_last(visit: Visit) -> Frozen | None:
    return next(iter(list_closings(visit.survey.header.id, visit.wave)[::-1]), None)


def _say_who(frozen: Frozen, words: Words) -> dict[str, str]:
    return {"moment": write_moment(frozen.at, words), "who": name_actor(frozen.who, words)}


def _say_closed(closed: Closed, words: Words) -> str:
    said = words.fill("close_done", responses=words.write_count(closed.frozen.responses))
    letters = words.fill("close_withdrawn", count=words.write_count(closed.withdrawn)) if closed.withdrawn else ""
    return f"{said} {letters}".strip()


# -- what is shown -----------------------------------------------------------------------------------------------------


def _describe(visit: Visit, ready: Readiness, sent: Sent, words: Words) -> dict[str, object]:
    closings = list_closings(visit.survey.header.id, visit.wave)
    last = closings[-1] if closings else None
    is_behind = bool(ready.work and ready.work.is_behind)
    errors = [("#name", sent.name_wrong), ("#reason", sent.reason_wrong), ("#ready", sent.wrong)]
    return {
        "title": words.fill("close_title_again" if last else "close_title", wave=visit.wave),
        "wrong": sent.is_wrong,
        "errors": [(href, text) for href, text in errors if text],
        "closed": words.fill("work_closed", **_say_who(last, words)) if last else "",
        "behind": is_behind,
        "altered": [(name, words["close_altered"]) for name in ready.altered],
        "hinders": [_describe_remark(visit, one, words) for one in ready.hinders],
        "remarks": [_describe_remark(visit, one, words) for one in ready.said],
        "sent": sent,
        "closings": len(closings),
        "wave_name": words.fill("close_name", wave=visit.wave),
        "last": _describe_last(last, ready, words) if last else None,
        "all": [
            {
                **_say_who(one, words),
                "why": one.reason or words["close_first"],
                "responses": words.write_count(one.responses),
            }
            for one in reversed(closings)
        ],
        "folder": str(find_office().microdata),
    }


def _describe_last(last: Frozen, ready: Readiness, words: Words) -> dict[str, object]:
    """What was written, and whether it stands there still."""
    counts = {"responses": last.responses, "corrections": last.extent.corrections, "decisions": last.extent.decisions}
    return {
        "counts": words.fill("close_counts", **{name: words.write_count(count) for name, count in counts.items()}),
        "files": [
            {"name": name, "digest": digest, "is_altered": name in ready.altered}
            for name, digest in sorted(last.files.items())
        ],
    }


def _describe_remark(visit: Visit, remark: Remark, words: Words) -> dict[str, object]:
    one = {"count": words.write_count(remark.count), "until": _write_until(remark, words)}
    key = f"close_{remark.kind}".replace("-", "_")
    links = {
        Kind.HARD: f"{point(visit, 'work')}?severity=hard",
        Kind.LEFT: f"{point(visit, 'work')}?state=left",
        Kind.CORRECTIONS: point(visit, "work"),
        Kind.LETTERS: point(visit, "letters"),
    }
    return {
        "text": words.fill(key, **one),
        "href": links.get(remark.kind, ""),
        "link": words["close_see"],
        "english": remark.text if remark.kind is Kind.QUESTIONNAIRE else "",
        "who": [_describe_who(visit, remark, *who) for who in remark.who],
        "folds": len(remark.who) > _MANY,
        "problems": [_describe_problem(visit, problem, words) for problem in remark.problems],
    }


def _write_until(remark: Remark, words: Words) -> str:
    """Until when they can answer; '' where no day is set."""
    if remark.kind is not Kind.STILL_OPEN or not remark.text:
        return ""
    return words.fill("close_until", moment=write_moment(datetime.datetime.fromisoformat(remark.text), words))


def _describe_who(visit: Visit, remark: Remark, organisation: str, role: str) -> dict[str, str]:
    asked = visit.survey.find_asked(visit.wave).get((organisation, role))
    # Who is no longer in the frame has no name there.
    name = f"{asked[0].name} ({organisation})" if asked else organisation
    page = "answers" if remark.kind in _ANSWERS else "case"
    return {
        "name": name,
        "role": name_role(visit, role) if has_roles(visit) else "",
        "href": point(visit, page, organisation, role) if asked else "",
    }


def _describe_problem(visit: Visit, problem: Problem, words: Words) -> dict[str, object]:
    return describe_problem(visit, explain_problem(problem, words), words)
