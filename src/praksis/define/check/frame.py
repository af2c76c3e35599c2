"""frame.yaml: what decides each breakdown, and that counts and answers name what is there."""

import math
from collections.abc import Sequence
from pathlib import PurePosixPath

from praksis.define.check.names import Names, read_group
from praksis.define.codes import join_known
from praksis.define.frame import ANSWER_NEEDS, Breakdown, FrameAnswer, FrameDefinition, FrameSource
from praksis.define.frame_numbers import find_day
from praksis.define.frame_table import WORKBOOK
from praksis.define.register.municipality import REGISTER_BEGINS
from praksis.errors import Place

_FILE = "frame.yaml"

READING_NEEDS = frozenset(
    {"B001", "B002", "B004", "B005", "B007", "B008", "B010", "B011", "N005", "N006", "N010", "N011"}
)
"""Problems of frame.yaml after which every row would be reported for what is wrong in one line."""


def check_frame(names: Names) -> None:
    """The frame's definition against itself, the waves and the questions."""
    frame = names.parts.frame
    if not frame:
        return
    place_of = names.parts.place
    names.check_unique(
        "breakdown", [(one.id, place_of(_FILE, "breakdowns", n, "id")) for n, one in enumerate(frame.breakdowns)]
    )
    for number, source in enumerate(frame.sources):
        _check_source(names, number, source)
    _check_waves(names, frame)
    if frame.successors:
        _check_file(names, frame.successors, place_of(_FILE, "successors"))
    for number, breakdown in enumerate(frame.breakdowns):
        ids = [
            (category.id, place_of(_FILE, "breakdowns", number, "categories", n, "id"))
            for n, category in enumerate(breakdown.categories)
        ]
        names.check_unique("category", ids)
        _check_within(names, number, breakdown, frame.breakdowns[:number])
        _check_decided(names, number, breakdown, frame.sources)
        _check_limits(names, number, breakdown)
        if breakdown.answer_to:
            _check_answered(names, number, breakdown)
    _check_written_form(names, frame)
    _check_known_counts(names, frame)
    for number, answer in enumerate(frame.answers):
        _check_answer(names, number, answer, frame)


def _check_source(names: Names, number: int, source: FrameSource) -> None:
    place = names.parts.place(_FILE, "sources", number, "file")
    _check_file(names, source.file, place)
    if source.sheet is not None and PurePosixPath(source.file).suffix.lower() != WORKBOOK:
        place = names.parts.place(_FILE, "sources", number, "sheet")
        names.findings.add(
            "F016", place, f"{source.file} has no sheets", need="Remove `sheet`, or name a workbook (.xlsx)"
        )
    for name, value in source.set.items():
        place = names.parts.place(_FILE, "sources", number, "set", name)
        if names.find("N005", "there is no breakdown", name, names.breakdowns, place) and names.breakdowns:
            categories = [category.id for category in names.breakdowns[name].categories]
            names.find("N006", f"`{name}` has no category", value, categories, place)
    for variable, column in source.per_wave.items():
        if "{wave}" not in column:
            place = names.parts.place(_FILE, "sources", number, "per_wave", variable)
            names.findings.add("B010", place, f"`{column}` is the same column in every wave")


def _check_file(names: Names, file: str, place: Place) -> None:
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts or path.suffix.lower() not in (".csv", WORKBOOK):
        names.findings.add("F012", place, f"`{file}` is not a .csv or .xlsx file in the survey's folder")


def _check_waves(names: Names, frame: FrameDefinition) -> None:
    """Every wave has a file, and municipality numbers have a day."""
    known = [wave.id for wave in names.parts.header.waves] if names.parts.header else []
    unknown = False
    for number, source in enumerate(frame.sources):
        for position, wave in enumerate(source.waves):
            names.find_wave(wave, names.parts.place(_FILE, "sources", number, "waves", position))
            unknown = unknown or wave not in known
        _check_day(names, number, source, [wave for wave in known if not source.waves or wave in source.waves])
    served = {wave for source in frame.sources for wave in source.waves or known}
    if (lacking := [wave for wave in known if wave not in served]) and not unknown:
        place = names.parts.place(_FILE, "sources")
        names.findings.add("F023", place, f"no file holds the organisations of {join_known(lacking)}")


def _check_day(names: Names, number: int, source: FrameSource, waves: Sequence[str]) -> None:
    if not source.municipality:
        return
    place = names.parts.place(_FILE, "sources", number, "municipality")
    if source.municipality.as_of and source.municipality.as_of < REGISTER_BEGINS:
        what = f"`as_of` is {source.municipality.as_of}, and the register begins on {REGISTER_BEGINS}"
        names.findings.add("F026", place, what)
    elif not source.municipality.as_of and (lacking := [wave for wave in waves if not find_day(wave)]):
        what = f"{join_known(lacking)}: no year from {REGISTER_BEGINS.year} on is in the name of the wave"
        names.findings.add("F026", place, what)


def _check_within(names: Names, number: int, breakdown: Breakdown, before: Sequence[Breakdown]) -> None:
    if breakdown.within is None:
        return
    place = names.parts.place(_FILE, "breakdowns", number, "within")
    known = [other.id for other in before]
    for name in names.find_group(breakdown.within, place, frame_only=True) or ():
        if name not in known:
            what = f"`{breakdown.id}` is within `{name}`, which does not stand before it"
            names.findings.add("B007", place, what)


def _check_decided(names: Names, number: int, breakdown: Breakdown, sources: Sequence[FrameSource]) -> None:
    """Exactly one of a column (or `set`), classes of a number, or an answer."""

    def report(what: str, need: str) -> None:
        place = names.parts.place(_FILE, "breakdowns", number, "id")
        names.findings.add("B004", place, f"`{breakdown.id}` {what}", need=need)

    if breakdown.classes_of and breakdown.answer_to:
        report("has both `classes_of` and `answer_to`", "Keep one of them")
        return
    inner = read_group(breakdown.within)
    for place, source in enumerate(sources):
        given = [field for field in ("set", "columns") if breakdown.id in getattr(source, field)]
        outside = any(source.set.get(name, value) != value for name, value in inner.items())
        if breakdown.classes_of or breakdown.answer_to:
            if given:
                own = "classes_of" if breakdown.classes_of else "answer_to"
                report(f"has `{own}`, and {source.file} gives it in `{given[0]}`", "Keep one of the two")
        elif len(given) > 1:
            report(f"is given by {source.file} in `set` and in `columns`", "Keep one of the two")
        elif not given and not outside:
            need = "Give it in `set` or `columns` of the source, or add `classes_of`, `answer_to` or `within`"
            report(f"is not given by {source.file}", need)
        if breakdown.classes_of and not outside:
            _check_variable(names, number, place, breakdown.classes_of, source)


def _check_variable(names: Names, number: int, source_place: int, variable: str, source: FrameSource) -> None:
    known = (*source.columns, *source.per_wave)
    place = names.parts.place(_FILE, "breakdowns", number, "classes_of")
    names.find("N010", f"{source.file} has no variable", variable, known, place)
    if variable in source.columns and variable in source.per_wave:
        place = names.parts.place(_FILE, "sources", source_place, "per_wave", variable)
        what = f"`{variable}` stands in `columns` and in `per_wave` of {source.file}"
        names.findings.add("B004", place, what, need="Keep one of the two")


def _check_limits(names: Names, number: int, breakdown: Breakdown) -> None:
    before = -math.inf
    last = len(breakdown.categories) - 1
    for position, category in enumerate(breakdown.categories):
        limit = category.below
        need = ""
        if not breakdown.classes_of:
            need = "Remove `below`, or add `classes_of`" if limit is not None else ""
        elif position == last:
            need = "Leave `below` out of the last class: it takes the rest" if limit is not None else ""
        elif limit is None:
            need = "Add `below` to every class but the last"
        elif not math.isfinite(limit) or limit <= before:
            need = "Write limits that rise from class to class"
        if need:
            what = f"`{category.id}` of `{breakdown.id}` has {'no limit' if limit is None else f'the limit {limit:g}'}"
            place = names.parts.place(_FILE, "breakdowns", number, "categories", position, "below")
            names.findings.add("B005", place, what, need=need)
        before = before if limit is None else limit


def _check_answered(names: Names, number: int, breakdown: Breakdown) -> None:
    roles: dict[str, str] = {}
    for position, item in enumerate(breakdown.answer_to):
        place = names.parts.place(_FILE, "breakdowns", number, "answer_to", position)
        asked = names.find_item(item, place)
        if not asked:
            continue
        if asked.question.role in roles:
            what = f"`{roles[asked.question.role]}` and `{item}` are both answered by `{asked.question.role}`"
            names.findings.add("B004", place, what, need="Name one item per role")
        roles.setdefault(asked.question.role, item)
        given = [category.id for category in breakdown.categories]
        if asked.scale and given != (known := [category.id for category in asked.scale.categories]):
            place = names.parts.place(_FILE, "breakdowns", number, "categories")
            what = f"`{breakdown.id}` has other categories than the scale of `{item}`: {join_known(given)}"
            names.findings.add("B006", place, what, known=join_known(known))


def _check_written_form(names: Names, frame: FrameDefinition) -> None:
    form = frame.written_form
    if not form:
        return
    known = tuple(dict.fromkeys(variable for source in frame.sources for variable in source.columns))
    place = names.parts.place(_FILE, "written_form", "variable")
    names.find("N010", "there is no variable under `columns`", form.variable, known, place)
    for value, language in form.languages.items():
        place = names.parts.place(_FILE, "written_form", "languages", value)
        names.find("N016", "the survey has no language", language, names.parts.languages or None, place)


def _check_known_counts(names: Names, frame: FrameDefinition) -> None:
    for number, stated in enumerate(frame.stated):
        names.find_wave(stated.wave, names.parts.place(_FILE, "stated", number, "wave"))
        names.find_group(stated.group, names.parts.place(_FILE, "stated", number, "group"), frame_only=True)
    for number, out in enumerate(frame.left_out):
        for position, wave in enumerate(out.waves):
            names.find_wave(wave, names.parts.place(_FILE, "left_out", number, "waves", position))


def _check_answer(names: Names, number: int, answer: FrameAnswer, frame: FrameDefinition) -> None:
    place = names.parts.place(_FILE, "answers", number, "problem")
    if answer.problem not in ANSWER_NEEDS:
        need = f"Write one of {join_known(ANSWER_NEEDS)}; other problems are corrected where they stand"
        names.findings.add("B012", place, f"no answer can settle {answer.problem}", need=need)
        return
    if lacking := answer.lacking:
        what = f"the answer to {answer.problem} lacks {join_known(lacking)}"
        names.findings.add("B012", place, what, need=f"Add {join_known(lacking)}")
    for position, wave in enumerate(answer.waves):
        names.find_wave(wave, names.parts.place(_FILE, "answers", number, "waves", position))
    if answer.wave is not None:
        names.find_wave(answer.wave, names.parts.place(_FILE, "answers", number, "wave"))
    if answer.category is not None:
        known = [category.id for one in frame.breakdowns if one.classes_of for category in one.categories]
        place = names.parts.place(_FILE, "answers", number, "category")
        names.find("N006", "there is no size class", answer.category, known, place)
