"""`praksis diff`: every kind of change is told, where it is and what it is, and nothing else."""

import argparse
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from praksis.command.questionnaire import add_questionnaire_commands
from praksis.define.changes.comparison import UnknownWave, find_changes
from praksis.define.changes.model import ChangeKind, Changes, find_moved
from praksis.define.changes.text import mark_words, write_markdown, write_text
from praksis.define.question import Question, QuestionKind
from praksis.define.read import Reading, load_survey
from praksis.define.survey import Survey
from praksis.errors import PraksisError
from praksis.localtext import LocalText

TINY = Path(__file__).parent / "tiny"
STARTER = Path(__file__).parents[2] / "src/praksis/define/starter"
Edit = tuple[str, str, str]
Read = Callable[..., Reading]
S, FRAME, SCALES, Q, STAIRS, D, CSV = (
    "survey.yaml", "frame.yaml", "scales.yaml", "questions.yaml", "staircase.yaml", "design.yaml", "frame.csv",
)  # fmt: skip


@pytest.fixture(scope="module")
def tiny_survey() -> Survey:
    return load_survey(TINY)


def doubt(what: str, *items: str) -> str:
    return (
        f"comparable, or a break?: {', '.join(f'`{item}`' for item in items)}: {what} changed, but not `wording`, so "
        "that waves are compared; if answers may differ, give a new id and the next `wording`"
    )


RESCALED = doubt("the scale", "shares", "asks")


def compare(old: Survey, reading: Reading, wave: str = "2024") -> Changes:
    assert reading.survey, reading.problems
    return find_changes(reading.survey, wave, wave, against=old)


def say(changes: Changes) -> list[str]:
    return [f"{change.about}: {change.what}" for change in changes.all]


def test_the_same_has_no_changes(tiny_survey: Survey) -> None:
    for wave in tiny_survey.wave_ids:
        changes = find_changes(tiny_survey, wave, wave)
        assert changes.groups == ()
        assert write_text(changes) == "No changes.\n"
        assert write_markdown(changes).endswith("\n\nNo changes.\n")


HELP = "text: {nb: Hvor?, en: Where?}\n  help: {nb: Velg ett., en: Choose one.}"
MISSING = "\n  missing:\n    - {kind: do-not-know, label: {nb: Vet ikke, en: Do not know}}\n  groups:"
EDITS: dict[str, tuple[list[Edit], list[str]]] = {
    "a text": ([(Q, "nb: Hvor?", "nb: Hvor da?")],
               ["question `where`: reworded", doubt("the question's text", "place")]),
    "a text as YAML writes it otherwise": ([(Q, "{nb: Hvor?, en: Where?}", "{en: Where?, nb: Hvor?}")], []),
    "help": ([(Q, "text: {nb: Hvor?, en: Where?}", HELP)], ["question `where`: help added"]),
    "required": ([(Q, "- id: habits\n", "- id: habits\n  required: true\n")],
                 ["question `habits`: must be answered now"]),
    "factual": ([(Q, "- id: staff\n", "- id: staff\n  factual: true\n")],
                ["question `staff`: is now a matter of fact"]),
    "layout": ([(Q, "- id: habits\n", "- id: habits\n  layout: table\n")],
               ["question `habits`: layout `stacked` → `table`"]),
    "routing": ([(Q, "place = one and sector = local", "place = one")],
                ["question `stops`: shown if: `place = one and sector = local` → `place = one`"]),
    "routing taken away": ([(Q, "  show_if: answered(heads)\n", "")],
                           ["question `parts`: shown if: `answered(heads)` → everyone"]),
    "routing written otherwise": ([(Q, "place = one and sector = local", "place=one  and (sector = local)")], []),
    "limits": ([(Q, "maximum: 5000", "maximum: 6000.5")], ["question `staff`: `maximum`: 5000 → 6000.5"]),
    "limits taken away": ([(Q, "minimum: 0, ", "")], ["question `staff`: `minimum`: 0 → none"]),
    "unit": ([(Q, "nb: årsverk", "nb: hoder")], ["question `staff`: `unit` changed"]),
    "dates": ([(Q, "2000-01-01", "1999-01-01")], ["question `start`: `earliest`: 2000-01-01 → 1999-01-01"]),
    "length": ([(Q, "longest: 200", "longest: 300")], ["question `words`: `longest`: 200 → 300"]),
    "a missing class of an open question": (
        [(Q, "    - {kind: do-not-know, label: {nb: Vet ikke, en: Do not know}}",
          "    - {kind: not-applicable, label: {nb: Ikke aktuelt, en: Not applicable}}")],
        ["question `staff`: answer `not-applicable` added", "question `staff`: answer `do-not-know` dropped"],
    ),
    "an item's text, which is a series'": (
        [(Q, "nb: Deler data", "nb: Deler alle data")],
        ["question `habits`: row `shares` reworded",
         doubt("the text", "shares")],
    ),
    "an item's words in reports": ([(Q, "nb: deler,", "nb: deler ut,")],
                                   ["question `habits`: row `shares`: `said` changed (words in reports)"]),
    "a row more": (
        [(Q, "- id: stops", "    - {id: new, text: {nb: Ny, en: New}, said: {nb: ny, en: new}}\n- id: stops")],
        ["question `habits`: row `new` added"],
    ),
    "rows in another order": (
        [(Q, "    - id: shares\n      text: {nb: Deler data, en: Shares data}\n      said: {nb: deler, en: share}\n",
          ""),
         (Q, "- id: stops", "    - id: shares\n      text: {nb: Deler data, en: Shares data}\n"
          "      said: {nb: deler, en: share}\n- id: stops")],
        ["question `habits`: row `shares` moved from the beginning to after `asks`"],
    ),
    "exclusive": ([(Q, "    - id: money\n", "    - id: money\n      exclusive: true\n")],
                  ["question `stops`: option `money` excludes the other options"]),
    "sensitive": ([(Q, "    - id: money\n", "    - id: money\n      sensitive: true\n")],
                  ["question `stops`: option `money` is now sensitive: shares of 0 and 100 percent are hidden"]),
    "an answer relabelled": ([(SCALES, "nb: Liten", "nb: Lite")],
                             ["scale `extent` (of `habits`): answer `small` relabelled", RESCALED]),
    "an answer recoded": ([(SCALES, "code: 3", "code: 4")],
                          ["scale `extent` (of `habits`): answer `large` recoded: 3 → 4", RESCALED]),
    "an answer more": (
        [(SCALES, "  groups:", "    - {id: all, code: 4, label: {nb: Alt, en: All}}\n  groups:")],
        ["scale `extent` (of `habits`): answer `all` added (code 4)", RESCALED],
    ),
    "answers in another order": (
        [(SCALES, "    - id: small\n      code: 1\n      label: {nb: Liten, en: Small}\n", ""),
         (SCALES, "  groups:", "    - {id: small, code: 1, label: {nb: Liten, en: Small}}\n  groups:")],
        ["scale `extent` (of `habits`): answer `small` moved from the beginning to after `large`", RESCALED],
    ),
    "an answer under another id": (
        [(SCALES, "- id: some\n", "- id: middling\n"), (SCALES, "[some, large]", "[middling, large]")],
        ["scale `extent` (of `habits`): answer `middling` was called `some`",
         "scale `extent` (of `habits`): answers shown as one, `any`: `some`, `large` → `middling`, `large`",
         RESCALED],
    ),
    "a missing class of a scale": ([(SCALES, "\n  groups:", MISSING)],
                                   ["scale `extent` (of `habits`): answer `do-not-know` added", RESCALED]),
    "help on an answer": (
        [(SCALES, "      label: {nb: Liten, en: Small}",
          "      label: {nb: Liten, en: Small}\n      help: {nb: Lite, en: A bit}")],
        ["scale `extent` (of `habits`): answer `small`: help changed", RESCALED],
    ),
    "the order of answers": ([(SCALES, "- id: extent\n", "- id: extent\n  ordered: false\n")],
                             ["scale `extent` (of `habits`): its answers no longer have an order"]),
    "a section": (
        [(Q, "- id: habits\n", "- id: habits\n  section: {nb: Vaner, en: Habits}\n")],
        [f"question `{name}`: moved from no section to “Vaner”"
         for name in ("habits", "stops", "staff", "parts", "start", "words")],
    ),
    "a question more": (
        [(Q, "- id: start\n", "- id: first\n  kind: information\n  role: lead\n  waves: [2024]\n"
          "  text: {nb: A, en: A}\n- id: start\n")],
        ["question `first`: new: `information`, asked of `lead`"],
    ),
    "a question goes": (
        [(Q, "  waves: [2024]\n  free_text", "  waves: [2023]\n  free_text")],
        ["question `words`: gone", "series `remark`: ends: last asked in 2024, as `remark`"],
    ),
    "title and staircase": (
        [(S, "title: {nb: Liten, en: Tiny}", "title: {nb: Ny, en: New}"), (STAIRS, "title:", "version: 2\ntitle:")],
        ["title: reworded", "staircase: version 1 → 2"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_each_change_of_a_folder_is_told(name: str, tiny_survey: Survey, read_edited: Read) -> None:
    edits, expected = EDITS[name]
    assert say(compare(tiny_survey, read_edited(*edits))) == expected


def change_questions(survey: Survey, change: Callable[[list[Question]], list[Question]]) -> Survey:
    fields = {name: getattr(survey, name) for name in Survey.model_fields}
    return Survey(**fields | {"questions": tuple(change(list(survey.questions)))})


def test_questions_in_another_order(tiny_survey: Survey) -> None:
    turned = change_questions(tiny_survey, lambda all: [*all[:3], all[6], *all[3:6]])
    assert say(find_changes(turned, "2024", "2024", against=tiny_survey)) == [
        "question `words`: moved from after `start` to after `stops`"
    ]
    to_the_front = change_questions(tiny_survey, lambda all: [all[2], *all[:2], *all[3:]])
    assert say(find_changes(to_the_front, "2024", "2024", against=tiny_survey)) == [
        "question `stops`: moved from after `habits` to the beginning"
    ]


def test_kind_role_scale_and_heading(tiny_survey: Survey) -> None:
    def head(section: str) -> Survey:
        text = LocalText({"nb": section, "en": section})
        return change_questions(tiny_survey, lambda all: [all[0].model_copy(update={"section": text}), *all[1:]])

    (change,) = find_changes(head("New"), "2024", "2024", against=head("Old")).all
    assert (change.about, change.what) == ("a section's heading", "reworded")
    assert [(one.old, one.new) for one in change.texts] == [("Old", "New"), ("Old", "New")]
    update = {"kind": QuestionKind.SINGLE, "role": "chief", "scale": "extent", "items": tiny_survey.questions[0].items}
    other = change_questions(tiny_survey, lambda all: [all[0].model_copy(update=update), *all[1:]])
    assert say(find_changes(other, "2024", "2024", against=tiny_survey)) == [
        "question `where`: asked of `chief`, before of `lead`",
        "question `where`: scale `staircase` → `extent`",
        "scale `staircase` → `extent` (of `where`): answer `small` added (code 1)",
        "scale `staircase` → `extent` (of `where`): answer `some` added (code 2)",
        "scale `staircase` → `extent` (of `where`): answer `large` added (code 3)",
        "scale `staircase` → `extent` (of `where`): answer `one` dropped (code 1)",
        "scale `staircase` → `extent` (of `where`): answer `two` dropped (code 2)",
        "scale `staircase` → `extent` (of `where`): answers shown as one, `any`: new",
        doubt("the scale and the role", "place"),
    ]
    grid = change_questions(tiny_survey, lambda all: [all[0].model_copy(update={"kind": QuestionKind.GRID}), *all[1:]])
    assert say(find_changes(grid, "2024", "2024", against=tiny_survey)) == [
        "question `where`: kind `single` → `grid`", doubt("the kind of question", "place"),
    ]  # fmt: skip


def test_texts_are_given_in_each_language_that_changed(tiny_survey: Survey, read_edited: Read) -> None:
    changes = compare(tiny_survey, read_edited((Q, "{nb: Hvor?, en: Where?}", "{nb: Hvor da?, en: Where then?}")))
    (change, _) = changes.all
    assert change.kind is ChangeKind.REWORDED
    assert [(one.language, one.old, one.new) for one in change.texts] == [
        ("nb", "Hvor?", "Hvor da?"),
        ("en", "Where?", "Where then?"),
    ]
    assert write_text(changes).splitlines()[:6] == [
        f"{changes.title}: 2024 as it was → 2024 as it is",
        "",
        "Questions (1 changed)",
        "  ~ question `where`: reworded",
        "        nb: Hvor{+ da+}?",
        "        en: Where{+ then+}?",
    ]


REWORDED = """
- id: habits-again
  kind: grid
  role: lead
  scale: extent
  waves: [2025]
  show_if: place-again = one
  text: {nb: I hvilken grad nå?, en: To what extent now?}
  items:
    - id: shares-again
      series: shares
      wording: 2
      text: {nb: Deler alle data, en: Shares all data}
      said: {nb: deler, en: share}
    - id: asks-again
      series: asks
      text: {nb: Spør brukere, en: Asks users}
      said: {nb: spør, en: ask}
"""


def write_next_wave(folder: Path) -> Survey:
    """The tiny survey with a wave more: a question under new ids, an item between two questions, a pause that ends."""

    def edit(file: str, old: str, new: str) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, (file, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    edit(S, "  - id: 2024", "  - id: 2024\n  - id: 2025")
    edit(S, "    waves: [2023, 2024]", "    waves: [2023, 2024, 2025]")
    edit(
        Q,
        "- id: habits\n",
        """- id: where-again
  kind: single
  role: lead
  scale: staircase
  waves: [2025]
  text: {nb: Hvor?, en: Where?}
  items:
    - id: place-again
      series: place
      text: {nb: Trinn, en: Step}
      said: {nb: trinn, en: step}
- id: habits
""",
    )
    edit(Q, "- id: stops", REWORDED.lstrip() + "- id: stops")
    edit(STAIRS, "placed_by: [place]", "placed_by: [place, place-again]")
    (folder / "figures.yaml").unlink()
    return load_survey(folder)


def test_what_goes_on_under_another_id_is_paired_by_series(tiny: Path) -> None:
    changes = find_changes(write_next_wave(tiny), "2024", "2025")
    told = say(changes)
    assert "question `where-again`: was question `where`" in told
    assert "question `where-again`: item `place-again` takes the place of `place`" in told
    assert "question `habits-again`: was question `habits`" in told
    assert "question `habits-again`: reworded" in told
    assert "question `habits-again`: row `shares-again` reworded" in told
    assert "question `habits-again`: shown if: everyone → `place-again = one`" in told
    assert "question `stops`: gone" in told
    assert "series `place`: goes on as item `place-again`, before `place`: the same wording (1)" in told
    assert (
        "series `shares`: breaks: wording 1 (`shares`) → wording 2 (`shares-again`), the text and the question's text "
        "changed; no change is computed across it"
    ) in told
    assert "series `asks`: goes on as item `asks-again`, before `asks`: the same wording (1)" in told
    assert doubt("the question's text", "asks-again") in told
    assert not any("`stops`: shown" in one for one in told)


def test_a_condition_that_follows_new_ids_is_no_new_routing(tiny: Path) -> None:
    survey = write_next_wave(tiny)
    path = tiny / Q
    text = path.read_text(encoding="utf-8")
    text = text.replace("  show_if: place-again = one\n", "  show_if: place-again = one and not sector = state\n")
    text = text.replace(
        "  scale: extent\n  waves: [2023, 2024]\n",
        "  scale: extent\n  waves: [2023, 2024]\n  show_if: place = one and not sector = state\n",
    )
    path.write_text(text, encoding="utf-8")
    told = say(find_changes(load_survey(tiny), "2024", "2025"))
    assert survey.wave_ids == ("2023", "2024", "2025")
    assert (
        "question `habits-again`: `show_if` follows the items' new ids: `place = one and not sector = state` → "
        "`place-again = one and not sector = state`"
    ) in told


def test_a_break_between_the_same_words_is_doubted(tiny: Path) -> None:
    write_next_wave(tiny)
    path = tiny / Q
    path.write_text(path.read_text().replace("      series: place\n", "      series: place\n      wording: 2\n"))
    told = say(find_changes(load_survey(tiny), "2024", "2025"))
    assert any(one.startswith("series `place`: breaks: wording 1") and "is it a break?" in one for one in told)


def test_two_wordings_in_one_wave_join_a_series(tiny: Path) -> None:
    write_next_wave(tiny)
    path = tiny / Q
    text = path.read_text().replace(
        "- id: habits\n  kind: grid\n  role: lead\n  scale: extent\n  waves: [2023, 2024]",
        "- id: habits\n  kind: grid\n  role: lead\n  scale: extent\n  waves: [2023, 2024, 2025]",
    )
    text = text.replace("    - id: asks\n      waves: [2024]", "    - id: asks\n      waves: [2024]")
    path.write_text(text)
    told = say(find_changes(load_survey(tiny), "2024", "2025"))
    assert "series `shares`: wording 2 (`shares-again`) is asked beside `shares`: 2025 can join the two" in told
    assert "question `habits`: row `asks` has gone to question `habits-again`" in told
    assert "question `habits-again`: row `asks-again` was asked in another question, as `asks`" in told


def test_a_series_that_comes_back_is_told(tiny: Path) -> None:
    write_next_wave(tiny)
    path = tiny / Q
    path.write_text(path.read_text().replace("- id: where\n  kind: single\n  role: lead\n  scale: staircase\n"
                                             "  waves: [2023, 2024]", "- id: where\n  kind: single\n  role: lead\n"
                                             "  scale: staircase\n  waves: [2023]")
                    .replace("  show_if: place = one and sector = local\n", ""))  # fmt: skip
    told = say(find_changes(load_survey(tiny), "2024", "2025"))
    assert "series `place`: is asked again: last in 2023; the same wording" in told


def test_the_frame_is_compared(tiny: Path, tiny_survey: Survey) -> None:
    (tiny / CSV).write_text(
        "short,number,name,sector,staff\na,100000008,Body A,local,10\nb,100000040,Body B,state,90\n"
        "c,100000024,Town New,local,10\ne,100000059,Town E,local,90\n"
    )
    (tiny / D).write_text((tiny / D).read_text().replace("strata: [sector]", "strata: [sector, size]"))
    changes = find_changes(load_survey(tiny), "2024", "2024", against=tiny_survey)
    assert say(changes) == [
        "frame: 1 new: Town E",
        "frame: 1 gone: Town D",
        "frame: 1 with another key: Body B (100000016 → 100000040)",
        "frame: 1 with another name: Town C → Town New",
        "frame: strata are made of `sector`, `size`, before of `sector`",
        "frame: 1 in another stratum: Body A (sector=state → sector=local,size=small)",
    ]


def test_long_lists_are_cut_with_a_count(reference: Survey) -> None:
    changes = find_changes(reference, "2019", "2020")
    assert not any("another stratum" in one for one in say(changes))
    smaller = reference.frame.model_copy(update={"organisations": reference.frame.organisations[:400]})
    other = Survey(**{name: getattr(reference, name) for name in Survey.model_fields} | {"frame": smaller})
    told = say(find_changes(reference, "2023", "2023", against=other))
    (new,) = [one for one in told if " new: " in one]
    assert new.endswith(f" and {len(reference.frame.of_wave('2023')) - len(other.frame.of_wave('2023')) - 20} more")
    assert new.count(",") == 19


def test_the_reference_survey_from_year_to_year(reference: Survey) -> None:
    """What is known of it: what 2023 asks for the first time, and what it no longer asks."""
    told = say(find_changes(reference, "2022", "2023"))
    assert "question `user-needs-question`: new: `single`, on the scale `extent`, asked of `head-of-it`" in told
    assert "question `routines-question`: gone" in told
    assert "series `routines-for-user-needs`: ends: last asked in 2022, as `routines-for-user-needs`" in told
    assert "frame: 1 new: Haram" in told
    assert "role `director-of-education`: gone" in say(find_changes(reference, "2019", "2020"))


def test_an_unknown_wave(tiny_survey: Survey) -> None:
    with pytest.raises(UnknownWave, match="has no wave 2031; it has `2023`, `2024`"):
        find_changes(tiny_survey, "2023", "2031")


# -- order and words ---------------------------------------------------------------------------------------------------


@given(st.permutations(range(7)))
def test_no_fewer_moves_explain_an_order(order: Sequence[int]) -> None:
    """What is not moved stands as before, and nothing longer does: tried against every subset."""
    old = [str(number) for number in range(7)]
    new = [str(number) for number in order]
    moved = find_moved(old, new)
    kept = [name for name in new if name not in moved]
    assert kept == sorted(kept)
    longest = max(
        sum(mask >> place & 1 for place in range(7))
        for mask in range(128)
        if (part := [name for place, name in enumerate(new) if mask >> place & 1]) == sorted(part)
    )
    assert len(kept) == longest


@given(st.text(alphabet="ab cæ.,", max_size=12), st.text(alphabet="ab cæ.,", max_size=12))
def test_marked_words_hold_both_texts(old: str, new: str) -> None:
    assert mark_words(old, new, lambda went, came: went, str) == old
    assert mark_words(old, new, lambda went, came: came, str) == new


def test_markdown_leaves_signs_of_a_text_alone(tiny_survey: Survey, read_edited: Read) -> None:
    changes = compare(tiny_survey, read_edited((Q, "nb: Hvor?", "nb: 'Hvor * _er_ det?'")))
    assert "    - nb: Hvor **\\* \\_er\\_ det**?" in write_markdown(changes).splitlines()


# -- the command -------------------------------------------------------------------------------------------------------


def run(*arguments: str | Path) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    add_questionnaire_commands(parser.add_subparsers(required=True))
    options = parser.parse_args([str(one) for one in arguments])
    written = io.StringIO()
    return options.run(options, Console(file=written, width=80), lambda *told: None), written.getvalue()


def test_the_last_wave_is_compared_with_the_one_before() -> None:
    code, written = run("diff", STARTER)
    assert code == 0
    assert written == write_text(find_changes(load_survey(STARTER), "2023", "2024"))
    assert "  ~ question `habits`: row `buys-together` added\n" in written
    assert run("diff", STARTER, "--from", "2023", "--to", "2024") == (0, written)
    assert run("diff", STARTER, "--to", "2024", "--format", "markdown")[1].startswith("# Digitale bibliotektjenester: ")


def test_a_folder_is_compared_with_an_older_one(tiny: Path) -> None:
    assert run("diff", tiny, "--against", TINY) == (0, "No changes.\n")
    path = tiny / Q
    path.write_text(path.read_text().replace("nb: Hvor?", "nb: Hvor da?"))
    assert "nb: Hvor{+ da+}?" in run("diff", tiny, "--against", TINY)[1]
    assert "nb: Hvor{+ da+}?" in run("diff", tiny, "--against", TINY, "--wave", "2023")[1]
    assert "question `stops`: new" in run("diff", tiny, "--against", TINY, "--from", "2023", "--to", "2024")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "2023"), "there is no wave before 2023"),
        (("--to", "2031"), "has no wave 2031"),
        (("--wave", "2024"), "--wave is for --against"),
        (("--against", TINY, "--wave", "2024", "--from", "2023"), "name one wave with --wave, or two"),
    ],
)
def test_what_cannot_be_compared_is_said(arguments: tuple[str | Path, ...], said: str) -> None:
    with pytest.raises(PraksisError, match=said):
        run("diff", TINY, *arguments)
