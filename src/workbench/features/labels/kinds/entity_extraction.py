"""Named fields read out of an item, as an object by JSON Schema."""

from __future__ import annotations

from typing import Any

from workbench.features.labels.kinds.protocol import shorten
from workbench.features.labels.kinds.structured import Structured
from workbench.features.labels.schemas import Definition, LabelClass, Problem
from workbench.kernel.errors import Invalid


class EntityExtraction(Structured):
    """A value is an object whose properties are the entities; the target turn is its canonical compact JSON."""

    name = "entity_extraction"
    title = "Entity extraction"
    description = "Fields read out of a document, such as the number and the total of an invoice."
    example = Definition(
        kind=name,
        response_schema={
            "type": "object",
            "properties": {
                "invoice_number": {"type": "string", "title": "Invoice number", "minLength": 1},
                "total": {"type": "number", "title": "Total", "minimum": 0},
                "urgent": {"type": "boolean", "title": "Urgent"},
            },
            "required": ["invoice_number", "total"],
            "additionalProperties": False,
        },
        instructions="Read the fields exactly as they are printed.",
    )
    answers: tuple[Any, ...] = (
        {"invoice_number": "A-1", "total": 12.5},
        {"invoice_number": "B", "total": 0, "urgent": True},
    )
    wrong_answers: tuple[Any, ...] = (
        {},
        {"invoice_number": "A-1"},
        {"invoice_number": "A-1", "total": "12"},
        {"invoice_number": "A-1", "total": -1},
        {"invoice_number": "A-1", "total": 1, "extra": 1},
        {"invoice_number": "", "total": 1},
        [],
        "A-1",
        None,
    )

    def define(self, classes: list[LabelClass], schema: dict[str, Any]) -> list[Problem]:
        found = super().define(classes, schema)
        if not found and (schema.get("type") != "object" or not isinstance(schema.get("properties"), dict)):
            message = 'The schema must have "type": "object" and "properties": one for each entity.'
            found = [Problem(path="/response_schema", message=message)]
        if not found and not schema["properties"]:
            found = [Problem(path="/response_schema/properties", message="Name at least one entity.")]
        if not found:
            found = [
                Problem(
                    path="/response_schema/required",
                    message=f"'{name}' is required, but no entity in properties has this name.",
                )
                for name in schema.get("required", [])
                if name not in schema["properties"]
            ]
        return found

    def parse(self, text: str, definition: Definition) -> Any:
        value = super().parse(text, definition)
        if not isinstance(value, dict):
            raise Invalid("The answer is JSON, but not an object.", fix="Answer with one JSON object.")
        return value

    def summarize(self, value: Any, definition: Definition) -> str:
        said = {key: each for key, each in value.items() if each not in (None, "", [], {})}
        return shorten(" · ".join(f"{key}: {_said(each)}" for key, each in said.items()))


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_said(each) for each in value)
    return str(value)
