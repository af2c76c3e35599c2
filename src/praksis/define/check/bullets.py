"""The sentences of figures.yaml: bullets under a figure, leads of pages and sections, and the numbers in them."""

from collections.abc import Iterable, Sequence

from praksis.define.check.figures import Shown, check_answered_groups, check_role_groups, read_shown
from praksis.define.check.names import Asked, Names, read_group
from praksis.define.check.texts import find_placeholders
from praksis.define.codes import join_known, suggest
from praksis.define.figure import (
    Bullet,
    Change,
    Figure,
    Gap,
    Holds,
    Largest,
    Level,
    NoLargerChange,
    NotAsked,
    Ref,
    Text,
)
from praksis.define.frame import BreakdownCategory
from praksis.define.yaml import Steps
from praksis.errors import Place

_FILE = "figures.yaml"


def check_bullets(names: Names) -> None:
    """Every sentence of every page and figure."""
    presentation = names.parts.presentation
    if not presentation:
        return
    for number, figure in enumerate(presentation.figures):
        shown = read_shown(names, figure)
        for position, bullet in enumerate(figure.bullets):
            _BulletCheck(names, ("figures", number, "bullets", position), figure, shown).check(bullet)
    for number, page in enumerate(presentation.pages):
        for position, text in enumerate(page.lead):
            _check_text(names, text, ("pages", number, "lead", position))
        for part, section in enumerate(page.sections):
            for position, text in enumerate(section.lead):
                _check_text(names, text, ("pages", number, "sections", part, "lead", position))


class _BulletCheck:
    """Checks one bullet against its figure."""

    def __init__(self, names: Names, steps: Steps, figure: Figure, shown: Shown) -> None:
        self.names, self.steps, self.figure, self.shown = names, steps, figure, shown

    def place(self, *steps: str | int) -> Place:
        return self.names.parts.place(_FILE, *self.steps, *steps)

    def check(self, bullet: Bullet) -> None:
        match bullet:
            case Text():
                _check_text(self.names, bullet, self.steps)
            case Level() | Gap():
                self._check_share(bullet.item, bullet.answer, bullet.groups, {"wave": bullet.wave})
            case Change():
                waves = {"since": bullet.since, "wave": bullet.wave}
                self._check_share(bullet.item, bullet.answer, bullet.groups, waves)
                self._check_last(bullet)
                _check_since(self.names, bullet.since, bullet.wave, self.place("since"))
            case NoLargerChange():
                self._find_item(bullet.item, {"since": bullet.since, "wave": bullet.wave}, self.place("item"))
                _check_since(self.names, bullet.since, bullet.wave, self.place("since"))
            case Largest():
                self._check_largest(bullet)
            case NotAsked():
                self._check_not_asked(bullet)

    def _check_share(self, item: str, answer: str, groups: tuple[str, ...], waves: dict[str, str]) -> None:
        asked = self._find_item(item, waves, self.place("item"))
        if asked:
            self._find_answer(asked, answer)
            if asked.scale and answer in asked.scale.codes and asked.scale.says(answer) is None:
                what = f"`{answer}` of `{asked.scale.id}` has no `says`, so no sentence can report it"
                missing = [one.kind for one in asked.scale.missing]
                need = "Name another answer" if answer in missing else f"Add `says` to `{answer}` in scales.yaml"
                self.names.findings.add("G012", self.place("answer"), what, need=need)
        for position, group in enumerate(groups):
            self._find_group(group, self.place("groups", position), asked, waves.values())

    def _find_item(self, item: str, waves: dict[str, str], place: Place) -> Asked | None:
        """The item, if it is there; with its waves, both are checked against what was asked and what is shown."""
        asked = self.names.find_item(item, place)
        if asked and item not in self.figure.items:
            self._report_hidden(place, f"the item `{item}`", self.figure.items)
        for field, wave in waves.items():
            here = self.place(field)
            if not self.names.find_wave(wave, here) or not asked:
                continue
            if wave not in asked.waves:
                what = f"`{item}` was not asked in {wave}"
                self.names.findings.add("G009", here, what, asked=self.names.say_asked(asked))
            elif self.shown.waves is not None and item in self.figure.items and wave not in self.shown.waves:
                self._report_hidden(here, f"wave {wave}", self.shown.waves)
        return asked

    def _check_last(self, bullet: Change) -> None:
        """A figure's table of changes goes to the last wave it shows; a change between two others has no cell."""
        asked = (self.names.items or {}).get(bullet.item)
        shown = [wave for wave in self.shown.waves or () if asked and wave in asked.waves]
        if bullet.wave in shown[:-1] and bullet.since in shown[: shown.index(bullet.wave)]:
            what = f"`{self.figure.id}` shows changes to {shown[-1]}, not to {bullet.wave}"
            self.names.findings.add("G008", self.place("wave"), what)

    def _find_answer(self, asked: Asked, answer: str) -> None:
        place = self.place("answer")
        found = self.names.find_answer(asked, answer, place)
        if found and self.shown.answers is not None and answer not in self.shown.answers:
            self._report_hidden(place, f"the answer `{answer}`", self.shown.answers)

    def _find_group(self, group: str, place: Place, asked: Asked | None, waves: Iterable[str]) -> None:
        values = self.names.find_group(group, place)
        if values is None:
            return
        self._check_words(group, values, asked, place)
        if asked:
            check_role_groups(self.names, [group], [asked], place)
            for wave in waves:
                if wave in asked.waves:
                    check_answered_groups(self.names, group, [wave], place)
        if self.shown.groups is not None and all(read_group(shown) != values for shown in self.shown.groups):
            self._report_hidden(place, f"the group `{group}`", self.shown.groups)

    def _report_hidden(self, place: Place, subject: str, shown: Iterable[str]) -> None:
        what = f"`{self.figure.id}` does not show {subject}; it shows {join_known(shown)}"
        self.names.findings.add("G008", place, what)

    def _check_words(self, group: str, values: dict[str, str], asked: Asked | None, place: Place) -> None:
        """One part of a group says who, the others are added to it."""
        frame = self.names.parts.frame
        role = (self.names.roles or {}).get(asked.question.role) if asked else None
        breakdowns = self.names.breakdowns or {}
        categories = [breakdowns[name].category(value) for name, value in values.items()]
        need = self._find_lacking_words(categories, list(values))
        if not need and frame and not any(category.who for category in categories):
            need = "" if frame.everyone.who or (role and role.who) else "Add `who` to `everyone` in frame.yaml"
        if need:
            self.names.findings.add("B009", place, f"there are no words for `{group}` in a sentence", need=need)

    def _find_lacking_words(self, categories: Sequence[BreakdownCategory], breakdowns: Sequence[str]) -> str:
        """What to add so that a sentence names the whole group; '' if it does."""
        mute = [category.id for category in categories if not category.who and not category.qualifier]
        if mute:
            return f"Add `who` or `qualifier` to `{mute[0]}` in frame.yaml"
        named = [(category.id, name) for category, name in zip(categories, breakdowns, strict=True) if category.who]
        # The last one with `who` names the organisations; what it is within needs no name beside it.
        last, own = named[-1] if named else ("", "")
        within = self.names.read_known((self.names.breakdowns or {})[own].within) if own else {}
        lost = [category for category, name in named[:-1] if name not in within]
        if lost:
            return f"Write `qualifier` in place of `who` in `{last}` or `{lost[0]}`: one of them can say who"
        return ""

    def _check_largest(self, bullet: Largest) -> None:
        for position, item in enumerate(bullet.items):
            asked = self._find_item(item, {"wave": bullet.wave}, self.place("items", position))
            if asked:
                self._find_answer(asked, bullet.answer)
                self._find_group(bullet.group, self.place("group"), asked, [bullet.wave])
        if bullet.count >= len(bullet.items):
            what = f"the {bullet.count} largest of {len(bullet.items)} items"
            self.names.findings.add("G017", self.place("count"), what)

    def _check_not_asked(self, bullet: NotAsked) -> None:
        asked = self._find_item(bullet.item, {"shown": bullet.shown}, self.place("item"))
        if self.names.find_wave(bullet.wave, self.place("wave")) and asked and bullet.wave in asked.waves:
            self.names.findings.add("G011", self.place("wave"), f"`{bullet.item}` was asked in {bullet.wave}")


def _check_since(names: Names, since: str, wave: str, place: Place) -> None:
    known = names.waves or ()
    if since in known and wave in known and known.index(since) >= known.index(wave):
        names.findings.add("G010", place, f"`since` is {since}, `wave` is {wave}")


def _check_text(names: Names, text: Text, steps: Steps) -> None:
    """A text's numbers: any item that was asked may be named, shown in the figure or not."""
    place_of = names.parts.place
    held = {name for holds in text.holds for name in (*(holds.above or ()), holds.rises, holds.falls) if name}
    shown = {name for words in text.text.root.values() for name in find_placeholders(words)}
    for language, words in text.text.root.items():
        used = set(find_placeholders(words)) - {""}
        for placeholder in sorted(used - text.refs.keys()):
            what = f"{{{placeholder}}} has no ref{suggest(placeholder, text.refs)}"
            place = place_of(_FILE, *steps, "text", language)
            names.findings.add("G013", place, what, placeholder=placeholder)
        for ref in text.refs:
            # A ref that no language shows may still carry what the text claims.
            if ref not in used and not (ref not in shown and (ref in held or held - text.refs.keys())):
                what = f"the ref `{ref}` is not used in `{language}`"
                names.findings.add("G014", place_of(_FILE, *steps, "refs", ref), what, ref=ref)
    for name, bound in text.refs.items():
        _check_ref(names, bound, (*steps, "refs", name))
    for number, holds in enumerate(text.holds):
        _check_holds(names, text, holds, (*steps, "holds", number))


def _check_ref(names: Names, ref: Ref, steps: Steps) -> None:
    def place(field: str) -> Place:
        return names.parts.place(_FILE, *steps, field)

    asked = names.find_item(ref.item, place("item"))
    if asked:
        names.find_answer(asked, ref.answer, place("answer"))
    waves = {"wave": ref.wave} | ({"since": ref.since} if ref.since else {})
    for field, wave in waves.items():
        if names.find_wave(wave, place(field)) and asked and wave not in asked.waves:
            what = f"`{ref.item}` was not asked in {wave}"
            names.findings.add("G009", place(field), what, asked=names.say_asked(asked))
    if names.find_group(ref.group, place("group")) is not None and asked:
        check_role_groups(names, [ref.group], [asked], place("group"))
        for wave in waves.values():
            if wave in asked.waves:
                check_answered_groups(names, ref.group, [wave], place("group"))
    if ref.since:
        _check_since(names, ref.since, ref.wave, place("since"))
        if ref.show == "about":
            names.findings.add("G018", place("show"), f"the change since {ref.since} is told as `about`")


def _check_holds(names: Names, text: Text, holds: Holds, steps: Steps) -> None:
    def report(field: str, what: str, need: str) -> None:
        names.findings.add("G016", names.parts.place(_FILE, *steps, field), what, need=need)

    fields = {"above": holds.above or (), "rises": (holds.rises,), "falls": (holds.falls,)}
    named = [(field, name) for field, refs in fields.items() for name in refs if name is not None]
    for field, name in named:
        place = names.parts.place(_FILE, *steps, field)
        known = names.find("G015", "there is no ref", name, text.refs, place)
        if known and field != "above" and not text.refs[name].since:
            report(field, f"`{name}` is a level, which neither rises nor falls", f"Add `since` to the ref `{name}`")
    if not named:
        report("", "it claims nothing", "Write `above`, `rises` or `falls`, or remove it")
    if holds.above:
        above = [text.refs[name] for name in holds.above if name in text.refs]
        if len(above) == 2 and not _can_compare(*above):
            need = "Name two levels of one answer in one wave: of two groups, or of two items"
            report("above", f"`{holds.above[0]}` and `{holds.above[1]}` cannot be compared", need)


def _can_compare(first: Ref, second: Ref) -> bool:
    """Is there a gap to test between the two? One answer in one wave, and another item or another group."""
    levels = first.since is None and second.since is None
    same = first.answer == second.answer and first.wave == second.wave
    return levels and same and (first.item != second.item) is not (first.group != second.group)
