"""letters.yaml: what a letter must hold, and a plan that can be kept."""

from collections.abc import Iterator

from praksis.define.check.names import Names
from praksis.define.codes import join_known
from praksis.define.letters import (
    AUDIENCES,
    LINK,
    LONGEST_SUBJECT,
    Audience,
    Correspondence,
    LetterKind,
    Sending,
)
from praksis.errors import Place

_FILE = "letters.yaml"
_APART = {Audience.NOT_STARTED, Audience.UNFINISHED}
"""Nobody is both, so both may be written to on one day."""

_Numbered = tuple[int, Sending]
"""A line of the plan with its place in the file's list."""


def check_letters(names: Names) -> None:
    """The letters themselves, and the plan against letters, waves and roles."""
    letters = names.parts.letters
    if not letters:
        return
    ids = [(letter.id, _place(names, "letters", n, "id")) for n, letter in enumerate(letters.letters)]
    names.check_unique("letter", ids)
    for number, letter in enumerate(letters.letters):
        for language, subject in letter.subject.root.items():
            if len(subject) > LONGEST_SUBJECT or len(subject.strip().splitlines()) > 1:
                what = f"the subject of `{letter.id}` in `{language}` is {_measure(subject)}"
                names.findings.add("C002", _place(names, "letters", number, "subject", language), what)
        for language, text in letter.text.root.items():
            if letter.kind is not LetterKind.THANKS and f"{{{LINK}}}" not in text:
                what = f"`{letter.id}` has no {{{LINK}}} in `{language}`: nobody could answer by it"
                names.findings.add("C001", _place(names, "letters", number, "text", language), what)
    faulty = [one.wave for number, one in enumerate(letters.plan) if not _check_sending(names, letters, number, one)]
    for wave in dict.fromkeys(sending.wave for sending in letters.plan):
        # A line that names something unknown may be just what the others lack.
        if wave not in faulty and all(names.waves and one in names.waves for one in faulty):
            plan = [(number, one) for number, one in enumerate(letters.plan) if one.wave == wave]
            _check_wave(names, letters, wave, plan)


def _place(names: Names, *steps: str | int) -> Place:
    return names.parts.place(_FILE, *steps)


def _measure(subject: str) -> str:
    lines = len(subject.strip().splitlines())
    return f"{lines} lines" if lines > 1 else f"{len(subject)} characters"


def _check_sending(names: Names, letters: Correspondence, number: int, sending: Sending) -> bool:
    """Does a line of the plan name what there is, and send a letter to people it is for?"""
    wave = names.find_wave(sending.wave, _place(names, "plan", number, "wave"))
    letter = names.find(
        "N017", "there is no letter", sending.letter, letters.letter_by_id, _place(names, "plan", number, "letter")
    )
    if letter:
        kind = letters.letter_by_id[sending.letter].kind
        if letters.audience_of(sending) not in AUDIENCES[kind]:
            what = f"`{sending.letter}` is of kind `{kind}`, and goes to `{sending.to}`"
            place = _place(names, "plan", number, "to")
            names.findings.add("C007", place, what, known=join_known(AUDIENCES[kind]))
            letter = False
    found = [_check_role(names, number, sending, position) for position in range(len(sending.roles))]
    return wave and letter and all(found)


def _check_role(names: Names, number: int, sending: Sending, position: int) -> bool:
    place = _place(names, "plan", number, "roles", position)
    role = names.find_role(sending.roles[position], place)
    if role and sending.wave in (names.waves or ()) and sending.wave not in role.waves:
        names.findings.add("C009", place, f"`{role.id}` is not asked in {sending.wave}", known=join_known(role.waves))
        return False
    return role is not None


def _check_wave(names: Names, letters: Correspondence, wave: str, plan: list[_Numbered]) -> None:
    for (_, earlier), (number, later) in zip(plan, plan[1:], strict=False):
        if later.on < earlier.on:
            what = f"{later.on} stands after {earlier.on}"
            names.findings.add("C003", _place(names, "plan", number, "on"), what)
    # In the order of the dates from here on, so that lines in the wrong order are not reported for something else.
    dated = sorted(plan, key=lambda line: line[1].on)
    for role in (names.roles or {}).values():
        if wave in role.waves:
            theirs = [line for line in dated if not line[1].roles or role.id in line[1].roles]
            _check_invitation(names, letters, wave, role.id, theirs or dated[:1])
            _check_twice(names, theirs)
            _check_between(names, letters, theirs)


def _check_invitation(names: Names, letters: Correspondence, wave: str, role: str, plan: list[_Numbered]) -> None:
    """One, and before everything else. `plan` holds the role's lines, or some line of the wave where it has none."""
    invitations = [line for line in plan if _kind(letters, line[1]) is LetterKind.INVITATION and _is_for(line[1], role)]
    if not invitations:
        what = f"nobody of `{role}` is invited in {wave}"
        names.findings.add("C005", _place(names, "plan", plan[0][0]), what, role=role, wave=wave)
        return
    for number, _ in invitations[1:]:
        what = f"`{role}` is invited twice in {wave}"
        names.findings.add("C005", _place(names, "plan", number), what, role=role, wave=wave)
    first = invitations[0][1].on
    for number, sending in plan:
        if sending.on < first:
            what = f"`{sending.letter}` leaves on {sending.on}, and `{role}` is invited on {first}"
            names.findings.add("C006", _place(names, "plan", number, "on"), what)


def _is_for(sending: Sending, role: str) -> bool:
    return not sending.roles or role in sending.roles


def _check_twice(names: Names, plan: list[_Numbered]) -> None:
    seen: dict[str, Sending] = {}
    for number, sending in plan:
        if earlier := seen.get(sending.letter):
            what = f"`{sending.letter}` is planned for {earlier.on} already"
            names.findings.add("C008", _place(names, "plan", number, "letter"), what)
        seen.setdefault(sending.letter, sending)


def _check_between(names: Names, letters: Correspondence, plan: list[_Numbered]) -> None:
    for place, (number, later) in enumerate(plan):
        for earlier in _find_rivals(letters, plan[:place], later):
            days = (later.on - earlier.on).days
            if days < letters.between:
                when = f"{days} {'days' if days > 1 else 'day'} after" if days else "the same day as"
                what = f"`{later.letter}` leaves {when} `{earlier.letter}`, to the same people"
                names.findings.add("C004", _place(names, "plan", number, "on"), what, between=str(letters.between))
                break


def _find_rivals(letters: Correspondence, earlier: list[_Numbered], later: Sending) -> Iterator[Sending]:
    """The letters before that one person may have got too, the nearest first.

    Thanks go to others than the rest; who submits a day after a reminder gets them when the days have passed.
    """
    thanks = _kind(letters, later) is LetterKind.THANKS
    for _, sending in reversed(earlier):
        parted = sending.on == later.on and {letters.audience_of(sending), letters.audience_of(later)} == _APART
        # One letter twice has a code of its own, and so have two invitations.
        same = sending.letter == later.letter or _kind(letters, later) is LetterKind.INVITATION
        if (_kind(letters, sending) is LetterKind.THANKS) is thanks and not parted and not same:
            yield sending


def _kind(letters: Correspondence, sending: Sending) -> LetterKind:
    return letters.letter_by_id[sending.letter].kind
