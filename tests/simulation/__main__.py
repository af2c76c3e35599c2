"""The tables of coverage in Markdown: `python -m tests.simulation`."""

import sys
from collections.abc import Iterator

from .measurement import INDEPENDENT, OURS, Simulation, find_coverage, find_error_ratios
from .scenario import CELLS, KINDS, SCENARIOS, SMALL, find_cells, run, run_small
from .usual_tools import NO_FPC, UNION

WAYS = {
    "level, first wave": "before",
    "level, second wave": "level",
    "change": "change",
    f"level, {OURS}": f"level, {OURS}",
    f"change, {OURS}": f"change, {OURS}",
    f"change, {INDEPENDENT}": f"change, {INDEPENDENT}",
    f"level, {NO_FPC}": f"level, {NO_FPC}",
    f"change, {NO_FPC}": f"change, {NO_FPC}",
    f"level, {UNION}": f"level, {UNION}",
    f"change, {UNION}": f"change, {UNION}",
}


def write_coverage(simulation: Simulation) -> Iterator[str]:
    """Coverage in percent +- its standard error (lowest and highest single item), and how right the SE is."""
    scenario = simulation.scenario
    rates = "; ".join(", ".join(f"{100 * rate:.0f}" for rate in wave) for wave in scenario.rates)
    yield f"### {scenario.name[0].upper()}{scenario.name[1:]}"
    yield f"{scenario.patterns} patterns; percent who answer per stratum: {rates}; persistence {scenario.persistence}\n"
    yield f"| | {' | '.join(f'{kind} | SE' for kind in KINDS)} |"
    yield f"|---|{'---|---|' * len(KINDS)}"
    for label, name in WAYS.items():
        if name not in simulation.measured:
            continue
        row = []
        for kind in KINDS:
            groups = simulation.find_groups(kind)
            found = find_coverage(simulation.measured[name], groups)
            ratio, mean = find_error_ratios(simulation.measured[name], groups)
            ends = f"{100 * found.lowest:.0f}-{100 * found.highest:.0f}"
            row.append(f"{100 * found.mean:.1f} +- {100 * found.error:.1f} ({ends}) | {ratio:.2f} ({mean:.2f})")
        yield f"| {label} | {' | '.join(row)} |"
    yield ""


def write_small_groups(name: str, simulation: Simulation) -> Iterator[str]:
    """Coverage by size of group and share: mean over the items (lowest single item)."""
    yield f"### Groups of 9 to 41: {name}"
    yield f"{simulation.scenario.patterns} patterns; coverage in percent (lowest single item)\n"
    columns = [f"{100 * low:.0f}-{100 * high:.0f} %" for low, high in CELLS]
    for estimate in ("level", "change", "level, usual logit"):
        found = find_cells(simulation, simulation.measured[estimate])
        cells = {(cell.size, cell.shares): cell.coverage for cell in found}
        yield f"| {estimate}: N | {' | '.join(columns)} |"
        yield f"|---|{'---|' * len(columns)}"
        for size in sorted({size for size, _ in cells}):
            row = [cells.get((size, one)) for one in CELLS]
            said = [f"{100 * one.mean:.1f} ({100 * one.lowest:.0f})" if one is not None else "" for one in row]
            yield f"| {size} | {' | '.join(said)} |"
        errors = max(cell.error for cell in cells.values())
        lowest = min(cell.mean for cell in cells.values())
        yield f"\nLowest cell {100 * lowest:.1f}; standard error of a cell at most {100 * errors:.1f}.\n"


def main() -> None:
    for name in SCENARIOS:
        sys.stdout.writelines(f"{line}\n" for line in write_coverage(run(name)))
    for name in SMALL:
        sys.stdout.writelines(f"{line}\n" for line in write_small_groups(name, run_small(name)))


if __name__ == "__main__":
    main()
