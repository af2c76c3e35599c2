"""published/*.csv: that each published figure says one number that the survey can compute."""

import re
from collections.abc import Sequence
from fractions import Fraction

from praksis.define.check.figures import check_answered_groups, check_role_groups
from praksis.define.check.names import Asked, Names
from praksis.define.codes import Findings, join_known, suggest
from praksis.define.parts import Parts
from praksis.define.published import Claim, Measure, Relation
from praksis.define.question import OPEN_KINDS
from praksis.define.rounding import NATURAL_FREQUENCIES
from praksis.errors import Place

_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?")
_FRACTION = re.compile(r"[1-9]\d*/[1-9]\d*")
_COUNTS = (Measure.INVITED, Measure.RESPONDED, Measure.ANSWERED)
_OF_ITEM = (Measure.SHARE, Measure.CHANGE, Measure.GAP, Measure.ANSWERED)
_OF_ANSWER = (Measure.SHARE, Measure.CHANGE, Measure.GAP)
_WITH_VALUE = (Relation.EQUALS, Relation.ABOUT, Relation.ONE_IN, Relation.MORE_THAN, Relation.LESS_THAN)
_NUMBERS = (Relation.EQUALS, Relation.ABOUT, Relation.MORE_THAN, Relation.LESS_THAN)

RELATIONS: dict[Measure, tuple[Relation, ...]] = {
    Measure.SHARE: (*_NUMBERS, Relation.ONE_IN),
    Measure.CHANGE: (
        *_NUMBERS, Relation.RISES, Relation.RISES_SLIGHTLY, Relation.FALLS, Relation.NO_LARGER_CHANGE,
    ),
    Measure.GAP: (*_NUMBERS, Relation.HIGHER, Relation.LOWER),
    Measure.INVITED: (Relation.EQUALS, Relation.MORE_THAN, Relation.LESS_THAN),
    Measure.RESPONDED: (Relation.EQUALS, Relation.MORE_THAN, Relation.LESS_THAN),
    Measure.RESPONSE_RATE: (*_NUMBERS, Relation.ONE_IN),
    Measure.ANSWERED: (Relation.EQUALS, Relation.MORE_THAN, Relation.LESS_THAN),
}  # fmt: skip
"""What may be said of each measure."""


def check_claims(claims: Sequence[Claim], parts: Parts, findings: Findings) -> None:
    """Published figures against the survey."""
    names = Names(parts, findings)
    first: dict[str, Place] = {}
    for claim in claims:
        place = Place(claim.file, claim.line)
        if claim.id in first:
            findings.add("P008", place, f"the id `{claim.id}` stands twice", other=str(first[claim.id]))
        first.setdefault(claim.id, place)
        _ClaimCheck(names, claim, place).check()


class _ClaimCheck:
    def __init__(self, names: Names, claim: Claim, place: Place) -> None:
        self.names, self.claim, self.at = names, claim, place

    def check(self) -> None:
        allowed = RELATIONS[self.claim.measure]
        if self.claim.relation not in allowed:
            what = f"`{self.claim.id}`: `{self.claim.relation}` cannot be said of `{self.claim.measure}`"
            self._report("P007", what, measure=f"`{self.claim.measure}`", known=join_known(allowed))
        self._check_fields()
        self._check_value()
        asked = self._find("item", self.claim.item, self.names.items)
        item = (self.names.items or {})[self.claim.item] if asked and self.claim.item else None
        self._check_waves(item)
        self._check_groups(item)
        if item and item.question.kind in OPEN_KINDS:
            what = f"`{self.claim.id}`: `{item.item.id}` is answered as `{item.question.kind}`"
            self._report("N015", what)
        if item and item.scale and self.claim.answer:
            self._find("answer", self.claim.answer, item.scale.codes)

    def _report(self, code: str, what: str, **fill: str) -> None:
        self.names.findings.add(code, self.at, what, **fill)

    def _find(self, field: str, name: str | None, known: object) -> bool:
        """Is the name there? Reports it if it is not."""
        if name is None or not isinstance(known, dict | tuple | list) or name in known:
            return name is not None and isinstance(known, dict | tuple | list)
        what = f"`{self.claim.id}`: there is no {field} `{name}`{suggest(name, known)}"
        self._report("P002", what, known=join_known(known))
        return False

    def _check_fields(self) -> None:
        """Each field stands where its measure and relation use it, and only there."""
        claim = self.claim
        whole = claim.relation is Relation.NO_LARGER_CHANGE
        uses: dict[str, tuple[object, bool, bool]] = {
            "item": (claim.item, claim.measure in _OF_ITEM, claim.measure in _OF_ITEM),
            "answer": (claim.answer, claim.measure in _OF_ANSWER and not whole, claim.measure in _OF_ANSWER),
            "since": (claim.since, claim.measure is Measure.CHANGE, claim.measure is Measure.CHANGE),
            "against": (claim.against, claim.measure is Measure.GAP, claim.measure is Measure.GAP),
            "value": (claim.value, claim.relation in _WITH_VALUE, claim.relation in _WITH_VALUE),
        }
        for field, (value, needed, used) in uses.items():
            owner = f"`{claim.relation}`" if field == "value" else f"`{claim.measure}`"
            if needed and value is None:
                self._report("P003", f"`{claim.id}`: {owner} needs `{field}`", need=f"Fill in `{field}`")
            if value is not None and not used:
                what = f"`{claim.id}`: {owner} uses no `{field}`, but `{value}` is given"
                self._report("P009", what, need=f"Leave `{field}` empty, or write another measure or relation")

    def _check_value(self) -> None:
        claim = self.claim
        need = ""
        if claim.value is None or claim.relation not in _WITH_VALUE:
            return
        if claim.relation is Relation.ONE_IN:
            known = join_known(f"{one.numerator}/{one.denominator}" for one in NATURAL_FREQUENCIES)
            right = _FRACTION.fullmatch(claim.value) and Fraction(claim.value) in NATURAL_FREQUENCIES
            need = "" if right else f"Write one of: {known}"
        elif not _NUMBER.fullmatch(claim.value):
            need = "Write a number as it was published, with a point before decimals"
        elif claim.measure in _COUNTS:
            need = "" if claim.value.isdigit() else "Write a whole number, 0 or more"
        else:
            least = 0 if claim.measure in (Measure.SHARE, Measure.RESPONSE_RATE) else -100
            need = "" if least <= Fraction(claim.value) <= 100 else f"Write a number from {least} to 100"
        if need:
            self._report("P004", f"`{claim.id}`: the value is `{claim.value}`", need=need)

    def _check_waves(self, asked: Asked | None) -> None:
        claim, waves = self.claim, self.names.waves
        known = {field: self._find("wave", getattr(claim, field), waves) for field in ("wave", "since")}
        if waves and claim.since and all(known.values()) and waves.index(claim.since) >= waves.index(claim.wave):
            self._report("P006", f"`{claim.id}`: `since` is {claim.since}, `wave` is {claim.wave}")
        for field, found in known.items():
            wave = getattr(claim, field)
            if asked and found and wave not in asked.waves:
                what = f"`{claim.id}`: `{asked.item.id}` was not asked in {wave}"
                self._report("P005", what, asked=self.names.say_asked(asked))

    def _check_groups(self, asked: Asked | None) -> None:
        claim = self.claim
        frame_only = claim.measure in (Measure.INVITED, Measure.RESPONDED, Measure.RESPONSE_RATE)
        if claim.against == claim.group:
            what = f"`{claim.id}`: `{claim.group}` is compared with itself"
            self._report("P003", what, need="Write another group in `against`")
        for group in (claim.group, claim.against):
            if group is None or self.names.find_group(group, self.at, frame_only=frame_only) is None or not asked:
                continue
            check_role_groups(self.names, [group], [asked], self.at)
            for wave in (claim.wave, claim.since):
                if wave in asked.waves and wave is not None:
                    check_answered_groups(self.names, group, [wave], self.at)
