"""What changed between two waves of a survey, or between two versions of its folder, as a survey lead reads it.

Items are paired by their id and then by their series; questions by their id and then by the items they share. What
stands in both is compared part by part, so that a list of changes can be read before anyone is asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from praksis.define.changes.frame import compare_frames
from praksis.define.changes.model import Change, ChangeKind, Changes, Group, compare_texts, find_moved, quote
from praksis.define.changes.question import compare_questions, name_part
from praksis.define.changes.scale import compare_scales
from praksis.define.changes.series import compare_series
from praksis.define.codes import join_known
from praksis.define.question import Item, Question, Scale
from praksis.define.survey import Role, Survey
from praksis.errors import PraksisError
from praksis.localtext import LocalText


class UnknownWave(PraksisError):
    """A wave that the survey does not have."""


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two that are compared: a survey in one of its waves."""

    survey: Survey
    wave: str

    def __post_init__(self) -> None:
        if self.wave not in self.survey.wave_ids:
            known = join_known(self.survey.wave_ids)
            raise UnknownWave(f"{self.survey.header.id} has no wave {self.wave}; it has {known}")

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The questions asked, each with the items that this wave asks."""
        asked = [question for question in self.survey.questions if self.wave in question.waves]
        return {
            question.id: question.model_copy(
                update={"items": tuple(item for item in question.items if self.wave in question.waves_of(item))}
            )
            for question in asked
        }

    @cached_property
    def items(self) -> dict[str, Item]:
        return {item.id: item for question in self.questions.values() for item in question.items}

    @cached_property
    def question_of(self) -> dict[str, Question]:
        """Item id -> its question."""
        return {item.id: question for question in self.questions.values() for item in question.items}

    @cached_property
    def sections(self) -> dict[str, LocalText | None]:
        """Question id -> the heading it stands under."""
        found: dict[str, LocalText | None] = {}
        current: dict[str, LocalText | None] = {}
        for question in self.questions.values():
            current[question.role] = question.section or current.get(question.role)
            found[question.id] = current[question.role]
        return found

    @cached_property
    def roles(self) -> dict[str, Role]:
        return {role.id: role for role in self.survey.header.roles if self.wave in role.waves}

    def find_scale(self, question: Question) -> Scale | None:
        """The scale a question's items are answered on, if any."""
        item = next(iter(question.items), None)
        return None if item is None or self.survey.is_open(item.id) else self.survey.scale_of(item.id)


Pairs = dict[str, str]
"""Old id -> new id, of what is the same on both sides."""


def find_changes(survey: Survey, old_wave: str, new_wave: str, *, against: Survey | None = None) -> Changes:
    """What changed from the old wave to the new one; the old one is read from `against`, if given.

    Raises UnknownWave.
    """
    old, new = Side(against or survey, old_wave), Side(survey, new_wave)
    items = pair_items(old, new)
    questions = pair_questions(old, new, items)
    groups = (
        Group("The survey", tuple(_compare_headers(old, new))),
        Group("Questions", tuple(_list_question_changes(old, new, questions, items))),
        Group("Scales", tuple(_list_scale_changes(old, new, questions))),
        Group("Time series", tuple(compare_series(old.survey, old.wave, new.survey, new.wave))),
        Group("The frame", tuple(compare_frames(old.survey, old.wave, new.survey, new.wave))),
    )
    same = old.survey is new.survey or old.wave != new.wave
    names = (old.wave, new.wave) if same else (f"{old.wave} as it was", f"{new.wave} as it is")
    language = survey.header.languages[0]
    return Changes(survey.header.title[language], *names, tuple(group for group in groups if group.changes))


def pair_items(old: Side, new: Side) -> Pairs:
    """Items by id; those left by series, the same wording first and then in the order of the questionnaire."""
    pairs = {name: name for name in old.items if name in new.items}
    gone = [item for item in old.items.values() if item.id not in pairs]
    come = [item for item in new.items.values() if item.id not in pairs]
    for same_wording in (True, False):
        for item in gone:
            taken = set(pairs.values())
            mates = (
                other
                for other in come
                if other.id not in taken
                and other.series_id == item.series_id
                and (other.wording == item.wording or not same_wording)
            )
            if item.id not in pairs and (mate := next(mates, None)):
                pairs[item.id] = mate.id
    return pairs


def pair_questions(old: Side, new: Side, items: Pairs) -> Pairs:
    """Questions by id; those left by the items they share, most of them first."""
    pairs = {name: name for name in old.questions if name in new.questions}
    shared: dict[tuple[str, str], int] = {}
    for before, after in items.items():
        key = old.question_of[before].id, new.question_of[after].id
        shared[key] = shared.get(key, 0) + 1
    for (before, after), _ in sorted(shared.items(), key=lambda pair: -pair[1]):
        if before not in pairs and after not in pairs.values():
            pairs[before] = after
    return pairs


def _list_question_changes(old: Side, new: Side, pairs: Pairs, items: Pairs) -> Iterable[Change]:
    yield from _compare_headings(old, new, pairs)
    back = {after: before for before, after in pairs.items()}
    moved = _find_moved_questions(old, new, pairs)
    for name, question in new.questions.items():
        about = f"question {quote(name)}"
        if name not in back:
            yield from _tell_new(new, question, items)
            continue
        before = old.questions[back[name]]
        found = list(compare_questions(before, question, items, old.question_of, new.question_of))
        found += _compare_sections(old, new, before, question)
        if name in moved:
            found.append(Change(about, ChangeKind.MOVED, f"moved from {moved[name][0]} to {moved[name][1]}"))
        yield from (Change(about, one.kind, one.what, one.texts) for one in found)
    for name, question in old.questions.items():
        if name not in pairs:
            yield _tell_gone(question, items)


def _tell_new(new: Side, question: Question, items: Pairs) -> Iterable[Change]:
    about = f"question {quote(question.id)}"
    scale = new.find_scale(question)
    of = f", on the scale {quote(scale.id)}" if scale and question.scale else ""
    when = f", if {quote(question.show_if)}" if question.show_if else ""
    what = f"new: `{question.kind}`{of}, asked of {quote(question.role)}{when}"
    yield Change(about, ChangeKind.NEW, what, compare_texts(None, question.text))
    back = {after: before for before, after in items.items()}
    for item in question.items:
        part = f"{name_part(question.kind)} {quote(item.id)}"
        if item.id in back:
            yield Change(about, ChangeKind.MOVED, f"{part} was asked in another question, as {quote(back[item.id])}")
        elif len(question.items) > 1:
            yield Change(about, ChangeKind.ADDED, part, compare_texts(None, item.text))


def _tell_gone(question: Question, items: Pairs) -> Change:
    kept = [item.id for item in question.items if item.id in items]
    what = "gone" + (f"; {join_known(kept)} asked in other questions" if kept else "")
    return Change(f"question {quote(question.id)}", ChangeKind.GONE, what, compare_texts(question.text, None))


def _find_moved_questions(old: Side, new: Side, pairs: Pairs) -> dict[str, tuple[str, str]]:
    """New id of a question that stands in another order than before -> where it stood, and where it stands."""
    found: dict[str, tuple[str, str]] = {}
    for role in dict.fromkeys(question.role for question in new.questions.values()):
        before = [pairs[name] for name, one in old.questions.items() if name in pairs and one.role == role]
        after = [name for name, one in new.questions.items() if one.role == role]
        both = set(before) & set(after)
        found |= find_moved([name for name in before if name in both], [name for name in after if name in both])
    return found


def _compare_headings(old: Side, new: Side, pairs: Pairs) -> Iterable[Change]:
    for before, after in dict.fromkeys(_find_reworded_headings(old, new, pairs)):
        yield Change("a section's heading", ChangeKind.SECTION, "reworded", compare_texts(before, after))


def _find_reworded_headings(old: Side, new: Side, pairs: Pairs) -> Iterable[tuple[LocalText, LocalText]]:
    """Headings that stand on one side only, over the same questions."""
    for before, after in pairs.items():
        was, is_now = old.sections[before], new.sections[after]
        gone = was is not None and was not in new.sections.values()
        if gone and is_now is not None and is_now not in old.sections.values() and was is not None:
            yield was, is_now


def _compare_sections(old: Side, new: Side, before: Question, after: Question) -> Iterable[Change]:
    was, is_now = old.sections[before.id], new.sections[after.id]
    only_words = was not in new.sections.values() and is_now not in old.sections.values()
    if was != is_now and (was is None or is_now is None or not only_words):
        language = new.survey.header.languages[0]
        names = [f"“{one.root.get(language, '')}”" if one else "no section" for one in (was, is_now)]
        yield Change("", ChangeKind.SECTION, f"moved from {names[0]} to {names[1]}")


def _list_scale_changes(old: Side, new: Side, pairs: Pairs) -> Iterable[Change]:
    """Each pair of scales once, with the questions that use it."""
    used: dict[tuple[str, str], list[str]] = {}
    scales: dict[tuple[str, str], tuple[Scale, Scale]] = {}
    for before, after in pairs.items():
        was, is_now = old.find_scale(old.questions[before]), new.find_scale(new.questions[after])
        if was and is_now and was != is_now:
            used.setdefault((was.id, is_now.id), []).append(after)
            scales[was.id, is_now.id] = was, is_now
    for key, (was, is_now) in scales.items():
        name = quote(is_now.id) if key[0] == key[1] else f"{quote(key[0])} → {quote(key[1])}"
        about = f"scale {name} (of {join_known(used[key])})"
        yield from (Change(about, one.kind, one.what, one.texts) for one in compare_scales(was, is_now))


def _compare_headers(old: Side, new: Side) -> Iterable[Change]:
    was, is_now = old.survey.header, new.survey.header
    if was.title != is_now.title:
        yield Change("title", ChangeKind.REWORDED, "reworded", compare_texts(was.title, is_now.title))
    if was.languages != is_now.languages:
        what = f"{join_known(was.languages)} → {join_known(is_now.languages)}"
        yield Change("languages", ChangeKind.LANGUAGES, what)
    yield from _compare_roles(old.roles, new.roles)
    stairs = old.survey.staircase, new.survey.staircase
    if stairs[0] and stairs[1] and stairs[0].version != stairs[1].version:
        what = f"version {stairs[0].version} → {stairs[1].version}"
        yield Change("staircase", ChangeKind.SCALE, what)


def _compare_roles(old: Mapping[str, Role], new: Mapping[str, Role]) -> Iterable[Change]:
    for name in (*new, *(name for name in old if name not in new)):
        about = f"role {quote(name)}"
        if name not in old:
            yield Change(about, ChangeKind.ROLE, "new", compare_texts(None, new[name].title))
        elif name not in new:
            yield Change(about, ChangeKind.ROLE, "gone", compare_texts(old[name].title, None))
        else:
            if old[name].title != new[name].title:
                texts = compare_texts(old[name].title, new[name].title)
                yield Change(about, ChangeKind.ROLE, "renamed on screen", texts)
            if old[name].group != new[name].group:
                what = f"asked in {quote(new[name].group)}, before in {quote(old[name].group)}"
                yield Change(about, ChangeKind.ROLE, what)
