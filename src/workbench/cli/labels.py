"""`workbench labels`: canonical labels."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from workbench.cli import names, reviewing
from workbench.cli.frame import Limit, noun, verb
from workbench.cli.progress import follow
from workbench.cli.show import Bad, Listing, Said, columns

if TYPE_CHECKING:
    from workbench.sdk import Workbench

app = noun("Canonical labels: label items directly, look at what labels said, import and export.")

LabelId = Annotated[UUID, typer.Argument(help="The label's id.", metavar="LABEL", parser=names.an_id(names.LABELS))]
LabelType = Annotated[str, typer.Option(help="The label type.")]
Sheet = Annotated[str, typer.Option(help="The sheet, by name or id.")]
ItemRef = Annotated[str, typer.Argument(help="The item's item_ref.", metavar="ITEM")]
Value = Annotated[str | None, typer.Argument(help="The answer: a class, a text, or JSON.", metavar="[ANSWER]")]
Sureness = Annotated[str | None, typer.Option(help="How sure: high, medium or low.")]
Notes = Annotated[str, typer.Option(help="Notes on the label.")]
Use = Annotated[str, typer.Option(help="What for: training, validation, evaluation, few_shot or testing.")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for it, showing its progress.")]


@verb(app, "list")
def list_labels(
    wb: "Workbench",
    label_type: LabelType,
    sheet: Annotated[str | None, typer.Option(help="Only items of this sheet's table.")] = None,
    verdict: Annotated[str | None, typer.Option(help="answered, unlabelable or retracted.")] = None,
    confidence: Sureness = None,
    labeled_by: Annotated[str | None, typer.Option(help="Only labels of this member.")] = None,
    stale: Annotated[
        bool | None, typer.Option("--stale/--fresh", help="Only stale ones, or fresh; needs --sheet.")
    ] = None,
    search: Annotated[str | None, typer.Option("--search", "-s", help="Part of the item_ref.")] = None,
    sort: Annotated[str, typer.Option(help="newest, oldest, or item_ref with --sheet.")] = "newest",
    limit: Limit = 50,
) -> Listing:
    """Labels of a label type."""
    found = wb.labels.list(
        label_type,
        sheet_id=names.sheet(wb, sheet).id if sheet else None,
        verdict=verdict,
        confidence=confidence,
        labeled_by=names.find(lambda _: wb.members.list(), labeled_by, "member").id if labeled_by else None,
        stale=stale,
        search=search,
        sort=sort,
    )
    shown = columns("item_ref answer=summary verdict confidence stale by=labeled_by_name at=labeled_at id")
    return Listing(found.take(limit), shown, "No labels yet.")


@verb(app, "show")
def show_label(wb: "Workbench", label: LabelId) -> Any:
    """One label as it stands now."""
    return wb.labels.get(label)


@verb(app, "of")
def show_label_of_item(wb: "Workbench", item: ItemRef, sheet: Sheet, label_type: LabelType) -> Any:
    """The label of an item of a sheet, and whether it is stale."""
    return wb.labels.of_item(names.sheet(wb, sheet).id, item, label_type)


@verb(app, "next")
def list_items_to_label(
    wb: "Workbench",
    sheet: Sheet,
    label_type: LabelType,
    show: Annotated[str, typer.Option(help="to_do, unlabeled, stale, labeled or all.")] = "to_do",
    limit: Limit = 10,
) -> Listing:
    """Items of a sheet to label, in its order."""
    found = wb.labels.to_label(names.sheet(wb, sheet).id, label_type, show=show).take(limit)
    return Listing(found, columns("position item_ref state answer=label.summary others"), "Nothing left to label.")


@verb(app, "item")
def show_item(wb: "Workbench", item: ItemRef, sheet: Sheet, label_type: LabelType) -> Any:
    """One item of a sheet, with how its label stands."""
    return wb.labels.item(names.sheet(wb, sheet).id, item, label_type)


@verb(app, "set")
def label_item(
    wb: "Workbench",
    item: ItemRef,
    sheet: Sheet,
    label_type: LabelType,
    answer: Value = None,
    unlabelable: Annotated[bool, typer.Option("--unlabelable", help="Nobody can answer this item.")] = False,
    confidence: Annotated[str, typer.Option(help="How sure: high, medium or low.")] = "high",
    notes: Notes = "",
    replace: Annotated[int | None, typer.Option(help="Number of the label that this one replaces.")] = None,
) -> Any:
    """Make an answer the canonical label of an item, as the item is now."""
    outcome = wb.labels.label_item(
        names.sheet(wb, sheet).id,
        item,
        label_type,
        None if answer is None else _answer(wb, label_type, answer),
        version=replace,
        verdict="unlabelable" if unlabelable else "answered",
        confidence=confidence,
        notes=notes,
    )
    label = outcome.label
    return Said(f"{label.item_ref}: {label.summary or label.verdict.value} ({outcome.change.value})", outcome)


@verb(app, "progress")
def show_progress(
    wb: "Workbench",
    sheet: Sheet,
    label_type: LabelType,
    exact: Annotated[bool, typer.Option("--exact", help="Look at every item of a large sheet too.")] = False,
) -> Any:
    """How far a sheet is labeled with a label type, and by whom."""
    return wb.labels.progress(names.sheet(wb, sheet).id, label_type, exact=exact or None)


@verb(app, "draft")
def show_draft(wb: "Workbench", item: ItemRef, sheet: Sheet, label_type: LabelType) -> Any:
    """Your own unfinished answer for an item."""
    return wb.labels.draft(names.sheet(wb, sheet).id, item, label_type) or Said("No draft.")


@verb(app, "save-draft")
def save_draft(
    wb: "Workbench", item: ItemRef, sheet: Sheet, label_type: LabelType, answer: Value = None, notes: Notes = ""
) -> Any:
    """Keep an unfinished answer for an item."""
    sheet_id = names.sheet(wb, sheet).id
    seen = wb.labels.draft(sheet_id, item, label_type)
    content = {"value": None if answer is None else _answer(wb, label_type, answer), "notes": notes}
    return wb.labels.save_draft(sheet_id, item, label_type, content, version=seen.version if seen else None)


@verb(app, "discard-draft")
def discard_draft(wb: "Workbench", item: ItemRef, sheet: Sheet, label_type: LabelType) -> Said:
    """Forget your unfinished answer for an item."""
    wb.labels.discard_draft(names.sheet(wb, sheet).id, item, label_type)
    return Said("The draft is gone.")


@verb(app, "history")
def show_history(wb: "Workbench", label: LabelId) -> Listing:
    """Everything a label ever said, newest first."""
    shown = columns("number at who=actor_name source verdict answer=rendered notes")
    return Listing(wb.labels.history(label).versions, shown)


@verb(app, "retract")
def retract_label(wb: "Workbench", label: LabelId, reason: Annotated[str, typer.Option(help="Why.")]) -> Any:
    """Take a label back; nothing may use it any more."""
    return wb.labels.retract(label, reason, version=wb.labels.get(label).number)


@verb(app, "revert")
def revert_label(
    wb: "Workbench",
    label: LabelId,
    to: Annotated[int, typer.Argument(min=1, help="The version to go back to.")],
    notes: Annotated[str | None, typer.Option(help="Why.")] = None,
) -> Any:
    """Make an earlier version of a label its newest one again."""
    return wb.labels.revert(label, to, version=wb.labels.get(label).number, notes=notes)


@verb(app, "import")
def import_labels(
    wb: "Workbench",
    file: Annotated[Path, typer.Argument(help="JSON Lines with item_ref or key, and value.", exists=True)],
    sheet: Sheet,
    label_type: LabelType,
    policy: Annotated[str, typer.Option(help="Items that have a label: skip, overwrite, or fail the whole.")] = "skip",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report what would be done.")] = False,
    field: Annotated[list[str] | None, typer.Option(help="An item field behind the answers; all when absent.")] = None,
    wait: Wait = True,
) -> Any:
    """Import labels; exit code 1 when a row could not be taken."""
    sheet_id = names.sheet(wb, sheet).id
    job = wb.labels.import_file(
        file, sheet_id=sheet_id, label_type=label_type, policy=policy, dry_run=dry_run, fields=field or None
    )
    done = follow(wb, job, wait)
    if isinstance(done, Said) or done.result is None:
        return done
    return Bad(done.result) if done.result["invalid"] else done.result


@verb(app, "export")
def export_labels(
    wb: "Workbench",
    label_type: LabelType,
    use: Use,
    to: Annotated[
        Path | None, typer.Option(help="The file to write; its own name, in this folder, when absent.")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Only items of this sheet's table.")] = None,
) -> Any:
    """Write the labels that the gate allows for a use as JSON Lines."""
    job = wb.labels.export(label_type, use, sheet_id=names.sheet(wb, sheet).id if sheet else None)
    done = follow(wb, job, wait=True)
    if isinstance(done, Said):
        return done
    result = done.result or {}
    path = wb.labels.download(job.id, to or Path(Path(result["file"]).name))
    return {**result, "path": str(path)}


def _answer(wb: "Workbench", label_type: str, text: str) -> Any:
    labelset = names.labelset(wb, label_type)
    return reviewing.answer(wb.labelsets.version(labelset.id, labelset.published or 1), text)
