"""What staff have done and looked at."""

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from praksis.web.fieldwork.audit import read_about, write_acts
from praksis.web.fieldwork.guard import for_staff
from praksis.web.fieldwork.label import name_role
from praksis.web.fieldwork.render import HEADERS, answer_visit, point
from praksis.web.fieldwork.visit import May, Visit
from praksis.web.fieldwork.words import read_words
from praksis.web.store.audit import Act, count_acts, list_actors, list_acts
from praksis.web.words import Words, write_moment

_PAGE = 100


@dataclass(frozen=True)
class Line:
    """An act, in the words of the page."""

    at: str
    who: str
    act: str
    wave: str
    organisation: str
    key: str
    role: str
    details: str


@require_safe
@for_staff(May.AUDIT)
def show_audit(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Newest first, of the whole survey; `?who=` and `?act=` choose, `?page=` leafs."""
    words, about = read_words(visit.language), visit.survey.header.id
    actors, kinds = list_actors(about)
    who, act = _pick(request, "who", actors), _pick(request, "act", kinds)
    total = count_acts(about, who=who, act=act)
    last = max(1, -(-total // _PAGE))
    asked = request.GET.get("page", "")
    page = min(max(int(asked), 1), last) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 1
    chosen = {name: text for name, text in (("who", who), ("act", act)) if text}
    acts = list_acts(about, _PAGE, who=who, act=act, start=(page - 1) * _PAGE)
    names = sorted((_name(kind, words), kind) for kind in kinds)
    context = {
        "title": words["audit_title"],
        "lines": [_write_line(one, visit, words) for one in acts],
        "total": words.fill("audit_total", count=words.write_count(total)),
        "who": [{"id": one, "text": name_actor(one, words), "current": one == who} for one in actors],
        "acts": [{"id": one, "text": text, "current": one == act} for text, one in names],
        "where": words.fill("audit_page", page=page, last=last) if last > 1 else "",
        "newer": _leaf(chosen, page - 1) if page > 1 else "",
        "older": _leaf(chosen, page + 1) if page < last else "",
        "file": f"{point(visit, 'audit-file')}?{urlencode(chosen)}".rstrip("?"),
    }
    return answer_visit(request, visit, "audit.html", context)


@require_safe
@for_staff(May.AUDIT)
def give_audit(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All of it that is chosen, as a file."""
    about = visit.survey.header.id
    actors, kinds = list_actors(about)
    acts = list_acts(about, 0, who=_pick(request, "who", actors), act=_pick(request, "act", kinds))
    visit.worker.note("export-audit", details={"acts": str(len(acts))})
    name = f"{about}-{read_words(visit.language)['audit_file_name']}.csv"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(write_acts(acts, visit.survey), content_type="text/csv; charset=utf-8", headers=headers)


def _pick(request: HttpRequest, name: str, known: tuple[str, ...]) -> str:
    asked = request.GET.get(name, "")
    return asked if asked in known else ""


def _leaf(chosen: dict[str, str], page: int) -> str:
    return "?" + urlencode(chosen | {"page": str(page)})


def name_actor(who: str, words: Words) -> str:
    """`command:kari` as it is read; what did it is not always somebody."""
    kind, found, name = who.partition(":")
    if found and kind == "command":
        return words.fill("audit_command", name=name)
    return words["audit_itself"] if who == "praksis" else who


def _name(act: str, words: Words) -> str:
    # A release of its own may have acts that this one has no words for.
    return words[f"act_{act}"] if f"act_{act}" in words.keys() else act  # noqa: SIM118  # not a mapping


def _write_line(act: Act, visit: Visit, words: Words) -> Line:
    about = read_about(act, visit.survey)
    role = name_role(visit, about.role)
    return Line(
        write_moment(act.at, words),
        name_actor(act.who, words),
        _name(act.act, words),
        about.wave,
        about.name or about.organisation or about.rest,
        about.organisation if about.name else "",
        role,
        ", ".join(_write_detail(name, text, visit, words) for name, text in act.details.items()),
    )


def _write_detail(name: str, text: str, visit: Visit, words: Words) -> str:
    if name == "role" and f"role_{text}" in words.keys():  # noqa: SIM118  # not a mapping
        text = words[f"role_{text}"]
    if name == "trouble" and (told := f"letters_trouble_{text.replace('-', '_')}") in words.keys():  # noqa: SIM118
        text = words[told]
    if name == "items":
        known = visit.survey.items
        text = "; ".join(known[one].text[visit.content_language] if one in known else one for one in text.split())
    if name == "until":
        text = write_moment(datetime.datetime.fromisoformat(text), words)
    has_word = f"act_detail_{name}" in words.keys()  # noqa: SIM118  # not a mapping
    return f"{words[f'act_detail_{name}'] if has_word else name}: {text}"
