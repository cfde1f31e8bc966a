"""Rows of lineage: edges between aggregates; single rows are found through the pairs and the exports' own row lists."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.backends.database import Base, key_string


class LineageEdgeRow(Base):
    """`to` was made from `frm`. A node is a kind (table, volume, sheet, template, labelset, training_sheet, export …)
    and a reference: an id as text, or a full name for what the catalog owns."""

    __tablename__ = "lineage_edge"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    from_kind: Mapped[str] = mapped_column(String(40))
    from_ref: Mapped[str] = mapped_column(key_string(400))
    to_kind: Mapped[str] = mapped_column(String(40))
    to_ref: Mapped[str] = mapped_column(key_string(400))
    details: Mapped[dict[str, Any]]
    at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("workspace_id", "from_kind", "from_ref", "to_kind", "to_ref"),
        Index("ix_lineage_edge_back", "workspace_id", "to_kind", "to_ref"),
    )
