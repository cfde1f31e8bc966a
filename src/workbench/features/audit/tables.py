"""Rows of the audit trail, and the database's own refusal to rewrite them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Index, String, event, text
from sqlalchemy.orm import Mapped, mapped_column

from workbench.backends.database import Base, key_string


class AuditEventRow(Base):
    """One thing that happened. Only its seal (`position`, `hash`) is ever filled in later, once."""

    __tablename__ = "audit_event"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    workspace_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(String(200))
    token_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(key_string(80))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str | None] = mapped_column(String(300))
    details: Mapped[dict[str, Any]]
    position: Mapped[int | None] = mapped_column(unique=True)
    hash: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_audit_event_list", "workspace_id", "at", "id"),
        Index("ix_audit_event_subject", "workspace_id", "subject_id", "at"),
        Index("ix_audit_event_actor", "workspace_id", "actor_id", "at"),
        Index(
            "ix_audit_event_unsealed",
            "id",
            sqlite_where=text("position IS NULL"),
            postgresql_where=text("position IS NULL"),
        ),
    )


class AuditHeadRow(Base):
    """The end of the chain: one row, locked while events are sealed, so that the chain never forks."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


CONTENT = tuple(column.key for column in AuditEventRow.__table__.columns if column.key not in ("position", "hash"))

_CHANGED_SQLITE = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in CONTENT)
_CHANGED_POSTGRESQL = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in CONTENT)

GUARDS = {
    "sqlite": (
        f"""CREATE TRIGGER audit_event_keep_content BEFORE UPDATE ON audit_event
        WHEN OLD.position IS NOT NULL OR {_CHANGED_SQLITE}
        BEGIN SELECT RAISE(ABORT, 'audit events never change'); END""",
        """CREATE TRIGGER audit_event_keep BEFORE DELETE ON audit_event
        BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'audit events never change' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        f"""CREATE TRIGGER audit_event_keep_content BEFORE UPDATE ON audit_event FOR EACH ROW
        WHEN (OLD.position IS NOT NULL OR {_CHANGED_POSTGRESQL})
        EXECUTE FUNCTION audit_event_refuse()""",
        """CREATE TRIGGER audit_event_keep BEFORE DELETE ON audit_event FOR EACH ROW
        EXECUTE FUNCTION audit_event_refuse()""",
        """CREATE TRIGGER audit_event_keep_all BEFORE TRUNCATE ON audit_event
        EXECUTE FUNCTION audit_event_refuse()""",
    ),
}


def _guard(_table: Any, connection: Connection, **_options: Any) -> None:
    for statement in GUARDS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


event.listen(AuditEventRow.__table__, "after_create", _guard)
