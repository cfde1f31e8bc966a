"""Statements on training sheets and their counts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Row, Select, bindparam, case, delete, func, select, update
from sqlalchemy.orm import Session

from workbench.features.generation.schemas import PairCounts, TrainingSheetState
from workbench.features.generation.tables import PairCountRow, PairRow, TrainingSheetRow
from workbench.features.jobs.schemas import JobStatus
from workbench.features.jobs.tables import JobRow
from workbench.features.labels.tables import CanonicalLabelRow, LabelsetRow
from workbench.features.sheets.tables import SheetRow, SheetVersionRow
from workbench.features.templates.tables import TemplateRow, TemplateVersionRow
from workbench.kernel.vocabulary import Verdict

DELETING = "deleting"  # a state no list shows: its pairs are being removed

# A training sheet says `generating` until its job is through; whether it still does is the job's to say.
STATE: ColumnElement[str] = case(
    (TrainingSheetRow.state != TrainingSheetState.GENERATING.value, TrainingSheetRow.state),
    (JobRow.status == JobStatus.FAILED.value, TrainingSheetState.FAILED.value),
    (JobRow.status == JobStatus.CANCELLED.value, TrainingSheetState.CANCELLED.value),
    else_=TrainingSheetState.GENERATING.value,
)

_GET = select(TrainingSheetRow).where(
    TrainingSheetRow.id == bindparam("training_sheet_id"),
    TrainingSheetRow.workspace_id == bindparam("workspace_id"),
    TrainingSheetRow.state != DELETING,
)


def get(session: Session, training_sheet_id: UUID, workspace_id: UUID) -> TrainingSheetRow | None:
    """The training sheet, if it belongs to the workspace."""
    return session.scalar(_GET, {"training_sheet_id": training_sheet_id, "workspace_id": workspace_id})


def shown(session: Session, training_sheet_id: UUID, workspace_id: UUID) -> Row[Any] | None:
    """A training sheet with its counts and the names of what it was made from."""
    return session.execute(_shown(workspace_id).where(TrainingSheetRow.id == training_sheet_id)).one_or_none()


def page(
    session: Session,
    workspace_id: UUID,
    *,
    search: str | None,
    state: TrainingSheetState | None,
    sheet_id: UUID | None,
    template_id: UUID | None,
    labelset_id: UUID | None,
    archived: bool | None,
    sort: str,
    after: UUID | None,
    limit: int,
) -> list[Row[Any]]:
    """Training sheets, `newest` or `oldest` first; `after` is the id that the page before ended with."""
    query = _shown(workspace_id)
    if search:
        query = query.where(TrainingSheetRow.name.icontains(search, autoescape=True))
    if state is not None:
        query = query.where(STATE.in_([state.value]))
    exact: tuple[tuple[Any, Any], ...] = (
        (TrainingSheetRow.sheet_id, sheet_id),
        (TrainingSheetRow.template_id, template_id),
        (TrainingSheetRow.labelset_id, labelset_id),
        (TrainingSheetRow.archived, archived),
    )
    query = query.where(*(column == wanted for column, wanted in exact if wanted is not None))
    if sort == "oldest":
        query = query.where(TrainingSheetRow.id > after) if after else query
        return list(session.execute(query.order_by(TrainingSheetRow.id).limit(limit)))
    query = query.where(TrainingSheetRow.id < after) if after else query
    return list(session.execute(query.order_by(TrainingSheetRow.id.desc()).limit(limit)))


def _shown(workspace_id: UUID) -> Select[Any]:
    columns: tuple[Any, ...] = (
        TrainingSheetRow,
        PairCountRow,
        STATE.label("state"),
        JobRow.total.label("expected"),
        SheetRow.name.label("sheet_name"),
        SheetVersionRow.number.label("sheet_version"),
        TemplateRow.name.label("template_name"),
        TemplateVersionRow.major,
        TemplateVersionRow.minor,
        TemplateVersionRow.patch,
        LabelsetRow.label_type,
    )
    return (
        select(*columns)
        .select_from(TrainingSheetRow)
        .join(PairCountRow, PairCountRow.training_sheet_id == TrainingSheetRow.id)
        .join(SheetRow, SheetRow.id == TrainingSheetRow.sheet_id)
        .join(SheetVersionRow, SheetVersionRow.id == TrainingSheetRow.sheet_version_id)
        .join(TemplateRow, TemplateRow.id == TrainingSheetRow.template_id)
        .join(TemplateVersionRow, TemplateVersionRow.id == TrainingSheetRow.template_version_id)
        .join(LabelsetRow, LabelsetRow.id == TrainingSheetRow.labelset_id)
        .outerjoin(JobRow, JobRow.id == TrainingSheetRow.job_id)
        .where(TrainingSheetRow.workspace_id == workspace_id, TrainingSheetRow.state != DELETING)
        .execution_options(populate_existing=True)
    )


def counts(session: Session, training_sheet_id: UUID) -> PairCounts:
    """The counts of a training sheet."""
    return PairCounts.model_validate(session.get_one(PairCountRow, training_sheet_id, populate_existing=True))


def add_to_counts(session: Session, training_sheet_id: UUID, shifts: dict[str, int]) -> None:
    """Adds to the counts of a training sheet."""
    changes = {name: getattr(PairCountRow, name) + shift for name, shift in shifts.items() if shift}
    if changes:
        session.execute(
            update(PairCountRow)
            .where(PairCountRow.training_sheet_id == training_sheet_id)
            .values(**changes)
            .execution_options(synchronize_session=False)
        )


def open_for_review(session: Session, training_sheet_id: UUID) -> bool:
    """Ends generating; False when it had ended already."""
    row = session.get(TrainingSheetRow, training_sheet_id, populate_existing=True)
    if row is None or row.state != TrainingSheetState.GENERATING:
        return False
    row.state = TrainingSheetState.REVIEW
    session.flush()
    return True


def label_exposures(session: Session, space_id: UUID, labelset_id: UUID) -> list[UUID]:
    """What the standing labels of an item space were made from."""
    return list(
        session.scalars(
            select(CanonicalLabelRow.exposure_id)
            .where(
                CanonicalLabelRow.space_id == space_id,
                CanonicalLabelRow.labelset_id == labelset_id,
                CanonicalLabelRow.verdict != Verdict.RETRACTED,
            )
            .distinct()
        )
    )


def remove_pairs(session: Session, training_sheet_id: UUID, limit: int) -> int:
    """Deletes the first pairs of a training sheet; how many."""
    of_sheet = PairRow.training_sheet_id == training_sheet_id
    first = session.scalar(select(func.min(PairRow.position)).where(of_sheet))
    if first is None:
        return 0
    result = session.execute(
        delete(PairRow).where(of_sheet, PairRow.position < first + limit).execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


def remove(session: Session, training_sheet_id: UUID) -> None:
    """Deletes a training sheet that has no pairs left."""
    session.execute(delete(PairCountRow).where(PairCountRow.training_sheet_id == training_sheet_id))
    session.execute(delete(TrainingSheetRow).where(TrainingSheetRow.id == training_sheet_id))
