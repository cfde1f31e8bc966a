"""Finds classes in answers: by id, by name, in any spelling of upper and lower case."""

from __future__ import annotations

from typing import Any

from workbench.features.labels.kinds.answers import storable
from workbench.features.labels.schemas import Definition, LabelClass, Problem
from workbench.kernel.errors import Invalid

QUOTES = "\"'`“”‘’"


def find_class(text: str, definition: Definition) -> str:
    """The id of the class that a text names. Raises `Invalid` listing the classes when it names none."""
    wanted = text.strip()
    known = definition.class_ids
    for spelling in (wanted, wanted.strip(QUOTES).strip(), wanted.rstrip(".").strip(QUOTES).strip()):
        found = known.get(spelling.casefold())
        if found is not None:
            return found
    shown = wanted if len(wanted) <= 60 else wanted[:59] + "…"
    raise Invalid(
        f"“{shown}” is none of the labelset's classes." if wanted else "The answer is empty.",
        fix=f"Answer with one of: {listed(definition)}.",
    )


def class_problem(value: Any, definition: Definition, path: str = "") -> list[Problem]:
    """What keeps a value from being the id of a class."""
    if isinstance(value, str) and value in definition.class_names:
        return []
    broken = storable(value)
    if broken:
        return broken
    what = f"“{value[:60]}”" if isinstance(value, str) else "This"
    return [Problem(path=path, message=f"{what} is no class id; the classes are {listed(definition)}.")]


def class_schema(classes: list[LabelClass]) -> dict[str, Any]:
    """JSON Schema of one class: an `enum` of ids, with names and descriptions in `oneOf`."""
    titled = [
        {"const": each.id, "title": each.name} | ({"description": each.description} if each.description else {})
        for each in classes
    ]
    return {"type": "string", "enum": [each.id for each in classes], "oneOf": titled}


def define_classes(classes: list[LabelClass]) -> list[Problem]:
    """What keeps a list of classes from being one to choose from."""
    return [] if len(classes) >= 2 else [Problem(path="/classes", message="There must be at least two classes.")]


def listed(definition: Definition) -> str:
    """The classes' ids, the first of many."""
    ids = list(definition.class_names)
    return ", ".join(ids[:10]) + (f" … ({len(ids)} in all)" if len(ids) > 10 else "")
