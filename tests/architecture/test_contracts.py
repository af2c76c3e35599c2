"""Every import contract is in force: one deliberate violation of each, in a copy of the source, fails it."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

COLLECTING = "What collects answers knows nothing of what is made of them"
VIOLATIONS = (
    # contract name, module that gets the import, the import
    ("The line runs one way", "estimate/cube.py", "import praksis.tell.words"),
    ("The core knows no web framework, no database and no network", "define/yaml.py", "import urllib.request"),
    ("The core knows no web framework, no database and no network", "collect/link.py", "import django.db.models"),
    (
        "What tells and publishes cannot reach a single respondent's answers",
        "publish/precision.py",
        "import praksis.edit.microdata",
    ),
    (
        "What tells and publishes cannot reach a single respondent's answers",
        "web/site/views.py",
        "import praksis.web.store.work",
    ),
    (COLLECTING, "web/store/work.py", "import praksis.tell.words"),
    (
        COLLECTING,
        "web/answering/views.py",
        "import praksis.web.site",
    ),
    ("Only the store knows the tables", "web/answering/views.py", "import praksis.web.store.models"),
    ("Only the store knows the tables", "web/desk.py", "import praksis.web.store.models"),
    ("No cycles", "define/model.py", "import praksis.define.survey"),
)


def lint(folder: Path) -> str:
    shutil.copy(ROOT / "pyproject.toml", folder)
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts:" in run.stdout, run.stdout + run.stderr
    return run.stdout


@pytest.fixture
def source(tmp_path: Path) -> Path:
    skip = shutil.ignore_patterns("__pycache__", "static", "templates", "starter")
    shutil.copytree(ROOT / "src/praksis", tmp_path / "praksis", ignore=skip)
    return tmp_path


def test_the_source_keeps_every_contract(source: Path) -> None:
    report = lint(source)
    assert "0 broken" in report
    assert all(f"{name} KEPT" in report for name, _, _ in VIOLATIONS)


def test_every_contract_has_a_violation() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    assert {contract["name"] for contract in contracts} == {name for name, _, _ in VIOLATIONS}


@pytest.mark.parametrize(("contract", "module", "line"), VIOLATIONS)
def test_a_violation_breaks_its_contract(contract: str, module: str, line: str, source: Path) -> None:
    path = source / "praksis" / module
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    assert f"{contract} BROKEN" in lint(source)


@pytest.mark.parametrize(
    ("module", "line", "said"),
    [
        ("web/site/views.py", "from django.db import models", "read a release and no database"),
        ("web/answering/views.py", "from django.db import transaction", "the ORM lives in praksis.web.store alone"),
        ("define/yaml.py", "import random", "seeded numpy Generator"),
        ("tell/words.py", "import datetime\n\nTODAY = datetime.date.today()", "take the date as an argument"),
    ],
)
def test_a_banned_call_names_what_to_use(module: str, line: str, said: str) -> None:
    run = subprocess.run(
        [Path(sys.executable).parent / "ruff", "check", "--no-cache", "--stdin-filename", f"src/praksis/{module}", "-"],
        cwd=ROOT,
        input=f"{line}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "TID251" in run.stdout
    assert said in run.stdout
