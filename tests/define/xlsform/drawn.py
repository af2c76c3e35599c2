"""Any questionnaire, for Hypothesis: every kind of question, with ids, texts and conditions that are hard on a form."""

from typing import Any

from hypothesis import strategies as st

from praksis.define.question import (
    CHOICE,
    AnswerGroup,
    Category,
    DateRule,
    Item,
    Layout,
    MissingCategory,
    NumberRule,
    Question,
    QuestionKind,
    Scale,
    SplitRule,
    TextRule,
)
from praksis.define.survey import Survey
from praksis.localtext import LocalText

WAVE = "2026"
ROLE = "head-of-it"
WORDS = "Ab æ_*#&;<=b>/[x](y)\\'\"-.,$?1\n "
KINDS = ("do-not-know", "not-applicable")


@st.composite
def texts(draw: st.DrawFn, placeholders: tuple[str, ...] = ()) -> LocalText:
    filled = draw(st.lists(st.sampled_from(placeholders), max_size=2, unique=True)) if placeholders else []
    written = {}
    for language in ("nb", "nn", "en"):
        words = draw(st.text(alphabet=WORDS, min_size=1, max_size=12).filter(str.strip))
        written[language] = words + "".join(f" {{{name}}}" for name in filled)
    return LocalText(written)


def maybe(draw: st.DrawFn, of: st.SearchStrategy[Any]) -> Any:
    return draw(st.one_of(st.none(), of))


@st.composite
def missings(draw: st.DrawFn, in_base: bool) -> tuple[MissingCategory, ...]:
    kinds = draw(st.lists(st.sampled_from(KINDS), max_size=2, unique=True))
    counts = draw(st.booleans()) and in_base
    return tuple(MissingCategory(kind=kind, label=draw(texts()), in_base=counts) for kind in kinds)


@st.composite
def scales(draw: st.DrawFn, name: str) -> Scale:
    names = draw(st.lists(st.sampled_from(("a", "1", "b-2", "0", "do-not-know")), min_size=2, max_size=4, unique=True))
    codes = draw(st.lists(st.integers(0, 32767), min_size=len(names), max_size=len(names), unique=True))
    categories = tuple(
        Category(id=one, code=code, label=draw(texts()), says=maybe(draw, texts(("said",))), help=maybe(draw, texts()))
        for one, code in zip(names, codes, strict=True)
    )
    groups = ()
    if draw(st.booleans()):
        groups = (AnswerGroup(id="top", of=tuple(names[:2]), label=draw(texts()), says=draw(texts(("said",)))),)
    return Scale(
        id=name, ordered=draw(st.booleans()), categories=categories, missing=draw(missings(True)), groups=groups
    )


def say_condition(draw: st.DrawFn, known: dict[str, tuple[str, ...]]) -> str:
    """A condition on what was asked before; known: variable -> its values, none for open items."""
    parts = []
    for name in draw(st.lists(st.sampled_from(sorted(known)), min_size=1, max_size=3)):
        values = known[name]
        part = f"answered({name})"
        if values and draw(st.booleans()):
            part = f"{name} {draw(st.sampled_from(('=', '!=')))} {draw(st.sampled_from(values))}"
        elif values and draw(st.booleans()):
            part = f"{name} in ({', '.join(draw(st.lists(st.sampled_from(values), min_size=1, unique=True)))})"
        parts.append(f"not {part}" if draw(st.booleans()) else part)
    return draw(st.sampled_from((" and ", " or "))).join(parts)


class _Drawer:
    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.scales: dict[str, Scale] = {}
        self.known: dict[str, tuple[str, ...]] = {"sector": ("state", "municipality")}
        self.fills: tuple[str, ...] = ("organisation",)
        self.numbers = iter(range(1000))

    def item(self, **update: Any) -> Item:
        number = next(self.numbers)
        name = self.draw(st.sampled_from(("item-{}", "{}-item", "{}", "meta-{}"))).format(number)
        told = {"text": self.draw(texts()), "said": self.draw(texts()), "short": maybe(self.draw, texts())}
        series = self.draw(st.sampled_from((None, f"series-{number}")))
        wording, sensitive = self.draw(st.integers(1, 3)), self.draw(st.booleans())
        return Item(id=name, series=series, wording=wording, sensitive=sensitive, **told, **update)

    def question(self, number: int) -> Question:
        draw = self.draw
        kind = draw(st.sampled_from(list(QuestionKind)))
        fields: dict[str, Any] = {"id": draw(st.sampled_from(("question-{}", "{}-q", "sector-{}"))).format(number)}
        fields |= {"kind": kind, "role": ROLE, "waves": (WAVE,), "text": draw(texts(self.fills))}
        fields |= {"section": maybe(draw, texts()), "help": maybe(draw, texts(self.fills))}
        if draw(st.booleans()):
            fields["show_if"] = say_condition(draw, self.known)
        if kind is not QuestionKind.INFORMATION:
            fields |= {"required": draw(st.booleans()), "factual": draw(st.booleans())}
        fields |= self.rest(kind)
        question = Question(**fields)
        self.remember(question)
        return question

    def rest(self, kind: QuestionKind) -> dict[str, Any]:
        draw = self.draw
        unit = maybe(draw, texts())
        missing = {"missing": draw(missings(False))}
        match kind:
            case QuestionKind.SINGLE | QuestionKind.GRID:
                scale = draw(st.sampled_from(("scale-a", "scale-b", "0-scale")))
                if scale not in self.scales:
                    self.scales[scale] = draw(scales(scale))
                count = 1 if kind is QuestionKind.SINGLE else draw(st.integers(1, 3))
                layout = {"layout": draw(st.sampled_from(list(Layout)))} if kind is QuestionKind.GRID else {}
                return {"scale": scale, "items": tuple(self.item() for _ in range(count)), **layout}
            case QuestionKind.MULTIPLE:
                items = tuple(self.item(exclusive=draw(st.booleans())) for _ in range(draw(st.integers(2, 4))))
                return {"items": items}
            case QuestionKind.NUMBER:
                least, most = maybe(draw, st.integers(-99, 0)), maybe(draw, st.sampled_from((1, 12.5, 10**6)))
                number = NumberRule(minimum=least, maximum=most, decimals=draw(st.integers(0, 2)), unit=unit)
                return {"number": number, "items": (self.item(),), **missing}
            case QuestionKind.SPLIT:
                rule_ = SplitRule(
                    total=draw(st.sampled_from((100, 37, 2.5))), decimals=draw(st.integers(1, 2)), unit=unit
                )
                return {"split": rule_, "items": tuple(self.item() for _ in range(draw(st.integers(2, 3)))), **missing}
            case QuestionKind.DATE:
                days = {"earliest": maybe(draw, st.just("2000-01-31")), "latest": maybe(draw, st.just("2030-12-01"))}
                return {"date": DateRule(**days), "items": (self.item(),), **missing}
            case QuestionKind.TEXT:
                rule = TextRule(lines=draw(st.integers(1, 3)), longest=draw(st.integers(1, 20_000)))
                return {"free_text": rule, "items": (self.item(),), **missing}
            case _:
                return {}

    def remember(self, question: Question) -> None:
        """What later questions can name."""
        for item in question.items:
            values: tuple[str, ...] = ()
            if question.scale:
                values = tuple(category.id for category in self.scales[question.scale].categories)
            elif question.kind is QuestionKind.MULTIPLE:
                values = ("chosen", "not-chosen")
            self.known[item.id] = values
            if question.kind is not QuestionKind.MULTIPLE:
                self.fills = (*self.fills, item.id)


@st.composite
def surveys(draw: st.DrawFn, base: Survey) -> Survey:
    """The base survey with another questionnaire."""
    drawer = _Drawer(draw)
    questions = [drawer.question(number) for number in range(draw(st.integers(1, 5)))]
    if not any(question.items for question in questions):
        asked = {"kind": QuestionKind.NUMBER, "role": ROLE, "waves": (WAVE,), "items": (drawer.item(),)}
        questions.append(Question(id="last", text=draw(texts()), **asked))
    built = [scale for scale in base.scales if scale.id == CHOICE]
    several = any(question.kind is QuestionKind.MULTIPLE for question in questions)
    fields = {name: getattr(base, name) for name in Survey.model_fields}
    fields |= {"questions": tuple(questions), "scales": (*drawer.scales.values(), *(built if several else ()))}
    return Survey(**fields)
