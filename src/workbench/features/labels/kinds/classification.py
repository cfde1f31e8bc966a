"""Exactly one of the labelset's classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from workbench.features.labels.kinds.answers import strip_fences
from workbench.features.labels.kinds.classes import class_problem, class_schema, define_classes, find_class
from workbench.features.labels.kinds.protocol import shorten
from workbench.features.labels.schemas import Definition, LabelClass, Problem
from workbench.kernel.errors import Invalid


class Classification:
    """A value is the id of one class; the target turn is the class's name."""

    name = "classification"
    title = "Classification"
    description = "One of a list of classes, such as the defect on a board."
    takes_classes = True
    takes_schema = False
    example = Definition(
        kind=name,
        classes=[LabelClass(id="scratch", name="Scratch"), LabelClass(id="none", name="No defect")],
        instructions="Choose what you see first.",
    )
    answers: tuple[Any, ...] = ("scratch", "none")
    wrong_answers: tuple[Any, ...] = ("Scratch mark", "", None, 3, ["scratch"], {"class": "scratch"})

    def define(self, classes: list[LabelClass], schema: dict[str, Any]) -> list[Problem]:
        return define_classes(classes)

    def response_schema(self, classes: list[LabelClass], schema: dict[str, Any]) -> dict[str, Any]:
        return class_schema(classes)

    def check(self, value: Any, definition: Definition) -> list[Problem]:
        return class_problem(value, definition)

    def normalize(self, value: Any, definition: Definition) -> Any:
        return value

    def render(self, value: Any, definition: Definition) -> str:
        return definition.class_names.get(value) or str(value)

    def parse(self, text: str, definition: Definition) -> Any:
        body = strip_fences(text)
        try:
            return find_class(body, definition)
        except Invalid:
            named = _only_string(body)
            if named is None:
                raise
            return find_class(named, definition)

    def migrate(self, value: Any, classes: Mapping[str, str | None]) -> Any | None:
        return classes.get(value, value)

    def summarize(self, value: Any, definition: Definition) -> str:
        return shorten(self.render(value, definition))


def _only_string(body: str) -> str | None:
    """The class in an object with a single text, such as {"class": "scratch"}, as models answer to a schema."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    return value if isinstance(value, str) else None
