"""What can be wrong with a file of answers, and what to do: the codes V001 to V024."""

from praksis.errors import Place, Problem

REMEDIES: dict[str, str] = {
    "V001": "Give a file that ends in .sav, .csv, .xlsx or .parquet, whole and readable.",
    "V002": "Give every column a name of its own, and every row as many fields as the heading.",
    "V003": "Name the sheet with --sheet.",
    "V004": "Open the workbook, let it calculate and save it, or write the value in place of the formula or the error.",
    "V005": "Say in the map which item the column is, or `leave_out:` and why. `praksis answers map` drafts one.",
    "V006": "Say in the map which item it is (`item:`), or `leave_out:` and why.",
    "V007": "Keep one of them, and give the others `leave_out:` in the map.",
    "V008": "Say in the map under `values:` of this column what the value is: {known}.",
    "V009": "Say in the map under `values:` of this column which one is meant: {known}.",
    "V010": "Say in the map which column holds the organisation number: `organisation: <column>`.",
    "V011": "Correct the number, or leave the row out under `drop:` in the map, with the reason.",
    "V012": "Leave all but one of the rows out under `drop:` in the map, with the reason.",
    "V013": "Say in the map who answered: `role: <id>` for all, or `role_column:` and `role_values:`.",
    "V014": "Add the wave to the item in questions.yaml if it was asked, or leave the column out in the map.",
    "V015": "Leave the values out (`not-asked` in the map), or correct the role of the rows.",
    "V016": "Correct `show_if` if the wave was asked otherwise; else `off_path: <why>` at the column drops them.",
    "V017": "Correct `show_if` if the wave was asked otherwise; else map the value to `not-answered`.",
    "V018": "Correct the answer in the file, or map the value to `not-answered`.",
    "V019": "Name it in the map under `absent:`, with the reason: it is then not answered.",
    "V020": "Correct the map.",
    "V021": "Export it again from the survey as it is now, or import it under its own wave and survey.",
    "V022": "Import to another folder with --to, or replace what is there with --force.",
    "V023": "Choose another format: .xlsx, .csv or .parquet hold more.",
    "V024": "Export codes (without --labels), or give the answers of the scale labels that differ.",
}
"""Code -> remedy. A code is never given to something else."""


def make_problem(code: str, file: str, what: str, *, line: int = 0, **fill: str) -> Problem:
    """A problem with a file of answers; `fill` completes the remedy of its code."""
    return Problem(Place(file, line), code, what, REMEDIES[code].format(**fill) if fill else REMEDIES[code])
