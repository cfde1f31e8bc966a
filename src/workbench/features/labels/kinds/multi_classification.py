"""Any number of the labelset's classes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from workbench.features.labels.kinds.answers import NotJson, canonical, read_json, strip_fences
from workbench.features.labels.kinds.classes import class_problem, class_schema, define_classes, find_class
from workbench.features.labels.kinds.protocol import shorten
from workbench.features.labels.schemas import Definition, LabelClass, Problem
from workbench.kernel.errors import Invalid

BOUNDS = ("minItems", "maxItems")


class MultiClassification:
    """A value is a list of class ids in the order of the classes; the target turn is a JSON list of their names."""

    name = "multi_classification"
    title = "Several classes"
    description = "Any number of classes, such as the topics of a message. The schema may set minItems and maxItems."
    takes_classes = True
    takes_schema = True
    example = Definition(
        kind=name,
        classes=[
            LabelClass(id="billing", name="Billing"),
            LabelClass(id="delivery", name="Delivery"),
            LabelClass(id="praise", name="Praise"),
        ],
        response_schema={"maxItems": 2},
        instructions="Choose every topic that is mentioned.",
    )
    answers: tuple[Any, ...] = ([], ["billing"], ["billing", "praise"])
    wrong_answers: tuple[Any, ...] = (
        "billing",
        None,
        {},
        ["unheard-of"],
        ["billing", "billing"],
        ["billing", "delivery", "praise"],
        [1],
    )

    def define(self, classes: list[LabelClass], schema: dict[str, Any]) -> list[Problem]:
        found = define_classes(classes)
        for key, bound in schema.items():
            at = f"/response_schema/{key}"
            if key not in BOUNDS:
                found.append(Problem(path=at, message="Only minItems and maxItems may be set for this kind."))
            elif not isinstance(bound, int) or isinstance(bound, bool) or not 0 <= bound <= len(classes):
                found.append(Problem(path=at, message=f"Must be a whole number from 0 to {len(classes)}."))
        if not found and schema.get("minItems", 0) > schema.get("maxItems", len(classes)):
            found.append(Problem(path="/response_schema/minItems", message="minItems is larger than maxItems."))
        return found

    def response_schema(self, classes: list[LabelClass], schema: dict[str, Any]) -> dict[str, Any]:
        bounds = {key: schema[key] for key in BOUNDS if key in schema}
        return {"type": "array", "items": class_schema(classes), "uniqueItems": True} | bounds

    def check(self, value: Any, definition: Definition) -> list[Problem]:
        if not isinstance(value, list):
            return [Problem(path="", message="Must be a list of class ids.")]
        found = [problem for i, each in enumerate(value) for problem in class_problem(each, definition, f"/{i}")]
        if found:
            return found
        if len(set(value)) < len(value):
            found.append(Problem(path="", message="A class is chosen twice."))
        least = definition.response_schema.get("minItems", 0)
        most = definition.response_schema.get("maxItems", len(definition.classes))
        if len(value) < least:
            found.append(Problem(path="", message=f"Choose at least {least}."))
        if len(value) > most:
            found.append(Problem(path="", message=f"Choose at most {most}."))
        return found

    def normalize(self, value: Any, definition: Definition) -> Any:
        chosen = set(value)
        return [each for each in definition.class_names if each in chosen]

    def render(self, value: Any, definition: Definition) -> str:
        return canonical([definition.class_names.get(each, each) for each in value])

    def parse(self, text: str, definition: Definition) -> Any:
        try:
            value = read_json(text)
        except NotJson:
            value = [part for part in re.split(r"[,;\n]", strip_fences(text)) if part.strip()]
        if isinstance(value, dict) and len(value) == 1:
            value = next(iter(value.values()))
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise Invalid("The answer is not a list of classes.", fix='Answer with a JSON list such as ["billing"].')
        return self.normalize([find_class(each, definition) for each in value], definition)

    def migrate(self, value: Any, classes: Mapping[str, str | None]) -> Any | None:
        moved = [classes.get(each, each) for each in value]
        return None if None in moved else list(dict.fromkeys(moved))

    def summarize(self, value: Any, definition: Definition) -> str:
        return shorten(", ".join(definition.class_names.get(each, each) for each in value) or "none")
