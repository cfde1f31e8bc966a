"""Writing an export's files: streamed from the gate to disk, hashed on the way, with a list of which pair is where."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.features.exports.rendering import Render
from workbench.features.exports.schemas import ExportFile, Split
from workbench.features.formats import Conversation, Format

ROWS = "rows.parquet"
MANIFEST = "manifest.json"
PARTIAL = ".partial"
PIECES = 1000  # lines written and hashed at a time

_SCHEMA = pa.schema(
    [
        ("split", pa.dictionary(pa.int8(), pa.string())),
        ("line", pa.int64()),
        ("pair_id", pa.uuid()),
        ("position", pa.int64()),
        ("label_id", pa.uuid()),
        ("label_number", pa.int32()),
    ]
)

# pair_id, position, label_id, label_number, the label's exposure_id, messages, value
Written = tuple[bytes, int, bytes | None, int | None, bytes | None, str, str | None]
Report = Callable[[int], None]


class Folder:
    """A folder that is written beside its place and appears there, whole, when it is settled; else nothing is left.

    Each run of a job writes a folder of its own, so that one that was thought dead cannot spoil the next one's.
    """

    def __init__(self, place: Path, mark: str) -> None:
        self._place = place
        self.path = place.with_name(f"{place.name}.{mark}{PARTIAL}")

    def __enter__(self) -> Self:
        remove(self._place)
        self.path.mkdir(parents=True, mode=0o700)
        return self

    def settle(self) -> None:
        """Puts the folder in its place."""
        self.path.rename(self._place)
        _sync(self._place.parent)

    def __exit__(self, *_raised: object) -> None:
        _remove(self.path)


class RowList:
    """Writes `rows.parquet`: for every line of every split, the pair that stands there.

    By its id: the item's key stays here, so that no file for training names anybody.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / ROWS
        self._writer = pq.ParquetWriter(self._path, _SCHEMA, compression="zstd")
        self._rows = 0
        self._exposures: set[bytes] = set()

    @property
    def exposures(self) -> set[UUID]:
        """What the labels of the pairs were made from."""
        return {UUID(bytes=raw) for raw in self._exposures}

    def add(self, split: Split, last_line: int, rows: Sequence[Written]) -> None:
        """Notes which pairs stand on the lines of a split up to `last_line`."""
        if not rows:
            return
        pair_ids, positions, label_ids, numbers, exposures, _, _ = zip(*rows, strict=True)
        columns = [
            pa.DictionaryArray.from_arrays(pa.array([0] * len(rows), pa.int8()), pa.array([split.value])),
            pa.array(range(last_line - len(rows) + 1, last_line + 1), pa.int64()),
            _ids(pair_ids),
            pa.array(positions, pa.int64()),
            _ids(label_ids),
            pa.array(numbers, pa.int32()),
        ]
        self._writer.write_table(pa.table(columns, schema=_SCHEMA))
        self._rows += len(rows)
        self._exposures.update(raw for raw in exposures if raw is not None)

    def close(self) -> ExportFile:
        """Ends the file."""
        self._writer.close()
        return file_of(self._path, None, self._rows)


def _ids(raw: Sequence[bytes | None]) -> pa.Array:
    return pa.ExtensionArray.from_storage(pa.uuid(), pa.array(raw, pa.binary(16)))


def write_split(
    folder: Path,
    split: Split,
    form: Format,
    batches: Iterable[Sequence[Any]],
    render: Render,
    listed: RowList,
    report: Report,
) -> ExportFile:
    """Writes the file of one split from batches of `Written` rows; `report` hears after each how many there are."""
    path = folder / f"{split}.{form.suffix}"
    count = 0

    def conversations() -> Iterator[Conversation]:
        nonlocal count
        for batch in batches:
            for row in batch:
                yield render(row[1], row[5], row[6])
            count += len(batch)
            listed.add(split, count, batch)
            report(count)

    digest = hashlib.sha256()
    with path.open("wb", buffering=0) as file:
        pieces = form.write(conversations())
        while content := b"".join(islice(pieces, PIECES)):
            file.write(content)
            digest.update(content)
        os.fsync(file.fileno())
        size = file.tell()
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


def remove(place: Path) -> None:
    """Removes the files of an export, and what attempts that died left beside them."""
    _remove(place)
    for left in place.parent.glob(f"{place.name}.*{PARTIAL}"):
        _remove(left)


def _remove(folder: Path) -> None:
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
