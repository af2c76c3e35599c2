"""Tables of shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from praksis.estimate.column import Value
from praksis.estimate.combination import keep_all
from praksis.estimate.domain import Domains
from praksis.estimate.estimates import About, Estimates, join_estimates
from praksis.estimate.labels import label_shares
from praksis.estimate.sampled import Sampled
from praksis.estimate.scale import Answers
from praksis.estimate.share_numbers import bound_numbers, make_linear, number_shares
from praksis.estimate.unanswered import count_unanswered


@dataclass(frozen=True)
class Asked:
    """What is asked for, as in `Survey.share`."""

    by: tuple[str, ...]
    each: tuple[str, ...]
    answers: Mapping[str, Sequence[Value]]
    leave_out: tuple[Value, ...]
    interval: str

    def list_scales(self, survey: Sampled, items: Sequence[str]) -> list[Answers]:
        """The answers of each item in a sample."""
        return survey.list_scales(items, self.answers, self.leave_out)

    def list_domains(self, survey: Sampled) -> Domains:
        """The domains in a sample."""
        return survey.list_domains(self.by, self.each)


def tabulate_shares(survey: Sampled, items: Sequence[str], asked: Asked) -> Estimates:
    """See `Survey.share`."""
    if survey.lacks_answers(items):
        parts = [(item, tabulate_shares(survey.answering(item), (item,), asked)) for item in items]
        return join_estimates([count_unanswered(survey, *part) for part in parts])
    domains, scales = asked.list_domains(survey), asked.list_scales(survey, items)
    numbers = number_shares(survey, items, scales, domains)
    confidence = survey.design.confidence
    limits, said = bound_numbers(numbers, asked.interval, confidence, sized=survey.design.weights != "none")
    left = f", without {', '.join(map(str, asked.leave_out))}" if asked.leave_out else ""
    about = About(
        kind="share",
        base=f"those who answered the item{left}",
        inference=survey.describe_inference(),
        interval=said,
        confidence=confidence,
        percent=True,
        wilson=asked.interval != "wald",
    )
    return Estimates(
        lambda: label_shares(items, scales, domains.labelled),
        limits,
        about,
        lambda: keep_all(make_linear(survey, items, scales, domains)),
    )
