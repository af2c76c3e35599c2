"""Whom a wave asks, and its opening: a new list of organisations, and the deadline."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from praksis.define.frame import FrameSource
from praksis.edit.frame.compare import Change, Listed, Suggestion
from praksis.edit.frame.load import Load, NewFile, load_frame
from praksis.web.desk import open_for_all
from praksis.web.fieldwork.acts import LONGEST_EXTENSION
from praksis.web.fieldwork.explain import tell_problem
from praksis.web.fieldwork.framing import replace_frame
from praksis.web.fieldwork.guard import for_staff
from praksis.web.fieldwork.label import name_role, name_stratum
from praksis.web.fieldwork.render import answer_visit, go_on, point
from praksis.web.fieldwork.upload import SIZE, find_fault, keep_upload
from praksis.web.fieldwork.visit import May, Visit, find_office
from praksis.web.fieldwork.words import read_words, write_day
from praksis.web.store.closing import find_closing
from praksis.web.store.collection import WaveRefused, find_period, list_responses
from praksis.web.words import Words, write_moment

"""Characters of a file's name that its problems are shown with."""
_MANY = 10
"""More organisations than this are folded away."""


@dataclass(frozen=True)
class Sent:
    """What was written in a form, and what is wrong with it."""

    source: str = ""
    sheet: str = ""
    closes: str = ""
    file_wrong: str = ""
    source_wrong: str = ""
    closes_wrong: str = ""
    open_wrong: str = ""
    """Why the wave cannot be opened as the survey is now."""
    detail: str = ""
    """The same in English, with the names of what it is about."""

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Where, and what."""
        found = [("#file", self.file_wrong), ("#source", self.source_wrong)]
        found += [("#closes", self.closes_wrong), ("#opening", self.open_wrong)]
        return [(href, text) for href, text in found if text]


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(May.LEAD)
def show_frame(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The frame as it is, a new list to check or to write, and the opening of the wave."""
    if request.method != "POST":
        return _answer(request, visit, Sent())
    if request.POST.get("do") == "open":
        return _open(request, visit)
    return _take_list(request, visit)


# -- a new list --------------------------------------------------------------------------------------------------------


def _take_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    words, given = read_words(visit.language), request.FILES.get("file")
    sent = _judge_list(visit, request.POST.get("source", ""), request.POST.get("sheet", "").strip(), given, words)
    if sent.errors:
        return _answer(request, visit, sent)
    assert isinstance(given, UploadedFile)
    folder = find_office().survey
    with keep_upload(given) as path:
        new = NewFile(path, sent.sheet or None)
        load = load_frame(folder, new, visit.wave, sent.source)
        if request.POST.get("do") != "write" or load.blocking:
            wrong = words["frame_list_wrong"] if load.blocking else ""
            return _answer(request, visit, replace(sent, file_wrong=wrong), load)
        load = replace_frame(visit.worker, folder, new, sent.source)
    said = "frame_is_there" if load.is_there else "frame_written"
    counts = {"new": len(load.comparison.new), "gone": len(load.comparison.gone), "changed": load.comparison.changed}
    return go_on(request, point(visit, "frame"), words.fill(said, file=load.file, **counts))


def _judge_list(visit: Visit, source: str, sheet: str, given: object, words: Words) -> Sent:
    """What is wrong with a list before it is read."""
    files = {one.file for one in _list_sources(visit)}
    source = next(iter(files)) if len(files) == 1 else source
    sent = Sent(source, sheet)
    if not files:
        return replace(sent, file_wrong=words.fill("frame_no_source", wave=visit.wave))
    if source not in files:
        sent = replace(sent, source_wrong=words["frame_source_lacks"])
    elif not source.lower().endswith(".csv"):
        sent = replace(sent, source_wrong=words.fill("frame_is_workbook", file=source))
    if wrong := find_fault(given):
        return replace(sent, file_wrong=words.fill(wrong, size=SIZE))
    return sent


def _list_sources(visit: Visit) -> list[FrameSource]:
    """The files of the wave."""
    sources = visit.survey.frame_definition.sources
    return [one for one in sources if not one.waves or visit.wave in one.waves]


# -- opening -----------------------------------------------------------------------------------------------------------


def _open(request: HttpRequest, visit: Visit) -> HttpResponse:
    words, survey = read_words(visit.language), visit.survey
    typed = request.POST.get("closes", "").strip()
    before = find_period(survey.header.id, visit.wave)
    closes_at, wrong = _read_deadline(visit, typed, words)
    if not typed and before is None:
        wrong = words["frame_closes_lacks"]
    sent = Sent(closes=typed, closes_wrong=wrong, open_wrong=_find_hindrance(visit, words))
    if sent.errors:
        return _answer(request, visit, sent)
    try:
        opened = open_for_all(survey, visit.wave, visit.worker.secret, visit.now, visit.name, closes_at)
    except WaveRefused as error:
        # The wave is one of the survey's, so it is the questionnaire.
        return _answer(request, visit, replace(sent, open_wrong=words["frame_another_meaning"], detail=str(error)))
    said = words.fill(
        "frame_added" if before else "frame_opened",
        responses=words.write_count(opened.responses),
        added=words.write_count(opened.added),
    )
    if opened.closes_at:
        said += " " + words.fill("frame_closes_then", moment=write_moment(opened.closes_at, words))
    if opened.added:
        said += " " + words["frame_start_again"]
    return go_on(request, point(visit, "frame"), said)


def _read_deadline(visit: Visit, typed: str, words: Words) -> tuple[datetime.datetime | None, str]:
    """The deadline where one was typed, and what is wrong with it."""
    if not typed:
        return None, ""
    try:
        moment = datetime.datetime.fromisoformat(typed)
        moment = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
        if moment <= visit.now:
            return None, words["frame_closes_over"]
        # A slip of the year would keep contacts for as long; who means it has the command.
        if moment > visit.now + LONGEST_EXTENSION:
            return None, words["frame_closes_far"]
    except (ValueError, OverflowError):
        return None, words["frame_closes_unread"]
    return moment, ""


def _find_hindrance(visit: Visit, words: Words) -> str:
    """Why the wave takes nobody, '' if it does."""
    closing = find_closing(visit.survey.header.id, visit.wave)
    if closing:
        return words.fill("frame_frozen", day=write_day(closing.at, words))
    return "" if visit.survey.find_asked(visit.wave) else words.fill("frame_nobody", wave=visit.wave)


# -- what is shown -----------------------------------------------------------------------------------------------------


def _answer(request: HttpRequest, visit: Visit, sent: Sent, load: Load | None = None) -> HttpResponse:
    words = read_words(visit.language)
    context = {
        "title": words["frame_title"],
        "wrong": bool(sent.errors),
        "errors": sent.errors,
        "sent": sent,
        "load": _describe_load(visit, load, words) if load else None,
        "list_help": words.fill("frame_file_help", size=SIZE),
        **_describe_frame(visit, words),
        **_describe_opening(visit, words),
    }
    return answer_visit(request, visit, "frame.html", context, 422 if sent.errors else 200)


def _describe_frame(visit: Visit, words: Words) -> dict[str, object]:
    survey, wave = visit.survey, visit.wave
    there = survey.frame.of_wave(wave)
    count = Counter(survey.name_stratum(one, wave) for one in there)
    return {
        "strata": [(name_stratum(visit, one), words.write_count(count[one])) for one in sorted(count)],
        "total": words.write_count(len(there)),
        "caption": words.fill("frame_by_stratum", wave=wave),
        "sources": [
            {"file": one.file, "sheet": one.sheet or "", "shared": ", ".join(waves) if len(waves) > 1 else ""}
            for one in _list_sources(visit)
            for waves in [one.waves or survey.wave_ids]
        ],
        "no_source": words.fill("frame_no_source", wave=wave),
    }


def _describe_opening(visit: Visit, words: Words) -> dict[str, object]:
    survey, wave = visit.survey, visit.wave
    period = find_period(survey.header.id, wave)
    asked = survey.find_asked(wave)
    there = {(one.organisation, one.role) for one in list_responses(survey.header.id, wave)}
    fresh = [whom for whom in asked if whom not in there]
    is_over = bool(period and period.closes_at and period.closes_at <= visit.now)
    return {
        "since": write_moment(period.opens_at, words) if period else "",
        "closes": write_moment(period.closes_at, words) if period and period.closes_at else "",
        "over": is_over,
        "responses": words.write_count(len(there)),
        "fresh": words.write_count(len(fresh)),
        "has_fresh": bool(fresh),
        "fresh_names": _fold([_name(visit, *whom) for whom in fresh]) if period else None,
        "gone": _fold([_name(visit, *whom) for whom in sorted(there - set(asked))]),
        "hindrance": _find_hindrance(visit, words),
        "may_ask": words.fill("frame_will_ask", count=words.write_count(len(asked))),
        "soonest": timezone.localtime(visit.now).strftime("%Y-%m-%dT%H:%M"),
    }


def _name(visit: Visit, organisation: str, role: str) -> str:
    """Who it is: by its key alone where it has left the survey altogether."""
    names = {one.key: one.name for one in visit.survey.frame.organisations}
    name = f"{names[organisation]} ({organisation})" if organisation in names else organisation
    roles = [one.id for one in visit.survey.header.roles if visit.wave in one.waves]
    # A role that the wave does not ask any more is said too: it is why this one is not asked.
    if role in visit.survey.roles and roles != [role]:
        return f"{name}, {name_role(visit, role)}"
    return name


def _fold(lines: Sequence[str]) -> dict[str, object]:
    return {"lines": lines, "many": len(lines) > _MANY}


def _describe_load(visit: Visit, load: Load, words: Words) -> dict[str, object]:
    """What a new list would change, as `praksis frame load` says it."""
    found = load.comparison
    counts = {"new": len(found.new), "gone": len(found.gone), "same": found.same}
    counts |= {"changed": found.changed, "moved": found.moved}
    decided = [
        words.fill("frame_took_over", old=_list(old), new=one.new_key, how=_say_how(one.kind, one.day, words))
        for old, successions in found.decided
        for one in successions
    ]
    parts = [
        ("frame_new_ones", [_list(one) for one in found.new]),
        ("frame_gone_ones", [_list(one) for one in found.gone]),
        ("frame_changes", [_say_changes(visit, *one, words) for one in _group(found.changes)]),
        ("frame_decided", decided),
    ]
    return {
        "file": words.fill("frame_against", file=load.file),
        "counts": [(words[f"frame_count_{name}"], words.write_count(count)) for name, count in counts.items()],
        "parts": [(words[title], _fold(lines)) for title, lines in parts if lines],
        "suggestions": [_describe_suggestion(one, words) for one in found.suggestions],
        "restored": words.fill("frame_restored", count=words.write_count(load.restored)) if load.restored else "",
        "left_out": words.fill("frame_left_out", who=", ".join(load.left_out)) if load.left_out else "",
        "blocking": [tell_problem(one, words) for one in load.blocking],
        "answered": [problem for problem in load.problems if problem.answered],
        "is_there": load.is_there,
    }


def _list(one: Listed) -> str:
    return f"{one.name} ({one.key})" if one.name else one.key


def _group(changes: Sequence[Change]) -> list[tuple[Listed, list[Change]]]:
    """By organisation, as they come."""
    return [(one, list(those)) for one, those in groupby(changes, lambda change: change.organisation)]


def _say_changes(visit: Visit, one: Listed, changes: Sequence[Change], words: Words) -> str:
    moved = {(change.old, change.new) for change in changes if change.is_stratum}
    # A class that stands in the list as it is has changed once, not also as a column.
    told = [change for change in changes if change.is_stratum or (change.old, change.new) not in moved]
    return f"{_list(one)}: " + "; ".join(_say_change(visit, change, words) for change in told)


def _say_change(visit: Visit, change: Change, words: Words) -> str:
    """`Size: small → large`, or the file's own column and texts."""
    breakdown = visit.survey.breakdowns.get(change.what) if change.is_stratum else None
    title = breakdown.title[visit.content_language] if breakdown else change.what
    labels = {one.id: one.label[visit.content_language] for one in breakdown.categories} if breakdown else {}
    old, new = (labels.get(text, text) or words["frame_nothing"] for text in (change.old, change.new))
    return f"{title}: {old} → {new}"


def _describe_suggestion(one: Suggestion, words: Words) -> dict[str, str]:
    day, kind = one.day.isoformat() if one.day else "", one.kind.value if one.kind else ""
    return {
        "text": words.fill("frame_perhaps", old=_list(one.old), new=_list(one.new)),
        "why": one.why,
        "line": f"{one.old.key},{one.new.key},{day},{kind},",
    }


def _say_how(kind: str, day: datetime.date, words: Words) -> str:
    return f"{words[f'frame_kind_{kind}']}, {words.write_date(day.isoformat())}"
