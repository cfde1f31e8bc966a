"""REST of jobs: list, watch (server-sent events), cancel, retry."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from workbench.backends.bundle import Backends
from workbench.features.jobs import service
from workbench.features.jobs.schemas import Job, JobStatus
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.paging import Page
from workbench.requests import Again, DbSession, Wired, allow

router = APIRouter(prefix="/jobs", tags=["jobs"])

LOOK_EVERY = 0.4  # seconds between looks at the database
KEEP_ALIVE = 15.0  # seconds of silence after which a comment keeps proxies from closing the stream
OVERLAP = timedelta(seconds=2)  # a commit may become visible a little after the moment it was stamped


@router.get("")
def list_jobs(
    actor: Annotated[Actor, allow("jobs.read")],
    session: DbSession,
    status: JobStatus | None = None,
    kind: str | None = None,
    subject_id: UUID | None = None,
    search: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Job]:
    """Jobs of the workspace, newest first. `kind` is a whole kind, such as `label.import`, or its noun."""
    return service.list_jobs(
        session, actor, status=status, kind=kind, subject_id=subject_id, search=search, cursor=cursor, limit=limit
    )


@router.get("/events", response_class=StreamingResponse)
async def watch_jobs(
    request: Request, _actor: Annotated[Actor, allow("jobs.read")], again: Again, backends: Wired
) -> StreamingResponse:
    """Server-sent events: each `data:` is a job, sent whenever it changes; they end with the right to see them."""
    return StreamingResponse(_events(request, backends, again), media_type="text/event-stream")


@router.get("/{job_id}")
def get_job(job_id: UUID, actor: Annotated[Actor, allow("jobs.read")], session: DbSession) -> Job:
    """One job."""
    return service.get_job(session, actor, job_id)


@router.post("/{job_id}/cancel")
def cancel_job(job_id: UUID, actor: Annotated[Actor, allow("jobs.write")], session: DbSession) -> Job:
    """Asks a job to stop; what it finished is kept."""
    return service.cancel_job(session, actor, job_id)


@router.post("/{job_id}/retry")
def retry_job(job_id: UUID, actor: Annotated[Actor, allow("jobs.write")], session: DbSession, backends: Wired) -> Job:
    """Takes a failed or cancelled job up again where it stopped."""
    return service.retry_job(session, actor, backends, job_id)


async def _events(request: Request, backends: Backends, again: Again) -> AsyncIterator[str]:
    sent: dict[UUID, datetime] = {}
    since = now() - OVERLAP
    silent = 0.0
    yield ": watching\n\n"
    while not await request.is_disconnected():
        changes = await run_in_threadpool(_look, backends, again, since)
        if changes is None:
            return
        fresh = [(moment, job) for moment, job in changes if sent.get(job.id) != moment]
        for moment, job in fresh:
            sent[job.id] = moment
            since = max(since, moment - OVERLAP)
            yield f"event: job\nid: {job.id}\ndata: {job.model_dump_json()}\n\n"
        silent = 0.0 if fresh else silent + LOOK_EVERY
        if silent >= KEEP_ALIVE:
            silent = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(LOOK_EVERY)


def _look(backends: Backends, again: Again, since: datetime) -> list[tuple[datetime, Job]] | None:
    """What changed, as whoever watches may see it now; None once they may not."""
    actor = again()
    if actor is None or not actor.may("jobs.read"):
        return None
    with backends.database.read() as session:
        return service.list_changed_jobs(session, actor, since)
