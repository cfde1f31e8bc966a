"""Reading a sheet's items for other features: scan, items by name, pins, fields, hashes of files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from workbench.backends.bundle import Backends
from workbench.backends.database import in_chunks
from workbench.backends.duck import Duck
from workbench.features.sheets import rules
from workbench.features.sheets.reading import BATCH_ROWS, MOST_BY_NAME, OpenSheet
from workbench.features.sheets.schemas import ITEM_REF, Item, SheetDefinition, SheetVersion
from workbench.kernel.actor import Actor
from workbench.kernel.errors import NotFound

GONE = bytes(32)  # stands for the content of a file that is no longer there


def open_definition(
    backends: Backends, actor: Actor, definition: SheetDefinition, pins: Mapping[str, str] | None = None
) -> OpenSheet:
    """The definition, checked against its sources and opened at `pins` or as they are now."""
    duck = _duck(backends.settings.duckdb_memory, backends.settings.home / "spill")
    return OpenSheet.open(backends.lakehouse(actor.workspace), duck, definition, pins)


def open_sheet(
    backends: Backends, actor: Actor, sheet_version: SheetVersion, pins: Mapping[str, str] | None = None
) -> OpenSheet:
    """The sheet version, open for reading at `pins` or as its sources are now."""
    return open_definition(backends, actor, sheet_version.definition, pins)


@lru_cache(maxsize=4)
def _duck(memory: str, spill: Path) -> Duck:
    # One per process: all reading shares its memory limit.
    return Duck(memory, spill=spill)


def scan(
    backends: Backends,
    actor: Actor,
    sheet_version: SheetVersion,
    pins: Mapping[str, str] | None = None,
    fields: Collection[str] | None = None,
    batch_rows: int = BATCH_ROWS,
    only: Collection[str] | None = None,
    start: int = 0,
) -> Iterator[pa.RecordBatch]:
    """The sheet's items as Arrow batches in an order that never changes; the first column is `item_ref`.

    `fields` are columns, aliases or `alias.field`; all when None. `only` reads the items of these names instead, in
    their order, whether or not filter and sample choose them. `start` skips that many items.
    """
    opened = open_sheet(backends, actor, sheet_version, pins)
    if only is None:
        yield from opened.scan(fields, batch_rows=batch_rows, start=start)
        return
    for chunk in in_chunks(list(only)[start:], min(batch_rows, MOST_BY_NAME)):
        yield from opened.items(chunk, fields).combine_chunks().to_batches()


def items(
    backends: Backends,
    actor: Actor,
    sheet_version: SheetVersion,
    item_refs: Sequence[str] | None,
    pins: Mapping[str, str] | None = None,
    fields: Collection[str] | None = None,
    limit: int = 20,
) -> list[Item]:
    """The items of these names, in their order, unknown ones left out; the first `limit` of the sheet when None.

    Values are Python's, and nothing is withheld: whoever shows them asks `may_view` first.
    """
    opened = open_sheet(backends, actor, sheet_version, pins)
    wanted = opened.refs(limit) if item_refs is None else item_refs
    return [
        as_item(row) for chunk in in_chunks(wanted, MOST_BY_NAME) for row in opened.items(chunk, fields).to_pylist()
    ]


def as_item(row: dict[str, object]) -> Item:
    """A row of a batch as an item."""
    return Item(item_ref=str(row[ITEM_REF]), fields={name: value for name, value in row.items() if name != ITEM_REF})


def file_hash(backends: Backends, actor: Actor) -> Callable[[str], bytes]:
    """What `rules.digests` asks for the sha256 of a file by its full name; a file that is gone hashes as `GONE`."""
    lakehouse = backends.lakehouse(actor.workspace)

    def hashed(name: str) -> bytes:
        try:
            volume, path = lakehouse.file(name)
            return volume.sha256(path)
        except (NotFound, FileNotFoundError):
            return GONE

    return hashed


def digest_item(
    backends: Backends, actor: Actor, sheet_version: SheetVersion, item: Item, fields: Collection[str]
) -> bytes:
    """The digest of the named fields of one item: the same 32 bytes that `rules.digests` gives for its row."""
    hashed = file_hash(backends, actor)
    files = {field.name for field in sheet_version.fields if field.kind == "file"}

    def content(name: str) -> object:
        value = rules.field_of(item.fields, name)
        if name not in files or value is None:
            return value
        if isinstance(value, list):
            return [rules.FileContent(hashed(path)) for path in value]
        return rules.FileContent(hashed(value))

    return rules.digest({name: content(name) for name in set(fields)})
