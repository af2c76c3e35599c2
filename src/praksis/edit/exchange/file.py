"""A file of answers by the end of its name: .sav, .csv, .xlsx or .parquet."""

import hashlib
import tempfile
from pathlib import Path

from praksis.define.survey import Survey
from praksis.edit.exchange.codes import make_problem
from praksis.edit.exchange.columnar import read_columnar
from praksis.edit.exchange.delimited import read_delimited, write_delimited
from praksis.edit.exchange.layout import lay_out, write_labels
from praksis.edit.exchange.spss import read_spss, write_spss
from praksis.edit.exchange.table import Table
from praksis.edit.exchange.workbook import read_workbook, write_workbook
from praksis.edit.microdata import Microdata, write_microdata
from praksis.errors import PraksisError, ProblemsFound

FORMATS = (".sav", ".csv", ".xlsx", ".parquet")


def export_answers(
    survey: Survey, microdata: Microdata, path: Path, *, language: str, labels: bool = False
) -> tuple[Path, ...]:
    """Write a wave's answers, whole or not at all; returns the paths: the file, and for CSV its codebook.

    `labels` writes the answers' labels in place of codes (CSV and workbooks). Raises PraksisError for a call that
    cannot be met, ProblemsFound for answers that the format cannot hold.
    """
    kind = path.suffix.lower()
    if kind not in FORMATS:
        raise PraksisError(f"{path}: end the name in one of {', '.join(FORMATS)}")
    if labels and kind not in (".csv", ".xlsx"):
        raise PraksisError(f"{path}: labels in place of codes are for .csv and .xlsx; {kind} has its labels beside")
    if language not in survey.header.languages:
        raise PraksisError(f"the survey has no texts in {language}, only in {', '.join(survey.header.languages)}")
    if not microdata.organisations:
        raise PraksisError(f"nobody has answered in {microdata.wave}: there is nothing to export")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as draft:
        written = _write(survey, microdata, Path(draft) / path.name, language, labels)
        return tuple(one.replace(path.parent / one.name) for one in written)


def list_files(path: Path) -> tuple[Path, ...]:
    """The files that an export writes: the one that is named, and for CSV its codebook."""
    return (path, path.with_name(f"{path.stem}.codebook.csv")) if path.suffix.lower() == ".csv" else (path,)


def _write(survey: Survey, microdata: Microdata, path: Path, language: str, labels: bool) -> tuple[Path, ...]:
    kind = path.suffix.lower()
    if kind == ".parquet":
        return (write_microdata(microdata, survey, path.parent).replace(path),)
    variables = lay_out(survey, microdata, language, labels=labels)
    written = write_labels(variables, path.name) if labels else variables
    if kind == ".csv":
        write_delimited(written, *list_files(path))
        return list_files(path)
    if kind == ".xlsx":
        write_workbook(written, path)
    else:
        write_spss(written, f"{survey.header.title[language]} {microdata.wave}", path)
    return (path,)


def read_file(path: Path, *, sheet: str = "", encoding: str = "") -> Table:
    """Read a file of answers that any tool has written.

    Raises ProblemsFound with what cannot be read. `sheet` is for workbooks, `encoding` for CSV and old SPSS files.
    """
    kind, name = path.suffix.lower(), path.name
    if kind not in FORMATS:
        raise ProblemsFound([make_problem("V001", name, f"`{kind}` is not a format that is read")])
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProblemsFound([make_problem("V001", name, f"cannot be read: {error.strerror}")]) from None
    digest = hashlib.sha256(data).hexdigest()
    match kind:
        case ".csv":
            table = read_delimited(name, data, digest, encoding)
        case ".xlsx":
            table = read_workbook(name, data, digest, sheet)
        case ".sav":
            table = read_spss(name, data, digest, encoding)
        case _:
            table = read_columnar(name, data, digest)
    if not table.lines or not table.columns:
        raise ProblemsFound([make_problem("V001", name, "holds no responses")])
    return table
