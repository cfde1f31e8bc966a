"""Rows of governance: tags, exposures, constraints, waivers, exits.

Sets of uses are bit masks (bit i is the i-th `Use`), so that the gate is the same arithmetic in Python and in SQL.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from workbench.backends.database import Base, key_string


class TagRow(Base):
    """A tag on a source: `main`, `main.med`, `main.med.invoices`, a volume, or `main.med.invoices#patient_name`."""

    __tablename__ = "tag"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    source: Mapped[str] = mapped_column(key_string(400))
    key: Mapped[str] = mapped_column(String(100))
    value: Mapped[str] = mapped_column(String(200), default="")
    set_by: Mapped[UUID]
    set_by_name: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("workspace_id", "source", "key"),)


class ExposureRow(Base):
    """Which item fields a prompt, form or label read, and the source columns behind them. Never changes.

    `digest` identifies the pair of lists, so equal exposures are one row.
    """

    __tablename__ = "exposure"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    fields: Mapped[list[str]]
    sources: Mapped[list[str]]

    __table_args__ = (UniqueConstraint("workspace_id", "digest"),)


class UsageConstraintRow(Base):
    """What one layer says of its subject. A null `allowed` or `classification` inherits from the layers around it.

    `floor` is what others than `set_by` last left (`allowed`, `prohibited`, `classification`): without a governor's
    permission, `set_by` may take back their own narrowing down to it and no further.
    """

    __tablename__ = "usage_constraint"

    subject_kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # organisation|sheet|labelset|label|pair
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    allowed: Mapped[int | None]
    prohibited: Mapped[int] = mapped_column(default=0)
    classification: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    set_by: Mapped[UUID | None]
    set_by_name: Mapped[str] = mapped_column(String(200), default="")
    set_at: Mapped[datetime]
    floor: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class WaiverRow(Base):
    """A governor's permission for some uses despite what one subject's layer says.

    `subject_ref` is a source name for the kind `source`, else the subject's id as text. The unique index keeps at
    most one unrevoked waiver per subject, so that the gate's join never doubles a row.
    """

    __tablename__ = "waiver"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    subject_kind: Mapped[str] = mapped_column(String(20))  # source|sheet|labelset|label|pair
    subject_ref: Mapped[str] = mapped_column(key_string(400))
    subject_id: Mapped[UUID | None]
    uses: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    granted_by: Mapped[UUID]
    granted_by_name: Mapped[str] = mapped_column(String(200))
    granted_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_name: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        Index(
            "uq_waiver_standing",
            "subject_ref",  # first, so that the gate's join by subject_id never takes this index
            "subject_kind",
            "workspace_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        # all that the gate's join compares, so that no planner prefers another index to it
        Index("ix_waiver_subject", "subject_id", "subject_kind", "workspace_id", "revoked_at"),
        Index("ix_waiver_list", "workspace_id", "id"),
    )


class GateRevisionRow(Base):
    """Counts every change that can alter a verdict, so that an exit names the rules it obeyed."""

    __tablename__ = "gate_revision"

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)


class ExitRow(Base):
    """Something left through the gate: how much, for which use, what stayed behind and why."""

    __tablename__ = "exit"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(40))  # export|preview|few_shot|labels|read …
    use: Mapped[str] = mapped_column(String(20))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID | None]
    gate_revision: Mapped[int]
    considered: Mapped[int]
    released: Mapped[int]
    excluded: Mapped[dict[str, Any]]  # reason -> count
    actor_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]

    __table_args__ = (Index("ix_exit_list", "workspace_id", "id"), Index("ix_exit_subject", "subject_id"))
