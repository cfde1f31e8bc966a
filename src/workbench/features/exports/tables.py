"""Rows of exports."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workbench.backends.database import Base


class ExportRow(Base):
    """One export of a training sheet: what was asked for, what the gate said, and the files with their hashes.

    Which pair stands on which line is in the export's own `rows.parquet`, beside its files. `state` is `writing` until
    the files are there; that its job failed or was cancelled is the job's to say. `standing_revision` is the newest
    gate revision under which everything in the files was still allowed, and `exposures` are what that was made from.
    """

    __tablename__ = "export"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    training_sheet_id: Mapped[UUID]
    training_sheet_name: Mapped[str] = mapped_column(String(200))
    training_sheet_state: Mapped[str | None] = mapped_column(String(20))  # when it was written
    format: Mapped[str] = mapped_column(String(40))
    options: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(12))  # writing|ready|deleted
    job_id: Mapped[UUID]
    gate_revision: Mapped[int | None]
    standing_revision: Mapped[int | None]
    exposures: Mapped[list[str]]
    classification: Mapped[int | None]  # the highest of anything in the files
    counts: Mapped[list[Any]]  # what the gate said of each split
    files: Mapped[list[Any]]  # [{name, split, rows, bytes, sha256}]
    created_by: Mapped[UUID]
    created_by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_export_list", "workspace_id", "id"),
        Index("ix_export_sheet", "training_sheet_id", "id"),
    )
