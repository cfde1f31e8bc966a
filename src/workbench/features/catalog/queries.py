"""Every statement on comments of sources, and reading the tags that lie on them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from workbench.backends.database import in_chunks
from workbench.features.catalog.tables import SourceCommentRow
from workbench.features.governance.tables import TagRow


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


def own_tags(session: Session, workspace_id: UUID, sources: Iterable[str]) -> dict[str, dict[str, str]]:
    """The tags set on exactly these sources: source → key → value."""
    found: dict[str, dict[str, str]] = {}
    for chunk in in_chunks(dict.fromkeys(sources)):
        query = select(TagRow).where(TagRow.workspace_id == workspace_id, TagRow.source.in_(chunk))
        for row in session.scalars(query.order_by(TagRow.key)):
            found.setdefault(row.source, {})[row.key] = row.value
    return found


def remove_comments(session: Session, workspace_id: UUID, source: str) -> None:
    """Removes the comments on a source and on everything in it."""
    inside = [SourceCommentRow.source.startswith(source + mark, autoescape=True) for mark in (".", "#")]
    session.execute(
        delete(SourceCommentRow)
        .where(SourceCommentRow.workspace_id == workspace_id, or_(SourceCommentRow.source == source, *inside))
        .execution_options(synchronize_session=False)
    )
