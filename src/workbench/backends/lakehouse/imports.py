"""Files become managed Delta tables: streamed, typed, and committed at once or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol
from uuid import uuid4

import deltalake
import pyarrow as pa
from deltalake.exceptions import DeltaError

from workbench.backends.lakehouse.csv_files import CsvFile
from workbench.backends.lakehouse.json_files import JsonLinesFile
from workbench.backends.lakehouse.parquet_files import ParquetFile
from workbench.backends.volumes import FilePattern, FileStat, Volume
from workbench.kernel.errors import Conflict, Invalid

FileFormat = Literal["csv", "jsonl", "parquet"]
ImportMode = Literal["create", "append", "overwrite"]

# Small row groups let one item be found without decoding a million rows around it.
_WRITER = deltalake.WriterProperties(compression="ZSTD", max_row_group_size=65_536)
_FILE = 128 << 20
_MARK = "workbench.import"


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


def import_file(path: Path, file_format: str, table: Path, mode: ImportMode, watch: Watch | None = None) -> Imported:
    """Write the file as the Delta table in the folder `table`. On failure the table is as it was before."""
    watch = watch or Watch()
    source = open_source(path, file_format)
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

    reader = pa.RecordBatchReader.from_batches(schema, pull())
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


LISTING = pa.schema(
    [
        ("path", pa.string()), ("name", pa.string()), ("stem", pa.string()), ("suffix", pa.string()),
        ("size_bytes", pa.int64()), ("modified_at", pa.timestamp("us", "UTC")),
    ]
)  # fmt: skip


def listing_schema(pattern: FilePattern) -> pa.Schema:
    """The columns of a table made from files: `LISTING`, and `key` when the pattern names one."""
    return LISTING.append(pa.field("key", pa.string())) if pattern.names_key else LISTING


def listing_batches(volume: Volume, pattern: FilePattern) -> Iterator[pa.RecordBatch]:
    """One row per file that matches, in order of path."""
    schema = listing_schema(pattern)
    rows: list[dict[str, object]] = []
    for file in volume.files():
        if pattern.matches(file.path):
            rows.append(_listed(file, pattern))
        if len(rows) == 10_000:
            yield pa.RecordBatch.from_pylist(rows, schema=schema)
            rows = []
    yield pa.RecordBatch.from_pylist(rows, schema=schema)


def _listed(file: FileStat, pattern: FilePattern) -> dict[str, object]:
    name = Path(file.path)
    return {
        "path": file.path,
        "name": name.name,
        "stem": name.stem,
        "suffix": name.suffix,
        "size_bytes": file.size_bytes,
        "modified_at": datetime.fromtimestamp(file.modified_ns // 1000 / 1e6, UTC),
        "key": pattern.key(file.path),
    }
