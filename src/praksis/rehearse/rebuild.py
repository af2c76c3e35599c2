"""Rebuilds microdata from published figures: answers that nobody gave, which give the figures that were published."""

from collections.abc import Callable, Sequence

from praksis.define.published import Claim
from praksis.define.survey import Survey
from praksis.edit.microdata import Microdata
from praksis.errors import ProblemsFound
from praksis.rehearse.conflict import Conflict
from praksis.rehearse.dealing import deal_wave
from praksis.rehearse.disposition import Dispositions
from praksis.rehearse.solve import Waves


def rebuild_microdata(
    survey: Survey,
    seed: int,
    assumed: Sequence[Claim] = (),
    progress: Callable[[str], None] | None = None,
    *,
    allow_skips: bool = True,
) -> list[Microdata]:
    """Synthetic microdata of every wave, oldest first, that meet every published claim of the survey exactly.

    `assumed` are figures to come near where nothing was published (`read_assumed`). `progress` is called with the id
    of each wave when its counts are found, newest first. Without `allow_skips` everyone answers every question.
    Raises Conflict where the published claims of a wave cannot all be true, ProblemsFound with those of every such
    wave. The same arguments give the same answers.
    """
    waves = solve_waves(survey, assumed, progress, allow_skips=allow_skips)
    organisations = tuple(organisation.key for organisation in survey.frame.organisations)
    dispositions = Dispositions(survey, seed, organisations)
    return [
        deal_wave(survey, wave, [found for (of, _), found in waves.solved.items() if of == wave], dispositions)
        for wave in survey.wave_ids
    ]


def solve_waves(
    survey: Survey,
    assumed: Sequence[Claim] = (),
    progress: Callable[[str], None] | None = None,
    *,
    allow_skips: bool = True,
) -> Waves:
    """The counts of every wave and role: what `rebuild_microdata` deals out to organisations."""
    waves = Waves(survey, assumed, allow_skips)
    conflicts: list[Conflict] = []
    for wave in reversed(survey.wave_ids):
        for role in survey.header.roles:
            if wave in role.waves:
                try:
                    waves.solve(wave, role.id)
                except Conflict as conflict:
                    conflicts.append(conflict)
        if progress and not conflicts:
            progress(wave)
    if len(conflicts) == 1:
        raise conflicts[0]
    if conflicts:
        # A change from a wave that is in conflict binds nothing, so what the other waves report is true by itself.
        raise ProblemsFound(problem for conflict in conflicts for problem in conflict.problems)
    return waves
