"""Filling tables: from an uploaded file, as a job, or from the files of a volume."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.backends.lakehouse import FullName
from workbench.backends.uploads import write_upload
from workbench.features.audit import service as audit
from workbench.features.catalog import rules
from workbench.features.catalog.schemas import MadeTable, TableFromVolume, UploadFormat, UploadMode
from workbench.features.catalog.service.browsing import lakehouse_of
from workbench.features.jobs import service as jobs
from workbench.features.jobs.schemas import Job
from workbench.features.lineage import service as lineage
from workbench.features.lineage.schemas import Node, NodeKind
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, NotFound
from workbench.kernel.ids import new_id

IMPORT = "table.import"


def upload_table(
    session: Session,
    actor: Actor,
    backends: Backends,
    full_name: str,
    file_name: str,
    content: BinaryIO,
    *,
    file_format: UploadFormat | None = None,
    mode: UploadMode = "create",
    number_column: str | None = None,
) -> Job:
    """Keeps the upload and queues the job that makes it a table; the job says what is wrong with the file.

    Raises at once what can be known at once: a bad name, a table that exists (create) or does not (append, overwrite),
    a format that the file's name does not tell, a file that is too large. `number_column` adds a column that numbers
    the rows: a key for data that brings none.
    """
    name = str(FullName.parse(full_name))
    chosen = file_format or rules.format_of(file_name)
    _require_place(backends, actor, name, mode)
    kept = keep_upload(content, backends.settings.files / "uploads", backends.settings.upload_limit_mb)
    arguments = {
        "upload": kept.name,
        "table": name,
        "format": chosen,
        "mode": mode,
        "file_name": file_name[:200],
        "number_column": number_column or None,
    }
    verb = {"create": "Make", "append": "Append to", "overwrite": "Overwrite"}[mode]
    return jobs.submit(
        session,
        actor,
        backends,
        kind=IMPORT,
        title=f"{verb} {name} from {file_name[:100]}",
        subject_kind="table",
        subject_id=None,
        arguments=arguments,
        unit="rows",
    )


def make_table_from_volume(session: Session, actor: Actor, backends: Backends, body: TableFromVolume) -> MadeTable:
    """A new table with one row per matching file. Raises `Invalid` when none matches, `Conflict` when it exists."""
    volume, table = str(FullName.parse(body.volume, "volume")), str(FullName.parse(body.full_name))
    made = lakehouse_of(backends, actor).table_from_volume(volume, body.pattern, table)
    audit.record(session, actor, "table.create", "source", table, {"rows": made.rows, "volume": volume})
    source = Node(kind=NodeKind.VOLUME, ref=volume, name=volume)
    lineage.connect(session, actor, source, Node(kind=NodeKind.TABLE, ref=table, name=table), {"pattern": body.pattern})
    return MadeTable(full_name=table, rows=made.rows)


def _require_place(backends: Backends, actor: Actor, name: str, mode: UploadMode) -> None:
    lakehouse, parts = lakehouse_of(backends, actor), FullName.parse(name)
    exists = parts.name in lakehouse.tables(parts.catalog, parts.schema)
    if exists and mode == "create":
        raise Conflict(
            f"There is a table {name} already.", field="full_name", fix="Append, overwrite or choose another name."
        )
    if not exists and mode != "create":
        raise NotFound(f"There is no table {name}.", field="full_name", fix="Create it instead.")


def keep_upload(content: BinaryIO, folder: Path, limit_mb: int) -> Path:
    """Puts an upload on disk under a name of its own, for a job to read. Raises `Invalid` when it is too large."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / new_id().hex
    try:
        with kept.open("wb") as out:
            write_upload(content, out, limit_mb)
    except BaseException:
        kept.unlink(missing_ok=True)
        raise
    return kept
