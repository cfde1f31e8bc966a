"""Database migrations, forward only: an upgrade is undone by restoring the backup made before it."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from workbench import features
from workbench.backends.database import Base, Database

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
    """Brings the database to this version's schema, all or nothing."""
    config = configuration()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def revisions(database: Database) -> tuple[str | None, str | None]:
    """The revision the database is at, and the one this version wants."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision(), head
