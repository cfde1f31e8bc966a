"""One table, open for reading at one pin: a Delta table, Parquet files, or one CSV or JSON Lines file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, reduce
from operator import and_
from pathlib import Path
from threading import Lock
from typing import Protocol
from urllib.parse import unquote

import deltalake
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from cachetools import LRUCache, cached
from deltalake.exceptions import DeltaError, TableNotFoundError

from workbench.backends.lakehouse.csv_files import CsvFile
from workbench.backends.lakehouse.json_files import JsonLinesFile
from workbench.kernel.errors import Conflict, Invalid, Unavailable

SUFFIXES = ("", ".parquet", ".csv", ".jsonl")
_BATCH_ROWS = 8_192
KEPT = 64_000_000  # bytes of row groups that were read last, kept decoded for the next reading


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

    def reader(self, columns: Sequence[str] | None = None, start: int = 0) -> pa.RecordBatchReader:
        """The rows of the given columns from the `start`-th on, streamed in bounded memory. Single use."""
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

    def reader(self, columns: Sequence[str] | None = None, start: int = 0) -> pa.RecordBatchReader:
        """Row groups before `start` are not read, nor those behind the last row that is asked for."""
        schema = _narrowed(self.schema, columns)
        return _guarded(self.name, schema, self._batches(schema, start))

    def _batches(self, schema: pa.Schema, start: int) -> Iterator[pa.RecordBatch]:
        # Group by group, since a scan that is left early reads all of its files before it ends.
        for fragment in self._dataset.get_fragments():
            for group in fragment.split_by_row_group(schema=self.schema):
                rows = sum(part.num_rows for part in group.row_groups)
                if start < rows:
                    yield from _from(start, self._scan(group, schema).to_batches())
                start = max(0, start - rows)

    def _scan(self, group: ds.Fragment, schema: pa.Schema) -> ds.Scanner:
        """One thread and little read-ahead keep memory flat; what reads the stream works in parallel."""
        return group.scanner(
            schema=self.schema,
            columns=schema.names,
            batch_size=_BATCH_ROWS,
            batch_readahead=2,
            use_threads=False,
            # Otherwise a whole file is held in memory before its first row is given.
            fragment_scan_options=ds.ParquetFragmentScanOptions(pre_buffer=False, use_buffered_stream=True),
        )

    def matching(self, values: Mapping[str, pa.Array], columns: Sequence[str] | None = None) -> pa.Table:
        """Statistics choose the files and row groups, their key columns choose again, and only then rows are read."""
        schema, likely = _narrowed(self.schema, columns), _between(values)
        needed = list(dict.fromkeys([*schema.names, *values]))
        found = [schema.empty_table()]
        with _as_pinned(self.name):
            groups = [
                group
                for fragment in self._dataset.get_fragments(filter=likely)
                for group in fragment.split_by_row_group(filter=likely, schema=self.schema)
            ]
            for group in groups:
                if len(groups) == 1 or pc.any(_one_of(values, self._read(group, list(values)))).as_py():
                    rows = self._read(group, needed)
                    found.append(rows.filter(_one_of(values, rows)).select(schema.names))
        return pa.concat_tables(found)

    def _read(self, group: ds.Fragment, columns: list[str]) -> pa.Table:
        # Delta never changes a file that it wrote; other files may be another content under the same name.
        read = _read_group if self.format == "DELTA" else _read_group.__wrapped__
        return read(group, self.schema, columns)


@cached(
    LRUCache(KEPT, getsizeof=lambda rows: rows.nbytes),
    key=lambda group, schema, columns: (
        group.path,
        *(part.id for part in group.row_groups),
        *((name, schema.field(name).type) for name in columns),  # a later version may read a file with other types
    ),
    lock=Lock(),
)
def _read_group(group: ds.Fragment, schema: pa.Schema, columns: list[str]) -> pa.Table:
    """Whoever reads items one by one mostly asks for neighbours, and decoding takes longer than finding one of them."""
    return group.to_table(schema=schema, columns=columns, use_threads=False)


class FileTable:
    """One CSV or JSON Lines file, parsed anew on every reading."""

    def __init__(self, name: str, pin: str, kind: str, path: Path, file: CsvFile | JsonLinesFile) -> None:
        self.name, self.pin, self.format = name, pin, kind
        self._path, self._file = path, file
        self.schema = file.schema

    def count(self) -> int:
        """As counted when the file was read through."""
        return self._file.rows

    def reader(self, columns: Sequence[str] | None = None, start: int = 0) -> pa.RecordBatchReader:
        """The file, batch by batch."""
        schema = _narrowed(self.schema, columns)
        return _guarded(self.name, schema, _from(start, self._file.batches(schema)))

    def matching(self, values: Mapping[str, pa.Array], columns: Sequence[str] | None = None) -> pa.Table:
        """Text has no index: every row is read, only the matching ones are kept."""
        schema = _narrowed(self.schema, columns)
        found = [schema.empty_table()]
        for batch in self.reader(list(dict.fromkeys([*schema.names, *values]))):
            rows = pa.Table.from_batches([batch])
            found.append(rows.filter(_one_of(values, rows)).select(schema.names))
        return pa.concat_tables(found)


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
    born = _birth(path)
    return _read_delta(path, name, pin) if pin is None or born is None else _pinned_delta(path, name, pin, born)


def _birth(path: Path) -> tuple[int, int] | None:
    """What tells a table from one that was made in its place: its first commit. None when that was cleaned up."""
    try:
        seen = (path / "_delta_log" / f"{0:020}.json").stat()
    except FileNotFoundError:
        return None
    return seen.st_ino, seen.st_mtime_ns


@lru_cache(maxsize=64)
def _pinned_delta(path: Path, name: str, pin: str, _born: tuple[int, int]) -> Table:
    # What a pin names never changes, and reading the log takes longer than reading one item.
    return _read_delta(path, name, pin)


def _read_delta(path: Path, name: str, pin: str | None) -> Table:
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
    # Names of partitions are escaped here once more than there.
    paths = (unquote(path) for path in added.column("path").to_pylist())
    written = dict(zip(paths, added.column("modification_time").to_pylist(), strict=True))
    files = sorted(dataset.get_fragments(), key=lambda file: (written[file.path], file.path))
    return ds.FileSystemDataset(files, dataset.schema, dataset.format, dataset.filesystem)


def version_of(pin: str) -> int | None:
    """The Delta version that a pin names; None for a table of another kind."""
    return _parse_delta_pin(pin, pin)[0] if pin.startswith("delta:") else None


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


def _narrowed(schema: pa.Schema, columns: Sequence[str] | None) -> pa.Schema:
    return schema if columns is None else pa.schema([schema.field(name) for name in columns])


def _from(start: int, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Without the first `start` rows."""
    for batch in batches:
        if start < batch.num_rows:
            yield batch.slice(start)
        start = max(0, start - batch.num_rows)


def _between(values: Mapping[str, pa.Array]) -> ds.Expression:
    """What statistics can tell of the rows that have these values: of a long list they would look at no value."""
    bounds = ((pc.field(name), pc.min_max(allowed)) for name, allowed in values.items())
    return reduce(and_, ((column >= ends["min"]) & (column <= ends["max"]) for column, ends in bounds))


def _one_of(values: Mapping[str, pa.Array], rows: pa.Table) -> pa.ChunkedArray:
    """Which of the rows have one of the values in each column."""
    return reduce(pc.and_, (pc.is_in(rows.column(name), value_set=allowed) for name, allowed in values.items()))


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
