"""What is hidden

The shares of a group are hidden where fewer than `min_n` answered the item in it, 5 if the survey does not say
otherwise. `min_n: 0` says that answers are public, and needs a reason. Of a sensitive item shares are also hidden where
nobody or everybody gave an answer, and of any item where a person has decided it. A change or gap is hidden where one
of its two shares is.

Signs in tables: `:` hidden, `..` not asked, `–` nobody to ask or answering.

Source: a choice of Praksis; the threshold rule and its kin are described by Hundepool et al. (2012), chapters 4 and 5.
"""

from praksis.estimate.cube import Cell
from praksis.publish.precision import round_published
from tests.spec.publishing import publish
from tests.spec.specification import Spec


def test_few(spec: Spec) -> None:
    """Few answers

    Counted are answers to the item in the group, not organisations: one of the five state bodies skipped it.
    """
    data = spec.read("""
        | organisation | sector       | digital |
        |--------------|--------------|---------|
        | a            | state        | yes     |
        | b            | state        | yes     |
        | c            | state        | no      |
        | d            | state        | no      |
        | e            | state        | skipped |
        | f            | municipality | yes     |
        | g            | municipality | yes     |
        | h            | municipality | no      |
        | i            | municipality | no      |
        | j            | municipality | no      |
    """)
    published = publish({"2023": data}, min_n=5)
    state, municipality = (Cell("digital", "yes", f"sector={one}", "2023") for one in ("state", "municipality"))
    hidden, shown = (published.fill_cube([cell])[cell] for cell in (state, municipality))
    # By hand: 4 answers and 5
    spec.check("state", hidden.status.value, "confidential")
    spec.check("its sign", hidden.status.sign, ":")
    spec.check("municipality", shown.status.value, "shown")
    spec.check("municipality, percent", shown.value, 100 * 2 / 5)


def test_sensitive(spec: Spec) -> None:
    """Nobody and everybody of a sensitive item

    If all said no, everyone in the group is known to have said so.
    """
    data = spec.read("""
        | organisation | breach |
        |--------------|--------|
        | a            | no     |
        | b            | no     |
        | c            | no     |
        | d            | no     |
        | e            | no     |
        | f            | no     |
    """)
    cell = Cell("breach", "yes", "all", "2023")
    plain = publish({"2023": data}, min_n=5).fill_cube([cell])[cell]
    sensitive = publish({"2023": data}, min_n=5, sensitive=True).fill_cube([cell])[cell]
    # By hand
    spec.check("not sensitive", plain.status.value, "shown")
    spec.check("sensitive", sensitive.status.value, "confidential")


def test_changes(spec: Spec) -> None:
    """Changes of hidden shares

    In 2021 three answered: the share is hidden, and so is the change since, which would tell it.
    """
    first = spec.read(
        """
        | organisation | digital |
        |--------------|---------|
        | a            | yes     |
        | b            | no      |
        | c            | no      |
        | d            |         |
        | e            |         |
        """,
        title="2021",
    )
    second = spec.read(
        """
        | organisation | digital |
        |--------------|---------|
        | a            | yes     |
        | b            | yes     |
        | c            | no      |
        | d            | no      |
        | e            | yes     |
        """,
        title="2023",
    )
    published = publish({"2021": first, "2023": second}, min_n=5)
    change = Cell("digital", "yes", "all", "2023", since="2021")
    now = Cell("digital", "yes", "all", "2023")
    cube = published.fill_cube([now, change])
    # By hand
    spec.check("2023", cube[now].status.value, "shown")
    spec.check("change since 2021", cube[change].status.value, "confidential")


def test_by_decision(spec: Spec) -> None:
    """By decision of a person

    The design may name shares to hide that no rule hides, with who decided it and why. They are protected from
    subtraction like small groups.
    """
    data = spec.read("""
        | organisation | digital |
        |--------------|---------|
        | a            | yes     |
        | b            | yes     |
        | c            | yes     |
        | d            | no      |
        | e            | no      |
        | f            | no      |
    """)
    decision = {"item": "digital", "wave": "2023", "by": "survey lead", "reason": "under review"}
    cell = Cell("digital", "yes", "all", "2023")
    cube = publish({"2023": data}, min_n=5, hidden=[decision]).fill_cube([cell])
    # By hand
    spec.check("status", cube[cell].status.value, "confidential")
    spec.check("rule", cube.hidden[0].rule.value, "decision")
    spec.check("by", cube.hidden[0].by, "survey lead")


def test_not_asked_and_empty(spec: Spec) -> None:
    """Not asked, and nobody there

    Neither is a secret, and each has its own sign.
    """
    data = spec.read("""
        | organisation | sector       | digital |
        |--------------|--------------|---------|
        | a            | state        | yes     |
        | b            | state        | no      |
        | c            | municipality |         |
    """)
    published = publish({"2023": data})
    before = published.estimate(Cell("digital", "yes", "all", "2021"))
    municipality = published.estimate(Cell("digital", "yes", "sector=municipality", "2023"))
    # By hand
    spec.check("2021", before.status.value, "not-asked")
    spec.check("its sign", before.status.sign, "..")
    spec.check("municipality", municipality.status.value, "empty")
    spec.check("its sign", municipality.status.sign, "–")


def test_decimals(spec: Spec) -> None:
    """Decimals

    With one decimal a share of 7 answers is one of 8 numbers, and shares with decimals of a whole and its parts tell
    how many gave an answer that is hidden. Where anything in a release is hidden, files, tables and charts carry whole
    percent; else one decimal.
    """
    data = spec.read("""
        | yes | answers |
        |-----|---------|
        | 3   | 7       |
    """)
    percent = 100 * data["yes"][0] / data["answers"][0]
    decimal, whole = (round_published(percent, whole=hidden) for hidden in (False, True))
    # By hand
    spec.check("nothing is hidden", decimal, 42.9)
    spec.check("something is hidden", whole, 43)
