"""The counts of answers in every cell as variables of an integer program, and the counts once they are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from praksis.define.group import parse_group, write_group
from praksis.define.question import Question, QuestionKind
from praksis.rehearse.cells import NOT_ANSWERED, NOT_ASKED, Layout, Subcell
from praksis.rehearse.program import Program, Terms, add_terms


@dataclass(frozen=True)
class Ratio:
    """A share of answers: `part / base`, both sums of counts."""

    part: Terms
    base: Terms


class Counts:
    """What holds for any answers to a questionnaire, whatever has been published about them."""

    def __init__(self, layout: Layout, *, allow_skips: bool = True) -> None:
        self.layout, self.program = layout, Program()
        self.allow_skips = allow_skips
        self.responses = [self.program.add_count(len(cell.organisations)) for cell in layout.cells]
        self.skips: dict[str, list[int]] = {}
        """Item (of a multiple choice: its first item) -> the variables that count who skipped it."""
        self.of: dict[str, dict[Subcell, dict[int, Terms]]] = {}
        """Item -> subcell -> code -> count."""
        self.bases: set[int] = set(self.responses)
        """Variables that the bases of shares are made of: responses, given items, skips, and what is said of them."""
        self.sums: set[int] = set()
        """Variables for the sums that claims are about."""
        self._tied: dict[tuple[tuple[int, int], ...], int] = {}
        self._skipped: dict[tuple[str, Subcell], int] = {}
        for item in layout.order:
            self._add_item(item)
        for question in layout.questions:
            self._shut_out(question)
        given = {name for item in layout.items for name in layout.given(item)}
        self.bases |= {
            variable
            for item in given
            for counts in self.of[item].values()
            for terms in counts.values()
            for variable in terms
        }
        self.bases |= set(self._skipped.values())

    def size(self, subcell: Subcell) -> Terms:
        """How many respondents are in a subcell of given items (closed, as `Layout.given` is)."""
        if not subcell.given:
            return {self.responses[subcell.cell]: 1}
        (*rest, (item, code)) = subcell.given
        hosts = (
            counts.get(code, {})
            for host, counts in self.of[item].items()
            if host.cell == subcell.cell and all(pair in host.given for pair in rest)
        )
        return add_terms(*hosts)

    def ratio(self, item: str, answer: str | None, group: str) -> Ratio:
        """The share of a group that gave an answer (a category or a group of its scale; None: any)."""
        scale = self.layout.survey.scale_of(item)
        codes = scale.base_codes if answer is None else scale.codes[answer]
        inside = [counts for subcell, counts in self.of[item].items() if self.layout.covers(group, subcell)]
        return Ratio(
            add_terms(*(counts.get(code, {}) for counts in inside for code in codes)),
            add_terms(*(counts.get(code, {}) for counts in inside for code in scale.base_codes)),
        )

    def response(self, group: str) -> tuple[Terms, int]:
        """How many of a group responded, and how many were invited."""
        cells = [cell for cell in range(len(self.layout.cells)) if self.layout.covers(group, Subcell(cell))]
        invited = sum(len(self.layout.cells[cell].organisations) for cell in cells)
        return {self.responses[cell]: 1 for cell in cells}, invited

    def tie(self, ratio: Ratio) -> None:
        """Give the sums of a ratio variables of their own.

        Where groups are nested or crossed two ways, whole sums have whole parts, so the parts need not be searched.
        """
        for terms in (ratio.part, ratio.base):
            key = tuple(sorted(terms.items()))
            if key not in self._tied:
                total = self.program.add_count(sum(len(cell.organisations) for cell in self.layout.cells))
                self._tied[key] = total
                self.sums.add(total)
                self.program.require(add_terms(terms, {total: -1}), 0, 0)

    def invited_at_most(self, group: str) -> int:
        """How many organisations could be in a group, whatever they answer."""
        frame = {name: value for name, value in parse_group(group).items() if not self._answers(name)}
        return self.response(write_group(frame))[1]

    def _answers(self, breakdown: str) -> bool:
        return bool(self.layout.survey.breakdowns[breakdown].answer_to)

    def _add_item(self, item: str) -> None:
        layout = self.layout
        question = layout.survey.question_of[item]
        self.of[item] = {}
        for subcell in layout.subcells(layout.given(item)):
            size, codes = self.size(subcell), layout.codes_in(item, subcell)
            if len(codes) == 1:
                self.of[item][subcell] = {codes[0]: size}
                continue
            counts = {code: self._count(question, item, subcell, code) for code in codes}
            self.of[item][subcell] = counts
            self.program.require(add_terms(*counts.values(), add_terms(size, factor=-1)), 0, 0)

    def _count(self, question: Question, item: str, subcell: Subcell, code: int) -> Terms:
        most = len(self.layout.cells[subcell.cell].organisations)
        if code != NOT_ANSWERED:
            return {self.program.add_count(most): 1}
        together = question.kind is QuestionKind.MULTIPLE
        key = (question.id if together else item, subcell)
        if key not in self._skipped:
            self._skipped[key] = self.program.add_count(most if self.allow_skips else 0)
            self.skips.setdefault(item, []).append(self._skipped[key])
        return {self._skipped[key]: 1}

    def _shut_out(self, question: Question) -> None:
        """Who chose an exclusive option chose no other one."""
        items = [item for item in self.layout.items if self.layout.survey.question_of[item] is question]
        alone = [item for item in items if self.layout.survey.items[item].exclusive]
        if question.kind is not QuestionKind.MULTIPLE or not alone:
            return
        for subcell in self.layout.subcells(self.layout.shared(question)):
            if not self.layout.is_shown(question, subcell):
                continue
            chosen = {item: self._chosen(item, subcell) for item in items}
            answered = add_terms(self.size(subcell), {self._skipped[question.id, subcell]: -1})
            for other in [item for item in items if item not in alone] or alone[:1]:
                terms = add_terms(*(chosen[item] for item in alone), chosen[other] if other not in alone else {})
                self.program.require(add_terms(terms, add_terms(answered, factor=-1)), None, 0)

    def _chosen(self, item: str, subcell: Subcell) -> Terms:
        from_hosts = (
            counts.get(1, {})
            for host, counts in self.of[item].items()
            if host.cell == subcell.cell and all(pair in host.given for pair in subcell.given)
        )
        return add_terms(*from_hosts)


@dataclass(frozen=True)
class Solution:
    """The counts of one role in one wave as whole numbers."""

    counts: Counts
    values: NDArray[np.int64]

    @property
    def layout(self) -> Layout:
        return self.counts.layout

    def number(self, terms: Mapping[int, int]) -> int:
        """What a sum of counts comes to."""
        return sum(coefficient * int(self.values[variable]) for variable, coefficient in terms.items())

    def share(self, item: str, answer: str, group: str) -> Fraction | None:
        """A share in percent, exactly; None where nobody answered."""
        ratio = self.counts.ratio(item, answer, group)
        base = self.number(ratio.base)
        return Fraction(100 * self.number(ratio.part), base) if base else None

    def skipped(self, item: str) -> int:
        """How many skipped an item (of a multiple choice: the question)."""
        return sum(int(self.values[variable]) for variable in self.counts.skips.get(item, ()))

    def dealt(self, item: str) -> dict[Subcell, dict[int, int]]:
        """Subcell -> code -> count, for the subcells that shall have a code dealt."""
        return {
            subcell: {code: self.number(terms) for code, terms in counts.items()}
            for subcell, counts in self.counts.of[item].items()
            if NOT_ASKED not in counts
        }
