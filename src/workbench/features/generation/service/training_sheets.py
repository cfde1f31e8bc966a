"""What people do with training sheets by name: find, rename, archive, delete."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.audit import service as audit
from workbench.features.generation.queries import training_sheets as queries
from workbench.features.generation.schemas import (
    PairCounts,
    Recipe,
    TrainingSheet,
    TrainingSheetChange,
    TrainingSheetState,
)
from workbench.features.generation.tables import TrainingSheetRow
from workbench.features.jobs import service as jobs
from workbench.features.jobs.schemas import Job
from workbench.features.lineage import service as lineage
from workbench.features.lineage.schemas import Direction, NodeKind
from workbench.features.templates.rules import spelled
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor

DELETE = "training_sheet.delete"
SORTS = ("newest", "oldest")


class TrainingSheetChanged(Conflict):
    """Someone else changed the training sheet meanwhile; `details["current"]` is how it stands."""


class TrainingSheetInUse(Conflict):
    """The training sheet cannot be deleted, because something depends on it."""


def get_training_sheet(session: Session, actor: Actor, training_sheet_id: UUID) -> TrainingSheet:
    """One training sheet. Raises `NotFound`."""
    row = queries.shown(session, training_sheet_id, actor.workspace_id)
    if row is None:
        raise _unknown(training_sheet_id)
    return _as_training_sheet(row)


def list_training_sheets(
    session: Session,
    actor: Actor,
    *,
    search: str | None = None,
    state: TrainingSheetState | None = None,
    sheet_id: UUID | None = None,
    template_id: UUID | None = None,
    labelset_id: UUID | None = None,
    archived: bool | None = False,
    sort: str = "newest",
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[TrainingSheet]:
    """Training sheets of the workspace, newest first."""
    if sort not in SORTS:
        raise Invalid(
            f"Training sheets cannot be sorted by {sort[:40]!r}.", field="sort", fix=f"Use {' or '.join(SORTS)}."
        )
    size, after = clamp_limit(limit), cursor_key(cursor, UUID)
    rows = queries.page(
        session,
        actor.workspace_id,
        search=search,
        state=state,
        sheet_id=sheet_id,
        template_id=template_id,
        labelset_id=labelset_id,
        archived=archived,
        sort=sort,
        after=after[0] if after else None,
        limit=size + 1,
    )
    more = encode_cursor(str(rows[size - 1].TrainingSheetRow.id)) if len(rows) > size else None
    return Page(items=[_as_training_sheet(row) for row in rows[:size]], next_cursor=more)


def change_training_sheet(
    session: Session, actor: Actor, training_sheet_id: UUID, body: TrainingSheetChange
) -> TrainingSheet:
    """Renames or describes a training sheet."""
    row = require_training_sheet_at(session, actor, training_sheet_id, body.version)
    row.name = body.name if body.name is not None else row.name
    row.description = body.description if body.description is not None else row.description
    return _changed(session, actor, row, "training_sheet.change")


def archive_training_sheet(session: Session, actor: Actor, training_sheet_id: UUID, version: int) -> TrainingSheet:
    """Takes a training sheet out of the lists; nothing of it is reviewed or follows labels any more."""
    row = require_training_sheet_at(session, actor, training_sheet_id, version)
    if any(jobs.list_active_jobs(session, row.id)):
        raise Conflict(f"A job still works on {row.name}.", fix="Cancel it, or wait until it is through.")
    row.archived = True
    return _changed(session, actor, row, "training_sheet.archive")


def restore_training_sheet(session: Session, actor: Actor, training_sheet_id: UUID, version: int) -> TrainingSheet:
    """Puts an archived training sheet back into the lists."""
    row = require_training_sheet_at(session, actor, training_sheet_id, version)
    row.archived = False
    return _changed(session, actor, row, "training_sheet.restore")


def delete_training_sheet(
    session: Session, actor: Actor, backends: Backends, training_sheet_id: UUID, version: int
) -> Job:
    """Removes a training sheet that was never approved and that nothing was made from; a job removes its pairs.

    The canonical labels that came of it stay. Raises `TrainingSheetInUse` otherwise: archive it instead.
    """
    row = require_training_sheet_at(session, actor, training_sheet_id, version)
    if row.state == TrainingSheetState.APPROVED or row.approved_at is not None:
        raise TrainingSheetInUse(f"{row.name} was approved.", fix="Archive it instead.")
    if any(jobs.list_active_jobs(session, row.id)):
        raise TrainingSheetInUse(f"A job still works on {row.name}.", fix="Cancel it, or wait until it is through.")
    if lineage.get_lineage(
        session, actor, NodeKind.TRAINING_SHEET, str(row.id), direction=Direction.DOWNSTREAM, depth=1
    ).edges:
        raise TrainingSheetInUse(f"Something was made from {row.name}.", fix="Archive it instead.")
    row.state = queries.DELETING
    audit.record(session, actor, "training_sheet.delete", "training_sheet", row.id, {"name": row.name})
    return jobs.submit(
        session,
        actor,
        backends,
        kind=DELETE,
        title=f"Delete {row.name}",
        subject_kind="training_sheet",
        subject_id=row.id,
        arguments={},
        unit="pairs",
    )


# --- for the other services ---------------------------------------------------------------------------------------


def require_training_sheet(session: Session, actor: Actor, training_sheet_id: UUID) -> TrainingSheetRow:
    """The training sheet with this id. Raises `NotFound`."""
    row = queries.get(session, training_sheet_id, actor.workspace_id)
    if row is None:
        raise _unknown(training_sheet_id)
    return row


def require_training_sheet_at(
    session: Session, actor: Actor, training_sheet_id: UUID, version: int
) -> TrainingSheetRow:
    """The training sheet, if nobody changed it since it was seen. Raises `NotFound`, `TrainingSheetChanged`."""
    row = require_training_sheet(session, actor, training_sheet_id)
    if row.version != version:
        raise TrainingSheetChanged(
            "Someone else changed the training sheet meanwhile.",
            field="version",
            fix="Load it again and repeat your change.",
            details={"current": get_training_sheet(session, actor, training_sheet_id).model_dump(mode="json")},
        )
    return row


def recipe_of(row: TrainingSheetRow) -> Recipe:
    """How a training sheet was made."""
    return Recipe.model_validate(row.config)


def _unknown(training_sheet_id: UUID) -> NotFound:
    return NotFound(f"There is no training sheet {training_sheet_id}.", field="training_sheet_id")


def _changed(session: Session, actor: Actor, row: TrainingSheetRow, action: str) -> TrainingSheet:
    session.flush()
    audit.record(session, actor, action, "training_sheet", row.id, {"name": row.name})
    return get_training_sheet(session, actor, row.id)


def _as_training_sheet(found: Row[Any]) -> TrainingSheet:
    row: TrainingSheetRow = found.TrainingSheetRow
    shared = {name: getattr(row, name) for name in TrainingSheet.model_fields if hasattr(row, name)}
    return TrainingSheet(
        **shared
        | {
            "state": found.state,
            "sheet_name": found.sheet_name,
            "sheet_version": found.sheet_version,
            "template_name": found.template_name,
            "template_version": spelled((found.major, found.minor, found.patch)),
            "label_type": found.label_type,
            "recipe": recipe_of(row),
            "expected": found.expected,
            "counts": PairCounts.model_validate(found.PairCountRow),
        }
    )
