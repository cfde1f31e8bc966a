"""Files become managed Delta tables: streamed, typed, and committed at once or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from workbench.backends.lakehouse.csv_files import CsvFile
from workbench.backends.lakehouse.delta_writes import Imported, ImportMode, Rows, Watch, write_delta
from workbench.backends.lakehouse.json_files import JsonLinesFile
from workbench.backends.lakehouse.parquet_files import ParquetFile
from workbench.backends.lakehouse.spark_types import storable_schema
from workbench.backends.lakehouse.tables import open_table, version_of
from workbench.kernel.errors import Conflict, Invalid

FileFormat = Literal["csv", "jsonl", "parquet"]


class SourceFile(Protocol):
    """A file from outside that was found good when it was opened."""

    @property
    def schema(self) -> pa.Schema: ...

    @property
    def rows(self) -> int: ...

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]: ...


_OPENERS: Mapping[str, Callable[[Path], SourceFile]] = {
    "csv": CsvFile.open,
    "jsonl": JsonLinesFile.open,
    "parquet": ParquetFile.open,
}


def open_source(path: Path, file_format: str) -> SourceFile:
    """Read the file through and find its types. Raises `Invalid` naming what is wrong and where."""
    if file_format not in _OPENERS:
        raise Invalid(
            f"{file_format!r} is not a file format.", field="format", fix=f"Choose one of {', '.join(_OPENERS)}."
        )
    return _OPENERS[file_format](path)


@dataclass(frozen=True, slots=True)
class NumberedFile:
    """A file whose rows get a number each, in a column of their own: a key for data that brings none.

    `behind` is the version of the table whose numbers they go on from, if any.
    """

    source: SourceFile
    column: str
    first: int
    behind: int | None

    @property
    def schema(self) -> pa.Schema:
        """The number comes first."""
        return pa.schema([pa.field(self.column, pa.int64()), *self.source.schema])

    @property
    def rows(self) -> int:
        """As many as the file has."""
        return self.source.rows

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The columns of `schema`, numbered in the file's order."""
        kept = pa.schema([field for field in schema if field.name != self.column])
        number = self.first
        for batch in self.source.batches(kept):
            numbers = pa.array(range(number, number + batch.num_rows), schema.field(self.column).type)
            columns = [numbers if field.name == self.column else batch.column(field.name) for field in schema]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)
            number += batch.num_rows


def _numbered(source: SourceFile, column: str, table: Path, mode: ImportMode) -> NumberedFile:
    if column.lower() in (name.lower() for name in source.schema.names):
        raise Invalid(f"The file has a column {column!r} already.", field="number_column", fix="Choose another name.")
    storable_schema(pa.schema([(column, pa.int64())]))
    if mode != "append" or not (table / "_delta_log").is_dir():
        return NumberedFile(source, column, 1, None)
    existing = open_table(table, table.name)
    if column not in existing.schema.names or not pa.types.is_int64(existing.schema.field(column).type):
        raise Invalid(f"The table has no column {column!r} of whole numbers to go on with.", field="number_column")
    highest = max((pc.max(batch.column(0)).as_py() or 0 for batch in existing.reader([column])), default=0)
    return NumberedFile(source, column, highest + 1, version_of(existing.pin))


def import_file(
    path: Path,
    file_format: str,
    table: Path,
    mode: ImportMode,
    watch: Watch | None = None,
    number_column: str | None = None,
) -> Imported:
    """Write the file as the Delta table in the folder `table`. On failure the table is as it was before."""
    watch = watch or Watch()
    source, behind = open_source(path, file_format), None
    if number_column is not None:
        source = _numbered(source, number_column, table, mode)
        behind = source.behind
    if mode != "create" and not (table / "_delta_log").is_dir():
        raise Conflict(
            f"{table.name} is not a Delta table, so rows cannot be written to it.", fix="Create a new table."
        )
    schema = _fitting(source.schema, table) if mode == "append" else source.schema
    return write_delta(table, Rows(source.rows, schema, source.batches(schema)), mode, watch, behind)


def _fitting(incoming: pa.Schema, table: Path) -> pa.Schema:
    """The incoming columns with the table's types. Raises `Invalid` naming columns the table does not have."""
    existing = {field.name: field for field in open_table(table, table.name).schema}
    if unknown := [name for name in incoming.names if name not in existing]:
        raise Invalid(
            f"The table has no column {', '.join(map(repr, unknown))}.",
            field=unknown[0],
            fix=f"Its columns are {', '.join(map(repr, existing))}.",
        )
    return pa.schema([existing[name] for name in incoming.names])
