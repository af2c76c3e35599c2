"""Figures that cannot all be true are named: those and no others."""

import pytest

from praksis.define.published import Claim, Measure, Relation
from praksis.define.survey import Survey
from praksis.errors import ProblemsFound
from praksis.rehearse.cells import Layout
from praksis.rehearse.condition import require_claims
from praksis.rehearse.conflict import Conflict, explain_claims
from praksis.rehearse.counts import Counts
from praksis.rehearse.rebuild import rebuild_microdata
from praksis.rehearse.solve import Waves

# What 2019 claims of competence by sector and by step cannot both be, if all who stand on a step answered. This is the
# set that is found among all 46 claims of 2019, which takes more than a minute; here only that it is right.
COMPETENCE = ("S01", "S02", "S03", "S05", "S06", "S07", "H03", "H04", "H05", "H10", "H12", "H13", "H16")


def with_claims(survey: Survey, *claims: Claim) -> Survey:
    return survey.model_copy(update={"claims": claims})


def share(name: str, item: str, answer: str, value: str, group: str = "all") -> Claim:
    return Claim(
        id=name, document="", wave="2024", item=item, answer=answer, group=group, measure=Measure.SHARE,
        relation=Relation.EQUALS, value=value,
    )  # fmt: skip


def count(name: str, measure: Measure, value: str, group: str = "all", item: str | None = None) -> Claim:
    return Claim(
        id=name, document="", wave="2024", item=item, group=group, measure=measure, relation=Relation.EQUALS,
        value=value, file="published/report.csv", line=3,
    )  # fmt: skip


def find_conflict(survey: Survey, *, allow_skips: bool = True) -> Conflict:
    with pytest.raises(Conflict) as caught:
        rebuild_microdata(survey, 1, allow_skips=allow_skips)
    return caught.value


def names(conflict: Conflict) -> list[str]:
    return [claim.id for claim in conflict.claims]


def test_half_of_three_bodies(starter: Survey) -> None:
    three = count("N", Measure.RESPONDED, "3", "kind=academic")
    half = share("S", "library-step", "lending", "50", "kind=academic")
    other = share("O", "asks-users", "mostly", "33", "kind=academic")
    conflict = find_conflict(with_claims(starter, three, other, half), allow_skips=False)
    assert names(conflict) == ["N", "S"]
    assert "R001 2024, head-of-library: N, S cannot all be true together" in str(conflict)
    assert "published/report.csv:3" in str(conflict)
    assert "fit only these numbers of answers to `placement`: 2, 4, 6, 8, 10, 12" in str(conflict)
    # Where one of the three may have skipped the question, it is half of two.
    rebuild_microdata(with_claims(starter, three, half), 1)


def test_every_wave_in_conflict_is_named(starter: Survey) -> None:
    three = count("N", Measure.RESPONDED, "3", "kind=academic")
    half = share("S", "library-step", "lending", "50", "kind=academic")
    earlier = [claim.model_copy(update={"id": f"{claim.id}23", "wave": "2023"}) for claim in (three, half)]
    with pytest.raises(ProblemsFound) as caught:
        rebuild_microdata(with_claims(starter, three, half, *earlier), 1, allow_skips=False)
    found = [problem.what.split(" cannot")[0] for problem in caught.value.problems]
    assert sorted(found) == ["2023, head-of-library: N23, S23", "2024, head-of-library: N, S"]


def change(name: str, value: str) -> Claim:
    return Claim(
        id=name, document="", wave="2024", since="2023", item="asks-users", answer="mostly", measure=Measure.CHANGE,
        relation=Relation.EQUALS, value=value,
    )  # fmt: skip


def test_a_newer_wave_leaves_the_older_one_room(starter: Survey) -> None:
    """2024 is solved first; what is published of 2023 and of the change decides where it may land."""
    earlier = share("E", "asks-users", "mostly", "54").model_copy(update={"wave": "2023"})
    rebuild_microdata(with_claims(starter, earlier, change("C", "10")), 1)
    rebuild_microdata(with_claims(starter, change("C", "40")), 1)
    rebuild_microdata(with_claims(starter, change("C", "-40")), 1)


def test_a_question_that_depends_on_too_much_is_said_at_once(starter: Survey) -> None:
    (habits,) = (question for question in starter.questions if question.id == "habits")
    first = habits.items[0]
    many = tuple(first.model_copy(update={"id": f"habit-{place}"}) for place in range(7))
    condition = " and ".join(f"{item.id} = always" for item in many)
    after = habits.model_copy(update={"id": "after", "items": (first,), "show_if": condition})
    fields = {name: getattr(starter, name) for name in Survey.model_fields}
    survey = Survey(**fields | {"questions": (habits.model_copy(update={"items": many}), after), "claims": ()})
    with pytest.raises(ProblemsFound, match="R002 `asks-users` depends on habit-0, habit-1"):
        rebuild_microdata(survey, 1)


def test_a_conflict_on_a_change_says_how_sure_it_is(starter: Survey) -> None:
    earlier = share("E", "asks-users", "mostly", "10").model_copy(update={"wave": "2023"})
    later = share("L", "asks-users", "mostly", "90")
    conflict = find_conflict(with_claims(starter, earlier, later, change("C", "10")))
    assert "C" in names(conflict)
    assert "for any whole numbers" not in str(conflict)


@pytest.mark.parametrize(
    ("measure", "relation", "value"),
    [("response-rate", "one-in", "1/2"), ("responded", "more-than", "20"), ("answered", "less-than", "15")],
)
def test_counts_may_be_claimed_in_every_way(starter: Survey, measure: str, relation: str, value: str) -> None:
    claim = Claim.model_validate(
        {"id": "X", "document": "", "wave": "2024", "measure": measure, "relation": relation, "value": value}
        | ({"item": "asks-users"} if measure == "answered" else {})
    )
    rebuild_microdata(with_claims(starter, claim), 1)


def test_what_need_not_be_met_is_only_wished_for(starter: Survey) -> None:
    three = count("N", Measure.RESPONDED, "3", "kind=academic")
    half = share("S", "library-step", "lending", "50", "kind=academic").model_copy(update={"must": False})
    rebuild_microdata(with_claims(starter, three, half), 1, allow_skips=False)


def test_a_figure_that_cannot_be_true_alone(starter: Survey) -> None:
    conflict = find_conflict(
        with_claims(starter, count("N", Measure.INVITED, "31"), share("S", "no-time", "chosen", "4"))
    )
    assert names(conflict) == ["N"]
    assert "N cannot be true" in str(conflict)


def test_what_shares_of_one_question_sum_to(starter: Survey) -> None:
    steps = [share(step, "library-step", step, "40") for step in ("information", "lending", "personal")]
    assert names(find_conflict(with_claims(starter, *steps))) == ["information", "lending", "personal"]


def test_an_exclusive_option_leaves_room_for_no_other(starter: Survey) -> None:
    alone = share("alone", "no-obstacle", "chosen", "60")
    conflict = find_conflict(with_claims(starter, alone, share("time", "no-time", "chosen", "50")))
    assert names(conflict) == ["alone", "time"]


def test_a_gap_that_shares_rule_out(starter: Survey) -> None:
    gap = Claim(
        id="gap", document="", wave="2024", item="asks-users", answer="mostly", group="kind=public",
        against="kind=academic", measure=Measure.GAP, relation=Relation.HIGHER,
    )  # fmt: skip
    public, academic = (share(kind, "asks-users", "mostly", value, f"kind={kind}") for kind, value in
                        (("public", "40"), ("academic", "50")))  # fmt: skip
    assert names(find_conflict(with_claims(starter, public, gap, academic))) == ["public", "gap", "academic"]
    lower = gap.model_copy(update={"relation": Relation.LOWER})
    rebuild_microdata(with_claims(starter, public, lower, academic), 1)


def test_routing_leaves_nobody_to_answer(starter: Survey) -> None:
    top = share("top", "library-step", "personal", "100")
    conflict = find_conflict(with_claims(starter, top, share("time", "no-time", "chosen", "50")))
    assert names(conflict) == ["top", "time"]


def test_2019_cannot_be_without_skips(reference: Survey) -> None:
    claims = [claim for claim in reference.claims if claim.id in COMPETENCE]
    counts = Counts(Layout(reference, "2019", "head-of-it", claims), allow_skips=False)
    require_claims(counts, claims, lambda *_: None)
    assert counts.program.solve(counts.bases, counts.sums) is None
    reasons = explain_claims(counts, claims)
    assert "In sector=state, S01 (staircase step-1: 35)" in reasons[0]
    assert "lack-of-competence" in reasons[-1]


@pytest.mark.parametrize("spared", COMPETENCE)
def test_each_claim_of_the_2019_conflict_is_needed(reference: Survey, spared: str) -> None:
    claims = (claim for claim in reference.claims if claim.id in COMPETENCE and claim.id != spared)
    Waves(with_claims(reference, *claims), allow_skips=False).solve("2019", "head-of-it")


def test_2019_with_skips_can_be(reference: Survey) -> None:
    claims = (claim for claim in reference.claims if claim.id in COMPETENCE)
    solution = Waves(with_claims(reference, *claims)).solve("2019", "head-of-it")
    assert solution.skipped("lack-of-capacity") in (1, 2)
