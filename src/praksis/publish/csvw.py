"""CSV of a figure's cells, with a CSVW description beside it (W3C, Metadata Vocabulary for Tabular Data)."""

import csv
import io

from praksis.estimate.cube import Cell, Cube, Estimate
from praksis.publish.precision import round_published
from praksis.tell.naming import label_answer, label_group, label_item
from praksis.tell.plan import FigurePlan
from praksis.tell.words import Words

COLUMNS = (
    "item", "item_label", "answer", "answer_label", "group", "group_label", "wave", "since", "measure", "value",
    "lower", "upper", "se", "respondents", "sign", "synthetic",
)  # fmt: skip


def write_csv(plan: FigurePlan, cube: Cube, words: Words, *, whole: bool) -> str:
    """One row per share and per change, RFC 4180."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for cell in (*plan.list_shares(), *plan.list_changes()):
        writer.writerow(_row(plan, cell, cube[cell], words, cube.synthetic, whole))
    return out.getvalue()


def _row(
    plan: FigurePlan, cell: Cell, estimate: Estimate, words: Words, synthetic: bool, whole: bool
) -> list[str | float | int]:
    survey, language = plan.survey, words.language
    numbers: list[str | float | int] = [""] * 5
    if estimate.shown:
        shown = (estimate.value, estimate.lower, estimate.upper, estimate.se)
        numbers = [*(round_published(number, whole=whole) for number in shown), estimate.n]
    return [
        cell.item,
        label_item(survey, cell.item, language),
        cell.answer,
        label_answer(survey, cell.item, cell.answer, language),
        cell.group,
        label_group(survey, cell.group, language),
        cell.wave,
        cell.since,
        "change" if cell.since else "share",
        *numbers,
        estimate.status.sign,
        "true" if synthetic else "false",
    ]


def write_csvw(plan: FigurePlan, cube: Cube, words: Words, *, file: str, date: str) -> dict[str, object]:
    """The description of a CSV file: what each column is, and that the data are synthetic if they are."""
    confidence = words.write_number(100 * plan.survey.design.confidence)
    numbers = {"value", "lower", "upper", "se"}
    columns = []
    for name in COLUMNS:
        kind = "decimal" if name in numbers else "integer" if name == "respondents" else "string"
        kind = "boolean" if name == "synthetic" else kind
        columns.append(
            {
                "name": name,
                "titles": name,
                "dc:description": words[f"column-{name}"].replace("{confidence}", confidence),
                "datatype": kind,
            }
        )
    tree: dict[str, object] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": words.language}],
        "url": file,
        "dc:title": plan.figure.title[words.language],
        "dc:source": plan.survey.header.title[words.language],
        "dc:issued": date,
        "tableSchema": {"columns": columns},
    }
    if cube.synthetic:
        tree["dc:description"] = words["synthetic-note"]
    return tree
