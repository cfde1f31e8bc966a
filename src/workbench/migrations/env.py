"""Alembic's entry: migrates the database it is handed, with the workbench's own column types."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from workbench.migrations import METADATA


def run(connection: Connection) -> None:
    """Runs the migrations on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_name=lambda name, kind, _parents: kind != "table" or name in METADATA.tables,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
