"""Files become managed Delta tables: streamed, typed, and committed at once or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol
from uuid import uuid4

import deltalake
import pyarrow as pa
import pyarrow.compute as pc
from deltalake.exceptions import DeltaError

from workbench.backends.lakehouse.csv_files import CsvFile
from workbench.backends.lakehouse.json_files import JsonLinesFile
from workbench.backends.lakehouse.parquet_files import ParquetFile
from workbench.backends.lakehouse.spark_types import storable_schema
from workbench.kernel.errors import Conflict, Invalid

FileFormat = Literal["csv", "jsonl", "parquet"]
ImportMode = Literal["create", "append", "overwrite"]

# Small row groups let one item be found without decoding a million rows around it.
_WRITER = deltalake.WriterProperties(compression="ZSTD", max_row_group_size=16_384)
_FILE = 128 << 20
_MARK = "workbench.import"
# The writer deals batches out to as many threads as there are cores, and takes them back as they come: only within a
# batch do rows keep their order. So what fits into this many bytes is given to it as one.
_IN_ORDER = 128 << 20


class SourceFile(Protocol):
    """A file from outside that was found good when it was opened."""

    @property
    def schema(self) -> pa.Schema: ...

    @property
    def rows(self) -> int: ...

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]: ...


@dataclass(frozen=True, slots=True)
class Watch:
    """Who follows an import: `progress` is told the rows written so far and may raise to stop it, `mark` is kept with
    the commit, so that an import that was killed just after it can be told from one that never happened."""

    mark: str | None = None
    progress: Callable[[int], None] = lambda _rows: None


_OPENERS: Mapping[str, Callable[[Path], SourceFile]] = {
    "csv": CsvFile.open,
    "jsonl": JsonLinesFile.open,
    "parquet": ParquetFile.open,
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: rows written and the table's Delta version after it."""

    rows: int
    version: int


def open_source(path: Path, file_format: str) -> SourceFile:
    """Read the file through and find its types. Raises `Invalid` naming what is wrong and where."""
    if file_format not in _OPENERS:
        raise Invalid(
            f"{file_format!r} is not a file format.", field="format", fix=f"Choose one of {', '.join(_OPENERS)}."
        )
    return _OPENERS[file_format](path)


@dataclass(frozen=True, slots=True)
class NumberedFile:
    """A file whose rows get a number each, in a column of their own: a key for data that brings none."""

    source: SourceFile
    column: str
    first: int

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


def _numbered(source: SourceFile, column: str, table: Path, mode: ImportMode) -> SourceFile:
    if column.lower() in (name.lower() for name in source.schema.names):
        raise Invalid(f"The file has a column {column!r} already.", field="number_column", fix="Choose another name.")
    storable_schema(pa.schema([(column, pa.int64())]))
    first = 1
    if mode == "append" and (table / "_delta_log").is_dir():
        existing = deltalake.DeltaTable(table).to_pyarrow_dataset()
        if column not in existing.schema.names or not pa.types.is_int64(existing.schema.field(column).type):
            raise Invalid(f"The table has no column {column!r} of whole numbers to go on with.", field="number_column")
        first = (
            max((pc.max(batch.column(0)).as_py() or 0 for batch in existing.to_batches(columns=[column])), default=0)
            + 1
        )
    return NumberedFile(source, column, first)


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
    source = open_source(path, file_format)
    if number_column is not None:
        source = _numbered(source, number_column, table, mode)
    if mode == "create":
        return create_delta(table, source.schema, source.batches(source.schema), source.rows, watch)
    if not (table / "_delta_log").is_dir():
        raise Conflict(
            f"{table.name} is not a Delta table, so rows cannot be written to it.", fix="Create a new table."
        )
    target = source.schema if mode == "overwrite" else _fitting(source.schema, table)
    if target != source.schema:
        # A value that does not fit is found before the first byte is written.
        for _ in source.batches(target):
            pass
    _write(table, target, source.batches(target), mode, watch)
    return Imported(source.rows, deltalake.DeltaTable(table).version())


def create_delta(
    table: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch], rows: int, watch: Watch | None = None
) -> Imported:
    """A new Delta table, written beside its place and moved there whole. Raises `Conflict` when the place is taken."""
    watch = watch or Watch()
    staging = table.parent / f".staging-{watch.mark or uuid4().hex}"
    shutil.rmtree(staging, ignore_errors=True)  # of an attempt that was killed
    try:
        _write(staging, schema, batches, "create", watch)
        try:
            staging.rename(table)
        except OSError:
            raise Conflict(
                f"There is a table {table.name!r} already.", field="name", fix="Append, overwrite or rename."
            ) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Imported(rows, 0)


def find_marked(table: Path, mark: str) -> Imported | None:
    """What the import with this mark did to the table; None when it has not happened."""
    if not (table / "_delta_log").is_dir():
        return None
    for commit in deltalake.DeltaTable(table).history(50):
        if commit.get(_MARK) == mark:
            return Imported(int(commit.get("operationMetrics", {}).get("num_added_rows", 0)), int(commit["version"]))
    return None


def _write(table: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch], mode: ImportMode, watch: Watch) -> None:
    failure: list[BaseException] = []

    def pull() -> Iterator[pa.RecordBatch]:
        done = 0
        try:
            for batch in batches:
                yield batch
                done += batch.num_rows
                watch.progress(done)
        except BaseException as error:
            # Through the Arrow C interface only a text would arrive on the other side.
            failure.append(error)
            raise

    reader = pa.RecordBatchReader.from_batches(schema, _as_one(pull(), schema))
    marked = deltalake.CommitProperties(custom_metadata={_MARK: watch.mark}) if watch.mark else None
    try:
        if mode == "overwrite":
            deltalake.write_deltalake(
                table,
                reader,
                mode="overwrite",
                schema_mode="overwrite",
                writer_properties=_WRITER,
                target_file_size=_FILE,
                commit_properties=marked,
            )
        else:
            deltalake.write_deltalake(
                table,
                reader,
                mode="append" if mode == "append" else "error",
                writer_properties=_WRITER,
                target_file_size=_FILE,
                commit_properties=marked,
            )
    except DeltaError as error:
        if failure:
            raise failure[0] from None
        raise Conflict(f"The table could not be written: {str(error)[:300]}", fix="Try again.") from error


def _fitting(incoming: pa.Schema, table: Path) -> pa.Schema:
    """The incoming columns with the table's types. Raises `Invalid` naming columns the table does not have."""
    existing = {field.name: field for field in deltalake.DeltaTable(table).to_pyarrow_dataset().schema}
    if unknown := [name for name in incoming.names if name not in existing]:
        raise Invalid(
            f"The table has no column {', '.join(map(repr, unknown))}.",
            field=unknown[0],
            fix=f"Its columns are {', '.join(map(repr, existing))}.",
        )
    return pa.schema([existing[name] for name in incoming.names])


def _as_one(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The same rows, as one batch when they are few enough for that."""
    waiting, size = list[pa.RecordBatch](), 0
    for batch in batches:
        waiting.append(batch)
        size += batch.nbytes
        if size > _IN_ORDER:
            yield from waiting
            yield from batches
            return
    yield from pa.Table.from_batches(waiting, schema).combine_chunks().to_batches()
