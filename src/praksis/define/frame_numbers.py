"""Numbers that name organisations and municipalities: are they right, and do they belong together?"""

import datetime
import re
from collections.abc import Mapping, Sequence

from praksis.define.codes import Findings, join_known
from praksis.define.frame_row import Answers, Row
from praksis.define.register.municipality import (
    REGISTER_BEGINS,
    Municipality,
    find_municipality,
    load_municipal_successions,
    load_organisation_numbers,
)

_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
_YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")
_DIGITS = 4


def check_organisation_number(number: str) -> bool:
    """Is this a Norwegian organisation number? Nine digits, the last by modulus 11 (Brønnøysundregistrene)."""
    if not (len(number) == 9 and number.isascii() and number.isdigit()):
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11
    return (0 if rest == 0 else 11 - rest) == int(number[8])


def find_day(wave: str) -> datetime.date | None:
    """1 January of the year a wave is named by, as `2026` or `spring-2026`; None where the register has no such day."""
    year = _YEAR.search(wave)
    day = datetime.date(int(year.group()), 1, 1) if year else None
    return day if day and day >= REGISTER_BEGINS else None


def find_days(as_of: datetime.date | None, waves: Sequence[str]) -> Mapping[str, datetime.date]:
    """Wave -> the day whose municipality numbers count; without those whose day is not known."""
    days = {wave: as_of or find_day(wave) for wave in waves}
    return {wave: day for wave, day in days.items() if day and day >= REGISTER_BEGINS}


def restore_number(text: str) -> str:
    """A municipality number with the zero that a spreadsheet took away; `301` is `0301`."""
    return text.zfill(_DIGITS) if text.isascii() and text.isdigit() and len(text) == _DIGITS - 1 else text


def check_municipality(row: Row, key: str, waves: Sequence[str], answers: Answers, findings: Findings) -> None:
    """The municipality number of one row against the register: four digits, in force in the waves, and of this key.

    A row without a number is no municipality, unless the register knows its organisation number as one.
    """
    number = row.municipality
    known = load_organisation_numbers().get(key)
    if not row.source.municipality or not (number or known):
        return
    if not (len(number) == _DIGITS and number.isascii() and number.isdigit()):
        what = f"{number} is not a municipality number" if number else "the municipality number is missing"
        is_official = known is not None and number in ("", known.number.lstrip("0"))
        findings.add(
            "F018", row.place, f"{row.name}: {what}{f'; it is {known.number}' if known and is_official else ''}"
        )
        return
    days = find_days(row.source.municipality.as_of, waves)
    found = {wave: find_municipality(number, day) for wave, day in days.items()}
    if lacking := [wave for wave, municipality in found.items() if municipality is None]:
        answer = answers.find("F019", row.reference)
        what, need = _explain_number(number, days[lacking[0]])
        when = f"in {join_known(lacking)}" if not row.source.municipality.as_of else f"on {days[lacking[0]]}"
        what = f"{row.name}: {number} was not the number of a municipality {when}{what}"
        findings.add("F019", row.place, what, need=need, answered=answer.reason if answer else "")
    official = next((one for wave, one in found.items() if one and _is_same_body(one, days[wave])), None)
    if official and check_organisation_number(key) and key != official.organisation_number:
        answer = answers.find("F020", row.reference)
        what = f"{row.name}: {number} is {official.name}, whose organisation number is {official.organisation_number}"
        findings.add("F020", row.place, f"{what}, not {key}", answered=answer.reason if answer else "")


def _is_same_body(municipality: Municipality, day: datetime.date) -> bool:
    """Is the organisation number known, and was it the same on a day? Not before others were merged into it."""
    merged = (one.day > day for one in load_municipal_successions() if one.new_key == municipality.number)
    return bool(municipality.organisation_number) and not any(merged)


def _explain_number(number: str, day: datetime.date) -> tuple[str, str]:
    """What is known of a number that was not in force on a day, and what to write."""
    later = [one for one in load_municipal_successions() if one.old_key == number and one.day <= day]
    if later:
        keys = join_known(one.new_key for one in later)
        return (
            f": {keys} took over on {later[0].day}",
            f"Write {keys}, or `as_of` with a day whose numbers the file uses",
        )
    earlier = [one for one in load_municipal_successions() if one.new_key == number and one.day > day]
    if earlier:
        keys = join_known(one.old_key for one in earlier)
        need = f"Write {keys}, or `as_of` with a day whose numbers the file uses"
        return f": it took over from {keys} on {earlier[0].day}", need
    return "", "Write the number of a municipality"
