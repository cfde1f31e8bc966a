"""Pure decisions on labelsets: whether a definition holds, how versions differ, what becomes of older labels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from workbench.features.labels.kinds import kind_of
from workbench.features.labels.kinds.answers import canonical, pointer
from workbench.features.labels.schemas import (
    ClassDifference,
    Definition,
    LabelClass,
    LabelClassIn,
    LabelsetDiff,
    Problem,
)

CLASSES = 1000  # more than anyone can choose from


def name_classes(classes: list[LabelClassIn]) -> list[LabelClass]:
    """The classes with an id each: a given id is kept, a missing one is made from the name."""
    taken = {each.id for each in classes if each.id}
    named = []
    for each in classes:
        class_id = each.id or _free(_slug(each.name), taken)
        taken.add(class_id)
        named.append(LabelClass(id=class_id, name=each.name, description=each.description))
    return named


def definition_problems(definition: Definition) -> list[Problem]:
    """What keeps a definition from being published; paths lead into the labelset version."""
    kind = kind_of(definition.kind)
    found = list(_class_problems(definition.classes))
    if definition.classes and not kind.takes_classes:
        found.append(Problem(path="/classes", message=f"The kind {kind.name} takes no classes."))
    if definition.response_schema and not kind.takes_schema:
        found.append(Problem(path="/response_schema", message=f"The kind {kind.name} takes no response schema."))
    return found or kind.define(definition.classes, definition.response_schema)


def undecided_classes(before: Definition, after: Definition, migration: dict[str, str | None]) -> list[Problem]:
    """Classes that are gone without a word on their labels, and decisions that name classes there are not."""
    found = []
    for gone in before.class_names:
        if gone not in after.class_names and gone not in migration:
            message = f"The class {gone} is gone: say which class takes its labels, or null to make them stale."
            found.append(Problem(path=f"/migration/classes/{gone}", message=message))
    for old, new in migration.items():
        if old not in before.class_names:
            found.append(Problem(path=f"/migration/classes/{old}", message=f"The version before has no class {old}."))
        elif old in after.class_names:
            message = f"The class {old} is still there, so its labels stay."
            found.append(Problem(path=f"/migration/classes/{old}", message=message))
        if new is not None and new not in after.class_names:
            found.append(Problem(path=f"/migration/classes/{old}", message=f"There is no class {new} to move to."))
    return found


def compose(steps: Iterable[dict[str, str | None]]) -> dict[str, str | None]:
    """Several migrations, oldest first, as one."""
    whole: dict[str, str | None] = {}
    for step in steps:
        whole = {old: None if new is None else step.get(new, new) for old, new in whole.items()}
        for old, new in step.items():
            whole.setdefault(old, new)
    return whole


def diff(before: Definition, after: Definition, numbers: tuple[int, int]) -> LabelsetDiff:
    """What changed between two definitions, of the versions with these numbers; classes are matched by id."""
    old, new = {each.id: each for each in before.classes}, {each.id: each for each in after.classes}
    changes = [ClassDifference(id=i, change="removed", before=old[i].name) for i in old if i not in new]
    changes += [ClassDifference(id=i, change="added", after=new[i].name) for i in new if i not in old]
    for i in [i for i in old if i in new]:
        if old[i].name != new[i].name:
            changes.append(ClassDifference(id=i, change="renamed", before=old[i].name, after=new[i].name))
        if old[i].description != new[i].description:
            changes.append(
                ClassDifference(id=i, change="described", before=old[i].description, after=new[i].description)
            )
    kept_before, kept_after = [i for i in old if i in new], [i for i in new if i in old]
    changes += [
        ClassDifference(id=b, change="moved", before=str(kept_before.index(b) + 1), after=str(kept_after.index(b) + 1))
        for b, a in zip(kept_before, kept_after, strict=True)
        if b != a
    ]
    return LabelsetDiff(
        before=numbers[0],
        after=numbers[1],
        classes=changes,
        schema_changes=list(_changed_places(before.response_schema, after.response_schema, "")),
        instructions_changed=before.instructions != after.instructions,
    )


def too_many_classes(classes: list[LabelClass]) -> list[Problem]:
    """The problem of having more classes than `CLASSES`."""
    message = f"There are {len(classes)} classes; {CLASSES} is the most."
    return [Problem(path="/classes", message=message)] if len(classes) > CLASSES else []


def _class_problems(classes: list[LabelClass]) -> Iterable[Problem]:
    seen: dict[str, str] = {}
    for i, each in enumerate(classes):
        for spelling, what in ((each.id.casefold(), "id"), (each.name.casefold(), "name")):
            owner = seen.setdefault(spelling, each.id)
            if owner != each.id or (what == "id" and any(other.id == each.id for other in classes[:i])):
                message = f"“{each.name if what == 'name' else each.id}” already means the class {owner}."
                yield Problem(path=f"/classes/{i}/{what}", message=message)


def _changed_places(before: Any, after: Any, at: str) -> Iterable[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            here = at + pointer([key])
            if key not in before:
                yield f"{here} added"
            elif key not in after:
                yield f"{here} removed"
            else:
                yield from _changed_places(before[key], after[key], here)
    elif canonical(before) != canonical(after):
        yield f"{at or '/'} changed"


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:50] or "class"


def _free(slug: str, taken: set[str | None] | set[str]) -> str:
    candidate, n = slug, 2
    while candidate in taken:
        candidate, n = f"{slug}_{n}", n + 1
    return candidate
