"""What people and other features ask of jobs: submit, watch, cancel, retry."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.audit import service as audit
from workbench.features.jobs import queries
from workbench.features.jobs.schemas import ENDED, Job, JobStatus
from workbench.features.jobs.tables import JobRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor
from workbench.kernel.vocabulary import Classification


def submit(
    session: Session,
    actor: Actor,
    backends: Backends,
    *,
    kind: str,
    title: str,
    subject_kind: str,
    subject_id: UUID | None,
    arguments: dict[str, Any],
    total: int | None = None,
    unit: str = "items",
) -> Job:
    """Queues a job in the caller's transaction: the job exists if and only if what it is about does."""
    moment = now()
    row = JobRow(
        id=new_id(),
        workspace_id=actor.workspace_id,
        kind=kind,
        title=title,
        subject_kind=subject_kind,
        subject_id=subject_id,
        status=JobStatus.QUEUED,
        arguments=arguments,
        checkpoint={},
        done=0,
        total=total,
        unit=unit,
        failures=0,
        attempt=1,
        done_before_attempt=0,
        cancel_requested=False,
        created_by=actor.id,
        created_by_name=actor.name,
        created_at=moment,
        changed_at=moment,
    )
    session.add(row)
    session.flush()
    backends.queue.enqueue(session, str(row.id), row.attempt)
    audit.record(session, actor, "job.submit", "job", row.id, {"kind": kind, "title": title})
    return as_job(row)


def get_job(session: Session, actor: Actor, job_id: UUID) -> Job:
    """One job. Raises `NotFound`."""
    return as_job(_require(session, actor, job_id), actor)


def list_jobs(
    session: Session,
    actor: Actor,
    *,
    status: JobStatus | None = None,
    kind: str | None = None,
    subject_id: UUID | None = None,
    search: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Job]:
    """Jobs of the workspace, newest first."""
    size = clamp_limit(limit)
    after = cursor_key(cursor, UUID)
    rows = queries.page(
        session,
        actor.workspace_id,
        before=after[0] if after else None,
        limit=size + 1,
        status=status,
        kind=kind,
        subject_id=subject_id,
        search=search,
    )
    more = encode_cursor(str(rows[size - 1].id)) if len(rows) > size else None
    return Page(items=[as_job(row, actor) for row in rows[:size]], next_cursor=more)


def list_changed_jobs(session: Session, actor: Actor, since: datetime) -> list[tuple[datetime, Job]]:
    """Jobs that changed since a moment, with when."""
    return [(row.changed_at, as_job(row, actor)) for row in queries.changed_since(session, actor.workspace_id, since)]


def list_active_jobs(session: Session, subject_id: UUID) -> list[Job]:
    """The jobs still working on a subject."""
    return [as_job(row) for row in queries.active_on(session, subject_id)]


def cancel_job(session: Session, actor: Actor, job_id: UUID) -> Job:
    """Asks a job to stop after its present step; one that has not begun ends at once. Raises `Conflict` when ended."""
    row = _require(session, actor, job_id)
    if row.status in ENDED:
        raise Conflict(f"The job has ended already: {row.status}.", fix="There is nothing left to cancel.")
    row.cancel_requested = True
    row.changed_at = now()
    if row.status == JobStatus.QUEUED:
        row.status = JobStatus.CANCELLED
        row.finished_at = now()
    audit.record(session, actor, "job.cancel", "job", row.id, {"title": row.title})
    session.flush()
    return as_job(row, actor)


def retry_job(session: Session, actor: Actor, backends: Backends, job_id: UUID) -> Job:
    """Takes a failed or cancelled job up again from its checkpoint. Raises `Conflict` in any other state."""
    row = _require(session, actor, job_id)
    if row.status not in (JobStatus.FAILED, JobStatus.CANCELLED):
        raise Conflict(f"The job is {row.status}.", fix="Only a failed or cancelled job can be taken up again.")
    row.status = JobStatus.QUEUED
    row.attempt += 1
    row.cancel_requested = False
    row.problem = None
    row.finished_at = None
    row.changed_at = now()
    session.flush()
    backends.queue.enqueue(session, str(row.id), row.attempt)
    audit.record(session, actor, "job.retry", "job", row.id, {"title": row.title, "attempt": row.attempt})
    return as_job(row)


def as_job(row: JobRow, reader: Actor | None = None) -> Job:
    """The wire shape of a row, with rate and time left.

    What went wrong may quote the data: a cell, a key, what a model said of a prompt. Only whoever started the job, and
    those who may see everything, are told; every other `reader` learns the place and the fix.
    """
    job = Job.model_validate({name: getattr(row, name) for name in Job.model_fields if hasattr(row, name)})
    if reader and reader.id != row.created_by and reader.clearance is not Classification.RESTRICTED:
        _leave_quotes_out(job)
    if row.started_at is None:
        return job
    seconds = ((row.finished_at or row.changed_at) - row.started_at).total_seconds()
    done = row.done - row.done_before_attempt
    if seconds > 0 and done > 0:
        job.rate = done / seconds
        if row.total is not None and row.status == JobStatus.RUNNING:
            job.seconds_left = max(0, row.total - row.done) / job.rate
    return job


def _leave_quotes_out(job: Job) -> None:
    untold = f"What is wrong may quote the data; {job.created_by_name} is told."
    if job.problem is not None:
        job.problem = {**job.problem, "detail": untold}
    if job.result is not None and job.result.get("problems"):
        job.result = {**job.result, "problems": [{**each, "message": untold} for each in job.result["problems"]]}


def _require(session: Session, actor: Actor, job_id: UUID) -> JobRow:
    row = queries.get(session, job_id, actor.workspace_id)
    if row is None:
        raise NotFound(f"There is no job {job_id}.", field="job_id")
    return row
