"""survey.yaml and design.yaml: waves, roles, and what the design promises."""

from praksis.define.check.figures import check_answered_groups, check_role_groups
from praksis.define.check.names import Names
from praksis.define.design import Withheld
from praksis.define.survey import Header
from praksis.errors import Place

_HEADER = "survey.yaml"
_DESIGN = "design.yaml"


def check_header(names: Names) -> None:
    """The header against itself, the breakdowns and the questions; the design against the breakdowns."""
    if names.parts.header:
        _check_waves(names, names.parts.header)
        _check_roles(names, names.parts.header)
    _check_design(names)


def _check_waves(names: Names, header: Header) -> None:
    waves = [wave.id for wave in header.waves]
    names.check_unique("wave", [(wave, names.parts.place(_HEADER, "waves", n, "id")) for n, wave in enumerate(waves)])
    for number, (earlier, later) in enumerate(zip(waves, waves[1:], strict=False), start=1):
        # Only years can be compared; other names are taken in the order they are given.
        if earlier.isdigit() and later.isdigit() and int(later) < int(earlier):
            place = names.parts.place(_HEADER, "waves", number, "id")
            names.findings.add("H001", place, f"wave {later} stands after {earlier}")


def _check_roles(names: Names, header: Header) -> None:
    place_of = names.parts.place
    ids = [(role.id, place_of(_HEADER, "roles", number, "id")) for number, role in enumerate(header.roles)]
    names.check_unique("role", ids)
    questions = [question for question in names.parts.questions or () if question.items]
    asked = {(question.role, wave) for question in questions for wave in question.waves}
    for number, role in enumerate(header.roles):
        names.find_group(role.group, place_of(_HEADER, "roles", number, "group"), frame_only=True)
        for position, wave in enumerate(role.waves):
            names.find_wave(wave, place_of(_HEADER, "roles", number, "waves", position))
        if names.parts.questions is None:
            continue
        if not any(role.id == other for other, _ in asked):
            names.findings.add("H003", ids[number][1], f"no question is for role `{role.id}`", role=role.id)
            continue
        for position, wave in enumerate(role.waves):
            if (role.id, wave) not in asked and wave in (names.waves or ()):
                place = place_of(_HEADER, "roles", number, "waves", position)
                names.findings.add("H003", place, f"no question of {wave} is for role `{role.id}`", role=role.id)


def _check_design(names: Names) -> None:
    design = names.parts.design
    if not design:
        return
    for number, stratum in enumerate(design.strata):
        place = names.parts.place(_DESIGN, "strata", number)
        known = names.find("N005", "there is no breakdown", stratum, names.breakdowns, place)
        if known and (names.breakdowns or {})[stratum].answer_to:
            what = f"`{stratum}` is decided by an answer: nobody knows how many of each there are"
            names.findings.add("B011", place, what)
    if design.min_n == 0 and not (design.public_reason or "").strip():
        names.findings.add("H002", names.parts.place(_DESIGN, "min_n"), "`min_n` is 0, without `public_reason`")
    seen: set[tuple[str, str, str]] = set()
    for number, one in enumerate(design.hidden):
        _check_hidden(names, number, one)
        if (one.item, one.group, one.wave) in seen:
            what = f"`hidden` names `{one.item}` in `{one.group}` of {one.wave} twice"
            names.findings.add("N012", names.parts.place(_DESIGN, "hidden", number), what)
        seen.add((one.item, one.group, one.wave))


def _check_hidden(names: Names, number: int, one: Withheld) -> None:
    """A decision to hide names what there is, so that it cannot fail to hide it."""

    def place(field: str) -> Place:
        return names.parts.place(_DESIGN, "hidden", number, field)

    asked = names.find_item(one.item, place("item"))
    wave = names.find_wave(one.wave, place("wave"))
    group = names.find_group(one.group, place("group"))
    if asked and wave and one.wave not in asked.waves:
        what = f"`{one.item}` was not asked in {one.wave}"
        names.findings.add("H004", place("wave"), what, asked=names.say_asked(asked))
    elif asked and wave and group is not None:
        check_role_groups(names, [one.group], [asked], place("group"))
        check_answered_groups(names, one.group, [one.wave], place("group"))
