"""The files of a volume as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from workbench.backends.volumes import FilePattern, FileStat, Volume

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
