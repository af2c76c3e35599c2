"""figures.yaml: that each figure can be drawn from what was asked, and that pages hold each figure once."""

from collections.abc import Sequence
from dataclasses import dataclass

from praksis.define.check.names import Asked, Names, read_group
from praksis.define.codes import join_known, suggest
from praksis.define.figure import RESERVED_PAGES, Chart, Figure, Page
from praksis.define.group import expand_groups
from praksis.define.question import STAIRCASE, Scale
from praksis.errors import Place
from praksis.localtext import LocalText

_FILE = "figures.yaml"


@dataclass(frozen=True)
class Shown:
    """What a figure's table holds; each is None where something it builds on has problems."""

    items: tuple[Asked, ...]
    waves: tuple[str, ...] | None
    answers: tuple[str, ...] | None
    groups: tuple[str, ...] | None


def read_shown(names: Names, figure: Figure) -> Shown:
    """What a figure shows, with its defaults filled in; reports nothing."""
    asked = tuple(names.items[item] for item in figure.items if item in (names.items or ())) if names.items else ()
    whole = len(asked) == len(figure.items)
    waves = names.in_order(figure.waves or (wave for one in asked for wave in one.waves)) if whole else None
    answers: tuple[str, ...] | None = figure.answers or None
    if not answers and whole and asked[0].scale:
        # Where the chart shows every answer, the table has the groups of answers too.
        answers = tuple(_read_answers(asked[0].scale))
    try:
        groups = expand_groups(figure.groups, names.breakdowns) if names.breakdowns is not None else None
    except (ValueError, KeyError):
        groups = None
    return Shown(asked, waves, answers, groups)


def check_figures(names: Names) -> None:
    """Each figure against what was asked, each page against the figures."""
    presentation = names.parts.presentation
    if not presentation:
        return
    place_of = names.parts.place
    names.check_unique("page", [(p.id, place_of(_FILE, "pages", n, "id")) for n, p in enumerate(presentation.pages)])
    figures = [(figure.id, place_of(_FILE, "figures", n, "id")) for n, figure in enumerate(presentation.figures)]
    names.check_unique("figure", figures)
    stands: dict[str, Place] = {}
    for number, page in enumerate(presentation.pages):
        _check_page(names, number, page, stands)
    for name, place in figures:
        if name not in stands:
            names.findings.add("G019", place, f"`{name}` stands on no page")
    for number, figure in enumerate(presentation.figures):
        _FigureCheck(names, figure, number).check()


def _check_page(names: Names, number: int, page: Page, stands: dict[str, Place]) -> None:
    if page.id in RESERVED_PAGES:
        place = names.parts.place(_FILE, "pages", number, "id")
        names.findings.add("N013", place, f"`{page.id}` is a page of the site that is no page of figures")
    place = names.parts.place(_FILE, "pages", number, "wave")
    roles = (names.roles or {}).values()
    if names.find_wave(page.wave, place) and roles and not any(page.wave in role.waves for role in roles):
        names.findings.add("G021", place, f"no role was asked in {page.wave}")
    absent = not names.parts.staircase and not names.parts.failed("staircase.yaml")
    if page.shows_steps and absent:
        place = names.parts.place(_FILE, "pages", number, "shows_steps")
        names.findings.add("S001", place, f"page `{page.id}` explains the steps, but there is no staircase.yaml")
    for section_number, section in enumerate(page.sections):
        for position, figure in enumerate(section.figures):
            place = names.parts.place(_FILE, "pages", number, "sections", section_number, "figures", position)
            if not names.find("N009", "there is no figure", figure, names.figures, place):
                continue
            if figure in stands:
                names.findings.add("G020", place, f"`{figure}` stands also at {stands[figure]}")
            stands.setdefault(figure, place)


class _FigureCheck:
    def __init__(self, names: Names, figure: Figure, number: int) -> None:
        self.names, self.figure, self.number = names, figure, number
        self.shown = read_shown(names, figure)

    def place(self, *steps: str | int) -> Place:
        return self.names.parts.place(_FILE, "figures", self.number, *steps)

    def check(self) -> None:
        for position, item in enumerate(self.figure.items):
            self.names.find_item(item, self.place("items", position))
        self._check_waves()
        self._check_answers()
        for position, group in enumerate(self.figure.groups):
            values = self.names.find_group(group, self.place("groups", position), stars=True)
            if values is not None and self.shown.waves is not None:
                place = self.place("groups", position)
                single = expand_groups([group], self.names.breakdowns or {})
                check_answered_groups(self.names, group, self.shown.waves, place)
                check_role_groups(self.names, single, self.shown.items, place)
        self._check_chart()

    def _check_waves(self) -> None:
        for position, wave in enumerate(self.figure.waves):
            place = self.place("waves", position)
            known = self.names.find_wave(wave, place)
            if known and self.shown.waves and all(wave not in one.waves for one in self.shown.items):
                asked = " ".join(self.names.say_asked(one) for one in self.shown.items)
                self.names.findings.add("G001", place, f"none of its items was asked in {wave}", asked=asked)
        for one in self.shown.items:
            if self.figure.waves and not set(one.waves) & set(self.figure.waves):
                place = self.place("items", self.figure.items.index(one.item.id))
                what = f"`{one.item.id}` was not asked in {join_known(self.figure.waves)}"
                self.names.findings.add("G002", place, what, asked=self.names.say_asked(one))

    def _check_answers(self) -> None:
        scales = {one.scale.id: one.scale for one in self.shown.items if one.scale}
        labels = {scale.id: _read_answers(scale) for scale in scales.values()}
        for position, answer in enumerate(self.figure.answers):
            place = self.place("answers", position)
            without = [name for name in scales if answer not in labels[name]]
            if scales and len(without) == len(scales):
                known = list(dict.fromkeys(name for answers in labels.values() for name in answers))
                what = f"no item of the figure has the answer `{answer}`{suggest(answer, known)}"
                self.names.findings.add("N007", place, what, known=join_known(known))
            elif without:
                what = f"`{answer}` is no answer on {join_known(without)}, which some of its items have"
                self.names.findings.add("G005", place, what)
            elif len({answers[answer] for answers in labels.values()}) > 1:
                what = f"`{answer}` has another label on each of {join_known(scales)}"
                self.names.findings.add("G005", place, what)
        if not self.figure.answers and len({tuple(answers.items()) for answers in labels.values()}) > 1:
            what = f"its items are on {join_known(scales)}, which have other answers"
            self.names.findings.add("G005", self.place("items"), what)

    def _check_chart(self) -> None:
        need = ""
        asked, waves, answers = self.shown.items, self.shown.waves, self.shown.answers
        match self.figure.chart:
            case Chart.STAIRCASE:
                wrong = [one.item.id for one in asked if one.question.scale != STAIRCASE]
                need = f"Show items on the scale `staircase`; {join_known(wrong)} is not" if wrong else ""
            case Chart.STACKED:
                need = "Show at least two answers" if answers and len(answers) < 2 else ""
                self._check_overlap(asked)
            case Chart.DEVELOPMENT if waves is not None:
                most = max((len([wave for wave in waves if wave in one.waves]) for one in asked), default=0)
                need = "Show at least two waves that asked one of its items" if most < 2 else ""
                several = self.shown.groups is None or len(self.shown.groups) > 1
                if several and answers and len(answers) > 1:
                    need = "Show one answer, or one group"
            case Chart.BARS | Chart.BARRIERS:
                if self.figure.chart is Chart.BARRIERS and len(self.figure.items) < 2:
                    need = "Show several items, or choose the chart `bars`"
                elif answers and len(answers) > 1:
                    need = "Name the one answer to show under `answers`"
        if need:
            what = f"`{self.figure.id}` cannot be drawn as `{self.figure.chart}`"
            self.names.findings.add("G003", self.place("chart"), what, need=need)

    def _check_overlap(self, asked: Sequence[Asked]) -> None:
        scale = next((one.scale for one in asked if one.scale), None)
        seen: dict[int, str] = {}
        for position, answer in enumerate(self.figure.answers):
            codes = scale.codes.get(answer, ()) if scale else ()
            other = next((seen[code] for code in codes if code in seen), None)
            if other is not None and other != answer:
                what = f"`{answer}` and `{other}` share a category of `{scale.id if scale else ''}`"
                self.names.findings.add("G004", self.place("answers", position), what)
            seen |= dict.fromkeys(codes, answer)


def _read_answers(scale: Scale) -> dict[str, LocalText]:
    """What a figure can show of a scale, with its label: categories, missing ones in the base, and groups."""
    return {name: scale.label(name) for name in scale.codes}


def check_answered_groups(names: Names, group: str, waves: Sequence[str], place: Place) -> None:
    """A group by an answer exists only in the waves that asked for it."""
    for name in read_group(group):
        breakdown = (names.breakdowns or {}).get(name)
        items = names.items or {}
        deciding = [items[item] for item in (breakdown.answer_to if breakdown else ()) if item in items]
        if deciding and not any(wave in one.waves for one in deciding for wave in waves):
            what = f"`{group}` is not known in {join_known(waves)}"
            names.findings.add("G006", place, what, asked=" ".join(names.say_asked(one) for one in deciding))


def _check_answering_roles(names: Names, groups: Sequence[str], asked: Sequence[Asked], place: Place) -> None:
    """A group by an answer is known only for the role that gave the answer."""
    items = names.items or {}
    for group in groups:
        for name in read_group(group):
            breakdown = (names.breakdowns or {}).get(name)
            deciding = [items[item] for item in (breakdown.answer_to if breakdown else ()) if item in items]
            roles = {one.question.role for one in deciding}
            if not roles <= (names.roles or {}).keys():
                continue
            others = dict.fromkeys(one.item.id for one in asked if deciding and one.question.role not in roles)
            if others:
                what = f"`{group}` is not known for {join_known(others)}: another role gave the answer"
                names.findings.add("G022", place, what, roles=join_known(sorted(roles)))


def check_role_groups(names: Names, groups: Sequence[str], asked: Sequence[Asked], place: Place) -> None:
    """A group is empty where the roles of all the items are found in other organisations only."""
    inner = {
        one.question.role: names.read_known(role.group)
        for one in asked
        if (role := (names.roles or {}).get(one.question.role))
    }
    for group in groups:
        values = read_group(group)
        outside = [any(values.get(name, value) != value for name, value in role.items()) for role in inner.values()]
        if outside and all(outside):
            roles = " ".join(f"`{role}` is asked in `{_write(within)}` only" for role, within in inner.items())
            names.findings.add("G007", place, f"nobody in `{group}` was asked", need=roles)
    _check_answering_roles(names, groups, asked, place)


def _write(values: dict[str, str]) -> str:
    return ",".join(f"{name}={value}" for name, value in values.items())
