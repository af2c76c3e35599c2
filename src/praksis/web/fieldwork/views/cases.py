"""Everyone asked in the wave, and where each stands: the list that a fieldworker works through."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from praksis.collect.progress import Moment, MomentKind
from praksis.collect.roster import Entry, Sorting, State, pick_entries, sort_entries
from praksis.web.fieldwork.guard import for_staff
from praksis.web.fieldwork.label import name_role, name_stratum
from praksis.web.fieldwork.render import HEADERS, answer_visit, point
from praksis.web.fieldwork.roster import read_roster, write_roster
from praksis.web.fieldwork.visit import May, Visit
from praksis.web.fieldwork.words import read_words, write_day
from praksis.web.words import Words

NO_NUMBER = "\N{EN DASH}"


@dataclass(frozen=True)
class Choice:
    """An option of a list."""

    id: str
    text: str
    current: bool


@dataclass(frozen=True)
class Wish:
    """Whom one wants to see, in which order: what the address says, as far as it can be understood."""

    stratum: str
    role: str
    state: State | None
    text: str
    sorting: Sorting

    @property
    def is_narrow(self) -> bool:
        """Is anybody left out?"""
        return bool(self.stratum or self.role or self.state or self.text)

    def write_query(self, **more: str) -> str:
        """As it stands in an address."""
        parts = {"stratum": self.stratum, "role": self.role, "state": self.state or "", "q": self.text}
        parts["sort"] = "" if self.sorting is Sorting.NAME else self.sorting
        return urlencode({name: text for name, text in (parts | more).items() if text})


@require_safe
@for_staff(May.SEE)
def show_organisations(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The list, or those of it that are asked for; as a page, or as CSV with `?format=csv`."""
    words = read_words(visit.language)
    everyone = read_roster(visit.survey, visit.wave, visit.now)
    wish = _read_wish(request, everyone)
    picked = pick_entries(everyone, wish.stratum, wish.role, None, wish.text)
    entries = sort_entries(pick_entries(picked, state=wish.state), wish.sorting)
    if request.GET.get("format") == "csv":
        return _give_file(visit, entries)
    roles = list(dict.fromkeys(one.role for one in everyone))
    context = {
        "title": words["cases_title"],
        "open": bool(everyone),
        "narrow": wish.is_narrow,
        "stratum": wish.stratum,
        "q": wish.text,
        "strata": [
            Choice(one, name_stratum(visit, one), one == wish.stratum)
            for one in sorted({one.stratum for one in everyone})
        ],
        "roles": [Choice(one, name_role(visit, one), one == wish.role) for one in roles] if len(roles) > 1 else [],
        "states": _offer_states(picked, wish, words),
        "sortings": [Choice(one, words[f"cases_sort_{one}"], one is wish.sorting) for one in Sorting],
        "sorting": wish.sorting.value,
        "rows": [_write_row(one, visit, words) for one in entries],
        "count": words.fill("cases_count", shown=words.write_count(len(entries)), all=words.write_count(len(everyone))),
        "file": f"?{wish.write_query(format='csv')}",
        "everyone": point(visit, "organisations"),
    }
    return answer_visit(request, visit, "organisations.html", context)


def _read_wish(request: HttpRequest, everyone: tuple[Entry, ...]) -> Wish:
    """What there is not is not asked for: an old address still shows the list."""

    def read(name: str, known: set[str]) -> str:
        return text if (text := request.GET.get(name, "")) in known else ""

    state, sorting = read("state", set(State)), read("sort", set(Sorting))
    return Wish(
        read("stratum", {one.stratum for one in everyone}),
        read("role", {one.role for one in everyone}),
        State(state) if state else None,
        " ".join(request.GET.get("q", "").split()),
        Sorting(sorting) if sorting else Sorting.NAME,
    )


def _offer_states(picked: tuple[Entry, ...], wish: Wish, words: Words) -> list[Choice]:
    """Those that there are, with how many of them the other wishes leave."""
    counts = {state: sum(one.state is state for one in picked) for state in State}
    return [
        Choice(state, f"{words[f'state_{state}']} ({words.write_count(count)})", state is wish.state)
        for state, count in counts.items()
        if count or state is wish.state
    ]


@dataclass(frozen=True)
class Row:
    """An organisation in the table."""

    name: str
    href: str
    number: str
    role: str
    stratum: str
    state: str
    code: str
    answers: str
    last: str
    last_at: str
    heard_at: str


def _write_row(one: Entry, visit: Visit, words: Words) -> Row:
    return Row(
        name=one.name,
        href=point(visit, "case", one.organisation, one.role),
        number=one.organisation,
        role=name_role(visit, one.role),
        stratum=name_stratum(visit, one.stratum),
        state=words[f"state_{one.state}"],
        code=one.code,
        answers=words.fill("cases_answers", answered=one.answered, asked=one.asked) if one.asked else NO_NUMBER,
        last=name_moment(one.last, visit, words) if one.last else words["cases_nothing"],
        last_at=write_day(one.last.at, words) if one.last else "",
        heard_at=write_day(one.heard_at, words) if one.heard_at else words["cases_never"],
    )


def name_moment(moment: Moment, visit: Visit, words: Words) -> str:
    """What happened, in words."""
    if moment.kind is MomentKind.FOUND:
        return words[f"found_{moment.about}"]
    return words.fill(f"moment_{moment.kind}", letter=name_letter(moment.about, visit, words))


def name_letter(letter: str, visit: Visit, words: Words) -> str:
    """What kind of letter it is; its id where the survey has it no more. Without an id: about a section handed over."""
    if not letter:
        return words["letter_handed-over"]
    known = visit.survey.letters.letter_by_id if visit.survey.letters else {}
    return words[f"letter_{known[letter].kind}"] if letter in known else letter


def _give_file(visit: Visit, entries: tuple[Entry, ...]) -> HttpResponse:
    text = write_roster(entries, timezone.get_current_timezone())
    name = f"{visit.survey.header.id}-{visit.wave}-organisations.csv"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    # With its mark, so that a spreadsheet knows it for UTF-8.
    return HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)
