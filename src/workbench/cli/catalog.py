"""`workbench catalogs`, `tables` and `volumes`: source data."""

from contextlib import AbstractContextManager
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from workbench.cli.frame import Limit, Search, Yes, confirm, fixing, noun, verb
from workbench.cli.progress import follow
from workbench.cli.show import Listing, Said, columns
from workbench.kernel.errors import Conflict, NotFound

if TYPE_CHECKING:
    from workbench.sdk import Workbench

catalogs = noun("Catalogs and their schemas.")
tables = noun("Tables: browse, preview, upload.")
volumes = noun("Volumes and their files.")

Comment = Annotated[str, typer.Option(help="What it is.")]
Force = Annotated[bool, typer.Option("--force", help="Also drop everything in it.")]
SchemaName = Annotated[str, typer.Argument(help="catalog.schema", metavar="SCHEMA")]
TableName = Annotated[str, typer.Argument(help="catalog.schema.table", metavar="TABLE")]
VolumeName = Annotated[str, typer.Argument(help="catalog.schema.volume", metavar="VOLUME")]
Inside = Annotated[str, typer.Argument(help="The file's path in the volume.", metavar="PATH")]


@verb(catalogs, "list")
def list_catalogs(
    wb: "Workbench", catalog: Annotated[str | None, typer.Argument(help="Show this catalog's schemas.")] = None
) -> Listing:
    """Catalogs, or the schemas of one."""
    if catalog:
        return Listing(wb.catalogs.schemas(catalog), columns("name=full_name comment tags"), "No schemas yet.")
    return Listing(wb.catalogs.list(), columns("name comment tags"), "No catalogs yet: upload a table.")


@verb(catalogs, "create")
def create_catalog(
    wb: "Workbench",
    name: Annotated[str, typer.Argument(help="A catalog, or a schema as catalog.schema.")],
    comment: Comment = "",
) -> Any:
    """Make an empty catalog or schema."""
    catalog, _, schema = name.partition(".")
    if schema:
        return wb.catalogs.create_schema(catalog, schema, comment=comment)
    return wb.catalogs.create(catalog, comment=comment)


@verb(catalogs, "drop")
def drop_catalog(
    wb: "Workbench",
    name: Annotated[str, typer.Argument(help="A catalog, or a schema as catalog.schema.")],
    force: Force = False,
    yes: Yes = False,
) -> Said:
    """Drop a catalog or schema."""
    confirm(f"Drop {name}{' and everything in it' if force else ''}?", yes)
    if "." in name:
        wb.catalogs.drop_schema(name, force=force)
    else:
        wb.catalogs.drop(name, force=force)
    return Said(f"{name} is dropped.")


@verb(catalogs, "comment")
def set_comment(
    wb: "Workbench",
    source: Annotated[str, typer.Argument(help="A catalog, schema, table, volume, or catalog.schema.table#column.")],
    comment: Annotated[str, typer.Argument(help="What it is.")],
    version: Annotated[int, typer.Option(help="Number of the comment that this one replaces; 0 for none.")] = 0,
) -> Any:
    """Say what a catalog, schema, table, volume or column is."""
    return wb.catalogs.set_comment(source, comment, version=version)


@verb(tables, "list")
def list_tables(wb: "Workbench", schema: SchemaName, search: Search = None, limit: Limit = 100) -> Listing:
    """Tables of a schema."""
    found = wb.tables.list(schema, search=search).take(limit)
    return Listing(found, columns("name=full_name comment tags"), "No tables yet: `workbench tables upload`.")


@verb(tables, "show")
def show_table(wb: "Workbench", table: TableName) -> Listing:
    """A table's columns; with --json everything about it."""
    found = wb.tables.get(table)
    return Listing(found.columns, columns("name type=type_text nullable tags=inherited_tags classification comment"))


@verb(tables, "describe")
def describe_table(wb: "Workbench", table: TableName) -> dict[str, Any]:
    """What a table is: its state, format, place, rows, tags."""
    found = wb.tables.get(table)
    return {name: value for name, value in found.model_dump(mode="json").items() if name != "columns"}


@verb(tables, "preview")
def preview_table(
    wb: "Workbench",
    table: TableName,
    start: Annotated[int, typer.Option(min=0, help="Rows to skip.")] = 0,
    limit: Limit = 10,
) -> Listing:
    """Rows of a table; columns above your clearance are withheld."""
    page = wb.tables.preview(table, start=start, limit=min(limit, 500))
    hidden = {withheld.column for withheld in page.withheld}
    return Listing(page.rows, {name: itemgetter(name) for name in page.columns if name not in hidden})


@verb(tables, "rows")
def print_rows(wb: "Workbench", table: TableName) -> None:
    """Print every row of a table as JSON Lines; columns above your clearance are withheld."""
    for row in wb.tables.rows(table):
        typer.echo(orjson.dumps(row, default=str).decode())


@verb(tables, "upload")
def upload_table(
    wb: "Workbench",
    file: Annotated[Path, typer.Argument(help="A CSV, JSON Lines or Parquet file.", exists=True, dir_okay=False)],
    table: TableName,
    format: Annotated[str | None, typer.Option(help="csv, jsonl or parquet; told by the name when absent.")] = None,
    mode: Annotated[str, typer.Option(help="create, append or overwrite.")] = "create",
    number_column: Annotated[str | None, typer.Option(help="Add a column that numbers the rows: a key.")] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for it, showing its progress.")] = True,
) -> Any:
    """Upload a file and make it a table."""
    clash = "Add to it with `--mode append`, replace its rows with `--mode overwrite`, or choose another name."
    with _fixing_place(table), fixing(Conflict, full_name=clash, name=clash):
        job = wb.tables.upload(
            file,
            table,
            format=format,  # type: ignore[arg-type]  # the server checks the words
            mode=mode,  # type: ignore[arg-type]
            number_column=number_column,
        )
        return follow(wb, job, wait)


@verb(tables, "make-from-volume")
def make_from_volume(
    wb: "Workbench",
    volume: VolumeName,
    table: TableName,
    pattern: Annotated[str, typer.Option(help="Which files; `{key}` in it becomes a column.")] = "**/*",
) -> Any:
    """Make a table with one row per matching file of a volume."""
    with fixing(Conflict, name="Choose another name, or drop that one with `workbench tables drop`."):
        return wb.tables.make_from_volume(volume, table, pattern=pattern)


@verb(tables, "drop")
def drop_table(wb: "Workbench", table: TableName, yes: Yes = False) -> Said:
    """Delete a table with its rows."""
    confirm(f"Drop {table} and its rows?", yes)
    wb.tables.drop(table)
    return Said(f"{table} is dropped.")


@verb(volumes, "list")
def list_volumes(wb: "Workbench", schema: SchemaName, search: Search = None, limit: Limit = 100) -> Listing:
    """Volumes of a schema."""
    found = wb.volumes.list(schema, search=search).take(limit)
    return Listing(found, columns("name=full_name comment tags"), "No volumes yet: `workbench volumes create`.")


@verb(volumes, "show")
def show_volume(wb: "Workbench", volume: VolumeName) -> Any:
    """A volume with its tags and comment."""
    return wb.volumes.get(volume)


@verb(volumes, "create")
def create_volume(wb: "Workbench", volume: VolumeName, comment: Comment = "") -> Any:
    """Make an empty volume."""
    with _fixing_place(volume):
        return wb.volumes.create(volume, comment=comment)


@verb(volumes, "drop")
def drop_volume(wb: "Workbench", volume: VolumeName, force: Force = False, yes: Yes = False) -> Said:
    """Drop a volume."""
    confirm(f"Drop {volume}{' and its files' if force else ''}?", yes)
    wb.volumes.drop(volume, force=force)
    return Said(f"{volume} is dropped.")


@verb(volumes, "files")
def list_files(
    wb: "Workbench",
    volume: VolumeName,
    folder: Annotated[str, typer.Argument(help="A folder in the volume.")] = "",
    search: Search = None,
    count: Annotated[bool, typer.Option("--count", help="Only say how many there are.")] = False,
    limit: Limit = 100,
) -> Listing | Said:
    """What is in one folder of a volume; with --search, the files anywhere below it."""
    found = wb.volumes.files(volume, folder=folder, search=search)
    if count:
        total = found.page(limit=1).total
        return Said(str(total), {"total": total})
    return Listing(found.take(limit), columns("path size=size_bytes type=media_type"), "Empty.")


@verb(volumes, "upload")
def upload_files(
    wb: "Workbench",
    volume: VolumeName,
    file: Annotated[list[Path], typer.Argument(help="Files of this machine.", exists=True, dir_okay=False)],
    folder: Annotated[str, typer.Option(help="Folder in the volume.")] = "",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that are there.")] = False,
) -> Listing:
    """Upload files into a volume."""
    prefix = f"{folder.strip('/')}/" if folder else ""
    made = [wb.volumes.upload(volume, one, path=f"{prefix}{one.name}", overwrite=overwrite) for one in file]
    return Listing(made, columns("path size=size_bytes type=media_type"))


@verb(volumes, "download")
def download_file(
    wb: "Workbench",
    volume: VolumeName,
    path: Inside,
    target: Annotated[Path | None, typer.Option("--to", help="Where to; the file's own name when absent.")] = None,
) -> Said:
    """Download a file of a volume."""
    written = wb.volumes.download(volume, path, target or Path(path).name)
    return Said(f"Wrote {written}.", {"path": str(written)})


@verb(volumes, "picture")
def save_picture(
    wb: "Workbench",
    volume: VolumeName,
    path: Inside,
    target: Annotated[Path, typer.Option("--to", help="The PNG to write.")],
    width: Annotated[int, typer.Option(min=16, max=2000, help="Width in pixels.")] = 800,
    page: Annotated[int | None, typer.Option(min=1, help="Page of a PDF.")] = None,
) -> Said:
    """Save a PNG of an image, or of a page of a PDF."""
    target.write_bytes(wb.volumes.picture(volume, path, width=width, page=page))
    return Said(f"Wrote {target}.", {"path": str(target)})


@verb(volumes, "remove")
def remove_file(wb: "Workbench", volume: VolumeName, path: Inside, yes: Yes = False) -> Said:
    """Delete a file of a volume."""
    confirm(f"Delete {path} of {volume}?", yes)
    wb.volumes.remove(volume, path)
    return Said(f"{path} is deleted.")


def _fixing_place(full_name: str) -> AbstractContextManager[None]:
    """Says how to make the catalog or schema in which something was to be made."""
    catalog, _, rest = full_name.partition(".")
    schema = f"{catalog}.{rest.partition('.')[0]}"
    return fixing(
        NotFound,
        catalog=f"Make it with `workbench catalogs create {catalog}`, then `workbench catalogs create {schema}`.",
        schema=f"Make it with `workbench catalogs create {schema}`.",
    )
