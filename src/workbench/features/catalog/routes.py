"""REST of the catalog: browse, describe, preview, make, fill and drop."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi.responses import Response

from workbench.features.catalog import service
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
from workbench.features.catalog.serving import file_answer, picture_answer
from workbench.features.jobs.schemas import Job
from workbench.kernel.actor import Actor
from workbench.kernel.paging import Page
from workbench.requests import DbSession, Wired, allow

router = APIRouter(prefix="/catalog", tags=["catalog"])

Reader = Annotated[Actor, allow("catalog.read")]
Writer = Annotated[Actor, allow("catalog.write")]


@router.get("/catalogs")
def list_catalogs(actor: Reader, session: DbSession, backends: Wired) -> list[Catalog]:
    """All catalogs of the workspace, by name."""
    return service.list_catalogs(session, actor, backends)


@router.post("/catalogs", status_code=201)
def create_catalog(body: NewCatalog, actor: Writer, session: DbSession, backends: Wired) -> Catalog:
    """Makes an empty catalog."""
    return service.create_catalog(session, actor, backends, body)


@router.delete("/catalogs/{catalog}", status_code=204)
def drop_catalog(catalog: str, actor: Writer, session: DbSession, backends: Wired, force: bool = False) -> None:
    """Drops a catalog; with `force`, everything in it too."""
    service.drop_catalog(session, actor, backends, catalog, force=force)


@router.get("/schemas")
def list_schemas(catalog: str, actor: Reader, session: DbSession, backends: Wired) -> list[CatalogSchema]:
    """All schemas of a catalog, by name."""
    return service.list_schemas(session, actor, backends, catalog)


@router.post("/schemas", status_code=201)
def create_schema(body: NewCatalogSchema, actor: Writer, session: DbSession, backends: Wired) -> CatalogSchema:
    """Makes an empty schema."""
    return service.create_schema(session, actor, backends, body)


@router.delete("/schemas/{schema}", status_code=204)
def drop_schema(schema: str, actor: Writer, session: DbSession, backends: Wired, force: bool = False) -> None:
    """Drops a schema (`catalog.schema`); with `force`, everything in it too."""
    service.drop_schema(session, actor, backends, schema, force=force)


@router.get("/tables")
def list_tables(
    schema: str,
    actor: Reader,
    session: DbSession,
    backends: Wired,
    search: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[TableSummary]:
    """Tables of a schema (`catalog.schema`), by name."""
    return service.list_tables(session, actor, backends, schema, search=search, cursor=cursor, limit=limit)


@router.post("/tables/from-volume", status_code=201)
def make_table_from_volume(body: TableFromVolume, actor: Writer, session: DbSession, backends: Wired) -> MadeTable:
    """Makes a table with one row per matching file of a volume."""
    return service.make_table_from_volume(session, actor, backends, body)


@router.post("/tables/upload", status_code=202)
def upload_table(
    file: Annotated[UploadFile, File(description="A CSV, JSON Lines or Parquet file.")],
    full_name: Annotated[str, Form(description="The table to fill: catalog.schema.table.")],
    actor: Writer,
    session: DbSession,
    backends: Wired,
    format: Annotated[UploadFormat | None, Form(description="Told by the file's name when absent.")] = None,
    mode: Annotated[UploadMode, Form()] = "create",
    number_column: Annotated[str | None, Form(description="Adds a column that numbers the rows: a key.")] = None,
) -> Job:
    """Uploads a file and queues the job that makes it a table."""
    return service.upload_table(
        session,
        actor,
        backends,
        full_name,
        file.filename or "",
        file.file,
        file_format=format,
        mode=mode,
        number_column=number_column,
    )


@router.get("/tables/{table}")
def get_table(table: str, actor: Reader, session: DbSession, backends: Wired) -> CatalogTable:
    """A table with its columns, tags, comments and number of rows."""
    return service.get_table(session, actor, backends, table)


@router.get("/tables/{table}/rows")
def preview_table(
    table: str,
    actor: Reader,
    session: DbSession,
    backends: Wired,
    start: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> TableRows:
    """Rows of a table; columns above the actor's clearance are withheld."""
    return service.preview_table(session, actor, backends, table, start=start, limit=limit)


@router.delete("/tables/{table}", status_code=204)
def drop_table(table: str, actor: Writer, session: DbSession, backends: Wired) -> None:
    """Deletes a table with its rows."""
    service.drop_table(session, actor, backends, table)


@router.get("/volumes")
def list_volumes(
    schema: str,
    actor: Reader,
    session: DbSession,
    backends: Wired,
    search: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[VolumeSummary]:
    """Volumes of a schema (`catalog.schema`), by name."""
    return service.list_volumes(session, actor, backends, schema, search=search, cursor=cursor, limit=limit)


@router.post("/volumes", status_code=201)
def create_volume(body: NewVolume, actor: Writer, session: DbSession, backends: Wired) -> CatalogVolume:
    """Makes an empty volume."""
    return service.create_volume(session, actor, backends, body)


@router.get("/volumes/{volume}")
def get_volume(volume: str, actor: Reader, session: DbSession, backends: Wired) -> CatalogVolume:
    """A volume with its tags and comment."""
    return service.get_volume(session, actor, backends, volume)


@router.delete("/volumes/{volume}", status_code=204)
def drop_volume(volume: str, actor: Writer, session: DbSession, backends: Wired, force: bool = False) -> None:
    """Drops a volume; with `force`, its files too."""
    service.drop_volume(session, actor, backends, volume, force=force)


@router.get("/volumes/{volume}/files")
def list_volume_files(
    volume: str,
    actor: Reader,
    session: DbSession,
    backends: Wired,
    folder: str = "",
    search: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[VolumeEntry]:
    """What is in one folder of a volume; with `search`, the files anywhere below it whose name holds that text."""
    return service.list_files(
        session, actor, backends, volume, folder=folder, search=search, cursor=cursor, limit=limit
    )


@router.post("/volumes/{volume}/files", status_code=201)
def upload_volume_file(
    volume: str,
    file: Annotated[UploadFile, File(description="The file's content.")],
    actor: Writer,
    session: DbSession,
    backends: Wired,
    path: Annotated[str | None, Form(description="Where in the volume; the file's own name when absent.")] = None,
    overwrite: Annotated[bool, Form()] = False,
) -> VolumeEntry:
    """Uploads a file into a volume."""
    target = path or file.filename or ""
    return service.upload_file(session, actor, backends, volume, target, file.file, overwrite=overwrite)


@router.delete("/volumes/{volume}/files", status_code=204)
def remove_volume_file(volume: str, path: str, actor: Writer, session: DbSession, backends: Wired) -> None:
    """Deletes a file of a volume."""
    service.remove_file(session, actor, backends, volume, path)


@router.get("/volumes/{volume}/content", response_class=Response)
def read_volume_file(
    volume: str, path: str, actor: Reader, session: DbSession, backends: Wired, download: bool = False
) -> Response:
    """A file's content, with byte ranges; active content is only downloaded."""
    place, found = service.open_file(session, actor, backends, volume, path)
    return file_answer(place, found, download=download)


@router.get("/volumes/{volume}/picture", response_class=Response)
def show_volume_file(
    volume: str,
    path: str,
    actor: Reader,
    session: DbSession,
    backends: Wired,
    width: Annotated[int, Query(ge=16, le=2000)] = 320,
    page: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """A PNG of an image, or of a page of a PDF."""
    place, found = service.open_file(session, actor, backends, volume, path)
    return picture_answer(place, found, width=width, page=page)


@router.put("/comments")
def set_comment(body: CommentChange, actor: Writer, session: DbSession, backends: Wired) -> SourceComment:
    """Says what a catalog, schema, table, volume or column is."""
    return service.set_comment(session, actor, backends, body)
