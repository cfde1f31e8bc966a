"""Migrations make the very schema that the tables describe, on both databases, and once."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from workbench import migrations
from workbench.backends.database import Database


def test_migrations_make_the_tables(empty_db: Database) -> None:
    migrations.upgrade(empty_db)
    at, head = migrations.revisions(empty_db)
    assert at == head is not None
    with empty_db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "table" or name in migrations.METADATA.tables,
            },
        )
        differences = compare_metadata(context, migrations.METADATA)
    assert not differences, 'write a migration: python -m workbench.migrations "what changes"'


def test_a_second_upgrade_changes_nothing(empty_db: Database) -> None:
    migrations.upgrade(empty_db)
    before = migrations.revisions(empty_db)
    migrations.upgrade(empty_db)
    assert migrations.revisions(empty_db) == before
