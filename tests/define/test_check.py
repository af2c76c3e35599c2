"""Every further way to be wrong: a change of the tiny survey, and the problem that it gives.

`invalid/` holds one survey per code; here are the other places and reasons for the same codes.
"""

from collections.abc import Callable

import pytest

from praksis.define.read import Reading

Read = Callable[..., Reading]
S, FRAME, SCALES, Q, STAIRS, D, F, CSV, P = (
    "survey.yaml", "frame.yaml", "scales.yaml", "questions.yaml", "staircase.yaml", "design.yaml", "figures.yaml",
    "frame.csv", "published/old.csv",
)  # fmt: skip
CLAIM = "one,report,2024,,shares,any,all,,share,equals,54,true,"
STACKED = (F, "chart: development", "chart: stacked")
LEVEL = "{tell: level, item: shares, answer: any, groups: [sector=state], wave: 2024}"
WORDS = "text: {nb: a, en: b}, said: {nb: a, en: b}"
"""What an item needs beside its id."""
TEACHER = (
    S,
    "    waves: [2023, 2024]\n",
    "    waves: [2023, 2024]\n  - id: teacher\n    title: {nb: L, en: T}\n    group: sector=local\n    waves: [2024]\n",
)
TEACHES = (
    Q,
    "- id: stops",
    "- id: teaching\n  kind: single\n  role: teacher\n  scale: extent\n  waves: [2024]\n  text: {nb: T, en: T}\n"
    "  items:\n    - {id: teaches, text: {nb: T, en: T}, said: {nb: t, en: t}}\n- id: stops",
)


def hide(item: str, group: str, wave: int) -> tuple[str, str, str]:
    """An edit: a decision in design.yaml to hide shares."""
    entry = f"{{item: {item}, group: {group}, wave: {wave}, by: Lead, reason: Asked for.}}"
    return D, "note:", f"hidden:\n  - {entry}\nnote:"


WRONG = {
    # names
    "role's wave": ([(S, "    waves: [2023, 2024]", "    waves: [2023, 2024, 2025]")], ["survey.yaml:13: N003"]),
    "role's group": ([(S, "    waves: [2023", "    group: sector=stat\n    waves: [2023")], ["survey.yaml:13: N006"]),
    "role's group is a pattern": (
        [(S, "    waves: [2023", "    group: sector=*\n    waves: [2023")], ["survey.yaml:13: B002"],
    ),
    "role's group by an answer": (
        [(S, "    waves: [2023", "    group: step=one\n    waves: [2023")], ["survey.yaml:13: B011"],
    ),
    "item of the staircase": ([(STAIRS, "[place]", "[places]")], ["staircase.yaml:3: N004"]),
    "item of a breakdown": ([(FRAME, "answer_to: [place]", "answer_to: [places]")], ["frame.yaml:35: N004"]),
    "category of a group of answers": ([(SCALES, "[some, large]", "[some, larger]")], ["scales.yaml:15: N007"]),
    "figure's answer": ([(F, "answers: [any]", "answers: [any, none]"), STACKED], ["figures.yaml:13: N007"]),
    "figure's wave": (
        [(F, "groups: [all, sector=*]", "groups: [all, sector=*]\n    waves: [2023, 2024, 2025]")],
        ["figures.yaml:15: N003"],
    ),
    "a page that the site has already": ([(F, "- id: page", "- id: about")], ["figures.yaml:2: N013"]),
    "several answers of several groups as lines": (
        [(F, "answers: [any]", "answers: [some, large]"), (F, LEVEL, LEVEL.replace("any", "large")),
         (F, "{tell: change, item: shares, answer: any", "{tell: change, item: shares, answer: large")],
        ["figures.yaml:10: G003"],
    ),
    "a bar for one of several answers": ([(F, "    answers: [chosen]\n", "")], ["figures.yaml:31: G003"]),
    "figure's group": ([(F, "[all, sector=*]", "[all, sector=*, sectors=*]")], ["figures.yaml:14: N005"]),
    "wave left out": (
        [(FRAME, "sources:", "left_out: [{reference: a, waves: [2025], reason: New.}]\nsources:")],
        ["frame.yaml:5: N003"],
    ),
    "stated wave": (
        [(FRAME, "sources:", "stated:\n  - {wave: 2025, group: all, organisations: 3, source: x}\nsources:")],
        ["frame.yaml:6: N003"],
    ),
    "value of set": (
        [(FRAME, "    columns: {sector: sector, ", "    set: {sector: stat}\n    columns: {")], ["frame.yaml:10: N006"],
    ),
    "hidden: item": ([hide("share", "all", 2024)], ["design.yaml:3: N004"]),
    "hidden: wave": ([hide("shares", "all", 2025)], ["design.yaml:3: N003"]),
    "hidden: group": ([hide("shares", "sector=stat", 2024)], ["design.yaml:3: N006"]),
    "hidden: pattern": ([hide("shares", "sector=*", 2024)], ["design.yaml:3: B002"]),
    "hidden: a group that was not asked": (
        [TEACHER, TEACHES, hide("teaches", "sector=state", 2024)], ["design.yaml:3: G007"],
    ),
    "hidden twice": (
        [hide("shares", "all", 2024), (D, "note:", "  - {item: shares, wave: 2024, by: Lead, reason: Asked.}\nnote:")],
        ["design.yaml:4: N012"],
    ),
    # ids that stand twice
    "question": ([(Q, "- id: habits", "- id: where")], ["questions.yaml:11: N011"]),
    "item": ([(Q, "    - id: money", "    - {id: time, text: {nb: a, en: b}, said: {nb: a, en: b}}\n    - id: money")],
             ["questions.yaml:35: N011"]),
    "step": ([(STAIRS, "  - id: two", "  - id: one"), (FRAME, "- id: two", "- id: one")],
             ["frame.yaml:40: N011", "staircase.yaml:11: N011"]),
    "page": (
        [(F, "figures:\n  - id: sharing", "  - id: page\n    title: {nb: a, en: b}\n    wave: 2024\n    sections:\n"
             "      - {title: {nb: a, en: b}, figures: [stairs]}\nfigures:\n  - id: sharing"),
         (F, "[sharing, stairs,", "[sharing,")],
        ["figures.yaml:8: N011"],
    ),
    "category and group": (
        [(SCALES, "    - id: any",
          "    - {id: small, of: [small], label: {nb: a, en: b}, says: {nb: a, en: b}}\n    - id: any")],
        ["scales.yaml:14: N011"],
    ),
    "wave": ([(S, "  - id: 2024", "  - id: 2024\n  - id: 2024")], ["survey.yaml:10: N011"]),
    # names that are taken
    "column of the microdata": ([(Q, "- id: asks", "- id: role")], ["questions.yaml:21: N013"]),
    # routing
    "a group of answers in show_if": ([(Q, "place = one", "shares in (any)")], ["questions.yaml:29: Q010"]),
    "a missing class in show_if": ([(Q, "place = one", "shares = do-not-know")], ["questions.yaml:29: Q010"]),
    "a breakdown's value in show_if": ([(Q, "sector = local", "sector = locals")], ["questions.yaml:29: Q010"]),
    "a breakdown by an answer in show_if": ([(Q, "place = one", "step = one")], ["questions.yaml:29: Q009"]),
    # kinds
    "information with items": (
        [(Q, "kind: multiple", "kind: information")], ["questions.yaml:26: Q001", "staircase.yaml:4: S004"],
    ),
    "multiple with one item": (
        [(Q, "- id: stops", "- id: one-only\n  kind: multiple\n  role: lead\n  waves: [2024]\n  text: {nb: a, en: b}\n"
             "  items:\n    - {id: single, text: {nb: a, en: b}, said: {nb: a, en: b}}\n- id: stops")],
        ["questions.yaml:26: Q001"],
    ),
    # open questions
    "number with two items": ([(Q, "    - id: heads\n", "    - {id: more, " + WORDS + "}\n    - id: heads\n")],
                              ["questions.yaml:39: Q001"]),
    "split with one item": (
        [(Q, "    - id: outside\n      text: {nb: Ute, en: Outside}\n      said: {nb: ute, en: outside}\n", "")],
        ["questions.yaml:51: Q001"],
    ),
    "text with a scale": ([(Q, "kind: text\n", "kind: text\n  scale: extent\n")], ["questions.yaml:75: Q003"]),
    "missing classes beside a scale": (
        [(Q, "  scale: extent\n", "  scale: extent\n  missing: [{kind: do-not-know, label: {nb: a, en: b}}]\n")],
        ["questions.yaml:15: Q018"],
    ),
    "information that must be answered": (
        [(Q, "- id: stops", "- id: note\n  kind: information\n  role: lead\n  waves: [2024]\n  required: true\n"
             "  text: {nb: a, en: b}\n- id: stops")],
        ["questions.yaml:29: Q018"],
    ),
    "a number as a table": ([(Q, "  number: {min", "  layout: table\n  number: {min")], ["questions.yaml:42: Q018"]),
    "a missing number in a base": ([(Q, "en: Do not know}}", "en: Do not know}, in_base: true}")],
                                   ["questions.yaml:44: Q018"]),
    "a missing class twice": (
        [(Q, "en: Do not know}}", "en: Do not know}}\n    - {kind: do-not-know, label: {nb: a, en: b}}")],
        ["questions.yaml:45: Q016"],
    ),
    "no whole number between": ([(Q, "{minimum: 0, maximum: 5000, decimals: 1,", "{minimum: 0.2, maximum: 0.8,")],
                                ["questions.yaml:42: Q019"]),
    "limits in the wrong order": ([(Q, "{minimum: 0,", "{minimum: 5001,")], ["questions.yaml:42: Q019"]),
    "parts that cannot make the total": ([(Q, "  show_if: answered(heads)", "  split: {total: 12.5}")],
                                         ["questions.yaml:54: Q019"]),
    "a total too long": ([(Q, "  show_if: answered(heads)", "  split: {total: 1000000000000, decimals: 3}")],
                         ["questions.yaml:54: Q020"]),
    "a number compared": ([(Q, "answered(heads)", "heads = 5")], ["questions.yaml:54: Q009"]),
    "a wording both counted and open": (
        [(Q, "    - id: remark\n", "    - id: remark\n      series: place\n")],
        ["questions.yaml:80: Q006", "questions.yaml:80: Q007"],
    ),
    "open: staircase": ([(STAIRS, "[place]", "[place, heads]")], ["staircase.yaml:3: N015"]),
    "open: breakdown": (
        [(FRAME, "answer_to: [place]", "answer_to: [heads]"), (F, "groups: [step=one]", "groups: [all]"),
         (F, "group: step=one", "group: all")],
        ["frame.yaml:35: N015"],
    ),
    "open: hidden": ([hide("heads", "all", 2024)], ["design.yaml:3: N015"]),
    "open: bullet": ([(F, LEVEL, LEVEL.replace("shares", "heads"))], ["figures.yaml:16: N015"]),
    "open: ref": ([(F, "now: {item: shares", "now: {item: heads")], ["figures.yaml:21: N015"]),
    "open: published": ([(P, CLAIM, "one,report,2024,,heads,,all,,answered,equals,3,true,")],
                        ["published/old.csv:2: N015"]),
    # placeholders in questions
    "filled with nothing": (
        [(Q, "i {organisation}?", "i {organisations}?"), (Q, "in {organisation}?", "in {organisations}?")],
        ["questions.yaml:45: L004"],
    ),
    "filled in one language": ([(Q, "in {organisation}?", "there?")], ["questions.yaml:45: L005"]),
    "filled with the question's own answer": (
        [(Q, "i {organisation}?", "i {heads}?"), (Q, "in {organisation}?", "in {heads}?")],
        ["questions.yaml:45: L007"],
    ),
    "filled with an option": ([(Q, "de {heads}", "de {time}"), (Q, "the {heads}", "the {time}")],
                              ["questions.yaml:55: L007"]),
    "filled with what another wave asked": (
        [(Q, "  waves: [2024]\n  show_if: answered(heads)", "  waves: [2023, 2024]")], ["questions.yaml:54: L007"],
    ),
    "filled with what another role answers": (
        [TEACHER, TEACHES, (Q, "de {heads}", "de {teaches}"), (Q, "the {heads}", "the {teaches}")],
        ["questions.yaml:63: L007"],
    ),
    "filled in an item": ([(Q, "{nb: Antall, en: Number}", '{nb: "{organisation}", en: Number}')],
                          ["questions.yaml:48: L004"]),
    # the language of organisations
    "written form: variable": (
        [(FRAME, "breakdowns:", "written_form: {variable: form, languages: {nn: nb}}\nbreakdowns:")],
        ["frame.yaml:11: N010"],
    ),
    # what decides a breakdown
    "classes and answer": ([(FRAME, "answer_to: [place]", "answer_to: [place]\n    classes_of: staff")],
                           ["frame.yaml:33: B004", "frame.yaml:38: B005"]),
    "set and column": (
        [(FRAME, "columns: {sec", "set: {sector: state}\n    columns: {sec")], ["frame.yaml:13: B004"],
    ),
    "a column beside classes": (
        [(FRAME, "staff: staff}", "staff: staff, size: staff}")], ["frame.yaml:21: B004"],
    ),
    "two answers of one role": (
        [(FRAME, "[place]", "[place, again]"),
         (Q, "- id: habits", "- id: more\n  kind: single\n  role: lead\n  scale: staircase\n  waves: [2024]\n"
             "  text: {nb: a, en: b}\n  items:\n    - {id: again, " + WORDS + "}\n- id: habits")],
        ["frame.yaml:35: B004"],
    ),
    "a number in two places": (
        [(FRAME, "staff: staff}", 'staff: staff}\n    per_wave: {staff: "staff_{wave}"}')], ["frame.yaml:11: B004"],
    ),
    "last class with a limit": (
        [(FRAME, "      - id: large\n", "      - id: large\n        below: 90\n")], ["frame.yaml:31: B005"],
    ),
    "limits that fall": (
        [(FRAME, "      - id: large\n",
          "      - id: medium\n        below: 40\n        label: {nb: a, en: b}\n      - id: large\n")],
        ["frame.yaml:31: B005"],
    ),
    "a limit that is no number": ([(FRAME, "below: 50", "below: nan")], ["frame.yaml:27: B005"]),
    "a limit without a number to cut": (
        [(FRAME, "      - id: local\n", "      - id: local\n        below: 3\n")], ["frame.yaml:19: B005"],
    ),
    "within itself": ([(FRAME, "within: sector=local", "within: sector=locals")], ["frame.yaml:24: N006"]),
    "no answer for that": (
        [(FRAME, "sources:", "answers:\n  - {problem: F010, reference: a, reason: x}\nsources:")],
        ["frame.yaml:6: B012"],
    ),
    "answer with an unknown class": (
        [(FRAME, "sources:", "answers:\n  - {problem: F004, reference: c, category: tiny, reason: x}\nsources:"),
         (CSV, "Town C,local,10", "Town C,local,")],
        ["frame.yaml:6: N006"],
    ),
    "an answer for waves that are not there": (
        [(FRAME, "sources:", "answers:\n  - {problem: F006, wave: 2025, reason: x}\nsources:")],
        ["frame.yaml:6: F007", "frame.yaml:6: N003"],
    ),
    # groups
    "stars that hold empty groups": (
        [(F, "[all, sector=*]", '[all, sector=*, "sector=*,size=*"]')], ["figures.yaml:14: B008"],
    ),
    "a breakdown twice": (
        [(F, "groups: [sector=state]", 'groups: ["sector=state,sector=local"]')], ["figures.yaml:16: B001"],
    ),
    "two that say who": (
        [(FRAME, "qualifier: {nb: på trinn én, en: on step one}", "who: {nb: de på én, en: those on one}"),
         (F, "groups: [all, sector=*]", 'groups: [all, sector=*, "sector=*,step=*"]'),
         (F, "groups: [sector=state]", 'groups: ["sector=state,step=one"]')],
        ["figures.yaml:16: B009"],
    ),
    "no words for everyone": ([(FRAME, "  who: {nb: alle, en: everyone}\n", "")],
                             ["figures.yaml:17: B009", "figures.yaml:29: B009", "figures.yaml:37: B009"]),
    # figures
    "development of one wave": (
        [(F, "groups: [all, sector=*]", "groups: [all, sector=*]\n    waves: [2024]")],
        ["figures.yaml:10: G003", "figures.yaml:18: G008"],
    ),
    "stacked with one answer": ([(F, "chart: development", "chart: stacked")], ["figures.yaml:10: G003"]),
    "staircase of another scale": (
        [(F, "chart: development", "chart: staircase")], ["figures.yaml:10: G003"],
    ),
    "the same answer with other words": (
        [(SCALES, "- id: extent",
                  "- id: other\n  categories:\n    - {id: one, code: 1, label: {nb: En, en: The first}}\n"
                  "    - {id: two, code: 2, label: {nb: To, en: Two}}\n- id: extent"),
         (Q, "- id: stops", "- id: more\n  kind: single\n  role: lead\n  scale: other\n  waves: [2024]\n"
             "  text: {nb: a, en: b}\n  items:\n    - {id: extra, " + WORDS + "}\n- id: stops"),
         (F, "items: [place]", "items: [place, extra]\n    answers: [one]"), (F, "chart: staircase", "chart: bars")],
        ["figures.yaml:28: G005"],
    ),
    "an answer that some items lack": (
        [(F, "items: [place]", "items: [place, shares]\n    answers: [one]"), (F, "chart: staircase", "chart: bars")],
        ["figures.yaml:28: G005"],
    ),
    "a role that is asked elsewhere": (
        [TEACHER, TEACHES, (F, "items: [shares]", "items: [shares, teaches]"),
         (F, LEVEL, LEVEL.replace("shares", "teaches"))],
        ["figures.yaml:16: G007"],
    ),
    "bullet: item not shown": ([(F, LEVEL, LEVEL.replace("shares", "asks"))], ["figures.yaml:16: G008"]),
    "bullet: wave not shown": (
        [(F, "      - {tell: level, item: place, answer: one, wave: 2024}",
          "      - {tell: change, item: place, answer: one, wave: 2024, since: 2023}"),
         (F, "items: [place]", "items: [place]\n    waves: [2024]")],
        ["figures.yaml:30: G008"],
    ),
    "bullet: group not shown": (
        [(F, "item: place, answer: one, wave", "item: place, answer: one, groups: [sector=state], wave")],
        ["figures.yaml:29: G008"],
    ),
    "bullet: answer not in the table": (
        [(F, "answers: [any]", "answers: [small, some, large]"), (F, LEVEL, LEVEL.replace("any", "large")), STACKED],
        ["figures.yaml:17: G008"],
    ),
    "bullet: change to a wave before the last": (
        [(S, "  - id: 2023", "  - id: 2022\n  - id: 2023"), (S, "[2023, 2024]", "[2022, 2023, 2024]"),
         (Q, "  waves: [2023, 2024]\n  text: {nb: I", "  waves: [2022, 2023, 2024]\n  text: {nb: I"),
         (F, "any, wave: 2024, since: 2023}\n      - tell: text", "any, wave: 2023, since: 2022}\n      - tell: text")],
        ["figures.yaml:17: G008"],
    ),
    "bullet: group by an answer of another wave": (
        [(Q, "    - id: place\n", "    - id: place\n      waves: [2024]\n"),
         (F, "groups: [all, sector=*]", "groups: [all, sector=*, step=*]"),
         (F, LEVEL, LEVEL.replace("2024", "2023").replace("sector=state", "step=one"))],
        ["figures.yaml:16: G006"],
    ),
    "bullet: shown in a wave that did not ask": (
        [(F, LEVEL, "{tell: not-asked, item: asks, wave: 2024, shown: 2023}"),
         (F, "items: [shares]", "items: [shares, asks]")],
        ["figures.yaml:16: G009", "figures.yaml:16: G011"],
    ),
    "bullet: the change of all shares backwards": (
        [(F, LEVEL, "{tell: no-larger-change, item: shares, wave: 2023, since: 2023}")], ["figures.yaml:16: G010"],
    ),
    "ref: wave that did not ask": (
        [(F, "now: {item: shares, answer: any, wave: 2024}", "now: {item: asks, answer: any, wave: 2023}")],
        ["figures.yaml:21: G009"],
    ),
    "ref: since": ([(F, "wave: 2024, since: 2023}\n        holds", "wave: 2023, since: 2024}\n        holds")],
                   ["figures.yaml:22: G010"]),
    "ref: missing in one language": ([(F, "I 2024 {now}.", "I 2024 mer.")], ["figures.yaml:21: G014"]),
    "holds nothing": ([(F, "[{rises: up}]", "[{rises: up}, {}]")], ["figures.yaml:23: G016"]),
    "holds a level above a change": ([(F, "[{rises: up}]", "[{above: [now, up]}]")], ["figures.yaml:23: G016"]),
    "holds itself above itself": ([(F, "[{rises: up}]", "[{above: [now, now]}, {rises: up}]")],
                                  ["figures.yaml:23: G016", "figures.yaml:23: N012"]),
    "text of a section": (
        [(F, "        figures: [sharing,", '        lead:\n          - {tell: text, text: {nb: "{x}", en: "{x}"}}\n'
             "        figures: [sharing,")],
        ["figures.yaml:8: G013"],
    ),
    "text of a page": (
        [(F, "    sections:", '    lead:\n      - tell: text\n        text: {nb: "{x}", en: "{x}"}\n        refs:\n'
             "          x: {item: shares, answer: any, group: sector=local, wave: 2022}\n    sections:")],
        ["figures.yaml:9: N003"],
    ),
    "steps without a staircase": ([(F, "    wave: 2024\n", "    wave: 2024\n    shows_steps: true\n")], []),
    # published figures
    "claim: wave": ([(P, CLAIM, CLAIM.replace("2024", "2025"))], ["published/old.csv:2: P002"]),
    "claim: answer": ([(P, CLAIM, CLAIM.replace("any", "anny"))], ["published/old.csv:2: P002"]),
    "claim: group": ([(P, CLAIM, CLAIM.replace(",all,", ",sector=stat,"))], ["published/old.csv:2: N006"]),
    "claim: measure": ([(P, CLAIM, CLAIM.replace("share,", "shares,"))], ["published/old.csv:2: M004"]),
    "claim: a share over 100": ([(P, CLAIM, CLAIM.replace("54", "154"))], ["published/old.csv:2: P004"]),
    "claim: a fraction nobody says": (
        [(P, CLAIM, CLAIM.replace("equals,54", "one-in,1/7"))], ["published/old.csv:2: P004"],
    ),
    "claim: half an organisation": (
        [(P, CLAIM, "one,report,2024,,,,all,,invited,equals,4.5,true,")], ["published/old.csv:2: P004"],
    ),
    "claim: invited by an answer": (
        [(P, CLAIM, "one,report,2024,,,,step=one,,invited,equals,4,true,")], ["published/old.csv:2: B011"],
    ),
    "claim: gap with itself": (
        [(P, CLAIM, "one,report,2024,,shares,any,all,all,gap,higher,,true,")], ["published/old.csv:2: P003"],
    ),
    "claim: no since": (
        [(P, CLAIM, "one,report,2024,,shares,any,all,,change,rises,,true,")], ["published/old.csv:2: P003"],
    ),
    "claim: no answer": (
        [(P, CLAIM, "one,report,2024,,shares,,all,,share,equals,54,true,")], ["published/old.csv:2: P003"],
    ),
    "claim: a change from a wave that did not ask": (
        [(P, CLAIM, "one,report,2024,2023,asks,any,all,,change,rises,,true,")], ["published/old.csv:2: P005"],
    ),
    "claim: another wording was asked then": (
        [(Q, "    - id: asks\n", "    - id: asks\n      series: shares\n      wording: 2\n"),
         (P, CLAIM, "one,report,2023,,asks,any,all,,share,equals,54,true,")],
        ["published/old.csv:2: P005"],
    ),
    "claim: a row too short": ([(P, CLAIM, "one,report,2024")], ["published/old.csv:2: P001"]),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_wrong(case: str, read_edited: Read) -> None:
    edits, expected = WRONG[case]
    reading = read_edited(*edits)
    found = [str(problem).split(" ")[0] + " " + problem.code for problem in reading.problems]
    assert found == expected


GOOD = {
    "a claim of no larger change is about every answer": [
        (P, CLAIM, "one,report,2024,2023,shares,,all,,change,no-larger-change,,true,")
    ],
    "a count may be more than a hundred": [(P, CLAIM, "one,report,2024,,,,all,,responded,more-than,300,true,")],
    "a wave may leave an item of a figure out": [
        (F, "items: [shares]", "items: [shares, asks]"),
        (F, LEVEL, LEVEL + "\n      - {tell: not-asked, item: asks, wave: 2023, shown: 2024}"),
    ],
    "a group of answers may be told where every answer is shown": [(F, "    answers: [any]\n", ""), STACKED],
    "sizes are within a sector, and need no words for it": [
        (FRAME, "        qualifier: {nb: som er små, en: that are small}\n", "        who: {nb: små, en: small}\n"),
        (F, "groups: [all, sector=*]", 'groups: [all, sector=*, "sector=local,size=small"]'),
        (F, "groups: [sector=state]", 'groups: [sector=state, "sector=local,size=small"]'),
    ],
    "a missing class in the base may be shown": [
        (SCALES, "  groups:",
         "  missing:\n    - {kind: do-not-know, label: {nb: Vet ikke, en: Unsure}, in_base: true}\n  groups:"),
        (F, "answers: [any]", "answers: [any, do-not-know]"),
        STACKED,
    ],
    "a ref may be about an item of another figure": [
        (F, "now: {item: shares, answer: any", "now: {item: place, answer: two")
    ],
    "another wording of a series may be on another scale": [
        (Q, "    - id: asks\n", "    - id: asks\n      series: place\n      wording: 2\n")
    ],
    "a source may lack a breakdown that is within another": [
        (FRAME, "columns: {sector: sector, staff: staff}", "set: {sector: state}"),
        (Q, " and sector = local", ""),
    ],
    "a scale `choice` with other words": [
        (SCALES, "- id: extent", "- id: choice\n  categories:\n    - {id: not-chosen, code: 0, label: {nb: N, en: N}}\n"
                 '    - {id: chosen, code: 1, label: {nb: J, en: Y}, says: {nb: "{said}", en: "{said}"}}\n- id: extent')
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", GOOD)
def test_good(case: str, read_edited: Read) -> None:
    assert [str(problem) for problem in read_edited(*GOOD[case]).problems] == []


BROKEN = {
    "survey.yaml": "id: Tiny!\n",
    "frame.yaml": "everyone: 3\n",
    "scales.yaml": "- id: x\n",
    "questions.yaml": "- id: x\n",
    "staircase.yaml": "steps: none\n",
    "design.yaml": "strata: 3\n",
    "figures.yaml": "pages: []\n",
}


@pytest.mark.parametrize("file", BROKEN)
def test_a_broken_file_neither_hides_nor_invents_problems_elsewhere(file: str, read_edited: Read, tiny: object) -> None:
    from pathlib import Path

    assert isinstance(tiny, Path)
    (tiny / file).write_text(BROKEN[file], encoding="utf-8")
    reading = read_edited((P, "54", "fifty"))
    assert {problem.place.file for problem in reading.problems} == {file, P}
    assert {problem.code for problem in reading.problems if problem.place.file == P} == {"P004"}


def test_problems_of_all_files_come_at_once(read_edited: Read) -> None:
    reading = read_edited(
        (S, "languages: [nb, en]", "languages: [nb, en, nn]"),
        (FRAME, "below: 50", "below: x"),
        (Q, "scale: extent", "scale: extents"),
        (D, "[sector]", "sector"),
        (F, "chart: barriers", "chart: pie"),
        (P, "54", "fifty"),
    )
    files = {problem.place.file for problem in reading.problems}
    assert files == {"survey.yaml", "frame.yaml", Q, D, F, P, "scales.yaml", "staircase.yaml"}
    assert reading.survey is None
