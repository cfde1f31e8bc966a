"""Locked-down DuckDB: it computes over Arrow data that is handed to it and can reach nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import pyarrow as pa

from workbench.kernel.errors import Invalid, Unavailable

# Set after the start, in this order: the last line makes all of them final for as long as it runs.
_LOCKS = (
    "SET autoload_known_extensions = false",
    "SET autoinstall_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET GLOBAL python_enable_replacements = false",
    "SET GLOBAL TimeZone = 'UTC'",
    "SET GLOBAL error_on_division_by_zero = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


class Duck:
    """One locked-down DuckDB inside this process: all queries share its memory (`2GB`) and threads.

    `spill` is the folder that sorts larger than the memory may use.
    """

    def __init__(self, memory: str = "1GB", threads: int = 2, spill: Path | None = None) -> None:
        self._config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "threads": threads,
            "temp_directory": str(spill or Path(tempfile.gettempdir()) / "workbench-duckdb"),
        }
        self._opening = Lock()
        self._database: duckdb.DuckDBPyConnection | None = None

    @contextmanager
    def connect(self, sources: Mapping[str, Any] | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that sees only `sources` (name → Arrow table, reader or scanner), not those of others.

        DuckDB's errors leave it as `Invalid` (the query or the data is wrong) or `Unavailable` (out of memory).
        """
        # Starting DuckDB takes longer than reading one item; a connection to a running one takes no time.
        connection = self._started().cursor()
        try:
            for name, source in (sources or {}).items():
                connection.register(name, source)
            yield connection
        except duckdb.Error as error:
            raise translated(error) from error
        finally:
            connection.close()

    def _started(self) -> duckdb.DuckDBPyConnection:
        with self._opening:
            if self._database is None:
                database = duckdb.connect(":memory:", config=self._config)
                for lock in _LOCKS:
                    database.execute(lock)
                self._database = database
            return self._database

    def rows(self, sql: str, sources: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of a small answer."""
        # Through Arrow: DuckDB's own conversion of moments needs a library that is not installed.
        return list(zip(*(column.to_pylist() for column in self.table(sql, sources).columns), strict=True))

    def table(self, sql: str, sources: Mapping[str, Any]) -> pa.Table:
        """A small answer as one Arrow table."""
        with self.connect(sources) as connection:
            return connection.sql(sql).to_arrow_table()

    def stream(self, sql: str, sources: Mapping[str, Any], batch_rows: int) -> Iterator[pa.RecordBatch]:
        """A large answer, batch by batch; the connection lives as long as the iterator."""
        with self.connect(sources) as connection:
            # `sql` streams where `execute` would first gather the whole answer.
            yield from connection.sql(sql).to_arrow_reader(batch_rows)


def quoted(name: str) -> str:
    """A column or table name as DuckDB reads it literally."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string literal that holds exactly `text`."""
    return "'" + text.replace("'", "''") + "'"


def translated(error: duckdb.Error) -> Invalid | Unavailable:
    """What a person can act on, of what DuckDB said."""
    said = str(error).split("\n", 1)[0]
    if isinstance(error, duckdb.OutOfMemoryException):
        return Unavailable(
            "The query needs more memory than it may use.", fix="Raise WORKBENCH_DUCKDB_MEMORY or narrow the filter."
        )
    return Invalid(f"The data could not be computed: {said}")
