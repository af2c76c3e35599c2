"""What is done to one organisation: the forms, and what comes of them."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from praksis.collect.contacts import is_email, is_phone
from praksis.collect.disposition import Found
from praksis.collect.response import fold_events
from praksis.web.fieldwork import acts
from praksis.web.fieldwork.visit import Visit
from praksis.web.fieldwork.words import read_words, write_day
from praksis.web.forgetting import find_wave_forget_time
from praksis.web.store.cases import Facts
from praksis.web.store.closing import find_closing
from praksis.web.store.contacts import Address
from praksis.web.words import Words, write_moment

LONGEST_NOTE, _LONGEST_LINE = 2000, 200
_SAYABLE = (
    Found.NOTE, Found.DECLINED, Found.UNABLE, Found.OPTED_OUT, Found.MERGED, Found.CLOSED, Found.OUTSIDE,
    Found.DUPLICATE,
)  # fmt: skip
"""What is offered to note. What takes it back has a button of its own, where there is something to take back."""

Typed = Mapping[str, str]


@dataclass(frozen=True)
class Field:
    """A field of a form."""

    id: str
    name: str
    label: str
    kind: str
    """`text`, `email`, `tel`, `datetime-local`, `area` or `select`."""
    value: str
    wrong: str
    required: bool = False
    longest: int = _LONGEST_LINE
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Form:
    """Something that can be done; or, without fields and button, why it cannot be done now."""

    act: str
    title: str
    text: str = ""
    fields: tuple[Field, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    button: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of a form: what is said on the next page, what is wrong in which field, or why it cannot be at all."""

    said: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""


@dataclass(frozen=True)
class Desk:
    """A case on the desk of somebody who may work on it, with what they have typed."""

    visit: Visit
    facts: Facts
    typed: Typed = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    """Field of the form -> what is wrong with it."""

    @property
    def words(self) -> Words:
        return read_words(self.visit.language)

    def read(self, name: str) -> str:
        """What was typed, on one line."""
        return " ".join(_keep_visible(self.typed.get(name, "")).split())

    def read_note(self) -> str:
        """What was typed, with its lines."""
        lines = _keep_visible(self.typed.get("why", "").replace("\r\n", "\n")).split("\n")
        return "\n".join(line.rstrip() for line in lines).strip()

    @property
    def seen(self) -> int | None:
        """How many facts there were when the form was made: so the same form sent twice is known."""
        return int(text) if (text := self.typed.get("seen", "")).isdecimal() and len(text) < 10 else None

    def make_field(self, act: str, name: str, kind: str, label: str, value: str = "", **more: object) -> Field:
        mine = self.typed.get("act") == act
        shown = self.typed.get(name, value) if mine else value
        wrong = self.faults.get(name, "") if mine else ""
        return Field(f"{act}-{name}", name, label, kind, shown, wrong, **more)  # type: ignore[arg-type]

    def make_note_field(self, act: str, label: str, *, required: bool = False) -> Field:
        return self.make_field(act, "why", "area", self.words[label], longest=LONGEST_NOTE, required=required)


def _keep_visible(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")


# -- the forms ---------------------------------------------------------------------------------------------------------


def list_forms(desk: Desk) -> list[Form]:
    """What can be done to the case now, and why the rest cannot."""
    forms = [_make_note(desk), _make_extend(desk), _make_reopen(desk), _make_reassign(desk)]
    return [form for form in forms if form]


def list_takebacks(desk: Desk, takebacks: tuple[Found, ...]) -> list[Form]:
    """A form for each thing that was said of the case and can be taken back."""
    words = desk.words
    return [
        Form(
            f"note-{said}",
            words[f"case_back_{said}"],
            fields=(desk.make_note_field(f"note-{said}", "case_why"),),
            hidden=(("said", said), ("seen", str(len(desk.facts.case_events)))),
            button=words[f"case_back_{said}_button"],
        )
        for said in takebacks
    ]


def _make_note(desk: Desk) -> Form:
    words = desk.words
    options = tuple((said.value, words[f"found_{said}"]) for said in _SAYABLE)
    return Form(
        "note",
        words["case_note"],
        words["case_note_text"],
        (
            desk.make_field("note", "said", "select", words["case_said"], Found.NOTE, options=options),
            desk.make_note_field("note", "case_words"),
        ),
        (("seen", str(len(desk.facts.case_events))),),
        words["case_note_button"],
    )


def _make_extend(desk: Desk) -> Form:
    words, facts = desk.words, desk.facts
    if closed := _find_closed(desk):
        return Form("extend", words["case_extend"], closed)
    if facts.wave_closes_at is None or facts.closes_at is None:
        return Form("extend", words["case_extend"], words["case_extend_open"])
    now = words.fill("case_extend_now", until=write_moment(facts.closes_at, words))
    return Form(
        "extend",
        words["case_extend"],
        now,
        (
            desk.make_field("extend", "until", "datetime-local", words["case_until"], required=True),
            desk.make_note_field("extend", "case_why"),
        ),
        (("seen", str(len(facts.case_events))),),
        words["case_extend_button"],
    )


def _make_reopen(desk: Desk) -> Form | None:
    words, facts = desk.words, desk.facts
    if not _is_submitted(facts):
        return None
    if closed := _find_closed(desk):
        return Form("reopen", words["case_reopen"], closed)
    over = facts.closes_at is not None and facts.closes_at <= desk.visit.now
    return Form(
        "reopen",
        words["case_reopen"],
        " ".join((words["case_reopen_text"], *([words["case_reopen_over"]] if over else []))),
        (desk.make_note_field("reopen", "case_why", required=True),),
        button=words["case_reopen_button"],
    )


def _make_reassign(desk: Desk) -> Form:
    words, visit, facts = desk.words, desk.visit, desk.facts
    if due := _find_forgotten(desk):
        return Form("reassign", words["case_reassign"], words.fill("case_forgotten", day=write_day(due, words)))
    languages = tuple((one, name_language(one, words)) for one in visit.survey.header.languages)
    language = facts.people[0].language
    make = desk.make_field
    return Form(
        "reassign",
        words["case_reassign"],
        words["case_reassign_text"],
        (
            make("reassign", "email", "email", words["case_email"], required=True, longest=254),
            make("reassign", "name", "text", words["case_name"]),
            make("reassign", "phone", "tel", words["case_phone"], longest=30),
            make("reassign", "language", "select", words["case_language"], language, options=languages),
        ),
        button=words["case_reassign_button"],
    )


def name_language(language: str, words: Words) -> str:
    """What a language is called; its code where we do not know."""
    key = f"case_language_{language}"
    return words[key] if key in words.keys() else language  # noqa: SIM118  # a method of ours


def _find_closed(desk: Desk) -> str:
    """That the wave takes no more answers, if it was closed."""
    closing = find_closing(desk.visit.survey.header.id, desk.visit.wave)
    return desk.words.fill("case_frozen", day=write_day(closing.at, desk.words)) if closing else ""


def _find_forgotten(desk: Desk) -> datetime.datetime | None:
    """When contacts were deleted, if that day has come."""
    due = find_wave_forget_time(desk.visit.survey, desk.visit.wave)
    return due if due is not None and due <= desk.visit.now else None


def _is_submitted(facts: Facts) -> bool:
    return fold_events(facts.events).submitted is not None


# -- what comes of them ------------------------------------------------------------------------------------------------


def do_act(desk: Desk) -> Outcome | None:
    """Do what a form says, or say what is wrong with it; None for an act that there is not."""
    act = _ACTS.get(desk.typed.get("act", "").partition("-")[0])
    return act(desk) if act else None


def _note(desk: Desk) -> Outcome | None:
    words, note = desk.words, desk.read_note()
    if desk.typed.get("said") not in set(Found):
        return None
    said = Found(desk.typed["said"])
    faults = _check_note(desk, note)
    if said is Found.NOTE and not note:
        faults["why"] = words["case_wrong_words"]
    if faults:
        return Outcome(faults=faults)
    done = acts.note_found(desk.visit.worker, desk.facts, said, note, desk.seen)
    return Outcome(words["case_noted"] if done else words["case_noted_already"])


def _extend(desk: Desk) -> Outcome:
    words, visit, facts, note = desk.words, desk.visit, desk.facts, desk.read_note()
    if closed := _find_closed(desk):
        return Outcome(refused=closed)
    faults = _check_note(desk, note)
    until = _read_moment(desk.read("until"))
    if until is None:
        faults["until"] = words["case_wrong_until"]
    elif until <= visit.now:
        faults["until"] = words["case_wrong_over"]
    elif facts.wave_closes_at is None:
        return Outcome(words["case_extend_open"])
    elif until <= facts.wave_closes_at:
        faults["until"] = words.fill("case_wrong_early", until=write_moment(facts.wave_closes_at, words))
    elif until > max(visit.now, facts.wave_closes_at) + acts.LONGEST_EXTENSION:
        faults["until"] = words["case_wrong_far"]
    if faults or until is None:
        return Outcome(faults=faults)
    acts.extend_case(visit.worker, facts, until, note, desk.seen)
    return Outcome(words.fill("case_extended", until=write_moment(until, words)))


def _read_moment(text: str) -> datetime.datetime | None:
    """Day and time, in the time of the survey's country; None for a day alone, too: it would end as it begins."""
    try:
        moment = datetime.datetime.fromisoformat(text) if "T" in text or " " in text else None
        if moment is None:
            return None
        local = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
        # At the ends of the calendar there is a moment here that is none elsewhere.
        local.astimezone(datetime.UTC)
        return local
    except (ValueError, OverflowError):
        return None


def _reopen(desk: Desk) -> Outcome:
    words, note = desk.words, desk.read_note()
    if closed := _find_closed(desk):
        return Outcome(refused=closed)
    if not _is_submitted(desk.facts):
        return Outcome(words["case_open_already"])
    faults = _check_note(desk, note)
    if not note:
        faults["why"] = words["case_wrong_why"]
    if faults:
        return Outcome(faults=faults)
    try:
        acts.reopen_case(desk.visit.worker, desk.facts, note)
    except acts.CannotAct:  # somebody was faster
        return Outcome(words["case_open_already"])
    return Outcome(words["case_reopened"])


def _reassign(desk: Desk) -> Outcome:
    words, visit, facts = desk.words, desk.visit, desk.facts
    if due := _find_forgotten(desk):
        return Outcome(words.fill("case_forgotten", day=write_day(due, words)))
    email, name, phone, language = (desk.read(one) for one in ("email", "name", "phone", "language"))
    faults = {}
    if not is_email(email):
        faults["email"] = words["case_wrong_email"]
    if len(name) > _LONGEST_LINE:
        faults["name"] = words.fill("case_wrong_long", longest=_LONGEST_LINE)
    if phone and not is_phone(phone):
        faults["phone"] = words["case_wrong_phone"]
    if language not in visit.survey.header.languages:
        faults["language"] = words["case_wrong_language"]
    if faults:
        return Outcome(faults=faults)
    before, address = facts.people[0], Address(email.lower(), name, phone)
    if before.address == address:
        return Outcome(words["case_same"])
    person = acts.reassign_case(visit.worker, facts, address, language)
    if person == before.id and before.address.email:
        return Outcome(words["case_changed"])
    had_letter = any(one.person == person and one.letter for one in facts.letters)
    return Outcome(words["case_reassigned_again" if had_letter else "case_reassigned"])


def _check_note(desk: Desk, note: str) -> dict[str, str]:
    return {"why": desk.words.fill("case_wrong_long", longest=LONGEST_NOTE)} if len(note) > LONGEST_NOTE else {}


_ACTS: Mapping[str, Callable[[Desk], Outcome | None]] = {
    "note": _note,
    "extend": _extend,
    "reopen": _reopen,
    "reassign": _reassign,
}
