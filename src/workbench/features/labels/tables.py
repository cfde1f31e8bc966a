"""Rows of labelsets, canonical labels and annotations."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from workbench.backends.database import Base, Json, key_string


class LabelsetRow(Base):
    """What kind of answer a label type takes; its definition lives in versions."""

    __tablename__ = "labelset"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    label_type: Mapped[str] = mapped_column(key_string(100))
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(key_string(200))
    description: Mapped[str] = mapped_column(Text, default="")
    archived: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[UUID]
    created_by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("workspace_id", "label_type"), Index("ix_labelset_list", "workspace_id", "name"))
    __mapper_args__ = {"version_id_col": version}


class LabelsetVersionRow(Base):
    """One version of a labelset's definition. Classes have stable ids, so renaming one keeps its labels.

    `migration` says what becomes of the version before: `{"classes": {old id: new id or null}}`.
    """

    __tablename__ = "labelset_version"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    labelset_id: Mapped[UUID] = mapped_column(ForeignKey("labelset.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    classes: Mapped[list[Any]]
    response_schema: Mapped[dict[str, Any]]
    instructions: Mapped[str] = mapped_column(Text, default="")
    migration: Mapped[dict[str, Any]]
    created_by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("labelset_id", "number"),)
    __mapper_args__ = {"version_id_col": version}


class CanonicalLabelRow(Base):
    """The one agreed answer for an item and a labelset, as it stands now; `number` is its newest version."""

    __tablename__ = "canonical_label"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    space_id: Mapped[UUID]
    item_ref: Mapped[str] = mapped_column(key_string(512))
    labelset_id: Mapped[UUID]
    number: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(12))
    value: Mapped[Any] = mapped_column(Json, nullable=True)
    labelset_version_id: Mapped[UUID]
    exposure_id: Mapped[UUID]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    confidence: Mapped[str] = mapped_column(String(8))
    notes: Mapped[str] = mapped_column(Text, default="")
    labeled_by: Mapped[UUID]
    labeled_by_name: Mapped[str] = mapped_column(String(200))
    labeled_at: Mapped[datetime]
    changed_by_name: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("space_id", "labelset_id", "item_ref"),
        Index("ix_canonical_label_list", "workspace_id", "labelset_id", "id"),
        # few labels are changed, and asking who lags behind one must not read the others
        Index(
            "ix_canonical_label_changed",
            "space_id",
            "labelset_id",
            "item_ref",
            sqlite_where=text("number > 1"),
            postgresql_where=text("number > 1"),
        ),
    )


class LabelVersionRow(Base):
    """Everything a canonical label ever said, append-only; `seq` orders changes for whoever follows them."""

    __tablename__ = "label_version"

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    label_id: Mapped[UUID]
    number: Mapped[int]
    workspace_id: Mapped[UUID]
    verdict: Mapped[str] = mapped_column(String(12))
    value: Mapped[Any] = mapped_column(Json, nullable=True)
    labelset_version_id: Mapped[UUID]
    exposure_id: Mapped[UUID]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    confidence: Mapped[str] = mapped_column(String(8))
    notes: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(20))  # review|direct|import|column|revert|retract
    pair_id: Mapped[UUID | None]
    actor_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("label_id", "number"),)


class AnnotationRow(Base):
    """One rater's own answer for an item while they type: a draft, gone when it is submitted.

    `content` holds `value`, `notes`, `confidence` and, when reviewing, the edited `messages`. `exposure_id` is what the
    rater had before them; null in rows from before it was kept.
    """

    __tablename__ = "annotation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    space_id: Mapped[UUID]
    item_ref: Mapped[str] = mapped_column(key_string(512))
    labelset_id: Mapped[UUID]
    actor_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12))  # draft
    content: Mapped[dict[str, Any]]
    exposure_id: Mapped[UUID | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("space_id", "labelset_id", "item_ref", "actor_id"),)
    __mapper_args__ = {"version_id_col": version}


class LabelCountRow(Base):
    """How many labels of each verdict a labelset has on a space: exact, changed in the transaction that labels."""

    __tablename__ = "label_count"

    space_id: Mapped[UUID] = mapped_column(primary_key=True)
    labelset_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    answered: Mapped[int] = mapped_column(default=0)
    unlabelable: Mapped[int] = mapped_column(default=0)
    retracted: Mapped[int] = mapped_column(default=0)
