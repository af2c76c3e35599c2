"""The Standard Definitions

    I   complete answers                    NC  never reached
    P   partial answers                     O   reached, could not answer
    R   refused or broke off                UH, UO  not known whether eligible

    RR1 = I / (I + P + R + NC + O + UH + UO)          RR2: (I + P) above the line
    RR3 = I / (I + P + R + NC + O + e (UH + UO))      RR4: (I + P) above the line
    RR5 = I / (I + P + R + NC + O)                    RR6: (I + P) above the line

*e* is the part of those in doubt that is taken to be eligible: given, or as many as among those that are known,
`(I + P + R + NC + O) / (I + P + R + NC + O + not eligible)`. The Standard Definitions ask to say how it was found.

Source: The American Association for Public Opinion Research (2023), Standard Definitions, 10th edition, on the
calculation of outcome rates.
"""

from praksis.estimate.response_rate import Dispositions, find_response_rates
from tests.spec.specification import Spec


def test_response_rates(spec: Spec) -> None:
    """Response rates"""
    data = spec.read("""
        | I   | P  | R  | NC | O | UH | UO | not eligible |
        |-----|----|----|----|---|----|----|--------------|
        | 300 | 40 | 60 | 70 | 10 | 50 | 25 | 120         |
    """)
    counts = Dispositions(
        complete=data["I"][0],
        partial=data["P"][0],
        refusal=data["R"][0],
        non_contact=data["NC"][0],
        other=data["O"][0],
        unknown=data["UH"][0],
        unknown_other=data["UO"][0],
        not_eligible=data["not eligible"][0],
    )
    rates = find_response_rates(counts)
    # By hand
    e = 480 / (480 + 120)
    spec.check("e", rates.eligible_part, e)
    spec.check("RR1", rates.rr1, 300 / (480 + 75))
    spec.check("RR2", rates.rr2, (300 + 40) / (480 + 75))
    spec.check("RR3", rates.rr3, 300 / (480 + e * 75))
    spec.check("RR4", rates.rr4, (300 + 40) / (480 + e * 75))
    spec.check("RR5", rates.rr5, 300 / 480)
    spec.check("RR6", rates.rr6, (300 + 40) / 480)


def test_other_rates(spec: Spec) -> None:
    """Cooperation, refusals and contacts

    Cooperation counts those reached, refusals and contacts the same as the response rates: with everyone in doubt, with
    the part e of them, without them.
    """
    data = spec.read("""
        | I   | P  | R  | NC | O  | UH | UO | e   |
        |-----|----|----|----|----|----|----|-----|
        | 300 | 40 | 60 | 70 | 10 | 50 | 25 | 0.5 |
    """)
    counts = Dispositions(*(data[name][0] for name in ("I", "P", "R", "NC", "O", "UH", "UO")))
    rates = find_response_rates(counts, eligible_part=data["e"][0])
    # By hand
    spec.check("COOP1", rates.coop1, 300 / (340 + 60 + 10))
    spec.check("COOP2", rates.coop2, 340 / (340 + 60 + 10))
    spec.check("COOP3", rates.coop3, 300 / (340 + 60))
    spec.check("COOP4", rates.coop4, 340 / (340 + 60))
    spec.check("REF1", rates.ref1, 60 / (480 + 75))
    spec.check("REF2", rates.ref2, 60 / (480 + 0.5 * 75))
    spec.check("REF3", rates.ref3, 60 / 480)
    spec.check("CON1", rates.con1, (340 + 60 + 10) / (480 + 75))
    spec.check("CON2", rates.con2, (340 + 60 + 10) / (480 + 0.5 * 75))
    spec.check("CON3", rates.con3, (340 + 60 + 10) / 480)


def test_a_frame_without_doubt(spec: Spec) -> None:
    """A frame without doubt

    All 488 organisations of a frame are known to belong: the response rates are one number. Sums of weights in the
    place of counts give weighted rates.
    """
    data = spec.read("""
        | answered | refused | not reached |
        |----------|---------|-------------|
        | 343      | 10      | 135         |
    """)
    counts = Dispositions(complete=data["answered"][0], refusal=data["refused"][0], non_contact=data["not reached"][0])
    rates = find_response_rates(counts)
    # By hand
    spec.check("RR1", rates.rr1, 343 / 488)
    spec.check("RR6", rates.rr6, 343 / 488)
