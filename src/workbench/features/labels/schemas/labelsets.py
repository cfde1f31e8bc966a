"""Wire shapes of labelsets: their classes, versions, migrations and differences."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Annotated, Any
from uuid import UUID

from pydantic import StringConstraints

from workbench.kernel.schema import Change, Schema
from workbench.kernel.vocabulary import AssetState

ClassId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
LabelType = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,99}$")]
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]


class Problem(Schema):
    """One thing wrong with an answer or a definition: where (a JSON Pointer, empty for the whole) and what."""

    path: str
    message: str


class LabelClass(Schema):
    """One class of a labelset. Labels hold the `id`, which never changes; the `name` may."""

    id: ClassId
    name: Name
    description: Text = ""


class LabelClassIn(Schema):
    """A class as it is written down; without an `id`, one is made from the name."""

    id: ClassId | None = None
    name: Name
    description: Text = ""


class Definition(Schema):
    """What an answer may be: the kind, and the classes or the JSON Schema that the kind takes."""

    kind: str
    classes: list[LabelClass] = []
    response_schema: dict[str, Any] = {}
    instructions: Text = ""

    @cached_property
    def class_names(self) -> dict[str, str]:
        """The name of each class, by id, in the order of the classes."""
        return {each.id: each.name for each in self.classes}

    @cached_property
    def class_ids(self) -> dict[str, str]:
        """The id of each class, by its id and by its name, both case-folded."""
        by_name = {each.name.casefold(): each.id for each in self.classes}
        return by_name | {each.id.casefold(): each.id for each in self.classes}


class Migration(Schema):
    """What becomes of labels made under the version before: each class that is gone maps to the one that takes its
    labels, or to null, which makes those labels stale."""

    classes: dict[str, str | None] = {}


class LabelsetVersion(Definition):
    """One version of a labelset. `answer_schema` is the JSON Schema of a whole answer, ready for a form or a model.

    `migrations` says, for each older version by its id, what becomes of the classes that are gone since. `problems` are
    what still keeps a draft from being published.
    """

    id: UUID
    labelset_id: UUID
    label_type: str
    number: int
    state: AssetState
    migration: Migration = Migration()
    migrations: dict[UUID, dict[str, str | None]] = {}
    answer_schema: dict[str, Any] = {}
    problems: list[Problem] = []
    created_by_name: str
    created_at: datetime
    published_at: datetime | None
    version: int


class Labelset(Schema):
    """A label type's kind and name. `published` is the number of its newest published version, `draft` of its draft;
    `labels` counts the canonical labels that are answered or unlabelable."""

    id: UUID
    label_type: str
    kind: str
    name: str
    description: str
    archived: bool
    published: int | None
    draft: int | None
    labels: int
    created_by_name: str
    created_at: datetime
    changed_at: datetime
    version: int


class LabelsetIn(Schema):
    """A new labelset; its first version is a draft with this definition."""

    label_type: LabelType
    kind: str
    name: Name
    description: Text = ""
    classes: list[LabelClassIn] = []
    response_schema: dict[str, Any] = {}
    instructions: Text = ""


class LabelsetChange(Change):
    """New name or description; what is left out stays."""

    name: Name | None = None
    description: Text | None = None


class LabelsetCopy(Schema):
    """Name and label type of a duplicate."""

    label_type: LabelType
    name: Name


class LabelsetDraftChange(Change):
    """New content of a draft version; what is left out stays. `migration` maps classes of the published version."""

    classes: list[LabelClassIn] | None = None
    response_schema: dict[str, Any] | None = None
    instructions: Text | None = None
    migration: Migration | None = None


class ClassDifference(Schema):
    """What happened to one class between two versions: added, removed, renamed, described or moved."""

    id: str
    change: str
    before: str | None = None
    after: str | None = None


class LabelsetDiff(Schema):
    """What changed from version `before` to version `after`. `schema_changes` name places in the response schema."""

    before: int
    after: int
    classes: list[ClassDifference]
    schema_changes: list[str]
    instructions_changed: bool


class VersionUse(Schema):
    """How many canonical labels were last answered under one version."""

    number: int
    labels: int


class ClassUse(Schema):
    """How many canonical labels hold one class."""

    id: str
    name: str
    labels: int


class LabelsetUsage(Schema):
    """Where a labelset stands: labels by verdict, by version and, for kinds with classes, by class."""

    answered: int
    unlabelable: int
    retracted: int
    item_spaces: int
    versions: list[VersionUse]
    classes: list[ClassUse]


class LabelKind(Schema):
    """A kind of answer: what it takes to define one, and an example definition to begin with."""

    name: str
    title: str
    description: str
    takes_classes: bool
    takes_schema: bool
    example: Definition
