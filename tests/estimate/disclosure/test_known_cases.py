"""Known ways to work out what is hidden, each by its name, and what is hidden so that they fail."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from praksis.estimate.cube import Cell, Cube, Rule, Status
from praksis.estimate.disclosure import hiding
from praksis.estimate.disclosure.atom import Tally
from praksis.estimate.estimator import Estimator
from praksis.publish.csvw import write_csv
from praksis.publish.jsonstat import CONTENTS, write_jsonstat
from praksis.tell.plan import FigurePlan, list_cells
from praksis.tell.words import read_words

Make = Callable[..., Estimator]
Attack = Callable[[Estimator, Cube], Any]
KEY = ("1", "item")
SECTOR = {"sector": ["state", "local"]}


def deal(sizes: Mapping[str, int], breakdown: str = "sector") -> dict[str, dict[str, str]]:
    """A frame with so many organisations in each category."""
    names = [category for category, size in sizes.items() for _ in range(size)]
    return {f"o{number:02d}": {breakdown: name} for number, name in enumerate(names)}


def answer(frame: Mapping[str, Mapping[str, str]], yes: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """So many of each category say yes (1) to `item`, the others no (0)."""
    left = dict(yes)
    given = {}
    for key, values in frame.items():
        category = next(iter(values.values()))
        left[category] = left.get(category, 0) - 1
        given[key] = {"item": int(left[category] >= 0)}
    return given


def make_one(make_survey: Make, sizes: Mapping[str, int], yes: Mapping[str, int], **more: Any) -> Estimator:
    """One wave, one yes/no item, one breakdown `sector` whose groups are shown with everyone."""
    frame = deal(sizes)
    made = {
        "frame": {"1": frame},
        "answers": {"1": answer(frame, yes)},
        "items": {"item": {}},
        "figures": [{"items": ("item",), "groups": ("all", "sector=*")}],
        "breakdowns": {"sector": list(sizes)},
    }
    return make_survey(**{**made, **more})


def fill(estimator: Estimator, cells: Sequence[Cell] = ()) -> Cube:
    return estimator.fill_cube(cells or list_cells(estimator.survey))


def list_hidden(cube: Cube) -> list[tuple[str, str]]:
    """Group and rule of all that is hidden."""
    return [(one.group, one.rule.value) for one in cube.hidden]


def find_width(attack: Attack, estimator: Estimator, cube: Cube, group: str, key: tuple[str, str] = KEY) -> int:
    """How far apart the least and the most who said yes are."""
    attacker = attack(estimator, cube)
    least, most = attacker.bound(key, attacker.populations[key].find(group), [1])
    return most - least


def test_nothing_is_hidden_without_need(make_survey: Make) -> None:
    cube = fill(make_one(make_survey, {"state": 5, "local": 9}, {"state": 0, "local": 4}))
    assert cube.hidden == ()
    assert not cube.hides_anything


def test_a_group_and_the_rest(make_survey: Make, attack: Attack) -> None:
    """The rest of the state bodies is the municipalities: one sibling is hidden, the smallest; everyone is shown."""
    sizes, yes = {"state": 3, "local": 9, "region": 12}, {"state": 2, "local": 4, "region": 5}
    estimator = make_one(make_survey, sizes, yes)
    cube = fill(estimator)
    assert list_hidden(cube) == [("sector=state", "few"), ("sector=local", "subtraction")]
    assert find_width(attack, estimator, cube, "sector=state") == 3


def test_what_is_left_is_few_though_each_part_is_hidden(make_survey: Make, attack: Attack) -> None:
    """Two hidden pairs are unsure each, but the four together are not: no name says them, subtraction does."""
    sizes, yes = {"north": 9, "south": 8, "east": 2, "west": 2}, {"north": 4, "south": 4, "east": 1, "west": 1}
    estimator = make_one(make_survey, sizes, yes)
    cube = fill(estimator)
    assert list_hidden(cube) == [
        ("sector=south", "subtraction"), ("sector=east", "few"), ("sector=west", "few"),
    ]  # fmt: skip
    assert cube.hidden[0].protects == "item / a0 / a few / 1"
    attacker = attack(estimator, cube)
    few = attacker.populations[KEY].find("sector=east") | attacker.populations[KEY].find("sector=west")
    least, most = attacker.bound(KEY, few, [1])
    assert (least, most) == (0, 4)


def test_a_category_that_no_figure_shows(make_survey: Make, attack: Attack) -> None:
    """Nothing is said of the three state bodies, but everyone less the municipalities is them."""
    figures = [{"items": ("item",), "groups": ("all", "sector=local")}]
    estimator = make_one(make_survey, {"state": 3, "local": 9}, {"state": 2, "local": 4}, figures=figures)
    cube = fill(estimator)
    assert list_hidden(cube) == [("sector=local", "subtraction")]
    assert cube.hidden[0].protects == "item / a0 / sector=state / 1"
    assert find_width(attack, estimator, cube, "sector=state") == 3


def test_groups_that_overlap(make_survey: Make, attack: Attack) -> None:
    """Of the state bodies all but two are large: large less state is known if both are, by what the small ones say."""
    frame = {
        f"o{n:02d}": {"sector": "state" if n < 10 else "local", "size": "big" if n < 8 else "small"} for n in range(20)
    }
    answers = {key: {"item": int(int(key[1:]) in (1, 3, 9, 12, 15))} for key in frame}
    estimator = make_survey(
        frame={"1": frame}, answers={"1": answers}, items={"item": {}},
        figures=[{"items": ("item",), "groups": ("sector=*", "size=*")}],
        breakdowns=SECTOR | {"size": ["big", "small"]},
    )  # fmt: skip
    cube = fill(estimator)
    assert [one.rule for one in cube.hidden] == [Rule.SUBTRACTION] * len(cube.hidden)
    assert 0 < len(cube.hidden) <= 2
    assert find_width(attack, estimator, cube, "sector=state,size=small") >= 1


def test_groups_of_answers(make_survey: Make, attack: Attack) -> None:
    """Only the top two of four answers are shown, of everyone and the municipalities: their rest is the state's."""
    frame = deal({"state": 4, "local": 12})
    answers = {key: {"item": [2, 3, 1, 0][number % 4]} for number, key in enumerate(frame)}
    estimator = make_survey(
        frame={"1": frame}, answers={"1": answers}, items={"item": {"answers": 4, "groups": {"top": (2, 3)}}},
        figures=[{"items": ("item",), "groups": ("all", "sector=local"), "answers": ("top",)}], breakdowns=SECTOR,
    )  # fmt: skip
    cube = fill(estimator)
    assert list_hidden(cube) == [("sector=local", "subtraction")]
    attacker = attack(estimator, cube)
    assert attacker.bound(KEY, attacker.populations[KEY].find("sector=state"), [2, 3]) == (0, 4)


def test_answers_that_sum_to_a_hundred(make_survey: Make) -> None:
    """Of a sensitive item nobody chose the third answer. It is not shown, but the two others sum to 100 percent."""
    estimator = make_one(
        make_survey, {"state": 8, "local": 9}, {"state": 4, "local": 4},
        items={"item": {"answers": 3, "groups": {"either": (0, 1)}, "sensitive": True}},
        figures=[{"items": ("item",), "groups": ("sector=state",), "answers": ("a0", "a1")}],
    )  # fmt: skip
    assert list_hidden(fill(estimator)) == [("sector=state", "extreme")]


COMPARED = {
    "change": [Cell("item", "a1", "all", "2"), Cell("item", "a1", "all", "2", since="1")],
    "gap of groups": [Cell("item", "a1", "all", "1", against="sector=region")],
    "gap of items": [Cell("other", "a1", "all", "1"), Cell("other", "a1", "all", "1", over="item")],
}


@pytest.mark.parametrize("told", COMPARED)
def test_a_level_that_only_a_comparison_tells(make_survey: Make, attack: Attack, told: str) -> None:
    """Everyone's share of the first wave (of another group, of another item) stands in no table, but a change (a
    gap) and its other level do. With it the state's is a subtraction."""
    sizes = {"state": 3, "local": 9, "region": 8}
    frame = deal(sizes)
    first, second = answer(frame, {"state": 1, "local": 5, "region": 3}), answer(frame, {"local": 3, "region": 6})
    for key, given in first.items():
        given["other"] = given["item"]
        second[key]["other"] = second[key]["item"]
    estimator = make_survey(
        frame={"1": frame, "2": frame}, answers={"1": first, "2": second}, items={"item": {}, "other": {}},
        figures=[{"items": ("item",), "groups": ("all",)}], breakdowns={"sector": list(sizes)},
    )  # fmt: skip
    levels = [Cell("item", "a1", group, "1") for group in ("sector=local", "sector=region")]
    cube = fill(estimator, [*levels, *COMPARED[told]])
    assert Rule.SUBTRACTION in [one.rule for one in cube.hidden if (one.wave, one.item) == KEY]
    assert find_width(attack, estimator, cube, "sector=state") >= 2


def make_placed(make_survey: Make, sensitive: bool, figures: Sequence[Mapping[str, Any]], placed: int = 5) -> Estimator:
    """12 organisations; of the 6 state bodies `placed` stand on the first step of `place`, of the others 3."""
    frame = deal({"state": 6, "local": 6})
    answers = {
        key: {"item": number % 2, "place": int(number % 6 >= (placed if number < 6 else 3))}
        for number, key in enumerate(frame)
    }
    return make_survey(
        frame={"1": frame}, answers={"1": answers}, items={"item": {}, "place": {"sensitive": sensitive}},
        figures=figures, breakdowns=SECTOR | {"step": ["a0", "a1"]}, decided_by={"step": "place"}, min_n=3,
    )  # fmt: skip


def test_how_many_stand_on_a_step_is_a_count_of_answers(make_survey: Make) -> None:
    """Everyone in the state is on the first step, which is sensitive: so is how many answered there, and that nobody
    did on the second. Of everyone the sizes may be told."""
    figures = [{"items": ("item",), "groups": ("step=*", "sector=state,step=*")}]
    cube = fill(make_placed(make_survey, True, figures, placed=6))
    assert list_hidden(cube) == [("sector=state,step=a0", "count"), ("sector=state,step=a1", "count")]
    assert cube[Cell("item", "a1", "sector=state,step=a1", "1")].status is Status.CONFIDENTIAL
    assert cube.hidden[0].protects == "place / sector=state / 1"
    plain = fill(make_placed(make_survey, False, figures, placed=6))
    assert list_hidden(plain) == []
    assert plain[Cell("item", "a1", "sector=state,step=a1", "1")].status is Status.EMPTY


def test_how_many_were_asked_is_a_count_of_answers(make_survey: Make) -> None:
    """Only who stands on the first step is asked why. To hide the state's steps is to hide how many those are."""
    frame = deal({"state": 8, "local": 8})
    answers = {
        key: {"place": number % 4 // 3} | ({"item": number % 2} if number % 4 < 3 else {"item": -1})
        for number, key in enumerate(frame)
    }
    made = {
        "frame": {"1": frame},
        "answers": {"1": answers},
        "items": {"place": {}, "item": {"show_if": "place = a0"}},
        "figures": [{"items": ("item",), "groups": ("sector=*",)}],
        "breakdowns": SECTOR,
    }
    assert list_hidden(fill(make_survey(**made))) == []
    decision = {"item": "place", "group": "sector=state", "wave": "1", "by": "The lead", "reason": "Asked for."}
    assert list_hidden(fill(make_survey(**made, hidden=[decision]))) == [("sector=state", "count")]


def test_a_decision_is_kept_as_the_rules_are(make_survey: Make, attack: Attack) -> None:
    decision = {
        "item": "item", "group": "sector=state", "wave": "1", "by": "Kari Nordmann", "reason": "Asked for it.",
        "date": "2024-11-30",
    }  # fmt: skip
    estimator = make_one(make_survey, {"state": 12, "local": 20}, {"state": 5, "local": 9}, hidden=[decision])
    cube = fill(estimator)
    assert list_hidden(cube) == [("sector=state", "decision"), ("sector=local", "subtraction")]
    by_hand, by_rule = cube.hidden
    assert (by_hand.by, by_hand.reason, by_hand.date) == ("Kari Nordmann", "Asked for it.", "2024-11-30")
    assert (by_rule.by, by_rule.protects) == ("design.yaml", "item / a0 / sector=state / 1")
    assert find_width(attack, estimator, cube, "sector=state") >= 5


def test_a_rare_answer_does_not_hide_everyone(make_survey: Make) -> None:
    """Two of 60 gave the rarest answer, so at most two of the four state bodies did. That is said of 60, not of 4."""
    frame = deal({"state": 4, "local": 26, "region": 30})
    answers = {key: {"item": 2 if number in (10, 40) else number % 2} for number, key in enumerate(frame)}
    estimator = make_survey(
        frame={"1": frame}, answers={"1": answers}, items={"item": {"answers": 3}}, breakdowns={
            "sector": ["state", "local", "region"],
        },
        figures=[{"items": ("item",), "groups": ("all", "sector=*")}],
    )  # fmt: skip
    assert list_hidden(fill(estimator)) == [("sector=state", "few"), ("sector=local", "subtraction")]


def test_the_same_sibling_is_hidden_wherever_there_is_a_choice(make_survey: Make) -> None:
    """In the first wave there are fewer municipalities than counties; over both waves it is the other way round."""
    sizes = {"state": 3, "local": 12, "region": 13}
    frame = deal(sizes)
    first = answer(frame, {"state": 1, "local": 5, "region": 6})
    second = answer(frame, {"state": 1, "local": 5, "region": 6})
    for key in [key for key, values in frame.items() if values["sector"] == "region"][:3]:
        del second[key]
    made = {
        "frame": {"1": frame, "2": frame},
        "answers": {"1": first, "2": second},
        "breakdowns": {"sector": list(sizes)},
    }
    cube = fill(make_survey(**made, items={"item": {}}, figures=[{"items": ("item",), "groups": ("all", "sector=*")}]))
    hidden = [(one.wave, one.group) for one in cube.hidden if one.rule is Rule.SUBTRACTION]
    assert [group for _, group in hidden] == ["sector=region"] * 2


def test_changes_of_hidden_levels_are_hidden(make_survey: Make) -> None:
    """In the second wave two state bodies answered: the first wave's shares stand, changes of the groups do not."""
    frame = deal({"state": 6, "local": 9})
    first, second = (answer(frame, {"state": 2, "local": 4}) for _ in range(2))
    for key in list(frame)[:4]:
        del second[key]
    cube = fill(
        make_survey(
            frame={"1": frame, "2": frame}, answers={"1": first, "2": second}, items={"item": {}}, breakdowns=SECTOR,
            figures=[{"items": ("item",), "groups": ("all", "sector=*")}],
        )
    )  # fmt: skip
    for group in ("sector=state", "sector=local"):
        assert cube[Cell("item", "a1", group, "1")].shown
        assert cube[Cell("item", "a1", group, "2")].status is Status.CONFIDENTIAL
        assert cube[Cell("item", "a1", group, "2", since="1")].status is Status.CONFIDENTIAL
    assert cube[Cell("item", "a1", "all", "2", since="1")].shown


def test_what_is_checked_is_what_is_shown(make_survey: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """If shares were weighted in another way than the check believes, nothing would be published."""
    estimator = make_one(make_survey, {"state": 8, "local": 9}, {"state": 5, "local": 4})
    weigh = Tally.weigh
    monkeypatch.setattr(Tally, "weigh", lambda self, group: weigh(self, group) * np.linspace(1, 2, len(self.counts)))
    with pytest.raises(hiding.OtherShares):
        fill(estimator)


def test_the_files_carry_no_more(make_survey: Make) -> None:
    """An attacker who has the files alone: signs where shares are hidden, whole numbers elsewhere, and within their
    rounding nothing is known of the state bodies."""
    sizes = {"state": 4, "local": 9, "region": 12}
    estimator = make_one(make_survey, sizes, {"state": 3, "local": 4, "region": 5})
    cube = fill(estimator)
    plan, words = FigurePlan(estimator.survey, estimator.survey.presentation.figures[0]), read_words("en")
    rows = list(csv.DictReader(write_csv(plan, cube, words, whole=cube.hides_anything).splitlines()))
    signs = {(row["group"], row["sign"]) for row in rows if row["sign"]}
    assert signs == {("sector=state", ":"), ("sector=local", ":")}
    assert all(
        not row[name] for row in rows if row["sign"] for name in ("value", "lower", "upper", "se", "respondents")
    )
    shown = [row for row in rows if not row["sign"]]
    assert all(row[name].isdigit() for row in shown for name in ("value", "lower", "upper", "se"))
    tree = write_jsonstat(plan, cube, words, updated="2026-01-01", whole=cube.hides_anything)
    values = json.loads(json.dumps(tree["value"]))
    assert all(value is None or isinstance(value, int) for value in values)
    assert values.count(None) == len(signs) * 2 * len(CONTENTS)
    # Unknown: how many of the state's, municipalities' and counties' said yes.
    counted = {"all": [1, 1, 1], "sector=region": [0, 0, 1]}
    left, right = [], []
    for row in shown:
        if row["answer"] == "a1":
            line, n = np.array(counted[row["group"]]), int(row["respondents"])
            left += [line, -line]
            right += [n * (int(row["value"]) + 0.5) / 100, -n * (int(row["value"]) - 0.5) / 100]
    bounds = [(0, size) for size in sizes.values()]
    ends = [linprog([sign, 0, 0], A_ub=left, b_ub=right, bounds=bounds).fun for sign in (1, -1)]
    assert ends == [0, -4]
