"""Labels as JSON Lines: asking for the file, writing it through the gate, and handing it out while it may be."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row
from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.audit import service as audit
from workbench.features.governance import service as governance
from workbench.features.jobs import service as jobs
from workbench.features.jobs.queries import get as get_job
from workbench.features.jobs.schemas import ENDED, Job, JobStatus
from workbench.features.labels.kinds import kind_of
from workbench.features.labels.queries import interchange as queries
from workbench.features.labels.rules.lines import file_name
from workbench.features.labels.schemas import LabelExport, LabelExportRequest, LabelsetVersion
from workbench.features.labels.service.definitions import require_labelset
from workbench.features.labels.service.labels import labelset_versions
from workbench.features.sheets import service as sheets
from workbench.features.sheets.rules import key_values
from workbench.features.sheets.tables import ItemSpaceRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, NotFound

EXPORT = "label.export"
TALLY = 10_000  # lines between two progress reports


class LabelExportNotReady(Conflict):
    """The export's file is not there yet, or may no longer be handed out."""


def export_labels(session: Session, actor: Actor, backends: Backends, body: LabelExportRequest) -> Job:
    """Queues a job that writes the labels that the gate allows for a use as JSON Lines."""
    row = require_labelset(session, actor, body.label_type)
    if body.sheet_id is not None:
        sheets.require_sheet_version(session, actor, body.sheet_id, "published")
    return jobs.submit(
        session,
        actor,
        backends,
        kind=EXPORT,
        title=f"Export labels of {row.name} for {body.use}",
        subject_kind="labelset",
        subject_id=row.id,
        arguments=body.model_dump(mode="json"),
        unit="labels",
    )


def write_labels(work: jobs.Work) -> dict[str, Any]:
    """The job: one pass through the gate into a file that appears under its name when it is whole.

    Each run writes a file of its own, so that one that was thought dead cannot spoil the next one's.
    """
    path = _place(work.backends, work.actor, work.job_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{work.mark}.partial")
    try:
        return _write_through_gate(work, partial, path).model_dump(mode="json")
    finally:
        partial.unlink(missing_ok=True)


def _write_through_gate(work: jobs.Work, partial: Path, path: Path) -> LabelExport:
    actor, body = work.actor, LabelExportRequest.model_validate(dict(work.arguments))
    with work.backends.database.read() as session:
        row = require_labelset(session, actor, body.label_type)
        space_id = sheet_name = None
        if body.sheet_id is not None:
            space_id = sheets.require_sheet_version(session, actor, body.sheet_id, "published").space_id
            sheet_name = sheets.get_sheet(session, actor, body.sheet_id).name
        versions = labelset_versions(session, actor, row.id)
        spaces = queries.spaces(session, actor.workspace_id)
        leaving = queries.leaving_labels(actor.workspace_id, row.id, spaces, space_id=space_id, sheet_id=body.sheet_id)
        with governance.release(
            session, actor, leaving, use=body.use, kind="labels", subject_kind="labelset", subject_id=row.id
        ) as out:
            work.done, work.total = 0, out.summary.allowed
            digest = _write(partial, _lines(work, out, versions, spaces))
        with work.step():
            work.total = work.done
            partial.rename(path)
    return LabelExport(
        file=file_name(body.label_type, sheet_name, body.use, now().date()),
        rows=out.released,
        sha256=digest,
        use=body.use,
        gate_revision=out.gate_revision,
        classification=out.summary.classification,
        excluded=out.summary.prohibited,
    )


def open_label_export(session: Session, actor: Actor, backends: Backends, job_id: UUID) -> tuple[Path, LabelExport]:
    """Where the file of a finished export lies, for handing it out.

    Raises `LabelExportNotReady` while it is written, and once tags, constraints or labels changed so that something in
    it may no longer be allowed, or the file is not what was written; `AboveClearance` when it holds more than the actor
    may see.
    """
    job = jobs.get_job(session, actor, job_id)
    if job.kind != EXPORT:
        raise NotFound(f"There is no label export {job_id}.", field="job_id")
    if job.status != JobStatus.SUCCEEDED or job.result is None:
        raise LabelExportNotReady(f"The export is {job.status}.", fix="Wait for its job, or ask for it again.")
    export = LabelExport.model_validate(job.result)
    governance.require_view(actor, export.classification)
    if governance.settle_gate(session, actor.workspace_id) != export.gate_revision:
        raise LabelExportNotReady(
            "What may be used for what has changed since this file was written.",
            fix="Export the labels again; what is still allowed will be in it.",
        )
    path = _place(backends, actor, job_id)
    if not path.is_file():
        raise NotFound("The file is gone from the disk.", field="job_id", fix="Export the labels again.")
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != export.sha256:
            raise LabelExportNotReady("The file is not what was written.", fix="Export the labels again.")
    with backends.database.begin() as writer:
        details = {"job": str(job_id), "use": export.use, "rows": export.rows}
        audit.record(writer, actor, "label.download", "labelset", job.subject_id, details)
    return path, export


def clear_label_exports(backends: Backends) -> None:
    """Removes the files that are never handed out again, as the gate has moved since, and what dead attempts left."""
    for file in (backends.settings.files / "labels").glob("*/*"):
        try:
            workspace_id, job_id = UUID(file.parent.name), UUID(file.name.partition(".")[0])
        except ValueError:  # what the file system or an operator left there
            continue
        with backends.database.read() as session:
            job = get_job(session, job_id, workspace_id)
            if job is not None and job.status not in ENDED:
                continue
            result = job.result if job is not None and file.suffix == ".jsonl" else None
            if result is None or result["gate_revision"] != governance.settle_gate(session, workspace_id):
                file.unlink(missing_ok=True)


def _lines(
    work: jobs.Work,
    rows: Iterable[Row[Any]],
    versions: Mapping[UUID, LabelsetVersion],
    spaces: dict[UUID, ItemSpaceRow],
) -> Iterator[bytes]:
    for row in rows:
        version, space = versions[row.labelset_version_id], spaces[row.space_id]
        line = {
            "item_ref": row.item_ref,
            "source_table": space.source_table,
            "key": dict(zip(space.key_columns, key_values(row.item_ref), strict=True)),
            "label_type": version.label_type,
            "labelset_version": version.number,
            "verdict": row.label_verdict,
            "value": row.value,
            "rendered": kind_of(version.kind).render(row.value, version),
            "confidence": row.confidence,
            "notes": row.notes,
            "number": row.number,
            "labeled_by": row.labeled_by_name,
            "labeled_at": row.labeled_at,
        }
        work.done += 1
        if work.done % TALLY == 0:
            with work.step():
                pass
        yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def _write(path: Path, lines: Iterable[bytes]) -> str:
    """Writes the lines, safe on disk; returns the sha256 of the file."""
    digest = hashlib.sha256()
    with path.open("wb", buffering=1 << 20) as file:
        for line in lines:
            file.write(line)
            digest.update(line)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _place(backends: Backends, actor: Actor, job_id: UUID) -> Path:
    """Ids only, so that nothing a person typed becomes a path."""
    return backends.settings.files / "labels" / str(actor.workspace_id) / f"{job_id}.jsonl"
