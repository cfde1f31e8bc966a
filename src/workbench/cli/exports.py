"""`workbench exports`: files that leave through the gate."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from workbench.cli import names
from workbench.cli.frame import Limit, Search, Yes, confirm, noun, verb
from workbench.cli.progress import follow
from workbench.cli.show import Bad, Listing, Said, Text, columns

if TYPE_CHECKING:
    from workbench.sdk import Workbench

app = noun("Files that leave through the gate, and where each line comes from.")

TrainingSheet = Annotated[str, typer.Argument(help="The training sheet's name or id.", metavar="TRAINING_SHEET")]
ExportId = Annotated[
    UUID, typer.Argument(help="The export's id.", metavar="EXPORT", parser=names.an_id("workbench exports list"))
]
Format = Annotated[str, typer.Option(help="One of `workbench exports formats`.")]
Fraction = Annotated[float, typer.Option("--validation", min=0, max=0.9, help="Part of the items kept for validation.")]
Seed = Annotated[int, typer.Option(min=0, help="Decides which items those are.")]
Images = Annotated[str, typer.Option(help="`reference` names images, `embed` puts them into the file.")]
Split = Annotated[str, typer.Option(help="train or validation.")]
COLUMNS = columns("id training_sheet=training_sheet_name state format=options.format created=created_at")


@verb(app, "list")
def list_exports(
    wb: "Workbench",
    training_sheet: Annotated[str | None, typer.Option(help="Only exports of this training sheet.")] = None,
    state: Annotated[str | None, typer.Option(help="writing, ready, failed, cancelled or deleted.")] = None,
    search: Search = None,
    limit: Limit = 50,
) -> Listing:
    """Exports, newest first."""
    of = names.training_sheet(wb, training_sheet).id if training_sheet else None
    found = wb.exports.list(training_sheet_id=of, state=state, search=search).take(limit)
    return Listing(found, COLUMNS, "No exports yet: `workbench exports create`.")


@verb(app, "formats")
def list_formats(wb: "Workbench") -> Listing:
    """The formats that an export can be written in."""
    return Listing(wb.exports.formats(), columns("name title suffix description"))


@verb(app, "summary")
def summarize_export(
    wb: "Workbench",
    training_sheet: TrainingSheet,
    format: Format = "openai_chat",
    validation: Fraction = 0.0,
    seed: Seed = 0,
) -> Text:
    """What an export would hold, and why the rest would stay behind."""
    sheet = names.training_sheet(wb, training_sheet)
    summary = wb.exports.summarize(sheet.id, format=format, validation_fraction=validation, seed=seed)
    return Text("\n".join(f"{part.split.value}: {part.sentence}" for part in summary.splits), summary)


@verb(app, "preview")
def preview_export(
    wb: "Workbench",
    training_sheet: TrainingSheet,
    format: Format = "openai_chat",
    validation: Fraction = 0.0,
    seed: Seed = 0,
    images: Images = "reference",
    split: Split = "train",
    lines: Annotated[int, typer.Option(min=1, max=20, help="How many lines.")] = 5,
) -> Text:
    """The first lines of a file as it would be written."""
    options = {"format": format, "validation_fraction": validation, "seed": seed, "images": images}
    sheet = names.training_sheet(wb, training_sheet)
    preview = wb.exports.preview(sheet.id, split=split, lines=lines, **options)
    return Text("\n".join([line.rstrip("\n") for line in preview.lines] or [preview.summary.sentence]), preview)


@verb(app, "create")
def create_export(
    wb: "Workbench",
    training_sheet: TrainingSheet,
    format: Format = "openai_chat",
    validation: Fraction = 0.0,
    seed: Seed = 0,
    images: Images = "reference",
    to: Annotated[Path | None, typer.Option(help="Also download the files into this folder.")] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for it, showing its progress.")] = True,
) -> Any:
    """Write a training sheet's labeled and allowed pairs as files; the manifest says whether the whole was approved."""
    from workbench.sdk import Invalid

    if to is not None and not wait:
        raise Invalid(
            "There is nothing to download before the export is ready.",
            field="--to",
            fix="Leave out --no-wait, or use `workbench exports download` later.",
        )
    options = {"format": format, "validation_fraction": validation, "seed": seed, "images": images}
    sheet = names.training_sheet(wb, training_sheet)
    export = wb.exports.create(sheet.id, **options)
    said = [f"{sheet.name} is still in review: only what is labeled by now leaves."] if sheet.state == "review" else []
    if not wait:
        watch = f"Writing export {export.id}. Watch it with `workbench jobs wait {export.job_id}`."
        return Said("\n".join([watch, *said]), export)
    follow(wb, wb.jobs.get(export.job_id), wait)
    if to is not None:
        wb.exports.download(export.id, to)
    done = wb.exports.get(export.id)
    some = any(part.gate.allowed for part in done.splits)
    ready = f"Export {done.id} is ready." if some else f"Nothing is in export {done.id}: no pair may leave."
    sentences = [f"{part.split.value}: {part.sentence}" for part in done.splits]
    return Said("\n".join([ready, *said, *sentences]), done)


@verb(app, "show")
def show_export(wb: "Workbench", export: ExportId) -> Any:
    """One export."""
    return wb.exports.get(export)


@verb(app, "download")
def download_export(
    wb: "Workbench",
    export: ExportId,
    to: Annotated[Path, typer.Option(help="Folder to write into.")] = Path(),
    name: Annotated[str | None, typer.Option(help="Only this file.")] = None,
) -> Listing:
    """Download an export's files; hashes are checked."""
    written = wb.exports.download(export, to, name=name)
    return Listing([{"path": str(path)} for path in written], columns("path"))


@verb(app, "verify")
def verify_export(wb: "Workbench", export: ExportId) -> Any:
    """Compare every file with what was written, and ask the gate again; exit code 1 when anything does not hold."""
    check = wb.exports.verify(export)
    return check if check.intact and check.standing else Bad(check)


@verb(app, "delete")
def delete_export(wb: "Workbench", export: ExportId, yes: Yes = False) -> Any:
    """Remove an export's files; what left stays on record."""
    confirm(f"Delete the files of export {export}?", yes)
    return wb.exports.delete(export)


@verb(app, "trace-line")
def trace_line(
    wb: "Workbench",
    export: ExportId,
    line: Annotated[int, typer.Argument(min=1, help="The line, from 1.")],
    split: Split = "train",
) -> Any:
    """Where one line of an exported file comes from."""
    return wb.exports.trace_line(export, line, split=split)


@verb(app, "trace-row")
def trace_row(
    wb: "Workbench",
    table: Annotated[str, typer.Argument(help="catalog.schema.table")],
    key: Annotated[list[str] | None, typer.Argument(help="The row's key values.")] = None,
    item: Annotated[str | None, typer.Option(help="Its item_ref, instead of key values.")] = None,
) -> Any:
    """Everything that was made from one source row: labels, pairs, lines of exported files."""
    return wb.exports.trace_row(table, *(key or ()), item_ref=item)
