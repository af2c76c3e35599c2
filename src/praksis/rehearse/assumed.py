"""Reads what is assumed where nothing has been published: claims that are wishes, not facts."""

import csv
from pathlib import Path

from pydantic import ValidationError

from praksis.define.check import check_claims
from praksis.define.codes import Findings, join_known
from praksis.define.parts import CLAIM_COLUMNS, Parts
from praksis.define.published import Claim
from praksis.define.question import STAIRCASE
from praksis.define.survey import Survey
from praksis.define.translate import translate_error
from praksis.define.yaml import Document
from praksis.errors import Place, ProblemsFound

FILE = "rehearse/assumed.csv"


def read_assumed(folder: Path, survey: Survey) -> tuple[Claim, ...]:
    """The assumed figures of a survey folder, in the columns of the published ones; none where there is no file.

    Raises ProblemsFound with every row that is not a claim about this survey.
    """
    path, findings = folder / FILE, Findings()
    if not path.is_file():
        return ()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            columns = set(reader.fieldnames or ())
            rows = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        findings.add("P001", Place(FILE), str(error), known=join_known(CLAIM_COLUMNS))
        raise ProblemsFound(findings.problems) from None
    if columns != set(CLAIM_COLUMNS):
        findings.add("P001", Place(FILE, 1), f"the columns are {join_known(columns)}", known=join_known(CLAIM_COLUMNS))
        raise ProblemsFound(findings.problems)
    claims: list[Claim] = []
    for line, row in rows:
        tree = {key: value for key, value in row.items() if key and value} | {"file": FILE, "line": str(line)}
        try:
            claims.append(Claim.model_validate(tree))
        except ValidationError as error:
            translate_error(error, Claim, Document(None, {(): line}), FILE, findings)
    check_claims(claims, _parts_of(survey), findings)
    if findings.problems:
        raise ProblemsFound(findings.problems)
    return tuple(claims)


def _parts_of(survey: Survey) -> Parts:
    """The survey as the checks of published figures know it; the scale of the steps is made anew there."""
    return Parts(
        header=survey.header,
        frame=survey.frame_definition,
        scales=tuple(scale for scale in survey.scales if scale.id != STAIRCASE),
        questions=survey.questions,
        staircase=survey.staircase,
        design=survey.design,
        presentation=survey.presentation,
        documents={},
    )
