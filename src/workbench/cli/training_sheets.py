"""`workbench training-sheets`: pairs made from a sheet and a template."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from workbench.cli import names
from workbench.cli.frame import Limit, Search, Yes, confirm, noun, verb
from workbench.cli.pair_filters import By, Failed, Find, Least, Most, Origin, Outdated, Stale, Status, pair_filter
from workbench.cli.progress import follow
from workbench.cli.review import PairId
from workbench.cli.show import Column, Listing, Said, Text, columns

if TYPE_CHECKING:
    from workbench.features.generation.schemas import PairPreview, TrainingSheet
    from workbench.sdk import Workbench

app = noun("Pairs made from a sheet and a template: generate, look, approve.")

Name = Annotated[str, typer.Argument(help="The training sheet's name or id.", metavar="TRAINING_SHEET")]
NewName = Annotated[str, typer.Argument(help="What to call it.", metavar="NAME")]
Sheet = Annotated[str, typer.Option(help="The sheet, by name or id.")]
Template = Annotated[str, typer.Option(help="The template, by name or id.")]
Version = Annotated[str | None, typer.Option("--version", help="The template's version; the newest published one.")]
ModeName = Annotated[str, typer.Option(help="ai_generated, manual or existing_column; canonical labels always first.")]
AnswerColumn = Annotated[str | None, typer.Option(help="The column with the answers, in mode existing_column.")]
Trusted = Annotated[bool, typer.Option("--trusted", help="Its answers become canonical labels at once.")]
Model = Annotated[str | None, typer.Option(help="A model that replaces the template's, by name or id.")]
First = Annotated[int | None, typer.Option("--first", min=1, help="Only the first items.")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for it, showing its progress.")]


def _progress(sheet: "TrainingSheet") -> str:
    counts = sheet.counts
    to_review = counts.unlabeled + counts.rejected + counts.flagged
    return f"{counts.labeled} / {counts.total} labeled ({counts.reused} reused), {to_review} to review"


COLUMNS: dict[str, Column] = {
    **columns("name state sheet=sheet_name template=template_name version=template_version mode"),
    "progress": _progress,
}


@verb(app, "list")
def list_training_sheets(
    wb: "Workbench",
    search: Search = None,
    state: Annotated[str | None, typer.Option(help="generating, review, approved, failed or cancelled.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Only those made from this sheet.")] = None,
    template: Annotated[str | None, typer.Option(help="Only those made with this template.")] = None,
    archived: Annotated[bool, typer.Option("--archived", help="Only archived ones.")] = False,
    limit: Limit = 50,
) -> Listing:
    """Training sheets, newest first."""
    found = wb.training_sheets.list(
        search=search,
        state=state,
        sheet_id=names.sheet(wb, sheet).id if sheet else None,
        template_id=names.template(wb, template).id if template else None,
        archived=archived,
    )
    return Listing(found.take(limit), COLUMNS, "No training sheets yet: `workbench training-sheets generate`.")


@verb(app, "show")
def show_training_sheet(wb: "Workbench", training_sheet: Name) -> Any:
    """One training sheet, with exact counts."""
    return wb.training_sheets.get(names.training_sheet(wb, training_sheet).id)


@verb(app, "coverage")
def show_coverage(
    wb: "Workbench", sheet: Sheet, template: Template, version: Version = None, column: AnswerColumn = None
) -> Said:
    """How much of a sheet is labeled already, before generating; and how much of the rest a column could not answer."""
    found = wb.training_sheets.coverage(
        sheet_id=names.sheet(wb, sheet).id, template_version_id=_version(wb, template, version), column=column
    )
    about = "About " if found.sampled < found.total else ""
    unfit = f"; {found.unfit} of them have no answer in {column} that fits" if found.unfit else ""
    return Said(
        f"{about}{found.labeled} of {found.total} already labeled, {found.stale} stale, "
        f"{found.unlabelable} unlabelable, {found.unlabeled} to answer{unfit}.",
        found,
    )


@verb(app, "preview")
def preview_training_sheet(
    wb: "Workbench",
    sheet: Sheet,
    template: Template,
    mode: ModeName = "manual",
    version: Version = None,
    column: AnswerColumn = None,
    count: Annotated[int, typer.Option(min=1, max=20, help="How many pairs.")] = 3,
) -> Text:
    """The first pairs as they would be made. No model is asked and nothing is kept."""
    found = wb.training_sheets.preview(
        sheet_id=names.sheet(wb, sheet).id,
        template_version_id=_version(wb, template, version),
        mode=mode,
        column=column,
        count=count,
    )
    return Text("\n\n".join([*map(_previewed, found.pairs), *filter(None, [found.withheld])]), found)


@verb(app, "generate")
def generate_training_sheet(
    wb: "Workbench",
    name: NewName,
    sheet: Sheet,
    template: Template,
    mode: ModeName,
    version: Version = None,
    column: AnswerColumn = None,
    trusted: Trusted = False,
    model: Model = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Ask the model even where the same prompt was answered.")
    ] = False,
    first: First = None,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    wait: Wait = True,
) -> Any:
    """Make a training sheet."""
    made = wb.training_sheets.generate(
        name,
        sheet_id=names.sheet(wb, sheet).id,
        template_version_id=_version(wb, template, version),
        mode=mode,
        column=column,
        trusted=trusted,
        endpoint_id=names.model(wb, model).id if model else None,
        reuse_answers=not fresh,
        limit=first,
        description=description,
    )
    return _generated(wb, made, wait)


@verb(app, "duplicate")
def duplicate_training_sheet(
    wb: "Workbench",
    training_sheet: Name,
    name: NewName,
    template: Annotated[str | None, typer.Option(help="Another template, by name or id.")] = None,
    version: Version = None,
    mode: Annotated[str | None, typer.Option(help="Another mode.")] = None,
    wait: Wait = True,
) -> Any:
    """Make a training sheet like this one from the newest data; its labels are reused."""
    found = names.training_sheet(wb, training_sheet)
    fields: dict[str, Any] = {"mode": mode} if mode else {}
    if template or version:
        fields["template_version_id"] = _version(wb, template or str(found.template_id), version)
    return _generated(wb, wb.training_sheets.duplicate(found.id, name, **fields), wait)


@verb(app, "retry-failures")
def retry_failures(
    wb: "Workbench",
    training_sheet: Name,
    kind: Annotated[list[str] | None, typer.Option(help="Only failures of this kind; repeat for more.")] = None,
    wait: Wait = True,
) -> Any:
    """Ask the model again about the pairs that it gave no usable answer for."""
    job = wb.training_sheets.retry_failures(names.training_sheet(wb, training_sheet).id, kinds=kind or None)
    return follow(wb, job, wait)


@verb(app, "finish")
def finish_training_sheet(wb: "Workbench", training_sheet: Name) -> Any:
    """End a stopped generation with the pairs there are, and open them for review."""
    found = names.training_sheet(wb, training_sheet)
    return wb.training_sheets.finish(found.id, version=found.version)


@verb(app, "pairs")
def list_pairs(
    wb: "Workbench",
    training_sheet: Name,
    status: Status = None,
    origin: Origin = None,
    stale: Stale = None,
    failed: Failed = None,
    outdated: Outdated = None,
    search: Find = None,
    least: Least = None,
    most: Most = None,
    by: By = None,
    limit: Limit = 20,
) -> Listing:
    """Pairs by position."""
    wanted = pair_filter(
        wb, status=status, origin=origin, stale=stale, failed=failed, outdated=outdated, search=search, least=least,
        most=most, by=by,
    )  # fmt: skip
    found = wb.training_sheets.pairs(names.training_sheet(wb, training_sheet).id, **wanted.model_dump())
    return Listing(
        found.take(limit), columns("position item_ref status origin answer=summary confidence=model_confidence id")
    )


@verb(app, "pair")
def show_pair(wb: "Workbench", pair: PairId) -> Any:
    """A whole pair."""
    return wb.training_sheets.pair(pair)


@verb(app, "read")
def read_pairs(
    wb: "Workbench",
    training_sheet: Name,
    use: Annotated[str, typer.Option(help="What for: training, validation, evaluation, few_shot or testing.")],
    to: Annotated[Path, typer.Option(help="The file to write: .parquet, .csv or .jsonl.")],
) -> Said:
    """Write the pairs that the gate allows for a use into a data file; leaves an exit."""
    from workbench.sdk import Invalid

    frame = wb.training_sheets.read(names.training_sheet(wb, training_sheet).id, use).to_polars()
    writers: dict[str, Callable[[Path], Any]] = {
        ".parquet": frame.write_parquet,
        ".jsonl": frame.write_ndjson,
        ".csv": frame.write_csv,
    }
    if to.suffix not in writers:
        raise Invalid(
            f"Cannot write {to.suffix or 'a file without suffix'}.", field="to", fix=f"Use {', '.join(writers)}."
        )
    writers[to.suffix](to)
    return Said(f"Wrote {frame.height} pairs to {to}.", {"path": str(to), "rows": frame.height})


@verb(app, "change")
def change_training_sheet(
    wb: "Workbench",
    training_sheet: Name,
    name: Annotated[str | None, typer.Option(help="Its new name.")] = None,
    description: Annotated[str | None, typer.Option(help="Its new description.")] = None,
) -> Any:
    """Rename or describe a training sheet."""
    found = names.training_sheet(wb, training_sheet)
    fields = {key: value for key, value in (("name", name), ("description", description)) if value is not None}
    return wb.training_sheets.change(found.id, version=found.version, **fields)


@verb(app, "archive")
def archive_training_sheet(wb: "Workbench", training_sheet: Name) -> Any:
    """Take a training sheet out of the lists."""
    found = names.training_sheet(wb, training_sheet)
    return wb.training_sheets.archive(found.id, version=found.version)


@verb(app, "restore")
def restore_training_sheet(wb: "Workbench", training_sheet: Name) -> Any:
    """Put an archived training sheet back."""
    found = names.training_sheet(wb, training_sheet)
    return wb.training_sheets.restore(found.id, version=found.version)


@verb(app, "delete")
def delete_training_sheet(wb: "Workbench", training_sheet: Name, yes: Yes = False, wait: Wait = True) -> Any:
    """Remove a training sheet that was never approved; canonical labels stay."""
    found = names.training_sheet(wb, training_sheet)
    confirm(f"Delete the training sheet {found.name} and its {found.counts.total} pairs?", yes)
    return follow(wb, wb.training_sheets.delete(found.id, version=found.version), wait)


def _version(wb: "Workbench", template: str, number: str | None) -> UUID:
    from workbench.sdk import Conflict

    found = names.template(wb, template)
    if number is not None:
        return wb.templates.version(found.id, number).id
    if found.published_id is None:
        raise Conflict(f"{found.name} is not published.", fix="Publish it with `workbench templates publish`.")
    return found.published_id


def _generated(wb: "Workbench", made: "TrainingSheet", wait: bool) -> Any:
    if made.job_id is None:
        return made
    followed = follow(wb, wb.jobs.get(made.job_id), wait)
    if isinstance(followed, Said):
        return followed
    done = wb.training_sheets.get(made.id)
    return Said(f"{done.name}: {_progress(done)}.", done)


def _previewed(pair: "PairPreview") -> str:
    lines = [f"=== {pair.item_ref} ({pair.status.value}, {pair.origin.value})"]
    lines += [f"[{message['role']}] {message['content']}" for message in pair.messages]
    if pair.rendered is not None:
        lines.append(f"[assistant] {pair.rendered}")
    if pair.problem:
        lines.append(f"[problem] {pair.problem.get('detail') or pair.problem}")
    return "\n".join(lines)
