"""Two hundred respondents at once, on SQLite and on PostgreSQL: how long pages take, and whether anything is lost.

    python benchmarks/answering.py --locust <its locust>                     both databases, two minutes each
    python benchmarks/answering.py --locust <its locust> --date 2026-11-22   the same, to benchmarks/answering.md
    python benchmarks/answering.py --locust <its locust> --users 5 --seconds 10

The server and the respondents share this machine's processors. `make load` sets locust up and runs it.
"""

import argparse
import csv
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
BUILD = ROOT / "build" / "benchmark" / "answering"
SURVEY = ROOT / "surveys" / "it-i-praksis"
WAVE = "2022"
SECRET = {"PRAKSIS_SECRET": "for the load run alone, nothing real is kept"}
PRAKSIS = Path(sys.executable).with_name("praksis")
GOAL = 300.0
EXPLAINED = """\
Respondents come in by their personal links, think for 1 to 3 seconds, answer what is shown at random and turn the page,
again and again. A page turn is two requests: the save, on disk before it is answered, and the next page. Respondents
(locust) and server (`praksis collect serve --workers {workers}`) share the processors. Afterwards every acknowledged
answer is looked up among the events in the database, in its order."""


@dataclass
class Run:
    """What one database gave."""

    database: str
    requests: int
    failures: int
    rate: float
    median: float
    p95: float
    p99: float
    slowest: str
    saved: int
    lost: int

    def list_cells(self) -> list[str]:
        verdict = "met" if self.p95 < GOAL and not self.failures and not self.lost else "NOT MET"
        return [
            self.database, f"{self.requests:,}", f"{self.rate:.0f}/s", f"{self.median:.0f} ms", f"{self.p95:.0f} ms",
            f"{self.p99:.0f} ms", str(self.failures), f"{self.saved:,}", str(self.lost), verdict,
        ]  # fmt: skip


HEADINGS = [
    "database",
    "requests",
    "rate",
    "median",
    "p95",
    "p99",
    "errors",
    "saves",
    "lost",
    "p95 < 300 ms, none lost",
]


@contextmanager
def open_database(kind: str) -> Iterator[str]:
    """A fresh database; what `--database` takes."""
    if kind == "sqlite":
        yield str(BUILD / "answers.sqlite")
        return
    sys.path.insert(0, str(ROOT))
    from tests.databases import Cluster

    folder = Path(tempfile.mkdtemp(prefix="praksis-pg-"))
    cluster = Cluster(folder)
    cluster.start()
    try:
        yield cluster.create()
    finally:
        cluster.end()


@contextmanager
def serve(database: str, workers: int) -> Iterator[str]:
    """The server; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [PRAKSIS, "collect", "serve", SURVEY, "--wave", WAVE, "--database", database]
    command += ["--workers", str(workers), "--port", str(port)]
    with (
        (BUILD / "server.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | SECRET) as server,
    ):
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{address}/answer/l/none", server)
            yield address
        finally:
            server.terminate()


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return  # it answers
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit((BUILD / "server.log").read_text(encoding="utf-8")) from None
            time.sleep(0.2)


def list_links(database: str, address: str) -> dict[str, str]:
    """Personal link -> organisation."""
    command = [PRAKSIS, "collect", "link", SURVEY, "all", "--wave", WAVE, "--database", database, "--base", address]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | SECRET)
    if done.returncode:
        raise SystemExit(done.stderr or done.stdout)
    rows = list(csv.DictReader(done.stdout.splitlines()))
    return {row["link"]: row["organisation"] for row in rows}


def find_lost(database: str, links: dict[str, str]) -> tuple[int, int]:
    """Page turns that were acknowledged, and how many of them the events of their page do not have, in their order."""
    from praksis.collect.answering import read_form
    from praksis.collect.journey import Journey
    from praksis.define.read import load_survey
    from praksis.web.settings import configure_answering

    survey = load_survey(SURVEY)
    configure_answering(database, b"nothing is signed here, only read", {survey.header.id: survey}, secure=False)
    from praksis.web.store.collection import list_responses
    from praksis.web.store.work import read_events

    frame = {one.key: one for one in survey.frame.of_wave(WAVE)}
    ids = {one.organisation: (one.id, one.role) for one in list_responses(survey.header.id, WAVE)}
    said: dict[tuple[str, str], list[dict[str, list[str]]]] = {}
    for line in (BUILD / "saved.jsonl").read_text(encoding="utf-8").splitlines():
        turn = json.loads(line)
        form = {name: value if isinstance(value, list) else [value] for name, value in turn["said"].items()}
        said.setdefault((links[turn["link"]], turn["page"]), []).append(form)
    lost = 0
    for (organisation, name), forms in said.items():
        response, role = ids[organisation]
        journey = Journey(survey, WAVE, role, frame[organisation])
        states: list[dict[str, object]] = [{}]
        for event in read_events(response):
            if event.page == name:
                states.append({**states[-1], **event.new})
        place = 0
        for form in forms:
            answers = read_form(journey, journey.pages[name], form).answers
            matches = (
                at for at in range(place, len(states)) if all(states[at].get(i) == cell for i, cell in answers.items())
            )
            found = next(matches, None)
            lost += found is None
            place = place if found is None else found
    return sum(map(len, said.values())), lost


def measure(kind: str, options: argparse.Namespace) -> Run:
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    with open_database(kind) as database, serve(database, options.workers) as address:
        links = list_links(database, address)
        (BUILD / "links.txt").write_text("\n".join(links), encoding="utf-8")
        (BUILD / "saved.jsonl").touch()
        environment = os.environ | {
            "PRAKSIS_LINKS": str(BUILD / "links.txt"), "PRAKSIS_SAVED": str(BUILD / "saved.jsonl"),
            "PRAKSIS_FIRST": options.first,
        }  # fmt: skip
        command = [options.locust, "-f", str(HERE / "locustfile.py"), "--headless", "--json", "--host", address]
        command += ["--users", str(options.users), "--spawn-rate", "10", "--run-time", f"{options.seconds}s"]
        # Times are taken when all respondents are there.
        command += ["--reset-stats", "--stop-timeout", "10"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=BUILD)
        found = json.loads(done.stdout or "[]")
        if not found:
            raise SystemExit(done.stderr[-3000:])
        (BUILD / "locust.log").write_text(done.stderr, encoding="utf-8")
        saved, lost = find_lost(database, links)
        if saved < options.users:
            raise SystemExit(f"{options.users} respondents saved {saved} pages: see {BUILD / 'locust.log'}")
    return summarise(kind, found, saved, lost, done.stderr)


def summarise(kind: str, found: list[dict[str, object]], saved: int, lost: int, log: str) -> Run:
    """All requests together, from the times that locust counts by the millisecond."""
    times: dict[float, int] = {}
    for row in found:
        for taken, count in row["response_times"].items():  # type: ignore[attr-defined]
            times[float(taken)] = times.get(float(taken), 0) + int(count)
    requests = sum(times.values())
    span = max(float(row["last_request_timestamp"]) for row in found) - min(float(row["start_time"]) for row in found)  # type: ignore[arg-type]
    failures = sum(int(row["num_failures"]) for row in found)  # type: ignore[call-overload]
    slowest = max(found, key=lambda row: float(row["max_response_time"]))  # type: ignore[arg-type]

    def quantile(share: float) -> float:
        seen = 0
        for taken in sorted(times):
            seen += times[taken]
            if seen >= share * requests:
                return taken
        return float("nan")

    said = f"{slowest['name']} {float(slowest['max_response_time']):.0f} ms"  # type: ignore[arg-type]
    return Run(
        kind, requests, failures, requests / span, quantile(0.5), quantile(0.95), quantile(0.99), said, saved, lost
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--locust", default=shutil.which("locust"), help="the locust program")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--first", default="coherent-services", help="the page a respondent begins with")
    parser.add_argument("--date", help="write benchmarks/answering.md with this date")
    options = parser.parse_args()
    if not options.locust:
        raise SystemExit("no locust: name it with --locust, or run `make load`")
    kinds = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    runs = [measure(kind, options) for kind in kinds]
    rows = [HEADINGS, ["---"] * len(HEADINGS), *(run.list_cells() for run in runs)]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    slowest = "; ".join(f"{run.database}: {run.slowest}" for run in runs)
    said = f"{options.users} respondents at once, {options.seconds} seconds, {os.cpu_count()} processors. "
    said += f"Slowest request: {slowest}."
    sys.stdout.write(f"{table}\n\n{said}\n")
    if options.date:
        text = f"# Load: {options.users} respondents at once\n\n{EXPLAINED.format(workers=options.workers)}\n\n"
        text += f"{options.date}. {said}\n\n{table}\n"
        (HERE / "answering.md").write_text(text, encoding="utf-8")
    if any(run.failures or run.lost for run in runs):
        raise SystemExit("some requests failed, or answers were lost")


if __name__ == "__main__":
    main()
