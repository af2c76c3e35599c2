"""The commands as a survey lead meets them: from nothing to a release, and what they say when something is wrong."""

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from praksis.cli import main
from praksis.publish.release import check_release

REFERENCE = Path(__file__).parents[2] / "surveys/it-i-praksis"


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    folder = tmp_path / "survey"
    assert main(["new", str(folder)]) == 0
    return folder


def test_from_nothing_to_pages(starter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """new -> check -> rehearse -> build -> confront -> export, each by its command."""
    microdata, releases, pages = tmp_path / "microdata", tmp_path / "releases", tmp_path / "pages"
    assert main(["check", str(starter)]) == 0
    assert main(["rehearse", str(starter), "--microdata", str(microdata)]) == 0
    assert main(["build", str(starter), "--microdata", str(microdata), "--releases", str(releases)]) == 0
    assert main(["confront", str(starter), "--microdata", str(microdata)]) == 0
    assert main(["export", str(releases), str(pages)]) == 0
    captured = capsys.readouterr()
    assert "0 problems to solve" in captured.out
    assert "3 of 3 claims met by synthetic answers" in captured.out
    verbs = [line.split()[0] for line in captured.err.splitlines()]
    assert list(dict.fromkeys(verbs)) == ["define", "rehearse", "edit", "estimate", "tell", "publish"]
    assert "Syntetiske data" in (pages / "nb/libraries.html").read_text(encoding="utf-8")


def test_random_answers_try_the_questionnaire(starter: Path, tmp_path: Path) -> None:
    microdata, releases = tmp_path / "microdata", tmp_path / "releases"
    arguments = ["--microdata", str(microdata), "--random", "--response-rate", "0.9"]
    assert main(["rehearse", str(starter), *arguments]) == 0
    assert main(["build", str(starter), "--microdata", str(microdata), "--releases", str(releases)]) == 0
    (release,) = releases.iterdir()
    assert check_release(release).synthetic
    # Random answers need not meet what was published, and confront says so.
    file = tmp_path / "verdicts.csv"
    assert main(["confront", str(starter), "--microdata", str(microdata), "--file", str(file), "--failed"]) == 1
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {row["synthetic"] for row in rows} == {"true"}
    assert {row["verdict"] for row in rows} <= {"met", "met, rounded", "not met", "not computed"}


def test_a_release_of_one_day_is_found_by_its_folder(starter: Path, tmp_path: Path) -> None:
    microdata, releases = tmp_path / "microdata", tmp_path / "releases"
    main(["rehearse", str(starter), "--microdata", str(microdata)])
    for date in ("2026-01-01", "2026-02-01", "2025-12-31"):
        arguments = ["--microdata", str(microdata), "--releases", str(releases), "--date", date]
        assert main(["build", str(starter), *arguments]) == 0
    assert main(["export", str(releases), str(tmp_path / "pages")]) == 0
    assert "2026-02-01" in (tmp_path / "pages/en/index.html").read_text(encoding="utf-8")


def test_problems_are_shown_with_place_and_remedy(starter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = starter / "questions.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("kind: grid", "kind: gird"), encoding="utf-8")
    assert main(["check", str(starter)]) == 1
    out = capsys.readouterr().out
    assert "questions.yaml:" in out
    assert "M004" in out
    assert "1 problems to solve" in out
    assert main(["rehearse", str(starter)]) == 1
    assert "M004" in capsys.readouterr().err


def test_check_reads_assumed_figures_too(starter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (starter / "rehearse").mkdir(exist_ok=True)
    header = (starter / "published/earlier.csv").read_text(encoding="utf-8").splitlines()[0]
    (starter / "rehearse/assumed.csv").write_text(f"{header}\nZ1,assumed,2024\n", encoding="utf-8")
    assert main(["check", str(starter)]) == 1
    assert "rehearse/assumed.csv:2" in capsys.readouterr().out


def test_figures_that_conflict_are_named(starter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In 2024 ten libraries answered: 54 percent of them cannot be."""
    path = starter / "published/earlier.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    columns = header.split(",")

    def write(**values: str) -> str:
        return ",".join(values.get(column, "") for column in columns)

    about = {"document": "invented", "wave": "2024", "group": "all", "relation": "equals", "must": "true"}
    rows += [
        write(id="Z1", measure="responded", value="10", **about),
        write(id="Z2", measure="answered", item="asks-users", value="10", **about),
        write(id="Z3", measure="share", item="asks-users", answer="mostly", value="54", **about),
        write(id="Z4", measure="share", item="shares-data", answer="mostly", value="50", **about),
    ]
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    assert main(["check", str(starter)]) == 0
    assert main(["rehearse", str(starter), "--microdata", str(tmp_path / "microdata")]) == 1
    message = capsys.readouterr().err
    assert "R001" in message
    assert "Z3" in message
    assert "Z4" not in message
    assert not (tmp_path / "microdata").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "nowhere"], "nowhere is not a folder"),
        (["build", str(REFERENCE), "--microdata", "nowhere"], "holds no microdata"),
        (["export", "nowhere", "pages"], "nowhere holds no release"),
        (["serve", "nowhere"], "nowhere holds no release"),
        (["confront", str(REFERENCE), "--microdata", __file__], "holds no microdata"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_bad_paths_are_said_plainly(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    assert said in capsys.readouterr().err


def test_a_file_where_a_folder_should_be(starter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert main(["rehearse", str(starter), "--microdata", str(tmp_path / "file/inside")]) == 1
    assert "praksis:" in capsys.readouterr().err
    assert main(["new", str(starter)]) == 1
    assert "survey" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["rehearse", "x", "--seed", "-1"], ["serve", "x", "--port", "99999"], []])
def test_a_wrong_call_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_a_wave_without_answers_is_named(starter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    microdata = tmp_path / "microdata"
    main(["rehearse", str(starter), "--microdata", str(microdata)])
    (microdata / "2023.parquet").unlink()
    assert main(["build", str(starter), "--microdata", str(microdata)]) == 1
    assert "no microdata for 2023" in capsys.readouterr().err


@pytest.mark.parametrize("way", [[], ["--random"]], ids=["rebuild", "random"])
def test_real_answers_are_never_written_over(
    way: list[str], starter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    microdata = tmp_path / "microdata"
    arguments = ["rehearse", str(starter), "--microdata", str(microdata), *way]
    assert main(arguments) == 0
    assert main(arguments) == 0
    path = microdata / "2024.parquet"
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, b"praksis.synthetic": b"false"}), path)
    before = path.read_bytes()
    assert main(arguments) == 1
    assert "holds answers for 2024 that are not synthetic" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_pages_are_not_written_into_a_release(
    starter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    microdata, releases = tmp_path / "microdata", tmp_path / "releases"
    main(["rehearse", str(starter), "--microdata", str(microdata)])
    main(["build", str(starter), "--microdata", str(microdata), "--releases", str(releases)])
    (release,) = releases.iterdir()
    assert main(["export", str(release), str(release / "site")]) == 1
    assert "never changed" in capsys.readouterr().err
    check_release(release)


def test_what_is_hidden_is_recorded_beside_the_answers(
    starter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person hides one share, subtraction asks for another. The release says which, and not how many, who or why."""
    design = starter / "design.yaml"
    decision = '{item: shares-data, group: kind=public, wave: "2023", by: Kari Nordmann, reason: Asked for it.}'
    design.write_text(f"{design.read_text(encoding='utf-8')}\nhidden:\n  - {decision}\n", encoding="utf-8")
    microdata, releases = tmp_path / "microdata", tmp_path / "releases"
    assert main(["rehearse", str(starter), "--microdata", str(microdata)]) == 0
    for path in microdata.iterdir():
        table = pq.read_table(path)
        pq.write_table(table.replace_schema_metadata({**table.schema.metadata, b"praksis.synthetic": b"false"}), path)
    assert main(["build", str(starter), "--microdata", str(microdata), "--releases", str(releases)]) == 0
    (release,) = releases.iterdir()
    check_release(release)
    published = (release / "hidden.csv").read_text(encoding="utf-8").splitlines()
    assert published == [
        "wave,item,group,rule",
        "2023,shares-data,kind=academic,protection",
        "2023,shares-data,kind=public,decision",
    ]
    (record,) = microdata.glob("hidden-*.csv")
    assert record.name == f"hidden-{release.name}.csv"
    assert str(record) in capsys.readouterr().out.replace("\n", "")
    by_rule, by_hand = csv.DictReader(record.read_text(encoding="utf-8").splitlines())
    assert (by_hand["by"], by_hand["reason"], by_hand["n"]) == ("Kari Nordmann", "Asked for it.", "7")
    assert (by_rule["by"], by_rule["rule"], by_rule["n"]) == ("design.yaml", "subtraction", "6")
    assert by_rule["protects"] == "shares-data / mostly / kind=public / 2023"
    everything = "".join(path.read_text(encoding="utf-8") for path in release.rglob("*") if path.is_file())
    assert "Kari Nordmann" not in everything
    for path in release.glob("figures/*.csv"):
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        assert all("." not in row[name] for row in rows for name in ("value", "lower", "upper", "se"))
