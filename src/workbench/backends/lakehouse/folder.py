"""The folder behind the embedded lakehouse: what exists in it, and making, describing and dropping it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid4, uuid5

import pyarrow as pa

from workbench.backends.lakehouse import imports, listings
from workbench.backends.lakehouse.delta_writes import Imported, ImportMode, Rows, Watch, find_marked, write_delta
from workbench.backends.lakehouse.names import VOLUMES_FOLDER, FileName, FullName, checked_part, on_disk
from workbench.backends.lakehouse.spark_types import ColumnInfo, columns_of
from workbench.backends.lakehouse.tables import SUFFIXES, Table, open_table
from workbench.backends.volumes import FilePattern, Volume
from workbench.kernel.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class SchemaInfo:
    """A schema, or a catalog when `schema_name` is None. Times in milliseconds since 1970 UTC."""

    catalog_name: str
    schema_name: str | None
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class TableInfo:
    """A table in the shapes of Unity Catalog; `pin` names the state that was described."""

    name: str
    catalog_name: str
    schema_name: str
    table_id: str
    table_type: str
    data_source_format: str
    storage_location: str
    created_at: int
    updated_at: int
    columns: tuple[ColumnInfo, ...]
    pin: str


@dataclass(frozen=True, slots=True)
class VolumeInfo:
    """A volume in the shapes of Unity Catalog."""

    name: str
    catalog_name: str
    schema_name: str
    volume_id: str
    volume_type: str
    storage_location: str
    created_at: int
    updated_at: int


class Lakehouse:
    """Catalogs are folders of `root`, schemas folders in them; names are case-insensitive and told in lower case."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root).expanduser().resolve()

    # --- catalogs and schemas ---------------------------------------------------------------------------------

    def catalogs(self) -> list[SchemaInfo]:
        """All catalogs, in order of name."""
        return [_schema_info(path, path.name.lower(), None) for path in _folders(self.root)]

    def schemas(self, catalog: str) -> list[SchemaInfo]:
        """All schemas of a catalog, in order of name. Raises `NotFound`."""
        place = self._folder(catalog)
        return [_schema_info(path, place.name.lower(), path.name.lower()) for path in _folders(place)]

    def create_catalog(self, catalog: str) -> None:
        """Raises `Conflict` when it exists."""
        self.root.mkdir(parents=True, exist_ok=True)
        _make(self.root, checked_part(catalog, "catalog"), "catalog")

    def create_schema(self, catalog: str, schema: str) -> None:
        """Raises `NotFound` without the catalog, `Conflict` when the schema exists."""
        _make(self._folder(catalog), checked_part(schema, "schema"), "schema")

    def drop_catalog(self, catalog: str, *, force: bool = False) -> None:
        """Raises `Conflict` while it has schemas, unless forced; then their tables and files go with it."""
        _drop(self._folder(catalog), force or not self.schemas(catalog), f"The catalog {catalog} still has schemas.")

    def drop_schema(self, catalog: str, schema: str, *, force: bool = False) -> None:
        """Raises `Conflict` while it has tables or volumes, unless forced; then they go with it."""
        empty = not self.tables(catalog, schema) and not self.volumes(catalog, schema)
        _drop(
            self._folder(catalog, schema), force or empty, f"The schema {catalog}.{schema} still has tables or volumes."
        )

    # --- tables -----------------------------------------------------------------------------------------------

    def tables(self, catalog: str, schema: str) -> list[str]:
        """The names of a schema's tables, in order. Raises `NotFound`."""
        place = self._folder(catalog, schema)
        found = (_table_name(entry) for entry in place.iterdir())
        return sorted({name for name in found if name is not None})

    def table(self, full_name: str, pin: str | None = None) -> Table:
        """The table, open at `pin` or as it is now. Raises `NotFound`, `SourceChanged`."""
        name = FullName.parse(full_name)
        return open_table(self._table_path(name), str(name), pin)

    def pin(self, full_name: str) -> str:
        """The present state of a table as text, to be read again later: `delta:<version>:<id>` or `files:<hash>`."""
        return self.table(full_name).pin

    def describe(self, full_name: str) -> TableInfo:
        """Columns, format and place of a table. Raises `NotFound`."""
        name = FullName.parse(full_name)
        path = self._table_path(name)
        table = open_table(path, str(name))
        managed = table.format == "DELTA"
        seen = path.stat()
        return TableInfo(
            name=name.name,
            catalog_name=name.catalog,
            schema_name=name.schema,
            table_id=table.pin.split(":")[2] if managed else str(uuid5(NAMESPACE_URL, path.as_uri())),
            table_type="MANAGED" if managed else "EXTERNAL",
            data_source_format=table.format,
            storage_location=path.as_uri(),
            created_at=_milliseconds(seen.st_ctime),
            updated_at=_milliseconds(seen.st_mtime),
            columns=tuple(columns_of(table.schema)),
            pin=table.pin,
        )

    def preview(
        self,
        full_name: str,
        *,
        offset: int = 0,
        limit: int = 50,
        columns: Sequence[str] | None = None,
        pin: str | None = None,
    ) -> pa.Table:
        """Rows `offset` to `offset + limit` in the order they are stored."""
        reader = self.table(full_name, pin).reader(columns, offset)
        kept, batches = 0, []
        for batch in reader:
            batches.append(batch.slice(0, limit - kept))
            kept += batches[-1].num_rows
            if kept >= limit:
                break
        return pa.Table.from_batches(batches, schema=reader.schema)

    def import_table(
        self,
        upload: Path,
        full_name: str,
        file_format: imports.FileFormat,
        mode: ImportMode = "create",
        watch: Watch | None = None,
        number_column: str | None = None,
    ) -> Imported:
        """Bring a CSV, JSON Lines or Parquet file in as a managed Delta table, in one commit.

        Raises `Invalid` naming the row or column at fault, `Conflict` when the table exists (create) and `NotFound`
        when it does not (append, overwrite). After an error the table is as it was before. With a mark, an import that
        has happened already is not done again. `number_column` adds a column that numbers the rows from 1, going on
        behind the highest number when appending.
        """
        name = FullName.parse(full_name)
        place = on_disk(self._folder(name.catalog, name.schema), name.name)
        if watch and place and (done := find_marked(place, watch.mark)):
            return done
        target = self._new_table_path(name) if mode == "create" else self._table_path(name)
        return imports.import_file(upload, file_format, target, mode, watch, number_column)

    def table_from_volume(self, volume: str, pattern: str, full_name: str) -> Imported:
        """A managed table with one row per file of `volume` that matches: path, name, stem, suffix, size, time, key."""
        name, files = FullName.parse(full_name), FilePattern(pattern)
        place = self.volume(volume)
        target = self._new_table_path(name)
        rows = sum(files.matches(file.path) for file in place.files())
        if not rows:
            raise Invalid(
                f"No file of {volume} matches {pattern!r}.", field="pattern", fix="List the volume to see its files."
            )
        batches = listings.listing_batches(place, files)
        return write_delta(target, Rows(rows, listings.listing_schema(files), batches), "create", Watch())

    def drop_table(self, full_name: str) -> None:
        """Delete a table and its files. Raises `NotFound`."""
        _remove(self._table_path(FullName.parse(full_name)))

    # --- volumes ----------------------------------------------------------------------------------------------

    def volumes(self, catalog: str, schema: str) -> list[str]:
        """The names of a schema's volumes, in order. Raises `NotFound`."""
        return [path.name.lower() for path in _folders(self._folder(catalog, schema) / VOLUMES_FOLDER)]

    def volume(self, full_name: str) -> Volume:
        """The files of a volume. Raises `NotFound`."""
        return Volume(self._volume_path(FullName.parse(full_name, "volume")))

    def file(self, name: str) -> tuple[Volume, str]:
        """The volume and the path in it of a file named `/Volumes/catalog/schema/volume/path`."""
        parsed = FileName.parse(name)
        return self.volume(str(parsed.volume)), parsed.path

    def describe_volume(self, full_name: str) -> VolumeInfo:
        """Name and place of a volume. Raises `NotFound`."""
        name = FullName.parse(full_name, "volume")
        path = self._volume_path(name)
        seen = path.stat()
        return VolumeInfo(
            name.name, name.catalog, name.schema, str(uuid5(NAMESPACE_URL, path.as_uri())), "MANAGED", path.as_uri(),
            _milliseconds(seen.st_ctime), _milliseconds(seen.st_mtime),
        )  # fmt: skip

    def create_volume(self, full_name: str) -> None:
        """Raises `NotFound` without the schema, `Conflict` when the volume exists."""
        name = FullName.parse(full_name, "volume")
        place = self._folder(name.catalog, name.schema) / VOLUMES_FOLDER
        place.mkdir(exist_ok=True)
        _make(place, name.name, "volume")

    def drop_volume(self, full_name: str, *, force: bool = False) -> None:
        """Raises `Conflict` while it has files, unless forced; then they go with it."""
        place = self._volume_path(FullName.parse(full_name, "volume"))
        _drop(place, force or not any(place.iterdir()), f"The volume {full_name} still has files.")

    # --- where things lie ---------------------------------------------------------------------------------------

    def _folder(self, catalog: str, schema: str | None = None) -> Path:
        place = on_disk(self.root, checked_part(catalog, "catalog"))
        if place is None or not place.is_dir():
            raise NotFound(
                f"There is no catalog {catalog!r}.", field="catalog", fix="List the catalogs to see what there is."
            )
        if schema is None:
            return place
        inside = on_disk(place, checked_part(schema, "schema"))
        if inside is None or not inside.is_dir():
            raise NotFound(
                f"There is no schema {catalog}.{schema}.", field="schema", fix="List the schemas of the catalog."
            )
        return inside

    def _table_path(self, name: FullName) -> Path:
        place = on_disk(self._folder(name.catalog, name.schema), name.name, SUFFIXES)
        if place is None or _table_name(place) is None:
            raise NotFound(f"There is no table {name}.", field="name", fix="List the tables of the schema.")
        return place

    def _new_table_path(self, name: FullName) -> Path:
        place = self._folder(name.catalog, name.schema)
        if on_disk(place, name.name, SUFFIXES) is not None:
            raise Conflict(
                f"There is a table {name} already.", field="name", fix="Append, overwrite or choose another name."
            )
        return place / name.name

    def _volume_path(self, name: FullName) -> Path:
        place = on_disk(self._folder(name.catalog, name.schema) / VOLUMES_FOLDER, name.name)
        if place is None or not place.is_dir():
            raise NotFound(f"There is no volume {name}.", field="name", fix="List the volumes of the schema.")
        return place


def _folders(place: Path) -> list[Path]:
    if not place.is_dir():
        return []
    found = (entry for entry in place.iterdir() if entry.is_dir() and _is_name(entry.name))
    return sorted(found, key=lambda entry: entry.name.lower())


def _is_name(name: str) -> bool:
    try:
        checked_part(name, "name")
    except Invalid:
        return False
    return True


def _table_name(entry: Path) -> str | None:
    """The table that a schema's entry is; None for volumes, staging folders and foreign files."""
    if entry.is_dir():
        is_table = (entry / "_delta_log").is_dir() or any(entry.rglob("*.parquet"))
        return entry.name.lower() if is_table and _is_name(entry.name) else None
    if entry.suffix.lower() not in SUFFIXES[1:] or not _is_name(entry.stem):
        return None
    return entry.stem.lower()


def _schema_info(path: Path, catalog: str, schema: str | None) -> SchemaInfo:
    seen = path.stat()
    return SchemaInfo(catalog, schema, _milliseconds(seen.st_ctime), _milliseconds(seen.st_mtime))


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def _make(parent: Path, name: str, what: str) -> None:
    if on_disk(parent, name) is not None:
        raise Conflict(f"There is a {what} {name!r} already.", field="name", fix="Choose another name.")
    (parent / name).mkdir()


def _drop(place: Path, allowed: bool, why_not: str) -> None:
    if not allowed:
        raise Conflict(why_not, fix="Drop what is in it first, or drop it with everything in it (force).")
    _remove(place)


def _remove(place: Path) -> None:
    # Renamed first, so that a reader sees it whole or not at all even while a large folder is deleted.
    gone = place.rename(place.parent / f".dropped-{uuid4().hex}")
    if gone.is_dir():
        shutil.rmtree(gone)
    else:
        gone.unlink()
