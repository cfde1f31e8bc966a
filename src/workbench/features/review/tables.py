"""Rows of review: what was done to pairs, so that it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workbench.backends.database import Base


class ReviewActionRow(Base):
    """One action on one pair, append-only; undo and redo are actions too. `before` and `after` hold the pair's
    reviewed fields and the label version it pinned. Actions of one bulk job share `batch_id`."""

    __tablename__ = "review_action"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    training_sheet_id: Mapped[UUID]
    pair_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(20))  # approve|edit|reject|flag|reset|undo|redo
    batch_id: Mapped[UUID | None]
    reverses: Mapped[UUID | None]  # the action that this one undoes or redoes
    reversed_by: Mapped[UUID | None]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    pair_version: Mapped[int]  # of the pair right after this action
    actor_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]

    __table_args__ = (
        Index("ix_review_action_mine", "training_sheet_id", "actor_id", "id"),
        Index("ix_review_action_pair", "pair_id", "id"),
        Index("ix_review_action_batch", "batch_id"),
    )
