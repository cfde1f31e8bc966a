"""Backups: one tar file of every table and every file, each with its hash; restorable on either database.

The tables are read in one transaction, so a backup of a running workbench is one consistent moment. A backup made on
SQLite restores onto PostgreSQL and the other way round, which is also how a workbench grows from one to the other.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

import orjson
from sqlalchemy import Column, Table, func, select, text
from sqlalchemy.orm import Session

from workbench import __version__, migrations
from workbench.backends.bundle import Backends
from workbench.backends.database import insert_many
from workbench.backends.settings import Settings
from workbench.features.audit import service as audit
from workbench.features.jobs import service as jobs
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Invalid
from workbench.kernel.schema import Schema

MANIFEST = "manifest.json"
BATCH = 2000
FOLDERS = ("catalogs", "files")


class BackupEntry(Schema):
    """One file of a backup; `rows` for a table."""

    name: str
    bytes: int
    sha256: str
    rows: int | None = None


class BackupReport(Schema):
    """What a backup holds. `path` is the file, `revision` the schema it was made from."""

    path: str
    version: str
    revision: str | None
    made_at: datetime
    entries: list[BackupEntry]

    @property
    def rows(self) -> int:
        """Rows over all tables."""
        return sum(entry.rows or 0 for entry in self.entries)


class BackupDamaged(Invalid):
    """The backup is not what its manifest says."""


def back_up(backends: Backends, target: Path) -> BackupReport:
    """Writes a backup to `target` (a `.tar` file that must not exist), then reads it back to verify it."""
    if target.exists():
        raise Conflict(
            f"{target} exists already.", field="target", fix="Name a new file; backups are never overwritten."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    try:
        report = _write(backends, partial, target)
        _check(partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return report


def verify_backup(path: Path) -> BackupReport:
    """Reads a whole backup and checks every hash and count. Raises `BackupDamaged` naming the first bad entry."""
    return _check(path)


def restore(settings: Settings, path: Path) -> BackupReport:
    """Restores a verified backup into an empty workbench. Raises `Conflict` when there is anything already."""
    report = _check(path)
    backends = Backends.open(settings)
    try:
        migrations.upgrade(backends.database)
        backends.queue.prepare()
        _, head = migrations.revisions(backends.database)
        if report.revision != head:
            raise Conflict(
                f"The backup is of schema {report.revision}, this version uses {head}.",
                fix=f"Restore it with version {report.version}, then upgrade.",
            )
        _require_empty(backends)
        with tarfile.open(path) as tar, backends.database.begin() as session:
            for table in _tables():
                member = tar.extractfile(f"tables/{table.name}.jsonl.gz")
                assert member is not None
                _load(session, table, cast(BinaryIO, member))
            if not backends.database.is_sqlite:
                _advance_sequences(session)
            jobs.requeue_unfinished(session, backends)
        with tarfile.open(path) as tar:
            for entry in tar:
                folder, _, rest = entry.name.partition("/")
                if folder in FOLDERS and rest and (entry.isfile() or entry.isdir()):
                    root = settings.catalogs if folder == "catalogs" else settings.files
                    entry.name = rest
                    tar.extract(entry, root, filter="data")
        with backends.database.begin() as session:
            chain = audit.verify(session)
            if chain.broken is not None:
                raise BackupDamaged(
                    f"The audit chain of the backup is broken at event {chain.broken.position}: {chain.broken.reason}"
                )
    finally:
        backends.close()
    return report


def _tables() -> list[Table]:
    return list(migrations.METADATA.sorted_tables)


def _write(backends: Backends, partial: Path, target: Path) -> BackupReport:
    entries: list[BackupEntry] = []
    revision, _ = migrations.revisions(backends.database)
    with tarfile.open(partial, "w") as tar, tempfile.TemporaryDirectory() as scratch:
        with backends.database.read() as session:
            if not backends.database.is_sqlite:
                session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            for table in _tables():
                file = Path(scratch) / "table"
                rows = _dump(session, table, file)
                entries.append(_add(tar, file, f"tables/{table.name}.jsonl.gz", rows))
        for folder, root in (("catalogs", backends.settings.catalogs), ("files", backends.settings.files)):
            for path in sorted(p for p in root.rglob("*") if not p.is_symlink()):
                name = f"{folder}/{path.relative_to(root)}"
                if path.is_file():
                    entries.append(_add(tar, path, name, None))
                elif path.is_dir() and not any(path.iterdir()):  # all that an empty catalog, schema or volume is
                    tar.add(path, name, recursive=False)
        report = BackupReport(path=str(target), version=__version__, revision=revision, made_at=now(), entries=entries)
        body = report.model_dump_json().encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(body)
        tar.addfile(info, io.BytesIO(body))
    return report


def _add(tar: tarfile.TarFile, path: Path, name: str, rows: int | None) -> BackupEntry:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    tar.add(path, name, recursive=False)
    return BackupEntry(name=name, bytes=path.stat().st_size, sha256=digest, rows=rows)


def _check(path: Path) -> BackupReport:
    if not path.is_file():
        raise Invalid(f"There is no backup at {path}.", field="path")
    found: dict[str, tuple[int, str]] = {}
    report: BackupReport | None = None
    try:
        with tarfile.open(path) as tar:
            for member in tar:
                file = tar.extractfile(member)
                if file is None:
                    continue
                if member.name == MANIFEST:
                    report = BackupReport.model_validate_json(file.read())
                else:
                    found[member.name] = (member.size, hashlib.file_digest(file, "sha256").hexdigest())  # type: ignore[arg-type]
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise BackupDamaged(f"{path} cannot be read as a backup: {error}.", field="path") from error
    if report is None:
        raise BackupDamaged(f"{path} has no manifest; the backup was cut short.", field="path")
    for entry in report.entries:
        if found.pop(entry.name, None) != (entry.bytes, entry.sha256):
            raise BackupDamaged(
                f"{entry.name} in {path} is missing or changed.", field="path", fix="Use another backup."
            )
    if found:
        raise BackupDamaged(f"{path} holds files that its manifest does not know: {', '.join(sorted(found)[:3])}.")
    return report


def _dump(session: Session, table: Table, file: Path) -> int:
    rows = 0
    names = [column.name for column in table.columns]
    result = session.execute(select(table).execution_options(yield_per=BATCH))
    with gzip.open(file, "wb", compresslevel=3) as out:
        for row in result:
            rows += 1
            out.write(orjson.dumps({n: _plain(v) for n, v in zip(names, row, strict=True)}) + b"\n")
    return rows


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _load(session: Session, table: Table, file: BinaryIO) -> None:
    columns = {column.key: column for column in table.columns}
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
    kind = column.type.python_type if not hasattr(column.type, "impl") else None
    name = type(column.type).__name__
    if name == "Id":
        return UUID(value)
    if name == "Time":
        return datetime.fromisoformat(value)
    if kind is bytes:
        return base64.b64decode(value)
    return value


def _require_empty(backends: Backends) -> None:
    with backends.database.read() as session:
        taken = [t.name for t in _tables() if session.scalar(select(func.count()).select_from(t))]
    files = [root for root in (backends.settings.catalogs, backends.settings.files) if any(root.iterdir())]
    if taken or files:
        what = f"rows in {', '.join(taken[:3])}" if taken else f"files in {files[0]}"
        raise Conflict(
            f"This workbench is not empty: it has {what}.",
            fix="Restore into a fresh WORKBENCH_HOME (and an empty database).",
        )


def _advance_sequences(session: Session) -> None:
    """Loaded rows brought their own numbers; the next ones must come after them."""
    for table in _tables():
        for column in table.columns:
            if column.autoincrement is True:
                session.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "  # noqa: S608 - own names
                        f"COALESCE((SELECT MAX({column.name}) FROM {table.name}), 0) + 1, false)"
                    )
                )
