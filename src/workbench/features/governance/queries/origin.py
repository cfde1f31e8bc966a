"""Every statement on tags and exposures: what was read, and what its sources are tagged with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workbench.backends.database import in_chunks
from workbench.features.governance.tables import ExposureRow, TagRow

# The gate asks these for every pair that is shown, so they are spelled once.
_TAGS_ON = select(TagRow).where(
    TagRow.workspace_id == bindparam("workspace_id"), TagRow.source.in_(bindparam("sources", expanding=True))
)
_EXPOSURES = select(ExposureRow).where(
    ExposureRow.workspace_id == bindparam("workspace_id"), ExposureRow.id.in_(bindparam("ids", expanding=True))
)


def tags_on(session: Session, workspace_id: UUID, sources: Iterable[str]) -> list[TagRow]:
    """Tags that are set on exactly these sources."""
    rows: list[TagRow] = []
    for chunk in in_chunks(dict.fromkeys(sources)):
        rows += session.scalars(_TAGS_ON, {"workspace_id": workspace_id, "sources": chunk})
    return rows


def tag_page(
    session: Session,
    workspace_id: UUID,
    *,
    after: tuple[str, UUID] | None,
    limit: int,
    search: str | None,
    key: str | None,
) -> list[TagRow]:
    """Tags by source, then id."""
    query = select(TagRow).where(TagRow.workspace_id == workspace_id)
    if after is not None:
        source, tag_id = after
        query = query.where(or_(TagRow.source > source, (TagRow.source == source) & (TagRow.id > tag_id)))
    if search:
        query = query.where(
            or_(TagRow.source.icontains(search, autoescape=True), TagRow.value.icontains(search, autoescape=True))
        )
    if key:
        query = query.where(
            TagRow.key.ilike(key.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_"), escape="\\")
        )
    return list(session.scalars(query.order_by(TagRow.source, TagRow.id).limit(limit)))


def remove_tags(session: Session, rows: Sequence[TagRow]) -> None:
    """Removes tags; they are gone for what follows in this transaction."""
    session.execute(delete(TagRow).where(TagRow.id.in_([row.id for row in rows])))
    for row in rows:
        session.expunge(row)


def exposure_by_digest(session: Session, workspace_id: UUID, digest: bytes) -> ExposureRow | None:
    """The exposure with this digest."""
    return session.scalar(
        select(ExposureRow).where(ExposureRow.workspace_id == workspace_id, ExposureRow.digest == digest)
    )


def intern_exposure(session: Session, row: ExposureRow) -> None:
    """Writes the exposure unless someone else did in the meantime."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {column.key: getattr(row, column.key) for column in ExposureRow.__table__.columns}
    session.execute(dialect.insert(ExposureRow).values(**values).on_conflict_do_nothing())


def exposures(session: Session, workspace_id: UUID, ids: Iterable[UUID] | None = None) -> list[ExposureRow]:
    """Exposures of the workspace: these, or all."""
    if ids is None:
        return list(session.scalars(select(ExposureRow).where(ExposureRow.workspace_id == workspace_id)))
    rows: list[ExposureRow] = []
    for chunk in in_chunks(dict.fromkeys(ids)):
        rows += session.scalars(_EXPOSURES, {"workspace_id": workspace_id, "ids": chunk})
    return rows
