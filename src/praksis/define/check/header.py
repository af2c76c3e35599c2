"""survey.yaml and design.yaml: waves, roles, and what the design promises."""

from praksis.define.check.names import Names
from praksis.define.survey import Header

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
