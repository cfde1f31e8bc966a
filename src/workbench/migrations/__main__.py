"""Writes a new migration from the difference between the tables and the migrations so far."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from workbench.backends.database import Database
from workbench.migrations import configuration, upgrade


def main() -> None:
    """`python -m workbench.migrations "what changes"`."""
    if len(sys.argv) != 2:
        sys.exit('usage: python -m workbench.migrations "what changes"')
    with tempfile.TemporaryDirectory() as scratch:
        database = Database(f"sqlite:///{Path(scratch) / 'empty.db'}")
        upgrade(database)
        config = configuration()
        with database.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.revision(config, sys.argv[1], autogenerate=True)
        database.close()


if __name__ == "__main__":
    main()
