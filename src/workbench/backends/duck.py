"""Locked-down DuckDB: it computes over Arrow data that is handed to it and can reach nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from workbench.kernel.errors import Invalid, Unavailable

# Set after the start, in this order: the last line makes all of them final for the life of the connection.
_LOCKS = (
    "SET autoload_known_extensions = false",
    "SET autoinstall_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET python_enable_replacements = false",
    "SET TimeZone = 'UTC'",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


@dataclass(frozen=True, slots=True)
class Duck:
    """How queries run on this machine: memory in DuckDB's spelling (`2GB`), threads, and where sorts may spill."""

    memory: str = "1GB"
    threads: int = 2
    spill: Path = field(default_factory=lambda: Path(tempfile.gettempdir()) / "workbench-duckdb")

    @contextmanager
    def connect(self, sources: Mapping[str, Any] | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection in which only `sources` (name → Arrow table, reader or scanner) exist.

        DuckDB's errors leave it as `Invalid` (the query or the data is wrong) or `Unavailable` (out of memory).
        """
        # Only the main process of one machine spills here, and DuckDB names its files by process.
        self.spill.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(
            ":memory:",
            config={"memory_limit": self.memory, "threads": self.threads, "temp_directory": str(self.spill)},
        )
        try:
            for lock in _LOCKS:
                connection.execute(lock)
            for name, source in (sources or {}).items():
                connection.register(name, source)
            yield connection
        except duckdb.Error as error:
            raise translated(error) from error
        finally:
            connection.close()

    def rows(self, sql: str, sources: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of a small answer."""
        with self.connect(sources) as connection:
            return connection.sql(sql).fetchall()

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
