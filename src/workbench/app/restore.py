"""Restoring a backup into an empty workbench: everything or, for the database, nothing."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

import orjson
from sqlalchemy import Column, DateTime, LargeBinary, Table, Uuid, func, select, text
from sqlalchemy.orm import Session

from workbench import __version__, migrations
from workbench.app.backup import BATCH, FORMAT, BackupDamaged, BackupReport, roots_of, verify_backup
from workbench.backends.bundle import Backends
from workbench.backends.database import insert_many
from workbench.backends.settings import Settings
from workbench.features.audit import service as audit
from workbench.features.jobs import service as jobs
from workbench.kernel.errors import Conflict

PUTTING = ".restoring.partial"  # the one file of each folder that is being written


def restore(settings: Settings, path: Path) -> BackupReport:
    """Restores a verified backup, of this schema or an older one, into an empty workbench, and upgrades it.

    The rows are committed last: a try that fails leaves at most files, with which the same backup can be tried again.
    Raises `Conflict` when there is anything else already, and for a backup of a newer version.
    """
    report = verify_backup(path)
    if report.format != FORMAT or not migrations.is_known(report.revision):
        raise Conflict(
            f"The backup was made by version {report.version}, of schema {report.revision}, which this version "
            f"({__version__}) cannot read.",
            field="path",
            fix=f"Restore it with version {report.version}, or a newer one.",
        )
    backends = Backends.open(settings)
    try:
        backends.queue.prepare()
        with tarfile.open(path) as tar, backends.database.begin() as session:
            _require_no_other_files(tar, report, settings)
            tables = _empty_tables(session, cast(str, report.revision))
            for table in tables:
                member = tar.extractfile(f"tables/{table.name}.jsonl.gz")
                assert member is not None
                _load(session, table, cast(BinaryIO, member))
            if not backends.database.is_sqlite:
                _advance_sequences(session, tables)
            migrations.migrate(session.connection())
            jobs.requeue_unfinished(session, backends)
            chain = audit.verify(session)
            if chain.broken is not None:
                raise BackupDamaged(
                    f"The audit chain of the backup is broken at event {chain.broken.position}: {chain.broken.reason}",
                    field="path",
                    fix="Use another backup.",
                )
            _put_files(tar, report, settings)
    finally:
        backends.close()
    return report


def _load(session: Session, table: Table, file: BinaryIO) -> None:
    columns = {column.name: column for column in table.columns}
    with gzip.open(file, "rb") as lines:
        for batch in _batches(lines):
            insert_many(session, table, [{k: _typed(columns[k], v) for k, v in row.items()} for row in batch])


def _batches(lines: Iterable[bytes]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for line in lines:
        batch.append(orjson.loads(line))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _typed(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return bytes.fromhex(value)
    if isinstance(column.type, Uuid):
        return UUID(hex=value)
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(value)
    return value


def _require_no_other_files(tar: tarfile.TarFile, report: BackupReport, settings: Settings) -> None:
    """Raises `Conflict` unless all that there is was put there by an earlier try of this very restore."""
    ours = {str(place) for name in tar.getnames() for place in (Path(name), *Path(name).parents)}
    hashes = {entry.name: entry.sha256 for entry in report.entries}
    for folder, root in roots_of(settings).items():
        for path in root.rglob("*"):
            name = f"{folder}/{path.relative_to(root)}"
            is_ours = name in ours and (path.is_dir() or _sha256(path) == hashes.get(name))
            if not is_ours and path != root / PUTTING:
                raise _not_empty(f"files in {root} that are not of this backup, such as {path.relative_to(root)}")


def _put_files(tar: tarfile.TarFile, report: BackupReport, settings: Settings) -> None:
    """Puts files and folders of a checked backup where they were; by hand, as `extract` is safe only from 3.11.4 on."""
    hashes, roots = {entry.name: entry.sha256 for entry in report.entries}, roots_of(settings)
    for entry in tar:
        folder, _, rest = entry.name.partition("/")
        if folder not in roots or not rest:
            continue
        target = roots[folder] / rest
        if entry.isdir():
            target.mkdir(parents=True, exist_ok=True)
        elif entry.isfile():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = roots[folder] / PUTTING  # so that what stands in its place is always whole
            with cast(BinaryIO, tar.extractfile(entry)) as source, part.open("wb") as file:
                shutil.copyfileobj(source, file)
            if _sha256(part) != hashes[entry.name]:
                raise BackupDamaged(f"{entry.name} could not be written as it is in the backup.", fix="Check the disk.")
            modified_ns = int(Decimal(entry.pax_headers.get("mtime", entry.mtime)) * 10**9)
            os.utime(part, ns=(modified_ns, modified_ns))  # tables of files are pinned by it
            part.replace(target)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _empty_tables(session: Session, revision: str) -> list[Table]:
    """The tables of a revision, made where there are none. Raises `Conflict` when there are rows already."""
    connection = session.connection()
    at = migrations.revision_of(connection)
    if at is None:
        migrations.migrate(connection, revision)
        at = revision
    tables = migrations.tables_at(connection, at)
    taken = [table.name for table in tables if session.scalar(select(func.count()).select_from(table))]
    if taken or at != revision:
        raise _not_empty(f"rows in {', '.join(taken[:3])}" if taken else "tables already")
    return tables


def _not_empty(what: str) -> Conflict:
    return Conflict(
        f"This workbench is not empty: it has {what}.",
        field="home",
        fix="Restore into a fresh WORKBENCH_HOME (and an empty database).",
    )


def _advance_sequences(session: Session, tables: Sequence[Table]) -> None:
    """Loaded rows brought their own numbers; the next ones must come after them."""
    for table in tables:
        for column in table.columns:
            if column.autoincrement is True:
                session.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "  # noqa: S608 - own names
                        f"COALESCE((SELECT MAX({column.name}) FROM {table.name}), 0) + 1, false)"
                    )
                )
