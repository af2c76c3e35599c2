"""Praksis, R `survey` and svy side by side: the same data, one run, each tool in fresh processes of its own.

    python benchmarks/estimation.py --date 2026-11-22             everything; minutes
    python benchmarks/estimation.py --case A                      one case
    python benchmarks/estimation.py --case B --size 1e6           one size of B
    python benchmarks/estimation.py --quick                       tiny, seconds; nothing is concluded from it

What it measures is explained by `EXPLAINED`, which also heads benchmarks/results.md. Where R or svy would take very
long a part is timed and scaled, which is said; `--full` times all. Without R or svy it says what is left out.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from data import WAVES, make_panel, make_replicates, make_respondents
from numpy.typing import NDArray

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "benchmark"
ITEMS = tuple(f"q{number:02d}" for number in range(1, 21))
GOALS = {
    ("A", "R"): 1000.0,
    ("A", "svy"): 500.0,
    ("B 1e+06", "R"): 80.0,
    ("B 1e+06", "svy"): 80.0,
    ("B 1e+07", "R"): 200.0,
    ("C matrix", "R"): 100.0,
    ("C matrix", "svy"): 8.0,
    ("C factors", "R"): 500.0,
}
PEAK_GOAL = 1500.0
CHANGE_GOAL = 10.0
LARGE, QUICK = 10_000_000, 4_000
SVY_WAYS = ("by categories", "by text", "where")
BUSY = 0.7
OTHER_DRAWS = "not compared: other draws"
EXPLAINED = """\
Ratios are their time over ours. Start-up, reading of data and making of the design are left out of their time. In A and
C ours leaves out the same, and includes making the Arrow table of the results. In B ours includes opening and reading
Parquet while theirs works on data in memory: to our disadvantage. Every tool has a fresh process to itself.
R is timed in its ordinary way, svyby(~item, ~group, svymean), and with several items in one formula: faster, but with
real answers it would drop everyone who left out one of them. svy is timed with prop(item, by=group), on text or on
categories whichever was faster, and with prop(all items, where=group). The goals are held against every way.
Agreement is the largest relative difference between our numbers and theirs, over the part that was measured.

A  500 organisations in 8 waves answer 150 items with 5 answers; total + sector (2) + size (3) + step (4) are 10 groups.
   Strata are sector x size; eight in ten of the population answer; bodies close, open and change size between waves.
B  Respondents in 100 strata of 20 PSUs, in no order, with weights that vary from row to row; 20 items with 5 answers;
   total + sex (2) + region (6) + age (9) are 18 groups: 1 800 shares.
C  200 replicate weights, 10 items, 50 shares."""


@dataclass
class Run:
    """What one fresh process measured."""

    report: dict[str, float]
    version: str
    results: NDArray[np.float64]


@dataclass
class Part:
    """What of a case R or svy is asked for; `ours` are our results on it, None where they cannot agree."""

    kind: str
    place: Path
    chosen: list[str]
    whole: int
    unit: str
    ours: NDArray[np.float64] | None

    def scale(self, seconds: float) -> float:
        return seconds * self.whole / len(self.chosen)

    def describe(self) -> str:
        if len(self.chosen) == self.whole:
            return f"all {self.whole} {self.unit}"
        return f"measured {len(self.chosen)} of {self.whole} {self.unit}, scaled"

    def check(self, results: NDArray[np.float64]) -> str:
        return OTHER_DRAWS if self.ours is None else compare(self.ours, results)


@dataclass
class Row:
    """One line of the table: a tool on a case."""

    case: str
    tool: str
    seconds: float
    said: str
    ratio: float | None = None
    goal: float | None = None
    agrees: str = ""

    def list_cells(self) -> list[str]:
        ratio = (
            f"{self.ratio:,.0f} x" if self.ratio and self.ratio >= 10 else f"{self.ratio:.1f} x" if self.ratio else ""
        )
        verdict = ""
        if self.goal is not None and self.ratio is not None:
            verdict = f"{self.goal:g} x: {'met' if self.ratio >= self.goal else 'NOT MET'}"
        return [self.case, self.tool, format_seconds(self.seconds), ratio, verdict, self.agrees, self.said]


@dataclass
class Bench:
    """The tools at hand, where the data are, and what has been found so far."""

    folder: Path
    svy: str | None
    rscript: str | None
    quick: bool
    full: bool
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    peaks: dict[str, float] = field(default_factory=dict)
    """MB, of R and svy on the last case."""

    def run_praksis(self, kind: str, place: Path, repeats: int) -> Run:
        return self._run_python(sys.executable, "praksis_side.py", kind, str(place), str(repeats))

    def run_svy(self, kind: str, way: str, place: Path, parts: list[str]) -> Run | None:
        if self.svy is None:
            return None
        run = self._run_python(self.svy, "svy_side.py", kind, way, str(place), parts=parts)
        self.versions["svy"], self.peaks["svy"] = run.version, run.report["peak"]
        return run

    def run_r(self, kind: str, place: Path, per_call: int, parts: list[str]) -> Run | None:
        if self.rscript is None:
            return None
        out = self.folder / "r"
        self._call(
            [self.rscript, "--vanilla", str(HERE / "estimation.R"), kind, str(place), str(out), str(per_call), *parts]
        )
        report = dict(line.split("\t") for line in out.with_suffix(".txt").read_text(encoding="utf-8").splitlines())
        self.versions["R"] = report.pop("version")
        numbers = {name: float(value) for name, value in report.items() if value != "NA"}
        self.peaks["R"] = numbers.get("peak", float("nan"))
        return Run(numbers, self.versions["R"], np.fromfile(out.with_suffix(".bin")))

    def _run_python(self, python: str, script: str, *arguments: str, parts: list[str] | None = None) -> Run:
        out = self.folder / "run"
        self._call([python, str(HERE / script), *arguments, str(out), *(parts or [])])
        report = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
        version = str(report.pop("version"))
        if python == sys.executable and script.startswith("praksis"):
            self.versions["Praksis"] = version
        return Run(report, version, np.load(out.with_suffix(".npy")))

    def _call(self, command: list[str]) -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{Path(command[0]).name} {Path(command[1]).name} failed:\n{done.stderr.strip()}")

    def compare_r(self, case: str, ours: float, part: Part, way: str, per_call: int) -> None:
        place = part.place.with_suffix("") if part.place.suffix else part.place
        run = self.run_r(part.kind, place, per_call, part.chosen)
        if run:
            said = f"{part.describe()}; making the design ({format_seconds(run.report['setup'])}) not included"
            seconds = part.scale(run.report["seconds"])
            self.add_other(case, f"R, {way}", seconds, ours, said, part.check(run.results))

    def compare_svy(self, case: str, ours: float, part: Part, ways: tuple[str, ...] = SVY_WAYS) -> None:
        """svy's ways to the same shares; of the two by items the faster."""
        runs = {way: self.run_svy(part.kind, way, part.place, part.chosen) for way in ways}
        found = {way: run for way, run in runs.items() if run is not None}
        by_item = sorted((run.report["seconds"], way) for way, run in found.items() if way != "where")
        labels = {by_item[0][1]: f"svy, prop(item, {by_item[0][1]})"} if by_item else {}
        for way, label in (labels | {"where": "svy, prop(all items, where)"}).items():
            if way in found:
                seconds = part.scale(found[way].report["seconds"])
                self.add_other(case, label, seconds, ours, part.describe(), part.check(found[way].results))

    def add_ours(self, case: str, seconds: float, said: str) -> None:
        self.add(Row(case, "Praksis", seconds, said))

    def add_other(self, case: str, tool: str, seconds: float, ours: float, said: str, agrees: str) -> None:
        goal = None if self.quick else GOALS.get((case, tool.split(",")[0]))
        self.add(Row(case, tool, seconds, said, seconds / ours, goal, agrees))

    def add(self, row: Row) -> None:
        """Keep a line and show it at once."""
        self.rows.append(row)
        write("  ".join(cell for cell in row.list_cells() if cell))


def write(text: str = "") -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def format_seconds(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.3g} s" if seconds < 1000 else f"{seconds:,.0f} s"


def compare(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> str:
    """The largest relative differences of shares and standard errors, [item, share or error, group, answer]."""
    theirs = theirs.reshape(ours.shape)
    both = np.isfinite(ours) & np.isfinite(theirs)
    gap = np.zeros_like(ours)
    np.divide(abs(ours - theirs), abs(theirs), out=gap, where=both & (theirs != 0))
    gap[both & (theirs == 0)] = abs(ours[both & (theirs == 0)])
    lost = int((np.isfinite(ours) != np.isfinite(theirs)).sum())
    text = f"shares {gap[:, 0].max():.0e}, errors {gap[:, 1].max():.0e}"
    return text + (f", {lost} only in one" if lost else "")


def take_evenly(things: list[str], count: int) -> list[str]:
    """`count` of the things, chosen evenly."""
    count = min(count, len(things))
    return [things[int(place)] for place in np.linspace(0, len(things) - 1, count)] if count > 1 else things[:count]


def judge(met: bool) -> str:
    return "met" if met else "NOT MET"


def measure_figures(bench: Bench) -> None:
    """A: the figure book."""
    organisations, items = (80, 3) if bench.quick else (500, 150)
    make_panel(bench.folder, organisations, items)
    ours = bench.run_praksis("figures", bench.folder, 3 if bench.quick else 9)
    seconds, setup, change = ours.report["seconds"], ours.report["setup"], ours.report["change"]
    shares, changes = ours.report["shares"], ours.report["changes"]
    bench.add_ours("A", seconds, f"{shares:,.0f} shares as Arrow tables, {seconds / shares * 1e6:.2f} µs each")
    bench.add_ours("A", setup, "making the 8 surveys from Arrow tables; not in the ratios")
    bench.add_ours("A changes", change, f"{changes:,.0f} changes")
    verdict = "" if bench.quick else f" (goal: under {CHANGE_GOAL:g}, {judge(change < CHANGE_GOAL * seconds)})"
    bench.notes.append(f"A: the changes take {change / seconds:.1f} times as long as the shares{verdict}.")
    waves = [str(wave) for wave in range(1, WAVES + 1)]
    chosen = waves if bench.full else take_evenly(waves, 2)
    by_wave = ours.results.reshape(WAVES, items, *ours.results.shape[1:])
    part = Part("figures", bench.folder, chosen, WAVES, "waves", np.concatenate([by_wave[int(w) - 1] for w in chosen]))
    for per_call, way in ((1, "item by item"), (10, "10 items per call")):
        bench.compare_r("A", seconds, part, way, min(per_call, items))
    bench.compare_svy("A", seconds, part)


def measure_domains(bench: Bench, size: int) -> None:
    """B: respondents in strata and clusters, from Parquet on disk."""
    path = bench.folder / f"b-{size}.parquet"
    if not path.with_suffix(".txt").exists():  # written last
        make_respondents(path, size, len(ITEMS))
    case, large = f"B {size:.0e}", size >= LARGE
    bench.peaks.clear()
    repeats = 3 if bench.quick or size == LARGE else 9
    bare = bench.run_praksis("scan", path, repeats)
    ours = bench.run_praksis("domains", path, repeats)
    seconds, shares, peak = ours.report["seconds"], ours.report["shares"], ours.report["peak"]
    on_disk = path.stat().st_size / 1e6
    bench.add_ours(case, seconds, f"{shares:,.0f} shares, reading {on_disk:.0f} MB of Parquet included")
    bench.add(Row(case, "pyarrow", bare.report["seconds"], "reads the same columns into memory, no more"))
    verdict = f" (goal: under {PEAK_GOAL:.0f} MB, {judge(peak < PEAK_GOAL)})" if large else ""
    bench.notes.append(
        f"{case}: ours takes {seconds / bare.report['seconds']:.1f} times as long as the bare scan. "
        f"Peak memory: ours {peak:.0f} MB{verdict}, the bare scan {bare.report['peak']:.0f} MB."
    )
    several = 2 if large else 4
    bench.compare_r(case, seconds, choose_items(bench, ours, path, 1 if large else 2), "item by item", 1)
    bench.compare_r(case, seconds, choose_items(bench, ours, path, several), f"{several} items per call", several)
    ways = SVY_WAYS[:1] if large else SVY_WAYS
    bench.compare_svy(case, seconds, choose_items(bench, ours, path, 1 if large else 4), ways)
    peaks = [f"{tool} {most:,.0f} MB" for tool, most in bench.peaks.items()]
    if peaks:
        bench.notes.append(f"{case}: peak memory of the others, for the items they were asked for: {', '.join(peaks)}.")


def choose_items(bench: Bench, ours: Run, path: Path, count: int) -> Part:
    chosen = take_evenly(list(ITEMS), len(ITEMS) if bench.full else count)
    return Part("domains", path, chosen, len(ITEMS), "items", ours.results[[ITEMS.index(item) for item in chosen]])


def measure_replicates(bench: Bench) -> None:
    """C: 200 replicate weights, given as a matrix and made from factors per PSU."""
    size = QUICK if bench.quick else 1_000_000
    path = bench.folder / f"b-{size}.parquet"
    if not path.with_suffix(".txt").exists():  # written last
        make_respondents(path, size, len(ITEMS))
    make_replicates(bench.folder, size)
    items = list(ITEMS[:10])
    chosen = items if bench.full else take_evenly(items, 2)
    for kind in ("matrix", "factors"):
        case, given = f"C {kind}", kind == "matrix"
        ours = bench.run_praksis(kind, path, 3 if bench.quick else 9)
        seconds = ours.report["seconds"]
        drawn = "" if given else f"; drawing the factors ({format_seconds(ours.report['draw'])}) included"
        setup = format_seconds(ours.report["setup"])
        bench.add_ours(case, seconds, f"all 10 items{drawn}; making the survey ({setup}) not included")
        rows = ours.results[[items.index(item) for item in chosen]] if given else None
        bench.compare_r(case, seconds, Part(kind, path, chosen, len(items), "items", rows), "item by item", 1)
        found = bench.run_svy("replicates", "matrix" if given else "own", path, items)
        if found:
            said = "all 10 items" if given else "all 10 items; drawing its own bootstrap included"
            agrees = compare(ours.results, found.results) if given else OTHER_DRAWS
            bench.add_other(case, "svy", found.report["seconds"], seconds, said, agrees)


def format_table(rows: list[Row]) -> list[str]:
    heads = ["Case", "Tool", "Time", "Ratio", "Goal", "Agreement", "What was measured"]
    cells = [heads, *(row.list_cells() for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return [lines[0], "-" * max(map(len, lines)), *lines[1:]]


def report(bench: Bench, date: str | None) -> None:
    tools = "; ".join(bench.versions.values())
    machine = f"{os.cpu_count()} cores; Python {sys.version.split()[0]}; {tools}."
    lines = [*EXPLAINED.splitlines(), "", machine, "", *format_table(bench.rows), "", *bench.notes]
    write("\n" + "\n".join(lines))
    if date:
        text = (
            f"# Estimation benchmark, {date}\n\nWritten by `make benchmark`; do not edit.\n\n```text\n"
            + "\n".join(lines)
            + "\n```\n"
        )
        (HERE / "results.md").write_text(text, encoding="utf-8")


def find_tools(options: argparse.Namespace, bench: Bench) -> None:
    """Say what is left out because it is not installed."""
    if options.alone:
        bench.notes.append("Asked for Praksis alone: R and svy are left out.")
        return
    python = options.svy_python or os.environ.get("PRAKSIS_BENCHMARK_SVY") or str(BUILD / "venv" / "bin" / "python")
    asked = [python, "-c", "import svy"]
    if shutil.which(python) and subprocess.run(asked, capture_output=True, check=False).returncode == 0:
        bench.svy = python
    else:
        bench.notes.append(
            "svy is not installed (`make benchmark` installs it): all comparisons with svy are left out."
        )
    rscript = shutil.which("Rscript")
    asked = [rscript or "", "-e", "library(survey)"]
    if rscript and subprocess.run(asked, capture_output=True, check=False).returncode == 0:
        bench.rscript = rscript
    else:
        bench.notes.append("R with the package survey is not installed: all comparisons with R are left out.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", choices=["A", "B", "C"], action="append", help="one case; may be given again")
    parser.add_argument(
        "--size", type=float, action="append", help="respondents in B (1e5 1e6 1e7); may be given again"
    )
    parser.add_argument("--quick", action="store_true", help="tiny data: shows that the benchmark runs, no more")
    parser.add_argument("--alone", action="store_true", help="Praksis alone, without R and svy")
    parser.add_argument("--full", action="store_true", help="time everything, scale nothing (hours)")
    parser.add_argument("--date", help="write results.md with this date")
    parser.add_argument("--svy-python", help="a Python interpreter that has svy (default: build/benchmark/venv)")
    parser.add_argument("--data", type=Path, default=BUILD / "data", help="folder for the generated data")
    options = parser.parse_args()
    folder = options.data / "quick" if options.quick else options.data
    folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(folder, None, None, options.quick, options.full)
    find_tools(options, bench)
    busy = os.getloadavg()[0]
    bench.notes.append(f"Processes already running or waiting when the run began (load average): {busy:.1f}.")
    if busy > BUSY:
        bench.notes.append("The machine was busy with other things: these times and ratios are not to be trusted.")
    cases = options.case or ["A", "B", "C"]
    sizes = [int(size) for size in options.size or ([QUICK] if options.quick else [1e5, 1e6, 1e7])]
    if "A" in cases:
        measure_figures(bench)
    for size in sizes if "B" in cases else []:
        measure_domains(bench, size)
    if "C" in cases:
        measure_replicates(bench)
    report(bench, options.date)


if __name__ == "__main__":
    main()
