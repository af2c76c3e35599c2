"""JSON Schemas for editors: made from the models, one per file, and open to scalars that YAML reads as numbers."""

import json
from pathlib import Path

import pytest

from praksis.define.read import KINDS, REQUIRED
from praksis.define.reference import list_models, write_schemas


def test_one_schema_per_file(tmp_path: Path) -> None:
    paths = write_schemas(tmp_path / "schemas")
    assert [path.name for path in paths] == [name.replace(".yaml", ".schema.json") for name in KINDS]
    assert set(REQUIRED) <= set(KINDS)


def test_names_may_look_like_numbers(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    schema = json.loads((tmp_path / "survey.schema.json").read_text(encoding="utf-8"))
    assert schema["properties"]["waves"]["items"] == {"$ref": "#/$defs/Wave"}
    assert schema["$defs"]["Wave"]["properties"]["id"]["type"] == ["string", "number", "boolean"]
    assert schema["additionalProperties"] is False
    assert "languages" in schema["required"]


def test_dates_are_dates(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    schema = json.loads((tmp_path / "questions.schema.json").read_text(encoding="utf-8"))
    day = schema["$defs"]["DateRule"]["properties"]["earliest"]["anyOf"][0]
    assert day == {"type": "string", "format": "date"}


@pytest.mark.parametrize("file", KINDS)
def test_every_field_is_described(file: str) -> None:
    for model in list_models(KINDS[file]):
        for name, field in model.model_fields.items():
            tag = name == "tell"
            assert field.description or tag, f"{model.__name__}.{name}"
