"""Every statement on comments of sources."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from workbench.backends.database import in_chunks
from workbench.features.catalog.tables import SourceCommentRow


def comments_on(session: Session, workspace_id: UUID, sources: Iterable[str]) -> dict[str, SourceCommentRow]:
    """The comments on exactly these sources, by source."""
    found: dict[str, SourceCommentRow] = {}
    for chunk in in_chunks(dict.fromkeys(sources)):
        rows = session.scalars(
            select(SourceCommentRow).where(
                SourceCommentRow.workspace_id == workspace_id, SourceCommentRow.source.in_(chunk)
            )
        )
        found |= {row.source: row for row in rows}
    return found


def remove_comments(session: Session, workspace_id: UUID, source: str) -> None:
    """Removes the comments on a source and on everything in it."""
    inside = [SourceCommentRow.source.startswith(source + mark, autoescape=True) for mark in (".", "#")]
    session.execute(
        delete(SourceCommentRow)
        .where(SourceCommentRow.workspace_id == workspace_id, or_(SourceCommentRow.source == source, *inside))
        .execution_options(synchronize_session=False)
    )
