"""Statements on annotations: the raters' own answers, of which drafts are the unfinished ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.orm import Session

from workbench.backends.database import in_chunks
from workbench.features.labels.tables import AnnotationRow

DRAFT = "draft"
_TABLE = cast(Table, AnnotationRow.__table__)


# What is asked for every pair that is reviewed is spelled once: SQLAlchemy spends more on a statement than SQLite does.
_ON_ITEM = (
    AnnotationRow.space_id == bindparam("space_id"),
    AnnotationRow.labelset_id == bindparam("labelset_id"),
    AnnotationRow.item_ref == bindparam("item_ref"),
)
_BY = AnnotationRow.actor_id == bindparam("actor_id")
_IS_DRAFT = AnnotationRow.state == DRAFT
_DRAFT = select(AnnotationRow).where(*_ON_ITEM, _BY).execution_options(populate_existing=True)
_DISCARD = delete(_TABLE).where(*_ON_ITEM, _BY, _IS_DRAFT)
_DRAFTERS = (
    select(AnnotationRow.actor_name)
    .where(*_ON_ITEM, ~_BY, _IS_DRAFT, AnnotationRow.changed_at >= bindparam("since"))
    .order_by(AnnotationRow.actor_name)
)


def draft(session: Session, space_id: UUID, labelset_id: UUID, item_ref: str, actor_id: UUID) -> AnnotationRow | None:
    """One person's draft for an item, as it is in the database now."""
    return session.scalar(_DRAFT, _mine(space_id, labelset_id, item_ref, actor_id))


def delete_draft(session: Session, space_id: UUID, labelset_id: UUID, item_ref: str, actor_id: UUID) -> None:
    """Removes one person's draft for an item."""
    session.execute(_DISCARD, _mine(space_id, labelset_id, item_ref, actor_id))


def drafters(
    session: Session, space_id: UUID, labelset_id: UUID, item_ref: str, but: UUID, *, since: datetime
) -> list[str]:
    """The names of the people but one whose draft for an item changed since a moment."""
    return list(session.scalars(_DRAFTERS, {**_mine(space_id, labelset_id, item_ref, but), "since": since}))


def on_items(
    session: Session, space_id: UUID, labelset_id: UUID, item_refs: Sequence[str]
) -> dict[str, list[AnnotationRow]]:
    """Everyone's drafts for these items."""
    found: dict[str, list[AnnotationRow]] = {}
    for refs in in_chunks(item_refs):
        rows = session.scalars(
            select(AnnotationRow).where(
                AnnotationRow.space_id == space_id,
                AnnotationRow.labelset_id == labelset_id,
                AnnotationRow.item_ref.in_(refs),
                AnnotationRow.state == DRAFT,
            )
        )
        for row in rows:
            found.setdefault(row.item_ref, []).append(row)
    return found


def _mine(space_id: UUID, labelset_id: UUID, item_ref: str, actor_id: UUID) -> dict[str, Any]:
    return {"space_id": space_id, "labelset_id": labelset_id, "item_ref": item_ref, "actor_id": actor_id}
