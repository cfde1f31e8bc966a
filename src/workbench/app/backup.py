"""Backups: one tar file of every table and every file, each with its hash; restorable on either database.

The tables are read in one transaction, so a backup of a running workbench is one consistent moment. A backup made on
SQLite restores onto PostgreSQL and the other way round, which is also how a workbench grows from one to the other.

The files are read after the rows: each once, whole, and so that a table's log never names a file that is left out. What
is still being written is no part of that moment yet; what was deleted since is named in the report.

Rows are written as the database keeps them and read by what the database says of its columns, never by what the tables
are today: so a backup of an older schema restores into that schema, and is upgraded from there.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import orjson
from sqlalchemy import Table, select, text
from sqlalchemy.orm import Session

from workbench import __version__, migrations
from workbench.backends.bundle import Backends
from workbench.backends.lakehouse.names import VOLUMES_FOLDER
from workbench.backends.settings import Settings
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Invalid
from workbench.kernel.schema import Schema

MANIFEST = "manifest.json"
BATCH = 2000
LOG = "_delta_log"
# What is just being written or deleted in each folder: not there yet, or not any more.
UNFINISHED = {
    "catalogs": re.compile(r"\.(staging|upload|dropped|restoring)[-.].*"),
    "files": re.compile(r".*\.partial"),
}
# In a Delta table also the hint at its last checkpoint, which may be newer than the log that was read; none needs it.
UNFINISHED_IN_TABLE = re.compile(r"\..*|.*#\d+|_last_checkpoint")
FORMAT = 2  # of the rows: raise it when they are written in another way


class BackupEntry(Schema):
    """One file of a backup; `rows` for a table."""

    name: str
    bytes: int
    sha256: str
    rows: int | None = None


class BackupReport(Schema):
    """What a backup holds. `path` is the file, `format` how its rows are written, `revision` the schema they are of.

    `vanished` names the files that were deleted while it was made: the rows may still speak of them.
    """

    format: int = 1
    path: str
    version: str
    revision: str | None
    made_at: datetime
    entries: list[BackupEntry]
    vanished: list[str] = []

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


def _write(backends: Backends, partial: Path, target: Path) -> BackupReport:
    entries: list[BackupEntry] = []
    vanished: list[str] = []
    roots = roots_of(backends.settings)
    with tarfile.open(partial, "w") as tar, tempfile.TemporaryDirectory() as scratch:
        with backends.database.read() as session:
            if not backends.database.is_sqlite:
                session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            revision = migrations.revision_of(session.connection())
            assert revision is not None, "there is something to back up"
            # Listed in the moment of the rows, so that it is noticed what goes from now on.
            files = list(_found(roots["files"], UNFINISHED["files"]))
            for table in migrations.tables_at(session.connection(), revision):
                file = Path(scratch) / "table"
                rows = _dump(session, table, file)
                entries.append(_add(tar, file, f"tables/{table.name}.jsonl.gz", rows))
        tables = _found(roots["catalogs"], UNFINISHED["catalogs"])
        for folder, found in (("files", files), ("catalogs", tables)):
            for path in found:
                name = f"{folder}/{path.relative_to(roots[folder])}"
                try:
                    if not path.is_dir():
                        entries.append(_add(tar, path, name))
                    elif path != roots[folder]:
                        tar.add(path, name, recursive=False)
                except FileNotFoundError:
                    vanished.append(name)
        report = BackupReport(
            format=FORMAT,
            path=str(target),
            version=__version__,
            revision=revision,
            made_at=now(),
            entries=entries,
            vanished=vanished,
        )
        body = report.model_dump_json().encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(body)
        tar.addfile(info, io.BytesIO(body))
    return report


def roots_of(settings: Settings) -> dict[str, Path]:
    """What a backup holds besides the rows: each folder by its name in there."""
    return {"catalogs": settings.catalogs, "files": settings.files}


def _found(place: Path, unfinished: re.Pattern[str], in_volume: bool = False) -> Iterator[Path]:
    """Every file below a folder, and each folder with nothing in it; links are left out.

    A Delta table's log comes first, and its other files are looked for only then: a commit names what is there already.
    A volume holds anything, so nothing in it is a table.
    """
    is_table = (place / LOG).is_dir() and not in_volume
    if is_table:
        unfinished = UNFINISHED_IN_TABLE
        yield from _found(place / LOG, unfinished)
    try:
        inside = sorted(each for each in place.iterdir() if not unfinished.fullmatch(each.name))
    except FileNotFoundError:
        inside = []
    if not inside:
        yield place
    for each in inside:
        if each.is_symlink() or (is_table and each.name == LOG):
            continue
        if each.is_dir():
            yield from _found(each, unfinished, in_volume or each.name == VOLUMES_FOLDER)
        elif each.is_file() or not each.exists():  # what just went is for the reader to notice
            yield each


class _Hashed:
    """A file that is hashed while it is read, as long as it was at first."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name, self.digest = file, name, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        read = self._file.read(size)
        if len(read) < size:
            raise Conflict(f"{self._name} was cut short while it was read.", field="target", fix="Back up again.")
        self.digest.update(read)
        return read


def _add(tar: tarfile.TarFile, path: Path, name: str, rows: int | None = None) -> BackupEntry:
    with path.open("rb") as file:
        seen, hashed = os.fstat(file.fileno()), _Hashed(file, name)
        info = tarfile.TarInfo(name)
        info.size = seen.st_size
        # Spelled out, as tables of files are pinned by it, and a float keeps no nanoseconds.
        info.pax_headers = {"mtime": f"{Decimal(seen.st_mtime_ns).scaleb(-9):f}"}
        tar.addfile(info, hashed)
    return BackupEntry(name=name, bytes=info.size, sha256=hashed.digest.hexdigest(), rows=rows)


def _check(path: Path) -> BackupReport:
    if not path.is_file():
        raise Invalid(f"There is no backup at {path}.", field="path")
    found: dict[str, tuple[int, str]] = {}
    report: BackupReport | None = None
    try:
        with tarfile.open(path) as tar:
            for member in tar:
                if member.name.startswith("/") or ".." in member.name.split("/"):
                    raise BackupDamaged(f"{path} holds {member.name}, which leads out of its folder.", field="path")
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
    names = [str(column.name) for column in table.columns]  # reflected names are a kind of their own
    result = session.execute(select(table).execution_options(yield_per=BATCH))
    with gzip.open(file, "wb", compresslevel=3) as out:
        for row in result:
            rows += 1
            out.write(orjson.dumps({n: _plain(v) for n, v in zip(names, row, strict=True)}) + b"\n")
    return rows


def _plain(value: Any) -> Any:
    """A value as every database can take it back: ids and other bytes in hex, times in UTC."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return value
