"""Every statement on jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, or_, select, tuple_, update
from sqlalchemy.orm import Session

from workbench.features.jobs.schemas import ENDED, JobStatus
from workbench.features.jobs.tables import JobRow

CHANGES = 200  # rows of one page of changed jobs


def get(session: Session, job_id: UUID, workspace_id: UUID) -> JobRow | None:
    """The job, if it belongs to the workspace."""
    return session.scalar(select(JobRow).where(JobRow.id == job_id, JobRow.workspace_id == workspace_id))


def page(
    session: Session,
    workspace_id: UUID,
    *,
    before: UUID | None,
    limit: int,
    status: JobStatus | None,
    kind: str | None,
    subject_id: UUID | None,
    search: str | None,
) -> list[JobRow]:
    """Jobs, newest first."""
    query = select(JobRow).where(JobRow.workspace_id == workspace_id)
    if before is not None:
        query = query.where(JobRow.id < before)
    if status is not None:
        query = query.where(JobRow.status == status)
    if kind is not None:
        query = query.where(or_(JobRow.kind == kind, JobRow.kind.startswith(f"{kind}.", autoescape=True)))
    if subject_id is not None:
        query = query.where(JobRow.subject_id == subject_id)
    if search:
        query = query.where(JobRow.title.icontains(search, autoescape=True))
    return list(session.scalars(query.order_by(JobRow.id.desc()).limit(limit)))


def changed_since(session: Session, workspace_id: UUID, moment: datetime) -> Iterator[JobRow]:
    """Jobs that changed at or after a moment, oldest change first: all of them, read page by page."""
    query = select(JobRow).where(JobRow.workspace_id == workspace_id).order_by(JobRow.changed_at, JobRow.id)
    page = list(session.scalars(query.where(JobRow.changed_at >= moment).limit(CHANGES)))
    while page:
        yield from page
        if len(page) < CHANGES:
            return
        last = (page[-1].changed_at, page[-1].id)
        page = list(session.scalars(query.where(tuple_(JobRow.changed_at, JobRow.id) > last).limit(CHANGES)))


def active_on(session: Session, subject_id: UUID) -> list[JobRow]:
    """Jobs on a subject that have not ended."""
    return list(session.scalars(select(JobRow).where(JobRow.subject_id == subject_id, JobRow.status.not_in(ENDED))))


def unfinished(session: Session) -> list[JobRow]:
    """Every job, of any workspace, that has not ended."""
    return list(session.scalars(select(JobRow).where(JobRow.status.not_in(ENDED)).order_by(JobRow.id)))


def change_if_run(
    session: Session, job_id: UUID, attempt: int, started_at: datetime | None, values: dict[str, Any]
) -> bool:
    """Changes a running job if this run of this attempt still owns it; False when it was superseded."""
    result = session.execute(
        update(JobRow)
        .where(
            JobRow.id == job_id,
            JobRow.attempt == attempt,
            JobRow.started_at == started_at,
            JobRow.status.not_in(ENDED),
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
