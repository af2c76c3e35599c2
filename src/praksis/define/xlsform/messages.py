"""What a form says where an answer is outside its limits, in each language."""

from decimal import Decimal

from praksis.define.question import DateRule, NumberRule, SplitRule, TextRule
from praksis.define.xlsform.language import say
from praksis.localtext import LocalText

Languages = tuple[str, ...]


def say_number_limits(rule: NumberRule, languages: Languages) -> LocalText | None:
    """What a number must be; None if anything goes."""
    limits = {"least": rule.minimum, "most": rule.maximum}
    given = {name: _say_number(value, languages) for name, value in limits.items() if value is not None}
    word = "between" if len(given) == 2 else next(iter(given), "")
    said = [say(word, languages, **given)] if word else []
    if rule.decimals:
        said.append(say("decimals", languages, decimals=str(rule.decimals)))
    return _join(said, languages)


def say_sum(rule: SplitRule, languages: Languages) -> LocalText:
    """What the parts must sum to."""
    said = [say("sum", languages, total=_say_number(rule.total, languages))]
    if rule.decimals:
        said.append(say("decimals", languages, decimals=str(rule.decimals)))
    whole = _join(said, languages)
    assert whole
    return whole


def say_date_limits(rule: DateRule, languages: Languages) -> LocalText | None:
    """What a date must be; None if anything goes."""
    if rule.earliest and rule.latest:
        return say("days", languages, least=rule.earliest.isoformat(), most=rule.latest.isoformat())
    if rule.earliest:
        return say("early", languages, least=rule.earliest.isoformat())
    return say("late", languages, most=rule.latest.isoformat()) if rule.latest else None


def say_text_limits(rule: TextRule, languages: Languages) -> LocalText:
    """How long a text may be."""
    return say("long", languages, longest=str(rule.longest))


def _say_number(value: float, languages: Languages) -> LocalText:
    exact = Decimal(str(value))
    plain = f"{exact:f}" if exact % 1 else str(int(exact))
    # English alone of those we speak has a point; it is also what a language we do not speak gets.
    return LocalText({one: plain.replace(".", ",") if one in ("nb", "nn") else plain for one in languages})


def _join(said: list[LocalText], languages: Languages) -> LocalText | None:
    return LocalText({one: " ".join(part[one] for part in said) for one in languages}) if said else None
