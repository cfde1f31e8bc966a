"""Every statement on exits and the gate revision."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workbench.features.governance.tables import ExitRow, GateRevisionRow
from workbench.kernel.vocabulary import Use


def revision(session: Session, workspace_id: UUID) -> int:
    """The gate revision now; 0 before the first change."""
    return session.scalar(select(GateRevisionRow.revision).where(GateRevisionRow.workspace_id == workspace_id)) or 0


def bump_revision(session: Session, workspace_id: UUID) -> None:
    """Counts one change; atomic, so that no two changes share a number."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(GateRevisionRow)
        .values(workspace_id=workspace_id, revision=1)
        .on_conflict_do_update(
            index_elements=[GateRevisionRow.workspace_id], set_={"revision": GateRevisionRow.revision + 1}
        )
    )


def add_exit(session: Session, row: ExitRow) -> None:
    """Writes an exit."""
    values = {column.key: getattr(row, column.key) for column in ExitRow.__table__.columns}
    session.execute(insert(ExitRow).values(**values))


def correct_exit(session: Session, exit_id: UUID, released: int) -> None:
    """Sets how much really left."""
    session.execute(update(ExitRow).where(ExitRow.id == exit_id).values(released=released))


def exit_page(
    session: Session,
    workspace_id: UUID,
    *,
    before: UUID | None,
    limit: int,
    use: Use | None,
    kind: str | None,
    subject_id: UUID | None,
    search: str | None,
) -> list[ExitRow]:
    """Exits, newest first."""
    query = select(ExitRow).where(ExitRow.workspace_id == workspace_id)
    if before is not None:
        query = query.where(ExitRow.id < before)
    if use is not None:
        query = query.where(ExitRow.use == use)
    if kind is not None:
        query = query.where(ExitRow.kind == kind)
    if subject_id is not None:
        query = query.where(ExitRow.subject_id == subject_id)
    if search:
        query = query.where(ExitRow.actor_name.icontains(search, autoescape=True))
    return list(session.scalars(query.order_by(ExitRow.id.desc()).limit(limit)))
