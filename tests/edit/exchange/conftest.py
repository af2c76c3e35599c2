"""What the tests of exchange share: files of other tools, and microdata compared cell by cell."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from praksis.collect.routing import Cell
from praksis.define.survey import Survey
from praksis.edit.exchange.intake import import_answers
from praksis.edit.microdata import Microdata, read_microdata
from praksis.errors import ProblemsFound

FILES = Path(__file__).parent / "files"
WAVE = "2025"

Import = Callable[..., Mapping[str, Mapping[str, Cell]]]


@pytest.fixture
def old_wave() -> Path:
    """`files/old-wave.sav`, which PSPP made by `files/old-wave.sps`: the tool's own names, codes and missing values."""
    return FILES / "old-wave.sav"


@pytest.fixture
def sample() -> Path:
    """`files/sample.sav`, which R and haven made by `files/sample.R`: our names or texts, other codes, a real date."""
    return FILES / "sample.sav"


def read_rows(microdata: Microdata) -> dict[str, dict[str, Cell]]:
    """Organisation -> item -> cell."""
    rows: dict[str, dict[str, Cell]] = {}
    for row, key in enumerate(microdata.organisations):
        rows[key] = {item: int(codes[row]) for item, codes in microdata.answers.items()}
        rows[key] |= {item: cells[row] for item, cells in microdata.open_answers.items()}
    return rows


@pytest.fixture
def bring_in(every_kind: Survey, tmp_path: Path) -> Import:
    """Import a file as 2025, and what `read_microdata` then finds: organisation -> item -> cell."""

    def bring(path: Path, map_text: str = "", **options: object) -> Mapping[str, Mapping[str, Cell]]:
        map_path = tmp_path / "map.yaml"
        map_path.write_text(map_text, encoding="utf-8")
        target = tmp_path / "microdata"
        import_answers(every_kind, WAVE, path, target, map_path=map_path if map_text else None, **options)  # type: ignore[arg-type]
        return read_rows(read_microdata(every_kind, WAVE, target))

    return bring


@pytest.fixture
def refuse(every_kind: Survey, tmp_path: Path) -> Callable[..., list[str]]:
    """The problems of a file, as `code what`; nothing may have been written."""

    def find(path: Path, map_text: str = "", wave: str = WAVE, survey: Survey | None = None) -> list[str]:
        map_path = tmp_path / "map.yaml"
        map_path.write_text(map_text, encoding="utf-8")
        target = tmp_path / "refused"
        with pytest.raises(ProblemsFound) as found:
            import_answers(survey or every_kind, wave, path, target, map_path=map_path if map_text else None)
        assert not target.exists()
        assert all(problem.remedy and "{" not in problem.remedy for problem in found.value.problems)
        return [f"{problem.code} {problem.what}" for problem in found.value.problems]

    return find


def write_sheet(path: Path, rows: Sequence[Sequence[object]], *, sheet: str = "Svar") -> Path:
    """A workbook as anyone may have made it."""
    book = Workbook()
    del book["Sheet"]
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """A plain CSV file."""
    path.write_text("\n".join(";".join(row) for row in rows) + "\n", encoding="utf-8")
    return path
