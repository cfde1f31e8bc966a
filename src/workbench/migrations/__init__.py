"""Database migrations, forward only: an upgrade is undone by restoring the backup made before it."""

from __future__ import annotations

import pkgutil
import tempfile
from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, inspect

from workbench import features
from workbench.backends.database import Base, Database
from workbench.kernel.errors import Unavailable

for _module in pkgutil.walk_packages(features.__path__, "workbench.features."):
    if _module.name.endswith(".tables"):
        import_module(_module.name)
import_module("workbench.app.idempotency")

METADATA = Base.metadata


def configuration() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def upgrade(database: Database) -> None:
    """Brings the database to this version's schema, all or nothing. Raises `Unavailable` for a newer one."""
    with database.engine.begin() as connection:
        migrate(connection)


def migrate(connection: Connection, revision: str = "head") -> None:
    """Brings the database to a revision, in the connection's transaction. Raises `Unavailable` for a newer one."""
    present = revision_of(connection)
    if present is not None and not is_known(present):
        raise Unavailable(
            f"A newer version of the workbench has changed this database (its schema is {present}).",
            fix="Start that version, or restore a backup that was made before the upgrade.",
        )
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revisions(database: Database) -> tuple[str | None, str | None]:
    """The revision the database is at, and the one this version wants."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    with database.engine.connect() as connection:
        return revision_of(connection), head


def revision_of(connection: Connection) -> str | None:
    """The revision the database is at; None when it has no schema yet."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str | None) -> bool:
    """Whether this version has the migration, as it has all older ones."""
    return any(each.revision == revision for each in ScriptDirectory.from_config(configuration()).walk_revisions())


def tables_at(connection: Connection, revision: str) -> list[Table]:
    """The workbench's tables, as they are in a database at this revision, each after those that it refers to.

    Which those are is asked of a scratch database: the queue keeps tables of its own beside them.
    """
    with tempfile.TemporaryDirectory() as scratch:
        plain = Database(f"sqlite:///{Path(scratch) / 'empty.db'}")
        with plain.engine.begin() as empty:
            migrate(empty, revision)
            names = set(inspect(empty).get_table_names()) - {"alembic_version"}
        plain.close()
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in names)
    return found.sorted_tables
