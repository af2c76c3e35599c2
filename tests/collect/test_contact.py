"""The calendar of letters with a moved clock: across summer time, year's end and 29 February; and their words."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from praksis.collect.contact import (
    LONGEST_KEY,
    Addressee,
    Due,
    Facts,
    NothingToFill,
    Reason,
    Rest,
    Sent,
    fill_letter,
    find_due,
    list_recipients,
    make_key,
    write_deadline,
)
from praksis.define.letters import Audience, Correspondence, Letter, LetterKind, Sending
from praksis.define.survey import Survey
from praksis.localtext import LocalText

UTC = datetime.UTC
OSLO = ZoneInfo("Europe/Oslo")
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
KARI = Addressee("kari", "100000040", "head", "nb")
TEXT = LocalText({"nb": "{link}", "nn": "{link}", "en": "{link}"})


def make_plan(
    *lines: tuple[str, str, str], between: int = 5, hour: int = 9, zone: str = "Europe/Oslo"
) -> Correspondence:
    """Lines of (letter, date, audience); the letter's first letter says its kind."""
    kinds = {"i": LetterKind.INVITATION, "r": LetterKind.REMINDER, "t": LetterKind.THANKS}
    return Correspondence(
        timezone=zone,
        hour=hour,
        between=between,
        letters=tuple(Letter(id=name, kind=kinds[name[0]], subject=TEXT, text=TEXT) for name, _, _ in lines),
        plan=tuple(
            Sending(wave="w", letter=name, on=datetime.date.fromisoformat(on), to=Audience(to) if to else None)
            for name, on, to in lines
        ),
    )


def at(text: str) -> datetime.datetime:
    """A time in Oslo, or in UTC where it ends with Z."""
    read = datetime.datetime.fromisoformat(text.removesuffix("Z"))
    return read.replace(tzinfo=UTC if text.endswith("Z") else OSLO)


def find(letters: Correspondence, now: str, addressee: Addressee = KARI) -> str:
    """What is due, or why nothing is, in short."""
    found = find_due(letters, "w", addressee, at(now))
    if isinstance(found, Due):
        return f"{found.letter.id} of {found.planned}"
    return " ".join(str(part) for part in (found.reason, found.letter, found.until) if part)


def sent(*letters: tuple[str, str]) -> Addressee:
    return replace(KARI, letters=tuple(Sent(letter, at(when)) for letter, when in letters))


WAVE = make_plan(
    ("invite", "2026-09-01", ""),
    ("r1", "2026-09-10", "not-started"),
    ("r2", "2026-09-10", "unfinished"),
    ("r3", "2026-09-20", ""),
    ("thanks", "2026-10-01", ""),
)


# -- one person's letters ----------------------------------------------------------------------------------------------


def test_the_invitation_comes_first_however_late() -> None:
    assert find(WAVE, "2026-08-31 23:59") == "not-yet invite 2026-09-01"
    assert find(WAVE, "2026-09-01 08:59") == "not-yet invite 2026-09-01"
    assert find(WAVE, "2026-09-01 09:00") == "invite of 2026-09-01"
    # Found in the middle of the wave: at once, and the reminder only after the days between.
    assert find(WAVE, "2026-09-18 14:00") == "invite of 2026-09-01"
    late = sent(("invite", "2026-09-18 14:00"))
    assert find(WAVE, "2026-09-18 15:00", late) == "too-soon r1 2026-09-23"
    assert find(WAVE, "2026-09-20 09:00", late) == "too-soon r3 2026-09-23"
    assert find(WAVE, "2026-09-23 09:00", late) == "r3 of 2026-09-20"


def test_a_later_reminder_takes_the_place_of_one_not_sent() -> None:
    invited = sent(("invite", "2026-09-01 09:00"))
    assert find(WAVE, "2026-09-10 09:00", invited) == "r1 of 2026-09-10"
    assert find(WAVE, "2026-09-19 23:00", invited) == "r1 of 2026-09-10"
    assert find(WAVE, "2026-09-20 09:00", invited) == "r3 of 2026-09-20"
    assert (
        find(WAVE, "2026-09-28 09:00", sent(("invite", "2026-09-01 09:00"), ("r3", "2026-09-20 09:00")))
        == "sent-already"
    )


def test_never_two_letters_within_the_days_between() -> None:
    late = sent(("invite", "2026-09-01 09:00"), ("r1", "2026-09-18 09:00"))
    assert find(WAVE, "2026-09-20 09:00", late) == "too-soon r3 2026-09-23"
    assert find(WAVE, "2026-09-23 08:00", late) == "not-yet r3 2026-09-23"
    assert find(WAVE, "2026-09-23 09:00", late) == "r3 of 2026-09-20"
    assert find(WAVE, "2026-09-12 09:00", late) == "not-yet r3 2026-09-23"  # also where the clock is put back


def test_after_an_outage_nobody_is_written_to_at_night() -> None:
    invited = sent(("invite", "2026-09-01 09:00"))
    assert find(WAVE, "2026-09-12 03:00", invited) == "not-yet r1 2026-09-12"
    assert find(WAVE, "2026-09-12 09:00", invited) == "r1 of 2026-09-10"


def test_who_has_begun_is_written_to_as_such() -> None:
    invited = sent(("invite", "2026-09-01 09:00"))
    before = replace(invited, started_at=at("2026-09-09 12:00"))
    assert find(WAVE, "2026-09-10 09:00", before) == "r2 of 2026-09-10"
    # Who begins after the others were reminded is at work, and hears nothing until the next date.
    after = replace(invited, started_at=at("2026-09-11 10:00"))
    assert find(WAVE, "2026-09-11 11:00", after) == "not-yet r3 2026-09-20"
    reminded = replace(
        sent(("invite", "2026-09-01 09:00"), ("r1", "2026-09-10 09:00")), started_at=at("2026-09-09 12:00")
    )
    assert find(WAVE, "2026-09-16 09:00", reminded) == "not-yet r3 2026-09-20"
    assert find(WAVE, "2026-09-20 09:00", after) == "r3 of 2026-09-20"


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("declined_at", Reason.DECLINED),
        ("opted_out_at", Reason.OPTED_OUT),
        ("bounced_at", Reason.BOUNCED),
        ("shut_out_at", Reason.SHUT_OUT),
        ("not_eligible_at", Reason.NOT_ELIGIBLE),
        ("submitted_at", Reason.SUBMITTED),
    ],
)
def test_stops(field: str, reason: Reason) -> None:
    for addressee in (KARI, sent(("invite", "2026-09-01 09:00"))):
        stopped = replace(addressee, **{field: at("2026-09-03 12:00")})
        for now in ("2026-09-03 12:00", "2026-09-10 09:00", "2026-09-25 09:00"):
            found = find_due(WAVE, "w", stopped, at(now))
            assert isinstance(found, Rest)
            assert found.reason is reason
    # A fact holds though a clock has put it into the future.
    stopped = replace(KARI, **{field: at("2030-01-01 12:00")})
    assert find(WAVE, "2026-09-10 09:00", stopped).startswith(reason)


def test_no_address_and_the_end_of_the_wave() -> None:
    assert find(WAVE, "2026-09-01 09:00", replace(KARI, has_address=False)) == "no-address"
    closing = replace(KARI, closes_at=at("2026-09-18 12:00"))
    assert find(WAVE, "2026-09-18 11:59", closing) == "invite of 2026-09-01"
    assert find(WAVE, "2026-09-18 12:00", closing) == "closed"


def test_thanks_go_to_those_who_have_submitted_also_after_the_closing() -> None:
    done = replace(
        sent(("invite", "2026-09-01 09:00"), ("r3", "2026-09-28 09:00")),
        submitted_at=at("2026-09-29 12:00"),
        closes_at=at("2026-09-30 12:00"),
    )
    assert find(WAVE, "2026-09-29 13:00", done) == "submitted thanks 2026-10-03"
    assert find(WAVE, "2026-10-01 09:00", done) == "too-soon thanks 2026-10-03"
    assert find(WAVE, "2026-10-03 09:00", done) == "thanks of 2026-10-01"
    assert find(WAVE, "2026-10-03 09:00", replace(done, opted_out_at=at("2026-10-02 09:00"))) == "opted-out"
    thanked = replace(done, letters=(*done.letters, Sent("thanks", at("2026-10-03 09:00"))))
    assert find(WAVE, "2026-10-03 10:00", thanked) == "submitted"
    # Reopened after that, with time to answer: the reminders that are left, not the invitation.
    again = replace(done, submitted_at=None, closes_at=None, letters=thanked.letters[:1] + thanked.letters[2:])
    assert find(WAVE, "2026-10-09 09:00", again) == "r3 of 2026-09-20"


def test_a_letter_in_the_outbox_holds_the_next_back() -> None:
    """A mail server that is away for a week must not get the invitation and a reminder on one day."""
    waiting = replace(KARI, letters=(Sent("invite", None),))
    assert find(WAVE, "2026-09-01 10:00", waiting) == "not-yet r1 2026-09-10"
    assert find(WAVE, "2026-09-10 09:00", waiting) == "on-its-way r1"


def test_letters_that_got_other_names_are_no_reason_to_invite_again() -> None:
    assert find(WAVE, "2026-09-12 09:00", sent(("invitation", "2026-09-01 09:00"))) == "r1 of 2026-09-10"


def test_what_is_not_planned() -> None:
    assert find(WAVE, "2026-09-12 09:00", replace(KARI, role="head")) == "invite of 2026-09-01"
    only = WAVE.model_copy(update={"plan": tuple(one.model_copy(update={"roles": ("other",)}) for one in WAVE.plan)})
    assert find(only, "2026-09-12 09:00") == "nothing-planned"
    assert find(only, "2026-09-12 09:00", replace(KARI, submitted_at=at("2026-09-11 09:00"))) == "submitted"
    unfinished = make_plan(("invite", "2026-09-01", ""), ("r1", "2026-09-10", "unfinished"))
    assert find(unfinished, "2026-09-12 09:00", sent(("invite", "2026-09-01 09:00"))) == "nothing-planned"
    assert find(make_plan(("r1", "2026-09-10", "")), "2026-09-12 09:00") == "nothing-planned"
    assert find_due(WAVE, "another", KARI, at("2026-09-12 09:00")) == Rest(Reason.NOTHING_PLANNED)


def test_a_clock_must_say_where_it_stands() -> None:
    with pytest.raises(ValueError, match="time zone"):
        find_due(WAVE, "w", KARI, datetime.datetime(2026, 9, 1, 9))


# -- clocks that are moved ---------------------------------------------------------------------------------------------


def first_due(letters: Correspondence, addressee: Addressee, start: str, step: datetime.timedelta = HOUR / 4) -> str:
    """The first moment, in UTC, when something is due, by trying."""
    now = at(start).replace(minute=0)
    for _ in range(4 * 24 * 40):
        if isinstance(find_due(letters, "w", addressee, now), Due):
            return now.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")
        now = (now.astimezone(UTC) + step).astimezone(OSLO)
    raise AssertionError("nothing is due for forty days")


@pytest.mark.parametrize(
    ("hour", "on", "expected"),
    [
        (9, "2026-03-28", "2026-03-28 08:00Z"),
        (9, "2026-03-29", "2026-03-29 07:00Z"),  # summer time has begun
        (2, "2026-03-29", "2026-03-29 01:00Z"),  # there is no such hour: when it would have begun
        (3, "2026-03-29", "2026-03-29 01:00Z"),
        (0, "2026-03-29", "2026-03-28 23:00Z"),
        (9, "2026-10-24", "2026-10-24 07:00Z"),
        (9, "2026-10-25", "2026-10-25 08:00Z"),  # and has ended
        (2, "2026-10-25", "2026-10-25 00:00Z"),  # there are two: the first
        (3, "2026-10-25", "2026-10-25 02:00Z"),
        (0, "2027-01-01", "2026-12-31 23:00Z"),
        (23, "2026-12-31", "2026-12-31 22:00Z"),
        (9, "2028-02-29", "2028-02-29 08:00Z"),
    ],
)
def test_the_hour_letters_leave(hour: int, on: str, expected: str) -> None:
    letters = make_plan(("invite", on, ""), hour=hour)
    day_before = datetime.date.fromisoformat(on) - DAY
    assert first_due(letters, KARI, f"{day_before} 00:00") == expected


def test_a_midnight_that_does_not_come() -> None:
    """In Cairo clocks go from 23:59 to 01:00 when summer time begins."""
    letters = make_plan(("invite", "2026-04-24", ""), hour=0, zone="Africa/Cairo")
    assert first_due(letters, KARI, "2026-04-23 00:00") == "2026-04-23 22:00Z"


@pytest.mark.parametrize(
    ("last", "between", "expected"),
    [
        # A day of 23 hours: after 23 hours. A day of 25: not after 24.
        ("2026-03-28 09:00", 1, "2026-03-29 07:00Z"),
        ("2026-10-24 09:00", 1, "2026-10-25 08:00Z"),
        ("2026-10-24 09:00", 7, "2026-10-31 08:00Z"),
        # Sent late in the evening, or early in another country's night: the day in Oslo counts.
        ("2026-03-28 23:30", 5, "2026-04-02 07:00Z"),
        ("2026-12-31 22:59Z", 5, "2027-01-05 08:00Z"),
        ("2026-12-31 23:01Z", 5, "2027-01-06 08:00Z"),
        ("2026-12-28 09:00", 7, "2027-01-04 08:00Z"),
        ("2028-02-28 09:00", 2, "2028-03-01 08:00Z"),
        ("2027-02-28 09:00", 2, "2027-03-02 08:00Z"),
    ],
)
def test_days_between(last: str, between: int, expected: str) -> None:
    letters = make_plan(("invite", "2026-01-01", ""), ("r1", "2026-01-31", ""), between=between)
    assert first_due(letters, sent(("invite", last)), last) == expected


# -- the slow twin -----------------------------------------------------------------------------------------------------


def tell_local(moment: datetime.datetime) -> datetime.datetime:
    """What clocks in Oslo show, without a zone, by the rule of the EU: summer time from the last Sunday of March at
    01:00 UTC to the last Sunday of October at 01:00 UTC."""
    naive = moment.astimezone(UTC).replace(tzinfo=None)

    def last_sunday(month: int) -> datetime.datetime:
        day = datetime.datetime(naive.year, month, 31, 1)
        while day.isoweekday() != 7:
            day -= DAY
        return day

    summer = last_sunday(3) <= naive < last_sunday(10)
    return naive + (2 if summer else 1) * HOUR


@dataclass
class Twin:
    """The same rules, told from day to day: what was done each day, and no shortcut."""

    letters: Correspondence

    def choose(self, person: Addressee, now: datetime.datetime) -> str | None:
        local = tell_local(now)
        if any(
            (person.declined_at, person.opted_out_at, person.bounced_at, person.shut_out_at, person.not_eligible_at)
        ):
            return None
        if not person.has_address or local.hour < self.letters.hour or any(not one.at for one in person.letters):
            return None
        had = {one.letter: tell_local(one.at).date() for one in person.letters if one.at}
        for day in had.values():
            days = 0
            while day < local.date():
                day += DAY
                days += 1
            if days < self.letters.between:
                return None
        kinds = {letter.id: letter.kind for letter in self.letters.letters}
        if person.submitted_at:
            wanted = LetterKind.THANKS
        elif person.closes_at and person.closes_at <= now:
            return None
        else:
            wanted = LetterKind.REMINDER if had else LetterKind.INVITATION
        chosen = last = None
        for line in self.letters.plan:
            if (kinds[line.letter] is LetterKind.THANKS) is not bool(person.submitted_at):
                continue
            if line.letter in had:
                # What came before it is over, and so is what leaves on the same day to others.
                chosen, last = None, line.on
            elif kinds[line.letter] is wanted and line.on <= local.date() and line.on != last:
                chosen = line.letter if self.belongs(line, person) else chosen
        return chosen

    def belongs(self, line: Sending, person: Addressee) -> bool:
        match line.to:
            case Audience.NOT_STARTED:
                return not person.started_at
            case Audience.UNFINISHED:
                if not person.started_at:
                    return False
                began = tell_local(person.started_at)
                return (began.date(), began.hour) < (line.on, self.letters.hour)
            case _:
                return True


# Times of the year when days are not all alike, and one when they are.
STARTS = [datetime.date(2026, 3, 20), datetime.date(2026, 10, 15), datetime.date(2026, 12, 20),
          datetime.date(2028, 2, 20), datetime.date(2026, 6, 1)]  # fmt: skip


@st.composite
def plans(draw: st.DrawFn) -> Correspondence:
    """An invitation, up to four times a reminder (or two on one day, to those who have begun and to others), thanks."""
    between = draw(st.integers(1, 9))
    day = draw(st.sampled_from(STARTS)) + draw(st.integers(0, 9)) * DAY
    lines = [("invite", str(day), "")]
    for number in range(draw(st.integers(0, 4))):
        day += draw(st.integers(between, between + 6)) * DAY
        if draw(st.booleans()):
            lines += [(f"r{number}", str(day), draw(st.sampled_from(["", "everyone", "not-started", "unfinished"])))]
        else:
            pair = draw(st.permutations(["not-started", "unfinished"]))
            lines += [(f"r{number}{to[0]}", str(day), to) for to in pair]
    if draw(st.booleans()):
        lines += [("thanks", str(day + draw(st.integers(0, 9)) * DAY), "")]
    # Not 2: of that hour there is none, and two, on a day each; they have tests of their own above.
    return make_plan(*lines, between=between, hour=draw(st.sampled_from([0, 1, 3, 9, 23])))


STOPS = ("declined_at", "opted_out_at", "bounced_at", "shut_out_at", "not_eligible_at")
FACTS = ("started_at", "submitted_at", "closes_at", *STOPS)


@dataclass
class History:
    """A plan and a person, and everything that happens."""

    letters: Correspondence
    runs: list[datetime.datetime]
    """When the plan is run. The outbox is emptied before that."""
    facts: dict[str, datetime.datetime]
    known: int
    """The run in which the person is known for the first time."""
    delay: int
    """Runs that a letter stays in the outbox: the mail server may be away."""

    def play(self) -> Iterator[tuple[datetime.datetime, Addressee, Due | Rest]]:
        """Run the plan and send what is due; gives each run with the person as they were."""
        person, waits = KARI, 0
        for now in self.runs[self.known :]:
            waits -= 1
            if waits < 0:
                person = replace(person, letters=tuple(Sent(one.letter, one.at or now) for one in person.letters))
            happened = {name: at for name, at in self.facts.items() if at <= now or name == "closes_at"}
            person = replace(person, **happened)
            found = find_due(self.letters, "w", person, now)
            yield now, person, found
            if isinstance(found, Due):
                waits = self.delay
                left = None if self.delay else now
                person = replace(person, letters=(*person.letters, Sent(found.letter.id, left)))


@st.composite
def histories(draw: st.DrawFn) -> History:
    letters = draw(plans())
    start = datetime.datetime.combine(letters.plan[0].on, datetime.time(), UTC) - 2 * DAY
    step = draw(st.sampled_from([HOUR, 5 * HOUR, DAY, DAY + HOUR / 2]))
    runs = [start + draw(st.integers(0, 59)) * HOUR / 60]
    while runs[-1] < start + 70 * DAY:
        runs.append(runs[-1] + step)
    for _ in range(draw(st.integers(0, 3))):
        first, length = draw(st.integers(0, 70)), draw(st.integers(1, 20))
        down = (start + first * DAY, start + (first + length) * DAY)
        runs = [run for run in runs if not down[0] <= run < down[1]]
    moments = st.integers(0, 70 * 24 * 60).map(lambda minutes: start + minutes * HOUR / 60)
    names = draw(st.lists(st.sampled_from(FACTS), unique=True, max_size=3))
    return History(
        letters=letters,
        runs=runs,
        facts={name: draw(moments) for name in names},
        known=draw(st.integers(0, max(len(runs) // 2, 1))),
        delay=draw(st.sampled_from([0, 0, 1, 7, 200])),
    )


@settings(max_examples=150, deadline=None)
@given(histories())
def test_whenever_the_plan_is_run(history: History) -> None:
    letters, never = history.letters, datetime.datetime.max.replace(tzinfo=UTC)
    twin = Twin(letters)
    kinds = {letter.id: letter.kind for letter in letters.letters}
    planned = {line.letter: line.on for line in letters.plan}
    stopped = min((when for name, when in history.facts.items() if name in STOPS), default=never)
    for now, person, found in history.play():
        assert (found.letter.id if isinstance(found, Due) else None) == twin.choose(person, now)
        # Letters that have left lie apart, and none is there twice.
        days = [tell_local(one.at).date() for one in person.letters if one.at]
        assert all((later - day).days >= letters.between for day, later in zip(days, days[1:], strict=False))
        had = [one.letter for one in person.letters]
        assert len(set(had)) == len(had)
        if isinstance(found, Rest):
            continue
        # None twice, none before its day and hour, none too soon, none after a stop, the invitation first.
        name, today = found.letter.id, tell_local(now).date()
        assert name not in had
        assert found.planned == planned[name] <= today
        assert tell_local(now).hour >= letters.hour
        assert len(days) == len(had)
        assert not days or (today - days[-1]).days >= letters.between
        assert now < stopped
        submitted = history.facts.get("submitted_at", never) <= now
        assert (kinds[name] is LetterKind.THANKS) is submitted
        assert submitted or now < history.facts.get("closes_at", never)
        assert (kinds[name] is LetterKind.INVITATION) is (not had and not submitted)
        # Reminders come in the order of their dates: one that a later one has passed never comes.
        assert all(planned[other] < planned[name] for other in had if submitted is (kinds[other] is LetterKind.THANKS))


@settings(max_examples=60, deadline=None)
@given(histories())
def test_what_is_said_of_later_comes_true(history: History) -> None:
    """Where nothing happens meanwhile, a letter is due on the day that was named, from the hour on, and not before."""
    letters = history.letters
    for now, person, found in history.play():
        if isinstance(found, Due) or found.until is None or any(getattr(person, name) for name in STOPS):
            continue
        line = next(one for one in letters.plan if one.letter == found.letter)
        if found.reason is Reason.NOT_YET and line.to in (Audience.UNFINISHED, Audience.NOT_STARTED):
            continue  # it may not be for them
        moment = datetime.datetime.combine(found.until, datetime.time(letters.hour), OSLO).astimezone(UTC)
        assert now < moment
        then = replace(person, closes_at=None, letters=tuple(one for one in person.letters if one.at))
        if len(then.letters) == len(person.letters):
            assert isinstance(find_due(letters, "w", then, moment - HOUR / 3600), Rest)
            assert isinstance(find_due(letters, "w", then, moment), Due)


@given(st.datetimes(datetime.datetime(2000, 1, 1), datetime.datetime(2037, 12, 31)))
@example(datetime.datetime(2026, 3, 29, 0, 59, 59))
@example(datetime.datetime(2026, 3, 29, 1))
@example(datetime.datetime(2026, 10, 25, 0, 59, 59))
@example(datetime.datetime(2026, 10, 25, 1))
def test_the_twins_clock_is_oslos(moment: datetime.datetime) -> None:
    aware = moment.replace(tzinfo=UTC)
    assert tell_local(aware) == aware.astimezone(OSLO).replace(tzinfo=None)


# -- many people -------------------------------------------------------------------------------------------------------


def test_the_preview_counts_letters_and_why_others_rest() -> None:
    people = [
        KARI,
        replace(KARI, person="ola", language="nn"),
        replace(KARI, person="eva", language="nn"),
        replace(KARI, person="per", submitted_at=at("2026-09-02 09:00")),
        replace(KARI, person="ida", opted_out_at=at("2026-09-02 09:00")),
        replace(sent(("invite", "2026-09-02 09:00")), person="jon"),
    ]
    found = list_recipients(WAVE, "w", people, at("2026-09-03 09:00"))
    assert [addressee.person for addressee, _ in found.due] == ["kari", "ola", "eva"]
    assert found.letters == {("invite", "nb"): 1, ("invite", "nn"): 2}
    assert found.resting == {Reason.SUBMITTED: 1, Reason.OPTED_OUT: 1, Reason.NOT_YET: 1}


# -- words -------------------------------------------------------------------------------------------------------------

NAMED = Facts(
    organisation="Bakkebygd kommune",
    survey="Digital kvardag",
    wave="2026",
    owner="Praksis",
    role="Leiar for IT",
    name="Kari Nordmann",
    deadline="fredag 4. desember 2026",
)


def get_letter(survey: Survey, name: str) -> Letter:
    assert survey.letters
    return survey.letters.letter_by_id[name]


def test_a_letter_filled_in(survey: Survey) -> None:
    filled = fill_letter(get_letter(survey, "invitation"), "nn", NAMED)
    assert filled.subject == "Digital kvardag: vil du svare for Bakkebygd kommune?"
    assert filled.body == (
        "Hei, Kari Nordmann!\n"
        "\n"
        "Praksis spør Bakkebygd kommune (Leiar for IT) i 2026. Fristen er fredag 4. desember 2026.\n"
        "\n"
        "{link}\n"
        "\n"
        "Vil du ikkje ha fleire e-postar om denne undersøkinga? Meld deg av her:\n"
        "{opt_out}\n"
    )


@pytest.mark.parametrize(
    ("language", "begins"), [("nb", "Vil du ikke ha"), ("nn", "Vil du ikkje ha"), ("en", "If you would rather")]
)
def test_every_letter_but_thanks_says_how_to_get_no_more(survey: Survey, language: str, begins: str) -> None:
    facts = replace(NAMED, link="https://praksis.example/s/1", opt_out="https://praksis.example/av/2")
    for name in ("invitation", "begin", "last-call"):
        lines = fill_letter(get_letter(survey, name), language, facts).body.splitlines()
        assert lines[-2].startswith(begins)
        assert lines[-1] == facts.opt_out
    own = fill_letter(get_letter(survey, "finish"), language, facts).body
    assert own.count(facts.opt_out) == 1
    assert begins not in own
    assert facts.opt_out not in fill_letter(get_letter(survey, "thanks"), language, facts).body


def test_where_nobody_is_named_the_organisation_is_greeted(survey: Survey) -> None:
    filled = fill_letter(get_letter(survey, "invitation"), "nb", replace(NAMED, name="  "))
    assert filled.body.startswith("Hei, Bakkebygd kommune!\n")


def test_a_letter_that_names_what_there_is_not(survey: Survey) -> None:
    with pytest.raises(NothingToFill, match="`invitation` names {deadline}"):
        fill_letter(get_letter(survey, "invitation"), "nb", replace(NAMED, deadline=""))
    assert fill_letter(get_letter(survey, "begin"), "nb", replace(NAMED, deadline="")).body


@given(
    st.text() | st.sampled_from(["Kari\r\nBcc: alle@example.org", "{link}", "{opt_out}", "a\u2028b", "\u202etxt.exe"])
)
def test_names_cannot_break_out_of_their_line(survey: Survey, name: str) -> None:
    letter = get_letter(survey, "invitation")
    plain = fill_letter(letter, "nb", NAMED)
    for facts in (replace(NAMED, name=name), replace(NAMED, organisation=name or "x", name="Kari")):
        try:
            filled = fill_letter(letter, "nb", facts)
        except NothingToFill:
            assert not any(sign.isalnum() for sign in name)
            continue
        assert len(filled.subject.splitlines()) == 1
        assert filled.subject.isprintable()
        assert len(filled.body.splitlines()) == len(plain.body.splitlines()) == filled.body.count("\n")
        assert filled.body.count("{link}") == filled.body.count("{opt_out}") == 1
        assert all(line.isprintable() for line in filled.body.splitlines())


def test_lines_and_spaces() -> None:
    text = LocalText({"nb": "\n\n  Hei,\t {name}! \r\n\r\n\r\n\r\n- ett\n- to  \n\n"})
    letter = Letter(id="t", kind=LetterKind.THANKS, subject=LocalText({"nb": " Takk,  {name}\n"}), text=text)
    filled = fill_letter(letter, "nb", replace(NAMED, name="Kari  \n Nord\N{SOFT HYPHEN}mann"))
    assert filled.subject == "Takk, Kari Nordmann"
    assert filled.body == "Hei, Kari Nordmann!\n\n- ett\n- to\n"


@pytest.mark.parametrize(
    ("closes", "nb", "nn", "en"),
    [
        ("2026-12-05 00:00", "fredag 4. desember 2026", "fredag 4. desember 2026", "Friday 4 December 2026"),
        ("2026-12-04 23:59", "fredag 4. desember 2026", "fredag 4. desember 2026", "Friday 4 December 2026"),
        ("2026-12-05 12:00", "lørdag 5. desember 2026 kl. 12.00", "laurdag 5. desember 2026 kl. 12.00",
         "Saturday 5 December 2026 at 12:00"),
        ("2027-01-01 00:00", "torsdag 31. desember 2026", "torsdag 31. desember 2026", "Thursday 31 December 2026"),
        ("2026-06-30 22:00Z", "tirsdag 30. juni 2026", "tysdag 30. juni 2026", "Tuesday 30 June 2026"),
        ("2028-03-01 00:00", "tirsdag 29. februar 2028", "tysdag 29. februar 2028", "Tuesday 29 February 2028"),
    ],
)  # fmt: skip
def test_deadlines(closes: str, nb: str, nn: str, en: str) -> None:
    written = [write_deadline(at(closes), OSLO, language) for language in ("nb", "nn", "en", "sv")]
    assert written == [nb, nn, en, en]


PART = st.text(max_size=80)


@given(st.tuples(PART, PART, PART, PART, PART), st.tuples(PART, PART, PART, PART, PART))
@example(("a/b", "c", "d", "e", "f"), ("a", "b/c", "d", "e", "f"))
@example(("a%2F", "", "", "", ""), ("a/", "", "", "", ""))
def test_keys_are_of_one_letter_each(
    one: tuple[str, str, str, str, str], other: tuple[str, str, str, str, str]
) -> None:
    assert (make_key(*one) == make_key(*other)) is (one == other)
    assert len(make_key(*one)) <= LONGEST_KEY
    assert make_key("2026", "head", "100000040", "kari", "invite") == "plan/2026/head/100000040/kari/invite"
