"""Every statement on lineage edges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workbench.backends.database import in_chunks
from workbench.features.lineage.tables import LineageEdgeRow

Key = tuple[str, str]


def add_edge(session: Session, values: dict[str, Any]) -> None:
    """Writes the edge; one that exists already takes the new details."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(LineageEdgeRow).values(**values)
    ends = ["workspace_id", "from_kind", "from_ref", "to_kind", "to_ref"]
    session.execute(
        statement.on_conflict_do_update(
            index_elements=ends, set_={"details": statement.excluded.details, "at": statement.excluded.at}
        )
    )


def edges_from(session: Session, workspace_id: UUID, nodes: Sequence[Key], limit: int) -> list[LineageEdgeRow]:
    """Edges that leave these nodes, oldest first."""
    return _edges(session, workspace_id, tuple_(LineageEdgeRow.from_kind, LineageEdgeRow.from_ref), nodes, limit)


def edges_to(session: Session, workspace_id: UUID, nodes: Sequence[Key], limit: int) -> list[LineageEdgeRow]:
    """Edges that arrive at these nodes, oldest first."""
    return _edges(session, workspace_id, tuple_(LineageEdgeRow.to_kind, LineageEdgeRow.to_ref), nodes, limit)


def _edges(session: Session, workspace_id: UUID, end: Any, nodes: Sequence[Key], limit: int) -> list[LineageEdgeRow]:
    rows: list[LineageEdgeRow] = []
    for chunk in in_chunks(nodes, 200):
        query = select(LineageEdgeRow).where(LineageEdgeRow.workspace_id == workspace_id, end.in_(chunk))
        rows += session.scalars(query.order_by(LineageEdgeRow.id).limit(limit - len(rows)))
        if len(rows) >= limit:
            break
    return rows
