"""A robot respondent, made from any questionnaire: what it writes on a page, right, wrong or at random."""

import datetime
import string

from hypothesis import strategies as st

from praksis.collect.answering import list_fields, write_form
from praksis.collect.journey import Journey, Page
from praksis.collect.routing import Cell
from praksis.define.question import QuestionKind

Form = dict[str, tuple[str, ...]]

_ODD = [
    "",
    " ",
    "-",
    "1e9",
    "NaN",
    "½",
    "1,2,3",
    "--1",
    "\u0000",
    "<b>",
    "2026-02-30",
    "abc",
    "  7 ",
    "1 000",
    "9" * 40,
]


def draw_cell(journey: Journey, item: str) -> st.SearchStrategy[Cell | None]:
    """An answer that the item can have, or none. Of a split and of a multiple choice use `draw_answers`."""
    question = journey.survey.question_of[item]
    nothing = st.none()
    codes = [int(missing.code) for missing in question.missing]
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.GRID:
            scale = journey.survey.scale_of(item)
            offered = [one.code for one in scale.categories] + [int(one.code) for one in scale.missing]
            return st.one_of(nothing, st.sampled_from(offered))
        case QuestionKind.MULTIPLE:
            return st.one_of(nothing, st.sampled_from([0, 1]))
        case QuestionKind.NUMBER:
            rule = question.number
            least, most = rule.minimum if rule.minimum is not None else -1e6, rule.maximum or 1e6
            scaled = st.integers(int(least * 10**rule.decimals), int(most * 10**rule.decimals))
            numbers: st.SearchStrategy[Cell] = scaled.map(lambda whole: _write(whole, rule.decimals))
            return st.one_of(nothing, numbers, *(st.just(code) for code in codes))
        case QuestionKind.SPLIT:
            return st.one_of(nothing, st.integers(0, 100).map(str), *(st.just(code) for code in codes))
        case QuestionKind.DATE:
            first = question.date.earliest or datetime.date(1990, 1, 1)
            dates = st.dates(first, question.date.latest or datetime.date(2030, 1, 1)).map(datetime.date.isoformat)
            return st.one_of(nothing, dates, *(st.just(code) for code in codes))
        case _:
            words = st.text(string.ascii_letters + "æøåÆØÅ -.,", min_size=1, max_size=question.free_text.longest)
            texts = words.map(lambda text: " ".join(text.split())).filter(bool)
            return st.one_of(nothing, texts, *(st.just(code) for code in codes))


@st.composite
def draw_answers(draw: st.DrawFn, journey: Journey, page: Page) -> dict[str, Cell | None]:
    """Answers to all items of a page that belong together."""
    items = [item.id for item in journey.items_of(page)]
    question = page.question
    if question and question.kind is QuestionKind.MULTIPLE:
        alone = [item.id for item in journey.items_of(page) if item.exclusive]
        others = [item for item in items if item not in alone]
        chosen = draw(st.one_of(st.just([]), st.lists(st.sampled_from(others), unique=True), *map(_just_one, alone)))
        return {item: int(item in chosen) if chosen else None for item in items}
    if question and question.kind is QuestionKind.SPLIT:
        missing = [int(one.code) for one in question.missing]
        cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=len(items) - 1, max_size=len(items) - 1)))
        parts: dict[str, Cell | None] = {
            item: str(last - first) for item, first, last in zip(items, [0, *cuts], [*cuts, 100], strict=True)
        }
        return draw(st.sampled_from([parts, dict.fromkeys(items), *(dict.fromkeys(items, code) for code in missing)]))
    return {item: draw(draw_cell(journey, item)) for item in items}


@st.composite
def draw_form(draw: st.DrawFn, journey: Journey, page: Page) -> Form:
    """What is sent for a page: well-formed mostly, else with odd values in its fields, or with fields of its own."""
    form = write_form(journey, page, draw(draw_answers(journey, page)))
    kind = draw(st.sampled_from(["right", "right", "wrong", "random"]))
    fields = list_fields(journey, page)
    if kind == "right" or not fields:
        return form
    if kind == "wrong":
        name = draw(st.sampled_from(fields))
        return form | {name: (draw(st.sampled_from(_ODD)),)}
    values = st.lists(st.one_of(st.sampled_from(_ODD), st.text(max_size=20)), max_size=3).map(tuple)
    return draw(st.dictionaries(st.sampled_from([*fields, "unknown", "csrfmiddlewaretoken"]), values, max_size=6))


def _just_one(item: str) -> st.SearchStrategy[list[str]]:
    return st.just([item])


def _write(whole: int, decimals: int) -> str:
    sign, digits = ("-" if whole < 0 else ""), str(abs(whole)).rjust(decimals + 1, "0")
    text = f"{digits[: len(digits) - decimals]}.{digits[len(digits) - decimals :]}" if decimals else digits
    text = text.rstrip("0").rstrip(".") if decimals else text
    return f"{sign}{text}" if text != "0" else "0"
