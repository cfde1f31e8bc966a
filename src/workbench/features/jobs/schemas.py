"""Wire shapes of jobs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from workbench.kernel.schema import Schema


class JobStatus(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED})


class Job(Schema):
    """One piece of long work. `kind` says what it does to what, as `<subject>.<verb>`.

    `done` of `total` counts `unit`s; `failures` of them need a retry. `rate` is units per second
    over the present attempt, `seconds_left` what remains at that rate; both are null while unknown. `doing` is what
    a running job does while nothing counts up. `result` is what the job produced, `problem` why it failed.
    """

    id: UUID
    kind: str
    title: str
    subject_kind: str
    subject_id: UUID | None
    status: JobStatus
    done: int
    total: int | None
    unit: str
    failures: int
    attempt: int
    cancel_requested: bool
    result: dict[str, Any] | None
    problem: dict[str, Any] | None
    created_by: UUID
    created_by_name: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    rate: float | None = None
    seconds_left: float | None = None
    doing: str | None = None
