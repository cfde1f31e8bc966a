"""How a worker runs a job: one attempt at a time, each going on from the checkpoint of the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.audit import service as audit
from workbench.features.identity import service as identity
from workbench.features.jobs import queries
from workbench.features.jobs.schemas import ENDED, JobStatus
from workbench.features.jobs.tables import JobRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Forbidden, NotFound, WorkbenchError

log = structlog.get_logger()

OVERTAKEN = "Another run of this job took over."


class JobCancelled(Conflict):
    """The job was asked to stop, and did, keeping what it had finished."""


class JobSuperseded(Conflict):
    """Another run of this job took over, or will when this one's worker is gone; this one stops without a trace."""


class Work:
    """One attempt of one job, as its handler sees it.

    A handler does its work in steps. Each step is one transaction that writes results, progress and checkpoint
    together, so after a crash the next attempt reads `checkpoint` and goes on with nothing lost and nothing twice.
    `actor` is whoever started the job, with the rights they had when this attempt began and have not lost since.
    """

    def __init__(self, backends: Backends, row: JobRow, actor: Actor | None, stopping: Event) -> None:
        self.backends = backends
        self._actor = actor
        self.job_id, self.title, self.workspace_id = row.id, row.title, row.workspace_id
        self.subject_id = row.subject_id
        self.arguments: Mapping[str, Any] = row.arguments
        self.checkpoint: dict[str, Any] = dict(row.checkpoint)
        self.done = row.done
        self.failures = row.failures
        self.total = row.total
        self.attempt = row.attempt
        self.started_at = row.started_at  # the queue may run the same attempt again while this run still lives
        self.mark = f"{row.attempt}-{row.started_at:%Y%m%d%H%M%S%f}"  # on what it leaves on the disk; no other has it
        self._stopping = stopping
        self._doing: str | None = None

    @property
    def actor(self) -> Actor:
        """Who the job is done for. A job that needs nobody must not ask."""
        assert self._actor is not None, "this kind of job is done for nobody"
        return self._actor

    def record_end(self, session: Session, status: JobStatus) -> None:
        """Notes in the audit how the job ended, and for whom it was done."""
        told = {"title": self.title, "done": self.done}
        audit.record(session, self._actor, f"job.{status}", "job", self.job_id, told, workspace_id=self.workspace_id)

    def tell(self, doing: str) -> None:
        """Says what the job does while nothing counts up; it stands until the next step ends."""
        self._doing = doing
        with self.step():
            pass
        self._doing = None

    @contextmanager
    def step(self, *, late: bool = False) -> Iterator[Session]:
        """A transaction that ends by saving `done`, `failures`, `total` and `checkpoint` as they are then.

        A `late` one records what was done outside of the database already: nobody's wish or right can undo that. So
        are all of a job that needs nobody.

        Raises `JobCancelled` before the block when someone asked to stop, `JobSuperseded` before or after it when
        another run owns the job now or the worker stops, and before it `Forbidden`, `NotFound` or `MemberDisabled`
        when the actor's rights shrank; in all cases nothing of the block is kept.
        """
        if self._stopping.is_set():
            raise JobSuperseded("The worker stops; the next one goes on.")
        late = late or self._actor is None
        with self.backends.database.begin() as session:
            row = session.get(JobRow, self.job_id)
            if row is None or not self._owns(row) or row.status in ENDED:
                raise JobSuperseded(OVERTAKEN)
            if row.cancel_requested and not late:
                raise JobCancelled("Cancelled on request; what was finished is kept.")
            session.expunge(row)
            if not late:
                self._still_may(session)
            yield session
            values = {
                "done": self.done,
                "failures": self.failures,
                "total": self.total,
                "checkpoint": self.checkpoint,
                "doing": self._doing,
                "changed_at": now(),
            }
            if not queries.change_if_run(session, self.job_id, self.attempt, self.started_at, values):
                raise JobSuperseded(OVERTAKEN)

    def _owns(self, row: JobRow) -> bool:
        return (row.attempt, row.started_at) == (self.attempt, self.started_at)

    def _still_may(self, session: Session) -> None:
        began, today = self.actor, identity.actor_of_member(session, self.actor.id, self.actor.workspace_id)
        if not began.permissions <= today.permissions or today.clearance.rank < began.clearance.rank:
            raise Forbidden(
                f"{began.name} may do or see less here than when this began.",
                fix="Retry it: it goes on from what was finished, if they still may do all of it.",
            )


Handler = Callable[[Work], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class JobKind:
    """What jobs of a kind do, and the permission that their starter must hold all the while.

    None for what was decided for good when it was asked for, and what half of would be worse than all or nothing: it
    goes on to its end whatever becomes of its starter, and is not cancelled.
    """

    needs: str | None
    handler: Handler


def run_job(
    backends: Backends,
    kinds: Mapping[str, JobKind],
    job_id: UUID,
    attempt: int,
    stopping: Event | None = None,
) -> None:
    """Runs one attempt of a job to its end and records how it ended; called by the worker, and safe to call again.

    Raises only when the database cannot be reached, so that the queue tries again. Once `stopping` is set the job is
    left as it stands after its present step.
    """
    started = _start(backends, kinds, job_id, attempt, stopping or Event())
    if started is None:
        return
    work, handler = started
    try:
        result = handler(work)
    except JobSuperseded:
        return
    except JobCancelled as stop:
        _finish(backends, work, JobStatus.CANCELLED, problem={"detail": stop.message})
    except OperationalError:
        raise
    except WorkbenchError as error:
        problem = {
            "type": error.slug(),
            "detail": error.message,
            "field": error.field,
            "row": error.row,
            "fix": error.fix,
        }
        _finish(backends, work, JobStatus.FAILED, problem={k: v for k, v in problem.items() if v is not None})
    except Exception as error:
        log.error("job broke", job=str(job_id), exc_info=error)
        detail = f"The job broke: {type(error).__name__}."
        _finish(
            backends, work, JobStatus.FAILED, problem={"detail": detail, "fix": "The worker's log has the details."}
        )
    else:
        _finish(backends, work, JobStatus.SUCCEEDED, result=result)


def requeue_unfinished(session: Session, backends: Backends) -> int:
    """Queues again, as new attempts, all jobs that had not ended; for a database that came from a backup."""
    rows = queries.unfinished(session)
    for row in rows:
        row.attempt += 1
        row.status = JobStatus.QUEUED
        row.changed_at = now()
        session.flush()
        backends.queue.enqueue(session, str(row.id), row.attempt)
    return len(rows)


def settle_lost_jobs(backends: Backends) -> int:
    """Ends jobs whose attempt the queue has given up, as after a long time without a database; returns how many.

    What was asked to stop has stopped; anything else failed, and can be taken up again from its checkpoint.
    """
    with backends.database.read() as session:
        open_ones = [(str(row.id), row.attempt) for row in queries.unfinished(session)]
    lost = backends.queue.ended(open_ones) if open_ones else set()
    settled = 0
    for job_id, attempt in lost:
        with backends.database.begin() as session:
            row = session.get(JobRow, UUID(job_id))
            if row is None or row.attempt != attempt or row.status in ENDED:
                continue
            row.finished_at = row.changed_at = now()
            if row.cancel_requested:
                row.status, row.problem = JobStatus.CANCELLED, {"detail": "Cancelled; what was finished is kept."}
            else:
                row.status = JobStatus.FAILED
                row.problem = {
                    "detail": "The job was given up: its worker could not reach the database for too long.",
                    "fix": "Retry it: it goes on from what was finished.",
                }
            _record_end(session, row)
            log.warning("job settled", job=job_id, attempt=attempt, status=row.status)
            settled += 1
    return settled


def _record_end(session: Session, row: JobRow) -> None:
    """Notes that the workbench itself ended a job."""
    details = {"title": row.title, "done": row.done}
    audit.record(session, None, f"job.{row.status}", "job", row.id, details, workspace_id=row.workspace_id)


def _start(
    backends: Backends, kinds: Mapping[str, JobKind], job_id: UUID, attempt: int, stopping: Event
) -> tuple[Work, Handler] | None:
    """Marks the attempt as running; None when there is nothing to do (ended, cancelled, superseded or stopping)."""
    if stopping.is_set():
        return None
    with backends.database.begin() as session:
        row = session.get(JobRow, job_id)
        if row is None or row.attempt != attempt or row.status in ENDED:
            return None
        kind = kinds.get(row.kind)
        try:
            if kind is None:
                raise NotFound(f"This version of the workbench knows no job of the kind {row.kind}.")
            actor = None
            if kind.needs is not None:
                actor = identity.actor_of_member(session, row.created_by, row.workspace_id)
                actor.require(kind.needs)
        except WorkbenchError as error:
            row.status, row.finished_at, row.changed_at = JobStatus.FAILED, now(), now()
            began = "It did not begin" if kind is None else f"{row.created_by_name} may no longer act here"
            row.problem = {"detail": f"{began}: {error.message}"}
            _record_end(session, row)
            return None
        row.status, row.doing = JobStatus.RUNNING, None
        row.started_at = now()
        row.done_before_attempt = row.done
        row.changed_at = now()
        return Work(backends, row, actor, stopping), kind.handler


def _finish(
    backends: Backends,
    work: Work,
    status: JobStatus,
    *,
    result: dict[str, Any] | None = None,
    problem: dict[str, Any] | None = None,
) -> None:
    with backends.database.begin() as session:
        moment = now()
        values = {
            "status": status,
            "doing": None,
            "result": result,
            "problem": problem,
            "finished_at": moment,
            "changed_at": moment,
        }
        if queries.change_if_run(session, work.job_id, work.attempt, work.started_at, values):
            work.record_end(session, status)
