"""Wire shapes of sheets: what a sheet points at, its versions, its items."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, field_validator, model_validator

from workbench.kernel.schema import Change, Schema
from workbench.kernel.vocabulary import AssetState, Classification

ITEM_REF = "item_ref"  # the name of the first column of every item
_ALIAS = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


class TableJoin(Schema):
    """Which columns must be equal: `left` of the primary table, `right` of the secondary one, in the same order."""

    left: list[str] = Field(min_length=1, max_length=8)
    right: list[str] = Field(min_length=1, max_length=8)

    @model_validator(mode="after")
    def _same_length(self) -> Self:
        if len(self.left) != len(self.right):
            raise ValueError("left and right need the same number of columns")
        return self


class VolumeJoin(Schema):
    """Which files belong to an item: those whose path in the volume matches `pattern` with the item's `key` put in.

    `{key}.*` joins by file stem, `{key}_test.jpg` by a part of the name, `scans/*/{key}.pdf` in folders. With the
    pattern `{key}` the column itself holds the path, in the volume or as `/Volumes/catalog/schema/volume/path`.
    """

    key: str = Field(min_length=1)
    pattern: str = Field("{key}.*", min_length=1, max_length=500)

    @field_validator("pattern")
    @classmethod
    def _names_key(cls, value: str) -> str:
        if "{key}" not in value:
            raise ValueError("the pattern must contain {key}, for example {key}.*")
        return value


class _Source(Schema):
    name: str = Field(description="Full name: catalog.schema.table or catalog.schema.volume.")
    alias: str = Field(description="What items, templates and filters call it.")
    many: bool = Field(False, description="Whether an item may have several; they nest as a list.")

    @field_validator("name")
    @classmethod
    def _lower(cls, value: str) -> str:
        return value.strip().lower()

    @field_validator("alias")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if not _ALIAS.fullmatch(value) or value.lower() == ITEM_REF:
            raise ValueError("an alias is letters, digits and _, begins with a letter, and is not item_ref")
        return value


class TableSource(_Source):
    """A second table: its row becomes one field of the item, or its rows a list when `many`."""

    kind: Literal["table"] = "table"
    join: TableJoin
    columns: list[str] | None = Field(None, description="Columns to take; all when absent.")


class VolumeSource(_Source):
    """Files of a volume: the path becomes one field of the item, or the paths a list when `many`."""

    kind: Literal["volume"] = "volume"
    join: VolumeJoin


SecondarySource = Annotated[TableSource | VolumeSource, Field(discriminator="kind")]


class Sample(Schema):
    """Which of the matching items belong to the sheet: all, the first as stored, or a random choice fixed by its seed.

    A larger random sample with the same seed contains the smaller one.
    """

    kind: Literal["all", "first", "random"] = "all"
    size: int | None = Field(None, ge=1)
    seed: int = Field(0, ge=0, le=2**31 - 1)

    @model_validator(mode="after")
    def _sized(self) -> Self:
        if (self.kind == "all") != (self.size is None):
            raise ValueError("a first or random sample needs a size, and all items have none")
        return self


class SheetDefinition(Schema):
    """What a sheet points at. One row of the primary table is one item; joins never multiply items."""

    primary_table: str
    item_key: list[str] = Field(
        min_length=1, max_length=8, description="Columns that name an item: unique, never null."
    )
    columns: list[str] | None = Field(None, description="Columns of the primary table to take; all when absent.")
    secondary_sources: list[SecondarySource] = Field(default_factory=list, max_length=20)
    filter: str | None = Field(None, description="One boolean expression over the sheet's columns.")
    sample: Sample = Field(default_factory=Sample)

    @field_validator("primary_table")
    @classmethod
    def _lower(cls, value: str) -> str:
        return value.strip().lower()

    @field_validator("filter")
    @classmethod
    def _blank_is_none(cls, value: str | None) -> str | None:
        return value.strip() or None if value else None

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        aliases = [source.alias.lower() for source in self.secondary_sources]
        if len(set(aliases)) < len(aliases):
            raise ValueError("two secondary sources have the same alias")
        if len(set(self.item_key)) < len(self.item_key):
            raise ValueError("item_key names a column twice")
        return self


class ItemField(Schema):
    """One field of a sheet's items: a plain `value`, a `file` of a volume, or a `struct` from a secondary table.

    `type` is in Spark's spelling. `source` names where it comes from, for tags: `main.med.invoices#patient_name`, or a
    volume. `many` means that an item holds a list of it. `fields` are those of a struct, named `alias.field`.
    """

    name: str
    kind: Literal["value", "file", "struct"]
    type: str
    many: bool = False
    source: str
    fields: list[ItemField] = Field(default_factory=list)


# --- sheets and versions --------------------------------------------------------------------------------------------

SheetName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*$")
]
Description = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$")]


class NewSheet(Schema):
    """A sheet to make; its definition becomes draft 1."""

    name: SheetName
    description: Description = ""
    definition: SheetDefinition


class SheetChange(Change):
    """A new name or description; what is left out stays."""

    name: SheetName | None = None
    description: Description | None = None


class DraftChange(Change):
    """The definition that the sheet's draft shall have; without a draft it becomes the next one."""

    definition: SheetDefinition


class DuplicateSheet(Schema):
    """The name of the copy, and the version to copy: the draft, or else the newest, when absent."""

    name: SheetName
    number: int | None = None


class Sheet(Schema):
    """A named pointer to source data. Its definition lives in versions, at most one of which is a draft.

    `version` counts every change, for `Change` bodies; `published` is the number of its newest published version,
    `draft` of its draft.
    """

    id: UUID
    name: str
    description: str
    state: AssetState
    primary_table: str
    draft: int | None
    published: int | None
    item_count: int | None
    created_by_name: str
    created_at: datetime
    changed_at: datetime
    version: int


class SheetVersion(Schema):
    """One version of a sheet. Published, it never changes; `fields` are those of its items.

    `space_id` names the item space: items of equal `item_ref` in it are the same item in every sheet.
    `item_count` is the number of items at publication.
    """

    id: UUID
    sheet_id: UUID
    number: int
    state: AssetState
    definition: SheetDefinition
    fields: list[ItemField]
    space_id: UUID
    item_count: int | None
    created_by_name: str
    created_at: datetime
    published_by_name: str | None
    published_at: datetime | None


class Difference(Schema):
    """One place in which two versions differ: the path in the definition, and both values (null: absent)."""

    path: str
    before: Any
    after: Any


# --- items ----------------------------------------------------------------------------------------------------------


class Item(Schema):
    """One item: its name and its fields. Values of withheld fields are absent."""

    item_ref: str
    fields: dict[str, Any]


class Withheld(Schema):
    """A field whose content is more sensitive than the actor may see."""

    field: str
    classification: Classification
    reason: str


class ItemPage(Schema):
    """Items of a sheet in its order. `start` counts items before the first; `total` is null when it was not asked."""

    fields: list[ItemField]
    items: list[Item]
    withheld: list[Withheld]
    start: int
    total: int | None = None


class AskItems(Schema):
    """Items to read by name, at most 1,000; unknown ones are left out of the answer."""

    item_refs: list[str] = Field(min_length=1, max_length=1000)


class PreviewDefinition(Schema):
    """A definition to try without saving it."""

    definition: SheetDefinition
    start: int = Field(0, ge=0)
    limit: int = Field(20, ge=1, le=200)


class MissingSource(Schema):
    """How many items have nothing from a secondary source, and the first of them."""

    alias: str
    count: int
    examples: list[str]


class SheetCheck(Schema):
    """What checking a definition against its data found: number of items, and items that lack a source.

    `problem` says why the sheet cannot be published; null when it can.
    """

    item_count: int
    missing: list[MissingSource]
    problem: str | None
    offenders: list[dict[str, Any]] = []


class FileInfo(Schema):
    """One file of an item: what it is, and the number of pages of a document (null for other files)."""

    name: str
    media_type: str
    size_bytes: int
    pages: int | None = None
