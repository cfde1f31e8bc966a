"""Writing an export's files: streamed from the gate to disk, hashed on the way, with a list of which pair is where."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Row

from workbench.features.exports.rendering import Render
from workbench.features.exports.schemas import ExportFile, Split
from workbench.features.formats import Conversation, Format

ROWS = "rows.parquet"
MANIFEST = "manifest.json"
BATCH = 10_000  # rows between two progress reports, and in one row group

_SCHEMA = pa.schema(
    [
        ("split", pa.dictionary(pa.int8(), pa.string())),
        ("line", pa.int64()),
        ("pair_id", pa.string()),
        ("item_ref", pa.string()),
        ("position", pa.int64()),
        ("label_id", pa.string()),
        ("label_number", pa.int32()),
    ]
)

Report = Callable[[int], None]


class Folder:
    """A new folder that appears under its name only once everything in it is on disk."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self.partial = place.with_name(place.name + ".partial")

    def __enter__(self) -> Self:
        remove(self.partial)
        self.partial.mkdir(parents=True, mode=0o700)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        if kind is not None:
            remove(self.partial)
            return
        remove(self._place)
        self.partial.rename(self._place)
        _sync(self._place.parent)


class RowList:
    """Writes `rows.parquet`: for every line of every split, the pair that stands there."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / ROWS
        self._writer = pq.ParquetWriter(self._path, _SCHEMA, compression="zstd")
        self._columns: tuple[list[Any], ...] = ([], [], [], [], [])
        self._rows = 0
        self.exposures: set[UUID] = set()  # what the labels of these pairs were made from

    def take(self, row: Row[Any]) -> None:
        """Notes the pair of the next line."""
        pair, item, position, label, number = self._columns
        pair.append(str(row.pair_id))
        item.append(row.item_ref)
        position.append(row.position)
        label.append(str(row.label_id) if row.label_id else None)
        number.append(row.label_number)
        if row.label_exposure_id is not None:
            self.exposures.add(row.label_exposure_id)

    def flush(self, split: Split, last_line: int) -> None:
        """Writes what was noted; `last_line` is the number of the last line of it."""
        count = len(self._columns[0])
        if not count:
            return
        lines = pa.array(range(last_line - count + 1, last_line + 1), pa.int64())
        names = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int8()), pa.array([split.value]))
        self._writer.write_table(pa.table([names, lines, *self._columns], schema=_SCHEMA))
        self._columns = ([], [], [], [], [])
        self._rows += count

    def close(self) -> ExportFile:
        """Ends the file."""
        self._writer.close()
        return file_of(self._path, None, self._rows)


def write_split(
    folder: Path, split: Split, form: Format, rows: Iterable[Row[Any]], render: Render, listed: RowList, report: Report
) -> ExportFile:
    """Writes the file of one split; `report` hears how many rows are written so far, every `BATCH` and at the end."""
    path = folder / f"{split}.{form.suffix}"
    count = 0

    def conversations() -> Iterator[Conversation]:
        nonlocal count
        for row in rows:
            count += 1
            listed.take(row)
            yield render(row)
            if count % BATCH == 0:
                listed.flush(split, count)
                report(count)

    digest = hashlib.sha256()
    with path.open("wb", buffering=1 << 20) as file:
        for piece in form.write(conversations()):
            file.write(piece)
            digest.update(piece)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    listed.flush(split, count)
    report(count)
    return ExportFile(name=path.name, split=split, rows=count, bytes=size, sha256=digest.hexdigest())


def write_manifest(folder: Path, content: dict[str, Any]) -> ExportFile:
    """Writes `manifest.json`, readable and always spelled the same."""
    path = folder / MANIFEST
    path.write_bytes(
        orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
    )
    return file_of(path, None, None)


def file_of(path: Path, split: Split | None, rows: int | None) -> ExportFile:
    """A file that is there, made safe on disk."""
    _sync(path)
    return ExportFile(name=path.name, split=split, rows=rows, bytes=path.stat().st_size, sha256=sha256_of(path))


def sha256_of(path: Path) -> str:
    """The hash of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove(folder: Path) -> None:
    """Removes an export's folder and its files, if it is there."""
    if folder.is_dir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
