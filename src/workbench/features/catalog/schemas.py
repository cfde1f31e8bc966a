"""Wire shapes of the catalog, with Unity Catalog's names where it has them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from workbench.kernel.schema import Schema
from workbench.kernel.vocabulary import Classification


class Described(Schema):
    """What people said of a source. `comment_version` is 0 while nobody did; `tags` are its own."""

    comment: str = ""
    comment_version: int = 0
    tags: dict[str, str] = {}


class Catalog(Described):
    """A catalog of the workspace. Times in milliseconds since 1970 UTC."""

    name: str
    created_at: int
    updated_at: int


class CatalogSchema(Described):
    """A schema of a catalog."""

    name: str
    catalog_name: str
    full_name: str
    created_at: int
    updated_at: int


class TableSummary(Described):
    """A table in a list."""

    name: str
    full_name: str


class VolumeSummary(Described):
    """A volume in a list."""

    name: str
    full_name: str


class TableColumn(Described):
    """A column. `type_json` is the whole Spark field as JSON text; `inherited_tags` are all tags in force on it."""

    name: str
    type_name: str
    type_text: str
    type_json: str
    position: int
    nullable: bool
    inherited_tags: dict[str, str]
    classification: Classification


class CatalogTable(TableSummary):
    """A table with its columns. `pin` names the state that was read; `row_count` belongs to it."""

    catalog_name: str
    schema_name: str
    table_id: str
    table_type: str
    data_source_format: str
    storage_location: str
    created_at: int
    updated_at: int
    columns: list[TableColumn]
    inherited_tags: dict[str, str]
    classification: Classification
    row_count: int
    pin: str


class CatalogVolume(VolumeSummary):
    """A volume with where it lies."""

    catalog_name: str
    schema_name: str
    volume_id: str
    volume_type: str
    storage_location: str
    created_at: int
    updated_at: int
    inherited_tags: dict[str, str]
    classification: Classification


class WithheldColumn(Schema):
    """A column whose content is more sensitive than the actor may see."""

    column: str
    classification: Classification
    reason: str


class TableRows(Schema):
    """Rows of a table in stored order, `start` of them before the first. Values of withheld columns are absent."""

    columns: list[str]
    rows: list[dict[str, Any]]
    withheld: list[WithheldColumn]
    start: int
    row_count: int


class VolumeEntry(Schema):
    """A name in a folder of a volume: a folder, or a file with its size, time (ms since 1970 UTC) and media type."""

    path: str
    name: str
    is_folder: bool
    size_bytes: int | None = None
    modified_at: int | None = None
    media_type: str | None = None
    has_picture: bool = False


class NewCatalog(Schema):
    """A catalog to make."""

    name: str
    comment: str = Field("", max_length=10_000)


class NewCatalogSchema(Schema):
    """A schema to make in a catalog."""

    catalog_name: str
    name: str
    comment: str = Field("", max_length=10_000)


class NewVolume(Schema):
    """A volume to make, by its full name."""

    full_name: str
    comment: str = Field("", max_length=10_000)


class CommentChange(Schema):
    """What a catalog, schema, table, volume or column (`catalog.schema.table#column`) is said to be.

    `version` is the one the editor saw, 0 when there was none.
    """

    source: str = Field(max_length=400)
    comment: str = Field(max_length=10_000)
    version: int = 0

    @field_validator("comment")
    @classmethod
    def _is_text(cls, value: str) -> str:
        if "\0" in value:
            raise ValueError("a comment is text")
        return value.strip()


class SourceComment(Schema):
    """The comment on a source; `version` counts its changes."""

    source: str
    comment: str
    version: int
    changed_by_name: str


class TableFromVolume(Schema):
    """A table to make with one row per file: path, name, stem, suffix, size_bytes, modified_at, and `key` where the
    pattern names `{key}`."""

    volume: str
    pattern: str = "**/*"
    full_name: str


class MadeTable(Schema):
    """A table that was made, and its rows."""

    full_name: str
    rows: int


UploadFormat = Literal["csv", "jsonl", "parquet"]
UploadMode = Literal["create", "append", "overwrite"]
