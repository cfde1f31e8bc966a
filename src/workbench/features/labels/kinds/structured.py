"""Any JSON value that fits the labelset's JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.features.labels.kinds.answers import canonical, fits, read_json, schema_problems
from workbench.features.labels.kinds.protocol import shorten
from workbench.features.labels.schemas import Definition, LabelClass, Problem


class Structured:
    """A value is JSON; the target turn is its canonical compact form."""

    name = "structured"
    title = "Structured answer"
    description = "Any JSON value that fits a JSON Schema, such as a list of steps or a score with its reason."
    takes_classes = False
    takes_schema = True
    example = Definition(
        kind=name,
        response_schema={
            "type": "array",
            "items": {"type": "object", "properties": {"step": {"type": "string"}}, "required": ["step"]},
            "minItems": 1,
        },
        instructions="List the steps in the order they are done.",
    )
    answers: tuple[Any, ...] = ([{"step": "Open the lid"}], [{"step": "Wait"}, {"step": "Close it", "minutes": 2}])
    wrong_answers: tuple[Any, ...] = ([], {}, "steps", [{"minutes": 2}], None)

    def define(self, classes: list[LabelClass], schema: dict[str, Any]) -> list[Problem]:
        found = schema_problems(schema)
        if not schema:
            found = [Problem(path="", message="A JSON Schema is needed.")]
        return [Problem(path="/response_schema" + each.path, message=each.message) for each in found]

    def response_schema(self, classes: list[LabelClass], schema: dict[str, Any]) -> dict[str, Any]:
        return schema

    def check(self, value: Any, definition: Definition) -> list[Problem]:
        return fits(value, definition.response_schema)

    def normalize(self, value: Any, definition: Definition) -> Any:
        return value

    def render(self, value: Any, definition: Definition) -> str:
        return canonical(value)

    def parse(self, text: str, definition: Definition) -> Any:
        return read_json(text)

    def migrate(self, value: Any, classes: Mapping[str, str | None]) -> Any | None:
        return value

    def summarize(self, value: Any, definition: Definition) -> str:
        return shorten(canonical(value))
