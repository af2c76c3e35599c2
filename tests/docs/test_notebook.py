"""docs/analysis.ipynb runs, and prints what stands in it.

No Jupyter is needed: a notebook is JSON, and its cells are run here in one namespace. After a change to the notebook or
to what it shows, `PRAKSIS_NOTEBOOK=1 pytest tests/docs/test_notebook.py` writes the new outputs; read them before they
are committed.
"""

import ast
import io
import json
import os
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "docs/analysis.ipynb"
REWRITE = "PRAKSIS_NOTEBOOK"


def read_notebook() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return found


def list_code(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def run_cell(source: str, names: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """What a cell prints, and the value of its last line, as Jupyter keeps them."""
    body, printed = ast.parse(source).body, io.StringIO()
    last = ast.Expression(body.pop().value) if body and isinstance(body[-1], ast.Expr) else None  # type: ignore[attr-defined]
    with redirect_stdout(printed):
        exec(compile(ast.Module(body, []), f"cell {number}", "exec"), names)
        value = eval(compile(last, f"cell {number}", "eval"), names) if last is not None else None
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": printed.getvalue().splitlines(True)})
    if value is not None:
        data = {"text/plain": repr(value).splitlines(True)}
        outputs.append({"data": data, "execution_count": number, "metadata": {}, "output_type": "execute_result"})
    return outputs


def test_notebook_prints_what_stands_in_it(reference_microdata: Path) -> None:
    notebook = read_notebook()
    first, *cells = list_code(notebook)
    assert "".join(first["source"]).startswith("SURVEY, ANSWERS = ")
    names: dict[str, Any] = {"SURVEY": ROOT / "surveys/it-i-praksis", "ANSWERS": reference_microdata}
    first["execution_count"] = 1
    for number, cell in enumerate(cells, start=2):
        source = "".join(cell["source"])
        outputs = run_cell(source, names, number)
        if os.environ.get(REWRITE):
            cell |= {"outputs": outputs, "execution_count": number}
        assert cell["outputs"] == outputs, f"cell {number} prints something else; see the head of this file\n{source}"
    if os.environ.get(REWRITE):
        NOTEBOOK.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def test_first_cell_leads_to_what_make_demo_makes() -> None:
    names: dict[str, str] = {}
    exec("".join(list_code(read_notebook())[0]["source"]), names)
    assert (NOTEBOOK.parent / names["SURVEY"] / "survey.yaml").is_file()
    folder = (NOTEBOOK.parent / names["ANSWERS"]).resolve().relative_to(ROOT).as_posix()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "OUT := build/it-i-praksis" in makefile
    assert folder == "build/it-i-praksis/microdata"


def test_notebook_says_that_answers_are_synthetic() -> None:
    text = "".join("".join(cell["source"]) for cell in read_notebook()["cells"][:1])
    assert "answers here are synthetic" in text
