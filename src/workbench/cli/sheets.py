"""`workbench sheets`: named, versioned pointers to source data."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli import names
from workbench.cli.frame import Limit, Search, Yes, confirm, noun, read_json, verb
from workbench.cli.show import Listing, Said, columns

if TYPE_CHECKING:
    from workbench.sdk import Workbench

app = noun("Named, versioned pointers to source data.")

Name = Annotated[str, typer.Argument(help="The sheet's name or id.", metavar="SHEET")]
NewName = Annotated[str, typer.Argument(help="What to call it.", metavar="NAME")]
Number = Annotated[
    int | None, typer.Option("--version", metavar="NUMBER", min=1, help="A version; the draft, else the newest.")
]
Source = Annotated[
    str, typer.Argument(help="File with the definition as JSON; `-` reads standard input.", metavar="FILE")
]
File = Annotated[str | None, typer.Option("--file", "-f", help="Definition as JSON; `-` reads standard input.")]
ItemRef = Annotated[str, typer.Argument(help="The item's item_ref.", metavar="ITEM")]
FieldName = Annotated[str, typer.Argument(help="The field that holds the file.", metavar="FIELD")]
Index = Annotated[int, typer.Option(min=0, help="Which file, where an item has several.")]


@verb(app, "list")
def list_sheets(
    wb: "Workbench",
    search: Search = None,
    state: Annotated[str | None, typer.Option(help="draft, published or archived.")] = None,
    table: Annotated[str | None, typer.Option(help="Only sheets over this primary table.")] = None,
    by_name: Annotated[bool, typer.Option("--by-name", help="By name instead of newest first.")] = False,
    limit: Limit = 50,
) -> Listing:
    """Sheets."""
    order = "name" if by_name else "-created_at"
    found = wb.sheets.list(search=search, state=state, primary_table=table, sort=order).take(limit)
    shown = columns("name state table=primary_table published draft items=item_count")
    return Listing(found, shown, "No sheets yet: make one with `workbench sheets create`.")


@verb(app, "show")
def show_sheet(wb: "Workbench", sheet: Name, version: Number = None) -> Any:
    """A sheet in one of its versions."""
    found = names.sheet(wb, sheet)
    return wb.sheets.version(found.id, version or found.draft or found.published or 1)


@verb(app, "versions")
def list_versions(wb: "Workbench", sheet: Name) -> Listing:
    """All versions of a sheet, newest first."""
    shown = columns("number state items=item_count created=created_at published=published_at")
    return Listing(wb.sheets.versions(names.sheet(wb, sheet).id), shown)


@verb(app, "create")
def create_sheet(
    wb: "Workbench",
    name: NewName,
    table: Annotated[str | None, typer.Option(help="Primary table: catalog.schema.table.")] = None,
    key: Annotated[list[str] | None, typer.Option(help="Column that names an item; repeat for more.")] = None,
    filter: Annotated[str | None, typer.Option(help="A condition over the columns.")] = None,
    column: Annotated[list[str] | None, typer.Option(help="A column to take; all when absent.")] = None,
    file: File = None,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    publish: Annotated[bool, typer.Option("--publish", help="Publish it at once.")] = False,
) -> Any:
    """Make a sheet, from a table and its key or from a whole definition in a file."""
    definition = _definition(table, key, filter, column) if file is None else read_json(file)
    sheet = wb.sheets.create(name, definition, description=description)
    if not publish:
        return sheet
    wb.sheets.publish(sheet.id, version=sheet.version)
    return wb.sheets.get(sheet.id)


@verb(app, "change")
def change_sheet(
    wb: "Workbench",
    sheet: Name,
    name: Annotated[str | None, typer.Option(help="Its new name.")] = None,
    description: Annotated[str | None, typer.Option(help="Its new description.")] = None,
) -> Any:
    """Rename or describe a sheet."""
    found = names.sheet(wb, sheet)
    fields = {key: value for key, value in (("name", name), ("description", description)) if value is not None}
    return wb.sheets.change(found.id, version=found.version, **fields)


@verb(app, "edit")
def save_draft(wb: "Workbench", sheet: Name, file: Source) -> Any:
    """Give the draft a definition, or begin the next version."""
    found = names.sheet(wb, sheet)
    return wb.sheets.save_draft(found.id, read_json(file), version=found.version)


@verb(app, "discard-draft")
def discard_draft(wb: "Workbench", sheet: Name, yes: Yes = False) -> Any:
    """Drop the draft; the newest published version stands."""
    found = names.sheet(wb, sheet)
    confirm(f"Throw away the draft of {found.name}?", yes)
    return wb.sheets.discard_draft(found.id, version=found.version)


@verb(app, "publish")
def publish_sheet(wb: "Workbench", sheet: Name) -> Any:
    """Make the draft the published version, after checking its key on every row."""
    found = names.sheet(wb, sheet)
    return wb.sheets.publish(found.id, version=found.version)


@verb(app, "preview")
def preview_definition(
    wb: "Workbench",
    file: Source,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=200, help="How many.")] = 5,
) -> Listing:
    """The first items of a definition that is not saved."""
    page = wb.sheets.preview(read_json(file), limit=limit)
    return _items(page.items, [field.name for field in page.fields])


@verb(app, "check")
def check_sheet(
    wb: "Workbench", sheet: Annotated[str | None, typer.Argument(help="A sheet.")] = None, file: File = None
) -> Any:
    """Count the items of a sheet or of a definition in a file, and say what they lack."""
    if file is not None:
        return wb.sheets.check_definition(read_json(file))
    return wb.sheets.check(names.sheet(wb, sheet or "").id)


@verb(app, "items")
def list_items(
    wb: "Workbench",
    sheet: Name,
    start: Annotated[int, typer.Option(min=0, help="Items to skip.")] = 0,
    version: Number = None,
    limit: Limit = 10,
) -> Listing:
    """Items of a sheet, one line each."""
    found = names.sheet(wb, sheet)
    if start or limit <= 200:
        page = wb.sheets.page(found.id, number=version, start=start, limit=min(limit, 500))
        return _items(page.items, [field.name for field in page.fields])
    items = wb.sheets.items(found.id, number=version).take(limit)
    return _items(items, list(items[0].fields) if items else [])


@verb(app, "item")
def show_item(
    wb: "Workbench", sheet: Name, item: Annotated[list[str], typer.Argument(help="item_refs.")], version: Number = None
) -> Listing:
    """Items by their item_ref."""
    page = wb.sheets.show_items(names.sheet(wb, sheet).id, item, number=version)
    return _items(page.items, [field.name for field in page.fields])


@verb(app, "download")
def download_file(
    wb: "Workbench",
    sheet: Name,
    item: ItemRef,
    field: FieldName,
    target: Annotated[Path | None, typer.Option("--to", help="Where to; the file's own name when absent.")] = None,
    index: Index = 0,
    version: Number = None,
) -> Said:
    """Download a file of an item."""
    found = names.sheet(wb, sheet)
    if target is None:
        target = Path(Path(wb.sheets.describe_file(found.id, item, field, index=index, number=version).name).name)
    written = wb.sheets.download_file(found.id, item, field, target, index=index, number=version)
    return Said(f"Wrote {written}.", {"path": str(written)})


@verb(app, "picture")
def save_picture(
    wb: "Workbench",
    sheet: Name,
    item: ItemRef,
    field: FieldName,
    target: Annotated[Path, typer.Option("--to", help="The PNG to write.")],
    width: Annotated[int, typer.Option(min=16, max=2000, help="Width in pixels.")] = 800,
    page: Annotated[int | None, typer.Option(min=1, help="Page of a PDF.")] = None,
    index: Index = 0,
) -> Said:
    """Save a PNG of an item's image, or of a page of its PDF."""
    found = names.sheet(wb, sheet)
    target.write_bytes(wb.sheets.picture(found.id, item, field, index=index, width=width, page=page))
    return Said(f"Wrote {target}.", {"path": str(target)})


@verb(app, "diff")
def diff_versions(
    wb: "Workbench",
    sheet: Name,
    before: Annotated[int, typer.Argument(help="The older version.")],
    after: Annotated[int, typer.Argument(help="The newer version.")],
) -> Listing:
    """Where the definitions of two versions differ."""
    found = wb.sheets.diff(names.sheet(wb, sheet).id, before, after)
    return Listing(found, columns("path before after"), "They are the same.")


@verb(app, "duplicate")
def duplicate_sheet(wb: "Workbench", sheet: Name, name: NewName, version: Number = None) -> Any:
    """Make a new sheet from a version of this one."""
    return wb.sheets.duplicate(names.sheet(wb, sheet).id, name, number=version)


@verb(app, "archive")
def archive_sheet(wb: "Workbench", sheet: Name) -> Any:
    """Put a sheet away; what was made from it stays readable."""
    found = names.sheet(wb, sheet)
    return wb.sheets.archive(found.id, version=found.version)


@verb(app, "restore")
def restore_sheet(wb: "Workbench", sheet: Name) -> Any:
    """Take an archived sheet back."""
    found = names.sheet(wb, sheet)
    return wb.sheets.restore(found.id, version=found.version)


@verb(app, "delete")
def delete_sheet(wb: "Workbench", sheet: Name, yes: Yes = False) -> Said:
    """Remove a sheet that was never published."""
    found = names.sheet(wb, sheet)
    confirm(f"Delete the sheet {found.name}?", yes)
    wb.sheets.delete(found.id, version=found.version)
    return Said(f"The sheet {found.name} is deleted.")


def _definition(
    table: str | None, key: list[str] | None, condition: str | None, taken: list[str] | None
) -> dict[str, Any]:
    from workbench.sdk import Invalid

    if table is None or not key:
        raise Invalid("A sheet needs a table and its key.", fix="Give --table and --key, or a definition with --file.")
    return {"primary_table": table, "item_key": key, "filter": condition, "columns": taken or None}


def _items(items: Any, fields: list[str]) -> Listing:
    shown: dict[str, Any] = {"item_ref": "item_ref"}
    shown |= {name: (lambda item, name=name: item.fields.get(name)) for name in fields}
    return Listing(items, shown, "No items.")
