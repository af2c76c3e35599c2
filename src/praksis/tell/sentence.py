"""Findings become sentences: computed and tested first, then worded, every number bound to its cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from praksis.define.figure import Bullet, Change, Gap, Holds, Largest, Level, NoLargerChange, NotAsked, Ref, Text
from praksis.define.rounding import bound_slight_change, round_half_away
from praksis.define.survey import Survey
from praksis.estimate.cube import Cell, Cube, Estimate
from praksis.tell.content import Sentence, Span
from praksis.tell.naming import label_item, name_group, say_answer
from praksis.tell.plan import cell_of_ref, list_gap_cells
from praksis.tell.words import Words, capitalise, fill_template, merge_spans


class TextFault(Exception):
    """The data do not bear what a text says. `code` is one of `FAULTS`."""

    def __init__(self, code: str, what: str) -> None:
        self.code, self.what = code, what
        super().__init__(f"{code} {what}")


FAULTS = {
    # A text needs a number that cannot be shown.
    "T001": "Take the number out of the text, or name another cell.",
    # The data do not bear what a text says.
    "T002": "Rewrite the text; it must not say what is not so.",
    # A change is larger than the text says.
    "T003": "Tell the change (`tell: change`) instead.",
    # A sentence has nothing it may say.
    "T004": "Remove the bullet, or name groups that have answers.",
}
"""Code -> what to do; the T codes, beside those of `praksis.define.codes`."""


@dataclass(frozen=True)
class Teller:
    """Words findings of one figure (or page) in one language.

    `addresses` maps a cell to (figure, id in its table); a number without one is text alone.
    """

    survey: Survey
    cube: Cube
    language: str
    words: Words
    addresses: Mapping[Cell, tuple[str, str]]

    def tell(self, bullet: Bullet) -> Sentence:
        """One bullet or paragraph. Raises TextFault where the data say otherwise."""
        match bullet:
            case Text():
                spans = self._tell_text(bullet)
            case Level():
                spans = self._tell_level(bullet)
            case Change():
                spans = self._tell_change(bullet)
            case NoLargerChange():
                spans = self._tell_no_larger_change(bullet)
            case Gap():
                spans = self._tell_gap(bullet)
            case Largest():
                spans = self._tell_largest(bullet)
            case NotAsked():
                item = label_item(self.survey, bullet.item, self.language)
                spans = self.words.fill("not-asked", item=item, wave=bullet.wave, shown=bullet.shown)
        return Sentence(spans=capitalise(merge_spans(spans)))

    def _number(self, cell: Cell, text: str) -> Span:
        figure, place = self.addresses.get(cell, (None, None))
        return Span(text=text, figure=figure, cell=place)

    def _shown(self, cells: Sequence[Cell]) -> list[tuple[Cell, Estimate]]:
        shown = [(cell, self.cube[cell]) for cell in cells if self.cube[cell].shown]
        if not shown:
            raise TextFault("T004", f"no group has a number to show: {'; '.join(map(str, cells))}")
        return shown

    def _who(self, cell: Cell) -> str:
        return " ".join(part for part in name_group(self.survey, cell.group, self.language, cell.item) if part)

    def _name_each(self, numbers: Sequence[tuple[Cell, Span]], kind: str) -> tuple[Span, ...]:
        """Numbers and their groups as a list; one that differs from the group before by its step alone says just that.

        `kind` is `share` or `points`, the placeholder of the templates `share-of` and `points-among`.
        """
        parts: list[tuple[Span, ...]] = []
        before = ""
        for cell, number in numbers:
            who, qualifier = name_group(self.survey, cell.group, self.language, cell.item)
            if number.text == self.words["no"]:
                parts.append(self.words.fill("none-of", share=number, who=self._who(cell)))
            elif qualifier and who == before:
                parts.append(self.words.fill("same", number=number, qualifier=qualifier))
            else:
                template = "share-of" if kind == "share" else "points-among"
                parts.append(self.words.fill(template, who=self._who(cell), **{kind: number}))
            before = who
        return self.words.join(parts)

    def _share(self, cell: Cell, decimals: int = 0) -> Span:
        return self._number(cell, self.words.write_percent(self.cube[cell].value, decimals))

    def _tell_level(self, bullet: Level) -> tuple[Span, ...]:
        cells = [Cell(bullet.item, bullet.answer, group, bullet.wave) for group in bullet.groups]
        shares = [
            (cell, self._number(cell, self.words["no"]) if estimate.value == 0 else self._share(cell))
            for cell, estimate in self._shown(cells)
        ]
        says = say_answer(self.survey, bullet.item, bullet.answer, self.language)
        return self.words.fill("level", wave=bullet.wave, shares=self._name_each(shares, "share"), says=says)

    def _tell_change(self, bullet: Change) -> tuple[Span, ...]:
        """One sentence for those that clearly rose, one for those that fell, one for the rest."""
        cells = [Cell(bullet.item, bullet.answer, group, bullet.wave, bullet.since) for group in bullet.groups]
        says = say_answer(self.survey, bullet.item, bullet.answer, self.language)
        moves: dict[str, list[tuple[Cell, Span]]] = {"rise": [], "fall": [], "unclear-change": []}
        for cell, estimate in self._shown(cells):
            kind = ("rise" if estimate.value > 0 else "fall") if estimate.clear else "unclear-change"
            write = self.words.write_points if estimate.clear else self.words.write_signed_points
            moves[kind].append((cell, self._number(cell, write(estimate.value))))
        sentences: list[Span] = []
        for kind, found in moves.items():
            if found:
                sentences += [Span(text=" ")] if sentences else []
                joined = self._name_each(found, "points")
                sentences += self.words.fill(kind, since=bullet.since, wave=bullet.wave, says=says, moves=joined)
        return tuple(sentences)

    def _tell_no_larger_change(self, bullet: NoLargerChange) -> tuple[Span, ...]:
        limit = self.survey.design.larger_change
        slight = bound_slight_change(limit)
        for answer in self.survey.scale_of(bullet.item).codes:
            cell = Cell(bullet.item, answer, "all", bullet.wave, bullet.since)
            value = self._require(cell).value
            if not slight.contain(value):
                raise TextFault("T003", f"{cell} is {value:+.1f} points; the limit is {limit:g}")
        return self.words.fill(
            "no-larger-change",
            item=label_item(self.survey, bullet.item, self.language),
            since=bullet.since,
            wave=bullet.wave,
            limit=self.words.write_points(limit),
        )

    def _tell_gap(self, bullet: Gap) -> tuple[Span, ...]:
        first, second = (Cell(bullet.item, bullet.answer, group, bullet.wave) for group in bullet.groups)
        (cell,) = list_gap_cells(first, second)
        gap = self._require(cell)
        says = say_answer(self.survey, bullet.item, bullet.answer, self.language)
        high, low = (first, second) if gap.value >= 0 else (second, first)
        # The size of the gap is left to the reader: beside two rounded shares, a rounded gap can look wrong by one.
        shares = [self.cube[high].value, self.cube[low].value]
        alike = gap.clear and round_half_away(shares[0]) == round_half_away(shares[1])
        decimals = 1 if alike and not self.cube.hides_anything else 0
        return self.words.fill(
            "gap" if gap.clear else "unclear-gap",
            wave=bullet.wave,
            says=says,
            high=self._who(high),
            low=self._name_beside(low, high),
            **{"high-share": self._share(high, decimals), "low-share": self._share(low, decimals)},
        )

    def _name_beside(self, cell: Cell, other: Cell) -> str:
        """The group's name after the other's: 'dem på trinn 2' where only the step differs."""
        who, qualifier = name_group(self.survey, cell.group, self.language, cell.item)
        same = qualifier and who == name_group(self.survey, other.group, self.language, other.item)[0]
        return f"{self.words['those']} {qualifier}" if same else self._who(cell)

    def _tell_largest(self, bullet: Largest) -> tuple[Span, ...]:
        cells = [Cell(item, bullet.answer, bullet.group, bullet.wave) for item in bullet.items]
        # One that is hidden could be the largest: then nothing may be said of the order.
        values = {cell: self._require(cell).value for cell in cells}
        ranked = sorted(cells, key=lambda cell: -values[cell])
        named = [self._rank(cell) for cell in ranked[: bullet.count]]
        words = {"who": self._who(ranked[0]), "wave": bullet.wave}
        if len(ranked) > bullet.count:
            last, following = ranked[bullet.count - 1], ranked[bullet.count]
            (gap,) = list_gap_cells(last, following)
            if not self.cube[gap].clear:
                rank = self._rank(following)
                return self.words.fill("largest-unclear", ranked=self.words.join(named), next=rank, **words)
        return self.words.fill("largest", ranked=self.words.join(named), **words)

    def _rank(self, cell: Cell) -> tuple[Span, ...]:
        item = label_item(self.survey, cell.item, self.language)
        return self.words.fill("ranked", item=item, share=self._share(cell))

    def _tell_text(self, bullet: Text) -> tuple[Span, ...]:
        for holds in bullet.holds:
            self._test(holds, bullet.refs)
        # A change whose direction the data have been asked about is told by its size; any other keeps its sign.
        tested = {name for holds in bullet.holds for name in (holds.rises, holds.falls)}
        parts: dict[str, str | Span | Sequence[Span]] = {
            name: self._number(cell_of_ref(ref), self._write_ref(ref, signed=name not in tested))
            for name, ref in bullet.refs.items()
        }
        return fill_template(bullet.text[self.language], parts)

    def _require(self, cell: Cell) -> Estimate:
        estimate = self.cube[cell]
        if not estimate.shown:
            raise TextFault("T001", f"{cell} is {estimate.status.value}")
        return estimate

    def _write_ref(self, ref: Ref, *, signed: bool) -> str:
        value = self._require(cell_of_ref(ref)).value
        if ref.since and signed:
            return self.words.write_signed(value) if ref.show == "number" else self.words.write_signed_points(value)
        if ref.show == "number":
            return self.words.write_number(abs(value))
        if ref.since:
            return self.words.write_points(value)
        return self.words.write_about(value) if ref.show == "about" else self.words.write_percent(value)

    def _test(self, holds: Holds, refs: Mapping[str, Ref]) -> None:
        if holds.above:
            first, second = (cell_of_ref(refs[name]) for name in holds.above)
            gaps = list(list_gap_cells(first, second))
            if not gaps:
                raise TextFault("T002", f"{first} and {second} cannot be compared: not one answer in one wave")
            gap = self._require(gaps[0])
            if not (gap.clear and gap.value > 0):
                what = f"{first} is not clearly above {second}: {gap.value:+.1f} points"
                raise TextFault("T002", f"{what} ({gap.lower:.1f} to {gap.upper:.1f})")
        for name, sign in ((holds.rises, 1), (holds.falls, -1)):
            if name:
                cell = cell_of_ref(refs[name])
                change = self._require(cell)
                if not (change.clear and change.value * sign > 0):
                    verb = "rise" if sign > 0 else "fall"
                    what = f"{cell} does not clearly {verb}: {change.value:+.1f} points"
                    raise TextFault("T002", f"{what} ({change.lower:.1f} to {change.upper:.1f})")
