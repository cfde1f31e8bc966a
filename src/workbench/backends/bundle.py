"""The backends of one running workbench, handed as one value to whoever needs them."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.backends.database import Database
from workbench.backends.lakehouse import Lakehouse
from workbench.backends.queue import JobQueue
from workbench.backends.settings import Settings


@dataclass(frozen=True, slots=True)
class Backends:
    """State, source data and the job queue, as the settings say."""

    settings: Settings
    database: Database
    queue: JobQueue

    def lakehouse(self, workspace: str) -> Lakehouse:
        """The catalogs of one workspace, by its slug: a folder of their own, so that none sees another's tables."""
        return Lakehouse(self.settings.catalogs / workspace)

    @classmethod
    def open(cls, settings: Settings) -> Backends:
        """Opens everything the settings name; makes the embedded folders when they are missing."""
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings.catalogs.mkdir(parents=True, exist_ok=True)
        settings.files.mkdir(parents=True, exist_ok=True)
        database = Database(settings.database)
        return cls(settings, database, JobQueue(database))

    def close(self) -> None:
        """Closes every connection."""
        self.queue.close()
        self.database.close()
