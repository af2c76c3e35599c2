"""From what happened to the rates

A response gets a disposition from what is known of it at a moment. Dispositions are counted in groups, and groups make
the rates. What comes first in this list decides:

    4.1, 4.81, 4.9  found not to belong, twice in the frame, merged or closed down       not eligible
    1.1             submitted, also if it has been opened again since                     I
    2.112           said no, and has saved nothing since                                  R
    1.2             at least half of the items asked are answered                         P
    2.12            fewer are                                                             R
    2.3             cannot answer                                                         O
    2.113           came in, and answered nothing                                         R
    2.112           wants no more letters                                                 R
    2.2             never came in                                                         NC

Half is the survey's to change. Whoever is in a register is known to belong. Where the frame does not tell that, those
who never came in are in doubt: 3.11 not invited and 3.19 silent (UH), 3.3 every letter came back (UO). The 10th edition
has a third kind of doubt, UR, which counts as the others do.

Source: The American Association for Public Opinion Research (2023), Standard Definitions, 10th edition, on final
disposition codes; the order, and what in Praksis is which code, are choices of Praksis.
"""

import datetime

from praksis.collect.disposition import Case, Finding, Found, Letter, Rule, Step, count_groups, find_disposition
from praksis.estimate.response_rate import Dispositions, count_dispositions, find_response_rates
from tests.spec.specification import Spec


def test_dispositions(spec: Spec) -> None:
    """Seven organisations

    Ten items are asked. Days count from the invitation; an empty cell is something that has not happened.
    """
    data = spec.read("""
        | organisation | letter came back | came in | answered | submitted | said     |
        |--------------|------------------|---------|----------|-----------|----------|
        | a            |                  | 2       | 9        | 3         |          |
        | b            |                  | 2       | 5        |           |          |
        | c            |                  | 3       | 4        |           |          |
        | d            |                  | 4       | 0        |           |          |
        | e            |                  |         |          |           | declined |
        | f            | 1                |         |          |           |          |
        | g            |                  |         |          |           | merged   |
    """)
    start = datetime.datetime(2026, 11, 2, 9, tzinfo=datetime.UTC)

    def date(day: int | None) -> datetime.datetime | None:
        return None if day is None else start + datetime.timedelta(days=day)

    cases = []
    for row, key in enumerate(data["organisation"]):
        opened, submitted, said = date(data["came in"][row]), date(data["submitted"][row]), data["said"][row]
        case = Case(
            organisation=key,
            role="head of IT",
            stratum="state",
            letters=(Letter(start, bounced_at=date(data["letter came back"][row])),),
            opened_at=opened,
            steps=(Step(opened, 10, data["answered"][row], page="", section=""),) if opened else (),
            submitted=(submitted,) if submitted else (),
            findings=(Finding(opened or start, Found(said)),) if said else (),
        )
        cases.append(case)
    now = start + datetime.timedelta(days=10)
    found = [find_disposition(case, now, Rule()) for case in cases]
    doubtful = find_disposition(cases[5], now, Rule(certain_frame=False))
    rates = find_response_rates(count_dispositions(count_groups(found)))
    # By hand
    spec.check("a", found[0].code.value, "1.1")
    spec.check("b", found[1].code.value, "1.2")
    spec.check("c", found[2].code.value, "2.12")
    spec.check("d", found[3].code.value, "2.113")
    spec.check("e", found[4].code.value, "2.112")
    spec.check("f", found[5].code.value, "2.2")
    spec.check("g", found[6].code.value, "4.9")
    spec.check("f, where the frame is not certain", doubtful.code.value, "3.3")
    spec.check("RR1: a, of all but g", rates.rr1, 1 / 6)
    spec.check("RR2: a and b", rates.rr2, 2 / 6)
    spec.check("REF1: c, d and e", rates.ref1, 3 / 6)
    spec.check("CON1: all but f", rates.con1, 5 / 6)


def test_a_worked_example(spec: Spec) -> None:
    """A worked example

    1 691 cases, as the vignette of the R package `outcomerate` 1.0.1 has them and prints their rates. *e* is 1447/1518.
    """
    data = spec.read("""
        | I   | P   | R  | NC  | O | UH | UO  | not eligible |
        |-----|-----|----|-----|---|----|-----|--------------|
        | 760 | 339 | 59 | 288 | 1 | 0  | 173 | 71           |
    """)
    rates = find_response_rates(Dispositions(*(column[0] for column in data.values())))
    # By hand: as printed there
    spec.check("RR1", round(rates.rr1, 8), 0.46913580)
    spec.check("RR2", round(rates.rr2, 8), 0.67839506)
    spec.check("RR3", round(rates.rr3, 8), 0.47149080)
    spec.check("RR4", round(rates.rr4, 8), 0.68180052)
    spec.check("RR5", round(rates.rr5, 8), 0.52522460)
    spec.check("RR6", round(rates.rr6, 8), 0.75950242)
    spec.check("COOP1", round(rates.coop1, 8), 0.65573770)
    spec.check("COOP2", round(rates.coop2, 8), 0.94823123)
    spec.check("COOP3", round(rates.coop3, 8), 0.65630397)
    spec.check("COOP4", round(rates.coop4, 8), 0.94905009)
    spec.check("REF1", round(rates.ref1, 8), 0.03641975)
    spec.check("REF2", round(rates.ref2, 8), 0.03660258)
    spec.check("REF3", round(rates.ref3, 8), 0.04077402)
    spec.check("CON1", round(rates.con1, 8), 0.71543210)
    spec.check("CON2", round(rates.con2, 8), 0.71902347)
    spec.check("CON3", round(rates.con3, 8), 0.80096752)


def test_three_kinds_of_doubt(spec: Spec) -> None:
    """Three kinds of doubt

    With one *e*, it does not matter which kind of doubt a case is.
    """
    data = spec.read("""
        | I  | P | R | NC | O | UH | UO | not eligible | UR | e   |
        |----|---|---|----|---|----|----|--------------|----|-----|
        | 10 | 2 | 3 | 4  | 1 | 5  | 6  | 8            | 7  | 0.4 |
    """)
    *counts, e = (column[0] for column in data.values())
    rates = find_response_rates(Dispositions(*counts), e)
    # By hand
    spec.check("RR1", rates.rr1, 10 / (20 + 18))
    spec.check("RR3", rates.rr3, 10 / (20 + 0.4 * 18))
    spec.check("RR5", rates.rr5, 10 / 20)
