"""Rows of jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workbench.backends.database import Base


class JobRow(Base):
    """One job. `checkpoint` is written in the transaction that writes the work it stands for.

    `attempt` and `started_at` fence: an older attempt, or an older run of the same one, that is still alive somewhere
    finds its number or its start gone and stops.
    """

    __tablename__ = "job"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(String(20))
    arguments: Mapped[dict[str, Any]]
    checkpoint: Mapped[dict[str, Any]]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    unit: Mapped[str] = mapped_column(String(20), default="items")
    failures: Mapped[int] = mapped_column(default=0)
    doing: Mapped[str | None] = mapped_column(String(200))
    attempt: Mapped[int] = mapped_column(default=1)
    done_before_attempt: Mapped[int] = mapped_column(default=0)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    result: Mapped[dict[str, Any] | None]
    problem: Mapped[dict[str, Any] | None]
    created_by: Mapped[UUID]
    created_by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_job_list", "workspace_id", "id"),
        Index("ix_job_subject", "subject_id"),
        Index("ix_job_changed", "workspace_id", "changed_at"),
    )
