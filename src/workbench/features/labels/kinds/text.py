"""Free text: an answer, a summary, a generated passage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.features.labels.kinds.answers import fits, schema_problems
from workbench.features.labels.kinds.protocol import shorten
from workbench.features.labels.schemas import Definition, LabelClass, Problem
from workbench.kernel.errors import Invalid

BOUNDS = ("minLength", "maxLength", "pattern")


class Text:
    """A value is text that says something; the target turn is the text itself."""

    name = "text"
    title = "Text"
    description = "Free text, such as an answer to a question. The schema may set minLength, maxLength and pattern."
    takes_classes = False
    takes_schema = True
    example = Definition(
        kind=name, response_schema={"maxLength": 400}, instructions="Answer in one or two complete sentences."
    )
    answers: tuple[Any, ...] = ("It opens at nine.", "Sí — 12 ≥ 9.", "first line\nsecond line")
    wrong_answers: tuple[Any, ...] = ("", "  \n", None, 7, ["It opens at nine."], "x" * 401)

    def define(self, classes: list[LabelClass], schema: dict[str, Any]) -> list[Problem]:
        found = schema_problems(schema)
        for key in schema:
            if key not in BOUNDS and not (key == "type" and schema[key] == "string"):
                found.append(Problem(path=f"/{key}", message=f"Only {', '.join(BOUNDS)} may be set for this kind."))
        return [Problem(path="/response_schema" + each.path, message=each.message) for each in found]

    def response_schema(self, classes: list[LabelClass], schema: dict[str, Any]) -> dict[str, Any]:
        return {"type": "string", "minLength": 1} | schema

    def check(self, value: Any, definition: Definition) -> list[Problem]:
        if not isinstance(value, str):
            return [Problem(path="", message="Must be text.")]
        if not value.strip():
            return [Problem(path="", message="The text is empty.")]
        return fits(value, definition.response_schema)

    def normalize(self, value: Any, definition: Definition) -> Any:
        return value

    def render(self, value: Any, definition: Definition) -> str:
        return str(value)

    def parse(self, text: str, definition: Definition) -> Any:
        if not text.strip():
            raise Invalid("The answer is empty.", fix="Answer with the text itself.")
        return text

    def migrate(self, value: Any, classes: Mapping[str, str | None]) -> Any | None:
        return value

    def summarize(self, value: Any, definition: Definition) -> str:
        return shorten(value)
