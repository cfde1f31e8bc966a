"""Source data: catalogs, schemas, tables, volumes; browse, preview, upload."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import IO, Any

from workbench.features.catalog.schemas import (
    Catalog,
    CatalogSchema,
    CatalogTable,
    CatalogVolume,
    CommentChange,
    MadeTable,
    NewCatalog,
    NewCatalogSchema,
    NewVolume,
    SourceComment,
    TableFromVolume,
    TableRows,
    TableSummary,
    UploadFormat,
    UploadMode,
    VolumeEntry,
    VolumeSummary,
)
from workbench.features.jobs.schemas import Job
from workbench.kernel.paging import Page
from workbench.sdk.paging import Pages
from workbench.sdk.part import Part

ROWS = 500  # in one request


class Catalogs(Part):
    """Where the source data lies. Tables and volumes go by full names: `catalog.schema.table`."""

    def list(self) -> Sequence[Catalog]:
        """All catalogs by name."""
        return self._http.get("/catalog/catalogs", list[Catalog])

    def create(self, name: str, *, comment: str = "") -> Catalog:
        """Makes an empty catalog."""
        return self._http.post("/catalog/catalogs", Catalog, NewCatalog(name=name, comment=comment))

    def drop(self, name: str, *, force: bool = False) -> None:
        """Drops a catalog; with `force`, everything in it too."""
        self._http.delete(f"/catalog/catalogs/{name}", force=force)

    def schemas(self, catalog: str) -> Sequence[CatalogSchema]:
        """All schemas of a catalog by name."""
        return self._http.get("/catalog/schemas", list[CatalogSchema], catalog=catalog)

    def create_schema(self, catalog: str, name: str, *, comment: str = "") -> CatalogSchema:
        """Makes an empty schema."""
        wanted = NewCatalogSchema(catalog_name=catalog, name=name, comment=comment)
        return self._http.post("/catalog/schemas", CatalogSchema, wanted)

    def drop_schema(self, full_name: str, *, force: bool = False) -> None:
        """Drops a schema (`catalog.schema`); with `force`, everything in it too."""
        self._http.delete(f"/catalog/schemas/{full_name}", force=force)

    def set_comment(self, source: str, comment: str, *, version: int = 0) -> SourceComment:
        """Says what a catalog, schema, table, volume or column (`catalog.schema.table#column`) is."""
        wanted = CommentChange(source=source, comment=comment, version=version)
        return self._http.put("/catalog/comments", SourceComment, wanted)


class Tables(Part):
    """Tables of the catalogs, by full name."""

    def list(self, schema: str, *, search: str | None = None) -> Pages[TableSummary]:
        """Tables of a schema (`catalog.schema`) by name."""
        return self._http.pages("/catalog/tables", TableSummary, schema=schema, search=search)

    def get(self, full_name: str) -> CatalogTable:
        """A table with its columns, tags, comments and number of rows."""
        return self._http.get(f"/catalog/tables/{full_name}", CatalogTable)

    def preview(self, full_name: str, *, start: int = 0, limit: int = 50) -> TableRows:
        """Rows of a table from `start` on; columns above one's clearance are withheld."""
        return self._http.get(f"/catalog/tables/{full_name}/rows", TableRows, start=start, limit=limit)

    def rows(self, full_name: str) -> Pages[dict[str, Any]]:
        """All rows in stored order, loaded as they are read; `.to_arrow()` has a column for each that one may see."""

        def load(cursor: str | None, limit: int | None) -> Page[dict[str, Any]]:
            start = int(cursor or 0)
            page = self.preview(full_name, start=start, limit=min(limit or ROWS, ROWS))
            more = str(start + len(page.rows)) if start + len(page.rows) < page.row_count and page.rows else None
            return Page(items=page.rows, next_cursor=more)

        return Pages(load, dict)

    def upload(
        self,
        file: Path | str | IO[bytes],
        full_name: str,
        *,
        name: str | None = None,
        format: UploadFormat | None = None,
        mode: UploadMode = "create",
        number_column: str | None = None,
    ) -> Job:
        """Uploads a CSV, JSON Lines or Parquet file and queues the job that makes it a table; see `wb.jobs.wait`.

        `name` is what an open file is called; the format is told by it unless given. `number_column` adds a column that
        numbers the rows: a key for data that brings none.
        """
        with nullcontext(file) if not isinstance(file, Path | str) else Path(file).open("rb") as opened:
            known = name or (Path(file).name if isinstance(file, Path | str) else "upload")
            job = self._http.upload(
                "/catalog/tables/upload",
                Job,
                known,
                opened,
                full_name=full_name,
                format=format,
                mode=mode,
                number_column=number_column,
            )
        self._http.wake()
        return job

    def make_from_volume(self, volume: str, full_name: str, *, pattern: str = "**/*") -> MadeTable:
        """Makes a table with one row per matching file of a volume."""
        wanted = TableFromVolume(volume=volume, pattern=pattern, full_name=full_name)
        return self._http.post("/catalog/tables/from-volume", MadeTable, wanted)

    def drop(self, full_name: str) -> None:
        """Deletes a table with its rows."""
        self._http.delete(f"/catalog/tables/{full_name}")


class Volumes(Part):
    """Volumes of the catalogs and their files, by full name."""

    def list(self, schema: str, *, search: str | None = None) -> Pages[VolumeSummary]:
        """Volumes of a schema (`catalog.schema`) by name."""
        return self._http.pages("/catalog/volumes", VolumeSummary, schema=schema, search=search)

    def get(self, full_name: str) -> CatalogVolume:
        """A volume with its tags and comment."""
        return self._http.get(f"/catalog/volumes/{full_name}", CatalogVolume)

    def create(self, full_name: str, *, comment: str = "") -> CatalogVolume:
        """Makes an empty volume."""
        return self._http.post("/catalog/volumes", CatalogVolume, NewVolume(full_name=full_name, comment=comment))

    def drop(self, full_name: str, *, force: bool = False) -> None:
        """Drops a volume; with `force`, its files too."""
        self._http.delete(f"/catalog/volumes/{full_name}", force=force)

    def files(self, full_name: str, *, folder: str = "", search: str | None = None) -> Pages[VolumeEntry]:
        """What is in one folder of a volume; with `search`, the files anywhere below it whose name holds that text.

        `files(…).page().total` says how many there are.
        """
        return self._http.pages(f"/catalog/volumes/{full_name}/files", VolumeEntry, folder=folder, search=search)

    def upload(
        self, full_name: str, file: Path | str, *, path: str | None = None, overwrite: bool = False
    ) -> VolumeEntry:
        """Uploads a file into a volume, to `path` there or under its own name."""
        with Path(file).open("rb") as opened:
            return self._http.upload(
                f"/catalog/volumes/{full_name}/files",
                VolumeEntry,
                Path(file).name,
                opened,
                path=path,
                overwrite=overwrite,
            )

    def remove(self, full_name: str, path: str) -> None:
        """Deletes a file of a volume."""
        self._http.delete(f"/catalog/volumes/{full_name}/files", path=path)

    def download(self, full_name: str, path: str, target: Path | str) -> Path:
        """Writes a file's content to `target` on this machine."""
        return self._http.save(f"/catalog/volumes/{full_name}/content", Path(target), path=path, download=True)

    def picture(self, full_name: str, path: str, *, width: int = 320, page: int | None = None) -> bytes:
        """A PNG of an image, or of a page of a PDF."""
        return self._http.fetch(f"/catalog/volumes/{full_name}/picture", path=path, width=width, page=page)
