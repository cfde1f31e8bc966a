"""Rows of training sheets and their pairs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from workbench.backends.database import Base, Json, key_string


class TrainingSheetRow(Base):
    """One template version applied to one sheet version, with the source versions it read."""

    __tablename__ = "training_sheet"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(key_string(200))
    description: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12))  # generating|review|approved|failed|cancelled
    sheet_id: Mapped[UUID]
    sheet_version_id: Mapped[UUID]
    template_id: Mapped[UUID]
    template_version_id: Mapped[UUID]
    labelset_id: Mapped[UUID]
    labelset_version_id: Mapped[UUID]
    space_id: Mapped[UUID]
    exposure_id: Mapped[UUID]
    mode: Mapped[str] = mapped_column(String(20))  # ai_generated|manual|existing_column
    config: Mapped[dict[str, Any]]
    pins: Mapped[dict[str, Any]]  # full name of each source -> the version or fingerprint that was read
    job_id: Mapped[UUID | None]
    created_by: Mapped[UUID]
    created_by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    approved_by_name: Mapped[str | None] = mapped_column(String(200))
    approved_at: Mapped[datetime | None]
    archived: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        Index("ix_training_sheet_list", "workspace_id", "id"),
        Index("ix_training_sheet_space", "space_id", "labelset_id"),
    )
    __mapper_args__ = {"version_id_col": version}


class PairCountRow(Base):
    """How many pairs of a training sheet stand where: exact, changed in the transaction that changes the pairs."""

    __tablename__ = "pair_count"

    training_sheet_id: Mapped[UUID] = mapped_column(primary_key=True)
    total: Mapped[int] = mapped_column(default=0)
    unlabeled: Mapped[int] = mapped_column(default=0)
    labeled: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    flagged: Mapped[int] = mapped_column(default=0)
    reused: Mapped[int] = mapped_column(default=0)  # labeled at generation, from canonical labels
    stale: Mapped[int] = mapped_column(default=0)  # at generation, prefilled from a stale label
    failed: Mapped[int] = mapped_column(default=0)  # the model gave no usable answer


class PairRow(Base):
    """One prompt and its answer. `messages` are the prompt's turns; `value` is the answer in the labelset's terms
    (class ids, an object, or text), which every exit renders as the target turn. `origin` never changes."""

    __tablename__ = "pair"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    training_sheet_id: Mapped[UUID]
    position: Mapped[int]
    item_ref: Mapped[str] = mapped_column(key_string(512))
    ordinal: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(12))
    origin: Mapped[str] = mapped_column(String(20))  # canonical|ai_generated|manual|existing_column
    messages: Mapped[list[Any]]
    value: Mapped[Any] = mapped_column(Json, nullable=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    label_id: Mapped[UUID | None]
    label_number: Mapped[int | None]
    stale: Mapped[str | None] = mapped_column(String(12))  # item|labelset: the value came from a stale label
    model_confidence: Mapped[float | None]
    problem: Mapped[dict[str, Any] | None]  # why there is no usable answer
    reviewed_by: Mapped[UUID | None]
    reviewed_by_name: Mapped[str | None] = mapped_column(String(200))
    reviewed_at: Mapped[datetime | None]
    notes: Mapped[str | None] = mapped_column(Text)
    claimed_by: Mapped[UUID | None]
    claimed_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        UniqueConstraint("training_sheet_id", "item_ref", "ordinal"),
        UniqueConstraint("training_sheet_id", "position"),
        Index("ix_pair_queue", "training_sheet_id", "status", "position"),
        Index(
            "ix_pair_claimed",
            "training_sheet_id",
            "claimed_by",
            sqlite_where=text("claimed_by IS NOT NULL"),
            postgresql_where=text("claimed_by IS NOT NULL"),
        ),
        # few pairs are stale or failed, and asking for them must not read the others
        *(
            Index(
                f"ix_pair_{name}",
                "training_sheet_id",
                "position",
                sqlite_where=text(f"{name} IS NOT NULL"),
                postgresql_where=text(f"{name} IS NOT NULL"),
            )
            for name in ("stale", "problem")
        ),
    )
