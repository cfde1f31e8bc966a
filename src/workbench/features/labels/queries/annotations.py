"""Statements on annotations: the raters' own answers, of which drafts are the unfinished ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from workbench.backends.database import in_chunks
from workbench.features.labels.tables import AnnotationRow

DRAFT = "draft"


def draft(session: Session, space_id: UUID, labelset_id: UUID, item_ref: str, actor_id: UUID) -> AnnotationRow | None:
    """One person's draft for an item, as it is in the database now."""
    return session.scalar(
        select(AnnotationRow)
        .where(*_item(space_id, labelset_id, item_ref), AnnotationRow.actor_id == actor_id)
        .execution_options(populate_existing=True)
    )


def delete_draft(session: Session, space_id: UUID, labelset_id: UUID, item_ref: str, actor_id: UUID) -> None:
    """Removes one person's draft for an item."""
    session.execute(
        delete(AnnotationRow).where(
            *_item(space_id, labelset_id, item_ref),
            AnnotationRow.actor_id == actor_id,
            AnnotationRow.state == DRAFT,
        )
    )


def drafters(
    session: Session, space_id: UUID, labelset_id: UUID, item_ref: str, but: UUID, *, since: datetime
) -> list[str]:
    """The names of the people but one whose draft for an item changed since a moment."""
    return list(
        session.scalars(
            select(AnnotationRow.actor_name)
            .where(
                *_item(space_id, labelset_id, item_ref),
                AnnotationRow.actor_id != but,
                AnnotationRow.state == DRAFT,
                AnnotationRow.changed_at >= since,
            )
            .order_by(AnnotationRow.actor_name)
        )
    )


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


def _item(space_id: UUID, labelset_id: UUID, item_ref: str) -> list[ColumnElement[bool]]:
    return [
        AnnotationRow.space_id == space_id,
        AnnotationRow.labelset_id == labelset_id,
        AnnotationRow.item_ref == item_ref,
    ]
