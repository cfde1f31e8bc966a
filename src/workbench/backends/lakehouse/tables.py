"""One table, open for reading at one pin: a Delta table, Parquet files, or one CSV or JSON Lines file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import deltalake
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake.exceptions import DeltaError, TableNotFoundError

from workbench.backends.lakehouse.csv_files import CsvFile
from workbench.backends.lakehouse.json_files import JsonLinesFile
from workbench.kernel.errors import Conflict, Invalid, Unavailable

SUFFIXES = ("", ".parquet", ".csv", ".jsonl")
_BATCH_ROWS = 8_192


class SourceChanged(Conflict):
    """A source can no longer be read as it was when it was pinned."""


class Table(Protocol):
    """Rows at one pin. Batches come in a fixed order; values have only types that a Delta table can hold."""

    pin: str
    format: str
    schema: pa.Schema

    def count(self) -> int:
        """How many rows there are."""
        ...

    def reader(self, columns: Sequence[str] | None = None) -> pa.RecordBatchReader:
        """All rows of the given columns, streamed in bounded memory. Single use."""
        ...

    def matching(self, values: Mapping[str, pa.Array], columns: Sequence[str] | None = None) -> pa.Table:
        """The rows whose columns have one of the given values each, reading as little as the format allows."""
        ...


class DatasetTable:
    """Delta or Parquet, read through a pyarrow dataset."""

    def __init__(self, name: str, pin: str, kind: str, dataset: ds.Dataset) -> None:
        self.name, self.pin, self.format = name, pin, kind
        self._dataset = dataset
        self.schema = dataset.schema

    def count(self) -> int:
        """From the files' footers, without reading rows."""
        with _as_pinned(self.name):
            return int(self._dataset.count_rows())

    def reader(self, columns: Sequence[str] | None = None) -> pa.RecordBatchReader:
        """One thread and little read-ahead keep memory flat; what reads the stream works in parallel."""
        scanner = self._dataset.scanner(
            columns=list(columns) if columns is not None else None,
            batch_size=_BATCH_ROWS,
            batch_readahead=2,
            fragment_readahead=1,
            use_threads=False,
            # Otherwise a whole file is held in memory before its first row is given.
            fragment_scan_options=ds.ParquetFragmentScanOptions(pre_buffer=False, use_buffered_stream=True),
        )
        return _guarded(self.name, scanner.projected_schema, scanner.to_batches())

    def matching(self, values: Mapping[str, pa.Array], columns: Sequence[str] | None = None) -> pa.Table:
        """Statistics choose the files and row groups, their key columns choose again, and only then rows are read."""
        wanted = _one_of(values)
        names = list(columns) if columns is not None else self.schema.names
        with _as_pinned(self.name):
            found = [
                group.to_table(schema=self.schema, columns=names, filter=wanted)
                for fragment in self._dataset.get_fragments(filter=wanted)
                for group in fragment.split_by_row_group(filter=wanted, schema=self.schema)
                if group.scanner(schema=self.schema, filter=wanted).count_rows()
            ]
        empty = pa.schema([self.schema.field(name) for name in names]).empty_table()
        return pa.concat_tables([empty, *found])


class FileTable:
    """One CSV or JSON Lines file, parsed anew on every reading."""

    def __init__(self, name: str, pin: str, kind: str, path: Path, file: CsvFile | JsonLinesFile) -> None:
        self.name, self.pin, self.format = name, pin, kind
        self._path, self._file = path, file
        self.schema = file.schema

    def count(self) -> int:
        """As counted when the file was read through."""
        return self._file.rows

    def reader(self, columns: Sequence[str] | None = None) -> pa.RecordBatchReader:
        """The file, batch by batch."""
        names = list(columns) if columns is not None else self.schema.names
        schema = pa.schema([self.schema.field(name) for name in names])
        return _guarded(self.name, schema, self._file.batches(schema))

    def matching(self, values: Mapping[str, pa.Array], columns: Sequence[str] | None = None) -> pa.Table:
        """Text has no index: every row is read, only the matching ones are kept."""
        names = list(columns) if columns is not None else self.schema.names
        wanted = _one_of(values)
        needed = self.reader(list(dict.fromkeys([*names, *values])))
        found = [pa.Table.from_batches([batch]).filter(wanted).select(names) for batch in needed]
        return pa.concat_tables([pa.schema([self.schema.field(name) for name in names]).empty_table(), *found])


def open_table(path: Path, name: str, pin: str | None = None) -> Table:
    """The table at `path`, at `pin` or as it is now. Raises `SourceChanged` when the pin cannot be read any more."""
    if (path / "_delta_log").is_dir():
        return _open_delta(path, name, pin)
    now = fingerprint(path)
    if pin is not None and pin != now:
        raise _changed(name)
    if path.suffix.lower() in (".csv", ".jsonl"):
        kind = path.suffix.lower()[1:].upper()
        return FileTable(name, now, "JSON" if kind == "JSONL" else kind, path, _parsed(path, now))
    try:
        dataset = ds.dataset(path, format="parquet", exclude_invalid_files=False)
    except (pa.ArrowInvalid, OSError) as error:
        raise Invalid(f"{name} is not a table of Parquet files: {error}", field="name") from None
    return DatasetTable(name, now, "PARQUET", dataset)


def _open_delta(path: Path, name: str, pin: str | None) -> Table:
    version, table_id = _parse_delta_pin(pin, name)
    try:
        delta = deltalake.DeltaTable(path, version=version)
        dataset = delta.to_pyarrow_dataset()
    except (TableNotFoundError, DeltaError) as error:
        if pin is not None:
            raise _changed(name) from error
        raise Unavailable(f"The Delta table {name} cannot be read: {str(error)[:300]}") from error
    # A table dropped and made again counts its versions anew: only its id tells the two apart.
    now = str(delta.metadata().id)
    if table_id is not None and table_id != now:
        raise _changed(name)
    return DatasetTable(name, f"delta:{delta.version()}:{now}", "DELTA", _in_order(dataset, delta))


def _in_order(dataset: ds.FileSystemDataset, delta: deltalake.DeltaTable) -> ds.FileSystemDataset:
    """The files in the order in which they were written, so that appended rows come last; the log has none itself."""
    added = pa.table(delta.get_add_actions(flatten=True))
    written = dict(zip(added.column("path").to_pylist(), added.column("modification_time").to_pylist(), strict=True))
    files = sorted(dataset.get_fragments(), key=lambda file: (written.get(file.path, 0), file.path))
    return ds.FileSystemDataset(files, dataset.schema, dataset.format, dataset.filesystem)


def _parse_delta_pin(pin: str | None, name: str) -> tuple[int | None, str | None]:
    if pin is None:
        return None, None
    kind, _, rest = pin.partition(":")
    version, _, table_id = rest.partition(":")
    if kind != "delta" or not version.isdecimal():
        raise _changed(name)
    return int(version), table_id or None


def fingerprint(path: Path) -> str:
    """`files:` and the hash of every file's name, size and modification time."""
    files = sorted(f for f in path.rglob("*") if f.is_file()) if path.is_dir() else [path]
    seen = hashlib.sha256()
    for file in files:
        found = file.stat()
        seen.update(f"{file.relative_to(path.parent)}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return f"files:{seen.hexdigest()}"


@lru_cache(maxsize=64)
def _parsed(path: Path, _fingerprint: str) -> CsvFile | JsonLinesFile:
    # Finding the types reads the whole file: once per content is enough.
    return CsvFile.open(path) if path.suffix.lower() == ".csv" else JsonLinesFile.open(path)


def _one_of(values: Mapping[str, pa.Array]) -> Any:
    wanted = None
    for name, allowed in values.items():
        one = pc.field(name).isin(allowed)
        wanted = one if wanted is None else wanted & one
    return wanted


def _guarded(name: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> pa.RecordBatchReader:
    def pull() -> Iterator[pa.RecordBatch]:
        with _as_pinned(name):
            yield from batches

    return pa.RecordBatchReader.from_batches(schema, pull())


@contextmanager
def _as_pinned(name: str) -> Iterator[None]:
    """Files that vanish while they are read (vacuum, deletion) are a changed source, not a crash."""
    try:
        yield
    except FileNotFoundError as error:
        raise _changed(name) from error


def _changed(name: str) -> SourceChanged:
    return SourceChanged(
        f"The source {name} can no longer be read as it was when it was pinned.",
        field=name,
        fix="Generate again from its present state, or restore the files.",
    )
