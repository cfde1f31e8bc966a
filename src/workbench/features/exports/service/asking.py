"""Asking for an export: what it would hold, how its first lines look, and the export itself."""

from __future__ import annotations

from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.backends.database import after_commit
from workbench.features.audit import service as audit
from workbench.features.exports import queries, rules, writing
from workbench.features.exports.places import place_of
from workbench.features.exports.rendering import Render, renderer
from workbench.features.exports.schemas import (
    Export,
    ExportFile,
    ExportOptions,
    ExportPreview,
    ExportRequest,
    ExportState,
    ExportSummary,
    FormatInfo,
    Split,
    SplitSummary,
)
from workbench.features.exports.tables import ExportRow
from workbench.features.formats import FORMATS, format_of
from workbench.features.generation.service import require_training_sheet
from workbench.features.generation.tables import TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.jobs import service as jobs
from workbench.features.jobs.schemas import JobStatus
from workbench.features.labels import service as labels
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor

CREATE = "export.create"
MOST_LINES = 20
EXPORTABLE = ("review", "approved")


class TrainingSheetNotReady(Conflict):
    """The training sheet is not in a state in which it can be exported."""


class ExportNotReady(Conflict):
    """The export's files are not there yet, or not any more."""


def list_formats() -> list[FormatInfo]:
    """The formats that an export can be written in."""
    return [
        FormatInfo(
            name=form.name,
            title=form.title,
            description=form.description,
            suffix=form.suffix,
            sample=b"".join(form.write(form.sample)).decode().splitlines(),
        )
        for form in FORMATS
    ]


def summarize_export(session: Session, actor: Actor, training_sheet_id: UUID, options: ExportOptions) -> ExportSummary:
    """What an export of the training sheet would hold and why the rest would stay behind; lets nothing out."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    splits = []
    for split in rules.splits_of(options):
        leaving = queries.split_leaving(session, sheet, options, split)
        splits.append(rules.summarized(split, governance.summarize(session, actor, leaving, rules.USE_OF[split])))
    return ExportSummary(training_sheet_id=sheet.id, training_sheet_name=sheet.name, splits=splits)


def preview_export(
    session: Session,
    actor: Actor,
    backends: Backends,
    training_sheet_id: UUID,
    options: ExportOptions,
    split: Split,
    lines: int,
) -> ExportPreview:
    """The first lines of a split as the file would have them. What is shown has left: it passes the gate as an exit.

    Raises `AboveClearance` when any pair that would be in the file is more sensitive than the actor may see.
    """
    form = format_of(options.format)
    sheet = require_training_sheet(session, actor, training_sheet_id)
    render = renderer_of(session, actor, backends, sheet, options)
    count = max(1, min(lines, MOST_LINES))
    with governance.release(
        session,
        actor,
        queries.split_leaving(session, sheet, options, split),
        use=rules.USE_OF[split],
        kind="preview",
        subject_kind="training_sheet",
        subject_id=sheet.id,
        columns=queries.SHOWN,
        limit=count,
    ) as out:
        governance.require_view(actor, out.summary.classification)
        written = list(islice(form.write(render(*row) for row in out), count))
    return ExportPreview(
        split=split,
        lines=[piece.decode().rstrip("\n") for piece in written],
        summary=rules.summarized(split, out.summary),
    )


def create_export(session: Session, actor: Actor, backends: Backends, request: ExportRequest) -> Export:
    """Asks for a training sheet's labeled and allowed pairs as files; a job writes them.

    Raises `TrainingSheetNotReady` while it is generated or after that failed.
    """
    form = format_of(request.format)
    sheet = require_training_sheet(session, actor, request.training_sheet_id)
    if sheet.state not in EXPORTABLE:
        raise TrainingSheetNotReady(
            f"The training sheet {sheet.name} is {sheet.state}.",
            field="training_sheet_id",
            fix="Export it once it is in review or approved.",
        )
    export_id = new_id()
    job = jobs.submit(
        session,
        actor,
        backends,
        kind=CREATE,
        title=f"Export {sheet.name} as {form.title}",
        subject_kind="export",
        subject_id=export_id,
        arguments={"export_id": str(export_id)},
        unit="pairs",
    )
    options = ExportOptions.model_validate(request.model_dump(exclude={"training_sheet_id"}))
    row = ExportRow(
        id=export_id,
        workspace_id=actor.workspace_id,
        training_sheet_id=sheet.id,
        training_sheet_name=sheet.name,
        format=form.name,
        options=options.model_dump(mode="json"),
        state=ExportState.WRITING,
        job_id=job.id,
        exposures=[],
        counts=[],
        files=[],
        created_by=actor.id,
        created_by_name=actor.name,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    details = {"training_sheet": str(sheet.id), "name": sheet.name, **row.options}
    audit.record(session, actor, "export.create", "export", row.id, details)
    return as_export(row, job.status)


def get_export(session: Session, actor: Actor, export_id: UUID) -> Export:
    """One export. Raises `NotFound`."""
    return as_export(*require_export(session, actor, export_id))


def list_exports(
    session: Session,
    actor: Actor,
    *,
    training_sheet_id: UUID | None = None,
    state: ExportState | None = None,
    search: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Export]:
    """Exports, newest first; `search` looks in the training sheet's name."""
    size, after = clamp_limit(limit), cursor_key(cursor, UUID)
    rows = queries.page(
        session,
        actor.workspace_id,
        before=after[0] if after else None,
        limit=size + 1,
        training_sheet_id=training_sheet_id,
        state=state,
        search=search,
    )
    more = encode_cursor(str(rows[size - 1][0].id)) if len(rows) > size else None
    return Page(items=[as_export(*row) for row in rows[:size]], next_cursor=more)


def delete_export(session: Session, actor: Actor, backends: Backends, export_id: UUID) -> Export:
    """Removes an export's files; that it was, and what left, stays on record. Raises `ExportNotReady` while writing."""
    row, status = require_export(session, actor, export_id)
    state = state_of(row, status)
    if state is ExportState.WRITING:
        raise ExportNotReady("The export is still being written.", fix="Cancel its job first.")
    if state is not ExportState.DELETED:
        row.state = ExportState.DELETED
        audit.record(session, actor, "export.delete", "export", row.id, {"name": row.training_sheet_name})
        session.flush()
    # Files do not come back with a rollback; asked again, it removes what could not be removed the first time.
    place = place_of(backends, row)
    after_commit(session, lambda: writing.remove(place))
    return as_export(row, status)


# --- for the other parts of this feature ------------------------------------------------------------------------------


def require_export(session: Session, actor: Actor, export_id: UUID) -> Row[ExportRow, str]:
    """The export and the status of its job. Raises `NotFound`."""
    found = queries.export(session, actor.workspace_id, export_id)
    if found is None:
        raise NotFound(f"There is no export {export_id}.", field="export_id")
    return found


def file_gone(name: str) -> NotFound:
    """What to raise for a file of an export that is ready, but not on the disk."""
    return NotFound(f"The file {name} is gone from the disk.", field="name", fix="Export the training sheet again.")


def require_key(session: Session, actor: Actor, training_sheet_id: UUID) -> None:
    """Raises `AboveClearance` when the actor may not see the key that the training sheet's items are named by."""
    sheet = queries.training_sheet_of(session, actor.workspace_id, training_sheet_id)
    if sheet is not None:
        labels.require_space(session, actor, sheet.space_id)


def renderer_of(
    session: Session, actor: Actor, backends: Backends, sheet: TrainingSheetRow, options: ExportOptions
) -> Render:
    """What makes conversations of the training sheet's pairs."""
    return renderer(
        labels.require_version(session, actor, sheet.labelset_version_id),
        options.images,
        backends.lakehouse(actor.workspace),
        set(governance.exposure(session, sheet.exposure_id).sources),
    )


def state_of(row: ExportRow, job_status: str) -> ExportState:
    """Where the export stands; while it is not written, its job says so."""
    if row.state == ExportState.WRITING and job_status in (JobStatus.FAILED, JobStatus.CANCELLED):
        return ExportState(job_status)
    return ExportState(row.state)


def as_export(row: ExportRow, job_status: str) -> Export:
    """The wire shape of an export."""
    values: dict[str, Any] = {name: getattr(row, name) for name in Export.model_fields if hasattr(row, name)}
    return Export(
        **values
        | {
            "options": ExportOptions.model_validate(row.options),
            "state": state_of(row, job_status),
            "splits": [SplitSummary.model_validate(each) for each in row.counts],
            "files": [ExportFile.model_validate(each) for each in row.files],
        }
    )
