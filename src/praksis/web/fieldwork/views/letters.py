"""Letters: the plan and how far it has come, what each says, one to oneself, what is due now, and what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from praksis.collect.contact import NothingToFill, Recipients
from praksis.collect.contacts import is_email
from praksis.define.letters import Correspondence, Sending
from praksis.web.fieldwork import acts, letters, sending
from praksis.web.fieldwork.guard import for_staff, refuse_visit
from praksis.web.fieldwork.label import has_roles, name_role
from praksis.web.fieldwork.render import answer_visit, go_on, point
from praksis.web.fieldwork.views.audit import name_actor
from praksis.web.fieldwork.visit import May, Visit, find_office
from praksis.web.fieldwork.words import read_words, write_day
from praksis.web.forgetting import find_wave_forget_time
from praksis.web.mail import open_server
from praksis.web.settings import LARGEST_UPLOAD, MOST_UPLOADS
from praksis.web.store.closing import find_closing
from praksis.web.store.collection import list_responses
from praksis.web.store.outbox import Write
from praksis.web.store.outgoing import Tally, count_letters, list_doubts
from praksis.web.words import Words, write_moment

_SIZE = f"{LARGEST_UPLOAD // 1_000_000}\N{NO-BREAK SPACE}MB"
_WAITING = "waiting"
"""What a form calls the letters that waited before."""


@dataclass(frozen=True)
class Line:
    """A letter of the plan, and how it stands."""

    day: str
    letter: str
    href: str
    kind: str
    to: str
    tally: Tally | None


@dataclass(frozen=True)
class Kind:
    """What is due of a letter in a language."""

    letter: str
    name: str
    """What kind it is."""
    href: str
    language: str
    count: str
    seen: str
    """As the form tells what its reader saw."""


# -- the plan and how far it has come ----------------------------------------------------------------------------------


@require_safe
@for_staff(May.SEND)
def show_letters(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Everything about the letters of the wave."""
    return _answer(request, visit)


def _answer(request: HttpRequest, visit: Visit, wrong: str = "") -> HttpResponse:
    words, survey = read_words(visit.language), visit.survey
    due = find_wave_forget_time(survey, visit.wave)
    context: dict[str, object] = {
        "title": words["letters_title"],
        "wrong": wrong,
        "has_letters": survey.letters is not None,
        "server": bool(find_office().smtp),
        "command": ("praksis", "fieldwork", "letters", f"surveys/{survey.header.id}", f"--wave {visit.wave}", "--send"),
        "command_again": ("praksis", "collect", "send", f"surveys/{survey.header.id}", "--unknown"),
        "forgotten": due is not None and due <= visit.now,
        "due_day": write_day(due, words) if due else "",
        "mails_help": words.fill("letters_mails_help", count=words.write_count(MOST_UPLOADS), size=_SIZE),
        "links": {one: point(visit, f"letters-{one}") for one in ("send", "mails")},
        "here": point(visit, "letters"),
    }
    if survey.letters:
        context |= _describe(visit, survey.letters, words)
    return answer_visit(request, visit, "letters.html", context, 422 if wrong else 200)


def _describe(visit: Visit, correspondence: Correspondence, words: Words) -> dict[str, object]:
    header = visit.survey.header
    tallies = count_letters(header.id, visit.wave, visit.now)
    recipients = letters.plan_letters(visit.survey, visit.wave, visit.now)
    names = {one.key: one.name for one in visit.survey.frame.of_wave(visit.wave)}
    resting = sorted(recipients.resting.items(), key=lambda one: (-one[1], one[0]))
    return {
        "rule": words.fill(
            "letters_rule",
            hour=f"{correspondence.hour:02}{words['time_sign']}00",
            days=words["days_one"]
            if correspondence.between == 1
            else words.fill("days_many", count=correspondence.between),
        ),
        "lines": _list_lines(visit, correspondence, tallies, words),
        "kinds": _list_kinds(visit, recipients, words),
        "total": words.write_count(len(recipients.due)),
        "waiting": _count(tallies),
        "waiting_text": words.write_count(_count(tallies)),
        "resting": [(words[f"letters_why_{why.replace('-', '_')}"], words.write_count(n)) for why, n in resting],
        "closed": find_closing(header.id, visit.wave) is not None,
        "open": bool(recipients.due or recipients.resting),
        "news": _tell_news(visit, tallies, words),
        "doubts": [
            {
                "name": names.get(one.organisation, one.organisation),
                "role": name_role(visit, one.role) if has_roles(visit) else "",
                "href": point(visit, "case", one.organisation, one.role),
                "letter": one.letter or words["letters_to_colleagues"],
                "at": write_moment(one.begun_at, words),
                "mark": one.mark,
            }
            for one in list_doubts(header.id, visit.wave, visit.now)
        ],
    }


def _list_lines(visit: Visit, correspondence: Correspondence, tallies: Mapping[str, Tally], words: Words) -> list[Line]:
    """The plan by its dates; then what was sent and is not in it any more, and what answering wrote to colleagues."""
    lines, shown = [], set()
    for one in sorted((one for one in correspondence.plan if one.wave == visit.wave), key=lambda one: one.on):
        lines.append(
            Line(
                words.write_date(one.on.isoformat()),
                one.letter,
                point(visit, "letter", one.letter),
                words[f"letters_kind_{correspondence.letter_by_id[one.letter].kind}"],
                _write_audience(visit, correspondence, one, words),
                # A letter may stand in two lines; it is counted once.
                None if one.letter in shown else tallies.get(one.letter, Tally()),
            )
        )
        shown.add(one.letter)
    for letter in [one for one in correspondence.letter_by_id if one not in shown] + sorted(
        set(tallies) - shown - set(correspondence.letter_by_id)
    ):
        known = correspondence.letter_by_id.get(letter)
        lines.append(
            Line(
                words["letters_not_planned"] if letter else "",
                letter or words["letters_to_colleagues"],
                point(visit, "letter", letter) if known else "",
                words[f"letters_kind_{known.kind}"] if known else "",
                "" if letter else words["letters_colleagues"],
                tallies.get(letter, Tally()),
            )
        )
    return lines


def _write_audience(visit: Visit, correspondence: Correspondence, line: Sending, words: Words) -> str:
    to = words[f"letters_to_{correspondence.audience_of(line).replace('-', '_')}"]
    roles = ", ".join(name_role(visit, role) for role in line.roles)
    return f"{to} ({roles})" if roles else to


def _list_kinds(visit: Visit, recipients: Recipients, words: Words) -> list[Kind]:
    correspondence, languages = visit.survey.letters, visit.survey.header.languages
    assert correspondence
    return [
        Kind(
            letter,
            words[f"letters_kind_{correspondence.letter_by_id[letter].kind}"],
            point(visit, "letter", letter),
            _name_language(language, words),
            words.write_count(count),
            f"{letter}/{language}/{count}",
        )
        for (letter, language), count in sorted(
            recipients.letters.items(), key=lambda one: (one[0][0], languages.index(one[0][1]))
        )
    ]


def _name_language(language: str, words: Words) -> str:
    key = f"letters_language_{language}"
    return words[key] if key in words.keys() else language  # noqa: SIM118  # Words is no mapping


def _count(tallies: Mapping[str, Tally]) -> int:
    """How many wait to be sent."""
    return sum(one.waiting for one in tallies.values())


def _tell_news(visit: Visit, tallies: Mapping[str, Tally], words: Words) -> dict[str, object] | None:
    """How the last sending went, or goes; as it was noted, so also that of a command or of another process."""
    run = sending.find_last_run(visit.worker)
    if run is None:
        return None
    waiting = _count(tallies)
    begun, who = write_moment(run.begun.at, words), name_actor(run.begun.who, words)
    if run.ended is None:
        text = words.fill("letters_under_way", at=begun, who=who, waiting=words.write_count(waiting))
        return {"color": "info", "text": text, "again": True} if waiting else None
    sent = words.fill("letters_ended", at=begun, who=who, sent=words.write_count(run.count("sent")))
    more = [
        words.fill(f"letters_{what}", count=words.write_count(run.count(what)))
        for what in ("returned", "withheld", "withdrawn", "failed")
        if run.count(what)
    ]
    if run.trouble:
        more.append(words[f"letters_trouble_{run.trouble.replace('-', '_')}"])
    color = "warning" if run.trouble else "info"
    return {"color": color, "text": " ".join([sent, *more]), "server_said": run.said, "again": False}


# -- what a letter says, and one to oneself ----------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(May.SEND)
def show_letter(request: HttpRequest, visit: Visit, letter: str) -> HttpResponse:
    """One letter in every language, with nobody's name in it; and a form that sends it to oneself."""
    correspondence = visit.survey.letters
    if correspondence is None or letter not in correspondence.letter_by_id:
        raise Http404
    words, languages = read_words(visit.language), visit.survey.header.languages
    if not list_responses(visit.survey.header.id, visit.wave):
        return refuse_visit(request, visit, "not_open", 409)
    language = request.POST.get("language", visit.content_language)
    language = language if language in languages else visit.content_language
    recipient, wrong = request.POST.get("email", "").strip(), ""
    examples, missing = _fill(visit, letter, languages)
    if request.method == "POST":
        if not find_office().smtp:
            return refuse_visit(request, visit, "no_server", 409)
        if is_email(recipient) and not missing:
            outcome = sending.try_letter(visit.worker, letter, language, recipient, _open_mail(visit))
            if outcome.sent.sent:
                return go_on(request, point(visit, "letter", letter), words.fill("letters_tried", email=recipient))
            wrong = _explain(outcome, words)
        else:
            wrong = words["letters_wrong_email"]
    context = {
        "title": words[f"letters_kind_{correspondence.letter_by_id[letter].kind}"],
        "letter": letter,
        "back": point(visit, "letters"),
        "wrong": wrong,
        "examples": examples,
        "missing": missing,
        "server": bool(find_office().smtp),
        "recipient": recipient,
        "languages_offered": [(one, _name_language(one, words), one == language) for one in languages],
        "command": (
            *("praksis", "fieldwork", "letters", f"surveys/{visit.survey.header.id}", f"--wave {visit.wave}"),
            *("--try EMAIL", f"--letter {letter}"),
        ),
    }
    return answer_visit(request, visit, "letter.html", context, 422 if wrong else 200)


def _fill(visit: Visit, letter: str, languages: Sequence[str]) -> tuple[list[dict[str, str]], str]:
    """The letter in each language; or what it names that there is not."""
    words, examples = read_words(visit.language), []
    for language in languages:
        try:
            filled = letters.fill_example(visit.survey, visit.wave, letter, language)
        except NothingToFill as error:
            return [], str(error)
        name = _name_language(language, words)
        examples.append({"code": language, "name": name, "subject": filled.subject, "body": filled.body})
    return examples, ""


def _explain(outcome: sending.Outcome, words: Words) -> str:
    """Why a letter to oneself was not sent."""
    if outcome.sent.returned:
        return words["letters_no_mailbox"]
    trouble = (outcome.trouble or sending.Trouble.FAULT).replace("-", "_")
    said = f" ({outcome.said})" if outcome.said else ""
    return words[f"letters_try_{trouble}"] + said


def _open_mail(visit: Visit) -> Write:
    office, correspondence = find_office(), visit.survey.letters
    reply_to = (correspondence.reply_to if correspondence else None) or ""
    return open_server(office.smtp, office.sender, office.copy_to, reply_to)


# -- what is due now ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(May.SEND)
def send_due(request: HttpRequest, visit: Visit) -> HttpResponse:
    """How many would be sent, and a button; if there are more by then, the new number and the button again."""
    if visit.survey.letters is None:
        raise Http404
    if not find_office().smtp:
        return refuse_visit(request, visit, "no_server", 409)
    words = read_words(visit.language)
    recipients = letters.plan_letters(visit.survey, visit.wave, visit.now)
    waiting = _count(count_letters(visit.survey.header.id, visit.wave, visit.now))
    if not recipients.due and not waiting:
        return go_on(request, point(visit, "letters"), words["letters_none_due"])
    missing = [text for letter, language in recipients.letters if (text := _fill(visit, letter, [language])[1])]
    more = request.method == "POST" and _is_more(recipients, waiting, request.POST.getlist("seen"))
    if request.method == "POST" and not missing and not more:
        # Who becomes due in this very moment gets a letter too: they would have in an hour.
        write = _open_mail(visit)
        queued, _ = sending.queue_due(visit.worker)
        sending.start_sending(visit.worker, find_office().base, write)
        return go_on(request, point(visit, "letters"), words.fill("letters_begun", count=words.write_count(queued)))
    total = len(recipients.due) + waiting
    context = {
        "title": words["letters_send_title"],
        "back": point(visit, "letters"),
        "more": more,
        "missing": missing,
        "kinds": _list_kinds(visit, recipients, words),
        "waiting": words.write_count(waiting) if waiting else "",
        "seen_waiting": f"{_WAITING}/{waiting}",
        "button": words.fill("letters_send_button", count=words.write_count(total)),
    }
    return answer_visit(request, visit, "letters_send.html", context, 409 if more else 200)


def _is_more(recipients: Recipients, waiting: int, seen: list[str]) -> bool:
    """Would more leave of any letter, or in all, than the reader saw? What they saw may have been queued since."""
    known: dict[str, int] = {}
    for one in seen:
        kind, _, count = one.rpartition("/")
        known[kind] = int(count) if count.isascii() and count.isdecimal() and len(count) < 9 else 0
    due = {f"{letter}/{language}": count for (letter, language), count in recipients.letters.items()}
    return any(count > known.get(kind, 0) for kind, count in due.items()) or sum(due.values()) + waiting > sum(
        known.values()
    )


# -- what came back ----------------------------------------------------------------------------------------------------


@require_POST
@for_staff(May.SEND)
def read_mails(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Mails that came back: bounces stop letters to an address, the rest is counted."""
    words, given = read_words(visit.language), request.FILES.getlist("mails")
    if not given:
        return _answer(request, visit, words["letters_no_mails"])
    if sum(one.size or 0 for one in given) > LARGEST_UPLOAD:
        return _answer(request, visit, words.fill("letters_mails_too_large", size=_SIZE))
    read = acts.read_mails(visit.worker, [one.read() for one in given])
    counts = {name: words.write_count(count) for name, count in vars(read).items()}
    return go_on(request, point(visit, "letters"), words.fill("letters_mails_read", **counts))
