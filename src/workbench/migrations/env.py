"""Alembic's entry: migrates the database it is handed, with the workbench's own column types."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, String

from workbench.backends.database import Id, Json, Time
from workbench.migrations import METADATA


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Spells the workbench's own column types by their names."""
    if kind == "type" and isinstance(item, Id | Time | Json):
        return f"database.{type(item).__name__}()"
    if kind == "type" and isinstance(item, String) and item._variant_mapping:
        return f"database.key_string({item.length})"
    return False


def run(connection: Connection) -> None:
    """Runs the migrations on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=_render,
        include_name=lambda name, kind, _parents: kind != "table" or name in METADATA.tables,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
