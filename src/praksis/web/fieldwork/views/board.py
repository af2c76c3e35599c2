"""How the wave goes: numbers by stratum, day by day, and where those who have begun have stopped."""

import datetime
import math
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from praksis.collect.progress import Counts, Day, count_days, list_stops
from praksis.estimate.precision import Precision, count_needed
from praksis.estimate.response_rate import ResponseRates
from praksis.web.fieldwork.board import Board, read_board
from praksis.web.fieldwork.guard import for_staff
from praksis.web.fieldwork.label import has_roles, name_page, name_role, name_stratum
from praksis.web.fieldwork.render import answer_visit, point
from praksis.web.fieldwork.visit import May, Visit
from praksis.web.fieldwork.words import read_words, write_percent
from praksis.web.words import Words, write_moment

_COLUMNS = ("frame", "invited", "delivered", "undeliverable", "opened", "started", "submitted", "declined")
_WISHED = 5.0
"""Percentage points: the margin that `needed` is about, which is what Statistics Norway's readers are used to see."""


@dataclass(frozen=True)
class Row:
    """A stratum, or all."""

    name: str
    href: str
    numbers: tuple[str, ...]
    rates: tuple[str, ...]
    """Response rates and completion, then the margin of error, and how many more there should be."""


@require_safe
@for_staff(May.SEE)
def show_board(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The board, now or as it was at `?at=`."""
    words = read_words(visit.language)
    at, wrong = _read_at(request, visit)
    roles = [role.id for role in visit.survey.roles.values() if visit.survey.items_asked(visit.wave, role.id)]
    role = request.GET.get("role", "") if request.GET.get("role", "") in roles else ""
    board = read_board(visit.survey, visit.wave, at, role=role)
    context = {
        "title": words["board_title"],
        # The form sends an empty field too, of whoever chooses a role alone.
        "as_of": words.fill(
            "board_as_of" if request.GET.get("at") and not wrong else "board_as_is", moment=write_moment(at, words)
        ),
        "at_field": timezone.localtime(at).strftime("%Y-%m-%dT%H:%M") if request.GET.get("at") else "",
        "wrong": words["board_at_wrong"] if wrong else "",
        "roles": [
            {"id": one, "text": name_role(visit, one), "current": one == role}
            for one in (roles if len(roles) > 1 else [])
        ],
        "open": bool(board.cases),
    }
    if board.cases:
        context |= _describe(board, visit, words, role)
    return answer_visit(request, visit, "board.html", context, 422 if wrong else 200)


def _read_at(request: HttpRequest, visit: Visit) -> tuple[datetime.datetime, bool]:
    """The moment asked for, now where that is still to come, and whether it could not be read."""
    text = request.GET.get("at", "")
    try:
        moment = datetime.datetime.fromisoformat(text) if text else visit.now
        # At the ends of the calendar there is a moment elsewhere that is none here.
        local = timezone.localtime(timezone.make_aware(moment) if timezone.is_naive(moment) else moment)
        return min(local, visit.now), False
    except (ValueError, OverflowError):
        return visit.now, True


def _describe(board: Board, visit: Visit, words: Words, role: str) -> dict[str, object]:
    total = board.progress.total
    rows = [_write_row(board, visit, words, name, counts) for name, counts in board.progress.strata.items()]
    last = Row(
        words["all"],
        _point_organisations(board, visit),
        _write_counts(total, words),
        (*_write_rates(board.rates, total, words), _write_margin(board.precision, words), ""),
    )
    shown = ("frame", "invited", "opened", "started", "submitted")
    tiles = [(words[f"count_{name}"], words.write_count(getattr(total, name))) for name in shown]
    tiles.append((words["rate_rr1"], write_percent(board.rates.rr1, words)))
    if board.precision and not math.isnan(board.precision.margin):
        tiles.append((words["margin_points"], _write_margin(board.precision, words)))
    rates = [
        (name.upper(), write_percent(getattr(board.rates, name), words), words[f"rate_{name}_is"]) for name in _RATES
    ]
    closes_at = board.rule.closes_at
    return {
        "tiles": tiles,
        "whose": _say_whose(board, visit, words),
        "columns": [words[f"count_{name}"] for name in _COLUMNS],
        "rows": rows,
        "last": last,
        "closes": write_moment(closes_at, words) if closes_at else "",
        "rates": rates,
        "median_days": _write_days(total.median_time, words),
        "days": _draw_days(count_days(board.cases, board.at, timezone.get_current_timezone()), words),
        "missing": _say_missing(board, visit, words, role),
        "gone": [_name_gone(visit, *whom) for whom in board.gone],
        "rate_columns": [
            *("RR1", "RR2", "RR5", words["completion"], words["margin"]),
            words.fill("needed_heading", points=f"{_WISHED:.0f}"),
        ],
    }


def _name_gone(visit: Visit, organisation: str, role: str) -> tuple[str, str]:
    """Who it was: by its key alone where it has left the survey altogether."""
    names = {one.key: one.name for one in visit.survey.frame.organisations}
    name = f"{names[organisation]} ({organisation})" if organisation in names else organisation
    return name, name_role(visit, role) if role in visit.survey.roles and has_roles(visit) else ""


def _say_missing(board: Board, visit: Visit, words: Words, role: str) -> str:
    """How many the frame asks that the wave has not been opened for."""
    asked = [whom for whom in visit.survey.find_asked(visit.wave) if role in ("", whom[1])]
    missing = len(asked) - len(board.cases)
    return words.fill("board_missing", count=words.write_count(missing)) if missing else ""


def _say_whose(board: Board, visit: Visit, words: Words) -> str:
    """Whose margin it is, where several roles answer: those whose responses count as the wave's."""
    leading = visit.survey.find_leading_role(visit.wave)
    several = len({one.role for one in board.cases}) > 1
    if board.standing is None or leading is None or not several:
        return ""
    return words.fill("board_whose", role=name_role(visit, leading.id))


_RATES = ("rr1", "rr2", "rr3", "rr4", "rr5", "rr6")


def _write_row(board: Board, visit: Visit, words: Words, name: str, counts: Counts) -> Row:
    return Row(
        name_stratum(visit, name),
        _point_organisations(board, visit, name),
        _write_counts(counts, words),
        (
            *_write_rates(board.rate_stratum(name), counts, words),
            _write_margin(board.precisions.get(name), words),
            _write_needed(board, name, words),
        ),
    )


def _point_organisations(board: Board, visit: Visit, stratum: str = "") -> str:
    """The list of those whom a row counts."""
    query = urlencode({name: text for name, text in (("stratum", stratum), ("role", board.role)) if text}, safe="/")
    return f"{point(visit, 'organisations')}?{query}".rstrip("?")


def _write_counts(counts: Counts, words: Words) -> tuple[str, ...]:
    return tuple(words.write_count(getattr(counts, column)) for column in _COLUMNS)


def _write_rates(rates: ResponseRates, counts: Counts, words: Words) -> tuple[str, ...]:
    return tuple(write_percent(one, words) for one in (rates.rr1, rates.rr2, rates.rr5, counts.completion))


def _write_margin(precision: Precision | None, words: Words) -> str:
    if precision is None or math.isnan(precision.margin):
        return ""
    return "±" + f"{precision.margin:.1f}".replace(".", words["decimal_sign"])


def _write_needed(board: Board, stratum: str, words: Words) -> str:
    if board.standing is None or stratum not in board.standing.strata:
        return ""
    more = count_needed(board.standing, stratum, _WISHED)
    return words["needed_never"] if more is None else words.write_count(more)


def _write_days(time: datetime.timedelta | None, words: Words) -> str:
    if time is None:
        return ""
    return f"{time.total_seconds() / 86400:.1f}".replace(".", words["decimal_sign"])


@dataclass(frozen=True)
class Bar:
    """A day as a line of the table, with a bar as long as its share of the best day."""

    date: str
    submitted: str
    total: str
    length: float
    """0 to 100."""


def _draw_days(days: tuple[Day, ...], words: Words) -> list[Bar]:
    most = max((day.submitted for day in days), default=0)
    return [
        Bar(
            words.write_date(day.date.isoformat()),
            words.write_count(day.submitted),
            words.write_count(day.total),
            100 * day.submitted / most if most else 0,
        )
        for day in days
        if day.submitted
    ]


@require_safe
@for_staff(May.SEE)
def show_stuck(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who has begun and not submitted, by the page where they are."""
    words = read_words(visit.language)
    board = read_board(visit.survey, visit.wave, visit.now)
    names = {one.key: one.name for one in visit.survey.frame.of_wave(visit.wave)}
    stops = [
        {
            "page": name_page(visit, stop.page) if stop.page else words["stuck_submitting"],
            "who": [
                {
                    "name": names[one.organisation],
                    "role": name_role(visit, one.role) if has_roles(visit) else "",
                    "href": reverse("case", args=[visit.language, visit.wave, one.organisation, one.role]),
                    "answered": words.fill("stuck_answered", answered=one.answered, asked=one.asked),
                    "since": write_moment(one.since, words),
                }
                for one in stop.who
            ],
        }
        for stop in list_stops(board.cases, visit.now)
    ]
    return answer_visit(request, visit, "stuck.html", {"title": words["stuck_title"], "stops": stops})
